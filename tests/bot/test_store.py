"""What every database behind the store must do; another one joins by its URL in `URLS`."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.messages import Action, Author, AuthorKind, CaseSummary, Citation, Inbound, Outcome, Reply, new_id
from bot.store import AlreadyAnswered, Store

URLS: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'new' / 'certdesk.db'}"
}
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


@pytest.fixture(params=URLS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return URLS[request.param](tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    opened.migrate()
    yield opened
    opened.close()


def reply(text: str = "Yes.", in_reply_to: str | None = None) -> Reply:
    return Reply(new_id("msg"), in_reply_to, text, "en", Outcome.ANSWERED, BOT)


def open_one(store: Store) -> str:
    return store.open_conversation("web", "en", "", reply("Hello!"))[0]


def exchange(store: Store, conversation: str, external_id: str, text: str = "Is it?") -> Inbound:
    """Store a message and its reply."""
    inbound = Inbound("web", conversation, external_id, text)
    id = new_id("msg")
    store.add(inbound, id, reply(f"On: {text}", id))
    return inbound


class TestConversations:
    def test_a_new_one_begins_with_the_greeting(self, store: Store) -> None:
        greeting = reply("Hello!")
        id, _ = store.open_conversation("web", "zh-CN", "https://example.org/", greeting)
        assert store.exists(id)
        assert store.recall(Inbound("web", id, "a", "?"), last=5).locale == "zh-CN"
        (first,) = store.messages(id)
        assert (first.seq, first.text, first.author, first.reply) == (1, "Hello!", BOT, greeting)

    def test_an_unknown_one_is_not_found(self, store: Store) -> None:
        assert not store.exists("cnv_unknown")
        assert store.messages("cnv_unknown") == []

    def test_only_its_own_token_fits(self, store: Store) -> None:
        (id, token), (other, others) = (store.open_conversation("web", "", "", reply()) for _ in range(2))
        assert store.token_fits(id, token)
        assert store.token_fits(other, others)
        for wrong in (others, "", token[:-1], token + "x", token.swapcase(), "ключ", "\ud800"):
            assert not store.token_fits(id, wrong), wrong

    @pytest.mark.parametrize("token", ["", "x"])
    def test_no_token_fits_a_conversation_that_does_not_exist(self, store: Store, token: str) -> None:
        assert not store.token_fits("cnv_unknown", token)

    def test_the_token_itself_is_not_kept(self, store: Store, tmp_path: Path) -> None:
        _, token = store.open_conversation("web", "", "", reply())
        store.close()
        assert all(token.encode() not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


class TestMessages:
    def test_a_message_and_its_reply_come_back_in_order(self, store: Store) -> None:
        id = open_one(store)
        inbound = exchange(store, id, "a", "有效期多久？")
        _, asked, answered = store.messages(id)
        assert (asked.seq, asked.author.kind, asked.text) == (2, AuthorKind.CUSTOMER, "有效期多久？")
        assert asked.reply is None
        assert (answered.seq, answered.reply) == (3, store.reply_to(inbound))
        assert answered.reply is not None
        assert answered.reply.in_reply_to == asked.id

    def test_a_reply_comes_back_whole(self, store: Store) -> None:
        inbound = Inbound("web", open_one(store), "a", "?")
        store.add(inbound, "msg_asked", FULL)
        assert store.reply_to(inbound) == FULL
        assert store.messages(inbound.conversation)[-1].reply == FULL

    def test_times_know_their_zone_and_follow_the_order(self, store: Store) -> None:
        id = open_one(store)
        exchange(store, id, "a")
        times = [message.created_at for message in store.messages(id)]
        assert all(time.utcoffset() is not None for time in times)
        assert times == sorted(times)

    @pytest.mark.parametrize(
        ("after", "seqs"), [(0, [1, 2, 3, 4, 5]), (3, [4, 5]), (5, []), (99, []), (-1, [1, 2, 3, 4, 5])]
    )
    def test_those_after_a_number_are_read(self, store: Store, after: int, seqs: list[int]) -> None:
        id = open_one(store)
        exchange(store, id, "a")
        exchange(store, id, "b")
        assert [message.seq for message in store.messages(id, after)] == seqs

    def test_the_latest_are_read_where_there_are_many(self, store: Store) -> None:
        id = open_one(store)
        for name in "abc":
            exchange(store, id, name)
        assert [message.seq for message in store.messages(id, last=3)] == [5, 6, 7]

    def test_those_of_another_conversation_are_not_read(self, store: Store) -> None:
        ours, theirs = open_one(store), open_one(store)
        exchange(store, theirs, "a", "theirs")
        assert [message.text for message in store.messages(ours)] == ["Hello!"]


class TestOnce:
    def test_the_same_message_is_stored_once(self, store: Store) -> None:
        id = open_one(store)
        inbound = exchange(store, id, "a")
        before = store.messages(id)
        with pytest.raises(AlreadyAnswered):
            exchange(store, id, "a", "another text")
        assert store.messages(id) == before
        assert store.reply_to(inbound) == before[-1].reply

    @pytest.mark.parametrize(
        "change", [{"external_id": "b"}, {"channel": "wechat"}, {"conversation": None}], ids=str
    )
    def test_another_id_channel_or_conversation_is_another_message(
        self, store: Store, change: dict[str, str | None]
    ) -> None:
        inbound = exchange(store, open_one(store), "a")
        other = replace(inbound, **{name: value or open_one(store) for name, value in change.items()})
        assert store.reply_to(other) is None
        asked = new_id("msg")
        store.add(other, asked, reply("Other.", asked))
        found = store.reply_to(other)
        assert found is not None
        assert found.text == "Other."

    def test_a_reply_that_cannot_be_stored_takes_its_message_with_it(self, store: Store) -> None:
        id = open_one(store)
        greeting = store.messages(id)[0]
        inbound = Inbound("web", id, "a", "Is it?")
        with pytest.raises(SQLAlchemyError):  # the reply's id is taken
            store.add(inbound, "msg_asked", replace(reply(), id=greeting.id, in_reply_to="msg_asked"))
        assert store.messages(id) == [greeting]
        assert store.reply_to(inbound) is None
        exchange(store, id, "a")
        assert len(store.messages(id)) == 3

    def test_a_message_of_an_unknown_conversation_is_not_stored(self, store: Store) -> None:
        with pytest.raises((AlreadyAnswered, SQLAlchemyError)):
            exchange(store, "cnv_unknown", "a")
        assert store.messages("cnv_unknown") == []

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
        found = store.messages(shared)
        assert [message.seq for message in found] == list(range(1, 50))
        asked = [message for message in found if message.author.kind is AuthorKind.CUSTOMER]
        assert sorted(message.text for message in asked) == sorted(f"text {n}" for n in range(24))
        for message, answered in zip(asked, found[2::2], strict=True):
            assert answered.reply is not None
            assert answered.reply.in_reply_to == message.id
        assert [len(other.messages(id)) for id in alone] == [13] * 4
        other.close()

    def test_of_two_writers_of_one_message_one_is_told(self, url: str, store: Store) -> None:
        other = Store(url)
        id = open_one(store)

        def write(writer: Store) -> bool:
            try:
                exchange(writer, id, "same")
            except AlreadyAnswered:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            stored = list(pool.map(write, [store, other] * 4))
        assert stored.count(True) == 1
        assert len(store.messages(id)) == 3
        other.close()


class TestDatabase:
    def test_what_is_stored_outlives_the_process(self, url: str, store: Store) -> None:
        id, token = store.open_conversation("web", "en", "", reply())
        inbound = exchange(store, id, "a")
        store.close()
        again = Store(url)
        again.migrate()
        assert again.token_fits(id, token)
        assert again.reply_to(inbound) is not None
        again.close()

    def test_migrating_again_changes_nothing(self, store: Store) -> None:
        id = open_one(store)
        before = store.messages(id)
        store.migrate()
        assert store.messages(id) == before

    def test_a_migrated_database_answers_the_check(self, store: Store) -> None:
        store.check()

    def test_a_database_without_its_tables_fails_the_check(self, url: str) -> None:
        bare = Store(url)
        with pytest.raises(SQLAlchemyError):
            bare.check()
        bare.close()
