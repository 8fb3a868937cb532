"""An identity provider for tests: OpenID Connect over HTTP, real keys and signatures, and it can be told to misbehave."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

CLIENT = "certdesk"
SECRET = "the client's secret"
LI_NA = {
    "sub": "248289761001",
    "email": "li.na@example.com",
    "email_verified": True,
    "preferred_username": "li.na",
}


@cache
def _keys(number: int) -> tuple[RSAKey, ECKey]:
    """The first, second, … keys of a provider: to make them takes long."""
    return (
        RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"}),
        ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig"}),
    )


@dataclass
class IdentityProvider:
    """While the block lasts. `person` signs in there; `claims` replace what the token says, None leaves one out."""

    person: dict[str, Any] = field(default_factory=lambda: dict(LI_NA))
    claims: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    refuses: str = ""
    down: set[str] = field(default_factory=set)  # paths that answer 503
    asked: list[str] = field(default_factory=list)  # paths

    def __post_init__(self) -> None:
        self._codes: dict[str, dict[str, str]] = {}
        self._changed = 0
        self.change_keys()

    def change_keys(self) -> None:
        self._changed += 1
        self._rsa, self._ec = _keys(self._changed)

    def __enter__(self) -> "IdentityProvider":
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._get(self)

            def do_POST(self) -> None:
                provider._post(self)

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/realm"

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        path, query = urlsplit(request.path).path, dict(parse_qsl(urlsplit(request.path).query))
        self.asked.append(path)
        if path in self.down:
            _answer(request, 503, {"error": "down"})
        elif path == "/realm/.well-known/openid-configuration":
            _answer(request, 200, self._document())
        elif path == "/realm/keys":
            keys = [self._rsa.as_dict(private=False), self._ec.as_dict(private=False)]
            _answer(
                request, 200, {"keys": [*keys, {"kty": "AKP", "alg": "ML-DSA-44", "kid": "post-quantum"}]}
            )
        elif path == "/realm/authorize":
            self._authorize(request, query)
        else:
            _answer(request, 404, {})

    def _document(self) -> dict[str, Any]:
        here = self.issuer
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        } | self.document

    def _authorize(self, request: BaseHTTPRequestHandler, query: dict[str, str]) -> None:
        """The person agrees at once."""
        known = query["client_id"] == CLIENT and query["response_type"] == "code"
        if not known or "openid" not in query["scope"].split() or query["code_challenge_method"] != "S256":
            _answer(request, 400, {"error": "invalid_request"})
            return
        code = secrets.token_urlsafe(8)
        self._codes[code] = query
        given = {"error": self.refuses} if self.refuses else {"code": code}
        request.send_response(302)
        request.send_header(
            "Location", f"{query['redirect_uri']}?{urlencode(given | {'state': query['state']})}"
        )
        request.end_headers()

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        path = urlsplit(request.path).path
        self.asked.append(path)
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        if path in self.down:
            _answer(request, 503, {"error": "down"})
        elif not self._is_client(request.headers.get("Authorization", ""), sent):
            _answer(request, 401, {"error": "invalid_client"})
        else:
            self._redeem(request, sent)

    def _is_client(self, authorization: str, sent: dict[str, str]) -> bool:
        if self.document.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        return hmac.compare_digest(authorization, f"Basic {basic}")

    def _redeem(self, request: BaseHTTPRequestHandler, sent: dict[str, str]) -> None:
        asked = self._codes.pop(sent.get("code", ""), None)
        challenge = _base64(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or sent.get("redirect_uri") != asked["redirect_uri"]
        ):
            _answer(request, 400, {"error": "invalid_grant"})
            return
        token = {"access_token": "at", "token_type": "Bearer", "expires_in": 60}
        _answer(request, 200, token | {"id_token": self._id_token(asked["nonce"])})

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        said |= self.person | self.claims
        claims = {name: value for name, value in said.items() if value is not None}
        if self.algorithm in {"none", "HS256"}:
            return self._forged(claims)
        key: Key = self._ec if self.algorithm == "ES256" else self._rsa
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, claims, key)

    def _forged(self, claims: dict[str, Any]) -> str:
        """By hand, since libraries refuse: not signed, or with the public key as if it were a secret."""
        header = {"alg": self.algorithm, "kid": self._rsa.kid}
        said = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
        signature = hmac.digest(self._rsa.as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{_base64(signature) if self.algorithm == 'HS256' else ''}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _answer(request: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
    sent = json.dumps(body).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(sent)))
    request.end_headers()
    request.wfile.write(sent)
