"""One conversation: reading it, taking it over, answering, noting, handing it on, ending it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from adapters.desk.access import THEIRS, Agent, Posted, Visitor, desk
from adapters.desk.canned import filled
from adapters.desk.drafting import proposals
from adapters.desk.pages import DeskRoute, page, see_other, words_of
from adapters.desk.parts import Desk
from adapters.desk.reach import brought, reach
from adapters.desk.texts import texts
from adapters.desk.transcript import lines
from bot.errors import Conflict, InvalidMessage, NotFound, RequestError
from bot.messages import Message, clean, new_id
from bot.records import Role
from bot.service import LONGEST_MESSAGE
from bot.store import Transaction
from bot.store.views import Queued
from bot.texts import texts as phrases

_SHOWN = 500  # messages, the latest
_LONGEST_NOTE = 4000  # characters

router = APIRouter(prefix="/desk/conversations/{id}", route_class=DeskRoute, include_in_schema=False)


@router.get("")
def conversation(request: Request, who: Agent, id: str, draft: int | None = None) -> Response:
    """The page; `draft` is the proposal that the reply begins with."""
    part = desk(request)
    with part.store.write() as tx:
        row = _row(tx, id, who)
        tx.margins.read(who.staff.id, id, row.asked_seq)
        tx.people.note(who.staff.name, "conversation.show", id)
        messages = tx.conversations.messages(id, last=_SHOWN)
    written = ""
    if draft is not None:
        found = proposals(part.search(), messages, row.language)
        written = found[draft].text if 0 <= draft < len(found) else ""
    return _page(request, who, id, written=written)


@router.get("/talk")
def talk(request: Request, who: Agent, id: str) -> Response:
    """The part of the page that changes as things happen."""
    part = desk(request)
    with part.store.write() as tx:
        row = _row(tx, id, who)
        tx.margins.read(who.staff.id, id, row.asked_seq)
        values = _talk(part, tx, who, row)
    return page(request, who, "conversation/talk.html", area="queue", **values)


@router.get("/proposals")
def propose(request: Request, who: Agent, id: str) -> Response:
    part = desk(request)
    with part.store.read() as tx:
        row = _row(tx, id, who)
        messages = tx.conversations.messages(id, last=_SHOWN)
    found = proposals(part.search(), messages, row.language)
    return page(request, who, "conversation/proposals.html", id=id, proposals=found)


@router.post("/takeover", dependencies=[THEIRS])
def take(request: Request, who: Agent, id: str) -> Response:
    part = desk(request)
    try:
        with part.store.write() as tx:
            part.office.handoffs.take(tx, id, who.staff.name)
    except Conflict as error:
        return _page(request, who, id, status=error.status, error=_has_it(who))
    return see_other(f"/desk/conversations/{id}#reply", "conversation.taken")


@router.post("/assignment")
def assign(request: Request, who: Agent, id: str, sent: Posted) -> Response:
    part = desk(request)
    to = next((one for one in part.accounts.all() if one.active and str(one.id) == sent.get("to")), None)
    if to is None:
        raise NotFound("There is no such member of staff.")
    from_others = who.staff.role.includes(Role.SUPERVISOR)
    try:
        with part.store.write() as tx:
            part.office.handoffs.assign(tx, id, to.name, who.staff.name, may_take_from_others=from_others)
    except Conflict as error:
        return _page(request, who, id, status=error.status, error=_has_it(who))
    return see_other(f"/desk/conversations/{id}", "conversation.assigned")


@router.post("/replies")
def reply(request: Request, who: Agent, id: str, sent: Posted) -> Response:
    """Sent once for one `key`, however often the form comes. What cannot be sent stays in the form."""
    part = desk(request)
    text = sent.get("text", "")
    if len(text) > LONGEST_MESSAGE:
        words = texts(who.staff.language).conversation
        error = words.too_long.format(n=len(text), most=LONGEST_MESSAGE)
        return _page(request, who, id, written=text, status=422, error=error)
    try:
        with part.store.write() as tx:
            part.office.handoffs.reply(tx, id, who.staff.name, text, _key(sent, "msg"))
    except (InvalidMessage, Conflict) as error:
        problem = _said(error, who)
        return _page(request, who, id, written=text, status=error.status, error=problem)
    return see_other(f"/desk/conversations/{id}#reply", "conversation.sent")


@router.post("/notes")
def note(request: Request, who: Agent, id: str, sent: Posted) -> Response:
    text = sent.get("text", "")[:_LONGEST_NOTE]
    if text:
        with desk(request).store.write() as tx:
            _row(tx, id, who)
            tx.margins.note(id, who.staff.name, text, _key(sent, "note"))
            tx.conversations.change(id)
            tx.people.note(who.staff.name, "conversation.note", id)
    return see_other(f"/desk/conversations/{id}#notes", "conversation.noted" if text else "")


@router.post("/return")
def give_back(request: Request, who: Agent, id: str, sent: Posted) -> Response:
    part = desk(request)
    with part.store.write() as tx:
        part.office.handoffs.give_back(tx, id, who.staff.name, _outcome(sent))
    return see_other("/desk/queue?view=mine", "conversation.returned")


@router.post("/close")
def close(request: Request, who: Agent, id: str, sent: Posted) -> Response:
    part = desk(request)
    with part.store.write() as tx:
        part.office.handoffs.close(tx, id, who.staff.name, _outcome(sent))
    return see_other("/desk/queue?view=mine", "conversation.closed")


def _page(
    request: Request, who: Visitor, id: str, *, written: str = "", status: int = 200, error: str = ""
) -> Response:
    part = desk(request)
    with part.store.read() as tx:
        row = _row(tx, id, who)
        values = _talk(part, tx, who, row)
        values["canned"] = filled(tx, row, who.staff)
        values["other"] = (
            [one for one in tx.queue.of_case(row.case, who.staff.id) if one.conversation != id]
            if row.case
            else []
        )
    return page(
        request,
        who,
        "conversation/page.html",
        area="queue",
        status=status,
        key=new_id("msg"),
        note_key=new_id("note"),
        written=written,
        error=error,
        colleagues=[one for one in part.accounts.all() if one.active and one.id != who.staff.id],
        longest=LONGEST_MESSAGE,
        **values,
    )


def _talk(part: Desk, tx: Transaction, who: Visitor, row: Queued) -> dict[str, Any]:
    id, language = row.conversation, who.staff.language
    messages: list[Message] = tx.conversations.messages(id, last=_SHOWN)
    handoffs = tx.handoffs.of_conversation(id)
    words = phrases(language).handoff
    return {
        "id": id,
        "row": row,
        "lines": lines(
            messages, tx.margins.notes(id), tx.conversations.traces(id), brought(tx, id, language)
        ),
        "handoffs": [(each, getattr(words, f"reason_{each.reason}")) for each in handoffs],
        "looking": tx.margins.looking([id], but=who.staff.id).get(id, []),
        "reach": reach(row, datetime.now(UTC), language, pushes=part.pushes),
        "online": part.events.has_listeners(id),
        "mine": row.owner == who.staff.name,
        "target": part.settings.reply_target * 60,
    }


def _row(tx: Transaction, id: str, who: Visitor) -> Queued:
    """Raises NotFound."""
    row = tx.queue.one(id, who.staff.id)
    if row is None:
        raise NotFound("There is no such conversation.")
    return row


def _has_it(who: Visitor) -> str:
    return str(texts(who.staff.language).conversation.has_it)


def _said(error: RequestError, who: Visitor) -> str:
    words = texts(who.staff.language).conversation
    if isinstance(error, Conflict):
        return str(words.not_yours)
    return str(words.nothing_written) if "empty" in str(error) else words_of(error, who.staff.language)


def _key(sent: Mapping[str, str], kind: str) -> str:
    """The form's own name for what it says, if it is one of ours: sent again, it is said once."""
    key = sent.get("key", "")
    return key if key.startswith(f"{kind}_") and len(key) <= 40 else new_id(kind)


def _outcome(sent: Mapping[str, str]) -> str:
    return clean(": ".join(filter(None, (sent.get("outcome", ""), sent.get("text", "")))))[:500]
