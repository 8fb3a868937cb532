"""How far an application interview is, and how a message moves it on. Pure: states in, states out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.intake import contacts
from bot.intake.extract import Found
from bot.messages import Action
from knowledge.documents import Field, Service


class Stage(StrEnum):
    ASKING = "asking"
    REVIEW = "review"
    PAUSED = "paused"


class Kind(StrEnum):
    """What a message did. SIDE is a question for the caller to answer; STUCK asks again, and a person."""

    ASKED = "asked"
    REVIEW = "review"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    PAUSED = "paused"
    RESUMED = "resumed"
    SIDE = "side"
    STUCK = "stuck"


@dataclass(frozen=True)
class Intake:
    """`values` are kept as `bot.intake.fields` says, by field id; `last` is the field that was set last.

    `misses` counts the messages in a row that did not answer what was asked.
    """

    service: str
    values: Mapping[str, str] = field(default_factory=dict)
    asking: str | None = None
    skipped: tuple[str, ...] = ()
    stage: Stage = Stage.ASKING
    misses: int = 0
    last: str | None = None


@dataclass(frozen=True)
class Step:
    """What comes of a message. `intake` is None once cancelled; `text` is empty where the caller speaks.

    `question` is what a message asks, beside what it may also have answered.
    """

    intake: Intake | None
    kind: Kind
    text: str = ""
    actions: tuple[Action, ...] = ()
    question: str = ""


def field_of(service: Service, id: str | None) -> Field | None:
    return next((each for each in service.application if each.id == id), None)


def open_fields(intake: Intake, service: Service) -> list[Field]:
    return [
        each for each in service.application if each.id not in intake.values and each.id not in intake.skipped
    ]


def onward(intake: Intake, service: Service) -> Intake:
    """The state at the first open field, or at the read-back."""
    waiting = open_fields(intake, service)
    if waiting:
        return replace(intake, asking=waiting[0].id, stage=Stage.ASKING)
    return replace(intake, asking=None, stage=Stage.REVIEW)


def fitting(intake: Intake, service: Service) -> Intake:
    """The state as it goes with the fields that the service has today."""
    if intake.asking is not None and field_of(service, intake.asking):
        return intake
    moved = onward(intake, service)
    return replace(moved, stage=Stage.PAUSED) if intake.stage is Stage.PAUSED else moved


def accepted(intake: Intake, service: Service, asked: Field | None, found: Found) -> Intake:
    """The state with what a message gives.

    What was asked stays asked until it is answered.
    """
    values = dict(intake.values)
    for id, value in found.values.items():
        known = field_of(service, id)
        joins = known is not None and known.type == "contact" and id not in found.replaced
        values[id] = _joined(values.get(id, ""), value, known == asked) if joins else value
    for id in set(found.dropped) - set(found.values):
        values.pop(id, None)
    skipped = [id for id in dict.fromkeys((*intake.skipped, *found.dropped)) if id not in values]
    newest = next(reversed(found.values), intake.last)
    last = asked.id if asked is not None and asked.id in found.values else newest
    moved = replace(intake, values=values, skipped=tuple(skipped), misses=0, last=last)
    answered = asked is None or asked.id in found.values or asked.id in found.dropped
    return onward(moved, service) if answered else moved


def _joined(held: str, given: str, asked: bool) -> str:
    """A contact joins those of other ways; who is asked for it again gives it anew, unless it is of a way held."""
    ways = [
        {contacts.way(each) for each in value.split(contacts.SEPARATOR) if each} for value in (held, given)
    ]
    return contacts.join([held, given]) if not asked or ways[1] <= ways[0] else given
