from datetime import UTC, datetime, timedelta

import pytest

from adapters.wechat.window import window
from bot.records import Customer

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def customer(
    asked: timedelta | None = None,
    asked_used: int = 0,
    acted: timedelta | None = None,
    acted_used: int = 0,
) -> Customer:
    """`asked` and `acted` are how long ago."""
    return Customer(
        "wechat",
        "o1",
        "cnv_1",
        "",
        NOW - asked if asked is not None else None,
        asked_used,
        NOW - acted if acted is not None else None,
        acted_used,
    )


@pytest.mark.parametrize(
    ("known", "asked", "acted"),
    [
        (customer(), 0, 0),
        (customer(asked=timedelta()), 5, 0),
        (customer(asked=timedelta(hours=17), asked_used=3), 2, 0),
        (customer(asked=timedelta(hours=17), asked_used=5), 0, 0),
        (customer(asked=timedelta(hours=48)), 0, 0),
        (customer(acted=timedelta(seconds=59), acted_used=1), 0, 2),
        (customer(acted=timedelta(minutes=1)), 0, 0),
        (customer(asked=timedelta(hours=1), asked_used=4, acted=timedelta(seconds=5)), 1, 3),
    ],
)
def test_how_many_messages_may_be_sent(known: Customer, asked: int, acted: int) -> None:
    found = window(known, NOW)
    assert (found.asked, found.acted, found.left) == (asked, acted, asked + acted)


def test_until_when_is_told_beside_it() -> None:
    assert window(customer(asked=timedelta(hours=17), asked_used=3), NOW).until == NOW + timedelta(hours=31)
    assert window(customer(acted=timedelta(seconds=20)), NOW).until == NOW + timedelta(seconds=40)
    assert window(customer(asked=timedelta(hours=49)), NOW).until is None


def test_a_clock_that_was_set_back_does_not_close_a_window() -> None:
    assert window(customer(asked=timedelta(hours=-1)), NOW).left == 5
