"""Documents at the desk: looked at safely, judged, filed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.messages import AuthorKind
from bot.records import Case, Document, DocumentState
from desks import DeskOf, applied
from offices import a_document

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000"
    "05000160a3a4e90000000049454e44ae426082"
)


@pytest.fixture
def case(desk: DeskOf) -> Case:
    return applied(desk)


def sent(
    desk: DeskOf, case: Case, content: bytes = PDF, item: str | None = None, name: str = "a.pdf"
) -> Document:
    """A document of the case with its file."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    file = asyncio.run(desk.part.files.save(chunks(), name))
    document = replace(
        a_document(case, item), sha256=file.sha256, name=file.name, size=file.size, media_type=file.media_type
    )
    with desk.store.write() as tx:
        tx.documents.insert(document, None)
    return document


def line(desk: DeskOf, n: int = 0) -> str:
    """A line of the checklist."""
    return desk.office.cases.services["iso-20000"].lists["documents"][n].id


def told(desk: DeskOf, case: Case) -> str:
    with desk.store.read() as tx:
        said = tx.conversations.messages(case.conversation or "")
    return [message.text for message in said if message.author.kind is AuthorKind.PERSON][-1]


def test_a_picture_is_shown_in_the_page_and_can_do_nothing(desk: DeskOf, case: Case) -> None:
    document = sent(desk, case, PNG, name="seal.png")
    assert f'src="/desk/documents/{document.id}/file"' in desk.get(f"/desk/documents/{document.id}")
    response = desk.client.get(f"/desk/documents/{document.id}/file")
    assert response.content == PNG
    assert response.headers["content-type"] == "image/png"
    assert "sandbox" in response.headers["content-security-policy"]
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_pdf_is_shown_by_the_browsers_own_viewer_and_may_load_nothing(desk: DeskOf, case: Case) -> None:
    document = sent(desk, case)
    assert "<iframe" in desk.get(f"/desk/documents/{document.id}")
    response = desk.client.get(f"/desk/documents/{document.id}/file")
    assert response.headers["content-type"] == "application/pdf"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert (
        "sandbox" not in response.headers["content-security-policy"]
    )  # Chromium's viewer does not start in one
    saved = desk.client.get(f"/desk/documents/{document.id}/file?download=1")
    assert saved.headers["content-disposition"].startswith("attachment")
    assert saved.headers["content-type"] == "application/octet-stream"


def test_any_other_kind_is_only_saved(desk: DeskOf, case: Case) -> None:
    document = sent(desk, case)
    with desk.store.write() as tx:
        tx.documents.insert(replace(document, id="doc_html", media_type="text/html", name="x.html"), None)
    assert "cannot be shown here" in desk.get("/desk/documents/doc_html")
    response = desk.client.get("/desk/documents/doc_html/file")
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["content-type"] == "application/octet-stream"


def test_a_rejected_document_is_told_to_its_customer_with_the_reason(desk: DeskOf, case: Case) -> None:
    document = sent(desk, case, item=line(desk))
    page = desk.get(f"/desk/cases/{case.reference}")
    assert "To check" in page
    assert "Pages are missing; please send the whole document." in page
    response = desk.post(
        f"/desk/documents/{document.id}/decision", decision="reject", ready="", reason="Page 2 is cut off."
    )
    assert "Rejected; the customer was told why." in response.text
    assert "Page 2 is cut off." in told(desk, case)
    assert "Page 2 is cut off." in desk.get(f"/desk/cases/{case.reference}")


def test_without_a_reason_nothing_is_rejected(desk: DeskOf, case: Case) -> None:
    document = sent(desk, case)
    response = desk.post(f"/desk/documents/{document.id}/decision", decision="reject", ready="", reason=" ")
    assert response.status_code == 422
    assert "Say why" in response.text
    with desk.store.read() as tx:
        found = tx.documents.get(document.id)
    assert found
    assert found.state is DocumentState.RECEIVED


def test_an_accepted_document_completes_its_line(desk: DeskOf, case: Case) -> None:
    document = sent(desk, case, item=line(desk))
    assert "Accepted" in desk.post(f"/desk/documents/{document.id}/decision", decision="accept").text
    assert document.name in told(desk, case)


def test_reasons_are_offered_in_the_customers_language(desk: DeskOf) -> None:
    case = applied(desk, "zh")
    sent(desk, case, item=line(desk))
    page = desk.get(f"/desk/cases/{case.reference}")
    assert "文件缺页，请发送完整的文件。" in page
    assert "(Chinese)" in page


def test_a_document_is_put_under_its_line(desk: DeskOf, case: Case) -> None:
    document = sent(desk, case)
    assert "Not filed yet" in desk.get(f"/desk/cases/{case.reference}")
    response = desk.post(f"/desk/documents/{document.id}/item", item=line(desk, 1))
    assert "Filed." in response.text
    assert "filed under" in response.text
    assert desk.post(f"/desk/documents/{document.id}/item", item="no-such-line").status_code == 404


def test_what_is_not_there_is_404(desk: DeskOf, case: Case) -> None:
    for id in ("doc_none", "%00", "x" * 300):
        assert desk.status(f"/desk/documents/{id}") == 404
        assert desk.status(f"/desk/documents/{id}/file") == 404
    document = sent(desk, case)
    desk.part.files.delete(document.sha256)
    assert desk.status(f"/desk/documents/{document.id}/file") == 404
    assert "The file is no longer there" in desk.get(f"/desk/documents/{document.id}")


def test_each_look_is_noted(desk: DeskOf, case: Case) -> None:
    document = sent(desk, case)
    desk.get(f"/desk/documents/{document.id}")
    desk.client.get(f"/desk/documents/{document.id}/file")
    desk.client.get(f"/desk/documents/{document.id}/file?download=1")
    with desk.store.read() as tx:
        lines = [(line["action"], line["subject"]) for line in tx.people.audited(5)]
    for action in ("document.show", "document.view", "document.save"):
        assert (action, document.id) in lines


def test_who_is_not_signed_in_sees_no_document(desk: DeskOf, case: Case) -> None:
    document = sent(desk, case)
    agent = desk.as_role("agent")
    assert agent.status(f"/desk/documents/{document.id}/file") == 200
    agent.client.cookies.clear()
    response = agent.client.get(f"/desk/documents/{document.id}/file", follow_redirects=False)
    assert response.status_code == 303
    assert b"%PDF" not in response.content
    assert agent.client.post(f"/desk/documents/{document.id}/decision", data={}).status_code == 401
