"""All that staff see of one case, in their words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapters.desk.parts import Desk
from adapters.desk.texts import texts
from bot import steps, wording
from bot.records import ActorKind, Case, CaseEvent, Document, Staff
from bot.store import Transaction
from knowledge.documents import Service
from knowledge.render import amount_text, date_text


@dataclass(frozen=True)
class Line:
    """A line of the checklist with what has come for it."""

    id: str
    label: str
    optional: bool
    documents: Sequence[Document]


@dataclass(frozen=True)
class Happened:
    at: datetime
    who: str
    what: str


def casefile(part: Desk, tx: Transaction, case: Case, staff: Staff) -> dict[str, Any]:
    """What the page of a case shows."""
    language, cases = staff.language, part.office.cases
    service, documents = cases.service(case), tx.documents.of_case(case.id)
    items = {item.id: item for item in service.lists.get("documents", ())}
    moves = [(to, steps.label(service, to, language)) for to in steps.moves(service, case.status)]
    quotation = tx.cases.quotation(case.id)
    return {
        "case": case,
        "service": service.name.get(language) or service.id,
        "step": steps.label(service, case.status, language),
        "fields": list(_fields(service, case, language)),
        "factors": _requested(tx, service, case, language),
        "lines": [
            Line(id, wording.short(item, language), item.optional, [d for d in documents if d.item == id])
            for id, item in items.items()
        ],
        "loose": [document for document in documents if document.item not in items],
        "missing": len(cases.missing(tx, case)),
        "quotation": quotation,
        "price": amount_text(quotation.amount, quotation.currency, language) if quotation else "",
        "is_valid": cases.quotation(tx, case, cases.today()) is not None,
        "moves": [move for move in moves if move[0] not in steps.ENDED],
        "endings": [move for move in moves if move[0] in steps.ENDED],
        "intervals": _intervals(service) if steps.CERTIFIED in dict(moves) else [],
        "history": list(_history(tx.cases.history(case.id), service, documents, language)),
        "reminders": _reminders(service, case, language, cases.today()),
        "conversations": tx.queue.of_case(case.id, staff.id),
        "reasons": texts(case.language).cases.reasons,
        "today": cases.today(),
    }


def _fields(service: Service, case: Case, language: str) -> Iterator[tuple[str, str]]:
    labels = _labels(service, language)
    for name in [*labels, *(name for name in case.fields if name not in labels)]:
        if case.fields.get(name):
            yield labels.get(name, name), case.fields[name]


def _labels(service: Service, language: str) -> dict[str, str]:
    return {field.id: field.label.get(language) or field.id for field in service.application}


def _requested(tx: Transaction, service: Service, case: Case, language: str) -> list[tuple[str, str]]:
    """What the customer has said that the fee depends on, by their latest request."""
    requests = tx.cases.quotation_requests(case.id)
    labels = _labels(service, language)
    return [(labels.get(name, name), value) for name, value in requests[-1].items()] if requests else []


def _intervals(service: Service) -> list[int]:
    """The months that a contract may choose between for the first of the reminders that leaves a choice."""
    choices = (steps.intervals(service, reminder) for reminder in service.reminders)
    return next((months for months in choices if len(months) > 1), [])


def _reminders(service: Service, case: Case, language: str, today: date) -> list[tuple[str, date, date]]:
    """What comes of the certificate: its step, when the customer is reminded, and when it is due."""
    if case.certified_on is None or case.status in steps.ENDED:
        return []
    due = steps.due(service, case.certified_on, case.surveillance_months)
    return [(steps.label(service, r.step, language), remind, day) for r, remind, day in due if day >= today]


def _history(
    events: Sequence[CaseEvent], service: Service, documents: Sequence[Document], language: str
) -> Iterator[Happened]:
    """Newest first."""
    words = texts(language).cases.history
    names = {document.id: document.name for document in documents}
    for event in reversed(events):
        known = _known(event.data, service, names, language)
        said: str = getattr(words.kinds, event.kind, event.kind)
        who = (
            event.actor.name if event.actor.kind is ActorKind.STAFF else getattr(words.who, event.actor.kind)
        )
        yield Happened(event.at, who, said.format_map(known))


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _known(
    data: Mapping[str, Any], service: Service, names: Mapping[str, str], language: str
) -> Mapping[str, str]:
    """What an event was about, as people write it; an old event may lack some of it."""
    known = _Known({key: str(value) for key, value in data.items()})
    for key in ("from", "to", "status"):
        if key in data:
            known[key] = steps.label(service, str(data[key]), language)
    if "amount" in data:
        known["amount"] = amount_text(Decimal(str(data["amount"])), str(data.get("currency", "")), language)
    if "valid_until" in data:
        known["valid_until"] = date_text(date.fromisoformat(str(data["valid_until"])), language)
    if "fields" in data:
        labels = _labels(service, language)
        known["fields"] = ", ".join(labels.get(str(name), str(name)) for name in data["fields"])
    if "document" in data:
        known["document"] = names.get(str(data["document"]), "…")
    items = {item.id: wording.short(item, language) for item in service.lists.get("documents", ())}
    known["item"] = items.get(str(data.get("item")), "…")
    if "reminder" in data:
        known["reminder"] = steps.label(service, str(data["reminder"]).split(":")[1], language)
    return known
