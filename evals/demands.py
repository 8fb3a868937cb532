"""What is demanded of a reply, wherever a customer's words are labelled."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from bot.messages import Outcome
from knowledge.schema import Strict, Text


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Alternatives = Annotated[list[Text], BeforeValidator(_listed), Field(min_length=1)]
Values = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
"""Alternatives of what a field may hold; "" where it may hold nothing."""
Outcomes = Annotated[list[Outcome], BeforeValidator(_listed), Field(min_length=1)]


class Demands(Strict):
    """What is demanded of a reply: each that is given, all of them.

    `expect`: its outcome, or one of several. `entries`: any one of these is cited; `each`: one of every group is.
    `figures`: ids of figures of the content that are stated. `must`: texts that are in it, each of them or one of its
    alternatives; `must_not`: texts of which none is. Texts are compared without regard to case, width and spaces.
    """

    expect: Outcomes
    entries: Annotated[list[Text], Field(default_factory=list)]
    each: Annotated[list[Alternatives], Field(default_factory=list)]
    figures: Annotated[list[Text], Field(default_factory=list)]
    must: Annotated[list[Alternatives], Field(default_factory=list)]
    must_not: Annotated[list[Text], Field(default_factory=list)]


class Turn(Demands):
    say: Text


class Remark(Strict):
    """A message whose reply is only held to what every reply is held to."""

    say: Text
