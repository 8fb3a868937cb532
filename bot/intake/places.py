"""How many places a text names without counting them: 北京总部和广州分部, "head office plus three branches"."""

import re

from knowledge.language import place_names

_OFFICE = re.compile(
    r"总部|总公司|本部|分部|分公司|办公室|办公区|办公点|办事处|机房|仓库|工厂|门店|园区|基地"
    r"|\b(?:hq|headquarters|offices?|branch(?:es)?|depots?|warehouses?|data cent(?:re|er)s?|plants?|factor(?:y|ies))\b"
)
_HEAD = r"(?:总部|总公司|本部|\bhq\b|\bhead ?quarters\b|\b(?:head|main|central) office\b)"
_MORE = r"(?:\bplus\b|\band\b|\+|还有|另有|另外|加上?|以及|和|外加)"
_HEAD_FIRST = re.compile(rf"{_HEAD}[^;。\n]{{0,40}}?{_MORE}[^;。\n]{{0,20}}$")
_HEAD_LAST = re.compile(
    rf"^[^;。\n]{{0,40}}?{_MORE}\s?(?:the |a |our )?{_HEAD}"
    r"|^[^,;。\n\d–—-]{0,40}?(?:\bplus|\band|\+) (?:a|an|another) (?:[\w-]+ ){0,3}"
    r"(?:sites?|offices?|branch|depot|warehouse|data cent(?:re|er)|location)\b"
)
_IN_ALL = re.compile(
    r"[总一]?共|合计|加起来|包括|[包内]?含|其中|算上|\b(?:total|altogether|in all|includ\w+|overall|of which|of them|makes)\b"
)
_ONE = re.compile(
    r"(?:都|全)在?一起(?:办公|上班)|没有?(?:别的)?(?:分公司|分部|分支)|(?:都|全|就|只|同)[^,，。;；]{0,6}一(?:个|栋|幢|座|处|间|层)[^,，。;；]{0,3}(?:楼|地[方点]|办公|大厦|园区|屋|房|院)"
    r"|同一(?:个|栋|幢|座|处|间|层)?(?:楼|地[方点]|办公|大厦|园区|院)"
    r"|\b(?:all|everyone|everybody|whole team|we)\b[^,.;]{0,24} (?:in|under|at|on|from) (?:one|the same|a single) "
    r"(?:building|roof|office|place|location|site|floor|address)\b"
)
_AND = re.compile(
    r"[、,，]|\s?\b(?:and|plus)\b|&|\+|(?<!呼)和(?!平|田)|[跟与及]|加(?![工班盟油])|以及|还有|另外"
)
_NAMES = re.compile(r"[a-z㐀-鿿]{2,}")
_HAN = re.compile("[㐀-鿿]")
_JUST_SAID = re.compile(r"\b(?:just|only|in|at|based)\b", re.IGNORECASE)
_NOT_THERE = re.compile(
    r"\b(?:no|not|never|without|or|maybe|from home|home ?workers?|all over|remote\w*)\b|n't\b|没|不|或|可能|也许|吗|[?？]"
)
_FROM_HOME = re.compile(
    r"\b(?:work(?:s|ing)? from home|from home|home[- ]?office|remote(?:ly)?|no (?:physical |fixed )?offices?)\b|居家"
    r"|在家(?:办公|上班)"
    r"|远程办公|没有?(?:固定的?)?办公(?:室|地点|场所)"
)
_TALK = re.compile(
    r"\b(?:so|well|ok|okay|um|uh|yes|thanks|thank you|please|i think|i guess)\b|谢谢[您你]?|嗯+|好的|应该|麻烦[您你]?了?"
)
_MOST = 9  # places that anybody lists
_NAME = r"[A-Z][\w'’.-]+(?: (?:upon|on|am|sur|de|do|del|la|of|the|[A-Z][\w'’.-]+)){0,3}"
_SAID_BEFORE = (
    r"(?:(?:(?i:yes|yeah|so|well|ok|okay|um|uh|er|oh|all|both|everyone|everybody|they|they're|we|we're|are|is|it's|only|just"
    r"|mainly|based|sit|work|located|here|there|in|at|from|the|one))\W+)*"
)
_LISTED = re.compile(
    rf"\W*{_SAID_BEFORE}(?P<named>{_NAME}(?:(?:,? (?:and|plus|&) |, ?| ?/ ?| ?\+ ?)(?:in |the )?{_NAME})*)"
    r"(?:,? (?i:only|for now|at the moment|that's it|that's all|thanks|please|mate|so far|now))*\W*"
)
_JUST = re.compile(
    r"\W*(?:(?:yes|yeah|well|ok|it's|we're|we are|all|everyone|everybody|is|in|based) )*(?:just|only)(?: in| at)?"
    r" (?P<place>[a-z][a-z'-]{2,})(?: (?:mate|thanks|please|for now|really))?\W*"
    r"|\W*(?:(?:yes|yeah|well|ok|it's|all|in) )*(?P<alone>[a-z][a-z'-]{2,}) only\W*"
)
_NO_PLACE = re.compile(
    r"(?:none?|no|not|yes|skip|sorry|hello|hi|thanks|ok|okay|maybe|sure|several|various|many|some|few|remote(?:ly)?|home|online"
    r"|everywhere|abroad|asking|checking|curious|kidding|joking|looking|wondering|people|one|two|three|all|both|worldwide|global(?:ly)?"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september"
    r"|october|november|december|spring|summer|autumn|winter|iso|pause|cancel|continue|help|the|uk|usa|china|germany)\b",
    re.IGNORECASE,
)
"""What is no place though it stands where one does, or more than one site."""
_CHINESE_TALK = re.compile(
    r"(?:都|就|只|仅|全|主要|目前|现在|暂时|[我咱俺]们?|公司|员工|大家|人|在|有|是|办公|上班|那?这?边|那里|这里|本地|市区?|一[个处]|两[个处]"
    r"|地方|办公[室点地]|[呢吧的了啊哈呀嘛]|还有|以及|和|跟|与|及|另外|而已|没别的)"
)


def are_counted(noun: str) -> bool:
    """Whether the pattern of what a number counts is that of places."""
    return "offices?" in noun


def count(folded: str) -> int | None:
    """The places of a text that holds no number; None where it may be any."""
    if _ONE.search(folded):
        return 1
    if 0 < (chinese := _named_in_chinese(folded)) <= _MOST:
        return chinese
    if not _OFFICE.search(folded) or _NOT_THERE.search(folded) or any(map(str.isdigit, folded)):
        return None
    named = [part for part in _AND.split(_TALK.sub("", folded)) if _NAMES.search(part)]
    return len(named) if 1 < len(named) <= _MOST else None


def listed(text: str) -> int | None:
    """How many places a text names, and says nothing else: "just Leeds", "Tallinn and Riga"; None where it does not."""
    if found := _LISTED.fullmatch(text):
        named = [part for part in _AND.split(found["named"]) if part.strip()]
        lone = (
            len(named) == 1 and " " in named[0].strip() and not _JUST_SAID.search(text)
        )  # it may be a person
        if not (lone or any(_NO_PLACE.match(part.strip()) for part in named)):
            return len(named)
    just = _JUST.fullmatch(text.casefold())
    return 1 if just and not _NO_PLACE.match(just["place"] or just["alone"]) else None


def _named_in_chinese(folded: str) -> int:
    """How many places a Chinese text names, if it says nothing else; those of one address count once."""
    if not _HAN.search(folded) or _NOT_THERE.search(folded):
        return 0
    parts = [part for part in _AND.split(folded) if part.strip(" 。.!~")]
    named = [place_names(part) for part in parts]
    rest = (_without(part, places) for part, places in zip(parts, named, strict=True))
    return 0 if not all(named) or any(rest) else len({places[0] for places in named})


def _without(part: str, places: list[str]) -> str:
    for place in places:
        part = part.replace(place, "", 1)
    return re.sub(r"[\W_]", "", _CHINESE_TALK.sub("", part))


def beside(folded: str, start: int, end: int, number: int) -> int:
    """How many places stand beside the number at `start:end`, which are not of it: the head office of "HQ plus two branches".

    A number of as many places as are named before it counts those: 总部加灾备，两处.
    """
    named = [part for part in _AND.split(_TALK.sub("", folded[:start])) if _NAMES.search(part)]
    if _IN_ALL.search(folded) or 1 < len(named) == number:
        return 0
    return int(bool(_HEAD_FIRST.search(folded[:start]) or _HEAD_LAST.match(folded[end:])))


def are_homes(folded: str) -> bool:
    """Whether people are said to work from home, which is no number of places."""
    return bool(_FROM_HOME.search(folded)) and not any(map(str.isdigit, folded))
