"""Dates as they are kept, as precise as they are known: 2027, 2027-H1, 2027-Q1, 2027-03, 2027-03-31."""

import calendar
from datetime import date, timedelta


def last_day(value: str) -> date:
    """The last day of a date as far as it is known: 31 March for 2027-Q1."""
    year, _, rest = value.partition("-")
    if len(rest) == 5:
        return date.fromisoformat(value)
    month = int(rest.strip("HQ") or 12) * {"H": 6, "Q": 3}.get(rest[:1], 1)
    return date(int(year), month, calendar.monthrange(int(year), month)[1])


def shifted(value: str, *, months: int = 0, days: int = 0) -> str | None:
    """A date so much later, as precise as it is; None where it is not known so precisely: a week after a month."""
    year, _, rest = value.partition("-")
    if len(rest) == len("05-20"):
        index = int(year) * 12 + int(rest[:2]) - 1 + months
        last = calendar.monthrange(index // 12, index % 12 + 1)[1]
        moved = date(index // 12, index % 12 + 1, min(int(rest[3:]), last)) + timedelta(days)
        return moved.isoformat()
    if days or (not rest.isdigit() and months % 12):
        return None
    if rest.isdigit():
        return months_on(date(int(year), int(rest), 1), months)
    return f"{int(year) + months // 12}{value[4:]}"


def shown(value: str, language: str) -> str:
    """A value as people write it: 31 March 2027, first half of 2027; 2027年3月31日, 2027年第一季度."""
    year, _, rest = value.partition("-")
    zh = language == "zh"
    if rest[:1] == "H":
        half = int(rest[1]) - 1
        return f"{year}年{'上下'[half]}半年" if zh else f"{('first', 'second')[half]} half of {year}"
    if rest[:1] == "Q":
        return f"{year}年第{'一二三四'[int(rest[1]) - 1]}季度" if zh else f"{rest} {year}"
    month, day = ([int(part) for part in rest.split("-") if part] + [0, 0])[:2]
    if zh:
        return f"{year}年" + (f"{month}月" if month else "") + (f"{day}日" if day else "")
    return (f"{day} " if day else "") + (f"{calendar.month_name[month]} " if month else "") + year


def months_on(today: date, months: int) -> str:
    index = today.year * 12 + today.month - 1 + months
    return f"{index // 12}-{index % 12 + 1:02d}"
