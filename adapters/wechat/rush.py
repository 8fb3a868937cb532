"""When many arrive at once, all are taken in before any is thought about.

What has been taken in cannot be lost, and a delivery that waits for that behind the thinking of others is dropped.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_FEW = 2  # as many as are taken in at once
_MOST = 1.5  # seconds that an answer waits, however many go on coming


class Rush:
    """Used from one event loop."""

    def __init__(self) -> None:
        self._arriving = 0
        self._over = asyncio.Event()
        self._over.set()

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """While one is being taken in."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    async def over(self) -> None:
        """Until few are waiting to be taken in, or for long enough."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), _MOST)

    def _count(self, more: int) -> None:
        self._arriving += more
        if self._arriving > _FEW:
            self._over.clear()
        else:
            self._over.set()
