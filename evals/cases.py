"""Labelled conversations: what a customer writes, and what is demanded of the replies.

`cases/<suite>/<half>.<language>.yaml`. What is in a `development` file may be tuned on; a `held` file is only ever
measured; `bands` set the confidences from which the assistant answers or asks back, and grade nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.messages import Outcome
from evals.demands import Demands, Remark, Turn
from evals.dialogues import Dialogue
from evals.moments import Moment
from knowledge import yaml
from knowledge.errors import ContentError, Problem
from knowledge.schema import Strict, Text

Half = Literal["development", "held"]
HALVES: tuple[Half, ...] = ("development", "held")
FOLDER = Path(__file__).parent / "cases"


class Question(Demands):
    """A message that begins a conversation."""

    id: Text
    question: Text

    @property
    def answerable(self) -> bool:
        return Outcome.ANSWERED in self.expect

    @property
    def said(self) -> list[tuple[str, Demands | None]]:
        return [(self.question, self)]

    @property
    def written(self) -> list[str]:
        return [self.question]

    @property
    def demanded(self) -> list[Demands]:
        return [self]


class Talk(Strict):
    """Several messages of one conversation."""

    id: Text
    turns: Annotated[list[Turn | Remark], Field(min_length=2)]

    @property
    def said(self) -> list[tuple[str, Demands | None]]:
        return [(turn.say, turn if isinstance(turn, Turn) else None) for turn in self.turns]

    @property
    def written(self) -> list[str]:
        return [turn.say for turn in self.turns]

    @property
    def demanded(self) -> list[Demands]:
        return [turn for turn in self.turns if isinstance(turn, Turn)]


class Paraphrased(Demands):
    """One question in ten phrasings, each of which begins a conversation of its own."""

    id: Text
    phrasings: Annotated[list[Text], Field(min_length=10, max_length=10)]

    @property
    def questions(self) -> list[Question]:
        demands = self.model_dump(exclude={"id", "phrasings"})
        return [
            Question(id=f"{self.id}/{n}", question=text, **demands)
            for n, text in enumerate(self.phrasings, 1)
        ]


Case = Question | Talk | Dialogue


@dataclass(frozen=True)
class Labelled:
    """A case with where it stands."""

    suite: str
    half: str
    language: str
    case: Case


Item = Question | Talk | Dialogue | Paraphrased | Moment

_KINDS: dict[str, Any] = {
    "answers": list[Question],
    "refusal": list[Question],
    "false-premise": list[Question],
    "multi-question": list[Question],
    "small-talk": list[Question],
    "handoff": list[Question],
    "paraphrase": list[Paraphrased],
    "follow-up": list[Talk],
    "price-pressure": list[Talk],
    "moments": list[Moment],
    "dialogue": list[Dialogue],
}
SUITES = tuple(_KINDS)


def labelled(
    suites: Sequence[str] = SUITES, folder: Path = FOLDER, halves: Sequence[Half] = HALVES
) -> list[Labelled]:
    """The cases, in the order of their files. Raises ContentError with every mistake."""
    found = []
    for suite in suites:
        for half in halves:
            for file in sorted((folder / suite).glob(f"{half}*.yaml")):
                language = file.stem.rpartition(".")[2]
                found += [Labelled(suite, half, language, case) for case in read(file, suite)]
    return found


def read(file: Path, suite: str) -> list[Case]:
    """Raises ContentError with every mistake, by file and line."""
    items: list[Item] | None
    items, lines, problems = yaml.parse(file.read_text(encoding="utf-8"), file, _KINDS[suite])
    if items is None:
        raise ContentError(problems)
    if repeated := list(_repeated([item.id for item in items], lines, file)):
        raise ContentError(repeated)
    found, wrong = list[Case](), list[Problem]()
    for item, line in zip(items, lines, strict=True):
        try:
            found += _cases(item, file)
        except ValueError as error:
            wrong.append(Problem(file, line, item.id, str(error)))
    if wrong:
        raise ContentError(wrong)
    return found


def development() -> list[Question]:
    """Questions of their own: content and weights are tuned on these."""
    return _questions("development*", ("answers", "refusal", "paraphrase", "false-premise"))


def bands() -> list[Question]:
    """Only the confidences from which the assistant answers or asks back are set by these."""
    return _questions("bands*", ("answers", "refusal"))


def _questions(pattern: str, suites: Sequence[str]) -> list[Question]:
    return [
        case
        for suite in suites
        for file in sorted((FOLDER / suite).glob(f"{pattern}.yaml"))
        for case in read(file, suite)
        if isinstance(case, Question)
    ]


def _cases(item: Item, file: Path) -> Sequence[Case]:
    """Raises ContentError, ValueError."""
    if isinstance(item, Moment):
        return [item.dialogue(file)]
    return item.questions if isinstance(item, Paraphrased) else [item]


def _repeated(ids: Sequence[str], lines: Sequence[int], file: Path) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, (id, line) in enumerate(zip(ids, lines, strict=True)):
        if id in seen:
            yield Problem(file, line, f"{number}.id", "this id stands twice")
        seen.add(id)
