"""Applications: the board by step, the list, one case with all that staff do about it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response

from adapters.desk.access import Agent, Posted, Supervisor, Visitor, desk
from adapters.desk.casefile import casefile
from adapters.desk.pages import DeskRoute, csv_file, page, see_other
from adapters.desk.texts import texts
from bot import steps
from bot.errors import Conflict, IllegalMove, InvalidMessage
from bot.messages import clean
from bot.records import Quotation
from bot.store.views import CaseFilter
from knowledge.documents import Service
from knowledge.schema import CURRENCIES

_COLUMN = 30  # cases that a column of the board shows
_ROWS = 50
_MOST = 10_000  # of an export
_LONGEST = 100  # characters of a search

Text = Annotated[str, Query(max_length=2000)]
Reference = Annotated[str, Path(pattern="^CD-[0-9]{4}-[0-9]{6,9}$")]

router = APIRouter(prefix="/desk/cases", route_class=DeskRoute, include_in_schema=False)


@router.get("")
def board(
    request: Request, who: Agent, q: Text = "", service: Text = "", needs: str = ""
) -> Response:  # fmt: skip
    part = desk(request)
    cases, filter = part.office.cases, _filter(q, service, needs=needs)
    with part.store.write() as tx:
        counts = tx.board.counts(filter, cases.today())
        columns = tx.board.columns(filter, cases.today(), _COLUMN)
        tx.people.note(who.staff.name, "case.list", "board")
    return page(
        request, who, "cases/board.html", area="cases", **_listing(request, who, filter),
        counts=counts, columns=columns, statuses=_statuses(request, counts), most=_COLUMN,
    )  # fmt: skip


@router.get("/list")
def case_list(
    request: Request, who: Agent, q: Text = "", service: Text = "", status: Text = "", needs: str = "",
    sort: str = "", number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:  # fmt: skip
    part = desk(request)
    filter = _filter(q, service, status, needs)
    with part.store.write() as tx:
        counts = tx.board.counts(filter, part.office.cases.today())
        rows = tx.board.rows(
            filter, part.office.cases.today(), _ROWS, (number - 1) * _ROWS, longest_first=sort == "longest"
        )
        tx.people.note(who.staff.name, "case.list", "list")
    total = sum(counts.values())
    return page(
        request, who, "cases/list.html", area="cases", **_listing(request, who, filter),
        rows=rows, sort=sort, total=total, statuses=_statuses(request, counts), page=number,
        pages=max(-(-total // _ROWS), 1),
    )  # fmt: skip


@router.get("/list.csv")
def case_csv(
    request: Request, who: Supervisor, q: Text = "", service: Text = "", status: Text = "", needs: str = ""
) -> Response:  # fmt: skip
    part = desk(request)
    with part.store.write() as tx:
        rows = tx.board.rows(_filter(q, service, status, needs), part.office.cases.today(), _MOST)
        tx.people.note(who.staff.name, "case.export", f"{len(rows)} cases")
    names = list(dict.fromkeys(name for row in rows for name in row.case.fields))
    head = ["reference", "service", "status", "since", "created", "quoted_until", "unchecked", *names]
    return csv_file(
        "cases.csv",
        [head, *([
            row.case.reference, row.case.service, row.case.status, row.since.isoformat(),
            row.case.created_at.isoformat(), row.quoted_until or "", row.unchecked,
            *(row.case.fields.get(name, "") for name in names),
        ] for row in rows)],
    )  # fmt: skip


@router.get("/{reference}")
def case(request: Request, who: Agent, reference: Reference) -> Response:
    part = desk(request)
    with part.store.write() as tx:
        part.office.cases.get(tx, reference)
        tx.people.note(who.staff.name, "case.show", reference)
    return _case(request, who, reference)


@router.post("/{reference}/moves")
def move(request: Request, who: Agent, reference: Reference, sent: Posted) -> Response:
    part = desk(request)
    months = sent.get("surveillance_months", "")
    try:
        with part.store.write() as tx:
            part.office.cases.move(
                tx, reference, sent.get("to", ""), who.staff.name, version=_version(sent),
                surveillance_months=int(months) if months.isdecimal() else None,
            )  # fmt: skip
    except Conflict as error:
        return _case(request, who, reference, _conflict(error, who), error.status)
    return see_other(f"/desk/cases/{reference}", "cases.moved")


@router.post("/{reference}/quotations")
def quote(request: Request, who: Agent, reference: Reference, sent: Posted) -> Response:
    """What cannot be is shown again with what is wrong about it."""
    part = desk(request)
    try:
        quotation = _quotation(sent, part.office.cases.today(), who)
        with part.store.write() as tx:
            part.office.cases.quote(tx, reference, quotation, version=_version(sent))
    except InvalidMessage as error:
        return _case(request, who, reference, str(error), 422, sent)
    except Conflict as error:
        return _case(request, who, reference, _conflict(error, who), error.status, sent)
    return see_other(f"/desk/cases/{reference}", "cases.quoted")


def _conflict(error: Conflict, who: Visitor) -> str:
    words = texts(who.staff.language).cases.wrong
    return str(words.move if isinstance(error, IllegalMove) else words.changed)


def _quotation(sent: Mapping[str, str], today: date, who: Visitor) -> Quotation:
    """Raises InvalidMessage in the member's language."""
    words = texts(who.staff.language).cases.wrong
    try:
        amount = Decimal(sent.get("amount", "").replace(",", "").replace("，", "").strip())
    except InvalidOperation as error:
        raise InvalidMessage(words.amount) from error
    if not amount.is_finite() or not 0 < amount < 10**12 or amount != round(amount, 2):
        raise InvalidMessage(words.amount)
    try:
        until = date.fromisoformat(sent.get("until", ""))
    except ValueError as error:
        raise InvalidMessage(words.until) from error
    if until < today:
        raise InvalidMessage(words.past)
    if sent.get("currency") not in CURRENCIES:
        raise InvalidMessage(words.currency)
    return Quotation(amount, sent["currency"], today, until, who.staff.name)


def _case(
    request: Request, who: Visitor, reference: str, error: str = "", status: int = 200,
    sent: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    part = desk(request)
    with part.store.read() as tx:
        values = casefile(part, tx, part.office.cases.get(tx, reference), who.staff)
    return page(
        request, who, "cases/case.html", area="cases", status=status, error=error, sent=sent or {},
        currencies=CURRENCIES, **values,
    )  # fmt: skip


def _filter(text: str, service: str, status: str = "", needs: str = "") -> CaseFilter:
    return CaseFilter(clean(text)[:_LONGEST], clean(service), clean(status), needs_staff=needs == "yes")


def _listing(request: Request, who: Visitor, filter: CaseFilter) -> dict[str, Any]:
    """What both the board and the list show."""
    cases, language = desk(request).office.cases, who.staff.language
    return {
        "filter": filter,
        "query": lambda status: _query(filter, status),
        "services": {one.id: one.name.get(language) or one.id for one in _offered(request)},
        "label": lambda case: steps.label(cases.service(case), case.status, language),
        "step": lambda status: _step(request, status, language),
        "missing": lambda row: cases.still_missing(row.case, row.documents),
        "today": cases.today(),
    }


def _query(filter: CaseFilter, status: str) -> str:
    """The filter with another status, as it ends an address."""
    needs = "yes" if filter.needs_staff else ""
    chosen = {"q": filter.text, "service": filter.service, "status": status, "needs": needs}
    chosen = {name: value for name, value in chosen.items() if value}
    return f"?{urlencode(chosen)}" if chosen else ""


def _statuses(request: Request, counts: Mapping[str, int]) -> list[str]:
    """Every step of every service in their order, and those that cases are at which no service has any more."""
    known = [status for one in _offered(request) for status in steps.statuses(one)]
    ended = [steps.WITHDRAWN, steps.REJECTED]
    ordered = [status for status in dict.fromkeys([*known, *counts]) if status not in ended]
    return [*ordered, *ended]


def _offered(request: Request) -> list[Service]:
    """The services that customers can apply for."""
    return [one for one in desk(request).office.cases.services.values() if one.application]


def _step(request: Request, status: str, language: str) -> str:
    for one in _offered(request):
        if status in steps.statuses(one):
            return steps.label(one, status, language)
    return status


def _version(sent: Mapping[str, str]) -> int | None:
    version = sent.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else None
