"""Cases on every kind of database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot import steps
from bot.cases import Cases
from bot.errors import Conflict, IllegalMove, NotFound
from bot.intake import Intake, Stage
from bot.messages import Author, AuthorKind, new_id
from bot.records import ActorKind, Case, Conversation, Document, Quotation
from bot.store import Stale, Store, Transaction
from offices import SERVICES, a_conversation, a_document

CASES = Cases(SERVICES)
VALUES = {
    "company": "Star Hosting Ltd",
    "main_business": "Hosting",
    "services_in_scope": "Hosting and service desk",
    "people_covered": "80",
    "sites": "2",
    "contact_name": "Ann Lee",
    "contact": "+8613800138000, ann@example.com",
}
TODAY = date(2026, 11, 25)


def conversation(tx: Transaction, id: str) -> Conversation:
    found = tx.conversations.get(id)
    assert found is not None
    return found


def filled(**changes: str) -> Intake:
    return Intake(service="iso-20000", values=VALUES | changes, asking=None, stage=Stage.REVIEW)


def submitted(store: Store, id: str = "", confirmation: str = "", **changes: str) -> Case:
    id = id or a_conversation(store)
    with store.write() as tx:
        return CASES.submit(tx, conversation(tx, id), filled(**changes), confirmation or new_id("int"), "en")


def moved(store: Store, case: Case, *through: str, **options: Any) -> Case:
    for to in through:
        with store.write() as tx:
            case = CASES.move(tx, case.reference, to, "Li", today=TODAY, **options)
    return case


def upload(store: Store, case: Case, item: str | None, name: str = "licence.pdf") -> Document:
    document = a_document(case, item, name)
    with store.write() as tx:
        tx.documents.insert(document, None)
    return document


def texts_of(store: Store, id: str) -> list[str]:
    with store.read() as tx:
        return [message.text for message in tx.conversations.messages(id)]


class TestSubmitting:
    def test_a_case_is_stored_as_it_was_confirmed(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        assert case.reference == f"CD-{datetime.now(UTC).year}-{case.id:06d}"
        with everywhere.read() as tx:
            assert tx.cases.find(case.reference) == case
            assert tx.cases.get(case.id) == case
            (event,) = tx.cases.history(case.id)
            factors = tx.cases.quotation_requests(case.id)
        assert (case.status, case.fields, case.version) == ("enquiry", VALUES, 1)
        assert case.created_at.utcoffset() == timedelta(0)
        assert (event.kind, event.actor.kind, event.at.utcoffset()) == (
            "created",
            ActorKind.CUSTOMER,
            timedelta(0),
        )
        assert [set(each) for each in factors] == [set(VALUES) - {"contact", "contact_name"}]

    def test_one_confirmation_makes_one_case(self, everywhere: Store) -> None:
        id = a_conversation(everywhere)
        first = submitted(everywhere, id, "int_1")
        assert submitted(everywhere, id, "int_1", company="Another Ltd") == first
        assert submitted(everywhere, id, "int_2") != first

    def test_confirmations_at_the_same_moment_make_one_case(self, everywhere: Store) -> None:
        id = a_conversation(everywhere)
        with everywhere.read() as tx:
            known = conversation(tx, id)

        def confirm(_: int) -> str:
            try:
                with everywhere.write() as tx:
                    tx.conversations.change(id, known.revision)
                    return CASES.submit(tx, known, filled(), "int_1", "en").reference
            except Stale:
                return ""

        with ThreadPoolExecutor(6) as pool:
            references = list(pool.map(confirm, range(6)))
        with everywhere.read() as tx:
            assert [case.reference for case in tx.cases.latest(10)] == [r for r in references if r]

    def test_references_are_never_given_twice(self, everywhere: Store) -> None:
        with ThreadPoolExecutor(4) as pool:
            cases = list(pool.map(lambda _: submitted(everywhere), range(12)))
        assert len({case.reference for case in cases}) == 12

    def test_what_fails_half_way_leaves_nothing(self, everywhere: Store) -> None:
        id = a_conversation(everywhere)

        def submit_and_break() -> None:
            with everywhere.write() as tx:
                CASES.submit(tx, conversation(tx, id), filled(), "int_1", "en")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            submit_and_break()
        with everywhere.read() as tx:
            assert tx.cases.latest(10) == []
            assert tx.conversations.events(id, 0) == []
            assert conversation(tx, id).case is None

    def test_a_customers_correction_is_kept_with_its_history(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        with everywhere.write() as tx:
            changed = CASES.amend(
                tx, case, {**case.fields, "people_covered": "90", "contact": "bo@example.com"}
            )
            assert CASES.amend(tx, changed, {**changed.fields, "people_covered": "90"}) == changed
            assert [event.kind for event in tx.cases.history(case.id)] == ["created", "amended"]
            assert len(tx.cases.quotation_requests(case.id)) == 2
        assert (changed.fields["people_covered"], changed.contact, changed.version) == (
            "90",
            "bo@example.com",
            2,
        )


class TestMoving:
    def test_staff_move_a_case_and_its_customer_is_told(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        after = moved(everywhere, case, "quotation")
        assert (after.status, after.version) == ("quotation", 2)
        with everywhere.read() as tx:
            event = tx.cases.history(case.id)[-1]
            said = tx.conversations.messages(case.conversation or "")[-1]
            kinds = [event.kind for event in tx.conversations.events(case.conversation or "", 0)]
        assert (event.actor.name, event.kind, event.data) == (
            "Li",
            "moved",
            {"from": "enquiry", "to": "quotation"},
        )
        assert said.author == Author(AuthorKind.PERSON, "Li")
        assert "Quotation" in said.text
        assert said.reply is not None
        assert said.reply.case is not None
        assert not said.reply.ai_generated
        assert kinds == ["case", "message"]

    def test_an_illegal_move_changes_nothing(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        with pytest.raises(IllegalMove, match="quotation, withdrawn, rejected"):
            moved(everywhere, case, "certified")
        with everywhere.read() as tx:
            assert tx.cases.get(case.id) == case
        assert len(texts_of(everywhere, case.conversation or "")) == 1

    def test_of_two_members_of_staff_the_second_is_told_that_it_was_changed(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        moved(everywhere, case, "quotation", version=1)
        with pytest.raises(Conflict, match="changed by someone else"):
            moved(everywhere, case, "rejected", version=1)
        stale = replace(case, status="rejected")
        with pytest.raises(Conflict), everywhere.write() as tx:
            tx.cases.save(stale, tx.cases.history(case.id)[0].actor, "moved", {})

    def test_a_case_that_does_not_exist_is_not_found(self, everywhere: Store) -> None:
        with pytest.raises(NotFound), everywhere.write() as tx:
            CASES.move(tx, "CD-2026-999999", "quotation", "Li")

    def test_a_certificate_brings_its_reminders(
        self, everywhere: Store, jobs_of: Callable[[], list[str]]
    ) -> None:
        case = moved(
            everywhere, submitted(everywhere), *"quotation contract proposal stage_1 stage_2".split()
        )
        case = moved(everywhere, case, "certified", surveillance_months=6)
        assert (case.certified_on, case.surveillance_months) == (TODAY, 6)
        wanted = {f"remind:{case.id}:surveillance:2027-05-25", f"remind:{case.id}:recertification:2029-08-25"}
        assert set(jobs_of()) == wanted

    @pytest.mark.parametrize("months", [7, -6, 10**12])
    def test_an_interval_that_the_service_does_not_have_is_refused(
        self, everywhere: Store, months: int
    ) -> None:
        case = moved(
            everywhere, submitted(everywhere), *"quotation contract proposal stage_1 stage_2".split()
        )
        with pytest.raises(Conflict, match="months"):
            moved(everywhere, case, "certified", surveillance_months=months)

    def test_surveillance_comes_round_again_and_leaves_the_certificates_end(
        self, everywhere: Store, jobs_of: Callable[[], list[str]]
    ) -> None:
        case = moved(
            everywhere, submitted(everywhere), *"quotation contract proposal stage_1 stage_2".split()
        )
        case = moved(everywhere, case, "certified", "surveillance", surveillance_months=6)
        with everywhere.write() as tx:
            case = CASES.move(tx, case.reference, "certified", "Li", today=date(2027, 6, 1))
        assert case.certified_on == TODAY
        again = f"remind:{case.id}:surveillance:2027-12-01"
        assert again in jobs_of()
        assert len(jobs_of()) == 3


class TestQuotations:
    def quote(self, store: Store, case: Case, amount: str, until: date, on: date = TODAY) -> Case:
        with store.write() as tx:
            return CASES.quote(tx, case.reference, Quotation(Decimal(amount), "CNY", on, until, "Li"))

    def test_money_is_exact_and_told_with_its_dates(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        self.quote(everywhere, case, "123456789012.35", date(2026, 12, 31))
        with everywhere.read() as tx:
            found = CASES.quotation(tx, case, TODAY)
        assert found == Quotation(Decimal("123456789012.35"), "CNY", TODAY, date(2026, 12, 31), "Li")
        assert (
            "CNY 123,456,789,012.35, valid until 31 December 2026"
            in texts_of(everywhere, case.conversation or "")[-1]
        )

    def test_only_the_latest_counts_and_only_while_it_is_valid(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        self.quote(everywhere, case, "100", date(2027, 1, 31))
        self.quote(everywhere, case, "90", date(2026, 12, 31))
        with everywhere.read() as tx:
            now = CASES.quotation(tx, case, TODAY)
            assert now is not None
            assert now.amount == 90
            assert CASES.quotation(tx, case, date(2027, 1, 1)) is None
            assert CASES.quotation(tx, case, date(2026, 11, 24)) is None
            assert [event.kind for event in tx.cases.history(case.id)] == ["created", "quoted", "quoted"]

    @pytest.mark.parametrize(
        ("amount", "until"), [("0", TODAY), ("-1", TODAY), ("1.005", TODAY), ("5", date(2026, 1, 1))]
    )
    def test_what_cannot_be_a_quotation_is_refused(self, everywhere: Store, amount: str, until: date) -> None:
        case = submitted(everywhere)
        with pytest.raises(Conflict):
            self.quote(everywhere, case, amount, until)
        with everywhere.read() as tx:
            assert tx.cases.quotation(case.id) is None


class TestDocuments:
    def test_the_checklist_knows_what_is_missing(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        upload(everywhere, case, "legal_status")
        upload(everywhere, case, None)
        with everywhere.read() as tx:
            missing = [item.id for item in CASES.missing(tx, case)]
        assert len(missing) == 7
        assert "legal_status" not in missing

    def test_a_rejected_document_is_missing_again_and_the_customer_knows_why(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        document = upload(everywhere, case, "legal_status")
        with everywhere.write() as tx:
            CASES.decide(tx, document.id, "Li", accept=False, reason="The copy cannot be read")
        with everywhere.read() as tx:
            assert "legal_status" in [item.id for item in CASES.missing(tx, case)]
            assert "The copy cannot be read" in CASES.report(tx, case, "en")
        assert (
            "The copy cannot be read. Please send it again."
            in texts_of(everywhere, case.conversation or "")[-1]
        )

    def test_an_accepted_document_is_told(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        document = upload(everywhere, case, "legal_status", "执照.pdf")
        with everywhere.write() as tx:
            CASES.decide(tx, document.id, "Li", accept=True)
        assert "执照.pdf" in texts_of(everywhere, case.conversation or "")[-1]
        with everywhere.read() as tx:
            assert "已审核通过：\n- 法律地位证明（执照.pdf）" in CASES.report(tx, case, "zh")

    def test_a_rejection_needs_a_reason_and_a_document(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        document = upload(everywhere, case, "legal_status")
        with pytest.raises(Conflict, match="Say why"), everywhere.write() as tx:
            CASES.decide(tx, document.id, "Li", accept=False, reason=" ")
        with pytest.raises(NotFound), everywhere.write() as tx:
            CASES.decide(tx, "doc_unknown", "Li", accept=True)


class TestLookingUp:
    def look(self, store: Store, id: str, reference: str, *contacts: str) -> Case | None:
        with store.write() as tx:
            return CASES.look_up(tx, id, reference, set(contacts))

    def test_reference_and_a_contact_together_open_a_case(self, everywhere: Store) -> None:
        case, other = submitted(everywhere), a_conversation(everywhere)
        assert self.look(everywhere, other, case.reference, "+8613800138000") == case
        with everywhere.read() as tx:
            assert conversation(tx, other).case == case.id
        moved(everywhere, case, "quotation")
        assert len(texts_of(everywhere, other)) == 2  # it is told there, too

    def test_a_wrong_contact_and_a_wrong_reference_look_the_same(self, everywhere: Store) -> None:
        case, other = submitted(everywhere), a_conversation(everywhere)
        assert self.look(everywhere, other, case.reference, "+8613800138001") is None
        assert self.look(everywhere, other, "CD-2026-999999", "+8613800138000") is None
        with everywhere.read() as tx:
            assert conversation(tx, other).case is None

    def test_tries_are_counted_by_conversation_and_by_reference(self, everywhere: Store) -> None:
        case = submitted(everywhere)
        ours = a_conversation(everywhere)
        for n in range(5):
            self.look(everywhere, ours, f"CD-2026-90000{n}", "+8613800138001")
        others = [a_conversation(everywhere) for _ in range(5)]
        with everywhere.read() as tx:
            assert not CASES.may_look_up(tx, ours, case.reference)
            assert CASES.may_look_up(tx, others[0], case.reference)
        for each in others:
            self.look(everywhere, each, case.reference, "+8613800138001")
        fresh = a_conversation(everywhere)
        with everywhere.read() as tx:
            assert not CASES.may_look_up(tx, fresh, case.reference)


def test_a_case_of_an_erased_contact_is_found_by_nobody(everywhere: Store) -> None:
    case = submitted(everywhere)
    with everywhere.write() as tx:
        tx.people.erase([case.conversation or ""], [case.id], [])
    other = a_conversation(everywhere)
    with everywhere.write() as tx:
        assert CASES.look_up(tx, other, case.reference, {""}) is None
        assert (tx.cases.find(case.reference) or case).status == steps.ENQUIRY
