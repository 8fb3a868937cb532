"""Changes by an amount of what is held: 又招了5个人, "one more site", "a month later"."""

import re
from datetime import date
from decimal import Decimal

from bot.intake import cues, due_dates, quantities
from bot.intake.plain import plain
from bot.intake.quantities import Quantity
from bot.intake.reading import Reading
from knowledge.documents import Field
from knowledge.figures import Figure, Kind, figures, meaning

_MORE_BEFORE = re.compile(
    r"(?:(?:增加|新增|扩招|扩充|增|涨|加)了?|[又再][招来进聘开加添多设建租]了?|多(?:加|了)|[招进聘]了|[少漏][算报写填说数]了|漏了|加上[^,，。\d]{0,8})\s?$"
    r"|\b(?:add(?:ed|ing)?|another|hir(?:ed|ing)|recruited|took on|taken on)\s(?:about |an? |another )?$"
)
_MORE_AFTER = re.compile(
    r"\s(?:more|extra|additional|further)\b|\s(?:new )?(?:people|persons|staff|employees|engineers|sites?|offices?) more\b"
)
_LESS_BEFORE = re.compile(
    r"(?:减[少掉去]?了?|少[写填报算]?|少了|裁了?|走了|离职了?|辞职了?|退休了|多[算报写填说数]了?|去掉|撤了?|关(?:掉|闭)?了?|退租了?)\s?$"
    r"|\b(?:lost|losing|let go(?: of)?|laid off|clos(?:ed|ing)|shut(?:ting)?(?: down)?|gave up|giving up|take off)\s(?:about )?$"
)
_LESS_AFTER = re.compile(
    r"\s(?:fewer|less)\b|\s?个?人?(?:离职|走了|辞职|退休)"
    r"|\s(?:people |persons |staff |of (?:us|them) )?(?:have |has )?(?:left|quit|retired)\b"
    r"|\sof (?:the|our) (?:sites|offices|branches)\b"
)
_LARGEST = 100_000
_SHORT = 12  # characters
_ONE_OF = re.compile(r"\bone(?= of (?:the|our) )")
_BY = re.compile(r"\bby\s(?:about |an? )?$")
_DOWN = re.compile(r"\b(?:down|dropp?(?:ed)?|fell|fallen|shrunk|reduced?|cut|decreased?|lower(?:ed)?)\b")
_UP = re.compile(r"\b(?:up|gr[eo]wn?|increased?|risen|rose|raised?|more|short|expand(?:ed)?)\b")
_LATER = re.compile(
    r"推迟|延[后期迟长]|推后|往后|顺延|后延|缓|(?<!最)晚(?!于)|(?<!no )(?<!not )\blater\b|\bpostpone|\bdelay|\bextend|\bdefer"
    r"|\bput\b.{0,30}\boff\b|\b(?:push|move|shift|put)\b.{0,40}\b(?:back|out)\b"
)
_EARLIER = re.compile(r"提前|提早|往前|(?<![最尽及趁])早(?!就)|\bearlier\b|\bsooner\b|\bforward\b|\bahead\b")
_OF_ELSE = re.compile(
    r"审核|审查|评审|材料|文件|资料|付|款|电话|联系|报价|合同|\baudit|\bdocument|\bpaper|\bpay|\bcall|\bquot|\bcontract|\bsurveil"
)
"""What else may be put off than the date of the form."""
_MONTH = re.compile(r"\d{4}-\d\d")
_OTHER_YEAR = re.compile(
    r"[今明后本来去半]年|\b(?:this|next|last) |\bin \d|个月|\d\s?年|\b(?:months?|years?) (?:later|earlier|sooner)"
    r"|\b(?:by|out|back|off|forward) (?:\w+ ){1,2}(?:months?|years?)\b"
)
_FROM_NOW_BEFORE = re.compile(r"\b(?:to|until|now|within|in)\s$|[到至]\s?$")
_FROM_NOW = re.compile(r"\s?[以之]?内|\sfrom (?:now|today)\b")
"""Around a time that is counted from today."""


def read(reading: Reading) -> None:
    """Take a number or a date that is told by how much it differs from the one that is held."""
    if reading.form.corrects:
        _count(reading)
        _date(reading)


def _count(reading: Reading) -> None:
    found = quantities.stated(reading.folded)
    if not found and (one := _ONE_OF.search(reading.folded)):
        found = [Quantity(Decimal(1), *one.span())]
    if len(found) != 1 or found[0].value > _LARGEST:
        return  # "five more, 50 by now", 电话也加13900139000
    amount = found[0]
    field, sign = _counted(reading, amount), _sign(reading.folded, amount)
    if field is None or sign == 0:
        if (
            sign and len(reading.text) <= _SHORT and "联系" not in reading.text
        ):  # 不对，减10个: of what is not said
            reading.take(0, len(reading.text))
        return
    value = int(reading.form.held[field.id]) + sign * int(amount.value)
    if value > 0:
        reading.values[field.id] = str(value)
        reading.take(*reading.piece(amount.start))


def _sign(folded: str, amount: Quantity) -> int:
    """Whether an amount is to be added or taken away; 0 where it is neither, or may be both."""
    before, after = folded[: amount.start], amount.end
    if _BY.search(before):
        return bool(_UP.search(before)) - bool(_DOWN.search(before))
    more = _MORE_BEFORE.search(before) or _MORE_AFTER.match(folded, after)
    less = _LESS_BEFORE.search(before) or _LESS_AFTER.match(folded, after)
    return bool(more) - bool(less)


def _counted(reading: Reading, amount: Quantity) -> Field | None:
    """The field that the amount is of: what it counts, else the only one that is named."""
    held = [field for field in reading.form.of_type("count") if reading.form.held.get(field.id, "").isdigit()]
    unit = r"\s?(?:(?:more|fewer|less|extra|additional|further|new|of (?:the|our))\s)*[个名位处家间]?(?:新?的?)(?:{})"
    counted = [f for f in held if re.compile(unit.format(cues.nouns(f))).match(reading.folded, amount.end)]
    told = reading.folded.replace("联系人", "")
    named = [field for field in held if re.search(cues.named(field), told)]
    return counted[0] if len(counted) == 1 else named[0] if len(named) == 1 else None


def of_held_year(reading: Reading) -> None:
    """A month that is changed to another is of the year that is held: "not June, July"."""
    for field in reading.form.of_type("date") if reading.form.corrects else ():
        if value := reading.values.get(field.id, ""):
            held = reading.form.held.get(field.id, "")
            reading.values[field.id] = in_held_year(value, held, reading.text, reading.form.today)


def in_held_year(value: str, held: str, text: str, today: date) -> str:
    """A month that a text gives without its year, of the year of the date that is held, if that is not past."""
    if not held or not _MONTH.fullmatch(value) or value[:4] in text or _OTHER_YEAR.search(plain(text)):
        return value
    later, earlier = (bool(way.search(plain(text))) for way in (_LATER, _EARLIER))
    year = int(held[:4])
    if later is not earlier and (value[5:] < held[5:7]) is later and value[5:] != held[5:7]:
        year += 1 if later else -1  # 推迟到2月
    same = f"{year}{value[4:]}"
    return same if due_dates.last_day(same) >= today else value


def _date(reading: Reading) -> None:
    by = [each for each in figures(reading.folded) if each.kind is Kind.DURATION]
    later, earlier = (bool(way.search(reading.folded)) for way in (_LATER, _EARLIER))
    held = [field for field in reading.form.of_type("date") if reading.form.held.get(field.id)]
    if len(by) != 1 or later is earlier or not held or _OF_ELSE.search(reading.folded):
        return
    if _FROM_NOW_BEFORE.search(reading.folded, 0, by[0].start) or _FROM_NOW.match(reading.folded, by[0].end):
        return  # "postpone it to in three months", 晚点也行，半年内
    value = _moved(reading.form.held[held[0].id], by[0], 1 if later else -1)
    if value is None:
        reading.reopened.append(held[0].id)
    elif due_dates.last_day(value) >= reading.form.today:
        reading.values[held[0].id] = value
    reading.take(*reading.piece(by[0].start))


def _moved(held: str, by: Figure, sign: int) -> str | None:
    """A date so much later or earlier, as precise as it was; None where that is not known so precisely."""
    _, unit, amount = meaning(by)
    if isinstance(amount, str) or amount != int(amount):
        return None
    return due_dates.shifted(held, **{f"{unit}s": sign * int(amount)}) if unit in {"month", "day"} else None
