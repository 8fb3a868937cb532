"""The fields of an application form: what a valid value is, how it is kept and how it is shown.

Kept are a text or a name as written, in one line; a count as digits; a date as `bot.intake.dates`, a contact as
`bot.intake.contacts` says.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from bot.intake import certificates, contacts, counts, cues, dates, due_dates, names
from bot.intake.plain import narrow, plain, readable, says_something
from bot.intake.reasons import Reason, Wrong
from bot.texts import texts
from knowledge.documents import Field

SHORTEST_TEXT = 2  # letters and digits
LONGEST_TEXT = 500  # characters
LONGEST_NAME = 100

_KEPT = {
    "count": r"\d{1,8}",
    "date": r"\d{4}(?:-(?:Q[1-4]|H[12]|(?:0[1-9]|1[0-2])(?:-\d\d)?))?",
    "contact": r"(?:(?:^|, )(?:\+\d{5,15}(?:;ext=\d{1,6})?|[^\s,]+@[^\s,]+|wechat:[\w-]+)){1,6}",
}
_BREAK = re.compile(r"(?P<mark>[,;:，；：、。]?)\s*\n\s*")
_AROUND = " \t\n,，;；。、!！/~～:：\"“”「」'《》"
_SIGNS = re.compile(
    r"^[\s\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+|(?:[\s\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]|\s[:;]-?[()DP])+$"
)
"""Emoji at either end, and smileys behind it."""
_FULL_STOP = re.compile(r"(?<!ltd)(?<!co)(?<!inc)(?<!corp)(?<!\.\w)\.+$", re.IGNORECASE)
_NO_COMPANY = re.compile(
    r"(?:an? |the |一[家个]).*(?:company|firm|startup|bank|provider|agency|business|organi[sz]ation|hospital|school|team"
    r"|公司|企业|银行|机构|单位|医院|学校)"
    r"|(?:[我咱]们?|本|贵|一?[个家])?(?:医院|学校|大学|公司|银行|集团|单位|机构|企业|中心|工厂)(?:[㐀-鿿]{0,3}[科部处室])?$"
    r"|(?:our |my |this )?(?:company|firm|bank|hospital|school|university|group)$"
    r"|(?:急|加急|快点?|赶紧|在线等|求助|谢谢?)+$"
)
_NO_BUSINESS = re.compile(
    r"(?:(?:an?|the) )?(?:another|other|same|new|different) (?:services?|application|business|one)"
)
_PROPER = re.compile(
    r"[Tt]he(?: (?:[A-Z][\w'&.-]*|of|for|and))*(?: [A-Z][\w'&.-]*){2}"
)  # the Oakridge School Trust
_CREDIT_CODE = re.compile(r"(?:信用|机构)代码|[0-9A-Z]{16,}")
_COUNTED = re.compile(r"(?:\d+|[一二两三四五六七八九十百]+)[个名位](?!.*(?:公司|中心|医院|学校|集团|院|局)$)")
_LEGAL_FORM = re.compile(r"\b(?:ltd|limited|inc|llc|gmbh|ag|plc|corp)\b|有限|股份")
_COMPANY_LEAD = re.compile(
    r"(?:(?:(?:so|well|ok|okay|um|uh|hi|hello|yes),? (?=\S+ \S))?(?:we are|we'?re|we r|that'?s|i am from|i'm from"
    r"|we call ourselves|our (?:company|firm|organi[sz]ation)(?:'s)?(?: name)?(?: is)?"
    r"|(?:the )?(?:full |registered |legal )?(?:company|name)(?: name)?(?: is|'s| (?:would|will) be)"
    r"|(?:our|the) (?:name|(?:first|second|third|other|next) (?:firm|company|one)) is"
    r"|it is|it's|its|this is|it's called|called|named|for)(?: called)? "
    r"|(?:so|well|ok|okay|um|uh|hi|hello|yes), (?=\S+ \S)"
    r"|(?:先填|填|应为|应该是|应是|改成|改为)?(?:(?:[我俺咱阿][们們哋拉家]?|敝|本|贵|申请|分|总|子|这家"
    r"|[第头][一二三]家)的?)?(?:公司|company|单位|企业|司)?的?"
    r"(?:全称|名称|名字|全名|名)?[啊呢嘛呀]?就?(?:是(?:吧\s)?|[係系](?![统列数])|叫做?)(?=.)|(?:全称|名称|名)为|先填|应为|应该是"
    r"|应是)"
)
_INTRODUCED = re.compile(
    r"^[^:]{0,60}\b(?:company|unit|organi[sz]ation|institution|name)\b[^:]{0,20}:\s*", re.IGNORECASE
)
_EXPLAINED = re.compile(
    r"\s?[(（](?:[^()（）]*\b(?:is|means|stands for|formerly)\b[^()（）]*|[在同原][^()（）]*|以[^()（）]*为准)[)）]$",
    re.IGNORECASE,
)
_NEXT_SENTENCE = re.compile(
    r"(?:(?<=[a-z]{4})\.|(?<=[a-z]{3}),|(?<=[a-z]{3})\sand(?=\s(?:we|i)\s))\s+(?:we|we're|we are|i|i'm|it's|it is"
    r"|they|our|that|that's|this)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_AGAIN = re.compile(
    r"\s(?:again|once more)$|,?\s(?:i )?(?:as )?(?:already )?said (?:that|it|so)(?: already| before)?$|,?\sas before$"
)
_WITH_A = re.compile(
    r",? (?:spel(?:t|led) )?with (?:an? |two |double )?[a-z](?:s|'s)?(?:,? not .*)?$", re.IGNORECASE
)
_SPELT = re.compile(r"[\s,，(（]+(?:就?是)?(?P<word>[㐀-鿿]{2,4})的(?P<sign>[㐀-鿿])[)）]?$")
"""Which of the signs that sound alike it is: …锦城网络科技有限公司，城市的城."""
_BEFORE_COMPANY = re.compile(
    r"(?:\b(?:its|it's|is|are|we're|called|named|as|for|from|of)|[:,;.!])\s$|^(?:[我俺咱]们?)?(?:想|要)?(?:受|给|替|帮|为"
    r"|代表)?(?:客户)?$"
)
_BEHIND_COMPANY = re.compile(
    r"[.!;]\s|,?\s(?:but|though|however|sorry|you|not|which|and (?:we|you|i)|we|our|here|based|located|established|since"
    r"|software house)\b"
    r"|的?$|委托"
)
_IN_BRACKETS = re.compile(r"(?:我们?|咱们?)?(?:中心|公司|单位|医院|学校|机构)\((?P<name>[^()]{4,})\)?")
_ALL_WE_DO = re.compile(
    r"^(?:(?:(?:so|well|basically|ok|um|uh),? )*what (?:we|the company) (?:mainly |mostly |actually |really )?do(?:es)?"
    r"(?: all day| here| mainly| mostly| really| basically)*(?: is|:),?\s(?:(?:um+|uh+|er+m*|well|basically),?\s)*"
    r"|(?:only|just)\s|只有|就?(?:两|仨|[两三四几]个|[两三]样)[,:]\s?)"
)
_JUST_PUT = re.compile(r"^[^,，]{1,16}[,，]\s?(?:那?就|那)[填写报]个?(?!什么|啥)(?=\S{2})")
"""Before what is to be written down: 我们是学校，就填高等职业教育."""
_WE_DO = re.compile(
    r"^(?:(?:so|well|ok|okay)(?:,\s?|\s(?=u+[mh]|it|we |we'|i |i'|basically|mainly|mostly))"
    r"|(?:about|concerning|regarding) (?=\S+ )"
    r"|(?:u+m+|u+h+|basically|essentially|mainly|mostly|just|i(?:'d| would) say|i (?:guess|suppose|think)"
    r"|it(?:'s| is)|that(?:'s| is)|(?:it|that|this) (?:would|will|should|must) be|we(?:'re| are)(?! not)|we (?:do|run|provide"
    r"|offer|sell|supply|make(?! sure))"
    r"|(?:they |he |she )?(?:runs?|operates?|builds?(?! (?:server|tool|agent)s?)"
    r"|develops?|makes?|sells?|maintains?)(?! sure))(?:,\s?|\s))+"
)
_THATS_ALL = re.compile(
    r"\s(?:is|are) (?:our|my|the) (?:(?:main|core|whole|only|real) )?(?:trade|business|line(?: of (?:work|business))?|game|field"
    r"|special(?:i)?ty)[.!]*$|\s(?:basically|essentially)[.!]*$"
    r"|,?\s(?:but )?(?:just )?(?:write|put|note) (?:it|that)(?: down)?"
    r"(?: (?:like|as) (?:that|this)|(?: in)? general(?:ly)?)?[.!]*$"
    r"|, or my \w+ will\b.*$"
    r"|(?:[,.;]?\s+(?:(?:aye|yeah|and|so|but)\s+)?(?:i (?:think|guess|suppose|reckon|believe|tink),?\s)?(?:(?:that'?s|that is|is"
    r"|it'?s)"
    r"\s(?:all(?: we (?:do|have))?|it|about it|the (?:main|only) (?:one|thing)|the bread and butter|what we do|basically it"
    r"|mostly it"
    r"|pretty much (?:it|all)|our (?:main|core) (?:thing|business))|mate|nothing (?:else|more)|only that|just that"
    r"|i (?:think|guess|suppose|reckon|tink)|i(?:'d| would) say|haha|lol))+[.!]*$"
    r"|(?:[\s,，。]*[吧呗啦呀哈嘛咯哦喔呢]?[\s,，。]+(?:就这(?:一个|[个些一]?[项块样]?)|(?:别|其他)的?(?:我们|咱)?[也都]?(?:没有?"
    r"|不(?:太)?[做搞])了?|干了[㐀-鿿]{1,6}年了?"
    r"|没别的了?|(?:主要|目前)?就?这[些个块俩]|(?<=[㐀-鿿]{3})[那这]些|差不多就这些|应该这么写|这个还要写|(?:别|其他)的不[要用]))+[吧啊]?$"
    r"|(?<=[㐀-鿿]{3})就(?:行|好|可以)了?$|(?<=[㐀-鿿]{2})(?:这一[项块个]|这[一两二三]样)(?:就行|就好)?$"
    r"|[\s,，]+(?:其[他它]|别)的?[㐀-鿿]{0,2}(?:以后|后面|明年|回头)[㐀-鿿]{1,4}$"
    r"|(?<=[㐀-鿿]{3})(?:大概|大约|差不多)$"
    r"|(?<=[㐀-鿿]{3})(?:(?<![网酒书茶水氧餐啡])吧|(?<![花借])呗|[啦呀哈嘛咯撒])$"
)
_IN_SHORT = re.compile(
    r"^(?:.{0,40}[,:;]\s)?(?:put simply|simply put|in (?:short|brief|a word|a nutshell)|(?:broadly|roughly|generally) speaking"
    r"|to (?:put it|be) (?:simple|simply|brief|briefly|short))[,:]?\s"
    r"|^.{0,24}?(?:说白了就?是|当然是|归总叫|统称(?:为|叫)?|总之就?是|所以(?:公司|我们)?主要[做搞]|一句话[,，:：])"
)
"""Before what sums up: "put simply, IT for container ports", 守着赤水河嘛，当然是白酒网上销售."""
_WRITTEN_THERE = re.compile(
    r"^(?:[问查看]{1,2}(?:到|过|好|清楚|了)了?[,，\s]+(?:[就他她]{1,2}(?:说|是)|说?是)?(?=[㐀-鿿a-zA-Z]{2})|(?:em+(?![a-z])|嗯+|呃+|额+|那个)[\s,，]*(?=\S{2})|(?:老板|领导|部长|主任|经理|同事)[说讲]就?[是填写]|应该算|(?:拟为|想报|先说|弄(?!堂)|整(?![车形合理体机柜顿容装个套]))(?=[㐀-鿿a-zA-Z]{3})"
    r"|主要(?:有?[两三][块样个]|包括|覆盖)?[:：]\s?|(?:范围)?(?:初步|暂)?定为|拟(?:覆盖|认证|申报|申请)|先(?:来|做|弄"
    r"|上)(?=[㐀-鿿a-zA-Z]{3})|(?:那就?)?写(?![字作真生])(?=[㐀-鿿a-zA-Z]{3})|(?:认证)?范围(?:就写?|写)|(?:认证|证书)(?:范围)?[上里]?(?:就|想"
    r"|打算|拟|要|只"
    r"|主要)*(?:写(?![字作])|管(?![理控道家])|包(?![装裹])|覆盖|做|含|为|是)(?:的是)?"
    r"|(?:应该|其实|主要|大概)?(?:就|只)(?:是|做|有|要|认证?|覆盖|包|管|含|写(?![字作真生]))?(?=[㐀-鿿a-zA-Z]{2,})(?![业医诊餐学近读职])"
    r"|是(?!非)(?=[㐀-鿿]{4}))"
)
_COURTESY = re.compile(
    r"(?:[\s,.]+(?:ta|thx|cheers|please|pls|thanks|thank you|谢谢(?:老师|您|你)?|就酱)|谢谢(?:老师)?|就酱)+$"
)
_HELD = re.compile(
    r"^(?:(?:(?:yes|yeah|yep|ok),? )?(?:we|i|they|(?:the|my|our) (?:client|customer|company))"
    r"(?:'ve| have| has|'ve got| have got| got| holds?| already (?:have|has|hold)| currently holds?)\s(?:got\s)?"
    r"|(?:only|just)\s|(?:我们|公司|目前|现在|已经?|暂时|就|只|仅)*(?:持?有(?![效限关])|拿到?了|通过了?|取得了?)(?:的|了"
    r"|[一两三四几]?[个张]|[两仨])?[:,]?\s?)"
)
_HELD_TAIL = re.compile(r"\s(?:already|as well|too|now)(?:[,;.][^\d]*)?$|(?<=[a-z\d级证])了$")
_DOES = re.compile(
    r"(?:[我咱]们?|公司|我司)?(?:主要|专门|一直)*(?:就?是)?[做搞](?P<what>[^做搞是,，]{2,30}?)的?"
)
_NAME_LEAD = re.compile(
    r"(?:(?:that|it) (?:would|will) be|"
    r"(?:(?:it is|it'?s|that'?s) me|me|myself)(?:,| ?[-–—:])?|you(?:'d| would|'ll| will) be (?:talking|speaking) to|im"
    r"|ich bin|ich heiße|ich heisse|mein name ist|je suis|je m'appelle|soy|me llamo|my name is|my name's|my name"
    r"|the name is|name is|name's|names|i am|i'm|this is|it is|it's|call me|spel(?:t|led)(?! with)"
    r"|you can (?:call|contact|ask for)"
    r"|(?:please )?(?:call|contact|ask for|reach)(?: me)?|(?:(?:the|our|my) )?(?:client'?s "
    r"|customer'?s )?contact(?: person)?(?: is)?) "
    r"|(?:我们?|咱们?|客户|甲方|对方|公司|单位)(?:方|那边)?的(?=[㐀-鿿]{2,4}$)"
    r"|(?:(?:我们?|咱们?)的?)?副?(?:科长|处长|部长|院长|校长|主任|经理|总监|组长|老板|领导|同事|主管|秘书|助理|行政|前台|会计|财务"
    r"|文员|媳妇儿?|老婆|老公|爱人|[表堂]?[哥弟姐妹]|儿子|女儿|合伙人|搭档)(?:是|叫)?[,，\s]*(?=[㐀-鿿]{2,4}(?:$|[,，]))"
    r"|[老小阿](?P<called>[㐀-鿿])[,，\s]+(?=(?P=called)[㐀-鿿]{1,2}(?:$|[,，]))"
    r"|(?:[写填找寻]|就)?我(?:就行|好了|就好|就可以)[,，\s]\s?"
    r"|我(?=(?![姓叫是的吧])[㐀-鿿]{2,4}$)|(?:我的?名字[是叫]|我叫|(?:我|免贵)?姓(?P<sur>.)[,，\s]\s?(?:[㐀-鿿]{1,3}的(?P=sur)[,，\s]\s?)?|我姓|我是|叫我|您?可以?叫我|您叫我"
    r"|叫(?=.{2})|窗口是我[,，]|(?:那?就?写|那就|就?是)(?=[㐀-鿿]{2,4}$)|写(?=.{2,4}就)|(?:麻烦|请)(?:您|你)?写|名字是|姓名是|本人|我{2,}\s"
    r"|(?:就?[写填]?"
    r"|找)我(?:吧|吧?[,，\s])\s?|[搵揾]|吧\s"
    r"|(?:(?:这家|那家|公司|我们?)的?)?(?:联系人|负责人|经办人)(?:还?是|叫|(?:同[前上]|不变|照旧)\s)?|联络人(?:是|叫)?|就?找|请?联[系络](?!人)|免贵姓?)"
)
_FIRST_ALONE = re.compile(r"^(\w+)[.,]\s+(?=\1\s\w)", re.IGNORECASE)  # "kit. Kit Samson"
_NAME_TAIL = re.compile(
    r"(?:,? not me|,? that(?:'?s| is) (?:me|myself)|,? \(?(?:me|myself)\)?| - e-?mail"
    r"|,? (?:[a-z][-. ]){2,}[a-z]|(?:'s| is| will be| would be) (?:the|your|our|my|in) .*| of (?:the )?[\w ]*\b(?:department"
    r"|section|team|division|dept|office|group|quality|company)\b.*| (?:we|our|you|i)(?: .*)?"
    r"|[,，](?:那是|这是|他|她|归)[^,，]{1,10}(?:[,，].*)?"
    r"|[,，](?:大家|你|您|人家)?都?叫[我俺].*|[\s,，]另外?.*|得喇|就得|(?<=[a-z]) (?:ph|phone|mob|mobile|tel|cell)|就好|就行"
    r"|就是了|就可以了?|(?<=[㐀-鿿]{3})好了?|即可|(?<=[㐀-鿿]{2})[吧哈呀]|谢谢|[,，\s]下一[题个项步]|,? (?:please"
    r"|bitte|thanks|then|here|at|on|via|under))$"
)
_TITLED = re.compile(
    r"(?P<name>[㐀-鿿]{3})(?:老师|[科处局院校部组站所]长|主任|经理|总监|主管|工程师|书记|先生|女士|小姐|博士|教授|医生|护士长)"
)
"""A whole name with a title, which of 王经理 is a part."""
_ROLE = re.compile(
    r"[,，(（]\s?(?:(?:i am|im|i'm|our|the|head of|chief|it|from|at|c[teifo]o|director|manager|owner|(?:co-?)?founder"
    r"|partner|engineer|admin\w*|secretary|assistant)\b.*|(?:the )?[\w&/ ]{0,25}\b(?:manager|mgr|supervisor|lead|head|specialist"
    r"|executive"
    r"|officer|coordinator|consultant|director|engineer|clerk)[)）]?"
    r"|[㐀-鿿]{1,3}的[㐀-鿿](?:[,，、].*)?)$"
    r"|[,，(（\s]\s?(?:我是|是)?(?:[㐀-鿿]{0,6}(?:[部科室处]|运维|行政|后勤|财务|中心|负责人|联系人|创始人|本人|经理|总监|总|主任"
    r"|老师|工程师|专员"
    r"|会计|秘书|长"
    r"|老板))的?[)）]?$"
    r"|(?<=[㐀-鿿]{2})的?(?:电话|手机|微信|邮箱)号?$"
)
_DANGLING = re.compile(
    r"(?:(?:[,;.]|\sand)\s+(?:e-?mail|phone|tel|mobile|contact):|[\s,;]+(?:and|with|at|by)(?:\s(?:and|with|at|by))?)$",
    re.IGNORECASE,
)
"""What led to another answer, which has been taken from behind it."""
_DANGLING_WAY = re.compile(r"(?:[,;.]|\sand)\s+(?:e-?mail|phone|tel|mobile|contact)$", re.IGNORECASE)
"""The same without a colon, which may be a service: "campus network and e-mail"."""
_NO_NAME = re.compile(
    r"(?:please|kindly|pls) .*"
    r"|(?:bitte|please|per favore|por favor|s'il vous pla[iî]t|merci|danke)|(?:just |only )?(?:me|myself|i|us)"
    r"|(?:我们?|咱们?)?(?:pm|c[teifo]o|hr)|我?(?:媳妇儿?|老婆|老公|爱人|[表堂]?[哥弟姐妹]{1,2}|老板|领导|同事)|不是我[呀啊哦了]?|(?:就?[写填])?就?我(?:自己|本人)?吧?|就?[写填]我吧?|本人"
)


def read(field: Field, text: str, today: date) -> str:
    """The value of a text that answers the field and nothing else; raises Wrong."""
    text = readable(text)
    if not says_something(text):
        raise Wrong(Reason.MISSING)
    match field.type:
        case "count":
            return str(counts.read(text, cues.nouns(field)))
        case "date":
            return dates.read(text, today)
        case "contact":
            return contacts.read(text, cues.ways(field))
        case "name":
            return _name(text)
        case _:
            return _text(text, field)


def fill(
    fields: Iterable[Field], given: Mapping[str, str], today: date
) -> tuple[dict[str, str], dict[str, Reason]]:
    """A whole form: the values that are valid, and what is wrong with the others, by the field's id."""
    values, wrong = dict[str, str](), dict[str, Reason]()
    for field in fields:
        try:
            values[field.id] = read(field, given.get(field.id, ""), today)
        except Wrong as error:
            if field.required or error.reason is not Reason.MISSING:
                wrong[field.id] = error.reason
    return values, wrong


def shown(field: Field, value: str, language: str) -> str:
    """A value in a language: 1,200 · 31 March 2027 · +86 138 0013 8000. What is not kept like that comes as it is."""
    if not re.fullmatch(_KEPT.get(field.type, ".*"), value, re.DOTALL):
        return value
    match field.type:
        case "count":
            return value if language == "zh" else f"{int(value):,}"
        case "date":
            return due_dates.shown(value, language)
        case "contact":
            return contacts.shown(value, texts(language).intake.wechat)
        case _:
            return value


def label(field: Field, language: str) -> str:
    return field.label.get(language) or field.label.get("en") or next(iter(field.label.values()), field.id)


def _text(text: str, field: Field) -> str:
    read = _company if cues.is_company(field) else _certificates if cues.is_certificates(field) else _business
    text = _DANGLING.sub("", read(_one_line(text)))
    text = text if read is _business else _DANGLING_WAY.sub("", text)
    if sum(c.isalnum() for c in text) < SHORTEST_TEXT:
        raise Wrong(Reason.TEXT)
    if len(text) > LONGEST_TEXT:
        raise Wrong(Reason.TEXT_LONG)
    return text


def _company(text: str) -> str:
    lead = _COMPANY_LEAD.match(plain(text))
    text = _WITH_A.sub("", _stripped(text[lead.end() :] if lead else text))
    text = _AGAIN.sub("", _unspelt(_with_form(_NEXT_SENTENCE.sub("", text))))
    text = _INTRODUCED.sub("", text)
    if text.endswith(" Ltd.") and text.count(".") == 1:
        text = text[:-1]  # where a sentence ends
    text = _EXPLAINED.sub("", text[: names.institution(text)])
    if not any(map(str.isalpha, text)) or _COUNTED.match(text) or _CREDIT_CODE.search(text):
        raise Wrong(Reason.TEXT)  # "the whole company, IT is 12"
    if _NO_COMPANY.match(plain(text)) and not (_LEGAL_FORM.search(plain(text)) or _PROPER.fullmatch(text)):
        raise Wrong(Reason.TEXT)
    return text


def _unspelt(text: str) -> str:
    """Without the word that tells which of like signs one is."""
    spelt = _SPELT.search(text)
    if spelt and spelt["sign"] in text[: spelt.start()] and spelt["sign"] in spelt["word"]:
        return _stripped(text[: spelt.start()])
    return text


def _with_form(text: str) -> str:
    """The company that a sentence holds: "on paper it's Orbis Helpdesk Limited but we say Orbi"."""
    folded = plain(text)
    if bracketed := _IN_BRACKETS.fullmatch(folded):
        return text[slice(*bracketed.span("name"))]
    for start, end in names.companies(text):
        if _BEFORE_COMPANY.search(folded[:start]) and _BEHIND_COMPANY.match(folded, end):
            return text[start:end]
    return text.removesuffix(")") if "(" not in folded else text


def _business(text: str) -> str:
    """What is done, without the words that say that it is: 主要是做物联网平台的."""
    text = _without(_WE_DO, _without(_COURTESY, _without(_ALL_WE_DO, _without(_JUST_PUT, text))))
    text = _without(_THATS_ALL, _without(_WRITTEN_THERE, _without(_IN_SHORT, text)))
    if _NO_BUSINESS.fullmatch(plain(text)):
        raise Wrong(Reason.TEXT)  # "an application for another service"
    does = _DOES.fullmatch(text)
    what = does["what"] if does else text
    return what if re.search("[,，]", what) else re.sub(r"(?<=\w{3})的$", "", what)


def _certificates(text: str) -> str:
    """What is held, without the words that say that it is: "we've got 9001 and 14001"."""
    return _without(_HELD_TAIL, _without(_HELD, certificates.named(_without(_COURTESY, text))))


def _without(pattern: re.Pattern[str], text: str) -> str:
    """A text without a lead or a tail, if it says something without it."""
    found = pattern.search(plain(text))
    left = text[: found.start()] + text[found.end() :] if found else text
    return left if says_something(left) else text


def _name(text: str) -> str:
    text = _FIRST_ALONE.sub("", _one_line(text))
    text = text[: role.start()] if (role := _ROLE.search(plain(text))) else text
    while (lead := _NAME_LEAD.match(plain(text))) and says_something(text[lead.end() :]):
        text = text[lead.end() :]
    tail = _NAME_TAIL.search(plain(text))
    text = _unspelt(_stripped(text[: tail.start()] if tail else text))
    text = titled["name"] if (titled := _TITLED.fullmatch(text)) else names.first_of(text)
    letters = any(c.isalpha() for c in text) and not _NO_NAME.fullmatch(plain(text))
    if not letters or len(text) > LONGEST_NAME or "@" in narrow(text) or re.search(r"\d{3}", text):
        raise Wrong(Reason.NAME)
    return text


def _one_line(text: str) -> str:
    """Lines become parts of one: "; " stands between those that no mark ends."""
    return _stripped(_BREAK.sub(lambda match: (match["mark"] or ";") + " ", text))


def _stripped(text: str) -> str:
    return re.sub(r"[ \t\u3000\xa0]+", " ", _FULL_STOP.sub("", _SIGNS.sub("", text).strip(_AROUND)))
