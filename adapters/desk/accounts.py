"""A member's own account, everybody's accounts for administrators, and the audit log."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from adapters.desk.access import Admin, Agent, Posted, Visitor, desk
from adapters.desk.pages import DeskRoute, csv_file, page, see_other, words_of
from adapters.desk.signing import address_of
from bot.accounts import SHORTEST_PASSWORD
from bot.errors import Conflict, InvalidMessage, NotFound, RequestError, TooManyRequests, Unauthorized
from bot.messages import clean
from bot.records import Role
from bot.texts import LANGUAGES

_LINES = 100
_MOST_LINES = 100_000  # of an export

router = APIRouter(prefix="/desk", route_class=DeskRoute, include_in_schema=False)


@router.get("/account")
def account(request: Request, who: Agent) -> Response:
    return _account(request, who)


@router.post("/account/language")
def set_language(request: Request, who: Agent, sent: Posted) -> Response:
    language = sent.get("language", "")
    if language in LANGUAGES:
        desk(request).accounts.change(who.staff.id, by=who.staff.name, language=language)
    return see_other("/desk/account", "account.saved")


@router.post("/account/password")
def set_password(request: Request, who: Agent, sent: Posted) -> Response:
    if not _has_password(request, who):
        raise NotFound("Your password is with your organization's account.")
    present, new = sent.get("present_password", ""), sent.get("password", "")
    try:
        desk(request).accounts.change_password(who.staff, present, new, address_of(request))
    except (InvalidMessage, Unauthorized, TooManyRequests) as error:
        return _account(request, who, error)
    return see_other("/desk/sign-in", "account.password")


@router.get("/staff")
def staff(request: Request, who: Admin) -> Response:
    return _staff(request, who)


@router.post("/staff")
def add(request: Request, who: Admin, sent: Posted) -> Response:
    part = desk(request)
    language = sent.get("language", "")
    role = sent.get("role", "")
    try:
        part.accounts.add(
            sent.get("login", ""),
            sent.get("name", ""),
            Role(role) if role in list(Role) else Role.AGENT,
            language if language in LANGUAGES else "zh",
            sent.get("password", ""),
            by=who.staff.name,
        )
    except (InvalidMessage, Conflict) as error:
        return _staff(request, who, error, sent)
    return see_other("/desk/staff", "account.added")


@router.post("/staff/{id}")
def change(
    request: Request, who: Admin, sent: Posted, id: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """A role, or whether they may sign in."""
    role, active = sent.get("role", ""), sent.get("active", "")
    try:
        desk(request).accounts.change(
            id,
            by=who.staff.name,
            role=Role(role) if role in list(Role) else None,
            active={"yes": True, "no": False}.get(active),
        )
    except Conflict as error:
        return _staff(request, who, error)
    return see_other("/desk/staff", "account.saved")


@router.get("/audit")
def audit(
    request: Request, who: Admin, by: str = "", action: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:  # fmt: skip
    by, action = clean(by), clean(action)
    with desk(request).store.write() as tx:
        found = tx.people.audited(_LINES + 1, (number - 1) * _LINES, staff=by, action=action)
        tx.people.note(who.staff.name, "audit.show", action[:40] or "all")
    return page(
        request,
        who,
        "account/audit.html",
        area="staff",
        lines=found[:_LINES],
        by=by,
        action=action,
        staff=desk(request).accounts.all(),
        page=number,
        pages=number + (len(found) > _LINES),
    )


@router.get("/audit.csv")
def audit_csv(request: Request, who: Admin, by: str = "", action: str = "") -> Response:
    by, action = clean(by), clean(action)
    with desk(request).store.write() as tx:
        found = tx.people.audited(_MOST_LINES, staff=by, action=action)
        tx.people.note(who.staff.name, "audit.export", action[:40] or "all")
    rows = [(line["at"].isoformat(), line["staff"], line["action"], line["subject"]) for line in found]
    return csv_file("audit.csv", [("at", "staff", "action", "subject"), *rows])


def _account(request: Request, who: Visitor, error: RequestError | None = None) -> Response:
    return page(
        request,
        who,
        "account/page.html",
        area="account",
        status=error.status if error else 200,
        error=words_of(error, who.staff.language) if error else "",
        has_password=_has_password(request, who),
        shortest=SHORTEST_PASSWORD,
    )


def _has_password(request: Request, who: Visitor) -> bool:
    with desk(request).store.read() as tx:
        return bool(tx.staff.password(who.staff.id))


def _staff(
    request: Request, who: Visitor, error: RequestError | None = None, sent: Posted | None = None
) -> Response:
    return page(
        request,
        who,
        "account/staff.html",
        area="staff",
        status=error.status if error else 200,
        error=words_of(error, who.staff.language) if error else "",
        sent=sent or {},
        members=desk(request).accounts.all(),
        roles=list(Role),
        shortest=SHORTEST_PASSWORD,
    )
