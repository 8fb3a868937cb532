"""How a message begins that takes something back: "no, 80", 不对，是80人, "yes, but …"."""

import re
from collections.abc import Iterable

from bot.intake.plain import plain, says_something

_MARK = r"[\s,，.。:：!！;；-]"
_DENIAL = re.compile(
    rf"(?:(?:(?:oh|och|ach|aye|ah|uh|um|er|hmm|hm|hey)\b|哎呀?|啊呀?){_MARK}*)?"
    rf"(?:(?:(?:no|nope)(?={_MARK}*$|[,，!:;-]|\.(?!\s?\d)|\s(?:it|that|make|the|we|i|my|our|not|sorry|actually)(?![a-z])|\s\d)"
    r"|(?:sorry(?! (?:for|about|to keep|i'm late|it took))|oops|wait|hang on|hold on|actually|correction|i meant"
    r"|i mean|make (?:that|it)|rather|scrap that"
    r"|that's wrong|that is wrong"
    r"|not quite|my bad|my mistake|my fault|(?:just )?(?:two|three|2|3|a couple of) (?:small )?(?:things|corrections|changes"
    r"|mistakes)"
    r"(?: (?:to (?:change|correct|fix)|please|dear|though))?)(?![a-z])"
    r"|(?:[搞写填弄说打]错了?|错了?)[一两2三3][个处](?:地方)?(?=[：:，,。])"
    r"|有[一两2三3][个处](?:错误|问题|地方(?:要改|不对|[写填搞弄]错了?))(?=[：:，,。])"
    rf"|不对|不是的|错了|(?:我|刚才|刚刚)*(?:说|写|填|打|弄|搞)错(?:字|别字)?(?:了|(?={_MARK}))|[多少漏](?:打|写|输|填|按)了?[一两]?个?(?:\d|零"
    rf"|数字?|字)|更正(?:一下)?|哦不|不不|不是?(?={_MARK})|等等"
    rf"|等一?下|其实){_MARK}*)+"
    r"(?:(?:it's|its|it is|it should be|i meant|make (?:that|it)|better|rather|应该是|应为|是|改成|改为)\s?)?"
)
_OH = r"(?:(?:oh|er|um|uh|ah|哦|噢|啊|呃|哎呀?|额)[\s,，]*)?"
_BACK = r"no,? wait|wait,? no|no,? sorry|sorry|oops|scratch that|i mean|correction|不对|不不不?|[说写打搞看记]?错了"
_IT_IS = r"(?:(?:应该?|那个|还)*(?:是|写|为)|(?:make|put) (?:it|that)|it(?:'s| is| should be)|that's|i mean[t,]*)?\s?"
AT_ONCE = rf"[\s,，.…—-]+{_OH}(?:{_BACK}|wait|no(?=,)|等等|等一?下)[\s,，.…:：—-]+{_IT_IS}"
"""What stands between a value that is taken back at once and the one in its place: "54, no wait, 53"."""
AMONG_WORDS = rf"[,，]\s?{_OH}(?:{_BACK})[,，:：]\s?{_IT_IS}"
"""The same where any words may follow: "web hosting, no wait, web design"."""
_INSTEAD = re.compile(
    r"(?:it's |it is )?not (?P<old>[^,.;]{1,60}?),? (?:but(?: rather)?|it's|it is) "
    rf"|不是(?!{_MARK})(?P<alt>[^。;]{{1,60}}?){_MARK}*(?:而是|应该是|是)"
)
_NUMBER = re.compile(r"[\d,.\s〇零一二两三四五六七八九十百千万]+[个名位]?")
_ASSENT = re.compile(
    r"(?:yes|yep|yeah|ok|okay|sure|correct|right|fine|(?:everything|all|it)(?:'s| is| looks)? (?:right|fine|ok"
    r"|correct|good)|(?P<said>[对好行是])(?:倒|都)?是(?P=said)|都[对好行]|好的?|是的?|对的?|没错|嗯+|可以|行)"
    r"(?:[\s,，.。!！]*(?:but|(?:except|only)(?: that)?|however|不过|但是?|只是|就是|可是)(?![a-z])|[,，.。!！;；]+)[\s,，]*"
)


_CHANGES = re.compile(
    r"\b(?:(?:should|shld|shud|must|has to|needs to|ought to) (?:be|say|read)|mistakes?|told (?:you|u)|rather than"
    r"|(?:leave|take|cross|strike) .{1,30} (?:out|off|open|blank|empty)|leave out|delete|remove|in its place"
    r"|wrong|typo|instead|change[sd]?|correct(?:ion)?)\b|\badd(?:ed)?\b|\bmake (?:it|that) (?=\d)"
    r"|\bas (?:the |our |my )?contact\b|\bmis(?:typed|spelt|spelled|wrote)\b"
    r"|\b(?:goes|go|went|gone|is|are) (?:up|down) to\b|\b(?:rises?|risen|grown|shrunk|dropped) to\b"
    r"|\b(?:update (?!on)|updated|move (?:our|the|my)|replace|amend(?:ment)?s?|revise)\b|更新|更正|调整|变更|需?增加"
    r"|还是(?:写|填|报|按|算)|删[掉除了]|去掉|清空|空着|不要写|不算数?(?=[，,。]|$)|重新(?:说|填|写)|撤了|退租|收回|报少|报多"
    r"|再?加一?个|从.{1,10}(?:[变改]成|[变改增减升降涨]到|增至|减至)|漏[了字]|少(?:了)?[一两几]个字"
    r"|(?:不要?|别)写.{0,12}写|[改写填]成|改[到为]|[挪推延调拖]到|改一?下|改(?:过来|掉|名)|更名|换成|换为|应该是|应为|不对|错了|有误|[填补加](?=上|[个一]"
    r"|成|为|\d)"
)


_ASKED = re.compile(r"[吗么][?？]$")
_PLEA = re.compile(  # which asks nothing but that it be done
    r"(?:^|(?<=[.!;,])\s*)\W*(?:(?:and|also|oh|ok|hi|hello|hey|please|sorry|so)\W+)*(?:can|could|would|will) (?:you|u|we|i) "
    r"(?:(?:please|pls|also|ever|kindly|just|then|now) )*(?=(?:change|correct|update|add|set|put|make|fix|amend|move|push|shift"
    r"|replace|switch|adjust|go for|have|note|write|use|leave|take|put|delete|remove|drop)\b)"
    r"|, (?:can|could|would|will) (?:you|u)(?: please)?(?:[?.!]+\s+|\W*$)"
    r"|,? ?(?:can|could|would|will) (?:you|u) (?:please )?\w+ (?:that|it|this)(?: in| out| down)?\W*$"
    r"|[，, ]*(?:可以|能|行|好)(?:改|加)?[吗么不](?:[?？]|\W*$)|(?<=[年月日号\d人个])[吗么](?:[?？]|$)"
    r"|(?:能|可以|可否|能否)(?:不能|不可以)?(?:麻烦|请)?(?:你|您)?(?:帮我|给我|帮忙|再)*(?=[改换加删调]|(?:往前|往后|往)?(?:提前|挪|推|移|延)[到至]|[把将][^,，。；？]{1,12}[改换加删调])",
    re.IGNORECASE,
)


_INSTEAD_PLEA = re.compile(
    r"^\W*(?:can|could|may) (?P<what>(?:the|our|my) .{2,30}?) be (?P<value>.{1,60}?) instead\W*$",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:i|we)(?:'d| would)? (?:want|like|need|prefer) (?P<what>(?:the|our|my) [^,.;]{2,30}?) to be ",
    re.IGNORECASE,
)
_GO_BACK = re.compile(
    r"^\W*(?:can|could|may) (?:we|i|you) (?:please |just )*go back(?: a step| one)?(?: please| pls)?[?,.!]+\s*(?=\S)"
    r"|\b(?:(?:can|could|may|shall) (?:we|i)|let's|let us|(?:i|we)(?:'d| would)? (?:want|like|need|have) to)"
    r" (?:please |just )*(?:go|jump|get) back to (?=(?P<what>(?:the|my|our) ))",
    re.IGNORECASE,
)
_NOT_OLD = re.compile(
    r"[,，]?\s*(?:\b(?:and |but )?(?:not|instead of|rather than)\s|(?:而|并)?不是|不叫|不再是)\s?(?P<old>[^,，;；]{1,80})$",
    re.IGNORECASE,
)
_SPELT = re.compile(r"^(?:spel(?:t|led)|written)\s", re.IGNORECASE)
_SHORTEST_PART = 3  # characters of what is held that an old value may be named by
_TO = re.compile(
    rf"(?:oh|um|uh|hmm|no|sorry|actually|well|please|then|still|呃|嗯|额|哦|啊|不|还是|那|再|请|麻烦|算了|{_MARK})*+"
    r"(?:改回|改成|改为|变回|换回|(?:make|change|set|put) (?:it|that) (?:back )?(?:to )?|back to )"
    r"(?P<value>[^,，.。;；!！]{1,40})"
)
"""A change that does not name what it changes."""


def without_plea(text: str) -> str:
    """The change that a message asks for as if it were told: "could you make it 4 sites?" """
    text = _WISH.sub(r"\g<what> should be ", _INSTEAD_PLEA.sub(r"\g<what> should be \g<value>", text))
    text, back = _GO_BACK.subn(lambda lead: "correct " if lead["what"] else "", text)
    told, pleas = _PLEA.subn(lambda plea: "。" if _ASKED.search(plea[0]) else "", text)
    return re.sub(r"[?？]\s*$", "", re.sub(r"[?？](?=\s*\S)", ".", told, count=1)) if pleas or back else text


def changed_to(text: str) -> str:
    """What a message says that something is to be, where it does not say what; empty where it says nothing of it."""
    match = _TO.match(plain(text))
    return match["value"] if match else ""


def without_old(text: str, held: str) -> str:
    """A new value without the old one that is named behind it: "Birch Media Group, not Birch Media"."""
    match = _NOT_OLD.search(text)
    old = plain(match["old"]).strip(" .。!！") if match else ""
    if not (match and held and old):
        return text
    new, words = _SPELT.sub("", text[: match.start()].strip()), plain(held).split()
    if old in words and len(words) > 1 and len(new.split()) == 1:  # "Leigh, not Lee", of Ann Lee
        return " ".join(new if plain(word) == old else word for word in held.split())
    least = 1 if re.fullmatch("[㐀-鿿]+", old) else _SHORTEST_PART
    part = len(old) > least and old in plain(held) and old not in plain(new)
    return new if part or old in {plain(held), plain(held).rstrip(".")} else text


def replaces(text: str, held: Iterable[str]) -> bool:
    """Whether a message says that it is not what is held: "it is web development, not web design"."""
    return any(without_old(text.strip(), value) != text.strip() for value in held)


def takes_back(text: str) -> bool:
    """Whether a message changes something that was said before, whatever stands between."""
    return opened(text)[1] or bool(_CHANGES.search(plain(text)))


def opened(text: str) -> tuple[str, bool]:
    """The message without such a beginning, and whether it takes back what was said before."""
    folded, at, denies = plain(text), 0, False
    for pattern, denial in ((_ASSENT, False), (_DENIAL, True), (_INSTEAD, True)):
        match = pattern.match(folded, at)
        if match and match.end() > at:
            at, denies = match.end(), denies or denial
    rest = text[at:].strip()
    if match and _NUMBER.fullmatch(plain(rest)):  # "not 50 people but 80" counts people
        rest += " " + _NUMBER.sub("", match["old"] or match["alt"], count=1)
    return (rest, denies) if says_something(rest) else ("" if denies else text.strip(), denies)
