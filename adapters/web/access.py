"""What the routes work with, and whose conversation a request is about."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from adapters.limits import Limits
from bot.errors import NotFound, Unauthorized
from bot.events import Events
from bot.files import Files
from bot.service import Service
from bot.store import Store

CHANNEL = "web"
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class Parts:
    """What the routes need; the app keeps it in its state."""

    service: Service
    store: Store
    limits: Limits
    events: Events
    files: Files


def parts(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found


def address(request: Request) -> str:
    return request.client.host if request.client else ""


async def owned(id: str, request: Request, authorization: Annotated[str, Header()] = "") -> str:
    """The conversation's id, if the bearer token is its own. Raises Unauthorized, NotFound."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("Send the conversation's token as 'Authorization: Bearer …'.")
    await asyncio.to_thread(_check, parts(request).store, id, token.strip())
    return id


Owned = Annotated[str, Depends(owned)]


def _check(store: Store, id: str, token: str) -> None:
    with store.read() as tx:
        if tx.conversations.token_fits(id, token):
            return
        if tx.conversations.get(id) is None:
            raise NotFound("There is no such conversation; start a new one with POST /api/conversations.")
    raise Unauthorized("The token is not this conversation's; start a new conversation if you have lost it.")
