"""What a message is about, learned from all wordings of the content at once.

The nearest wording decides alone in a search by similarity; here all of them have their say. It is a regression of the
labels on the vectors of the wordings with an exponential kernel (kernel ridge regression: Saunders, Gammerman and Vovk
1998; the mean of a Gaussian process, Rasmussen and Williams 2006, chapter 2), solved once when the index is written.
Where the words themselves matter, what they share is added to the kernel (see `phrases`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge import phrases
from knowledge.embed import Vectors

SHARPNESS = 1.0  # how fast a wording's say falls with its distance
RIDGE = 0.03  # how far a wording may be overruled by those around it
PHRASES = 0.25  # what the same words say, beside the same meaning
_ROWS = 500
MOST = 27_000  # wordings; memory and time of the solution grow with their square and cube


@dataclass(frozen=True)
class Meaning:
    """`labels` (k); `centre` (d), `wordings` (n × d, unit vectors), `weights` (n × k) and `base` (k) are what was learned.

    So are, where phrases have a say, their `rarity` (p) and what they say of each label, `said` (p × k); else p is 0.
    """

    labels: tuple[str, ...]
    centre: Vectors
    wordings: Vectors
    weights: Vectors
    base: Vectors
    rarity: Vectors
    said: Vectors

    def likeness(self, vector: Vectors, text: str = "") -> dict[str, float]:
        """How much a message of that vector (d) is like what bears each label: about 1 for alike, about 0 for not."""
        if not len(self.wordings):
            return {}
        nearness = np.exp(SHARPNESS * (self.wordings @ unit(vector - self.centre) - 1))
        likeness = self.base + nearness @ self.weights
        if len(self.rarity):
            places, weights = phrases.weighed(text, self.rarity)
            likeness += weights @ self.said[places]
        return dict(zip(self.labels, map(float, likeness), strict=True))

    def save(self, file: Path) -> None:
        np.savez(
            file,
            labels=np.array(self.labels, dtype=np.str_),
            centre=self.centre,
            wordings=self.wordings,
            weights=self.weights,
            base=self.base,
            rarity=self.rarity,
            said=self.said,
        )

    @classmethod
    def load(cls, file: Path) -> "Meaning":
        with np.load(file) as held:
            arrays = {name: held[name] for name in held.files if name != "labels"}
            return cls(tuple(map(str, held["labels"])), **arrays)


_EMPTY = np.zeros((0, 0), np.float32)
NOTHING = Meaning((), _EMPTY.ravel(), _EMPTY, _EMPTY, _EMPTY.ravel(), _EMPTY.ravel(), _EMPTY)
"""What is learned from no wordings: nothing is like anything."""


def learn(vectors: Vectors, labels: Sequence[str], texts: Sequence[str] = ()) -> Meaning:
    """From one vector (n × d) and one label a wording. Of very many wordings, an even share is learned from.

    Where the wordings are given, too, their phrases have a say.
    """
    from scipy.linalg import cho_factor, cho_solve  # who only answers need not have it in memory

    if len(labels) > MOST:
        kept = np.linspace(0, len(labels) - 1, MOST).astype(int)
        vectors, labels = vectors[kept], [labels[i] for i in kept]
        texts = [texts[i] for i in kept] if texts else ()
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
    rarity = phrases.rarity(texts) if texts else _EMPTY.ravel()
    shared = phrases.matrix(texts, rarity) if texts else None
    if shared is not None:
        for start in range(0, len(texts), _ROWS):  # a few at a time: nearly all texts share words
            kernel[start : start + _ROWS] += PHRASES * (shared[start : start + _ROWS] @ shared.T).toarray()
    kernel[np.diag_indices_from(kernel)] += RIDGE
    base = wanted.mean(0)
    # Its transpose is itself, and lies in memory as LAPACK wants it: else it is copied first.
    factor = cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
    weights = np.asarray(cho_solve(factor, wanted - base, overwrite_b=True, check_finite=False), np.float32)
    said = _EMPTY if shared is None else np.asarray(PHRASES * (shared.T @ weights), np.float32)
    return Meaning(names, centre, wordings, weights, base, rarity, said)


def unit(vectors: Vectors) -> Vectors:
    """Along the last axis; a vector of no length stays one."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1), np.float32)
