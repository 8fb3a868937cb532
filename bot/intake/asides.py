"""What customers put in between while an application form is filled in: questions, and words that answer nothing."""

import re
from collections.abc import Callable
from functools import lru_cache

from bot.intake import contacts
from bot.intake.commands import Command, says
from bot.intake.corrections import takes_back
from bot.intake.names import companies, people
from bot.intake.plain import bare, plain, says_something
from bot.intent import GOING_ON, Intent, intent
from knowledge.dialects import mandarin

COURTESY = {Intent.GREETING, Intent.THANKS}
BEGUN = {Intent.APPLY, Intent.QUOTATION}  # wishes of who has begun already
_NO_ANSWER = re.compile(
    "有的?|(?:yes )?we (?:do|have)|wait|hold on"
    "|(?:one|1|just a) (?:moment|min|minute|sec|second)(?: please| pls)?|等等|等一下|稍等"
    "|no (?:more )?changes?|nothing to change|guess(?: what| it| yourself)?|你猜猜?看?|猜猜看?"
    "|申请|报名|认证|申请认证|无需修改|不用改了?|不用修改|不需要修改|没有?什?么?要改的|不改了"
)
_INTERRUPTED = re.compile(
    r"\W*(?:(?:oh|ah|sorry|ok|please|哎|啊|不好意思)\W+)*"
    r"(?:(?:等我?一?[下会]儿?|等等|稍等(?:一?下|片刻)?)[\s,，.。!！]*[哈啊我俺先去]*"
    r"(?:接[个一]?下?电话|来电话|电话响|(?:老板|领导|经理|同事|客户|老婆|老公|孩子|娃|我妈)(?:在?[叫喊找]|来|有事)|有人|开[个会]|敲门|快递"
    r"|拿[个一]?下?快递|上[个趟]|喝|查|问|翻|找|看)[^\d,，。…\s]{0,8}"
    r"|(?:hang on|hold on|wait|one (?:sec|second|moment|minute|min)|(?:just )?a (?:sec|second|moment|minute|min)|bear with me)\W+"
    r"(?:(?:i(?:'ve| have)? (?:got|have|need)? ?to|i'll|let me|i must|need to|gotta|have to) (?:ask|check|look|find|get|take"
    r"|answer)\b"
    r"|(?:(?:the|my|someone's|somebody's|there's|a|an|it's|i've got|got) )*(?:phone|door|doorbell|boss|call|kids?|baby|dog|cat"
    r"|wife|husband|meeting|delivery|colleague|lunch|bell|visitor|customer|someone|somebody)\b)[^\d,;.]{0,40})\W*"
)
"""Who is called away answers nothing: "hang on, phone's ringing", 等一下，老板叫我."""
_IN_ADDRESS = r"\?(?=[\w.-]{1,40}=)"  # a question mark within a URL
_PARTS = re.compile(
    rf"(?:[^。！？?!\n.;；]|\.(?!\s|$)|(?<=[Ll]td|[Ii]nc|[Pp]te|[Pp]ty)\.(?=\s[a-z]|\s[Ll]td)|{_IN_ADDRESS})*(?:(?:[。！？!\n;；]"
    rf"|\?(?![\w.-]{{1,40}}=))+|\.|$)\s*"
)
_CLAUSE = re.compile(
    r"[,，]\s*|(?<=[㐀-鿿])\s+(?=[㐀-鿿])|\s(?:and|but|also)\s(?=(?:how|what|when|where|who|which|why|do|does|is"
    r"|are|can|could|will|would|should)\b)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:if|when|suppose|assuming|since|as|because|for|with|in case|如果|假如|要是|假设|对于|像|关于)(?![a-z])"
)
_EMPTY_TALK = re.compile(
    r"(?:(?:i|we) (?:have|had|got) (?:an?|one|another|some|a quick|a few) (?:other |more |quick )?questions?"
    r"|(?:one|quick|another|a|just a) (?:quick )?(?:question|thing)"
    r"|(?:just )?(?:one (?:more|last)|last)(?: (?:one|question|thing))?(?:,? (?:i )?promise)?"
    r"|wait|hold on|one moment|before (?:that|we go on|i answer)|first|good question|hmm+|um+|well|ok(?:ay)?|hi"
    r"|hello|sorry|yes|no|i am not sure|i'm not sure|not sure"
    r"|(?:各位)?(?:老师|师傅|同志|小同志|亲|领导|小姐姐|客服)(?:您好|你好|们)?"
    r"|(?:just |only |i'm |i am |im )*(?:kidding|joking)|开个?玩笑[的啦哈]*|逗你[的玩呢]*"
    r"|等等|等一?下|[插多再顺便]+(?:问)?一?[句下]|打断一下|先问一?下|我先问|有个问题|我有个?问题|问个问题|顺便问一?下|您好|你好|好的|嗯|不好意思|不确定)?\W*"
)
_OPENING = (
    r"(?:(?:oh|uh|um|ah|er|and|but|so|also|ok|okay|wait|well|hi|hello|hey|sorry|please|first|just|by the way|btw|then"
    r"|hmm|hold on|while i (?:think of it|am at it|remember)|before i forget"
    r"|question|excuse me)\b\W{0,3}){0,4}"
)
_ASKS = re.compile(
    rf"\W{{0,3}}{_OPENING}(?:(?:how|whats?|wats?|what's|when|where|who|whom|whose|which|why)\b(?! (?:we|i) (?:do|offer"
    rf"|provide|sell)\b|(?<=how) (?:silly|stupid|dumb|nice|lovely|kind|funny|odd|strange|embarrassing|careless"
    r"|annoying|sweet|clumsy|splendid|wonderful|marvell?ous|delightful|very|helpful|efficient|thoughtful|interesting"
    r"|exciting)\b(?! (?:is|are|was)))(?=.*\w)"
    r"|(?:do|does|did|is|are|am|can|could|will|would|should|shall|may|must|have|has)(?:n't)? (?:i|we|you|it|they"
    r"|he|she|this|that|these|those"
    r"|there|the|an?|any|all|my|our|your|someone|anyone|iso|one|people|sites)\b"
    r"|(?:is|are) \d+ (?!(?:persons?|people|employees?|staff|sites?|offices?)\W*$)|(?:tell me|explain|describe|clarify|any idea"
    r"|what about|how about)\b)"
)
_ASKS_ANYWHERE = re.compile(
    r"\bwhat happens (?:then|next|after)\b|,\s(?:and\s)?(?:what then|how (?:much|many|long))\b"
    r"|\b(?:what do you mean|what does (?:that|this|it|the \w+) mean|(?:do not|don't|dont|did not"
    r"|didn't) (?:understand|get (?:it|that|the question)|know what)"
    r"|tell me (?:more|about|how|what|why|when)|(?:i|we)(?:'d| would| want| need|'m| am)? (?:like to|to|wondering"
    r"|curious)? ?(?:(?<!\bwe )(?<!\bi )know|ask|wonder|wondering) (?:how|what|why|when|whether|if|about|which|who)"
    r"|\b(?:please|kindly) (?:share|advise|inform|let (?:me|us) know|revert(?! (?:on|to|at|by)\b)|clarify)\b"
    r"|not clear (?:what|to me)|can you explain|please explain|(?:ignore|forget|disregard) (?:all|your|the|any) (?:previous|prior"
    r"|above|rules|instructions)"
    r"|system prompt)\b"
)
_ASKS_CHINESE = re.compile(
    r"(?:吗|(?:可以|能|行|好|有|对|要|会)嘛)[\s?!。~]*$|(?<![什怎那这要])么[\s?!。~]*$|(?<![着上里中催用忙弄办做])呢[\s?!。~]*$"
    r"|(?:有|做|办|搞).{0,6}的没[\s?!。~]*$|有[^没有\W]{1,6}没有?[\s?!。~]*$|[掉好完到成]了没有?[\s?!。~]*$|能.{1,6}的吧(?:[,，]|$)|(?<!没)(?<!没有)(?:什么"
    r"|啥)(?![㐀-鿿]{0,2}[都也])(?![㐀-鿿]{1,5}没有?\W*$)|怎么"
    r"|怎样|咋|(?<!提供)如何|为何|多久|多长时间"
    r"|(?<![没不])(?<!没有)(?<!不知道)(?<!不清楚)(?<!不确定)多少(?!都)|哪(?!怕|吒)|谁(?![都也])|是否|可以不"
    r"|(?!错不错)(?!(?<=不)对不)(?P<asked>[㐀-鿿])[不没](?P=asked)|是.{1,14}的吧[\s?!。~]*$"
    r"|(?:能|行|可以|够|算|用|需要|要).{0,3}(?<![要用])不[\s?!。~]*$|(?:适合|可以|能|够|算|[要会得]来"
    r"|要去).{1,10}(?<![要用])不[\s?!。~]*$"
    r"|(?:恐怕|估计|怕是|可能)(?:不|没).{1,12}吧[\s?!。~]*$"
    r"|(?:要|得|能|会|可以|需要|交).{0,6}(?:是吧|对吧)[\s?!。~]*$"
    r"|(?:能|行|可以|能做)马[\s。~]*$|[到过完成下].{0,2}不嘛[\s?!。~]*$"
    r"|(?:能|可以)(?:再)?(?:改|换|补|撤|加|取消|修改|补充|更改|调整)(?:的|吗)?吧|(?:符合|够得上|够格|算得上|算是).{0,6}吧[\s?!。~]*$"
    r"|没(?:有|什么|啥).{0,4}(?:门槛|限制|要求|影响|关系)吧[\s?!。~]*$"
    r"|(?:还|也|都|又|老)(?:得|要|会|能|是).{1,8}(?<![要用])不[\s?!。~]*$"
    r"|(?:也能|也算|也可以|应该能|应该可以|不用|不会|不能).{0,14}吧[\s?!。~]*$"
    r"|你们.{1,14}(?:是吧|对吧)|.{4,}(?:能|可以)[办做申请搞弄用参加]{0,3}吧[\s?!。~]*$"
    r"|(?<![十好等过虑缓晚前这近])几(?:个?人天|个?人日|家|次|轮|年|样|种|份|项|天|个?月|个工作日|周|点)|请问|想问|想知道|问一?下(?!(?:我们|技术|同事|老板|领导|财务|人事|他|她|客户|公司))"
    r"|[请望烦](?:予以|给予)?(?:告知|说明|明示|列明|明确)(?!书)|请教|解释|看不懂|没看懂|(?<!听)不懂|不太?明白"
    r"|^你们.{1,12}还是.|是.{1,12}(?<![,，])还是.{1,12}$|(?:分|要|有)几步"
    r"|啥意思|介绍一下|说明一下|有[冇無]|咩[呢啊呀]?\W*$|[係系做有要]咩|咩(?:[資资材]料|意思|[時时]候|嘢)|乜嘢|点解|點解|[边邊][度个個]"
    r"|[几幾]時|几时|忽略(?:之前|以上|所有|前面)|系统提示|提示词"
)
_ASKED_FIRST = re.compile(r"[^,，]{6,}(?<!的人数)(?<!业务)吗\s*[,，]")
_TAG = re.compile(
    r"^(?!.*\b(?:is|are|was|it|that|this|be|am|we|i|do|does|can|will|would)\b)(?P<said>.{2,60}?)\s(?:ok|okay|alright)\s?\?+\s*$|"
    r"(?:(?<=[\d人个名年月日号份底初前后])|(?<=左右))(?:(?:行|可以|好|成)[吗嘛么]|行不行?|可不可以|行不|成不成?)[?？]?\s*$|"
    r"[,，]\s*(?:(?:麻烦)?[您你]?(?:帮我?)?看看?)?(?:这么写|这样写?|写这个)?(?:(?:行|可以|对|好|能)[吗嘛么不]|行不行|对不对"
    r"|可不可以)[?？]?\s*$"
    r"|[,.]?\s(?:is|would) that (?:be )?(?:ok|okay|right|fine|enough|alright)\s?\?*\s*$"
    r"|(?<=\d)\s(?:also )?(?:can|possible|ok|okay)(?: or not| ah| lah)?\s?\?\s*$",
    re.IGNORECASE,
)
"""What asks no more than whether the answer before it will do."""
_OFFERS = re.compile(r"^\W*(?:shall we say|let's say|say|how about|what about)[\s,:]+(?=\S)", re.IGNORECASE)
_GUESSES = re.compile(
    r"[\s,]+(?:(?:i|we) (?:guess|think|suppose|believe)|maybe|probably|perhaps)\s?[?？]+\s*$", re.IGNORECASE
)
"""What asks nothing, whatever stands around it: "shall we say September", "cloud support I guess?"."""
_LAST = re.compile(r"(?:[,;:.!，；。！…]|\s[–—-])\s*(?=[^,;:.!，；。！…?？]{1,60}[?？]+\W*$)")
"""In front of the clause with which a message ends in a question."""
_INQUIRES = re.compile(
    r"\W*(?:and |but |so |oh |or )*(?:how|what|when|where|who|whose|which|why|can|could|may)\b"
    r"|\b(?:fees?|costs?|pric|quot|pay|audit|certif|iso\b|standard|document|paper|months?|weeks?|days?|years?|times?\b|sites?|people"
    r"|staff|count|includ|cover|need|requir|must|allow|valid|discount|cheap|expens|appl[iy]|send|chang|later|bodies|body|accredit"
    r"|consult|auditor|remote|visit|scope|record|train|language|confiden|secret|problem|matter|eligib|qualif)"
    r"|[费钱价审证标件材料周月年天]|多少|多久|怎|什么|哪|谁|几|合同|报告|保密|人数|地点|折|优惠|影响|关系|问题|能办|能做|可以做|算[进在]",
    re.IGNORECASE,
)
"""What wants to know something; other words beside an answer only ask whether it will do."""
_DASH = re.compile(
    r"\s[-–—]+\s(?=(?:and |but |so |oh )*(?:how|what|when|where|who|which|why|do|does|is|are|can|could)\b)",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(
    r"无所谓|都行|都可以|随便|[定说]不下?[来好准]|还?没[定想]|[真还也都我]不太?(?:清楚|知道|确定)"
)
"""What asks nothing, whatever words of asking it holds: 具体几月无所谓."""
_CLAIMS = re.compile(r"[是有要能会].{1,14}吧[\s?？!！。~]*$|\b(?:right|correct|isn't it|no)\W*$")
_SIGNS = re.compile(r"[^\w\s.,!?;:。、~\"')\]}-]+$")  # emoji behind the last word
_LONGEST_CHINESE = 60  # a longer sentence without a question mark describes something
_MARK = re.compile(r"\?(?![\w.-]{1,40}=)|？")


_SPOKEN = re.compile(
    r"\b(?:how|what|why|when|where|who|which|is|are|do|does|can|could|will|would|should|enough|ok|okay|fine|possible|right)\b"
    r"|可以|行|够|算|能|合适"
)
_PARTICLE = re.compile(r"(?<!^那)(?<![什怎])[呢咋哩嘞噻](?=\W*$)")
"""With which some tell rather than ask: 一共九个呢."""
_TO_ME = re.compile(r"联[系络]我|找我|\b(?:contact|call|reach|ring) me\b")  # of who names themselves
_BYE = re.compile(r"(?:(?<![a-z])(?:bye|bye bye|cya|see y(?:ou|a))|拜拜|再见)\W*$")
_LONGEST_VALUE = 40
_REMEMBERED = 512  # texts; those of a message are asked about many times


def split(text: str, is_value: Callable[[str], bool], in_words: bool = False) -> tuple[str, str]:
    """What a message answers and what it asks, either of which may be empty.

    `is_value` tells whether a text is an answer of its own, which "80?" then is in spite of its question mark. Where the
    answer is to be `in_words`, a sentence that asks does not also answer: "our files are secret, what then?".
    """
    if not says_something(text):
        return text.strip(), ""
    text = _DASH.sub(". ", text)
    offered = _OFFERS.sub("", text)
    text = offered if offered != text and is_value(offered) else _GUESSES.sub("", text)
    tagless = _TAG.sub(lambda tag: tag["said"] or "", text)
    text = tagless if in_words or is_value(tagless) else text  # else "we are tiny, is that ok?"
    answers, questions, unsure = list[str](), list[str](), 0
    for part in _PARTS.findall(text):
        if not (asks(part) or _asks_first(part)):
            answers.append(part)
        elif _is_unsure(told := _PARTICLE.sub("", part)) and is_value(_MARK.sub("", told)):
            answers.append(_MARK.sub("", told))
            unsure += 1
        else:
            said, asked = ("", part) if in_words else _clauses(part)
            answers.append(f"{said} " if said else "")
            questions.append(asked)
    if unsure > 1:
        return "", text.strip()  # "just whisper me a number. five thousand? ten?"
    answer, question = "".join(answers).strip(), "".join(questions).strip()
    if question and _EMPTY_TALK.fullmatch(plain(answer)):
        return "", question if says_something(answer) else text.strip()
    return answer.rstrip(",，"), question


def without_ending(text: str) -> tuple[str, str]:
    """A message that ends in a question without it, and that question; none if it does not."""
    last = list(_LAST.finditer(text))[-1:]
    return (text[: last[0].start()], text[last[0].end() :]) if last else (text, "")


def inquires(question: str) -> bool:
    """Whether a question beside an answer wants to know something: not "happy with that?", nor "may I brag a little?"."""
    return bool(_INQUIRES.search(plain(question)))


def is_courtesy(text: str) -> bool:
    """Words that keep the talk going and answer nothing: hello, ok, continue, "I want to apply"."""
    wanted = intent(text)
    talk = wanted in COURTESY or (wanted in BEGUN and not takes_back(text)) or says(text, Command.RESUME)
    return talk or bool(_NO_ANSWER.fullmatch(bare(text))) or is_called_away(text)


def is_called_away(text: str) -> bool:
    """Whether somebody asks for a moment, and tells no more than why."""
    return bool(_INTERRUPTED.fullmatch(plain(text)))


def says_goodbye(text: str) -> bool:
    """Whether the message, or its last part, takes leave: "got it, bye"."""
    last = [part for part in re.split(r"[,，.。!！;；~～\n]+", text) if says_something(part)][-1:]
    return bool(_BYE.search(plain(text))) or any(intent(part) is Intent.GOODBYE for part in (text, *last))


@lru_cache(_REMEMBERED)
def asks(text: str) -> bool:
    """Whether a sentence asks something."""
    said = text if any(companies(text)) else mandarin(text)  # 咩咩好物网络科技有限公司
    folded = _SIGNS.sub("", plain(said)).strip()
    wanted = intent(text)
    if wanted in {Intent.ROBOT, Intent.STATUS} or (
        wanted is Intent.PERSON and not (contacts.find(text) or (_TO_ME.search(folded) and any(people(text))))
    ):
        return True
    short = len(folded) <= _LONGEST_CHINESE
    return bool(
        _MARK.search(text)
        or _ASKS.match(folded)
        or _ASKS_ANYWHERE.search(folded)
        or (short and _ASKS_CHINESE.search(GOING_ON.sub("", folded)) and not _LEFT_OPEN.search(folded))
    )


def claims(text: str) -> bool:
    """Whether a text that is a question by its meaning says something to be confirmed: 证书是三年有效吧."""
    return not takes_back(text) and bool(_CLAIMS.search(plain(text)))


def _is_unsure(part: str) -> bool:
    """Whether nothing but the mark makes it a question: "80?"."""
    return len(part) <= _LONGEST_VALUE and not _SPOKEN.search(plain(part)) and not asks(_MARK.sub("", part))


def _asks_first(part: str) -> bool:
    """Whether what a sentence asks is followed by no more than a remark: 会找我们员工谈话吗，我有点紧张."""
    asked = _ASKED_FIRST.match(plain(part))
    remark = part[asked.end() :] if asked else ""
    return says_something(remark) and not (any(companies(remark)) or any(map(str.isdigit, remark)))


def _clauses(part: str) -> tuple[str, str]:
    """A sentence cut before its first asking clause: "80 people, how much is that?"."""
    start, said = 0, 0
    for end, following in [*(match.span() for match in _CLAUSE.finditer(part)), (len(part), len(part))]:
        clause = part[start:end]
        if asks(clause):
            return part[:said], part[start:]
        if _CONDITION.match(plain(clause).lstrip()):
            break
        start, said = following, end
    return "", part
