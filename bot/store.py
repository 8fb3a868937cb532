"""Conversations and their messages, in SQLite or PostgreSQL. SQLAlchemy is used here and in the migrations only."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    func,
    select,
)  # fmt: skip

from bot.messages import Author, AuthorKind, Inbound, Message, Reply, new_id

metadata = MetaData()
conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("page_url", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
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
    Column("in_reply_to", String(40)),
    Column("outcome", String(20)),
    Column("reply", JSON),
    Column("created_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "channel", "external_id"),
)

_REPLY = TypeAdapter(Reply)


@dataclass(frozen=True)
class Recalled:
    reply: Reply | None
    locale: str
    history: list[Message]


class AlreadyAnswered(Exception):
    """Another request or process has stored this inbound message meanwhile."""


class Store:
    """All methods block; call them from a thread. Each is one transaction."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._reader = self._engine.execution_options(reads_only=True)

    def migrate(self) -> None:
        """Bring the database to this version's schema; does nothing when it is there."""
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._engine.begin() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")

    def check(self) -> None:
        """Raises if the database does not answer."""
        with self._reader.connect() as connection:
            connection.execute(
                select(func.count()).select_from(select(conversations.c.id).limit(1).subquery())
            )

    def close(self) -> None:
        self._engine.dispose()

    def open_conversation(self, channel: str, locale: str, page_url: str, greeting: Reply) -> tuple[str, str]:
        """A new conversation that begins with `greeting`; returns its id and its token, which is kept only as a hash."""
        id, token = new_id("cnv"), secrets.token_urlsafe(24)
        row = {"id": id, "channel": channel, "locale": locale, "page_url": page_url}
        with self._engine.begin() as connection:
            connection.execute(
                conversations.insert(), row | {"token_hash": _hash(token), "created_at": _now()}
            )
            connection.execute(messages.insert(), _reply_row(greeting, id, channel, 1))
        return id, token

    def token_fits(self, id: str, token: str) -> bool:
        """Whether `token` is the conversation's own; takes the same time for any wrong one."""
        with self._reader.connect() as connection:
            query = select(conversations.c.token_hash).where(conversations.c.id == id)
            expected = connection.execute(query).scalar() or "0" * 64
        return hmac.compare_digest(_hash(token), expected)

    def exists(self, id: str) -> bool:
        with self._reader.connect() as connection:
            return (
                connection.execute(select(conversations.c.id).where(conversations.c.id == id)).first()
                is not None
            )

    def recall(self, inbound: Inbound, last: int) -> Recalled:
        """What is known when a message comes in: its reply if it has one, and the latest `last` messages."""
        with self._reader.connect() as connection:
            reply = _stored_reply(connection, inbound)
            locale = select(conversations.c.locale).where(conversations.c.id == inbound.conversation)
            return Recalled(
                reply,
                connection.execute(locale).scalar() or "",
                [] if reply else _messages(connection, inbound.conversation, 0, last),
            )

    def reply_to(self, inbound: Inbound) -> Reply | None:
        """The stored reply to this very message, if it has been answered."""
        with self._reader.connect() as connection:
            return _stored_reply(connection, inbound)

    def add(self, inbound: Inbound, inbound_id: str, reply: Reply) -> None:
        """Store a message and its reply, both or neither. Raises AlreadyAnswered if the message is stored already."""
        asked = {
            "id": inbound_id,
            "conversation_id": inbound.conversation,
            "channel": inbound.channel,
            "external_id": inbound.external_id,
            "author_kind": AuthorKind.CUSTOMER,
            "author_name": "",
            "text": inbound.text,
            "created_at": _now(),
        }
        own = messages.c.conversation_id == inbound.conversation
        same = (messages.c.channel == inbound.channel) & (messages.c.external_id == inbound.external_id)
        with self._engine.begin() as connection:
            # One writer a conversation at a time: SQLite locks at BEGIN, others lock the conversation's row.
            locked = select(conversations.c.id).where(conversations.c.id == inbound.conversation)
            connection.execute(locked.with_for_update())
            if connection.execute(select(messages.c.id).where(own, same)).first():
                raise AlreadyAnswered
            seq = int(connection.execute(select(func.max(messages.c.seq)).where(own)).scalar() or 0)
            connection.execute(messages.insert(), asked | {"seq": seq + 1})
            connection.execute(
                messages.insert(), _reply_row(reply, inbound.conversation, inbound.channel, seq + 2)
            )

    def messages(self, conversation: str, after: int = 0, last: int = 200) -> list[Message]:
        """The latest `last` messages with a number above `after`, oldest first."""
        with self._reader.connect() as connection:
            return _messages(connection, conversation, after, last)


def _stored_reply(connection: Connection, inbound: Inbound) -> Reply | None:
    asked = messages.alias("asked")
    query = (
        select(messages.c.reply)
        .join(asked, messages.c.in_reply_to == asked.c.id)
        .where(
            asked.c.conversation_id == inbound.conversation,
            asked.c.channel == inbound.channel,
            asked.c.external_id == inbound.external_id,
        )
    )
    found = connection.execute(query).scalar()
    return _REPLY.validate_python(found) if found else None


def _messages(connection: Connection, conversation: str, after: int, last: int) -> list[Message]:
    query = (
        select(messages)
        .where(messages.c.conversation_id == conversation, messages.c.seq > after)
        .order_by(messages.c.seq.desc())
        .limit(last)
    )
    return [
        Message(
            id=row.id,
            seq=row.seq,
            author=Author(AuthorKind(row.author_kind), row.author_name),
            text=row.text,
            created_at=row.created_at.replace(tzinfo=UTC),
            reply=_REPLY.validate_python(row.reply) if row.reply else None,
        )
        for row in reversed(connection.execute(query).all())
    ]


def _reply_row(reply: Reply, conversation: str, channel: str, seq: int) -> dict[str, Any]:
    return {
        "id": reply.id,
        "conversation_id": conversation,
        "seq": seq,
        "channel": channel,
        "author_kind": reply.author.kind,
        "author_name": reply.author.name,
        "text": reply.text,
        "in_reply_to": reply.in_reply_to,
        "outcome": reply.outcome,
        "reply": _REPLY.dump_python(reply, mode="json"),
        "created_at": _now(),
    }


def _engine(url: str) -> Engine:
    # Errors name the statement without its parameters, since these hold what customers write.
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # an answered message survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")
        connection.isolation_level = None  # SQLAlchemy begins the transactions, see below

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # Writers queue up at the start instead of failing half-way; readers need not wait for anyone.
        reads_only = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return engine


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
