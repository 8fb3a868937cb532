"""Which item of a list that was shown a message points to: "the third one", 第六个是什么意思."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.numerals import DIGITS

_LINE = re.compile(r"^(\d{1,2})\. (.+)$", re.MULTILINE)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_CARDINALS = "one two three four five six seven eight nine ten".split()
_NTH = "|".join((*_ORDINALS, "last"))
_POINTS = re.compile(
    rf"\bthe (?P<nth>{_NTH}) (?:one|item|step|point|document|paper)\b(?!\s*:)"
    rf"|\b(?:the|and|then) (?P<bare>{_NTH})(?=\s*[?!.]*$)"
    rf"|(?:\b(?:number|no\.?|item|step|point|document)\s?|#)(?P<number>\d{{1,2}}|{'|'.join(_CARDINALS)})\b"
    r"|(?P<back>倒数)?第(?P<han>[一二两三四五六七八九十]|\d{1,2})(?:[个個项項步点點样樣份类類](?![月问問事])|(?=呢))"
    r"|(?P<end>最后)一?[个個项項步点點样樣份](?![问問事小])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Item:
    """`text` is what the list says there, `rest` what the message says beside pointing to it."""

    text: str
    rest: str


def item(text: str, shown: Iterable[str]) -> Item | None:
    """The item of the list that was shown last; `shown` are replies, the latest first. None if there is no such item."""
    found = _POINTS.search(text)
    if found is None:
        return None
    lines = next((lines for lines in map(_listed, shown) if len(lines) > 1), [])
    place = _place(found, len(lines))
    if not 0 <= place < len(lines):
        return None
    return Item(lines[place], f"{text[: found.start()]} {text[found.end() :]}".strip())


def _listed(reply: str) -> list[str]:
    return [line[2] for line in _LINE.finditer(reply)]


def _place(found: re.Match[str], length: int) -> int:
    """From 0; what is beyond the list where it is none of it."""
    said = (found["nth"] or found["bare"] or found["number"] or "").casefold()
    if found["end"] or said == "last":
        return length - 1
    if found["han"]:
        number = (
            int(found["han"])
            if found["han"].isdecimal()
            else 10
            if found["han"] == "十"
            else int(DIGITS[found["han"]])
        )
        return length - number if found["back"] else number - 1
    for names in (_ORDINALS, _CARDINALS):
        if said in names:
            return names.index(said)
    return int(said) - 1
