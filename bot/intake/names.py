"""Names of companies and of people in a text, where their form or the words around them show what they are."""

import re
from collections.abc import Iterator

from bot.intake.plain import plain

_CHINESE_FORM = (
    r"(?:有限责任公司|股份有限公司|有限公司|集团公司|集团(?!总?医院|学校)|合伙企业|事务所|研究院"
    r"|研究所|街道办事处)(?:\([㐀-鿿]{2,8}\))?(?![㐀-鿿)]{0,8}公司)"
    r"(?:[㐀-鿿]{0,6}?(?:分行|支行|分部|分院|事业部|办事处|营业部|(?:数据|信息|技术|研发|运维|科技|服务|结算|客服)中心))?"
)
_CHINESE_COMPANY = re.compile(rf"[㐀-鿿a-z0-9()·&-]{{2,40}}?{_CHINESE_FORM}")
_LATIN_BEFORE = re.compile(
    r"(?:(?!(?:I|I'm|We|We're|Our|My|The|Hi|Hello|Company|It|It's|This|That|That's|Its|Name|Yes|So|Well|OK"
    r"|Is|English|Chinese|German|French) )[A-Z][\w&.'-]* )+$"
)
"""Words of a name before the one that stands next to its Chinese: Blue Harbor Digital（上海）有限公司."""
_COMPANY_PREFIX = re.compile(
    r"(?:[嗯啊哦呃]|那个)*(?:(?:[我俺咱]们?|我[哋們]|这边|本)?(?:(?:投标|申请)?(?:公司|单位|人)|company|客户)?(?:名称|全称|全名"
    r"|名| ?name)?[啊呢嘛呀]?(?:就?是(?:吧\s)?|[系係](?![统列数])"
    r"|来自|[叫喊]做?|代表|在|帮|替|给"
    r"|想给|想为|受|[为代]客户)(?:客户)?|第[一二三四]家[是叫为]?|我司(?:[全名]称)?[是为]?|那个"
    r"|(?:公司|单位|企业)名|(?:开票)?抬头[是写]?|(?:就|先|那就?|请|[您你])*(?:写(?![真字意])|填|报(?![业刊社春])|用(?!友))(?:上|成(?!都))?|(?:老板|领导|经理|主任)[说讲]|(?:投标|申请)?(?:公司|单位|企业|客户|人)?(?:全称|名称|名字|全名))(?=.{4})"
)
_LISTED = re.compile(
    r"(?!(?:Sure|Yes|Yeah|Ok|Okay|Well|Hi|Hello|Probably|Me)\b)[A-Z][\w'’-]+,\s[A-Z][\w'’-]+\.?"
)
_SHORT = 5  # Chinese characters
_SPELT = re.compile(
    r"姓(?P<sur>[㐀-鿿])[,\s]+(?:[㐀-鿿]{1,3}的(?P=sur)|名[㐀-鿿]{1,2})[,\s]+(?P<name>(?P=sur)[㐀-鿿]{1,2})(?![㐀-鿿])"
)
"""我姓犹，犹豫的犹，犹青青."""
_NO_NAME = re.compile(
    rf"(?:[我俺咱你他它]们?|刚[才刚]|[这那上]一?份|那|就|先|要|想|请|给|帮|替|为|代|以|用|由|准备|打算|[这那哪]家?个?|[本该贵子母总分]|名下|旗下|下属|上级"
    rf"|整个|申请|办理?"
    rf"|的|是|公司|单位)*{_CHINESE_FORM}"
)
"""What only points to a company: 我要给集团, 我们集团公司."""
_FORMS = r"ltd|limited|inc|incorporated|llc|llp|gmbh|plc|corp|corporation|pty ltd|pte\.? ltd|sdn\.? bhd|co\.?,? ?ltd"
_CAPITAL_FORMS = (
    r"AG|S\.A\.C|S\.A\.S|S\.A\.R\.L|S\.A\.B\. de C\.V|S\.A\. de C\.V|S\.p\.A|SpA|S\.R\.L|E\.I\.R\.L|EIRL|Oyj"
    r"|EURL|Pvt\.? Ltd|SA"
    r"|S\.A|BV|B\.V|SE|AB|A/S|ApS|Oy|Srl|SRL|S\.r\.l|s\.r\.o|[Ss]p\. ?z ?o\.?o|d\.o\.o|W\.L\.L|L\.L\.C|EOOD|OOD|EAD|DAC|Cyf"
    r"|FZE|FZCO|JSC|Lda|KK|Kft|Zrt|UAB|Tbk|SARL|SAS|KG|UG|NV|N\.V|CIC|ASA|AS(?! (?!I\b)[A-Z])|S\.L|Ltda"
)
_FORM = rf"(?:(?i:{_FORMS})|{_CAPITAL_FORMS})(?!\w)\.?"
_PROPER = r"(?:[A-Z0-9][\w&.'-]{0,30}|\([A-Z][\w .'-]{0,30}\)),? (?:& )?"
_COMPANY = re.compile(
    rf"(?<![\w.&'(-])(?:{_PROPER}(?:(?:de|du|des|di|da|del|della|van|von|der|den|la|le|et|und|e|y|og|och) )?){{1,5}}{_FORM}"
)
_PARTNERS = re.compile(
    rf"(?:^|[^\w\s,;&'’.-]\s?|\b(?i:called|named|are|we're|is|that's|it's|company:) )"
    rf"(?P<name>(?:(?!{_FORM}){_PROPER}){{1,3}}and (?:{_PROPER}){{1,3}}{_FORM})"
)
"""Marlow and Finch Limited, where nothing but a company's name can follow."""
_SMALL_COMPANY = re.compile(
    rf"\b(?:we are|we're|from|for|at|company is|is called|called"
    rf"|named) (?P<name>(?:[\w&.'-]{{1,30}},? ){{1,4}}?(?:{_FORMS})(?!\w)\.?)"
)
_SHORTENED = re.compile(r"(?i:\bco\.,? ltd\.$|\.\w\.$)")  # a name that ends with a full stop of its own
_GOES_ON = re.compile(r"\.|\s+(?:[A-Z]|(?:we|our|their|its|the|they|it|and|i)\b)")
_INSTITUTION = re.compile(
    r"(?![我咱俺这那不]|以前|原来|原名|曾用)[㐀-鿿]{3,24}?(?:医院|银行|大学|学院|学校|中学|研究[院所]|协会|中心|集团|图书馆|公司|[厂局院社台馆部处])(?=[，,])"
)
_WORD = r"[^\W\d_][\w'-]*"
_CALLED = re.compile(
    r"(?:\b(?:my name is|my name's|name's)|(?:^|[.,;!] )names) (?!(?:of|on|in|at|not)\b)"
    rf"(?P<name>{_WORD}(?: (?!(?:and|from|at|of|i|we|our|my|you|with|the|in|on|is)\b){_WORD}){{0,2}})"
)
_AS_CONTACT = re.compile(
    rf"\b(?:put|use|take|make|list|enter|write)(?: down)? (?P<name>{_WORD}(?: (?!down\b){_WORD}){{0,2}})"
    r"(?: down)? (?:as (?:the |our |my )?contact\b|instead of me\b)"
    rf"|\b(?:put|set) (?:the |our |my )?contact(?: person| name)?(?: down)? as (?P<as>{_WORD}(?: {_WORD}){{0,2}})"
)
_I_AM = re.compile(
    r"\b(?:[Ii]'m|[Ii] am|[Tt]his is) (?P<name>[A-Z][\w'-]++(?: (?:(?:de|van|von|der|den|ter|al|bin|da|di|le|la"
    r"|del) )*[A-Z][\w'.-]+){0,3}+)(?! [a-z]+(?:ing|ed)\b| (?:team|department|dept|division|office|section)\b)"
)
_CALLED_CHINESE = re.compile(
    r"(?:^叫(?!我)|(?<![帮给替让])我叫(?![下个谁你您在来去先把给跟用赶问帮办申尽])|我的?名字[是叫]|我姓|免贵姓|(?<!都)叫我(?![下个谁在来嚟去先把给跟用赶问帮办搞弄做填申尽]))\s?(?P<name>[㐀-鿿·]{1,4}?)(?=$"
    r"|[,.。;!\s、\d]|的|吧|就)"
)
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛"
)
_COMPOUND = (
    "欧阳|上官|司马|诸葛|司徒|闻人|慕容|尉迟|公孙|长孙|端木|皇甫|令狐|东方|西门|南宫|夏侯|轩辕|宇文|澹台"
    "|申屠|钟离|独孤|呼延|司空|鲜于|万俟|濮阳"
)
_TITLE = "(?:先生|女士|小姐|经理|总监|总|工|主任|老师)"
_FULL_NAME = rf"(?:(?!顾问|高[管层]|金融|方[面案]|常务|万一)[{SURNAMES}][㐀-鿿]{{1,2}}(?<!的)|(?:{_COMPOUND})[㐀-鿿]{{1,2}})"
RARER = (
    "鲍费滕缪褚戚喻窦岑骆裘邢靳糜焦蔺屠聂晁饶荆耿甄仇宓阚管关柳邬韦单冉苗包庄向佟蒙曲眭符莫虎覃裴霍鞠项栾卞苑祁乌莘宿匡阮蓝兰"
    "詹柯植冼麦邝區欧許黃陳劉張楊趙吳鄭馮蔣鄧葉蘇盧鍾羅賴"
)
_ANY_NAME = rf"(?:{_FULL_NAME}|[{RARER}][㐀-鿿]{{1,2}})"
"""Beside what says that it is one."""
_IN_FULL = re.compile(
    rf"(?:(?:全名|全称|大名|本名)(?:是|叫|为|吧)?[:,，\s]*(?={_FULL_NAME}(?:$|[,.。;!\s、]))"
    r"|(?:全名|大名|本名|真名|学名|官名)(?:是|叫|为)?(?=[㐀-鿿]{2,4}(?:$|[,.。;!\s、]))"
    rf"|\bfull name(?: is|'s|[:,])+\s)(?P<name>[㐀-鿿]+|{_WORD}(?: {_WORD}){{1,2}})"
)
_SURNAME_FIRST = re.compile(
    rf"(?:姓|^)(?P<surname>[㐀-鿿]{{1,2}})(?:{_TITLE})?(?:[,.。;!\s、]+(?:就?叫)?|叫)(?P<name>(?P=surname)(?!是)[㐀-鿿]{{1,2}})(?=$"
    rf"|[,.。;!\s、])"
)
"""免贵姓欧阳，欧阳靖."""
_COLLEAGUE = re.compile(
    rf"(?:[写填换改用留]|联系)[成为上]?(?:我们?|咱们?)(?:的?(?:同事|领导|老板|经理|助理|秘书|搭档)的?|[㐀-鿿]{{1,6}}的)(?P<name>{_ANY_NAME})(?=$"
    rf"|[,.。;!\s、吧了])"
)
"""联系人别写我了，写我同事李雷."""
_NICKNAME = re.compile(r"(?:[叫喊]|称呼)我\s?$|\bcall me $")
_BESIDE_NICKNAME = re.compile(rf"(?:^|[,.。;!\s、我是叫系係写])(?P<name>{_ANY_NAME})(?=$|[,.。;!\s、])")
_IN_CHARGE = re.compile(
    rf"[由与和跟][㐀-鿿]{{0,10}}?(?P<name>{_FULL_NAME})来?(?:负责)?(?:对接|跟进|联[系络]|负责|接洽)"
)
"""由我司办公室吴丽珊负责对接."""
_NAME_FIRST = re.compile(rf"^(?P<name>(?!.{_TITLE},){_FULL_NAME}),\s?我(?:是|做|负责|在)")
_IS_ME = re.compile(
    r"\b(?:is|it's|that's) me[,:] (?P<name>[A-Z][\w'-]+(?: [A-Z][\w'.-]+){1,2})"
    r"|\b(?:person to contact|contact person) is (?P<other>[A-Z][\w'-]+(?: [A-Z][\w'.-]+){1,2})"
    r"|\b(?:my|our|the) (?:colleague|boss|manager|director|assistant|deputy) (?P<colleague>[A-Z][\w'-]+ [A-Z][\w'.-]+)"
    r"|\b(?:[Cc]ontact|[Cc]all|[Rr]each) me[,:]? (?P<me>[A-Z][\w'-]+(?: [A-Z][\w'.-]+){1,2})$"
    rf"|(?:[写填留]我|[联找]系?我[,，\s])\s?(?P<zh>{_ANY_NAME})(?=$|[,.。;!\s，、])"
)
_I_AM_CHINESE = re.compile(rf"我是(?P<name>{_FULL_NAME}{_TITLE}?|[{SURNAMES}]{_TITLE})(?=$|[,.。;!\s、])")
_NAME_ALONE = re.compile(
    rf"{_FULL_NAME}{_TITLE}?|[{SURNAMES}]{_TITLE}|[老小阿][{SURNAMES}]|(?:(?:Mrs?|Ms|Miss"
    rf"|Dr)\.? )?[A-Z][a-z'-]+(?: [A-Z][a-z'-]+){{1,2}}"
)
_PIECES = re.compile(r"[,，。.;；、()（）:：/~～!！\n]+|(?<=[㐀-鿿])\s+|\s+(?=[㐀-鿿])")
_ANY_WORD = re.compile(r"[㐀-鿿]|[^\W\d_㐀-鿿][\w'’.-]*")
_FEW_WORDS = 4
_PAIR = 2
_SPOKEN_TAIL = re.compile("[吧啊哈呢的哦呀啦]+$")
_TWO_NAMES = re.compile(
    r"(?<!^)(?<![.!?] )\b[A-Z][\w'’-]+ (?:[a-z]{2,3} )?[A-Z][\w'’-]*|^[A-Z][\w'’-]+ (?:[a-z]{2,3} )?[A-Z][\w'’-]*"
)
_TELLS_NAME = re.compile(
    r"\d{5}|@|本人|鄙人|我[是叫]|[叫写找搵寻]我|联[系络]|聯絡|对接|负责人|经办人|姓名|(?:先生|女士|小姐|同志|老师|代理)\W*$"
    rf"|(?:写|叫|找|搵|寻|是|那边|那边的|客户|的|部|科|室|理){_FULL_NAME}(?:$|[吧就,，])"
    rf"|(?:^|[写找搵是]|我[,，\s]+|老板[,，\s]*){_ANY_NAME}(?:$|[吧就,，（(\s])"
    r"|^[㐀-鿿]{2,4}[,，\s]+.*(?:总监|经理|主任|部|科|负责|电话|手机|邮|微信|字|的$)"
    r"|\b(?:name|contact|ask for|call me|talk to|speak to)\b",
    re.IGNORECASE,
)
"""What stands beside a name, or beside how to reach who bears it."""
_ORGANIZATION = re.compile(
    r"\b(?:Cent(?:re|er)|Bank|University|Hospital|College|School|Services?|Systems?|Software|Group|Agency|Institute|Bureau"
    r"|Electronics|Ltd|IT)\b"
)
_NO_PERSON = re.compile(
    r"\b(?:in|on|at|between|of|off|out|with|without|for|from|to|a|an|the|my|our|your|new|not|just|very|so|here|back|late|busy"
    r"|free|ready|interested|sure|sorry|glad|happy|done|afraid|available|keen"
    r"|\w+ing|meetings?|\d+)\b|公司|单位|顾问|中介|咨询师|[我俺咱他]们"
)


def companies(text: str) -> Iterator[tuple[int, int]]:
    """Spans of names with a legal form: 深圳星辰科技有限公司, Star Hosting Ltd."""
    folded = plain(text)
    for match in _CHINESE_COMPANY.finditer(folded):
        if _NO_NAME.fullmatch(match[0]):
            continue
        prefix = _COMPANY_PREFIX.match(match[0])
        opened = match[0].rfind("(") + 1 if match[0].count("(") > match[0].count(")") else 0
        start = match.start() + max(prefix.end() if prefix else 0, opened)
        latin = text[start].isascii() and text[start].isalpha()
        yield words_before(text, start) if latin else start, match.end()
    upright = text.replace("’", "'")
    for match in _PARTNERS.finditer(upright):
        yield _ended(text, *match.span("name"))
    for match in _COMPANY.finditer(upright):
        yield _ended(text, *match.span())
    for match in _SMALL_COMPANY.finditer(folded):
        yield _ended(text, *match.span("name"))


def institution(text: str) -> int | None:
    """Where the name of an institution ends, of which more is told behind it: 哈尔滨松北仁济医院，二级综合医院."""
    named = _INSTITUTION.match(text)
    return named.end() if named else None


def has_form(name: str) -> bool:
    """Whether a company's name ends with its legal form: 深圳星辰科技有限公司."""
    return any(end == len(name) for _, end in companies(name))


def with_form(name: str, held: str) -> str:
    """A name that corrects the beginning of one that is held, with the rest of that: 成都铭川, of 成都明川信息有限公司."""
    begin = held[: len(name)]
    same = sum(ours == theirs for ours, theirs in zip(begin, name, strict=False))
    respelt = len(name) > _PAIR and same == len(name) - 1
    return name + held[len(name) :] if respelt and has_form(held) and not has_form(name) else name


def words_before(text: str, start: int) -> int:
    """Where the capitalized words begin that stand next to a name, and belong to it."""
    before = _LATIN_BEFORE.search(text, 0, start)
    return before.start() if before else start


def _ended(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the full stop that ends its sentence: "Orchid Lane Ltd. You can reach me"."""
    stops = text[end - 1] == "." and not _SHORTENED.search(text, start, end) and _GOES_ON.match(text, end)
    return start, end - 1 if stops else end


def people(text: str) -> Iterator[tuple[int, int]]:
    """Spans of names that people give as theirs: "my name is X", "I'm X", 我叫X, 我姓X."""
    folded, upright = plain(text), text.replace("’", "'")
    said = (
        (_IN_FULL, folded),
        (_SPELT, folded),
        (_COLLEAGUE, folded),
        (_IN_CHARGE, folded),
        (_SURNAME_FIRST, folded),
        (_NAME_FIRST, folded),
        (_CALLED, folded),
        (_AS_CONTACT, folded),
        (_I_AM, upright),
        (_CALLED_CHINESE, folded),
        (_I_AM_CHINESE, folded),
        (_IS_ME, upright),
    )
    for pattern, where in said:
        for match in pattern.finditer(where):
            yield match.span(match.lastgroup or "name")


def in_full(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a name that is said once more with a surname: "I'm Peter. Peter Olsen", 叫我小苏就好，苏晚晴."""
    fuller = re.compile(rf"[.,;] (?P<name>{re.escape(text[start:end])} [A-Z][\w'-]+)").match(text, end)
    if fuller is None and _NICKNAME.search(text, 0, start):
        beside = [
            match
            for match in _BESIDE_NICKNAME.finditer(plain(text))
            if match.end("name") - match.start("name") > _PAIR
        ]
        fuller = next((match for match in beside if not start <= match.start("name") < end), None)
    return fuller.span("name") if fuller else (start, end)


def calls_company(folded: str, start: int) -> bool:
    """Whether the name at `start` is what a firm is called, and nobody: 我们是上海的，叫锐思信息."""
    return folded[:start].rstrip().endswith("叫") and not folded[:start].rstrip().endswith(("我叫", "名叫"))


def begins_with_surname(text: str) -> bool:
    """Whether a text is a name as in a list: "Aalto, Kim"."""
    return bool(_LISTED.fullmatch(text.strip()))


def may_be_company(text: str) -> bool:
    """Whether what nobody asked for may be a company's full name; a few Chinese characters are none: 我们轨道集团."""
    return text.isascii() or len(text) > _SHORT


def makes_contact(text: str) -> bool:
    """Whether a text says who is to be the contact, in place of who was: "put Maren Visser as the contact"."""
    return bool(_AS_CONTACT.search(plain(text)))


def may_name(text: str) -> bool:
    """Whether an answer to who is to be asked for may hold a name: "ask for Bea Lowe", 佟大伟，销售总监."""
    pieces = [piece for piece in _PIECES.split(text) if piece.strip()]
    first = pieces[0].strip() if pieces else ""
    few = len(pieces) == 1 and len(_ANY_WORD.findall(first)) <= _FEW_WORDS
    return (
        any(people(text))
        or any(is_person(_SPOKEN_TAIL.sub("", piece.strip())) for piece in pieces)
        or bool(_TWO_NAMES.search(text) or _TELLS_NAME.search(text))
        or few
    )


def may_be_person(text: str) -> bool:
    """Whether nothing in a text tells that it is none, as "between two meetings" does."""
    return not _NO_PERSON.search(text)


def first_of(text: str) -> str:
    """A Chinese name without what is told behind it, where nobody else is named: 孙宝来，公司我说了算."""
    first, *rest = [piece.strip() for piece in _PIECES.split(text)]
    alone = re.fullmatch(_FULL_NAME, first) and len(first) > _PAIR and not any(map(is_person, rest))
    return first if alone else text


def is_organization(text: str) -> bool:
    """Whether a text that could be a person's name calls something else."""
    return bool(_ORGANIZATION.search(text))


def is_person(text: str) -> bool:
    """Whether a text looks like a person's name and nothing else: 李雷, 王经理, Li Lei."""
    return bool(_NAME_ALONE.fullmatch(text.strip()))
