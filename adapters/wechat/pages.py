"""The pages behind links in the chat: the whole of an answer, and a place to send documents to."""

import asyncio
import re
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from adapters.web.access import address, parts
from adapters.web.multipart import receive_upload
from adapters.web.pages import chat_texts
from adapters.wechat.acceptance import CHANNEL
from adapters.wechat.links import Links
from adapters.wechat.templates import HEADERS, MEGABYTES, SAFE, html, language_of, problem, refused
from adapters.wechat.texts.pages import page_texts
from bot.cases import Cases
from bot.errors import NotFound, RequestError
from bot.messages import ATTACHED, AuthorKind, Inbound, Message, Reply
from bot.texts import texts as phrases
from bot.wording import short

UPLOADS = re.compile(r"/wechat/uploads/[^/]+")
"""Paths whose bodies are read as streams."""

_HISTORY = 1000  # messages in which the one of a link is looked for
_SHA256 = re.compile("[0-9a-f]{64}")
_FILES = StaticFiles(directory=Path(__file__).parent / "static")

router = APIRouter(prefix="/wechat", include_in_schema=False)


@router.get("/answers/{token}")
def answer(token: str, request: Request, lang: str | None = None) -> HTMLResponse:
    language = language_of(request, lang)
    try:
        question, reply = _answered(request, token)
    except RequestError as error:
        return refused(language, error)
    words = page_texts(language).answer
    by_person = reply.author.kind is AuthorKind.PERSON
    heading = words.person.format(name=reply.author.name) if by_person else words.answer
    # The bot's own words on how to send documents are of a page that has a paper clip.
    text = reply.text.replace(phrases(reply.language).case.upload, page_texts(reply.language).answer.upload)
    return html("answer.html", language, question=question, reply=reply, heading=heading, text=text)


@router.get("/uploads/{token}")
def upload_form(token: str, request: Request, lang: str | None = None, done: str = "") -> HTMLResponse:
    """`done` is the SHA-256 of a file that has just been sent: the page says what was said to it."""
    language = language_of(request, lang)
    try:
        return _form(request, _links(request).uploading(token), language, done=done)
    except RequestError as error:
        return refused(language, error)


@router.post("/uploads/{token}")
async def upload(token: str, request: Request, lang: str | None = None) -> Response:
    """Takes one file in; the same one again changes nothing.

    There is no cookie that another site could use: the signed link alone is the right to send.
    """
    language = language_of(request, lang)
    try:
        conversation = _links(request).uploading(token)
        await asyncio.to_thread(_missing, request, conversation, language)
        try:
            done = await _taken(request, conversation)
        except RequestError as error:
            return await asyncio.to_thread(_form, request, conversation, language, error=error)
    except RequestError as error:
        return refused(language, error)
    return RedirectResponse(f"?lang={language}&done={done}", 303, HEADERS)


@router.get("/static/{file}")
async def static(file: str, request: Request) -> Response:
    response = await _FILES.get_response(file, request.scope)
    response.headers.update(SAFE | {"Cache-Control": "no-cache"})
    return response


def _links(request: Request) -> Links:
    links: Links = request.app.state.wechat.links
    return links


def _answered(request: Request, token: str) -> tuple[str, Reply]:
    """A reply with the question that it answers, empty if it answers none. Raises NotFound, Unavailable."""
    conversation, id = _links(request).answered(token)
    with parts(request).store.read() as tx:
        said: dict[str, Message] = {m.id: m for m in tx.conversations.messages(conversation, last=_HISTORY)}
    reply = said[id].reply if id in said else None
    if reply is None:
        raise NotFound("This message is no longer there; ask again in the chat.")
    question = said.get(reply.in_reply_to or "")
    return question.text if question else "", reply


def _missing(request: Request, conversation: str, language: str) -> list[tuple[str, str]] | None:
    """The documents that are still needed, as id and name; None without an application.

    Raises NotFound for a conversation that is gone, Unavailable.
    """
    services = {service.id: service for service in request.app.state.search.index.content.services}
    with parts(request).store.read() as tx:
        found = tx.conversations.get(conversation)
        if found is None:
            raise NotFound("There is no such conversation; ask for a new link in the chat.")
        case = tx.cases.get(found.case) if found.case else None
        missing = Cases(services).missing(tx, case) if case else None
    return None if missing is None else [(item.id, short(item, language)) for item in missing]


async def _taken(request: Request, conversation: str) -> str:
    """The SHA-256 of the file that was sent. Raises what is wrong with it, or with sending it."""
    part = parts(request)
    part.limits.message(conversation, address(request))
    file, fields = await receive_upload(request, part.files)
    inbound = _inbound(conversation, file.sha256, f"{ATTACHED} {file.name}")
    await part.service.upload(inbound, file, fields.get("document", ""))
    return file.sha256


def _inbound(conversation: str, sha256: str, text: str = "") -> Inbound:
    return Inbound(CHANNEL, conversation, f"file:{sha256}", text)


def _form(
    request: Request, conversation: str, language: str, *, done: str = "", error: RequestError | None = None
) -> HTMLResponse:
    """Raises NotFound for a conversation that is gone, Unavailable."""
    missing = _missing(request, conversation, language)
    reply = None
    if _SHA256.fullmatch(done):
        with parts(request).store.read() as tx:
            reply = tx.conversations.reply_to(_inbound(conversation, done))
    return html(
        "upload.html",
        language,
        error,
        reply=reply,
        problem=problem(language, error) if error else "",
        missing=missing,
        accept=chat_texts(language)["accepted_files"],
        megabytes=MEGABYTES,
    )
