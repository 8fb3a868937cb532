"""Conversations, their messages, and what their customers' pages are told."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BindParameter, Connection, Row, bindparam, func, select, update

from bot.intake import Intake
from bot.messages import Author, AuthorKind, Inbound, Message, Reply, new_id
from bot.records import Conversation, Event, Known
from bot.store.cases import Cases
from bot.store.tables import conversations, events, intakes, message_words, messages
from bot.store.words import words

_REPLY = TypeAdapter(Reply)
_INTAKE = TypeAdapter(Intake)

# What every message asks is put together once: SQLAlchemy takes longer to build a query than SQLite to run it.
_of: BindParameter[str] = bindparam("conversation")
_seen = select(
    *(
        conversations.c[name]
        for name in ("id", "channel", "locale", "owner", "closed_at", "case_id", "revision")
    )
)
_GET = _seen.where(conversations.c.id == _of)
_RECALL = _GET.add_columns(intakes.c.id.label("intake_id"), intakes.c.state).select_from(
    conversations.outerjoin(intakes, intakes.c.conversation_id == conversations.c.id)
)
_answered = messages.alias("answered")
_ANSWERED = (
    select(func.coalesce(_answered.c.reply, messages.c.reply))
    .select_from(messages.outerjoin(_answered, _answered.c.in_reply_to == messages.c.id))
    .where(
        messages.c.conversation_id == _of,
        messages.c.channel == bindparam("channel"),
        messages.c.external_id == bindparam("external_id"),
    )
)
_MESSAGES = (
    select(messages)
    .where(messages.c.conversation_id == _of, messages.c.seq > bindparam("after"))
    .order_by(messages.c.seq.desc())
    .limit(bindparam("last"))
)
_LAST = select(func.max(messages.c.seq)).where(messages.c.conversation_id == _of)


class Stale(Exception):
    """The conversation has changed since it was read; read it again and think again."""


class Conversations:
    """`touched` gets those with news for their customer, `changed` those with news for staff."""

    def __init__(self, connection: Connection, touched: set[str], changed: set[str]) -> None:
        self._connection = connection
        self._touched = touched
        self._changed = changed

    def open(self, channel: str, locale: str, page_url: str, greeting: Reply) -> tuple[str, str]:
        """A new conversation that begins with `greeting`; returns its id and its token, which is kept only as a hash."""
        id, token, now = new_id("cnv"), secrets.token_urlsafe(24), _now()
        row = {"id": id, "channel": channel, "locale": locale, "page_url": page_url, "revision": 1}
        row["language"] = greeting.language
        self._connection.execute(
            conversations.insert(), row | {"token_hash": _hash(token), "created_at": now, "last_at": now}
        )
        self._connection.execute(messages.insert(), _reply_row(greeting, id, channel, 1))
        return id, token

    def token_fits(self, id: str, token: str) -> bool:
        """Whether `token` is the conversation's own; takes the same time for any wrong one."""
        query = select(conversations.c.token_hash).where(conversations.c.id == id)
        expected = self._connection.execute(query).scalar() or "0" * 64
        return hmac.compare_digest(_hash(token), expected)

    def get(self, id: str, *, lock: bool = False) -> Conversation | None:
        """With `lock`, nobody else changes it until the transaction ends."""
        row = self._connection.execute(_GET.with_for_update() if lock else _GET, {"conversation": id}).first()
        return _to_conversation(row) if row else None

    def since(self, when: datetime, limit: int) -> list[str]:
        """The latest conversations that were opened since then."""
        query = select(conversations.c.id).where(conversations.c.created_at >= when)
        ordered = query.order_by(conversations.c.created_at.desc(), conversations.c.id).limit(limit)
        return list(self._connection.execute(ordered).scalars())

    def of_case(self, case: int) -> list[Conversation]:
        """The conversations that may see a case, oldest first."""
        query = _seen.where(conversations.c.case_id == case).order_by(conversations.c.created_at)
        return [_to_conversation(row) for row in self._connection.execute(query)]

    def recall(self, inbound: Inbound, last: int) -> Known | None:
        """What is known when a message comes in, with the latest `last` messages; None for no such conversation."""
        row = self._connection.execute(_RECALL, {"conversation": inbound.conversation}).first()
        if row is None:
            return None
        reply = self.reply_to(inbound)
        return Known(
            _to_conversation(row),
            reply,
            [] if reply else self.messages(inbound.conversation, last=last),
            _INTAKE.validate_python(row.state) if row.state else None,
            row.intake_id or "",
            Cases(self._connection).get(row.case_id) if row.case_id else None,
        )

    def reply_to(self, inbound: Inbound) -> Reply | None:
        """The stored reply to this very message, if it has been answered."""
        same = {
            "conversation": inbound.conversation,
            "channel": inbound.channel,
            "external_id": inbound.external_id,
        }
        found = self._connection.execute(_ANSWERED, same).scalar()
        return _REPLY.validate_python(found) if found else None

    def messages(self, conversation: str, after: int = 0, last: int = 200) -> list[Message]:
        """The latest `last` messages with a number above `after`, oldest first."""
        wanted = {"conversation": conversation, "after": after, "last": last}
        return [_to_message(row) for row in reversed(self._connection.execute(_MESSAGES, wanted).all())]

    def traces(self, conversation: str) -> dict[str, Mapping[str, Any]]:
        """How the bot's replies came about, by their ids."""
        query = select(messages.c.id, messages.c.trace).where(
            messages.c.conversation_id == conversation, messages.c.trace.is_not(None)
        )
        return {row.id: row.trace for row in self._connection.execute(query)}

    def change(self, id: str, revision: int | None = None, **columns: Any) -> int:
        """Change the conversation and lock it until the transaction ends; returns its new revision.

        With `revision`, raises Stale if it is no longer the present one.
        """
        change = update(conversations).where(conversations.c.id == id)
        if revision is not None:
            change = change.where(conversations.c.revision == revision)
        change = change.values(revision=conversations.c.revision + 1, last_at=_now(), **columns)
        found = self._connection.execute(change.returning(conversations.c.revision)).scalar()
        if found is None:
            raise Stale
        self._changed.add(id)
        return int(found)

    def add(
        self, inbound: Inbound, inbound_id: str, reply: Reply, trace: Mapping[str, Any] | None = None
    ) -> None:
        """Store a customer's message with its reply; one without words (a person has the conversation) is not said.

        `trace` is how the reply came about.
        """
        seq = self._last(inbound.conversation)
        row = {
            "id": inbound_id,
            "conversation_id": inbound.conversation,
            "seq": seq + 1,
            "channel": inbound.channel,
            "external_id": inbound.external_id,
            "author_kind": AuthorKind.CUSTOMER,
            "author_name": "",
            "text": inbound.text,
            "reply": None if reply.text else _REPLY.dump_python(reply, mode="json"),
            "created_at": _now(),
        }
        self._connection.execute(messages.insert(), row)
        self._index(inbound_id, inbound.text)
        if reply.text:
            said = _reply_row(reply, inbound.conversation, inbound.channel, seq + 2)
            self._connection.execute(messages.insert(), said | {"trace": dict(trace) if trace else None})
            self._index(reply.id, reply.text)
        asked = {"asked_seq": seq + 1, "asked_at": row["created_at"], "language": reply.language}
        self._connection.execute(
            update(conversations).where(conversations.c.id == inbound.conversation).values(**asked)
        )

    def say(self, conversation: str, channel: str, reply: Reply) -> int:
        """Add a message that answers none, from staff or from a timer; returns its number."""
        self.change(conversation)
        seq = self._last(conversation) + 1
        self._connection.execute(messages.insert(), _reply_row(reply, conversation, channel, seq))
        self._index(reply.id, reply.text)
        if reply.author.kind is AuthorKind.PERSON:
            written = update(conversations).where(conversations.c.id == conversation)
            self._connection.execute(written.values(staff_seq=seq))
        self.tell(conversation, "message", {"seq": seq})
        return seq

    def tell(self, conversation: str, kind: str, data: Mapping[str, Any] | None = None) -> None:
        """Tell the customer's page, once this transaction is committed."""
        row = {"conversation_id": conversation, "kind": kind, "data": dict(data or {}), "at": _now()}
        self._connection.execute(events.insert(), row)
        self._touched.add(conversation)

    def events(self, conversation: str, after: int) -> list[Event]:
        query = select(events).where(events.c.conversation_id == conversation, events.c.id > after).limit(200)
        rows = self._connection.execute(query.order_by(events.c.id))
        return [Event(row.id, row.kind, row.data) for row in rows]

    def last_event(self, conversation: str | None = None) -> int:
        """Number of the latest event, of one conversation or of all."""
        query = select(func.max(events.c.id))
        if conversation:
            query = query.where(events.c.conversation_id == conversation)
        return int(self._connection.execute(query).scalar() or 0)

    def conversations_with_events(self, after: int) -> set[str]:
        query = select(events.c.conversation_id).where(events.c.id > after).distinct()
        return set(self._connection.execute(query).scalars())

    def save_intake(self, conversation: str, id: str, intake: Intake | None) -> None:
        """Keep where the interview stands; None ends it."""
        self._connection.execute(intakes.delete().where(intakes.c.conversation_id == conversation))
        if intake:
            row = {"conversation_id": conversation, "id": id, "updated_at": _now()}
            self._connection.execute(
                intakes.insert(), row | {"state": _INTAKE.dump_python(intake, mode="json")}
            )

    def intake(self, conversation: str) -> tuple[str, Intake] | None:
        """The running interview with its id."""
        query = select(intakes).where(intakes.c.conversation_id == conversation)
        row = self._connection.execute(query).first()
        return (row.id, _INTAKE.validate_python(row.state)) if row else None

    def _index(self, message: str, text: str) -> None:
        if found_by := words(text):
            self._connection.execute(message_words.insert(), {"message_id": message, "words": found_by})

    def _last(self, conversation: str) -> int:
        return int(self._connection.execute(_LAST, {"conversation": conversation}).scalar() or 0)


def _to_conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        row.id, row.channel, row.locale, row.owner, row.closed_at is not None, row.case_id, row.revision
    )


def _to_message(row: Row[Any]) -> Message:
    author = Author(AuthorKind(row.author_kind), row.author_name)
    said = row.reply and author.kind is not AuthorKind.CUSTOMER
    return Message(
        row.id, row.seq, author, row.text, row.created_at, _REPLY.validate_python(row.reply) if said else None
    )


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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
