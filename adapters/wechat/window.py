"""How many messages the platform lets the account send to a customer, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.records import Customer

_ASKED = (timedelta(hours=48), 5)  # after a message of theirs
_ACTED = (timedelta(minutes=1), 3)  # after a choice from the menu, a scan, or when they begin to follow


@dataclass(frozen=True)
class Window:
    """`asked` and `acted` are the messages left on the strength of either; `until` is when the last of them lapse."""

    asked: int
    acted: int
    until: datetime | None

    @property
    def left(self) -> int:
        return self.asked + self.acted


def window(customer: Customer, now: datetime) -> Window:
    asked, asked_until = _left(customer.asked_at, customer.asked_used, _ASKED, now)
    acted, acted_until = _left(customer.acted_at, customer.acted_used, _ACTED, now)
    ends = [moment for moment in (asked_until, acted_until) if moment]
    return Window(asked, acted, max(ends, default=None))


def _left(
    since: datetime | None, used: int, allowed: tuple[timedelta, int], now: datetime
) -> tuple[int, datetime | None]:
    lasts, messages = allowed
    if since is None or now >= since + lasts or used >= messages:
        return 0, None
    return messages - used, since + lasts
