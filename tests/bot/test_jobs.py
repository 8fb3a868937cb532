"""Durable jobs on every kind of database, with the real engine."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bot.jobs import Handler, Worker
from bot.store import Store

_STUCK = 30


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.jobs._LOOK_EVERY", 0.05)
    monkeypatch.setattr("bot.jobs._GRACE", 0)


class Done:
    """Counts what was done."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self._news = threading.Condition()

    def handle(self, subject: str) -> None:
        with self._news:
            self.subjects.append(subject)
            self._news.notify_all()

    def wait(self, count: int) -> list[str]:
        with self._news:
            self._news.wait_for(lambda: len(self.subjects) >= count, _STUCK)
            return sorted(self.subjects)


def enqueue_and_break(store: Store) -> None:
    with store.write() as tx:
        tx.enqueue("note", "undone")
        raise ZeroDivisionError


@contextmanager
def working(database: str, **handlers: Handler) -> Iterator[None]:
    worker = Worker(database, "test", handlers)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def test_a_job_is_done_once_where_its_transaction_was_committed(database: str, everywhere: Store) -> None:
    done = Done()
    with working(database, note=done.handle):
        with pytest.raises(ZeroDivisionError):
            enqueue_and_break(everywhere)
        for _ in range(3):
            with everywhere.write() as tx:
                tx.enqueue("note", "a")
        with everywhere.write() as tx:
            tx.enqueue("note", "b")
            tx.enqueue("note", "a", key="another key")
        assert done.wait(3) == ["a", "a", "b"]


def test_what_was_enqueued_without_a_worker_is_done_by_the_next_one(database: str, everywhere: Store) -> None:
    done = Done()
    with everywhere.write() as tx:
        tx.enqueue("note", "before")
        tx.enqueue("note", "in a year", after=365 * 86400)
        tx.enqueue("note", "soon", after=0.5)
    with working(database, note=done.handle):
        assert done.wait(2) == ["before", "soon"]


def test_a_job_that_was_cut_off_is_done_again_at_the_next_start(database: str, everywhere: Store) -> None:
    begun, done, release = threading.Event(), Done(), threading.Event()

    def cut_off(_: str) -> None:
        begun.set()
        release.wait(_STUCK)
        raise SystemExit

    with everywhere.write() as tx:
        tx.enqueue("note", "a")
    worker = Worker(database, "test", {"note": cut_off})
    worker.start()
    assert begun.wait(_STUCK)
    worker.stop()
    with working(database, note=done.handle):
        assert done.wait(1) == ["a"]
    release.set()


def test_a_job_that_fails_is_tried_again(database: str, everywhere: Store) -> None:
    done, failures = Done(), iter([True, False])

    def at_first_not(subject: str) -> None:
        if next(failures):
            raise RuntimeError("not yet")
        done.handle(subject)

    with everywhere.write() as tx:
        tx.enqueue("note", "a")
    with working(database, note=at_first_not):
        assert done.wait(1) == ["a"]


def test_jobs_keep_ids_and_no_words(
    database: str, everywhere: Store, jobs_of: Callable[[], list[str]]
) -> None:
    with everywhere.write() as tx:
        tx.enqueue("note", "doc_1")
    assert jobs_of() == ["note:doc_1"]
