"""The application as a form, documents, and whether a reply was helpful: what the widget offers beside messages."""

import asyncio
import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, StringConstraints, TypeAdapter

from adapters.web.access import CHANNEL, NO_STORE, Owned, address, parts
from adapters.web.multipart import receive_upload
from bot.errors import InvalidApplication, InvalidMessage, NotFound
from bot.messages import ATTACHED, Inbound, Reply, clean
from bot.records import Document
from knowledge.language import detect

_REPLY = TypeAdapter(Reply)
_Value = Annotated[str, StringConstraints(max_length=2000)]

UPLOADS = re.compile(r"/api/conversations/[^/]+/files")
"""Paths whose bodies are read as streams."""

router = APIRouter(prefix="/api/conversations")


class Application(BaseModel):
    """`client_message_id` names this confirmation; sent again, it changes nothing."""

    client_message_id: str = Field(min_length=1, max_length=100)
    service: str = Field("", max_length=60)
    language: Literal["en", "zh"] = "en"
    values: dict[str, _Value] = Field(max_length=50)
    consent: bool = False


class Rating(BaseModel):
    helpful: bool


@router.get("/{id}/application")
async def read_application(id: Owned, request: Request, lang: str = "en") -> JSONResponse:
    """The fields of the application in a language, with what the customer has said so far."""
    language = "zh" if lang == "zh" else "en"
    form = await parts(request).service.form(id, language)
    fields = [
        {
            "id": field.id,
            "type": field.type,
            "required": field.required,
            "label": field.label.get(language) or field.id,
            "value": form.values.get(field.id, ""),
        }
        for field in form.service.application
    ]
    name = form.service.name.get(language) or form.service.id
    body = {
        "service": form.service.id,
        "name": name,
        "privacy_url": f"/privacy?lang={language}",
        "fields": fields,
    }
    return JSONResponse(body, headers=NO_STORE)


@router.post("/{id}/application")
async def send_application(id: Owned, sent: Application, request: Request) -> JSONResponse:
    """Sends the application in: 200 and a Reply with the case, or 422 with `errors` by field."""
    part = parts(request)
    part.limits.message(id, address(request))
    if not sent.consent:
        raise InvalidApplication("Please agree to the privacy notice.", {"consent": "Please agree."})
    message_id = clean(sent.client_message_id)
    if not message_id:
        raise InvalidMessage("The client_message_id has no readable character; use a random one.")
    values = {name: clean(value) for name, value in sent.values.items()}
    reply = await part.service.apply(
        Inbound(CHANNEL, id, message_id, ""), values, sent.service, sent.language
    )
    body: dict[str, Any] = _REPLY.dump_python(reply, mode="json")
    return JSONResponse(body, headers=NO_STORE)


@router.post("/{id}/files", status_code=201)
async def send_file(id: Owned, request: Request) -> JSONResponse:
    """Takes one document in; the fields `document` (checklist) and `client_file_id` may stand beside it."""
    part = parts(request)
    part.limits.message(id, address(request))
    file, fields = await receive_upload(request, part.files)
    external_id = clean(fields.get("client_file_id", ""))[:150] or f"file:{file.sha256}"
    inbound = Inbound(CHANNEL, id, external_id, f"{ATTACHED} {file.name}")
    await part.service.upload(inbound, file, clean(fields.get("document", "")))

    def stored() -> Document | None:
        with part.store.read() as tx:
            return tx.documents.uploaded(id, external_id)

    document = await asyncio.to_thread(stored)
    if document is None:
        raise InvalidMessage("This client_file_id is that of a message; use another one.")
    body = {
        "id": document.id,
        "name": document.name,
        "size": document.size,
        "sha256": document.sha256,
    }
    return JSONResponse(body, 201, NO_STORE)


@router.post("/{id}/messages/{message}/feedback", status_code=204)
async def rate(id: Owned, message: str, rating: Rating, request: Request) -> Response:
    """Whether a reply was helpful; one that was not is kept as a gap in the knowledge."""
    part = parts(request)

    def keep() -> bool:
        with part.store.write() as tx:
            if not tx.gaps.rate(id, message, helpful=rating.helpful):
                return False
            question, asked = tx.gaps.question_of(message)
            if question and not rating.helpful:
                gap = tx.gaps.add(id, asked, question, detect(question), "thumbs_down")
                if gap:
                    tx.enqueue("group", gap)
            return True

    if not await asyncio.to_thread(keep):
        raise NotFound("There is no such reply in this conversation.")
    return Response(status_code=204, headers=NO_STORE)
