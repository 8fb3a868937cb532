"""The public HTTP contract: conversations and their messages."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, TypeAdapter
from sse_starlette import EventSourceResponse, ServerSentEvent

from adapters.web.access import CHANNEL, NO_STORE, Owned, address, parts
from bot import log
from bot.errors import InvalidMessage, RequestError
from bot.messages import Inbound, Message, Reply, clean
from bot.service import Service, check

LARGEST_BODY = 64 * 1024  # bytes; 4,000 characters take at most 16 kB in UTF-8, or 48 kB escaped

_REPLY = TypeAdapter(Reply)
_MESSAGE = TypeAdapter(Message)
_LARGEST_NUMBER = 2**31 - 1  # of a message; databases take no more

logger = log.get("web")
router = APIRouter(prefix="/api/conversations")


class Opening(BaseModel):
    locale: str = Field("", max_length=35)
    page_url: str = Field("", max_length=2000)


class Sent(BaseModel):
    client_message_id: str = Field(min_length=1, max_length=100)
    text: str


@router.post("", status_code=201)
async def open_conversation(request: Request, opening: Opening | None = None) -> JSONResponse:
    part = parts(request)
    part.limits.opening(address(request))
    locale = (opening.locale if opening else "") or request.headers.get("accept-language", "")[:35]
    page_url = clean(opening.page_url) if opening else ""
    opened = await part.service.open(CHANNEL, clean(locale), page_url)
    body = {"id": opened.conversation, "token": opened.token, "greeting": _json(opened.greeting)}
    return JSONResponse(body, 201, NO_STORE)


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
        return EventSourceResponse(_events(part.service, inbound), headers=NO_STORE)
    return JSONResponse(_json(await part.service.receive(inbound)), headers=NO_STORE)


@router.get("/{id}/messages")
async def read_messages(
    id: Owned, request: Request, after: Annotated[int, Query(ge=0, le=_LARGEST_NUMBER)] = 0
) -> JSONResponse:
    store = parts(request).store

    def read() -> list[Message]:
        with store.read() as tx:
            return tx.conversations.messages(id, after)

    found = await asyncio.to_thread(read)
    return JSONResponse(
        {"messages": [_MESSAGE.dump_python(message, mode="json") for message in found]}, headers=NO_STORE
    )


async def _events(service: Service, inbound: Inbound) -> AsyncIterator[ServerSentEvent]:
    try:
        async for part in service.stream(inbound):
            if isinstance(part, Reply):
                yield _event("reply", _json(part))
            else:
                yield _event("sentence", {"text": part})
    except RequestError as error:
        yield _event("error", {"code": error.code, "message": str(error)})
    except Exception as error:  # the stream has begun, so this is the last place that can tell the customer
        logger.error("unexpected error", conversation=inbound.conversation, exc_info=error)
        message = "Something went wrong on our side; please send it again in a moment."
        yield _event("error", {"code": "internal_error", "message": message})


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)


def _json(reply: Reply) -> dict[str, Any]:
    body: dict[str, Any] = _REPLY.dump_python(reply, mode="json")
    return body
