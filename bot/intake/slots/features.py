"""A message as tokens, and what tells of each token whether it belongs to a value."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bot.intake import contacts, dates, names
from bot.intake.plain import narrow, plain
from knowledge.numbering import numbers

Span = tuple[int, int]
_TOKEN = re.compile(r"[㐀-鿿]|\n|[^\W_㐀-鿿]+|[^\s\w]|_")
_HAN = re.compile("[㐀-鿿]")
_REACH = 3  # tokens to either side
_DAY = date(2026, 1, 1)  # any: only where dates stand matters
_EDGE = "|"
_HELD = "held-"
_FEW = 6  # tokens of a short answer
_BREAKS = re.compile(r"[,，、;；:：.。!！?？\n–—]")
_LATER = 2  # clauses before or behind, of which one more or less tells nothing


def tokens(text: str) -> list[Span]:
    """Words of letters and digits, single Chinese characters, single signs and line breaks."""
    return [match.span() for match in _TOKEN.finditer(plain(text))]


def features(text: str, spans: list[Span], asked: str | None, held: Mapping[str, str]) -> list[list[str]]:
    """What is known of each token. `asked` is the role that the open question is for, `held` are values by role."""
    folded, written = plain(text), narrow(text)
    words = [folded[start:end] for start, end in spans]
    shapes = [_shape(written[start:end]) for start, end in spans]
    marks = _marks(text, spans, held)
    again = "+".join(sorted({mark for mark in marks if mark.startswith(_HELD)}))
    around = [_EDGE] * _REACH
    padded = [*around, *words, *around]
    clauses = list(_clauses(folded, spans, words))
    return [
        [
            *_one(padded[at : at + 2 * _REACH + 1], asked),
            *_form(shapes, marks, at),
            *clauses[at],
            *_place(at, len(words), asked),
            f"again={again}",
            f"again={again} {marks[at]}",
        ]
        for at in range(len(words))
    ]


def _one(near: list[str], asked: str | None) -> Iterator[str]:
    """The token among its neighbours."""
    before3, before2, before, word, after, after2, after3 = near
    yield f"w={word}"
    yield f"-1={before}"
    yield f"+1={after}"
    yield f"-2={before2}"
    yield f"+2={after2}"
    yield f"-10={before} {word}"
    yield f"01={word} {after}"
    yield f"-21={before2} {before}"
    yield f"12={after} {after2}"
    yield f"-321={before3} {before2} {before}"
    yield f"123={after} {after2} {after3}"
    yield f"-101={before} {word} {after}"
    yield f"-210={before2} {before} {word}"
    yield f"012={word} {after} {after2}"
    yield f"a={asked} {word}"
    yield f"a-1={asked} {before}"
    yield f"a+1={asked} {after}"
    if len(word) > 3:
        yield f"p={word[:3]}"
        yield f"s={word[-3:]}"


def _form(shapes: list[str], marks: list[str], at: int) -> Iterator[str]:
    """How the token and its neighbours are written, and what else they are."""
    shape = [shapes[near] if 0 <= near < len(shapes) else _EDGE for near in (at - 1, at, at + 1)]
    mark = [marks[near] if 0 <= near < len(marks) else _EDGE for near in (at - 1, at, at + 1)]
    yield f"f={shape[1]}"
    yield "f-1={} {}".format(*shape[:2])
    yield "f+1={} {}".format(*shape[1:])
    yield "fff={} {} {}".format(*shape)
    yield f"m={mark[1]}"
    yield "m-1={} {}".format(*mark[:2])
    yield "m+1={} {}".format(*mark[1:])


def _clauses(folded: str, spans: list[Span], words: list[str]) -> Iterator[list[str]]:
    """Of each token, how its clause begins and ends, how the next one begins, and which of them it is.

    Where Chinese is written without commas, a blank ends a clause.
    """
    starts = [
        at
        for at, (start, end) in enumerate(spans)
        if at == 0
        or _BREAKS.match(words[at - 1])
        or (folded[start - 1] == " " and _HAN.match(words[at]) and _HAN.match(words[at - 1]))
    ]
    for place, start in enumerate(starts):
        stop = starts[place + 1] if place + 1 < len(starts) else len(words)
        begins = " ".join(words[start : min(start + 2, stop)])
        last = max(start, stop - 1 - bool(_BREAKS.match(words[stop - 1])))
        later = len(starts) - 1 - place
        told = [
            f"c={words[start]}",
            f"cc={begins}",
            f"ce={words[last]}",
            f"cee={' '.join(words[max(start, last - 1) : last + 1])}",
            f"cn={' '.join(words[stop : stop + 1])}",
            f"cnn={' '.join(words[stop : stop + 2])}",
            f"cat={min(place, _LATER)} {min(later, _LATER)}",
        ]
        for at in range(start, stop):
            yield [*told, f"cw={words[start]} {words[at]}" if at > start else "cw"]


def _place(at: int, count: int, asked: str | None) -> Iterator[str]:
    yield f"a={asked}"
    yield f"a={asked} {count < _FEW}"
    yield f"first={min(at, 3)}"
    yield f"last={min(count - 1 - at, 3)}"
    yield f"count={min(count, 6)} {asked}"


def _shape(word: str) -> str:
    if _HAN.match(word):
        return "han"
    if word.isdigit():
        return f"d{min(len(word), 5)}"
    if not word[:1].isalnum():
        return word
    if word.isupper():
        return "XX" if len(word) > 1 else "X"
    mixed = "d" if any(character.isdigit() for character in word) else ""
    return ("Xx" if word[:1].isupper() else "xX" if not word.islower() else "x") + mixed


def _marks(text: str, spans: list[Span], held: Mapping[str, str]) -> list[str]:
    """What known kind of value each token stands in, and whether that value, or a text, is held already."""
    marks = [""] * len(spans)

    def mark(start: int, end: int, kind: str) -> None:
        for at, (first, last) in enumerate(spans):
            if start <= first and last <= end:
                marks[at] = kind

    folded = plain(text)
    for role, value in held.items():
        known = plain(value)
        at = folded.find(known) if len(known) > 1 else -1
        if at >= 0:
            mark(at, at + len(known), f"{_HELD}{role}")
    for start, end in names.companies(text):
        mark(start, end, "company")
    for number in numbers(folded):
        said = str(number.value)
        holding = next((role for role in ("people", "sites") if held.get(role) == said), None)
        mark(number.start, number.end, f"{_HELD}{holding}" if holding else "number")
    for due in dates.find(text, _DAY):
        mark(due.start, due.end, f"{_HELD}date" if held.get("date") == due.value else "date")
    for contact in contacts.find(text):
        mark(
            contact.start,
            contact.end,
            f"{_HELD}contact" if contact.value in held.get("contact", "") else "contact",
        )
    return marks
