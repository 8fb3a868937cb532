"""Who waits for a person, and every other conversation; search over all of them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from adapters.desk.access import THEIRS, Agent, Visitor, desk
from adapters.desk.pages import DeskRoute, page, see_other
from adapters.desk.reach import reach
from bot.messages import HandoffReason
from bot.store.views import Filter, View
from bot.texts import texts as phrases

_ROWS = 50
_FOUND = 30
_MOST_PAGES = 10_000
_LONGEST_QUERY = 200  # characters

Page = Annotated[int, Query(ge=1, le=_MOST_PAGES)]

router = APIRouter(prefix="/desk", route_class=DeskRoute, include_in_schema=False)


@router.get("")
def home() -> Response:
    return RedirectResponse("/desk/queue", 303)


@router.get("/queue")
def queue(
    request: Request, who: Agent, view: str = "waiting", channel: str = "", language: str = "",
    reason: str = "", page: Page = 1,
) -> Response:  # fmt: skip
    return _queue(request, who, "queue/page.html", _view(view), Filter(channel, language, reason), page)


@router.get("/queue/list")
def queue_list(
    request: Request, who: Agent, view: str = "waiting", channel: str = "", language: str = "",
    reason: str = "", page: Page = 1,
) -> Response:  # fmt: skip
    """The part of the page that changes as things happen."""
    return _queue(request, who, "queue/list.html", _view(view), Filter(channel, language, reason), page)


@router.post("/queue/next", dependencies=[THEIRS])
def take_next(request: Request, who: Agent) -> Response:
    """Take the conversation that has waited longest; nobody else gets the same one."""
    part = desk(request)
    with part.store.write() as tx:
        found = tx.queue.next_waiting()
        if found:
            part.office.handoffs.take(tx, found, who.staff.name)
    if not found:
        return see_other("/desk/queue", "queue.nobody")
    return see_other(f"/desk/conversations/{found}", "conversation.taken")


@router.get("/search")
def search(
    request: Request, who: Agent, q: str = "", page_: Annotated[Page, Query(alias="page")] = 1
) -> Response:
    asked = q[:_LONGEST_QUERY]
    with desk(request).store.write() as tx:
        found = tx.finding.messages(asked, _FOUND + 1, (page_ - 1) * _FOUND) if asked.strip() else []
        if asked.strip():
            tx.people.note(who.staff.name, "conversation.search", "all")
    return page(
        request,
        who,
        "queue/search.html",
        area="search",
        q=asked,
        found=found[:_FOUND],
        page=page_,
        pages=page_ + (len(found) > _FOUND),
    )


def _queue(
    request: Request, who: Visitor, template: str, view: View, filter: Filter, number: int
) -> Response:
    part, staff = desk(request), who.staff
    with part.store.read() as tx:
        counts = tx.queue.counts(staff.name)
        matching = tx.queue.matching(view, filter, staff.name)
        rows = tx.queue.rows(view, filter, staff.name, staff.id, _ROWS, (number - 1) * _ROWS)
        looking = tx.margins.looking([row.conversation for row in rows], but=staff.id)
    words = phrases(staff.language).handoff
    return page(
        request,
        who,
        template,
        area="queue",
        view=view,
        views=list(View),
        counts=counts,
        filter=filter,
        rows=rows,
        looking=looking,
        matching=matching,
        page=number,
        pages=max(-(-matching // _ROWS), 1),
        reasons={reason.value: getattr(words, f"reason_{reason}") for reason in HandoffReason},
        target=part.settings.reply_target * 60,
        reach=lambda row, now: reach(row, now, staff.language, pushes=part.pushes),
    )


def _view(name: str) -> View:
    return View(name) if name in list(View) else View.WAITING
