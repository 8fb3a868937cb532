"""The platform of the tests does what the real one is known to do."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tencent.peer import Peer
from tencent.platform import APP_ID, OUT_OF_SERVICE, SECRET, Customer, Heard, Platform, signed

AT_ONCE = 2.0  # seconds that a delivery is waited for here


class Service:
    """Answers deliveries as it is told: with a body after so many seconds, or with a status."""

    def __init__(self) -> None:
        self.answers: list[tuple[float, int, str]] = []
        self.bodies: list[str] = []
        self.over = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service.bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                seconds, status, body = service.answers.pop(0) if service.answers else (0.0, 200, "success")
                service.over.wait(seconds)
                try:
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(body.encode())
                except OSError:
                    pass  # the platform has gone

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def stop(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(service: Service, clock: Clock) -> Iterator[Platform]:
    with Platform(service.url, patience=AT_ONCE, now=clock) as made:
        yield made


@pytest.fixture
def ann(platform: Platform) -> Customer:
    return platform.customer("ann")


def reply(to: Customer, text: str, **other: str) -> str:
    elements = {"ToUserName": to.openid, "FromUserName": "gh_of_the_tests", "CreateTime": "1700000000"}
    elements |= {"MsgType": "text", "Content": text} | other
    return (
        "<xml>"
        + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in elements.items())
        + "</xml>"
    )


class TestDeliveries:
    def test_a_reply_is_shown(self, ann: Customer, service: Service) -> None:
        service.answers = [(0, 200, reply(ann, "您好"))]
        exchange = ann.says("在吗")
        assert (exchange.shown, exchange.statuses, ann.texts) == ("您好", [200], ["您好"])

    @pytest.mark.parametrize("body", ["success", ""])
    def test_nothing_is_shown_where_nothing_is_said(self, ann: Customer, service: Service, body: str) -> None:
        service.answers = [(0, 200, body)]
        assert ann.says("在吗").statuses == [200]
        assert ann.texts == []

    def test_what_is_not_answered_is_delivered_three_times(self, ann: Customer, service: Service) -> None:
        service.answers = [(60, 200, "success"), (0, 500, ""), (0, 200, reply(ann, "third"))]
        exchange = ann.says("在吗")
        assert (exchange.statuses, exchange.shown) == ([0, 500, 200], "third")
        assert len(set(service.bodies)) == 1

    def test_after_three_it_says_that_the_service_is_down(self, ann: Customer, service: Service) -> None:
        service.answers = [(0, 503, "")] * 3
        exchange = ann.says("在吗")
        assert (exchange.statuses, exchange.broken, ann.texts) == ([503] * 3, True, [OUT_OF_SERVICE])

    @pytest.mark.parametrize(
        "broken",
        [
            lambda ann: "hello",
            lambda ann: reply(ann, ""),
            lambda ann: reply(ann, "长" * 683),
            lambda ann: reply(ann, "x", ToUserName="somebody"),
            lambda ann: reply(ann, "x", MsgType="image"),
            lambda ann: reply(ann, "x\x01"),
        ],
    )
    def test_a_reply_that_is_none_is_not_shown(
        self, ann: Customer, service: Service, broken: Callable[[Customer], str]
    ) -> None:
        service.answers = [(0, 200, broken(ann))]
        assert ann.says("在吗").broken
        assert ann.texts == [OUT_OF_SERVICE]


class TestApi:
    def token(self, platform: Platform, **other: Any) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET} | other
        return self.post(platform, "stable_token", body)

    def post(self, platform: Platform, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        url = f"{platform.api.url}/cgi-bin/{path}"
        found: dict[str, Any] = platform.line.post(url, params={"access_token": token}, json=body).json()
        return found

    def send(self, platform: Platform, customer: Customer, text: str = "您好") -> int:
        body = {"touser": customer.openid, "msgtype": "text", "text": {"content": text}}
        code: int = self.post(platform, "message/custom/send", body, self.token(platform)["access_token"])[
            "errcode"
        ]
        return code

    def test_a_token_is_the_same_until_it_ends_or_is_forced(self, platform: Platform, clock: Clock) -> None:
        first = self.token(platform)["access_token"]
        assert self.token(platform)["access_token"] == first
        forced = self.token(platform, force_refresh=True)["access_token"]
        assert forced != first
        clock.now += 7199
        assert self.token(platform)["access_token"] == forced
        clock.now += 1
        assert self.token(platform)["access_token"] != forced
        for _ in range(19):
            assert "access_token" in self.token(platform, force_refresh=True)
        assert self.token(platform, force_refresh=True)["errcode"] == 45009
        clock.now += 24 * 3600
        assert "access_token" in self.token(platform, force_refresh=True)
        platform.rules.forbidden = True
        assert self.token(platform)["errcode"] == 40164
        platform.rules.forbidden = False
        assert self.token(platform, appid="x")["errcode"] == 40013
        assert self.token(platform, secret="x")["errcode"] == 40125

    def test_a_message_opens_48_hours_and_five_messages(
        self, platform: Platform, ann: Customer, clock: Clock
    ) -> None:
        assert self.send(platform, ann) == 40003
        ann.says("在吗")
        assert [self.send(platform, ann) for _ in range(6)] == [0] * 5 + [45047]
        ann.says("在吗")
        clock.now += 48 * 3600 - 1
        assert self.send(platform, ann) == 0
        ann.says("在吗")
        assert [self.send(platform, ann) for _ in range(6)] == [0] * 5 + [45047]
        clock.now += 48 * 3600
        assert self.send(platform, ann) == 45015
        assert [heard.to for heard in ann.heard] == [None] * 11

    def test_a_press_of_the_menu_opens_a_minute_and_three_messages(
        self, platform: Platform, ann: Customer, clock: Clock
    ) -> None:
        ann.clicks("fees")
        assert [self.send(platform, ann) for _ in range(4)] == [0] * 3 + [45047]
        clock.now += 60
        assert self.send(platform, ann) == 45015

    def test_an_account_without_verification_may_not_send(self, service: Service) -> None:
        with Platform(service.url, patience=AT_ONCE, verified=False) as platform:
            ann = platform.customer("ann")
            ann.says("在吗")
            assert self.send(platform, ann) == 48001

    def test_who_has_left_hears_nothing(self, platform: Platform, ann: Customer) -> None:
        ann.says("在吗")
        ann.unfollows()
        assert self.send(platform, ann) == 45015

    def test_a_text_that_is_too_long_is_refused(self, platform: Platform, ann: Customer) -> None:
        ann.says("在吗")
        assert self.send(platform, ann, "长" * 683) == 45002

    def test_faults_come_as_planned(self, platform: Platform, ann: Customer) -> None:
        ann.says("在吗")
        platform.api.faults.fail("message/custom/send", -1)
        assert [self.send(platform, ann), self.send(platform, ann)] == [-1, 0]
        platform.api.faults.silence("message/custom/send")
        with pytest.raises(httpx.RemoteProtocolError):
            self.send(platform, ann)
        assert len(ann.heard) == 2  # it was done all the same
        platform.rules.expire()
        body = {"touser": ann.openid, "msgtype": "text", "text": {"content": "x"}}
        assert self.post(platform, "message/custom/send", body, "old")["errcode"] == 40001


class TestSafeMode:
    def test_it_seals_and_opens_messages_of_every_size(self, peer: Peer) -> None:
        for size in [*range(70), 500, 20_000]:
            xml = f"<xml>{'字😀'[size % 2] * size}</xml>"
            sealed, signature = peer.seal(xml, "1700000000", "nonce")
            assert peer.open(sealed, signature, "1700000000", "nonce") == xml

    def test_it_opens_nothing_that_is_wrongly_signed(self, peer: Peer) -> None:
        sealed, signature = peer.seal("<xml/>", "1700000000", "nonce")
        for wrong in (
            (sealed, "0" * 40, "nonce"),
            (sealed, signature, "other"),
            ("AAAA", signature, "nonce"),
        ):
            with pytest.raises(ValueError, match="wrongly sealed"):
                peer.open(wrong[0], wrong[1], "1700000000", wrong[2])

    def test_a_reply_in_the_open_is_not_shown(self, service: Service, peer: Peer) -> None:
        with Platform(service.url, peer, patience=AT_ONCE) as platform:
            ann = platform.customer("ann")
            service.answers = [(0, 200, reply(ann, "x"))]
            assert ann.says("在吗").broken


def test_it_signs_as_tencents_own_example_says() -> None:
    assert signed("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"


def test_waiting_ends_with_what_is_waited_for(ann: Customer) -> None:
    threading.Timer(0.01, ann.hear, ("news", None)).start()

    def has_news(heard: list[Heard]) -> bool:
        return [each.text for each in heard] == ["news"]

    assert ann.waits(has_news, 10)
    assert not ann.waits(lambda heard: len(heard) > 1, 0)
