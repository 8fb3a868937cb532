"""The words of a text and their pairs, as numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import phrases

TEXTS = ["send it", "do not send it", "not 45 people, 48", "不要提交", "提交吧", "not yet"]
RARITY = phrases.rarity(TEXTS)


def alike(first: str, second: str) -> float:
    both = phrases.matrix([first, second], RARITY)
    return float((both @ both.T).toarray()[0, 1])


def test_a_text_is_a_unit_vector_and_most_like_itself() -> None:
    assert alike("do not send it", "do not send it") == pytest.approx(1, abs=1e-6)
    assert 0 < alike("do not send it", "send it") < 1


def test_width_case_and_figures_make_no_difference() -> None:
    assert alike("Not 45", "ＮＯＴ 7") == pytest.approx(1, abs=1e-6)


def test_what_hardly_any_text_holds_tells_nothing() -> None:
    places, weights = phrases.weighed("unheard-of words", phrases.rarity(["something else"]))
    assert not len(places)
    assert not len(weights)


@given(st.text(max_size=200))
def test_any_text_has_phrases_of_no_more_than_unit_length(text: str) -> None:
    _, weights = phrases.weighed(text, RARITY)
    assert np.linalg.norm(weights) <= 1 + 1e-5
