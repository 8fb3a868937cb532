"""The public HTTP contract: what happens in a conversation, told as it happens."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from adapters.web.access import NO_STORE, Owned, Parts, parts
from bot.records import Event

_LARGEST_NUMBER = 2**31 - 1

router = APIRouter(prefix="/api/conversations")


@router.get("/{id}/events")
async def follow(
    id: Owned, request: Request, last_event_id: Annotated[str, Header()] = ""
) -> EventSourceResponse:
    """Staff's messages, takeover, return, close and changes of the case; goes on after `Last-Event-ID`."""
    return EventSourceResponse(_news(parts(request), id, last_event_id), headers=NO_STORE)


async def _news(part: Parts, conversation: str, last: str) -> AsyncIterator[ServerSentEvent]:
    async with part.events.listening(conversation) as listener:
        if last.isdecimal() and int(last) <= _LARGEST_NUMBER:
            after = int(last)
        else:
            after = await asyncio.to_thread(_newest, part, conversation)
        while True:
            for event in await asyncio.to_thread(_read, part, conversation, after):
                data = json.dumps(dict(event.data), ensure_ascii=False)
                yield ServerSentEvent(data, event=event.kind, id=str(event.id))
                after = event.id
            if not await listener.wait():
                return


def _newest(part: Parts, conversation: str) -> int:
    with part.store.read() as tx:
        return tx.conversations.last_event(conversation)


def _read(part: Parts, conversation: str, after: int) -> list[Event]:
    with part.store.read() as tx:
        return tx.conversations.events(conversation, after)
