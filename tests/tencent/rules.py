"""What the platform lets an account do: windows, quotas, tokens, and the numbers that it answers with."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

ASKED = (48 * 3600.0, 5)  # seconds and messages, after a message of the customer's
ACTED = (60.0, 3)  # after a press of the menu, a scan, or a new follower
LONGEST_TEXT = 2048  # bytes
_FORCED = 20  # tokens a day
_DAY = 24 * 3600.0
_VALID = 7200  # seconds of a token
_MEDIA = 3 * 24 * 3600.0  # seconds
_TYPING = 15.0
_INTERACTION = 30.0


class Refused(Exception):
    """With the platform's number."""

    def __init__(self, code: int, said: str = "refused") -> None:
        super().__init__(said)
        self.code = code


@dataclass
class Follower:
    """What the platform keeps of one customer; times are of the platform's clock."""

    openid: str
    follows: bool = True
    allowances: dict[str, tuple[float, int]] = field(
        default_factory=dict
    )  # until when, how many, by what they did
    seen_at: float = float("-inf")
    typing_until: float = float("-inf")


class Rules:
    """`now` is the platform's clock, in seconds."""

    def __init__(self, app_id: str, secret: str, now: Callable[[], float], *, verified: bool) -> None:
        self.verified = verified
        self.forbidden = False  # whether the caller's address is not on the whitelist
        self.followers: dict[str, Follower] = {}
        self.media: dict[str, tuple[bytes, float]] = {}
        self._app_id = app_id
        self._secret = secret
        self._now = now
        self._lock = threading.RLock()
        self._token, self._ends = "", float("-inf")
        self._forced: list[float] = []

    def token(self, app_id: str, secret: str, *, force: bool) -> tuple[str, int]:
        with self._lock:
            if app_id != self._app_id:
                raise Refused(40013, "invalid appid")
            if secret != self._secret:
                raise Refused(40125, "invalid appsecret")
            self._address()
            if force:
                self._forced = [each for each in self._forced if each > self._now() - _DAY] + [self._now()]
                if len(self._forced) > _FORCED:
                    raise Refused(45009, "reach max api daily quota limit")
            if force or self._now() >= self._ends:
                self._token, self._ends = f"token-{secrets.token_hex(8)}", self._now() + _VALID
            return self._token, int(self._ends - self._now())

    def expire(self) -> None:
        """The token is no longer good, though it says otherwise."""
        with self._lock:
            self._token, self._ends = "", float("-inf")

    def check(self, token: str) -> None:
        with self._lock:
            self._address()
            if not token or token != self._token:
                raise Refused(40001, "invalid credential, access_token is invalid or not latest")
            if self._now() >= self._ends:
                raise Refused(42001, "access_token expired")

    def send(self, openid: str, text: str) -> None:
        """A customer-service message: counts it, or says why not."""
        with self._lock:
            follower = self._may_hear(openid)
            if len(text.encode()) > LONGEST_TEXT:
                raise Refused(45002, "content size out of limit")
            now = self._now()
            open_ones = {did: each for did, each in follower.allowances.items() if each[0] > now}
            if not open_ones or not follower.follows:
                raise Refused(45015, "response out of time limit or subscription is canceled")
            left = sorted((until, did) for did, (until, messages) in open_ones.items() if messages)
            if not left:
                raise Refused(45047, "out of response count limit")
            until, did = left[0]
            follower.allowances[did] = (until, open_ones[did][1] - 1)

    def type(self, openid: str) -> None:
        with self._lock:
            follower = self._may_hear(openid)
            if self._now() - follower.seen_at > _INTERACTION:
                raise Refused(45080, "client has no recent interaction")
            if self._now() < follower.typing_until:
                raise Refused(45081, "already typing")
            follower.typing_until = self._now() + _TYPING

    def file(self, media_id: str) -> bytes:
        with self._lock:
            if not self.verified:
                raise Refused(48001, "api unauthorized")
            content, since = self.media.get(media_id, (b"", float("-inf")))
            if self._now() - since > _MEDIA:
                raise Refused(40007, "invalid media_id")
            return content

    def keep(self, media_id: str, content: bytes) -> None:
        with self._lock:
            self.media[media_id] = (content, self._now())

    def asked(self, openid: str) -> None:
        self._opened(openid, "asked", ASKED)

    def acted(self, openid: str) -> None:
        self._opened(openid, "acted", ACTED)

    def follower(self, openid: str) -> Follower:
        with self._lock:
            return self.followers.setdefault(openid, Follower(openid))

    def _opened(self, openid: str, did: str, allowance: tuple[float, int]) -> None:
        lasts, messages = allowance
        with self._lock:
            follower = self.follower(openid)
            follower.seen_at = self._now()
            follower.allowances[did] = (self._now() + lasts, messages)

    def _may_hear(self, openid: str) -> Follower:
        if not self.verified:
            raise Refused(48001, "api unauthorized")
        if openid not in self.followers:
            raise Refused(40003, "invalid openid")
        return self.followers[openid]

    def _address(self) -> None:
        if self.forbidden:
            raise Refused(40164, "invalid ip 127.0.0.1 ipv6 ::1, not in whitelist")
