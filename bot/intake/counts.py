"""Whole numbers as customers give them: 80, 五十来人, a dozen, "3 sites"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.intake.plain import plain
from bot.intake.reasons import Reason, Wrong
from knowledge.names import without_names
from knowledge.numbering import numbers

MOST = 10_000_000
_MAGNITUDE = re.compile(r"(?:hundred|thousand|million|billion|dozen)s?")
_UNSURE_BEFORE = re.compile(r"[几数]$")
_MEASURED = re.compile(r"[个处家名位人地间座所]|\s*$")
_NEGATIVE = re.compile(r"(?:(?:^|[\s:=,(])[-−–]|\bminus|\bnegative|负)\s?$")
_RANGE = re.compile(r"\s?(?:to|or|[-–~]|至|到|或)?\s?")
_TOTAL_BEFORE = re.compile(
    r"(?:total|altogether|overall|together|[总一]?共计?|合计|总计)\W{0,2}(?:of|is|有|是|约)?\s?$"
)
_TOTAL_AFTER = re.compile(r"\s?\w{0,12}\s?(?:in total|altogether|in all|overall)")
_ONLY_ONE = re.compile(r"\b(?:(?:only|just|the)(?: the)? (?:one|me)|single)\b|[单唯]一|百来|百把")
_EACH = re.compile(r"\beach\b|各")
_EACH_BEFORE = re.compile(r"各[自有]?(?:有|约)?\s?$")
_EACH_AFTER = re.compile(r"\W?(?:\w+\s){0,3}each\b")
_PERCENT = re.compile(r"\s?(?:%|per ?cent)")
_ONES = {"百来": Decimal(100), "百把": Decimal(100)}
_TOKEN = re.compile(r"[a-z\d]+")
_MISTYPED = re.compile(r"(?=.*\d)(?=.*[oil])[\doil]{2,12}")
_MEASURE = (
    r"\+?\s?(?:多|来|几|余)?\s?[号名位个家处间座所]?\s?"
    r"(?:(?:full-time|different|separate|own|other|physical|独立|全职|正式)\s?)?的?"
)


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number, or a range that counts as its lower end ("80-100", 五六十), at `start:end`."""

    value: Decimal
    start: int
    end: int


def read(text: str) -> int:
    """The one number that a text gives; approximate ones ("80多", "about 50") count as the number said.

    Raises Wrong: no number or a vague one (几个人, hundreds), several, not whole, not from 1 to MOST.
    """
    folded = plain(text)
    found = list(_quantities(folded))
    if len(found) > 1 or (found and _EACH.search(folded)):
        totals = [quantity for quantity in found if _is_total(folded, quantity)]
        found = totals or [quantity for quantity in found if not _is_each(folded, quantity)]
        if len(found) != 1:
            raise Wrong(Reason.COUNT_SEVERAL)
    if found:
        return _checked(
            found[0].value, bool(_NEGATIVE.search(folded, max(0, found[0].start - 12), found[0].start))
        )
    one = _ONLY_ONE.search(folded)
    if one:
        return _checked(_ONES.get(one[0], Decimal(1)))
    raise Wrong(Reason.COUNT)


def find(text: str, noun: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and value of every valid number that is followed by `noun`, a pattern: "80 people"."""
    folded = plain(text)
    unit = re.compile(f"{_MEASURE}(?:{noun})")
    for quantity in _quantities(folded):
        match = unit.match(folded, quantity.end)
        if match and not _NEGATIVE.search(folded, max(0, quantity.start - 12), quantity.start):
            try:
                yield quantity.start, match.end(), _checked(quantity.value)
            except Wrong:
                continue


def _quantities(folded: str) -> Iterator[_Quantity]:
    held: _Quantity | None = None
    sure = _TOKEN.sub(
        lambda token: "\0" * len(token[0]) if _MISTYPED.fullmatch(token[0]) else token[0], folded
    )
    for number in numbers(without_names(sure)):
        written = folded[number.start : number.end]
        lone = written == "一" and not _MEASURED.match(folded, number.end)
        unsure = _UNSURE_BEFORE.search(folded, max(0, number.start - 1), number.start)
        if lone or unsure or _MAGNITUDE.fullmatch(written) or _PERCENT.match(folded, number.end):
            continue
        if held and number.start - held.end <= 4 and _RANGE.fullmatch(folded, held.end, number.start):
            held = _Quantity(held.value, held.start, number.end)
            continue
        if held:
            yield held
        held = _Quantity(number.value, number.start, number.end)
    if held:
        yield held


def _is_total(folded: str, quantity: _Quantity) -> bool:
    before = _TOTAL_BEFORE.search(folded, max(0, quantity.start - 20), quantity.start)
    return bool(before or _TOTAL_AFTER.match(folded, quantity.end))


def _is_each(folded: str, quantity: _Quantity) -> bool:
    before = _EACH_BEFORE.search(folded, max(0, quantity.start - 8), quantity.start)
    return bool(before or _EACH_AFTER.match(folded, quantity.end))


def _checked(value: Decimal, negative: bool = False) -> int:
    if negative or not 1 <= value <= MOST:
        raise Wrong(Reason.COUNT_RANGE)
    if value != int(value):
        raise Wrong(Reason.COUNT_WHOLE)
    return int(value)
