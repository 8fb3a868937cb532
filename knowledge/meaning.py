"""What a message is about, learned from all wordings of the content at once.

The nearest wording decides alone in a search by similarity; here all of them have their say. It is a regression of the
labels on the vectors of the wordings with an exponential kernel (kernel ridge regression: Saunders, Gammerman and Vovk
1998; the mean of a Gaussian process, Rasmussen and Williams 2006, chapter 2), solved once when the index is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.embed import Vectors

SHARPNESS = 1.0  # how fast a wording's say falls with its distance
RIDGE = 0.03  # how far a wording may be overruled by those around it
MOST = 20_000  # wordings; memory and time of the solution grow with their square (20,000: 1.7 GB) and cube


@dataclass(frozen=True)
class Meaning:
    """`labels` (k); `centre` (d), `wordings` (n × d, unit vectors), `weights` (n × k) and `base` (k) are what was learned."""

    labels: tuple[str, ...]
    centre: Vectors
    wordings: Vectors
    weights: Vectors
    base: Vectors

    def likeness(self, vector: Vectors) -> dict[str, float]:
        """How much a message of that vector (d) is like what bears each label: about 1 for alike, about 0 for not."""
        if not len(self.wordings):
            return {}
        nearness = np.exp(SHARPNESS * (self.wordings @ unit(vector - self.centre) - 1))
        likeness = self.base + nearness @ self.weights
        return dict(zip(self.labels, map(float, likeness), strict=True))

    def save(self, file: Path) -> None:
        np.savez(
            file,
            labels=np.array(self.labels, dtype=np.str_),
            centre=self.centre,
            wordings=self.wordings,
            weights=self.weights,
            base=self.base,
        )

    @classmethod
    def load(cls, file: Path) -> "Meaning":
        with np.load(file) as held:
            arrays = {name: held[name] for name in ("centre", "wordings", "weights", "base")}
            return cls(tuple(map(str, held["labels"])), **arrays)


_EMPTY = np.zeros((0, 0), np.float32)
NOTHING = Meaning((), _EMPTY.ravel(), _EMPTY, _EMPTY, _EMPTY.ravel())
"""What is learned from no wordings: nothing is like anything."""


def learn(vectors: Vectors, labels: Sequence[str]) -> Meaning:
    """From one vector (n × d) and one label a wording. Of very many wordings, an even share is learned from."""
    from scipy.linalg import cho_factor, cho_solve  # who only answers need not have it in memory

    if len(labels) > MOST:
        kept = np.linspace(0, len(labels) - 1, MOST).astype(int)
        vectors, labels = vectors[kept], [labels[i] for i in kept]
    names = tuple(sorted(set(labels)))
    if not names:
        return NOTHING
    place = {name: i for i, name in enumerate(names)}
    wanted = np.zeros((len(labels), len(names)), np.float32)
    wanted[np.arange(len(labels)), [place[label] for label in labels]] = 1
    centre = vectors.mean(0)
    wordings = unit(vectors - centre)
    kernel = wordings @ wordings.T
    kernel -= 1
    kernel *= SHARPNESS
    np.exp(kernel, out=kernel)
    kernel[np.diag_indices_from(kernel)] += RIDGE
    base = wanted.mean(0)
    # Its transpose is itself, and lies in memory as LAPACK wants it: else it is copied first.
    factor = cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
    weights = cho_solve(factor, wanted - base, overwrite_b=True, check_finite=False)
    return Meaning(names, centre, wordings, np.asarray(weights, np.float32), base)


def unit(vectors: Vectors) -> Vectors:
    """Along the last axis; a vector of no length stays one."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1), np.float32)
