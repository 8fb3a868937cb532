"""Signing in with the organization's account, at a provider that behaves, and at ones that do not."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from adapters.desk import oidc
from adapters.desk.parts import Desk
from bot.app import create_app
from bot.errors import SettingsError
from bot.records import Role
from bot.settings import Settings
from databases import migrated_sqlite
from desks import PASSWORD, opened
from identity import CLIENT, SECRET, IdentityProvider
from knowledge.search import Search


@dataclass
class Visit:
    """A browser that somebody signs in with."""

    app: FastAPI
    part: Desk
    provider: IdentityProvider

    def __post_init__(self) -> None:
        headers = {"accept-language": "en"}
        self.client = TestClient(self.app, headers=headers, follow_redirects=False)

    def there(self, next: str = "") -> str:
        """To the provider, where they agree; the address that it sends them back to."""
        sent = self.client.get("/desk/oidc", params={"next": next})
        assert sent.status_code == 303, sent.text
        agreed = httpx2.get(sent.headers["location"])
        assert agreed.status_code == 302, agreed.text
        return agreed.headers["location"].removeprefix("http://desk.example")

    def comes(self, next: str = "") -> Response:
        return self.client.get(self.there(next))

    def member(self, login: str, password: str = PASSWORD) -> int:
        return self.part.accounts.add(login, f"Name of {login}", Role.AGENT, "en", password, by="test").id

    @property
    def signed_in(self) -> bool:
        return self.client.get("/desk/account").status_code == 200

    def audited(self, action: str) -> int:
        with self.part.store.read() as tx:
            return len(tx.people.audited(action=action))


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with IdentityProvider() as started:
        yield started


def settings(provider: IdentityProvider, folder: Path, **changes: Any) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=migrated_sqlite(folder),
        rate_limits="off",
        public_url="http://desk.example",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        **changes,
    )


@pytest.fixture
def visit(provider: IdentityProvider, tmp_path: Path, shipped_search: Search) -> Iterator[Visit]:
    configured = settings(provider, tmp_path)
    app = create_app(configured, jobs=False, search=shipped_search)
    with opened(app) as part:
        yield Visit(app, part, provider)


def test_a_member_signs_in_and_is_taken_to_the_page_they_wanted(visit: Visit) -> None:
    visit.member("li.na@example.com")
    came = visit.comes("/desk/queue?view=all")
    assert (came.status_code, came.headers["location"]) == (303, "/desk/queue?view=all")
    assert visit.signed_in
    assert "HttpOnly" in came.headers["set-cookie"]
    assert visit.audited("staff.sign_in") == 1
    assert visit.audited("staff.link") == 1


def test_the_sign_in_page_offers_it_and_keeps_the_page_that_was_wanted(visit: Visit) -> None:
    page = visit.client.get("/desk/sign-in?next=/desk/queue%3Fview=all").text
    assert 'href="/desk/oidc?next=/desk/queue%3Fview%3Dall"' in page


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example/desk", "/desk\\evil", "/desk/oidc"])
def test_it_never_leads_out_of_the_desk(visit: Visit, next: str) -> None:
    visit.member("li.na@example.com")
    assert visit.comes(next).headers["location"] == "/desk/queue"


def test_the_question_is_kept_in_a_short_lived_cookie_that_scripts_cannot_read(visit: Visit) -> None:
    cookie = visit.client.get("/desk/oidc").headers["set-cookie"]
    for attribute in ("HttpOnly", "Max-Age=900", "Path=/desk/oidc", "SameSite=lax"):
        assert attribute in cookie
    assert SECRET not in cookie
    ended = visit.client.get("/desk/oidc/callback?state=wrong&code=x")
    assert 'certdesk_oidc=""' in ended.headers["set-cookie"]


def test_nothing_secret_stands_in_the_address_of_the_provider(visit: Visit) -> None:
    address = visit.client.get("/desk/oidc").headers["location"]
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://desk.example/desk/oidc/callback"]
    assert "code_verifier" not in asked
    assert SECRET not in address


def test_a_name_that_changes_hands_opens_nothing(visit: Visit) -> None:
    visit.member("li.na@example.com")
    visit.comes()
    visit.client.cookies.clear()
    visit.provider.person |= {"sub": "somebody else"}
    assert visit.comes().status_code == 401
    assert not visit.signed_in


def test_who_is_known_gets_in_under_a_new_name(visit: Visit) -> None:
    visit.member("li.na@example.com")
    visit.comes()
    visit.client.cookies.clear()
    visit.provider.person |= {"email": "li.na.wang@example.com", "preferred_username": "li.na.wang"}
    assert visit.comes().status_code == 303
    assert visit.signed_in


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "yes"},
        {"email_verified": []},
        {"email_verified": False, "preferred_username": "li.na@example.com"},
        {"email": "li.na@example.com\u0001"},
        {"email": "li.na＠example.com"},
        {"email": ["li.na@example.com"]},
    ],
)
def test_an_email_address_that_is_not_verified_takes_no_account_over(
    visit: Visit, claims: dict[str, Any]
) -> None:
    visit.member("li.na@example.com", password="")
    visit.provider.claims = claims
    came = visit.comes()
    assert came.status_code == 401
    assert "is not a member of staff here" in came.text
    assert not visit.signed_in
    assert visit.audited("staff.refused") == 1


@pytest.mark.parametrize("claim", ["straße@example.com", "\u212aim@example.com"])
def test_a_name_that_is_only_kept_the_same_is_another_one(visit: Visit, claim: str) -> None:
    visit.member("strasse@example.com")
    visit.member("kim@example.com")
    visit.provider.person |= {"email": claim}
    assert visit.comes().status_code == 401


def test_a_user_name_matches_only_who_was_added_for_it(visit: Visit) -> None:
    visit.provider.person |= {"email_verified": False}
    id = visit.member("li.na")
    assert visit.comes().status_code == 401
    with visit.part.store.write() as tx:
        tx.staff.change(id, password="")
    assert visit.comes().status_code == 303
    assert visit.signed_in


def test_a_user_name_like_an_email_address_counts_where_the_provider_has_no_word_on_it(visit: Visit) -> None:
    visit.member("li.na@example.com", password="")
    visit.provider.person |= {"preferred_username": "Li.Na@Example.com"}
    visit.provider.claims = {"email_verified": None}
    assert visit.comes().status_code == 303


def test_who_was_let_go_stays_out(visit: Visit) -> None:
    id = visit.member("li.na@example.com")
    visit.part.accounts.change(id, by="test", active=False)
    assert visit.comes().status_code == 401
    visit.part.accounts.change(id, by="test", active=True)
    assert visit.comes().status_code == 303
    visit.part.accounts.change(id, by="test", active=False)
    assert not visit.signed_in
    assert visit.comes().status_code == 401


def test_es256_is_as_good(visit: Visit) -> None:
    visit.member("li.na@example.com")
    visit.provider.algorithm = "ES256"
    assert visit.comes().status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": None},
        {"aud": [CLIENT, "another client"]},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 500},
        {"sub": "a\u0000b"},
    ],
)
def test_a_token_that_is_not_the_answer_is_refused(visit: Visit, claims: dict[str, Any]) -> None:
    visit.member("li.na@example.com")
    visit.provider.claims = claims
    came = visit.comes()
    assert came.status_code == 401
    assert "could not be verified" in came.text
    assert not visit.signed_in


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_the_providers_signature_is_refused(visit: Visit, algorithm: str) -> None:
    visit.member("li.na@example.com")
    visit.provider.algorithm = algorithm
    assert "could not be verified" in visit.comes().text
    assert not visit.signed_in


def test_new_keys_of_the_provider_are_fetched_when_they_are_first_used(visit: Visit) -> None:
    visit.member("li.na@example.com")
    assert visit.comes().status_code == 303
    assert visit.comes().status_code == 303
    assert visit.provider.asked.count("/realm/keys") == 1
    visit.provider.change_keys()
    assert visit.comes().status_code == 303
    assert visit.provider.asked.count("/realm/keys") == 2
    assert visit.provider.asked.count("/realm/.well-known/openid-configuration") == 1


def test_an_answer_that_nobody_here_asked_for_is_refused(visit: Visit) -> None:
    visit.member("li.na@example.com")
    address = visit.there()
    other = Visit(visit.app, visit.part, visit.provider)
    other.there()
    for stranger in (other, Visit(visit.app, visit.part, visit.provider)):
        came = stranger.client.get(address)
        assert came.status_code == 400
        assert "did not begin here" in came.text
        assert not stranger.signed_in


def test_an_answer_counts_once(visit: Visit) -> None:
    visit.member("li.na@example.com")
    address = visit.there()
    cookie = visit.client.cookies["certdesk_oidc"]
    assert visit.client.get(address).status_code == 303
    visit.client.cookies.clear()
    assert visit.client.get(address).status_code == 400
    visit.client.cookies.set("certdesk_oidc", cookie, path="/desk/oidc")
    assert visit.client.get(address).status_code == 401
    assert not visit.signed_in


def test_a_question_that_is_too_old_or_changed_is_refused(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit.member("li.na@example.com")
    address = visit.there()
    cookie = visit.client.cookies["certdesk_oidc"]
    for wrong in (cookie[:-3] + "abc", "", "…"):
        response = visit.client.get(address, headers={b"cookie": f"certdesk_oidc={wrong}".encode()})
        assert response.status_code == 400
    address, present = visit.there(), time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: present + 1000)
    assert visit.client.get(address).status_code == 400


def test_who_is_refused_there_is_told_so(visit: Visit) -> None:
    visit.provider.refuses = "access_denied"
    came = visit.comes("/desk/cases")
    assert came.status_code == 401
    assert "did not let you in" in came.text
    assert 'value="/desk/cases"' in came.text


@pytest.mark.parametrize("path", ["/realm/token", "/realm/keys"])
def test_a_provider_that_goes_down_meanwhile_is_told(visit: Visit, path: str) -> None:
    visit.member("li.na@example.com")
    visit.provider.down = {path}
    came = visit.comes()
    assert came.status_code == 503
    assert "does not answer at the moment" in came.text
    visit.provider.down = set()
    assert visit.comes().status_code == 303


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_is_not_the_one_set_up_is_not_asked(visit: Visit, document: dict[str, Any]) -> None:
    visit.provider.document = document
    assert visit.client.get("/desk/oidc").status_code == 503
    visit.provider.document = {}
    assert visit.client.get("/desk/oidc").status_code == 303


def test_a_provider_that_is_down_leaves_the_password(visit: Visit) -> None:
    visit.member("li.na@example.com")
    visit.provider.down = {"/realm/.well-known/openid-configuration"}
    page = visit.client.get("/desk/oidc", headers={"accept-language": "zh"})
    assert page.status_code == 503
    assert "暂时没有响应" in page.text
    assert page.headers["retry-after"]
    sent = {"login": "li.na@example.com", "password": PASSWORD}
    assert visit.client.post("/desk/sign-in", data=sent).status_code == 303
    assert visit.signed_in


def test_the_secret_is_sent_as_the_provider_wants_it(visit: Visit) -> None:
    visit.member("li.na@example.com")
    visit.provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert visit.comes().status_code == 303


def test_a_wrong_secret_is_logged_without_it(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("identity.SECRET", "another one")
    came = visit.comes()
    assert came.status_code == 401
    logged = "".join(capsys.readouterr())
    assert "invalid_client" in logged
    assert SECRET not in logged


def test_the_page_of_a_failure_can_be_read_in_another_language(visit: Visit) -> None:
    came = visit.client.get("/desk/oidc/callback?lang=zh&next=/desk/cases")
    assert (came.status_code, came.headers["location"]) == (303, "/desk/sign-in?lang=zh&next=/desk/cases")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"oidc_client_id": ""}, "CERTDESK_OIDC_CLIENT_ID"),
        ({"oidc_client_secret": ""}, "CERTDESK_OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": "http://login.example"}, "CERTDESK_OIDC_ISSUER"),
    ],
)
def test_a_provider_that_is_set_up_by_half_is_told_at_the_start(
    provider: IdentityProvider, tmp_path: Path, changes: dict[str, str], told: str
) -> None:
    configured = settings(provider, tmp_path).model_copy(update=changes)
    with pytest.raises(SettingsError, match=told):
        oidc.router(configured)


def test_an_extra_that_is_missing_is_told_at_the_start(
    provider: IdentityProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "adapters.desk.identity", raising=False)
    monkeypatch.delattr("adapters.desk.identity", raising=False)
    monkeypatch.setitem(sys.modules, "authlib", None)
    monkeypatch.setitem(sys.modules, "authlib.integrations.httpx_client", None)
    with pytest.raises(SettingsError, match="certdesk\\[oidc\\]"):
        oidc.router(settings(provider, tmp_path))
