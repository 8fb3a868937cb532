"""Whole numbers as customers give them: 80, 五十来人, a dozen, "3 sites"."""

import re
from collections.abc import Iterator, Sequence
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
_BETWEEN = re.compile(r"\bbetween (?:about )?$")
_TOTAL_BEFORE = re.compile(
    r"(?:\bso|\bmakes|total|altogether|overall|together|[总一]?共计?|合计|总计)\W{0,2}(?:of|is|有|是|约)?\s?$"
)
_MEANT_BEFORE = re.compile(
    r"(?:\bonly|\bof (?:whom|which|them)|\bno,? sorry|\bsorry|\bi mean(?:t)?|\bno wait|\bno(?=,)|\brather|其中\w{0,8}?|不对"
    r"|改成|改为|就按|按|就|变成|更正为|不是|[哦噢喔啊哎呃额嗯]不|错了|说错了?)"
    r"\W{0,3}(?:it is|its|about|around|只?有|应该是|是)?\s?$"
)
_NEGATED = re.compile(r"(?:(?<!是)不是|而非|\bnot|\binstead of|\brather than)\s?$")
_TAKEN = re.compile(r"\s?(?:算|报|填|写|来|吧|$|[,。.;!])")
_BARE_TOTAL = re.compile(r"\s?(?:in total|altogether|in all|overall)\b")
_OF_THEM = r"\s?of (?:them|whom|those|these)\b"
_TOTAL_AFTER = re.compile(r"\s?\w{0,12}\s?(?:in total|altogether|in all|overall)")
_ONLY_ONE = re.compile(r"\b(?:(?:only|just|the)(?: the)? (?:one|me)|single)\b|[单唯]一|百来|百把")
_EACH = re.compile(r"\beach\b|各")
_EACH_BEFORE = re.compile(r"各[自有]?(?:有|约)?\s?$")
_EACH_AFTER = re.compile(r"\W?(?:\w+\s){0,3}each\b")
_PERCENT = re.compile(r"\s?(?:%|per ?cent)")
_ONES = {"百来": Decimal(100), "百把": Decimal(100)}
_TOKEN = re.compile(r"[a-z\d]+")
_MISTYPED = re.compile(r"(?=.*\d)(?=.*[oil])[\doil]{2,12}")
_PAIR = 2
_MEASURE = (
    r"\+?\s?(?:多|来|几|余)?\s?[号名位个家处间座所]?\s?"
    r"(?:(?:full-time|different|separate|own|other|physical|独立|全职|正式)\s?)?的?"
)


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number at `start:end`; a range counts as its upper end ("80-100", 五六十)."""

    value: Decimal
    start: int
    end: int


def read(text: str) -> int:
    """The one number that a text gives; approximate ones ("80多", "about 50") count as the number said.

    Raises Wrong: no number or a vague one (几个人, hundreds), several, not whole, not from 1 to MOST.
    """
    folded = plain(text)
    found = _stated(folded)
    if len({quantity.value for quantity in found}) == 1:
        found = found[:1]  # "forty-ish, say 40"
    if len(found) > 1 or (found and _EACH.search(folded)):
        meant = [quantity for quantity in found if _is_meant(folded, quantity) or _is_sum(quantity, found)]
        found = meant or [quantity for quantity in found if not _is_each(folded, quantity)]
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
    """Start, end and value of every valid number that is followed by `noun`, a pattern: "80 people".

    Of several, only those that are said to be meant: "30 on the desk and 25 in operations, 55 people in all".
    """
    folded = plain(text)
    unit = re.compile(f"{_MEASURE}(?:{noun})")
    unit_or_part = re.compile(rf"{unit.pattern}|{_OF_THEM}")
    found = _stated(folded)
    counted = [quantity for quantity in found if unit_or_part.match(folded, quantity.end)]
    totals = [each for each in found if _BARE_TOTAL.match(folded, each.end) or _is_sum(each, found)]
    if len(counted) == 1:  # 五六十人吧，按60算
        last = counted[0]
        counted = [
            next((each for each in found if each.start > last.end and _is_settled(folded, each)), last)
        ]
    meant = [quantity for quantity in counted if _is_meant(folded, quantity)] if len(counted) > 1 else []
    for quantity in (totals if counted else []) or meant or counted:
        match = unit_or_part.match(folded, quantity.end) or _BARE_TOTAL.match(folded, quantity.end)
        end = match.end() if match else quantity.end
        if not _NEGATIVE.search(folded, max(0, quantity.start - 12), quantity.start):
            try:
                yield quantity.start, end, _checked(quantity.value)
            except Wrong:
                continue


def _upper(first: Decimal, second: Decimal) -> Decimal:
    """The upper end of a range: of 五六十, where it is 5 and 60, and of 十五六, where it is 15 and 6."""
    ones = first % 10
    return first - ones + second if second < 10 < first and second > ones else max(first, second)


def _is_settled(folded: str, quantity: _Quantity) -> bool:
    """Whether a number is the one to take after a guess, and counts nothing else."""
    return _is_meant(folded, quantity) and bool(_TAKEN.match(folded, quantity.end))


def _stated(folded: str) -> list[_Quantity]:
    """The numbers without those that others are said to replace: "3, not 2", 是3个不是2个."""
    found = list(_quantities(folded))
    stated = [each for each in found if not _NEGATED.search(folded, max(0, each.start - 12), each.start)]
    return stated or found


def _quantities(folded: str) -> Iterator[_Quantity]:
    held: _Quantity | None = None
    sure = _TOKEN.sub(
        lambda token: "\0" * len(token[0]) if _MISTYPED.fullmatch(token[0]) else token[0], folded
    )
    for number in numbers(without_names(sure.replace("fourty", " forty"))):
        written = folded[number.start : number.end]
        lone = written == "一" and not _MEASURED.match(folded, number.end)
        unsure = _UNSURE_BEFORE.search(folded, max(0, number.start - 1), number.start)
        if lone or unsure or _MAGNITUDE.fullmatch(written) or _PERCENT.match(folded, number.end):
            continue
        if held and _is_range(folded, held, number.start):
            held = _Quantity(_upper(held.value, number.value), held.start, number.end)
            continue
        if held:
            yield held
        held = _Quantity(number.value, number.start, number.end)
    if held:
        yield held


def _is_range(folded: str, first: _Quantity, at: int) -> bool:
    """Whether the number at `at` is the other end of a range: 20-25, "between 20 and 25"."""
    between = folded[first.end : at] == " and " and _BETWEEN.search(folded, 0, first.start)
    return bool(between or (at - first.end <= 4 and _RANGE.fullmatch(folded, first.end, at)))


def _is_meant(folded: str, quantity: _Quantity) -> bool:
    """Whether, of several, it is said to be the one: the total, or what the others are corrected to."""
    start = max(0, quantity.start - 20)
    before = _TOTAL_BEFORE.search(folded, start, quantity.start)
    corrected = _MEANT_BEFORE.search(folded, start, quantity.start)
    return bool(before or corrected or _TOTAL_AFTER.match(folded, quantity.end))


def _is_sum(quantity: _Quantity, of: Sequence[_Quantity]) -> bool:
    """Whether a number is what all others make together: "three: two in Leeds and one in York"."""
    return len(of) > _PAIR and quantity.value * 2 == sum(each.value for each in of)


def _is_each(folded: str, quantity: _Quantity) -> bool:
    before = _EACH_BEFORE.search(folded, max(0, quantity.start - 8), quantity.start)
    return bool(before or _EACH_AFTER.match(folded, quantity.end))


def _checked(value: Decimal, negative: bool = False) -> int:
    if negative or not 1 <= value <= MOST:
        raise Wrong(Reason.COUNT_RANGE)
    if value != int(value):
        raise Wrong(Reason.COUNT_WHOLE)
    return int(value)
