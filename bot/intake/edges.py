"""Where a value that the tagger found begins and ends: with its words, and never in the middle of one."""

import re

from bot.intake.names import RARER, SURNAMES, begins_with_surname
from bot.intake.plain import plain
from bot.intake.slots import Slot

_HAN = re.compile("[㐀-鿿]")
_DOTTED = re.compile(r"(?:\.[A-Za-z]{1,3})+\.?")
_PIECES = re.compile(r"[\W_]+")
_LED = re.compile(
    r"(?:[我俺咱他你]们?|[我你他本]?家|公司|单位|主要|主营|目前|现在|其实|认证|范围|业务|应该|应当|大概|可能|估计|好像"
    r"|[就是做搞写填放认给的那先只仅嗯哦啊弄干叫有为系係报])+"
)
"""A few Chinese characters that lead to a value, and are not the beginning of its first word."""
_TRAILING = re.compile(
    r"(?:[的了呢啊嘛呀呗哈哦咯啦嗯等]|就行|就好|[这那]块|为[主准]|方面|之类|即可|可以|(?<![网酒书茶水氧餐啡])吧)+"
)
_FEW = 3  # Chinese characters
_PAIR = 2
_LONGEST_BRACKET = 40  # characters
_SURE = 0.95
"""Of a value and of what stands beside it, so that a few signs beside it are no part of its words."""
_CALLS = re.compile("[联找写填叫是打][系络下人给我]?|[我本]|姓名|名字|还是|就是|老|小")
ONE_WORD = re.compile(
    "写[字真意]|用友|就业|是非|做工|成[品人]|供[电水应暖热]|报[修名警关销价表刊纸业社]|认[证领养购]|放[射映款]|干[果洗货燥线]|有[线机]|为民"
    "|家[具电居政装]|公司[内法]"
)
"""Words of which only the first sign is like a lead."""
_NET_BAR = re.compile("[网酒书茶水氧餐啡]吧")
_MAINLY = re.compile("[,，以]")  # in what 为主 ends, and belongs to
_MAINLY_OF = re.compile(
    r"[a-z]\s?[,(]\s?(?:mainly|mostly|especially|chiefly|primarily|above all|e\.?g\.?|such as) $"
)
_GOES_ON = re.compile(
    r"[,，、;；]?\s?(?:includ|plus |also |as well|with |and (?!that|nothing|no |only|so |then|we |i |it |they)|包括|以及|还有"
    r"|外加|加[上了个]|和(?!谐|平)|及(?!时))"
    r"|[,，、]\s?(?![就我都不没别这那其暂先对谢剩年是])[㐀-鿿A-Za-z]{2,8}(?=[,，、]|$)"
)
_ITEM = r"[^我你您咱呀吧啊啦哈嘛呢哦嗯了不没就先其只也写\W\da-z]{2,10}"
_ITEMS = re.compile(rf"{_ITEM}(?:\s+{_ITEM}){{1,5}}", re.IGNORECASE)
_TRADES = (
    "集成|运维|运营|维护|维修|维保|开发|建设|管理|服务|支持|系统|平台|软件|设备|工程|施工|外包|托管|监控|制造|生产"
    "|销售|检测|安装|租赁|实施|咨询|保障"
)
_TRADE = re.compile(_TRADES)
"""In what a Chinese business or service ends: 网络安全"集成"."""
_REPORTS = re.compile("[上直通预举]报$")
"""Not 报 as in 只报系统运维."""
_JOINT = "(?:以?及|和|与|跟|、|/|[+]|&)"
_JOINED_BEFORE = re.compile(rf"[㐀-鿿a-z0-9]{{2,}}\s?(?:{_JOINT}|同)\s?$")
_JOINED_BEHIND = re.compile(
    rf"\s?{_JOINT}\s?(?![就都没其别])[㐀-鿿a-z0-9]{{2,12}}?(?=$|[^㐀-鿿a-z0-9]|[吧啊呀呗哈]|[这那][些两俩])"
    rf"|(?<=[㐀-鿿])\s[㐀-鿿]{{0,6}}?(?:{_TRADES})(?=$|[,;。])"
)
_JOINED = re.compile("[和及与](?![平谐声时众])")
_LED_TO = re.compile(r".*(?:把|[只就先想]报|[只就先想]做|认证|覆盖|涵盖|包括|包含|纳入)(?=.{3})")
"""Up to the first of several things: 想要涵盖"服务台和网络运维"."""
_DETERMINERS = frozenset("a an the our their its my his her your".split())
_LEADS = frozenset(
    """
    we we're were they i it it's its that's thats here's just only also still then now so well ok okay yes yeah yep
    sure sorry um uh hmm oh and or but for in of with by do does did doing is are be was put write say says mention
    cover covers covering include includes including included namely maybe perhaps both all everything whatever
    anything somewhere something about around provide providing offer offering sell selling please as to from like
    keep let make use my your this that these those first second third today formerly formally business scope
    services service main core company not no never at on have has had hold holds holding want wants wanted said
    says told take taking he she you who whose what which would will should could must might may can go goes going
    went need needs needed get got call called see mean means choose chose pick
    """.split()
)
"""Words in front of a value that are not its own first word."""
_PREPOSITIONS = frozenset("about for in of with by to as from at on upon like".split())
_NO_ITEMS = _LEADS | frozenset(
    "hi hello hey actually basically mainly mostly honestly today currently right look though i'm im me alors allora bueno"
    " hm hmm ehm er".split()
)
_NO_WORDS = _NO_ITEMS | _DETERMINERS
_SAYS = frozenset("is it's be just only".split())
_OWN = re.compile("[a-z]+(?<!ly)")
_HYPHENED = re.compile(r"[a-z0-9/-]*[a-z0-9][/-]$")
_DOING = re.compile(
    r"(?<![a-z])(?!(?:includ|cover|concern|regard|mean|some|any|every|no|be|do|dur|even|morn|th|say|speak|add|specialis|specializ)ing\b)"
    r"[a-z]{3,}ing (?:the |our |an? )?$"
)
"""What is done with what follows: running the bidding platform."""
_OF = re.compile(
    r"\s(?:for|of)\s(?!(?:now|the moment|sure|course|a start|start|example|all|us|them|it|this|that|you|starters|me)\b)"
)
_BEHIND = re.compile(
    rf"{_OF.pattern}"
    r"(?:(?!(?:we|i|they|it|that|which|who|is|are|was|please|and|but|so|because|at|to)\b)[a-z'-]+\s?){1,4}"
    r"(?=$|[,.;:!?)–—]|\s[–—-]\s)"
)
"""What something is for or of, up to the end of its clause."""


def phrase(text: str, slot: Slot) -> tuple[int, int]:
    """A value with the words that belong to it: the "forecast" platform operation, document systems "for notaries"."""
    start, end, folded = slot.start, closed(text, slot), plain(text)
    if hyphened := _HYPHENED.search(folded, 0, start):
        start = hyphened.start()
    words = folded[:start].split()
    beside = len(words) > 1 and _OWN.fullmatch(words[-1]) and folded[start - 1] == " "
    beside = beside and words[-1] not in _PREPOSITIONS
    if beside and (words[-2] in _DETERMINERS or (words[-2] in _SAYS and words[-1] not in _LEADS)):
        start -= len(words[-1]) + 1
    elif 0 < len(words) <= _FEW and all(_OWN.fullmatch(word) and word not in _NO_WORDS for word in words):
        start = 0  # "till" systems for bakeries, "game server" hosting
    elif folded.startswith("on site", start - 3):
        start -= 3
    elif doing := _DOING.search(folded, 0, start):
        start = doing.start()
    behind = _BEHIND.match(folded, end)
    return start, behind.end() if behind else end


def is_list(text: str) -> bool:
    """Whether a text is nothing but items with blanks between: 软件开发 系统集成 运维."""
    return bool(_ITEMS.fullmatch(text.strip()))


def elaborates(text: str, slot: Slot) -> bool:
    """Whether a value only says more of what stands before it: vegetable seeds, mainly "tomato and pepper"."""
    return bool(_MAINLY_OF.search(plain(text), 0, slot.start))


def goes_on(text: str, slot: Slot) -> bool:
    """Whether a list goes on behind a value: "hosting, including backups"; not where nothing more is said to come."""
    return bool(_GOES_ON.match(plain(text), slot.end))


def goes_before(text: str, slot: Slot) -> bool:
    """Whether a list begins in front of a value: IT outsourcing, "cloud hosting and service desk"."""
    before = text[: slot.start]
    items = [item.split() for item in before.split(",")[:-1]] if before.rstrip().endswith(",") else []
    words = {word.casefold() for item in items for word in item if not word.isupper()}  # IT is no "it"
    return bool(items) and all(0 < len(item) < _FEW for item in items) and not words & _NO_ITEMS


def is_joined(text: str, slot: Slot) -> bool:
    """Whether more of the same stands right before or behind a value: 服务台和"平台运维", "远程监控" 上门维修."""
    folded = plain(text)
    return bool(_JOINED_BEFORE.search(folded, 0, slot.start) or _JOINED_BEHIND.match(folded, slot.end))


def joined(text: str, slot: Slot) -> tuple[int, int]:
    """A value with what is joined to it, from the words on that lead to the first of it."""
    folded = plain(text)
    before, behind = _JOINED_BEFORE.search(folded, 0, slot.start), _JOINED_BEHIND.match(folded, slot.end)
    led = _LED_TO.match(folded, before.start(), slot.start) if before else None
    start = led.end() if led else before.start() if before else slot.start
    return start, behind.end() if behind else closed(text, slot)


def is_cut(text: str, slot: Slot) -> bool:
    """Whether behind a value stands what it is for or of, in more than a few words: service desk "for our 3 sites"."""
    folded = plain(text)
    return bool(_OF.match(folded, slot.end)) and not _BEHIND.match(folded, slot.end)


def closed(text: str, slot: Slot) -> int:
    """The end of a value, with the bracket that closes in it."""
    said, rest = text[slot.start : slot.end], text[slot.end : slot.end + _LONGEST_BRACKET]
    return slot.end + (rest.find(")") + 1 if said.count("(") > said.count(")") else 0)


def dotted(text: str, slot: Slot) -> int:
    """The end of a value, with the rest of what is written with points: a.s."""
    rest = _DOTTED.match(text, slot.end)
    return rest.end() if rest else slot.end


def is_whole(text: str, slot: Slot) -> bool:
    """Whether a value begins and ends where words do, as far as can be told: Chinese has no blanks between them."""
    said, before, after = text[slot.start : slot.end], *_beside(text, slot)
    if not _HAN.search(said) and not _HAN.search(before[-1:] + after[:1]):
        return not (before[-1:].isalnum() or text[: slot.start].endswith(("'", "’")) or after[:1].isalnum())
    if _TRADE.match(after) or _REPORTS.search(before) or _JOINED.match(said):
        return False
    if (_MAINLY.search(said) and after.startswith("为主")) or _NET_BAR.match(text, slot.end - 1):
        return False
    if before[-1:].isascii() and before[-1:].isalnum():
        return False  # "IT"就业服务平台
    sure = min(slot.sure, slot.apart) >= _SURE
    led = sure or not before or len(before) > _FEW or _LED.fullmatch(before)
    ended = (
        sure or not after or len(after) >= _FEW or _TRAILING.fullmatch(text, slot.end, slot.end + len(after))
    )
    return bool(led and ended) and not ONE_WORD.search(text, max(0, slot.start - 1), slot.start + 1)


def cuts_name(text: str, slot: Slot) -> bool:
    """Whether a part of a name is left out: the last sign of 孙宝来, the first two of 才让卓玛, the first of "Aalto, Kim"."""
    before, after = _beside(text, slot)
    length = slot.end - slot.start
    if length == 1 or begins_with_surname(text):
        return True
    if length == _PAIR and slot.apart < _SURE and before and before[-1] in SURNAMES + RARER:
        return True  # 联系人管志刚
    if len(before) == length == _PAIR and not after:
        return bool(_HAN.match(before)) and not _CALLS.match(before)
    return len(after) == 1 and bool(_HAN.match(after)) and not _TRAILING.fullmatch(after)


def _beside(text: str, slot: Slot) -> tuple[str, str]:
    """What stands in front and behind without a sign or a blank between."""
    return _PIECES.split(text[: slot.start])[-1], _PIECES.split(text[slot.end :])[0]
