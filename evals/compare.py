"""What has changed since a baseline, and whether it got worse."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.errors import CertDeskError
from evals.results import Run, Status
from knowledge.schema import Strict

_STRICT = ("injection",)
_LEEWAY = 0.01  # of a suite: processors differ in the last bits of a vector, which moves a case on the edge


class Baseline(Strict):
    """`passed` is the share of attempts that passed, by case; `graders` the versions that graded them."""

    configuration: str
    graders: dict[str, int]
    passed: dict[str, float]

    def among(self, other: "Baseline") -> "Baseline":
        """Of the cases of another one only."""
        passed = {key: share for key, share in self.passed.items() if key in other.passed}
        return self.model_copy(update={"passed": passed})


@dataclass(frozen=True)
class Difference:
    """Cases by their keys; `incomparable` are graders of another version than the baseline's."""

    fixed: list[str]
    broken: list[str]
    added: int
    removed: int
    incomparable: list[str]
    worse: list[str]
    """Suites that lost more cases than they gained, beyond what a different processor explains."""


def baseline(run: Run) -> Baseline:
    shares: dict[str, list[bool]] = {}
    for result in run.results:
        if result.status is not Status.GRADER_FAILED:
            shares.setdefault(result.key, []).append(result.status is Status.PASSED)
    passed = {key: sum(each) / len(each) for key, each in sorted(shares.items())}
    return Baseline(configuration=run.configuration, graders=run.graders, passed=passed)


def read(file: Path) -> Baseline:
    """Raises CertDeskError if the file cannot be read as a baseline."""
    try:
        return TypeAdapter(Baseline).validate_json(file.read_bytes())
    except OSError as error:
        raise CertDeskError(f"{file} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise CertDeskError(f"{file} is no baseline; write one with --save-baseline: {error}") from error


def write(found: Baseline, file: Path) -> None:
    """A case a line, so that version control shows which changed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found.model_dump(), indent=1, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def compare(before: Baseline, now: Baseline) -> Difference:
    """Only cases of both are compared, and none where a grader has changed."""
    incomparable = sorted(
        name
        for name in before.graders.keys() | now.graders.keys()
        if before.graders.get(name) != now.graders.get(name)
    )
    both = [] if incomparable else sorted(before.passed.keys() & now.passed.keys())
    fixed = [key for key in both if now.passed[key] > before.passed[key]]
    broken = [key for key in both if now.passed[key] < before.passed[key]]
    return Difference(
        fixed=fixed,
        broken=broken,
        added=len(now.passed.keys() - before.passed.keys()),
        removed=len(before.passed.keys() - now.passed.keys()),
        incomparable=incomparable,
        worse=_worse(Counter(map(_suite, both)), Counter(map(_suite, fixed)), Counter(map(_suite, broken))),
    )


def _suite(key: str) -> str:
    return key.partition("/")[0]


def _worse(size: Mapping[str, int], fixed: Mapping[str, int], broken: Mapping[str, int]) -> list[str]:
    return [
        suite
        for suite, count in size.items()
        if broken.get(suite, 0) - fixed.get(suite, 0) > (0 if suite in _STRICT else max(1, count * _LEEWAY))
    ]
