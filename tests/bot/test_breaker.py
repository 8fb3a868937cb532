"""When an endpoint is called, left alone and tried again."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, pause=30.0, clock=clock)


@pytest.fixture
def opened(breaker: Breaker) -> Breaker:
    for _ in range(3):
        breaker.failed()
    return breaker


def rest(breaker: Breaker, clock: Clock) -> float:
    """Waits, second by second, until a call is allowed; returns how long that took."""
    began = clock.now
    while not breaker.allows():
        clock.now += 1.0
    return clock.now - began


def test_everyone_may_call_while_it_is_closed(breaker: Breaker) -> None:
    assert all(breaker.allows() for _ in range(200))
    assert not breaker.open


def test_only_failures_in_a_row_open_it(breaker: Breaker) -> None:
    for _ in range(3):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.allows()
    breaker.failed()
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    assert breaker.open


def test_after_the_pause_one_trial_is_let_through_until_it_reports(opened: Breaker, clock: Clock) -> None:
    clock.now += 29.9
    assert not opened.allows()
    clock.now += 0.1
    assert [opened.allows() for _ in range(5)] == [True, False, False, False, False]
    clock.now += 10_000
    assert not opened.allows()
    assert opened.open


def test_a_trial_that_succeeds_closes_it_for_everyone(opened: Breaker, clock: Clock) -> None:
    rest(opened, clock)
    opened.succeeded()
    assert not opened.open
    opened.failed()
    opened.failed()
    assert opened.allows()


def test_each_trial_that_fails_doubles_the_pause_up_to_eightfold(opened: Breaker, clock: Clock) -> None:
    pauses = []
    for _ in range(6):
        pauses.append(rest(opened, clock))
        opened.failed()
    assert pauses == [30, 60, 120, 240, 240, 240]
    rest(opened, clock)
    opened.succeeded()
    for _ in range(3):
        opened.failed()
    assert rest(opened, clock) == 30


def test_a_trial_whose_caller_went_away_frees_its_place(opened: Breaker, clock: Clock) -> None:
    rest(opened, clock)
    opened.abandoned()
    assert opened.open
    assert [opened.allows(), opened.allows()] == [True, False]


def test_a_call_that_was_abandoned_while_it_is_closed_counts_for_nothing(breaker: Breaker) -> None:
    for _ in range(10):
        breaker.abandoned()
    assert breaker.allows()


@pytest.mark.parametrize(("asked", "seconds"), [(5.0, 5), (90.0, 90), (86_400.0, 600), (math.inf, 600)])
def test_an_endpoint_is_left_alone_as_long_as_it_asks(
    breaker: Breaker, clock: Clock, asked: float, seconds: int
) -> None:
    breaker.failed(retry_after=asked)
    assert breaker.open
    assert rest(breaker, clock) == seconds


@pytest.mark.parametrize("asked", [0.0, -1.0, math.nan])
def test_to_ask_for_no_pause_is_a_failure_like_any_other(breaker: Breaker, asked: float) -> None:
    breaker.failed(retry_after=asked)
    breaker.failed(retry_after=asked)
    assert not breaker.open
    breaker.failed(retry_after=asked)
    assert breaker.open


def test_what_another_call_cannot_help_opens_it_at_once(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(at_once=True)
    assert rest(breaker, clock) == 30
    breaker.failed(at_once=True)
    assert rest(breaker, clock) == 60


def test_calls_from_before_it_opened_neither_close_it_nor_double_the_pause(
    opened: Breaker, clock: Clock
) -> None:
    for _ in range(200):
        opened.failed()
        opened.failed(at_once=True)
    opened.succeeded()
    opened.abandoned()
    assert opened.open
    assert rest(opened, clock) == 30


def test_a_late_report_lengthens_the_pause_if_the_endpoint_asks_for_it(opened: Breaker, clock: Clock) -> None:
    opened.failed(retry_after=1.0)
    opened.failed(retry_after=45.0)
    assert rest(opened, clock) == 45


reports = st.sampled_from(["allows", "succeeded", "abandoned"])
failures = st.tuples(st.none() | st.floats(), st.booleans())
events = st.lists(reports | failures | st.floats(0, 1000), max_size=30)


@given(events)
def test_whatever_has_happened_it_is_tried_again_within_ten_minutes(
    happened: list[str | tuple[float | None, bool] | float],
) -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    for event in happened:
        if isinstance(event, str):
            getattr(breaker, event)()
        elif isinstance(event, tuple):
            breaker.failed(event[0], at_once=event[1])
        else:
            clock.now += event
    breaker.abandoned()
    clock.now += 600.0
    was_open = breaker.open
    assert breaker.allows()
    assert breaker.allows() is not was_open
    breaker.succeeded()
    assert not breaker.open
