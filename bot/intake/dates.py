"""Dates by which customers want something, resolved against today.

A value is ISO 8601 as far as known: 2027-03-31, 2027-03, 2027; or a quarter or a half of a year: 2027-Q1, 2027-H2.
"By the end of June" and "mid-June" are the month June, 年底 is December; a month or a day without a year is the next
one to come; "in 3 months" is the month three months from now, "in 2 weeks" that day.
"""

import calendar
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.intake.due_dates import last_day, months_on
from bot.intake.names import SURNAMES
from bot.intake.plain import plain
from bot.intake.reasons import Reason, Wrong
from knowledge.dates import blanked, dates
from knowledge.figures import Kind, figures

_WHOLE = len("2027-03-31")
_ENDING = 7  # days of a month in which its name means the next
_LONGEST_WAIT = 30 * 366  # days
_LONGEST_GOAL = 120  # months from now; longer ones are of the past: "have done for thirty years"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_YEARS = {
    **dict.fromkeys(["去年", "last year"], -1),
    **dict.fromkeys(["今年", "本年", "this year"], 0),
    **dict.fromkeys(["明年", "来年", "next year"], 1),
    "后年": 2,
}
_ORDINALS = {
    **{word: n for n, word in enumerate("一二三四", 1)},
    **{word: n for n, word in enumerate(("first", "second", "third", "fourth"), 1)},
    "last": 4,
    "上": 1,
    "下": 2,
}


@dataclass(frozen=True, slots=True)
class Due:
    """A date at `start:end` of a text; it may be past."""

    value: str
    start: int
    end: int


_SEASONS = {
    "spring": 5, "summer": 8, "autumn": 11, "fall": 11, "winter": 12,
    "开春": 3, "过完年": 3, "年后": 3, "年前": 2, "春": 5, "夏": 8, "秋": 11, "冬": 12,
}  # fmt: skip
_HOLIDAYS = {
    "christmas": 12,
    "xmas": 12,
    "thanksgiving": 11,
    "easter": 4,
    "圣诞": 12,
    "国庆": 10,
    "元旦": 1,
    "春节": 2,
    "过年": 2,
    "五一": 5,
    "劳动节": 5,
    "端午": 6,
    "中秋": 9,
}
_FIRSTS = {"国庆", "元旦", "五一", "劳动节"}  # of a month
_BEFORE_IT = re.compile(r"\bbefore (?:the )?$")
_IS_BEFORE = re.compile(r"\s?(?:节|长?假期?)?[之以]?前")
_RATHER = re.compile(
    r"(?:最好|希望|争取|力争|[我们]想|所以|因此|那就|ideally|preferably|hopefully|(?:aim|hop)ing for|rather)"
    r"(?:是|在|能|by|in|at|the|\s)*$"
)
"""Before the date that is wished for, where another is told: 标书上写的是4月15号截止，最好3月底."""
_TENS = ("twenty", "thirty", "forty", "fifty")
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ORDINAL_DAYS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth"
    " twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
_CHINESE_YEAR = re.compile(
    r"二[零〇][二三四五六][零〇一二三四五六七八九](?=\s?年)"
    r"|(?<![零〇一二三四五六七八九十百千])[二三四五六][零〇一二三四五六七八九]"
    r"(?=年的?(?:[\d一二三四五六七八九十]{1,2}月|年?[底末初终]|[上下]半年|第?[一二三四1-4]\s?季|国庆|元旦|春节|五一|端午|中秋"
    r"|圣诞|过年))"
)
_CHINESE_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_SPOKEN_YEAR = re.compile(
    rf"\btwenty[ -](?P<ten>{'|'.join(_TENS)})(?:[ -](?P<one>{'|'.join(_ONES)}))?\b(?! (?:people|sites|days|weeks|months))"
)
_REPUBLIC = re.compile(r"民国\s?(?P<year>\d{2,3})\s?年")
_REPUBLIC_BEGAN = 1911
_TAKEN_BACK = re.compile(
    r"\b(?:no|wait|sorry|actually|rather|scratch that|make (?:it|that))\b(?! later| earlier)"
    r"|不对|不是|说错|写错|改成|改为|还是|[哦噢]不"
)


_MEANT_BEFORE = re.compile(
    r"(?:[,.;-]\s?so|\bso(?= )|\blet's say|\bmake it|\btherefore|\bhence|\bthus|\bsay|\bput(?: down)?|\bgo for|\baim for"
    r"|\bbe (?:there|here) by"
    r"|那就|所以|就[写填定报]|那[写填定报]|这个就|[放定]在|[延推挪改提]前?到|新的(?:希望|得|要)?|证书?[得须要]|也就是|往后推到|[,，]写"
    r"|\bnow (?:we )?(?:plan|aim|hope)(?: for)?)"
    r"(?:\s?(?:rather|better|only|it's|it is|the new one|by|in|on|at|the|about|是|定|写|填|为|想要?|改到?))*\s?$"
)
"""Before the date that the others lead to: "our certificate runs out in May 2031, so April 2031"."""


_MEANT_AFTER = re.compile(
    r"\s?(?:之?前)?[要得能就可]{0,3}(?:拿到|拿证|出证|下证|到手|办[好完下妥])(?![了过])|之?前?[,，]就[写填按]这"
)
"""And behind it: 等级评审是2030年12月，我们想2030年10月拿到."""


def read(text: str, today: date) -> str:
    """The first date of a text that is not past, or what makes it more precise ("2031, in May"); raises Wrong.

    Of several, of which one is taken back, the last: "May 2031, oh no wait, June 2031".
    """
    found = find(text, today)
    if not any("-" in due.value for due in found):
        found = _seasons(text, today) or found
    folded = plain(text)
    if _IMPOSSIBLE.search(folded):
        raise Wrong(Reason.DATE)
    coming = [due for due in found if last_day(due.value) >= today]
    dated = [due for due in coming if _SAID_YEAR.search(folded, due.start, due.end)]
    taken_back = len(coming) > 1 and bool(_TAKEN_BACK.search(folded))
    if dated and not taken_back:  # and no wait: 五年规划里提到过，2033年完成
        coming = [due for due in coming if due in dated or _NAMED_PART.search(folded[due.start : due.end])]
    if len(dated) > 1 and len(told := [due for due in dated if _MEANT_AFTER.match(folded, due.end)]) == 1:
        return told[0].value
    if len(dated) > 1 and (meant := [due for due in dated[1:] if _MEANT_BEFORE.search(folded[: due.start])]):
        return meant[-1].value
    if len(coming) > 1 and not taken_back:
        wished = [due for due in coming[1:] if _RATHER.search(folded[: due.start])]
        coming = wished or coming
    if coming:
        if taken_back:
            return _last(coming, folded, today)
        return _with_month([due.value for due in coming], text)
    if found:
        raise Wrong(Reason.DATE_PAST)
    raise Wrong(Reason.DATE_SOON if _SOON.search(folded) else Reason.DATE)


def is_soon(text: str) -> bool:
    """Whether a text says no more of a date than that it is to be soon: "asap", 尽快."""
    return bool(_SOON.search(plain(text))) and not any(map(str.isdigit, text))


def _last(coming: Sequence[Due], folded: str, today: date) -> str:
    """The last date, with the year or the month that was said before: "May 2031, no, August", "June, not 2031, 2030"."""
    *before, last = coming
    yearless = [
        due
        for due in coming
        if _NAMED_PART.search(said := folded[due.start : due.end]) and not _SAID_YEAR.search(said)
    ]
    if last in yearless:
        years = (due.value[:4] for due in reversed(before) if due not in yearless)
        wholes = (_of_year(last.value[5:], int(year), today) for year in years)
    elif len(last.value) == len("2027"):
        parts = (due.value[5:] for due in reversed(before) if due in yearless)
        wholes = (_of_year(part, int(last.value), today) for part in parts)
    else:
        return last.value
    return next((whole for whole in wholes if last_day(whole) >= today), last.value)


def _of_year(rest: str, year: int, today: date) -> str:
    return _with_year(rest, year, today) if rest[0].isdigit() else f"{year}-{rest}"


def _with_month(coming: Sequence[str], text: str) -> str:
    """The first date, with what is said beside it: "early 2032, say February", 下半年，2031年下半年."""
    first, *others = coming
    if written := next((due for due in coming if len(due) == _WHOLE and due in text), ""):
        return written  # "1 May, i.e. 2032-05-01"
    if first[:4] not in text:  # "the second half, of 2031": without a year it was the next
        dated = [other for other in others if other[:4] in text]
        alike = (other for other in dated if other[4:] in {"", first[4:]})
        exact = (other for other in dated if len(other) > 4)  # "the fair is in March, so February 2031"
        first = next((f"{other[:4]}{first[4:]}" for other in alike), next(exact, first))
    months = [other for other in others if len(other) == 7 and other[5:].isdigit()]
    if len(first) > 4 or not months:
        return first
    return next(
        (f"{first}{month[4:]}" for month in months if month[:4] == first or month[:4] not in text), first
    )


def find(text: str, today: date) -> list[Due]:
    """Every date of a text in its order, without overlap."""
    rest = plain(text).replace("元月", "1月")
    rest = _MISTYPED_MONTH.sub(lambda match: _MISTYPED_MONTHS[match[0]].rjust(len(match[0])), rest)
    rest, found = _SPOKEN_DAY.sub(_day_in_digits, _SPOKEN_YEAR.sub(_in_digits, rest)), list[Due]()
    rest = _CHINESE_YEAR.sub(lambda year: year[0].translate(_CHINESE_DIGITS), rest)
    rest = _REPUBLIC.sub(_in_our_era, rest)
    for reader in (_absolute, *(_matching(pattern, value) for pattern, value in _PATTERNS), _durations):
        taken = [
            due for due in reader(rest, today) if abs((last_day(due.value) - today).days) <= _LONGEST_WAIT
        ]
        rest = blanked(rest, [(due.start, due.end) for due in taken])
        found += taken
    return sorted(found, key=lambda due: due.start)


def _seasons(text: str, today: date) -> list[Due]:
    """The seasons that a text names, for one that names no month."""
    return list(_matching(re.compile(_SEASON), _season)(plain(text), today))


def _in_digits(spoken: re.Match[str]) -> str:
    """A year as it is dictated, in digits and as long as it was."""
    ten, one = spoken["ten"], spoken["one"]
    year = 2020 + 10 * _TENS.index(ten) + (1 + _ONES.index(one) if one else 0)
    return str(year).ljust(len(spoken[0]))


def _in_our_era(said: re.Match[str]) -> str:
    """A year of the Republic of China, as Taiwan counts them, and as long as it was."""
    return f"{_REPUBLIC_BEGAN + int(said['year'])}年".rjust(len(said[0]))


def _day_in_digits(spoken: re.Match[str]) -> str:
    """A day of a month as it is dictated, in digits and as long as it was."""
    lead, said = spoken["lead"] or "", spoken["before"] or spoken["after"]
    return lead + str(_ORDINAL_DAYS.index(said.replace(" ", "-")) + 1).rjust(len(said))


_Value = Callable[[re.Match[str], date], str | None]


def _matching(pattern: re.Pattern[str], value: _Value) -> Callable[[str, date], Iterator[Due]]:
    def reader(text: str, today: date) -> Iterator[Due]:
        for match in pattern.finditer(text):
            read = value(match, today)
            if read is not None:
                yield Due(read, *match.span())

    return reader


def _absolute(text: str, today: date) -> Iterator[Due]:
    """Dates with a month; the year may be said beside them: 明年三月, "15 June next year"."""
    for start, end, value in dates(text):
        if value.startswith("--"):
            before = _YEAR_ENDING.search(text[max(0, start - 14) : start])
            after = None if before else _YEAR_STARTING.match(text[end : end + 16])
            said = before or after
            whole = _with_year(value[2:], _year(said["year"], today) if said else None, today)
            yield Due(whole, start - len(before[0] if before else ""), end + len(after[0] if after else ""))
        elif "-" in value:
            yield Due(value, start, end)


def _durations(text: str, today: date) -> Iterator[Due]:
    """In 3 months, 半年内, within two weeks: counted from today."""
    for figure in figures(text):
        if figure.kind is not Kind.DURATION or isinstance(figure.value, str):
            continue
        said = text[figure.start : figure.end]
        before = _GONE_BEFORE.search(text, 0, figure.start) and not _WITHIN.match(text, figure.end)
        repeated = said.endswith("ly") or _REPEATED_BEFORE.search(text, 0, figure.start)
        if repeated or before or _GONE_AFTER.match(text, figure.end):
            continue  # "the yearly report"
        months = float(figure.value) * {"year": 12, "month": 1}.get(figure.unit, 0)
        days = float(figure.value) * {"week": 7.0, "day": 1.0, "working_day": 1.4}.get(figure.unit, 0)
        if 0 < months <= _LONGEST_GOAL:
            yield Due(months_on(today, math.ceil(months)), figure.start, figure.end)
        elif 1 <= days <= _LONGEST_WAIT:
            on = today + timedelta(math.ceil(days))
            yield Due(on.isoformat(), figure.start, figure.end)


def _with_year(rest: str, year: int | None, today: date) -> str:
    """A month or a day of the given year, or of the first in which it is not past."""
    month, _, day = rest.partition("-")
    for candidate in [year] if year else range(today.year, today.year + 9):
        exists = int(day or 1) <= calendar.monthrange(candidate, int(month))[1]
        ending = timedelta(0 if day else _ENDING)  # "November" on its last day is the next one
        if exists and (year or last_day(f"{candidate}-{rest}") >= today + ending):
            return f"{candidate}-{rest}"
    return f"{year or today.year}-{month}"


def _year(said: str, today: date) -> int:
    if (said := said.removeprefix("'"))[0].isdigit():
        return int(said[:4]) if re.match(r"\d{4}", said) else 2000 + int(said[:2])
    return today.year + _YEARS[said]


def _said_year(match: re.Match[str], today: date) -> int | None:
    said = match["year"] or match.groupdict().get("after")
    return _year(said, today) if said else None


def _numbered_month(match: re.Match[str], _: date) -> str:
    return f"{match['y1'] or match['y2']}-{int(match['m1'] or match['m2']):02d}"


def _run_together(match: re.Match[str], _: date) -> str | None:
    """A day in eight digits: 20310630."""
    try:
        return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return None


def _part(match: re.Match[str], today: date) -> str:
    """A quarter or a half: "Q3 2027", 明年上半年; without a year the next to end."""
    said = next(value for name, value in match.groupdict().items() if name.startswith("n") and value)
    part = ("H" if match["half"] else "Q") + str(_ORDINALS.get(said) or int(said[0]))
    year = _said_year(match, today) or today.year + (last_day(f"{today.year}-{part}") < today)
    return f"{year}-{part}"


def _quarter_away(match: re.Match[str], today: date) -> str:
    index = today.year * 4 + (today.month - 1) // 3 + bool(match["next"])
    return f"{index // 4}-Q{index % 4 + 1}"


def _year_end(match: re.Match[str], today: date) -> str:
    return f"{_said_year(match, today) or today.year}-12"


def _year_start(match: re.Match[str], today: date) -> str:
    return f"{_said_year(match, today) or today.year + 1}-Q1"


def _month_away(match: re.Match[str], today: date) -> str:
    said, day = match[0], match["day"]
    month = months_on(today, 2 if said.startswith("下下") else int(said.startswith("下") or "next" in said))
    days = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    return f"{month}-{int(day):02d}" if day and 0 < int(day) <= days else month


def _day_away(match: re.Match[str], today: date) -> str:
    days = {"昨": -1, "yes": -1, "今": 0, "tod": 0, "明": 1, "tom": 1, "后": 2, "下下": 14}
    away = next((n for word, n in days.items() if match[0].startswith(word)), 7)
    return (today + timedelta(away)).isoformat()


def _lone_month(match: re.Match[str], today: date) -> str | None:
    if match["month"] in {"may", "mar"} and match[0] == match["month"] != match.string.strip():
        return None
    return _with_year(f"{_MONTHS.index(match['month'][:3]) + 1:02d}", _said_year(match, today), today)


def _holiday(match: re.Match[str], today: date) -> str:
    """The month of a holiday, or the one before, where it is to be before a first of the month: before Christmas, 国庆前."""
    word, said = next((word, month) for word, month in _HOLIDAYS.items() if word in match[0])
    value = _with_year(f"{said:02d}", _said_year(match, today), today)
    before = "before" in match[0] or _IS_BEFORE.match(match.string, match.end())
    if word in _FIRSTS and before:
        value = months_on(date.fromisoformat(f"{value}-01"), -1)
    return value


def _season(match: re.Match[str], today: date) -> str:
    """The last month of a season, or the one in which the Chinese year is well begun: summer 2027, 开春."""
    word, said = next((word, month) for word, month in _SEASONS.items() if word in match[0])
    value = _with_year(f"{said:02d}", _said_year(match, today), today)
    before = _BEFORE_IT.search(match.string, 0, match.start()) or _IS_BEFORE.match(match.string, match.end())
    return months_on(date.fromisoformat(f"{value}-01"), -3) if before and "年" not in word else value


def _whole_year(match: re.Match[str], today: date) -> str:
    return str(_year(match["year"], today))


_PARTS = r"年?[底初末终]|[上下]半年|第?[一二三四1-4]\s?季|[qQhH][1-4]|国庆|元旦|春节|五一|端午|中秋|圣诞|过年"
_TWO_DIGITS = rf"(?<!\d)[2-6]\d年(?=的?(?:{_PARTS}))"
_WHEN = rf"(?:{_TWO_DIGITS}|20\d\d(?!\d)(?: ?年)?|{'|'.join(_YEARS)})"
_NOBODY = rf"(?<![{SURNAMES.replace('于', '')}](?=国庆))"
"""Before a holiday by which people are called, too: 马国庆."""
_SAID_YEAR = re.compile(_WHEN)
_YEAR_ENDING = re.compile(rf"(?P<year>{_WHEN})\s?(?:的|in\s)?$")
_YEAR_STARTING = re.compile(rf",?\s(?:of\s|in\s)?(?P<year>{_WHEN})")
_BEFORE = rf"(?:(?P<year>{_WHEN})\s?的?[\s-]?)?"
_AFTER = rf"(?:,?\s(?:of\s|in\s)?(?P<after>{_WHEN}|'[2-6]\d(?!\d)))?"
_START, _STOP = "(?<![a-z])", r"(?![a-z\d])"
_M = "1[0-2]|0?[1-9]"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NAMED_PART = re.compile(
    rf"{_START}(?:{_MONTH}|[qh]\d){_STOP}|[\d一二三四五六七八九十]月|[一二三四1-4]\s?季|[上下]半年|quarter|half"
)
_DAY = "|".join(word.replace("-", "[ -]") for word in reversed(_ORDINAL_DAYS))
_MISTYPED_MONTHS = {
    name[:at] + name[at + 1 :]: name[:3]
    for name in map(str.lower, calendar.month_name[1:])
    for at in range(3, len(name))
    if len(name) > len("april")
}
"""Long names of months without one of their letters."""
_MISTYPED_MONTHS |= {
    name: month
    for month, names in {
        "jan": "januar janvier enero",
        "feb": "februar février fevrier febrero",
        "mar": "märz maerz mars marzo",
        "apr": "avril abril",
        "may": "mai mayo",
        "jun": "juni juin junio",
        "jul": "juli juillet julio",
        "aug": "août aout agosto",
        "sep": "septembre septiembre",
        "oct": "oktober octobre octubre",
        "nov": "novembre noviembre",
        "dec": "dezember décembre decembre diciembre",
    }.items()
    for name in names.split()
}
"""And what some who write English call them."""
_MISTYPED_MONTH = re.compile(rf"{_START}(?:{'|'.join(_MISTYPED_MONTHS)}){_STOP}")
_SPOKEN_DAY = re.compile(
    rf"{_START}(?P<before>{_DAY})(?= (?:of )?{_MONTH.replace('?P<month>', '?:')}{_STOP})"
    rf"|{_START}(?P<lead>{_MONTH.replace('?P<month>', '?:')} (?:the )?)(?P<after>{_DAY})(?=[ ,]|$)"
)
_LEADING = (
    r"(?:(?:early|mid|late|in|by|until|till|before|around|about|end|beginning|start|middle|of|the|next|this|coming)"
    r"[\s-]){1,4}"
)
_HALF = rf"(?P<n1>[上下])半年|{_START}(?:h(?P<n2>[12]){_STOP}|(?P<n3>first|second|1st|2nd) half{_STOP})"
_QUARTER = (
    rf"第?(?P<n4>[一二三四1-4])\s?季度?|{_START}(?:q(?P<n5>[1-4]){_STOP}"
    rf"|(?P<n7>[1-4])q(?=,?\s?(?:of\s|in\s)?(?:20\d\d|next|this|'[2-6]\d))|(?P<n6>first|second|third|fourth|1st|2nd|3rd|4th"
    rf"|last(?= quarter of (?:20|next|this))) quarter{_STOP})"
)
_YEAR_END = (
    rf"(?:(?P<year>{_WHEN})的?年?[底末终内]|(?<![\d半一二两三四五六七八九十几])年[底末终内])"
    rf"|{_START}(?:end of (?:(?P<after>{_WHEN})|(?:the |this )?year)|year[\s-]?end|eoy){_STOP}"
)
_MONTH_AWAY = (
    r"(?:下下?个?月|本月|这个?月|(?<![\d一二三四五六七八九十个])月(?=底))(?:底|(?P<day>\d{1,2})\s?[号日])?"
    rf"|{_START}(?:(?:next|this) month|end of (?:the )?month){_STOP}"
)
_SEASON = (
    rf"{_START}(?:(?:early|mid|late|the|this|next|coming|end of|by|until)[\s-]){{0,3}}"
    r"(?:spring|summer|autumn|winter|(?:the |this |next |by |in )fall(?! back| under| into)|fall (?=20\d\d))"
    rf"{_STOP}{_AFTER}|(?:(?P<year>{_WHEN})的?)?(?:开春|(?<![青立新])春[天季]|[夏秋冬][天季]|过完年"
    r"|(?<![一两三四五六七八九十几多早半今明后去前来往\d])年[前后])"
)
_PATTERNS: list[tuple[re.Pattern[str], _Value]] = [
    (re.compile(pattern), value)
    for pattern, value in (
        (r"(?<![\da-z.+_-])(20[2-6]\d)([01]\d)([0-3]\d)(?![\da-z_@-])", _run_together),
        (
            rf"(?<![\d.qh])(?:(?P<y1>20\d\d)\s?[-./]\s?(?P<m1>{_M})|(?P<m2>{_M})\s?[-./]\s?(?P<y2>20\d\d))(?![\d./-])",
            _numbered_month,
        ),
        (
            r"(?<!\d)(?P<year>20\d\d) years? (?P<month>1[0-2]|0?[1-9])(?:th)? months?(?![a-z])",
            lambda match, _: f"{match['year']}-{int(match['month']):02d}",
        ),
        (
            (
                rf"(?:(?P<year>{_WHEN})(?:\s?的?[\s/-]?|,\s?(?:the\s)?))?(?:(?P<half>{_HALF})|{_QUARTER})"
                rf"(?:(?:,?\s(?:of\s|in\s)?|[/-])(?P<after>{_WHEN}))?"
            ),
            _part,
        ),
        (r"(?P<next>下一?个?季度?|next quarter)|(?:本|这个?)季度?|this quarter", _quarter_away),
        (_YEAR_END, _year_end),
        (
            rf"(?:(?P<year>{_WHEN})的?年?初|年初)|{_START}(?:start|beginning) of (?:(?P<after>{_WHEN})|the year){_STOP}",
            _year_start,
        ),
        (_MONTH_AWAY, _month_away),
        (
            rf"昨天|今天|明天|后天|下下?个?(?:周|星期|礼拜)|{_START}(?:next week|today|tomorrow|yesterday){_STOP}",
            _day_away,
        ),
        (rf"{_START}(?:(?P<year>{_WHEN})\s)?(?:{_LEADING})?{_MONTH}{_STOP}{_AFTER}", _lone_month),
        (rf"{_BEFORE}{_NOBODY}(?:{'|'.join(_HOLIDAYS)})(?![a-z]){_AFTER}", _holiday),
        (rf"(?<![\d.:/-])(?<!\d,)(?P<year>{_WHEN})(?![\d.,/-]\d)", _whole_year),
        (
            r"(?<![\d.])(?P<year>2[6-9]|[34]\d)年(?=[底初内前吧拿出完]|\W|$)",
            lambda match, _: f"20{match['year']}",
        ),
    )
]
_WITHIN = re.compile(r"\s?[以之]?内")
_GONE_BEFORE = re.compile(r"(?:[前近了]|过去|\b(?:last|past|previous)\s)$")
_REPEATED_BEFORE = re.compile(r"(?:每隔?|\b(?:every|each)\s)$")
"""Before how often something comes: "the board meets every 6 weeks"."""
_GONE_AFTER = re.compile(r"\s?(?:ago|old)\b|多?了|(?<=年)前")
"""What is by now: 前两年做的, "2 years ago"."""
_IMPOSSIBLE = re.compile(
    r"(?<!\d)(?:0?2\s?月\s?3\d|0?[469]\s?月\s?31|11\s?月\s?31)\s?[日号]?"
    r"|\b3[01](?:st|th)? (?:of )?feb|\bfeb(?:ruary)? 3[01]\b|\b31(?:st)? (?:of )?(?:apr|jun|sep|nov)"
    r"|\b(?:apr|april|june?|sept?|september|nov|november) 31\b"
)
"""Days that no calendar has."""
_SOON = re.compile(
    r"\basap\b|as (?:soon|quickly|fast|early) as (?:(?:is )?(?:humanly )?possible|(?:you|we) can)"
    r"|\b(?:immediately|right away|urgent(?:ly)?|now)\b"
    r"|尽快|越快越好|越早越好|马上|立刻|尽早|加急|着急|[按要][你您]?们?(?:的)?最快|^急(?![诊救])"
)
