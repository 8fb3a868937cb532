"""What is kept, in SQLite or PostgreSQL. SQLAlchemy is used in this package and in the migrations only.

    with store.write() as tx:              # one transaction: all of it, or nothing
        case = tx.cases.insert(...)
        tx.conversations.say(...)
        tx.enqueue("send", delivery)

All of it blocks; call it from a thread.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Protocol

import alembic.command
import alembic.config
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot import log
from bot.errors import Unavailable
from bot.store.cases import Cases
from bot.store.conversations import Conversations, Stale
from bot.store.documents import Documents
from bot.store.engine import away, engine
from bot.store.gaps import Gaps
from bot.store.handoffs import Handoffs
from bot.store.outbox import Outbox
from bot.store.people import People
from bot.store.tables import conversations

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

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self._connection, self.touched)

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
        self._told: list[Callable[[set[str]], None]] = []

    def subscribe(self, told: Callable[[set[str]], None]) -> None:
        """Call `told` from the writing thread with the conversations that have news, after each commit."""
        self._told.append(told)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view. Raises Unavailable if the database does not answer."""
        with self._translated(), self._reader.connect() as connection:
            yield Transaction(connection, None)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Committed when the block ends, undone when it raises. Raises Unavailable if it cannot be committed."""
        with self._translated(), self._engine.begin() as connection:
            tx = Transaction(connection, self._jobs)
            yield tx
        if tx.touched:
            for told in self._told:
                told(tx.touched)

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
