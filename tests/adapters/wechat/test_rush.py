"""That all who come at once are taken in before the first is thought about."""

import asyncio
from contextlib import ExitStack

import pytest

from adapters.wechat import rush
from adapters.wechat.rush import Rush
from followers import Line


def test_nobody_waits_while_few_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    async def waited() -> None:
        crowd = Rush()
        with crowd.arriving(), crowd.arriving():
            await crowd.over()

    monkeypatch.setattr(rush, "_MOST", 1e9)
    asyncio.run(asyncio.wait_for(waited(), 30))


def test_many_are_waited_for_until_they_are_taken_in() -> None:
    async def waited() -> list[str]:
        crowd, order = Rush(), list[str]()

        async def think() -> None:
            await crowd.over()
            order.append("thought")

        with ExitStack() as taking:
            for _ in range(9):
                taking.enter_context(crowd.arriving())
            thinking = asyncio.create_task(think())
            await asyncio.sleep(0.01)
            order.append("taken in")
        await thinking
        return order

    assert asyncio.run(waited()) == ["taken in", "thought"]


def test_where_they_never_end_an_answer_waits_no_longer_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rush, "_MOST", 0.01)

    async def waited() -> None:
        crowd = Rush()
        with ExitStack() as taking:
            for _ in range(9):
                taking.enter_context(crowd.arriving())
            await crowd.over()

    asyncio.run(asyncio.wait_for(waited(), 30))


def test_a_crowd_is_taken_in_before_anybody_is_answered(line: Line) -> None:
    order: list[str] = []
    take, receive = line.channel._acceptance.take, line.service.receive

    def taken(*args: object, **named: object) -> object:
        found = take(*args, **named)  # type: ignore[arg-type]  # passed on as it is
        order.append("taken in")
        return found

    async def answered(*args: object) -> object:
        order.append("answered")
        return await receive(*args)  # type: ignore[arg-type]  # passed on as it is

    line.channel._acceptance.take = taken  # type: ignore[method-assign, assignment]  # watched
    line.service.receive = answered  # type: ignore[method-assign, assignment]  # watched

    async def crowd() -> list[str]:
        customers = [f"o{number}" for number in range(20)]
        return await asyncio.gather(
            *(line.delivered(line.text("证书有效期多久？", customer=c), patience=60) for c in customers)
        )

    said = asyncio.run(crowd())
    assert all("3年" in each for each in said)
    assert order[-1] == "answered"
    assert order.index("answered") >= order.count("taken in") - 2
