"""Where the platform delivers what customers send."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response

from adapters.wechat import passive
from adapters.wechat.errors import Forbidden, Malformed
from adapters.wechat.incoming import parse
from adapters.wechat.parts import wechat
from adapters.wechat.secure import Query
from bot import log
from bot.errors import Unavailable

_TAKEN = "success"  # taken, and nothing to say

logger = log.get("wechat")
router = APIRouter(prefix="/wechat", include_in_schema=False)


def query(request: Request) -> Query:
    """What stands in the address; a name that stands there twice counts as its last."""
    given = request.query_params
    names = ("signature", "timestamp", "nonce", "msg_signature", "encrypt_type", "echostr")
    return Query(*(given.get(name, "") for name in names))


Asked = Annotated[Query, Depends(query)]


@router.get("/callback")
async def verify(request: Request, asked: Asked) -> Response:
    try:
        return PlainTextResponse(wechat(request).door.verify(asked))
    except Forbidden as error:
        return _refused(403, error)


@router.post("/callback")
async def deliver(request: Request, asked: Asked) -> Response:
    """Answers in time, whatever else is slow: with the answer, with a word that it will come, or with nothing to say."""
    began = time.monotonic()
    channel, door = wechat(request).channel, wechat(request).door
    try:
        opened = door.open(asked, await request.body())
        event = parse(opened.xml)
        words = await channel.receive(event, began)
    except Forbidden as error:
        return _refused(403, error)
    except Malformed as error:
        return _refused(400, error)
    except Unavailable as error:
        return _refused(503, error)  # the platform delivers it again
    if not words:
        return PlainTextResponse(_TAKEN)
    body = door.seal(passive.text_reply(event, words, time.time()), opened)
    return Response(body, media_type="text/xml")


def _refused(status: int, error: Exception) -> Response:
    logger.warning("callback refused", status=status, reason=str(error))
    return PlainTextResponse(str(error), status)
