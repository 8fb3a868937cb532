"""Wordings of what many customers want in nearly the same words, in a short notation, one a line.

A file has sections, each a line `== name` and the wordings below it; a text is one of them as a whole, or it is not.
`[a|b]` may be missing and `(a|b)` may not, a `*` after it repeats it, `<name>` is any wording of that section, and
`...` some words, or characters, of any kind. Spaces count for nothing in Chinese.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PIECE = re.compile(r"\.\.\.|<\w+>|[\[(|]|[\])]\*?|[a-z0-9]+|[^\s\w]|[^\W_a-z0-9]+")
_HAN = re.compile(r"[㐀-鿿]")
_MARKS = {"[": "(?:", "(": "(?:", "|": "|", ")": ")", ")*": ")+", "]": ")?", "]*": ")*"}
_ANYTHING = {" ": r"(?:\S+ ){0,10}", "": r".{0,12}"}

Sections = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Wordings:
    english: re.Pattern[str]
    chinese: re.Pattern[str]

    def match(self, text: str) -> bool:
        """Whether the text is one of these. It is folded, and has letters, digits and single spaces only."""
        if _HAN.search(text):
            return bool(self.chinese.fullmatch(text.replace(" ", "")))
        return bool(self.english.fullmatch(f"{text} "))


@cache
def wishes() -> Mapping[str, Wordings]:
    """Those of all files in this folder, by section."""
    files = sorted(Path(__file__).parent.glob("*.txt"))
    return read("\n".join(file.read_text(encoding="utf-8") for file in files))


def read(text: str) -> dict[str, Wordings]:
    """Raises KeyError for a section that is pointed to and missing, ValueError for a mark that has no meaning."""
    sections: dict[str, list[str]] = {}
    for block in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        name, *lines = block.splitlines()
        sections[name] = [line for line in lines if line and not line.startswith("#")]
    return {name: _read(lines, sections) for name, lines in sections.items()}


def _read(lines: Sequence[str], sections: Sections) -> Wordings:
    chinese = [_pattern(line, "", sections) for line in lines if _HAN.search(line)]
    english = [_pattern(line, " ", sections) for line in lines if not _HAN.search(line)]
    return Wordings(re.compile("|".join(english) or "(?!)"), re.compile("|".join(chinese) or "(?!)"))


def _pattern(line: str, gap: str, sections: Sections) -> str:
    """With `gap` after each word, so that a word that is missing leaves none."""
    pattern = ""
    for piece in _PIECE.findall(line):
        if piece.startswith("<"):
            parts = (_pattern(part, gap, sections) for part in sections[piece[1:-1]])
            pattern += f"(?:{'|'.join(parts)})"
        elif piece == "...":
            pattern += _ANYTHING[gap]
        elif piece in _MARKS:
            pattern += _MARKS[piece]
        elif piece.isalnum():
            pattern += piece + gap
        else:
            raise ValueError(f"{piece!r} in {line!r} has no meaning")
    return pattern
