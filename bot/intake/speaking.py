"""What an application interview says: the open question with what comes before it, and why an answer was none."""

from dataclasses import dataclass, replace

from bot.intake import asking, fields, progress
from bot.intake.extract import Found
from bot.intake.progress import Intake, Kind, Stage, Step
from bot.intake.reasons import Reason
from bot.messages import Action
from bot.texts import texts
from knowledge.documents import Field, Service

_PATIENCE = 2  # misses in a row after which a person is offered
_GIVEN_UP = 3  # and after which one is asked


@dataclass(frozen=True)
class Heard:
    """A message as it was understood; `reason` tells why what is left of it is no answer to what was asked."""

    text: str
    found: Found
    question: str
    reason: Reason | None = None


@dataclass(frozen=True)
class Speaker:
    """Speaks of a service's form in a language; `privacy_url` is the notice that the customer agrees to."""

    service: Service
    language: str
    privacy_url: str

    def prompt(self, intake: Intake) -> tuple[str, tuple[Action, ...]]:
        asked = self._field(intake.asking)
        if intake.stage is Stage.PAUSED:
            return texts(self.language).intake.paused, asking.while_paused(self.language)
        if asked is None:
            said = asking.review(self.service, intake.values, self.language, self.privacy_url)
            return said, asking.while_reviewing(self.language)
        return asking.question(self.service, asked, self.language), asking.while_asking(asked, self.language)

    def resumed(self, intake: Intake) -> Step:
        intake = replace(intake, stage=Stage.REVIEW if intake.asking is None else Stage.ASKING, misses=0)
        words = texts(self.language).intake
        noted = ""
        if intake.stage is Stage.ASKING:
            noted = asking.noted(self.service, intake.values, intake.values, self.language)
        return replace(self._asked(intake, words.resumed, noted), kind=Kind.RESUMED)

    def _asked(self, intake: Intake, *lead: str) -> Step:
        said, actions = self.prompt(intake)
        kind = Kind.REVIEW if intake.stage is Stage.REVIEW else Kind.ASKED
        return Step(intake, kind, "\n".join([part for part in lead if part] + [said]), actions)

    def _noted(self, intake: Intake, asked: Field | None, heard: Heard) -> str:
        """What was understood, where the next words do not show it and the customer's own did not say it so."""
        if intake.stage is Stage.REVIEW:
            return ""
        told = [each.id for each in self.service.application if self._is_news(intake, each, asked, heard)]
        return asking.noted(self.service, intake.values, told, self.language)

    def _is_news(self, intake: Intake, field: Field, asked: Field | None, heard: Heard) -> bool:
        if field.id not in intake.values:
            return field != asked and field.id in heard.found.dropped
        shown = fields.shown(field, intake.values[field.id], self.language)
        return field.id in heard.found.values and (field != asked or shown not in heard.text)

    # Fields

    def _field(self, id: str | None) -> Field | None:
        return progress.field_of(self.service, id)

    def _onward(self, intake: Intake) -> Intake:
        return progress.onward(intake, self.service)

    def _paused(self, intake: Intake) -> Step:
        paused = replace(intake, stage=Stage.PAUSED)
        return Step(paused, Kind.PAUSED, *self.prompt(paused))

    def _missed(self, intake: Intake, field: Field | None, reason: Reason | None) -> Step:
        """Ask again, saying why; at the read-back ask what is wrong. At the second time a person is offered, then asked."""
        words = texts(self.language).intake
        id = None if field is None else field.id
        misses = intake.misses + 1 if id == intake.asking else 1
        missed = replace(
            intake, asking=id, stage=Stage.REVIEW if field is None else Stage.ASKING, misses=misses
        )
        said = words.what_to_change if field is None else words.not_understood
        if field is not None and reason is not None:
            said = asking.wrong(field, reason, self.language)
        if misses >= _PATIENCE:
            gives_up = misses >= _GIVEN_UP
            offer = () if gives_up else (words.person,)
            lead = (words.stuck,) if reason is None and not gives_up else (said, *offer)
            asked = self._asked(missed, *lead)
            if gives_up:
                return replace(asked, kind=Kind.STUCK)
            person = texts(self.language).person_action
            return replace(asked, actions=(*asked.actions, Action(person, person)))
        return replace(self._asked(missed), text=said) if field is None else self._asked(missed, said)
