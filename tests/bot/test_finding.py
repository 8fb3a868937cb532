"""Search over all messages, on every kind of database."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.handoff import Handoffs
from bot.messages import Author, AuthorKind, Inbound, Outcome, Reply, new_id
from bot.store import Store
from bot.store.views import FoundMessage
from offices import a_conversation, an_office

BOT = Author(AuthorKind.BOT, "Assistant")
PLAIN = "证书有效期三年"


def hear(store: Store, id: str, text: str, answer: str = "…") -> str:
    """A customer's message, with its answer; returns the message's id."""
    asked = new_id("msg")
    reply = Reply(new_id("msg"), asked, answer, "en", Outcome.ANSWERED, BOT)
    with store.write() as tx:
        tx.conversations.change(id)
        tx.conversations.add(Inbound("web", id, asked, text), asked, reply)
    return asked


def find(store: Store, query: str, limit: int = 50, offset: int = 0) -> list[FoundMessage]:
    with store.read() as tx:
        return tx.finding.messages(query, limit, offset)


def texts(store: Store, query: str) -> list[str]:
    return [found.text for found in find(store, query)]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (PLAIN, "证书有效期"),
        (PLAIN, "效"),
        (PLAIN, "年"),
        (PLAIN, "證書"),
        ("證書有效期三年", "证书"),
        ("第𠮷号，佐々木，二〇二六年", "〇二"),
        ("第𠮷号，佐々木，二〇二六年", "々木"),
        ("第𠮷号，佐々木，二〇二六年", "𠮷号"),
        ("How long does it take?", "how long"),
        ("How long does it take?", "HOW LO"),
        ("How long does it take?", "take how"),
        ("ＩＳＯ　２００００", "iso 20000"),
        ("ISO/IEC 20000-1", "20000"),
        ("I am Ann.Baker@example.com", "ann.baker@example.com"),
        ("I am Ann.Baker@example.com", "ann.baker@"),
        ("My number is CD-2026-000123.", "CD-2026-000123"),
        ("My number is CD-2026-000123.", "cd-2026"),
        ("Straße in Zürich", "strasse zürich"),
        ("كم تكلفة الشهادة؟", "تكلفة"),
        ("费用👍多少", "费用 多少"),
        ("It is rock AND roll", '"AND" roll'),
    ],
)
def test_a_message_is_found_by_what_it_says(everywhere: Store, text: str, query: str) -> None:
    hear(everywhere, a_conversation(everywhere), text)
    hear(everywhere, a_conversation(everywhere), "something else 其他事情")
    assert texts(everywhere, query) == [text]


@pytest.mark.parametrize(
    "query",
    [
        "期有",
        "费用 证书",
        "long how x",
        "ong",
        "CD-2026-000124",
        "",
        " ",
        "👍",
        "'",
        '"',
        "()",
        "*",
        "\0",
        "\ud800",
    ],
)
def test_what_no_message_says_finds_none(everywhere: Store, query: str) -> None:
    hear(everywhere, a_conversation(everywhere), f"{PLAIN} how long CD-2026-000123 👍 (*) ' \"")
    assert find(everywhere, query) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=20),
    data=st.data(),
)
def test_every_part_of_a_chinese_message_finds_it(everywhere: Store, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    asked = hear(everywhere, a_conversation(everywhere), text)
    assert asked in [found.id for found in find(everywhere, text[start:end])]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.sampled_from("aZ9 费證\"'*&|!():<->\\{}^+\0\ud800\u202e\u0301ANDORNEAR"), max_size=40)
    | st.text()
)
def test_no_query_is_an_error(everywhere: Store, query: str) -> None:
    find(everywhere, query)


@pytest.mark.parametrize("query", ["费用和证书" * 20_000, "word " * 20_000, "x" * 100_000, "' & ! " * 20_000])
def test_a_huge_message_and_a_huge_query_are_taken(everywhere: Store, query: str) -> None:
    asked = hear(everywhere, a_conversation(everywhere), query)
    assert [found.id for found in find(everywhere, query)] == ([asked] if "&" not in query else [])


def test_the_latest_are_found_first_and_by_pages(everywhere: Store) -> None:
    id, other = a_conversation(everywhere), a_conversation(everywhere)
    asked = [hear(everywhere, (id, other)[n % 2], f"费用 {n}") for n in range(7)]
    found = [one.id for page in range(3) for one in find(everywhere, "费用", 3, page * 3)]
    assert found == asked[::-1]
    assert find(everywhere, "费用", 3, 9) == []


def test_what_is_found_says_who_said_it_and_where(everywhere: Store) -> None:
    id = a_conversation(everywhere)
    asked = hear(everywhere, id, "My question", "An answer")
    office: Handoffs = an_office(everywhere).handoffs
    with everywhere.write() as tx:
        office.take(tx, id, "Li")
        office.reply(tx, id, "Li", "My own words")
    (mine,) = find(everywhere, "own")
    assert (mine.author_kind, mine.author_name, mine.seq) == (AuthorKind.PERSON, "Li", 4)
    (bots,) = find(everywhere, "answer")
    assert (bots.author_kind, bots.conversation) == (AuthorKind.BOT, id)
    (found,) = find(everywhere, "question")
    assert (found.id, found.conversation, found.channel, found.author_kind) == (
        asked, id, "web", AuthorKind.CUSTOMER,
    )  # fmt: skip
    assert found.at.utcoffset() is not None


def test_what_was_erased_is_not_found_and_the_rest_is(everywhere: Store) -> None:
    id, other = a_conversation(everywhere), a_conversation(everywhere)
    hear(everywhere, id, "费用 certificate")
    kept = hear(everywhere, other, "费用 certificate")
    an_office(everywhere).privacy.erase(id, "Li")
    for query in ("费用", "用", "certif"):
        assert [found.id for found in find(everywhere, query)] == [kept]
    again = hear(everywhere, other, "费用")
    assert [found.id for found in find(everywhere, "费用")] == [again, kept]
