"""Questions that the knowledge did not answer, in groups of one meaning, and what customers think of replies."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select, update

from bot.gaps import Group, from_bytes, to_bytes
from bot.messages import new_id
from bot.records import GapGroup
from bot.store.tables import feedback, gap_groups, gaps, messages

_EXAMPLES = 5


class Gaps:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, conversation: str, message: str, question: str, language: str, reason: str) -> str | None:
        """Keep a question that was not answered; returns its id, or None if the message is kept already."""
        if self._connection.execute(select(gaps.c.id).where(gaps.c.message_id == message)).first():
            return None
        row = {
            "id": new_id("gap"),
            "conversation_id": conversation,
            "message_id": message,
            "question": question,
            "language": language,
            "reason": reason,
            "created_at": datetime.now(UTC),
        }
        self._connection.execute(gaps.insert(), row)
        return str(row["id"])

    def ungrouped(self, id: str) -> tuple[str, str] | None:
        """Question and language of a gap that has no group yet."""
        query = select(gaps.c.question, gaps.c.language).where(gaps.c.id == id, gaps.c.group_id.is_(None))
        row = self._connection.execute(query).first()
        return (row.question, row.language) if row else None

    def totals(self) -> dict[str, Group]:
        """Every group as what its questions add up to."""
        rows = self._connection.execute(select(gap_groups.c.id, gap_groups.c.total, gap_groups.c.counts))
        return {row.id: Group(from_bytes(row.total), row.counts) for row in rows}

    def members(self, group: str) -> list[tuple[str, Group]]:
        """The questions of a group, oldest first."""
        query = select(gaps.c.question, gaps.c.language, gaps.c.vector).where(gaps.c.group_id == group)
        return [
            (row.question, Group(from_bytes(row.vector), {row.language: 1}))
            for row in self._connection.execute(query.order_by(gaps.c.created_at))
        ]

    def put(self, gap: str, group: str | None, question: Group) -> str:
        """Give a gap its vector and its group, a new one for None; returns the group."""
        vector = to_bytes(question.total)
        if group is None:
            group = new_id("grp")
            row = {"id": group, "label": "", "total": vector, "counts": dict(question.counts)}
            self._connection.execute(gap_groups.insert(), row | {"created_at": datetime.now(UTC)})
        change = update(gaps).where(gaps.c.id == gap)
        self._connection.execute(change.values(group_id=group, vector=vector))
        return group

    def describe(self, group: str, label: str, total: Group) -> None:
        values = {"label": label, "total": to_bytes(total.total), "counts": dict(total.counts)}
        self._connection.execute(update(gap_groups).where(gap_groups.c.id == group).values(**values))

    def groups(self, limit: int) -> list[GapGroup]:
        """The most asked first."""
        count = func.count(gaps.c.id)
        query = (
            select(
                gap_groups.c.id,
                gap_groups.c.label,
                count.label("asked"),
                func.min(gaps.c.created_at, type_=gaps.c.created_at.type).label("first_at"),
                func.max(gaps.c.created_at, type_=gaps.c.created_at.type).label("last_at"),
            )
            .join(gaps, gaps.c.group_id == gap_groups.c.id)
            .group_by(gap_groups.c.id, gap_groups.c.label)
            .order_by(count.desc(), gap_groups.c.id)
            .limit(limit)
        )
        return [
            GapGroup(row.id, row.label, row.asked, row.first_at, row.last_at, self._examples(row.id))
            for row in self._connection.execute(query)
        ]

    def rate(self, conversation: str, message: str, *, helpful: bool) -> bool:
        """Keep what the customer thinks of a reply; False if it is no reply of this conversation."""
        known = select(messages.c.id).where(
            messages.c.id == message,
            messages.c.conversation_id == conversation,
            messages.c.in_reply_to.is_not(None),
        )
        if not self._connection.execute(known).first():
            return False
        self._connection.execute(feedback.delete().where(feedback.c.message_id == message))
        row = {"message_id": message, "conversation_id": conversation, "helpful": helpful}
        self._connection.execute(feedback.insert(), row | {"at": datetime.now(UTC)})
        return True

    def question_of(self, reply: str) -> tuple[str, str]:
        """What the customer had asked when they got this reply, and that message's id."""
        asked = messages.alias("asked")
        query = (
            select(asked.c.text, asked.c.id)
            .select_from(messages.join(asked, messages.c.in_reply_to == asked.c.id))
            .where(messages.c.id == reply)
        )
        row = self._connection.execute(query).first()
        return (row.text, row.id) if row else ("", "")

    def _examples(self, group: str) -> list[str]:
        query = select(gaps.c.question).where(gaps.c.group_id == group)
        return list(
            self._connection.execute(query.order_by(gaps.c.created_at.desc()).limit(_EXAMPLES)).scalars()
        )
