"""News for customers' pages as it happens, from this process at once and from others within a second.

A page that listens is woken and reads what is new from the store. Other processes (the command line, further
servers) are noticed by one cheap look at the newest event's number, for all listeners together.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import log
from bot.errors import Unavailable
from bot.store import Store

_LOOK_EVERY = 1.0  # seconds

logger = log.get("bot.events")


class Events:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False
        store.subscribe(self._committed)

    async def watch(self) -> None:
        """Runs as long as the process serves."""
        self._loop = asyncio.get_running_loop()
        seen = await asyncio.to_thread(self._newest)
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if not self._waiting:
                continue
            try:
                newest = await asyncio.to_thread(self._newest)
                if newest > seen:
                    self._wake(await asyncio.to_thread(self._changed, seen))
                seen = newest
            except Unavailable:  # logged where it was raised; the next look may find it back
                continue

    def end(self) -> None:
        """Let every listener go, so that the process can stop."""
        self._ended = True
        self._wake(set(self._waiting))

    @asynccontextmanager
    async def listening(self, conversation: str) -> AsyncIterator["Listener"]:
        news = asyncio.Event()
        self._waiting[conversation].add(news)
        try:
            yield Listener(self, news)
        finally:
            self._waiting[conversation].discard(news)
            if not self._waiting[conversation]:
                del self._waiting[conversation]

    def has_listeners(self, conversation: str) -> bool:
        """Whether the customer's page is open, as far as this process knows."""
        return conversation in self._waiting

    @property
    def ended(self) -> bool:
        return self._ended

    def _committed(self, conversations: set[str]) -> None:
        """Called by the thread that wrote."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, conversations)

    def _wake(self, conversations: set[str]) -> None:
        for conversation in conversations & set(self._waiting):
            for news in self._waiting[conversation]:
                news.set()

    def _newest(self) -> int:
        with self._store.read() as tx:
            return tx.conversations.last_event()

    def _changed(self, after: int) -> set[str]:
        with self._store.read() as tx:
            return tx.conversations.conversations_with_events(after)


class Listener:
    def __init__(self, events: Events, news: asyncio.Event) -> None:
        self._events = events
        self._news = news

    async def wait(self) -> bool:
        """Until there may be news; False once the process is stopping."""
        await self._news.wait()
        self._news.clear()
        return not self._events.ended
