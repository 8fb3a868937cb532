"""The jobs behind the scenes, on every kind of database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.files import Files
from bot.intake import Intake, Stage
from bot.messages import Author, AuthorKind, Inbound, Outcome, Reply, new_id
from bot.office import Office
from bot.records import Case
from bot.store import Store
from bot.work import Meaning, Work
from knowledge.search import Search
from offices import Kept, a_conversation, a_document, an_office

TODAY = date(2026, 11, 25)
VALUES = {"company": "Star", "contact": "ann@example.com"}


@pytest.fixture
def sender() -> Kept:
    return Kept()


@pytest.fixture
def office(everywhere: Store, sender: Kept) -> Office:
    return an_office(everywhere, sender)


@pytest.fixture
def work(office: Office, shipped_search: Search, shipped_data: Path, tmp_path: Path) -> Work:
    files = Files("", tmp_path)
    files.check()
    return Work(office, files, Meaning(shipped_search, shipped_data / "embeddings.sqlite"), 365)


def certified(office: Office) -> Case:
    id = a_conversation(office.store)
    with office.store.write() as tx:
        conversation = tx.conversations.get(id)
        assert conversation is not None
        intake = Intake(service="iso-20000", values=VALUES, stage=Stage.REVIEW)
        case = office.cases.submit(tx, conversation, intake, new_id("int"), "en")
    for to in "quotation contract proposal stage_1 stage_2 certified".split():
        with office.store.write() as tx:
            case = office.cases.move(tx, case.reference, to, "Li", today=TODAY, surveillance_months=6)
    return case


def said(office: Office, case: Case) -> list[str]:
    with office.store.read() as tx:
        return [message.text for message in tx.conversations.messages(case.conversation or "")]


class TestReminders:
    def test_customer_and_staff_are_told_once(self, office: Office, work: Work) -> None:
        case = certified(office)
        for _ in range(2):
            work.remind(f"{case.id}:surveillance:2027-05-25")
        told = [text for text in said(office, case) if "25 May 2027" in text]
        assert len(told) == 1
        assert case.reference in told[0]
        with office.store.read() as tx:
            assert [event.kind for event in tx.cases.history(case.id)].count("reminded") == 1
            assert tx.outbox.get(f"due:{case.reference}:surveillance:2027-05-25:kept") is not None

    def test_what_comes_ahead_names_the_day_it_is_for(self, office: Office, work: Work) -> None:
        case = certified(office)
        work.remind(f"{case.id}:recertification:2029-08-25")
        assert "25 November 2029" in said(office, case)[-1]

    def test_a_withdrawn_certificate_is_not_reminded_of(self, office: Office, work: Work) -> None:
        case = certified(office)
        with office.store.write() as tx:
            office.cases.move(tx, case.reference, "withdrawn", "Li")
        before = said(office, case)
        work.remind(f"{case.id}:surveillance:2027-05-25")
        work.remind("999:surveillance:2027-05-25")
        assert said(office, case) == before

    def test_where_a_person_has_the_conversation_only_the_staff_are_told(
        self, office: Office, work: Work
    ) -> None:
        case = certified(office)
        with office.store.write() as tx:
            office.handoffs.take(tx, case.conversation or "", "Li")
        before = said(office, case)
        work.remind(f"{case.id}:surveillance:2027-05-25")
        assert said(office, case) == before
        with office.store.read() as tx:
            assert tx.outbox.get(f"due:{case.reference}:surveillance:2027-05-25:kept") is not None


class TestGaps:
    def decline(self, office: Office, question: str, language: str = "en") -> str:
        id, asked = a_conversation(office.store), new_id("msg")
        reply = Reply(new_id("msg"), asked, "No.", "en", Outcome.DECLINED, Author(AuthorKind.BOT, "A"))
        with office.store.write() as tx:
            tx.conversations.change(id)
            tx.conversations.add(Inbound("web", id, "m", question), asked, reply)
            gap = tx.gaps.add(id, asked, question, language, "declined")
        assert gap is not None
        return gap

    def test_questions_of_one_meaning_are_counted_together(self, office: Office, work: Work) -> None:
        for question in ("Where is your office?", "where is your office located", "Do you sell bicycles?"):
            gap = self.decline(office, question)
            work.group(gap)
            work.group(gap)  # again changes nothing
        with office.store.read() as tx:
            groups = tx.gaps.groups(10)
        assert [group.count for group in groups] == [2, 1]
        assert set(groups[0].examples) == {"Where is your office?", "where is your office located"}
        assert groups[0].label in groups[0].examples
        assert groups[0].first_at <= groups[0].last_at

    def test_a_gap_that_was_erased_is_no_failure(self, work: Work) -> None:
        work.group("gap_gone")


class TestForgetting:
    def test_the_night_comes_round_by_itself(
        self, office: Office, work: Work, jobs_of: Callable[[], list[str]]
    ) -> None:
        work.begin()
        work.begin()
        (tonight,) = [key for key in jobs_of() if key.startswith("forget:")]
        work.forget(tonight.partition(":")[2])
        nights = sorted(key for key in jobs_of() if key.startswith("forget:"))
        assert len(nights) == 2
        assert datetime.now(UTC).date().isoformat() <= nights[0].partition(":")[2]

    def test_a_file_that_nobody_has_is_discarded_and_one_that_came_again_is_not(
        self, office: Office, work: Work, tmp_path: Path
    ) -> None:
        place = tmp_path / "files" / "aa" / ("a" * 64)
        place.parent.mkdir(parents=True)
        place.write_bytes(b"%PDF-")
        case = certified(office)
        document = a_document(case, None)
        with office.store.write() as tx:
            tx.documents.insert(document, None)
        work.discard("a" * 64)
        assert place.exists()
        with office.store.write() as tx:
            assert tx.documents.remove([document.id]) == ["a" * 64]
        work.discard("a" * 64)
        work.discard("a" * 64)
        assert not place.exists()
