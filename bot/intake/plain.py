"""A customer's message made easy to compare."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from bot.messages import clean
from knowledge import folding, language

LONGEST = 4000
_REMEMBERED = 2048  # texts; labels of fields come again with each message
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")
_HESITATES = re.compile(
    r"^(?:\s*(?:(?:u+[hm]+|erm+|h*m{2,}|嗯+|呃+|额+)[\s,，、.…]+|(?i:u+[hm]+|e+r+m*)[,…]+\s*|\.{2,}\s*))+(?=\S)"
)
_STANDARD = re.compile(r"(?<=20000)(?:人证|认正|任证|人正)")  # mistyped
_APOSTROPHES = str.maketrans("’‘´`", "''''")
_PAUSE = re.compile(r"[,;!:?，；。！：？…\n—]+|\.(?=\s|$)|\s[–-]\s")
_SETS_OFF = re.compile(r"[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+|(?<=[㐀-鿿])\s+(?=[㐀-鿿A-Za-z])")
_BETWEEN_HAN = re.compile(r"(?<=[㐀-鿿]) (?=[㐀-鿿])")


def readable(text: str) -> str:
    """The message without what nobody sees (direction marks, controls) or means ("um"), cut at LONGEST characters."""
    return _STANDARD.sub("认证", _HESITATES.sub("", clean(_INVISIBLE.sub("", text[:LONGEST]))))


_CRY = re.compile(r"(?P<sign>[急快哈啊哎])(?P=sign){2,}[!！~～。]*")


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit of any script: punctuation, emoji and 急急急 are no answer."""
    return any(c.isalnum() for c in text) and not _CRY.fullmatch(text.strip())


@lru_cache(_REMEMBERED)
def plain(text: str) -> str:
    """The text in small letters, Simplified characters, narrow digits and punctuation.

    Character for character, so that a span found here holds in the text.
    """
    folded = folding.fold(text).translate(_APOSTROPHES)
    return "".join(c if "\x20" <= c < "A" else _plain_character(c) for c in folded)


def narrow(text: str) -> str:
    """The text with narrow letters, digits and signs, character for character and with its capitals."""
    return "".join(c if c.isascii() else _narrow_character(c) for c in folding.fold(text))


def bare(text: str) -> str:
    """Its words alone, with one space between them and none between Chinese characters."""
    return _BETWEEN_HAN.sub("", " ".join(re.findall(r"[^\W_]+", plain(text).replace("'", ""))))


@lru_cache(maxsize=16384)
def _plain_character(character: str) -> str:
    folded = language.fold(character)
    return folded if len(folded) == 1 else character


@lru_cache(maxsize=16384)
def _narrow_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def pieces(text: str) -> list[str]:
    """What stands between emoji, or between the blanks of a Chinese text: 就一个产品呀 商城系统维护."""
    return [piece.strip() for piece in _SETS_OFF.split(text) if says_something(piece)]


def clauses(text: str) -> list[tuple[int, int]]:
    """Start and end of each clause that says something, with the pause behind it."""
    ends = [0, *(match.end() for match in _PAUSE.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(ends) if says_something(text[start:end])]
