"""The staff's commands, on a database that customers have used."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.intake import Intake, Stage
from bot.messages import Author, AuthorKind, HandoffReason, Outcome, Reply, new_id
from bot.records import Case, DeliveryState
from bot.store import Store
from databases import migrated_sqlite
from offices import a_conversation, a_document, an_office

VALUES = {"company": "Star [bold]Hosting[/]", "contact_name": "Ann", "contact": "ann@example.com"}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = migrated_sqlite(tmp_path)
    monkeypatch.setenv("CERTDESK_DATABASE_URL", url)
    monkeypatch.setenv("CERTDESK_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("bot.staff.out", Console(width=200))
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture
def case(store: Store) -> Case:
    office = an_office(store)
    id = a_conversation(store)
    with store.write() as tx:
        conversation = tx.conversations.get(id)
        assert conversation is not None
        office.handoffs.request(tx, conversation, HandoffReason.COMPLAINT, [], None, "en")
        intake = Intake(service="iso-20000", values=VALUES, stage=Stage.REVIEW)
        return office.cases.submit(tx, conversation, intake, new_id("int"), "en")


def run(*words: str, ok: bool = True) -> Result:
    result = CliRunner().invoke(cli, list(words))
    assert (result.exit_code == 0) is ok, result.output
    return result


def test_a_case_goes_from_the_list_to_a_quotation(store: Store, case: Case) -> None:
    assert "Star [bold]Hosting[/]" in run("case", "list").output
    shown = run("case", "show", case.reference).output
    assert "next: quotation, withdrawn, rejected" in shown
    assert "quotation, version 2" in run("case", "move", case.reference, "quotation", "--as", "Li").output
    run("case", "quote", case.reference, "12000.50", "--until", "2099-01-31", "--as", "Li")
    assert "CNY 12000.50 until 2099-01-31" in run("case", "show", case.reference).output
    with store.read() as tx:
        said = [message.text for message in tx.conversations.messages(case.conversation or "")]
    assert "CNY 12,000.5" in said[-1]


def test_what_cannot_be_done_says_why(case: Case) -> None:
    for words, why in (
        (("case", "move", case.reference, "certified"), "quotation"),
        (("case", "show", "CD-2026-999999"), "no case"),
        (("case", "quote", case.reference, "a lot", "--until", "2099-01-31"), "12000.50"),
        (("document", "accept", "doc_unknown"), "no such document"),
        (("handoff", "reply", case.conversation or "", "Hello"), "Take it first"),
        (("export", "--customer", "nobody@example.com"), "Nobody"),
    ):
        assert why in str(run(*words, ok=False).exception), words


def test_a_conversation_is_taken_answered_and_closed(store: Store, case: Case) -> None:
    id = case.conversation or ""
    assert "complaint" in run("handoff", "list").output
    for words in (("take", id), ("reply", id, "Good morning"), ("return", id), ("take", id), ("close", id)):
        run("handoff", *words, "--as", "Li")
    assert "Li: Good morning" in run("handoff", "show", id, "--as", "Li").output
    with store.read() as tx:
        assert len(tx.people.audited()) == 7


def test_staff_see_whether_their_words_reached_a_customer_on_wechat(store: Store) -> None:
    greeting = Reply(
        new_id("msg"), None, "您好", "zh", Outcome.SMALLTALK, Author(AuthorKind.BOT, "Assistant")
    )
    with store.write() as tx:
        id, _ = tx.conversations.open("wechat", "zh", "", greeting)
        tx.customers.insert("wechat", "o1", id)
    run("handoff", "take", id, "--as", "Li")
    assert "on its way" in run("handoff", "reply", id, "Good morning", "--as", "Li").output
    assert "Li (pending): Good morning" in run("handoff", "show", id, "--as", "Li").output
    with store.write() as tx:
        tx.pushes.settle(tx.pushes.of(id), DeliveryState.KEPT, "the customer has to write first")
    assert "Li (kept): Good morning" in run("handoff", "show", id, "--as", "Li").output
    assert "the customer has to write first" in run("deliveries").output


def test_a_document_is_judged(store: Store, case: Case) -> None:
    document = a_document(case, "legal_status")
    with store.write() as tx:
        tx.documents.insert(document, None)
    assert "rejected" in run("document", "reject", document.id, "--reason", "Not legible").output
    assert "accepted" in run("document", "accept", document.id).output


def test_a_customer_is_exported_and_erased(case: Case) -> None:
    found = json.loads(run("export", "--customer", "ann@example.com").stdout)
    assert found["cases"][0]["reference"] == case.reference
    assert CliRunner().invoke(cli, ["erase", "--customer", case.reference], input="n\n").exit_code == 1
    assert "1 conversations erased" in run("erase", "--customer", case.reference, "--yes").output
    run("export", "--customer", "ann@example.com", ok=False)


def test_there_may_be_nothing_to_show(store: Store) -> None:
    for words in (("gaps",), ("deliveries",), ("handoff", "list"), ("case", "list")):
        run(*words)
