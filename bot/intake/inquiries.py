"""What customers ask of the form itself: why it asks, what counts, what is left, what may stay open."""

import re

from bot.intake.plain import bare, plain

_HURRIES = re.compile(
    r"(?:能不能|可不可以|你能|你)*(?:快点|别(?:这么|那么|再)?(?:磨叽|啰嗦|墨迹|磨蹭))[行吗了吧嘛不]*"
    r"|能不能一[次回]问完.*|怎么还(?:没完|[在要]?问).*|(?:怎么)?(?:这么|真|这)?(?:多)?问题(?:也?太|真|怎么这么|这么)多.*|.{0,8}非得全?[都答填].{0,8}"
    r"|(?:你们?)?(?:这个?|这也|也)*太(?:啰嗦|麻烦|磨叽|慢)了[啊呀吧呢哈]?|question after question.*"
    r"|(?:can you )?(?:hurry up|get on with it)(?: please)?"
)
_COUNTS_THEM = re.compile(
    r"算不算|算进|算[上在]|算吗|算人|计入|包[括含]|\bcount|\binclud|\bdo they\b|\bare they\b", re.IGNORECASE
)
_WHO_COUNTS = re.compile(
    r"(?:全公司|整个公司|所有人|全体|全员|总人数|全部员工|全单位).{0,8}(?:还是|吗|么|算)|还是(?:只|就|仅)[算填写]?"
    r"|人.{0,6}(?:要不要|用不用|需不需要|该不该|能不能)(?:也|都)?(?:算|计|填|写)"
    r"|\b(?:whole|entire) (?:company|firm|staff|workforce|group)\b.{0,20}\bor\b|\bor (?:just|only) (?:the|those|our|my)\b"
    r"|\b(?:all|everybody|everyone|total)\b.{0,20}\bor (?:just|only)\b",
    re.IGNORECASE,
)
"""Who asks which people, or places, are meant."""
_WHAT_COUNTS = re.compile(
    r"(?:这个?|那个?|这里的?)(?:日期|时间|人数|地点|场所|业务|服务|名[字称]|证书)?.{0,4}(?:说|指)的?是.{1,16}还是"
    r"|[^,，。]{1,12}(?:也)?(?:要)?算(?:是|进)?(?:地点|场所|一个|人数|证书|在内)[里内]?[吗么]"
    r"|\bwhat counts(?: here| as\b|\W*$)|\b(?:is|does) (?:that|this)\b.{0,40}\bor (?:only|just)\b|\btarget for what\b"
    r"|\bdo you mean\b.{1,60}\bor\b",
    re.IGNORECASE,
)
"""Who asks what an open question counts."""
_SOME_OF_US = re.compile(
    r"外包|劳务|派遣|兼职|实习|临时|驻场|外派|退休|返聘|合作|第三方|\b(?:contract\w*|part.?tim\w*|temps?|temporary|agency|freelanc\w*"
    r"|interns?|trainees?|abroad|remote\w*|outsourc\w*|external\w*|seconded|volunteers?|students?)\b",
    re.IGNORECASE,
)
_BESIDES = re.compile(r"\b(?:but|also|plus|another)\b|另外|还有|其中|但")
_ASKED_WHAT = re.compile(
    r"\b(?:what|which)(?: one)? (?:was|is)(?: it| that)? (?:the|your)(?: last)? question\b|\bwhat(?: was it)? (?:did"
    r"|do) you (?:just )?ask"
    r"(?: me)?\W*(?:again\W*)?$|\b(?:repeat|say) (?:the|your|that) question\b"
    r"|(?:刚才|刚刚|上一?句|你(?!们))[^,，。会要能]{0,3}问(?:的|我)?(?:是)?(?:什么|啥)|问题再(?:说|发)"
)
"""Who has lost the question."""
_WHY = re.compile(
    r"\b(?:why|what for|how come)\b.{0,24}\b(?:need|ask|asking|want|know)\b.{0,12}$|(?:为什么|为啥|干[嘛吗]"
    r"|干什么)要?(?:填|问|写|知道)"
)
_CLAUSES = re.compile(r"[,，.。!！?？;；]+")
_RECALLS = re.compile(
    r"\b(?:read|list|show|repeat|recap|copy|paste|see)\b.{0,40}?\b(?:my|all|the|these) (?:\w+ )?"
    r"(?:answers|details|entries)\b"
    r"|\b(?:show|tell|read) me (?:again )?(?:what|which|how many) .{0,30}?\bi (?:put|said|wrote|entered|typed|gave|answered)\b"
    r"|\b(?:see|show|read)(?: me)? (?:it|the (?:list|summary|answers)|everything|all of it)(?: once more| again)\b"
    r"|\b(?:see|show|read|check|look)\b.{0,20}\b(?:what(?:'s| is)? in|contents? of|copy of) (?:my|the|our) application\b"
    r"|\b(?:read|show|tell|send) (?:me|us)(?: back)? what (?:you|u) (?:now |currently )?(?:have|hold|got)\b"
    r"|\b(?:my|the|these|those) (?:answers?|data|entries|form)\b.{0,25}\b(?:lost|gone|deleted|saved|kept|still there)\b"
    r"|\bwhat (?:has|have|did) \w+ (?:entered|filled in|put|given|told you|typed)(?: in)?(?: so far)?\W*$"
    r"|\bhow many (?:more |other |of these |further )?(?:questions?|qs?)\b(?: (?:are|do|have|will|to go|left|remain)\b|\W*$)"
    r"|(?:还有|还剩|还差|还要[答问填]|一共|总共|还要问)(?:几|多少)[个道]?(?:问题|题|项要?填)"
    r"|\bwhat (?:do|did) you have (?:as|for|down)\b|\bis everything else (?:unchanged|the same)\b"
    r"|\bwhat (?:did|have) (?:i|we) (?:just )?(?:send|sent|submit(?:ted)?)\b"
    r"|\bhow many people (?:did|have) (?:i|we) (?:put|say|said)\b"
    r"|\bhow many (?:more )?questions\b|^\W*(?:so )?(?:many|more) questions (?:still|left|to go|more|yet)\b"
    r"|还(?:有|要问)几[个项道](?:问题|没填|要填)?[啊呀呢]?\W*$"
    r"|\bread (?:it|that|them|everything|all of it) back\b|\bcopy of my answers\b"
    r"|\b(?:what|which|how many) (?:\S+ ){1,4}(?:do|did|have) (?:you (?:have|got|put"
    r"|note)|i (?:give|put|write|type|say|enter))\b"
    r"|(?!.*[价费])(?:再(?:给我)?[发贴列念](?:给我)?(?:一|看)[遍份下次眼]?|(?:内容|信息|填的|汇总|清单|明细).{0,4}(?:再"
    r"|给我)[发贴列]|(?:提交|填|发|写)的(?:内容|资料|信息|东西).{0,6}(?:看|发|贴)|列一?下.{0,8}[填写]|(?:前面|之前"
    r"|刚才)[填写]的.{0,8}[在有][吧吗没]|(?:前面|之前|刚才|目前|已经)都?[填写]了(?:些|点)?(?:啥|什么|哪些)|第.{1,2}[条项]写的?(?:是|了)?(?:啥|什么)"
    r"|(?:记的|填的|写的|留的).{0,8}(?:是?多少|是?什么|是?哪个|是?啥|对不对|对吗))"
)
_OF_PRICE = re.compile("[价费]|金额")
_TELLS = re.compile(r"[\d@]")
_MAY_SKIP = re.compile(
    r"\b(?:can|could|may|do|must|should) (?:(?:i|we) (?:please |just |also |really )?(?:leave (?:it|that|this|the \w+)?(?: one)?"
    r" ?(?:out|blank|open|empty)|skip (?:it|that|this|the \w+)(?: one| question)?|have to (?:tell|say|answer"
    r"|fill (?:it|that|this) in|give (?:it|that|this|you that))|not (?:say|tell|answer))"
    r"|(?:it|that|this|the \w+)(?: one)? (?:stay|be(?: left)?|remain) (?:blank|open|empty|skipped|left out))\b(?!.*\d)"
    r"|(?:(?:能不能|能|可不可以|可以|可否|能否)(?:先|暂时|都)?(?:不(?:写|填|说|留|给|告诉|透露|提供)|空着|跳过|略过)"
    r"|(?:先|暂时|这[个项题]|后面|回头)?(?:先)?(?:不[写填说]|空着|跳过|再[补填写])(?:行不行|行吗|可以吗|可不可以|可以[吧么]|行[吧么]|成吗|成不)"
    r"|不太?方便(?:讲|说|填|透露|给|留).{0,12}(?:行不行|行[吗么]|可以[吗么不]|成不))"
    r"(?:[吗么嘛呢吧啊呀]|这[个项题])?(?:[\s,，][^\s,，?？]{1,12})?\W*$",
    re.IGNORECASE,
)
"""Who asks whether what is asked for may stay open."""
_OF_AUDIT = re.compile(
    r"预审|审核|阶段|材料|文件|\b(?:pre-?(?:review|audit)|audits?|stages?|documents?|papers?|contract|proposal)\b",
    re.IGNORECASE,
)
"""What else may be left out, or not: 预审能不能跳过."""


def hurries(text: str) -> bool:
    """Whether a message wants no more than that one goes on."""
    return bool(_HURRIES.fullmatch(bare(text)))


def asks_again(text: str) -> bool:
    """Whether a message asks what was asked last."""
    return bool(_ASKED_WHAT.search(plain(text)))


def asks_why(text: str) -> bool:
    """Whether a clause of a message asks why something is asked."""
    return any(_WHY.search(plain(part)) for part in _CLAUSES.split(text))


def asks_who_counts(text: str) -> bool:
    """Whether a message asks which people, or places, are meant."""
    return bool(_WHO_COUNTS.search(text))


def asks_what_counts(text: str) -> bool:
    """Whether a message asks what the open question is about: "is that the whole firm or only the desk?"."""
    return bool(_WHAT_COUNTS.search(text))


def asks_whether_they_count(inquiry: str, said: str, text: str) -> bool:
    """Whether a question beside a number asks whether some of the people count: 我们有六个人是劳务派遣的，要不要算进去."""
    return bool(_COUNTS_THEM.search(inquiry)) and bool(_SOME_OF_US.search(text) or _BESIDES.search(said))


def asks_to_skip(text: str) -> bool:
    """Whether a message that tells nothing asks whether the open question may stay open: "can I leave that one blank?" """
    return bool(_MAY_SKIP.search(plain(text))) and not (_TELLS.search(text) or _OF_AUDIT.search(text))


def recalls(text: str) -> bool:
    """Whether a message asks what has been answered: "read my answers back to me", 再贴一份."""
    found = _RECALLS.search(plain(text))
    return found is not None and not (found[0].startswith("再") and _OF_PRICE.search(text))
