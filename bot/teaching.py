"""Staff teach the assistant: an entry is previewed, published in all languages at once, retired, and put back."""

import functools
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.errors import Conflict, NotFound
from bot.gaps import nearness
from bot.proposals import Objection, Proposal, checked, reservations
from bot.replay import Replay, replay
from bot.settings import Settings
from bot.store import Store, Transaction
from bot.store.edits import Edit, EditKind
from bot.store.gaps import GapState
from bot.work import Meaning
from knowledge import edit, index
from knowledge.documents import Content
from knowledge.edit import Change, Piece, Written
from knowledge.embed import CachedEmbedder
from knowledge.errors import ContentError, KnowledgeError
from knowledge.language import detect
from knowledge.lint import Finding
from knowledge.load import load
from knowledge.search import Search

_NEAR = 20  # questions of other groups that a preview asks
_ANSWERED = 60  # of these, the different ones


class Refused(Conflict):
    """The change cannot be made as it is; `reason` is stale, content, by_hand or read_only."""

    code = "content_refused"

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Teaching:
    """`search` is the one that customers are answered from."""

    def __init__(self, store: Store, settings: Settings, search: Search) -> None:
        self._store = store
        self._folder = settings.content_dir
        self._search = search
        self._cache = settings.data_dir / "embeddings.sqlite"

    def content(self) -> Content:
        """As it stands in the folder now. Raises Refused for content with mistakes."""
        try:
            return loaded(self._folder)
        except KnowledgeError as error:
            raise self._refused(error) from error

    def is_learned(self) -> bool:
        """Whether the assistant answers from what stands in the folder."""
        return (
            _build(self._folder, _signature(self._folder), self._search.index.model)
            == self._search.index.build
        )

    def entry(self, service: str, id: str) -> Written | None:
        """A question with its answer, as it can be changed; None for what is not in the files of questions."""
        try:
            return edit.written_entry(self._folder, self.content(), service, id)
        except (KnowledgeError, edit.NotEditable) as error:
            raise self._refused(error) from error

    def findings(self) -> list[Finding]:
        content = self.content()
        with closing(CachedEmbedder(self._search.embedder, self._cache)) as cached:
            return checked(content, self._folder, cached)

    def preview(
        self, proposal: Proposal, group: str | None = None, *, replayed: bool = True
    ) -> tuple[list[Objection], Replay | None]:
        """What to think of, and who would be answered. Nothing is written. Raises Refused."""
        change = self._planned(proposal)
        with closing(CachedEmbedder(self._search.embedder, self._cache)) as cached:
            thoughts = reservations(proposal, change.content, cached)
        if not replayed:
            return thoughts, None
        own, near, answered = self._questions(proposal, group)
        return thoughts, replay(
            self._search, change.content, proposal.matter, self._cache, own, near, answered
        )

    def publish(self, proposal: Proposal, staff: str, group: str | None = None) -> int:
        """Writes the entry; returns the number of the edit, 0 if nothing changes. Raises Refused, NotFound."""
        kind = EditKind.CHANGE if proposal.digest else EditKind.ADD

        def record(tx: Transaction) -> None:
            if group and not tx.gaps.decide(group, GapState.ANSWERED, staff, proposal.matter):
                raise NotFound("These questions are no longer there.")

        return self._make(lambda: self._planned(proposal), kind, staff, proposal.source, record)

    def retire(self, service: str, id: str, digest: str, staff: str, reason: str) -> int:
        """Takes the entry out; the questions that it answered are open again. Raises Refused."""
        return self._make(
            lambda: edit.retire(self._folder, service, id, digest),
            EditKind.RETIRE,
            staff,
            reason,
            lambda tx: tx.gaps.reopen(f"{service}/{id}"),
        )

    def undo(self, number: int, staff: str) -> int:
        """Puts back what stood before an edit. Raises NotFound, Refused if the entry has been changed since."""
        with self._store.read() as tx:
            made = tx.edits.get(number)
        if made is None:
            raise NotFound("There is no such edit.")

        def record(tx: Transaction) -> None:
            if _is_gone(made):
                tx.gaps.reopen(made.matter)

        return self._make(
            lambda: edit.undo(
                self._folder, made.service, made.entry, _pieces(made.before), _pieces(made.after)
            ),
            EditKind.UNDO,
            staff,
            f"#{made.id}",
            record,
        )

    def _planned(self, proposal: Proposal) -> Change:
        arguments = (self._folder, proposal.service, proposal.id, proposal.wordings)
        try:
            return edit.revise(*arguments, proposal.digest) if proposal.digest else edit.add(*arguments)
        except (KnowledgeError, edit.NotEditable) as error:
            raise self._refused(error) from error

    def _make(
        self,
        plan: Callable[[], Change],
        kind: EditKind,
        staff: str,
        source: str,
        record: Callable[[Transaction], None],
    ) -> int:
        """The files, the edit and the job to learn it come together or not at all."""
        try:
            with edit.locked(self._folder):
                change = plan()
                with edit.written(self._folder, change), self._store.write() as tx:
                    record(tx)
                    return self._noted(tx, change, kind, staff, source)
        except (KnowledgeError, edit.NotEditable) as error:
            raise self._refused(error) from error

    def _refused(self, error: Exception) -> Refused:
        reasons = ((edit.NotWritable, "read_only"), (ContentError, "content"), (edit.NotEditable, "by_hand"))
        reason = next((name for kind, name in reasons if isinstance(error, kind)), "stale")
        return Refused(str(error).replace(f"{self._folder}/", ""), reason)

    def _noted(self, tx: Transaction, change: Change, kind: EditKind, staff: str, source: str) -> int:
        """The number of the edit; 0 where nothing changes, which is none."""
        if all(file.old == file.new for file in change.files):
            return 0
        matter = f"{change.service}/{change.entry}"
        number = tx.edits.add(staff, kind, matter, _plain(change.before), _plain(change.after), source)
        tx.people.note(staff, f"knowledge.{kind}", matter)
        tx.enqueue("reindex", str(number))
        return number

    def _questions(self, proposal: Proposal, group: str | None) -> tuple[list[str], list[str], list[str]]:
        """The group's questions, those of other groups that lie nearest, and what has been answered lately."""
        meaning = Meaning(self._search, self._cache)
        asked = [meaning.question(w.question, detect(w.question)) for w in proposal.wordings.values()]
        with self._store.read() as tx:
            own = [each.text for each in tx.gaps.questions(group)] if group else []
            totals = {key: total for key, total in tx.gaps.open_totals().items() if key != group}
            answered = tx.gaps.answered(_ANSWERED)
            near: list[str] = []
            if totals:
                question = functools.reduce(lambda a, b: a + b, asked)
                ranked = zip(nearness(question, list(totals.values())), totals, strict=True)
                for _, key in sorted(ranked, reverse=True)[:_NEAR]:
                    near += [each.text for each in tx.gaps.questions(key, _NEAR)]
        return own, list(dict.fromkeys(near))[:_NEAR], answered


def loaded(folder: Path) -> Content:
    """The content of a folder, read again only when a file of it has changed. Raises ContentError."""
    return _loaded(folder, _signature(folder))


@functools.lru_cache(maxsize=2)
def _loaded(folder: Path, signature: object) -> Content:  # noqa: ARG001  # what it was read from
    return load(folder)


@functools.lru_cache(maxsize=2)
def _build(folder: Path, signature: object, model: str) -> str:
    try:
        return index.build_name(_loaded(folder, signature), model)
    except ContentError:
        return ""


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    found = ((str(path), path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


def _plain(pieces: Mapping[str, Piece | None]) -> dict[str, dict[str, Any] | None]:
    return {name: asdict(piece) if piece else None for name, piece in pieces.items()}


def _pieces(kept: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Piece | None]:
    return {name: Piece(**piece) if piece else None for name, piece in kept.items()}


def _is_gone(made: Edit) -> bool:
    """Whether undoing it takes the entry away."""
    return not any(made.before.values())
