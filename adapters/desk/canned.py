"""Canned replies: kept by supervisors, filled in with what is known of the customer."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from adapters.desk.access import THEIRS, Posted, Supervisor, desk
from adapters.desk.pages import DeskRoute, page, see_other
from bot.errors import InvalidMessage
from bot.records import CannedReply, Staff
from bot.service import LONGEST_MESSAGE
from bot.store import Transaction
from bot.store.views import Queued
from bot.texts import LANGUAGES

FIELDS = ("{customer}", "{company}", "{reference}", "{staff}")
_LONGEST_TITLE = 100  # characters


class BadReply(InvalidMessage):
    code = "bad_canned"


router = APIRouter(prefix="/desk/canned", route_class=DeskRoute, include_in_schema=False)


@router.get("")
def canned(request: Request, who: Supervisor) -> Response:
    with desk(request).store.read() as tx:
        replies = tx.margins.canned()
    return page(request, who, "account/canned.html", area="knowledge", replies=replies, fields=FIELDS)


@router.post("")
def save(request: Request, who: Supervisor, sent: Posted) -> Response:
    """Without an `id`, a new one."""
    title, text, language = sent.get("title", ""), sent.get("text", ""), sent.get("language", "")
    if not title or not text or language not in LANGUAGES or len(text) > LONGEST_MESSAGE:
        raise BadReply(f"A canned reply needs a title and a text of at most {LONGEST_MESSAGE} characters.")
    id = int(sent["id"]) if sent.get("id", "").isdecimal() and len(sent["id"]) < 10 else None
    with desk(request).store.write() as tx:
        tx.margins.save_canned(id, language, title[:_LONGEST_TITLE], text, who.staff.name)
        tx.people.note(who.staff.name, "canned.save", title[:_LONGEST_TITLE])
    return see_other("/desk/canned", "account.saved")


@router.post("/{id}/removal", dependencies=[THEIRS])
def remove(request: Request, who: Supervisor, id: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    with desk(request).store.write() as tx:
        tx.margins.remove_canned(id)
        tx.people.note(who.staff.name, "canned.remove", str(id))
    return see_other("/desk/canned", "account.removed")


def filled(tx: Transaction, row: Queued, staff: Staff) -> list[CannedReply]:
    """Those in the customer's language, with what is known of them; what is not known stays to be filled in."""
    case = tx.cases.get(row.case) if row.case else None
    known = {
        "{customer}": case.fields.get("contact_name", "") if case else "",
        "{company}": row.company,
        "{reference}": row.reference or "",
        "{staff}": staff.name,
    }
    return [replace(each, text=_fill(each.text, known)) for each in tx.margins.canned(row.language)]


def _fill(text: str, known: dict[str, str]) -> str:
    for field, value in known.items():
        text = text.replace(field, value) if value else text
    return text
