"""Applications at the desk: board, list, one case, quotations and moves."""

import csv
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.desk.parts import Desk
from bot.messages import AuthorKind
from bot.records import Actor, ActorKind, Case
from desks import DeskOf, applied, signed_in, stored_case
from offices import a_document

NEXT_YEAR = (date.today() + timedelta(days=365)).isoformat()


def told(desk: DeskOf, case: Case) -> str:
    """What the customer was told last by a person."""
    with desk.store.read() as tx:
        said = tx.conversations.messages(case.conversation or "")
    return [message.text for message in said if message.author.kind is AuthorKind.PERSON][-1]


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_the_board_has_each_case_at_its_step(desk: DeskOf) -> None:
    assert "There is no application yet" in desk.get("/desk/cases")
    first, second = applied(desk, company="First Ltd"), applied(desk, company="Second Ltd")
    with desk.store.write() as tx:
        desk.office.cases.move(tx, second.reference, "quotation", "Li Na")
    page = desk.get("/desk/cases")
    enquiry, quotation = page.index('id="step-enquiry"'), page.index('id="step-quotation"')
    assert enquiry < page.index("First Ltd") < quotation < page.index("Second Ltd")
    assert "No quotation" in page
    assert re.search(r"\d documents missing", page)
    assert first.reference in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("q=star+hosting", True), ("q=ANN@example.com", True), ("q=Nobody", False), ("needs=yes", True),
     ("service=iso-20000", True), ("service=other", False), ("q=100%25", False)],
)  # fmt: skip
def test_a_search_looks_in_reference_contact_and_fields(desk: DeskOf, query: str, shown: bool) -> None:
    case = applied(desk)
    for path in ("/desk/cases", "/desk/cases/list"):
        assert (case.reference in desk.get(f"{path}?{query}")) is shown
    assert case.reference in desk.get(f"/desk/cases?q={case.reference.lower()}")


def test_a_search_finds_chinese_fields(desk: DeskOf) -> None:
    case = applied(desk, "zh", company="杭州云启信息技术有限公司")
    assert case.reference in desk.get("/desk/cases?q=云启")
    assert case.reference not in desk.get("/desk/cases?q=云端")


def test_what_has_nothing_to_do_is_left_out(desk: DeskOf) -> None:
    case = applied(desk)
    desk.post(f"/desk/cases/{case.reference}/quotations", amount="12000", currency="CNY", until=NEXT_YEAR)
    assert case.reference not in desk.get("/desk/cases?needs=yes")
    with desk.store.write() as tx:
        tx.documents.insert(a_document(case, "licence"), None)
    page = desk.get("/desk/cases?needs=yes")
    assert case.reference in page
    assert "1 to check" in page


def test_a_list_is_ordered_and_goes_on(desk: DeskOf) -> None:
    cases = [applied(desk, company=f"Company {n:02}") for n in range(3)]
    with desk.store.write() as tx:
        desk.office.cases.move(tx, cases[0].reference, "quotation", "Li Na")
    newest, longest = desk.get("/desk/cases/list"), desk.get("/desk/cases/list?sort=longest")
    assert newest.index("Company 02") < newest.index("Company 00")
    assert longest.index("Company 01") < longest.index("Company 00")
    assert "Company 01" not in desk.get("/desk/cases/list?status=quotation")
    assert "None fits" in desk.get("/desk/cases/list?page=2&q=x")


def test_a_long_list_has_pages_and_a_long_column_leads_to_it(
    desk: DeskOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.desk.cases._ROWS", 2)
    monkeypatch.setattr("adapters.desk.cases._COLUMN", 2)
    for n in range(3):
        applied(desk, company=f"Company {n:02}")
    board = desk.get("/desk/cases?q=company&needs=yes")
    assert "Company 02" not in board
    assert 'href="/desk/cases/list?q=company&amp;status=enquiry&amp;needs=yes"' in board
    first, second = desk.get("/desk/cases/list?q=company"), desk.get("/desk/cases/list?q=company&page=2")
    assert 'href="?q=company&amp;page=2"' in first
    assert "Company 00" not in first
    assert "Company 00" in second


def test_a_case_is_moved_along_its_legal_steps_only(desk: DeskOf) -> None:
    case = applied(desk)
    page = desk.get(f"/desk/cases/{case.reference}")
    assert 'value="quotation"' in page
    assert 'value="stage_1"' not in page
    response = desk.post(f"/desk/cases/{case.reference}/moves", to="stage_1", version=version(page))
    assert response.status_code == 409
    assert "cannot go to that step" in response.text
    moved = desk.post(f"/desk/cases/{case.reference}/moves", to="quotation", version=version(page))
    assert "Moved; the customer was told." in moved.text
    assert stored_case(desk, case.reference).status == "quotation"
    assert case.reference in told(desk, case)
    assert "Enquiry → Quotation" in moved.text


def test_a_page_that_is_out_of_date_changes_nothing(desk: DeskOf) -> None:
    case = applied(desk)
    old = version(desk.get(f"/desk/cases/{case.reference}"))
    desk.post(f"/desk/cases/{case.reference}/moves", to="quotation", version=old)
    for path, fields in (
        ("moves", {"to": "contract"}),
        ("quotations", {"amount": "1", "currency": "CNY", "until": NEXT_YEAR}),
    ):
        response = desk.post(f"/desk/cases/{case.reference}/{path}", version=old, **fields)
        assert response.status_code == 409
        assert "Somebody else changed this" in response.text
        assert version(response.text) != old
    assert stored_case(desk, case.reference).status == "quotation"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": "a lot"}, "Write the amount in figures"),
        ({"amount": "0"}, "Write the amount in figures"),
        ({"amount": "12.345"}, "Write the amount in figures"),
        ({"amount": "NaN"}, "Write the amount in figures"),
        ({"amount": "9e99"}, "Write the amount in figures"),
        ({"until": "tomorrow"}, "Choose the last day"),
        ({"until": "2020-01-01"}, "would be over already"),
        ({"currency": "BTC"}, "Choose one of the currencies"),
    ],
)
def test_a_wrong_quotation_says_what_is_wrong_and_keeps_the_rest(
    desk: DeskOf, wrong: dict[str, str], said: str
) -> None:
    case = applied(desk)
    fields = {"amount": "4321", "currency": "CNY", "until": NEXT_YEAR} | wrong
    response = desk.post(f"/desk/cases/{case.reference}/quotations", **fields)
    assert response.status_code == 422
    assert said in response.text
    assert f'value="{fields["amount"]}"' in response.text
    with desk.store.read() as tx:
        assert tx.cases.quotation(case.id) is None


def test_a_quotation_is_told_to_its_customer(desk: DeskOf) -> None:
    case = applied(desk)
    response = desk.post(
        f"/desk/cases/{case.reference}/quotations", amount="12,000.50", currency="CNY", until=NEXT_YEAR
    )
    assert "The quotation is entered" in response.text
    assert "CNY 12,000.5," in told(desk, case)
    assert "CNY 12,000.5," in response.text
    assert "entered by Li Na" in response.text
    again = desk.post(
        f"/desk/cases/{case.reference}/quotations", amount="999.95", currency="EUR", until=NEXT_YEAR
    )
    assert "EUR 999.95," in again.text  # to the cent


def test_what_the_fee_depends_on_is_shown_beside_the_quotation(desk: DeskOf) -> None:
    case = applied(desk, people_covered="81")
    page = desk.get(f"/desk/cases/{case.reference}")
    asked = page[page.index('id="quotation"') : page.index("<h2>Application</h2>")]
    assert ">81</dd>" in asked
    assert case.contact not in asked


def test_a_certificate_has_its_interval_and_reminders(desk: DeskOf) -> None:
    case = applied(desk)
    with desk.store.write() as tx:
        for step in ("quotation", "contract", "proposal", "stage_1", "stage_2"):
            desk.office.cases.move(tx, case.reference, step, "Li Na")
    page = desk.get(f"/desk/cases/{case.reference}")
    months = re.findall(r'<option value="(\d+)"[^>]*>\d+ months', page)
    assert len(months) > 1
    shown = desk.post(f"/desk/cases/{case.reference}/moves", to="certified", surveillance_months=months[0])
    assert "reminded" in shown.text
    assert stored_case(desk, case.reference).surveillance_months == int(months[0])


def test_an_interval_that_nobody_offered_is_refused(desk: DeskOf) -> None:
    case = applied(desk)
    with desk.store.write() as tx:
        for step in ("quotation", "contract", "proposal", "stage_1", "stage_2"):
            desk.office.cases.move(tx, case.reference, step, "Li Na")
    response = desk.post(f"/desk/cases/{case.reference}/moves", to="certified", surveillance_months="9" * 30)
    assert response.status_code == 409
    assert stored_case(desk, case.reference).status == "stage_2"


def test_the_history_says_in_words_what_happened(desk: DeskOf) -> None:
    case = applied(desk)
    with desk.store.write() as tx:
        tx.cases.record(case, actor(), "amended", {"fields": ["company"]})
        tx.cases.record(case, actor(), "document_filed", {"document": "doc_gone", "item": "of-old"})
        reminder = {"reminder": f"{case.id}:surveillance:2027-01-01"}
        tx.cases.record(case, Actor(ActorKind.TIMER), "reminded", reminder)
    page = desk.get(f"/desk/cases/{case.reference}")
    for said in ("Application sent in", "Corrected: company name", "… filed under …", "Surveillance audit"):
        assert said in page
    desk.language("zh")
    assert "更正：公司名称" in desk.get(f"/desk/cases/{case.reference}")


def test_hostile_values_are_shown_as_text(desk: DeskOf) -> None:
    hostile = '<script>alert(1)</script>" onload=x \u202eabc'
    case = applied(desk)
    with desk.store.write() as tx:  # as an older form may have let it in
        fields = {
            **case.fields,
            "company": hostile,
            "main_business": "y" * 4000,
            "<b>": "<i>",
            "contact": "م" * 500,
        }
        tx.cases.save(replace(case, fields=fields), actor(), "amended", {"fields": ["<b>"]})
    for path in ("/desk/cases", "/desk/cases/list", f"/desk/cases/{case.reference}"):
        page = desk.get(path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "\u202e" not in page
        assert "<i>" not in page
    assert "y" * 4000 in page


def test_the_export_is_for_supervisors_and_holds_no_formula(desk: DeskOf, part: Desk) -> None:
    applied(desk, company='=HYPERLINK("http://evil.example")')
    response = desk.client.get("/desk/cases/list.csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(response.text.removeprefix("\ufeff").splitlines())
    assert row["company"] == '\'=HYPERLINK("http://evil.example")'
    assert row["status"] == "enquiry"
    assert len(desk.client.get("/desk/cases/list.csv?status=quotation").text.splitlines()) == 1
    assert desk.client.get("/desk/cases/list.csv?needs=yes").text == response.text
    assert signed_in(part, "agent").status("/desk/cases/list.csv") == 404
    with desk.store.read() as tx:
        assert "case.export" in [line["action"] for line in tx.people.audited(5)]


@pytest.mark.parametrize("reference", ["CD-2026-999999", "x", "%00", "../queue%2e"])
def test_a_case_that_is_not_there_is_404_and_no_look_at_it_is_noted(desk: DeskOf, reference: str) -> None:
    assert desk.status(f"/desk/cases/{reference}") == 404
    assert desk.post(f"/desk/cases/{reference}/moves", to="quotation").status_code == 404
    with desk.store.read() as tx:
        assert "case.show" not in [line["action"] for line in tx.people.audited(5)]


def test_each_look_and_change_is_noted(desk: DeskOf) -> None:
    case = applied(desk)
    desk.get("/desk/cases")
    desk.get(f"/desk/cases/{case.reference}")
    desk.post(f"/desk/cases/{case.reference}/moves", to="quotation")
    with desk.store.read() as tx:
        lines = {(line["staff"], line["action"], line["subject"]) for line in tx.people.audited(10)}
    for action, subject in (
        ("case.list", "board"),
        ("case.show", case.reference),
        ("case.move", case.reference),
    ):
        assert ("Li Na", action, subject) in lines


def test_filters_that_no_database_takes_find_nothing(desk: DeskOf) -> None:
    applied(desk)
    assert "None fits" in desk.get("/desk/cases/list?service=%00x&status=%00y")
    assert desk.get("/desk/cases/list?q=%00")


def test_a_case_of_a_service_that_is_gone_is_still_shown(desk: DeskOf) -> None:
    case = applied(desk)
    with desk.store.write() as tx:
        gone = replace(case, service="gone-service", status="sampling")
        tx.cases.save(gone, actor(), "moved", {"from": "enquiry", "to": "sampling"})
    page = desk.get(f"/desk/cases/{case.reference}")
    assert case.fields["company"] in page
    assert "Enquiry → sampling" in page
    assert 'id="step-sampling"' in desk.get("/desk/cases")
    assert "gone-service" in desk.client.get("/desk/cases/list.csv").text
    assert "Moved" in desk.post(f"/desk/cases/{case.reference}/moves", to="withdrawn").text


def test_an_event_that_nobody_knows_any_more_does_not_break_the_page(desk: DeskOf) -> None:
    case = applied(desk)
    with desk.store.write() as tx:
        tx.cases.record(case, actor(), "of_old", {"what": "ever"})
        tx.cases.record(case, actor(), "moved", {})
    assert "of_old" in desk.get(f"/desk/cases/{case.reference}")


def actor() -> Actor:
    return Actor(ActorKind.STAFF, "Li Na")
