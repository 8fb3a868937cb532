"""The words and pairs of neighbouring words of a text, which an embedding blurs: "not", "if", "yet" turn a wish around.

Weighed as ever (tf-idf, unit length), so that the product of two texts is the cosine of what they share. A phrase has a
place by its hash, and so needs no vocabulary that is kept beside (Weinberger et al. 2009, feature hashing).
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.dialects import mandarin
from knowledge.embed import Vectors
from knowledge.language import fold

if TYPE_CHECKING:
    from scipy.sparse import csr_array

PLACES = 1 << 14
_LEAST = 2  # texts that a phrase must stand in to tell anything
_TOKEN = re.compile(r"[^\W\d_㐀-鿿]+(?:['’][a-z]+)?|\d+|[㐀-鿿]|[?!,，。.？！]")
_NUMBER, _BEGIN, _END = "0", "^", "$"  # any number; where a text begins and ends


def rarity(texts: Sequence[str]) -> Vectors:
    """How telling the phrases of each place are (PLACES), among these texts; 0 for what hardly any has."""
    held = np.zeros(PLACES, np.float32)
    for text in texts:
        held[list(_counted(text))] += 1
    telling = np.log((1 + len(texts)) / (1 + held)) + 1
    return np.where(held >= _LEAST, telling, 0).astype(np.float32)


def weighed(text: str, rarity: Vectors) -> tuple[NDArray[np.int64], Vectors]:
    """The places of a text's phrases, and their weights: a unit vector, or nothing where none tells anything."""
    counted = _counted(text)
    places = np.fromiter(counted, np.int64, len(counted))
    weights = (1 + np.log(np.fromiter(counted.values(), np.float32, len(counted)))) * rarity[places]
    length = np.linalg.norm(weights)
    return (places, np.asarray(weights / length, np.float32)) if length else (places[:0], weights[:0])


def matrix(texts: Sequence[str], rarity: Vectors) -> "csr_array":
    """A row a text (n × PLACES)."""
    from scipy.sparse import csr_array  # who only answers need not have it in memory

    rows = [weighed(text, rarity) for text in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places, weights = (np.concatenate(column) for column in zip(*rows, strict=True))
    return csr_array((weights, places, ends), shape=(len(texts), PLACES))


def _counted(text: str) -> Counter[int]:
    tokens = [_NUMBER if token.isdecimal() else token for token in _TOKEN.findall(fold(mandarin(text)))]
    tokens = [_BEGIN, *tokens, _END]
    pairs = (f"{first} {second}" for first, second in pairwise(tokens))
    return Counter(zlib.crc32(phrase.encode()) % PLACES for phrase in (*tokens, *pairs))
