"""Every figure of a text: amounts, dates, durations, percentages and counts, in English and in Chinese.

The grounding check rests on this module, so what might be a figure is one. Names of standards, clauses and
editions, citations, numbering and idioms are none (`knowledge.names`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from knowledge import units
from knowledge.dates import blanked, dates
from knowledge.folding import fold
from knowledge.names import without_names
from knowledge.numbering import numbers
from knowledge.numerals import plus, times
from knowledge.units import BASES, COUNT, PERCENT, TENTHS, Kind, Unit

__all__ = ["Figure", "Kind", "Meaning", "entailed", "equal", "figures", "meaning"]

Meaning = tuple[Kind, str, Decimal | str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `start:end` of a text, where it reads `text`.

    `value` is a number of `unit`: a currency code, year, month, week, day, working_day, man_day, hour,
    minute, second, percent or count. A date's unit is "date" and its value ISO 8601 as far as given:
    2018-09-15, 2018-09, 2018, --09-15, --09.
    """

    kind: Kind
    value: Decimal | str
    unit: str
    text: str
    start: int
    end: int


def figures(text: str) -> list[Figure]:
    """The figures of any text in their order, without overlap, in time linear in its length."""
    return list(_figures(text))


@lru_cache(maxsize=2048)  # the same entries are quoted again and again
def _figures(text: str) -> tuple[Figure, ...]:
    rest = without_names(fold(text))
    found = [_figure(text, start, end, value, Unit(Kind.DATE, "date")) for start, end, value in dates(rest)]
    rest = blanked(rest, [(figure.start, figure.end) for figure in found])
    every = list(units.periods(rest))
    found += [_figure(text, start, end, value, unit) for start, end, value, unit in every]
    rest = blanked(rest, [(start, end) for start, end, *_ in every])
    quantities = _compounds(_with_shared_units(list(_quantities(rest)), rest), rest)
    found += [figure for quantity in quantities if (figure := _stated(text, rest, quantity))]
    return tuple(sorted(found, key=lambda figure: figure.start))


def equal(a: Figure, b: Figure) -> bool:
    """Whether two figures say the same: 12 months are a year, 7 days a week, 60 minutes an hour.

    24 hours are not a day, 30 days not a month and 15 working days not 15 days: as promises they differ.
    Currencies are never converted.
    """
    return meaning(a) == meaning(b)


def meaning(figure: Figure) -> Meaning:
    """What a figure says, the same for equal figures: its kind, its base unit and its value in that unit."""
    if isinstance(figure.value, str):
        return figure.kind, figure.unit, figure.value
    unit, factor = BASES.get(figure.unit, (figure.unit, 1))
    return figure.kind, unit, times(figure.value, Decimal(factor))


def entailed(figure: Figure) -> frozenset[Meaning]:
    """Everything that holds where the figure does: 2018-09-15 is also in 2018-09, in 2018 and on --09-15."""
    if not isinstance(figure.value, str):
        return frozenset({meaning(figure)})
    year, month, day = [*re.findall(r"^(?:\d{4}|-)|-\d\d", figure.value), "", ""][:3]
    of_a_year = {"-" + month + day, "-" + month} if month else set()
    in_years = {year, year + month} if year != "-" else set()
    return frozenset((figure.kind, figure.unit, value) for value in {figure.value} | of_a_year | in_years)


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number with its unit, while a neighbour may still lend it one. `ahead`: the unit stood before it."""

    value: Decimal
    scale: Decimal
    unit: Unit
    start: int
    end: int
    ahead: bool


def _quantities(text: str) -> Iterator[_Quantity]:
    at = 0
    for number in numbers(text):
        if number.start < at:
            continue
        ahead, follows = units.before(text, number.start), units.after(text, number.end)
        value, unit, start, end = number.value, COUNT, number.start, number.end
        if follows:
            unit, end, half = follows
            value = plus(value, half)
        if ahead and unit.kind is not Kind.AMOUNT:
            unit, start, end = *ahead, number.end
        if text[number.start : number.end] == "百分百":
            unit = PERCENT
        if unit is TENTHS and value >= 10:
            unit = PERCENT
        yield _Quantity(value, number.scale, unit, start, end, ahead is not None)
        at = end


_TO = re.compile(r"\s?(?:to|or|up to|or even|[-‑–—~～−]{1,2}|至|到|或|或者|/|\()\s?", re.IGNORECASE)
_AND = re.compile(r"(?:\s?(?:and|、|和|及|&)\s?)?", re.IGNORECASE)
_LONGEST_JOIN = 10


def _with_shared_units(quantities: list[_Quantity], text: str) -> list[_Quantity]:
    """One unit and one magnitude are for both in "3-5 years", "6 or 12 months", 3到5万元 and "¥3000-5000"."""
    shared = list(quantities)
    for i in reversed(range(len(shared) - 1)):
        shared[i] = _lent(shared[i], shared[i + 1], text)
    for i in range(1, len(shared)):
        first, second = shared[i - 1], shared[i]
        gap = text[first.end : second.start]
        if first.ahead and second.unit is COUNT and len(gap) <= _LONGEST_JOIN and _TO.fullmatch(gap):
            shared[i] = replace(second, unit=first.unit, ahead=True)
    return shared


def _lent(first: _Quantity, second: _Quantity, text: str) -> _Quantity:
    gap = text[first.end : second.start]
    if (first.unit is not COUNT and not first.ahead) or len(gap) > _LONGEST_JOIN:
        return first
    to = _TO.fullmatch(gap)
    if not to and not _AND.fullmatch(gap):
        return first
    if _is_year(first, text) and second.unit.kind is Kind.DURATION:
        return first
    if to and first.scale == 1 and first.value * second.scale < second.value:
        first = replace(first, value=times(first.value, second.scale), scale=second.scale)
    if first.unit is COUNT and not second.ahead:
        first = replace(first, unit=second.unit)
    return first


_WITHIN = re.compile(r"\s?(?:and|,|零|又|加)?\s?", re.IGNORECASE)


def _compounds(quantities: list[_Quantity], text: str) -> Iterator[_Quantity]:
    """ "1 year and 6 months" is one duration of 18 months."""
    held: _Quantity | None = None
    for quantity in quantities:
        if held is not None:
            sum_ = _sum(held, quantity, text)
            if sum_ is None:
                yield held
            held = sum_ or quantity
        else:
            held = quantity
    if held is not None:
        yield held


def _sum(first: _Quantity, second: _Quantity, text: str) -> _Quantity | None:
    gap = text[first.end : second.start]
    if first.unit.name not in BASES or second.unit.name not in BASES or len(gap) > _LONGEST_JOIN:
        return None
    (base, large), (other, small) = BASES[first.unit.name], BASES[second.unit.name]
    ratio = Decimal(large) / small
    if base != other or ratio <= 1 or second.value >= ratio or not _WITHIN.fullmatch(gap):
        return None
    value = times(times(first.value, first.unit.factor), ratio)
    return replace(second, value=plus(value, times(second.value, second.unit.factor)), start=first.start)


_COUNTED = re.compile(
    r"\+|\s?(?:多|余)?[家个名人位次份项条件台款]|\s(?:people|persons|employees|staff|members|users|customers|clients"
    r"|companies|cases|certificates|organi[sz]ations|enterprises|servers|times)(?![A-Za-z])"
)


def _is_year(quantity: _Quantity, text: str) -> bool:
    written = text[quantity.start : quantity.end]
    year = len(written) == 4 and written.isdigit() and 1900 <= quantity.value < 2100
    return year and not _COUNTED.match(text, quantity.end)


def _stated(text: str, rest: str, quantity: _Quantity) -> Figure | None:
    start, end, unit = quantity.start, quantity.end, quantity.unit
    if unit is COUNT and rest[start:end] == "一":
        return None  # an article, as in 一份 and 一起
    if unit is COUNT and _is_year(quantity, rest):
        return _figure(text, start, end, rest[start:end], Unit(Kind.DATE, "date"))
    return _figure(text, start, end, quantity.value, unit)


def _figure(text: str, start: int, end: int, value: Decimal | str, unit: Unit) -> Figure:
    if isinstance(value, Decimal):
        value = times(value, unit.factor)
    return Figure(unit.kind, value, unit.name, text[start:end], start, end)
