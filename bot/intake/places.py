"""How many places a text names without counting them: 北京总部和广州分部, "head office plus three branches"."""

import re

_OFFICE = re.compile(
    r"总部|总公司|本部|分部|分公司|办公室|办公区|办公点|办事处|机房|仓库|工厂|门店|园区|基地"
    r"|\b(?:hq|headquarters|offices?|branch(?:es)?|depots?|warehouses?|data cent(?:re|er)s?|plants?|factor(?:y|ies))\b"
)
_HEAD = r"(?:总部|总公司|本部|\bhq\b|\bhead ?quarters\b|\b(?:head|main|central) office\b)"
_MORE = r"(?:\bplus\b|\band\b|\+|还有|另有|另外|加上?|以及|和|外加)"
_HEAD_FIRST = re.compile(rf"{_HEAD}[^;。\n]{{0,40}}?{_MORE}[^;。\n]{{0,20}}$")
_HEAD_LAST = re.compile(rf"^[^;。\n]{{0,20}}?{_MORE}\s?(?:the |a |our )?{_HEAD}")
_IN_ALL = re.compile(
    r"[总一]?共|合计|加起来|包括|[包内]?含|其中|算上|\b(?:total|altogether|in all|includ\w+|overall|of which|of them|makes)\b"
)
_ONE = re.compile(
    r"(?:都|全|就|只|同)[^,，。;；]{0,6}一(?:个|栋|幢|座|处|间|层)[^,，。;；]{0,3}(?:楼|地[方点]|办公|大厦|园区|屋|房|院)"
    r"|同一(?:个|栋|幢|座|处|间|层)?(?:楼|地[方点]|办公|大厦|园区|院)"
    r"|\b(?:all|everyone|everybody|whole team|we)\b[^,.;]{0,24} (?:in|under|at|on|from) (?:one|the same|a single) "
    r"(?:building|roof|office|place|location|site|floor|address)\b"
)
_AND = re.compile(
    r"[、,，]|\s?\b(?:and|plus)\b|&|\+|(?<!呼)和(?!平|田)|[跟与及]|加(?![工班盟油])|以及|还有|另外"
)
_NAMES = re.compile(r"[a-z㐀-鿿]{2,}")
_NOT_THERE = re.compile(
    r"\b(?:no|not|never|without|or|maybe|from home|remote\w*)\b|n't\b|没|不|或|可能|也许|吗|[?？]"
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


def are_counted(noun: str) -> bool:
    """Whether the pattern of what a number counts is that of places."""
    return "offices?" in noun


def count(folded: str) -> int | None:
    """The places of a text that holds no number; None where it may be any."""
    if _ONE.search(folded):
        return 1
    if not _OFFICE.search(folded) or _NOT_THERE.search(folded) or any(map(str.isdigit, folded)):
        return None
    named = [part for part in _AND.split(_TALK.sub("", folded)) if _NAMES.search(part)]
    return len(named) if 1 < len(named) <= _MOST else None


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
