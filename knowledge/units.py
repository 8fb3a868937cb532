"""Units of figures in English and Chinese: what stands after a number, or before it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a figure measures."""

    AMOUNT = "amount"
    DATE = "date"
    DURATION = "duration"
    PERCENTAGE = "percentage"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` says how many of `name` the written unit makes: a decade is 10 years."""

    kind: Kind
    name: str
    factor: Decimal = Decimal(1)


COUNT = Unit(Kind.COUNT, "count")
PERCENT = Unit(Kind.PERCENTAGE, "percent")
TENTHS = Unit(Kind.PERCENTAGE, "percent", Decimal(10))
"""成 and 折: 三成 is 30 %, 八折 (the share still paid) is 80 %, and so is 80折."""

BASES = {
    "year": ("month", 12),
    "month": ("month", 1),
    "week": ("day", 7),
    "day": ("day", 1),
    "hour": ("second", 3600),
    "minute": ("second", 60),
    "second": ("second", 1),
}
"""The base unit of a duration and how many make one. What is missing converts to nothing else."""

_END = "(?![A-Za-z])"
_CURRENCIES = {
    "CNY": (
        "¥|rmb|cny|人民币",
        r"元(?![素件宇旦数组器首])|块钱?(?![头儿状链])|圆|人民币|yuan|rmb|cny|renminbi|kuai|¥(?!\d)",
    ),
    "USD": (r"usd?\s?\$|usd|\$|美元|美金", r"美元|美金|(?:us\s)?dollars?|usd|bucks|\$(?!\d)"),
    "EUR": ("€|eur|euros?|欧元", r"欧元|euros?|eur|€(?!\d)"),
    "GBP": ("£|gbp|英镑", r"英镑|pounds?(?:\ssterling)?|gbp|quid|£(?!\d)"),
    "HKD": (r"hk\s?\$|hkd|港币", "港币|港元|hk\\sdollars?|hkd"),
    "JPY": ("jpy|日元", "日元|yen|jpy"),
    "INR": ("₹|rs|inr", "₹|rupees?|inr|卢比"),
    "KRW": ("₩|krw", "₩|krw|韩元"),
    "RUB": ("₽|rub", "₽|rub|rou?bles?|卢布"),
    "TWD": ("nt\\$|twd|新?台币", "新?台币|twd|ntd"),
    "SGD": ("sgd", "sgd|新加坡元|新币"),
    "AUD": ("aud", "aud|澳元"),
    "CAD": ("cad", "cad|加元"),
    "CHF": ("chf", "chf|(?:swiss\\s)?francs?|瑞士法郎"),
    **{code: (code, code) for code in "MOP THB VND MYR IDR PHP BRL MXN SEK NOK DKK PLN ZAR AED SAR".split()},
}
_DURATIONS: tuple[tuple[str, str, int], ...] = (
    (r"(?:working|business|work|week)[\s-]?days?|个?工作[日天]", "working_day", 1),
    (r"(?:audit|auditor|man|person|staff)[\s-]?days?|个?人[日天]", "man_day", 1),
    (
        r"(?:calendar\s|natural\s)?days?|个?自然日|天(?![津气然数下花平空])|日(?![常程志期益本元均报])",
        "day",
        1,
    ),
    (r"weeks?|wks?|周(?![期边到转末围年])|个?(?:星期|礼拜)", "week", 1),
    ("fortnights?", "week", 2),
    (r"months?|mths?|mos?|个月|月(?!份)", "month", 1),
    ("个?季度?|quarters?(?= of a year)", "month", 3),
    (r"years?|yrs?|y|周年|年(?![级轻代])", "year", 1),
    ("decades?", "year", 10),
    ("centur(?:y|ies)", "year", 100),
    ("hours?|hrs?|h|个?小时|个?钟头", "hour", 1),
    ("minutes?|mins?|分钟", "minute", 1),
    ("seconds?|secs?|秒钟?", "second", 1),
)
_AFTER: list[tuple[str, Unit]] = [
    (rf"%|per\s?cent(?:age\spoints?)?{_END}|pct{_END}|个?百分点", PERCENT),
    ("‰", Unit(Kind.PERCENTAGE, "percent", Decimal("0.1"))),
    ("成(?![功为立本员果绩熟长都型交就分份套千百年人品效因片团组对语])|折(?![叠旧射腾返合])", TENTHS),
    *((f"(?:{after}){_END}", Unit(Kind.AMOUNT, code)) for code, (_, after) in _CURRENCIES.items()),
    *((f"(?:{words}){_END}", Unit(Kind.DURATION, name, Decimal(n))) for words, name, n in _DURATIONS),
]
_BEFORE: list[tuple[str, Unit]] = [
    ("百分之", PERCENT),
    ("千分之", Unit(Kind.PERCENTAGE, "percent", Decimal("0.1"))),
    ("万分之", Unit(Kind.PERCENTAGE, "percent", Decimal("0.01"))),
    *(
        (rf"(?<![A-Za-z])(?:{before})[\s:]?", Unit(Kind.AMOUNT, code))
        for code, (before, _) in _CURRENCIES.items()
    ),
]
_AFTER_NUMBER = re.compile(
    r"(?P<half>个半|\sand\s(?:a|one)[\s-]half)?[+多余来]?[)\]]?[\s‑–-]{0,2}"
    r"(?:(?:full|whole|more|further|additional|extra|consecutive|long|short|连续|整)\s?)?"
    rf"(?:{'|'.join(f'(?P<u{i}>{pattern})' for i, (pattern, _) in enumerate(_AFTER))})"
    r"(?P<more>半(?![年个天])|\sand\sa\shalf(?![A-Za-z]))?",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(
    f"(?:{'|'.join(f'(?P<u{i}>{pattern})' for i, (pattern, _) in enumerate(_BEFORE))})$", re.IGNORECASE
)
_AND_A_HALF = re.compile(rf"\sand\sa\shalf{_END}", re.IGNORECASE)
_LONGEST_BEFORE = 8

_EVERY = re.compile(
    r"(?<![A-Za-z])(?:(?P<half>half-yearly|semi-?annual(?:ly)?)|(?P<quarter>(?:every|each)\squarter|quarterly)"
    r"|(?P<year>(?:every|each)\syear|yearly|annually)|(?P<month>(?:every|each)\smonth|monthly)"
    r"|(?P<week>(?:every|each)\sweek|weekly))(?![A-Za-z])"
    r"|(?P<年>每年)|(?P<季>每个?季度?)|(?P<月>每个?月)|(?P<周>每周(?![一二三四五六日末]))",
    re.IGNORECASE,
)
_MONTHS = {"half": 6, "quarter": 3, "季": 3}
_NAMES = {"year": "year", "年": "year", "week": "week", "周": "week"}


def after(text: str, at: int) -> tuple[Unit, int, Decimal] | None:
    """The unit of a number that ends at `at`, where the unit ends, and what "and a half" adds to it."""
    match = _AFTER_NUMBER.match(text, at)
    if match is None:
        half = _AND_A_HALF.match(text, at)
        return (COUNT, half.end(), Decimal("0.5")) if half else None
    unit = next(unit for i, (_, unit) in enumerate(_AFTER) if match[f"u{i}"])
    return unit, match.end(), Decimal("0.5" if match["half"] or match["more"] else 0)


def before(text: str, at: int) -> tuple[Unit, int] | None:
    """The unit right before a number that starts at `at`, and where the unit starts."""
    first = max(0, at - _LONGEST_BEFORE)
    match = _BEFORE_NUMBER.search(text[first:at])
    if match is None:
        return None
    return next(unit for i, (_, unit) in enumerate(_BEFORE) if match[f"u{i}"]), first + match.start()


def periods(text: str) -> Iterator[tuple[int, int, Decimal, Unit]]:
    """Durations said without a number: start, end, value and unit of "every year", quarterly, 每月."""
    for match in _EVERY.finditer(text):
        word = match.lastgroup or ""
        yield *match.span(), Decimal(_MONTHS.get(word, 1)), Unit(Kind.DURATION, _NAMES.get(word, "month"))
