"""Durable jobs on DBOS, whose tables lie in the same database, so that a job is enqueued in the transaction it is for.

A job is a name and a subject (an id): what it works on is read from the tables when it runs. Its key makes it run
once; a process that dies in the middle of it takes it up again at its next start, so every job can be repeated.
DBOS keeps one instance a process: there is one `Worker`, while any number of `Jobs` may enqueue.
"""

import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer

from bot import log

_QUEUE = "certdesk"
_WORKFLOW = "certdesk.job"
_VERSION = "1"  # fixed, so that a new release goes on with the jobs of the one before
_AT_ONCE = 4
_LOOK_EVERY = 0.5  # seconds between looks for new jobs; an idle look costs about a millisecond
_GRACE = 5  # seconds that jobs may take to end when the process stops
_RETRIES: dict[str, Any] = {
    "retries_allowed": True,
    "max_attempts": 8,
    "interval_seconds": 2,
    "backoff_rate": 3,
}

Handler = Callable[[str], None]

logger = log.get("bot.jobs")
_handlers: dict[str, Handler] = {}  # of this process; DBOS looks workflows up by their registered name


class Jobs:
    """Enqueues into the database at `url`; needs no running worker."""

    def __init__(self, url: str) -> None:
        self._url = url

    def migrate(self) -> None:
        logging.getLogger("dbos").setLevel(logging.WARNING)
        DBOS.migrate(self._url)

    def enqueue(self, connection: Any, job: str, subject: str, key: str, after: float) -> None:
        """Enqueue within the transaction of an SQLAlchemy `connection`; a known key changes nothing."""
        options: dict[str, Any] = {"workflow_name": _WORKFLOW, "queue_name": _QUEUE, "workflow_id": key}
        if after > 0:
            options["delay_seconds"] = after
        self._client.enqueue_in_transaction(connection, options, job, subject)  # type: ignore[arg-type]

    @cached_property
    def _client(self) -> DBOSClient:
        return DBOSClient(system_database_url=self._url, serializer=DBOSPortableJSONSerializer(), lazy=True)


class Worker:
    """Does the jobs. `executor` is this process's name: the same at each start, and of no other process."""

    def __init__(self, url: str, executor: str, handlers: Mapping[str, Handler]) -> None:
        self._config: DBOSConfig = {
            "name": "certdesk",
            "system_database_url": url,
            "application_version": _VERSION,
            "executor_id": executor,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
        }
        self._wanted = handlers

    def start(self) -> None:
        _handlers.clear()
        _handlers.update(self._wanted)
        DBOS(config=self._config)
        DBOS.launch()
        DBOS.register_queue(_QUEUE, worker_concurrency=_AT_ONCE, polling_interval_sec=_LOOK_EVERY)

    def stop(self) -> None:
        """Ends after the jobs that are being done; what is left is done after the next start."""
        DBOS.destroy(workflow_completion_timeout_sec=_GRACE)


@DBOS.workflow(name=_WORKFLOW)
def _job(job: str, subject: str) -> None:
    _do(job, subject)


@DBOS.step(name="do", **_RETRIES)
def _do(job: str, subject: str) -> None:
    handler = _handlers.get(job)
    if handler is None:
        raise LookupError(f"no job is called {job}; was it enqueued by a newer release?")
    try:
        handler(subject)
    except Exception as error:
        logger.error("job failed and is tried again", job=job, subject=subject, exc_info=error)
        raise
