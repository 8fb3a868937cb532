"""Who a request is from, what they may see, and whether a form that was sent is one of ours."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from adapters.desk.parts import Desk
from bot.errors import NotFound, RequestError
from bot.messages import clean
from bot.records import Role, Staff

COOKIE = "certdesk_desk"
_SAME = {"same-origin", "none"}


class SignedOut(RequestError):
    status = 401
    code = "signed_out"


class Forged(RequestError):
    status = 403
    code = "forged"


@dataclass(frozen=True)
class Visitor:
    staff: Staff
    token: str

    @property
    def csrf(self) -> str:
        """What stands in every form of theirs."""
        return hmac.new(self.token.encode(), b"certdesk form", hashlib.sha256).hexdigest()[:40]


def desk(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


def visitor(request: Request) -> Visitor:
    """Who is signed in. Raises SignedOut."""
    token = request.cookies.get(COOKIE, "")
    staff = desk(request).accounts.session(token) if token else None
    if staff is None:
        raise SignedOut("Please sign in.")
    return Visitor(staff, token)


def _at_least(role: Role) -> Callable[[Visitor], Visitor]:
    def allowed(who: Annotated[Visitor, Depends(visitor)]) -> Visitor:
        """Raises NotFound: what is not theirs is not there."""
        if not who.staff.role.includes(role):
            raise NotFound("There is no such page.")
        return who

    return allowed


Agent = Annotated[Visitor, Depends(_at_least(Role.AGENT))]
Supervisor = Annotated[Visitor, Depends(_at_least(Role.SUPERVISOR))]
Admin = Annotated[Visitor, Depends(_at_least(Role.ADMIN))]


async def form(request: Request) -> dict[str, str]:
    """The text fields of a form that was sent from this site. Raises Forged."""
    check_origin(request)
    sent = await request.form(max_files=0)
    return {
        name: value if name.endswith("password") else clean(value)
        for name, value in sent.items()
        if isinstance(value, str)
    }


async def posted(sent: Annotated[dict[str, str], Depends(form)], who: Agent) -> Mapping[str, str]:
    """The fields of a form of the member's own. Raises Forged."""
    check_csrf(who, sent.get("csrf", ""))
    return sent


Sent = Annotated[dict[str, str], Depends(form)]
Posted = Annotated[Mapping[str, str], Depends(posted)]
THEIRS = Depends(posted)
"""For a form of the member's own without a field."""


def check_origin(request: Request) -> None:
    """Raises Forged for a request that another site has caused."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if (site and site not in _SAME) or (not site and foreign):
        raise Forged("This form was not sent from the desk, so nothing was done.")


def check_csrf(who: Visitor, csrf: str) -> None:
    """Raises Forged."""
    if not hmac.compare_digest(csrf.encode(), who.csrf.encode()):
        raise Forged("This form is of another session, so nothing was done; look at the page again.")
