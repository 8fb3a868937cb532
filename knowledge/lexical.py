"""How much of a query's words each matter's wordings hold: an inverted index over all wordings, and one over matters."""

from array import array
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


class Lexical:
    """`matters` gives each one's id, its wordings and its further words; `numbers` has the place of each word in `weights`."""

    def __init__(
        self,
        matters: Iterable[tuple[str, Iterable[Iterable[str]], Iterable[str]]],
        numbers: Mapping[str, int],
        weights: NDArray[np.float32],
    ) -> None:
        self._numbers = numbers
        self._place: dict[str, int] = {}  # of each matter
        in_wordings, in_matters = _Postings(), _Postings()
        first, heavy = array("l"), array("f")
        telling: list[float] = weights.tolist()
        for place, (matter, asked, more) in enumerate(matters):
            self._place[matter] = place
            first.append(len(heavy))
            known = self._numbered(more)
            for words in map(self._numbered, asked):
                known |= words
                in_wordings.add(words, len(heavy))
                heavy.append(sum(telling[number] for number in words))
            in_matters.add(known, place)
        self._wordings = in_wordings.by_word(len(weights))
        self._matters = in_matters.by_word(len(weights))
        self._first = np.array(first, np.int64)
        self._weights = np.array(heavy, np.float32)

    def shares(self, asked: Mapping[str, float], matters: Sequence[str]) -> dict[str, tuple[float, float]]:
        """(overlap with the nearest wording, coverage by the whole matter) of each, 0..1; `asked` are weights by word."""
        whole = sum(asked.values())
        if not whole or not len(self._weights):
            return dict.fromkeys(matters, (0.0, 0.0))
        shared = np.zeros(len(self._weights), np.float32)
        covered = np.zeros(len(self._place), np.float32)
        for word, weight in asked.items():
            number = self._numbers.get(word)
            if number is not None:
                shared[self._wordings[number]] += weight
                covered[self._matters[number]] += weight
        overlap = np.maximum.reduceat(2 * shared / (whole + self._weights), self._first)
        places = [self._place[matter] for matter in matters]
        return {
            matter: (float(overlap[place]), float(covered[place] / whole))
            for matter, place in zip(matters, places, strict=True)
        }

    def _numbered(self, words: Iterable[str]) -> set[int]:
        return {self._numbers[word] for word in words if word in self._numbers}


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
