"""An application as a customer fills it in, question by question."""

from datetime import date

from bot import intake
from bot.intake import Command, Intake, Kind, Stage, Step
from knowledge.documents import Service
from offices import SERVICES

TODAY = date(2026, 11, 10)
NOTICE = "https://x.example/privacy"
ISO = SERVICES["iso-20000"]
IDS = tuple(field.id for field in ISO.application)
FULL = {
    "company": "Acme Ltd",
    "main_business": "hosting, consulting",
    "services_in_scope": "service desk",
    "people_covered": "50",
    "sites": "2",
    "current_certificates": "ISO 9001",
    "target_date": "2027-06",
    "contact_name": "Anna Smith",
    "contact": "+8613800138000, anna@acme.com",
}
BEFORE_REVIEW = Intake("iso-20000", FULL, stage=Stage.REVIEW)


class Customer:
    """Somebody who talks to the interview; what it said last is in `step`."""

    def __init__(self, language: str = "en", state: Intake | None = None, service: Service = ISO) -> None:
        self.language = language
        self.service = service
        self.state = state
        self.step = Step(state, Kind.ASKED)

    def says(self, text: str, meant: Command | None = None) -> Step:
        if self.state is None:
            self.step = intake.begin(self.service, text, self.language, TODAY, NOTICE)
        else:
            self.step = intake.step(self.state, self.service, text, self.language, TODAY, NOTICE, meant=meant)
        self.state = self.step.intake
        return self.step

    @property
    def held(self) -> Intake:
        assert self.state is not None
        return self.state

    @property
    def labels(self) -> list[str]:
        return [action.label for action in self.step.actions]


def asking(id: str, language: str = "en", **values: str) -> Customer:
    """A customer who has given everything before a field."""
    before = {each: FULL[each] for each in IDS[: IDS.index(id)]}
    state = Intake("iso-20000", {**before, **values}, id, last=IDS[IDS.index(id) - 1] if before else None)
    return Customer(language, state)
