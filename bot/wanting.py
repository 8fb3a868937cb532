"""What a message is for: by its words, and where they leave it open by its meaning."""

import re

from bot.intake import asks, companies
from bot.intent import Intent, intent
from knowledge.language import bare
from knowledge.search import Search

_PUT_OFF = 0.5  # likeness to a wish for later from which a wish to apply is none
_LATER = re.compile(
    r"再来|了再|再(?:启动|走)|之后|以后|等|到时|将来|才|考虑|可能|年底"
    r"|\b(?:when|once|maybe|perhaps|later|might|may|some ?day|one day|first|then|next|after|if|probably|yet|think)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:don't|dont|do not|not|no need to|without|won't|wont|will not) (?:be )?(?:\w+ )?"
    r"(?:want|wish|plan|intend|going|need|here)?\b.{0,12}\bappl"
    r"|不(?:想|打算|准备|是来|是要|会)\S{0,3}(?:申请|报名|办)",
    re.IGNORECASE,
)
_UNDECIDED = {Intent.QUESTION, Intent.UNCLEAR, Intent.OKAY, Intent.TOLD, Intent.GREETING}
"""What a wish in another sentence outweighs."""
_HEATED = {Intent.PERSON, Intent.UPSET, Intent.COMPLAINT}  # which, with a company's name, was about others
_APPLYING = re.compile(
    r"[申审伸身][请清情]|报名|登记|受理|办|\b(?:appl\w+|sign (?:us|me) up|put us down|register|start|certif\w+)\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[^.!?;。！？；，,\n]+(?:\.(?=\S)[^.!?;。！？；，,\n]*)*[.!?;。！？；，,\n]*")
_MOST_SENTENCES = 10
_PLAINLY = 0.65
_PUT_OFF_BY = re.compile(
    r"还没(?:点头|批|同意|定|下来|决定)|没批|批了|先不[填办报申]|让[他她](?!们?知道)|考虑考虑|万一|等.{1,14}再|[明后]年.{0,4}再"
    r"|\b(?:won't|will not|wont|not going to|has to agree|have to ask"
    r"|if (?:you (?:can )?(?:guarantee|promise|give|offer|lower|beat)|we (?:win|decide|get)|they|the boss|my boss))\b",
    re.IGNORECASE,
)
"""A wish for later, or somebody else's."""
_NO_WISH = re.compile(
    r"试用|首月|开通|批了(?:我|再|就|马上)|先不[填办报申]|应聘|求职|招聘|\b(?:job|vacanc(?:y|ies)|internship|position as)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(r"讲讲|说说|介绍|发我|告诉我")
_ASKS_WHEN = re.compile(
    r"\b(?:when|what (?:day|time)|how (?:soon|long))\b.{0,50}\b(?:call|ring|hear|contact|get (?:back|in touch)|reply|phone)\b"
    r"|(?:什么时候|啥时候|何时|几点|礼拜几|星期几|周几|哪天|多久|等周).{0,10}(?:联系|打|找我|回我|回复|电话)",
    re.IGNORECASE,
)
"""When somebody gets in touch, which is no wish that they do at once."""
_NO_PERSON = re.compile(
    r"(?:不用|不需要|不必|不要|别|先不|没必要)(?:给我|帮我|再)?[转找叫请][^,，。]{0,4}(?<!器)(?:人|客服|同事)"
    r"|\b(?:no need|don't need|dont need|do not need|needn't|don't want|dont want)\b(?:(?!bot\b|robot|machine)[^.,!?]){0,30}"
    r"\b(?:person|human|agent|colleague|someone|anyone|call|called)\b",
    re.IGNORECASE,
)
NOW = re.compile(
    r"\b(?:(?<!not )(?:now|today|right away)|again)\b|现在|马上|立刻|这就|重新|先申请|还是要申请",
    re.IGNORECASE,
)
_ONLY_ASKS = re.compile(r"想问|问一?下|\b(?:wanted to ask|do you (?:do|offer|certify))\b", re.IGNORECASE)
_ASKED_FOR = 0.45  # and to a wish to apply, from which a question is one
_UNSAID = 0.5  # and one that says nothing of applying
_APPLIES = re.compile(
    r"\b(?:ap+l[yi]\w*|sign (?:us|me|my \w+) up|sign up|regist\w+|enrol\w*|certified|start|strat|begin|form)\b"
    r"|申请|申青|报名|申报|登记|办|开始|做.{0,6}认证",
    re.IGNORECASE,
)
_AGREES = {Intent.OKAY, Intent.THANKS, Intent.GOODBYE, Intent.SORRY}
_EITHER = re.compile("是.{1,12}还是")
_MONEY = r"\d\s?(?:[k万千折%元块]|per ?cent|rmb|cny|yuan)|[$€¥£]\s?\d|[一二两三四五六七八九十百]+[千万]"
_NO_CONTACT = re.compile(
    r"\b(?:rather not|not|never|don't|dont|won't|wont|without)\b.{0,30}\b(?:leav\w+|giv\w+|shar\w+|hand\w*|put\w*)\b.{0,30}"
    r"\b(?:e-?mail|number|phone|contact)"
    r"|不(?:想|愿意?|方便|太想|打算|能).{0,4}[留给填写].{0,6}(?:电话|手机|号码|邮箱|微信|联系方式)",
    re.IGNORECASE,
)
"""Who wants to give no contact does not ask for a person by it."""
_PRICED = re.compile(rf"\d{{3}}|{_MONEY}", re.IGNORECASE)
_STANDARD = re.compile(r"[两二]万(?=的?[那这]?个?(?:管理)?(?:体系|认证|标准|证))")  # 20000, as it is spoken
_ORDERS = re.compile(
    r"管理员|系统(?:提示|指令)|忽略|\b(?:admin\w*|sudo|system prompt|developer mode|ignore (?:all|your|the|previous))\b",
    re.IGNORECASE,
)
"""Words of who gives orders to a machine; nothing is begun by them."""
_SENT = re.compile(
    r"(?:交|提交|申请|报|填)过|收到(?:了|没|吗|吧)"
    r"|\b(?:already (?:applied|sent|submitted|filled)|i applied|we applied|weve applied"
    r"|(?:sent|gave|handed|filed) (?:you|in) (?:an|our|my|the) application)\b",
    re.IGNORECASE,
)
_BARGAINS = re.compile(
    rf"{_MONEY}|\bball ?park|\brough(?:ly)?\b|大概多少|估个|估一?下|大致|团购|打折|折扣|优惠|便宜|\b(?:discount|cheaper)\b",
    re.IGNORECASE,
)


class Wanting:
    def __init__(self, search: Search) -> None:
        self._search = search

    def wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent:
        """What a message is for: as its words say, or what it means where they say nothing.

        `least` is how like the meaning it must be, 0..1.
        """
        meant = self._wanted(text, has_case=has_case, least=least)
        named = any(companies(text))
        put_off = _NO_WISH.search(text) or (_PUT_OFF_BY.search(text) and not (named or NOW.search(text)))
        if meant in {Intent.APPLY, Intent.QUOTATION} and put_off:
            return Intent.QUESTION if asks(text) or _TELLS.search(text) else Intent.OKAY
        open = meant in _UNDECIDED or (named and meant in _HEATED and intent(text) is Intent.QUESTION)
        if not has_case and open and self._applies_in_part(text):
            return Intent.APPLY
        return meant

    def _wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent:
        said = intent(text)
        if said is Intent.APPLY:
            return Intent.OKAY if _DENIES.search(text) or self._is_for_later(text) else said
        if said is not Intent.QUESTION:
            return said
        talk = self._search.talk(text, has_case=has_case, least=least)
        meant = Intent(talk) if talk else said
        agrees = meant in _AGREES and _PRICED.search(text)  # nobody is to think that a figure was agreed to
        bargains = meant in {Intent.APPLY, Intent.QUOTATION} and _BARGAINS.search(_STANDARD.sub("", text))
        if agrees or bargains or (meant in {Intent.OKAY, Intent.TOLD} and asks(text)):
            return said
        if meant is Intent.ANNOUNCED and _EITHER.search(text):
            return said
        if meant is Intent.PERSON and _ASKS_WHEN.search(text):
            return Intent.STATUS if has_case else said
        if meant is Intent.PERSON and _NO_PERSON.search(text):
            return Intent.OKAY
        if meant is Intent.PERSON and _NO_CONTACT.search(text):
            return said
        return self._wish(text) if meant is Intent.APPLY else meant

    def _applies_in_part(self, text: str) -> bool:
        """Whether one sentence of several wishes to apply beyond doubt, and no other puts it off."""
        parts = [part for part in _SENTENCES.findall(text) if bare(part)]
        if not 1 < len(parts) <= _MOST_SENTENCES or not _APPLYING.search(text):
            return False
        if _PUT_OFF_BY.search(text) or self._is_for_later(text):
            return False
        wishes = (part for part in parts if _APPLYING.search(part) and not asks(part))
        return any(self._wanted(part, least=_PLAINLY) is Intent.APPLY for part in wishes)

    def _wish(self, text: str) -> Intent:
        """What is like a wish to apply, and may be none, or one that was fulfilled."""
        if _DENIES.search(text):
            return Intent.OKAY
        if _SENT.search(text):
            return Intent.STATUS
        if _ONLY_ASKS.search(text) or _ORDERS.search(text):
            return Intent.QUESTION
        said = _APPLIES.search(text) is not None
        if said and not asks(text):
            return Intent.APPLY
        wishes = self._search.talk(text, least=_ASKED_FOR if said else _UNSAID) == Intent.APPLY
        return Intent.APPLY if wishes else Intent.QUESTION

    def _is_for_later(self, text: str) -> bool:
        """Whether a wish to apply is one for another time: "if the boss agrees I will apply"."""
        if NOW.search(text) or not _LATER.search(text):
            return False
        return self._search.talk(text, least=_PUT_OFF) == Intent.OKAY
