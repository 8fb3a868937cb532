"""Files that staff send to customers."""

import re

import pytest
from fastapi.testclient import TestClient

from bot.messages import AuthorKind
from desks import DeskOf
from offices import a_conversation

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def id(desk: DeskOf) -> str:
    made = a_conversation(desk.store)
    desk.post(f"/desk/conversations/{made}/takeover")
    return made


def form(desk: DeskOf, id: str) -> str:
    """The address that the page's form sends files to."""
    found = re.search(
        rf'action="(/desk/conversations/{id}/files\?csrf=\w+)"', desk.get(f"/desk/conversations/{id}")
    )
    assert found
    return found[1]


def link(desk: DeskOf, id: str) -> str:
    with desk.store.read() as tx:
        said = [m.text for m in tx.conversations.messages(id) if m.author.kind is AuthorKind.PERSON]
    found = re.search(r"(/attachments/\S+)", said[-1])
    assert found
    return found[1]


def test_a_file_reaches_the_customer_as_a_link_to_save_it(desk: DeskOf, id: str) -> None:
    response = desk.client.post(form(desk, id), files={"file": ("报价 单.pdf", PDF)})
    assert "Sent." in response.text
    got = TestClient(desk.client.app).get(link(desk, id))  # who is not signed in
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"


def test_a_file_of_a_forged_form_is_not_taken(desk: DeskOf, id: str) -> None:
    address = form(desk, id).partition("?")[0]
    for query in ("", "?csrf=wrong"):
        assert desk.client.post(address + query, files={"file": ("a.pdf", PDF)}).status_code == 403
    response = desk.client.post(
        form(desk, id), files={"file": ("a.pdf", PDF)}, headers={"origin": "https://evil.example"}
    )
    assert response.status_code == 403


def test_what_is_no_document_is_refused_with_words(desk: DeskOf, id: str) -> None:
    response = desk.client.post(form(desk, id), files={"file": ("run.exe", b"MZ\x90\x00" + bytes(200))})
    assert response.status_code == 415
    assert "That did not work" in response.text


def test_only_the_owner_sends_files(desk: DeskOf, id: str) -> None:
    colleague = desk.as_role("agent")
    csrf = re.search(r'name="csrf" value="(\w+)"', colleague.get("/desk/account"))
    assert csrf
    address = f"/desk/conversations/{id}/files?csrf={csrf[1]}"
    assert colleague.client.post(address, files={"file": ("a.pdf", PDF)}).status_code == 409


def test_a_link_ends_with_its_conversation(desk: DeskOf, id: str) -> None:
    desk.client.post(form(desk, id), files={"file": ("a.pdf", PDF)})
    address = link(desk, id)
    desk.office.privacy.erase(id, "test")
    assert desk.client.get(address).status_code == 404
    assert desk.client.get("/attachments/att_none").status_code == 404
