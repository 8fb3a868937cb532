"""A message that is being answered, and the deliveries of the platform that wait for it.

The platform drops a delivery after five seconds. Whoever stores the answer asks here, in that same transaction, whether
a delivery still waits: then its response carries the answer, else the answer is sent later. Both sides see one state
under one lock, so an answer goes one way, never both and never neither.
"""

import asyncio
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum

from bot.records import Push

PATIENCE = 3.7  # seconds, from its arrival, that a delivery waits; the rest is for when many end at once
GRACE = 0.25  # seconds more that it waits for an answer which is being stored


class Came(Enum):
    """What has become of an answer, seen from one delivery."""

    HERE = "here"  # this delivery's response carries it
    ELSEWHERE = "elsewhere"  # it is answered, and another response or a message of its own carries it
    LATER = "later"


class Answering:
    """`via` names a delivery by the customer's message that it brought; those of one message carry the same."""

    def __init__(self, question: str) -> None:
        self.question = question
        self.carries: Sequence[Push] = ()
        self.stored = False
        self._over = asyncio.Event()
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self._via: str | None = None
        self._ended = False
        self._given_up = False

    def take(self) -> str | None:
        """For the transaction that stores the answer: the message whose response carries it, if any waits."""
        with self._lock:
            self._via = self._waiting[0] if self._waiting else None
            return self._via

    def end(self) -> bool:
        """After that transaction; false if the delivery that was to carry the answer did not wait for it."""
        with self._lock:
            self._ended = True
            self._over.set()
            return not self._given_up

    def fail(self) -> None:
        """There is no answer yet; the message is taken up again later."""
        self._over.set()

    async def wait(self, via: str, until: float) -> Came:
        """Wait until that moment (of `time.monotonic`), and a little longer for an answer that is being stored."""
        with self._lock:
            self._waiting.append(via)
        await self._passed(max(until - time.monotonic(), 0))
        with self._lock:
            if not self._ended and self._via != via:
                self._waiting.remove(via)
                return Came.LATER
        await self._passed(GRACE)
        with self._lock:
            self._waiting.remove(via)
            if self._ended:
                return Came.HERE if self._via == via else Came.ELSEWHERE
            self._given_up = self._via == via and via not in self._waiting
            return Came.LATER

    async def _passed(self, seconds: float) -> None:
        """Until it is over, or so many seconds have passed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)
