"""Signing in with the organization's account: OpenID Connect, authorization code flow with PKCE.

Who comes back is known by issuer and subject. Somebody who comes for the first time is matched with a login:
- by their e-mail address, if the provider has verified it;
- by their user name there (`preferred_username`), only with a member who was added without a password, that is, for
  this way of signing in; and not if that name is an e-mail address which the provider says is not verified, since
  anybody may have typed it.
From then on the subject alone counts, so that a name that changes hands opens nothing.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer

from adapters.desk.access import desk
from adapters.desk.pages import DeskRoute, language_of
from adapters.desk.signing import address_of, form, signed_in
from adapters.desk.texts import texts
from bot import log
from bot.errors import InvalidMessage, RequestError, SettingsError, Unauthorized, Unavailable
from bot.messages import clean
from bot.settings import PREFIX, Settings

if TYPE_CHECKING:
    from adapters.desk.identity import Asked, Provider

_COOKIE = "certdesk_oidc"
_PATH = "/desk/oidc"
_MINUTES = 15  # that signing in there may take
_LONGEST_SUBJECT = 400

logger = log.get("desk.oidc")


def router(settings: Settings) -> APIRouter:
    """Raises SettingsError if the identity provider is set up by half."""
    for name in ("oidc_client_id", "oidc_client_secret"):
        if not getattr(settings, name):
            raise SettingsError(f"{PREFIX}OIDC_ISSUER needs {PREFIX}{name.upper()} beside it.")
    try:
        from adapters.desk import identity  # its libraries are not needed without it
    except ImportError as error:
        raise SettingsError(f"{PREFIX}OIDC_ISSUER needs an extra: pip install 'certdesk[oidc]'") from error
    if not identity.safe(settings.oidc_issuer):
        raise SettingsError(f"{PREFIX}OIDC_ISSUER={settings.oidc_issuer!r}: it must begin with https://")
    provider = identity.Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        f"{settings.site}{_PATH}/callback",
    )
    flow = _Flow(provider, settings.oidc_client_secret, identity.Asked, settings.site.startswith("https:"))
    made = APIRouter(prefix=_PATH, route_class=DeskRoute, include_in_schema=False)
    made.add_api_route("", flow.begin, methods=["GET"])
    made.add_api_route("/callback", flow.end, methods=["GET"])
    return made


class _Flow:
    """There, and back again. What was asked is kept in a signed cookie meanwhile."""

    def __init__(
        self, provider: "Provider", secret: str, asked: Callable[[str, str, str], "Asked"], secure: bool
    ) -> None:
        key = hmac.new(secret.encode(), b"certdesk oidc", hashlib.sha256).hexdigest()
        self._signer = URLSafeTimedSerializer(key, salt="asked")
        self._provider = provider
        self._asked = asked
        self._secure = secure

    def begin(self, request: Request, next: str = "") -> Response:
        asked = self._asked(*(secrets.token_urlsafe(32) for _ in range(3)))
        try:
            response = RedirectResponse(self._provider.address(asked), 303)
        except Unavailable as error:
            return _refused(request, next, error, "down")
        kept = self._signer.dumps([asked.state, asked.nonce, asked.verifier, next[:1000]])
        response.set_cookie(
            _COOKIE, kept, 60 * _MINUTES, path=_PATH, httponly=True, samesite="lax", secure=self._secure
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def end(self, request: Request, state: str = "", code: str = "", error: str = "") -> Response:
        if not state:  # a link of the page below, to read it in another language
            return RedirectResponse(f"/desk/sign-in?{request.url.query}", 303)
        response = self._ended(request, state, code, error)
        response.delete_cookie(_COOKIE, path=_PATH)
        return response

    def _ended(self, request: Request, state: str, code: str, error: str) -> Response:
        asked, next = self._read(request.cookies.get(_COOKIE, ""))
        if asked is None or not hmac.compare_digest(state.encode(), asked.state.encode()):
            return _refused(request, next, InvalidMessage("not asked"), "stale")
        if error or not code:
            logger.info("the identity provider refused", error=clean(error)[:60])
            return _refused(request, next, Unauthorized("refused there"), "denied")
        try:
            claims = self._provider.claims(code, asked)
            subject = _subject(self._provider.issuer, claims)
        except Unavailable as problem:
            return _refused(request, next, problem, "down")
        except Unauthorized as problem:
            return _refused(request, next, problem, "untrusted")
        return _known(request, subject, claims, next)

    def _read(self, cookie: str) -> "tuple[Asked | None, str]":
        """What was asked, and the page that was wanted."""
        try:
            state, nonce, verifier, next = self._signer.loads(cookie, max_age=60 * _MINUTES)
        except (BadSignature, UnicodeEncodeError):
            return None, ""
        return self._asked(state, nonce, verifier), next


def _known(request: Request, subject: str, claims: Mapping[str, Any], next: str) -> Response:
    email, name = _names(claims)
    part = desk(request)
    try:
        _, token = part.accounts.sign_in_as(subject, email, name, address_of(request))
    except Unauthorized as problem:
        return _refused(request, next, problem, "unknown", login=email or name or "?")
    return signed_in(part, token, next)


def _subject(issuer: str, claims: Mapping[str, Any]) -> str:
    """What they are known by from now on. Raises Unauthorized if no database can keep it."""
    subject = f"{issuer} {claims['sub']}"
    if len(subject) > _LONGEST_SUBJECT or clean(subject) != subject:
        raise Unauthorized("The identity provider's name for this account cannot be kept.")
    return subject


def _names(claims: Mapping[str, Any]) -> tuple[str, str]:
    """The verified e-mail address and the user name; empty where they must not match a login."""
    verified = claims.get("email_verified")
    email = _exact(claims.get("email")) if verified in (True, "true") else ""
    name = _exact(claims.get("preferred_username"))
    if "@" in name and "email_verified" in claims and not email:
        name = ""
    return email, name


def _exact(claim: object) -> str:
    """A name as logins are kept; empty if another name would be kept the same, such as `ß` and `ss`."""
    if not isinstance(claim, str):
        return ""
    kept = clean(claim).casefold()
    return kept if kept == (claim.lower() if claim.isascii() else claim) else ""


def _refused(request: Request, next: str, cause: RequestError, why: str, **names: str) -> Response:
    """The page to sign in, with the reason."""
    said: str = getattr(texts(language_of(request)).oidc, why)
    return form(request, next, cause=cause, why=said.format(**names))
