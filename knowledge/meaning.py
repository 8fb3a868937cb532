"""What a message is about, learned from all wordings of the content at once.

The nearest wording decides alone in a search by similarity; here all of them have their say. It is a regression of the
labels on the vectors of the wordings with a kernel (kernel ridge regression: Saunders, Gammerman and Vovk 1998; the mean
of a Gaussian process, Rasmussen and Williams 2006, chapter 2), solved once when the index is written.

The vectors are seen along the axes on which the wordings differ most, a byte for each, and the weights are kept in two
bytes: this tells as much in a third of the memory, and what is compared with is what was learned from. What the words
themselves share is added to the kernel (see `phrases`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import phrases
from knowledge.embed import Vectors
from knowledge.packed import solved

AXES = 192
SHARPNESS = 1.0  # how fast a wording's say falls with its distance
RIDGE = 0.02  # how far a wording may be overruled by those around it
PHRASES = 0.25  # what the same words say, beside the same meaning
PHRASES_OF_QUESTIONS = 0.1  # and where thousands ask for hundreds of things
_ROWS, _LABELS = 1000, 4  # at a time: what is read of them fits a processor's cache
MOST = 31_000  # wordings; memory and time of the solution grow with their square and cube


@dataclass(frozen=True)
class Meaning:
    """`labels` (k); `centre` (d), `axes` (d × r), `base` (k), the `wordings` (n × r) and `weights` (k × n) were learned.

    A wording is its bytes times its `scale` (n), a weight its two bytes times the `unit` (k) of its label. Where phrases
    have a say, their `rarity` (p) and what they say of each label, `said` (p × k, half precision), were, too; else p is 0.
    """

    labels: tuple[str, ...]
    centre: Vectors
    axes: Vectors
    base: Vectors
    wordings: NDArray[np.int8]
    scale: Vectors
    weights: NDArray[np.int16]
    unit: Vectors
    rarity: Vectors
    said: NDArray[np.float16]

    def seen(self, vectors: Vectors) -> Vectors:
        """Vectors (… × d) along the axes (… × r)."""
        return np.asarray(unit(vectors - self.centre) @ self.axes, np.float32)

    def likeness(self, vector: Vectors, text: str = "") -> dict[str, float]:
        """How much a message of that vector (d) is like what bears each label: about 1 for alike, about 0 for not."""
        return self.named(self.liken(vector, text))

    def named(self, likeness: Vectors) -> dict[str, float]:
        """What `liken` gives, by the labels."""
        return dict(zip(self.labels, likeness.tolist(), strict=True))

    def liken(self, vector: Vectors, text: str = "") -> Vectors:
        """As `likeness`, in the order of the labels (k)."""
        if not self.labels:
            return self.base
        nearness = self._nearness(self.seen(vector))
        told = [
            self.weights[first : first + _LABELS].astype(np.float32) @ nearness
            for first in range(0, len(self.labels), _LABELS)
        ]
        likeness = self.base + np.concatenate(told) * self.unit
        if len(self.rarity):
            places, weights = phrases.weighed(text, self.rarity)
            likeness += weights @ self.said[places].astype(np.float32)
        return np.asarray(likeness, np.float32)

    def _nearness(self, seen: Vectors) -> Vectors:
        """The kernel of a message (r) and each wording (n)."""
        cosines = [
            self.wordings[first : first + _ROWS].astype(np.float32) @ seen
            for first in range(0, len(self.wordings), _ROWS)
        ]
        return near(np.concatenate(cosines) * self.scale)

    def save(self, folder: Path) -> None:
        folder.mkdir()
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name))

    @classmethod
    def load(cls, folder: Path) -> "Meaning":
        """Read where it lies, once for all processes."""
        held = {field.name: np.load(folder / f"{field.name}.npy", mmap_mode="r") for field in fields(cls)}
        labels = tuple(map(str, held.pop("labels")))
        return cls(labels, **{name: np.asarray(array) for name, array in held.items()})


_EMPTY = np.zeros((0, 0), np.float32)
NOTHING = Meaning(
    (), _EMPTY.ravel(), _EMPTY, _EMPTY.ravel(), _EMPTY.astype(np.int8), _EMPTY.ravel(), _EMPTY.astype(np.int16),
    _EMPTY.ravel(), _EMPTY.ravel(), _EMPTY.astype(np.float16),
)  # fmt: skip
"""What is learned from no wordings: nothing is like anything."""


def learn(
    vectors: Vectors, labels: Sequence[str], texts: Sequence[str] = (), say: float = PHRASES
) -> Meaning:
    """From one vector (n × d) and one label a wording. Of very many wordings, an even share is learned from.

    Where the wordings are given, too, their phrases have a `say`.
    """
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
    base = wanted.mean(0)
    wanted -= base
    centre = vectors.mean(0)
    seen = unit(vectors - centre)
    axes = _widest(seen)
    wordings, scale = in_bytes(seen @ axes)
    seen = wordings * scale[:, np.newaxis]
    rarity = phrases.rarity(texts) if texts else _EMPTY.ravel()
    shared = phrases.matrix(texts, rarity) if texts else None

    def kernel(rows: slice, columns: slice) -> Vectors:
        nearness = near(seen[rows] @ seen[columns].T)
        if shared is not None:
            nearness += say * (shared[rows] @ shared[columns].T).toarray()
        same = np.arange(max(rows.start, columns.start), min(rows.stop, columns.stop))
        nearness[same - rows.start, same - columns.start] += RIDGE
        return nearness

    weights = solved(len(labels), kernel, wanted)
    said = np.asarray(_EMPTY if shared is None else say * (shared.T @ weights), np.float16)
    return Meaning(names, centre, axes, base, wordings, scale, *in_two_bytes(weights), rarity, said)


def unit(vectors: Vectors) -> Vectors:
    """Along the last axis; a vector of no length stays one."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1), np.float32)


def near(cosines: Vectors) -> Vectors:
    """The kernel of wordings by their cosines."""
    return np.asarray(np.exp(SHARPNESS * (cosines - 1)), np.float32)


def in_bytes(seen: Vectors) -> tuple[NDArray[np.int8], Vectors]:
    """Wordings (n × r) in bytes, and what each is to be multiplied with (n)."""
    scale = np.abs(seen).max(1, initial=0.0) / 127
    scale = np.asarray(np.where(scale > 0, scale, 1), np.float32)
    return np.rint(seen / scale[:, np.newaxis]).astype(np.int8), scale


def in_two_bytes(weights: NDArray[np.floating]) -> tuple[NDArray[np.int16], Vectors]:
    """Weights (n × k) in two bytes (k × n), as they are read, and what those of each label are to be multiplied with (k)."""
    most = np.abs(weights).max(0, initial=0.0) / 32_767
    most = np.asarray(np.where(most > 0, most, 1), np.float32)
    return np.rint(weights / most).T.astype(np.int16, order="C"), most


def _widest(wordings: Vectors) -> Vectors:
    """The directions along which they differ most, as columns (principal components)."""
    _, directions = np.linalg.eigh((wordings.T @ wordings).astype(np.float64))  # from the least on
    return np.ascontiguousarray(directions[:, -AXES:], np.float32)
