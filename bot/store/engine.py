"""Connections to SQLite and PostgreSQL."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, exc


def engine(url: str) -> Engine:
    """Errors name the statement without its parameters, since these hold what customers write."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_timeout=10, hide_parameters=True)
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    @event.listens_for(made, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # an answered message survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(
            "PRAGMA secure_delete=ON"
        )  # what is erased is overwritten, in pages that are left too
        connection.isolation_level = None  # SQLAlchemy begins the transactions, see below

    @event.listens_for(made, "begin")
    def begin(connection: Any) -> None:
        # Writers queue up at the start instead of failing half-way; readers need not wait for anyone.
        reads_only = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return made


def away(error: Exception) -> bool:
    """Whether the database does not answer, or has no room, for the moment; nothing was written then."""
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, (exc.OperationalError, exc.TimeoutError))
