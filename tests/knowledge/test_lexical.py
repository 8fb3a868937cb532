"""What wordings and a query share, beside the plain count of it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexical import Lexical

WORDS = st.sampled_from("abcdefgh")
LINES = st.lists(st.lists(WORDS, max_size=5), min_size=1, max_size=4)
NUMBERS = {word: place for place, word in enumerate("abcdefgh")}
WEIGHTS = np.arange(0.5, 8.5, dtype=np.float32)
EVEN = np.ones(8, np.float32)


def test_overlap_is_with_the_nearest_wording_and_coverage_by_all() -> None:
    lexical = Lexical.over([([["a", "b"], ["c"]], ["d"])], NUMBERS, EVEN)
    overlap, coverage = lexical.shares({NUMBERS[word]: 1.0 for word in "acd"}, whole=4.0)
    assert (overlap[0], coverage[0]) == pytest.approx((0.4, 0.75))


def test_nothing_asked_or_nothing_known_shares_nothing() -> None:
    overlap, coverage = Lexical.over([([["a"]], [])], NUMBERS, EVEN).shares({}, whole=0.0)
    assert (overlap[0], coverage[0]) == (0.0, 0.0)
    assert not len(Lexical.over([], NUMBERS, EVEN).shares({0: 1.0}, whole=1.0)[0])


def test_a_saved_index_of_words_comes_back_as_it_was(tmp_path: Path) -> None:
    lexical = Lexical.over([([["a", "b"]], ["d"]), ([["c"]], [])], NUMBERS, EVEN)
    lexical.save(tmp_path / "lexical.npz")
    asked = {NUMBERS["a"]: 1.0, NUMBERS["c"]: 2.0}
    for ours, theirs in zip(
        lexical.shares(asked, 3.0), Lexical.load(tmp_path / "lexical.npz").shares(asked, 3.0), strict=True
    ):
        assert ours.tolist() == theirs.tolist()


@given(
    st.dictionaries(st.sampled_from("mno"), st.tuples(LINES, st.lists(WORDS, max_size=5)), min_size=1),
    st.sets(WORDS),
)
def test_it_is_what_counting_gives(
    matters: dict[str, tuple[list[list[str]], list[str]]], asked: set[str]
) -> None:
    heavy = dict(zip(NUMBERS, map(float, WEIGHTS), strict=True))
    weights = {word: heavy[word] for word in asked}
    whole = sum(weights.values()) or 1.0
    numbered = {NUMBERS[word]: weight for word, weight in weights.items()}
    overlap, coverage = Lexical.over(matters.values(), NUMBERS, WEIGHTS).shares(
        numbered, sum(weights.values())
    )
    for place, (wordings, more) in enumerate(matters.values()):
        overlaps = [
            2 * sum(heavy[w] for w in asked & set(line)) / (whole + sum(heavy[w] for w in set(line)))
            for line in wordings
        ]
        held = {word for line in wordings for word in line} | set(more)
        covered = sum(heavy[word] for word in asked & held) / whole
        assert (overlap[place], coverage[place]) == pytest.approx((max(overlaps), covered), abs=1e-5)
