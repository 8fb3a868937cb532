"""A language model as the assistant sees it: what it is told, what it may call, how it fails."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bot import log
from bot.breaker import Breaker
from bot.metrics import Metrics

logger = log.get("bot.model")


class Role(StrEnum):
    SYSTEM = "system"
    CUSTOMER = "customer"
    BOT = "bot"


@dataclass(frozen=True)
class Line:
    """A line of what a model is told."""

    role: Role
    text: str


@dataclass(frozen=True)
class Tool:
    """Something that a model may ask for; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """A model asks for a tool; `arguments` is None where they cannot be read."""

    id: str
    name: str
    arguments: Mapping[str, Any] | None


@dataclass(frozen=True)
class Exchange:
    """What a model said and asked for, and what it is told in return, by the call's id."""

    said: str
    calls: Sequence[Call]
    results: Mapping[str, str]


@dataclass(frozen=True)
class Prompt:
    """All that one call is told: the lines, then what has been called for since."""

    lines: Sequence[Line]
    exchanges: Sequence[Exchange] = ()
    tools: Sequence[Tool] = ()


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, as far as the endpoint tells."""

    prompt: int | None = None
    completion: int | None = None


@dataclass(frozen=True)
class Heard:
    """What came of one call beside its words."""

    calls: Sequence[Call] = ()
    usage: Usage = field(default_factory=Usage)


class Failure(StrEnum):
    """Why a call came to nothing."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    UNAUTHORIZED = "unauthorized"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"
    """The endpoint does not take the request as it is."""
    SERVER_ERROR = "server_error"
    CUT = "cut"
    MALFORMED = "malformed"
    RESTING = "resting"
    """Not asked, since it has failed again and again."""


class ModelError(Exception):
    """`retry_after` is in seconds; `str(error)` is for logs and holds neither key nor customer's words."""

    def __init__(self, failure: Failure, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.failure = failure
        self.retry_after = retry_after


class Endpoint(Protocol):
    """One model somewhere; `name` is for logs and metrics."""

    @property
    def name(self) -> str: ...

    def stream(self, prompt: Prompt) -> AsyncGenerator[str | Heard]:
        """What the model says, a piece at a time, and at last what came of it beside. Raises ModelError."""
        ...

    async def close(self) -> None: ...


class Model:
    """The endpoints in their order: the next is asked where one fails before it has said anything."""

    def __init__(self, endpoints: Sequence[Endpoint], metrics: Metrics) -> None:
        self._endpoints = [(endpoint, Breaker()) for endpoint in endpoints]
        self._metrics = metrics

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Heard]:
        """As an endpoint's. Raises ModelError, the last endpoint's."""
        failed = ModelError(Failure.UNREACHABLE, "no model is set up")
        for endpoint, breaker in self._endpoints:
            if not breaker.allows():
                failed = ModelError(Failure.RESTING, f"{endpoint.name} is not asked for a while")
                continue
            said = False
            try:
                async with aclosing(self._asked(endpoint, breaker, prompt)) as pieces:
                    async for piece in pieces:
                        said = True
                        yield piece
            except ModelError as error:
                failed = error
                if said:
                    raise
            else:
                return
        raise failed

    async def close(self) -> None:
        await asyncio.gather(*(endpoint.close() for endpoint, _ in self._endpoints))

    async def _asked(
        self, endpoint: Endpoint, breaker: Breaker, prompt: Prompt
    ) -> AsyncGenerator[str | Heard]:
        started = time.monotonic()
        first: float | None = None
        result, usage = "abandoned", Usage()
        try:
            async with aclosing(endpoint.stream(prompt)) as pieces:
                async for piece in pieces:
                    first = first or time.monotonic() - started
                    usage = piece.usage if isinstance(piece, Heard) else usage
                    yield piece
            result = "ok"
            breaker.succeeded()
        except ModelError as error:
            result = error.failure
            if (
                error.failure is Failure.REFUSED
            ):  # it is the request's fault, so others are not to suffer for it
                breaker.abandoned()
            else:
                breaker.failed(error.retry_after, at_once=error.failure is Failure.UNAUTHORIZED)
            logger.warning("model failed", model=endpoint.name, failure=error.failure, reason=str(error))
            raise
        finally:
            if result == "abandoned":  # who listened has gone, which says nothing about the endpoint
                breaker.abandoned()
            took = time.monotonic() - started
            self._metrics.model_called(endpoint.name, result, took, first, usage.prompt, usage.completion)
            self._metrics.breaker(endpoint.name, breaker.open)
