"""Time of the case operations beside bare inserts of the same rows, on SQLite; part of `make bench`."""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.cases import Cases
from bot.intake import Intake, Stage
from bot.jobs import Jobs
from bot.messages import Author, AuthorKind, Outcome, Reply, new_id
from bot.settings import CONTENT
from bot.store import Store
from knowledge.load import services

_ROUNDS = 200
_WARM_UP = 20
_VALUES = {"company": "Star Hosting Ltd", "people_covered": "80", "contact": "ann@example.com"}
_TABLES = ("cases", "case_events", "quotation_requests", "events")
_MOVES = ("case_events", "messages", "events", "audit")


def measure(scratch: Path, row: Callable[[str, str, str, str], None]) -> None:
    """Prints a row for sending an application in, and one for moving a case."""
    url = f"sqlite:///{scratch / 'cases.db'}"
    store = Store(url, Jobs(url))
    store.migrate()
    cases = Cases(services(CONTENT))
    conversations = [_conversation(store) for _ in range(_ROUNDS + _WARM_UP)]
    with _bare(scratch / "cases.db", scratch / "bare.db") as bare:
        references: list[str] = []
        ours, beside = [], []
        for conversation in conversations:
            started = time.perf_counter()
            with store.write() as tx:
                found = tx.conversations.get(conversation)
                assert found is not None  # noqa: S101  # it was just made
                intake = Intake(service="iso-20000", values=_VALUES, stage=Stage.REVIEW)
                references.append(cases.submit(tx, found, intake, new_id("int"), "en").reference)
            ours.append(time.perf_counter() - started)
            beside.append(bare(_TABLES))
        _print(row, "case sent in, p50", ours, beside)
        ours, beside = [], []
        for reference in references:
            started = time.perf_counter()
            with store.write() as tx:
                cases.move(tx, reference, "quotation", "Li")
            ours.append(time.perf_counter() - started)
            beside.append(bare(_MOVES))
        _print(row, "case moved and its customer told, p50", ours, beside)
    store.close()


def _print(
    row: Callable[[str, str, str, str], None], what: str, ours: list[float], bare: list[float]
) -> None:
    mine, beside = (statistics.median(times[_WARM_UP:]) * 1000 for times in (ours, bare))
    ratio = f"{mine / beside:.2f} × bare, {mine - beside:+.1f} ms"
    row(what, f"{mine:.1f} ms", ratio, "≤ +5 ms")


@contextmanager
def _bare(source: Path, target: Path) -> Iterator[Callable[[tuple[str, ...]], float]]:
    """Copies the newest row of each table into a database of the same schema; gives the seconds that took."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
        read.backup(write)
        write.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
            write.execute(f"PRAGMA {pragma}")
        serial = iter(range(10_000_000, 20_000_000))

        def copy(tables: tuple[str, ...]) -> float:
            rows = [
                (table, list(read.execute(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1").fetchone()))  # noqa: S608
                for table in tables
            ]
            started = time.perf_counter()
            write.execute("BEGIN IMMEDIATE")
            for table, values in rows:
                if table not in {"case_events", "messages"}:
                    values[0] = next(serial)
                marks = ",".join("?" * len(values))
                write.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", values)  # noqa: S608
            write.execute("COMMIT")
            return time.perf_counter() - started

        yield copy


def _conversation(store: Store) -> str:
    author = Author(AuthorKind.BOT, "Assistant")
    greeting = Reply(new_id("msg"), None, "Hello!", "en", Outcome.SMALLTALK, author)
    with store.write() as tx:
        return tx.conversations.open("web", "en", f"at {datetime.now(UTC)}", greeting)[0]
