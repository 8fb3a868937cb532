"""Lists of cases on every kind of database."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.cases import Cases
from bot.intake import Intake, Stage
from bot.messages import new_id
from bot.records import Case, DocumentState, Quotation
from bot.store import Store
from bot.store.views import CaseFilter, Listed
from offices import SERVICES, a_conversation, a_document

CASES = Cases(SERVICES)
VALUES = {"company": "Star Hosting Ltd", "people_covered": "80", "contact": "ann@example.com"}
TODAY = date(2026, 11, 26)


def submitted(store: Store, *through: str, **changes: str) -> Case:
    """A case that was moved through these steps."""
    id = a_conversation(store)
    intake = Intake(service="iso-20000", values=VALUES | changes, asking=None, stage=Stage.REVIEW)
    with store.write() as tx:
        conversation = tx.conversations.get(id)
        assert conversation
        case = CASES.submit(tx, conversation, intake, new_id("int"), "en")
        for to in through:
            case = CASES.move(tx, case.reference, to, "Li", today=TODAY)
    return case


def quoted(store: Store, case: Case, until: date) -> None:
    with store.write() as tx:
        tx.cases.quote(case.id, Quotation(Decimal("12000.50"), "CNY", TODAY, until, "Li"))


def received(store: Store, case: Case, state: DocumentState = DocumentState.RECEIVED) -> None:
    with store.write() as tx:
        tx.documents.insert(replace(a_document(case, "licence"), state=state), None)


def rows(store: Store, filter: CaseFilter | None = None, *, longest_first: bool = False) -> list[Listed]:
    with store.read() as tx:
        return tx.board.rows(filter or CaseFilter(), TODAY, 50, longest_first=longest_first)


def found(store: Store, filter: CaseFilter) -> set[str]:
    """What a filter leaves, which the counts and the columns must agree on."""
    with store.read() as tx:
        counts = tx.board.counts(filter, TODAY)
        columns = tx.board.columns(filter, TODAY, 50)
    assert counts == {status: len(listed) for status, listed in columns.items()}
    references = {row.case.reference for row in rows(store, filter)}
    assert references == {each.case.reference for listed in columns.values() for each in listed}
    return references


def test_a_case_is_listed_with_its_documents_quotation_and_time_at_its_step(everywhere: Store) -> None:
    case = submitted(everywhere, "quotation")
    quoted(everywhere, case, TODAY + timedelta(days=90))
    quoted(everywhere, case, TODAY + timedelta(days=30))
    received(everywhere, case)
    received(everywhere, case, DocumentState.REJECTED)
    (row,) = rows(everywhere)
    assert row.case == case
    assert row.unchecked == 1
    assert sorted(row.documents) == [("licence", "received"), ("licence", "rejected")]
    assert row.quoted_until == TODAY + timedelta(days=30)
    with everywhere.read() as tx:
        moved = [event.at for event in tx.cases.history(case.id) if event.kind == "moved"]
    assert row.since == moved[-1]


def test_what_happens_to_a_case_beside_a_move_does_not_begin_its_step_anew(everywhere: Store) -> None:
    case = submitted(everywhere)
    (before,) = rows(everywhere)
    with everywhere.write() as tx:
        CASES.request_quotation(tx, case)
    assert rows(everywhere)[0].since == before.since


def test_the_newest_come_first_or_those_that_have_waited_longest(everywhere: Store) -> None:
    first, second = submitted(everywhere), submitted(everywhere)
    with everywhere.write() as tx:
        CASES.move(tx, first.reference, "quotation", "Li")
    assert [row.case.id for row in rows(everywhere)] == [second.id, first.id]
    assert [row.case.id for row in rows(everywhere, longest_first=True)] == [second.id, first.id]
    with everywhere.write() as tx:
        CASES.move(tx, second.reference, "quotation", "Li")
    assert [row.case.id for row in rows(everywhere, longest_first=True)] == [first.id, second.id]


def test_a_column_holds_those_that_have_waited_longest_and_counts_all(everywhere: Store) -> None:
    cases = [submitted(everywhere) for _ in range(3)]
    other = submitted(everywhere, "quotation")
    with everywhere.read() as tx:
        columns = tx.board.columns(CaseFilter(), TODAY, 2)
        assert tx.board.counts(CaseFilter(), TODAY) == {"enquiry": 3, "quotation": 1}
    assert [row.case.id for row in columns["enquiry"]] == [case.id for case in cases[:2]]
    assert [row.case.id for row in columns["quotation"]] == [other.id]


@pytest.mark.parametrize(
    ("company", "text"),
    [
        ("Star Hosting Ltd", "star host"),
        ("杭州云启信息技术有限公司", "云启"),
        ("École Supérieure", "École"),
        ("École Supérieure", "supérieure"),
        ('The "Best" Ltd', '"best"'),
        (r"C:\Ltd", r"c:\ltd"),
        ("100% Ltd", "100%"),
        ("a_b Ltd", "a_b"),
        ("O'Neill /// Sons", "o'neill ///"),
        ("🚀 Rockets", "🚀"),
    ],
)
def test_a_text_is_found_as_it_is_written(everywhere: Store, company: str, text: str) -> None:
    case = submitted(everywhere, company=company)
    submitted(everywhere, company="aXb 100 Nobody")
    assert found(everywhere, CaseFilter(text)) == {case.reference}


def test_a_reference_and_a_contact_are_found(everywhere: Store) -> None:
    case, other = submitted(everywhere), submitted(everywhere, contact="bob@example.com")
    assert found(everywhere, CaseFilter(case.reference.lower())) == {case.reference}
    assert found(everywhere, CaseFilter("BOB@")) == {other.reference}
    assert found(everywhere, CaseFilter(service="other")) == set()
    assert found(everywhere, CaseFilter(status="quotation")) == set()


def test_what_staff_have_to_do_something_about(everywhere: Store) -> None:
    todo = CaseFilter(needs_staff=True)
    case = submitted(everywhere)
    assert found(everywhere, todo) == {case.reference}  # it waits for a quotation
    quoted(everywhere, case, TODAY)
    assert found(everywhere, todo) == set()
    received(everywhere, case, DocumentState.ACCEPTED)
    assert found(everywhere, todo) == set()
    received(everywhere, case)
    assert found(everywhere, todo) == {case.reference}


def test_a_later_quotation_that_ran_out_replaces_one_that_is_valid(everywhere: Store) -> None:
    case = submitted(everywhere)
    quoted(everywhere, case, TODAY + timedelta(days=30))
    quoted(everywhere, case, TODAY - timedelta(days=1))
    assert found(everywhere, CaseFilter(needs_staff=True)) == {case.reference}


def test_a_case_that_has_ended_needs_nobody(everywhere: Store) -> None:
    case = submitted(everywhere, "withdrawn")
    received(everywhere, case)
    assert found(everywhere, CaseFilter(needs_staff=True)) == set()
