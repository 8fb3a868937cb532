"""The ledger of notices to staff, on every kind of database."""

from collections.abc import Callable

import pytest

from bot.errors import DeliveryError
from bot.messages import HandoffReason
from bot.records import Delivery, DeliveryState
from bot.store import Store
from offices import Kept, a_conversation, an_office

PASSING = DeliveryError("out of reach", permanent=False)
FINAL = DeliveryError("nobody is called so", permanent=True)


def noted(store: Store, sender: Kept) -> str:
    """Key of a delivery that a handoff has caused."""
    office, id = an_office(store, sender), a_conversation(store)
    with store.write() as tx:
        conversation = tx.conversations.get(id)
        assert conversation is not None
        office.handoffs.request(tx, conversation, HandoffReason.COMPLAINT, [], None, "en")
        (delivery,) = tx.outbox.in_state(DeliveryState.PENDING)
    return delivery.key


def ledger(store: Store, key: str) -> Delivery:
    with store.read() as tx:
        found = tx.outbox.get(key)
    assert found is not None
    return found


def test_a_notice_is_sent_once_however_often_its_job_runs(everywhere: Store) -> None:
    sender = Kept()
    key = noted(everywhere, sender)
    outbound = an_office(everywhere, sender).outbound
    for _ in range(3):
        outbound.send(key)
    assert len(sender.notices) == 1
    assert (ledger(everywhere, key).state, ledger(everywhere, key).attempts) == (DeliveryState.SENT, 1)


def test_what_fails_for_now_is_tried_again_later(everywhere: Store, jobs_of: Callable[[], list[str]]) -> None:
    sender = Kept()
    key = noted(everywhere, sender)
    sender.failures = [PASSING, PASSING]
    outbound = an_office(everywhere, sender).outbound
    outbound.send(key)
    assert (ledger(everywhere, key).state, ledger(everywhere, key).error) == (
        DeliveryState.PENDING,
        "out of reach",
    )
    assert f"send:{key}:1" in jobs_of()
    outbound.send(key)
    assert f"send:{key}:2" in jobs_of()
    outbound.send(key)
    assert ledger(everywhere, key).attempts == 3
    assert len(sender.notices) == 1


@pytest.mark.parametrize(("failures", "attempts"), [([FINAL], 1), ([PASSING] * 11, 11)])
def test_what_cannot_be_sent_is_given_up_and_never_called_sent(
    everywhere: Store, failures: list[Exception], attempts: int
) -> None:
    sender = Kept()
    key = noted(everywhere, sender)
    sender.failures = list(failures)
    outbound = an_office(everywhere, sender).outbound
    for _ in range(attempts + 2):
        outbound.send(key)
    assert ledger(everywhere, key).state is DeliveryState.FAILED
    assert ledger(everywhere, key).attempts == attempts
    assert sender.notices == []


def test_a_sender_that_is_not_set_up_any_more_is_a_failure_that_says_so(everywhere: Store) -> None:
    key = noted(everywhere, Kept())
    an_office(everywhere).outbound.send(key)
    assert ledger(everywhere, key).state is DeliveryState.FAILED
    assert "kept" in ledger(everywhere, key).error


def test_what_was_erased_is_not_sent(everywhere: Store) -> None:
    sender = Kept()
    an_office(everywhere, sender).outbound.send("handoff:gone:kept")
    assert sender.notices == []
