"""How much of a query's words each matter's wordings hold: an inverted index over all wordings, and one over matters."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


class Lexical:
    """`matters` gives each one's id, its wordings and its further words; `weight` tells how telling a word is."""

    def __init__(
        self,
        matters: Iterable[tuple[str, Iterable[Iterable[str]], Iterable[str]]],
        weight: Callable[[str], float],
    ) -> None:
        self._number: dict[str, int] = {}  # of each word
        self._place: dict[str, int] = {}  # of each matter
        in_wordings, in_matters = _Postings(), _Postings()
        first, weights = array("l"), array("f")
        for place, (matter, asked, more) in enumerate(matters):
            self._place[matter] = place
            first.append(len(weights))
            known = set(more)
            for words in map(set, asked):
                known |= words
                in_wordings.add(map(self._numbered, words), len(weights))
                weights.append(sum(map(weight, words)))
            in_matters.add(map(self._numbered, known), place)
        self._wordings = in_wordings.by_word(len(self._number))
        self._matters = in_matters.by_word(len(self._number))
        self._first = np.array(first, np.int64)
        self._weights = np.array(weights, np.float32)

    def __contains__(self, word: str) -> bool:
        return word in self._number

    def shares(self, asked: Mapping[str, float], matters: Sequence[str]) -> dict[str, tuple[float, float]]:
        """(overlap with the nearest wording, coverage by the whole matter) of each, 0..1; `asked` are weights by word."""
        whole = sum(asked.values())
        if not whole or not len(self._weights):
            return dict.fromkeys(matters, (0.0, 0.0))
        shared = np.zeros(len(self._weights), np.float32)
        covered = np.zeros(len(self._place), np.float32)
        for word, weight in asked.items():
            if word in self._number:
                number = self._number[word]
                shared[self._wordings[number]] += weight
                covered[self._matters[number]] += weight
        overlap = np.maximum.reduceat(2 * shared / (whole + self._weights), self._first)
        places = [self._place[matter] for matter in matters]
        return {
            matter: (float(overlap[place]), float(covered[place] / whole))
            for matter, place in zip(matters, places, strict=True)
        }

    def _numbered(self, word: str) -> int:
        return self._number.setdefault(word, len(self._number))


class _Found:
    """The places that hold a word, by its number: a compact list of lists."""

    def __init__(self, starts: NDArray[np.int64], places: NDArray[np.int32]) -> None:
        self._starts, self._places = starts, places

    def __getitem__(self, word: int) -> NDArray[np.int32]:
        return self._places[self._starts[word] : self._starts[word + 1]]


class _Postings:
    """Gathers which places hold which words; no word twice at a place."""

    def __init__(self) -> None:
        self._words, self._places = array("i"), array("i")

    def add(self, words: Iterable[int], place: int) -> None:
        before = len(self._words)
        self._words.extend(words)
        self._places.extend([place] * (len(self._words) - before))

    def by_word(self, count: int) -> _Found:
        words = np.array(self._words, np.int32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(words, minlength=count))])
        return _Found(starts, np.array(self._places, np.int32)[np.argsort(words, kind="stable")])
