"""Telling the staff: by e-mail, and by a webhook of a system of their own."""

import hashlib
import hmac
import json
import re
import smtplib
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import unquote, urlsplit

import httpx

from bot import log
from bot.errors import DeliveryError
from bot.messages import clean

_PASSING = {408, 425, 429}  # answers that a later attempt may not get; and all from 500
_LONGEST_SUBJECT = 200
_LONGEST_REASON = 160
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)
_SMTP_HINT = "write it as smtp://user:password@host:587 or smtps://…; ?tls=none sends without encryption"

logger = log.get("bot.notices")


@dataclass(frozen=True)
class Notice:
    """What the staff is told. The same `key` (printable ASCII) is the same notice; `data` can be written as JSON."""

    key: str
    subject: str
    text: str
    url: str
    data: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (self.key.strip() == self.key != "" and self.key.isascii() and self.key.isprintable()):
            raise ValueError("the key of a notice is printable ASCII")


class Sender(Protocol):
    def send(self, notice: Notice) -> None:
        """Blocks until the other side has taken it. Raises DeliveryError."""
        ...


class Email:
    """A text mail to all of `to`, who see each other; it is sent once the server takes it for one of them.

    Encrypted, except to this machine or if the URL ends with `?tls=none`. The same notice has the same Message-ID.
    Raises ValueError with a hint; `timeout` is in seconds, for each step.
    """

    def __init__(self, url: str, sender: str, to: Sequence[str], timeout: float = 10.0) -> None:
        self._server = _server(url)
        self._from = _mailbox(sender)
        self._to = [_mailbox(one) for one in to]
        self._timeout = timeout
        if not self._to:
            raise ValueError("name at least one address")

    def send(self, notice: Notice) -> None:
        try:
            refused = self._transmit(self._message(notice))
        except smtplib.SMTPRecipientsRefused as error:
            replies = list(error.recipients.values())
            permanent = all(code >= 500 for code, _ in replies)
            raise self._failure(*replies[0], permanent=permanent) from None
        except smtplib.SMTPResponseException as error:
            code, reply = error.smtp_code, error.smtp_error
            raise self._failure(code, reply, permanent=code >= 500) from None
        except OSError as error:
            permanent = isinstance(error, smtplib.SMTPNotSupportedError)  # no encryption or no login there
            raise self._failure(type(error).__name__, error, permanent=permanent) from None
        for address, (code, _) in refused.items():
            logger.warning("recipient refused", notice=notice.key, address=address, code=code)

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        subject = " ".join(clean(notice.subject).split())
        message["Subject"] = subject.replace("=?", "= ?")[:_LONGEST_SUBJECT]  # "=?" begins an encoded word
        message["From"] = self._from
        message["To"] = self._to
        message["Date"] = formatdate()
        message["Message-ID"] = (
            f"<{hashlib.sha256(notice.key.encode()).hexdigest()[:32]}@{self._from.domain}>"
        )
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{clean(notice.text)}\n\n{notice.url}\n".lstrip("\n"), cte="base64")
        return message

    def _transmit(self, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
        """The recipients that the server refused, if it took the message for others."""
        server = self._server
        smtp = self._connect()
        try:
            smtp.ehlo_or_helo_if_needed()
            if not server.encrypted and not server.plain and (not server.local or smtp.has_extn("starttls")):
                smtp.starttls(context=server.tls())
            if server.user:
                smtp.login(server.user, server.password)
            refused = smtp.send_message(message)
            with suppress(OSError):  # it is sent, however they part
                smtp.quit()
            return refused
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        server, domain = self._server, self._from.domain  # the own name is not looked up: that may take long
        if server.encrypted:
            return smtplib.SMTP_SSL(
                server.host, server.port, domain, timeout=self._timeout, context=server.tls()
            )
        return smtplib.SMTP(server.host, server.port, domain, timeout=self._timeout)

    def _failure(self, *what: object, permanent: bool) -> DeliveryError:
        words = " ".join(
            one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in what
        )
        if self._server.password:
            words = words.replace(self._server.password, "…")
        words = " ".join(words.split())[:_LONGEST_REASON]
        return DeliveryError(f"e-mail by {self._server.host}: {words}", permanent=permanent)


class Webhook:
    """One POST of JSON a notice: `key`, `subject`, `text`, `url`, `data`. Any 2xx is success; redirects are not followed.

    `Idempotency-Key` is the notice's key. With a secret, `CertDesk-Signature: t=…,v1=…` has the time in seconds and,
    in hexadecimal, the HMAC-SHA256 of that time, a full stop and the body.
    Raises ValueError with a hint; `timeout` is in seconds, for each step.
    """

    def __init__(self, url: str, secret: str = "", timeout: float = 10.0) -> None:
        self._url = _web_address(url)
        self._secret = secret.encode()
        self._timeout = timeout

    def send(self, notice: Notice) -> None:
        body = json.dumps({
            "key": notice.key, "subject": notice.subject, "text": notice.text, "url": notice.url, "data": dict(notice.data),
        }).encode()  # fmt: skip
        headers = {"Content-Type": "application/json", "Idempotency-Key": notice.key} | self._signature(body)
        try:
            with httpx.stream(
                "POST",
                self._url,
                content=body,
                headers=headers,
                timeout=self._timeout,
                follow_redirects=False,
            ) as response:
                status, success = response.status_code, response.is_success
        except httpx.HTTPError as error:  # its own words may hold the address
            raise DeliveryError(
                f"webhook at {self._url.host}: {type(error).__name__}", permanent=False
            ) from None
        if not success:
            permanent = status < 500 and status not in _PASSING
            raise DeliveryError(f"webhook at {self._url.host}: answered {status}", permanent=permanent)

    def _signature(self, body: bytes) -> dict[str, str]:
        if not self._secret:
            return {}
        now = int(time.time())
        digest = hmac.new(self._secret, f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        return {"CertDesk-Signature": f"t={now},v1={digest}"}


@dataclass(frozen=True)
class _Server:
    host: str
    port: int
    user: str
    password: str
    encrypted: bool  # from the first byte
    plain: bool  # to the last

    @property
    def local(self) -> bool:
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost"

    def tls(self) -> ssl.SSLContext:
        """Certificates are checked, but this machine's own, which nobody signs."""
        context = ssl.create_default_context()
        if self.local:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _server(url: str) -> _Server:
    try:
        parts = urlsplit(url)
        port, host = parts.port, _host(parts.hostname)
    except ValueError:
        raise ValueError(_SMTP_HINT) from None  # the first error may quote the password
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    encrypted = parts.scheme == "smtps"
    right = parts.scheme in {"smtp", "smtps"} and parts.query in {"", "tls=none"} and parts.path in {"", "/"}
    if not right or parts.fragment or not (user + password).isascii() or (encrypted and parts.query):
        raise ValueError(_SMTP_HINT)
    return _Server(host, port or (465 if encrypted else 587), user, password, encrypted, bool(parts.query))


def _web_address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
        _host(address.host)
    except (httpx.InvalidURL, ValueError):
        raise ValueError("write it as https://host/path") from None
    if address.scheme not in {"http", "https"} or (address.port or 0) > 65535:
        raise ValueError("write it as https://host/path")
    return address


def _host(name: str | None) -> str:
    """Raises ValueError for a name that no resolver takes."""
    if not name or not name.encode("idna"):
        raise ValueError("no host")
    return name


def _mailbox(text: str) -> Address:
    """Of `desk@firm.example` or `The desk <desk@firm.example>`."""
    name, address = parseaddr(text)
    with suppress(ValueError, MessageError):
        if text.isprintable() and _ADDRESS.fullmatch(address):
            return Address(display_name=name, addr_spec=address)
    raise ValueError(f"{text!r}: write it as desk@firm.example or The desk <desk@firm.example>")
