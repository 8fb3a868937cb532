"""The written schema of the content files: what `content/README.md` says, as pydantic models."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
EntryId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
FigureId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]

UNITS = ("year", "month", "week", "day", "working_day", "hour", "date", "count", "percent")
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "HKD", "TWD", "JPY")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FaqItem(Strict):
    id: EntryId
    question: Text
    variants: list[Text] = []
    answer: Text
    again: str = ""
    denies: list[Text] = []
    subject: str = ""
    figures: list[str] = []
    actions: list[str] = []


class DeclineItem(Strict):
    id: EntryId
    question: Text
    variants: list[Text] = []
    note: str = ""
    off_topic: bool = False


class FrontMatter(Strict):
    id: Slug
    title: Text
    language: Language
    kind: Literal["service", "standard", "process", "company", "policy"]
    reviewed_on: date
    source: Text


class FigureItem(Strict):
    id: FigureId
    value: Decimal | date
    unit: str
    reviewed_on: date
    source: Text
    valid_from: date | None = None
    valid_until: date | None = None

    @field_validator("unit")
    @classmethod
    def known_unit(cls, unit: str) -> str:
        if unit not in UNITS + CURRENCIES:
            raise ValueError(f"unknown unit; use one of {', '.join(UNITS + CURRENCIES)}")
        return unit

    @model_validator(mode="after")
    def value_of_its_unit(self) -> Self:
        if (self.unit == "date") is not isinstance(self.value, date):
            raise ValueError("the unit date needs a value such as 2018-09-15, any other unit a number")
        return self


class ListItem(Strict):
    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[Language, Text] = Field(init=False)
    id: Slug
    optional: bool = False
    certifies: bool = False
    name: dict[Language, Text] = {}

    @model_validator(mode="after")
    def texts_by_language(self) -> Self:
        if not self.model_extra:
            raise ValueError("has no text; write it under its language, such as en or zh")
        return self


class FieldItem(ListItem):
    type: Literal["text", "count", "date", "name", "contact"]
    required: bool = True


class ReminderItem(Strict):
    step: Slug
    after: Annotated[list[FigureId], Field(min_length=1)]
    ahead_months: Annotated[int, Field(ge=0, le=24)] = 0


class StandardItem(Strict):
    name: Text
    current: Text
    superseded: list[Text] = []


class ServiceFile(Strict):
    id: Slug
    name: dict[Language, Text]
    standard: StandardItem | None = None
    figures: list[FigureItem] = []
    fee_factors: list[ListItem] = []
    documents: list[ListItem] = []
    steps: list[ListItem] = []
    application: list[FieldItem] = []
    reminders: list[ReminderItem] = []

    @model_validator(mode="after")
    def reminders_of_known_things(self) -> Self:
        units = {figure.id: figure.unit for figure in self.figures}
        for reminder in self.reminders:
            if reminder.step not in {step.id for step in self.steps}:
                raise ValueError(f"reminders: there is no step {reminder.step}")
            for figure in reminder.after:
                if units.get(figure) not in {"month", "year"}:
                    raise ValueError(f"reminders: {figure} is not a figure in months or years")
        return self
