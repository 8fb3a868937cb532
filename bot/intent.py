"""What a message is about, before any search: small talk, something to be done, or something to look up."""

import re
from enum import StrEnum
from functools import lru_cache

from bot.references import references, without_references
from bot.wishes import wishes
from knowledge.language import fold


class Intent(StrEnum):
    """In the order in which they count where one message holds several; QUESTION and UNCLEAR stand alone."""

    POLICY = "policy"  # law, money back, personal data, bribes: for a person only
    WITHDRAW = "withdraw"  # to take back an application that was sent
    ACCEPT = "accept"  # a quotation
    COMPLAINT = "complaint"
    UPSET = "upset"
    PERSON = "person"
    QUOTATION = "quotation"
    APPLY = "apply"
    MISSING = "missing"  # what an application still needs
    STATUS = "status"
    ROBOT = "robot"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    GREETING = "greeting"
    OKAY = "okay"
    SORRY = "sorry"
    ANNOUNCED = "announced"  # that a question is to come
    TOLD = "told"  # of oneself, and nothing asked
    UNCLEAR = "unclear"
    QUESTION = "question"


_GREETING = (
    r"(hi|hiya|hello|hey|howdy|greetings|good (morning|afternoon|evening|day))( there| all| everyone| team| sir| madam)?"
    r"|g ?m|(?:are )?(?:yo)?u (?:still )?there|(?:is )?any(?:one|body) (?:there|here|around|home)"
    r"|你好|您好|哈喽|哈罗|嗨|在吗|在么|在不在|有人吗|有人在吗|早|早上好|上午好|中午好|下午好|晚上好|大家好|[你您]好[呀啊哈哦]"
)
_THANKS = (
    r"(?:(?:ok|okay|k|kk|great|perfect|cool|nice|sweet|got it|gotcha) ){0,3}"
    r"(?:thanks|thank you|thx|ty|ta|tnx|tks|tq|tqvm|sweet|lovely|awesome|cheers|much appreciated)"
    r"( a lot| so much| very much| a bunch)?( for (your|the) (help|answer|info|information))?"
    r"|(好的?|好滴|嗯|明白了|知道了|行|可以)?(谢谢|谢谢你|谢谢您|谢了|多谢|感谢|非常感谢|辛苦了|太感谢了)(啦|哈|了|啊)?"
    r"|ok|okay|okey|kk|got it|gotcha|i see|understood|great|perfect|cool|nice|good|fine|alright"
    r"|好|好的|好滴|好吧|嗯|嗯嗯|哦|明白|明白了|知道了|了解|了解了|收到|行|可以|不错|很好|没问题"
)
_GOODBYE = (
    r"(good ?bye|bye|bye bye|see you|see ya|have a (nice|good|great) (day|one|evening|weekend))( now| later)?"
    r"|再见|拜拜|拜|回见|下次再聊"
)
_ROBOT = (
    r"(hey |so )?(am i|are you|r u|is this|do i) (talking|speaking|chatting|speak|talk|chat)?( ?(to|with))? ?"
    r"(really )?(an? )?(real |actual )?(ai|bot|robot|human|person|machine|chatbot|chatgpt|computer|automated|someone real)"
    r"( or (an? )?(real )?(ai|bot|robot|human|person|machine))?( here| being)?|are you (real|human)|who are you|what are you"
    r"|(请问)?(你|您)(们)?(到底)?是(不是)?(个)?(机器人|ai|人工智能|真人|人工|智能客服|机器|人)(吗|么|还是(机器人|真人|人工|ai"
    r"|机器))?(啊|呀)?"
    r"|(这|对面)是(机器人|ai|真人|人工)(回复)?(吗|么)?|你是谁|您是谁|你是什么|你是哪位|您哪位"
)
_SMALL_TALK = {
    Intent.ROBOT: re.compile(f"(?:{_ROBOT})"),
    Intent.THANKS: re.compile(f"(?:{_THANKS})"),
    Intent.GOODBYE: re.compile(f"(?:{_GOODBYE})"),
    Intent.GREETING: re.compile(f"(?:{_GREETING})"),
}
_PLEASANTRIES = (Intent.THANKS, Intent.GOODBYE, Intent.GREETING, Intent.UNCLEAR)
_SIGNS = (  # what says all there is without a word
    (Intent.THANKS, re.compile("[🙏❤💖💕😘🥰💐🌹🎉🥳🎊🙌🤩]|\\[(?:抱拳|合十|爱心|玫瑰|比心)\\]")),
    (Intent.GREETING, re.compile("[👋🙋🤝]")),
    (Intent.OKAY, re.compile("[👍👌🆗✅💪👏😊🙂😄😁😀🤗]|\\[(?:强|ok|微笑|呲牙|鼓掌|愉快)\\]")),
)
_STICKER = re.compile(r"\[[a-z一-鿿]{1,8}\]")  # as a messenger writes a picture: [抱拳]
_POLITE = re.compile(
    rf"^(?:{_GREETING}|请问(一下)?|别废话|少废话|废话少说|别啰嗦|直接说|那个|麻烦问下|想问一下|等等|等一?下"
    rf"|excuse me|(?:wait|hold on|hang on)(?=[,.!…]|\s(?:how|what|when|why|where|which|who|is|do|does|can)\b)"
    rf"|(?:and |oh )?(?:one more|another"
    rf"|one last) (?:thing|question)(?: (?:for|about) [a-z ]{{1,20}}(?=:))?"
    rf"|(?:还有|再问|另外)(?:一?个|一下|问)?(?:问题|小?事)?)[\s,，.。!！~～:：、-]+",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|so|well|yes|sure|sorry|then|and|thanks|excuse me|in that case|dear (?:sir or madam|team|all)"
    r"|before (?:i|we) (?:go on|continue|carry on|start|begin|go any further)) )+"
    r"|^(?:你好|您好|好的|那就|那|嗯|行|请问)+"
)
_TELEPHONE = re.compile(r"(?<!\d)(?!20000)\d[\d ]{8,}$")
_CLAUSE = re.compile(r"[^,，.。!！?？;；、~～\n]+[,，.。!！?？;；、~～\n]*")
_COLON = re.compile(r"[:：](?!\d)")  # not that of 20000-1:2018
_SPACE = re.compile(r"(?<=[㐀-鿿])\s+(?=[㐀-鿿])")  # which many a Chinese message has for a comma
_GRIEVANCES = (Intent.POLICY, Intent.COMPLAINT, Intent.UPSET)
_WISHES = (*_GRIEVANCES, Intent.PERSON, Intent.QUOTATION, Intent.APPLY, Intent.MISSING, Intent.STATUS)
# Beside a grievance, these ask for the way to go about it; beside a wish, any of `_ASKS` asks something first.
_PROCEDURE = re.compile(
    r"\b(how (do|can|should|to|long|much)|where|who (do|should|can|handles)|what (is|are|do)|which|procedure)\b"
    r"|程序|流程|途径|渠道|找谁|哪里|哪儿|如何|多少|多久|怎么(投诉|办理|申请|处理|走|弄)|(?:投诉|客服|你们的?|联系)电话|电话(?:是"
    r"|号码)?多少"
)
GOING_ON = re.compile(r"(?:正|在|等|忙)[㐀-鿿]{1,8}呢[\s。~!！]*$")
"""What tells of something that goes on, and asks nothing: 客户在等我喝茶呢."""
_ASKS = re.compile(
    r"[?？]|^(?:(?:so|and|but|also|or) )*(?:how|whats?|when|where|whom?|why|do|does|did|is|are|can|could|will|would|should|may|"
    r"which (?:is|are|of|one|documents?|standard)|has|have you)\b|\b(?:how (?:much|many|long|do|does|can|to|is|are)|what|whether|"
    r"wonder|wondering|(?:want|like|need) to know|tell me|let me know|not sure|dont know|explain)\b"
    r"|多少|(?<![好十百千])几(?![十百千])|多久|多长|多大|什么|啥|哪|怎么|怎样|咋|如何|谁|吗|么$|呢$|是否|能不能|可不可以|要不要"
    r"|有没有|是不是|需不需要|行不行|对不对|想知道|不知道|不清楚|了解(?!$|[,，。!！、~～\s了])|咨询|请教|请问|问一下|想问"
)
_RESERVED = re.compile(  # who writes these wants to know something before beginning
    r"\b(?:but (?!please|keep|quick|make it|(?:i|we) (?:may|might|only|have|do))|(?:if|unless|however|though)\b"
    r"|although (?!some|i|we)\b)|但|不过|可是|如果|要是|的话|除非"
)
_APPLIES = re.compile(  # where a clause ends with it, and nothing is asked
    r"(?<!已)(?<!已经)(?:申请|报名|申办|申报)(?:一下|一个|一份|办理|新版的?|这个|那个|个|着|上|看看|试试|第[一二三]家|另一家"
    r"|下一家)*"
    r"(?:(?:iso|iec|gb|[二两]万|[/\s\d:-])*(?:管理体系|体系|的)*(?:认证|证书|证)?)(?:吧|哈|了吧|的)?\s*(?=就是|[,，.。!！;；~～]"
    r"|$)"
    r"|\b(?:i|we|lets|let us|please|company|firm|boss|client|ready|like) (?:\S+ ){0,8}?(?:apply(?:ing)?(?: for| with| now"
    r"| before| today| right| here| please| quickly| online|$)"
    r"|(?:put in|start|begin|open|make|do|file|lodge|submit|hand in|fill in) (?:an|a new|our|my|the) application)"
)
_BEGINS = re.compile(  # whatever is asked beside
    r"\b(?:i|we)(?:d| would)? (?:like|want|wish) to apply (?:now|today|right (?:now|away))\b"
    r"|\bim applying (?:for (?:iso|the cert)|with|now)\b"
    r"|\b(?:lets|let us|please|pls|just) (?:do|start|begin|open|make|put in) (?:an|the|my|our|a new) application\b"
    r"|^决定.{0,8}申请了|^(?:那就?|就)?(?:现在|马上)就?(?:开始)?申请(?:吧|了)?\W*$"
)
_NOT_NOW = re.compile(
    r"申请(?:过|了(?!吧))|(?:我们?|你们?|他们?)的申请|[交报填]过|撤|取消|不|没|^申请$|(?:9001|14001|27001|27701|45001|22301)"
    r"|\b(?:applied|withdraw|cancel|status of|already|plan|planning|not|dont|wont|can|could|may|might"
    r"|should|must|do|does|how|if|when|who)\b"
)
_CLAIMS_RIGHT = re.compile(
    r"\b(?:request|demand)\b[^.;]{0,20}\b(?:under|by|pursuant to|according to)\b[^.;]{0,20}\b(?:data protection"
    r"|privacy|gdpr)\b|\b(?:subject access|erasure) request\b|\bdsar\b"
    r"|(?:根据|依据|按照|依照)《?(?:个人信息保护法|个保法|数据安全法).{0,30}(?:要求|请求|申请|提供|告知)"
)
"""Who makes use of a right to their data."""
_MISPRINTED = re.compile(
    r"\b(?:our|my|the) (?:new )?certificate (?:you (?:sent|issued|gave|made)|we (?:got|received)|(?:just )?arrived|has|shows"
    r"|says|states|came)\b.{0,50}\b(?:misspel\w+|misprint\w*|typos?|incorrect(?:ly)?|wrong(?:ly)?|mistakes?)\b"
    r"|证书上.{0,8}(?:[印打写拼]错|有误|不对)|证书印错|(?:发|寄|收到|拿到)[过来]?的证书.{0,10}错"
)
_BROKEN_PROMISE = re.compile(
    r"(?:答应|承诺|说好|保证)(?:过|了|我们?|的)*.{0,14}(?:结果|可|却|到现在|至今|都过)[^?？吗]{0,8}(?:没|未|不见)"
    r"|\b(?:(?:promised|told|assured) (?:me|us)|(?:i was|we were) (?:promised|told|assured))\b[^?]{0,50}"
    r"\b(?:but|and|yet)\b[^?]{0,20}\b(?:nothing|never|didn't|not|no one|nobody)\b"
)
_HYPOTHETICAL = re.compile(r"\b(?:if|when|would|could|might|in case)\b|如果|万一|要是|假如|会不会")
_PUTS_OFF = re.compile(
    r"(?:(?:改天|以后|下次|回头|有空)(?:我们?)?再?|(?:过.{1,4}[天月年周]|下个?[周月]|明[天年](?:[年开]?[春初底])?|等.{1,20}|之后"
    r"|考虑好)了?[，,]?(?:我们?)?再)"
    r"[来去]?(?:找[您你]们?)?(?:申请|办理|报名|申报)|(?:今[天日]|暂时?|眼下|目前|现在|还是)先不(?:申请|填|办|报)"
    r"|\b(?:will|ill|well|may|might|maybe|perhaps|probably|rather|going to|gonna)\b.{0,20}\b(?:apply|sign up|register|start)\b"
    r".{0,12}\b(?:later|another (?:day|time)|some other (?:day|time)|tomorrow|next (?:week|month|quarter|year)|one day|someday"
    r"|not at all|in (?:the )?(?:spring|summer|autumn|fall|winter|new year|a (?:week|month|year|while)))\b"
)
_ACCEPTS = re.compile(
    r"(?=.*\b(?:y|yes|yeah|yep|yup|sure|please|pls|would|like)\b)"
    r"(?:(?:oh|ok|okay|well|great|good|y|yes|yeah|yep|yup|sure|please|pls|thanks|thank you|do|do so|do that"
    r"|that would be (?:great|good|nice|kind|lovely|helpful|perfect)|(?:id|i would) like that) ?)+"
    r"|(?:好的?|嗯+|行|那|就|是的?)*(?:要的?|需要|可以的?|麻烦[您你]?们?|请)(?:一下|了|吧|谢谢[您你]?|啊|呀|的)*"
    r"|(?:好的?|嗯+|行|那|就|请|麻烦)*[你您]?帮(?:我|忙)(?:问|联系)(?:一?下|问)?(?:客服|同事|他们)?(?:吧|谢谢[您你]?|啊|呀)*"
)
_MISSPELT = {
    "apply": re.compile(r"\b(?:appply|aply|applly|aplly|applie)(?=ing\b|\b)"),
    "申请": re.compile("[审伸身]请|申[清情]"),
    "认证": re.compile("(?<!确)认[正政](?![确常在式])|(?<=[请做办])人证(?=$|[,，。.!！吧])"),
}
_IF_POLITE = re.compile(
    r",? if (?:it is|it's|its|it isn't|it is not|that is|that's|thats|i may|possible|you (?:please|don't mind|dont mind)"
    r"|at all possible)"
    r"(?: (?:not )?(?:too (?:much|great) (?:of )?(?:a )?(?:trouble|bother|ask)|all right|alright|ok|okay|possible"
    r"|fine(?: with you)?|no trouble))?"
    r"(?=\W*$|[,.;!])"
)
"""A condition that is none."""
_EXCLAIMS = re.compile(
    r"^how (?:splendid|wonderful|lovely|marvell?ous|nice|delightful|kind|good|great|helpful)(?: of you)?[.!,]+\s*"
)
_TRANSFER = re.compile(
    r"(?<![不别甭没])(?<!不用)(?<!不要)(?<!不想)(?<!没必要)(?:转接?|[找叫换派喊])(?:一?[个下位名]|到|给|你们的?|我)*(?:人工"
    r"|真人)(?![智吗])"
    r"|[请让叫](?:一?[位个])?[你您贵]?(?:们|方|司)?的?(?:同事|客服|老师|专员|经理)来?[跟和给同与][我咱俺本](?:们|方|单位|公司)?"
    r"(?:聊|谈|说|讲|沟通|打)"
)
"""Among other words: 这个我弄不明白，请转人工给我讲讲."""
_TALKS_TO = re.compile(
    r"(?<!do i )(?<!must i )(?<!do we )\b(?:would|'d|rather|want to|wish to|need to|prefer to|let me|can i|could i|may i) "
    r"(?:like to |rather |please |just )*(?:talk|speak|chat|discuss (?:it|this|that|them)|go through (?:it|this|that"
    r"|them))(?: \w+){0,3}?"
    r" (?:to|with) (?:one of (?:your|you)|your (?:people|colleagues|team|staff|experts?|auditors?)"
    r"|an? (?:(?:actual|real|live) )?(?:human|person|agent)|(?:someone|somebody) (?:at|from|in) your"
    r"|(?:someone|somebody|a (?:person|human))(?: first| instead| please| pls)*(?=\W*$| before (?:i|we) (?:send"
    r"|submit|apply|decide"
    r"|sign)))(?![a-z])"
)
_SPARES = re.compile(
    r"\b(?:please |pls )?(?:(?:do not|don'?t|stop|quit|no need to|instead of|without)(?: (?:just|keep|always|you))*"
    r" (?:send|refer|transferr?|connect|forward|pass|putt?|hand|direct|bring)(?:ing)?(?: (?:me|us|it|this))?"
    r"(?: (?:over|back|through|on|straight))*(?: (?:to|in|with))?"
    r"|(?:(?:thx|thanks|ok) (?:but )?)?(?:(?:i|we)(?:'d| would)? )?(?:(?:do not|don'?t) (?:want|need|wish)|rather not)"
    r"(?: (?:to )?(?:talk|speak|chat) (?:to|with))?)"
    r" (?:your |the |a |an |any |another )?(?:customer service|customer support|human|person|colleague|agent|support"
    r"|sales(?: (?:guy|guys|man|men|people|person|rep|reps|team))?|staff|operator|someone|somebody|anyone"
    r"|anybody)s?\b(?! to\b)(?: (?:again|please|pls|yet|now|always))*[\s,.;!:]*(?:and |but )?(?:just )?"
    r"|[你您]?(?:们)?可?(?:千万)?(?:不要|别|甭|莫)[^,，。]{0,4}(?:叫|让|派|找)人[^,，。]{0,2}打电话(?:来)?(?:推销|骚扰)?(?:[了啊哈呀])?[\s,，。.!！]*"
    r"|(?:不用|不要|不需要|无需|不必)(?:再)?(?:找)?(?:人工|真人)(?:客服)?[了啦]*[\s,，。.!！;；、]*"
    r"|(?:请|麻烦)?(?:不要|不用|别|甭|莫|无需|不必|不想|不需要)(?:再|又|老是?|总是?|一直|动不动就?|给我|让我|叫我|帮我|把我)*"
    r"(?:转接?|找|接|联系|推)(?:到|给|去)?(?:你们)?的?(?:人工|客服|真人)(?:客服)?(?:[了啦哈啊]|就?行)?[\s,，。.!！;；、]*",
    re.IGNORECASE,
)
"""Who is not to be sent to a person: "stop sending me to customer service", 别又让我找客服."""
_MISSED = re.compile(
    r"(?:no |but )*(?:that is|thats|this is|its) not (?:really )?(?:what (?:i|we) (?:asked|meant"
    r"|wanted to know)(?: for)?|my question"
    r"|the question)|(?:you )?(?:did not|didnt) answer (?:my|the) question|答非所问"
    r"|(?:我问的?|我要问的?)(?:可)?不是这个|(?:刚才)?(?:那个问题|我的?问题)?[你您]?(?:还)?没回答(?:我)?(?:的问题)?"
)
"""Who was not understood: "that's not what I asked"."""
_SIGN = 3  # digits that stand for nothing by themselves: "6", 666
_LONGEST = 80
_REMEMBERED = 512  # texts; those of a message are asked about many times
_LONGEST_WISH = 130
_LONGEST_WITH_REFERENCE = 120


@lru_cache(_REMEMBERED)
def intent(text: str) -> Intent:
    """Small talk is judged on the whole message: a greeting in front of a question does not make it a greeting.

    What is to be done may stand beside details, but not beside a question.
    """
    folded = _SPACE.sub("，", _STICKER.sub(" ", fold(text)))
    for word, misspelt in _MISSPELT.items():
        folded = misspelt.sub(word, folded)
    length = len(_plain(folded))
    if length <= _SIGN and _plain(folded).isdigit():
        return Intent.UNCLEAR
    if not length:
        return next((kind for kind, sign in _SIGNS if sign.search(fold(text))), Intent.UNCLEAR)
    found = _judge(without_references(folded))
    if found not in _WISHES and length <= _LONGEST_WITH_REFERENCE and references(folded):
        return Intent.STATUS
    return found


def accepts(text: str) -> bool:
    """Whether the whole message takes an offer: "yes, please", 好的，麻烦了; not "ok", which may only have been read."""
    return bool(_ACCEPTS.fullmatch(_plain(fold(text))))


def beside_applying(text: str) -> str:
    """What a message asks beside the plain wish to apply; empty where it holds no such wish, or has its reserves."""
    clauses = _CLAUSE.findall(text)
    wishes_it = [
        _wishes(Intent.APPLY, _plain(fold(clause))) or _BEGINS.search(fold(clause).replace("'", ""))
        for clause in clauses
    ]
    rest = "".join(clause for clause, wish in zip(clauses, wishes_it, strict=True) if not wish).strip()
    folded = fold(rest)
    return rest if any(wishes_it) and _asks(folded) and not _RESERVED.search(folded) else ""


def without_courtesy(text: str) -> str:
    """The message without the greeting in front, if anything is left."""
    rest = _POLITE.sub("", text.lstrip(), count=1).strip()
    return rest if _plain(fold(rest)) else text.strip()


def without_refusal(text: str) -> str:
    """The message without its wish not to be sent to a person: what is left may be empty."""
    return _SPARES.sub("", text).strip()


def _judge(folded: str) -> Intent:
    folded = _EXCLAIMS.sub("", _IF_POLITE.sub("", folded))
    plain = _plain(folded)
    if len(plain) <= _LONGEST and (kind := _small_talk(plain)):
        return kind
    if _MISSED.fullmatch(plain):
        return Intent.UNCLEAR
    if _CLAIMS_RIGHT.search(folded):
        return Intent.POLICY
    if _MISPRINTED.search(folded) and not _HYPOTHETICAL.search(folded):
        return Intent.COMPLAINT
    if _BROKEN_PROMISE.search(folded) and not _HYPOTHETICAL.search(folded):
        return Intent.COMPLAINT
    if _PUTS_OFF.search(folded.replace("'", "")) and not _asks(folded):
        return Intent.OKAY
    clauses = _clauses(folded)
    kinds = {plain: _kind(plain) for plain in clauses}
    if kinds and None not in kinds.values():
        return next(kind for kind in Intent if kind in kinds.values())
    rest = [clause for plain, clause in clauses.items() if kinds[plain] is None]
    if len(plain) <= _LONGEST_WISH and (_TRANSFER.search(folded) or _TALKS_TO.search(folded)):
        return Intent.PERSON
    for wish in _WISHES:
        if any(_wishes(wish, plain) for plain in clauses) and not any(
            _against(wish, clause) for clause in rest
        ):
            return wish
    leaves = [*kinds.values()][-1:] == [Intent.GOODBYE]  # "Not today, my boss decides. Bye!"
    if leaves and len(plain) <= _LONGEST and not _asks(folded):
        return Intent.GOODBYE
    if _APPLIES.search(folded.replace("'", "")) and not (_asks(folded) or _NOT_NOW.search(folded)):
        return Intent.APPLY
    return Intent.QUESTION


def _clauses(folded: str) -> dict[str, str]:
    """The clauses, courtesies left out, as they are written, by their words."""
    parted = _COLON.sub(lambda colon: f"{colon[0]},", folded)
    found = {_plain(clause): clause.replace("'", "").strip() for clause in _CLAUSE.findall(parted)}
    return {
        plain: clause for plain, clause in found.items() if plain and not wishes()["courtesy"].match(plain)
    }


def _kind(plain: str) -> Intent | None:
    """What a clause is, if it is all there is."""
    if len(plain) > _LONGEST:
        return next((wish for wish in _WISHES if _wishes(wish, plain)), None)
    for alone, kind in (("person_alone", Intent.PERSON), ("upset_alone", Intent.UPSET)):
        if wishes()[alone].match(plain):
            return kind
    return _small_talk(plain) or next((wish for wish in _WISHES if _wishes(wish, plain)), None)


def _small_talk(plain: str) -> Intent | None:
    if brief := next((kind for kind, pattern in _SMALL_TALK.items() if pattern.fullmatch(plain)), None):
        return brief
    return next((kind for kind in _PLEASANTRIES if wishes()[kind].match(plain)), None)


def _wishes(wish: Intent, plain: str) -> bool:
    """Whether a clause says so in words that leave no doubt even among others."""
    return len(plain) <= _LONGEST_WISH and wishes()[wish].match(
        _TELEPHONE.sub("", _LEAD.sub("", plain)).strip()
    )


def _against(wish: Intent, clause: str) -> bool:
    """Whether the clause makes the message a question after all."""
    if wish is Intent.PERSON:
        return False
    if wish in _GRIEVANCES:
        return bool(_PROCEDURE.search(clause))
    reserved = wish in {Intent.APPLY, Intent.QUOTATION} and _RESERVED.search(clause)
    return bool(reserved or _asks(clause))


def _asks(folded: str) -> bool:
    return bool(_ASKS.search(GOING_ON.sub("", folded)))


def _plain(folded: str) -> str:
    """Letters and digits, single spaces; empty for punctuation and emoji."""
    words = re.findall(r"[^\W_]+", folded.replace("'", "").replace("’", ""))
    joined = " ".join(words)
    return re.sub(r"(?<=[㐀-鿿]) (?=[㐀-鿿])", "", joined)
