"""The numbers that a text states, each with its place: 五六十, "1 240", "3, not 2"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.intake.plain import plain
from knowledge.names import without_names
from knowledge.numbering import numbers

_MAGNITUDE = re.compile(r"(?:hundred|thousand|million|billion|dozen)s?")
_UNSURE_BEFORE = re.compile(r"几$|(?<![人总])数$")
_UNSURE_AFTER = re.compile(r"(?<=十)(?<![二三四五六七八九]十)几")
_MEASURED = re.compile(r"[个处家名位人地间座所]|\s*$")
_RANGE = re.compile(r"\s?(?:to|or|[-–~]|至|到|或)?\s?")
_BETWEEN = re.compile(r"\bbetween (?:about )?$")
_BELOW_BEFORE = re.compile(r"(?:不到|\b(?:fewer|less) than(?: an?)?|\bunder(?: an?)?|\bnot quite)\s?$")
_BELOW_AFTER = re.compile(r"\s?[个名位]?人?不到")
"""Around a number that there are not so many as: 三十不到，二十九."""
_NEGATED = re.compile(
    r"(?:(?<![是哦噢喔])不是|而非|\bnot|\binstead of|\brather than|\b(?:was|were|used to (?:be|have)|had|hired|recruited|lost)"
    r"|(?:(?:招|走|退休|离职)了|本来|原来|原先|从前|过去|以前|去年|上[次回])[是有报说的]*)"
    r"\s?$"
)
_DENIED_AFTER = re.compile(
    r"\s?[个名位]?人?(?:不准|不对(?!不对)|是错|错了|作废)"
    r"|\s(?:(?:was|is) (?:wrong|not right)|(?:has |have |just )?(?:quit|left|retired|resigned))\b"
)
_IF_AFTER = re.compile(r"\s(?:people |of us )?if\b")
_THIS_ONE = re.compile(r"[这那]一(?=[个处家](?:办公[室点地楼]|地[方点儿]|场所|[㐀-鿿])?(?:$|[\s,.。;!吧]))")
_ONE_OF_TALK = re.compile(
    r"\s?个?(?:(?:more|small|quick|last|little|other) )?(?:corrections?|things?|changes?|mistakes?|questions?|moment|sec(?:ond)?"
    r"|minute"
    r"|typos?|error|doubts?|quer(?:y|ies)|mins?|secs?|问题|错误|修改|更正)(?![a-z])"
)
_ONE_BY_ONE = re.compile(
    r"一(?P<measure>[㐀-鿿])一(?P=measure)|\bfor one\b(?! \w)|\bone (?:by|after) (?:one|the other|another)\b"
)
_SENTENCE_NUMBER = re.compile(r"^(\s*\d+)\.(?=\s)")  # which elsewhere numbers a list
_NUMBERED = re.compile(
    r"\b(?:park|building|block|floor|tower|zone|phase|room|gate|street|road|amendment|edition|part|stage"
    r"|version|clause|section|step|year)\s?$|\b(?:amendment|edition|version|part)\s\d+ of\s$"
    r"|(?:最后|末尾?|尾号|后)[一两二三四]?[位个]?数?[是为]?\s?$"
)  # "software park 2"
_OF_ITEM = re.compile(r"\b(?:number|no\.?|item|answer|question|point|line)\s?$")
_ITEM_IS = re.compile(r"\s(?:should|is|was|must|has|needs|also)\b")
"""Around the number of an item of the form: "number 3 should also include monitoring"."""
_ARROW = re.compile(r"\s?(?:-+>|=+>|→)")
_DICTATED = re.compile(r"(?:\d[-.\s]){6,}\d")  # digit by digit, as a telephone number is
_NEAR = 40  # characters before a number, more than any of these words take
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_YEAR = re.compile(
    r"\b(?:since|in|until|before|after|by|during|of|spring|summer|autumn|fall|winter|christmas|easter|early|mid|late|end|q[1-4]"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*)[\s-]$"
)  # "ISO 9001 since 2019"
_FINANCIAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_IN_FINANCIAL = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟]+(?=\s?(?:[个处家名位人地间座所]|$))")
_OF_ELSE = re.compile(
    r"\s?(?:%|per ?cent|(?:minutes?|hours?|days?|weeks?|months?|years?)(?![a-z-])|个?(?:小时|分钟|星期|月|周)|年(?!轻))"
)
"""What is measured and not counted: a share, a time."""
_TIMES = {"once", "twice", "thrice"}
_TOKEN = re.compile(r"[a-z\d]+")
_MISTYPED = re.compile(r"(?=.*\d)(?=.*[oil])[\doil]{2,12}")
_SPACED = re.compile(r"(?P<before>\D*(?<![\d.,/-])\d{1,3}) (?P<after>\d{3}\D*)")
"""A number with a space between its thousands, and no other: 1 240."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at `start:end`; a range counts as its upper end ("80-100", 五六十)."""

    value: Decimal
    start: int
    end: int


def _upper(first: Decimal, second: Decimal) -> Decimal:
    """The upper end of a range: of 五六十 (5 and 60), 十五六 (15 and 6), 一百二三十 (120 and 30)."""
    if first > 100 and first % 10 == second % 10 == 0 and second == first % 100 + 10:
        return first + 10
    ones = first % 10
    return first - ones + second if second < 10 < first and second > ones else max(first, second)


def stated(folded: str) -> list[Quantity]:
    """The numbers without those that others are said to replace: "3, not 2", 是3个不是2个."""
    found = list(_quantities(folded))
    left = [each for each in found if not _is_denied(folded, each.start, each.end)] or found
    return [each for each in left if not _is_below(folded, each)] or left


def _is_below(folded: str, quantity: Quantity) -> bool:
    before = _BELOW_BEFORE.search(folded, max(0, quantity.start - 16), quantity.start)
    return bool(before or _BELOW_AFTER.match(folded, quantity.end))


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether a number at `start:end` is said to be replaced, past or only possible: "not 2", "we used to have 3"."""
    return _is_denied(plain(text), start, end)


def is_dictated(text: str) -> bool:
    """Whether a text spells a long number, digit by digit: 1-3-9-5-7-4-0-0-0-1-1."""
    return bool(_DICTATED.search(plain(text)))


def _is_denied(folded: str, start: int, end: int) -> bool:
    before = _NEGATED.search(folded, max(0, start - 16), start)
    return bool(before or _DENIED_AFTER.match(folded, end) or _IF_AFTER.match(folded, end))


def _quantities(folded: str) -> Iterator[Quantity]:
    held: Quantity | None = None
    folded = _IN_FINANCIAL.sub(lambda said: said[0].translate(_FINANCIAL), folded)
    folded = _SENTENCE_NUMBER.sub(r"\1,", folded)
    if spaced := _SPACED.fullmatch(folded):
        folded = f"{spaced['before']},{spaced['after']}"
    sure = _TOKEN.sub(
        lambda token: "\0" * len(token[0]) if _MISTYPED.fullmatch(token[0]) else token[0], folded
    )
    sure = _DICTATED.sub(lambda said: "\0" * len(said[0]), sure)
    sure = _ONE_BY_ONE.sub(lambda said: "\0" * len(said[0]), sure)
    for number in numbers(without_names(_THIS_ONE.sub("有一", sure.replace("fourty", " forty")))):
        if not _counts(folded, number.start, number.end):
            continue
        if held and _is_range(folded, held, number.start, number.value):
            held = Quantity(_upper(held.value, number.value), held.start, number.end)
            continue
        if held:
            yield held
        held = Quantity(number.value, number.start, number.end)
    if held:
        yield held


def _counts(folded: str, start: int, end: int) -> bool:
    """Whether the number at `start:end` may count something; a year does not, nor one of talk, nor one that is unsure."""
    written, near = folded[start:end], max(0, start - _NEAR)
    if (
        written in _TIMES
        or _MAGNITUDE.fullmatch(written)
        or (written == "一" and not _MEASURED.match(folded, end))
    ):
        return False
    if any(after.match(folded, end) for after in (_ONE_OF_TALK, _UNSURE_AFTER, _OF_ELSE)):
        return False
    if _UNSURE_BEFORE.search(folded, max(0, start - 1), start) or _NUMBERED.search(folded, near, start):
        return False
    if (_OF_ITEM.search(folded, near, start) and _ITEM_IS.match(folded, end)) or _ARROW.match(folded, end):
        return False
    return not (_YEAR.fullmatch(written) and _IN_YEAR.search(folded, near, start))


def _is_range(folded: str, first: Quantity, at: int, last: Decimal) -> bool:
    """Whether the number `last` at `at` is the other end of a range: 20-25, "between 20 and 25", not 67 4个场所."""
    if folded[first.end : at].isspace() and not first.value < last <= 2 * first.value:
        return False
    between = folded[first.end : at] == " and " and _BETWEEN.search(folded, 0, first.start)
    return bool(between or (at - first.end <= 4 and _RANGE.fullmatch(folded, first.end, at)))
