"""What staff are told before they write to a follower, and of what they have sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.desk.reach import brought, reach
from bot.messages import Author, AuthorKind, Outcome, Reply, new_id
from bot.records import Customer, DeliveryState
from bot.store import Store
from bot.store.views import Queued
from desks import DeskOf

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FOLLOWER = Customer("wechat", "oAnn", "cnv_1", "", NOW - timedelta(hours=17), 3, None, 0)
ROW = Queued(
    "cnv_1", "wechat", "zh", None, False, None, "", False, NOW, "", False, 1, None, None, "", "", FOLLOWER
)  # fmt: skip


def test_what_is_left_is_said_with_its_time() -> None:
    found = reach(ROW, NOW, "en", pushes=True)
    assert found
    assert (found.is_open, found.text) == (True, "2 messages can still be sent, for 31 h")


def test_what_lapses_in_a_minute_is_not_counted_beside_what_lasts() -> None:
    clicked = replace(FOLLOWER, acted_at=NOW - timedelta(seconds=20))
    for follower, said in (
        (clicked, "2 messages can still be sent, for 31 h"),
        (replace(clicked, asked_used=5), "3 messages can still be sent, for"),
    ):
        found = reach(replace(ROW, customer=follower), NOW, "en", pushes=True)
        assert found
        assert found.text.startswith(said)


def test_a_closed_window_is_said_before_anything_is_typed() -> None:
    for used, hours in ((5, 1), (0, 49)):
        follower = replace(FOLLOWER, asked_used=used, asked_at=NOW - timedelta(hours=hours))
        found = reach(replace(ROW, customer=follower), NOW, "en", pushes=True)
        assert found
        assert not found.is_open
        assert "Your reply is kept" in found.text


def test_an_account_that_may_not_send_says_so() -> None:
    found = reach(ROW, NOW, "zh", pushes=False)
    assert found
    assert not found.is_open
    assert "不能主动发送" in found.text


def test_who_has_left_cannot_be_reached() -> None:
    found = reach(replace(ROW, customer=None), NOW, "en", pushes=True)
    assert found
    assert not found.is_open


def test_the_website_has_no_window() -> None:
    assert reach(replace(ROW, channel="web"), NOW, "en", pushes=True) is None


def say(store: Store) -> str:
    """A reply of staff to a new follower, which is on its way."""
    greeting = Reply(new_id("msg"), None, "Hi", "en", Outcome.SMALLTALK, Author(AuthorKind.BOT, "Assistant"))
    with store.write() as tx:
        id, _ = tx.conversations.open("wechat", "en", "", greeting)
        found = tx.conversations.get(id)
        assert found
        tx.say(found, replace(greeting, id="msg_staff", author=Author(AuthorKind.PERSON, "Li Na")))
    return id


def test_each_message_has_the_state_of_its_delivery_and_what_to_do(desk: DeskOf) -> None:
    id = say(desk.store)
    assert "On its way" in desk.get(f"/desk/conversations/{id}")
    for state, label, advice in (
        (DeliveryState.SENT, "Sent", ""),
        (DeliveryState.KEPT, "Kept", "when they write next"),
        (DeliveryState.UNSURE, "May not have arrived", "not sent twice"),
        (DeliveryState.FAILED, "Not sent", "reach the customer another way"),
    ):
        with desk.store.write() as tx:
            tx.pushes.settle(tx.pushes.of(id), state)
        with desk.store.read() as tx:
            told = brought(tx, id, "en")["msg_staff"]
        assert told.label == label
        assert advice in told.advice
        assert bool(told.advice) is bool(advice)
        page = desk.get(f"/desk/conversations/{id}/talk")
        assert label in page
        assert advice in page
