"""What the desk's numbers say: how much is asked, how well it is answered, and how long people wait for a person.

Days and hours are those of the firm's zone. Nothing here is about a single customer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import ceil, floor, sqrt

from bot.hours import Span
from bot.messages import Outcome
from bot.records import HandoffState
from bot.store import Transaction
from bot.store.numbers import QUESTION, Scope, Stage, Thread, Verdict, Wait

LONGEST = 366  # days of a period
RIPE = timedelta(hours=72)  # without a further question, before a conversation counts as resolved or not
_LISTED = 20  # of the most asked
_Z = 1.959964  # of a normal distribution, 95 % lie within so many deviations
_ONE_DAY = timedelta(days=1)

REPEATED = "repeated"
REASONS = (Verdict.HANDED, Verdict.DECLINED, Verdict.UNANSWERED, Verdict.UNHELPFUL, REPEATED)
"""Why a conversation is not resolved; of several the first counts."""


@dataclass(frozen=True)
class Period:
    """Whole days, both ends included."""

    first: date
    last: date

    @classmethod
    def until(cls, last: date, days: int) -> "Period":
        return cls(last - (days - 1) * _ONE_DAY, last)

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def days(self) -> list[date]:
        return [self.first + n * _ONE_DAY for n in range(self.length)]

    def scope(self, zone: tzinfo, channel: str = "", language: str = "") -> Scope:
        start, end = _midnight(self.first, zone), _midnight(self.last + _ONE_DAY, zone)
        return Scope(start, end, _clock(start, end, zone), channel, language)


@dataclass(frozen=True)
class Share:
    n: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.n / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, in percent: in 95 of 100 such cases the true share lies within."""
        low, high = wilson(self.n, self.of)
        return 100 * low, 100 * high


@dataclass(frozen=True)
class Volume:
    """By day: conversations in which customers wrote, and their messages; by weekday and hour: messages.

    `outside` is how many were written outside the opening hours of a week.
    """

    days: Sequence[tuple[date, int, int]]
    week: Sequence[Sequence[int]]
    outside: Share


@dataclass(frozen=True)
class Resolution:
    """`young` conversations had a question so lately that they count neither way."""

    resolved: Share
    reasons: Mapping[str, int]
    young: int


@dataclass(frozen=True)
class Waiting:
    """Seconds that customers waited; None where nobody has come yet. `waiting` is how many still do.

    `in_time` is of those who were reached, whose wait ended without, or who have waited longer already.
    """

    median: float | None
    ninetieth: float | None
    reached: int
    in_time: Share
    waiting: int
    missed: int


@dataclass(frozen=True)
class Numbers:
    volume: Volume
    outcomes: Mapping[tuple[date, Outcome], int]
    resolution: Resolution
    replies: Waiting
    takeovers: Waiting
    cited: Sequence[tuple[str, str, int]]
    missing: Sequence[tuple[str, str, int]]
    funnel: Mapping[Stage, int]

    def total(self, outcome: Outcome) -> Share:
        counts = {
            each: sum(self.outcomes.get((day, each), 0) for day, _, _ in self.volume.days)
            for each in QUESTION
        }
        return Share(counts[outcome], sum(counts.values()))


def numbers(
    tx: Transaction,
    period: Period,
    scope: Scope,
    week: Mapping[int, Sequence[Span]],
    target: timedelta,
    now: datetime,
) -> Numbers:
    """`week` holds the opening hours by weekday, `target` is the time in which staff should reach a customer."""
    waits = tx.numbers.waits(scope)
    taken = [
        wait for wait in waits if wait.taken_at or wait.state is HandoffState.WAITING
    ]  # it was not kept once
    return Numbers(
        volume=volume(period, tx.numbers.asked_by_day(scope), tx.numbers.asked_by_quarter(scope), week),
        outcomes=tx.numbers.outcomes(scope),
        resolution=resolution(tx.numbers.threads(scope, now - RIPE)),
        replies=waiting(waits, [wait.replied_at for wait in waits], target, now),
        takeovers=waiting(taken, [wait.taken_at for wait in taken], target, now),
        cited=tx.numbers.cited(scope, _LISTED),
        missing=tx.numbers.missing(scope, _LISTED),
        funnel=funnel(tx.numbers.stages(scope)),
    )


def volume(
    period: Period,
    by_day: Mapping[date, tuple[int, int]],
    by_quarter: Mapping[tuple[int, int], int],
    week: Mapping[int, Sequence[Span]],
) -> Volume:
    hours = [[0] * 24 for _ in range(7)]
    outside = 0
    for (weekday, minute), n in by_quarter.items():
        hours[weekday][minute // 60] += n
        if not any(start <= minute < end for start, end in week.get(weekday, ())):
            outside += n
    days = [(day, *by_day.get(day, (0, 0))) for day in period.days()]
    return Volume(days, hours, Share(outside, sum(by_quarter.values())))


def resolution(threads: Sequence[Thread]) -> Resolution:
    """A conversation is resolved if its last question was answered, and none was declined, repeated, handed over
    or its answer called unhelpful.
    """
    verdicts = {thread.conversation: thread.verdict.value for thread in threads}
    asked: dict[str, set[str]] = defaultdict(set)
    for thread in threads:
        if thread.question is not None:
            question = _folded(thread.question)
            if question in asked[thread.conversation]:
                verdicts[thread.conversation] = REPEATED
            asked[thread.conversation].add(question)
    counts = dict.fromkeys((*REASONS, Verdict.YOUNG, Verdict.FINE), 0)
    for verdict in verdicts.values():
        counts[verdict] += 1
    young, fine = counts.pop(Verdict.YOUNG), counts.pop(Verdict.FINE)
    return Resolution(Share(fine, fine + sum(counts.values())), counts, young)


def waiting(
    waits: Sequence[Wait], reached: Sequence[datetime | None], target: timedelta, now: datetime
) -> Waiting:
    """`reached` is when each of `waits` was, None for not at all."""
    pairs = list(zip(waits, reached, strict=True))
    took = [at - wait.asked_at for wait, at in pairs if at]
    open_ = [now - wait.asked_at for wait, at in pairs if not at and wait.state is not HandoffState.ENDED]
    missed = len(pairs) - len(took) - len(open_)
    late = sum(time > target for time in open_)
    seconds = [time.total_seconds() for time in took]
    return Waiting(
        median=quantile(seconds, 0.5),
        ninetieth=quantile(seconds, 0.9),
        reached=len(took),
        in_time=Share(sum(time <= target for time in took), len(took) + late + missed),
        waiting=len(open_),
        missed=missed,
    )


def quantile(values: Sequence[float], share: float) -> float | None:
    """Between the two values that are nearest, in proportion; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below, above = ordered[floor(place)], ordered[ceil(place)]
    return below + (above - below) * (place - floor(place))


def wilson(n: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score; all is possible where nothing is known."""
    if of == 0:
        return 0.0, 1.0
    share, z2 = n / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def funnel(stages: Mapping[Stage, int]) -> dict[Stage, int]:
    """How many have come at least as far as each stage."""
    return {stage: sum(n for other, n in stages.items() if other >= stage) for stage in Stage}


def _folded(text: str) -> str:
    """Without case, spaces and punctuation."""
    return "".join(filter(str.isalnum, text.casefold()))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _clock(start: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, int]]:
    """From which moments on the zone is how many seconds ahead of UTC."""
    clock = [(start, _ahead(start, zone))]
    day = start
    while day < end:
        following = min(day + _ONE_DAY, end)
        if (ahead := _ahead(following, zone)) != clock[-1][1]:
            clock.append((_change(day, following, zone), ahead))
        day = following
    return clock


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The second in which the clocks are changed between the two."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _ahead(middle, zone) == _ahead(before, zone):
            before = middle
        else:
            after = middle
    return after


def _ahead(moment: datetime, zone: tzinfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(seconds=1)
