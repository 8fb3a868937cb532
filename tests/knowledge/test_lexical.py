"""What wordings and a query share, beside the plain count of it."""

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
    lexical = Lexical([("m", [["a", "b"], ["c"]], ["d"])], NUMBERS, EVEN)
    asked = {"a": 1.0, "c": 1.0, "d": 1.0, "z": 1.0}
    assert lexical.shares(asked, ["m"])["m"] == pytest.approx((0.4, 0.75))


def test_nothing_asked_or_nothing_known_shares_nothing() -> None:
    assert Lexical([("m", [["a"]], [])], NUMBERS, EVEN).shares({}, ["m"]) == {"m": (0.0, 0.0)}
    assert Lexical([], NUMBERS, EVEN).shares({"a": 1.0}, []) == {}


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
    told = ((matter, *texts) for matter, texts in matters.items())
    found = Lexical(told, NUMBERS, WEIGHTS).shares(weights, list(matters))
    for matter, (wordings, more) in matters.items():
        overlaps = [
            2 * sum(heavy[w] for w in asked & set(line)) / (whole + sum(heavy[w] for w in set(line)))
            for line in wordings
        ]
        held = {word for line in wordings for word in line} | set(more)
        covered = sum(heavy[word] for word in asked & held) / whole
        assert found[matter] == pytest.approx((max(overlaps), covered), abs=1e-5)
