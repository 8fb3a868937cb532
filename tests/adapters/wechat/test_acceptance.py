import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.limits import Limits
from adapters.wechat.acceptance import Acceptance, Taken, is_poll
from adapters.wechat.connect import welcome
from bot.jobs import Jobs
from bot.settings import Settings
from bot.store import Store
from databases import MIGRATED
from followers import ANN, Line, Lines


@pytest.fixture(params=MIGRATED)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = MIGRATED[request.param](tmp_path)
    opened = Store(url, Jobs(url))
    yield opened
    opened.close()


@pytest.mark.parametrize("text", ["继续", "繼續", " 继续！", "“继续”", "continue", "Continue.", "go on"])
def test_an_answer_is_asked_for_in_these_words(text: str) -> None:
    assert is_poll(text)


@pytest.mark.parametrize("text", ["继续申请", "继续教育多少钱", "continue the application", "好的继续吧", ""])
def test_and_not_in_these(text: str) -> None:
    assert not is_poll(text)


def test_first_messages_that_come_at_once_begin_one_conversation(store: Store, lines: Lines) -> None:
    line: Line = lines()
    line.channel._acceptance = Acceptance(store, Limits(Settings()), welcome)

    async def play() -> set[str]:
        began = time.monotonic()
        take = line.channel._acceptance.take

        def message(number: int) -> Callable[[], Taken]:
            return lambda: take(ANN, f"msg:{number % 4}", "?", {}, acted=False)

        jobs = [line.channel._soon(message(number), began) for number in range(12)]
        return {taken.inbound.conversation for taken in await asyncio.gather(*jobs)}

    (conversation,) = asyncio.run(play())
    with store.read() as tx:
        assert sorted(each.inbound.external_id for each in tx.inbox.of(conversation)) == [
            f"msg:{n}" for n in range(4)
        ]
