"""Which item of a list that was shown a message points to: "the third one", 第六个是什么意思."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.numerals import DIGITS

_LINE = re.compile(r"^(\d{1,2})\. (.+)$", re.MULTILINE)
_CLAUSE = re.compile(r"(?:\bclause |第)(\d{1,2})(?:条款)? ?((?:(?! and )[^\d,，。.;；:：])+)", re.IGNORECASE)
"""An item of a list in a sentence, by its own number: "clause 5 leadership", 第5条款领导作用."""
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_CARDINALS = "one two three four five six seven eight nine ten".split()
_NTH = "|".join((*_ORDINALS, "last", r"\d{1,2}(?:st|nd|rd|th)"))
_POINTS = re.compile(
    rf"\bthe (?P<nth>{_NTH}) (?:one|item|step|point|document|paper)\b(?!\s*:)"
    rf"|\b(?:the|and|then) (?P<bare>{_NTH})(?=\s*[?!.]*$)"
    rf"|(?:\b(?:number|no\.?|item|step|point|document)\s?|#)(?P<number>\d{{1,2}}|{'|'.join(_CARDINALS)})\b"
    r"|(?P<back>倒数)?第(?P<han>[一二两三四五六七八九十]|\d{1,2})(?:[个個项項步点點样樣份类類](?![月问問事])|(?=呢))"
    rf"|^\W*(?:and|then|what about|how about) (?P<own>\d{{1,2}}|{'|'.join(_CARDINALS)})(?=\s*[?!.]*$)"
    r"|^\W*(?:那|那么)?第?(?P<han_own>[四五六七八九十]|\d{1,2})[条章]?(?:款)?呢[？?]?$"
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
    if said := found["own"] or found["han_own"]:
        own = next((own for own in map(_by_own_number, shown) if len(own) > 1), {})
        text = own.get(_number(said), "")
        return Item(text, "") if text else None
    lines = next((lines for lines in map(_listed, shown) if len(lines) > 1), [])
    place = _place(found, len(lines))
    if not 0 <= place < len(lines):
        return None
    return Item(lines[place], f"{text[: found.start()]} {text[found.end() :]}".strip())


def _listed(reply: str) -> list[str]:
    return [line[2] for line in _LINE.finditer(reply)]


def _by_own_number(reply: str) -> dict[int, str]:
    return {int(number): f"{number} {text.strip()}" for number, text in _CLAUSE.findall(reply)} or {
        int(line[1]): line[2] for line in _LINE.finditer(reply)
    }


def _place(found: re.Match[str], length: int) -> int:
    """From 0; what is beyond the list where it is none of it."""
    if found["end"] or (found["nth"] or found["bare"] or "").casefold() == "last":
        return length - 1
    if found["han"]:
        return length - _number(found["han"]) if found["back"] else _number(found["han"]) - 1
    return _number(found["nth"] or found["bare"] or found["number"]) - 1


def _number(said: str) -> int:
    """In digits or words, an ordinal or not."""
    for names in (_ORDINALS, _CARDINALS):
        if said.casefold() in names:
            return names.index(said.casefold()) + 1
    return 10 if said == "十" else int(DIGITS.get(said, said.rstrip("stndrhSTNDRH")))
