"""What an endpoint may do with a request, and the form in which that goes out on the wire of OpenAI's chat completions."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from starlette.types import Send

_TOKEN = re.compile(r"\s*(?:[一-鿿]{1,2}|[^\W\d_一-鿿]{1,6}|\d{1,3}|\S)|\s+")
_LOOK_EVERY = 0.005  # seconds between looks whether a reply may end
_MURMUR_EVERY = 0.05  # seconds
_ENCODER = json.JSONEncoder(ensure_ascii=False)

Asked = tuple[str, Mapping[str, Any] | str]
"""A tool and its arguments; as text they go out as they are, however malformed."""


@dataclass(frozen=True)
class Say:
    """Text in pieces of about a token, or in so many as told, evenly over `seconds` since the request came.

    The end of it waits until `held` is set.
    """

    text: str
    seconds: float = 0.0
    pieces: int | None = None
    finish: str = "stop"
    calls: tuple[Asked, ...] = ()
    held: threading.Event | None = None


@dataclass(frozen=True, init=False)
class Call(Say):
    """Tool calls, all in one reply."""

    def __init__(self, *calls: Asked, text: str = "") -> None:
        super().__init__(text, finish="tool_calls", calls=calls)


@dataclass(frozen=True)
class Fail:
    """An error of the endpoint itself, in OpenAI's form."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True)
class Hang:
    """The text, then nothing until the client goes or the stub is closed; without a text not even a status.

    After so many seconds the connection breaks. A murmur are comments, as proxies send them to keep a line open.
    """

    text: str = ""
    seconds: float = 3600.0
    murmurs: bool = False


@dataclass(frozen=True)
class Cut:
    """The text, then the connection breaks."""

    text: str


@dataclass(frozen=True)
class Garbage:
    """A success by its status, whatever its body is."""

    body: str | bytes


Reply = Say | Fail | Hang | Cut | Garbage


_When = float | threading.Event
"""So many seconds after the request came, or once it is set."""
_Parts = list[tuple[_When, bytes]]


@dataclass(frozen=True)
class Script:
    """What goes out, each part in its time; broken off at the end if not `whole`."""

    parts: _Parts
    type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True


def scripted(reply: Reply, wire: "Wire") -> Script:
    match reply:
        case Say():
            return Script(wire.whole(reply), wire.type)
        case Fail(status, headers, message):
            return replace(failed(status, message), headers=headers)
        case Hang(text, seconds, murmurs):
            begun = wire.begun(text) if text else []
            times = range(1, int(seconds / _MURMUR_EVERY)) if murmurs else ()
            murmured = [(time * _MURMUR_EVERY, b": still here\n\n") for time in times]
            return Script([*begun, *murmured, (seconds, b"")], wire.type, whole=False)
        case Cut(text):
            return Script(wire.begun(text), wire.type, whole=False)
        case Garbage(body):
            return Script([(0, body if isinstance(body, bytes) else body.encode())], wire.type)


def models(name: str) -> Script:
    model = {"id": name, "object": "model", "created": int(time.time()), "owned_by": "stub"}
    return Script([(0, _json({"object": "list", "data": [model]}))])


def failed(status: int, message: str) -> Script:
    kind = "server_error" if status >= 500 else "invalid_request_error"
    code = {401: "invalid_api_key", 404: "unknown_url", 429: "rate_limit_exceeded"}.get(status)
    error = {"message": message, "type": kind, "param": None, "code": code}
    return Script([(0, _json({"error": error}))], status=status)


async def write(script: Script, came: float, send: Send) -> None:
    headers = {"content-type": script.type, **script.headers}
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    started = False
    for when, parts in groupby(script.parts, key=itemgetter(0)):
        await _come(when, came)
        if not started:
            await send({"type": "http.response.start", "status": script.status, "headers": sent})
            started = True
        body = b"".join(part for _, part in parts)
        await send({"type": "http.response.body", "body": body, "more_body": True})
    if script.whole:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _come(when: _When, came: float) -> None:
    if isinstance(when, threading.Event):
        while not when.is_set():  # noqa: ASYNC110  # it is another thread that sets it
            await asyncio.sleep(_LOOK_EVERY)
    elif (left := came + when - asyncio.get_running_loop().time()) > 0:
        await asyncio.sleep(left)


class Wire:
    """The form in which one request wants its replies: whole or as a stream; `tokens` is about its own length."""

    def __init__(self, request: Mapping[str, Any], tokens: int, number: int) -> None:
        self._streams = bool(request.get("stream"))
        self._tells_usage = bool((request.get("stream_options") or {}).get("include_usage"))
        self._tokens = tokens
        self._number = number
        self._head = {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion.chunk" if self._streams else "chat.completion",
            "created": int(time.time()),
            "model": request.get("model", "stub"),
            "system_fingerprint": None,
        }
        self._before = b"data: " + _json(self._head)[:-1] + b', "choices": [{"index": 0, "delta": '
        self._after = b', "usage": null}\n\n' if self._tells_usage else b"}\n\n"
        self.type = "text/event-stream; charset=utf-8" if self._streams else "application/json"

    def whole(self, said: Say) -> _Parts:
        if not self._streams:
            return [(said.held or said.seconds, self._completion(said))]
        ends = self._chunk({}, said.finish)
        if self._tells_usage:
            ends += b"data: " + _json(self._head | {"choices": [], "usage": self._usage(said)}) + b"\n\n"
        return [*self._chunks(said), (said.held or said.seconds, ends + b"data: [DONE]\n\n")]

    def begun(self, text: str) -> _Parts:
        """As far as the end of the text."""
        if self._streams:
            return list(self._chunks(Say(text)))
        return [(0, self._completion(Say(text)).partition(b', "refusal"')[0])]

    def _chunks(self, said: Say) -> Iterator[tuple[_When, bytes]]:
        yield 0, self._chunk({"role": "assistant", "content": None if said.calls else ""})
        spoken = pieces(said.text, said.pieces)
        for number, piece in enumerate(spoken, 1):
            yield said.seconds * (number / len(spoken)), self._chunk({"content": piece})
        for index, call in enumerate(self._calls(said)):
            first = {"index": index, **call, "function": call["function"] | {"arguments": ""}}
            yield said.seconds, self._chunk({"tool_calls": [first]})
            for piece in pieces(call["function"]["arguments"]):
                more = {"index": index, "function": {"arguments": piece}}
                yield said.seconds, self._chunk({"tool_calls": [more]})

    def _chunk(self, delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        ends = b', "logprobs": null, "finish_reason": ' + _json(finish) + b"}]"
        return self._before + _json(delta) + ends + self._after

    def _completion(self, said: Say) -> bytes:
        message: dict[str, Any] = {"role": "assistant", "content": said.text, "refusal": None}
        if said.calls:
            message |= {"content": said.text or None, "tool_calls": self._calls(said)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": said.finish}
        return _json(self._head | {"choices": [choice], "usage": self._usage(said)})

    def _calls(self, said: Say) -> list[dict[str, Any]]:
        return [
            {
                "id": f"call_{self._number}_{index}",
                "type": "function",
                "function": {"name": name, "arguments": _text(arguments)},
            }
            for index, (name, arguments) in enumerate(said.calls)
        ]

    def _usage(self, said: Say) -> dict[str, int]:
        spoken = [said.text, *(name + _text(arguments) for name, arguments in said.calls)]
        tokens = sum(len(pieces(text)) for text in spoken)
        together = self._tokens + tokens
        return {"prompt_tokens": self._tokens, "completion_tokens": tokens, "total_tokens": together}


def pieces(text: str, count: int | None = None) -> list[str]:
    if count is None:
        return _TOKEN.findall(text)
    size = max(1, -(-len(text) // count))
    return [text[start : start + size] for start in range(0, len(text), size)]


def _text(arguments: Mapping[str, Any] | str) -> str:
    return arguments if isinstance(arguments, str) else _ENCODER.encode(arguments)


def _json(value: object) -> bytes:
    return _ENCODER.encode(value).encode()
