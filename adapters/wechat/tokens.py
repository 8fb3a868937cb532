"""The access token of WeChat's API, which all processes of an installation share: one at a time fetches a new one."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

_LEFT = 300.0  # seconds that a token is still good for at least when it is handed out
_CLAIM = 30.0  # seconds; longer than two fetches take, with all their time-outs
_LOOK_AGAIN = 0.2  # seconds


@dataclass(frozen=True)
class Kept:
    """`expires_at` is in seconds since 1970."""

    token: str = field(repr=False)
    expires_at: float


class Shelf(Protocol):
    """Where the processes keep the token."""

    def load(self) -> Kept | None: ...

    def claim(self, seconds: float) -> bool:
        """The right to fetch a new one, for so long; False while somebody else has it."""
        ...

    def save(self, kept: Kept) -> None:
        """Keep the new one, and give the claim back."""
        ...

    def release(self) -> None:
        """Give the claim back without a new one."""
        ...


class Tokens:
    """`fetch` asks WeChat, where True has it make another token even if the present one is good.

    May be used by several threads at once. What `fetch` and the shelf raise goes to the caller.
    """

    def __init__(
        self,
        shelf: Shelf,
        fetch: Callable[[bool], Kept],
        now: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._shelf = shelf
        self._fetch = fetch
        self._now = now
        self._pause = pause
        self._lock = threading.Lock()
        self._kept: Kept | None = None

    def get(self) -> str:
        """One that is good for some minutes yet."""
        kept = self._kept
        return kept.token if kept and self._is_good(kept) else self._other_than("")

    def renew(self, bad: str) -> str:
        """Another one than `bad`, which WeChat has refused; `bad` again only if WeChat insists on it."""
        return self._other_than(bad)

    def _other_than(self, bad: str) -> str:
        with self._lock:
            while not (kept := self._found(bad)):
                if not self._shelf.claim(_CLAIM):
                    self._pause(_LOOK_AGAIN)
                    continue
                kept = self._fetched(bad)
                break
            self._kept = kept
            return kept.token

    def _found(self, bad: str) -> Kept | None:
        for kept in (self._kept, self._shelf.load()):
            if kept and kept.token != bad and self._is_good(kept):
                return kept
        return None

    def _fetched(self, bad: str) -> Kept:
        """Under the claim, which is given back in any case."""
        try:
            if kept := self._found(bad):  # saved by another process just before the claim was ours
                self._shelf.release()
                return kept
            kept = self._fetch(False)
            if kept.token == bad:
                kept = self._fetch(True)
            self._shelf.save(kept)
        except BaseException:
            self._shelf.release()
            raise
        return kept

    def _is_good(self, kept: Kept) -> bool:
        return kept.expires_at - self._now() > _LEFT
