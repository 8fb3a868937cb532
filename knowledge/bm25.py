"""BM25 scores, worked out by bm25s when the index is written; who only answers adds them up and need not have it in memory.

bm25s, which brings scipy with it, is used here only.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class BM25:
    """`numbers` are the places of words (w). The documents that hold word i are `documents[starts[i]:starts[i + 1]]`.

    `scores` are what it gives each of them; there are `count` documents in all.
    """

    numbers: Mapping[str, int]
    count: int
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    scores: NDArray[np.float32]

    @classmethod
    def over(cls, corpus: Sequence[list[str]]) -> Self:
        """No document may be without words."""
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it asks for its debugging lines itself
        found = bm25s.BM25()
        found.index(corpus, show_progress=False)
        numbers, held = found.vocab_dict, found.scores
        starts = np.pad(
            held["indptr"], (0, len(numbers) + 1 - len(held["indptr"])), "edge"
        )  # it adds an empty word
        return cls(numbers, len(corpus), starts, held["indices"], held["data"])

    def total(self, words: Iterable[str]) -> NDArray[np.float32]:
        """The score of every document for different words; 0 for those that none holds."""
        total = np.zeros(self.count, np.float32)
        for word in words:
            if (number := self.numbers.get(word)) is not None:
                held = slice(self.starts[number], self.starts[number + 1])
                total[self.documents[held]] += self.scores[held]
        return total

    def save(self, folder: Path) -> None:
        (folder / "words.json").write_text(json.dumps(self.numbers), encoding="utf-8")
        np.savez(
            folder / "bm25.npz",
            count=self.count,
            starts=self.starts,
            documents=self.documents,
            scores=self.scores,
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        numbers = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        with np.load(folder / "bm25.npz") as held:
            return cls(numbers, int(held["count"]), held["starts"], held["documents"], held["scores"])
