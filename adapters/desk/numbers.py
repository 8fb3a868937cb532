"""How much is asked, how well it is answered and how long people wait: for supervisors, as plots and as files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from adapters.desk import plots
from adapters.desk.access import Supervisor, desk
from adapters.desk.formats import short_day
from adapters.desk.pages import DeskRoute, csv_file, page
from adapters.desk.texts import LANGUAGES, texts
from bot import numbers as counted
from bot.errors import InvalidMessage, NotFound
from bot.hours import Hours
from bot.messages import Outcome
from bot.numbers import LONGEST, Numbers, Period, Waiting
from bot.store.numbers import QUESTION, Stage

QUICK = (7, 30, 90)  # days up to today
_USUAL = 30
_CHANNELS = ("web", "wechat")
_LOOKS = {
    Outcome.ANSWERED: ("answered", "plain"),
    Outcome.CLARIFY: ("clarify", "lines"),
    Outcome.DECLINED: ("declined", "dots"),
    Outcome.HANDED_OFF: ("handed", "rows"),
}

router = APIRouter(prefix="/desk/numbers", route_class=DeskRoute, include_in_schema=False)


@dataclass(frozen=True)
class Asked:
    """What the page is asked for; `wrong` names what cannot be, and then the usual period is shown."""

    days: int
    first: str
    last: str
    channel: str
    language: str

    def period(self, today: date) -> Period:
        """Raises ValueError with the name of what is wrong; days to come are left out."""
        if not (self.first or self.last):
            return Period.until(today, self.days)
        try:
            first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        except ValueError as error:
            raise ValueError("date") from error
        period = Period(first, min(last, today))
        if last < first:
            raise ValueError("order")
        if first > today:
            raise ValueError("future")
        if period.length > LONGEST:
            raise ValueError("long")
        return period


def _asked(
    days: int = _USUAL,
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
    channel: str = "",
    language: str = "",
) -> Asked:
    return Asked(
        days if days in QUICK else _USUAL,
        first.strip(),
        last.strip(),
        channel if channel in _CHANNELS else "",
        language if language in LANGUAGES else "",
    )


AskedFor = Annotated[Asked, Depends(_asked)]


@router.get("")
def show(request: Request, who: Supervisor, asked: AskedFor) -> Response:
    today, wrong = datetime.now(desk(request).zone).date(), ""
    try:
        period = asked.period(today)
    except ValueError as error:
        period, wrong = Period.until(today, _USUAL), str(error)
    found, hours = _count(request, who.staff.name, period, asked)
    words = texts(who.staff.language).numbers
    return page(
        request, who, "numbers/page.html", area="numbers", status=422 if wrong else 200,
        error=getattr(words.wrong, wrong).format(days=LONGEST) if wrong else "",
        asked=asked, period=period, today=today, quick=QUICK, channels=_CHANNELS, found=found,
        filters=_filters(asked), csv=_query(asked, period),
        series=_outcome_series(found, words), volume=_volume_series(found, words),
        labels=[short_day(day, day, who.staff.language) for day in period.days()],
        opened=_opened(hours), plots=plots, questions=QUESTION, outcomes=Outcome, stages=Stage,
        target=desk(request).settings.reply_target, duration=lambda seconds: duration(seconds, words),
    )  # fmt: skip


@router.get("/{table}.csv")
def download(request: Request, who: Supervisor, asked: AskedFor, table: str) -> Response:
    if table not in TABLES:
        raise NotFound("There is no such table.")
    words = texts(who.staff.language).numbers
    try:
        period = asked.period(datetime.now(desk(request).zone).date())
    except ValueError as error:
        raise InvalidMessage(getattr(words.wrong, str(error)).format(days=LONGEST)) from error
    found, _ = _count(request, who.staff.name, period, asked)
    return csv_file(f"{table}-{period.first}-{period.last}.csv", TABLES[table](found, words))


def duration(seconds: float | None, words: Any) -> str:
    """A wait in one unit, to about two figures."""
    if seconds is None:
        return "–"
    for unit, length, up_to in (("seconds", 1, 60), ("minutes", 60, 3600), ("hours", 3600, 172_800)):
        if seconds < up_to:
            return _amount(words.spans, unit, seconds / length)
    return _amount(words.spans, "days", seconds / 86_400)


def _amount(spans: Any, unit: str, value: float) -> str:
    short = f"{value:.1f}".removesuffix(".0") if value < 10 and unit != "seconds" else f"{value:.0f}"
    return str(getattr(spans, unit)).format(n=short)


def _count(request: Request, staff: str, period: Period, asked: Asked) -> tuple[Numbers, Hours]:
    part = desk(request)
    hours = Hours.parse(part.settings.timezone, part.settings.business_hours, part.settings.holidays)
    scope = period.scope(part.zone, asked.channel, asked.language)
    target = timedelta(minutes=part.settings.reply_target)
    with part.store.read() as tx:
        found = counted.numbers(tx, period, scope, hours.week, target, datetime.now(UTC))
    with part.store.write() as tx:  # the gaps are in customers' words
        tx.people.note(staff, "numbers.show", f"{period.first}..{period.last}")
    return found, hours


def _opened(hours: Hours) -> list[list[bool]]:
    """Which hours of a week have opening hours in them."""
    return [
        [
            any(start < 60 * (hour + 1) and end > 60 * hour for start, end in hours.week.get(day, ()))
            for hour in range(24)
        ]
        for day in range(7)
    ]


def _filters(asked: Asked) -> str:
    """The other parameters, to follow one in an address."""
    chosen = {"channel": asked.channel, "language": asked.language}
    return "".join(f"&{urlencode({name: value})}" for name, value in chosen.items() if value)


def _query(asked: Asked, period: Period) -> str:
    return f"?{urlencode({'from': period.first, 'to': period.last})}{_filters(asked)}"


def _volume_series(found: Numbers, words: Any) -> list[plots.Series]:
    _, conversations, messages = zip(*found.volume.days, strict=True)
    return [
        plots.Series(words.volume.messages, "messages", messages),
        plots.Series(words.volume.conversations, "conversations", conversations),
    ]


def _outcome_series(found: Numbers, words: Any) -> list[plots.Series]:
    return [
        plots.Series(
            getattr(words.outcomes.names, outcome.value),
            look,
            [found.outcomes.get((day, outcome), 0) for day, _, _ in found.volume.days],
            pattern,
        )
        for outcome, (look, pattern) in _LOOKS.items()
    ]


Rows = Sequence[Sequence[object]]


def _volume(found: Numbers, words: Any) -> Rows:
    return [(words.day, words.volume.conversations, words.volume.messages), *found.volume.days]


def _hours(found: Numbers, words: Any) -> Rows:
    rows = zip(words.weekdays, found.volume.week, strict=True)
    return [(words.weekday, *(f"{hour}:00" for hour in range(24))), *((day, *row) for day, row in rows)]


def _outcomes(found: Numbers, words: Any) -> Rows:
    head = (words.day, *(getattr(words.outcomes.names, outcome.value) for outcome in QUESTION))
    days = (day for day, _, _ in found.volume.days)
    return [
        head,
        *((day, *(found.outcomes.get((day, outcome), 0) for outcome in QUESTION)) for day in days),
    ]


def _resolution(found: Numbers, words: Any) -> Rows:
    result, names = found.resolution, words.resolution
    low, high = result.resolved.interval
    return [
        (words.what, words.count),
        (names.resolved, result.resolved.n),
        *((getattr(names.reasons, reason), n) for reason, n in result.reasons.items()),
        (names.counted, result.resolved.of),
        (names.young, result.young),
        (names.percent, round(result.resolved.percent, 1)),
        (names.low, round(low, 1)),
        (names.high, round(high, 1)),
    ]


def _waiting(found: Numbers, words: Any) -> Rows:
    names = words.waiting
    head = (words.what, names.median_s, names.ninetieth_s, names.reached, names.in_time_of, names.counted,
            names.still, names.missed)  # fmt: skip
    return [head, _waited(names.replies, found.replies), _waited(names.takeovers, found.takeovers)]


def _waited(name: str, of: Waiting) -> Sequence[object]:
    median, ninetieth = (None if value is None else round(value) for value in (of.median, of.ninetieth))
    return (name, median, ninetieth, of.reached, of.in_time.n, of.in_time.of, of.waiting, of.missed)


def _cited(found: Numbers, words: Any) -> Rows:
    head = (words.questions.section, words.questions.document, words.count)
    return [head, *((section, title, n) for title, section, n in found.cited)]


def _missing(found: Numbers, words: Any) -> Rows:
    return [(words.gaps.question, words.count), *((label, n) for _, label, n in found.missing)]


def _funnel(found: Numbers, words: Any) -> Rows:
    first = found.funnel[Stage.OPENED]
    return [
        (words.funnel.stage, words.count, words.funnel.of_all),
        *(
            (getattr(words.funnel.stages, stage.name.lower()), n, round(100 * n / first, 1) if first else "")
            for stage, n in found.funnel.items()
        ),
    ]


TABLES: Mapping[str, Callable[[Numbers, Any], Rows]] = {
    "volume": _volume,
    "hours": _hours,
    "outcomes": _outcomes,
    "resolution": _resolution,
    "waiting": _waiting,
    "questions": _cited,
    "gaps": _missing,
    "funnel": _funnel,
}
