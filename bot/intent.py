"""What a message is about, before any search: small talk, a request for a person, or something to look up."""

import re
from enum import StrEnum

from knowledge.language import fold


class Intent(StrEnum):
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    ROBOT = "robot"
    PERSON = "person"
    STATUS = "status"
    UNCLEAR = "unclear"
    QUESTION = "question"


_GREETING = (
    r"(hi|hiya|hello|hey|howdy|greetings|good (morning|afternoon|evening|day))( there| all| everyone| team| sir| madam)?"
    r"|你好|您好|哈喽|哈罗|嗨|在吗|在么|在不在|有人吗|有人在吗|早|早上好|上午好|中午好|下午好|晚上好|大家好|你好呀|您好啊"
)
_THANKS = (
    r"(ok |okay |great |perfect |cool )?(thanks|thank you|thx|ty|cheers|much appreciated)"
    r"( a lot| so much| very much| a bunch)?( for (your|the) (help|answer|info|information))?"
    r"|(好的?|好滴|嗯|明白了|知道了|行|可以)?(谢谢|谢谢你|谢谢您|谢了|多谢|感谢|非常感谢|辛苦了|太感谢了)(啦|哈|了|啊)?"
    r"|ok|okay|okey|got it|i see|understood|great|perfect|cool|nice|good|fine|alright"
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
    r"|(请问)?(你|您)(们)?(到底)?是(不是)?(个)?(机器人|ai|人工智能|真人|人工|智能客服|机器|人)(吗|么|还是(机器人|真人|人工|ai|机器))?(啊|呀)?"
    r"|(这|对面)是(机器人|ai|真人|人工)(回复)?(吗|么)?|你是谁|您是谁|你是什么|你是哪位|您哪位"
)
_PERSON = (
    r"((please|pls|can i|could i|may i|i want to|i would like to|id like to|let me|i need to|want to) )?"
    r"(please )?(talk|speak|chat|connect me|transfer me|put me through)( to| with) (an? |the |your )?"
    r"(real |actual |live |human )?(person|human|agent|someone|somebody|staff|colleague|representative|operator|people|"
    r"customer service|sales)( please| pls| now)?|(human|agent|operator|real person|representative|live agent)( please| pls)?"
    r"|(我要|我想|帮我|请|麻烦|给我)?(转|转接|接|找|换|叫)(一下|个)?(人工|真人|人工客服|真人客服|客服|客服人员)(服务)?(吧|一下|谢谢)?"
    r"|(我要|我想要|我需要|需要)?(人工|人工客服|真人客服|人工服务|真人)"
)
_STATUS = (
    r"(whats|what is|how is|hows|check|where is|any news on|any update on)? ?(the )?(status of )?(my|our) application"
    r"( status| going| now| doing| progress)*|application status|case status|.*\bcd \d{4} \d{6}\b.*"
    r"|(查|查询|查一下|看看|看一下)?(我|我们|我公司|我们公司|我司)?的?(申请|案子)(进度|状态|进展|到哪一?步)(了|怎么样|如何|呢|是什么)*"
)
_PATTERNS = [
    (Intent.ROBOT, _ROBOT),
    (Intent.PERSON, _PERSON),
    (Intent.STATUS, _STATUS),
    (Intent.THANKS, _THANKS),
    (Intent.GOODBYE, _GOODBYE),
    (Intent.GREETING, _GREETING),
]
_WHOLE = [(intent, re.compile(f"(?:{pattern})")) for intent, pattern in _PATTERNS]
_POLITE = re.compile(
    rf"^(?:{_GREETING}|请问(一下)?|那个|麻烦问下|想问一下|excuse me)[\s,，.。!！~～:：、]+", re.IGNORECASE
)
_LONGEST = 80


def intent(text: str) -> Intent:
    """Judged on the whole message only: a greeting in front of a question does not make it a greeting."""
    plain = _plain(text)
    if not plain:
        return Intent.UNCLEAR
    if len(plain) > _LONGEST:
        return Intent.QUESTION
    parts = [part for part in (_plain(piece) for piece in re.split(r"[,，.。!！~～\n]+", text)) if part]
    kinds = {_kind(plain)} if _kind(plain) else {_kind(part) for part in parts}
    if None in kinds:
        return Intent.QUESTION
    return next(kind for kind, _ in _WHOLE if kind in kinds)


def without_courtesy(text: str) -> str:
    """The message without the greeting in front, if anything is left."""
    rest = _POLITE.sub("", text.lstrip(), count=1).strip()
    return rest if _plain(rest) else text.strip()


def _kind(plain: str) -> Intent | None:
    return next((kind for kind, pattern in _WHOLE if pattern.fullmatch(plain)), None)


def _plain(text: str) -> str:
    """Folded letters and digits, single spaces; empty for punctuation and emoji."""
    words = re.findall(r"[^\W_]+", fold(text).replace("'", "").replace("’", ""))
    joined = " ".join(words)
    return re.sub(r"(?<=[㐀-鿿]) (?=[㐀-鿿])", "", joined)
