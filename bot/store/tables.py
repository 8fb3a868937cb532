"""The tables. A change here needs a migration; a test compares the two."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine


class Time(TypeDecorator[datetime]):
    """A moment in UTC that knows its zone, also where the database keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # as its base asks
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # as its base asks
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value


class Money(TypeDecorator[Decimal]):
    """An exact amount: NUMERIC, or text in SQLite, which would make a float of it."""

    impl = Numeric(14, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(20) if dialect.name == "sqlite" else Numeric(14, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002  # as its base asks
        return None if value is None else Decimal(value)


metadata = MetaData()


def _conversation(*, nullable: bool = False) -> Column[Any]:
    key = ForeignKey("conversations.id", ondelete="SET NULL" if nullable else "CASCADE")
    return Column("conversation_id", String(40), key, nullable=nullable, index=True)


def _case() -> Column[Any]:
    return Column("case_id", Integer, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True)


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("page_url", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("owner", String(100)),
    Column("closed_at", Time),
    Column("case_id", Integer, index=True),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("last_at", Time, index=True),
    Column("language", String(5), nullable=False, server_default=text("''")),
    Column("asked_seq", Integer, nullable=False, server_default=text("0")),  # the customer's last message
    Column("asked_at", Time),
    Column("staff_seq", Integer, nullable=False, server_default=text("0")),  # the last message of a person
    Index("conversations_by_owner", "owner", "asked_at"),
)
messages = Table(
    "messages",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", String(40), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("external_id", String(200)),
    Column("author_kind", String(10), nullable=False),
    Column("author_name", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("in_reply_to", String(40), index=True),
    Column("outcome", String(20)),
    Column("reply", JSON(none_as_null=True)),
    Column("trace", JSON(none_as_null=True)),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "channel", "external_id"),
    Index("messages_by_time", "created_at", "author_kind", "outcome", "conversation_id"),
)
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _conversation(),
    Column("kind", String(20), nullable=False),
    Column("data", JSON, nullable=False),
    Column("at", Time, nullable=False),
    sqlite_autoincrement=True,
)
intakes = Table(
    "intakes",
    metadata,
    Column(
        "conversation_id", String(40), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("id", String(40), nullable=False),
    Column("state", JSON, nullable=False),
    Column("updated_at", Time, nullable=False),
)
cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("reference", String(20), unique=True),
    Column("confirmation", String(40), nullable=False, unique=True),
    _conversation(nullable=True),
    Column("service", String(60), nullable=False),
    Column("language", String(5), nullable=False),
    Column("status", String(40), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("contact", String(254), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("consent_to", String(40), nullable=False),
    Column("consent_at", Time, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("certified_on", Date),
    Column("surveillance_months", Integer),
    sqlite_autoincrement=True,
)
case_events = Table(
    "case_events",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Time, nullable=False),
    Column("actor_kind", String(10), nullable=False),
    Column("actor_name", String(100), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("data", JSON, nullable=False),
)
quotation_requests = Table(
    "quotation_requests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _case(),
    Column("factors", JSON, nullable=False),
    Column("requested_at", Time, nullable=False),
)
quotations = Table(
    "quotations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _case(),
    Column("amount", Money, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("entered_by", String(100), nullable=False),
    Column("entered_at", Time, nullable=False),
)
documents = Table(
    "documents",
    metadata,
    Column("id", String(40), primary_key=True),
    _conversation(nullable=True),
    Column("case_id", Integer, ForeignKey("cases.id", ondelete="CASCADE"), index=True),
    Column("external_id", String(200)),
    Column("item", String(60)),
    Column("sha256", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("conversation_id", "external_id"),
)
_OPEN = text("state != 'ended'")
handoffs = Table(
    "handoffs",
    metadata,
    Column("id", String(40), primary_key=True),
    _conversation(),
    Column("reason", String(20), nullable=False),
    Column("summary", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("created_at", Time, nullable=False, index=True),
    Column("taken_by", String(100)),
    Column("taken_at", Time),
    Column("ended_at", Time),
    Column("outcome", Text, nullable=False, server_default=text("''")),
    Index("one_open_handoff", "conversation_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)
deliveries = Table(
    "deliveries",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("target", String(20), nullable=False),
    _conversation(nullable=True),
    Column("payload", JSON, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("sent_at", Time),
    Column("tried_at", Time),
    Column("via", String(200)),  # the customer's message whose response carried it
)
customers = Table(  # of channels that know theirs by an address
    "customers",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("address", String(64), primary_key=True),
    _conversation(),
    Column("source", String(64), nullable=False),
    Column("asked_at", Time),
    Column("asked_used", Integer, nullable=False),
    Column("acted_at", Time),
    Column("acted_used", Integer, nullable=False),
)
inbox = Table(  # messages that have been taken in and not been answered yet
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(40), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("received_at", Time, nullable=False),
    UniqueConstraint("conversation_id", "channel", "external_id"),
    sqlite_autoincrement=True,
)
tokens = Table(  # by which we are known to others, shared by all processes
    "tokens",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("claimed_until", Time, nullable=False),
)
gap_groups = Table(
    "gap_groups",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("label", Text, nullable=False),
    Column("total", LargeBinary, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("state", String(10), nullable=False, server_default=text("'open'"), index=True),
    Column("matter", String(260)),
    Column("decided_by", String(100)),
    Column("decided_at", Time),
)
gaps = Table(
    "gaps",
    metadata,
    Column("id", String(40), primary_key=True),
    _conversation(),
    Column("message_id", String(40), nullable=False, unique=True),
    Column("group_id", String(40), ForeignKey("gap_groups.id", ondelete="SET NULL"), index=True),
    Column("question", Text, nullable=False),
    Column("language", String(5), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("vector", LargeBinary),
    Column("created_at", Time, nullable=False),
)
feedback = Table(
    "feedback",
    metadata,
    Column("message_id", String(40), primary_key=True),
    _conversation(),
    Column("helpful", Boolean, nullable=False),
    Column("at", Time, nullable=False),
)
content_edits = Table(
    "content_edits",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Time, nullable=False),
    Column("staff", String(100), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("service", String(60), nullable=False),
    Column("entry", String(200), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("sources", Text, nullable=False),
    sqlite_autoincrement=True,
)
lookups = Table(  # failed attempts to see a case by its reference
    "lookups",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _conversation(),
    Column("reference", String(20), nullable=False, index=True),
    Column("at", Time, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Time, nullable=False),
    Column("staff", String(100), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
)
staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(254), nullable=False, unique=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("language", String(5), nullable=False),
    Column("password", String(200), nullable=False),  # its hash; empty: signs in elsewhere
    Column("subject", String(400), unique=True),  # what the identity provider calls them
    Column("active", Boolean, nullable=False),
    Column("created_at", Time, nullable=False),
    sqlite_autoincrement=True,
)


def _staff(**options: Any) -> Column[Any]:
    return Column("staff_id", Integer, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, **options)


sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _staff(index=True),
    Column("created_at", Time, nullable=False),
    Column("seen_at", Time, nullable=False),
)
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("login_hash", String(64), nullable=False),  # a password may have been typed there
    Column("address", String(64), nullable=False),
    Column("at", Time, nullable=False, index=True),
)
notes = Table(  # of staff, for staff
    "notes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(40), nullable=False, unique=True),
    _conversation(),
    Column("staff", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Time, nullable=False),
)
attachments = Table(  # files that staff have sent to customers
    "attachments",
    metadata,
    Column("id", String(40), primary_key=True),
    _conversation(),
    Column("sha256", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("staff", String(100), nullable=False),
    Column("created_at", Time, nullable=False),
)
seen = Table(  # how far a member of staff has read a conversation
    "seen",
    metadata,
    _staff(primary_key=True),
    Column(
        "conversation_id", String(40), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("seq", Integer, nullable=False),
)
presence = Table(  # who has a conversation open
    "presence",
    metadata,
    Column("page", String(40), primary_key=True),
    _staff(),
    _conversation(),
    Column("until", Time, nullable=False),
)
canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("language", String(5), nullable=False),
    Column("title", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("edited_by", String(100), nullable=False),
    Column("edited_at", Time, nullable=False),
)
message_words = Table(  # what a search looks in, see `bot.store.finding`
    "message_words",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column(
        "message_id", String(40), ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, unique=True
    ),
    Column("words", Text, nullable=False),
)
