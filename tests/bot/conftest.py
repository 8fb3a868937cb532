from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbos import DBOSClient

from bot.jobs import Jobs
from bot.store import Store
from databases import MIGRATED


@pytest.fixture(params=MIGRATED)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a fresh database with the present schema, on every kind there is."""
    return MIGRATED[request.param](tmp_path)


@pytest.fixture
def everywhere(database: str) -> Iterator[Store]:
    """A store that can enqueue, on every kind of database."""
    opened = Store(database, Jobs(database))
    yield opened
    opened.close()


@pytest.fixture
def jobs_of(database: str) -> Callable[[], list[str]]:
    """Reads the keys of all jobs that were ever enqueued."""

    def read() -> list[str]:
        client = DBOSClient(system_database_url=database)
        try:
            return [workflow.workflow_id for workflow in client.list_workflows()]
        finally:
            client.destroy()

    return read
