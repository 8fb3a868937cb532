"""The certificates that a customer says they hold: their names without the words around them, or that there are none."""

import re
from itertools import pairwise

from bot.intake.plain import plain

_NAME = (
    r"(?:(?:(?<![a-z])(?:iso|iec|gb|t|as|iatf|en|tl|ts|ohsas|sa)[/\s-]*)*(?<!\d)(?:9\d{3}|1[34]\d{3}|2[0-9]\d{3}|[45]\d{4}|16949"
    r"|18001|8000)(?!\d)"
    r"(?:-\d(?!\d))?(?::\d{4}(?!\d))?"
    r"|cmmi?\s?-?(?:dev|svc)?\s?-?\s?(?:l(?:evel)?\s?)?\d?级?|itss\s?[一二三四\d]?级?|cyber essentials(?: plus)?|pci[ -]?dss"
    r"|soc ?[12](?: type (?:ii?|1|2))?|tisax|haccp|等保[二三\d]?级?|三体系)"
)
_NAMES = re.compile(_NAME, re.IGNORECASE)
_KEPT = re.compile(  # what says that it is not held, or something about it that counts
    r"\b(?:implement\w*|under ?way|in the process|getting|preparing|no|not|none|without|never|expir\w+|lapsed"
    r"|pending|progress|working|applying|applied|plan\w*|until|valid|former\w*|used to"
    r"|scope|parent|supplier\w*|partner\w*|only (?:for|in|at)|except)\b|n't\b|没|无|未|不|冇|正在|在[办做申建]|实施中|推进|准备"
    r"|打算|过期|到期|有效|以前|原来|范围|母公司|供应商|子公司"
)
_OPEN = re.compile(  # what says that it is not held, or not by them, or not by all of them
    r"\b(?:implement\w*|under ?way|half ?way|preparing|no|not|none|without|never|expir(?!es)\w+"
    r"|lapsed|pending|progress|working|applying|applied|plan\w*|former\w*"
    r"|used to|fail\w*|would|want|hope|next|soon|scope|parent|supplier\w*|partner\w*|only (?:for|in|at)|except)\b|n't\b"
    r"|没|無|无|未|不(?!错|錯)|冇|正在|在[办做申辦]|准备|打算|考虑|想|明年|过期|過期|作废|以前|原来|范围|母公司|集团|总部|供应商"
    r"|子公司"
)
_EXPIRED = re.compile(
    r"\b(?:expired|lapsed|ran out|run out|withdrawn|suspended)\b|过期|過期|作废|[没未]续|到期了|暂停|失效"
)
_CUT = re.compile(r"[A-Za-z0-9级級证證认認书書]|资质|資質|体系|體系")
"""What goes on behind a certificate's name if it was cut."""
_BETWEEN = re.compile(r"[,，.。;；:：!！?？()（）\n]|\s[–—-]\s|——|\b(?:but|however|though|yet)\b|但")
"""Between what is said of one certificate and of another; a point within a number is harmless here."""
_LEAD = re.compile(
    r"(?:[一总]?共|就)?[一两二三四五仨俩\d][个张本份]?[,，:：]\s?"
    r"|.{0,60}(?:\bcert(?:ificate)?s: |\b(?:already|hv|have|has|having|had|got|hold|holds|holding|with|only|just|is|are)(?: (?:"
    r"got"
    r"|the|an?"
    r"|already|only|just|both|two|currently"
    r"|our|certified|to))*\s"
    r"|(?:持?有|是|得|做|拿|取得|通过|办|就|只|仅|[过過]|目前|现在)(?:[的了咗个個过過]|[一两二三]?[张張份项個个])*[,:：，]?\s?)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,.;，。；]*(?<![a-z])(?:(?:(?:and )?(?:that's|thats|that is) (?:y(?:ou|e)r lot|it|all|about it)|nothing (?:else|more)"
    r"|no others?"
    r"|no more|none other|at the moment"
    r"|as of now|as of today|for now|so far|right now|currently|already|as well|too|now|only|mate|haha|lol|aye|though"
    r"|(?:i|we)(?:'d)? forgot(?: (?:it|that|to say))?|忘[了记]说了?"
    r"|if that (?:counts|helps)|as far as i know|早就?有了?|早有了|(?:and )?(?:the )?target\b.*"
    r"|(?:and )?(?:we|i) (?:(?:should|would|'d) like|want|need|hope)\b.*|然后.*|[都还均]?在有效期[内里]?"
    r"|除(?:此|了?这)(?:之外|以外|外)?[都也]?没有?(?:其他|别的)?(?:证书)?"
    r"|[都均还也]*[没未](?:过期|到期|失效)|(?:and )?(?:both|all)?(?: are)? ?(?:still )?valid"
    r"|[一两二三四](?:张|張|个|個|份)(?:证书?)?|这[两二三四]个|都?(?:已经|已經|也)?(?:有|取得|拿到|通过|通過|做过)[了咗的]?"
    r"|别的[都也]?(?:没有?|冇)了?|其他[都也]?没有?了?"
    r"|没别的了?|(?<=[\s,，])[去今前]年[㐀-鿿]{1,8}|(?<=\d)的(?:证书?|證書|认证)?|证书|證書|认证|[哈吧喔哦嘛呢啊呀啦咯滴])[\s,.;，。；!！]*)+$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"[a-z]{2,}|\d{3,}|证|證|资质|体系|认证|许可|双软|高新", re.IGNORECASE)
_OURS = re.compile(
    r"\b(?:for|the) (?:iso ?)?20000\b|20000.{0,12}(?:[想要拿攞办]|希望|出证|deadline|目标|计划)|(?:[想要拿攞办]|希望"
    r"|新的).{0,12}20000|\bafter (?:the|this)\b.*|[想要希望]{1,2}.{0,14}[拿攞办]",
    re.IGNORECASE,
)
"""What is said of the certificate that is applied for."""
_CLAUSE = re.compile(r"(?<=[^\s])(?=[,，。;；～~]|\.\s|\W{1,3}20000\D{0,6}[想要希])")
_COURTESY = re.compile("不好意思|抱歉|惭愧|截[至止到](?:目前|现在)|sorry|h+m+|we+ll|[嗯哦呃啊]+")
_NONE = re.compile(r"\b(?:no|none|nothing|nada|nane|nil|zero|zilch|nope|nah|not|never)\b|n'?t\b")
_NONE_NAMED = re.compile(
    r"^(?:but |and |so |sadly |unfortunately )*(?:we|i|they)(?:'ve)? (?:(?:currently|really|actually|still|have|hold|had) )*"
    r"no (?:such |other )?cert\w*(?: (?:whatsoever|at all|yet|as yet|so far|till now|till date|to date|at present"
    r"|of any kind|at the moment))*$"
    r"|\b(?:have|'ve) never (?:had|held) any\b|\b(?:isn't|is not|aren't|haven't|have not) (?:a single|any) one\b"
)
"""What says so behind an apology: "I am a little embarrassed, but we have no certificates whatsoever till now"."""
_WORD = re.compile(r"[a-z']+")
_OF_NONE = frozenset(
    "a accreditation accreditations actually afraid all already an any anything are arent as at be cert certificate "
    "certificates certification certifications certs company currently do does don't dont far first for got had haha "
    "hand has hasn't hasnt have haven't havent held here hold honest honestly i i'm in is iso isn't isnt it it's just "
    "kind know lol mate moment nada nah nane never nil no none nope not nothing now of on one ones other our place present "
    "really right sadly single so sorry sort speak still such that there there's these they this those time to type "
    "uh um unfortunately us we we've well whatsoever yes yet zero zilch".split()
)
_NONE_CHINESE = re.compile(
    r"(?:不好意思|抱歉|惭愧|好像|应该|确实|其实|尚|我们?|俺们?|咱们?|[本敝](?=[公单院校局行所厂])|公司|客户|企业|单位|学校|医院|信息科"
    r"|(?<=[我本敝])[院校局行所厂]|截[至止到](?=目前|现在)|迄今|目前|现在|暂时?|一直|以前|均|相关"
    r"|之前|这[类种些样方]?|那[类种些]?|任何|什么|啥"
    r"|其[他它]|别的|体系|认证|認證|证书?|玩意儿?|东西|一[张張个個]|[都也还倒真的呢啊哈嘛呀啦吧嗯哦呃])*"
    r"(?:[没木]有?|沒有?|无|冇|莫得?|未有?|[没沒未][办做搞弄拿考取得过過]{1,2})"
    r"(?:[办做搞弄拿考取得过過]|任何|相关|管理|质量|这[类种些样方面]*|那|什么|啥|其[他它]|别的|体系|认证|認證|證書|证书?|玩意儿?|东西|一[张張个個]"
    r"|[都也的了呢啊哈嘛呀啦吧哦呃欸诶])*"
)
_OTHERS = re.compile("别的|其[他它]|除")
_FIRST_CLAUSE = re.compile(
    r"[,，。;；!！?？~～\n]|\.(?=\s|$)|(?<=[㐀-鿿])\s+(?=[㐀-鿿])|(?<=[㐀-鿿])(?=20\d\d年)|\s(?=因为|毕竟)"
)


def are_none(text: str) -> bool:
    """Whether a text says first that there are none, and names none: "none yet, this is our first", 没有，头一回办."""
    parts = [part.strip() for part in _FIRST_CLAUSE.split(plain(text))]
    first = next((part for part in parts if part and not _COURTESY.fullmatch(part)), "")
    named = list(_NAMES.finditer(text.split("20000", maxsplit=1)[0]))
    if _NAMES.search(first) or any(surely_held(text, *each.span()) for each in named):
        return False  # "none so far, though we're halfway through 27001" holds none
    if re.fullmatch("[0零][个张]?", first):
        return True
    if re.search("[㐀-鿿]", first):
        *_, last = [part for part in parts if part]
        again = "没" in first and not _OTHERS.search(last)  # 就是没有才急呀，没有
        said = (first, last) if again else (first,)
        return any(_NONE_CHINESE.fullmatch(part.replace(" ", "")) for part in said)
    if any(_NONE_NAMED.search(part) for part in parts):
        return True
    words = _WORD.findall(first)
    return bool(words) and bool(_NONE.search(first)) and all(word in _OF_NONE for word in words)


def names_any(text: str) -> bool:
    """Whether a text names one of the common ones."""
    return bool(_NAMES.search(text))


def is_qualified(text: str) -> bool:
    """Whether a text says of one that it is not held, or something else that counts: expired, in progress, the parent's."""
    return bool(_KEPT.search(_TAIL.sub("", plain(text))))


def surely_held(text: str, start: int, end: int) -> bool:
    """Whether nothing in the clause around a certificate says that it may not be held."""
    return not _OPEN.search(_clause(text, start, end))


def has_lapsed(text: str, start: int, end: int) -> bool:
    """Whether the clause around a certificate says that it is not held any more: ISO 27001去年到期未续."""
    return bool(_EXPIRED.search(_clause(text, start, end)))


def _clause(text: str, start: int, end: int) -> str:
    folded = plain(text)
    before = max((match.end() for match in _BETWEEN.finditer(folded, 0, start)), default=0)
    after = _BETWEEN.search(folded, end)
    return folded[before : after.start() if after else len(folded)]


def are_taken_back(text: str) -> bool:
    """Whether a clause that names none says that what was named is not held any more: "ISO 9001, but it has expired"."""
    ends = [0, *(match.end() for match in _BETWEEN.finditer(text)), len(text)]
    parts = [text[start:end] for start, end in pairwise(ends)]
    return any(_EXPIRED.search(plain(part)) and not _NAMES.search(part) for part in parts)


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether a certificate's name is not cut where it begins or ends."""
    before = text[max(0, start - 1) : start]
    return not (before.isascii() and before.isalnum()) and not _CUT.match(text, end)


def left_out(text: str) -> bool:
    """Whether a text names one of which nothing says that it may not be held."""
    others = [match.span() for match in _NAMES.finditer(text) if not match[0].endswith("20000")]
    return any(surely_held(text, *each) and not has_lapsed(text, *each) for each in others)


def named(text: str) -> str:
    """The certificates that a text names, without who holds them and what else is said."""
    kept = text
    while len(clauses := _CLAUSE.split(kept)) > 1 and _OURS.search(clauses[-1]):
        kept = kept[: -len(clauses[-1])]
    kept = _TAIL.sub("", kept)
    if not _NAMES.search(kept) or _KEPT.search(plain(kept)):
        return kept or text
    while len(clauses := _CLAUSE.split(kept)) > 1 and not _NO_NAME.search(clauses[-1]):
        kept = kept[: -len(clauses[-1])]
    kept = _TAIL.sub("", kept)
    first = next(_NAMES.finditer(kept), None)
    lead = _LEAD.fullmatch(kept, 0, first.start()) if first and first.start() else None
    return kept[lead.end() :] if lead else kept
