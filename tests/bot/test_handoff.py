"""Handing over to people and back, on every kind of database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from bot.errors import Conflict, InvalidMessage, NotFound
from bot.hours import Hours
from bot.messages import AuthorKind, HandoffReason
from bot.office import Office
from bot.records import Conversation, HandoffState
from bot.store import Store, Transaction
from offices import Kept, a_conversation, an_office


def conversation(tx: Transaction, id: str) -> Conversation:
    found = tx.conversations.get(id)
    assert found is not None
    return found


def request(
    office: Office, id: str, reason: HandoffReason = HandoffReason.CUSTOMER_ASKED, language: str = "en"
) -> str:
    with office.store.write() as tx:
        return office.handoffs.request(tx, conversation(tx, id), reason, [], None, language)


def take(office: Office, id: str, staff: str = "Li") -> None:
    with office.store.write() as tx:
        office.handoffs.take(tx, id, staff)


def events(store: Store, id: str) -> list[str]:
    with store.read() as tx:
        return [event.kind for event in tx.conversations.events(id, 0)]


def test_a_person_is_asked_for_once_and_the_staff_told(
    everywhere: Store, jobs_of: Callable[[], list[str]]
) -> None:
    sender = Kept()
    office = an_office(everywhere, sender)
    id = a_conversation(everywhere)
    first = request(office, id)
    again = request(office, id, HandoffReason.NO_KNOWLEDGE)
    with everywhere.read() as tx:
        (handoff,) = tx.handoffs.open()
    assert (handoff.reason, handoff.state) == (HandoffReason.CUSTOMER_ASKED, HandoffState.WAITING)
    assert first != again
    assert "with our colleagues" in again
    assert jobs_of() == [f"send:handoff:{handoff.id}:kept"]
    office.outbound.send(f"handoff:{handoff.id}:kept")
    (notice,) = sender.notices
    assert notice.data["conversation"] == id


def test_a_complaint_is_seen_though_a_person_was_asked_for_before(everywhere: Store) -> None:
    office = an_office(everywhere)
    id = a_conversation(everywhere)
    request(office, id)
    request(office, id, HandoffReason.COMPLAINT)
    request(office, id)
    with everywhere.read() as tx:
        (handoff,) = tx.handoffs.open()
    assert handoff.reason is HandoffReason.COMPLAINT
    for reason in (HandoffReason.POLICY, HandoffReason.COMPLAINT):
        request(office, id, reason)
    with everywhere.read() as tx:
        (handoff,) = tx.handoffs.open()
    assert handoff.reason is HandoffReason.POLICY


@pytest.mark.parametrize("reason", HandoffReason)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_has_words_for_the_customer_and_the_staff(
    everywhere: Store, reason: HandoffReason, language: str
) -> None:
    office = an_office(everywhere, Kept())
    assert len(request(office, a_conversation(everywhere), reason, language)) > 15


def test_outside_business_hours_the_promise_is_when_people_are_back(everywhere: Store) -> None:
    never = Hours.parse("Asia/Shanghai", "", "")
    said = request(an_office(everywhere, hours=never), a_conversation(everywhere))
    assert "minute" not in said


def test_a_conversation_has_one_owner(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    request(office, id)
    take(office, id)
    take(office, id)
    with pytest.raises(Conflict, match="Li has this conversation"):
        take(office, id, "Wang")
    with everywhere.read() as tx:
        assert conversation(tx, id).owner == "Li"
        handoff = tx.handoffs.open_of(id)
    assert handoff is not None
    assert (handoff.state, handoff.taken_by) == (HandoffState.TAKEN, "Li")
    assert events(everywhere, id) == ["takeover"]


def test_of_many_who_take_it_at_once_one_gets_it(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)

    def try_to(n: int) -> None:
        with suppress(Conflict):
            take(office, id, f"staff {n}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(try_to, range(6)))
    assert events(everywhere, id) == ["takeover"]


def test_only_the_owner_speaks_and_the_same_words_are_said_once(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    with pytest.raises(Conflict, match="Take it first"), everywhere.write() as tx:
        office.handoffs.reply(tx, id, "Li", "Hello")
    take(office, id)
    for _ in range(2):
        with everywhere.write() as tx:
            office.handoffs.reply(tx, id, "Li", "您好，有什么可以帮您？\0", "msg_key")
    with pytest.raises(InvalidMessage), everywhere.write() as tx:
        office.handoffs.reply(tx, id, "Li", " \u200b\0".replace("\u200b", ""))
    with everywhere.read() as tx:
        said = tx.conversations.messages(id)[1:]
    assert [(m.author.kind, m.author.name, m.text) for m in said] == [
        (AuthorKind.PERSON, "Li", "您好，有什么可以帮您？")
    ]
    assert said[0].reply is not None
    assert (said[0].reply.language, said[0].reply.ai_generated) == ("zh", False)


def test_it_goes_back_to_the_bot_and_may_be_asked_for_again(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    request(office, id)
    take(office, id)
    with everywhere.write() as tx:
        office.handoffs.give_back(tx, id, "Li", "answered")
    with everywhere.read() as tx:
        assert conversation(tx, id).owner is None
        assert tx.handoffs.open() == []
        (past,) = tx.handoffs.of_conversation(id)
    assert (past.outcome, past.ended_at is not None) == ("answered", True)
    request(office, id)
    with everywhere.read() as tx:
        assert len(tx.handoffs.open()) == 1
    assert events(everywhere, id) == ["takeover", "returned"]


def test_a_closed_conversation_knows_that_it_is(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    take(office, id)
    with everywhere.write() as tx:
        office.handoffs.close(tx, id, "Li", "solved")
    with everywhere.read() as tx:
        found = conversation(tx, id)
    assert (found.closed, found.owner) == (True, None)


def test_what_staff_do_is_noted(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    take(office, id)
    with everywhere.write() as tx:
        office.handoffs.reply(tx, id, "Li", "Secret words")
        office.handoffs.close(tx, id, "Li", "")
    with everywhere.read() as tx:
        lines = tx.people.audited()
    assert [line["action"] for line in lines] == [
        "conversation.closed",
        "conversation.reply",
        "conversation.take",
    ]
    assert {(line["staff"], line["subject"]) for line in lines} == {("Li", id)}


def test_an_unknown_conversation_cannot_be_taken(everywhere: Store) -> None:
    with pytest.raises(NotFound):
        take(an_office(everywhere), "cnv_unknown")


def assign(office: Office, id: str, to: str, by: str, *, boss: bool = False) -> None:
    with office.store.write() as tx:
        office.handoffs.assign(tx, id, to, by, may_take_from_others=boss)


def test_a_waiting_conversation_is_given_to_a_colleague(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    request(office, id)
    assign(office, id, "Wang", "Li")
    with everywhere.read() as tx:
        assert conversation(tx, id).owner == "Wang"
        handoff = tx.handoffs.open_of(id)
        lines = [(line["staff"], line["action"]) for line in tx.people.audited()]
    assert handoff is not None
    assert (handoff.state, handoff.taken_by) == (HandoffState.TAKEN, "Wang")
    assert ("Li", "conversation.assign") in lines
    assert events(everywhere, id) == ["takeover"]


def test_the_owner_passes_a_conversation_on_and_is_no_longer_heard(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    take(office, id)
    assign(office, id, "Wang", "Li")
    with pytest.raises(Conflict, match="Wang has it"), everywhere.write() as tx:
        office.handoffs.reply(tx, id, "Li", "Hello")
    with everywhere.write() as tx:
        office.handoffs.reply(tx, id, "Wang", "Hello")
    with everywhere.read() as tx:
        assert len(tx.handoffs.of_conversation(id)) == 1


def test_what_another_has_is_taken_only_by_who_may(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    take(office, id, "Wang")
    with pytest.raises(Conflict, match="supervisor"):
        assign(office, id, "Li", "Li")
    with everywhere.read() as tx:
        assert conversation(tx, id).owner == "Wang"
    assign(office, id, "Zhao", "Li", boss=True)
    with everywhere.read() as tx:
        assert conversation(tx, id).owner == "Zhao"
    assert events(everywhere, id) == ["takeover", "takeover"]


def test_who_has_it_already_is_not_given_it_again(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    take(office, id)
    with everywhere.read() as tx:
        revision = conversation(tx, id).revision
    assign(office, id, "Li", "Wang")
    with everywhere.read() as tx:
        assert conversation(tx, id).revision == revision
    assert events(everywhere, id) == ["takeover"]


def test_a_conversation_that_was_passed_on_often_is_one_handoff(everywhere: Store) -> None:
    office, id = an_office(everywhere), a_conversation(everywhere)
    request(office, id)
    for to, by in (("Li", "Li"), ("Wang", "Li"), ("Zhao", "Wang")):
        assign(office, id, to, by)
    with everywhere.write() as tx:
        office.handoffs.close(tx, id, "Zhao", "solved")
    with everywhere.read() as tx:
        (past,) = tx.handoffs.of_conversation(id)
    assert (past.taken_by, past.outcome, past.state) == ("Zhao", "solved", HandoffState.ENDED)


def test_an_unknown_conversation_cannot_be_assigned(everywhere: Store) -> None:
    with pytest.raises(NotFound):
        assign(an_office(everywhere), "cnv_unknown", "Li", "Li")
