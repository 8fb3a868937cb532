"""Which conversations have changed, for the pages of staff: from this process at once, from others within a second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.errors import Unavailable
from bot.store import Store

_LOOK_EVERY = 1.0  # seconds; one look for all pages together
_LOOK_BACK = timedelta(seconds=30)  # a change is committed after it is dated, and clocks of hosts differ


class Changes:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: set[Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False
        self._seen: set[tuple[str, int]] | None = None  # changes that listeners know of
        self._told = 0
        self._standing: tuple[int, object] = (-1, None)
        store.subscribe(self._committed, staff=True)

    async def watch(self) -> None:
        """Runs as long as the process serves."""
        self._loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if not self._listeners:
                self._seen = None
                continue
            try:
                latest = await asyncio.to_thread(self._latest)
            except Unavailable:  # logged where it was raised; the next look may find it back
                continue
            if self._seen is not None and (news := {id for id, _ in latest - self._seen}):
                self.tell(news)
            self._seen = latest

    def end(self) -> None:
        """Let every listener go, so that the process can stop."""
        self._ended = True
        self.tell(set())

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Listener"]:
        """What is committed from now on is heard, from whatever process. Raises Unavailable."""
        listener = Listener()
        self._listeners.add(listener)
        try:
            if self._seen is None:
                self._seen = await asyncio.to_thread(self._latest)
            yield listener
        finally:
            self._listeners.discard(listener)

    @property
    def ended(self) -> bool:
        return self._ended

    async def standing(self) -> object:
        """Another one whenever what waits for staff, or is with them, has changed; read once for all who ask.

        What customers say to the bot leaves it as it is. Raises Unavailable.
        """
        told = self._told
        if self._standing[0] != told:
            self._standing = (told, await asyncio.to_thread(self._stands))
        return self._standing[1]

    def tell(self, conversations: set[str]) -> None:
        """To be called in the loop's thread."""
        self._told += 1
        for listener in self._listeners:
            listener.hear(conversations)

    def _committed(self, conversations: set[str]) -> None:
        """Called by the thread that wrote."""
        if self._listeners and self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.tell, conversations)

    def _stands(self) -> object:
        with self._store.read() as tx:
            return tx.queue.standing()

    def _latest(self) -> set[tuple[str, int]]:
        with self._store.read() as tx:
            return tx.queue.changed_since(datetime.now(UTC) - _LOOK_BACK)


class Listener:
    def __init__(self) -> None:
        self._news: set[str] = set()
        self._woken = asyncio.Event()

    def hear(self, conversations: set[str]) -> None:
        self._news |= conversations
        self._woken.set()

    async def changed(self, within: float) -> set[str]:
        """The conversations that have changed since the last call; none if nothing has for so many seconds."""
        try:
            async with asyncio.timeout(within):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()
        news, self._news = self._news, set()
        return news
