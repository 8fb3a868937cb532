"""Finds the numbers in folded text; `knowledge.numerals` reads them.

Every pattern but a run of digits is of bounded length, so that finding them is linear in the text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from knowledge import numerals
from knowledge.numerals import DIGITS, ONE, SMALL, TENS, Reading, scale_of, times


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `start:end`. `scale` is the magnitude that it ends with (万, k, thousand), else 1."""

    value: Decimal
    scale: Decimal
    start: int
    end: int


# Chinese
_D = "[一二两三四五六七八九]"
_Z = "[〇零一二三四五六七八九]"
_SECTION = (
    rf"(?:{_D}千(?:零?{_D}百)?(?:零?{_D}?十)?(?:零?{_D})?|{_D}百(?:零?{_D}?十)?(?:零?{_D})?"
    rf"|{_D}?十{_D}?|[廿卅]{_D}?|{_D})"
)
_CHINESE = rf"{_SECTION}(?:(?:万亿|[万亿])(?:零?{_SECTION}万)?(?:零?{_SECTION})?)?"
_SCALE = "(?:万亿|[十百千]?[万亿]|[十百千])"
_AFTER = "年月日号天个周%小折成"
_HALF = "(?<![上下个年月天日周期时])半(?=个?(?:年|月|天|日|周|星期|小时|钟头|工作日))|一半|半数|半价"

# Digits: 3000, 3,000, 3'000, 3 000, 1.000.000, 1.5; and with Chinese scales 1.5万, 3万5千, 3万5
_LITERAL = (
    r"(?:\d{1,3}(?:[,'’\u00a0\u202f\u2009]\d{3}| 000)+(?!\d)(?:\.\d++)?|\d{1,3}(?:\.\d{3}){2,}(?!\d)"
    r"|\d{1,3}\.000(?!\d)|\d++(?:\.\d++)?)"
)
_MIXED = (
    rf"{_LITERAL}\s?[多余来]?{_SCALE}(?:(?:\d{{1,4}}|{_D})[十百千万]){{0,3}}"
    rf"(?:零?(?:\d{{1,4}}(?![.,]?\d|[{_AFTER}])|{_D}(?![十百千万{_AFTER}])))?"
)

# English
_END = "(?![A-Za-z])"
_LARGE = "(?:thousand|million|billion)"
_SUB_100 = (
    rf"(?:(?:{'|'.join(TENS)}){_END}(?:[\s-]?(?:{'|'.join(SMALL[1:10])}){_END})?"
    rf"|(?:{'|'.join(reversed(SMALL))}){_END})"
)
_GROUP = rf"(?:(?:{_SUB_100}|an?)[\s-]hundred{_END}(?:(?:\sand)?[\s-]{_SUB_100}(?!\shundred))?|{_SUB_100})"
_REST = rf"(?:\sand\s{_GROUP}(?!\s(?:hundred|{_LARGE}))|\s{_GROUP})?"
_PERIOD = r"(?:(?:working|business|full|whole)\s)?(?:year|month|week|day|hour|fortnight|decade)"

_NUMBER = re.compile(
    rf"(?P<fraction>(?:{_CHINESE}|\d++)分之(?:{_CHINESE}|\d++))"
    r"|(?P<vulgar>\d*+[½¼¾⅓⅔])"
    rf"|(?P<mixed>{_MIXED})"
    rf"|(?P<digits>{_LITERAL}(?:[\s-]?(?:[km]|w(?!(?<=\sw)\s[A-Za-z])|mn|bn|hundred|{_LARGE}|dozen){_END})?)"
    rf"|(?P<chinese_half>{_HALF})"
    rf"|(?<!{_Z})(?P<either>一[二两]|[二两]三|三四|四五|五六|六七|七八|八九|三五)(?!{_Z})(?P<both>{_SCALE}?)"
    rf"|(?P<string>{_Z}{{2,}}+(?![十百千万亿点]))"
    rf"|(?P<chinese>(?:{_CHINESE}|[零〇](?=点{_Z}))(?:点{_Z}++(?!十)[万亿]?)?(?:[多余来]{_SCALE})?)"
    rf"|(?<=[数几上近过成])(?P<vague>{_SCALE})"
    r"|(?P<all>百分百|(?<=百分之)百)"
    r"|(?P<none>[零〇](?!售|件|部件|散|星|碎|食|距|基础))"
    r"|(?<![A-Za-z])(?:"
    rf"(?P<half_dozen>half\sa\sdozen{_END})"
    rf"|(?P<half>half(?:[\s-](?:of\s)?an?)?{_END})"
    rf"|(?P<part>(?:(?:an?|one)[\s-](?:third|quarter|fifth|tenth)(?=\sof{_END})"
    rf"|(?:two|three|four|nine)[\s-](?:thirds|quarters|fifths|tenths)){_END})"
    rf"|(?P<phrase>(?:twice|thrice|(?:double|triple)(?!-|\scheck)|(?<=a\s)(?:couple|pair)(?:\sof)?){_END})"
    rf"|(?P<words>(?:{_GROUP}|an?(?=\s(?:{_LARGE}|dozen){_END}))(?:[\s-](?:{_LARGE}|dozen){_END}{_REST}){{0,3}})"
    rf"|(?P<article>an?(?=\s{_PERIOD}{_END}(?!-)))"
    rf"|(?P<magnitude>(?:hundred|{_LARGE}|dozen)s?{_END}))",
    re.IGNORECASE,
)

_READERS: dict[str, Callable[[str], Reading]] = {
    "fraction": numerals.read_fraction,
    "vulgar": numerals.read_vulgar,
    "mixed": numerals.read_mixed,
    "digits": numerals.read_digits,
    "string": numerals.read_string,
    "chinese": numerals.read_chinese,
    "vague": lambda text: (scale_of(text), scale_of(text)),
    "all": lambda _: (Decimal(100), ONE),
    "none": lambda _: (Decimal(0), ONE),
    "half_dozen": lambda _: (Decimal(6), ONE),
    "chinese_half": lambda _: (Decimal("0.5"), ONE),
    "half": lambda _: (Decimal("0.5"), ONE),
    "part": numerals.read_part,
    "phrase": numerals.read_phrase,
    "words": numerals.read_words,
    "article": lambda _: (ONE, ONE),
    "magnitude": numerals.read_magnitude,
}


def numbers(folded: str) -> Iterator[Number]:
    """Every number in folded text, from left to right, without overlap.

    三五 (three to five) is two numbers. Whether a lone 一 counts is for `knowledge.figures` to judge.
    """
    for match in _NUMBER.finditer(folded):
        if match["either"]:
            yield from _either(match)
        else:
            value, scale = _READERS[match.lastgroup or ""](match[0].lower())
            yield Number(value, scale, *match.span())


def _either(match: re.Match[str]) -> Iterator[Number]:
    scale = scale_of(match["both"])
    first, second = (times(Decimal(DIGITS[digit]), scale) for digit in match["either"])
    yield Number(first, scale, match.start(), match.start() + 1)
    yield Number(second, scale, match.start() + 1, match.end())
