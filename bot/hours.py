"""When people are there, and what may be promised about it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.texts import texts

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = rf"(?:{'|'.join(_DAYS)})"
_RANGE = rf"{_DAY}(?:\s*-\s*{_DAY})?"
_CLAUSE = re.compile(rf"({_RANGE}(?:\s*,\s*{_RANGE})*)\s+(\d.*)", re.IGNORECASE | re.ASCII)
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", re.ASCII)
_MIDNIGHT = 24 * 60
_ONE_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_LONGEST_HOLIDAY = timedelta(days=366)
_SHORTLY = timedelta(minutes=30)  # so near the end of the day, the next opening is named too

Span = tuple[int, int]  # minutes after midnight: from, until


@dataclass(frozen=True)
class Hours:
    """Opening hours of a week (0 is Monday) on the clocks of one zone; closed on holidays.

    Every `now` is an aware datetime; what comes back is in the zone.
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[Span, ...]]
    holidays: frozenset[date] = frozenset()

    @classmethod
    def parse(cls, timezone: str, business_hours: str, holidays: str) -> "Hours":
        """From the settings; no business hours mean never open. Raises ValueError with a hint."""
        return cls(parse_zone(timezone), parse_week(business_hours), parse_holidays(holidays))

    def is_open(self, now: datetime) -> bool:
        first = next(self._openings(now), None)
        return first is not None and first[0] <= now

    def next_opening(self, now: datetime) -> datetime | None:
        """When it opens next; the opening that lasts now does not count. None if it never does."""
        starts = (start for start, _ in self._openings(now) if start > now)
        return self._local(next(starts, None))

    def closes_at(self, now: datetime) -> datetime | None:
        """When today's hours end, breaks left aside. None if it is closed now, or never closes."""
        if not self.is_open(now):
            return None
        midnight = self._at(now.astimezone(self.zone).date(), _MIDNIGHT)
        end = max(end for start, end in self._openings(now) if start < midnight)
        return None if end >= self._horizon(now) else self._local(end)

    def _openings(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Openings that end after `now`, in UTC and in order; those that touch at midnight are one."""
        begun: tuple[datetime, datetime] | None = None
        for start, end in self._spans(now):
            if begun and start <= begun[1]:
                begun = (begun[0], end)
                continue
            if begun and begun[1] > now:
                yield begun
            begun = (start, end)
        if begun and begun[1] > now:
            yield begun

    def _spans(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = now.astimezone(self.zone).date() - _ONE_DAY
        horizon = self._horizon(now)
        while self._at(day, 0) < horizon:
            for start, end in self.week.get(day.weekday(), ()) if day not in self.holidays else ():
                if (opens := self._at(day, start)) < (
                    closes := self._at(day, end)
                ):  # clocks may jump over it
                    yield opens, closes
            day += _ONE_DAY

    def _horizon(self, now: datetime) -> datetime:
        """Beyond this nothing is looked for."""
        return self._at(now.astimezone(self.zone).date() + _LONGEST_HOLIDAY + _WEEK, 0)

    def _at(self, day: date, minutes: int) -> datetime:
        """In UTC: times of one zone would be compared by their clocks, wrongly where these are changed."""
        if minutes == _MIDNIGHT:
            day, minutes = day + _ONE_DAY, 0
        return datetime.combine(day, time(minutes // 60, minutes % 60), self.zone).astimezone(UTC)

    def _local(self, moment: datetime | None) -> datetime | None:
        return moment and moment.astimezone(self.zone)


def parse_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("write a zone of the IANA list, such as Asia/Shanghai") from error


def parse_week(text: str) -> dict[int, tuple[Span, ...]]:
    """Such as `Mon-Fri 09:00-12:00,13:00-18:00; Sat 09:00-12:00`."""
    week: dict[int, tuple[Span, ...]] = {}
    for clause in filter(None, (part.strip() for part in text.split(";"))):
        match = _CLAUSE.fullmatch(clause)
        if not match:
            raise ValueError(f"{clause!r}: write it as 'Mon-Fri 09:00-12:00,13:00-18:00; Sat 09:00-12:00'")
        spans = [_span(part.strip()) for part in match[2].split(",")]
        for day in _days(match[1]):
            week[day] = tuple(sorted((*week.get(day, ()), *spans)))
    for day, spans_of_day in week.items():
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans_of_day)):
            raise ValueError(f"hours overlap on {_DAYS[day].title()}; write each hour of a day once")
    return week


def parse_holidays(text: str) -> frozenset[date]:
    """Such as `2026-10-01..2026-10-07, 2027-01-01`."""
    days: set[date] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, dots, last = part.partition("..")
        try:
            start = date.fromisoformat(first.strip())
            end = date.fromisoformat(last.strip()) if dots else start
        except ValueError as error:
            raise ValueError(f"{part!r}: write '2026-10-01..2026-10-07, 2027-01-01'") from error
        if not timedelta() <= end - start < _LONGEST_HOLIDAY:
            raise ValueError(f"{part!r}: the last day comes after the first, within a year")
        days.update(start + n * _ONE_DAY for n in range((end - start).days + 1))
    return frozenset(days)


def promise(hours: Hours, now: datetime, language: str) -> str:
    """What may be said once a colleague has been told: where the answer comes and when people are there."""
    phrases = texts(language).handoff
    opening = hours.next_opening(now)
    if hours.is_open(now):
        closing = hours.closes_at(now)
        if closing is None:
            return phrases.promise_always
        if opening and closing.astimezone(UTC) - now < _SHORTLY:
            return phrases.promise_closing.format(
                until=_moment(closing, now, language), opening=_moment(opening, now, language)
            )
        return phrases.promise_open.format(until=_moment(closing, now, language))
    if opening is None:
        return phrases.promise_always
    return phrases.promise_closed.format(opening=_moment(opening, now, language))


def _moment(when: datetime, now: datetime, language: str) -> str:
    """A time of day with its day: the weekday stands there even for today, which is another day elsewhere."""
    phrases = texts(language).handoff
    days = (when.date() - now.astimezone(when.tzinfo).date()).days
    phrase = {0: phrases.today, 1: phrases.tomorrow}.get(days, phrases.on_date)
    return phrase.format(
        time=f"{when.hour}:{when:%M}",
        weekday=phrases.weekdays.split()[when.weekday()],
        day=when.day,
        month=phrases.months.split()[when.month - 1],
        zone=_zone(when, language),
    )


def _zone(when: datetime, language: str) -> str:
    """The distance from UTC; not said in Chinese where the clocks are China's."""
    hours, minutes = divmod(abs(offset := when.utcoffset() or timedelta()) // timedelta(minutes=1), 60)
    if language == "zh" and offset == timedelta(hours=8):
        return ""
    distance = f"{'-' if offset < timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")
    return texts(language).handoff.zone.format(offset=distance if offset else "")


def _days(text: str) -> Iterator[int]:
    for part in text.lower().split(","):
        days = [_DAYS.index(day.strip()) for day in part.split("-")]
        yield from ((days[0] + n) % 7 for n in range((days[-1] - days[0]) % 7 + 1))


def _span(text: str) -> Span:
    match = _SPAN.fullmatch(text)
    hour, minute, last_hour, last_minute = map(int, match.groups()) if match else (0, 60, 0, 60)
    start, end = hour * 60 + minute, last_hour * 60 + last_minute
    if max(minute, last_minute) > 59 or max(start, end) > _MIDNIGHT:
        raise ValueError(f"{text!r}: write hours as 09:00-18:00")
    if start >= end:
        raise ValueError(f"{text!r} passes midnight: write 22:00-24:00, and 00:00-06:00 under the day after")
    return start, end
