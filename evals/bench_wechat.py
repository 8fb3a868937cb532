"""How many WeChat messages a second are answered, ledger and all, beside the same over the HTTP API; part of `make bench`."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import httpx

_TOKEN = "token0of0the0bench"  # noqa: S105  # of no real account
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "CERTDESK_WECHAT_APP_ID": "wx0",
        "CERTDESK_WECHAT_APP_SECRET": "secret",
        "CERTDESK_WECHAT_TOKEN": _TOKEN,
        "CERTDESK_WECHAT_AES_KEY": "plain",
        "CERTDESK_WECHAT_API_BASE": "http://127.0.0.1:9",
    }
)
_QUESTIONS = (
    "证书有效期多久？",
    "最快多久能拿证？",
    "How long is the certificate valid?",
    "认证流程是怎样的？",
)
_MESSAGES = 600
_CUSTOMERS = 100
_AT_ONCE = 16

Row = Callable[[str, str, str, str], None]


def measure(base: str, row: Row) -> None:
    asyncio.run(_measure(base, row))


async def _measure(base: str, row: Row) -> None:
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        conversations = [await _opened(client) for _ in range(_CUSTOMERS)]
        api = await _rate(lambda number: _by_api(client, conversations[number % _CUSTOMERS], number))
        wechat = await _rate(lambda number: _by_wechat(client, number))
        row(
            "WeChat messages, repeated questions",
            f"{wechat:.0f}/s",
            f"{wechat / api:.2f} × over the HTTP API",
            "≥ 45/s",
        )


async def _rate(sent: Callable[[int], Awaitable[None]]) -> float:
    """Messages a second, so many at once."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> None:
        async with free:
            await sent(number)

    await asyncio.gather(*(one(number) for number in range(_AT_ONCE)))  # a warm-up
    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(_MESSAGES)))
    return _MESSAGES / (time.perf_counter() - began)


async def _opened(client: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    opened = (await client.post("/api/conversations", json={})).raise_for_status().json()
    return f"/api/conversations/{opened['id']}/messages", {"Authorization": f"Bearer {opened['token']}"}


async def _by_api(client: httpx.AsyncClient, conversation: tuple[str, dict[str, str]], number: int) -> None:
    path, headers = conversation
    body = {"client_message_id": secrets.token_hex(8), "text": _QUESTIONS[number % len(_QUESTIONS)]}
    (await client.post(path, json=body, headers=headers)).raise_for_status()


async def _by_wechat(client: httpx.AsyncClient, number: int) -> None:
    stamp, nonce = str(int(time.time())), secrets.token_hex(8)
    signature = hashlib.sha1("".join(sorted([_TOKEN, stamp, nonce])).encode()).hexdigest()  # noqa: S324  # the platform's choice
    xml = (
        f"<xml><ToUserName>gh_bench</ToUserName><FromUserName>o{number % _CUSTOMERS}</FromUserName>"
        f"<CreateTime>{stamp}</CreateTime><MsgType>text</MsgType>"
        f"<Content>{_QUESTIONS[number % len(_QUESTIONS)]}</Content><MsgId>{secrets.randbits(60)}</MsgId></xml>"
    )
    query = {"signature": signature, "timestamp": stamp, "nonce": nonce}
    answer = (await client.post("/wechat/callback", params=query, content=xml.encode())).raise_for_status()
    if "<Content>" not in answer.text:
        raise RuntimeError(f"no answer to {_QUESTIONS[number % len(_QUESTIONS)]!r}")
