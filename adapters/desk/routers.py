"""All routes of the desk."""

from collections.abc import Sequence

from fastapi import APIRouter

from adapters.desk import (
    accounts,
    assets,
    canned,
    cases,
    conversation,
    documents,
    elsewhere,
    files,
    gaps,
    knowledge,
    live,
    numbers,
    queue,
    signing,
)
from bot.settings import Settings


def desk_routers(settings: Settings) -> Sequence[APIRouter]:
    """Raises SettingsError if the identity provider is set up by half."""
    modules = (
        signing, assets, live, queue, conversation, canned, accounts, cases, documents, gaps, knowledge, numbers,
    )  # fmt: skip
    routers = [*(module.router for module in modules), files.router, files.open_router]
    if settings.oidc_issuer:
        from adapters.desk import oidc  # its libraries are not needed without it

        routers.append(oidc.router(settings))
    return [*routers, elsewhere.router]
