"""Applications, documents, feedback and events over HTTP, against the whole service."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.office import open_office
from bot.settings import CONTENT, Settings
from conftest import serving
from databases import migrated_sqlite
from knowledge.load import load

PDF = b"%PDF-1.7\n" + b"x" * 1000
VALUES = {
    "company": "Star Hosting Ltd",
    "main_business": "Hosting",
    "services_in_scope": "Hosting, service desk",
    "people_covered": "about 80",
    "sites": "2",
    "contact_name": "Ann Lee",
    "contact": "ann@example.com",
}


class Talk:
    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=30)
        opened = self.client.post("/api/conversations", json={"locale": "en"}).json()
        self.id: str = opened["id"]
        self.path = f"/api/conversations/{self.id}"
        self.key = {"Authorization": f"Bearer {opened['token']}"}

    def say(self, text: str, id: str) -> dict[str, Any]:
        body = {"client_message_id": id, "text": text}
        reply: dict[str, Any] = self.client.post(f"{self.path}/messages", json=body, headers=self.key).json()
        return reply

    def apply(self, id: str = "form", consent: bool = True, **changes: str) -> httpx.Response:
        body = {"client_message_id": id, "values": VALUES | changes, "consent": consent, "language": "en"}
        return self.client.post(f"{self.path}/application", json=body, headers=self.key)

    def upload(self, content: bytes, name: str = "licence.pdf", **fields: str) -> httpx.Response:
        files = {"file": (name, content)}
        return self.client.post(f"{self.path}/files", data=fields, files=files, headers=self.key)

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get(f"{self.path}/messages", headers=self.key).json()[
            "messages"
        ]
        return found

    @contextmanager
    def events(self, last: str = "") -> Iterator[Iterator[tuple[str, str, Any]]]:
        headers = self.key | ({"Last-Event-ID": last} if last else {})
        with self.client.stream("GET", f"{self.path}/events", headers=headers) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            yield parsed(response.iter_lines())


def parsed(lines: Iterator[str]) -> Iterator[tuple[str, str, Any]]:
    """(id, event, data) of each event."""
    found: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if line and name:
            found[name] = value.strip()
        elif not line and "data" in found:
            yield found.get("id", ""), found.get("event", ""), json.loads(found["data"])
            found = {}


@pytest.fixture
def talk(server_url: str) -> Iterator[Talk]:
    opened = Talk(server_url)
    yield opened
    opened.client.close()


class TestTheForm:
    def test_it_asks_for_what_the_service_asks_for(self, talk: Talk) -> None:
        talk.say("I want to start an application", "a")
        talk.say("Moon Ltd", "b")
        form = talk.client.get(f"{talk.path}/application?lang=zh", headers=talk.key).json()
        assert form["service"] == "iso-20000"
        assert [field["id"] for field in form["fields"]][:2] == ["company", "main_business"]
        assert (form["fields"][0]["label"], form["fields"][0]["value"]) == ("公司名称", "Moon Ltd")
        assert form["privacy_url"].endswith("/privacy?lang=zh")

    def test_it_makes_one_case_however_often_it_is_sent(self, talk: Talk) -> None:
        first = talk.apply()
        assert first.status_code == 200, first.text
        reply = first.json()
        assert reply["outcome"] == "intake"
        assert reply["case"]["reference"].startswith("CD-")
        assert len(reply["case"]["missing"]) == 8
        assert talk.apply().json() == reply
        assert talk.apply("another").json()["case"] == reply["case"]
        assert "80" in talk.messages()[1]["text"]

    def test_what_is_wrong_is_named_by_field(self, talk: Talk) -> None:
        refused = talk.apply(people_covered="many", contact="nobody")
        assert refused.status_code == 422
        assert refused.headers["content-type"] == "application/problem+json"
        problem = refused.json()
        assert problem["code"] == "invalid_application"
        assert set(problem["errors"]) == {"people_covered", "contact"}
        assert all(problem["errors"].values())
        assert len(talk.messages()) == 1

    def test_without_consent_nothing_is_sent(self, talk: Talk) -> None:
        refused = talk.apply(consent=False)
        assert (refused.status_code, refused.json()["errors"].keys()) == (422, {"consent"})

    def test_another_customers_token_opens_nothing(self, talk: Talk, server_url: str) -> None:
        other = Talk(server_url)
        for path in ("application", "events"):
            refused = talk.client.get(f"{other.path}/{path}", headers=talk.key)
            assert refused.status_code == 401
        assert talk.client.get(f"{other.path}/application").status_code == 401
        assert talk.client.get("/api/conversations/cnv_x/application", headers=talk.key).status_code == 404
        other.client.close()


class TestFiles:
    def test_a_document_is_stored_by_its_content_and_acknowledged(self, talk: Talk) -> None:
        talk.apply()
        sent = talk.upload(PDF, "../../营业执照.pdf", document="legal_status")
        assert sent.status_code == 201, sent.text
        body = sent.json()
        assert set(body) == {"id", "name", "size", "sha256"}
        assert (body["name"], body["size"]) == ("营业执照.pdf", len(PDF))
        assert body["sha256"] == hashlib.sha256(PDF).hexdigest()
        said, answered = talk.messages()[-2:]
        assert said["text"] == "📎 营业执照.pdf"
        assert len(answered["reply"]["case"]["missing"]) == 7

    def test_the_same_upload_is_one_document(self, talk: Talk) -> None:
        first = talk.upload(PDF, client_file_id="u1").json()
        assert talk.upload(PDF, client_file_id="u1").json() == first
        assert len(talk.messages()) == 3

    @pytest.mark.parametrize(
        ("content", "name", "status", "code"),
        [
            (b"", "empty.pdf", 400, "empty_file"),
            (b"MZ" + b"\0" * 500, "setup.pdf", 415, "unsupported_file"),
            (b"<html><script>alert(1)</script>", "page.pdf", 415, "unsupported_file"),
            (b"%PDF-1.7\n" + b"x" * (20 * 1024 * 1024), "big.pdf", 413, "file_too_large"),
        ],
    )
    def test_what_is_no_document_is_refused_and_leaves_nothing(
        self, talk: Talk, content: bytes, name: str, status: int, code: str
    ) -> None:
        refused = talk.upload(content, name)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert len(talk.messages()) == 1

    def test_a_body_that_is_no_form_is_refused(self, talk: Talk) -> None:
        refused = talk.client.post(f"{talk.path}/files", content=b"{}", headers=talk.key)
        assert refused.status_code in {400, 415}
        assert refused.headers["content-type"] == "application/problem+json"


class TestFeedback:
    def test_a_reply_may_be_rated_and_rated_again(self, talk: Talk) -> None:
        reply = talk.say("How long is the certificate valid?", "a")
        for helpful in (False, True):
            rated = talk.client.post(
                f"{talk.path}/messages/{reply['id']}/feedback", json={"helpful": helpful}, headers=talk.key
            )
            assert rated.status_code == 204

    def test_only_a_reply_of_ones_own_may_be_rated(self, talk: Talk, server_url: str) -> None:
        other = Talk(server_url)
        theirs = other.say("How long is the certificate valid?", "a")["id"]
        for id in (theirs, "msg_unknown", talk.messages()[0]["id"]):
            rated = talk.client.post(
                f"{talk.path}/messages/{id}/feedback", json={"helpful": True}, headers=talk.key
            )
            assert rated.status_code == 404
        other.client.close()


@pytest.fixture(scope="module")
def desk(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Settings]]:
    """A server, and the settings with which staff work on the same database from another process."""
    folder = tmp_path_factory.mktemp("desk")
    settings = Settings(data_dir=shipped_data, database_url=migrated_sqlite(folder), rate_limits="off")
    with serving(settings) as url:
        yield url, settings


class TestEvents:
    def test_what_staff_do_is_told_at_once_and_after_a_break(self, desk: tuple[str, Settings]) -> None:
        url, settings = desk
        talk = Talk(url)
        services = {service.id: service for service in load(CONTENT).services}
        office = open_office(settings, services)

        def act() -> None:
            with office.store.write() as tx:
                office.handoffs.take(tx, talk.id, "Li")
            with office.store.write() as tx:
                office.handoffs.reply(tx, talk.id, "Li", "Good morning")
            with office.store.write() as tx:
                office.handoffs.give_back(tx, talk.id, "Li")

        with talk.events() as events:
            later = threading.Timer(0.2, act)
            later.start()
            first, second, third = (next(events) for _ in range(3))
            later.join()
        assert [kind for _, kind, _ in (first, second, third)] == ["takeover", "message", "returned"]
        assert first[2] == {"name": "Li"}
        with talk.events(last=first[0]) as again:
            assert next(again) == second
        assert talk.messages()[-1]["text"] == "Good morning"
        office.store.close()
        talk.client.close()

    def test_a_case_that_was_sent_is_told_on_other_devices(self, desk: tuple[str, Settings]) -> None:
        talk = Talk(desk[0])
        with talk.events() as events:
            sent = threading.Thread(target=talk.apply)
            sent.start()
            _, kind, data = next(events)
            sent.join()
        assert kind == "case"
        assert data["reference"].startswith("CD-")
        talk.client.close()


def test_a_full_disk_is_an_error_that_says_so_and_leaves_nothing_half_written(
    shipped_data: Path, tmp_path: Path
) -> None:
    url = migrated_sqlite(tmp_path)
    with serving(Settings(data_dir=shipped_data, database_url=url, rate_limits="off")) as address:
        talk = Talk(address)
        with no_more_room():
            replies = [
                talk.client.post(f"{talk.path}/messages", headers=talk.key, json=a_long_message(n))
                for n in range(40)
            ]
        last = replies[-1]
        assert (last.status_code, last.json()["code"]) == (503, "unavailable")
        assert "again" in last.json()["detail"]
        assert int(last.headers["retry-after"]) > 0
        assert len(talk.messages()) == 1 + 2 * sum(reply.status_code == 200 for reply in replies)
        assert talk.say("How long is the certificate valid?", "after").get("outcome") == "answered"
        talk.client.close()


def a_long_message(n: int) -> dict[str, str]:
    return {"client_message_id": str(n), "text": "?" * 4000}


@contextmanager
def no_more_room() -> Iterator[None]:
    """SQLite databases grow no more while the block lasts, as on a full disk."""

    def limit(connection: Any, *_: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    def unlimit(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA max_page_count=1073741823")

    event.listen(Engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(Engine, "checkout", limit)
        event.listen(Engine, "checkout", unlimit)
        _LISTENING.append(unlimit)


_LISTENING: list[Any] = []


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    while _LISTENING:
        event.remove(Engine, "checkout", _LISTENING.pop())
