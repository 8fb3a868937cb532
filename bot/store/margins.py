"""What staff keep beside conversations: notes, files they have sent, how far they have read, who is looking."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.messages import new_id
from bot.records import Attachment, CannedReply, Note
from bot.store.tables import attachments, canned_replies, notes, presence, seen, staff


class Margins:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, conversation: str, name: str, text: str, key: str = "") -> None:
        """The same `key` notes it once."""
        row = {"conversation_id": conversation, "staff": name, "text": text, "at": datetime.now(UTC)}
        row["key"] = key or new_id("note")
        insert = (postgresql if self._connection.dialect.name == "postgresql" else sqlite).insert(notes)
        self._connection.execute(insert.values(**row).on_conflict_do_nothing(index_elements=[notes.c.key]))

    def notes(self, conversation: str) -> list[Note]:
        """Oldest first."""
        query = select(notes).where(notes.c.conversation_id == conversation).order_by(notes.c.id)
        return [Note(row.id, row.staff, row.text, row.at) for row in self._connection.execute(query)]

    def attach(self, attachment: Attachment) -> None:
        row = {
            "id": attachment.id,
            "conversation_id": attachment.conversation,
            "sha256": attachment.sha256,
            "name": attachment.name,
            "size": attachment.size,
            "media_type": attachment.media_type,
            "staff": attachment.staff,
            "created_at": attachment.created_at,
        }
        self._connection.execute(attachments.insert(), row)

    def attachment(self, id: str) -> Attachment | None:
        row = self._connection.execute(select(attachments).where(attachments.c.id == id)).first()
        return _to_attachment(row) if row else None

    # How far they have read, and who is looking

    def read(self, staff_id: int, conversation: str, seq: int) -> None:
        """They have seen it up to that message; an older page that comes later takes nothing back."""
        row = {"staff_id": staff_id, "conversation_id": conversation, "seq": seq}
        insert = (postgresql if self._connection.dialect.name == "postgresql" else sqlite).insert(seen)
        keys = [seen.c.staff_id, seen.c.conversation_id]
        change = insert.values(**row).on_conflict_do_update(
            index_elements=keys, set_={"seq": seq}, where=seen.c.seq < seq
        )
        self._connection.execute(change)

    def read_up_to(self, staff_id: int, conversation: str) -> int:
        query = select(seen.c.seq).where(seen.c.staff_id == staff_id, seen.c.conversation_id == conversation)
        return int(self._connection.execute(query).scalar() or 0)

    def look(self, staff_id: int, conversation: str, page: str, lasts: timedelta) -> None:
        """Note that a page of theirs shows the conversation, for so long unless it is noted again."""
        now = datetime.now(UTC)
        self._connection.execute(presence.delete().where(presence.c.until < now))
        change = update(presence).where(presence.c.page == page).values(until=now + lasts)
        if not self._connection.execute(change).rowcount:
            row = {"page": page, "staff_id": staff_id, "conversation_id": conversation, "until": now + lasts}
            self._connection.execute(presence.insert(), row)

    def look_away(self, page: str) -> None:
        self._connection.execute(presence.delete().where(presence.c.page == page))

    def looking(self, conversations: Sequence[str], but: int) -> dict[str, list[str]]:
        """Who else has each of the conversations open, by name."""
        query = (
            select(presence.c.conversation_id, staff.c.name)
            .distinct()
            .select_from(presence.join(staff))
            .where(
                presence.c.conversation_id.in_(conversations),
                presence.c.until > datetime.now(UTC),
                presence.c.staff_id != but,
            )
            .order_by(staff.c.name)
        )
        found: dict[str, list[str]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.conversation_id, []).append(row.name)
        return found

    # Canned replies

    def canned(self, language: str = "") -> list[CannedReply]:
        """Of a language, or all, by title."""
        query = select(canned_replies).order_by(canned_replies.c.language, canned_replies.c.title)
        if language:
            query = query.where(canned_replies.c.language == language)
        rows = self._connection.execute(query)
        return [CannedReply(row.id, row.language, row.title, row.text) for row in rows]

    def save_canned(self, id: int | None, language: str, title: str, text: str, by: str) -> None:
        """A new one for None. One that is gone by now is made again."""
        row: dict[str, Any] = {"language": language, "title": title, "text": text, "edited_by": by}
        row |= {"edited_at": datetime.now(UTC)}
        change = update(canned_replies).where(canned_replies.c.id == id)
        if id is None or not self._connection.execute(change.values(**row)).rowcount:
            self._connection.execute(canned_replies.insert(), row)

    def remove_canned(self, id: int) -> None:
        self._connection.execute(canned_replies.delete().where(canned_replies.c.id == id))


def _to_attachment(row: Row[Any]) -> Attachment:
    return Attachment(
        row.id,
        row.conversation_id,
        row.sha256,
        row.name,
        row.size,
        row.media_type,
        row.staff,
        row.created_at,
    )
