"""A customer on the public HTTP contract, of this process or of any server."""

import time
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from bot.messages import AuthorKind, Message, Reply, new_id
from evals.results import Exchange

T = TypeVar("T")


@dataclass(frozen=True)
class Field:
    """A field of an application; `value` is what the customer has said so far."""

    id: str
    label: str
    value: str


@dataclass(frozen=True)
class _Form:
    fields: list[Field]


@dataclass(frozen=True)
class _Messages:
    messages: list[Message]


_REPLY, _FORM, _MESSAGES = TypeAdapter(Reply), TypeAdapter(_Form), TypeAdapter(_Messages)
_PATIENCE = 90.0  # seconds; a language model may think


class ContractBroken(Exception):
    """The server did not answer as the contract says."""


class Chat:
    """One conversation; `exchanges` is what was said in it so far."""

    def __init__(self, http: httpx.AsyncClient, id: str, token: str) -> None:
        self._http = http
        self.id = id
        self._path = f"/api/conversations/{id}"
        self._headers = {"Authorization": f"Bearer {token}"}
        self.exchanges: list[Exchange] = []

    async def say(self, text: str) -> Reply:
        """Raises ContractBroken; the exchange is kept also then."""
        started = time.perf_counter()
        reply = None
        try:
            body = {"client_message_id": new_id("eval"), "text": text}
            reply = _valid(
                _REPLY,
                await _asked(self._http, "POST", f"{self._path}/messages", json=body, headers=self._headers),
            )
        finally:
            self.exchanges.append(Exchange(text, reply, (time.perf_counter() - started) * 1000))
        return reply

    async def attach(self, name: str, content: bytes, document: str = "") -> None:
        """Raises ContractBroken."""
        files = {"file": (name, content)}
        data = {"document": document, "client_file_id": new_id("eval")}
        await _asked(self._http, "POST", f"{self._path}/files", files=files, data=data, headers=self._headers)

    async def form(self, language: str) -> list[Field]:
        """The fields of the application. Raises ContractBroken."""
        path = f"{self._path}/application"
        body = await _asked(self._http, "GET", path, params={"lang": language}, headers=self._headers)
        return _valid(_FORM, body).fields

    async def send_form(self, values: dict[str, str], language: str) -> Reply | list[str]:
        """What is replied to an application, or the fields for which it is refused. Raises ContractBroken."""
        body = {"client_message_id": new_id("eval"), "values": values, "language": language, "consent": True}
        path = f"{self._path}/application"
        got = await _asked(self._http, "POST", path, json=body, headers=self._headers, refusal=422)
        if isinstance(got, dict) and "errors" in got:
            return sorted(got["errors"])
        return _valid(_REPLY, got)

    async def told(self) -> list[str]:
        """What was said to the customer since they last wrote, but for the reply to that. Raises ContractBroken."""
        body = await _asked(self._http, "GET", f"{self._path}/messages", headers=self._headers)
        messages = _valid(_MESSAGES, body).messages
        last = max((m.seq for m in messages if m.author.kind is AuthorKind.CUSTOMER), default=0)
        answers = {exchange.reply.id for exchange in self.exchanges if exchange.reply}
        return [message.text for message in messages if message.seq > last and message.id not in answers]


class Client:
    """Opens conversations and looks at sources; `base` is on the HTTP client."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._pages: dict[str, str] = {}

    async def open(self, language: str) -> Chat:
        """Raises ContractBroken."""
        opened = await _asked(self._http, "POST", "/api/conversations", json={"locale": language})
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


async def _asked(http: httpx.AsyncClient, method: str, path: str, refusal: int = 200, **what: Any) -> Any:
    try:
        answer = await http.request(method, path, timeout=_PATIENCE, **what)
    except httpx.HTTPError as error:
        raise ContractBroken(f"{method} {path}: {type(error).__name__}: {error}") from error
    if not answer.is_success and answer.status_code != refusal:
        raise ContractBroken(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
    try:
        return answer.json()
    except ValueError as error:
        raise ContractBroken(f"{method} {path}: not JSON: {answer.text[:300]}") from error


def _valid(kind: TypeAdapter[T], body: Any) -> T:
    try:
        return kind.validate_python(body)
    except ValidationError as error:
        raise ContractBroken(f"not what the contract says: {error}") from error
