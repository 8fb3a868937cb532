"""The queue of staff: who waits, since when, in which order; on every kind of database."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.intake import Intake, Stage
from bot.messages import Author, AuthorKind, HandoffReason, Inbound, Message, Outcome, Reply, new_id
from bot.office import Office
from bot.records import Role
from bot.store import Store
from bot.store.views import Filter, Queued, View
from databases import migrated_postgres
from offices import a_conversation, an_office

LI, WANG = "Li Na", "Wang Wei"
ANY = Filter()
BOT = Author(AuthorKind.BOT, "Assistant")
_STUCK = 30  # seconds after which a test that waits for what never comes fails instead of hanging


@pytest.fixture
def office(everywhere: Store) -> Office:
    return an_office(everywhere)


def ask(office: Office, id: str, text: str, language: str = "en") -> None:
    """What the customer writes; the bot answers unless a person has the conversation."""
    asked = new_id("msg")
    with office.store.write() as tx:
        found = tx.conversations.get(id)
        assert found
        answer = "" if found.owner else "Certainly."
        outcome = Outcome.WAITING if found.owner else Outcome.ANSWERED
        tx.conversations.change(id)
        tx.conversations.add(
            Inbound("web", id, asked, text),
            asked,
            Reply(new_id("msg"), asked, answer, language, outcome, BOT),
        )


def asking(
    office: Office, text: str = "A person, please", reason: HandoffReason | None = HandoffReason.COMPLAINT,
    language: str = "en",
) -> str:  # fmt: skip
    """A conversation whose customer wants a person; without `reason`, one that the bot has."""
    id = a_conversation(office.store, language)
    if reason:
        with office.store.write() as tx:
            found = tx.conversations.get(id)
            assert found
            office.handoffs.request(tx, found, reason, [], None, language)
    ask(office, id, text, language)
    return id


def take(office: Office, id: str, name: str = LI) -> str:
    with office.store.write() as tx:
        office.handoffs.take(tx, id, name)
    return id


def answer(office: Office, id: str, name: str = LI) -> str:
    with office.store.write() as tx:
        office.handoffs.reply(tx, id, name, "Here I am.")
    return id


def close(office: Office, id: str, name: str = LI) -> str:
    with office.store.write() as tx:
        office.handoffs.close(tx, id, name, "")
    return id


def rows(
    office: Office, view: View, filter: Filter = ANY, staff_id: int = 0, limit: int = 50, offset: int = 0
) -> list[Queued]:
    with office.store.read() as tx:
        return tx.queue.rows(view, filter, LI, staff_id, limit, offset)


def ids(office: Office, view: View, filter: Filter = ANY) -> list[str]:
    return [row.conversation for row in rows(office, view, filter)]


def one(office: Office, id: str, staff_id: int = 0) -> Queued:
    with office.store.read() as tx:
        found = tx.queue.one(id, staff_id)
    assert found is not None
    return found


def spoken(office: Office, id: str) -> list[Message]:
    with office.store.read() as tx:
        return tx.conversations.messages(id)


def test_each_view_has_its_own(office: Office) -> None:
    a_conversation(office.store)  # nobody has asked anything
    waits = asking(office)
    mine, unanswered = answer(office, take(office, asking(office))), take(office, asking(office))
    others = take(office, asking(office), WANG)
    bots = asking(office, reason=None)
    closed = close(office, take(office, asking(office)))
    expected = {
        View.WAITING: [waits],
        View.MINE: [unanswered, mine],
        View.UNANSWERED: [unanswered],
        View.OTHERS: [others],
        View.BOT: [bots],
        View.CLOSED: [closed],
        View.ALL: [closed, bots, others, unanswered, mine, waits],
    }
    assert {view: ids(office, view) for view in View} == expected
    with office.store.read() as tx:
        matching = {view: tx.queue.matching(view, ANY, LI) for view in View}
        counts = tx.queue.counts(LI)
    assert matching == {view: len(found) for view, found in expected.items()}
    assert counts == {view: len(expected[view]) for view in counts}
    assert set(counts) == {View.WAITING, View.MINE, View.UNANSWERED, View.OTHERS}


def test_nothing_is_counted_in_an_empty_office(office: Office) -> None:
    with office.store.read() as tx:
        assert set(tx.queue.counts(LI).values()) == {0}
        assert (tx.queue.next_waiting(), tx.queue.latest_waiting()) == (None, None)
        assert tx.queue.one("cnv_unknown", 0) is None


def test_whoever_waits_longest_stands_first(office: Office) -> None:
    first, second, third = (asking(office) for _ in range(3))
    ask(office, first, "Hello?")
    assert ids(office, View.WAITING) == [first, second, third]


def test_who_keeps_writing_to_a_person_does_not_lose_their_place(office: Office) -> None:
    first, second = take(office, asking(office)), take(office, asking(office))
    for id in (first, second):
        answer(office, id)
    ask(office, first, "One more thing")
    ask(office, second, "One more thing")
    began = one(office, first).since
    ask(office, first, "Are you there?")
    assert ids(office, View.UNANSWERED) == [first, second]
    assert one(office, first).since == began


def test_of_those_that_are_answered_the_latest_stands_first(office: Office) -> None:
    first, second = (answer(office, take(office, asking(office))) for _ in range(2))
    assert ids(office, View.MINE) == [second, first]
    answer(office, first)
    assert ids(office, View.MINE) == [first, second]


def test_a_conversation_that_was_taken_before_its_customer_wrote_is_listed(office: Office) -> None:
    silent = take(office, a_conversation(office.store))
    assert ids(office, View.MINE) == [silent]
    row = one(office, silent)
    assert (row.waiting, row.asked, row.unread, row.asked_seq) == (False, "", False, 0)


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (ANY, "zh en"),
        (Filter(language="zh"), "zh"),
        (Filter(language="en"), "en"),
        (Filter(reason="complaint"), "en"),
        (Filter(reason="quotation"), "zh"),
        (Filter(reason="complaint", language="zh"), ""),
        (Filter(channel="web"), "zh en"),
        (Filter(channel="wechat"), ""),
        (Filter(reason="' OR 1=1 --"), ""),
    ],
)
def test_filters_leave_what_fits_in_rows_and_counts(office: Office, filter: Filter, expected: str) -> None:
    named = {
        asking(office, "报价", HandoffReason.QUOTATION, "zh"): "zh",
        asking(office, "Complaint", HandoffReason.COMPLAINT): "en",
    }
    for view in (View.WAITING, View.ALL):
        found = {named[id] for id in ids(office, view, filter)}
        assert found == set(expected.split())
        with office.store.read() as tx:
            assert tx.queue.matching(view, filter, LI) == len(found)


def test_rows_come_by_pages(office: Office) -> None:
    waiting = [asking(office) for _ in range(5)]
    found = [
        row.conversation for page in range(3) for row in rows(office, View.WAITING, limit=2, offset=page * 2)
    ]
    assert found == waiting


def test_a_customer_waits_for_a_takeover_then_for_each_answer(office: Office) -> None:
    id = asking(office)
    with office.store.read() as tx:
        handoff = tx.handoffs.open_of(id)
    assert handoff is not None
    waits = one(office, id)
    assert (waits.waiting, waits.since, waits.owner) == (True, handoff.created_at, None)
    taken = one(office, take(office, id))
    assert (taken.waiting, taken.owner, taken.reason) == (True, LI, HandoffReason.COMPLAINT)
    assert taken.since == spoken(office, id)[-2].created_at  # when they asked for a person
    answered = one(office, answer(office, id))
    assert not answered.waiting
    ask(office, id, "And the date?")
    again = one(office, id)
    assert (again.waiting, again.since, again.asked) == (
        True,
        spoken(office, id)[-1].created_at,
        "And the date?",
    )


def test_what_the_bot_answered_does_not_wait_for_the_person_who_takes_it_unasked(office: Office) -> None:
    id = asking(office, "First", reason=None)
    ask(office, id, "Second")
    assert one(office, take(office, id)).since == spoken(office, id)[-2].created_at


def test_a_closed_conversation_is_neither_waiting_nor_owned(office: Office) -> None:
    row = one(office, close(office, take(office, asking(office))))
    assert (row.closed, row.waiting, row.owner, row.reason) == (True, False, None, None)


def test_each_member_has_read_for_themselves(office: Office) -> None:
    store, id = office.store, asking(office)
    with store.write() as tx:
        li = tx.staff.insert("li@example.com", LI, Role.AGENT, "en", "", None).id
        wang = tx.staff.insert("wang@example.com", WANG, Role.AGENT, "en", "", None).id
    seq = one(office, id, li).asked_seq
    with store.write() as tx:
        tx.margins.read(li, id, seq)
    assert (one(office, id, li).unread, one(office, id, wang).unread) == (False, True)
    assert [row.unread for row in rows(office, View.WAITING, staff_id=li)] == [False]
    ask(office, id, "Hello?")
    assert one(office, id, li).unread


def test_a_row_names_the_company_and_reference_of_the_case(office: Office) -> None:
    id = asking(office)
    values = {"company": "Star Hosting", "people_covered": "80", "contact": "ann@example.com"}
    with office.store.write() as tx:
        found = tx.conversations.get(id)
        assert found
        intake = Intake(service="iso-20000", values=values, stage=Stage.REVIEW)
        case = office.cases.submit(tx, found, intake, new_id("int"), "en")
    row = one(office, id)
    assert (row.case, row.reference, row.company) == (case.id, case.reference, "Star Hosting")
    with office.store.read() as tx:
        assert [row.conversation for row in tx.queue.of_case(case.id, 0)] == [id]
        assert tx.queue.of_case(case.id + 1, 0) == []


def test_a_row_knows_what_the_channel_still_lets_us_send(office: Office) -> None:
    id = asking(office)
    assert one(office, id).customer is None
    with office.store.write() as tx:
        tx.customers.insert("wechat", "openid-1", id, "qrcode")
        tx.customers.asked(id)
        tx.customers.use(id, asked=2)
        tx.customers.acted(id)
        expected = tx.customers.of(id)
    assert expected is not None
    customer = one(office, id).customer
    assert customer is not None
    assert (customer.address, customer.source, customer.asked_used, customer.acted_used) == (
        "openid-1", "qrcode", 2, 0,
    )  # fmt: skip
    assert (customer.asked_at, customer.acted_at) == (expected.asked_at, expected.acted_at)


def test_a_list_shows_the_beginning_of_a_long_message(office: Office) -> None:
    assert len(one(office, asking(office, "很长" * 5000)).asked) == 160


def test_the_next_is_the_one_that_has_waited_longest(office: Office) -> None:
    first, second = asking(office), asking(office)
    asking(office, reason=None)
    for expected in (first, second, None):
        with office.store.write() as tx:
            assert tx.queue.next_waiting() == expected
            if expected:
                office.handoffs.take(tx, expected, LI)


def test_two_who_take_the_next_at_once_get_two(office: Office) -> None:
    waiting = {asking(office), asking(office)}
    taken: list[str | None] = []
    together = threading.Barrier(2, timeout=_STUCK)

    def take_next(name: str) -> None:
        together.wait()
        with office.store.write() as tx:
            found = tx.queue.next_waiting()
            assert found
            office.handoffs.take(tx, found, name)
        taken.append(found)

    members = [threading.Thread(target=take_next, args=(name,)) for name in (LI, WANG)]
    for member in members:
        member.start()
    for member in members:
        member.join(_STUCK)
    assert set(taken) == waiting


def test_one_that_is_being_taken_is_passed_over(tmp_path: Path) -> None:
    """On PostgreSQL; in SQLite there is one writer at a time."""
    store = Store(migrated_postgres(tmp_path))
    office = an_office(store)
    first, second = asking(office), asking(office)
    with store.write() as slow, store.write() as quick:
        assert slow.queue.next_waiting() == first
        assert quick.queue.next_waiting() == second
    store.close()


def test_the_latest_handoff_is_known(office: Office) -> None:
    asking(office)
    latest = asking(office)
    with office.store.read() as tx:
        handoff = tx.handoffs.open_of(latest)
        assert handoff is not None
        assert tx.queue.latest_waiting() == handoff.id


@pytest.mark.parametrize("happens", [take, lambda office, which: ask(office, which, "Hello?")])
def test_what_has_changed_since_is_known(office: Office, happens: Callable[[Office, str], object]) -> None:
    id = asking(office)
    asking(office)
    with office.store.read() as tx:
        before = tx.queue.changed_since(datetime.now(UTC) - timedelta(hours=1))
        assert tx.queue.changed_since(datetime.now(UTC)) == set()
    happens(office, id)
    with office.store.read() as tx:
        after = tx.queue.changed_since(datetime.now(UTC) - timedelta(hours=1))
    assert [changed for changed, _ in after - before] == [id]
