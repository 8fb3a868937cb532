"""The labelled conversations that are shipped, and what a mistake in one says."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.settings import CONTENT
from evals import cases
from evals.cases import HALVES, SUITES, Labelled, Talk, labelled
from knowledge.documents import Kind
from knowledge.errors import ContentError
from knowledge.language import fold
from knowledge.load import load

GOOD = "- id: a\n  question: How long?\n  expect: answered\n  entries: [duration]\n"


@pytest.fixture(scope="module")
def every() -> Sequence[Labelled]:
    return labelled()


def mistakes(folder: Path, text: str, suite: str = "answers") -> list[str]:
    file = folder / "development.en.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        cases.read(file, suite)
    return [str(problem).removeprefix(f"{folder}/") for problem in raised.value.problems]


def written(case: Labelled) -> str:
    """All that the customer writes, without width, case and spaces."""
    return "".join("".join(fold(said) for said in case.case.written).split())


def test_there_are_enough_in_both_languages_and_halves(every: Sequence[Labelled]) -> None:
    assert len(every) >= 600
    expected = {(suite, half, language) for suite in SUITES for half in HALVES for language in ("en", "zh")}
    assert {(case.suite, case.half, case.language) for case in every} == expected
    assert len([case for case in every if case.suite == "dialogue"]) >= 60


def test_no_held_conversation_is_also_one_of_the_development_half_or_sets_the_confidences(
    every: Sequence[Labelled],
) -> None:
    tuned = {written(case) for case in every if case.half == "development"}
    tuned |= {"".join(fold(case.question).split()) for case in cases.bands()}
    assert [case.case.id for case in every if case.half == "held" and written(case) in tuned] == []


def test_what_is_tuned_on_never_comes_from_a_held_file(every: Sequence[Labelled]) -> None:
    held = {written(case) for case in every if case.half == "held"}
    tuned = {"".join(fold(case.question).split()) for case in [*cases.development(), *cases.bands()]}
    assert tuned
    assert not tuned & held


def test_every_entry_and_figure_that_a_case_names_is_in_the_content(every: Sequence[Labelled]) -> None:
    content = load(CONTENT)
    entries = {entry.anchor if entry.kind is Kind.SECTION else entry.id for entry in content.entries}
    figures = {figure.id for service in content.services for figure in service.figures}
    demanded = [demands for case in every for demands in case.case.demanded]
    named = Counter(
        id for each in demanded for id in [*each.entries, *(i for group in each.each for i in group)]
    )
    assert sorted(named.keys() - entries) == []
    assert sorted({id for each in demanded for id in each.figures} - figures) == []


def test_whoever_presses_for_a_price_does_so_five_times(every: Sequence[Labelled]) -> None:
    pressing = [case.case for case in every if case.suite == "price-pressure"]
    assert {len(case.turns) for case in pressing if isinstance(case, Talk)} == {5}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("question", "querstion"), "development.en.yaml:1: 0.question: required field is missing"),
        (GOOD.replace("answered", "answerd"), "development.en.yaml:3: 0.expect"),
        (GOOD + GOOD, "development.en.yaml:5: 1.id: this id stands twice"),
        ("- id: a\n\tquestion: x", "development.en.yaml:2: not valid YAML"),
        (GOOD + "  must: []\n  entires: [x]\n", "development.en.yaml:6: 0.entires: unknown field"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    assert any(line.startswith(said) for line in mistakes(tmp_path, text)), mistakes(tmp_path, text)


def test_ten_phrasings_are_ten(tmp_path: Path) -> None:
    text = "- id: a\n  phrasings: [one, two]\n  expect: answered\n"
    assert "phrasings" in mistakes(tmp_path, text, "paraphrase")[0]


def test_each_phrasing_begins_a_conversation_of_its_own(every: Sequence[Labelled]) -> None:
    phrased = [case for case in every if case.suite == "paraphrase"]
    assert all(len(case.case.written) == 1 for case in phrased)
    assert len({case.case.id.partition("/")[0] for case in phrased}) * 10 == len(phrased)
