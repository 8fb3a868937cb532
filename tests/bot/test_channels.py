"""What the store keeps of channels that know their customers by an address; on every kind of database."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Conflict
from bot.messages import Author, AuthorKind, Inbound, Outcome, Reply, new_id
from bot.records import DeliveryState, Push
from bot.store import Store
from offices import an_office

BOT = Author(AuthorKind.BOT, "Assistant")
NOW = datetime.now(UTC)


def said(text: str, in_reply_to: str | None = None, author: Author = BOT) -> Reply:
    return Reply(new_id("msg"), in_reply_to, text, "en", Outcome.ANSWERED, author)


def opened(store: Store, address: str = "ann") -> str:
    with store.write() as tx:
        conversation, _ = tx.conversations.open("wechat", "zh", "", said("Hello"))
        tx.customers.insert("wechat", address, conversation)
    return conversation


def asked(store: Store, conversation: str, id: str, text: str) -> Reply:
    """A message and its reply, stored together."""
    reply = said(f"On {text}", new_id("msg"))
    with store.write() as tx:
        tx.conversations.add(Inbound("wechat", conversation, id, text), reply.in_reply_to or "", reply)
    return reply


class TestCustomers:
    def test_one_is_found_by_their_address_and_by_their_conversation(self, everywhere: Store) -> None:
        conversation = opened(everywhere)
        with everywhere.read() as tx:
            found = tx.customers.find("wechat", "ann")
            assert found is not None
            assert (found.conversation, found.asked_at, found.asked_used) == (conversation, None, 0)
            assert tx.customers.of(conversation) == found
            assert tx.customers.find("wechat", "bob") is None
            assert tx.customers.find("other", "ann") is None

    def test_an_address_has_one_conversation(self, everywhere: Store) -> None:
        opened(everywhere)
        with pytest.raises(Conflict):
            opened(everywhere)

    def test_what_was_sent_counts_until_they_write_again(self, everywhere: Store) -> None:
        conversation = opened(everywhere)
        with everywhere.write() as tx:
            tx.customers.asked(conversation)
            tx.customers.acted(conversation)
            tx.customers.use(conversation, asked=2, acted=1)
            tx.customers.use(conversation, asked=-1)
            found = tx.customers.of(conversation)
            assert found is not None
            assert (found.asked_used, found.acted_used) == (1, 1)
            assert found.asked_at is not None
            assert found.asked_at >= NOW
            tx.customers.asked(conversation)
            again = tx.customers.of(conversation)
        assert again is not None
        assert (again.asked_used, again.acted_used) == (0, 1)


class TestInbox:
    def test_a_message_is_taken_in_once_and_leaves_when_it_is_answered(self, everywhere: Store) -> None:
        conversation = opened(everywhere)
        first, second = (Inbound("wechat", conversation, id, id) for id in ("m1", "m2"))
        with everywhere.write() as tx:
            tx.inbox.add(first, {"media_id": "x"})
            tx.inbox.add(second, {})
            tx.inbox.add(first, {})
        with everywhere.write() as tx:
            assert [(a.inbound, a.payload) for a in tx.inbox.of(conversation)] == [
                (first, {"media_id": "x"}),
                (second, {}),
            ]
            tx.inbox.remove(first)
        with everywhere.read() as tx:
            assert [a.inbound for a in tx.inbox.of(conversation)] == [second]

    def test_those_of_a_channel_are_found_by_when_they_came(self, everywhere: Store) -> None:
        conversation = opened(everywhere)
        inbound = Inbound("wechat", conversation, "m1", "?")
        with everywhere.write() as tx:
            tx.inbox.add(inbound, {})
        hour = timedelta(hours=1)
        with everywhere.read() as tx:
            assert tx.inbox.before("wechat", NOW - hour) == []
            assert tx.inbox.before("other", NOW + hour) == []
            assert [a.inbound for a in tx.inbox.before("wechat", NOW + hour)] == [inbound]


class TestPushes:
    def test_each_carries_the_question_it_answers_in_the_order_of_the_conversation(
        self, everywhere: Store
    ) -> None:
        conversation = opened(everywhere)
        first, second = (
            asked(everywhere, conversation, "m1", "fees"),
            asked(everywhere, conversation, "m2", "time"),
        )
        with everywhere.write() as tx:
            tx.push(conversation, "wechat", second)
            tx.push(conversation, "wechat", first)
            found = tx.pushes.unsettled(conversation)
        assert [(push.reply, push.question, push.attempts) for push in found] == [
            (first, "fees", 0),
            (second, "time", 0),
        ]

    def test_a_message_that_is_said_in_such_a_channel_is_pushed_and_else_not(self, everywhere: Store) -> None:
        conversation = opened(everywhere)
        with everywhere.write() as tx:
            web, _ = tx.conversations.open("web", "en", "", said("Hello"))
            for id in (conversation, web):
                known = tx.conversations.get(id)
                assert known is not None
                tx.say(known, said("News"))
            assert [push.reply.text for push in tx.pushes.of(conversation)] == ["News"]
            assert tx.pushes.of(web) == []

    def test_its_states_follow_one_another(self, everywhere: Store) -> None:
        conversation = opened(everywhere)
        reply = asked(everywhere, conversation, "m1", "fees")

        def state() -> tuple[DeliveryState, int]:
            with everywhere.read() as tx:
                (found,) = tx.pushes.of(conversation)
            return found.state, found.attempts

        def pending() -> list[Push]:
            with everywhere.read() as tx:
                return tx.pushes.in_state(conversation, DeliveryState.PENDING)

        with everywhere.write() as tx:
            tx.push(conversation, "wechat", reply)
        waiting = pending()
        with everywhere.write() as tx:
            tx.pushes.begin(waiting)
        assert state() == (DeliveryState.SENDING, 1)
        assert pending() == []
        with everywhere.write() as tx:
            tx.pushes.settle(waiting, DeliveryState.KEPT, "the window is closed")
        assert state() == (DeliveryState.KEPT, 1)
        with everywhere.write() as tx:
            tx.pushes.give(tx.pushes.unsettled(conversation), "m2")
            assert [push.reply for push in tx.pushes.carried(conversation, "m2")] == [reply]
        assert state() == (DeliveryState.SENT, 2)
        with everywhere.write() as tx:
            tx.pushes.take_back(waiting, DeliveryState.PENDING)
            assert tx.pushes.carried(conversation, "m2") == []
        assert [push.reply for push in pending()] == [reply]


class TestTokens:
    def test_one_at_a_time_may_fetch(self, everywhere: Store) -> None:
        with everywhere.write() as tx:
            assert tx.tokens.get("wx") is None
            assert tx.tokens.claim("wx", 60)
        with everywhere.write() as tx:
            assert not tx.tokens.claim("wx", 60)
            assert tx.tokens.claim("other", 60)
            tx.tokens.put("wx", "t0ken", NOW)
        with everywhere.write() as tx:
            assert tx.tokens.get("wx") == ("t0ken", NOW)
            assert tx.tokens.claim("wx", 60)
            tx.tokens.release("wx")
            assert tx.tokens.claim("wx", 0)
            assert tx.tokens.claim("wx", 60)  # the claim before it has run out


def test_an_erased_customer_leaves_nothing(everywhere: Store) -> None:
    conversation = opened(everywhere)
    reply = asked(everywhere, conversation, "m1", "fees")
    with everywhere.write() as tx:
        tx.push(conversation, "wechat", reply)
        tx.inbox.add(Inbound("wechat", conversation, "m2", "?"), {})
    assert an_office(everywhere).privacy.export(conversation, "li")["customers"][0]["address"] == "ann"
    an_office(everywhere).privacy.erase(conversation, "li")
    with everywhere.read() as tx:
        assert tx.customers.find("wechat", "ann") is None
        assert tx.inbox.of(conversation) == []
        assert tx.pushes.of(conversation) == []
