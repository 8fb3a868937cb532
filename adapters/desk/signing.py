"""Signing in and out."""

from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from adapters.desk.access import COOKIE, THEIRS, Agent, Sent, desk
from adapters.desk.pages import DeskRoute, language_of, open_page, see_other, words_of
from adapters.desk.parts import Desk
from bot.errors import RequestError

_HOME = "/desk/queue"

router = APIRouter(prefix="/desk", route_class=DeskRoute, include_in_schema=False)


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "") -> Response:
    return form(request, next)


@router.post("/sign-in")
def sign_in(request: Request, sent: Sent) -> Response:
    part = desk(request)
    login, next = sent.get("login", ""), sent.get("next", "")
    try:
        _, token = part.accounts.sign_in(login, sent.get("password", ""), address_of(request))
    except RequestError as error:
        return form(request, next, login, error)
    return signed_in(part, token, next)


@router.post("/sign-out", dependencies=[THEIRS])
def sign_out(request: Request, who: Agent) -> Response:
    desk(request).accounts.sign_out(who.token)
    response = see_other("/desk/sign-in", "core.signed_out")
    response.delete_cookie(COOKIE, path="/desk")
    return response


def signed_in(part: Desk, token: str, next: str) -> Response:
    """To the page that was wanted, with the session's cookie."""
    response = RedirectResponse(_inside(next), 303)
    secure = part.settings.site.startswith("https:")
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/desk")
    return response


def form(
    request: Request, next: str, login: str = "", cause: RequestError | None = None, why: str = ""
) -> Response:
    """The page to sign in; after a failure with `why`, by default the cause's own words."""
    part = desk(request)
    return open_page(
        request,
        "account/sign_in.html",
        cause,
        error=why or (words_of(cause, language_of(request)) if cause else ""),
        next=_inside(next),
        login=login,
        nobody=not part.accounts.all(),
        elsewhere=bool(part.settings.oidc_issuer),
    )


def address_of(request: Request) -> str:
    """Where somebody who signs in is."""
    return request.client.host if request.client else ""


def _inside(path: str) -> str:
    """A page of the desk; whatever else is asked for is the first one."""
    if not path.startswith("/desk") or "\\" in path:
        return _HOME
    steps = unquote(urlsplit(path).path).split("/")
    inside = steps[1] == "desk" and ".." not in steps
    return path if inside and steps[2:3] not in (["sign-in"], ["oidc"]) else _HOME
