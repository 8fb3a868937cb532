"""What `meaning.learn` found, brought up to date for a few wordings that come and go.

Learning all anew takes a minute and much memory. The regression is the mean of a Gaussian process, which can be
conditioned on more points, and on fewer (Rasmussen and Williams 2006, equations 2.23 and 2.24, and the inverse of a
partitioned matrix, A.11): exact in what the old solution says of these wordings, with the covariance taken from the old
wordings nearest to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge import phrases
from knowledge.embed import Vectors
from knowledge.meaning import PHRASES_OF_QUESTIONS, RIDGE, Meaning, in_bytes, in_two_bytes, near

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_NEAREST = 2000  # old wordings that the covariance is taken from; time grows with their cube

Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Wordings:
    """Some wordings with their vectors (n × d), labels and texts."""

    vectors: Vectors
    labels: Sequence[str]
    texts: Sequence[str]


def relearned(old: Meaning, texts: Sequence[str], gone: Sequence[int], new: Wordings) -> Meaning:
    """`texts` are those that the old one was learned from, of which `gone` are places; `new` ones come."""
    names = (*old.labels, *dict.fromkeys(label for label in new.labels if label not in old.labels))
    changed = _Changed(old, names, texts)
    near_by = _near(changed.seen, np.concatenate([old.seen(new.vectors), changed.seen[list(gone)]]), gone)
    if len(gone):
        changed.forget(near_by, gone)
    added, scale = in_bytes(old.seen(new.vectors))
    learned = changed.learn(np.setdiff1d(near_by, gone), new, added * scale[:, np.newaxis])
    left = np.setdiff1d(np.arange(len(old.wordings)), gone)
    weights, unit = in_two_bytes(np.concatenate([changed.weights[left], learned]))
    return replace(
        old,
        labels=names,
        base=changed.base,
        wordings=np.concatenate([old.wordings[left], added]),
        scale=np.concatenate([old.scale[left], scale]),
        weights=weights,
        unit=unit,
        said=changed.said.astype(np.float16),
    )


def _near(wordings: Vectors, points: Vectors, gone: Sequence[int]) -> NDArray[np.int64]:
    if not len(points):
        return np.zeros(0, np.int64)
    nearest = np.argsort(-(wordings @ points.T).max(1))[:_NEAREST]
    return np.union1d(nearest, np.array(gone, np.int64))


class _Changed:
    """`weights` (n × k) and `said` (p × k) of the known wordings, as they change."""

    def __init__(self, old: Meaning, names: Sequence[str], texts: Sequence[str]) -> None:
        wider = ((0, 0), (0, len(names) - len(old.labels)))
        self.seen: Vectors = np.asarray(old.wordings * old.scale[:, np.newaxis], np.float32)
        self.base = np.pad(old.base, wider[1])
        self.weights: Weights = np.pad(old.weights.T * old.unit.astype(np.float64), wider)
        self.said: Weights = np.pad(old.said, wider).astype(np.float64)
        self._rarity, self._names, self._texts = old.rarity, names, texts

    def forget(self, around: NDArray[np.int64], gone: Sequence[int]) -> None:
        """As if those had not been learned; what lies near takes over."""
        places = np.searchsorted(around, gone)
        ones = np.zeros((len(around), len(gone)))
        ones[places, np.arange(len(gone))] = 1
        seen, shared = self.seen[around], self._phrases_at(around)
        shares = np.linalg.solve(_kernel(seen, shared, seen, shared, RIDGE), ones)
        self._add(around, shared, -shares @ np.linalg.solve(shares[places], self.weights[list(gone)]))

    def learn(self, around: NDArray[np.int64], new: Wordings, coming: Vectors) -> Weights:
        """The weights of new wordings (`coming` along the axes), to which those of the old ones give way."""
        if not len(new.labels):
            return np.zeros((0, len(self._names)))
        seen, shared = self.seen[around], self._phrases_at(around)
        theirs = self._phrases(new.texts)
        missing = -(self.base + _kernel(coming, None, self.seen, None) @ self.weights)
        if theirs is not None:
            missing -= theirs @ self.said
        missing[np.arange(len(new.labels)), [self._names.index(label) for label in new.labels]] += 1
        between = _kernel(seen, shared, coming, theirs)
        taken = np.linalg.solve(_kernel(seen, shared, seen, shared, RIDGE), between)
        rest = _kernel(coming, theirs, coming, theirs, RIDGE) - between.T @ taken
        learned = np.asarray(np.linalg.solve(rest, missing), np.float64)
        self._add(around, shared, -taken @ learned)
        if theirs is not None:
            self.said += PHRASES_OF_QUESTIONS * (theirs.T @ learned)
        return learned

    def _add(
        self, around: NDArray[np.int64], shared: "csr_array | None", change: NDArray[np.floating]
    ) -> None:
        self.weights[around] += change
        if shared is not None:
            self.said += PHRASES_OF_QUESTIONS * (shared.T @ change)

    def _phrases_at(self, places: NDArray[np.int64]) -> "csr_array | None":
        return self._phrases([self._texts[place] for place in places])

    def _phrases(self, texts: Sequence[str]) -> "csr_array | None":
        return phrases.matrix(texts, self._rarity) if len(self._rarity) and len(texts) else None


def _kernel(
    ours: Vectors, our_phrases: "csr_array | None", theirs: Vectors, their_phrases: "csr_array | None",
    ridge: float = 0.0,
) -> Weights:  # fmt: skip
    nearness = near(ours @ theirs.T).astype(np.float64)
    if our_phrases is not None and their_phrases is not None:
        nearness += PHRASES_OF_QUESTIONS * (our_phrases @ their_phrases.T).toarray()
    if ridge:
        nearness[np.diag_indices_from(nearness)] += ridge
    return nearness
