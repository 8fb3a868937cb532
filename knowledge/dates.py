"""Dates in English and Chinese text, as far as they are given: a day, a month, a year, a day of a month."""

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = "january february march april may june july august september october november december".split()
_YEAR = r"(?:19|20)\d\d(?!\d)"
_DAY = r"\d{1,2}(?!\d)(?:st|nd|rd|th)?"
# March and May are also words: in lower case they are months only beside a day or a year.
_MONTH = (
    r"(?<![A-Za-z])(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![A-Za-z])\.?"
)
_LONE_MONTH = (
    r"(?<![A-Za-z])(?P<month>January|February|April|June|July|August|September|October|November|December"
    r"|(?:(?<=in )|(?<=by )|(?<=until )|(?<=since ))(?:March|May))(?![A-Za-z])"
)
_CHINESE = "[〇零一二三四五六七八九]"
_CHINESE_YEAR = rf"(?P<year>{_YEAR}|(?:一九|二[〇零]){_CHINESE}{{2}})\s?年"
_CHINESE_MONTH = r"(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])\s?月"
_DIGIT = "[一二三四五六七八九]"
_CHINESE_DAY = rf"(?P<day>\d{{1,2}}|(?:[一二三]?十|廿){_DIGIT}?|{_DIGIT})\s?[日号](?![线楼])"

_PATTERNS = [
    re.compile(pattern, flags)
    for pattern, flags in (
        (rf"(?<![\d.])(?P<year>{_YEAR})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})(?!\d)", 0),
        (rf"(?<![\d.])(?P<day>\d{{1,2}})([-/.])(?P<month>\d{{1,2}})\2(?P<year>{_YEAR})", 0),
        (rf"(?<![\d.])(?P<month>\d{{1,2}})([-/.])(?P<day>\d{{1,2}})\2(?P<year>{_YEAR})", 0),
        (rf"(?<!\d)(?P<year>{_YEAR})[-/](?P<month>0[1-9]|1[0-2])(?![\d/-]|[.,]\d)", 0),
        (rf"(?<!\d){_CHINESE_YEAR}(?:\s?{_CHINESE_MONTH}(?:份|\s?{_CHINESE_DAY})?)?", 0),
        (rf"(?<!\d)(?P<year>[0-4]\d)年{_CHINESE_MONTH}(?:份|\s?{_CHINESE_DAY})?", 0),
        (rf"(?<![\d一二三四五六七八九十几个.]){_CHINESE_MONTH}(?:份|\s?{_CHINESE_DAY})?", 0),
        (
            rf"(?<![\d.,])(?P<day>{_DAY})(?:\sof)?[\s-]{{0,6}}{_MONTH}(?:,?[\s-]?(?P<year>{_YEAR}))?",
            re.IGNORECASE,
        ),
        (
            rf"{_MONTH}\s{{1,12}}(?:the\s+)?(?P<day>{_DAY})(?![.,:]\d|[%k])(?:,?\s(?P<year>{_YEAR}))?",
            re.IGNORECASE,
        ),
        (rf"{_MONTH},?[\s-](?:of\s)?(?P<year>{_YEAR})", re.IGNORECASE),
        (_LONE_MONTH, 0),
    )
]


def dates(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and ISO 8601 value of every date in folded text, in the order of the patterns.

    What the text leaves out is left out: 2018-09, 2018, --09-15, --09. "05/06/2018" is read day first, unless
    only month first makes a date. A day that no calendar has is no date.
    """
    for pattern in _PATTERNS:
        taken: list[tuple[int, int]] = []
        for match in pattern.finditer(text):
            value = _value(**match.groupdict())
            if value is not None:
                taken.append(match.span())
                yield *match.span(), value
        text = blanked(text, taken)


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """Text of the same length with NUL in place of the spans, so that nothing is read across them."""
    parts, at = [], 0
    for start, end in sorted(spans):
        parts += [text[at:start], "\0" * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _value(year: str | None = None, month: str | None = None, day: str | None = None) -> str | None:
    y, m, d = (None if part is None else _number(part) for part in (year, month, day))
    if y is not None and y < 100:
        y += 2000
    try:
        date(y or 2000, m or 1, d or 1)  # 2000 is a leap year
    except ValueError:
        return None
    if 0 in (y, m, d):
        return None
    if m is None:
        return f"{y:04d}"
    return (f"{y:04d}" if y else "-") + f"-{m:02d}" + (f"-{d:02d}" if d else "")


def _number(part: str) -> int:
    """15, 15th, Sept., 二〇一八, 十五."""
    digits = re.match(r"\d+", part)
    if digits:
        return int(digits[0])
    if part.isascii():
        return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(part.lower()[:3]))
    if "十" in part or "廿" in part:
        tens, _, ones = part.replace("廿", "二十").partition("十")
        return ("一二三".find(tens) + 1 if tens else 1) * 10 + "一二三四五六七八九".find(ones[:1] or "?") + 1
    return int("".join(str("〇一二三四五六七八九".find(c.replace("零", "〇"))) for c in part))
