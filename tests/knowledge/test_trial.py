"""A search over content as it would be answers as one that learned all of it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEmbedder
from knowledge import edit, index
from knowledge.blocks import Wording
from knowledge.calibration import Calibration
from knowledge.documents import Content, Role
from knowledge.edit import add, retire, revise, written_entry
from knowledge.ingest import ingest
from knowledge.language import words
from knowledge.load import load
from knowledge.meaning import PHRASES_OF_QUESTIONS, Meaning, learn
from knowledge.relearn import Wordings, relearned
from knowledge.search import Search
from knowledge.trial import trial
from samples import SMALL, write

CHEQUE = {
    "en": Wording("Can we pay by cheque?", "By cheque too.", ("do you take cheques",)),
    "zh": Wording("可以用支票付款吗？", "也收支票。", ("收支票吗",)),
}
QUESTIONS = ["cheque please", "收不收支票", "label expiry date", "park a lorry", "what does a check cost"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "content", SMALL)


@pytest.fixture
def search(folder: Path, tmp_path: Path) -> Search:
    ingest(folder, tmp_path / "data", FakeEmbedder())
    return Search(index.open_current(tmp_path / "data" / "index"), FakeEmbedder(), Calibration.read())


def learned_anew(content: Content, folder: Path, tmp_path: Path, change: edit.Change) -> Search:
    with edit.locked(folder), edit.written(folder, change):
        ingest(folder, tmp_path / "anew", FakeEmbedder())
    return Search(index.open_current(tmp_path / "anew" / "index"), FakeEmbedder(), Calibration.read())


def change_of(folder: Path, kind: str) -> edit.Change:
    held = written_entry(folder, load(folder), "desk", "validity")
    assert held
    if kind == "add":
        return add(folder, "desk", "cheque", CHEQUE)
    if kind == "retire":
        return retire(folder, "desk", "validity", held.digest)
    return revise(folder, "desk", "validity", CHEQUE, held.digest)


@pytest.mark.parametrize("kind", ["add", "revise", "retire"])
def test_it_answers_as_one_that_learned_all_anew(
    folder: Path, search: Search, tmp_path: Path, kind: str
) -> None:
    change = change_of(folder, kind)
    after = trial(search, change.content, tmp_path / "cache.sqlite")
    found = [after.search(question) for question in QUESTIONS]
    anew = learned_anew(change.content, folder, tmp_path, change)
    for result, question in zip(found, QUESTIONS, strict=True):
        expected = anew.search(question)
        first, wanted = result.hits[0], expected.hits[0]
        assert first.confidence == pytest.approx(wanted.confidence, abs=0.2)
        if wanted.confidence >= search.calibration.clarify:
            assert first.entry.matter == wanted.entry.matter


def test_only_new_wordings_are_embedded(folder: Path, search: Search, tmp_path: Path) -> None:
    search.embedder = own = FakeEmbedder()
    cache = tmp_path / "data" / "embeddings.sqlite"
    trial(search, add(folder, "desk", "cheque", CHEQUE).content, cache)
    assert len(own.embedded) == 6  # two questions, two wordings, two answers


def test_the_search_that_is_open_stays_as_it_is(folder: Path, search: Search, tmp_path: Path) -> None:
    before = search.index.meaning
    after = trial(search, add(folder, "desk", "cheque", CHEQUE).content, tmp_path / "cache.sqlite")
    assert after.has("desk/cheque")
    assert not search.has("desk/cheque")
    assert search.index.meaning is before


def test_it_finds_what_the_written_index_finds(shipped_search: Search, shipped_data: Path) -> None:
    written = shipped_search.index
    held = trial(shipped_search, written.content, shipped_data / "embeddings.sqlite").index
    found = 0
    for question in ["How long is the certificate valid?", "认证需要哪些材料", "is there a discount", "zzz"]:
        asked = words(question)
        assert np.allclose(held.sparse(asked), written.sparse(asked), atol=1e-4)
        assert [held.weight(word) for word in asked] == pytest.approx(
            [written.weight(word) for word in asked]
        )
        vector = shipped_search.embedder.embed([question], "query")[0]
        for role in Role:
            ours, theirs = (
                {n.passage: n.score for n in each.dense(vector, role, 20)} for each in (held, written)
            )
            shared = ours.keys() & theirs.keys()
            assert next(iter(ours)) in shared
            assert all(ours[key] == pytest.approx(theirs[key], abs=1e-4) for key in shared)
            found += len(shared)
    assert found >= 0.95 * 4 * len(Role) * 20  # that of Chroma is approximate


class TestRelearning:
    def vectors(self, n: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        found = np.random.default_rng(1).standard_normal((n, 16)).astype(np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)  # type: ignore[no-any-return]

    def assert_alike(self, one: Meaning, other: Meaning, within: float) -> None:
        for probe in self.vectors(60)[40:]:
            ours, theirs = one.likeness(probe), other.likeness(probe)
            assert all(ours[label] == pytest.approx(theirs[label], abs=within) for label in theirs)

    def learned(self, places: Sequence[int]) -> Meaning:
        return learn(self.at(places).vectors, self.at(places).labels)

    def at(self, places: Sequence[int]) -> Wordings:
        labels, texts = (
            [f"l{i % 5}" for i in places],
            [f"word{i % 7} and word{i % 5} of {i % 3}" for i in places],
        )
        return Wordings(self.vectors(40)[list(places)], labels, texts)

    def test_more_wordings_are_as_if_learned_from_the_beginning(self) -> None:
        grown = relearned(self.learned(range(36)), self.at(range(36)).texts, [], self.at(range(36, 40)))
        assert len(grown.wordings) == 40
        self.assert_alike(grown, self.learned(range(40)), 0.05)  # the centre and the base have moved a little

    def test_fewer_wordings_are_as_if_never_learned(self) -> None:
        gone = [3, 17, 39]
        shrunk = relearned(self.learned(range(40)), self.at(range(40)).texts, gone, self.at([]))
        assert len(shrunk.wordings) == 37
        self.assert_alike(shrunk, self.learned([i for i in range(40) if i not in gone]), 0.05)

    def test_what_comes_and_goes_changes_nothing(self) -> None:
        old = self.learned(range(40))
        self.assert_alike(relearned(old, self.at(range(40)).texts, [5], self.at([5])), old, 1e-3)

    def test_a_new_label_is_learned(self) -> None:
        new = Wordings(self.vectors(41)[40:], ["new"], ["word"])
        grown = relearned(self.learned(range(40)), self.at(range(40)).texts, [], new)
        likeness = grown.likeness(new.vectors[0])
        assert max(likeness, key=lambda label: likeness[label]) == "new"

    def test_phrases_come_and_go_with_their_wordings(self) -> None:
        gone = [3, 17]
        whole, left = self.at(range(40)), self.at([i for i in range(40) if i not in gone])
        old, anew = (
            learn(each.vectors, each.labels, each.texts, PHRASES_OF_QUESTIONS) for each in (whole, left)
        )
        shrunk = relearned(old, whole.texts, gone, self.at([]))
        back = relearned(shrunk, left.texts, [], self.at(gone))
        for probe, text in zip(self.vectors(60)[40:], whole.texts[:20], strict=True):
            assert shrunk.likeness(probe, text) == pytest.approx(anew.likeness(probe, text), abs=0.06)
            assert back.likeness(probe, text) == pytest.approx(old.likeness(probe, text), abs=5e-3)
