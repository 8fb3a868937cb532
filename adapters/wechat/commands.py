"""`certdesk wechat`: the menu below the chat, and whether all is set up right."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from adapters.wechat.account import Account, account
from adapters.wechat.menu import menu as made
from bot import settings
from bot.errors import CertDeskError
from bot.jobs import Jobs
from bot.settings import Settings
from bot.store import Store

if TYPE_CHECKING:
    from adapters.wechat.api import Api  # its libraries are not needed by other commands

cli = typer.Typer(
    no_args_is_help=True, help="The WeChat Official Account: its menu, and whether it is set up right."
)
out = Console()
_MARKS = {True: "[green]ok[/]    ", False: "[red]mend[/]  ", None: "      "}


@cli.command()
def menu(
    language: Annotated[Literal["zh", "en"], typer.Option(help="language of the buttons")] = "zh",
    show: Annotated[bool, typer.Option("--show", help="only show the menu there is")] = False,
) -> None:
    """Set the menu that customers see below the chat."""
    _, _, api = _opened()
    if not show:
        api.create_menu(made(language))
    out.print_json(data=api.menu() or {})


@cli.command()
def check() -> None:
    """Go through the set-up and say what is wrong. Exit status 1 if something is."""
    from adapters.wechat.check import check as checked

    configured, found, api = _opened()
    fine = True
    for point in checked(found, configured.site, api):
        out.print(_MARKS[point.fine], end="")
        out.print(point.text, markup=False, highlight=False, soft_wrap=True)
        fine = fine and point.fine is not False
    raise typer.Exit(0 if fine else 1)


def _opened() -> "tuple[Settings, Account, Api]":
    from adapters.wechat.api import Api
    from adapters.wechat.shelf import DatabaseShelf

    configured = settings.load()
    found = account(configured)
    if found is None:
        raise CertDeskError("no WeChat account is set up; docs/wechat.md says how, step by step")
    store = Store(configured.database, Jobs(configured.database))
    store.migrate()
    return configured, found, Api(found, DatabaseShelf(store, found.app_id))
