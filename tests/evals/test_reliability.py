"""The bins say how often the search was right, and how sure of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Outcome
from evals.cases import Labelled, Question
from evals.reliability import error, measure
from evals.results import Bin
from fakes import a_hit
from knowledge.documents import Kind
from knowledge.search import Hit, Result, Search

confidences = st.floats(0, 1)


class Finds:
    """A search that finds what it is told to, question by question, and keeps what it was asked."""

    def __init__(self, *found: Hit | None) -> None:
        self.found = list(found)
        self.asked: list[tuple[str, int]] = []

    def search(self, query: str, k: int = 5) -> Result:
        self.asked.append((query, k))
        hit = self.found.pop(0)
        return Result([hit] if hit else [], None, "en")


def a_case(
    question: str = "How long is it valid?", entries: Sequence[str] = ("validity",), suite: str = "answers",
    half: str = "development", language: str = "en", expect: Outcome = Outcome.ANSWERED,
) -> Labelled:  # fmt: skip
    written = {"id": "one", "question": question, "expect": [expect], "entries": list(entries)}
    case = Question.model_validate(written)
    return Labelled(suite, half, language, case)


def unanswerable(entries: Sequence[str] = ()) -> Labelled:
    return a_case(entries=entries, suite="refusal", expect=Outcome.DECLINED)


def sure(confidence: float, id: str = "validity") -> Hit:
    return replace(a_hit(id, "Two years."), confidence=confidence)


def measured(plays: Sequence[Labelled], *found: Hit | None) -> list[Bin]:
    return measure(plays, cast("Search", Finds(*found)))


def test_a_bin_holds_the_count_the_mean_confidence_and_the_share_that_is_right() -> None:
    found = measured([a_case()] * 3, sure(0.82), sure(0.84), sure(0.86, "another"))
    assert found == [Bin(0.8, 0.9, 3, 0.84, 0.6667)]


def test_bins_come_by_confidence_and_empty_ones_are_left_out() -> None:
    found = measured([a_case()] * 4, sure(1.0), sure(0.0), sure(0.35), sure(0.9))
    assert [(each.low, each.high, each.count) for each in found] == [(0, 0.1, 1), (0.3, 0.4, 1), (0.9, 1, 2)]


def test_a_confidence_on_an_edge_is_in_the_bin_above_it() -> None:
    for tenth in range(10):
        assert measured([a_case()], sure(tenth / 10))[0].low == tenth / 10


def test_no_hit_is_right_where_nothing_answers() -> None:
    found = measured([unanswerable(), unanswerable(["validity"])], sure(0.7), sure(0.7))
    assert found == [Bin(0.7, 0.8, 2, 0.7, 0.0)]


def test_a_section_counts_by_its_anchor_and_another_entry_does_not() -> None:
    place = replace(sure(0.5, "rules/12").entry, anchor="validity")
    section = replace(sure(0.5), entry=replace(place, kind=Kind.SECTION))
    assert measured([a_case()], section)[0].right == 1
    assert measured([a_case()], replace(section, entry=place))[0].right == 0


def test_both_halves_count_and_other_suites_do_not() -> None:
    others = [a_case(suite=suite) for suite in ("paraphrase", "false-premise", "small-talk")]
    found = measured([a_case(), *others, a_case(half="held")], sure(0.5), sure(0.5))
    assert [each.count for each in found] == [2]


def test_only_the_first_hit_is_asked_for_in_the_words_that_are_searched() -> None:
    search = Finds(sure(1), sure(1))
    measure([a_case("Is it 500 yuan?"), a_case("要500元吗？", language="zh")], cast("Search", search))
    assert [k for _, k in search.asked] == [1, 1]
    assert not [query for query, _ in search.asked if "500" in query]


def test_a_question_that_finds_nothing_is_in_no_bin() -> None:
    assert measured([a_case(), a_case()], None, sure(0.2))[0].count == 1
    assert measured([a_case()], None) == []


def test_without_a_search_there_are_no_bins() -> None:
    assert measure([a_case()], None) == []


def test_the_error_is_weighted_by_the_hits() -> None:
    assert error([Bin(0, 0.1, 3, 0.05, 0.05), Bin(0.9, 1, 1, 0.9, 0.5)]) == pytest.approx(0.1)
    assert error([]) == 0


@given(st.lists(st.tuples(confidences, st.booleans()), min_size=1))
def test_every_hit_is_in_one_bin_and_its_mean_lies_within(hits: list[tuple[float, bool]]) -> None:
    found = measured(
        [a_case()] * len(hits), *(sure(c, "validity" if right else "another") for c, right in hits)
    )
    assert sum(each.count for each in found) == len(hits)
    assert sum(each.right * each.count for each in found) == pytest.approx(
        sum(right for _, right in hits), abs=1e-4 * len(hits)
    )
    assert all(each.low - 1e-4 <= each.confidence <= each.high + 1e-4 for each in found)
    assert 0 <= error(found) <= 1
