"""Uploaded files as they belong to conversations and cases; their bytes are in `bot.files`."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.records import Document, DocumentState
from bot.store.tables import attachments, documents


class Documents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, document: Document, external_id: str | None) -> None:
        row = asdict(document) | {"external_id": external_id}
        row["conversation_id"], row["case_id"] = row.pop("conversation"), row.pop("case")
        self._connection.execute(documents.insert(), row)

    def uploaded(self, conversation: str, external_id: str) -> Document | None:
        """The document that an upload with this id has led to."""
        found = self._of(
            (documents.c.conversation_id == conversation) & (documents.c.external_id == external_id)
        )
        return found[0] if found else None

    def get(self, id: str) -> Document | None:
        found = self._of(documents.c.id == id)
        return found[0] if found else None

    def of_case(self, case: int) -> list[Document]:
        """Oldest first."""
        return self._of(documents.c.case_id == case)

    def of_conversation(self, conversation: str) -> list[Document]:
        return self._of(documents.c.conversation_id == conversation)

    def attach(self, conversation: str, case: int) -> None:
        """Give the case what the conversation has uploaded before there was one."""
        loose = (documents.c.conversation_id == conversation) & documents.c.case_id.is_(None)
        self._connection.execute(update(documents).where(loose).values(case_id=case))

    def assign(self, id: str, item: str) -> None:
        self._connection.execute(update(documents).where(documents.c.id == id).values(item=item))

    def decide(self, id: str, state: DocumentState, reason: str) -> None:
        change = update(documents).where(documents.c.id == id)
        self._connection.execute(change.values(state=state, reason=reason))

    def held(self, sha256: str) -> bool:
        """Whether any document, or file that staff have sent, has this content."""
        return bool(self._held([sha256]))

    def remove(self, ids: list[str], also: Collection[str] = ()) -> list[str]:
        """Forget documents; returns the contents (SHA-256), theirs and `also`, that nothing holds any more."""
        mine = select(documents.c.sha256).where(documents.c.id.in_(ids))
        gone = {*self._connection.execute(mine).scalars(), *also}
        self._connection.execute(documents.delete().where(documents.c.id.in_(ids)))
        return sorted(gone - self._held(gone))

    def _held(self, contents: Collection[str]) -> set[str]:
        mine = select(documents.c.sha256).where(documents.c.sha256.in_(contents))
        sent = select(attachments.c.sha256).where(attachments.c.sha256.in_(contents))
        return set(self._connection.execute(mine.union(sent)).scalars())

    def _of(self, condition: Any) -> list[Document]:
        query = select(documents).where(condition).order_by(documents.c.created_at, documents.c.id)
        return [_to_document(row) for row in self._connection.execute(query)]


def _to_document(row: Row[Any]) -> Document:
    return Document(
        id=row.id,
        conversation=row.conversation_id,
        case=row.case_id,
        item=row.item,
        sha256=row.sha256,
        name=row.name,
        size=row.size,
        media_type=row.media_type,
        state=DocumentState(row.state),
        reason=row.reason,
        created_at=row.created_at,
    )
