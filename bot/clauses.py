"""A sentence as its reader sees it, and what its clauses take back: deny, leave open, put under a condition."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from textwrap import dedent

from bot.intake.plain import plain
from knowledge.names import CITATION

_REVERSED = re.compile("\u202e([^\u202c\n]*)\u202c?")
_SPELLED = re.compile(r"(?<!\S)(?:[^\W\d_] ){2,}[^\W\d_](?!\w)")
_BETWEEN_HAN = re.compile(r"(?<=[㐀-鿿])[ ·•.~|-]+(?=[㐀-鿿])")

_LIST = r"(?= (?:an? |the )?\w+(?: \w+)?,? (?:or|nor)\b)"  # "a price, a date or a discount" is one clause
_NOUNS = r"(?= (?:an? |any |the |other |special )?(?:discounts?|price|refunds?|rebates?|promises|reductions?|offers?)\b)"
_CLAUSE_END = re.compile(
    r"(?P<aside>, (?:including|not even|neither) [^,;.]{1,40},)"
    rf"|(?P<comma>,(?!{_LIST})|的话)|[;:!?。—\n]|\.(?=\s|$)|\band\b(?!{_NOUNS})"
    r"|\b(?:but|yet|so|because|however|(?=nor\b)|or (?=no|never|cannot))\b|^\W*no (?=we|i|it|there|that|our|you)\b"
    "|但|而且|并且|不过|所以|因此|(?=也(?!许))|[、和或](?=没|不|无)"
)
_CONDITION = re.compile(r"\W*(?:(?:if|should|in case|supposing)\b|如果|若|要是|假如|倘若|万一|如需|如您)")

# What follows "no" and "not" where they deny nothing: "no doubt", "not a secret", "not only", "not later than".
_IDIOM = (
    r"(?! (?:an? |the |any |such |much of an? |much |really |even a )*"
    r"(?:secret|doubt|question|problem|matter|worr|need|jok(?:e|ing)|lie\b|lying|kidding|exaggerat|wonder|surpris|coincidence"
    r"|accident\b|mystery|rumou?r|news\b|mistake|dispute|deny|only|just|merely|simply|mind\b|way (?:around|past|out)|escape|ifs\b"
    r"|exception|strings|(?:more|less|later|longer|fewer|sooner) than|other\b|else\b|but\b|hesita|afraid|ashamed|shy\b|fail"
    r"|help but|wait\b|stress\b|emphasi|overst|big deal|hard\b|difficult|rocket|tricky|chance of fail|risk\b|to mention|unusual"
    r"|one (?:but|else|except|besides|other)\b|uncommon|long before|go wrong|lose\b|in vain|for nothing|a single|cent\b|penny))"
)
_ENGLISH = (
    r"\b(?:(?<!second to )(?:nobody|no one|none)(?! (?:but|else|except|besides|other)\b)"
    rf"|(?:(?<!or )not|no|never|cannot|(?:ca|wo|do|does|did|is|are|would|could|must|should|has|have)n't){_IDIOM}|neither|nor"
    r"|unable|refuses?|declines?|impossible|nothing(?! (?:but|less|more|short|easier|to|can stop|stands|is (?:more|as))\b))\b"
)
_CHINESE = (
    "不(?:能(?!不|否认)|可(?!错过|思议|否认|多得)|会(?!错|差|亏|骗|让[您你]失望)|敢(?!说百分)|得(?!不|了)|要(?!紧|担心|太|怕|慌|急)"
    "|是(?!问题|吹|骗|秘密|难|梦|开玩笑|我吹|事|说|瞎|虚|只|光|单|仅|啥|什么)|存在(?!过不了|任何风险|风险|问题|悬念)"
    "|代表|等[于同]|意味|构成|保证|承诺|许|接受|提供|做|作|给|打(?=折)|适用|包?含|包括|涉及|享|支持|确定|清楚|知|了解|负责"
    "|应|该|宜|予|设|搞|再|对(?!劲)|以|因|向|参与|想|愿|建议|推荐|鼓励|公[布开]|发布|属|主动|决定|随[意便]|轻易|一定|见得|至于"
    "|掌握|收录|(?<![少免错跑差忘离]不)了(?!起))"
    "|没(?!几|过|问题|有问题|有?风险|关系|事|得说|话说|说的|二话|商量|有?悬念|跑|错|毛病|有?压力|有?难度|有?门槛|多久)有?"
    "|无[法从权]|未(?!来)|并非|绝非|(?<![特分级个区类鉴识判])别(?!人|的|担心|怕|慌|急|犹豫|愁|紧张|说|看|提|家|处|致)"
    "|勿|谢绝|拒绝|难以|恕|禁止|严禁|从不|谈不上|算不上"
)
_NEAR = (
    r"\b(?:without(?! (?:a |any )?(?:doubt|fail|risk|question|exception))|(?:instead|short) of|rather than|far from)\b"
    "|(?<![得毫岂何])不|(?<![毫绝])无(?!论|疑|需|须|忧|风险|条件|悬念|所谓|门槛|压力|例外)"
)
_OPEN = (
    r"\bwhether\b(?: or not\b)?"
    r"|\b(?:nothing|information|questions?|ask(?:ed|ing)?|know|enquir\w+|inquir\w+) (?:\w+ )?(?:about|on)\b"
    r"|^\W*(?:about|regarding|concerning|as for|as to)\b"
    "|(?<!不管)(?<!无论)(?<!不论)(?:是否|能否|可否|有没有|能不能|会不会|是不是|可不可以)|关于|至于|[您你]问"
)
_TAKES_BACK = re.compile(f"(?P<open>{_OPEN})|(?P<denial>{_ENGLISH}|{_CHINESE})|(?P<near>{_NEAR})")
_AFTER = re.compile(
    r" ?(?:(?:of|on) \w+ )?(?:(?:is|are|can|could|will|would)(?: not|n't)\b"
    r"(?! (?:only|just|far|bad|small|negotiable|(?:an? |in )?(?:dream|secret|joke|problem|lie|doubt|question)))|cannot|can't"
    r"|(?:is|are) (?:impossible|unavailable|excluded|ruled out|out of the question)"
    r"|not (?:something|possible|available|offered|part|included|guaranteed|what|within|known|ours|mine)\b)"
    "|(?:方面|政策|活动|信息|内容|这类|之类|的){0,3},?(?:我们?|我?这里|手头|资料里|文档里|目前|暂时?|都|均|是){0,4}"
    "(?:没有?(?!问题|上限|门槛|条件|悬念|例外|失败|不)|不提供|不做|无法|不能|不存在|不适用|不可(?!错过|思议)|恕)"
)

# What stands between a word and what it seems to take back, and shows that it does not reach that far.
_PASSED = re.compile(
    r"\b(?:more|better|cheaper|as) (?:\w+ )?than\b"
    "|比(?!较|如|例)|照样|照旧|照常|仍|依[然旧]|一样|反而|却|(?<![在这前上])就|^[^对]*都"
    "|^(?!.*(?:[说讲]|保证|承诺|表示|意味|代表|等于|确定|知道|认为|断定|告诉|清楚|了解|判断)).*(?<![向给为对跟和让使替帮与于因])[您你贵]"
)
_SETTLED = re.compile(
    r"whether or not.*\b(?:you|we|i|it|they|your)\b|whether (?!or not).*\bor\b|(?:\b(?:you|we|i|it|they)\b.*){2}"
    "|我们|咱|一定|肯定|都|照样"
)
_SAYING = re.compile(
    r"\b(?:promis|guarant|assur|sa(?:y|id)\b|tell|told|know|mean|claim|predict|stat|certain|sure|impl[iy]|ensur|confirm|commit"
    r"|foresee|expect|believe|assum|think|suggest|show|prove|true|given|automatic|case\b|possible|right|follow|decid|judg|clear)"
)
_NEXT = re.compile(r" (?:(?!you )[\w'-]+ ){0,6}")
_WINDOW = 160  # how far back a word may stand that takes something back; keeps time linear
_REACH = {"不": 0, "无": 3}


class Reading:
    """A sentence as it is seen: no citation markers, emphasis or hidden characters, and spelled-out letters joined.

    `shown` has it as written; `text` is the same, character for character, in small letters and Simplified
    characters. Both have single blanks and straight quotes.
    """

    def __init__(self, sentence: str) -> None:
        self.shown = _seen(sentence)
        self.text = plain(self.shown)
        ends = [match for match in _CLAUSE_END.finditer(self.text) if match.lastgroup != "aside"]
        self._clauses = [0, *(match.end() for match in ends)]
        self._with_comma = [match.lastgroup == "comma" for match in ends]
        self._words = list(_TAKES_BACK.finditer(self.text))
        self._starts = [match.start() for match in self._words]

    def stands(self, start: int, end: int, *, statement: bool = False) -> bool:
        """Whether the words at `start:end` are said, and nothing in their clause takes them back. Two denials are none.

        A `statement` has a subject of its own ("you will pass"), so only a word about saying or knowing it takes it
        back: "we do not say that you will pass", but not "without papers you will pass".
        """
        if _AFTER.match(self.text, end):
            return False
        clause = bisect_right(self._clauses, start) - 1
        first = self._clauses[clause]
        if any(self._with_comma[clause : clause + 1]) and _CONDITION.match(self.text, first):
            return False
        first = max(first, start - _WINDOW)
        words = self._words[bisect_left(self._starts, first) : bisect_left(self._starts, start)]
        kinds = [word.lastgroup for word in words if self._reaches(word, start, statement)]
        return "open" not in kinds and len(kinds) % 2 == 0

    def _reaches(self, word: re.Match[str], start: int, statement: bool) -> bool:
        gap = self.text[word.end() : start]
        if word.lastgroup == "open":
            return not gap.strip() if statement else not _SETTLED.search(word[0] + gap)
        if word.lastgroup == "near":
            return (
                len(gap) <= _REACH[word[0]]
                if word[0] in _REACH
                else not statement and bool(_NEXT.fullmatch(gap))
            )
        return not _PASSED.search(word[0] + gap) and (not statement or _SAYING.search(gap) is not None)


def _seen(sentence: str) -> str:
    text = _REVERSED.sub(lambda match: match[1][::-1], CITATION.sub("", sentence))
    text = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    text = _SPELLED.sub(lambda match: match[0].replace(" ", ""), text)
    text = re.sub(r"[^\S\n]+", " ", re.sub(r"[*_`]", "", text))
    return _BETWEEN_HAN.sub("", text)


_NAME = re.compile(r"<(\w+)>")


def patterns(rows: str, words: Mapping[str, str]) -> Iterator[str]:
    """Regular expressions written one a line, for the `text` of a reading; a line that is set in goes on with the last.

    `<name>` stands for one of the `words`, which may hold names too, and no bracket is a group.
    """
    for row in re.sub(r"\n +", "", dedent(rows)).strip().splitlines():
        pattern = row
        while _NAME.search(pattern):
            pattern = _NAME.sub(lambda match: f"({words[match[1]]})", pattern)
        yield re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
