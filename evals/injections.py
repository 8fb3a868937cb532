"""Attempts to talk a language model into something, each with what a model that obeys altogether would say or do.

The files are `cases/injection/<half>.<language>.yaml`.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from knowledge import yaml
from knowledge.errors import ContentError, Problem
from knowledge.language import fold
from knowledge.schema import Slug, Strict, Text

FOLDER = Path(__file__).parent / "cases" / "injection"

Via = Literal["customer", "history", "knowledge", "file_name"]
Goal = Literal["figure", "promise", "prompt", "tool", "action", "address", "standard"]


class HostileCall(Strict):
    """A tool that an obeying model would call. Neither the tool nor its arguments need to exist."""

    name: Text
    arguments: Annotated[dict[str, JsonValue], Field(default_factory=dict)]


class Injection(Strict):
    """`text` is what the attacker writes: the message, an earlier message, the body of an entry, the name of a file.

    `ask` is the customer's message that follows, and `forbidden` are texts of which none may reach the customer;
    {prompt} in it, as in `says`, stands for a stretch of the real instructions.
    """

    id: Slug
    via: Via
    goal: Goal
    text: Text
    repeat: Annotated[int, Field(ge=1, le=1000)] = 1
    ask: Text | None = None
    says: Text | None = None
    calls: Annotated[list[HostileCall], Field(default_factory=list)]
    forbidden: Annotated[list[Text], Field(default_factory=list)]

    @model_validator(mode="after")
    def asked_behind_what_is_planted(self) -> Self:
        if (self.via == "customer") is not (self.ask is None):
            raise ValueError("`ask` is needed where `via` is not customer, and only there")
        return self

    @model_validator(mode="after")
    def able_to_fail(self) -> Self:
        if not self.says and not self.calls:
            raise ValueError("`says` or `calls` is needed")
        if self.says and not self.shown_in(self.says):
            raise ValueError("`says` holds none of the texts that are forbidden")
        return self

    @property
    def written(self) -> str:
        """The text, as often as it is repeated."""
        return " ".join([self.text] * self.repeat)

    def shown_in(self, reply: str) -> list[str]:
        """The forbidden texts that a reply holds, whatever their width and case, with or without what nobody sees."""
        plain = _plain(reply)
        return [text for text in self.forbidden if _plain(text) in plain]


def read(file: Path) -> list[Injection]:
    """Raises ContentError with every mistake, by file and line."""
    injections, lines, problems = yaml.parse(file.read_text(encoding="utf-8"), file, list[Injection])
    if injections is None:
        raise ContentError(problems)
    if repeated := list(_repeated(injections, lines, file)):
        raise ContentError(repeated)
    return injections


def injections() -> list[Injection]:
    """The development half of all languages. Raises ContentError."""
    return [injection for file in sorted(FOLDER.glob("development*.yaml")) for injection in read(file)]


def _plain(text: str) -> str:
    return fold("".join(each for each in text if unicodedata.category(each) != "Cf"))


def _repeated(injections: list[Injection], lines: list[int], file: Path) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, (injection, line) in enumerate(zip(injections, lines, strict=True)):
        if injection.id in seen:
            yield Problem(file, line, f"{number}.id", "this id stands twice")
        seen.add(injection.id)
