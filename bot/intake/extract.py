"""The values that a message gives for the fields of a form, anywhere in it, and what is left for the asked field."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from bot.intake import contacts, corrections, counts, cues, dates, edits, fields, names, pairs
from bot.intake.plain import plain, says_something
from bot.intake.reading import Form, Reading, sentence_end
from bot.intake.reasons import Reason, Wrong
from bot.intake.tagged import Tagged
from bot.intent import without_courtesy
from knowledge.documents import Field
from knowledge.numbering import numbers

_WHOLE = len("2027"), len("2027-03")
_NEAR = 40  # characters
_SEVERAL = 2  # numbers
_YEAR = 5  # characters
_LONGEST_ASIDE = 16  # characters
_SENTENCE_END = re.compile(
    r"[^。；;!！?？\n.]+(?:[。；;!！\n]+|\.(?=\s))(?=\s*\S)|[^，,\d]{0,6}(?:\d+|[一二两三四五六七八九十]+)[个处]?[，,]\s?(?=[哦噢啊呃]?对了|另外|还有|顺便)"
)
_TALK = re.compile(r"[我咱俺你您是叫想要给帮替来的了们为a-z\s]")
"""Of what is said before a name, and is no part of it."""
_SAME_NUMBER = re.compile(
    r"微信(?:同号|同手机号?|同电话)|(?:手机|电话)?同微信"
    r"|(?:wechat )?same (?:number|id)? ?(?:for|as|on) (?:wechat|(?:the |my )?phone)"
)
_AT_ONCE = re.compile(corrections.AT_ONCE, re.IGNORECASE)
_TEXT_TAKEN_BACK = re.compile(
    rf"^[^,，、。;；.!?？\n\d]{{1,40}}{corrections.AMONG_WORDS}(?=\w{{2}})", re.IGNORECASE
)
_FRAME = re.compile(
    r"^(?:[-–—•*·]\s+|(?:ok|okay|thanks|thank you|thx|cheers)(?:[,!.]\s+|\s(?=(?-i:[a-z])))"
    r"|(?:老板|领导|经理|主任)[说讲](?=(?![了再让要过得没不先])\w{2})|先[写填记报](?:上|个)?(?=\w{2})"
    r"|i (?:think|guess|believe|suppose)(?: (?:it's|it is|that's))?[,:]?\s(?=\w)|(?:so|well),\s"
    r"|(?:应该|可能|大概|估计)是(?=\w{2})|嗯+[,，]?(?=\w{2})"
    r"|(?:put|write|[写填是])\s?(?=(?:none|nothing|no|没有|暂?无)\W*$))"
    r"|(?<=[㐀-鿿]{3})(?:(?<![网酒书茶水氧餐啡])吧|呗)(?=\W*$)"
    r"|\s?[(（](?:暂定|暂时|初定|先这样|for now|provisional(?:ly)?|tentative(?:ly)?|tbc)[)）](?=\W*$)"
    r"|(?<=\w),?\s(?:for now|for the moment|at the moment)(?=[.!]?$)"
    r"|[,，]\s?(?:后面|回头|以后|之后|后续|到时候?)(?:再|还|可以)+(?:改|调整?)[吧哈呗]?(?=\W*$)",
    re.IGNORECASE,
)
"""What stands around an answer and is no part of it: "- web hosting", 先写马蓓，后面再改."""
_DATE_CUE = re.compile(
    r"\b(?:by(?! the way)|before|aim(?:ing)?|target|deadline|needs?|want|finish(?:ed)?|completed?|certified|ready)\b"
    r"|前|完成|拿证|取证|拿到|目标|希望|期望|计划|[想要攞]|出证|办下来"
)
_BUSINESS = re.compile(
    r"(?:^|[,.;。!\s])(?:(?:and )?we (?:provide|offer|speciali[sz]e in|mainly do|mainly provide|focus on"
    r"|(?:are )?(?:mak|do|sell|build|runn)ing"
    r"|make|sell|build|run) "
    r"|(?:我们|公司|我司|目前)*(?:主要|主营|专门|一直)?(?:主营|主要做|专注于?|从事|提供|是?做(?!了)))"
)

_SCOPE = re.compile(
    r"(?:^|[,.;。!\s])(?:(?:and )?we (?:want|would like|need|plan) to (?:certify|get certified)(?: for)?(?: our)? "
    r"|(?:the )?(?:cert(?:ificate)?|scope) (?:(?:is|should|would|will)(?: be)? )?(?:for|covers?|is) (?:the )?"
    r"|(?:我们|公司|我司|20000)*(?:想|要|需要|希望|打算|准备)+(?:认证|覆盖|把)的?"
    r"|(?:认证|证书|范围)(?:范围)?[上里]?(?:就|只|想|打算|拟)*(?:覆盖|包(?![装裹])|写(?![字作])|管(?![理控道家])|为|做)(?:的是)?)(?!.{0,12}(?:20000|\biso\b|标准))"
)
_CERTIFICATES = re.compile(
    r"(?:^|[,.;。!\s])(?:(?:and )?we(?:'ve(?: got)?| (?:already |currently |also )*(?:hold|have)(?: got)?) (?:already |also )?"
    r"|(?:我们|公司|我司|目前|现在|已经?|还)*(?:持有|拥有|有|通过了?|取得了?|拿到?了?))(?:the )?(?=iso|\d{4,5}(?!\d))"
)
_HELD_ALREADY = re.compile(r"(?:^|[,.;]\s)(?=iso\b[^,.;?!]{3,30}\b(?:already|in place)\W*$)")
_INSTEAD = re.compile(
    r"^(?:[\s,]*(?:it|this|that)?(?:'s| is| should be| must be)|[\s,]*(?:应该是|应为|是|[要得请应该]*(?:改成|改为|换成|写成))"
    r"|[\s,]*(?:to|to be)|[\s,]*(?:we (?:do|offer|provide|run|sell|make|are called|call ourselves)|我们(?:是做|做|是|叫)))\s?"
)
_NAMED = re.compile(
    r"(?:^|(?<=[,;.])|\s(?=and\b))\s*(?:and\s+)?(?:my |our |the )?(?:e-?mail|phone|mobile|tel)(?: address| number)?(?: is|:)?"
    r"\s*$",
    re.IGNORECASE,
)
"""What says of a contact which one it is: "ISO 14001 and e-mail …"."""
_INSTEAD_OF = re.compile(
    r"\binstead\b|\bin (?:its|their) place\b|\brather than (?:the|my|by|via)\b"
    r"|\b(?:delete|remove|drop|take) (?:the|my) (?:\w+ )?(?:e-?mail|mail|phone|mobile|number|wechat|address)\b"
    r"|\b(?:not|forget|drop|ignore|without|scrap) (?:the|my|by|via) "
    r"|\b(?:wait|rather|better|instead|correction)\W.{0,12}\buse (?:my |the |our |this )?(?:e-?mail|phone|mobile|number|wechat)\b"
    r"|(?:don't|do not|dont|stop) us(?:e|ing) (?:the|my|that|this) "
    r"|\b(?:change|switch|update|correct)\b(?: \w+){0,2} (?:contacts?|details|e-?mail|phone|mobile|number|wechat)"
    r"(?:,? \w+){0,4}? (?:to|into)\b|还是[留用写打]|别用|不用|不要用|换成|换为|改成|改用|改为"
)
_CHANGED_TO = re.compile(
    r"(?:,\s?|\s)(?:改成|改为|改到|换成|换为|应该是|应为|推迟?到|(?:现在|实际)?(?<!不)是(?=\d)"
    r"|(?:please )?(?:make (?:it|that)|change (?:it )?to|it should be|(?:it(?:'s| is)|we(?:'re| are)"
    r"|there are)(?: now)?(?= \d))\s)"
    r"(?P<value>[^,，。;；!！]{1,80}?)(?=$|[,，。;；!！]|(?:而)?不是)"
)
_MONTH = len("2031-06")
_OTHER_YEAR = re.compile(r"[今明后本来去]年|\b(?:this|next|last) |\bin \d|个月|\d\s?年")
_COURTESY = re.compile(
    r"(?:sorry|please|pls|thanks|thank you|(?:no|stop|wait|oh)(?=[\s,.!])|不好意思|抱歉|谢谢|麻烦|请)[\s,.。!]*",
    re.IGNORECASE,
)
_AND_WANTS = re.compile(
    r"\s(?:and|so) (?:we |i )?(?:now )?(?:want|wish|would like|need|are looking|plan|intend)\b.*$"
)
_TELLS_NOTHING = re.compile(
    r"(?:it|this|that|these|them|sure)\b.*"
    r"|(?:(?:our|my|the|an?|this|your|wir) )?(?:(?:own|wee|small|little|whole|ict|it|hospital's|client's) )*"
    r"(?:company|firm|business|start-?up|organi[sz]ation|client|customer|team|work|department|group|employer|us"
    r"|service management system)(?:,? (?:in|at|of|from|please|can|could|and)\b.*)?"
    r"|.*(?:20000|\biso\b|认证|证书).*|.*(?:要用|需要)"
)
"""Of what is done or certified: "a certificate for our firm", "can we make it short", 做ISO20000."""
_OF_SOMETHING = re.compile(r"[每各]\S{0,4}#|#\S+\s?of (?:them|those|these)\b")
"""Around a number of each of several, or of what was just spoken of: "international schools, three of them"."""
_MISTYPED = re.compile(
    r"(?:(?:刚才|前面|上面)?(?:少|漏|打|写|填|输)(?:打|写|填)?[了错]+(?:[一两几]?个?字)?[,，\s]*(?:应?该?是)?)"
)
"""In front of the whole name of a company: 少打了 深圳市前海智联科技有限公司."""
_PARTICLE = re.compile("[呀啊哦吧呢嘛了啦哈]+$")


@dataclass(frozen=True)
class Found:
    """What a message says, by field id; see Reading."""

    values: dict[str, str]
    wrong: dict[str, Reason]
    dropped: tuple[str, ...]
    reopened: tuple[str, ...]
    replaced: frozenset[str]
    rest: str


def extract(text: str, form: Form) -> Found:
    """Read a message. Named values count always, others where it is plain what they are.

    While a free text is asked for, numbers and dates within its sentences are part of the answer.
    """
    text = without_courtesy(text)
    if form.asked and form.asked.type == "text":
        text = _TEXT_TAKEN_BACK.sub("", text, count=1)
    if form.asked and form.asked.type in {"text", "name"}:
        framed = _FRAME.sub("", text)
        text = framed if says_something(framed) else text
    told = Tagged.of(text, form)
    reading = Reading(told.meant, form)
    edits.read(reading)
    _changed(reading)
    _added(reading)
    _all_counted(reading)
    pairs.read(reading)
    _contacts(reading)
    _company(reading, told)
    _counts(reading)
    _dates(reading)
    _name(reading)
    _said(reading, _BUSINESS, cues.is_business)
    _said(reading, _SCOPE, cues.is_scope)
    for pattern in (_CERTIFICATES, _HELD_ALREADY):
        _said(reading, pattern, cues.is_certificates)
    _correction_of_named(reading)
    told.read(reading)
    _number_meant(reading, told)
    _of_held_year(reading)
    reopened = tuple(id for id in dict.fromkeys(reading.reopened) if id not in reading.values)
    return Found(
        reading.values,
        reading.wrong,
        tuple(reading.dropped),
        reopened,
        frozenset(reading.replaced),
        reading.rest,
    )


def _changed(reading: Reading) -> None:
    """ "The headcount needs an update, make it 65": a field is named, and what it is to be comes a few words later."""
    if not reading.form.corrects:
        return
    words = cues.vocabulary(reading.form.fields)
    latin, other = (
        "|".join(
            sorted(
                (re.escape(w) for w in words if w.isascii() is ascii and len(w) > 1), key=len, reverse=True
            )
        )
        or "(?!)"
        for ascii in (True, False)
    )
    named = re.compile(rf"(?<![a-z])(?:{latin})(?![a-z])|{other}")
    for match in _CHANGED_TO.finditer(reading.folded):
        first = max(0, match.start() - _NEAR)
        *_, last = (None, *named.finditer(reading.folded, first, match.start()))
        if last is None or re.search(r"[\d。.;]", reading.folded[last.end() : match.start()]):
            continue
        if reading.is_free(last.start(), match.end()):
            said = reading.text[match.start("value") : match.end("value")]
            reading.put(words[last[0]], said, last.start(), match.end(), named=False)


def _added(reading: Reading) -> None:
    """ "Please add network monitoring to the services": one more of a list that is held."""
    words = cues.vocabulary(
        [field for field in reading.form.of_type("text") if field.id in reading.form.held]
    )
    names = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word.isascii())
    added = (
        r"(?<![a-z])(?:add|include|put)\s(?P<value>[^,.;?!]{2,60}?)\s(?:to|into|in|under)\s"
        rf"(?:the |our |my )?(?P<name>{names})(?![a-z])"
    )
    under = (
        rf"(?<![a-z])(?:to|in|under|for)\s(?:the |our |my )?(?P<name>{names}),?\s(?:please |pls |you can )?(?:add|include)"
        r"\s(?P<value>[^,.;?!]{2,60}?)(?:\s(?:too|as well|please|pls|thanks))*\W*$"
    )
    matches = [*re.finditer(added, reading.folded), *re.finditer(under, reading.folded)]
    for match in matches if names and reading.form.corrects else ():
        field, said = words[match["name"]], reading.text[match.start("value") : match.end("value")]
        if not cues.is_company(field) and field.id not in reading.values:
            reading.values[field.id] = said
            reading.take(*match.span())


def _contacts(reading: Reading) -> None:
    """Each contact goes to the field that asks for its way, or to the only one."""
    free = [found for found in contacts.find(reading.text) if reading.is_free(found.start, found.end)]
    for contact, after in zip_longest(free, free[1:]):
        if after and _AT_ONCE.fullmatch(reading.text, contact.end, after.start):
            reading.take(contact.start, after.start)
            continue
        fitting = [field for field in reading.form.of_type("contact") if contact.way in cues.ways(field)]
        if fitting:
            reading.add(fitting[0], contact.value)
            named = _NAMED.search(reading.text, 0, contact.start)
            reading.take(named.start() if named else contact.start, contact.end)
    for match in _SAME_NUMBER.finditer(reading.folded):
        reading.take(*match.span())
    if reading.form.corrects and _INSTEAD_OF.search(reading.folded):
        reading.replaced.update(
            field.id for field in reading.form.of_type("contact") if field.id in reading.values
        )


def _company(reading: Reading, told: Tagged) -> None:
    """A name with its legal form; in a run of words without a comma it begins where the words around it tell."""
    field = next((field for field in reading.form.fields if cues.is_company(field)), None)
    if field is None:
        return
    held = plain(reading.form.held.get(field.id, ""))
    if (
        held
        and field != reading.form.asked
        and held in reading.folded
        and len(reading.folded) - len(held) <= _LONGEST_ASIDE
        and names.has_form(held)
    ):
        reading.take(0, len(reading.text))  # it is said once more
    if reading.values.get(field.id, "")[:1].islower() and any(names.companies(reading.text)):
        del reading.values[field.id]  # "Zippy Couriers Ltd, the name is a promise"
        reading.named.discard(field.id)
    if not reading.wants(field):
        _in_full(reading, field, held)
        return
    named = any(names.companies(reading.text))
    if field == reading.form.asked and not named and (end := names.institution(reading.text)):
        first, last = told.named(0, end)
        reading.put(field, reading.text[first:last], 0, len(reading.text), named=False)
        return
    for start, end in names.companies(reading.text):
        if reading.is_free(start, end):
            inner = (slot.start for slot in told.slots if start < slot.start < end <= slot.end)
            inner = (names.words_before(reading.text, at) for at in inner)
            first = next(
                (at for at in inner if at > start and _TALK.search(reading.folded, start, at)), start
            )
            if first > start and not names.may_be_company(reading.text[first:end]):
                return  # 我们轨道集团
            first, last = told.named(first, end)
            reading.put(field, reading.text[first:last], first, last, named=False)
            return


def _in_full(reading: Reading, field: Field, held: str) -> None:
    """The whole name of a company of which a part is held: 少打了 深圳市前海智联科技有限公司."""
    whole = [span for span in names.companies(reading.text) if held and held in reading.folded[slice(*span)]]
    if len(whole) != 1 or whole[0][1] - whole[0][0] <= len(held) or not reading.is_free(*whole[0]):
        return
    start, end = whole[0]
    mistyped = _MISTYPED.match(reading.folded, start, end)
    said = reading.text[mistyped.end() if mistyped else start : end]
    reading.put(field, said, 0, len(reading.text), named=False)


def _number_meant(reading: Reading, told: Tagged) -> None:
    """Of several numbers of which no rule knows which is meant, the one that the words around it tell."""
    asked, meant = reading.form.asked, told.number()
    if asked is None or meant is None or asked.id in reading.values:
        return
    slot, value = meant
    try:
        fields.read(asked, reading.rest, reading.form.today)
    except Wrong:
        if reading.is_free(slot.start, slot.end):
            reading.values[asked.id] = value
            reading.take(*((0, len(reading.text)) if told.only_asked else (slot.start, slot.end)))


def _counts(reading: Reading) -> None:
    for field in reading.form.of_type("count"):
        asked = field == reading.form.asked
        if (asked and _first_count(reading, field)) or _is_other(reading, field):
            continue
        if asked and (whole := _whole_count(reading, field)):
            reading.values[field.id] = whole
            reading.take(0, len(reading.text))
            continue
        if field.id in reading.values:
            continue
        replaces = reading.form.corrects and _says_held(reading, field)
        for start, end, value in counts.find(reading.text, cues.nouns(field)):
            piece = _told_beside(reading, field, start)
            if not asked and _OF_SOMETHING.search(f"{reading.folded[:start]}#{reading.folded[start:]}"):
                continue
            plainly = not reading.form.asks_text or reading.is_pure(start) or piece or replaces
            if plainly and reading.is_free(start, end):
                reading.values[field.id] = str(value)
                reading.take(*(piece or (start, end)))
                break


def _all_counted(reading: Reading) -> None:
    """The total of what is told place by place, before a part of it is read as a pair: 机房一个、办公室一个，两个."""
    field = reading.form.asked
    several = len(list(numbers(reading.folded))) > _SEVERAL and not contacts.find(reading.text)
    if field and field.type == "count" and several and (whole := _whole_count(reading, field)):
        reading.values[field.id] = whole
        reading.take(0, len(reading.text))


def _whole_count(reading: Reading, field: Field) -> str:
    """What several numbers come to, where the whole message counts what is asked: 北京一个办公室，上海两个."""
    if not reading.is_free(0, len(reading.text)) or len(list(numbers(reading.folded))) < _SEVERAL:
        return ""
    others = [each for each in reading.form.of_type("count") if each != field]
    if any(re.search(cues.named(each), reading.folded) for each in others):
        return ""
    if any(due.end - due.start > _YEAR for due in dates.find(reading.text, reading.form.today)):
        return ""
    try:
        return str(counts.read(reading.text, cues.nouns(field)))
    except Wrong:
        return ""


def _says_held(reading: Reading, field: Field) -> bool:
    """Whether a message names the number that is held, which another replaces: 是30个人不是20个."""
    held = reading.form.held.get(field.id, "")
    return any(str(number.value) == held for number in numbers(reading.folded))


def _told_beside(reading: Reading, field: Field, at: int) -> tuple[int, int] | None:
    """The piece behind a description that counts who works on it: 直播中台运维，大概20个人在弄."""
    asked = reading.form.asked
    if (
        asked is None
        or not (cues.is_scope(asked) or cues.is_business(asked))
        or not re.search(cues.nouns(field), "人")
    ):
        return None
    first, last = reading.piece(at)
    return (first, last) if first > 0 and last - first <= _LONGEST_ASIDE else None


def _first_count(reading: Reading, field: Field) -> bool:
    """Whether the first sentence counts what is asked, and the rest another thing: "2. One correction, the people are 67"."""
    first = _SENTENCE_END.match(reading.text)
    others = [each for each in reading.form.of_type("count") if each != field]
    other = re.compile("|".join(cues.named(each) for each in others) or "(?!)")
    if first is None or other.search(reading.folded, 0, first.end()):
        return False
    if not other.search(reading.folded, first.end()) or not reading.is_free(0, first.end()):
        return False
    try:
        reading.values[field.id] = str(counts.read(first[0], cues.nouns(field)))
    except Wrong:
        return False
    reading.take(0, first.end())
    return True


def _is_other(reading: Reading, field: Field) -> bool:
    """Whether a message names another count and not this: "the sites, there are 8 of them"."""
    others = [each for each in reading.form.of_type("count") if each != field]
    named = any(re.search(cues.named(each), reading.folded) for each in others)
    return named and not re.search(cues.named(field), reading.folded)


def _dates(reading: Reading) -> None:
    """A date that nobody asked for is the form's where it stands alone, or where it is said to be a goal."""
    asked = reading.form.asked
    for field in reading.form.of_type("date")[:1]:
        if field == asked or field.id in reading.values:
            return
        found = dates.find(reading.text, reading.form.today)
        closer = {
            each.value[:end]: each for each in reversed(found) for end in _WHOLE if len(each.value) > end
        }
        for named in found:
            due = closer.get(named.value, named)
            first, last = reading.piece(due.start)
            near = max(first, due.start - _NEAR), min(last, due.end + _NEAR)
            listed = asked is not None and cues.is_certificates(asked)
            cued = (listed or not reading.form.asks_text) and _DATE_CUE.search(reading.folded, *near)
            certain = cued or (reading.is_pure(due.start) and not reading.text[due.start : due.end].isdigit())
            coming = dates.last_day(due.value) > reading.form.today
            if coming and certain and reading.is_free(due.start, due.end):
                reading.values[field.id] = due.value
                reading.take(due.start, due.end)
                return


def _name(reading: Reading) -> None:
    """Names that are said to be one, or that stand beside a contact."""
    for field in reading.form.of_type("name")[:1]:
        told = any(names.people(reading.text))
        if field == reading.form.asked and not told and (whole := _whole_name(reading, field)):
            reading.values[field.id] = whole
            reading.take(0, len(reading.text))
            return
        if not reading.wants(field) and not names.makes_contact(reading.text):
            return
        for span in [*names.people(reading.text), *_beside_contacts(reading)]:
            start, end = names.in_full(reading.text, *span)
            said = reading.text[start:end]
            asked = reading.form.asked
            if asked and cues.is_company(asked) and names.calls_company(reading.folded, start):
                continue
            person = not names.is_organization(said) and reading.is_free(start, end)
            if person and reading.put(field, said, start, end, named=False):
                return


def _whole_name(reading: Reading, field: Field) -> str:
    """The name that is all that is left of an answer but what somebody is: 高鹏 项目经理."""
    try:
        name = fields.read(field, reading.rest, reading.form.today)
    except Wrong:
        return ""
    return name if names.is_person(name) or names.begins_with_surname(name) else ""


def _beside_contacts(reading: Reading) -> list[tuple[int, int]]:
    if not any(field.id in reading.values for field in reading.form.of_type("contact")):
        return []
    return [(start, end) for start, end in reading.free_parts() if names.is_person(reading.text[start:end])]


def _said(reading: Reading, pattern: re.Pattern[str], is_meant: Callable[[Field], bool]) -> None:
    """What a company says it does, wants to certify or holds, where no free text was asked for."""
    field = next((field for field in reading.form.fields if is_meant(field)), None)
    company = any(cues.is_company(field) and field.id in reading.values for field in reading.form.fields)
    if field is None or not reading.wants(field):
        return
    match = pattern.search(reading.folded)
    asked = reading.form.asked
    behind = (
        match and match.start() > 0 and asked is not None and cues.is_business(asked) and cues.is_scope(field)
    )
    if match and (company or behind or not reading.form.asks_text):
        end = _end(reading, match)
        if reading.is_free(match.start(), end):
            said = re.sub(r"的(?:[这那]一?[家个])?$", "", reading.text[match.end() : end])
            if not cues.is_certificates(field):
                said = _AND_WANTS.sub("", said)
                if _TELLS_NOTHING.fullmatch(plain(said)) and not said.startswith("IT "):
                    return
            reading.put(field, said, match.start(), end, named=False)


def _end(reading: Reading, match: re.Match[str]) -> int:
    """Chinese goes on to the next comma, English to the end of the sentence or to what is read already."""
    if re.search("[㐀-鿿]", match[0]):
        end = reading.piece(match.end())[1]
        while reading.folded.startswith("、", end):
            end = reading.piece(end + 1)[1]
        return end
    stop = sentence_end(reading.folded, match.end(), len(reading.text))
    return min(reading.text_end(match.end(), stop), reading.next_taken(match.end()))


def _is_behind(reading: Reading, field: Field) -> bool:
    """Whether the new value stands behind the field's name, so that what is before it is another's: 3个，还有人数报少了，54."""
    at = max((reading.folded.rfind(name) for name in cues.vocabulary([field])), default=-1)
    if at <= 0:
        return False
    try:
        reading.values[field.id] = fields.read(field, reading.text[at:], reading.form.today)
    except Wrong:
        return False
    reading.take(at, len(reading.text))
    return True


def _of_held_year(reading: Reading) -> None:
    """A month that is changed to another is of the year that is held: "not June, July"."""
    if not reading.form.corrects or _OTHER_YEAR.search(reading.folded):
        return
    for field in reading.form.of_type("date"):
        held, value = reading.form.held.get(field.id, ""), reading.values.get(field.id, "")
        if held and len(value) == _MONTH and value[:4] not in reading.text:
            same = held[:4] + value[4:]
            coming = dates.last_day(same) >= reading.form.today
            reading.values[field.id] = same if coming else value


def _correction_of_named(reading: Reading) -> None:
    """ "The company is wrong, it is X": what is left is the new value of the only field that was named."""
    named = [id for id in dict.fromkeys(reading.reopened) if id not in reading.values]
    rest = _PARTICLE.sub("", _COURTESY.sub("", reading.rest).strip())
    if len(named) != 1 or not says_something(rest):
        return
    lead = _INSTEAD.match(plain(rest))
    field = next(field for field in reading.form.fields if field.id == named[0])
    if field.type not in {"text", "name"} and _is_behind(reading, field):
        return
    if lead or field.type != "text":
        try:
            told = rest[lead.end() if lead else 0 :]
            if field.type in {"text", "name"}:
                held = reading.form.held.get(field.id, "")
                told = corrections.without_old(told, held)
                told = names.with_form(told, held) if cues.is_company(field) else told
            reading.values[field.id] = fields.read(field, told, reading.form.today)
            reading.take(0, len(reading.text))
        except Wrong:
            return
