"""Questions that the knowledge did not answer, in groups of one meaning, and what customers think of replies."""

import functools
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, func, select, text, update

from bot.gaps import Group, from_bytes, label, to_bytes
from bot.messages import Outcome, new_id
from bot.records import GapGroup
from bot.store.tables import conversations, feedback, gap_groups, gaps, messages

_EXAMPLES = 5
_GRACE = timedelta(minutes=10)  # in which what has just been taught may not be learned yet


class GapState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Standing(GapGroup):
    """A group with what staff have decided about it; `matter` is the entry that answers it."""

    languages: Mapping[str, int] = field(default_factory=dict)
    state: GapState = GapState.OPEN
    matter: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class AskedQuestion:
    """A question that was not answered, where it was asked."""

    text: str
    language: str
    conversation: str
    channel: str
    at: datetime


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
        """Give a gap its vector and its group, a new one for None; returns the group.

        A group that has been answered is open again when its question still comes.
        """
        vector = to_bytes(question.total)
        if group is None:
            group = new_id("grp")
            row = {"id": group, "label": "", "total": vector, "counts": dict(question.counts)}
            self._connection.execute(gap_groups.insert(), row | {"created_at": datetime.now(UTC)})
        change = update(gaps).where(gaps.c.id == gap)
        self._connection.execute(change.values(group_id=group, vector=vector))
        asked = select(gaps.c.created_at).where(gaps.c.id == gap)
        again = update(gap_groups).where(
            gap_groups.c.id == group,
            gap_groups.c.state == GapState.ANSWERED,
            gap_groups.c.decided_at < self._connection.execute(asked).scalar_one() - _GRACE,
        )
        self._connection.execute(again.values(state=GapState.OPEN))
        return group

    def describe(self, group: str, name: str, total: Group) -> None:
        values = {"label": name, "total": to_bytes(total.total), "counts": dict(total.counts)}
        self._connection.execute(update(gap_groups).where(gap_groups.c.id == group).values(**values))

    def groups(self, limit: int) -> list[GapGroup]:
        """Those that nobody has decided about, the most asked first."""
        return list(self.standing(GapState.OPEN, limit))

    def standing(self, state: GapState, limit: int, offset: int = 0) -> list[Standing]:
        """The most asked first."""
        query = _grouped().where(gap_groups.c.state == state)
        ordered = query.order_by(text("asked DESC"), gap_groups.c.id).limit(limit).offset(offset)
        return [self._standing(row) for row in self._connection.execute(ordered).all()]

    def group(self, id: str) -> Standing | None:
        row = self._connection.execute(_grouped().where(gap_groups.c.id == id)).first()
        return self._standing(row) if row else None

    def counts(self) -> dict[GapState, int]:
        """How many groups are in each state."""
        query = select(gap_groups.c.state, func.count()).group_by(gap_groups.c.state)
        found = {row[0]: row[1] for row in self._connection.execute(query)}
        return {state: found.get(state, 0) for state in GapState}

    def questions(self, group: str, limit: int = 200) -> list[AskedQuestion]:
        """The group's questions, newest first."""
        query = (
            select(gaps, conversations.c.channel)
            .join(conversations, conversations.c.id == gaps.c.conversation_id)
            .where(gaps.c.group_id == group)
            .order_by(gaps.c.created_at.desc(), gaps.c.id)
            .limit(limit)
        )
        return [
            AskedQuestion(row.question, row.language, row.conversation_id, row.channel, row.created_at)
            for row in self._connection.execute(query)
        ]

    def decide(self, group: str, state: GapState, staff: str, matter: str | None = None) -> bool:
        """False if there is no such group."""
        values: dict[str, Any] = {"state": state, "matter": matter, "decided_by": staff}
        change = update(gap_groups).where(gap_groups.c.id == group)
        done = self._connection.execute(change.values(**values, decided_at=datetime.now(UTC)))
        return done.rowcount == 1

    def merge(self, group: str, other: str) -> bool:
        """Give a group all questions of another, which is no more; False if there are not two."""
        ours, theirs = self.members(group), self.members(other)
        if group == other or not ours or not theirs:
            return False
        members = [*ours, *theirs]
        run = self._connection.execute
        run(update(gaps).where(gaps.c.group_id == other).values(group_id=group))
        run(gap_groups.delete().where(gap_groups.c.id == other))
        total = functools.reduce(operator.add, (member for _, member in members))
        self.describe(group, members[label([member for _, member in members])][0], total)
        return True

    def reopen(self, matter: str) -> None:
        """What an entry has answered is not answered any more."""
        change = update(gap_groups).where(
            gap_groups.c.matter == matter, gap_groups.c.state == GapState.ANSWERED
        )
        self._connection.execute(change.values(state=GapState.OPEN, matter=None))

    def open_totals(self) -> dict[str, Group]:
        """As `totals`, of the groups that nobody has decided about."""
        query = select(gap_groups.c.id, gap_groups.c.total, gap_groups.c.counts)
        rows = self._connection.execute(query.where(gap_groups.c.state == GapState.OPEN))
        return {row.id: Group(from_bytes(row.total), row.counts) for row in rows}

    def answered(self, limit: int) -> list[str]:
        """What customers asked last and got an answer to, newest first."""
        asked = messages.alias("asked")
        query = (
            select(asked.c.text)
            .select_from(messages.join(asked, messages.c.in_reply_to == asked.c.id))
            .where(messages.c.outcome == Outcome.ANSWERED)
            .order_by(messages.c.created_at.desc())
            .limit(limit)
        )
        return list(dict.fromkeys(self._connection.execute(query).scalars()))

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

    def _standing(self, row: Any) -> Standing:
        return Standing(
            id=row.id,
            label=row.label,
            count=row.asked,
            first_at=row.first_at,
            last_at=row.last_at,
            examples=self._examples(row.id),
            languages=row.counts,
            state=GapState(row.state),
            matter=row.matter,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )

    def _examples(self, group: str) -> list[str]:
        query = select(gaps.c.question).where(gaps.c.group_id == group)
        latest = query.order_by(gaps.c.created_at.desc()).limit(_EXAMPLES)
        return list(self._connection.execute(latest).scalars())


def _grouped() -> Select[Any]:
    """Every group with how often and when it was asked."""
    asked = (
        select(
            gaps.c.group_id,
            func.count().label("asked"),
            func.min(gaps.c.created_at, type_=gaps.c.created_at.type).label("first_at"),
            func.max(gaps.c.created_at, type_=gaps.c.created_at.type).label("last_at"),
        )
        .group_by(gaps.c.group_id)
        .subquery()
    )
    return select(gap_groups, asked.c.asked, asked.c.first_at, asked.c.last_at).join(
        asked, asked.c.group_id == gap_groups.c.id
    )
