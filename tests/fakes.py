"""Stand-ins at the one seam that is slow: the embedder."""

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from knowledge.embed import Side, Vectors
from knowledge.language import words

DIMENSION = 64


class FakeEmbedder:
    """Vectors that are near each other when texts share words; the same text always gets the same vector."""

    name = "fake"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        self.embedded.extend(texts)
        rows = np.empty((len(texts), DIMENSION), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = sum((_vector(word) for word in words(text)), _vector(""))
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


@cache
def _vector(word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
    vector: Vectors = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return vector
