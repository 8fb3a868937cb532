"""Files that staff send to customers: taken in as customers' own are, and fetched by whoever has the link."""

import re
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from adapters.desk.access import Agent, check_csrf, check_origin, desk
from adapters.desk.pages import DeskRoute, see_other
from adapters.web.multipart import receive_upload
from adapters.web.problems import problem
from bot.files import attachment_headers
from bot.messages import ATTACHED, new_id
from bot.records import Attachment

UPLOADS = re.compile(r"/desk/conversations/[^/]+/files")
"""Paths whose bodies are read as streams."""

router = APIRouter(route_class=DeskRoute, include_in_schema=False)
open_router = APIRouter(prefix="/attachments", include_in_schema=False)


@router.post("/desk/conversations/{id}/files")
async def send_file(request: Request, who: Agent, id: str, csrf: str = "") -> Response:
    """The customer gets a message with a link to it. The form's secret is in the address: it is checked before
    anything is read.
    """
    check_origin(request)
    check_csrf(who, csrf)
    part = desk(request)
    file, _ = await receive_upload(request, part.files)
    attachment = Attachment(
        id=new_id("att"),
        conversation=id,
        sha256=file.sha256,
        name=file.name,
        size=file.size,
        media_type=file.media_type,
        staff=who.staff.name,
        created_at=datetime.now(UTC),
    )

    def told() -> None:
        with part.store.write() as tx:
            text = f"{ATTACHED} {file.name}\n{part.settings.site}/attachments/{attachment.id}"
            part.office.handoffs.reply(tx, id, who.staff.name, text)
            tx.margins.attach(attachment)
            tx.people.note(who.staff.name, "conversation.file", id)

    await run_in_threadpool(told)
    return see_other(f"/desk/conversations/{id}#reply", "conversation.sent")


@open_router.get("/{id}")
def attachment(request: Request, id: str) -> Response:
    """The file, to be saved. Its id is as good as a password, and ends with the conversation."""
    part = desk(request)
    with part.store.read() as tx:
        found = tx.margins.attachment(id)
    if found is None or not part.files.exists(found.sha256):
        return problem(404, "not_found", "There is no such file; ask for it in the chat.")
    return StreamingResponse(
        part.files.read(found.sha256), headers=attachment_headers(found.name, found.media_type)
    )
