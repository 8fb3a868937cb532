"""A customer on the public HTTP contract, of this process or of any server."""

import time
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError

from bot.messages import Reply, new_id
from evals.results import Exchange

_REPLY = TypeAdapter(Reply)
_PATIENCE = 90.0  # seconds; a language model may think


class ContractBroken(Exception):
    """The server did not answer as the contract says."""


class Chat:
    """One conversation; `exchanges` is what was said in it so far."""

    def __init__(self, http: httpx.AsyncClient, id: str, token: str) -> None:
        self._http = http
        self._path = f"/api/conversations/{id}"
        self._headers = {"Authorization": f"Bearer {token}"}
        self.exchanges: list[Exchange] = []

    async def say(self, text: str) -> Reply:
        """Raises ContractBroken; the exchange is kept also then."""
        started = time.perf_counter()
        reply = None
        try:
            body = {"client_message_id": new_id("eval"), "text": text}
            reply = _reply(
                await _sent(self._http, f"{self._path}/messages", json=body, headers=self._headers)
            )
        finally:
            self.exchanges.append(Exchange(text, reply, (time.perf_counter() - started) * 1000))
        return reply

    async def attach(self, name: str, content: bytes) -> None:
        """Raises ContractBroken."""
        await _sent(self._http, f"{self._path}/files", files={"file": (name, content)}, headers=self._headers)


class Client:
    """Opens conversations and looks at sources; `base` is on the HTTP client."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._pages: dict[str, str] = {}

    async def open(self, language: str) -> Chat:
        """Raises ContractBroken."""
        opened = await _sent(self._http, "/api/conversations", json={"locale": language})
        try:
            return Chat(self._http, opened["id"], opened["token"])
        except (KeyError, TypeError) as error:
            raise ContractBroken(f"a conversation was opened without id or token: {opened}") from error

    async def page(self, url: str) -> str:
        """The HTML of a cited source, empty where there is none."""
        address = url.partition("#")[0]
        if address not in self._pages:
            got = await self._http.get(address, timeout=_PATIENCE)
            self._pages[address] = got.text if got.is_success else ""
        return self._pages[address]


async def _sent(http: httpx.AsyncClient, path: str, **what: Any) -> Any:
    try:
        answer = await http.post(path, timeout=_PATIENCE, **what)
    except httpx.HTTPError as error:
        raise ContractBroken(f"POST {path}: {type(error).__name__}: {error}") from error
    if not answer.is_success:
        raise ContractBroken(f"POST {path}: {answer.status_code} {answer.text[:300]}")
    try:
        return answer.json()
    except ValueError as error:
        raise ContractBroken(f"POST {path}: not JSON: {answer.text[:300]}") from error


def _reply(body: Any) -> Reply:
    try:
        return _REPLY.validate_python(body)
    except ValidationError as error:
        raise ContractBroken(f"not a Reply: {error}") from error
