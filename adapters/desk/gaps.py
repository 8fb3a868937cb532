"""Questions that the assistant could not answer, and how staff turn them into knowledge."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from adapters.desk.access import Posted, Supervisor, desk
from adapters.desk.pages import DeskRoute, page, see_other
from adapters.desk.teaching import answered, form_page, sent_form, suggested, teaching
from bot.errors import InvalidMessage, NotFound
from bot.gaps import nearness
from bot.store import Transaction
from bot.store.gaps import AskedQuestion, GapState, Standing
from knowledge.documents import Entry, Kind

_ROWS = 30
_NEAREST = 4  # entries that may answer already
_ALIKE = 3  # groups that may ask the same

Page = Annotated[int, Query(ge=1, le=10_000)]

router = APIRouter(prefix="/desk/knowledge", route_class=DeskRoute, include_in_schema=False)


@router.get("")
def gaps(
    request: Request, who: Supervisor, state: str = "open", page_: Annotated[Page, Query(alias="page")] = 1
) -> Response:
    chosen = GapState(state) if state in set(GapState) else GapState.OPEN
    with desk(request).store.write() as tx:
        tx.people.note(who.staff.name, "gap.list", chosen)
        counts = tx.gaps.counts()
        groups = tx.gaps.standing(chosen, _ROWS, (page_ - 1) * _ROWS)
    pages = -(-counts[chosen] // _ROWS)
    return page(
        request, who, "knowledge/gaps.html", area="knowledge", state=chosen, counts=counts, groups=groups,
        page=page_, pages=pages, learned=teaching(request).is_learned(),
    )  # fmt: skip


@router.get("/gaps/{group}")
def gap(request: Request, who: Supervisor, group: str) -> Response:
    content = teaching(request).content()
    with desk(request).store.write() as tx:
        found, questions = _found(tx, group)
        alike = _alike(tx, group)
        tx.people.note(who.staff.name, "gap.show", group)
    near = _nearest(request, found.label)
    service = near[0].service if near else content.services[0].id
    form = suggested(questions, found.label, content, service)
    return form_page(
        request, who, form, "knowledge/gap.html", group=found, questions=questions, near=near, alike=alike
    )


@router.post("/gaps/{group}")
def answer(request: Request, who: Supervisor, sent: Posted, group: str) -> Response:
    """Previews or publishes the entry that answers the group."""
    with desk(request).store.read() as tx:
        found, questions = _found(tx, group)
        alike = _alike(tx, group)
    form = sent_form({**sent, "group": group})
    return answered(
        request, who, form, sent.get("do", ""), "knowledge/gap.html",
        group=found, questions=questions, near=_nearest(request, found.label), alike=alike,
    )  # fmt: skip


@router.post("/gaps/{group}/state")
def decide(request: Request, who: Supervisor, sent: Posted, group: str) -> Response:
    """Dismisses a group that needs no answer, or opens it again."""
    to = sent.get("to", "")
    if to not in {GapState.OPEN, GapState.DISMISSED}:
        raise InvalidMessage("A group of questions is either dismissed or opened again.")
    with desk(request).store.write() as tx:
        if not tx.gaps.decide(group, GapState(to), who.staff.name):
            raise NotFound("These questions are no longer there.")
        tx.people.note(who.staff.name, f"gap.{to}", group)
    if to == GapState.OPEN:
        return see_other(f"/desk/knowledge/gaps/{group}", "knowledge.reopened")
    return see_other(f"/desk/knowledge?state={GapState.DISMISSED}", "knowledge.dismissed")


@router.post("/gaps/{group}/joined")
def join(request: Request, who: Supervisor, sent: Posted, group: str) -> Response:
    """Takes in the questions of another group that asks the same."""
    other = sent.get("other", "")
    with desk(request).store.write() as tx:
        if not tx.gaps.merge(group, other):
            raise NotFound("These questions are no longer there.")
        tx.people.note(who.staff.name, "gap.join", group)
    return see_other(f"/desk/knowledge/gaps/{group}", "knowledge.joined")


def _found(tx: Transaction, group: str) -> tuple[Standing, list[AskedQuestion]]:
    found = tx.gaps.group(group)
    if found is None:
        raise NotFound("These questions are no longer there.")
    return found, tx.gaps.questions(group)


def _alike(tx: Transaction, group: str) -> list[Standing]:
    """The open groups that come closest to this one, and may mean the same."""
    totals = tx.gaps.totals()
    others = {key: total for key, total in tx.gaps.open_totals().items() if key != group}
    if not others:
        return []
    ranked = zip(nearness(totals[group], list(others.values())), others, strict=True)
    nearest = [key for _, key in sorted(ranked, reverse=True)[:_ALIKE]]
    return [found for key in nearest if (found := tx.gaps.group(key))]


def _nearest(request: Request, question: str) -> list[Entry]:
    """Entries that may answer it, if they only knew the wording."""
    hits = desk(request).search().search(question, 2 * _NEAREST).hits
    return [hit.entry for hit in hits if hit.entry.kind is Kind.FAQ][:_NEAREST]
