"""What goes in and out of the assistant, the same for every channel."""

import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

ATTACHED = "📎"  # begins what stands in a conversation for a message without words, such as a file


class Outcome(StrEnum):
    ANSWERED = "answered"
    CLARIFY = "clarify"
    DECLINED = "declined"
    INTAKE = "intake"
    STATUS = "status"
    HANDED_OFF = "handed_off"
    SMALLTALK = "smalltalk"
    WAITING = "waiting"


class HandoffReason(StrEnum):
    """Why a person is needed."""

    CUSTOMER_ASKED = "customer_asked"
    NO_KNOWLEDGE = "no_knowledge"
    COMPLAINT = "complaint"
    QUOTATION = "quotation"
    FAILED_TWICE = "failed_twice"
    UPSET = "upset"
    POLICY = "policy"
    TOOL_FAILURE = "tool_failure"


class AuthorKind(StrEnum):
    CUSTOMER = "customer"
    BOT = "bot"
    PERSON = "person"


@dataclass(frozen=True)
class Inbound:
    """A customer's message. `external_id` is the channel's own id of it: the same id is the same message."""

    channel: str
    conversation: str
    external_id: str
    text: str


@dataclass(frozen=True)
class Citation:
    """Where a statement comes from: marker `[n]` in the text; `quote` stands word for word in the document."""

    n: int
    document: str
    title: str
    section: str
    quote: str
    url: str


@dataclass(frozen=True)
class Action:
    """A suggestion to the customer: choosing `label` sends the text `send`."""

    label: str
    send: str


@dataclass(frozen=True)
class CaseSummary:
    reference: str
    status: str
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Author:
    kind: AuthorKind
    name: str


@dataclass(frozen=True)
class Reply:
    """What the customer gets. `language` is `zh` or `en`; `in_reply_to` is the inbound message's id."""

    id: str
    in_reply_to: str | None
    text: str
    language: str
    outcome: Outcome
    author: Author
    citations: list[Citation] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    case: CaseSummary | None = None
    ai_generated: bool = True


@dataclass(frozen=True)
class Message:
    """A message as it stands in a conversation; `reply` holds the whole reply where the bot wrote it."""

    id: str
    seq: int
    author: Author
    text: str
    created_at: datetime
    reply: Reply | None


def clean(text: str) -> str:
    """Text that every database and model takes: no control characters but line breaks and tabs, no lone surrogates."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r\n", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def new_id(prefix: str) -> str:
    """An unguessable id, such as `msg_…`."""
    return f"{prefix}_{secrets.token_urlsafe(12)}"
