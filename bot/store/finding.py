"""Full-text search over all messages, Chinese included: FTS5 in SQLite, tsvector in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from bot.messages import AuthorKind
from bot.store.tables import conversations, message_words, messages
from bot.store.views import FoundMessage
from bot.store.words import sought

_SQLITE = "message_words.id IN (SELECT rowid FROM message_index WHERE message_index MATCH :sought)"
_POSTGRESQL = "message_words.found_by @@ CAST(:sought AS tsquery)"


class Finding:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def messages(self, query: str, limit: int, offset: int = 0) -> list[FoundMessage]:
        """The latest messages that hold every word of the query; its last word may be the beginning of one."""
        whole, begun = sought(query)
        if not whole and not begun:
            return []
        is_sqlite = self._connection.dialect.name == "sqlite"
        holds = text(_SQLITE if is_sqlite else _POSTGRESQL).bindparams(
            bindparam("sought", (_fts5 if is_sqlite else _tsquery)(whole, begun))
        )
        latest = (  # in the order in which they came; to order by time would read every message that is found
            select(message_words.c.id, message_words.c.message_id)
            .where(holds)
            .order_by(message_words.c.id.desc())
            .limit(limit)
            .offset(offset)
            .subquery("latest")
        )
        found = (
            select(
                messages.c.id,
                messages.c.conversation_id,
                messages.c.seq,
                messages.c.author_kind,
                messages.c.author_name,
                messages.c.text,
                messages.c.created_at,
                conversations.c.channel,
            )
            .select_from(
                latest.join(messages, messages.c.id == latest.c.message_id).join(conversations)
            )
            .order_by(latest.c.id.desc())
        )  # fmt: skip
        return [_to_found(row) for row in self._connection.execute(found)]

    def forget(self) -> None:
        """Overwrite what the index still holds of messages that were erased."""
        if self._connection.dialect.name == "sqlite":
            self._connection.execute(text("INSERT INTO message_index(message_index) VALUES ('optimize')"))


def _fts5(whole: Sequence[str], begun: Sequence[str]) -> str:
    return " AND ".join([*(f'"{word}"' for word in whole), *(f'"{word}"*' for word in begun)])


def _tsquery(whole: Sequence[str], begun: Sequence[str]) -> str:
    return " & ".join([*(f"'{word}'" for word in whole), *(f"'{word}':*" for word in begun)])


def _to_found(row: Any) -> FoundMessage:
    return FoundMessage(
        row.id,
        row.conversation_id,
        row.seq,
        AuthorKind(row.author_kind),
        row.author_name,
        row.text,
        row.created_at,
        row.channel,
    )
