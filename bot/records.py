"""What is stored beside messages, as plain values. Times are in UTC, money is a Decimal with its currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.intake import Intake
from bot.messages import HandoffReason, Inbound, Message, Reply

_PUSHED = {"wechat"}  # channels


class ActorKind(StrEnum):
    """Who did something to a case."""

    CUSTOMER = "customer"
    STAFF = "staff"
    TIMER = "timer"


@dataclass(frozen=True)
class Actor:
    kind: ActorKind
    name: str = ""


@dataclass(frozen=True)
class Conversation:
    """`owner` is the member of staff who has taken it, or None while the bot answers.

    `revision` grows with every change, so that a turn which was thought out on an older one is not stored.
    """

    id: str
    channel: str
    locale: str
    owner: str | None
    closed: bool
    case: int | None
    revision: int

    @property
    def is_pushed(self) -> bool:
        """Whether its customer hears only what is sent to them; others look for news by themselves."""
        return self.channel in _PUSHED


@dataclass(frozen=True)
class Known:
    """What is known when a message comes in; `reply` is set where it has been answered already."""

    conversation: Conversation
    reply: Reply | None
    history: list[Message]
    intake: Intake | None
    intake_id: str
    case: "Case | None" = None


@dataclass(frozen=True)
class Case:
    """An application. `fields` holds canonical values by field id, `version` counts its changes."""

    id: int
    reference: str
    service: str
    conversation: str | None
    language: str
    status: str
    fields: Mapping[str, str]
    contact: str
    version: int
    consent_to: str
    consent_at: datetime
    created_at: datetime
    certified_on: date | None = None
    surveillance_months: int | None = None


@dataclass(frozen=True)
class CaseEvent:
    """One line of a case's history; nothing changes it."""

    seq: int
    at: datetime
    actor: Actor
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Quotation:
    """A price that staff gave for one case; the only price that the bot may repeat, and only to its customer."""

    amount: Decimal
    currency: str
    issued_on: date
    valid_until: date
    entered_by: str


class DocumentState(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Document:
    """An uploaded file; `item` is the id of the checklist's line that it is for, None while nobody has said."""

    id: str
    conversation: str
    case: int | None
    item: str | None
    sha256: str
    name: str
    size: int
    media_type: str
    state: DocumentState
    reason: str
    created_at: datetime


class HandoffState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    ENDED = "ended"


@dataclass(frozen=True)
class Handoff:
    """A customer who needs a person; at most one of a conversation is open."""

    id: str
    conversation: str
    reason: HandoffReason
    summary: str
    state: HandoffState
    created_at: datetime
    taken_by: str | None = None
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""


class Role(StrEnum):
    """What a member of staff may do; each may do what those before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        return list(Role).index(self) >= list(Role).index(other)


@dataclass(frozen=True)
class Staff:
    """`name` is unique and what customers see; `language` is the one that the desk speaks to them."""

    id: int
    login: str
    name: str
    role: Role
    language: str
    active: bool


@dataclass(frozen=True)
class Note:
    """What staff have written about a conversation, for staff alone."""

    id: int
    staff: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Attachment:
    """A file that staff have sent to a customer; whoever knows its `id` may have it."""

    id: str
    conversation: str
    sha256: str
    name: str
    size: int
    media_type: str
    staff: str
    created_at: datetime


@dataclass(frozen=True)
class CannedReply:
    """A reply that staff send often; `{customer}`, `{company}`, `{reference}` and `{staff}` stand for what they name."""

    id: int
    language: str
    title: str
    text: str


class DeliveryState(StrEnum):
    """A notice to staff is pending, sent or failed; the others are of messages to customers."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    KEPT = "kept"  # the channel takes nothing now; it is shown when the customer writes next
    UNSURE = "unsure"  # it may have arrived; it is shown again when the customer asks for it
    FAILED = "failed"


@dataclass(frozen=True)
class Delivery:
    """Something to be sent by the sender `target`; `key` is the same however often it is tried."""

    key: str
    target: str
    payload: Mapping[str, Any]
    state: DeliveryState
    attempts: int
    error: str


@dataclass(frozen=True)
class Push:
    """A message that a channel brings to its customer; `question` is what it answers, empty if it answers nothing."""

    state: DeliveryState
    attempts: int
    tried_at: datetime | None
    reply: Reply
    question: str


@dataclass(frozen=True)
class Accepted:
    """A customer's message that has been taken in and not been answered yet."""

    inbound: Inbound
    payload: Mapping[str, Any]
    received_at: datetime


@dataclass(frozen=True)
class Customer:
    """Someone known by an `address` within a channel, such as an openid; `source` is where they came from.

    `asked_at` is when they last wrote and `acted_at` when they last did something else; `asked_used` and `acted_used`
    are how many messages were sent on the strength of it.
    """

    channel: str
    address: str
    conversation: str
    source: str
    asked_at: datetime | None
    asked_used: int
    acted_at: datetime | None
    acted_used: int


@dataclass(frozen=True)
class Event:
    """Something that the customer's page is told of as it happens."""

    id: int
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GapGroup:
    """Questions of one meaning that the knowledge does not answer."""

    id: str
    label: str
    count: int
    first_at: datetime
    last_at: datetime
    examples: list[str] = field(default_factory=list)
