import asyncio
import hashlib
import hmac
import json
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.errors import DeliveryError
from bot.notices import Email, Notice, Webhook

PASSWORD = "right:p@ss"
NOTICE = Notice(
    key="handoff:conv_1",
    subject="客户要求人工服务：星辰科技",
    text="原因：客户投诉\n最后问的：“什么时候能回复？”",
    url="https://desk.example/desk/handoffs/7",
    data={"handoff": 7, "reason": "complaint", "company": "星辰科技"},
)


class Inbox:
    """Takes mail, or answers as it is told to: by the recipient, or to the whole message."""

    def __init__(self, answer: str = "250 OK", recipients: Mapping[str, str] | None = None) -> None:
        self.answer = answer
        self.recipients = recipients or {}
        self.messages: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.encrypted: list[bool] = []

    async def handle_RCPT(self, _: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content, policy=default))
            self.to.append(list(envelope.rcpt_tos))
            self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return self.answer


class MailServer(Controller):
    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listening, ssl=self.ssl_context)


@contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    server = MailServer(inbox, hostname="127.0.0.1", port=1, ready_timeout=20, **options)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@contextmanager
def talking(script: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does what `script` says with the first connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with listening, listening.accept()[0] as connection:
            script(connection)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        thread.join()


def silence(connection: socket.socket) -> None:
    """Say nothing until the other side goes away."""
    while connection.recv(4096):
        pass


def email(port: int, to: tuple[str, ...] = ("desk@firm.example",), login: str = "", **options: Any) -> Email:
    return Email(f"smtp://{login}127.0.0.1:{port}", "智能客服 <bot@firm.example>", to, **options)


def failure(send: Callable[[Notice], None], notice: Notice = NOTICE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(notice)
    assert "p@ss" not in "".join(traceback.format_exception(caught.value))
    return caught.value


def test_a_notice_arrives_as_it_was_written() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        email(port, ("desk@firm.example", "The boss <boss@firm.example>")).send(NOTICE)
    (message,) = inbox.messages
    assert message["Subject"] == NOTICE.subject
    assert message.get_content().splitlines() == [*NOTICE.text.splitlines(), "", NOTICE.url]
    assert message["From"] == "智能客服 <bot@firm.example>"
    assert message["To"] == "desk@firm.example, The boss <boss@firm.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert inbox.to == [["desk@firm.example", "boss@firm.example"]]


def test_the_same_notice_has_the_same_message_id() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        for key in ("a", "a", "b"):
            email(port).send(Notice(key, "s", "t", ""))
    first, again, other = (message["Message-ID"] for message in inbox.messages)
    assert first == again != other
    assert first.endswith("@firm.example>")


ATTACKS = ["\r\nBcc: x@evil.example\r\n\r\n", "=?utf-8?q?=0D=0ABcc:_x?=", "\u2028x: y", "\x85x: y", ""]


@given(st.text(alphabet=st.characters(exclude_categories=())), st.sampled_from(ATTACKS))
def test_no_subject_adds_a_header(text: str, attack: str) -> None:
    written = email(1)._message(Notice("k", text + attack + text, text + attack, "")).as_bytes()
    read = message_from_bytes(written, policy=default)
    assert read.keys() == email(1)._message(Notice("k", "", "", "")).keys()
    assert not read.defects


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("451 4.3.0 try later", False), ("452 full", False), ("550 5.7.1 refused", True), ("554 no", True)],
)
def test_what_the_server_says_to_the_message_decides_whether_to_try_again(
    answer: str, permanent: bool
) -> None:
    with serving(Inbox(answer)) as port:
        error = failure(email(port).send)
    assert error.permanent is permanent
    assert str(error) == f"e-mail by 127.0.0.1: {answer}"


@pytest.mark.parametrize(
    ("answers", "permanent"),
    [
        (("550 unknown", "550 unknown"), True),
        (("450 greylisted", "450 greylisted"), False),
        (("550 unknown", "450 greylisted"), False),
    ],
)
def test_if_nobody_may_receive_it_the_mildest_answer_decides(
    answers: tuple[str, str], permanent: bool
) -> None:
    to = ("a@firm.example", "b@firm.example")
    with serving(Inbox(recipients=dict(zip(to, answers, strict=True)))) as port:
        assert failure(email(port, to).send).permanent is permanent


def test_it_is_sent_if_one_may_receive_it_and_the_other_is_logged() -> None:
    inbox = Inbox(recipients={"gone@firm.example": "550 unknown"})
    with serving(inbox) as port, capture_logs() as lines:
        email(port, ("gone@firm.example", "desk@firm.example")).send(NOTICE)
    assert inbox.to == [["desk@firm.example"]]
    assert [(line["event"], line["address"], line["code"]) for line in lines] == [
        ("recipient refused", "gone@firm.example", 550)
    ]


def sign_in(_: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    right = data == LoginPassword(b"desk", PASSWORD.encode())
    return AuthResult(
        success=right, handled=False, message=None if right else f"535 {data.password.decode()} is wrong"
    )


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_login_of_the_url_is_used_and_a_wrong_one_is_permanent_and_not_told() -> None:
    inbox = Inbox()
    with serving(inbox, authenticator=sign_in, auth_required=True, auth_require_tls=False) as port:
        email(port, login="desk:right%3Ap%40ss@").send(NOTICE)
        error = failure(email(port, login="desk:wrong%3Ap%40ss@").send)
        assert failure(email(port).send).permanent
    assert error.permanent
    assert "535" in str(error)
    assert len(inbox.messages) == 1


def test_a_login_that_the_server_does_not_offer_is_permanent() -> None:
    with serving(Inbox()) as port:
        assert failure(email(port, login="desk:secret@").send).permanent


def test_nobody_listening_is_passing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert not failure(email(port).send).permanent


def test_a_server_that_hangs_is_passing() -> None:
    with talking(silence) as port:
        assert not failure(email(port, timeout=0.2).send).permanent


def test_a_server_that_hangs_up_is_passing() -> None:
    with talking(lambda connection: connection.sendall(b"220 hello\r\n")) as port:
        assert not failure(email(port).send).permanent


def test_it_is_sent_once_the_server_took_it_whatever_comes_after() -> None:
    def take_and_hang(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 hello\r\n")
        for answer in (b"250 hello", b"250 sender", b"250 recipient", b"354 go on"):
            lines.readline()
            connection.sendall(answer + b"\r\n")
        while lines.readline() != b".\r\n":
            pass
        connection.sendall(b"250 taken\r\n")
        lines.close()
        silence(connection)

    with talking(take_and_hang) as port:
        email(port, timeout=0.5).send(NOTICE)


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.firm.example")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """A host that is not this machine by its name, and is by its address."""
    real = socket.create_connection
    monkeypatch.setattr(
        socket,
        "create_connection",
        lambda address, *rest, **more: real(("127.0.0.1", address[1]), *rest, **more),
    )
    return "mail.firm.example"


def test_mail_to_this_machine_is_encrypted_where_that_is_offered(self_signed: ssl.SSLContext) -> None:
    inbox = Inbox()
    with serving(inbox, tls_context=self_signed) as port:
        email(port).send(NOTICE)
    with serving(inbox) as port:
        email(port).send(NOTICE)
    assert inbox.encrypted == [True, False]


def test_mail_elsewhere_is_never_sent_unencrypted_by_itself(elsewhere: str) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        url = f"smtp://{elsewhere}:{port}"
        assert failure(Email(url, "a@b.example", ["c@d.example"]).send).permanent
        assert inbox.messages == []
        Email(f"{url}?tls=none", "a@b.example", ["c@d.example"]).send(NOTICE)
    assert inbox.encrypted == [False]


def test_mail_elsewhere_needs_a_certificate_that_somebody_signed(
    elsewhere: str, self_signed: ssl.SSLContext
) -> None:
    inbox = Inbox()
    with serving(inbox, tls_context=self_signed) as port:
        error = failure(Email(f"smtp://{elsewhere}:{port}", "a@b.example", ["c@d.example"]).send)
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert not error.permanent
    assert inbox.messages == []


def test_smtps_is_encrypted_from_the_first_byte(self_signed: ssl.SSLContext) -> None:
    inbox = Inbox()
    with serving(inbox, ssl_context=self_signed) as port:
        Email(f"smtps://localhost:{port}", "a@b.example", ["c@d.example"]).send(NOTICE)
    assert inbox.encrypted == [True]


@pytest.mark.parametrize(
    "url",
    ["", "firm.example", "http://firm.example", "smtp://", "smtp://u:p@ss/word@h:25", "smtp://u:p@ss@h:25x",
     "smtp://h/inbox", "smtp://h?tls=maybe", "smtps://h?tls=none", "smtp://u:密码p@ss@h", "smtp://a..b", "smtp://h#p@ss"],
)  # fmt: skip
def test_a_wrong_mail_url_is_refused_with_a_hint_that_quotes_nothing(url: str) -> None:
    with pytest.raises(ValueError, match="write it as smtp://") as caught:
        Email(url, "a@b.example", ["c@d.example"])
    assert "p@ss" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["", "desk", "desk@", "a@b@c", "a@b\r\nBcc: c@d", "x\r\nBcc: y <a@b>", "桌@firm.example", "a..b@c"],
)
def test_a_wrong_address_is_refused_with_a_hint(address: str) -> None:
    for sender, to in ((address, "a@b.example"), ("a@b.example", address)):
        with pytest.raises(ValueError, match="write it as desk@firm"):
            Email("smtp://localhost", sender, [to])


def test_an_email_needs_somebody_to_go_to() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Email("smtp://localhost", "a@b.example", [])


@pytest.mark.parametrize("key", ["", " k", "a\nb", "é", "键"])
def test_the_key_of_a_notice_can_stand_in_a_header(key: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        Notice(key, "s", "t", "")


class Hook(BaseHTTPRequestHandler):
    answer = 200
    received: list[tuple[str, dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.answer)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hook(answer: int) -> Iterator[tuple[str, type[Hook]]]:
    handler = type("Answering", (Hook,), {"answer": answer, "received": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", handler
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("answer", [200, 201, 202, 204])
def test_a_webhook_gets_the_notice_as_json_with_its_key(answer: int) -> None:
    with hook(answer) as (url, received):
        Webhook(f"{url}/notices?token=t").send(NOTICE)
    ((path, headers, body),) = received.received
    assert path == "/notices?token=t"
    assert headers["content-type"] == "application/json"
    assert headers["idempotency-key"] == NOTICE.key
    assert "certdesk-signature" not in headers
    assert json.loads(body) == {
        "key": NOTICE.key,
        "subject": NOTICE.subject,
        "text": NOTICE.text,
        "url": NOTICE.url,
        "data": NOTICE.data,
    }


def test_a_webhook_with_a_secret_is_signed() -> None:
    with hook(200) as (url, received):
        Webhook(url, secret="共享的秘密").send(NOTICE)
    ((_, headers, body),) = received.received
    stamp, signature = (part.split("=")[1] for part in headers["certdesk-signature"].split(","))
    assert abs(int(stamp) - datetime.now(UTC).timestamp()) < 60
    expected = hmac.new("共享的秘密".encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert signature == expected


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [(301, True), (302, True), (307, True), (400, True), (401, True), (403, True), (404, True), (410, True), (422, True),
     (408, False), (425, False), (429, False), (500, False), (502, False), (503, False), (504, False)],
)  # fmt: skip
def test_what_the_webhook_answers_decides_whether_to_try_again(answer: int, permanent: bool) -> None:
    with hook(answer) as (url, received):
        error = failure(Webhook(f"{url.replace('//', '//u:p%40ss@')}/p@ss?token=p@ss").send)
    assert error.permanent is permanent
    assert str(error) == f"webhook at 127.0.0.1: answered {answer}"
    assert len(received.received) == 1, "a redirect is not followed"


def test_a_webhook_that_nobody_answers_is_passing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert not failure(Webhook(f"http://127.0.0.1:{port}/p@ss").send).permanent


@pytest.mark.parametrize(
    "script", [silence, lambda _: None, lambda connection: connection.sendall(b"nonsense\r\n\r\n")]
)
def test_a_webhook_that_hangs_or_talks_nonsense_is_passing(script: Callable[[socket.socket], None]) -> None:
    with talking(script) as port:
        assert not failure(Webhook(f"http://127.0.0.1:{port}/p@ss", timeout=0.2).send).permanent


@pytest.mark.parametrize(
    "url",
    [
        "",
        "h/hook",
        "ftp://h",
        "http://",
        "http://h:99999",
        "http://h:x",
        "http://a..b/",
        f"http://{'a' * 70}.cn",
    ],
)
def test_a_wrong_webhook_url_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(ValueError, match="write it as https://"):
        Webhook(url)
