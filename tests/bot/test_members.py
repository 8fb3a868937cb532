"""The command `certdesk staff`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.accounts import Accounts
from bot.errors import Conflict, InvalidMessage, NotFound, Unauthorized
from bot.store import Store
from databases import migrated_sqlite

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    url = migrated_sqlite(tmp_path)
    monkeypatch.setenv("CERTDESK_DATABASE_URL", url)
    monkeypatch.setenv("CERTDESK_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("bot.members.out", Console(width=200))
    store = Store(url)
    yield Accounts(store)
    store.close()


def run(*words: str, typed: str = "", error: type[Exception] | None = None) -> Result:
    result = CliRunner().invoke(cli, ["staff", *words], input=typed)
    assert isinstance(result.exception, error) if error else result.exit_code == 0, result.output
    return result


def test_a_member_is_added_with_a_password_from_a_pipe(accounts: Accounts) -> None:
    shown = run(
        "add", "Zhao@example.com", "--name", "Zhao [bold]Min[/]", "--role", "admin", typed=f"{PASSWORD}\n"
    )
    assert "Zhao [bold]Min[/] may sign in at /desk as zhao@example.com (admin)" in shown.output
    assert PASSWORD not in shown.output
    found, _ = accounts.sign_in("zhao@example.com", PASSWORD, "")
    assert (found.role, found.language) == ("admin", "zh")


def test_a_password_is_made_and_shown_where_nobody_gives_one(accounts: Accounts) -> None:
    shown = run("add", "li.na", "--language", "en").output
    made = shown.partition("password: ")[2].split()[0]
    found, _ = accounts.sign_in("li.na", made, "")
    assert (found.name, found.role, found.language) == ("li.na", "agent", "en")


def test_a_password_is_typed_twice_by_who_sits_there(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def prompt(_: str, **how: object) -> str:
        asked.append(how)
        return PASSWORD

    monkeypatch.setattr(
        "bot.members.sys", type("Sys", (), {"stdin": type("In", (), {"isatty": lambda: True})})
    )
    monkeypatch.setattr("bot.members.typer.prompt", prompt)
    assert PASSWORD not in run("add", "li.na").output
    assert asked == [{"hide_input": True, "confirmation_prompt": True}]
    assert accounts.sign_in("li.na", PASSWORD, "")


def test_who_signs_in_with_the_organizations_account_gets_no_password(accounts: Accounts) -> None:
    assert "password" not in run("add", "li.na", "--oidc").output
    with pytest.raises(Unauthorized):
        accounts.sign_in("li.na", "", "")


def test_everybody_is_listed(accounts: Accounts) -> None:
    run("add", "li.na", "--name", "Li [b]Na[/b]", typed=PASSWORD)
    run("add", "wang", "--name", "王伟", "--role", "supervisor", typed=PASSWORD)
    shown = run("list").output
    assert "Li [b]Na[/b]" in shown
    assert "王伟" in shown
    assert "supervisor" in shown


def test_a_role_changes_and_somebody_is_let_go_and_in_again(accounts: Accounts) -> None:
    run("add", "li.na", typed=PASSWORD)
    assert "li.na: supervisor, may sign in" in run("change", "LI.NA", "--role", "supervisor").output
    assert "li.na: supervisor, may not sign in" in run("change", "li.na", "--inactive").output
    with pytest.raises(Unauthorized):
        accounts.sign_in("li.na", PASSWORD, "")
    run("change", "li.na", "--active")
    assert accounts.sign_in("li.na", PASSWORD, "")


def test_a_new_password_signs_out_everywhere(accounts: Accounts) -> None:
    run("add", "li.na", typed=PASSWORD)
    _, token = accounts.sign_in("li.na", PASSWORD, "")
    assert "another good one" not in run("password", "li.na", typed="another good one").output
    assert accounts.session(token) is None
    assert accounts.sign_in("li.na", "another good one", "")


def test_what_cannot_be_done_says_why(accounts: Accounts) -> None:
    run("add", "zhao", "--role", "admin", typed=PASSWORD)
    for words, typed, error in (
        (("add", "zhao"), PASSWORD, Conflict),
        (("add", "li", "--language", "fr"), PASSWORD, InvalidMessage),
        (("add", "li"), "short", InvalidMessage),
        (("password", "nobody"), PASSWORD, NotFound),
        (("change", "nobody", "--role", "agent"), "", NotFound),
        (("change", "zhao", "--inactive"), "", Conflict),
    ):
        run(*words, typed=typed, error=error)
    assert [one.login for one in accounts.all()] == ["zhao"]


def test_who_did_it_is_noted(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.members.ME", "operator")
    run("add", "li.na", typed=PASSWORD)
    run("change", "li.na", "--role", "admin")
    run("password", "li.na", typed="another good one")
    with accounts._store.read() as tx:
        lines = [(line["staff"], line["action"], line["subject"]) for line in tx.people.audited()]
    assert sorted(lines) == [("operator", f"staff.{done}", "li.na") for done in ("add", "change", "password")]
