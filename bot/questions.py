"""Take a message apart: the questions in it, and whether it leans on what was said before."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.intent import without_courtesy
from knowledge.dialects import mandarin
from knowledge.figures import Figure, Kind, equal, figures
from knowledge.language import fold, words
from knowledge.sentences import sentences

_ASKS_EN = re.compile(
    r"\b(how|what|whats|when|where|who|whom|which|why|do|does|did|is|are|can|could|will|would|should|may)\b"
    r"(?!'t (?!we|i|you|they|it))",
    re.IGNORECASE,
)
_ASKS_ZH = re.compile(
    r"多少|(?<![没不])(?<!没[㐀-鿿])几|多久|[要得]好久|好久才|多长|什么|啥|哪|怎么|怎样|咋|如何|谁|吗|(?<!那)么|是否|能不能|可不可以|要不要|有没有|是不是|需不需要|多大|呢|(?!对不对|好不好|行不行|错不错)(\w)不\1|[不没](?=[?？]?$)"
)
_WORD_EN = (
    r"(?:what|whats|what's|which|how|why|when|who|whom|where|is|are|can|could|do|does|will|would|should)"
)
_ANY_JOINT = re.compile(
    r"(?:[,;]\s*(?:(?:and|but|or|also|plus)\s+)?|\s+(?:and|but|or|also|plus)\s+)(?:if (?:so|not),?\s+)?"
    rf"(?=(?:(?:in|by|against|until|from|for|to|at|on|since)\s)?{_WORD_EN}\b)|(?<=[㐀-鿿])\s*[,，;；]\s*"
    r"|(?<=[㐀-鿿])\s?(?:然后|还有)(?:就是)?(?=多久|要[多什几]|需[要多]|怎|什么|几|多少)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,，;；。.?？:：]))(?:\(?\d\)|[(（][一二三四五六][)）]|\d[.、](?!\d)|[①-⑨]|\(?[a-f]\)(?=\s))\s*"
)
_FIRST = re.compile(r"\W*[1a一①]")  # number of a list
_LIST_SIGNS = " \t\n,，;；、.。"
_LABELLED = re.compile(r"[^:：?？]{2,30}[:：]\s*\S")
_SAID_LAST = re.compile(r"[。！!]|\.(?=\s)")
_REQUESTS = re.compile(
    r"\b(?:please|kindly|advise|tell|inform|know|clarify|confirm|questions?|share|answer)\b|[请烦望盼].{0,4}(?:告知|函告|回复|答复|说明|明示)|请问|请教|想[问了]|咨询"
)
_LEAD = re.compile(r"[:：]\s*$")  # "please tell us:"
_LISTED = re.compile(
    r"^\W*(?:\w+,? ){0,3}?(?:\d|two|three|four|few|[几两二三四五])?\s?(?:quick |short )?"
    r"(?:questions|things|个问题|件事|点)\s?[:：]\s*",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"^\W*(?:(?:please|pls|just|so|ok|can you|could you|hi|hello|kindly|i am|i'm|we are|we're|i need|we need|i want)\W+)*"
    r"(?:(?:give|tell|send|name|list) (?:me|us)\s(?:your |all )?|(?:advise|interested in|inquiring about|asking about)"
    r"(?: on)?[\s:]+|(?:(?:give|share|provide|send)(?: (?:me|us))? )?(?:some |more |the )?(?:details|info|information)"
    r" (?:on|of|about|regarding)[\s:]+)",
    re.IGNORECASE,
)
"""Before a list of what is wanted: "give me price, duration, validity in one line"."""
_GIVEN_END = re.compile(
    r"\W*(?:\b(?:in (?:one|a|1|a single) (?:\w+ )?(?:line|sentence|word|go|message|shot)|please|pls|asap|quickly"
    r"|thanks|thx)\b\W*)+$",
    re.IGNORECASE,
)
_ITEMS = re.compile(r"\s*[,，、;；+&]\s*(?:and\s+)?|\s+(?:and|plus)\s+|以及|和")
_BARE_ITEMS = re.compile(r"\s*[/、]\s*|(?<=[a-z?])\s*[+&]\s*")
_TWO_CHINESE = re.compile(
    r"(?:另外|还有|请问|想问一?下?|那么?|你们|贵司|，|,|\s)*(?P<one>[㐀-鿿]{2,4})(?:以及|及|和|与|、)(?P<other>[㐀-鿿]{2,4}?)"
    r"(?P<asked>(?:分别|各|都)?(?:是)?(?:如何|怎么样|怎样|多少|怎么算|怎么定|什么情况))[?？。]?"
)
"""Two things of which the same is asked: 费用及周期如何."""
_BARE = 12  # characters of an item that needs no words around it
_GIVEN_ITEM = 24  # and of one that is asked for
_JOINT_EN = re.compile(
    r"(?:[,;]\s*|\s+)(?:and|also|plus|as well as)(?: also)?\s+(?=(?:how|what|whats|when|where|who|which|why|do|does|is|are|"
    r"can|could|will|should)\b(?!'t))",
    re.IGNORECASE,
)
_JOINT_ZH = re.compile(r"[,，、;；\s]+(?:还有|以及|另外|再就是|同时|和|顺便问下)?|(?:以及|还有|另外)")
_LEANING = re.compile(
    r"^(and|what about|how about|then|so|but|also|ok and|is it|does it|do they|are they|why|that|those|it)\b"
    r"|^(那|那么|还有|然后|另外|这个|它|这|其中|为什么|为啥|(?:如果|要是)?(?:我们)?不做(?=的话|会|呢|行))|呢[?？]?$",
    re.IGNORECASE,
)
_HANDED_OVER = re.compile(
    r"(?:那|大概|一般)*(?:多久|几天|多长时间|[什啥](?:么)?时候|几时)(?:能|可以|会)?(?:给|报|发)(?:给|到|过来)?(?:我们?)?(?:呢|啊|呀)?"
    r"|(?:and |so )?(?:when|how soon|by when) (?:can|could|will|would|do) you (?:send|give|mail|e-?mail) (?:me |us )?"
    r"(?:it|that|one|this)(?: to (?:me|us))?"
)
_PREMISE = re.compile(
    r"\b(right|correct|isn'?t it|isnt it|is that so|i (heard|thought|read|assume|was told|believe|guess)|so it'?s|true that|"
    r"is it true|no\?|yes\?|huh)\b|对吗|对吧|对不对|是吧|是吗|是不是|没[记搞弄听说]?错吧"
    r"|不是.{0,20}吗|听说|据说|我以为|应该是|都说|真的",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"(?:am i |is that |isn'?t that |that'?s )?(?:right|correct|true|wrong)\W*|isn'?t (?:it|that)\W*"
    r"|(?:我)?(?:应该)?[没不](?:记|搞|弄|听|说|理解)?错[吧的]?\W*|对[吧吗不]?\W*|是[吧吗不]\W*|是(?:不是)?(?:真的|这样)[吗吧]?\W*",
    re.IGNORECASE,
)
"""What is put behind a statement to have it confirmed: "…, am I right?"."""
_BACK = re.compile(
    r"\b(?:they|them|those|these|it|its|that|both|each)\b|两者|它|这[个种些项]|那[个种些项]", re.IGNORECASE
)
_CLAUSE_END = re.compile("[,，;；.。!！]")
_NOT = r"(?:\b(?:not|never|no|without|isn't|aren't|don't|doesn't|needn't|cannot|can't)\b[^,.;]{0,20}|[不没无非别未].{0,3})"
_SMALL_START = re.compile(
    r"(?<=[a-z]{2}[.!])\s+(?=(?:how|what|whats|when|where|who|which|why|do|does|is|are|can|could|will|would|should|and)\b)"
)
_TELLS = re.compile("[我咱俺]|想|那啥")
"""How a clause begins that tells something."""
MOST = 4  # questions answered in one reply
_SHORTEST = 4  # characters of a clause that asks for itself
_THANKED = re.compile(
    r"\W*(?:(?:ok|okay|great|perfect|got it|好的?|行)\W+)*(?:thanks|thank you|thx|cheers|谢谢|多谢|感谢)",
    re.IGNORECASE,
)
_QUICK = re.compile(
    r"\s*(?:多久|几天|几年|多少钱?|几个月)\s*[?？]?\s*"
)  # which asks for itself, short as it is
_WHOLE = 7  # characters of a clause that can be understood without what is told before it
_HOLLOW_EN = frozenset(
    "and then what whats why not since when until so is it that do does did we i you have has to must need should can"
    " could may them they this those these one ok well but still any good really come out leave skip without there be true"
    " right now true"
    " again after mandatory compulsory obligatory required optional necessary sure the a of for in at all me us point next comes"
    " happens follows afterwards case problem issue who decides decided sets".split()
)
_HOLLOW_ZH = re.compile(
    "(?:那|就|为什么|为啥|为何|凭什么|从|到|什么时候|啥时候|哪天|开始|的|不行|不|行|能|要|必须|一定|非|得|可以|做|吗|呢|么|它|这个|那个|这|再|往后"
    "|然后|之后|后来|接下来|下一步|下一个|后面|后一个|过了|省掉|省|跳过|了|是|有|谁定|谁决定|谁说了算|现在|咋办|怎么办|提前多久|弄|写|用|啥用|什么用|啥|还|呀|啊|嘛|都|也|吧|保证)+"
)
_HOLLOW = frozenset(
    words("possible ok okay fine true right correct sure 可以 可能 行 对")
)  # "Is that possible?"
_GUESS = re.compile(
    r"\W*(?:(?:or|maybe|say|about|around) )?(?:[\d,.]+|one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty"
    r"|a hundred|[一二两三四五六七八九十百千万]+)\s?(?:k|grand|thousand|hundred|euros?|dollars?|pounds?|yuan|rmb"
    r"|[块元万千])*\s?[?？]+\s*",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"(?:(?:ok|okay|so|and|then|what about|how about)\s+){1,3}(?!(?:how|what|when|where|who|which|why|then|now|do|does|is|are|can"
    r"|could|will|if)\b)\S+(?:\s\S+)?\s?\?*"
    r"|\S+(?:\s\S+)?,?\s(?:too|as well|also)\s?\?*|(?:那|那么)?[^呢，,。？?]{1,10}呢[？?]?",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"(?:and|or|also|plus|last one|one more|another one)\b[:,]?\s(?:\S+\s){0,6}\S+"
    r"|(?:还有|以及|再就是|最后一个|另外)[:：,，]?[^,，。]{1,12}",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?<=\w)\s(?:first|though|tho|please|pls)(?=\W*$)", re.IGNORECASE
)  # "wait, how much is it first"
_SO_MANY = re.compile(
    r"(?:(?:and|or|so|ok|okay|but|then|what|how|about|if|for|with|it'?s|we|we're|are|have|had|there are|only|just)\W+)*"
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|hundred|several|more)[\s-]"
    r"(?:(?:sites?|offices?|locations?|branches|places|countries|cities)(?P<places>)"
    r"|(?:people|persons?|staff|employees|of us)(?P<people>))"
    r"|(?:那么?|如果|要是|我们|有|要|是|还|对于|的话)*+(?:\d+|[一二两三四五六七八九十百几]+)[个家处名位]?"
    r"(?:(?:办公[点室地]点?|场所|地点|点|分公司|城市|地方)(?P<zh_places>)|(?:号?人|员工)(?P<zh_people>))(?:的话|的)?[呢嘞]?"
)
_OF_US = re.compile(
    r"\b(?:we|we're|weve|we've|our|ours|us)\b|[我咱俺]们|我司|我[们方]?公司|本公司|敝司|[我咱俺]单位",
    re.IGNORECASE,
)
_NEXT = re.compile(r"\b(?:then|next|after|afterwards|follows)\b|然后|之后|往后|后来|接下来|下一|后面|后一个")
_NOT_NEXT = re.compile(
    r"\b(?:when|why|since|until|not|must|have|has|need|can|could|may|skip|leave|without|optional|sure|still|really)\b"
    r"|为|时候|哪天|开始|不|必须|一定|非|得|能|可以|跳过|省|保证"
)
_POINTS_BACK = re.compile(
    r"\b(?:that(?=\W*$)|(?:does|is|will|would|can|did|has) that|those|them|these|whom|he|she|him|(?:all|any|some"
    r"|part) of (?:it|them))\b|它|那个|那种|这种|[他她]们?(?!人)"
)
_WHOM = re.compile(r"(?:(?:and|but|so) )?(?:by|from|to|for|with)? ?whom\b|prove (?:it|that)\b")
_WHY = re.compile(r"\bwhy\b|\bhow come\b|为什么|为啥|为何|凭什么")
_LONGEST_HOLLOW = 8  # words
_HAN = re.compile(r"[㐀-鿿]")
_FEW, _FEW_HAN = 4, 12  # content words of a part that leans on its sentence; a Han character is nearly one
_SHORT = 4  # content words up to which a message may lean on the one before
_SHOUTED = 12  # characters in capitals, beyond which they are no abbreviation
_PRICE_WORDS = {"en": " price ", "zh": "价格"}


def split(text: str) -> list[str]:
    """The questions in a message, in order; a message with one question, or none, comes back whole."""
    text = mandarin(without_courtesy(text))
    if items := _numbered(text):
        return items[:MOST]
    lines = _lines(text)
    asking = [part for line in lines for part in _parts(line) if asks(part) or part.endswith(("?", "？"))]
    asking = _with_guesses([part for part in asking if words(part)])
    if len(asking) < 2:
        thanked = len(lines) > 1 and all(line in asking or _THANKED.match(line) for line in lines)
        return asking if asking and thanked else [text]
    return list(dict.fromkeys(asking))[:MOST]


def _numbered(text: str) -> list[str]:
    """The items of a list that the customer has numbered from one on, where they ask something."""
    marks = list(_NUMBERED.finditer(text))
    if len(marks) < 2 or not _FIRST.match(marks[0][0]):
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    items = [
        _SAID_LAST.split(text[mark.end() : end].strip())[0] for mark, end in zip(marks, ends, strict=True)
    ]
    items = [item.rstrip(_LIST_SIGNS).removesuffix(" and").rstrip(_LIST_SIGNS) for item in items]
    lead = text[: marks[0].start()]
    if sum(bool(_LABELLED.match(item)) for item in items) > len(items) // 2:
        return []  # a form that is filled in
    asked = asks(lead) or _REQUESTS.search(lead) or any(map(asks, items))
    return list(dict.fromkeys(items)) if asked and all(map(words, items)) else []


def is_list(text: str) -> bool:
    """Whether a message numbers several questions, whatever else it says."""
    return len(_numbered(mandarin(without_courtesy(text)))) > 1


def _with_guesses(parts: Sequence[str]) -> list[str]:
    """A number alone is a guess at what was asked before it: "ballpark. five grand? ten?"."""
    joined = list[str]()
    for part in parts:
        if joined and _GUESS.fullmatch(part):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


def finer(text: str) -> list[str]:
    """The parts of a message that may each ask something: a list's items, clauses. Only a search can tell whether they do."""
    text = without_courtesy(text)
    if lead := _LISTED.match(text):
        parts = _ITEMS.split(re.split(r"[.!。！]", text[lead.end() :])[0])
    elif (items := _asked_for(text)) or (
        len(items := _BARE_ITEMS.split(re.split(r"[,，:：]", text)[0].strip())) > 2
        and max(map(len, items)) <= _BARE
    ):
        parts = items
    elif two := _TWO_CHINESE.fullmatch(text.strip()):
        parts = [two[name] + two["asked"] for name in ("one", "other")]
    else:
        numbered = [part for part in _NUMBERED.split(text) if words(part) and not _LEAD.search(part)]
        parts = numbered if len(numbered) > 1 else _ANY_JOINT.split(text)
        short = (part for part in parts if len(part.strip(" ?？")) < _SHORTEST)
        if not all(map(_QUICK.fullmatch, short)) or any(_TAG.fullmatch(part.strip()) for part in parts):
            return []
    parts = [part.strip() for part in parts if words(part)]
    told = any(_TELLS.match(part) and not asks(part) for part in parts) or _refers_back(parts)
    one = told or any(map(is_hollow, parts))  # "there's a pre-review in your process, what's that"
    return parts if 1 < len(parts) <= MOST and not one else []


def _asked_for(text: str) -> list[str]:
    """The items of "give me price, duration, validity", three or more of a few words."""
    lead = _GIVEN.match(text)
    if lead is None:
        bare = _ITEMS.split(text.strip().rstrip(".")) if not (asks(text) or "?" in text) else []
        return bare if len(bare) > 2 and max(map(len, bare)) <= _GIVEN_ITEM and text.isascii() else []
    items = [
        item.removeprefix("the ").rstrip(".") for item in _ITEMS.split(_GIVEN_END.sub("", text[lead.end() :]))
    ]
    return items if len(items) > 2 and max(map(len, items)) <= _GIVEN_ITEM else []


def gathered(parts: Sequence[str]) -> list[str]:
    """Parts that only tell go with the question after them; none where there are not several questions then."""
    result: list[str] = []
    told: list[str] = []
    for part in parts:
        told.append(part)
        if asks(part) or part.endswith(("?", "？")):
            result.append(("，" if _HAN.search(part) else ", ").join(told))
            told = []
    return result if 1 < len(result) < len(parts) else []


def _refers_back(parts: Sequence[str]) -> bool:
    """Whether a part asks of what the one before only names: "part 1 and part 2, in what do they differ?"."""
    return any(
        _BACK.search(part) and len(words(part)) <= _FEW and not asks(before)
        for before, part in pairwise(parts)
    )


def context(text: str, asked: Sequence[str]) -> str:
    """What a message tells beside its questions, those that were taken from it included."""
    told = [
        line
        for line in _lines(without_courtesy(text))
        if not (line.endswith(("?", "？")) or asks(line) or any(part in line for part in asked))
    ]
    return " ".join(told)


def is_one_sentence(text: str) -> bool:
    return len(_lines(without_courtesy(text))) == 1


def is_fragment(part: str, text: str) -> bool:
    """Whether a part says little beside the rest: a few words of a longer sentence, "…, are they needed?", or no question."""
    stands_alone = any(part in line and len(line) <= len(part) + 1 for line in _lines(without_courtesy(text)))
    few = len(words(part)) <= (_FEW_HAN if _HAN.search(part) else _FEW)
    tells = not (asks(part) or part.endswith(("?", "？")))
    return is_hollow(part) or (not stands_alone and (few or tells))


def core(text: str) -> str | None:
    """The asking sentence of a message that also tells a story, or None if there is nothing to leave out."""
    lines = _lines(without_courtesy(text))
    if len(lines) == 1:
        return _last_clause(lines[0])
    asking = [line for line in lines if line.endswith(("?", "？")) or asks(line)]
    return asking[-1] if asking and not _HOLLOW.issuperset(words(asking[-1])) else None


def _last_clause(line: str) -> str | None:
    """What a sentence asks last, after what it tells of the writer: 我在海边开客栈的，你们公司是干什么的."""
    *told, last = re.split("[,，]", line)
    tells = bool(told) and _TELLS.match(told[0].strip()) and not any(map(asks, told))
    return last if tells and len(last) >= _WHOLE and asks(last) and not is_hollow(last) else None


def leans(text: str) -> bool:
    """Whether the message may need the previous topic to be understood."""
    return len(words(text)) <= _SHORT or bool(_LEANING.search(without_courtesy(text)))


def asks_same(text: str) -> bool:
    """Whether a message asks of another what was just asked: 9001呢, "and 27001?", "insurers, too?"."""
    return bool(_SAME.fullmatch(without_courtesy(text).strip()))


def is_hollow(text: str) -> bool:
    """Whether nothing in the message says what it is about: "since when not?", 必须做吗."""
    said = [word for word in re.findall(r"[^\W_]+", fold(text).replace("'", "")) if word]
    if not said or len(said) > _LONGEST_HOLLOW:
        return False
    joined = "".join(said)
    return all(word in _HOLLOW_EN for word in said) or bool(_HOLLOW_ZH.fullmatch(joined))


def goes_on(text: str) -> bool:
    """Whether a message asks for nothing but what comes next: "and then?", 再往后呢."""
    return is_hollow(text) and bool(_NEXT.search(fold(text))) and not _NOT_NEXT.search(fold(text))


def asks_why(text: str) -> bool:
    """Whether a message asks for nothing but the reason: "why not?", 为啥."""
    return is_hollow(text) and bool(_WHY.search(fold(text)))


def refers_back(text: str) -> bool:
    """Whether a part names what it is about by a pronoun: "on what does it depend?"."""
    return bool(_BACK.search(text))


def points_back(text: str) -> bool:
    """Whether a few words ask of what was just spoken of, and name nothing: "by whom?", "what do you need for that?"."""
    folded = fold(text)
    few = len(words(folded)) <= _SHORT and (asks(text) or text.rstrip().endswith(("?", "？")))
    return bool(_WHOM.match(folded) or (few and _POINTS_BACK.search(folded)))


def searchable(text: str, language: str) -> str:
    """The question as it is searched: amounts of money become the word price, since no entry holds them.

    Dialects become Mandarin, word for word.
    """
    for figure in reversed(figures(text)):
        if figure.kind is Kind.AMOUNT:
            text = text[: figure.start] + _PRICE_WORDS.get(language, " price ") + text[figure.end :]
    shouted = len(text) > _SHOUTED and all(map(str.isupper, filter(str.isalpha, text)))
    return mandarin(_TAIL.sub("", text.casefold() if shouted else text))


def asks_when_given(text: str) -> bool:
    """Whether a message asks when something will be handed over, and no more: 多久能给, "how soon can you send it?"."""
    return bool(_HANDED_OVER.fullmatch(fold(text).strip(" ?!.。")))


def doubts(question: str, answer: str) -> bool:
    """Whether the question claims a figure of a kind that the answer states: "5 years, right?"."""
    kinds = {figure.kind for figure in figures(answer)}
    return bool(_PREMISE.search(fold(question))) and any(figure.kind in kinds for figure in figures(question))


def adds(text: str) -> bool:
    """Whether a message names another thing beside what was told before: "and a town hall", 还有医院."""
    return bool(_ADDS.fullmatch(without_courtesy(text).strip()))


def asks_for_so_many(text: str) -> str:
    """What a few words count of which no more is asked than before: "people" for "and for 300 people?", "places", or ""."""
    counted = _SO_MANY.fullmatch(fold(text).strip(" ?!.。，,"))
    return (counted.lastgroup or "").removeprefix("zh_") if counted else ""


def is_of_us(text: str) -> bool:
    """Whether a message tells of the writer's own firm: "we are a bank in Lyon", 我们是做外包的."""
    return bool(_OF_US.search(text))


def claims(text: str, answer: str) -> bool:
    """Whether a message states a figure of a kind that the answer states, however it says so."""
    kinds = {figure.kind for figure in figures(answer)}
    return any(figure.kind in kinds for figure in figures(text))


def mistaken(question: str, answer: str) -> list[Figure]:
    """Figures that the question takes for granted and that the answer states otherwise.

    Only where the wording claims something, and the answer holds figures of the same kind, none of which equals it.
    """
    if not doubts(question, answer):
        return []
    stated, claimed = figures(answer), figures(question)
    right = {figure.kind for figure in claimed if any(equal(figure, other) for other in stated)}
    kinds = {other.kind for other in stated} - right  # "3 years, 15 working days" are of two things
    return [figure for figure in claimed if figure.kind in kinds]


def states(text: str, claims: Iterable[str]) -> bool:
    """Whether a message says one of these things, rather than asking whether it is so or denying it."""
    said = fold(text)
    if asks(text) and not _PREMISE.search(said):
        return False
    return any(
        re.search(rf"(?<![a-z]){re.escape(claim)}(?![a-z])", clause)
        and not re.search(rf"{_NOT}{re.escape(claim)}", clause)
        for clause in _CLAUSE_END.split(said)
        if not is_of_us(clause)  # "we do information security" says nothing of the standard
        for claim in map(fold, claims)
    )


def _lines(text: str) -> list[str]:
    """Sentences, also where the writer begins them with a small letter."""
    return [part for line in sentences(text) for part in _SMALL_START.split(line) if part.strip()]


def _parts(line: str) -> list[str]:
    """A sentence cut where one question ends and the next begins, if each part asks for itself."""
    parts = _JOINT_EN.split(line)
    if len(parts) == 1 and _ASKS_ZH.search(line):
        pieces = [piece for piece in _JOINT_ZH.split(line) if piece]
        if len(pieces) > 1 and sum(bool(_ASKS_ZH.search(piece)) for piece in pieces) > 1:
            parts = _joined(pieces)
    return [part.strip() for part in parts if part.strip()]


def _joined(pieces: list[str]) -> list[str]:
    """Pieces that ask nothing go with the question after them, or before them at the end."""
    result: list[str] = []
    waiting = ""
    for piece in pieces:
        waiting += piece
        if _ASKS_ZH.search(piece):
            result.append(waiting)
            waiting = ""
        else:
            waiting += "，"
    if waiting and result:
        result[-1] += "，" + waiting.rstrip("，")
    return result


def asks(text: str) -> bool:
    """Whether a part asks by its words."""
    return bool(_ASKS_ZH.search(text)) or bool(
        re.match(r"\W*(and |so |but |also )?" + _ASKS_EN.pattern, text, re.IGNORECASE)
    )
