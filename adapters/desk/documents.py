"""One document: looked at without running anything in it, judged, and put under its line of the checklist."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from adapters.desk.access import Agent, Posted, Visitor, desk
from adapters.desk.pages import DeskRoute, page, see_other
from adapters.desk.texts import texts
from bot import wording
from bot.errors import Conflict, NotFound
from bot.files import attachment_headers
from bot.records import Case, Document
from bot.store import Transaction

IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
PDF = "application/pdf"
_LONGEST_REASON = 500  # characters
_VIEWED = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
_NOTHING = "default-src 'none'; frame-ancestors 'self'; "
# A browser's own viewer of PDF files runs apart from any site, and not at all under `sandbox`.
_POLICIES = {PDF: _NOTHING + "object-src 'self'; style-src 'unsafe-inline'"}
_POLICY = _NOTHING + "sandbox; style-src 'unsafe-inline'"

Id = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,40}$")]

router = APIRouter(prefix="/desk/documents/{id}", route_class=DeskRoute, include_in_schema=False)


@router.get("")
def document(request: Request, who: Agent, id: Id) -> Response:
    with desk(request).store.write() as tx:
        _document(tx, id)
        tx.people.note(who.staff.name, "document.show", id)
    return _page(request, who, id)


@router.get("/file")
def file(request: Request, who: Agent, id: Id, download: str = "") -> Response:
    """To be saved, or for what a browser can show safely, to be shown within the page."""
    part = desk(request)
    with part.store.write() as tx:
        found = _document(tx, id)
        tx.people.note(who.staff.name, "document.save" if download else "document.view", id)
    if not part.files.exists(found.sha256):
        raise NotFound("The file is gone.")
    headers = attachment_headers(found.name, found.media_type)
    if not download and found.media_type in {PDF, *IMAGES}:
        policy = _POLICIES.get(found.media_type, _POLICY)
        headers = _VIEWED | {"Content-Type": found.media_type, "Content-Security-Policy": policy}
    return StreamingResponse(part.files.read(found.sha256), headers=headers)


@router.post("/decision")
def decide(request: Request, who: Agent, id: Id, sent: Posted) -> Response:
    """Accept it, or reject it with a reason that its customer is told."""
    part, accept = desk(request), sent.get("decision") == "accept"
    reason = " ".join(filter(None, (sent.get("ready", ""), sent.get("reason", ""))))[:_LONGEST_REASON]
    if not accept and not reason.strip():
        return _page(request, who, id, texts(who.staff.language).cases.wrong.reason, 422)
    try:
        with part.store.write() as tx:
            case = _case_of(tx, _document(tx, id))
            part.office.cases.decide(tx, id, who.staff.name, accept=accept, reason=reason)
    except Conflict as error:
        return _page(request, who, id, texts(who.staff.language).cases.wrong.changed, error.status)
    return see_other(
        f"/desk/cases/{case.reference}#documents", "cases.accepted" if accept else "cases.rejected"
    )


@router.post("/item")
def put(request: Request, who: Agent, id: Id, sent: Posted) -> Response:
    part = desk(request)
    with part.store.write() as tx:
        case = _case_of(tx, _document(tx, id))
        part.office.cases.file(tx, id, sent.get("item", ""), who.staff.name)
    return see_other(f"/desk/cases/{case.reference}#documents", "cases.filed")


def _page(request: Request, who: Visitor, id: str, error: str = "", status: int = 200) -> Response:
    part = desk(request)
    values: dict[str, Any] = {"lines": [], "reasons": [], "line": "", "case": None}
    with part.store.read() as tx:
        found = _document(tx, id)
        case = tx.cases.get(found.case) if found.case else None
        if case:
            items = part.office.cases.service(case).lists.get("documents", ())
            lines = {item.id: wording.short(item, who.staff.language) for item in items}
            values = {
                "lines": list(lines.items()),
                "line": lines.get(found.item or "", ""),
                "reasons": texts(case.language).cases.reasons,
                "case": case,
            }
    return page(
        request,
        who,
        "cases/document.html",
        area="cases",
        status=status,
        error=error,
        document=found,
        is_there=part.files.exists(found.sha256),
        is_image=found.media_type in IMAGES,
        is_pdf=found.media_type == PDF,
        **values,
    )


def _document(tx: Transaction, id: str) -> Document:
    """Raises NotFound."""
    found = tx.documents.get(id)
    if found is None:
        raise NotFound("There is no such document.")
    return found


def _case_of(tx: Transaction, document: Document) -> Case:
    """Raises NotFound."""
    case = tx.cases.get(document.case) if document.case else None
    if case is None:
        raise NotFound("This document belongs to no application yet.")
    return case
