"""Lets in what is from the platform and for this account, decrypted, and encrypts what goes back."""

import base64
import hashlib
import hmac
import re
import secrets
import struct
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import InvalidAppIdException

from adapters.wechat.account import Account
from adapters.wechat.errors import Forbidden, Malformed
from adapters.wechat.incoming import elements

LARGEST_BODY = 64 * 1024  # bytes
WINDOW = 600  # seconds that the clocks may differ, either way
_MOST_SEEN = 50_000
_TIMESTAMP = re.compile(
    r"[0-9]{10}"
)  # not any number: a signature joins it with the nonce without a delimiter
_UNDECRYPTABLE = (ValueError, LookupError, TypeError, struct.error)  # what garbage makes the library raise


@dataclass(frozen=True)
class Query:
    """What stands in the address of a callback; empty where absent."""

    signature: str
    timestamp: str
    nonce: str
    msg_signature: str = ""
    encrypt_type: str = ""
    echostr: str = ""


@dataclass(frozen=True)
class Opened:
    """`key` is the AES key that it was encrypted with, empty in plain mode."""

    xml: str = field(repr=False)
    key: str = field(repr=False)


class Door:
    """Nothing escapes but Forbidden and Malformed, whatever comes in. `now` is in seconds since 1970."""

    def __init__(self, account: Account, now: Callable[[], float] = time.time) -> None:
        if not account.token or not account.app_id:
            raise ValueError("anyone could sign for an account without a token")
        self._token = account.token
        self._app_id = account.app_id
        self._ciphers = {key: _Cipher(base64.b64decode(f"{key}=")) for key in account.aes_keys}
        self._now = now
        self._seen = _Seen(now)

    def verify(self, query: Query) -> str:
        """What the platform wants to hear when the address is set up. Raises Forbidden."""
        self._check_time(query)
        self._check(query.signature, query.timestamp, query.nonce)
        if not query.echostr:
            raise Forbidden("There is nothing to echo.")
        return query.echostr

    def open(self, query: Query, body: bytes) -> Opened:
        """Raises Forbidden, Malformed. The same delivery passes again, another body under its signature does not."""
        if len(body) > LARGEST_BODY:
            raise Malformed("The body is too large.")
        self._check_time(query)
        opened = self._open_sealed(query, body) if self._ciphers else self._open_plain(query, body)
        self._seen.check(query.msg_signature if self._ciphers else query.signature, body)
        return opened

    def seal(self, xml: str, opened: Opened) -> str:
        """The body of the response, with the key that the delivery came with."""
        if not opened.key:
            return xml
        encrypted = self._ciphers[opened.key].encrypt(xml, self._app_id).decode()
        timestamp, nonce = str(int(self._now())), str(secrets.randbelow(10**10))
        return (
            "<xml>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature(self._token, timestamp, nonce, encrypted)}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp>"
            f"<Nonce><![CDATA[{nonce}]]></Nonce>"
            "</xml>"
        )

    def _check_time(self, query: Query) -> None:
        if not _TIMESTAMP.fullmatch(query.timestamp) or abs(self._now() - int(query.timestamp)) > WINDOW:
            raise Forbidden("The timestamp is missing, unreadable or not of now.")

    def _check(self, given: str, *signed: str) -> None:
        if not given or not all(signed):
            raise Forbidden("The signature or a part of it is missing.")
        if not hmac.compare_digest(_bytes(signature(self._token, *signed)), _bytes(given)):
            raise Forbidden("The signature is wrong.")

    def _open_plain(self, query: Query, body: bytes) -> Opened:
        self._check(query.signature, query.timestamp, query.nonce)
        if query.encrypt_type == "aes" or query.msg_signature:
            raise Malformed("The body is encrypted, and no AES key is set.")
        xml = _text(body)
        elements(xml)
        return Opened(xml, "")

    def _open_sealed(self, query: Query, body: bytes) -> Opened:
        if query.encrypt_type != "aes" or not query.msg_signature:
            raise Forbidden("The body has to be encrypted.")  # `signature` would not cover it
        encrypted = elements(_text(body)).get("Encrypt")
        if not isinstance(encrypted, str):
            raise Malformed("The body has nothing encrypted.")
        self._check(query.msg_signature, query.timestamp, query.nonce, encrypted)
        return self._decrypted(encrypted)

    def _decrypted(self, encrypted: str) -> Opened:
        """With the newest key that fits."""
        foreign = False
        for key, cipher in self._ciphers.items():
            try:
                xml = cipher.decrypt(encrypted, self._app_id)
            except InvalidAppIdException:
                foreign = True
            except _UNDECRYPTABLE:
                continue
            else:
                elements(xml)
                return Opened(xml, key)
        if foreign:
            raise Forbidden("The message is for another account.")
        raise Malformed("The message cannot be decrypted.")


class _Cipher(PrpCrypto):  # type: ignore[misc]  # ships no types
    def get_random_string(self) -> str:
        """16 characters; the library's own can be foreseen."""
        return secrets.token_urlsafe(12)


class _Seen:
    """The signatures of the last deliveries, each with what it signed.

    Kept for as long as their timestamps can be taken, which is two windows if the platform's clock is ahead. One
    signature fits more than one timestamp and nonce, so it is the signature that is remembered.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._bodies: OrderedDict[str, tuple[float, bytes]] = OrderedDict()  # oldest first

    def check(self, given: str, body: bytes) -> None:
        """Raises Forbidden if it came with another body before."""
        self._forget()
        digest = hashlib.sha256(body).digest()
        _, before = self._bodies.setdefault(given, (self._now() + 2 * WINDOW, digest))
        if before != digest:
            raise Forbidden("The signature was used for another message.")

    def _forget(self) -> None:
        while self._bodies:
            until, _ = next(iter(self._bodies.values()))
            if until >= self._now() and len(self._bodies) < _MOST_SEEN:
                return
            self._bodies.popitem(last=False)


def signature(*parts: str) -> str:
    """As the platform signs: of the token, the timestamp, the nonce and, in safe mode, what is encrypted."""
    joined = b"".join(sorted(_bytes(part) for part in parts))
    return hashlib.sha1(joined).hexdigest()  # noqa: S324  # the platform's choice


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Malformed("The body is not in UTF-8.") from None  # it holds the body


def _bytes(text: str) -> bytes:
    """Of any text, also of lone surrogates."""
    return text.encode("utf-8", "surrogatepass")
