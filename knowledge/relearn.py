"""What `meaning.learn` found, brought up to date for a few wordings that come and go.

Learning all anew takes seconds and much memory. The regression is the mean of a Gaussian process, which can be conditioned
on more points, and on fewer, with the old weights at hand (Rasmussen and Williams 2006, equations 2.23 and 2.24, and the
inverse of a partitioned matrix, A.11): exact in what the old solution says of the new wordings, with the covariance
taken from the old wordings nearest to them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import Vectors
from knowledge.meaning import RIDGE, SHARPNESS, Meaning, unit

_NEAREST = 2000  # old wordings that the covariance is taken from; time grows with their cube


def relearned(old: Meaning, gone: Sequence[int], vectors: Vectors, labels: Sequence[str]) -> Meaning:
    """`gone` are rows of the old wordings; `vectors` (n × d) are new ones, with a label each. Phrases must have no say."""
    names = (*old.labels, *dict.fromkeys(label for label in labels if label not in old.labels))
    more = len(names) - len(old.labels)
    weights = np.pad(old.weights, ((0, 0), (0, more))).astype(np.float64)
    base = np.pad(old.base, (0, more))
    added = unit(vectors - old.centre) if len(labels) else np.zeros((0, old.wordings.shape[1]), np.float32)
    near = _near(old.wordings, np.concatenate([added, old.wordings[list(gone)]]), gone)
    _forget(weights, old.wordings, near, gone)
    left = np.setdiff1d(np.arange(len(old.wordings)), gone)
    learned = _learn(
        weights, base, old.wordings, np.setdiff1d(near, gone), added, [names.index(each) for each in labels]
    )
    wordings = np.concatenate([old.wordings[left], added])
    weights = np.concatenate([weights[left], learned])
    return replace(old, labels=names, wordings=wordings, weights=weights.astype(np.float32), base=base)


def _near(wordings: Vectors, points: Vectors, gone: Sequence[int]) -> NDArray[np.int64]:
    if not len(points):
        return np.zeros(0, np.int64)
    nearest = np.argsort(-(wordings @ points.T).max(1))[:_NEAREST]
    return np.union1d(nearest, np.array(gone, np.int64))


def _forget(
    weights: NDArray[np.float64], wordings: Vectors, near: NDArray[np.int64], gone: Sequence[int]
) -> None:
    """Takes away the say of some wordings, as if they had not been learned."""
    if not len(gone):
        return
    places = np.searchsorted(near, gone)
    ones = np.zeros((len(near), len(gone)))
    ones[places, np.arange(len(gone))] = 1
    shares = np.linalg.solve(_kernel(wordings[near], wordings[near], RIDGE), ones)
    weights[near] -= shares @ np.linalg.solve(shares[places], weights[list(gone)])


def _learn(
    weights: NDArray[np.float64],
    base: Vectors,
    wordings: Vectors,
    near: NDArray[np.int64],
    added: Vectors,
    labels: Sequence[int],
) -> NDArray[np.float64]:
    """The weights of new wordings; those of the old ones give way."""
    if not len(labels):
        return np.zeros((0, weights.shape[1]))
    missing = -(base + _kernel(added, wordings) @ weights)
    missing[np.arange(len(labels)), labels] += 1
    between = _kernel(wordings[near], added)
    known = np.linalg.solve(_kernel(wordings[near], wordings[near], RIDGE), between)
    learned = np.linalg.solve(_kernel(added, added, RIDGE) - between.T @ known, missing)
    weights[near] -= known @ learned
    return np.asarray(learned, np.float64)


def _kernel(ours: Vectors, theirs: Vectors, ridge: float = 0.0) -> NDArray[np.float64]:
    near = np.exp(SHARPNESS * (ours.astype(np.float64) @ theirs.T - 1))
    if ridge:
        near[np.diag_indices_from(near)] += ridge
    return np.asarray(near, np.float64)
