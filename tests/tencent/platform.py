"""The WeChat platform, for tests: what customers do is delivered as it delivers it, what they are sent is shown to them.

It drops a delivery that is not answered in time and delivers it again, keeps windows and quotas, and serves the API.
"""

import hashlib
import itertools
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import httpx

from tencent.api import Api
from tencent.peer import Peer
from tencent.rules import LONGEST_TEXT, Rules

APP_ID, SECRET, TOKEN = "wx0123456789abcdef", "app-secret-of-tests", "token0of0tests"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_of_the_tests"
OUT_OF_SERVICE = "该公众号提供的服务出现故障，请稍后再试"
_numbers = itertools.count(24_000_000_000_000_001)


@dataclass(frozen=True)
class Heard:
    """What a customer saw: `to` is the message whose response showed it, None for one that was pushed."""

    text: str
    to: str | None
    at: float


@dataclass
class Exchange:
    """How the platform fared with one message: `seconds` and `statuses` are of each delivery (0: none came)."""

    id: str
    seconds: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    shown: str = ""
    broken: bool = False


class Platform:
    """`patience` is how many seconds a delivery is waited for. Without `peer` all goes in plain mode."""

    def __init__(self, callback: str = "", peer: Peer | None = None, *, verified: bool = True,
                 patience: float = 5.0, now: Callable[[], float] = time.time) -> None:  # fmt: skip
        self.callback = callback
        self.peer = peer
        self.patience = patience
        self.rules = Rules(APP_ID, SECRET, now, verified=verified)
        self.api = Api(self.rules, self._pushed)
        # A connection for each delivery: one that was left open may be closed by the time of the next.
        self.line = httpx.Client(verify=False, limits=httpx.Limits(max_keepalive_connections=0))  # noqa: S501  # only to 127.0.0.1
        self._customers: dict[str, Customer] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> "Platform":
        return self

    def __exit__(self, *_: object) -> None:
        self.api.stop()
        self.line.close()

    def settings(self) -> dict[str, str]:
        """Of the service that answers for this account, by variable."""
        return {
            "CERTDESK_WECHAT_APP_ID": APP_ID,
            "CERTDESK_WECHAT_APP_SECRET": SECRET,
            "CERTDESK_WECHAT_TOKEN": TOKEN,
            "CERTDESK_WECHAT_AES_KEY": AES_KEY if self.peer else "plain",
            "CERTDESK_WECHAT_ACCOUNT": "service" if self.rules.verified else "unverified",
            "CERTDESK_WECHAT_API_BASE": self.api.url,
        }

    def customer(self, name: str) -> "Customer":
        """By name; the same name is the same person."""
        openid = f"o{name}".ljust(28, "0")
        with self._lock:
            return self._customers.setdefault(openid, Customer(self, openid))

    def verify(self) -> bool:
        """Saving the address in the account's settings: whether the service answers as it should."""
        stamp, nonce, echo = str(int(time.time())), secrets.token_hex(5), str(secrets.randbits(60))
        query = {
            "signature": signed(TOKEN, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "echostr": echo,
        }
        return self.line.get(self.callback, params=query, timeout=self.patience).text == echo

    def _pushed(self, openid: str, text: str) -> None:
        self._customers[openid].hear(text, None)


class Customer:
    """A person with a phone. Each method is over when the platform is done with what they did."""

    def __init__(self, platform: Platform, openid: str) -> None:
        self.openid = openid
        self.heard: list[Heard] = []
        self._platform = platform
        self._news = threading.Condition()

    def says(self, text: str) -> Exchange:
        self._platform.rules.asked(self.openid)
        return self._message("text", f"<Content>{_cdata(text)}</Content>")

    def sends_picture(self, content: bytes) -> Exchange:
        platform, name = self._platform, secrets.token_hex(12)
        platform.rules.asked(self.openid)
        platform.rules.keep(name, content)
        url = f"{platform.api.url}/pictures/{name}"
        return self._message("image", f"<PicUrl>{_cdata(url)}</PicUrl><MediaId>{_cdata(name)}</MediaId>")

    def sends(self, kind: str) -> Exchange:
        """A voice message, video, shortvideo, location or link."""
        self._platform.rules.asked(self.openid)
        return self._message(kind, "<MediaId>m</MediaId><Title>t</Title><Url>https://example.org</Url>")

    def follows(self, scene: str = "") -> Exchange:
        self._platform.rules.follower(self.openid).follows = True
        self._platform.rules.acted(self.openid)
        return self._event("subscribe", f"qrscene_{scene}" if scene else "")

    def unfollows(self) -> Exchange:
        self._platform.rules.follower(self.openid).follows = False
        return self._event("unsubscribe", "")

    def clicks(self, key: str) -> Exchange:
        self._platform.rules.acted(self.openid)
        return self._event("CLICK", key)

    def scans(self, scene: str) -> Exchange:
        self._platform.rules.acted(self.openid)
        return self._event("SCAN", scene)

    def hear(self, text: str, to: str | None) -> None:
        with self._news:
            self.heard.append(Heard(text, to, time.monotonic()))
            self._news.notify_all()

    def waits(self, until: Callable[[list[Heard]], object], seconds: float) -> bool:
        """Whether what they have heard comes to fit within so long."""
        with self._news:
            return bool(self._news.wait_for(lambda: until(self.heard), seconds))

    @property
    def texts(self) -> list[str]:
        with self._news:
            return [each.text for each in self.heard]

    def _message(self, kind: str, elements: str) -> Exchange:
        id = str(next(_numbers))
        return self._delivered(id, f"<MsgType>{_cdata(kind)}</MsgType>{elements}<MsgId>{id}</MsgId>")

    def _event(self, name: str, key: str) -> Exchange:
        elements = f"<MsgType>{_cdata('event')}</MsgType><Event>{_cdata(name)}</Event><EventKey>{_cdata(key)}</EventKey>"
        return self._delivered(f"{name}:{key}", elements)

    def _delivered(self, id: str, elements: str) -> Exchange:
        """Up to three times, each for as long as the platform waits."""
        made = f"<CreateTime>{int(time.time())}</CreateTime>"
        head = f"<ToUserName>{_cdata(ACCOUNT)}</ToUserName><FromUserName>{_cdata(self.openid)}</FromUserName>{made}"
        exchange = Exchange(id)
        for _ in range(3):
            began = time.monotonic()
            status, body = self._once(f"<xml>{head}{elements}</xml>")
            exchange.seconds.append(time.monotonic() - began)
            exchange.statuses.append(status)
            if status == 200:
                self._show(exchange, body)
                return exchange
            time.sleep(max(self._platform.patience - exchange.seconds[-1], 0))
        exchange.broken = True
        self.hear(OUT_OF_SERVICE, id)
        return exchange

    def _once(self, xml: str) -> tuple[int, str]:
        """Status 0 if nothing came in time."""
        platform = self._platform
        stamp, nonce = str(int(time.time())), secrets.token_hex(5)
        query = {
            "signature": signed(TOKEN, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "openid": self.openid,
        }
        if platform.peer:
            sealed, signature = platform.peer.seal(xml, stamp, nonce)
            query |= {"encrypt_type": "aes", "msg_signature": signature}
            xml = f"<xml><ToUserName>{_cdata(ACCOUNT)}</ToUserName><Encrypt>{_cdata(sealed)}</Encrypt></xml>"
        began = time.monotonic()
        try:
            response = platform.line.post(
                platform.callback, params=query, content=xml.encode(), timeout=platform.patience
            )
        except httpx.HTTPError:
            return 0, ""
        late = time.monotonic() - began > platform.patience  # also of one that came little by little
        return (0, "") if late else (response.status_code, response.text)

    def _show(self, exchange: Exchange, body: str) -> None:
        if body in {"", "success"}:
            return
        try:
            exchange.shown = self._read(body)
        except (ValueError, KeyError, ET.ParseError):
            exchange.broken = True
        self.hear(OUT_OF_SERVICE if exchange.broken else exchange.shown, exchange.id)

    def _read(self, body: str) -> str:
        """The text of a reply. Raises ValueError, ParseError for one that the platform would not show."""
        found = _elements(body)
        if self._platform.peer:
            sealed = (found["Encrypt"], found["MsgSignature"], found["TimeStamp"], found["Nonce"])
            found = _elements(self._platform.peer.open(*sealed))
        expected = {"ToUserName": self.openid, "FromUserName": ACCOUNT, "MsgType": "text"}
        text = found.get("Content", "")
        if {name: found.get(name) for name in expected} != expected or not found.get(
            "CreateTime", ""
        ).isdigit():
            raise ValueError("not a reply to this customer")
        if not text or len(text.encode()) > LONGEST_TEXT:
            raise ValueError("no text, or too much")
        return text


def signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  # the platform's choice


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>" if "]]>" not in text else escape(text)


def _elements(xml: str) -> dict[str, str]:
    return {element.tag: element.text or "" for element in ET.fromstring(xml)}  # noqa: S314  # what is read is the service under test
