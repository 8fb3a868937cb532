"""How much one conversation and one address may send."""

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.errors import TooManyRequests
from bot.settings import Settings


class Limits:
    """Counts in this process. Raises TooManyRequests with the seconds to wait."""

    def __init__(self, settings: Settings) -> None:
        self._on = settings.rate_limits == "on"
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._conversation = parse(settings.rate_per_conversation)
        self._address = parse(settings.rate_per_address)
        self._opening = parse(settings.rate_new_conversations)

    def message(self, conversation: str, address: str = "") -> None:
        """`address` is the sender's, where the channel knows it."""
        self._hit(self._conversation, "conversation", conversation)
        if address:
            self._hit(self._address, "address", address)

    def opening(self, address: str) -> None:
        self._hit(self._opening, "opening", address)

    def _hit(self, item: RateLimitItem, what: str, who: str) -> None:
        if self._on and not self._window.hit(item, what, who):
            wait = max(1, math.ceil(self._window.get_window_stats(item, what, who).reset_time - time.time()))
            raise TooManyRequests(f"That was very fast; please wait {wait} seconds and send it again.", wait)
