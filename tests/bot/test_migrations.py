"""A database of an older release is brought up to date, on every kind of database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, select

import bot
from bot.messages import Author, AuthorKind, Inbound, Outcome, Reply
from bot.store import Store
from bot.store.engine import engine
from bot.store.tables import conversations, metadata
from bot.store.views import Filter, FoundMessage, View
from databases import EMPTY

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SAID = [  # author, text; a minute apart
    ("bot", "Hello! 欢迎"),
    ("customer", "证书有效期多久？"),
    ("bot", "三年。 Three years."),
    ("person", "I am Li."),
    ("customer", "How long, 一共？"),
]


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    database = engine(url)
    with database.begin() as connection:
        yield connection
    database.dispose()


def migrate(url: str, revision: str) -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(bot.__file__).parent / "migrations"))
    with connected(url) as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)


def insert(url: str, table: str, rows: list[dict[str, Any]]) -> None:
    with connected(url) as connection:
        connection.execute(Table(table, MetaData(), autoload_with=connection).insert(), rows)


def a_conversation(id: str, locale: str) -> dict[str, Any]:
    return {
        "id": id, "channel": "web", "token_hash": "0" * 64, "locale": locale, "page_url": "", "revision": 3,
        "created_at": NOON, "last_at": NOON,
    }  # fmt: skip


def a_message(conversation: str, seq: int, author: str, text: str, at: datetime) -> dict[str, Any]:
    return {
        "id": f"msg_{9999 - seq}_{conversation}", "conversation_id": conversation, "seq": seq, "channel": "web",
        "external_id": None, "author_kind": author, "author_name": "", "text": text, "created_at": at,
    }  # fmt: skip


@pytest.fixture(params=EMPTY)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a database as it was before there was a desk."""
    made = EMPTY[request.param](tmp_path)
    migrate(made, "0003")
    return made


@pytest.fixture
def older(url: str) -> Iterator[Store]:
    """A store on a database that was filled before there was a desk, and has been brought up to date."""
    locales = {"cnv_zh": "zh-CN", "cnv_en": "fr", "cnv_silent": "ZH"}
    insert(url, "conversations", [a_conversation(id, locale) for id, locale in locales.items()])
    spoken = [
        a_message("cnv_zh", seq, author, text, NOON + timedelta(minutes=seq))
        for seq, (author, text) in enumerate(SAID, 1)
    ]
    spoken += [
        a_message("cnv_en", 1, "bot", "Hello!", NOON),
        a_message("cnv_en", 2, "customer", "How much? 👍", NOON + timedelta(minutes=30)),
        a_message("cnv_silent", 1, "bot", "您好！", NOON),
    ]
    insert(url, "messages", spoken)
    migrate(url, "head")
    store = Store(url)
    yield store
    store.close()


def find(store: Store, query: str) -> list[FoundMessage]:
    with store.read() as tx:
        return tx.finding.messages(query, 50)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("有效期", [("cnv_zh", 2)]),
        ("年", [("cnv_zh", 3)]),
        ("li", [("cnv_zh", 4)]),
        ("how", [("cnv_en", 2), ("cnv_zh", 5)]),
        ("欢迎", []),
    ],
)
def test_older_messages_are_found_the_latest_first(
    older: Store, query: str, expected: list[tuple[str, int]]
) -> None:
    assert [(found.conversation, found.seq) for found in find(older, query)] == expected


def test_more_messages_than_are_indexed_at_a_time_are_all_found(url: str) -> None:
    insert(url, "conversations", [a_conversation("cnv_long", "en")])
    many = [a_message("cnv_long", seq, "customer", "费用", NOON) for seq in range(2, 4103)]
    insert(url, "messages", many)
    migrate(url, "head")
    store = Store(url)
    with store.read() as tx:
        found = {message.seq for message in tx.finding.messages("费用", 5000)}
    store.close()
    assert len(found) == len(many)


def test_what_comes_after_the_upgrade_is_found_before_what_came_earlier(older: Store) -> None:
    reply = Reply("msg_new", "msg_asked", "…", "en", Outcome.ANSWERED, Author(AuthorKind.BOT, "A"))
    with older.write() as tx:
        tx.conversations.change("cnv_en")
        tx.conversations.add(Inbound("web", "cnv_en", "1", "How are you?"), "msg_asked", reply)
    assert find(older, "how")[0].id == "msg_asked"


def test_older_conversations_know_who_wrote_last_and_in_which_language(older: Store) -> None:
    with older.read() as tx:
        listed = {row.conversation: row for row in tx.queue.rows(View.ALL, Filter(), "Li", 0, 50)}
        silent = tx.queue.one("cnv_silent", 0)
        asked_at = dict(tx._connection.execute(select(conversations.c.id, conversations.c.asked_at)).all())
    assert set(listed) == {"cnv_zh", "cnv_en"}
    zh, en = listed["cnv_zh"], listed["cnv_en"]
    assert (zh.asked_seq, zh.asked, zh.language) == (5, SAID[4][1], "zh")
    assert (en.asked_seq, en.asked, en.language) == (2, "How much? 👍", "en")
    assert silent is not None
    assert (silent.asked_seq, silent.unread, silent.language) == (0, False, "zh")
    assert asked_at == {
        "cnv_zh": NOON + timedelta(minutes=5), "cnv_en": NOON + timedelta(minutes=30), "cnv_silent": None
    }  # fmt: skip


def test_a_person_who_wrote_last_leaves_nothing_unanswered(url: str) -> None:
    insert(url, "conversations", [a_conversation(id, "en") | {"owner": "Li"} for id in ("cnv_a", "cnv_b")])
    handoff = {"reason": "complaint", "summary": "", "state": "taken", "created_at": NOON, "taken_by": "Li"}
    insert(
        url, "handoffs", [handoff | {"id": f"hnd_{id}", "conversation_id": id} for id in ("cnv_a", "cnv_b")]
    )
    answered = [("customer", 2), ("person", 3)]
    insert(
        url,
        "messages",
        [a_message("cnv_a", seq, author, "Hm", NOON) for author, seq in answered]
        + [a_message("cnv_b", seq, author, "Hm", NOON) for seq, (author, _) in enumerate(answered[::-1], 2)],
    )
    migrate(url, "head")
    store = Store(url)
    with store.read() as tx:
        unanswered = [row.conversation for row in tx.queue.rows(View.UNANSWERED, Filter(), "Li", 0, 50)]
    store.close()
    assert unanswered == ["cnv_b"]


def test_the_migrations_make_the_tables_as_they_are_described(url: str) -> None:
    migrate(url, "head")
    with connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_described})
        assert compare_metadata(context, metadata) == []


def _is_described(
    _: object, name: str | None, kind: str, reflected: bool, other: object
) -> bool:  # as Alembic calls it
    """The indexes of the search are made by their databases alone."""
    return not (
        reflected
        and other is None
        and name
        and name.startswith(("message_index", "message_words_found", "found_by"))
    )
