"""Splits English and Chinese text into sentences."""

import re
from collections.abc import Iterator

from knowledge.names import CITATION

_CLOSERS = "[\"'”’»」』）)\\]】》*_]*"
_MARKERS = rf"(?:[ \t]*{CITATION.pattern})*"
_LONGEST_SPAN = 20  # [1-3] cites all three; [2018-2021] does not cite four passages
_URL = r"(?:https?://|www\.)[!-Z^-~]*[A-Za-z0-9/&=#%+-]"
_END = re.compile(
    rf"(?P<url>{_URL})|(?:(?P<dot>\.+)|[。！？!?；;]+\.*){_CLOSERS}{_MARKERS}[。.；;]*", re.IGNORECASE
)

_ABBREVIATIONS = frozenset(
    ["e.g", "i.e", "eg", "ie", "mr", "mrs", "ms", "dr", "prof", "vs", "cf", "approx", "resp", "incl"]
)
_BEFORE_A_NUMBER = frozenset(
    [
        "no",
        "nos",
        "fig",
        "sec",
        "art",
        "amd",
        "cl",
        "ch",
        "vol",
        "pp",
        "p",
        "ca",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)
_LAST_WORD = re.compile(r"(?:[A-Za-z]+\.)*[A-Za-z]+$")
_LONGEST_WORD = 12
_NUMBERING = re.compile(r"[ \t>*#•(（-]{0,8}\d{1,3}\.")
_BLACK = re.compile(r"\S")
_CJK = "[\u3400-\u9fff]"


def sentences(text: str) -> list[str]:
    """The sentences of a text in their order, stripped; nothing but white space between them is left out.

    A line is at least one sentence, so list items are. A full stop ends a sentence only before what can start
    one, and never in a number, a version, an abbreviation, a URL or the numbering of a list. Closing quotes
    and citation markers such as [1] stay with the sentence that they follow.
    """
    return [sentence for line in text.splitlines() for part in _parts(line) if (sentence := part.strip())]


def citations(text: str) -> list[int]:
    """The passages that a text cites, in the order of its markers: [1], [1, 2], [1-3], 【1】."""
    cited: list[int] = []
    for match in CITATION.finditer(text):
        for first, last in re.findall(r"(\d+)(?:\s?[–-]\s?(\d+))?", match[1]):
            span = range(int(first), int(last or first) + 1)
            cited += span if 0 < len(span) <= _LONGEST_SPAN else (int(first), int(last))
    return cited


def _parts(line: str) -> Iterator[str]:
    start = 0
    for match in _END.finditer(line):
        if match["url"] or (match["dot"] and not _is_full_stop(line, start, match)):
            continue
        yield line[start : match.end()]
        start = match.end()
    yield line[start:]


def _is_full_stop(line: str, start: int, match: re.Match[str]) -> bool:
    following = _BLACK.search(line, match.end())
    if following is None:
        return True
    if following.start() == match.end():
        before = line[match.start() - 1 : match.start()]
        return bool(re.match(_CJK, following[0]) and re.match(rf"{_CJK}|[)\]”]", before))
    if _NUMBERING.fullmatch(line, start, match.end()) or following[0].islower():
        return False
    word = _LAST_WORD.search(line, max(start, match.start() - _LONGEST_WORD), match.start())
    if word is None or match["dot"] != ".":
        return True
    last = word[0].lower()
    if last in _BEFORE_A_NUMBER:
        return not following[0].isdigit()
    return last not in _ABBREVIATIONS and not re.fullmatch(r"(?:[a-z]\.)+[a-z]", last)
