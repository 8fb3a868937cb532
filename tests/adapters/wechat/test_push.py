"""What waits for a customer goes out once, in order, within what the platform allows; on every kind of database."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.wechat.failures import ApiError, Then
from adapters.wechat.links import Links
from adapters.wechat.push import Pusher
from adapters.wechat.wording import Wording
from bot.jobs import Jobs
from bot.messages import Author, AuthorKind, Outcome, Reply, new_id
from bot.metrics import Metrics
from bot.records import DeliveryState
from bot.store import Store
from databases import MIGRATED
from followers import ANN, Phone

PERSON = Author(AuthorKind.PERSON, "李华")


class Desk:
    """A conversation on WeChat in which staff write, and the job that sends it."""

    def __init__(self, url: str) -> None:
        self.store = Store(url, Jobs(url))
        self.phone = Phone()
        wording = Wording(Links("https://certdesk.example", "secret"), "")
        self.pusher = Pusher(self.store, self.phone, wording, Metrics())
        with self.store.write() as tx:
            self.conversation, _ = tx.conversations.open("wechat", "zh", "", self.reply("您好"))
            tx.customers.insert("wechat", ANN, self.conversation)
            tx.customers.asked(self.conversation)

    def reply(self, text: str) -> Reply:
        return Reply(new_id("msg"), None, text, "zh", Outcome.ANSWERED, PERSON, ai_generated=False)

    def says(self, *texts: str) -> None:
        for text in texts:
            with self.store.write() as tx:
                known = tx.conversations.get(self.conversation)
                assert known is not None
                tx.say(known, self.reply(text))

    def push(self) -> list[str]:
        self.pusher.push(self.conversation)
        return [text for _, text in self.phone.texts]

    @property
    def states(self) -> list[DeliveryState]:
        with self.store.read() as tx:
            return [push.state for push in tx.pushes.of(self.conversation)]


@pytest.fixture(params=MIGRATED)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(MIGRATED[request.param](tmp_path))
    yield made
    made.store.close()


def test_messages_go_out_in_the_order_in_which_they_were_written(desk: Desk) -> None:
    desk.says("一", "二")
    assert desk.push() == ["李华：一", "李华：二"]
    assert desk.push() == ["李华：一", "李华：二"]


def test_workers_that_push_at_once_send_each_message_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.says("一")
    at_once = threading.Barrier(4)
    send = desk.phone.send_text

    def slowly(openid: str, text: str) -> None:
        time.sleep(0.05)  # others come while it is being sent
        send(openid, text)

    def push() -> None:
        at_once.wait()
        desk.pusher.push(desk.conversation)

    monkeypatch.setattr(desk.phone, "send_text", slowly)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(push) for _ in range(4)]:
            done.result()
    assert desk.phone.texts == [(ANN, "李华：一")]


def test_more_than_the_platform_allows_becomes_one_message(desk: Desk) -> None:
    desk.says("一", "二", "三")
    with desk.store.write() as tx:
        tx.customers.use(desk.conversation, asked=3)
    assert desk.push() == ["李华：一\n\n李华：二\n\n李华：三"]
    assert desk.states == [DeliveryState.SENT] * 3


def test_what_may_not_be_sent_any_more_is_kept(desk: Desk) -> None:
    desk.says("一")
    with desk.store.write() as tx:
        tx.customers._change(desk.conversation, asked_at=datetime.now(UTC) - timedelta(hours=49))
    assert desk.push() == []
    assert desk.states == [DeliveryState.KEPT]


@pytest.mark.parametrize(
    ("then", "state"),
    [
        (Then.AGAIN, DeliveryState.PENDING),
        (Then.KEEP, DeliveryState.KEPT),
        (Then.REFUSED, DeliveryState.KEPT),
        (Then.UNSURE, DeliveryState.UNSURE),
    ],
)
def test_a_failed_message_is_never_noted_as_sent(desk: Desk, then: Then, state: DeliveryState) -> None:
    desk.says("一")
    desk.phone.failures = [ApiError("no", then)]
    desk.push()
    assert desk.states == [state]
    with desk.store.read() as tx:
        customer = tx.customers.of(desk.conversation)
    assert customer is not None
    assert customer.asked_used == (1 if then is Then.UNSURE else 0)  # which may have been counted


def test_one_that_is_to_be_tried_again_goes_out_with_the_next_try(desk: Desk) -> None:
    desk.says("一", "二")
    desk.phone.failures = [ApiError("busy", Then.AGAIN, -1)]
    assert desk.push() == []
    assert desk.push() == ["李华：一", "李华：二"]


def test_an_account_that_may_not_send_keeps_all(desk: Desk) -> None:
    desk.says("一")
    Pusher(desk.store, None, desk.pusher._wording, Metrics()).push(desk.conversation)
    assert desk.states == [DeliveryState.KEPT]
    assert desk.phone.texts == []


def test_an_erased_customer_is_sent_nothing(desk: Desk) -> None:
    desk.says("一")
    with desk.store.write() as tx:
        tx.people.erase([desk.conversation], [], [])
    assert desk.push() == []
