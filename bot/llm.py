"""An OpenAI-compatible endpoint, reached through LangChain; neither its types nor the client's leave this file.

LangChain's own agent loop was measured and left out: with 200 conversations at once it took half as long again as a
bare streaming call, and it has no place to check a sentence before it is passed on.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import langsmith
import openai
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from bot.model import Call, Exchange, Failure, Heard, ModelError, Prompt, Role, Tool, Usage

# Whatever the environment asks for, what customers write goes to the endpoint and to no tracing service.
langsmith.configure(enabled=False)

_CONNECT = 3.0  # seconds
_MOST_AT_ONCE = 400  # connections
_LONGEST_REPLY = 6000  # characters that are read of one reply
_LONGEST_ARGUMENTS = 20_000  # characters
_THOUGHT = ("<think>", "</think>")  # what some models say to themselves comes in front, between these
_LINES: Mapping[Role, type[BaseMessage]] = {
    Role.SYSTEM: SystemMessage,
    Role.CUSTOMER: HumanMessage,
    Role.BOT: AIMessage,
}


@dataclass
class _Requested:
    """A call as it is put together from pieces."""

    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class _Reply:
    """What has come of a reply so far; `read` counts characters, `ended` tells that it came to its end."""

    read: int = 0
    ended: bool = False
    requested: list[_Requested] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    _begun: dict[int, _Requested] = field(default_factory=dict)

    def at(self, index: int, id: str) -> _Requested:
        """The call that a part belongs to. Some servers give all calls one index, so another id is another call."""
        call = self._begun.get(index)
        if call is None or (id and call.id and id != call.id):
            call = self._begun[index] = _Requested()
            self.requested.append(call)
        return call


class _Completions:
    """Stands for the client's own: chunks stay the dictionaries that they come as.

    The client's makes a typed object of each, which LangChain takes apart again: about a fifth of all that a reply costs.
    """

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client

    async def create(
        self, *, extra_body: Mapping[str, Any] | None = None, **body: Any
    ) -> openai.AsyncStream[object]:
        return await self._client.post(
            "/chat/completions",
            cast_to=object,
            body={**body, **(extra_body or {})},
            stream=True,
            stream_cls=openai.AsyncStream[object],
        )


class OpenAICompatible:
    """`patience` is how long it may say nothing, in seconds; `extra` goes into the body of every request.

    `record` is a file to which the body of every request is appended exactly as it is sent, one a line.
    """

    def __init__(self, model: str, base_url: str, api_key: str, patience: float, extra: Mapping[str, Any],
                 record: Path | None = None) -> None:  # fmt: skip
        self.name = model
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(patience, connect=min(_CONNECT, patience)),
            limits=httpx.Limits(max_connections=_MOST_AT_ONCE, max_keepalive_connections=_MOST_AT_ONCE),
            event_hooks={"request": [_recorder(record)] if record else []},
        )
        key = api_key or "none"  # a server of one's own may ask for none, but the client does
        client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=key,
            http_client=self._client,  # type: ignore[arg-type]  # it takes httpx's too, as its annotation does not say
            timeout=openai.Timeout(patience, connect=min(_CONNECT, patience)),
            max_retries=0,  # a customer waits: the next endpoint, or the embedded answer, is better
        )
        self._chat = ChatOpenAI(
            model=model,
            api_key=SecretStr(key),
            root_async_client=client,
            async_client=_Completions(client),
            stream_chunk_timeout=patience,
            stream_usage=True,
            extra_body=dict(extra),
            use_responses_api=False,
        )

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Heard]:
        reply = _Reply()
        try:
            async for piece in _aloud(self._pieces(prompt, reply)):
                yield piece
        except Exception as error:
            raise _failure(error, reply) from error
        if not reply.ended:
            raise ModelError(Failure.CUT, "the stream ended in the middle")
        yield Heard([_call(each) for each in reply.requested], reply.usage)

    async def close(self) -> None:
        await self._client.aclose()

    async def _pieces(self, prompt: Prompt, reply: _Reply) -> AsyncIterator[str]:
        """The words; everything else goes into `reply`."""
        offered: dict[str, Any] = {"tools": [_tool(tool) for tool in prompt.tools]} if prompt.tools else {}
        async for chunk in self._chat.astream(list(_messages(prompt)), **offered):
            if not isinstance(chunk, AIMessageChunk):
                continue
            room = _LONGEST_REPLY - reply.read
            _take(chunk, reply)
            if isinstance(chunk.content, str) and chunk.content:
                yield chunk.content[:room]
            if reply.read > _LONGEST_REPLY:
                reply.ended = True
                return


def _messages(prompt: Prompt) -> Iterator[BaseMessage]:
    for line in prompt.lines:
        yield _LINES[line.role](line.text)
    for exchange in prompt.exchanges:
        yield from _exchanged(exchange)


def _exchanged(exchange: Exchange) -> Iterator[BaseMessage]:
    calls = [
        {"name": call.name, "args": dict(call.arguments or {}), "id": call.id, "type": "tool_call"}
        for call in exchange.calls
    ]
    yield AIMessage(exchange.said, tool_calls=calls)
    for call in exchange.calls:
        yield ToolMessage(exchange.results.get(call.id, ""), tool_call_id=call.id)


def _tool(tool: Tool) -> dict[str, Any]:
    described = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": described}


def _take(chunk: AIMessageChunk, reply: _Reply) -> None:
    reply.read += len(chunk.content)
    for part in chunk.tool_call_chunks:
        each = reply.at(part["index"] or 0, part["id"] or "")
        each.id = each.id or part["id"] or ""
        each.name += part["name"] or ""
        each.arguments += part["args"] or ""
        reply.read += len(part["args"] or "")
    reply.ended = reply.ended or bool(chunk.response_metadata.get("finish_reason"))
    if told := chunk.usage_metadata:
        reply.usage = Usage(told["input_tokens"], told["output_tokens"])


def _call(requested: _Requested) -> Call:
    try:
        arguments = json.loads(requested.arguments[:_LONGEST_ARGUMENTS] or "{}")
    except (ValueError, RecursionError):
        arguments = None
    return Call(
        requested.id or requested.name, requested.name, arguments if isinstance(arguments, dict) else None
    )


async def _aloud(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """Without what a model says to itself first, and the space behind it."""
    begins, ends = _THOUGHT
    waiting, inside, over = "", False, False
    async for piece in pieces:
        if over:
            yield piece
            continue
        waiting += piece
        inside = inside or waiting.lstrip().startswith(begins)
        said = waiting.partition(ends)[2].lstrip() if inside else waiting
        over = bool(said) if inside else not begins.startswith(waiting.strip())
        if over:
            yield said
    if waiting and not over and not inside:
        yield waiting


def _failure(error: Exception, reply: _Reply) -> ModelError:
    """The client's error as ours, without what the endpoint wrote: it may repeat the prompt or the key."""
    kind = _kind(error)
    if isinstance(error, TimeoutError | openai.APITimeoutError | httpx.TimeoutException):
        return ModelError(Failure.TIMEOUT, kind)
    if isinstance(error, openai.APIStatusError):
        return _status(error)
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        return ModelError(Failure.CUT if reply.read else Failure.UNREACHABLE, kind)
    if isinstance(error, openai.APIError):  # told in the stream
        return ModelError(Failure.SERVER_ERROR, kind)
    return ModelError(Failure.MALFORMED, kind)


def _kind(error: BaseException) -> str:
    """What lies under the client's own errors."""
    while isinstance(error, openai.APIError) and error.__cause__:
        error = error.__cause__
    return type(error).__name__


def _status(error: openai.APIStatusError) -> ModelError:
    code = error.status_code
    waits = error.response.headers.get("retry-after", "")
    retry_after = float(waits) if waits.replace(".", "", 1).isdecimal() else None
    if code in {401, 403}:
        failure = Failure.UNAUTHORIZED
    elif code in {402, 429}:  # out of credit, asked too often
        failure = Failure.RATE_LIMITED
    else:
        failure = Failure.SERVER_ERROR if code >= 500 else Failure.REFUSED
    return ModelError(failure, f"HTTP {code}", retry_after)


def _recorder(file: Path) -> Callable[[httpx.Request], Awaitable[None]]:
    async def record(request: httpx.Request) -> None:
        with file.open("ab") as out:
            out.write(request.content + b"\n")

    return record
