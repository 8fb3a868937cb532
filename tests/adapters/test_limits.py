import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.limits import Limits
from bot.errors import TooManyRequests
from bot.settings import Settings
from conftest import serving


def limits(**settings: Any) -> Limits:
    return Limits(Settings(**settings))


def refused(action: Any, times: int = 1) -> list[bool]:
    result = []
    for _ in range(times):
        try:
            action()
        except TooManyRequests:
            result.append(True)
        else:
            result.append(False)
    return result


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still, so that no window ends while a test runs."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


def test_a_conversation_may_send_so_many_messages_and_no_more() -> None:
    counted = limits(rate_per_conversation="2/minute")
    assert refused(lambda: counted.message("ours", "1.1.1.1"), 4) == [False, False, True, True]
    assert refused(lambda: counted.message("theirs", "1.1.1.1")) == [False]


def test_an_address_may_send_so_many_messages_in_all_its_conversations() -> None:
    counted = limits(rate_per_address="2/minute")
    conversations = iter("abcd")
    assert refused(lambda: counted.message(next(conversations), "1.1.1.1"), 3) == [False, False, True]
    assert refused(lambda: counted.message("d", "2.2.2.2")) == [False]


def test_an_address_may_open_so_many_conversations() -> None:
    counted = limits(rate_new_conversations="1/minute")
    assert refused(lambda: counted.opening("1.1.1.1"), 2) == [False, True]
    assert refused(lambda: counted.opening("2.2.2.2")) == [False]
    assert refused(lambda: counted.message("a", "1.1.1.1")) == [False]


def test_off_counts_nothing() -> None:
    counted = limits(rate_limits="off", rate_per_conversation="1/day", rate_new_conversations="1/day")
    assert not any(refused(lambda: counted.message("a", "1.1.1.1"), 50))
    assert not any(refused(lambda: counted.opening("1.1.1.1"), 50))


def test_the_wait_ends_when_the_oldest_message_is_out_of_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = limits(rate_per_conversation="1/minute")
    now = time.time()
    counted.message("a", "1.1.1.1")
    monkeypatch.setattr(time, "time", lambda: now + 20)
    with pytest.raises(TooManyRequests, match="wait 40 seconds") as caught:
        counted.message("a", "1.1.1.1")
    assert caught.value.retry_after == 40
    monkeypatch.setattr(time, "time", lambda: now + 61)
    counted.message("a", "1.1.1.1")


@pytest.fixture(scope="module")
def client(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Of a service that takes one message a conversation a day, and two conversations an address a day."""
    settings = Settings(
        data_dir=shipped_data,
        database_url=f"sqlite:///{tmp_path_factory.mktemp('limits') / 'certdesk.db'}",
        rate_per_conversation="1/day",
        rate_new_conversations="2/day",
    )
    with serving(settings) as url, httpx.Client(base_url=url, timeout=60, trust_env=False) as opened:
        yield opened


def test_too_many_is_a_problem_that_says_how_long_to_wait(client: httpx.Client) -> None:
    talk = client.post("/api/conversations").json()
    path, headers = f"/api/conversations/{talk['id']}/messages", {"Authorization": f"Bearer {talk['token']}"}

    def send(text: str, **more: str) -> httpx.Response:
        return client.post(
            path, json={"client_message_id": f"id-{text}", "text": text}, headers=headers | more
        )

    assert send("").status_code == 400  # what is refused anyway is not counted
    assert send("hi").status_code == 200
    assert_too_many(send("hello"))
    assert_too_many(send("hello", Accept="text/event-stream"))
    read = client.get(path, headers=headers)
    assert [message["text"] for message in read.json()["messages"]][1::2] == ["hi"]

    assert client.post("/api/conversations").status_code == 201
    assert_too_many(client.post("/api/conversations"))


def assert_too_many(response: httpx.Response) -> None:
    assert response.status_code == 429
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "too_many_requests"
    assert int(response.headers["retry-after"]) > 0
    assert response.headers["retry-after"] in response.json()["detail"]
