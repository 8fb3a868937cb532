"""Whichever side is first, an answer goes one way: by the response of a delivery, or by a message of its own."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from adapters.wechat import clock
from adapters.wechat.clock import Answering, Came


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "GRACE", 0.05)


def played(play: Callable[[Answering], Awaitable[None]]) -> None:
    async def run() -> None:
        await play(Answering("How much?"))

    asyncio.run(run())


def waiting(answering: Answering, via: str = "m1", seconds: float = 5.0) -> asyncio.Task[Came]:
    return asyncio.create_task(answering.wait(via, time.monotonic() + seconds))


def test_the_response_carries_an_answer_that_is_there_in_time() -> None:
    async def play(answering: Answering) -> None:
        delivery = waiting(answering)
        await asyncio.sleep(0)
        assert answering.take() == "m1"
        assert answering.end()
        assert await delivery is Came.HERE

    played(play)


def test_an_answer_for_which_no_delivery_waits_goes_by_itself() -> None:
    async def play(answering: Answering) -> None:
        assert await waiting(answering, seconds=0) is Came.LATER
        assert answering.take() is None
        assert answering.end()

    played(play)


def test_all_deliveries_of_one_message_carry_the_same_answer() -> None:
    async def play(answering: Answering) -> None:
        deliveries = [waiting(answering), waiting(answering)]
        await asyncio.sleep(0)
        answering.take()
        answering.end()
        assert await asyncio.gather(*deliveries) == [Came.HERE, Came.HERE]

    played(play)


def test_of_two_messages_that_wait_for_one_answer_only_one_carries_it() -> None:
    async def play(answering: Answering) -> None:
        deliveries = [waiting(answering, "m1"), waiting(answering, "m2")]
        await asyncio.sleep(0)
        answering.take()
        answering.end()
        assert await asyncio.gather(*deliveries) == [Came.HERE, Came.ELSEWHERE]

    played(play)


def test_a_delivery_waits_a_little_longer_for_an_answer_that_is_being_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "GRACE", 5.0)

    async def play(answering: Answering) -> None:
        delivery = waiting(answering, seconds=0.01)
        await asyncio.sleep(0)
        assert answering.take() == "m1"
        await asyncio.sleep(0.03)
        assert answering.end()
        assert await delivery is Came.HERE

    played(play)


def test_an_answer_whose_delivery_gave_up_is_known_to_be_without_one() -> None:
    async def play(answering: Answering) -> None:
        delivery = waiting(answering, seconds=0.01)
        await asyncio.sleep(0)
        assert answering.take() == "m1"
        assert await delivery is Came.LATER
        assert not answering.end()

    played(play)


def test_without_an_answer_the_delivery_is_let_go() -> None:
    async def play(answering: Answering) -> None:
        delivery = waiting(answering)
        await asyncio.sleep(0)
        answering.fail()
        assert await delivery is Came.LATER

    played(play)
