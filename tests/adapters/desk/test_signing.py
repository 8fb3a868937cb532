"""Signing in and out of the desk, and forms that are not the member's own."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from adapters.desk.parts import Desk
from bot.app import create_app
from bot.records import Role
from bot.settings import Settings
from databases import migrated_sqlite
from desks import PASSWORD, DeskOf, opened
from knowledge.search import Search
from offices import a_conversation

LOGIN = "li.na@example.com"


@pytest.fixture
def app(tmp_path: Path, shipped_search: Search) -> Iterator[FastAPI]:
    """With one member, and nobody signed in."""
    settings = Settings(
        data_dir=tmp_path,
        database_url=migrated_sqlite(tmp_path),
        rate_limits="off",
        public_url="https://desk.example",
    )
    made = create_app(settings, jobs=False, search=shipped_search)
    with opened(made) as part:
        part.accounts.add(LOGIN, "Li Na", Role.SUPERVISOR, "en", PASSWORD, by="test")
        yield made


@pytest.fixture
def browser(app: FastAPI) -> TestClient:
    headers = {"accept-language": "en"}
    return TestClient(app, "https://desk.example", headers=headers, follow_redirects=False)


def signs_in(browser: TestClient, password: str = PASSWORD, **fields: str) -> Response:
    return browser.post("/desk/sign-in", data={"login": LOGIN, "password": password, **fields})


def is_in(browser: TestClient) -> bool:
    return browser.get("/desk/account").status_code == 200


def csrf_of(browser: TestClient) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', browser.get("/desk/account").text)
    assert found
    return found[1]


def audited(part: Desk) -> list[str]:
    with part.store.read() as tx:
        return [line["action"] for line in tx.people.audited()]


def test_who_is_not_signed_in_is_taken_to_the_page_they_wanted_afterwards(browser: TestClient) -> None:
    sent = browser.get("/desk/queue?view=all&sort=new")
    assert sent.status_code == 303
    page = browser.get(sent.headers["location"]).text
    wanted = re.search(r'name="next" value="([^"]*)"', page)
    assert wanted
    came = signs_in(browser, next=wanted[1].replace("&amp;", "&"))
    assert (came.status_code, came.headers["location"]) == (303, "/desk/queue?view=all&sort=new")
    assert is_in(browser)


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(browser: TestClient) -> None:
    sent = browser.get("/desk/queue", headers={"hx-request": "true"})
    assert (sent.status_code, sent.headers["hx-redirect"]) == (204, "/desk/sign-in")


def test_the_session_is_a_cookie_of_the_desk_alone(browser: TestClient) -> None:
    cookie = signs_in(browser).headers["set-cookie"]
    assert re.match(
        r"certdesk_desk=[\w-]{43}; HttpOnly; Path=/desk; SameSite=lax; Secure$", cookie, re.IGNORECASE
    )


def test_the_cookie_comes_back_without_https_too_where_there_is_none(desk: DeskOf) -> None:
    client = TestClient(desk.client.app, follow_redirects=False)
    sent = {"login": "supervisor@example.com", "password": PASSWORD}
    assert "secure" not in client.post("/desk/sign-in", data=sent).headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "next",
    [
        "", "//evil.example", "https:", "https://evil.example/desk", "/desk\\evil", "\\\\evil.example", "/deskevil",
        "/desk/../api", "/desk/%2e%2E/api", "javascript:alert(1)", "/desk/sign-in", "/desk/sign-in?next=/desk/sign-in",
        "//[", "desk", " //evil.example", "\t//evil.example", "http:///desk",
    ],
)  # fmt: skip
def test_signing_in_never_leads_out_of_the_desk(browser: TestClient, next: str) -> None:
    assert browser.get("/desk/sign-in", params={"next": next}).status_code == 200
    assert signs_in(browser, next=next).headers["location"] == "/desk/queue"


def test_a_header_cannot_be_written_through_the_page_that_is_wanted(browser: TestClient) -> None:
    came = signs_in(browser, next="/desk/queue\r\nSet-Cookie: evil=1")
    assert "evil" not in came.headers["set-cookie"]
    assert "\n" not in came.headers["location"]


def test_a_wrong_password_and_an_unknown_login_get_the_same_page(browser: TestClient) -> None:
    wrong = signs_in(browser, "a wrong password")
    unknown = browser.post("/desk/sign-in", data={"login": "nobody@example.com", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert "The login or the password is wrong." in wrong.text
    assert wrong.text.replace(LOGIN, "nobody@example.com") == unknown.text
    assert PASSWORD not in unknown.text
    assert not is_in(browser)


def test_the_page_speaks_the_browsers_language(browser: TestClient) -> None:
    page = browser.post(
        "/desk/sign-in", data={"login": "x", "password": "y"}, headers={"accept-language": "zh-CN"}
    )
    assert 'lang="zh' in page.text
    assert "The login" not in page.text
    assert 'lang="zh' in browser.get("/desk/sign-in?lang=zh").text


def test_what_was_typed_is_text_on_the_page(browser: TestClient) -> None:
    page = browser.post("/desk/sign-in", data={"login": '"><script>alert(1)</script>', "password": "y"})
    assert "<script>alert" not in page.text


def test_half_a_form_is_refused_and_breaks_nothing(browser: TestClient) -> None:
    for sent in ({}, {"login": LOGIN}, {"password": PASSWORD}, {"login": "\x00", "password": "\x00"}):
        assert browser.post("/desk/sign-in", data=sent).status_code == 401
    strange = browser.post("/desk/sign-in", content=b"login=%FF%FE&password=%FF&next=%00", headers=FORM)
    assert strange.status_code == 401


FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_too_many_attempts_are_told_and_end_at_the_address(browser: TestClient, app: FastAPI) -> None:
    for _ in range(5):
        assert signs_in(browser, "a wrong password").status_code == 401
    refused = signs_in(browser)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "900")
    assert "Too many attempts" in refused.text
    elsewhere = TestClient(app, "https://desk.example", client=("192.0.2.9", 1), follow_redirects=False)
    assert signs_in(elsewhere).status_code == 303


def test_signing_out_ends_the_session_and_forgets_the_cookie(browser: TestClient, app: FastAPI) -> None:
    signs_in(browser)
    token = browser.cookies["certdesk_desk"]
    left = browser.post("/desk/sign-out", data={"csrf": csrf_of(browser)})
    assert (left.status_code, left.headers["location"]) == (303, "/desk/sign-in?said=core.signed_out")
    assert not is_in(browser)
    assert app.state.desk.accounts.session(token) is None


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    def moved(by: timedelta) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> "Clock":
                return cls.fromtimestamp(datetime.now(UTC).timestamp() + by.total_seconds(), UTC)

        monkeypatch.setattr("bot.accounts.datetime", Clock)

    return moved


def test_what_was_written_is_shown_when_the_session_has_ended(
    desk: DeskOf, later: Callable[[timedelta], None]
) -> None:
    id = a_conversation(desk.store)
    desk.post(f"/desk/conversations/{id}/takeover")
    csrf = csrf_of(desk.client)
    later(timedelta(hours=13))
    written = "Dear <Ms Wang>,\nyour certificate"
    sent = desk.client.post(f"/desk/conversations/{id}/replies", data={"csrf": csrf, "text": written})
    assert sent.status_code == 401
    assert "Your session has ended, so nothing was done." in sent.text
    assert "Dear &lt;Ms Wang&gt;,\nyour certificate</textarea>" in sent.text
    with desk.store.read() as tx:
        assert "certificate" not in str([message.text for message in tx.conversations.messages(id)])


def test_who_is_let_go_is_out_with_the_next_click(desk: DeskOf) -> None:
    (me,) = (one for one in desk.part.accounts.all() if one.name == desk.name)
    assert desk.status("/desk/queue") == 200
    desk.part.accounts.change(me.id, by="test", active=False)
    assert desk.status("/desk/queue") == 303


@pytest.mark.parametrize("csrf", [None, "", "wrong", "…", "0" * 40])
def test_a_form_without_the_members_mark_does_nothing(desk: DeskOf, csrf: str | None) -> None:
    fields = {"language": "zh"} | ({} if csrf is None else {"csrf": csrf})
    response = desk.client.post("/desk/account/language", data=fields)
    assert response.status_code == 403
    assert "nothing was done" in response.text
    assert '<html lang="en"' in desk.get("/desk/account")


def test_the_mark_of_a_colleague_or_of_an_earlier_session_is_none(desk: DeskOf) -> None:
    for other in (desk.as_role("agent"), desk.as_role("supervisor")):
        sent = {"csrf": csrf_of(other.client), "language": "zh"}
        assert desk.client.post("/desk/account/language", data=sent).status_code == 403


FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "https://testserver.evil.example"},
    {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_that_another_site_sends_does_nothing(desk: DeskOf, headers: dict[str, str]) -> None:
    sent = {"csrf": csrf_of(desk.client), "language": "zh"}
    assert desk.client.post("/desk/account/language", data=sent, headers=headers).status_code == 403
    assert '<html lang="en"' in desk.get("/desk/account")


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_cannot_sign_anybody_in(browser: TestClient, headers: dict[str, str]) -> None:
    sent = {"login": LOGIN, "password": PASSWORD}
    assert browser.post("/desk/sign-in", data=sent, headers=headers).status_code == 403
    assert not is_in(browser)


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}, {}])
def test_a_form_of_the_desk_is_taken(desk: DeskOf, headers: dict[str, str]) -> None:
    sent = {"csrf": csrf_of(desk.client), "language": "zh"}
    assert desk.client.post("/desk/account/language", data=sent, headers=headers).status_code == 200
    assert '<html lang="zh' in desk.get("/desk/account")


def test_a_form_with_a_file_in_it_is_not_one_of_these(desk: DeskOf) -> None:
    sent = {"csrf": csrf_of(desk.client), "language": "zh"}
    response = desk.client.post("/desk/account/language", data=sent, files={"language": b"x"})
    assert response.status_code == 400


def test_pages_are_kept_nowhere_and_framed_by_nobody(browser: TestClient) -> None:
    headers = browser.get("/desk/sign-in").headers
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'self'" in headers["content-security-policy"]


def test_refused_and_successful_attempts_are_noted(browser: TestClient, app: FastAPI) -> None:
    signs_in(browser, "a wrong password")
    signs_in(browser)
    assert audited(app.state.desk)[:2] == ["staff.sign_in", "staff.refused"]


def test_an_address_that_does_not_exist_is_a_page_that_says_so(desk: DeskOf) -> None:
    response = desk.client.get("/desk/no/such/page")
    assert response.status_code == 404
    assert "There is nothing here" in response.text
    desk.client.cookies.clear()
    assert desk.status("/desk/no/such/page") == 303
