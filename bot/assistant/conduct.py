"""What a model's sentence must be, whatever its sources hold: sourced, in the customer's language, and free of workings."""

import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache

from bot.prompts import instructions
from knowledge.sentences import sentences

_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u08ff\u0900-\u1cff\u3040-\u30ff\uac00-\ud7af]")
_FEWEST_WORDS = 5  # Latin words without a Chinese character that make a sentence English
_MOST_HAN = 0.4  # share of letters: an English sentence may name a document by its Chinese name
_MARKUP = re.compile(
    r"[{}<>]\s*[\"/|a-zA-Z]|\|>|```|\"(?:name|arguments|query|function)\"\s*:|\btool_call|\b(?:search_knowledge|hand_over"
    r"|(?:start|update|confirm)_application|application_status|missing_documents|request_quotation)\b|</?\w+>"
)
_COURTESY = re.compile(
    r"(?:hello|hi|dear|good (?:morning|afternoon|evening))(?:,? \w+){0,3}[,.!]?"
    r"|(?:many )?thank(?:s| you)(?: (?:so|very) much)?(?: for (?:\w+ ){0,5}\w+)?[.!]?"
    r"|(?:i(?:'m| am) )?(?:very |so |really )?sorry(?: (?:to hear (?:that|this)|about (?:that|this)|for (?:the|your|this|that)"
    r" (?:\w+ )?(?:wait|trouble|inconvenience|confusion|delay|experience)))?[.!]?"
    r"|(?:that(?:'s| is) an? )?(?:good|great|excellent|very good) question[.!]?|you(?:'re| are) (?:very )?welcome[.!]?"
    r"|(?:my pleasure|(?:i(?:'m| am|'d be| would be) )?(?:happy|glad) to help(?: (?:you )?with (?:that|this))?)[.!]?"
    r"|i understand(?: your (?:concern|question|situation|worry)s?)?[.!]?"
    r"|(?:please |just )?(?:let me know|tell me)(?: (?:if|what|whether|how|which|when|where|about|more)\b[^,;:.!?]{0,80})?[.!]?"
    r"|(?:please )?feel free to (?:ask|contact|write|reach|get in touch|come back|share|tell)\b[^,;:.!?]{0,60}[.!]?"
    r"|(?:您好|你好|好问题|不客气|(?:非常|很|十分)?(?:谢谢|感谢)(?:您的?(?:咨询|关注|提问|理解|耐心|支持|信任|来信|等待|问题)?)?"
    r"|(?:非常|很|十分)?抱歉(?:让您久等了?|给您带来(?:了)?不便)?"
    r"|很?高兴(?:能)?为您(?:服务|解答|介绍)|(?:我)?(?:非常)?理解您的?(?:担心|顾虑|心情|疑问|想法))[，。！!~～]?"
    r"|(?:如果?|若)?您?(?:还)?有(?:任何|其他|其它|别的|更多)?(?:问题|疑问|需要)[，,]?(?:也?(?:请|欢迎|可以|都可以))?(?:您)?(?:随时)?"
    r"(?:告诉我|联系(?:我们|我)|提问|问我|咨询(?:我们|我)?|提出|沟通|说)?[。！!~～]?"
    r"|请(?:您)?(?:告诉我|告知)[^，,；;：:。！!？?\d]{0,16}[。！!~～]?|(?:欢迎|请)(?:您)?随时(?:联系|咨询|提问|问|告诉)(?:我们|我)?[。！!~～]?",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？]\W{0,3}$")
_SHINGLE = 7  # words in a row that give a prompt away
_WORDS = re.compile(r"[a-z]+")
_EXAMPLE = re.compile('"[^"\n]*"')  # how an answer looks is no secret


_OF_PROMPT = re.compile(
    r"\b(?:system|hidden|initial|original|secret|my|internal) (?:prompts?|instructions?|guidelines|rules)\b|\bdeveloper message"
    r"|提示词|系统提示|系统指令|我的(?:指令|设定|规则|指示)|内部(?:指令|规则)|开发者(?:消息|指令)",
    re.IGNORECASE,
)
_ODD = {"Cf", "Co", "Cn", "Cs", "Me", "Nd", "Nl", "No"}
_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000]")
_ENCLOSED = re.compile("[\U0001f100-\U0001f1ff]")
_AS_PICTURE = "\ufe0f"
_SPACED = re.compile(
    r"(?<!\w)(?:[A-Za-z0-9][ \u00a0._·•*-]{1,3}){3,}[A-Za-z0-9](?!\w)|(?:[㐀-鿿][ \u00a0.·•．*_-]){2,}[㐀-鿿](?![㐀-鿿])"
)


class Fault(StrEnum):
    UNSOURCED = "unsourced"
    """States something without a source."""
    LANGUAGE = "language"
    MARKUP = "markup"
    """Holds workings: a tool call in words, a tag, code."""
    PROMPT = "prompt"
    """Repeats its instructions, or speaks of them."""
    CHARACTERS = "characters"
    """Is written so that people read what no check does: invisible or spaced letters, digits in circles."""


def fault(sentence: str, sourced: bool, language: str) -> Fault | None:
    """What is wrong with a sentence of a reply in `language`, zh or en."""
    if _MARKUP.search(sentence):
        return Fault.MARKUP
    if _SPACED.search(sentence) or any(map(_is_odd, sentence)):
        return Fault.CHARACTERS
    if _gives_away(sentence):
        return Fault.PROMPT
    if not _spoken(sentence, language):
        return Fault.LANGUAGE
    return None if sourced or not states(sentence) else Fault.UNSOURCED


def states(sentence: str) -> bool:
    """Whether a sentence states something, and is not just a question or a courtesy."""
    return not (is_question(sentence) or _COURTESY.fullmatch(sentence.strip()))


def is_question(sentence: str) -> bool:
    return bool(_ASKS.search(sentence))


def _spoken(sentence: str, language: str) -> bool:
    han, latin = len(_HAN.findall(sentence)), len(_LATIN.findall(sentence))
    if _OTHER_SCRIPT.search(sentence):
        return False
    if language == "zh":
        return han > 0 or latin < _FEWEST_WORDS
    return han <= _MOST_HAN * (han + latin)


@lru_cache(maxsize=4096)
def _is_odd(character: str) -> bool:
    """Whether it looks like a letter or digit that it is not, or like nothing."""
    if character.isascii() or _FULL_WIDTH.match(character) or character == _AS_PICTURE:
        return False
    if unicodedata.category(character) in _ODD or _ENCLOSED.match(character):
        return True
    plain = unicodedata.normalize("NFKC", character)
    return plain != character and any(map(str.isalnum, plain))


def _gives_away(sentence: str) -> bool:
    return bool(_OF_PROMPT.search(sentence)) or not _runs().isdisjoint(_shingles(sentence))


@cache
def _runs() -> frozenset[tuple[str, ...]]:
    texts = [_EXAMPLE.sub("", instructions(name).text) for name in ("system", "repair")]
    return frozenset(run for text in texts for line in sentences(text) for run in _shingles(line))


def _shingles(text: str) -> list[tuple[str, ...]]:
    words = _WORDS.findall(text.casefold())
    return [tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)]
