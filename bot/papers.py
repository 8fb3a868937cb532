"""Documents that customers send: kept with the conversation, filed under the checklist of its case."""

import re
from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from difflib import get_close_matches

from bot import wording
from bot.cases import Cases
from bot.compose import Draft
from bot.files import StoredFile
from bot.intake import asks, is_command
from bot.intent import Intent
from bot.messages import Action, Outcome, Reply, new_id
from bot.records import Case, Document, DocumentState
from bot.store import Transaction
from bot.texts import LANGUAGES, texts
from bot.turn import Finish, Turn
from knowledge.documents import Item, Service
from knowledge.language import words

_POINTS = re.compile(  # to what was sent, or tells whose it is
    r"^(?:(?:this|that|it|these|the (?:file|photo|picture|scan|pdf|document)|the (?:last|first) one)(?: is|'s| are)?|thats|its"
    r"|(?:这[个份张些是]*|那[个份张些是]*|刚才?[发传]的|上面[的那个]*)?(?:就?是)?)"
    r"(?: (?:our|my|the|an?))*|(?:我们?|公司|咱们?|贵司|你们)(?:单位|公司)?(?:的|要的)?",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[（(][^）)]*[）)]")  # what may take its place
_NAMED = 0.5  # share of a line's words that a message must hold to speak of it
_MISTYPED = 0.85  # likeness of a word to the one that is meant
_ALIKE = 0.5  # share of a file name's words that a checklist's line must hold


class Papers:
    def __init__(self, cases: Cases, services: Mapping[str, Service]) -> None:
        self._cases = cases
        self._items = {
            item.id: item for service in services.values() for item in service.lists.get("documents", ())
        }

    def upload(self, turn: Turn, file: StoredFile, item: str, external_id: str) -> Finish:
        """Keep a file; `item` is the checklist's line that the customer chose, or empty."""

        def finish(tx: Transaction, _: str) -> Draft:
            case = turn.case
            line = self._items.get(item) or (self._named(tx, case, file.name) if case else None)
            document = Document(
                id=new_id("doc"),
                conversation=turn.conversation,
                case=case.id if case else None,
                item=line.id if line else None,
                sha256=file.sha256,
                name=file.name,
                size=file.size,
                media_type=file.media_type,
                state=DocumentState.RECEIVED,
                reason="",
                created_at=datetime.now(UTC),
            )
            tx.documents.insert(document, external_id)
            return self._thanks(tx, turn.language, case, document, line)

        return finish

    def filing(self, turn: Turn) -> Finish | None:
        """The answer to "Which document is it?", or what is said of it right after: the checklist's line it names."""
        if (
            turn.last is None
            or not _is_receipt(turn.last)
            or asks(turn.text)
            or is_command(turn.text)
            or turn.wanted not in {Intent.QUESTION, Intent.TOLD, Intent.OKAY}
        ):
            return None
        line = self._line(turn.text) or self._spoken_of(turn.text)
        return (lambda tx, _: self._file(tx, turn, line)) if line else None

    def _file(self, tx: Transaction, turn: Turn, line: Item) -> Draft:
        case = turn.case
        sent = tx.documents.of_case(case.id) if case else tx.documents.of_conversation(turn.conversation)
        loose = [document for document in sent if document.item is None]
        if not loose:
            return Draft(texts(turn.language).case.upload, turn.language, Outcome.STATUS)
        tx.documents.assign(loose[-1].id, line.id)
        return self._thanks(tx, turn.language, case, loose[-1], line)

    def _thanks(
        self, tx: Transaction, language: str, case: Case | None, document: Document, line: Item | None
    ) -> Draft:
        phrases = texts(language).case
        said = [phrases.received.format(name=document.name)]
        actions: list[Action] = []
        if line:
            said.append(phrases.filed.format(item=wording.short(line, language)))
        if case is None:
            said.append(phrases.kept)
            actions.append(Action(phrases.apply_label, phrases.apply_send))
        elif not line:
            said.append(phrases.which)
            actions = self._cases.upload_actions(tx, case, language)
        summary = self._cases.summary(tx, case, language) if case else None
        return Draft(
            ("" if language == "zh" else " ").join(said),
            language,
            Outcome.STATUS,
            actions=actions,
            case=summary,
        )

    def _line(self, text: str) -> Item | None:
        """The checklist's line with exactly this name, in either language."""
        wanted = text.strip().casefold()
        return next(
            (
                item
                for item in self._items.values()
                for language in LANGUAGES
                if wording.short(item, language).casefold() == wanted
            ),
            None,
        )

    def _spoken_of(self, text: str) -> Item | None:
        """The line that a message speaks of, if it is one alone: "that one is the introduction", 这个是营业执照.

        It holds most of the line's name, or the line most of its words.
        """
        said = set(words(_POINTS.sub(" ", text)))
        known = sorted(
            {word for item in self._items.values() for name in item.text.values() for word in words(name)}
        )
        said = {next(iter(get_close_matches(word, known, 1, _MISTYPED)), word) for word in said}
        held = {item.id: max(_shares(said, item), default=(0.0, 0.0)) for item in self._items.values()}
        first, *others = sorted(held.values(), reverse=True) or [(0.0, 0.0)]
        if first[0] < _NAMED or first in others:
            return None
        return self._items[max(held, key=held.__getitem__)]

    def _named(self, tx: Transaction, case: Case, name: str) -> Item | None:
        """The missing line that the file's name speaks of, if it is one alone."""
        spoken = set(words(name.rsplit(".", 1)[0]))
        best: dict[str, float] = {}
        for item in self._cases.missing(tx, case):
            shared = max(len(spoken & set(words(_ASIDE.sub(" ", text)))) for text in item.text.values())
            best[item.id] = shared / len(spoken) if spoken else 0.0
        top = sorted(best.values(), reverse=True)
        if not top or top[0] < _ALIKE or (len(top) > 1 and top[1] == top[0]):
            return None
        return self._items[max(best, key=lambda each: best[each])]


def _is_receipt(message: Reply) -> bool:
    """Whether a reply says that a document has come that nobody has told apart yet."""
    phrases = texts(message.language).case
    return phrases.which in message.text or phrases.kept in message.text


def _shares(said: Set[str], item: Item) -> Iterator[tuple[float, float]]:
    """How much of a line's name is said, or of what is said stands in it; and how much both have of all."""
    for language in LANGUAGES:
        named = set(words(_ASIDE.sub(" ", wording.short(item, language))))
        if named:
            yield len(said & named) / len(named), len(said & named) / len(said | named)
        if said:
            text = set(words(_ASIDE.sub(" ", item.text[language])))
            yield len(said & text) / len(said), len(said & text) / len(said | text)
