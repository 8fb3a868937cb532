"""The other side of a dialogue: what staff do there, and what the store holds after it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from bot.errors import CertDeskError, NotFound
from bot.handoff import announcements
from bot.intake.contacts import SEPARATOR
from bot.office import Office
from bot.records import Case, Conversation, Document, Quotation
from bot.store import Transaction
from bot.texts import LANGUAGES
from evals.dialogues import Acts, Kept, Paper
from evals.graders import plain
from knowledge.render import amount_text, date_text

T = TypeVar("T")
_LATEST = 10_000  # applications among which a customer's are looked for


async def filled_in(office: Office, text: str, conversations: Sequence[str]) -> str:
    """{reference} and {contact} of the customer's latest application. Raises NotFound where there is none."""
    cases = await _read(office, lambda tx: _cases(tx, conversations))
    if not cases:
        raise NotFound(f"nothing was applied for, and so “{text}” cannot be said")
    contact = cases[0].contact.split(SEPARATOR)[0].removeprefix("wechat:")
    return text.replace("{reference}", cases[0].reference).replace("{contact}", contact)


async def act(office: Office, step: Acts, conversations: Sequence[str]) -> str:
    """Does what a member of staff does; what is wrong with what came of it, or empty."""

    def acts() -> str:
        try:
            with office.store.write() as tx:
                _act(office, tx, step, conversations)
        except (CertDeskError, ArithmeticError, ValueError) as error:
            return "" if step.forbidden == "true" else f"{step.staff}: {error}"
        return f"{step.staff} was not refused" if step.forbidden == "true" else ""

    return await asyncio.to_thread(acts)


async def newest(office: Office, conversation: str) -> int:
    """The number of the last event there, 0 where nothing has happened."""
    return await _read(office, lambda tx: tx.conversations.last_event(conversation))


async def announced(office: Office, conversation: str, after: int, language: str) -> list[str]:
    """What the page has said of who came and went, since the event of that number."""
    said = announcements(language)
    events = await _read(office, lambda tx: tx.conversations.events(conversation, after))
    return [said[event.kind].format(**event.data) for event in events if event.kind in said]


def priced(step: Acts, today: date) -> list[str]:
    """The figures of a quotation made `today`, in the office's time zone, as they may be repeated to its customer."""
    if step.staff != "quote":
        return []
    days = (today, date.fromisoformat(step.until))
    return [
        f"{amount_text(Decimal(step.amount), 'CNY', language)}; {'; '.join(date_text(day, language) for day in days)}"
        for language in LANGUAGES
    ]


async def differs(office: Office, kept: Kept, conversations: Sequence[str]) -> str:
    """In what the store is other than demanded, or empty."""
    return "; ".join(
        await _read(office, lambda tx: list(filter(None, _differences(tx, kept, conversations))))
    )


def _act(office: Office, tx: Transaction, step: Acts, conversations: Sequence[str]) -> None:
    handoffs, cases, id = office.handoffs, office.cases, conversations[-1]
    match step.staff:
        case "take":
            handoffs.take(tx, id, step.name)
        case "reply":
            handoffs.reply(tx, id, step.name, step.text)
        case "give_back":
            handoffs.give_back(tx, id, step.name, step.text)
        case "close":
            handoffs.close(tx, id, step.name, step.text)
        case "move":
            cases.move(tx, _case(tx, conversations).reference, step.to, step.name)
        case "quote":
            until = date.fromisoformat(step.until)
            quotation = Quotation(Decimal(step.amount), "CNY", cases.today(), until, step.name)
            cases.quote(tx, _case(tx, conversations).reference, quotation)
        case "accept" | "reject":
            documents = tx.documents.of_case(_case(tx, conversations).id)
            found = [document for document in documents if document.name == step.document]
            if not found:
                raise NotFound(f"there is no file {step.document}")
            accept = step.staff == "accept"
            cases.decide(tx, found[-1].id, step.name, accept=accept, reason=step.text)


def _differences(tx: Transaction, kept: Kept, conversations: Sequence[str]) -> list[str]:
    conversation = tx.conversations.get(conversations[-1])
    if conversation is None:
        return ["the conversation is not there"]
    case = tx.cases.get(conversation.case) if conversation.case else None
    values = case.fields if case else {}
    running = tx.conversations.intake(conversation.id)
    intake = running[1] if running else None
    whole = intake.values if intake else values
    waiting = tx.handoffs.open_of(conversation.id)
    return [
        _differ("cases", len(_cases(tx, conversations)), kept.cases),
        _differ("status", case.status if case else "none", kept.status),
        *(_differ_field(id, values.get(id, ""), wanted) for id, wanted in kept.fields.items()),
        _differ("documents", _papers(_documents(tx, conversation)), _wanted(kept.documents)),
        _differ("owner", conversation.owner or "bot", kept.owner),
        _differ("waiting", waiting.reason.value if waiting else "none", kept.waiting),
        _differ("interview", intake.stage.value if intake else "none", kept.interview),
        _differ("asks", intake.asking if intake else None, kept.asks),
        *_differing(whole, kept.application),
    ]


def _differ(what: str, found: object, wanted: object) -> str:
    return "" if wanted is None or found == wanted else f"{what}: {found}, not {wanted}"


def _differ_field(id: str, value: str, wanted: Sequence[str]) -> str:
    right = any(plain(value) == plain(each) for each in wanted)
    return "" if right else f"{id}: “{value}”, not {' or '.join(f'“{each}”' for each in wanted)}"


def _differing(values: Mapping[str, str], wanted: Mapping[str, Sequence[str]] | None) -> list[str]:
    """In which fields an application is another, of all that it holds; nothing where nothing is demanded."""
    if wanted is None:
        return []
    return [_differ_field(id, values.get(id, ""), wanted.get(id, [""])) for id in {**values, **wanted}]


def _documents(tx: Transaction, conversation: Conversation) -> list[Document]:
    if conversation.case:
        return tx.documents.of_case(conversation.case)
    return tx.documents.of_conversation(conversation.id)


def _papers(documents: Sequence[Document]) -> list[str]:
    return sorted(
        f"{document.name} ({document.item or 'not filed'}, {document.state})" for document in documents
    )


def _wanted(papers: Sequence[Paper] | None) -> list[str] | None:
    if papers is None:
        return None
    return sorted(f"{paper.name} ({paper.item or 'not filed'}, {paper.state})" for paper in papers)


def _case(tx: Transaction, conversations: Sequence[str]) -> Case:
    """The one that the present conversation is about."""
    conversation = tx.conversations.get(conversations[-1])
    case = tx.cases.get(conversation.case) if conversation and conversation.case else None
    if case is None:
        raise NotFound("the conversation has no application")
    return case


def _cases(tx: Transaction, conversations: Sequence[str]) -> list[Case]:
    """Those sent in these conversations, newest first."""
    return [case for case in tx.cases.latest(_LATEST) if case.conversation in conversations]


async def _read(office: Office, work: Callable[[Transaction], T]) -> T:
    def reads() -> T:
        with office.store.read() as tx:
            return work(tx)

    return await asyncio.to_thread(reads)
