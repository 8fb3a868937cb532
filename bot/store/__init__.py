"""What is kept, in SQLite or PostgreSQL. SQLAlchemy is used in this package and in the migrations only.

    with store.write() as tx:              # one transaction: all of it, or nothing
        case = tx.cases.insert(...)
        tx.say(...)
        tx.enqueue("send", delivery)

All of it blocks; call it from a thread.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import Protocol

import alembic.command
import alembic.config
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot import log
from bot.errors import Unavailable
from bot.messages import Reply
from bot.records import Conversation, DeliveryState
from bot.store.board import Board
from bot.store.cases import Cases
from bot.store.conversations import Conversations, Stale
from bot.store.customers import Customers
from bot.store.documents import Documents
from bot.store.edits import Edits
from bot.store.engine import away, engine
from bot.store.finding import Finding
from bot.store.gaps import Gaps
from bot.store.handoffs import Handoffs
from bot.store.inbox import Inbox
from bot.store.margins import Margins
from bot.store.numbers import Numbers
from bot.store.outbox import Outbox
from bot.store.people import People
from bot.store.pushes import Pushes
from bot.store.queue import Queue
from bot.store.staff import Members
from bot.store.tables import conversations
from bot.store.tokens import Tokens

__all__ = ["Enqueuer", "Stale", "Store", "Transaction"]

logger = log.get("bot.store")


class Enqueuer(Protocol):
    """Durable jobs that live in the same database, so that a job exists just where its transaction does."""

    def migrate(self) -> None: ...

    def enqueue(self, connection: Connection, job: str, subject: str, key: str, after: float) -> None: ...


class Transaction:
    """The tables, grouped by what they hold, within one transaction."""

    def __init__(self, connection: Connection, jobs: Enqueuer | None) -> None:
        self._connection = connection
        self._jobs = jobs
        self.touched: set[str] = set()  # conversations that have news for their customer
        self.changed: set[str] = set()  # conversations that have news for staff

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self._connection, self.touched, self.changed)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self._connection)

    @cached_property
    def documents(self) -> Documents:
        return Documents(self._connection)

    @cached_property
    def handoffs(self) -> Handoffs:
        return Handoffs(self._connection)

    @cached_property
    def gaps(self) -> Gaps:
        return Gaps(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._connection)

    @cached_property
    def people(self) -> People:
        return People(self._connection)

    @cached_property
    def customers(self) -> Customers:
        return Customers(self._connection)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self._connection)

    @cached_property
    def pushes(self) -> Pushes:
        return Pushes(self._connection)

    @cached_property
    def staff(self) -> Members:
        return Members(self._connection)

    @cached_property
    def queue(self) -> Queue:
        return Queue(self._connection)

    @cached_property
    def board(self) -> Board:
        return Board(self._connection)

    @cached_property
    def margins(self) -> Margins:
        return Margins(self._connection)

    @cached_property
    def finding(self) -> Finding:
        return Finding(self._connection)

    @cached_property
    def edits(self) -> Edits:
        return Edits(self._connection)

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self._connection)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self._connection)

    def say(self, conversation: Conversation, reply: Reply) -> int:
        """Add a message that answers none, from staff or from a timer, and have it brought; returns its number."""
        seq = self.conversations.say(conversation.id, conversation.channel, reply)
        if conversation.is_pushed:
            self.push(conversation.id, conversation.channel, reply)
        return seq

    def push(self, conversation: str, channel: str, reply: Reply) -> None:
        """Have a message that is stored in the conversation sent to its customer."""
        self.pushes.add(conversation, channel, reply, DeliveryState.PENDING)
        self.enqueue("push", conversation, f"push:{reply.id}")

    def enqueue(self, job: str, subject: str, key: str = "", after: float = 0.0) -> None:
        """Have a job done once this transaction is committed, `after` seconds at the earliest.

        A job of the same key (default: job and subject) that was ever enqueued is not enqueued again.
        """
        if self._jobs:
            self._jobs.enqueue(self._connection, job, subject, key or f"{job}:{subject}", after)


class Store:
    """A database. `jobs` makes it possible to enqueue; `subscribe` tells of what was committed here."""

    def __init__(self, url: str, jobs: Enqueuer | None = None) -> None:
        self._engine = engine(url)
        self._reader = self._engine.execution_options(reads_only=True)
        self._jobs = jobs
        # SQLite has one writer at a time, and those that wait for it in a queue of ours wait less than by asking again.
        self._writing = threading.Lock() if url.startswith("sqlite") else nullcontext()
        self._customers: list[Callable[[set[str]], None]] = []
        self._staff: list[Callable[[set[str]], None]] = []

    def subscribe(self, told: Callable[[set[str]], None], *, staff: bool = False) -> None:
        """Call `told` from the writing thread after each commit, with the conversations that have news for
        their customers, or for staff.
        """
        (self._staff if staff else self._customers).append(told)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view. Raises Unavailable if the database does not answer."""
        with self._translated(), self._reader.connect() as connection:
            yield Transaction(connection, None)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Committed when the block ends, undone when it raises. Raises Unavailable if it cannot be committed."""
        with self._translated(), self._writing, self._engine.begin() as connection:
            tx = Transaction(connection, self._jobs)
            yield tx
        for news, subscribers in ((tx.touched, self._customers), (tx.changed, self._staff)):
            for told in subscribers if news else ():
                told(news)

    def migrate(self) -> None:
        """Bring the database to this version's schema; does nothing when it is there."""
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
        with self._engine.begin() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
        if self._jobs:
            self._jobs.migrate()

    def check(self) -> None:
        """Raises if the database does not answer."""
        with self._reader.connect() as connection:
            connection.execute(
                select(func.count()).select_from(select(conversations.c.id).limit(1).subquery())
            )

    def forget(self) -> None:
        """Empty SQLite's log, which may still hold what was erased; what is being read then waits for the next time."""
        if self._engine.dialect.name != "sqlite":
            return
        with self._writing, closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            if not away(error):
                raise
            logger.error("database does not answer", error=type(error).__name__, cause=str(error.__cause__))
            raise Unavailable(
                "We cannot save anything for the moment; please send it again in a few seconds."
            ) from error
