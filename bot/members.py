"""The command `certdesk staff`: who may use the desk."""

import secrets
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import settings
from bot.accounts import Accounts
from bot.errors import NotFound
from bot.jobs import Jobs
from bot.records import Role, Staff
from bot.staff import ME
from bot.store import Store

cli = typer.Typer(no_args_is_help=True, help="Who may use the desk: add, list, change, password.")
out = Console()

Login = Annotated[str, typer.Argument(help="what they sign in with, such as li.na or an e-mail address")]


def accounts() -> Accounts:
    configured = settings.load()
    store = Store(configured.database, Jobs(configured.database))
    store.migrate()
    return Accounts(store)


@cli.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="their name, as customers see it")] = "",
    role: Annotated[Role, typer.Option(help="what they may do")] = Role.AGENT,
    language: Annotated[str, typer.Option(help="the desk's language for them: zh or en")] = "",
    oidc: Annotated[
        bool, typer.Option("--oidc", help="they sign in with the organization's account")
    ] = False,
) -> None:
    """Add a member of staff; asks for a password, or makes one where there is nobody to ask."""
    password, made = ("", False) if oidc else _password()
    shown = language or settings.load().staff_language
    added = accounts().add(login, name or login, role, shown, password, by=ME)
    if made:
        out.print(f"password: {password}", highlight=False, markup=False)
    out.print(
        f"{added.name} may sign in at /desk as {added.login} ({added.role})", highlight=False, markup=False
    )


@cli.command("list")
def list_members() -> None:
    """Everybody, by name."""
    table = Table("login", "name", "role", "may sign in")
    for one in accounts().all():
        table.add_row(escape(one.login), escape(one.name), one.role, "yes" if one.active else "no")
    out.print(table)


@cli.command()
def change(
    login: Login,
    role: Annotated[Role | None, typer.Option(help="what they may do from now on")] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="whether they may sign in")
    ] = None,
) -> None:
    """Change a role, let somebody go or in again."""
    opened = accounts()
    changed = opened.change(_known(opened, login).id, by=ME, role=role, active=active)
    state = "may sign in" if changed.active else "may not sign in"
    out.print(f"{changed.login}: {changed.role}, {state}", highlight=False, markup=False)


@cli.command()
def password(login: Login) -> None:
    """Set a new password; they are signed out everywhere."""
    opened = accounts()
    _known(opened, login)
    password, made = _password()
    opened.set_password(login, password, by=ME)
    if made:
        out.print(f"password: {password}", highlight=False, markup=False)
    out.print(f"{login} has a new password", highlight=False, markup=False)


def _known(opened: Accounts, login: str) -> Staff:
    found = next((one for one in opened.all() if one.login == login.strip().casefold()), None)
    if found is None:
        raise NotFound(f"Nobody's login is {login}; `certdesk staff list` shows them all.")
    return found


def _password() -> tuple[str, bool]:
    """Typed twice, read from a pipe, or else made, which the second value tells."""
    if sys.stdin.isatty():
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed, False
    if piped := sys.stdin.readline().rstrip("\n"):
        return piped, False
    return secrets.token_urlsafe(12), True
