"""One message at a known moment of an application: what the reply must be, and what the message may change.

The moments are those of one application, `before.<language>.yaml` beside the cases: a list of the form's fields in their
order, with what the customer says to each and how that is kept. A case becomes a short dialogue: they apply so far, then
they say it.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from evals.demands import Demands, Values
from evals.dialogues import Dialogue
from knowledge import yaml
from knowledge.errors import ContentError, Problem
from knowledge.schema import Strict, Text

_OPENS = {"en": "I want to apply", "zh": "我要申请"}
_PAUSES = {"en": "pause", "zh": "暂停"}
_AGREES = {"en": "yes", "zh": "是"}


class Told(Strict):
    """What has been said to a field before; `paused` at the one at which the customer of that moment paused."""

    field: Text
    says: Text
    kept: Text
    paused: Literal["true", "false"] = "false"


class Moment(Demands):
    """`at`: `none` (nothing has been said), a field that is asked for, `review` (all is answered and was read back),
    `paused` or `sent`. `gives` is what the application holds otherwise than before, by field; all else must stay.
    `then` is how far it is afterwards, `asks` the field that is asked for; what is open after `sent` is another one, which
    holds nothing before.
    """

    id: Text
    at: Text
    say: Text
    gives: Annotated[dict[Text, Values], Field(default_factory=dict)]
    then: Literal["none", "asking", "review", "paused", "sent"] | None = None
    asks: Text | None = None

    def dialogue(self, file: Path) -> Dialogue:
        """The case, which stands in that file. Raises ContentError, ValueError for a moment that there is not."""
        language = file.stem.rpartition(".")[2]
        before = _before(file.parent / f"before.{language}.yaml")
        told = before[: _answers(self.at, before)]
        turn = self.model_dump(exclude={"id", "at", "gives", "then", "asks"})
        steps = [turn, {"state": self._kept(told)}]
        if self.at != "none":
            pauses = {"says": [_PAUSES[language]]} if self.at == "paused" else {}
            stops = {} if self.at == "sent" else {"stops": {"after": len(told), **pauses}}
            facts = {each.field: each.says for each in told}
            plan = {"opens": _OPENS[language], "facts": facts, "agrees": [_AGREES[language]], **stops}
            steps.insert(0, {"apply": plan})
        return Dialogue.model_validate({"id": self.id, "about": self.at, "steps": steps})

    def _kept(self, told: list[Told]) -> dict[str, Any]:
        kept: dict[str, Any] = {"cases": 1 if "sent" in {self.at, self.then} else 0}
        if self.then != "none":
            another = self.at == "sent" and self.then is not None and self.then != "sent"
            kept["application"] = {each.field: each.kept for each in told if not another} | self.gives
        if self.then is not None:
            kept["interview"] = "none" if self.then == "sent" else self.then
        return kept | ({"asks": self.asks} if self.asks else {})


def _answers(at: str, before: list[Told]) -> int:
    """How many fields have been answered at a moment."""
    ids = [each.field for each in before]
    paused = next((number for number, each in enumerate(before) if each.paused == "true"), 0)
    places = {"none": 0, "paused": paused, "review": len(ids), "sent": len(ids)}
    places |= {id: number for number, id in enumerate(ids)}
    if at not in places:
        raise ValueError(f"must be one of {', '.join(places)}")
    return places[at]


@cache
def _before(file: Path) -> list[Told]:
    """Raises ContentError."""
    if not file.is_file():
        raise ContentError(
            [Problem(file, 1, "", "is needed beside the moments: what was said to each field before")]
        )
    told: list[Told] | None
    told, _, problems = yaml.parse(file.read_text(encoding="utf-8"), file, list[Told])
    if told is None:
        raise ContentError(problems)
    return told
