"""Leaves an endpoint alone for a while that has failed again and again, then lets one call try it."""

import time
from collections.abc import Callable

_MOST_DOUBLED = 8
_LONGEST = 600.0  # seconds that an endpoint may ask for


class Breaker:
    """Closed at first: everyone may call. Open after `failures` in a row: nobody may for `pause` seconds, then one
    trial at a time; a trial that fails doubles the pause, up to eightfold, and one that succeeds closes it.

    Whoever was allowed to call reports once how it went. What is reported late, by calls from before it opened,
    lengthens the pause if the endpoint asks for it and changes nothing else; during a trial it counts as the trial's.
    For one thread.
    """

    def __init__(
        self, failures: int = 3, pause: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures = failures
        self._pause = pause
        self._clock = clock
        self._in_a_row = 0
        self._factor = 1
        self._until: float | None = None
        self._on_trial = False

    @property
    def open(self) -> bool:
        """Until a trial has succeeded."""
        return self._until is not None

    def allows(self) -> bool:
        """Whether to call now; if so, the caller must report."""
        if self._until is None:
            return True
        if self._on_trial or self._clock() < self._until:
            return False
        self._on_trial = True
        return True

    def succeeded(self) -> None:
        if self._until is None or self._on_trial:
            self._in_a_row = 0
            self._factor = 1
            self._until = None
            self._on_trial = False

    def failed(self, retry_after: float | None = None, *, at_once: bool = False) -> None:
        """`retry_after` is how long the endpoint asks to be left alone, in seconds, at most ten minutes of it.

        `at_once` is for what another call cannot help, such as a wrong key.
        """
        asked = min(retry_after, _LONGEST) if retry_after is not None and retry_after > 0 else None
        if self._until is not None and not self._on_trial:
            self._until = max(self._until, self._clock() + (asked or 0.0))
            return
        self._in_a_row += 1
        if asked is not None:
            self._rest(asked)
        elif at_once or self._on_trial or self._in_a_row >= self._failures:
            self._rest(self._pause * self._factor)
            self._factor = min(2 * self._factor, _MOST_DOUBLED)

    def abandoned(self) -> None:
        """The caller has gone before the call came to anything: the next one may try."""
        self._on_trial = False

    def _rest(self, seconds: float) -> None:
        self._until = self._clock() + seconds
        self._on_trial = False
