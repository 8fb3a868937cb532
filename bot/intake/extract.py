"""The values that a message gives for the fields of a form, anywhere in it, and what is left for the asked field."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.intake import (
    certificates,
    corrections,
    counted,
    cues,
    dates,
    due_dates,
    edits,
    fields,
    names,
    pairs,
    reached,
    shifts,
)
from bot.intake.plain import plain, says_something
from bot.intake.reading import Form, Reading, sentence_end
from bot.intake.reasons import Reason, Wrong
from bot.intake.tagged import Tagged
from bot.intent import without_courtesy
from knowledge.documents import Field

_WHOLE = len("2027"), len("2027-03")
_NEAR = 40  # characters
_LONGEST_ASIDE = 16  # characters
_TALK = re.compile(r"[我咱俺你您是叫想要给帮替来的了们为a-z\s]")
"""Of what is said before a name, and is no part of it."""
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
    r"|[\s,]*(?:to|to be)|[\s,]*(?:we (?:do|offer|provide|run|sell|make|are called|call ourselves|have|hold"
    r"|said)|[\s,]*i said|我们(?:是做|做|是|叫)))\s?"
)
_CHANGED_TO = re.compile(
    r"(?:,\s?|\s)(?:改成|改为|改到|换成|换为|应该是|应为|推迟?到|(?:现在|实际)?(?<!不)是(?=\d)"
    r"|(?:please )?(?:make (?:it|that)|change (?:it )?to|it should be|(?:it(?:'s| is)|we(?:'re| are)"
    r"|there are)(?: now)?(?= \d))\s)"
    r"(?P<value>[^,，。;；!！]{1,80}?)(?=$|[,，。;；!！]|(?:而)?不是)"
)
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
_MISTYPED = re.compile(
    r"(?:(?:刚才|前面|上面)?(?:少|漏|打|写|填|输)(?:打|写|填)?[了错]+(?:[一两几]?个?字)?[,，\s]*(?:应?该?是)?)"
)
"""In front of the whole name of a company: 少打了 深圳市前海智联科技有限公司."""
_NO_VALUE = re.compile(
    r"(?:please |can we |let'?s )?(?:go|going) back\b.*|wait|hold on|返回|回去", re.IGNORECASE
)
_OF_PERSON = re.compile(r"\bcontact|\bperson|联系人|对接人|姓名")
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
    shifts.read(reading)
    _changed(reading)
    _added(reading)
    counted.read_totals(reading)
    pairs.read(reading)
    reached.read_contacts(reading)
    _company(reading, told)
    counted.read_counts(reading)
    _dates(reading)
    reached.read_name(reading)
    _said(reading, _BUSINESS, cues.is_business)
    _said(reading, _SCOPE, cues.is_scope)
    for pattern in (_CERTIFICATES, _HELD_ALREADY):
        _said(reading, pattern, cues.is_certificates)
    _correction_of_named(reading)
    told.read(reading)
    counted.read_meant(reading, told)
    reached.add_second(reading)
    shifts.of_held_year(reading)
    reopened = tuple(
        id for id in dict.fromkeys(_as_held(reading, reading.reopened)) if id not in reading.values
    )
    return Found(
        reading.values,
        reading.wrong,
        tuple(reading.dropped),
        reopened,
        frozenset(reading.replaced),
        reading.rest,
    )


def _as_held(reading: Reading, reopened: list[str]) -> list[str]:
    """A wrong "name" is the company's, where nobody's was told yet."""
    if _OF_PERSON.search(reading.folded):
        return reopened
    held = reading.form.held
    company = next(
        (each.id for each in reading.form.fields if cues.is_company(each) and each.id in held), None
    )
    people = {each.id for each in reading.form.of_type("name") if each.id not in held}
    return [company if company and id in people else id for id in reopened]


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
    known = reading.values.get(field.id, "")
    formless = known and not names.has_form(known) and not any(map(known.__contains__, "公院校局"))
    if (known[:1].islower() or formless) and any(names.companies(reading.text)):
        del reading.values[field.id]  # "Zippy Couriers Ltd, the name is a promise"
        reading.named.discard(field.id)
        span = next(names.companies(reading.text))
        if formless and reading.put(field, reading.text[slice(*span)], *span, named=False):
            return
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
            coming = due_dates.last_day(due.value) > reading.form.today
            if coming and certain and reading.is_free(due.start, due.end):
                reading.values[field.id] = due.value
                reading.take(due.start, due.end)
                return


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
        if cues.is_scope(field) and certificates.names_any(reading.text[match.end() : end]):
            return  # 证书写CMMI3
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


def _correction_of_named(reading: Reading) -> None:
    """ "The company is wrong, it is X": what is left is the new value of the only field that was named."""
    named = [id for id in dict.fromkeys(reading.reopened) if id not in reading.values]
    rest = _PARTICLE.sub("", _COURTESY.sub("", reading.rest).strip())
    if len(named) != 1 or not says_something(rest) or _NO_VALUE.fullmatch(rest):
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
