"""An OpenID Connect provider, as the desk talks to it: where it sends people, and what it says of who comes back.

The discovery document and the keys are fetched when they are first needed, and kept for an hour. An ID token counts if
it is signed by one of those keys (RS256 or ES256), comes from this issuer, is for this client and of now, and answers
the question that was asked (its nonce).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from bot import log
from bot.errors import Unauthorized, Unavailable

_PATIENCE = 5.0  # seconds for each answer of the provider
_KEPT = 3600.0  # seconds
_LEEWAY = 60  # seconds by which the clocks may differ
_ALGORITHMS = ["RS256", "ES256"]  # never `none`, nor one whose key could be a public one
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

logger = log.get("desk.identity")


@dataclass(frozen=True)
class Asked:
    """What belongs to one attempt to sign in; `verifier` is PKCE's."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """All of it blocks. `returns_to` is the address that people are sent back to."""

    def __init__(self, issuer: str, client_id: str, secret: str, returns_to: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._returns_to = returns_to
        self._trusted = httpx2.create_ssl_context()  # once: it reads 140 certificates
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    @property
    def issuer(self) -> str:
        """As it calls itself. Raises Unavailable."""
        return str(self._document()["issuer"])

    def address(self, asked: Asked) -> str:
        """Where to send who wants to sign in. Raises Unavailable."""
        endpoint = self._document()["authorization_endpoint"]
        with self._client() as client:
            url, _ = client.create_authorization_url(endpoint, asked.state, asked.verifier, nonce=asked.nonce)
        return str(url)

    def claims(self, code: str, asked: Asked) -> Mapping[str, Any]:
        """What is said of who came back with `code`. Raises Unavailable, Unauthorized."""
        token = self._token(code, asked)
        try:
            signed = self._verified(str(token.get("id_token", "")))
            options = {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._client_id},
                "sub": {"essential": True},
            }
            expected = {
                "nonce": asked.nonce,
                "client_id": self._client_id,
                "access_token": token.get("access_token"),
            }
            claims = CodeIDToken(signed.claims, signed.header, options, expected)
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:  # whatever a token may be made of
            logger.warning("ID token refused", error=type(error).__name__, cause=str(error)[:200])
            raise Unauthorized("The identity provider's answer cannot be trusted.") from error
        return dict(claims)

    def _token(self, code: str, asked: Asked) -> Mapping[str, Any]:
        endpoint = self._document()["token_endpoint"]
        try:
            with self._client() as client:
                token: Mapping[str, Any] = client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=asked.verifier
                )
        except OAuthError as error:
            logger.warning("code refused", error=str(error.error)[:60])
            raise Unauthorized("The identity provider did not take its code back.") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise _away(endpoint, error) from error
        return token

    def _verified(self, id_token: str) -> jwt.Token:
        """Raises JoseError."""
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(id_token, self._keys(), registry=registry)
        except InvalidKeyIdError:
            self._kept.pop(self._document()["jwks_uri"], None)  # it has new keys, perhaps
            return jwt.decode(id_token, self._keys(), registry=registry)

    def _keys(self) -> KeySet:
        return KeySet.import_key_set({"keys": self._fetched(self._document()["jwks_uri"])["keys"]})

    def _document(self) -> dict[str, Any]:
        """What the provider says of itself. Raises Unavailable."""
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        document = self._fetched(address)
        same = str(document.get("issuer", "")).rstrip("/") == self._issuer.rstrip("/")
        if not same or not all(safe(str(document.get(name, ""))) for name in _ENDPOINTS):
            self._kept.pop(address, None)
            raise _away(address, ValueError("not the document of this issuer"))
        return document

    def _fetched(self, address: str) -> dict[str, Any]:
        """A JSON object. Raises Unavailable."""
        until, kept = self._kept.get(address, (0.0, {}))
        if time.monotonic() < until:
            return kept
        try:
            response = httpx2.get(address, timeout=_PATIENCE, verify=self._trusted)
            response.raise_for_status()
            found = dict(response.json())
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, TypeError) as error:
            raise _away(address, error) from error
        self._kept[address] = (time.monotonic() + _KEPT, found)
        return found

    def _client(self) -> OAuth2Client:
        ways = self._document().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return OAuth2Client(
            self._client_id,
            self._secret,
            "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post",
            scope="openid email profile",
            redirect_uri=self._returns_to,
            code_challenge_method="S256",
            timeout=_PATIENCE,
            verify=self._trusted,
        )


def safe(address: str) -> bool:
    """Whether nobody on the way can read or change what is said: HTTPS, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    )


def _away(address: str, error: Exception) -> Unavailable:
    logger.error("identity provider does not answer", address=address, error=type(error).__name__)
    return Unavailable("The identity provider does not answer as it should.")
