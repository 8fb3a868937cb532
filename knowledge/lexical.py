"""How much of a query's words each matter's wordings hold: an inverted index over all wordings, and one over matters."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lexical:
    """Words go by their numbers (0 … w-1), matters (m) by their places, and wordings (n) stand in the order of matters.

    The wordings that hold word i are `wordings[wordings_from[i]:wordings_from[i + 1]]`; so with matters. A matter's first
    wording is `first` (m); `weights` (n) are what the words of each wording weigh.
    """

    first: NDArray[np.int64]
    weights: NDArray[np.float32]
    wordings_from: NDArray[np.int64]
    wordings: NDArray[np.int32]
    matters_from: NDArray[np.int64]
    matters: NDArray[np.int32]

    @classmethod
    def over(
        cls,
        matters: Iterable[tuple[Iterable[Iterable[str]], Iterable[str]]],
        numbers: Mapping[str, int],
        weights: NDArray[np.float32],
    ) -> Self:
        """`matters` gives the wordings of each, one at least, and its further words; `weights` are by a word's number."""
        in_wordings, in_matters = _Postings(), _Postings()
        first, heavy = array("l"), array("f")
        telling: list[float] = weights.tolist()
        for place, (asked, more) in enumerate(matters):
            first.append(len(heavy))
            known = _numbered(more, numbers)
            for words in asked:
                held = _numbered(words, numbers)
                known |= held
                in_wordings.add(held, len(heavy))
                heavy.append(sum(telling[number] for number in held))
            in_matters.add(known, place)
        return cls(
            np.array(first, np.int64),
            np.array(heavy, np.float32),
            *in_wordings.by_word(len(weights)),
            *in_matters.by_word(len(weights)),
        )

    def shares(
        self, asked: Mapping[int, float], whole: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Overlap with the nearest wording, and coverage by the whole matter, of every matter (m each), 0..1.

        `asked` are the weights of the query's words that are known, by number; `whole` is what all of its words weigh.
        """
        shared = np.zeros(len(self.weights), np.float32)
        covered = np.zeros(len(self.first), np.float32)
        if not whole or not len(self.first):
            return covered, covered
        for word, weight in asked.items():
            shared[self.wordings[self.wordings_from[word] : self.wordings_from[word + 1]]] += weight
            covered[self.matters[self.matters_from[word] : self.matters_from[word + 1]]] += weight
        overlap = np.maximum.reduceat(2 * shared / (whole + self.weights), self.first)
        return overlap, covered / np.float32(whole)

    def save(self, file: Path) -> None:
        np.savez(file, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, file: Path) -> Self:
        with np.load(file) as held:
            return cls(**held)


class _Postings:
    """Gathers which places hold which words; no word twice at a place."""

    def __init__(self) -> None:
        self._words, self._places = array("i"), array("i")

    def add(self, words: Iterable[int], place: int) -> None:
        before = len(self._words)
        self._words.extend(words)
        self._places.extend([place] * (len(self._words) - before))

    def by_word(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Where those of each word begin, and all places by word."""
        words = np.array(self._words, np.int32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(words, minlength=count))]).astype(np.int64)
        return starts, np.array(self._places, np.int32)[np.argsort(words, kind="stable")]


def _numbered(words: Iterable[str], numbers: Mapping[str, int]) -> set[int]:
    return {numbers[word] for word in words if word in numbers}
