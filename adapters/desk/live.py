"""What pages of staff are told as it happens: a stream of events for each page that is open."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from adapters.desk.access import Agent, Visitor, desk
from adapters.desk.pages import DeskRoute
from adapters.desk.parts import Desk
from bot.messages import new_id
from bot.store.views import View

_LONGEST = 600.0  # seconds, after which the page connects anew, if it still may
_LOOK_AGAIN = 30.0  # seconds between notes that a conversation is still open
_LASTS = timedelta(seconds=75)
_REST = 0.5  # seconds between two events, however much happens

router = APIRouter(prefix="/desk", route_class=DeskRoute, include_in_schema=False)


@router.get("/live")
async def live(request: Request, who: Agent, conversation: str = "") -> EventSourceResponse:
    """`queue` with the counts at first, since something may have happened after the page was made, and whenever what
    waits for staff or is with them changes; `conversation` when the one that is shown does.
    """
    events = _events(desk(request), who, conversation)
    return EventSourceResponse(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


async def _events(part: Desk, who: Visitor, conversation: str) -> AsyncIterator[ServerSentEvent]:
    page = new_id("page")
    until = time.monotonic() + _LONGEST
    async with part.changes.listening() as listener:
        if conversation:
            await _look(part, who, conversation, page)
        try:
            told: object = None
            noted = time.monotonic()
            while not part.changes.ended and time.monotonic() < until:
                standing = await part.changes.standing()
                if standing != told:
                    yield ServerSentEvent(await asyncio.to_thread(_counts, part, who), event="queue")
                    told = standing
                changed = await listener.changed(_LOOK_AGAIN)
                if conversation in changed:
                    yield ServerSentEvent("{}", event="conversation")
                if conversation and time.monotonic() - noted >= _LOOK_AGAIN:
                    await asyncio.to_thread(_note, part, who, conversation, page)
                    noted = time.monotonic()
                if changed:
                    await asyncio.sleep(_REST)
        finally:
            if conversation:
                await asyncio.shield(_look_away(part, conversation, page))


async def _look(part: Desk, who: Visitor, conversation: str, page: str) -> None:
    await asyncio.to_thread(_note, part, who, conversation, page)
    part.changes.tell({conversation})


async def _look_away(part: Desk, conversation: str, page: str) -> None:
    def gone() -> None:
        with part.store.write() as tx:
            tx.margins.look_away(page)

    await asyncio.to_thread(gone)
    part.changes.tell({conversation})


def _note(part: Desk, who: Visitor, conversation: str, page: str) -> None:
    with part.store.write() as tx:
        if tx.conversations.get(conversation):
            tx.margins.look(who.staff.id, conversation, page, _LASTS)


def _counts(part: Desk, who: Visitor) -> str:
    with part.store.read() as tx:
        counts = tx.queue.counts(who.staff.name)
        latest = tx.queue.latest_waiting()
    body: dict[str, Any] = {
        "waiting": counts[View.WAITING],
        "unanswered": counts[View.UNANSWERED],
        "latest": latest,
    }
    return json.dumps(body)
