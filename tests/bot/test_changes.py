"""Pages of staff hear of what has changed, wherever it was changed; on every kind of database."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot import changes
from bot.changes import Changes, Listener
from bot.errors import Unavailable
from bot.store import Store, Transaction
from databases import migrated_postgres
from offices import a_conversation, an_office

_STUCK = 30.0  # seconds after which a test that waits for what never comes fails instead of hanging


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_LOOK_EVERY", 0.005)


@pytest.fixture
def elsewhere(database: str) -> Iterator[Store]:
    """Another process on the same database."""
    opened = Store(database)
    yield opened
    opened.close()


def run(what: Coroutine[Any, Any, None]) -> None:
    asyncio.run(what)


@asynccontextmanager
async def watched(store: Store) -> AsyncIterator[Changes]:
    made = Changes(store)
    watching = asyncio.create_task(made.watch())
    try:
        yield made
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def heard(listener: Listener) -> set[str]:
    """What it hears next, waiting for as long as it takes."""
    async with asyncio.timeout(_STUCK):
        return await listener.changed(_STUCK)


async def looked(store: "Counting", times: int = 2) -> None:
    """Wait until the database was looked at so often from now on."""
    seen = store.looks + times
    async with asyncio.timeout(_STUCK):
        while store.looks < seen:  # noqa: ASYNC110  # it is another thread that counts
            await asyncio.sleep(0.001)


class Counting(Store):
    """Counts how often it is read, and is away as often as told."""

    looks = 0
    absences = 0

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        self.looks += 1
        if self.absences:
            self.absences -= 1
            raise Unavailable("The database is away.")
        with super().read() as tx:
            yield tx


def change(store: Store, id: str) -> None:
    with store.write() as tx:
        tx.conversations.change(id)


def test_what_this_process_commits_is_heard_without_a_look(
    everywhere: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_LOOK_EVERY", 3600)
    id = a_conversation(everywhere)

    async def listen() -> None:
        async with watched(everywhere) as made, made.listening() as listener:
            await asyncio.sleep(0)  # it is watching by now
            await asyncio.to_thread(change, everywhere, id)
            assert await heard(listener) == {id}

    run(listen())


def test_what_is_undone_is_not_heard(everywhere: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_LOOK_EVERY", 3600)
    undone, done = a_conversation(everywhere), a_conversation(everywhere)

    def fail() -> None:
        with suppress(RuntimeError), everywhere.write() as tx:
            tx.conversations.change(undone)
            raise RuntimeError

    async def listen() -> None:
        async with watched(everywhere) as made, made.listening() as listener:
            await asyncio.sleep(0)
            await asyncio.to_thread(fail)
            await asyncio.to_thread(change, everywhere, done)
            assert await heard(listener) == {done}

    run(listen())


def test_what_another_process_commits_is_heard_at_the_next_look(database: str, elsewhere: Store) -> None:
    store = Counting(database)
    id, other = a_conversation(elsewhere), a_conversation(elsewhere)

    async def listen() -> None:
        async with watched(store) as made, made.listening() as first, made.listening() as second:
            await looked(store)
            for which in (id, other, id):
                await asyncio.to_thread(change, elsewhere, which)
                assert await heard(first) == {which}
                assert await heard(second) == {which}

    run(listen())
    store.close()


def test_what_is_dated_early_and_committed_late_is_heard(tmp_path: Path) -> None:
    """On PostgreSQL; in SQLite there is one writer at a time."""
    url = migrated_postgres(tmp_path)
    store, elsewhere = Counting(url), Store(url)
    slow, quick = a_conversation(elsewhere), a_conversation(elsewhere)

    async def listen() -> None:
        async with watched(store) as made, made.listening() as listener:
            await looked(store)
            with elsewhere.write() as tx:
                tx.conversations.change(slow)
                await asyncio.to_thread(change, elsewhere, quick)
                assert await heard(listener) == {quick}
            assert await heard(listener) == {slow}

    run(listen())
    store.close()
    elsewhere.close()


def test_while_the_database_is_away_it_goes_on_looking(database: str, elsewhere: Store) -> None:
    store = Counting(database)
    id = a_conversation(elsewhere)

    async def listen() -> None:
        async with watched(store) as made, made.listening() as listener:
            await looked(store)
            store.absences = 3
            await looked(store, 3)
            await asyncio.to_thread(change, elsewhere, id)
            assert await heard(listener) == {id}

    run(listen())
    store.close()


def test_where_nobody_listens_the_database_is_left_alone(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_LOOK_EVERY", 0)
    store = Counting(database)

    async def wait() -> None:
        async with watched(store) as made:
            for _ in range(20):
                await asyncio.sleep(0)  # as often as it might look
            assert store.looks == 0
            async with made.listening():
                await looked(store)

    run(wait())
    store.close()


def test_several_changes_are_heard_together(everywhere: Store) -> None:
    async def listen() -> None:
        made = Changes(everywhere)
        async with made.listening() as listener:
            made.tell({"cnv_a"})
            made.tell({"cnv_b"})
            assert await heard(listener) == {"cnv_a", "cnv_b"}
            assert await listener.changed(0) == set()

    run(listen())


def test_a_listener_that_has_left_hears_nothing(everywhere: Store) -> None:
    async def listen() -> None:
        made = Changes(everywhere)
        async with made.listening() as listener:
            pass
        made.tell({"cnv_a"})
        assert await listener.changed(0) == set()

    run(listen())


def test_every_listener_is_let_go_when_the_process_stops(everywhere: Store) -> None:
    async def listen() -> None:
        made = Changes(everywhere)
        async with made.listening() as first, made.listening() as second:
            waiting = [asyncio.create_task(heard(listener)) for listener in (first, second)]
            await asyncio.sleep(0)
            made.end()
            assert await asyncio.gather(*waiting) == [set(), set()]
        assert made.ended

    run(listen())


def test_a_staff_reply_and_a_takeover_are_changes(everywhere: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_LOOK_EVERY", 3600)
    office, id = an_office(everywhere), a_conversation(everywhere)

    def take() -> None:
        with everywhere.write() as tx:
            office.handoffs.take(tx, id, "Li")

    def reply() -> None:
        with everywhere.write() as tx:
            office.handoffs.reply(tx, id, "Li", "Hello")

    async def listen() -> None:
        async with watched(everywhere) as made, made.listening() as listener:
            await asyncio.sleep(0)
            for happens in (take, reply):
                await asyncio.to_thread(happens)
                assert await heard(listener) == {id}

    run(listen())


def test_what_the_bot_sees_to_leaves_the_queue_as_it_stands(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)

    async def stands() -> None:
        made = Changes(everywhere)
        seen = [await made.standing()]
        for happens in (
            lambda tx: None,
            lambda tx: tx.conversations.change(id),  # the customer writes to the bot
            lambda tx: office.handoffs.take(tx, id, "Li"),
            lambda tx: tx.conversations.change(id),  # the customer writes to Li
            lambda tx: office.handoffs.close(tx, id, "Li", ""),
        ):
            with everywhere.write() as tx:
                happens(tx)
            made.tell({id})
            seen.append(await made.standing())
        same = [earlier == later for earlier, later in pairwise(seen)]
        assert same == [True, True, False, False, False]

    run(stands())
