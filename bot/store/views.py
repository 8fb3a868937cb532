"""What lists for staff are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.messages import AuthorKind, HandoffReason
from bot.records import Case, Customer, DocumentState


class View(StrEnum):
    """Which conversations a list shows: those that wait for a person, that somebody has, or that the bot has."""

    WAITING = "waiting"
    MINE = "mine"
    UNANSWERED = "unanswered"
    OTHERS = "others"
    BOT = "bot"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True)
class Filter:
    """Empty: any."""

    channel: str = ""
    language: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Queued:
    """A conversation in a list; `since` is when its customer began to wait, or when something last happened.

    `came_from` is the page on which it began, or what brought a follower.
    """

    conversation: str
    channel: str
    language: str
    owner: str | None
    closed: bool
    reason: HandoffReason | None
    summary: str
    waiting: bool
    since: datetime
    asked: str
    unread: bool
    asked_seq: int
    case: int | None
    reference: str | None
    company: str
    came_from: str
    customer: Customer | None


@dataclass(frozen=True)
class CaseFilter:
    """Empty: any. `text` stands in the reference, the contact or a field; `needs_staff` leaves those with something to do."""

    text: str = ""
    service: str = ""
    status: str = ""
    needs_staff: bool = False


@dataclass(frozen=True)
class Listed:
    """A case in a list: since when it is at its step, its documents, and until when its latest quotation is valid."""

    case: Case
    since: datetime
    documents: Sequence[tuple[str | None, DocumentState]]
    quoted_until: date | None

    @property
    def unchecked(self) -> int:
        return sum(state is DocumentState.RECEIVED for _, state in self.documents)


@dataclass(frozen=True)
class FoundMessage:
    """A message that a search has found."""

    id: str
    conversation: str
    seq: int
    author_kind: AuthorKind
    author_name: str
    text: str
    at: datetime
    channel: str
