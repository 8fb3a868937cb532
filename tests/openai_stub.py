"""An endpoint that speaks the wire of OpenAI's chat completions and does what it is told.

In a test: `with stubbed() as stub`, then `stub.will(Say("Hello."), Fail(500))`. As a process of its own, to measure
against: `python tests/openai_stub.py --port 0 --seconds 1` prints its address and answers from the passages it gets.
"""

import argparse
import asyncio
import json
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from knowledge.sentences import sentences
from openai_wire import (
    Call,
    Cut,
    Fail,
    Garbage,
    Hang,
    Reply,
    Say,
    Script,
    Wire,
    failed,
    models,
    scripted,
    write,
)

__all__ = [
    "Call",
    "Cut",
    "Fail",
    "Garbage",
    "Hang",
    "Received",
    "Reply",
    "Say",
    "Stub",
    "answering",
    "stubbed",
]

_HAN = re.compile(r"[一-鿿]")
_PASSAGE = re.compile(r'<passage n="1"[^\n]*>\n(.*?)\n?</passage>', re.DOTALL)
_SENTENCE = re.compile(r"""(.*?)((?:[.。!！?？;；]+["'”’»」』）)\]】》*_]*)?)""", re.DOTALL)
_MOST_PIECES = 40  # of a reply that is measured: each costs a wake-up


@dataclass(frozen=True)
class Received:
    """A request for a completion; a header is found in upper and lower case."""

    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def asked(self) -> str:
        """The last message of the user."""
        contents = [message["content"] for message in self.body["messages"] if message["role"] == "user"]
        last = contents[-1] if contents else ""
        return last if isinstance(last, str) else "".join(part.get("text", "") for part in last)


def answering(seconds: float = 0.0, pieces: int | None = None) -> Callable[[Received], Reply]:
    """Says up to three sentences of the first passage in the last message, each citing it; else that it cannot."""
    return lambda received: Say(_answer(received.asked), seconds, pieces)


def _answer(asked: str) -> str:
    passage = _PASSAGE.search(asked)
    said = [_cited(sentence) for sentence in sentences(passage[1])[:3]] if passage else []
    if not said:
        return "我没有这方面的信息。" if _HAN.search(asked) else "I do not have that information."
    return ("" if _HAN.search(said[0]) else " ").join(said)


def _cited(sentence: str) -> str:
    parts = _SENTENCE.fullmatch(sentence.lstrip("-*• ").rstrip(":：,， "))
    assert parts, "every text is one"
    if _HAN.search(sentence):
        return f"{parts[1]}[1]{parts[2] or '。'}"
    return f"{parts[1]} [1]{parts[2] or '.'}"


class Stub:
    """The replies come in the order they were told, then what `otherwise` makes of a request.

    `now` and `most` count the requests that are being answered, now and at most at once.
    """

    def __init__(self, otherwise: Callable[[Received], Reply]) -> None:
        self.url = ""
        self.otherwise = otherwise
        self.requests: list[Received] = []
        self.now = self.most = 0
        self._replies: deque[Reply] = deque()
        self._writing: set[asyncio.Task[None]] = set()

    def will(self, *replies: Reply) -> None:
        self._replies.extend(replies)

    def close(self) -> None:
        """Break off what is being written; called in the server's own loop."""
        for writing in self._writing:
            writing.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        came = asyncio.get_running_loop().time()
        request = Request(scope, receive)
        script = self._script(request, await request.body())
        writing = asyncio.create_task(write(script, came, send))
        leaving = asyncio.create_task(_left(receive))
        leaving.add_done_callback(lambda _: writing.cancel())
        self._writing.add(writing)
        self.now += 1
        self.most = max(self.now, self.most)
        try:
            await asyncio.wait([writing])
        finally:
            self.now -= 1
            self._writing.discard(writing)
            writing.cancel()
            leaving.cancel()
        if not writing.cancelled():
            writing.result()

    def _script(self, request: Request, body: bytes) -> Script:
        asked = f"{request.method} {request.scope['path']}"
        if asked == "GET /v1/models":
            return models("stub")
        if asked != "POST /v1/chat/completions":
            return failed(404, f"Unknown request URL: {asked}")
        try:
            read = json.loads(body)
            read["messages"]
        except (ValueError, TypeError, KeyError):
            return failed(400, "We could not read the JSON body of your request.")
        received = Received(request.headers, MappingProxyType(read))
        self.requests.append(received)
        reply = self._replies.popleft() if self._replies else self.otherwise(received)
        return scripted(reply, Wire(read, len(body) // 4, len(self.requests)))


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class stubbed:  # noqa: N801  # reads as a statement: `with stubbed() as stub`
    """Run a stub in a thread while the block lasts."""

    def __init__(self, otherwise: Callable[[Received], Reply] | None = None) -> None:
        self._stub = Stub(otherwise or answering())

    def __enter__(self) -> Stub:
        self._server, listening = _server(self._stub, 0)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]})
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the stub did not start")
            time.sleep(0.005)
        return self._stub

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


class _Server(uvicorn.Server):
    """Waits for no reply when it stops."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.app.close()  # type: ignore[union-attr]
        await super().shutdown(sockets)


def _server(stub: Stub, port: int, **settings: Any) -> tuple[_Server, socket.socket]:
    listening = socket.create_server(("127.0.0.1", port))
    stub.url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    settings |= {"http": "httptools", "ws": "none", "lifespan": "off", "log_config": None}
    return _Server(uvicorn.Config(stub, timeout_graceful_shutdown=1, **settings)), listening


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--seconds", type=float, default=0.0, help="of a whole reply")
    parser.add_argument("--hang", action="store_true", help="never reply")
    options = parser.parse_args()
    answer = answering(options.seconds, _MOST_PIECES)
    stub = Stub((lambda _: Hang()) if options.hang else answer)
    server, listening = _server(stub, options.port, log_level="critical", access_log=False)
    print(stub.url, flush=True)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


if __name__ == "__main__":
    main()
