"""The value that stands beside a field's name, read by the field's type."""

import re
from dataclasses import dataclass, replace

from bot.intake import certificates, contacts, counts, cues, dates, names
from bot.intake.corrections import AT_ONCE
from bot.intake.plain import says_something
from bot.intake.reading import Reading
from knowledge.documents import Field

_PART = re.compile(r"[,;、。\n/|]|\sand\s(?=(?:no|number|line|item|the|our|my)\b)|(?<=[㐀-鿿])\s(?=[㐀-鿿])")
_NAME_END = re.compile(r",(?!\s?(?:and |but )?not\s)|[\d@+;、。/|\n(]|(?<=[㐀-鿿])\s(?=[㐀-鿿])")
_CAPITAL = re.compile(r"[A-Z][a-z'-]+")
_GENERIC = frozenset("公司 业务 服务 范围 证书 单位 企业".split())
_STATE = re.compile(
    r"(?:being|going|getting|closing|shutting|moving|merging|not|no longer|wound|bankrupt|insolvent|dissolved|gone|sold|closed"
    r"|very|too|so|quite|still|already)(?![a-z])"
)
"""What is said of a company, and is not its name: "the firm is being wound up"."""
_NO_NAME = re.compile(
    "[写填]|全名|名字|换成|改成|称呼|[没不]变|没换|照旧"
)  # what is to be done with one: 联系人写全名
_WHOSE = re.compile(
    r"\s*(?:hers|his|mine|theirs|ours)\s?[:,-]\s?"
    r"|\s*(?:同[前上]|不变|照旧|一样|(?:客户|他们)(?:自己)?的人)[,，\s]\s?(?=[㐀-鿿])"
    r"|\s*(?:我?们?|咱们?)(?:公司|这边|单位)?的?(?:行政|前台|财务|人事|助理|同事|秘书|主管|经理|负责人)[,，\s]+(?=[㐀-鿿]{2,4}(?![㐀-鿿]))"
    r"|\s*(?:my|our|the|his|her)\s(?:\w+\s)?(?:colleague|boss|manager|director|assistant|deputy|successor|husband|wife"
    r"|partner|son|daughter|brother|sister|father|mother|dad|mum|mom)[:,]?\s(?=[A-Z])"
)
"""Before a name: "the contact should be hers: Ann Lee"."""
_CALLED = re.compile(
    r"[,，.;:吧呀啊\s]+(?:(?:and|so|then|please|pls)\s)*(?:put|write|it's|it is|that's|that is|that would be|named|called)\s"
    r"(?:down\s|in\s)?|吧?[,，]\s?(?:[她他]|名字)?就?(?:叫|是|写|填)\s?",
    re.IGNORECASE,
)
"""Between who somebody is and their name: "my boss, please put Gerald Tansy"."""
_NOT_OTHER = re.compile(r",?\s(?:and |but )?not\s.*$", re.IGNORECASE)  # "Tom Rye, not me"
_ME = re.compile(r"^(?:me|myself)[,:]\s*", re.IGNORECASE)
_BY_NOW = re.compile(r"\s(?:now|instead|from now on|please|pls|today)\W*$")
_JOINT = re.compile(r"[\s,，]+(?:and|but)\s*$", re.IGNORECASE)  # to the next field's name
_DONE = re.compile(r"[来去]?[报算写填](?=[吧了的\s]*$)")  # with a number: 人数按52报
_ADDED = re.compile("[加添补]|也(?:要)?[留写填给]")
_QUOTED = re.compile('“[^”]+”|"[^"]+"|「[^」]+」')
_WRITTEN = re.compile(
    r"(?P<lead>(?:(?:be )?(?:written|put|noted|named|called|read|say|as|to)[\s:]+)+)(?:[“\"「][^”\"」]+[”\"」])"
)
"""A value in quotation marks behind what is to be done with it: "must be written "e-mail and web hosting"."""
_TOLD_BEHIND = re.compile(
    r",\s(?:and\s)?(?:(?:we|i|they|he|she)(?:'\w+)?\s|(?:it|that)(?:'s| is| was)\s|(?:change|correct|update) (?:it"
    r"|that)\b|sorry\b"
    r"|if you\b|because\b|since\s|which (?:is|was)\b)"
    r"|,\s(?:and\s)?not (?:that|this|it)\b"
    r"|[,。;]\s?(?:我们?|咱们?|这个?(?!类)|那个?(?!类)|因为|给[您你]添|辛苦|别的|其[余他](?!业务)|要认证|原来的?|之前的?|\w{1,8}也?留着)"
)
"""What is told behind a new value, and is no part of it: "email hosting, we gave up web hosting in spring"."""
_TAKEN_BACK = re.compile(rf"(?:[^,，、。;；.!?\n]|\.(?=\w)){{1,40}}?{AT_ONCE}", re.IGNORECASE)
"""A value that is taken back at once: 54 of "54, no wait, 53"."""
_OF_OURS = re.compile(r"年有效|有效期|[是对]吧")  # what is said of the certificate that is applied for
_NEAR = 60  # characters


@dataclass(frozen=True, slots=True)
class Pair:
    """A field's name at `start`, its value from `value` to `end`. A strong one surely names the field."""

    field: Field
    name: str
    start: int
    value: int
    end: int
    strong: bool
    changes: bool
    called: bool
    adjacent: bool


def take(reading: Reading, pair: Pair) -> bool:
    """Read the pair's value by the field's type; False where the words turn out to name nothing."""
    pair = _as_corrected(reading, pair)
    if not says_something(reading.text[pair.value : pair.end]):
        if pair.changes:
            reading.reopened.append(pair.field.id)
            reading.take(pair.start, pair.end)
        return pair.changes
    match pair.field.type:
        case "contact":
            return _take_contact(reading, pair)
        case "date":
            return _take_date(reading, pair)
        case "count":
            return _take_part(reading, pair, _PART)
        case "name":
            return _take_name(reading, pair)
        case _:
            return _take_text(reading, pair)


def _as_corrected(reading: Reading, pair: Pair) -> Pair:
    """From what takes the place of a value that is taken back at once."""
    back = _TAKEN_BACK.match(reading.text, pair.value, pair.end)
    if back is None:
        return pair
    instead = reading.text[back.end() : pair.end]
    match pair.field.type:
        case "count":
            begins = counts.begins(instead)
        case "date":
            begins = any(due.start == 0 for due in dates.find(instead, reading.form.today))
        case "contact":
            begins = any(found.start == 0 for found in contacts.find(instead))
        case "name":
            begins = names.is_person(re.split("[,，。.;；]", instead)[0])
        case _:
            begins = any(start == 0 for start, _ in names.companies(instead))
    return replace(pair, value=back.end()) if begins else pair


def _take_contact(reading: Reading, pair: Pair) -> bool:
    found = [
        found
        for found in contacts.find(reading.text[pair.start : pair.end])
        if pair.start + found.end > pair.value
    ]
    if not found:
        whole = contacts.find(reading.text)
        told = pair.field.id in reading.values
        if told or any(each.start < pair.end and pair.start < each.end for each in whole):
            return False  # "kelvin_88 (wechat), don't call"
        said = reading.text[pair.start : pair.end]
        if cues.is_any_way(pair.name) and _take_person(reading, pair):
            return True
        return reading.put(pair.field, said, pair.start, pair.end, named=pair.strong) or pair.strong
    if reading.text[max(0, pair.start - 1) : pair.start] in {"(", "（"}:
        return False  # "+44 … (mobile), +44 … (office)"
    first, last = found[0], found[-1]
    added = _ADDED.search(reading.folded, pair.start, pair.start + first.start)
    if pair.changes and cues.is_any_way(pair.name) and not added:
        reading.replaced.add(pair.field.id)
    between = _ME.sub("", reading.text[pair.value : pair.start + first.start])
    named = re.split("[,，、;；]", _WHOSE.sub("", f" {between}", count=1).strip())[0].strip(" :：")
    for field in reading.form.of_type("name")[:1]:
        lone = cues.is_any_way(pair.name) and _CAPITAL.fullmatch(named)
        if reading.wants(field) and (lone or names.is_person(named)):
            reading.put(field, named, pair.value, pair.start + first.start, named=False)
    said = reading.text[pair.start + first.start : pair.start + last.end]
    put = reading.put(pair.field, said, pair.start, pair.start + last.end, named=pair.strong)
    if put and added and (held := reading.form.held.get(pair.field.id)):
        reading.values[pair.field.id] = contacts.beside(held, reading.values[pair.field.id])
    return put


def _take_person(reading: Reading, pair: Pair) -> bool:
    """Whether a name stands where a contact is named: "the contact is Bob Miller"."""
    part = _NAME_END.search(reading.folded, pair.value, pair.end)
    end = part.start() if part else pair.end
    said = _WHOSE.sub("", _NOT_OTHER.sub("", reading.text[pair.value : end]), count=1)
    said = _BY_NOW.sub("", said)
    named = reading.form.of_type("name")
    if not named or not names.is_person(said):
        return False
    return reading.put(named[0], said, pair.start, end, named=False)


def _take_date(reading: Reading, pair: Pair) -> bool:
    near = reading.text[pair.value : min(pair.end, pair.value + _NEAR)]
    found = [due for due in dates.find(near, reading.form.today) if due.start < _NEAR // 2]
    if not found:
        return _take_part(reading, pair, _PART)
    first = next((due for due in found if due.value in near), found[0])
    end = pair.value + first.end
    return (
        reading.put(pair.field, reading.text[pair.value : end], pair.start, end, named=pair.strong)
        or pair.strong
    )


def _take_part(reading: Reading, pair: Pair, stop: re.Pattern[str]) -> bool:
    """The value is what comes before the first comma; a telephone number counts nothing."""
    if pair.field.type == "count" and any(
        found.start <= 1 for found in contacts.find(reading.text[pair.value : pair.end])
    ):
        return False
    end = part.start() if (part := stop.search(reading.folded, pair.value, pair.end)) else pair.end
    done = _DONE.search(reading.folded, pair.value, end) if pair.field.type == "count" else None
    return _put(reading, pair, done.start() if done else end)


def _take_name(reading: Reading, pair: Pair) -> bool:
    if whose := _WHOSE.match(reading.text, pair.value, pair.end):
        pair = replace(pair, value=whose.end())
    pair = _by_name(reading, pair)
    part = _NAME_END.search(reading.folded, pair.value, pair.end)
    said = reading.text[pair.value : part.start() if part else pair.end].strip()
    other = pair.name in {"name", "姓名", "名字"} and reading.form.asks_text
    unlikely = (
        other or not reading.wants(pair.field) or len(said.split()) > 4 or (pair.adjacent and len(said) > 4)
    )
    if _NO_NAME.search(said) or names.has_form(said):
        return False
    return False if unlikely and not pair.strong else _take_part(reading, pair, _NAME_END)


def _by_name(reading: Reading, pair: Pair) -> Pair:
    """From the name on where who it is comes first: 联系人改成年轻老师吧，叫唐颖."""
    called = _CALLED.search(reading.text, pair.value, min(pair.end, pair.value + _NEAR))
    if called is None:
        return pair
    part = _NAME_END.search(reading.folded, called.end(), pair.end)
    said = reading.text[called.end() : part.start() if part else pair.end].strip()
    return replace(pair, value=called.end()) if names.is_person(said) else pair


def _take_text(reading: Reading, pair: Pair) -> bool:
    """A text goes on through commas, up to pieces that hold nothing but a number, a date or a contact."""
    if cues.is_certificates(pair.field) and _OF_OURS.search(reading.text, pair.value, pair.end):
        return False
    if not pair.strong:
        generic = pair.name in _GENERIC or (pair.name.isascii() and " " not in pair.name)
        held = cues.is_certificates(pair.field) and certificates.names_any(
            reading.text[pair.value : pair.end]
        )
        unlikely = (
            generic
            and not held
            and not (pair.called or reading.form.corrects or pair.field == reading.form.asked)
        )
        if unlikely or not reading.wants(pair.field):
            return False
    if cues.is_company(pair.field) and not pair.strong and _STATE.match(reading.folded, pair.value):
        return False
    end = reading.text_end(pair.value, pair.end)
    if quoted := _QUOTED.match(reading.text, pair.value, end):
        end = quoted.end()
    elif reading.form.corrects and not cues.is_company(pair.field):
        written = _WRITTEN.match(reading.folded, pair.value, end)
        pair, end = (replace(pair, value=written.end("lead")), written.end()) if written else (pair, end)
        told = _TOLD_BEHIND.search(reading.folded, pair.value + 1, end)
        end = told.start() if told else end
    if cues.is_company(pair.field):  # whose legal form ends it
        first = next(names.companies(reading.text[pair.value : end]), (0, end - pair.value))
        end = pair.value + first[1] if first[0] <= 1 else end
        if 1 < first[0] < _NEAR and reading.text[pair.value + first[0] - 1] in ":：":  # 写成总公司的:…
            pair, end = replace(pair, value=pair.value + first[0]), pair.value + first[1]
    return _put(reading, pair, end)


def _put(reading: Reading, pair: Pair, end: int) -> bool:
    text = _JOINT.sub("", cues.without_courtesy(reading.text[pair.value : end]))
    return reading.put(pair.field, text, pair.start, end, named=pair.strong) or pair.strong
