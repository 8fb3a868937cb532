"""Vectors of the texts that come with CertDesk, so that a first start is quick: to embed thousands takes minutes.

One byte a dimension, which loses less than the four bits of the model's weights do. What is not among them is embedded
when it is needed; `python -m knowledge.shipped` writes them anew.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).parent / "vectors.npz"
_KEY = 16  # bytes of a key that are kept
_MOST = 127

Vectors = NDArray[np.float32]


class Shipped:
    """Those of one model, in memory (17 MB)."""

    def __init__(self, model: str, file: Path = FILE) -> None:
        self._rows: dict[bytes, int] = {}
        if not file.exists():
            return
        with np.load(file) as held:
            if str(held["model"]) == model:
                self._rows = {bytes(key): row for row, key in enumerate(held["keys"])}
                self._vectors = held["vectors"]

    def vectors(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """The unit vectors of those keys that are held."""
        wanted = {key: self._rows[key[:_KEY]] for key in keys if key[:_KEY] in self._rows}
        if not wanted:
            return {}
        found = self._vectors[list(wanted.values())].astype(np.float32)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return dict(zip(wanted, found, strict=True))


def write(model: str, held: Mapping[bytes, Vectors], file: Path = FILE) -> None:
    """`held` are unit vectors (d) by their key."""
    keys = sorted(held)
    exact = np.stack([held[key] for key in keys])
    rough = np.rint(exact * (_MOST / np.abs(exact).max(axis=1, keepdims=True))).astype(np.int8)
    short = np.frombuffer(b"".join(key[:_KEY] for key in keys), np.uint8).reshape(-1, _KEY)
    np.savez_compressed(file, model=np.array(model), keys=short, vectors=rough)
