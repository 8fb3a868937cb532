"""The knowledge as it is held in memory, after loading: plain values, no file formats."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

_LIST = re.compile(r"\{\{\s*list:\s*([^{}\s]+)")


class Kind(StrEnum):
    """What an entry is, and so what may be done with it."""

    FAQ = "faq"
    SECTION = "section"
    DECLINE = "decline"


class Role(StrEnum):
    """Which side of an entry a passage shows to the search."""

    QUESTION = "question"
    BODY = "body"


@dataclass(frozen=True)
class FigureFact:
    """A figure as `service.yaml` states it: the only place where its value stands."""

    id: str
    value: Decimal | date
    unit: str
    reviewed_on: date
    source: str
    valid_from: date | None
    valid_until: date | None
    file: Path
    line: int


@dataclass(frozen=True)
class Item:
    """A line of a list in `service.yaml` (fee factor, document, step), by language.

    `certifies` marks the step after which the certificate is issued; `name` is short, for lists and buttons.
    """

    id: str
    text: Mapping[str, str]
    optional: bool = False
    certifies: bool = False
    name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """A field of the service's application form; `label` by language."""

    id: str
    type: str
    required: bool
    label: Mapping[str, str]


@dataclass(frozen=True)
class Reminder:
    """What a certified customer is reminded of: the step that is due so long after the certificate was issued.

    `after` names figures, of which the contract chooses one (the last, where it does not); the reminder comes
    `ahead_months` before.
    """

    step: str
    after: tuple[str, ...]
    ahead_months: int = 0


@dataclass(frozen=True)
class Standard:
    """The standard a service certifies against, such as `ISO/IEC 20000-1`, and the years of its editions."""

    name: str
    current: str
    superseded: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """A folder of content: what `service.yaml` says, or only an id where there is none."""

    id: str
    file: Path
    name: Mapping[str, str] = field(default_factory=dict)
    standard: Standard | None = None
    figures: tuple[FigureFact, ...] = ()
    lists: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    application: tuple[Field, ...] = ()
    reminders: tuple[Reminder, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One matter in one language: a question with its answer, a section of a document, or a decline.

    `id` is the same in every language; `body` is the text with its figures filled in, `template` as written; `again` is
    what is said in its place where its matter was told before, `denies` words of what is often claimed of it and is wrong,
    `subject` what short questions behind it are about, where that is not the service.
    What is `off_topic` is not for the firm's people either.
    """

    id: str
    service: str
    language: str
    kind: Kind
    title: str
    body: str
    template: str
    document: str
    document_title: str
    anchor: str
    file: Path
    line: int
    variants: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    reviewed_on: date | None = None
    source: str = ""
    off_topic: bool = False
    again: str = ""
    denies: tuple[str, ...] = ()
    subject: str = ""

    @property
    def lists(self) -> frozenset[str]:
        """The lists of the service that it reads out."""
        return frozenset(_LIST.findall(self.template))

    @property
    def key(self) -> str:
        """Identity across services and languages: `iso-20000/fee.en`."""
        return f"{self.service}/{self.id}.{self.language}"

    @property
    def matter(self) -> str:
        """Identity across languages: `iso-20000/fee`."""
        return f"{self.service}/{self.id}"


@dataclass(frozen=True, slots=True)  # there are tens of thousands
class Passage:
    """A piece of an entry that is embedded and searched; `text` is short (one question, or some sentences)."""

    id: str
    entry: str
    role: Role
    text: str


@dataclass(frozen=True)
class Content:
    services: tuple[Service, ...]
    entries: tuple[Entry, ...]
