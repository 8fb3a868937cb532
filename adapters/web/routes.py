"""The public HTTP contract of conversations and messages."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, TypeAdapter
from sse_starlette import EventSourceResponse, ServerSentEvent

from adapters.web.limits import Limits
from bot import log
from bot.errors import InvalidMessage, NotFound, RequestError, Unauthorized
from bot.messages import Inbound, Message, Reply, clean
from bot.service import Service, check
from bot.store import Store
from knowledge.sentences import sentences

CHANNEL = "web"
LARGEST_BODY = 64 * 1024  # bytes; 4,000 characters take at most 16 kB in UTF-8, or 48 kB escaped

_REPLY = TypeAdapter(Reply)
_MESSAGE = TypeAdapter(Message)
_NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_LARGEST_NUMBER = 2**31 - 1  # of a message; databases take no more

logger = log.get("web")
router = APIRouter(prefix="/api/conversations")


@dataclass(frozen=True)
class Parts:
    """What the routes need; the app keeps it in its state."""

    service: Service
    store: Store
    limits: Limits


class Opening(BaseModel):
    locale: str = Field("", max_length=35)
    page_url: str = Field("", max_length=2000)


class Sent(BaseModel):
    client_message_id: str = Field(min_length=1, max_length=100)
    text: str


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
    store = parts(request).store
    if not await asyncio.to_thread(store.token_fits, id, token.strip()):
        if not await asyncio.to_thread(store.exists, id):
            raise NotFound("There is no such conversation; start a new one with POST /api/conversations.")
        raise Unauthorized(
            "The token is not this conversation's; start a new conversation if you have lost it."
        )
    return id


Owned = Annotated[str, Depends(owned)]


@router.post("", status_code=201)
async def open_conversation(request: Request, opening: Opening | None = None) -> JSONResponse:
    part = parts(request)
    part.limits.opening(address(request))
    locale = (opening.locale if opening else "") or request.headers.get("accept-language", "")[:35]
    page_url = clean(opening.page_url) if opening else ""
    opened = await part.service.open(CHANNEL, clean(locale), page_url)
    body = {"id": opened.conversation, "token": opened.token, "greeting": _json(opened.greeting)}
    return JSONResponse(body, 201, _NO_STORE)


@router.post("/{id}/messages")
async def send_message(id: Owned, sent: Sent, request: Request) -> Response:
    part = parts(request)
    text = clean(sent.text)
    check(text)
    message_id = clean(sent.client_message_id)
    if not message_id:  # all such messages would pass for the same one
        raise InvalidMessage("The client_message_id has no readable character; use a random one.")
    part.limits.message(id, address(request))
    inbound = Inbound(CHANNEL, id, message_id, text)
    if "text/event-stream" in request.headers.get("accept", ""):
        return EventSourceResponse(_events(part.service, inbound), headers=_NO_STORE)
    return JSONResponse(_json(await part.service.receive(inbound)), headers=_NO_STORE)


@router.get("/{id}/messages")
async def read_messages(
    id: Owned, request: Request, after: Annotated[int, Query(ge=0, le=_LARGEST_NUMBER)] = 0
) -> JSONResponse:
    found = await asyncio.to_thread(parts(request).store.messages, id, after)
    return JSONResponse(
        {"messages": [_MESSAGE.dump_python(message, mode="json") for message in found]}, headers=_NO_STORE
    )


async def _events(service: Service, inbound: Inbound) -> AsyncIterator[ServerSentEvent]:
    try:
        reply = await service.receive(inbound)
    except RequestError as error:
        yield _event("error", {"code": error.code, "message": str(error)})
        return
    except Exception as error:  # the stream has begun, so this is the last place that can tell the customer
        logger.error("unexpected error", conversation=inbound.conversation, exc_info=error)
        message = "Something went wrong on our side; please send it again in a moment."
        yield _event("error", {"code": "internal_error", "message": message})
        return
    for piece in pieces(reply.text):
        yield _event("sentence", {"text": piece})
    yield _event("reply", _json(reply))


def pieces(text: str) -> list[str]:
    """The text cut after each sentence; joined they are the text again."""
    result: list[str] = []
    start = 0
    for sentence in sentences(text):
        end = text.index(sentence, start) + len(sentence)
        result.append(text[start:end])
        start = end
    if result:
        result[-1] += text[start:]
    return result


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)


def _json(reply: Reply) -> dict[str, Any]:
    body: dict[str, Any] = _REPLY.dump_python(reply, mode="json")
    return body
