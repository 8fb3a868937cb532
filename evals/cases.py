"""Labelled questions: what is asked, and which entries would answer it.

The files `held.*.yaml` are only ever measured, by `evals.answers`.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from knowledge import yaml
from knowledge.errors import ContentError
from knowledge.schema import Strict, Text

FOLDER = Path(__file__).parent / "cases"


class Case(Strict):
    """`entries` are the ids of which any one answers the question; `figures` must be stated in the answer."""

    id: Text
    question: Text
    expect: Literal["answered", "declined"]
    entries: Annotated[list[str], Field(default_factory=list)]
    figures: Annotated[list[str], Field(default_factory=list)]


def read(file: Path) -> list[Case]:
    """Raises ContentError with every mistake, by file and line."""
    cases, _, problems = yaml.parse(file.read_text(encoding="utf-8"), file, list[Case])
    if cases is None:
        raise ContentError(problems)
    return cases


def development() -> list[Case]:
    """Content and weights are tuned on these."""
    return _all("development*")


def bands() -> list[Case]:
    """Only the confidences from which the assistant answers or asks back are set by these."""
    return _all("bands*")


def _all(pattern: str) -> list[Case]:
    return [case for file in sorted(FOLDER.glob(f"{pattern}.yaml")) for case in read(file)]
