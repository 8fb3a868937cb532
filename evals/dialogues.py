"""Whole dialogues: what customers and staff do, step by step, and what the store must hold after it.

What a customer says word for word is a turn, as in the other suites. Who applies does so by rule: they read what is
asked, answer it in one of the wordings that they have for it, and say it otherwise where they were not understood. The
wordings, and when they wander off, differ from attempt to attempt.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from bot.messages import HandoffReason
from bot.records import DocumentState
from evals.demands import Alternatives, Demands, Remark, Turn, Values
from knowledge.schema import Strict, Text

Texts = Annotated[list[Text], Field(default_factory=list)]


class Stop(Strict):
    """After so many answers the customer says one of `says`, or where there is none simply leaves."""

    after: Annotated[int, Field(ge=0)]
    says: Texts


class Applying(Strict):
    """How somebody applies.

    `facts`: the wordings that they have for a field, by its id; to a field without any they say that they skip it.
    `wanders`: what they ask in between, each once. `changes`: what they say at the read-back, one after the other,
    before they agree in one of the words of `agrees`, or leave it unsent where there are none.
    """

    opens: Alternatives
    facts: Annotated[dict[Text, Alternatives], Field(default_factory=dict)]
    wanders: Annotated[list[Turn], Field(default_factory=list)]
    changes: Texts
    agrees: Texts
    stops: Stop | None = None


class Applies(Strict):
    apply: Applying


class Fills(Strict):
    """The form, sent in at once. `wrong`: the fields for which it must be refused."""

    form: dict[Text, str]
    wrong: Texts


class Attaches(Strict):
    """A file of this name; `document` is the line of the checklist that is chosen for it."""

    attach: Text
    document: str = ""


class Returns(Strict):
    """The customer comes back in a conversation of its own, which knows nothing of the one before."""

    returns: Literal["true"]


class Acts(Strict):
    """What a member of staff does. `document` is the name of a file; `forbidden` that it must be refused."""

    staff: Literal["take", "reply", "give_back", "close", "move", "quote", "accept", "reject"]
    name: Text = "Li Wei"
    text: str = ""
    to: str = ""
    amount: str = ""
    until: str = ""
    document: str = ""
    forbidden: Literal["true", "false"] = "false"


class Hears(Strict):
    """What the customer has been told unasked since they last wrote: each of the texts or one of its alternatives.

    That is what stands in the conversation, but for the reply to their own message, and what the page says of who
    comes and goes.
    """

    hears: list[Alternatives]


class Paper(Strict):
    """A file as it is kept; `item` is the checklist's line, empty where it is filed under none."""

    name: Text
    item: str = ""
    state: DocumentState = DocumentState.RECEIVED


class Kept(Strict):
    """What the store must hold; what is not given may be anything.

    `cases`: how many applications the customer has sent in all. The rest is of the present conversation: `status` and
    `fields` of its case (a value or its alternatives, as they are kept; "" for none), `documents` all of them, `owner`
    a name or "bot", `waiting` the reason why a person is wanted or "none", `interview` how far an application is, `asks`
    the field that is asked for. `application` is all that the application holds that is open, or else the case.
    """

    cases: Annotated[int | None, Field(ge=0)] = None
    status: Text | None = None
    fields: Annotated[dict[Text, Values], Field(default_factory=dict)]
    documents: list[Paper] | None = None
    owner: Text | None = None
    waiting: HandoffReason | Literal["none"] | None = None
    interview: Literal["none", "asking", "review", "paused"] | None = None
    asks: Text | None = None
    application: dict[Text, Values] | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing is demanded; give one of " + ", ".join(type(self).model_fields))
        return self


class Holds(Strict):
    state: Kept


def _kind(step: Any) -> str:
    keys = set(step) if isinstance(step, dict) else set()
    named = [
        tag for tag in ("say", "apply", "form", "attach", "returns", "staff", "hears", "state") if tag in keys
    ]
    return "turn" if named == ["say"] and "expect" in keys else named[0] if named else "say"


Step = Annotated[
    Annotated[Turn, Tag("turn")]
    | Annotated[Remark, Tag("say")]
    | Annotated[Applies, Tag("apply")]
    | Annotated[Fills, Tag("form")]
    | Annotated[Attaches, Tag("attach")]
    | Annotated[Returns, Tag("returns")]
    | Annotated[Acts, Tag("staff")]
    | Annotated[Hears, Tag("hears")]
    | Annotated[Holds, Tag("state")],
    Discriminator(_kind),
]


class Dialogue(Strict):
    """In what is said, {reference} and {contact} stand for those of the customer's latest application."""

    id: Text
    about: Text
    steps: Annotated[list[Step], Field(min_length=2)]

    @model_validator(mode="after")
    def graded(self) -> Self:
        if not any(isinstance(step, Holds) for step in self.steps):
            raise ValueError("no step says what the store must hold (`state`)")
        return self

    @property
    def written(self) -> list[str]:
        """What is said word for word whatever the attempt."""
        said: list[str] = []
        for step in self.steps:
            if isinstance(step, Turn | Remark):
                said.append(step.say)
            elif isinstance(step, Applies):
                said += [*step.apply.opens, *(turn.say for turn in step.apply.wanders), *step.apply.changes]
        return said

    @property
    def demanded(self) -> list[Demands]:
        wanders = [turn for step in self.steps if isinstance(step, Applies) for turn in step.apply.wanders]
        return [*(step for step in self.steps if isinstance(step, Turn)), *wanders]
