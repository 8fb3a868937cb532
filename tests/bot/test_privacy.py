"""What is kept about a customer and what is left of it once it is erased, on every kind of database."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import NotFound
from bot.intake import Intake, Stage
from bot.messages import Author, AuthorKind, HandoffReason, Inbound, Outcome, Reply, new_id
from bot.office import Office
from bot.records import Attachment, Case, Role
from bot.store import Store
from bot.store.tables import metadata
from databases import migrated_sqlite
from offices import Kept, a_conversation, a_document, an_office

SECRET = "Mrs Zhenzhen Unmistakable"
VALUES = {
    "company": "Star Hosting",
    "contact_name": SECRET,
    "people_covered": "80",
    "contact": "+8613800138000",
}


def say(store: Store, id: str, text: str) -> str:
    """A message with its reply; returns the message's id."""
    asked = new_id("msg")
    reply = Reply(new_id("msg"), asked, f"On {text}", "en", Outcome.DECLINED, Author(AuthorKind.BOT, "A"))
    with store.write() as tx:
        tx.conversations.change(id)
        tx.conversations.add(Inbound("web", id, new_id("c"), text), asked, reply)
    return asked


def whole_customer(office: Office) -> tuple[str, Case]:
    """One with a conversation, a handoff, a gap, a document and a case, whose name is everywhere."""
    store = office.store
    id = a_conversation(store)
    asked = say(store, id, f"I am {SECRET}")
    with store.write() as tx:
        conversation = tx.conversations.get(id)
        assert conversation is not None
        history = tx.conversations.messages(id)
        office.handoffs.request(tx, conversation, HandoffReason.COMPLAINT, history, None, "en")
        tx.gaps.add(id, asked, f"{SECRET} asks", "en", "declined")
        intake = Intake(service="iso-20000", values=VALUES, stage=Stage.REVIEW)
        case = office.cases.submit(tx, conversation, intake, new_id("int"), "en")
        office.outbound.new_case(tx, case, office.cases.service(case))
    return id, case


def everything(store: Store) -> str:
    """All rows of all tables."""
    with store.read() as tx:
        rows: list[Any] = []
        for table in metadata.sorted_tables:
            rows += [dict(row) for row in tx._connection.execute(select(table)).mappings()]
    return json.dumps(rows, default=str, ensure_ascii=False)


@pytest.mark.parametrize("how", ["conversation", "reference", "contact", "written contact"])
def test_a_customer_is_found_by_whatever_the_staff_know(everywhere: Store, how: str) -> None:
    office = an_office(everywhere, Kept())
    id, case = whole_customer(office)
    whole_customer(office)
    by = {
        "conversation": id,
        "reference": case.reference,
        "contact": case.contact,
        "written contact": "138 0013 8000",
    }
    found = office.privacy.export(by[how], "Li")
    assert id in [row["id"] for row in found["conversations"]]
    assert case.reference in [row["reference"] for row in found["cases"]]
    assert SECRET in json.dumps(found, ensure_ascii=False)


def test_an_export_holds_one_customer_and_no_secret_of_the_system(everywhere: Store) -> None:
    office = an_office(everywhere, Kept())
    id, _ = whole_customer(office)
    other, _ = whole_customer(office)
    found = office.privacy.export(id, "Li")
    assert other not in json.dumps(found)
    assert "token_hash" not in json.dumps(found)
    assert {"messages", "handoffs", "cases", "case_events"} <= {name for name, rows in found.items() if rows}


def test_erasing_leaves_only_what_the_law_needs(everywhere: Store) -> None:
    office = an_office(everywhere, Kept())
    id, case = whole_customer(office)
    assert office.privacy.erase(case.reference, "Li") == (1, 1)
    left = everything(everywhere)
    assert SECRET not in left
    assert "13800138000" not in left
    with everywhere.read() as tx:
        assert tx.conversations.get(id) is None
        kept = tx.cases.find(case.reference)
        assert kept is not None
        assert (kept.fields, kept.contact, kept.status) == ({"company": "Star Hosting"}, "", "enquiry")
        assert [event.kind for event in tx.cases.history(case.id)] == ["created", "erased"]


@pytest.mark.parametrize(("status", "told"), [("enquiry", 1), ("withdrawn", 0)])
def test_staff_are_told_of_a_case_that_goes_on_without_its_customer(
    everywhere: Store, status: str, told: int
) -> None:
    office = an_office(everywhere, Kept())
    id, case = whole_customer(office)
    if status != "enquiry":
        with everywhere.write() as tx:
            office.cases.move(tx, case.reference, status, "Li")
    office.privacy.erase(id, "wechat")
    with everywhere.read() as tx:
        delivery = tx.outbox.get(f"erased:{case.reference}:kept")
    assert (delivery is not None) == bool(told)
    if delivery:
        assert case.reference in delivery.payload["text"]
        assert SECRET not in str(delivery.payload)


def test_erasing_one_leaves_the_other(everywhere: Store) -> None:
    office = an_office(everywhere, Kept())
    id, _ = whole_customer(office)
    other, case = whole_customer(office)
    office.privacy.erase(id, "Li")
    with everywhere.read() as tx:
        assert tx.conversations.get(other) is not None
        assert tx.cases.find(case.reference) == case


def test_nobody_by_that_name_is_an_error_that_says_what_to_give(everywhere: Store) -> None:
    office = an_office(everywhere)
    whole_customer(an_office(everywhere, Kept()))
    for unknown in ("", "cnv_unknown", "CD-2026-999999", "13900000000", "%"):
        with pytest.raises(NotFound, match="reference"):
            office.privacy.erase(unknown, "Li")


def test_exports_and_erasures_are_noted(everywhere: Store) -> None:
    office = an_office(everywhere, Kept())
    id, case = whole_customer(office)
    office.privacy.export(id, "Li")
    office.privacy.erase(case.reference, "Wang")
    with everywhere.read() as tx:
        lines = [(line["staff"], line["action"]) for line in tx.people.audited()]
    assert lines == [("Wang", "customer.erase"), ("Li", "customer.export")]


def test_old_conversations_are_forgotten_and_cases_are_not(everywhere: Store) -> None:
    office = an_office(everywhere, Kept())
    quiet = a_conversation(everywhere)
    say(everywhere, quiet, "an old question")
    with_case, _ = whole_customer(office)
    later = datetime.now(UTC) + timedelta(days=366)
    assert office.privacy.forget_older_than(400, later) == 0
    assert office.privacy.forget_older_than(365, later) == 1
    with everywhere.read() as tx:
        assert tx.conversations.get(quiet) is None
        assert tx.conversations.get(with_case) is not None
    assert "an old question" not in everything(everywhere)


def test_files_that_nobody_has_any_more_are_discarded(
    everywhere: Store, jobs_of: Callable[[], list[str]]
) -> None:
    office = an_office(everywhere, Kept())
    _, case = whole_customer(office)
    _, other = whole_customer(office)
    for each in (case, other):  # the same file, twice
        with everywhere.write() as tx:
            tx.documents.insert(a_document(each, "legal_status"), None)
    office.privacy.erase(case.reference, "Li")
    assert not [key for key in jobs_of() if key.startswith("discard")]
    office.privacy.erase(other.reference, "Li")
    assert len([key for key in jobs_of() if key.startswith("discard:" + "a" * 64)]) == 1
    _, third = whole_customer(office)
    with everywhere.write() as tx:
        tx.documents.insert(a_document(third, "legal_status"), None)
    office.privacy.erase(third.reference, "Li")
    assert len([key for key in jobs_of() if key.startswith("discard:" + "a" * 64)]) == 2


def test_erasing_reaches_what_staff_kept_beside_the_conversation(
    everywhere: Store, jobs_of: Callable[[], list[str]]
) -> None:
    office = an_office(everywhere, Kept())
    id, _ = whole_customer(office)
    with everywhere.write() as tx:
        li = tx.staff.insert("li@example.com", "Li", Role.AGENT, "en", "", None).id
        tx.margins.note(id, "Li", f"{SECRET} is in a hurry")
        tx.margins.attach(an_attachment(id, f"{SECRET}.pdf"))
        tx.margins.read(li, id, 3)
        tx.margins.look(li, id, "page_1", timedelta(minutes=5))
    exported = json.dumps(office.privacy.export(id, "Li"), ensure_ascii=False)
    assert f"{SECRET} is in a hurry" in exported
    assert f"{SECRET}.pdf" in exported
    office.privacy.erase(id, "Li")
    left = everything(everywhere)
    assert SECRET not in left
    assert "page_1" not in left
    with everywhere.read() as tx:
        assert tx.margins.read_up_to(li, id) == 0
    assert [key for key in jobs_of() if key.startswith("discard:" + "b" * 64)]


def test_a_file_that_staff_sent_to_another_customer_too_stays(
    everywhere: Store, jobs_of: Callable[[], list[str]]
) -> None:
    office = an_office(everywhere, Kept())
    id, other, third = (a_conversation(everywhere) for _ in range(3))
    received = replace(a_document(a_case(office, third), None), sha256="b" * 64)
    with everywhere.write() as tx:
        for each in (id, other):
            tx.margins.attach(an_attachment(each, "form.pdf"))
        tx.documents.insert(received, None)
    for each, discarded in ((id, 0), (other, 0), (third, 1)):
        office.privacy.erase(each, "Li")
        assert len([key for key in jobs_of() if key.startswith("discard:")]) == discarded


def test_the_words_of_an_erased_customer_are_in_no_page_of_the_index(tmp_path: Path) -> None:
    """SQLite keeps the words in tables of its own and leaves pages behind; both are read as they lie on the disk."""
    url = migrated_sqlite(tmp_path)
    store = Store(url)
    kept = a_conversation(store)
    erased = [a_conversation(store) for _ in range(30)]
    for number in range(200):  # so that the index has more than one page and more than one segment
        say(store, kept, f"ordinary{number} question about the certificate")
        say(store, erased[number % 30], f"qqunmistakable{number} 龘龖")
    assert b"qqunmistakable1" in on_disk(url)
    for id in erased:
        an_office(store).privacy.erase(id, "Li")
    held = on_disk(url)
    store.close()
    assert b"ordinary1" in held
    assert b"unmistakable" not in held
    assert "龘龖".encode() not in held


def an_attachment(conversation: str, name: str) -> Attachment:
    return Attachment(
        new_id("att"), conversation, "b" * 64, name, 10, "application/pdf", "Li", datetime.now(UTC)
    )


def a_case(office: Office, conversation: str) -> Case:
    with office.store.write() as tx:
        found = tx.conversations.get(conversation)
        assert found is not None
        intake = Intake(service="iso-20000", values=VALUES, stage=Stage.REVIEW)
        return office.cases.submit(tx, found, intake, new_id("int"), "en")


def on_disk(url: str) -> bytes:
    """The database's file and its log."""
    file = Path(url.removeprefix("sqlite:///"))
    log = file.with_name(f"{file.name}-wal")
    return file.read_bytes() + (log.read_bytes() if log.exists() else b"")
