"""What every database behind the store must do; another one joins in tests/databases.py."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.messages import (
    Action,
    Author,
    AuthorKind,
    CaseSummary,
    Citation,
    Inbound,
    Message,
    Outcome,
    Reply,
    new_id,
)
from bot.store import Stale, Store
from databases import EMPTY, MIGRATED

BOT = Author(AuthorKind.BOT, "Assistant")
FULL = Reply(
    id="msg_full",
    in_reply_to="msg_asked",
    text="有效期为3年。😀 [1]\nA second line",
    language="zh",
    outcome=Outcome.ANSWERED,
    author=BOT,
    citations=[
        Citation(1, "iso-20000/faq", "常见问题", "有效期", "有效期为3年。", "/sources/iso-20000/faq#validity")
    ],
    actions=[Action("How much?", "How much is it?")],
    case=CaseSummary("CD-2026-000123", "enquiry", ["contact"]),
)


@pytest.fixture(params=MIGRATED)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return MIGRATED[request.param](tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.close()


def reply(text: str = "Yes.", in_reply_to: str | None = None) -> Reply:
    return Reply(new_id("msg"), in_reply_to, text, "en", Outcome.ANSWERED, BOT)


def open_new(
    store: Store, locale: str = "en", page_url: str = "", greeting: Reply | None = None
) -> tuple[str, str]:
    with store.write() as tx:
        return tx.conversations.open("web", locale, page_url, greeting or reply("Hello!"))


def open_one(store: Store) -> str:
    return open_new(store)[0]


def messages(store: Store, conversation: str, after: int = 0, last: int = 200) -> list[Message]:
    with store.read() as tx:
        return tx.conversations.messages(conversation, after, last)


def fits(store: Store, conversation: str, token: str) -> bool:
    with store.read() as tx:
        return tx.conversations.token_fits(conversation, token)


def reply_to(store: Store, inbound: Inbound) -> Reply | None:
    with store.read() as tx:
        return tx.conversations.reply_to(inbound)


def add(store: Store, inbound: Inbound, id: str, answer: Reply, revision: int | None = None) -> None:
    with store.write() as tx:
        tx.conversations.change(inbound.conversation, revision)
        tx.conversations.add(inbound, id, answer)


def exchange(store: Store, conversation: str, external_id: str, text: str = "Is it?") -> Inbound:
    """Store a message and its reply."""
    inbound = Inbound("web", conversation, external_id, text)
    id = new_id("msg")
    add(store, inbound, id, reply(f"On: {text}", id))
    return inbound


class TestConversations:
    def test_a_new_one_begins_with_the_greeting(self, store: Store) -> None:
        greeting = reply("Hello!")
        id, _ = open_new(store, "zh-CN", "https://example.org/", greeting)
        with store.read() as tx:
            known = tx.conversations.recall(Inbound("web", id, "a", "?"), last=5)
        assert known is not None
        assert (known.conversation.locale, known.conversation.owner, known.reply) == ("zh-CN", None, None)
        (first,) = messages(store, id)
        assert (first.seq, first.text, first.author, first.reply) == (1, "Hello!", BOT, greeting)

    def test_an_unknown_one_is_not_found(self, store: Store) -> None:
        with store.read() as tx:
            assert tx.conversations.get("cnv_unknown") is None
            assert tx.conversations.recall(Inbound("web", "cnv_unknown", "a", "?"), last=5) is None
        assert messages(store, "cnv_unknown") == []

    def test_only_its_own_token_fits(self, store: Store) -> None:
        (id, token), (other, others) = (open_new(store) for _ in range(2))
        assert fits(store, id, token)
        assert fits(store, other, others)
        for wrong in (others, "", token[:-1], token + "x", token.swapcase(), "ключ", "\ud800"):
            assert not fits(store, id, wrong), wrong

    @pytest.mark.parametrize("token", ["", "x"])
    def test_no_token_fits_a_conversation_that_does_not_exist(self, store: Store, token: str) -> None:
        assert not fits(store, "cnv_unknown", token)

    def test_the_token_itself_is_not_kept(self, store: Store, tmp_path: Path) -> None:
        _, token = open_new(store)
        store.close()
        assert all(token.encode() not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


class TestMessages:
    def test_a_message_and_its_reply_come_back_in_order(self, store: Store) -> None:
        id = open_one(store)
        inbound = exchange(store, id, "a", "有效期多久？")
        _, asked, answered = messages(store, id)
        assert (asked.seq, asked.author.kind, asked.text) == (2, AuthorKind.CUSTOMER, "有效期多久？")
        assert asked.reply is None
        assert (answered.seq, answered.reply) == (3, reply_to(store, inbound))
        assert answered.reply is not None
        assert answered.reply.in_reply_to == asked.id

    def test_a_reply_comes_back_whole(self, store: Store) -> None:
        inbound = Inbound("web", open_one(store), "a", "?")
        add(store, inbound, "msg_asked", FULL)
        assert reply_to(store, inbound) == FULL
        assert messages(store, inbound.conversation)[-1].reply == FULL

    def test_times_know_their_zone_and_follow_the_order(self, store: Store) -> None:
        id = open_one(store)
        exchange(store, id, "a")
        times = [message.created_at for message in messages(store, id)]
        assert all(time.utcoffset() is not None for time in times)
        assert times == sorted(times)

    @pytest.mark.parametrize(
        ("after", "seqs"), [(0, [1, 2, 3, 4, 5]), (3, [4, 5]), (5, []), (99, []), (-1, [1, 2, 3, 4, 5])]
    )
    def test_those_after_a_number_are_read(self, store: Store, after: int, seqs: list[int]) -> None:
        id = open_one(store)
        exchange(store, id, "a")
        exchange(store, id, "b")
        assert [message.seq for message in messages(store, id, after)] == seqs

    def test_the_latest_are_read_where_there_are_many(self, store: Store) -> None:
        id = open_one(store)
        for name in "abc":
            exchange(store, id, name)
        assert [message.seq for message in messages(store, id, last=3)] == [5, 6, 7]

    def test_those_of_another_conversation_are_not_read(self, store: Store) -> None:
        ours, theirs = open_one(store), open_one(store)
        exchange(store, theirs, "a", "theirs")
        assert [message.text for message in messages(store, ours)] == ["Hello!"]


class TestOnce:
    def test_the_same_message_is_stored_once(self, store: Store) -> None:
        id = open_one(store)
        inbound = exchange(store, id, "a")
        before = messages(store, id)
        with pytest.raises(IntegrityError):
            exchange(store, id, "a", "another text")
        assert messages(store, id) == before
        assert reply_to(store, inbound) == before[-1].reply

    def test_a_turn_that_was_thought_out_on_an_older_state_is_not_stored(self, store: Store) -> None:
        id = open_one(store)
        inbound = Inbound("web", id, "a", "?")
        with store.read() as tx:
            known = tx.conversations.recall(inbound, last=5)
        assert known is not None
        exchange(store, id, "b")
        with pytest.raises(Stale):
            add(store, inbound, "msg_asked", reply("Late.", "msg_asked"), known.conversation.revision)
        assert [message.text for message in messages(store, id)] == ["Hello!", "Is it?", "On: Is it?"]

    def test_a_reply_without_words_is_kept_and_not_said(self, store: Store) -> None:
        id = open_one(store)
        inbound = Inbound("web", id, "a", "Are you there?")
        silent = replace(reply("", "msg_asked"), outcome=Outcome.WAITING)
        add(store, inbound, "msg_asked", silent)
        assert reply_to(store, inbound) == silent
        assert [(m.text, m.reply) for m in messages(store, id)[1:]] == [("Are you there?", None)]

    @pytest.mark.parametrize(
        "change", [{"external_id": "b"}, {"channel": "wechat"}, {"conversation": None}], ids=str
    )
    def test_another_id_channel_or_conversation_is_another_message(
        self, store: Store, change: dict[str, str | None]
    ) -> None:
        inbound = exchange(store, open_one(store), "a")
        other = replace(inbound, **{name: value or open_one(store) for name, value in change.items()})
        assert reply_to(store, other) is None
        asked = new_id("msg")
        add(store, other, asked, reply("Other.", asked))
        found = reply_to(store, other)
        assert found is not None
        assert found.text == "Other."

    def test_a_reply_that_cannot_be_stored_takes_its_message_with_it(self, store: Store) -> None:
        id = open_one(store)
        greeting = messages(store, id)[0]
        inbound = Inbound("web", id, "a", "Is it?")
        with pytest.raises(SQLAlchemyError):  # the reply's id is taken
            add(store, inbound, "msg_asked", replace(reply(), id=greeting.id, in_reply_to="msg_asked"))
        assert messages(store, id) == [greeting]
        assert reply_to(store, inbound) is None
        exchange(store, id, "a")
        assert len(messages(store, id)) == 3

    def test_a_message_of_an_unknown_conversation_is_not_stored(self, store: Store) -> None:
        with pytest.raises(Stale):
            exchange(store, "cnv_unknown", "a")
        assert messages(store, "cnv_unknown") == []

    def test_two_writers_lose_nothing_and_number_without_gaps(self, url: str, store: Store) -> None:
        other = Store(url)
        shared = open_one(store)
        alone = [open_one(store) for _ in range(4)]

        def write(n: int) -> None:
            writer = (store, other)[n % 2]
            exchange(writer, shared, f"m{n}", f"text {n}")
            exchange(writer, alone[n % 4], f"m{n}")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(24)))
        found = messages(store, shared)
        assert [message.seq for message in found] == list(range(1, 50))
        asked = [message for message in found if message.author.kind is AuthorKind.CUSTOMER]
        assert sorted(message.text for message in asked) == sorted(f"text {n}" for n in range(24))
        for message, answered in zip(asked, found[2::2], strict=True):
            assert answered.reply is not None
            assert answered.reply.in_reply_to == message.id
        assert [len(messages(other, id)) for id in alone] == [13] * 4
        other.close()

    def test_of_two_turns_on_the_same_state_one_is_stored(self, url: str, store: Store) -> None:
        other = Store(url)
        id = open_one(store)
        with store.read() as tx:
            conversation = tx.conversations.get(id)
        assert conversation is not None

        def write(n: int) -> bool:
            asked = f"msg_{n}"
            try:
                add(
                    (store, other)[n % 2],
                    Inbound("web", id, f"m{n}", "?"),
                    asked,
                    reply("!", asked),
                    conversation.revision,
                )
            except Stale:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            stored = list(pool.map(write, range(8)))
        assert stored.count(True) == 1
        assert len(messages(store, id)) == 3
        other.close()


class TestDatabase:
    def test_what_is_stored_outlives_the_process(self, url: str, store: Store) -> None:
        id, token = open_new(store)
        inbound = exchange(store, id, "a")
        store.close()
        again = Store(url)
        again.migrate()
        assert fits(again, id, token)
        assert reply_to(again, inbound) is not None
        again.close()

    def test_migrating_again_changes_nothing(self, store: Store) -> None:
        id = open_one(store)
        before = messages(store, id)
        store.migrate()
        assert messages(store, id) == before

    def test_a_migrated_database_answers_the_check(self, store: Store) -> None:
        store.check()

    @pytest.mark.parametrize("name", EMPTY)
    def test_a_database_without_its_tables_fails_the_check(self, name: str, tmp_path: Path) -> None:
        bare = Store(EMPTY[name](tmp_path))
        with pytest.raises(SQLAlchemyError):
            bare.check()
        bare.close()
