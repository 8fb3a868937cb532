"""How templates write times and numbers, in the firm's zone and the reader's language."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from adapters.desk.texts import texts
from knowledge.render import date_text

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400  # seconds
_FEW_DAYS = 3 * _DAY  # up to which hours say more


@pass_context
def when(context: Context, moment: datetime | None) -> str:
    """A moment, as short as it is clear: the time alone for today."""
    if moment is None:
        return ""
    local = moment.astimezone(context["zone"])
    today = context["now"].astimezone(context["zone"]).date()
    day = "" if local.date() == today else f"{short_day(local.date(), today, context['language'])} "
    return Markup('<time datetime="{}" title="{}">{}</time>').format(  # all of it is escaped by format
        moment.isoformat(), f"{local:%Y-%m-%d %H:%M:%S %Z}", f"{day}{local:%H:%M}"
    )


def short_day(day: date, today: date, language: str) -> str:
    full = date_text(day, language)
    if day.year != today.year:
        return full
    return f"{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%b}"


@pass_context
def day(context: Context, value: date | datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(context["zone"]).date()
    return date_text(value, context["language"])


@pass_context
def ago(context: Context, moment: datetime | None) -> str:
    """How long ago, in one unit."""
    return "" if moment is None else span((context["now"] - moment).total_seconds(), context["language"])


def span(seconds: float, language: str) -> str:
    """A time in one unit; a clock that was set back does not make it negative."""
    words = texts(language).core.spans
    seconds = max(seconds, 0)
    if seconds < _MINUTE:
        return str(words.now)
    unit, length = ("hours", _HOUR) if seconds >= _HOUR else ("minutes", _MINUTE)
    if seconds >= _FEW_DAYS:
        unit, length = "days", _DAY
    return str(getattr(words, unit)).format(n=int(seconds // length))


def number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def size(value: int) -> str:
    """Bytes as people write them."""
    if value < 1024**2:
        return f"{max(value / 1024, 0.1):.1f} kB"
    return f"{value / 1024**2:.1f} MB"


def shown(text: str) -> str:
    """A customer's text without the characters that turn the direction of what follows."""
    return _TURNS.sub("\ufffd", text)


def query(text: str) -> str:
    """A query string as the address of the same page."""
    return f"?{text}"


FILTERS: dict[str, Callable[..., Any]] = {
    "when": when,
    "day": day,
    "ago": ago,
    "span": span,
    "number": number,
    "size": size,
    "query": query,
    "shown": shown,
}
