"""Values with the name of their field beside them: "company: X", 人数改成80, "the phone is wrong", 第3项应该是…"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from bot.intake.cues import is_certificates, is_company, vocabulary
from bot.intake.names import companies
from bot.intake.plain import plain
from bot.intake.reading import Reading, sentence_end
from bot.intake.taking import Pair, take
from knowledge.documents import Field

_CHINESE = "一二三四五六七八九十"
_ENGLISH = "one two three four five six seven eight nine".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth".split()
_NTH = (
    r"第\s?(?P<nth>\d{1,2}|[一二三四五六七八九十]{1,2})\s?[项条个点题](?:的?(?:内容|答案))?"
    r"|(?<![a-z])(?:number|no\.?|item|point|question|line|answer|field|#)\s?(?P<number>\d{1,2}(?![\d.])"
    r"|one|two|three|four|five|six|seven|eight|nine)(?![a-z])"
    r"|(?<![a-z])the (?P<ordinal>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)(?: (?:one|item|answer|point|line))?"
    r"(?=\s(?:is|should|was|must|needs) )"
    r"|(?<![^\s,;。])(?:in )?(?P<place>\d{1,2}|[一二三四五六七八九](?=号))(?:号|那里|这里|那[项条行]|这[项条行])?"
    r"(?=\s?(?:[改填写是](?!的)|不对|错了|should|is |to |:|[)）→]|-+>|=>|-\s|put |$))"
)
_BOX = r"(?:那|这)?(?:一?[项栏条行个]|里面?|那里|这里|那边|那儿)?(?:内容)?"  # of the form: 主营业务那栏
_LEAD = (
    r"(?:(?P<lead>(?<![a-z])(?:change|correct|update|modify|amend|adjust|set|replace|make|put)\s|[把将])\s?)?"
)
_OUR = r"(?:(?<![a-z])(?:the|our|my|your)\s)?"
_CHANGED = (
    rf"{_BOX}\s?(?:除了[^,。;]{{1,20}},\s?)?(?:请|[麻劳]烦|烦请|劳驾|帮我)?(?:[改填写]成(?!都)|[改换]为|要写|得写|就写|添上|加上|再?(?:给我"
    rf"|帮我)?加一?个|再加)\s?"
    rf"|{_BOX}不[^,。;]{{2,8}}[,\s]\s?(?:要|得|应该|就)写成?\s?|\s?改(?:一?下)?(?:\s(?=\S)|(?=[\d二两三四五六七八九十百]|一(?![下个])))"
    r"|(?<=主营业务|服务范围|认证范围|公司名称|公司全称)(?:就|请)?[填写](?:上|的?是)?(?![错漏少得我成])"
    r"|,?\s(?:which|that) (?:ought to|should|must|has to) (?:be|read|say)\s"
    r"|\s(?:(?:should|shld|shud) (?:be|read|say)|must (?:be|read|say)"
    r"|needs? to be|has to be|ought to be|(?:is|are) (?:actually|now|really))"
    r"(?!\s(?:agreed|decided|confirmed|checked|discussed|approved|defined|clarified|changed|corrected|updated|reviewed)\b)(?:\s"
    r"|:\s?)"
    r"|,?\s(?:(?:please|pls|plz)\s)?(?:change(?: it| that| this)? (?:to|into)|make (?:it|that)|set (?:it|that) to|put(?=\s(?:\d"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))\s"
    r"|,?\s(?:please|pls|plz|now|then|actually)\s(?=\d)"
    r"|\s(?:as|to be)\s(?=\d)|(?<=联系人|对接人)(?:要|就|还是|请|得)?写(?:上|的?是)?(?![错漏少得我他她谁全大本])"
    r"|(?<=联系人|对接人)(?:要|得|请)?[改换]一?[下个][,，\s]*(?!(?:就?[写填用是成为])?[我他她您你谁])(?:就?[写填用是成为]|[改换][成为]|写成)?"
    r"|\s(?:goes )?back to\s|\s(?:(?:go|goes|went|is|are) (?:up|down)|rises?) to\s"
    rf"|{_BOX}\s?(?:除了[^,。;]{{1,20}},\s?)?"
    r"(?:再|也|都|还|请|[麻劳]烦|烦请|劳驾|帮我|给我|帮忙|要|应该?|需要?){0,3}(?:改成|改为|改回|改到|推迟?到|延[后期]?到|(?:能不能|能否|可以)?(?:往前|往后)?(?:提前|挪|推|移)到|换成|换为"
    r"|更正为|更新为|修改为|调整为|变成了?|变为|应该是|应为"
    r"|应当是|应该为)\s?"
    rf"|{_BOX}\s?按照?[^,.。;\d]{{1,12}},\s?(?=\d)"  # 人数按社保上的来，51
    r"|从[^,.。;]{1,10}?(?:变成了?|改成|改为|变到|改到|增加?到|减少?到|升到|降到|涨到|增至|减至)\s?"
    r"|\s(?:is not|are not|isn't|aren't|isnt) [^,.;]{1,40}?(?:,?\s(?:but|it's|it is)|,\sis)\s"
    r"|不是[^,.;。]{1,40}?[,\s]?(?:而是|应该是|是)\s?"
)
_AS = r"\s?(?:还是|就|按照?|报|写|填|得|目前|现在|实际|其实|先|合计|统共)+\s?(?=[\d一二两三四五六七八九十])"
_IN_FORM = r"(?:\s(?:in|on|of) (?:the|my|our|this) (?:application|form))?"
_HOW = (
    rf"(?P<changed>{_CHANGED})|(?P<to>\s(?:to|into|as|with)\s)|(?P<colon>\s?(?:我?重新[说填写](?:一下|一遍)?)?(?:[:=)）→]|-+>"
    rf"|=>)\s?|\s-\s)"
    r"|(?P<called>\s(?:is|are|was) (?:called|named)\s|\s?叫做?\s?)"
    r"|(?P<is>(?:\s(?:is|are|was|will be)|(?<=name)'s)(?: about| around)?\s"
    r"|\s?(?:其实|实际上?|应该)?就?(?:是|为|[系係](?![统列数]))\s?)"
    r"|(?P<has>\s?(?:一共|总共|大概|大约|目前|现在|只|有|共|约|算)+\s?|{_AS})|(?P<bare>\s{0,2})"
)
_WRONG = (
    rf"{_BOX}\s?(?:我|再|好像|可能|刚才|之前|留|写|填|说|弄|输|打|搞|整|算|报|记|是|都|给)*(?:错了?(?:[一两几]个?字)?"
    rf"|漏(?:[打写填])?了?(?:[一两几]个)?字?|少(?:[打写填输])?了?(?:[一两几]个)?字|反了?|颠倒了?|[少多]了|不对|不是我|有误|不正确"
    rf"|不够?(?:准确|完整|全面|具体|合适)|不太(?:准确?|对|合适|全)|不完整|不全|要改(?![成为到回名])|需要改(?![成为到回名])|要修改|得改(?![成为到回名])|变了|不算数?(?=[,，。]|$)|(?:修|更)?改(?:一下"
    r"|下|改)(?!\s?\d))(?:一下|了)?"
    r"|(?:\s(?:that |which )?(?:i|we) (?:gave|entered|typed|wrote|put|sent|told)(?: (?:you|u))?(?: down| in)?)?"
    r"(?:, (?:that|this)(?: one)?)?\s(?:(?:is|are|was|looks?|seems?) )?"
    r"(?:wrong|incorrect|incomplete|not (?:quite )?(?:right|correct|complete)"
    r"|outdated|has changed|changed|misspelled|misspelt|mistyped|has an? (?:typo|mistake|error)(?: in it)?"
    r"|needs? (?:changing|to change|correction))(?![a-z])"
)
_WRONG_LEAD = (
    r"(?<![a-z])(?:wrong|incorrect|change|correct|update|fix|edit|redo|(?:you |we |i )?(?:forgot|missed|left out)"
    r"|(?:mistakes?|errors?|typos?) (?:in|with|on|about))\s"
    r"|(?:修改|更改|改一下|更正|重填|重新填|改|换|回到)(?:一下)?(?:(?:前面|上面|刚才|之前)(?:[填写说报]的?)?的?)?"
)
_DROP_LEAD = (
    r"(?<![a-z])(?:remove|delete|drop|clear|scratch|(?:leave|take|cross) (?:out|off))\s|先?不[写填要]"
)
_DROP = (
    rf"(?:[^,。;.]{{0,12}}[,，]\s?这[个项栏条]?)?\s?{_BOX}\s?(?:请|麻烦|帮我|给我|就|都)*(?:(?:还|暂时|目前)*(?:没准|没定|没想好"
    rf"|不确定|不知道)[,，]?\s?)?先?"
    r"(?:去掉|拿掉|划掉|删掉|删除|删了|清空|清掉|不要了|不要写了?|不填了|不写了|别填|别写|不填|空着|收回|填没有|填无)(?:别填|不填"
    r"|吧|了)*"
    r"|\s(?:(?:please|pls|plz) )?(?:delete|remove|(?:can|should|must) go)(?: it)?(?! )"
)
_END = (
    r"(?:[那这]一?[项题栏条]|[那这]里)?(?!,\s(?:(?:please|pls|plz)\s)?(?:change|make|set|put)(?![a-z]))"
    r"(?:\s(?:in|on) (?:my|our|the) application)?(?:\s(?:again|please|pls|plz|thanks|then|after all|for now))*\s?(?=$|[,.;。!吧])"
)
_EXCEPT = r"(?<![a-z])(?:except|apart from|other than|all but)\s(?:for )?|除了"
_PIECE = r"(?:^|[\n,;。.!?、(:/|]|(?<![a-z])(?:and|but))\s{0,3}"
_NONE = (
    r"\s?(?:一[张个本]都|[也都]|暂时|目前|还)*(?:没有?(?:要求|限制|定)?|无(?:要求)?|不着?急)(?=[,，。;、\s]|$)"
    r"|\s(?:none|nothing)(?: yet| so far)?(?=[,;]|\.\s|$)"
)
_NONE_LEAD = (
    rf"(?:{_PIECE}|(?<=[㐀-鿿\d])\s(?=[㐀-鿿]))(?P<none>(?:we )?(?:(?:have|hold) no|no|(?:do not|don't|dont) (?:have|hold) any)"
    r" (?:other )?"
    r"|(?:我们|目前|暂时|现在|还)*(?:没有?|暂无|无)(?:任何|其他)?)"
)
_STARTS = re.compile(rf"{_PIECE}(?:(?:and|but|so|also|then|well)\s){{0,2}}$")
_STARTS_CHINESE = re.compile(
    rf"(?:{_PIECE}|\s)(?:[㐀-鿿]{{1,6}}[说讲]|我们?的?|咱们?的?|本|其中|那|还有|另外|[把将])?$"
)
_BEFORE_CHINESE = re.compile(
    r"(?:^|[\s,;:。、(!?/]|[的们我司把将是改换正填写烦请说讲里中面人个对让叫]|不过|但是?|就|还有|另外)$"
)
_ADJACENT = re.compile(
    r"主营业务|主要业务|服务范围|认证范围|主营|联系人|对接人|姓名|总?人数|覆盖人数|电话|手机号?|联[系络](?:电话|方式)|微信号?"
    r"|邮箱"
)
_FULL = re.compile(r"(?:公司|单位|企业)(?:全称|名称|名字|名)|全称")
_CHANGES_TOO = re.compile(r"(?<![a-z])(?:change|correct|update|set|put)\s.*\s(?:and|,)\s?(?:the |our |my )?$")
_NUMERAL = re.compile(
    r"\d|[一二两三四五六七八九十]|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety|a hundred)(?![a-z])"
)
_COUNTED = re.compile(rf"(?:{_NUMERAL.pattern})\s?[个处]?$")
_PERSON = re.compile(r"[A-Z][\w'-]+(?: [A-Z][\w'-]+){1,2}\s*(?:$|[,.;(])")
_LONGEST_COMPANY = 80  # characters
_MOST = 20  # pairs read in one message


def read(reading: Reading) -> None:
    """Take every value that stands beside its field's name, and note the fields that are only said to be wrong."""
    words = dict(vocabulary(reading.form.fields))
    if reading.form.asked and is_company(reading.form.asked):
        words |= dict.fromkeys(("full name", "name"), reading.form.asked)  # else it is a person's
    if not words:
        return
    target = _target(words)
    _reopen(reading, words, target)
    _take_out(reading, words)
    end = len(reading.text)
    for pair in reversed(list(islice(_pairs(reading, words, target), _MOST))):
        bounded = replace(pair, end=sentence_end(reading.folded, pair.value, end))
        if pair.start < end and reading.is_free(pair.start, bounded.value) and take(reading, bounded):
            end = pair.start


def _target(words: dict[str, Field]) -> str:
    names = sorted(words, key=len, reverse=True)
    latin = "|".join(re.escape(name) for name in names if name.isascii())
    other = "|".join(re.escape(name) for name in names if not name.isascii())
    return rf"{_OUR}(?:(?<![a-z])(?P<latin>{latin or '(?!)'})(?![a-z])|(?P<other>{other or '(?!)'})|{_NTH})"


def _field(reading: Reading, words: dict[str, Field], match: re.Match[str]) -> Field | None:
    """The field that a match of the target names, by its name or by its place in the read-back."""
    name = match["latin"] or match["other"]
    if name:
        return words[name]
    held = {reading.form.held.get(field.id) for field in reading.form.of_type("count")}
    if match["ordinal"] and not reading.form.corrects:
        return None  # "the second is called …"
    if match["place"] and (
        not reading.form.corrects
        or (
            match.groupdict().get("to")
            and match["place"] in held
            and _NUMERAL.match(reading.folded, match.end())
        )
    ):
        return None  # "change 4 to 5" is said of the sites, of which there are 4
    said = match["nth"] or match["number"] or match["place"] or match["ordinal"]
    place = _place(said)
    return reading.form.fields[place - 1] if 0 < place <= len(reading.form.fields) else None


def _place(said: str) -> int:
    """4, 四 and "four"; 十二 is 10 + 2."""
    if said.isdigit():
        return int(said)
    if said in _ORDINALS:
        return _ORDINALS.index(said) + 1
    return _ENGLISH.index(said) + 1 if said in _ENGLISH else sum(_CHINESE.index(digit) + 1 for digit in said)


def _pairs(reading: Reading, words: dict[str, Field], target: str) -> Iterator[Pair]:
    folded, corrects = reading.folded, reading.form.corrects
    named, listing = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True)))), False
    for match in re.finditer(rf"{_LEAD}(?:{target}){_IN_FORM}(?:{_HOW})", folded):
        if match["place"] and (listing or named.match(folded, match.end())):
            listing = True
            continue  # "1) the sites are 4; 2) the date is June" counts what is said
        field = _field(reading, words, match)
        if field is None and corrects and (match["nth"] or match["number"]):  # there is no such
            reading.take(match.start(), sentence_end(folded, match.end(), len(folded)))
        listed = match["colon"] and (
            match["colon"].strip() == "-" or _COUNTED.search(folded, 0, match.start())
        )
        if field and field.type == "count" and listed and not _NUMERAL.match(folded, match.end()):
            continue  # "three offices - Cork, Leeds and York"
        if match["colon"] and match["colon"].strip() == "-" and not _STARTS.search(folded, 0, match.start()):
            continue  # "Najd Contracting Company - Riyadh"
        if (
            field is None
            or not (_is_whose(reading, match, field) or _may_name(folded, match, field, corrects))
            or (match["has"] and field.type != "count" and not is_certificates(field))
        ):
            continue
        numeric = field.type in {"count", "date", "contact"}
        yield Pair(
            field,
            match["other"] or match["latin"] or "",
            match.start(),
            match.end(),
            len(folded),
            strong=bool(
                match["changed"]
                or match["to"]
                or match["colon"]
                or (match["is"] and numeric and corrects)
                or (match["is"] and _FULL.fullmatch(match["other"] or "") and _is_named(folded, match.end()))
            ),
            changes=bool(match["changed"] or match["to"]),
            called=bool(match["called"]),
            adjacent=match["bare"] == "",
        )


def _is_whose(reading: Reading, match: re.Match[str], field: Field) -> bool:
    """Whether a name stands behind the word for who bears it: "contact person Raj Patel"."""
    led = field.type == "name" and match["latin"] and match["bare"]
    return bool(led and " " in match["latin"] and _PERSON.match(reading.text, match.end()))


def _may_name(folded: str, match: re.Match[str], field: Field, corrects: bool) -> bool:
    """Whether the words stand where a field is named, and not within a sentence about something else."""
    start, chinese = match.start(), match["other"]
    if match["to"]:
        return match["lead"] is not None or bool(_CHANGES_TOO.search(folded[:start]))
    if chinese and not match["lead"] and not _BEFORE_CHINESE.search(folded, max(0, start - 2), start):
        return False
    if match["changed"] or match["colon"]:
        return True
    counts = field.type == "count" and _NUMERAL.match(folded, match.end())
    if match["is"] and counts and corrects:
        return True
    if match["bare"] == "" and not (chinese and _ADJACENT.fullmatch(chinese)):
        company = is_company(field) and _is_named(folded, match.end())
        if not (chinese and (counts or company)):
            return False
    if match["bare"] and not chinese and not counts:
        return False
    return bool((_STARTS_CHINESE if chinese else _STARTS).search(folded, max(0, start - 12), start))


def _is_named(folded: str, at: int) -> bool:
    """Whether a company's name with its legal form begins here."""
    return any(start == 0 for start, _ in companies(folded[at : at + _LONGEST_COMPANY]))


def _reopen(reading: Reading, words: dict[str, Field], target: str) -> None:
    """Fields that are only said to be wrong, or only named after a read-back."""
    wrong = [rf"(?:{target})(?:{_WRONG})", rf"(?:{_WRONG_LEAD})(?:{target}){_END}"]
    if reading.form.corrects:
        wrong.append(rf"^(?:and\s)?(?:{target}){_END}")
        wrong.append(rf"(?:{_EXCEPT})(?:{target}){_END}")
    for pattern in wrong:
        for field, match in _matches(reading, words, pattern):
            reading.reopened.append(field.id)
            reading.take(*match.span())


def _take_out(reading: Reading, words: dict[str, Field]) -> None:
    """Fields that are to be empty, by their name, or by what they hold: "take the ISO 9001 out"."""
    form = reading.form
    held = {plain(form.held.get(field.id, "")): field for field in form.fields if not field.required}
    words = ({name: field for name, field in held.items() if name} if form.corrects else {}) | words
    target = _target(words)
    taken_out = rf"(?<![a-z])(?:take|leave|strike|cross)\s(?:{target})\s(?:back )?(?:out|off|open|blank|empty)(?![a-z])"
    for pattern in (rf"(?:{_DROP_LEAD})(?:{target})了?{_END}", taken_out, rf"(?:{target})(?:{_DROP})"):
        for field, match in _matches(reading, words, pattern):
            reading.put(field, "none", *match.span(), named=True)
    for field, match in _matches(reading, words, rf"(?:{target})(?:{_NONE})"):
        if not field.required:
            reading.put(field, "none", *match.span(), named=True)
    none = rf"{_NONE_LEAD}(?:{target})(?: yet| at all| so far| any ?more| now)?{_END}"
    for field, match in _matches(reading, words, none):
        if not field.required and field != form.asked:
            reading.put(field, "none", *match.span("none"), named=True)


def _matches(
    reading: Reading, words: dict[str, Field], pattern: str
) -> Iterator[tuple[Field, re.Match[str]]]:
    for match in re.finditer(pattern, reading.folded):
        field = _field(reading, words, match)
        if field is not None and reading.is_free(*match.span()):
            yield field, match
