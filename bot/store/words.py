"""Texts as words for a full-text index that knows no Chinese: Latin words as they are, Chinese in overlapping pairs.

A run of Chinese ends with its last character alone, so that every character begins some word: one character is then
found as the beginning of a word, and a longer run by its pairs.
"""

import re
from collections.abc import Iterator, Sequence

from knowledge.language import fold

_HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W_{_HAN}]+")
_LONGEST_WORD = 60  # characters; a longer one is cut
_MOST = 3000  # words of a message
_MOST_SOUGHT = 100


def words(text: str) -> str:
    """The words of a message, with a blank between two; empty where it has none."""
    found = [word for run in _runs(text) for word in _indexed(run)]
    return " ".join(found[:_MOST])


def sought(query: str) -> tuple[list[str], list[str]]:
    """What a message must hold to be found: whole words, and beginnings of words; of a long query its first ones."""
    whole: list[str] = []
    begun: list[str] = []
    runs = list(_runs(query))
    for n, run in enumerate(runs):
        if _is_han(run):
            pairs = _pairs(run)
            whole += pairs
            begun += [] if pairs else [run]
        elif n == len(runs) - 1 and not query[-1:].isspace():
            begun.append(run[:_LONGEST_WORD])  # may be still being typed
        else:
            whole.append(run[:_LONGEST_WORD])
    return whole[:_MOST_SOUGHT], begun[:_MOST_SOUGHT]


def _runs(text: str) -> Iterator[str]:
    return (match[0] for match in _RUN.finditer(fold(text)))


def _indexed(run: str) -> Sequence[str]:
    return [*_pairs(run), run[-1]] if _is_han(run) else [run[:_LONGEST_WORD]]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _is_han(run: str) -> bool:
    return re.fullmatch(f"[{_HAN}]+", run) is not None
