"""Finds promises that a certification firm does not make: an outcome, a discount, a price, a date."""

import re
import unicodedata
from bisect import bisect_left, bisect_right

_ENGLISH = (
    r"\bguarantee(?:s|d|ing)?\b|\bpromis(?:e|es|ed|ing)\b|\bassure\syou\b|\b(?:definitely|for\ssure)\b"
    r"|\b(?:sure|certain|bound)\sto\s(?:pass|succeed|get)\b|\b(?:your\s\w+|you)(?:'ll|\s(?:will|shall|are\sgoing\sto))"
    r"\s(?:\w+\s){0,2}?(?:pass|succeed)\b|\b100\s?(?:%|percent|per\scent)\s(?:pass|success|sure|certain)"
    r"|\bdiscount(?:s|ed)?\b|\bcheaper\s(?:if|for|when|than|once|because|as)\b|\b(?:special|best|lowest|reduced)\s(?:price|offer|rate|fee)s?\b"
    r"|\b(?:price|fee)\sreductions?\b|\bmoney[\s-]back\b|\bfull\srefund\b|\b(?:risk-free|no\srisk|cannot\sfail|can't\sfail)\b"
)
_CHINESE = (
    "保证(?:您|你|能|可以|会|一定|顺利)*[^，。；]{0,8}?(?:通过|过审|拿证|拿到|取得|获得|获证|下证|出证|成功|价格|时间|日期|按时)"
    "|(?:我们|可以|能)?(?:向[您你]|给[您你])?(?<!质量)(?<!服务)保证(?=[您你]|[!。,]|$)|包过|包通过|包拿证|必过|稳过|万无一失"
    "|(?:一定|肯定|绝对|必定|百分百|百分之百|100%)(?:能够|能|会|可以|都能)?(?:顺利)?(?:通过|过|拿到|拿证|取得|成功)|(?:一定|肯定|绝对)(?:能|会|可以)"
    "|确保[^，。；]{0,6}通过|(?:我们|我|向[您你])承诺|承诺[^，。；]{0,6}(?:通过|价格|时间|日期|出证|拿证)"
    r"|打[\d.一二三四五六七八九]{0,3}折|折扣|优惠|特价|最低价|更便宜|便宜一?[些点]|减免|全额退款"
)
_PROMISE = re.compile(f"{_ENGLISH}|{_CHINESE}", re.IGNORECASE)

# "not only" and "no doubt" deny nothing, and neither does 没问题.
_DENIAL = re.compile(
    r"\b(?:(?:no|not)(?!\s(?:only|just|doubt|problem|matter|worr|need))|never(?!\smind)|nor|neither|cannot|nobody|none"
    r"|(?:ca|wo|do|does|did|is|are|would|could|must|should)n't(?!\sworry)|without(?!\s(?:a\s)?(?:doubt|fail|risk|question))"
    r"|unable|refuse|instead\sof|rather\sthan|whether|about)\b"
    "|不(?!错|仅|但|光|只|用担心|必担心|要担心|得不|会不|能不|论|管)|没(?!问题|有问题|有风险|关系|事)|无法|(?<!法)未(?!来)|并非"
    "|(?<![特分级个区类])别(?!人|的|担心)|请勿|切勿|谢绝|难以|恕|是否|能否|关于|[您你]问",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"\s?(?:(?:of|on)\s\w+\s)?(?:(?:is|are|can|could|will|would)(?:\snot\b(?!\sonly)|n't\b)|cannot|can't|not\b(?!\sonly))"
    "|(?:[,]?我们)?(?:是)?(?:没有|不提供|不做|无法|不能|不存在|不适用|不可|恕)",
    re.IGNORECASE,
)
_LIST = re.compile(r",(?=\s(?:an?\s|the\s)?\w+(?:\s\w+)?,?\s(?:or|nor)\b)", re.IGNORECASE)
_CLAUSE_END = re.compile(
    r"[,;:!?。—]|\.\s|\b(?:and|but|yet|so|because|however)\b|但|而且|并且|不过|所以|因此", re.IGNORECASE
)


def promises(sentence: str) -> list[str]:
    """The words of every promise in a sentence that its clause denies neither before nor right after."""
    text = _LIST.sub(" ", unicodedata.normalize("NFKC", sentence).replace("’", "'"))
    clauses = [0, *(match.end() for match in _CLAUSE_END.finditer(text))]
    denials = [match.start() for match in _DENIAL.finditer(text)]
    found = []
    for match in _PROMISE.finditer(text):
        clause = clauses[bisect_right(clauses, match.start()) - 1]
        denied = bisect_left(denials, clause) < bisect_left(denials, match.start())
        if not denied and not _DENIED_AFTER.match(text, match.end()):
            found.append(match[0])
    return found
