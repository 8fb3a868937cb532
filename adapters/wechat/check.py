"""Whether the account is set up so that customers are answered: each point with what to do if it is not."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from adapters.wechat.account import Account
from adapters.wechat.failures import ApiError
from adapters.wechat.secure import signature

_PATIENCE = 10.0  # seconds
_KINDS = {
    "service": "verified service account: late answers are sent by themselves",
    "subscription": "verified subscription account: late answers are sent by themselves",
    "unverified": "account without verification: late answers wait until the customer replies 继续",
}


class Api(Protocol):
    """What is needed of `adapters.wechat.api.Api`. Raises ApiError."""

    def callback_addresses(self) -> list[str]: ...

    def menu(self) -> dict[str, Any] | None: ...


@dataclass(frozen=True)
class Point:
    """`fine` is None for what is only worth knowing."""

    fine: bool | None
    text: str


def check(account: Account, site: str, api: Api) -> Iterator[Point]:
    """`site` is the address that customers and the platform see."""
    yield Point(None, _KINDS[account.kind])
    yield _mode(account)
    yield from _callback(account, site)
    reached = _reached(api)
    yield reached
    if reached.fine:
        yield _menu(api)


def _mode(account: Account) -> Point:
    if not account.aes_keys:
        return Point(
            False, "callbacks come unencrypted (AES key `plain`); choose the safe mode for real customers"
        )
    changing = " and the one before it" if len(account.aes_keys) > 1 else ""
    return Point(True, f"safe mode, with the present AES key{changing}")


def _callback(account: Account, site: str) -> Iterator[Point]:
    """Plays the platform's own check of the address."""
    parts = urlsplit(site)
    if parts.scheme != "https" or parts.hostname in {"127.0.0.1", "localhost", None}:
        yield Point(
            False,
            f"CERTDESK_PUBLIC_URL is {site}; the platform and links in the chat need a public https address",
        )
    url = f"{site}/wechat/callback"
    timestamp, nonce, echo = str(int(time.time())), secrets.token_hex(8), secrets.token_hex(8)
    signed = signature(account.token, timestamp, nonce)
    query = {"signature": signed, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    try:
        found = httpx.get(url, params=query, timeout=_PATIENCE)
    except httpx.HTTPError as error:
        yield Point(
            False, f"{url} cannot be reached ({type(error).__name__}); is the service running, and its proxy?"
        )
        return
    if found.status_code == 200 and found.text == echo:
        yield Point(True, f"{url} answers as the platform wants it to")
    elif found.status_code == 403:
        yield Point(
            False, f"{url} refuses the Token; is the service running with the same settings, its clock right?"
        )
    else:
        yield Point(
            False,
            f"{url} answers with status {found.status_code}; does the proxy pass /wechat/ on to the service?",
        )


def _reached(api: Api) -> Point:
    return _asked(
        api.callback_addresses,
        lambda found: f"the API takes our AppID and AppSecret ({len(found)} callback addresses)",
    )


def _menu(api: Api) -> Point:
    return _asked(
        api.menu,
        lambda found: "a menu is set" if found else "no menu is set yet: `certdesk wechat menu` makes one",
    )


def _asked(ask: Callable[[], Any], fine: Callable[[Any], str]) -> Point:
    try:
        return Point(True, fine(ask()))
    except ApiError as error:
        return Point(False, str(error))
