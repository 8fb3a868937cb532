"""Edits of the content by staff: who changed what, and what stood there before, so that it can be put back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select

from bot.store.tables import content_edits


class EditKind(StrEnum):
    ADD = "add"
    CHANGE = "change"
    RETIRE = "retire"
    UNDO = "undo"


@dataclass(frozen=True)
class Edit:
    """`before` and `after` hold the entry by file, as `knowledge.edit.Piece` has it, None where it was not there.

    `sources` says what the entry rests on; of an undo, which edit it undoes (`#12`).
    """

    id: int
    at: datetime
    staff: str
    kind: EditKind
    service: str
    entry: str
    before: Mapping[str, Mapping[str, Any] | None]
    after: Mapping[str, Mapping[str, Any] | None]
    sources: str

    @property
    def matter(self) -> str:
        return f"{self.service}/{self.entry}"


class Edits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, staff: str, kind: EditKind, matter: str,
        before: Mapping[str, Mapping[str, Any] | None], after: Mapping[str, Mapping[str, Any] | None], sources: str,
    ) -> int:  # fmt: skip
        service, _, entry = matter.partition("/")
        row = {"at": datetime.now(UTC), "staff": staff, "kind": kind, "service": service, "entry": entry}
        more = {"before": dict(before), "after": dict(after), "sources": sources}
        done = self._connection.execute(content_edits.insert(), row | more)
        return int(done.inserted_primary_key[0])  # type: ignore[index]  # one row has one

    def get(self, id: int) -> Edit | None:
        row = self._connection.execute(select(content_edits).where(content_edits.c.id == id)).first()
        return _to_edit(row) if row else None

    def recent(self, limit: int, offset: int = 0) -> list[Edit]:
        """Newest first."""
        query = select(content_edits).order_by(content_edits.c.id.desc()).limit(limit).offset(offset)
        return [_to_edit(row) for row in self._connection.execute(query)]

    def last(self) -> dict[str, Edit]:
        """The latest edit of each entry, by its matter."""
        latest = select(func.max(content_edits.c.id)).group_by(content_edits.c.service, content_edits.c.entry)
        query = select(content_edits).where(content_edits.c.id.in_(latest))
        return {edit.matter: edit for edit in map(_to_edit, self._connection.execute(query))}


def _to_edit(row: Any) -> Edit:
    return Edit(
        row.id,
        row.at,
        row.staff,
        EditKind(row.kind),
        row.service,
        row.entry,
        row.before,
        row.after,
        row.sources,
    )
