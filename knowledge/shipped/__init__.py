"""Vectors of the texts that come with CertDesk, so that a first start is quick: to embed thousands takes minutes.

One byte a dimension, which loses less than the four bits of the model's weights do. What is not among them is embedded
when it is needed; `python -m knowledge.shipped` writes them anew. The file is read where it lies, and in order of its
keys, so that a changed text changes its own bytes alone.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
_MOST = 127

Vectors = NDArray[np.float32]


class Shipped:
    """Those of one model."""

    def __init__(self, model: str, folder: Path = FOLDER) -> None:
        file = file_of(model, folder)
        held = np.load(file, mmap_mode="r") if file.exists() else np.empty(0, _rows(1))
        self._keys = np.array(held["key"])
        self._vectors = held["vector"]

    def vectors(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """The unit vectors of those keys that are held."""
        asked = list(keys)
        short = np.array([_short(key) for key in asked], np.uint64)
        places = np.searchsorted(self._keys, short)
        found = np.flatnonzero(np.append(self._keys, 0)[places] == short)
        if not len(found):
            return {}
        vectors = self._vectors[places[found]].astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return {asked[i]: vector for i, vector in zip(found, vectors, strict=True)}


def write(model: str, held: Mapping[bytes, Vectors], folder: Path = FOLDER) -> None:
    """`held` are unit vectors (d) by their key."""
    keys = sorted(held, key=_short)
    exact = np.stack([held[key] for key in keys])
    rows = np.empty(len(keys), _rows(exact.shape[1]))
    rows["key"] = [_short(key) for key in keys]
    rows["vector"] = np.rint(exact * (_MOST / np.abs(exact).max(axis=1, keepdims=True)))
    np.save(file_of(model, folder), rows)


def file_of(model: str, folder: Path = FOLDER) -> Path:
    return folder / f"{model.replace('/', '_')}.npy"


def _rows(dimensions: int) -> np.dtype[np.void]:
    return np.dtype([("key", "<u8"), ("vector", "i1", (dimensions,))])


def _short(key: bytes) -> int:
    """Its first eight bytes: no two of a hundred thousand keys share them."""
    return int.from_bytes(key[:8])
