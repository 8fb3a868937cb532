"""What is counted for the desk's numbers: of the conversations of a channel and a language, in a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    and_,
    case,
    desc,
    extract,
    func,
    select,
    true,
)

from bot import steps
from bot.messages import AuthorKind, Outcome
from bot.records import HandoffState
from bot.store.gaps import GapState
from bot.store.tables import (
    case_events,
    cases,
    conversations,
    feedback,
    gap_groups,
    gaps,
    handoffs,
    intakes,
    messages,
    quotations,
)

QUESTION = (Outcome.ANSWERED, Outcome.CLARIFY, Outcome.DECLINED, Outcome.HANDED_OFF)
"""The outcomes of replies to questions; the others are of greetings, applications and their status."""

_QUARTER, _DAY, _WEEK = 900, 86400, 604800  # seconds
_FIRST_DAY = date(1970, 1, 1)
_FROM_MONDAY = 3 * _DAY  # that day was a Thursday
_BEFORE_CONTRACT = {steps.ENQUIRY, steps.QUOTATION, *steps.ENDED}
_by_customer = messages.c.author_kind == AuthorKind.CUSTOMER
_by_bot = messages.c.author_kind == AuthorKind.BOT


@dataclass(frozen=True)
class Scope:
    """From `start` until before `end`; an empty `channel` or `language` (of the conversation) is any.

    `clock` tells from which moments on local time is how many seconds ahead of UTC; its first counts from the start.
    """

    start: datetime
    end: datetime
    clock: Sequence[tuple[datetime, int]] = ((datetime.min.replace(tzinfo=UTC), 0),)
    channel: str = ""
    language: str = ""


class Verdict(StrEnum):
    """What became of a conversation's questions: `FINE`, or the first of these that is true of it."""

    YOUNG = "young"
    HANDED = "handed"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    UNHELPFUL = "unhelpful"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation's verdict; one that is fine has a row for each of its questions, if there are several."""

    conversation: str
    verdict: Verdict
    question: str | None


@dataclass(frozen=True)
class Wait:
    """A customer who has asked for a person; `replied_at` is when one first wrote, before they were asked for again."""

    asked_at: datetime
    taken_at: datetime | None
    replied_at: datetime | None
    state: HandoffState


class Stage(IntEnum):
    """How far a conversation has come."""

    OPENED = 0
    ASKED = 1
    BEGUN = 2
    SENT = 3
    QUOTED = 4
    CONTRACT = 5


class Numbers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def asked_by_day(self, scope: Scope) -> dict[date, tuple[int, int]]:
        """In how many conversations customers wrote, and how many messages; days without any are left out."""
        query = select(
            _day(scope), func.count(messages.c.conversation_id.distinct()), func.count()
        ).where(_by_customer, *_within(messages.c.created_at, scope))  # fmt: skip
        rows = self._connection.execute(_of(query, messages, scope).group_by("day"))
        return {_to_date(row[0]): (row[1], row[2]) for row in rows}

    def asked_by_quarter(self, scope: Scope) -> dict[tuple[int, int], int]:
        """How many messages customers wrote, by weekday (0 is Monday) and the minute their quarter of an hour begins."""
        since_monday = (_local(scope) + _FROM_MONDAY) % _WEEK
        query = select((since_monday - since_monday % _QUARTER).label("quarter"), func.count()).where(
            _by_customer, *_within(messages.c.created_at, scope)
        )
        rows = self._connection.execute(_of(query, messages, scope).group_by("quarter"))
        return {divmod(int(row[0]) // 60, 24 * 60): row[1] for row in rows}

    def outcomes(self, scope: Scope) -> dict[tuple[date, Outcome], int]:
        """How many replies to questions had which outcome on which day."""
        query = select(_day(scope), messages.c.outcome, func.count()).where(
            _by_bot, messages.c.outcome.in_(QUESTION), *_within(messages.c.created_at, scope)
        )
        rows = self._connection.execute(_of(query, messages, scope).group_by("day", messages.c.outcome))
        return {(_to_date(row[0]), Outcome(row[1])): row[2] for row in rows}

    def threads(self, scope: Scope, ripe: datetime) -> list[Thread]:
        """The conversations whose last question came in that time; those that had one since `ripe` are young."""
        threads, reply = _threads(scope, ripe), messages.alias("reply")
        to_compare = and_(
            reply.c.conversation_id == threads.c.id,
            reply.c.author_kind == AuthorKind.BOT,
            reply.c.outcome.in_(QUESTION),
            threads.c.verdict == Verdict.FINE,
            threads.c.questions > 1,
        )
        joined = threads.outerjoin(reply, to_compare).outerjoin(
            messages, messages.c.id == reply.c.in_reply_to
        )
        query = select(threads.c.id, threads.c.verdict, messages.c.text).select_from(joined)
        return [Thread(row[0], Verdict(row[1]), row[2]) for row in self._connection.execute(query)]

    def waits(self, scope: Scope) -> list[Wait]:
        """Those who asked for a person in that time; what staff took unasked has no summary and is none."""
        h = _handoffs()
        wrote = (
            select(func.min(messages.c.created_at))
            .where(
                messages.c.conversation_id == h.c.conversation_id,
                messages.c.author_kind == AuthorKind.PERSON,
                messages.c.created_at >= h.c.created_at,
                h.c.next_at.is_(None) | (messages.c.created_at < h.c.next_at),
            )
            .correlate(h)
            .scalar_subquery()
        )
        query = select(h.c.created_at, h.c.taken_at, wrote, h.c.state)
        query = _of(query.where(h.c.summary != "", *_within(h.c.created_at, scope)), h, scope)
        return [Wait(row[0], row[1], row[2], HandoffState(row[3])) for row in self._connection.execute(query)]

    def cited(self, scope: Scope, limit: int) -> list[tuple[str, str, int]]:
        """Title and section of what most answers cite, with how many do."""
        title: Any
        section: Any
        reply, is_sqlite = messages.c.reply, self._connection.dialect.name == "sqlite"
        if is_sqlite:
            each = func.json_each(reply, "$.citations").table_valued("value")
            title, section = (func.json_extract(each.c.value, f"$.{name}") for name in ("title", "section"))
        else:
            each = func.json_array_elements(reply["citations"]).table_valued("value")
            title, section = (each.c.value.op("->>")(name) for name in ("title", "section"))
        query = select(title.label("title"), section.label("section"), func.count().label("n"))
        query = (
            query.select_from(messages)
            .join(each, true())
            .where(_by_bot, messages.c.outcome == Outcome.ANSWERED, *_within(messages.c.created_at, scope))
        )
        ordered = _of(query, messages, scope).group_by("title", "section")
        rows = self._connection.execute(ordered.order_by(desc("n"), "section", "title").limit(limit))
        return [(row.title, row.section, row.n) for row in rows]

    def missing(self, scope: Scope, limit: int) -> list[tuple[str, str, int]]:
        """Id and label of the open groups of unanswered questions, and how often they were asked in that time."""
        asked = func.count()
        query = (
            select(gap_groups.c.id, gap_groups.c.label, asked)
            .join(gaps, gaps.c.group_id == gap_groups.c.id)
            .where(gap_groups.c.state == GapState.OPEN, *_within(gaps.c.created_at, scope))
            .group_by(gap_groups.c.id, gap_groups.c.label)
            .order_by(asked.desc(), gap_groups.c.id)
        )
        rows = self._connection.execute(_of(query, gaps, scope).limit(limit))
        return [(row[0], row[1], row[2]) for row in rows]

    def stages(self, scope: Scope) -> dict[Stage, int]:
        """How many of the conversations that began in that time have come how far by now, and no further."""
        reached = reversed(_reached(scope).items())
        stage = case(
            *((conversations.c.id.in_(them), each.value) for each, them in reached), else_=Stage.OPENED.value
        )
        query = select(stage.label("stage"), func.count())
        query = query.where(*_within(conversations.c.created_at, scope), *_chosen(scope)).group_by("stage")
        found = {row[0]: row[1] for row in self._connection.execute(query)}
        return {each: found.get(each.value, 0) for each in Stage}


def _local(scope: Scope) -> ColumnElement[int]:
    """Seconds on the local clock since its 1 January 1970."""
    at, offsets = messages.c.created_at, [seconds for _, seconds in scope.clock]
    changes = [since for since, _ in scope.clock[1:]]
    offset = case(*((at < until, ahead) for until, ahead in zip(changes, offsets, strict=False)),
                  else_=offsets[-1]) if changes else offsets[0]  # fmt: skip
    return extract("epoch", at) + offset


def _day(scope: Scope) -> ColumnElement[int]:
    local = _local(scope)
    return (local - local % _DAY).label("day")


def _to_date(seconds: float) -> date:
    return _FIRST_DAY + timedelta(days=int(seconds) // _DAY)


def _within(at: ColumnElement[datetime], scope: Scope) -> Sequence[ColumnElement[bool]]:
    return at >= scope.start, at < scope.end


def _chosen(scope: Scope) -> list[ColumnElement[bool]]:
    wanted = {"channel": scope.channel, "language": scope.language}
    return [conversations.c[name] == value for name, value in wanted.items() if value]


def _of(query: Any, of: Any, scope: Scope) -> Any:
    """Only what belongs to conversations of the channel and the language."""
    if not (chosen := _chosen(scope)):
        return query
    return query.join(conversations, conversations.c.id == of.c.conversation_id).where(*chosen)


def _threads(scope: Scope, ripe: datetime) -> Subquery:
    """Id, number of questions and verdict of each conversation whose last question came in that time."""
    m = messages.c
    id, last_at = m.conversation_id, func.max(m.created_at)
    last_other = func.max(case((m.outcome != Outcome.ANSWERED, m.created_at)))
    verdict = case(
        (last_at >= ripe, Verdict.YOUNG),
        (id.in_(select(handoffs.c.conversation_id)), Verdict.HANDED),
        (func.max(case((m.outcome == Outcome.DECLINED, 1), else_=0)) == 1, Verdict.DECLINED),
        (last_other == last_at, Verdict.UNANSWERED),
        (id.in_(select(feedback.c.conversation_id).where(feedback.c.helpful.is_(False))), Verdict.UNHELPFUL),
        else_=Verdict.FINE,
    )
    recent = select(conversations.c.id).where(conversations.c.asked_at >= scope.start, *_chosen(scope))
    return (
        select(id.label("id"), func.count().label("questions"), verdict.label("verdict"))
        .where(_by_bot, m.outcome.in_(QUESTION), id.in_(recent))
        .group_by(id)
        .having(and_(last_at >= scope.start, last_at < scope.end))
        .subquery("threads")
    )


def _handoffs() -> Subquery:
    """All of them, each with when a person was asked for again in its conversation."""
    h = handoffs.c
    again = func.lead(h.created_at, type_=h.created_at.type)
    next_at = again.over(partition_by=h.conversation_id, order_by=h.created_at)
    return select(handoffs, next_at.label("next_at")).subquery("asked_for")


def _reached(scope: Scope) -> dict[Stage, Any]:
    """Who has come to each stage, of the conversations that began in that time and maybe others."""
    reply = select(messages.c.conversation_id).where(_by_bot, messages.c.created_at >= scope.start)
    sent = select(cases.c.conversation_id).where(cases.c.conversation_id.is_not(None))
    moved = sent.join(case_events, case_events.c.case_id == cases.c.id).where(case_events.c.kind == "moved")
    begun = reply.where(messages.c.outcome == Outcome.INTAKE)
    return {
        Stage.ASKED: reply.where(messages.c.outcome.in_(QUESTION)),
        Stage.BEGUN: begun.union(select(intakes.c.conversation_id)),
        Stage.SENT: sent,
        Stage.QUOTED: sent.join(quotations, quotations.c.case_id == cases.c.id),
        Stage.CONTRACT: moved.where(case_events.c.data["to"].as_string().not_in(_BEFORE_CONTRACT)),
    }
