"""Time that is added to a model's own, with a stub of one second behind the service; part of `make bench`."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.assistant.briefing import tokens

STUB = Path(__file__).parents[1] / "tests" / "openai_stub.py"
_SECONDS = "1"
_ROUNDS = 24
_AT_ONCE = 200
_END_MARKS = ("].", "]。")

Row = Callable[[str, str, str, str], None]
Conversation = tuple[str, dict[str, str]]
Times = tuple[float, float]
"""Seconds to the end of the first sentence, and to the end of all."""


@contextmanager
def stub() -> Iterator[str]:
    """Address of a model that takes a second for every reply, in a process of its own."""
    command = [sys.executable, str(STUB), "--seconds", _SECONDS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101  # it was asked for
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def measure(base: str, model: str, sent: Path, questions: Sequence[str], row: Row) -> None:
    """`sent` is where the service at `base` records what it sends to `model`."""
    asyncio.run(_measure(base, model, sent, questions, row))


async def _measure(base: str, model: str, sent: Path, questions: Sequence[str], row: Row) -> None:
    limits = httpx.Limits(max_connections=_AT_ONCE * 2, max_keepalive_connections=_AT_ONCE * 2)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        ours, bare = list[Times](), list[Times]()
        for question in questions[:_ROUNDS]:
            ours.append(await _sent(client, await _opened(client, base), question))
            body = _last(sent)
            bare.append(await _bare(client, model, body))
        for place, (what, bar) in enumerate(
            [("first checked sentence of a model, p50", "≤ 1.15"), ("whole reply of a model, p50", "≤ 1.10")]
        ):
            mine, beside = (statistics.median(times[place] for times in each[2:]) for each in (ours, bare))
            row(what, f"{mine * 1000:.0f} ms", f"{mine / beside:.2f} × the model's own", bar)
        _sizes(sent, row)
        many = [questions[n % len(questions)] for n in range(_AT_ONCE)]
        opened = [await _opened(client, base) for _ in many]
        for what, bar, work in (
            ("the model alone", "", [_bare(client, model, body) for _ in many]),
            ("answered", "≤ 2.5 s", [_sent(client, *each) for each in zip(opened, many, strict=True)]),
        ):
            took = sorted(whole for _, whole in await asyncio.gather(*work))
            half, most = took[_AT_ONCE // 2], took[int(_AT_ONCE * 0.99)]
            row(f"{_AT_ONCE} at once, {what}, p50 and p99", f"{half:.2f} s", f"{most:.2f} s", bar)


def _sizes(sent: Path, row: Row) -> None:
    bodies = [json.loads(line) for line in sent.read_text(encoding="utf-8").splitlines()]
    largest = max(tokens(json.dumps([b["messages"], b.get("tools")], ensure_ascii=False)) for b in bodies)
    row("prompt of a first question, the largest", f"{largest} tokens", "with its tools", "≤ 3,000")
    row("calls of the model a question", f"{len(bodies) / _ROUNDS:.2f}", "", "1 for ≥ 90 %")


def _last(sent: Path) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(sent.read_text(encoding="utf-8").splitlines()[-1])
    return body


async def _opened(client: httpx.AsyncClient, base: str) -> Conversation:
    """A new conversation's address and headers."""
    opened = (await client.post(f"{base}/api/conversations", json={})).raise_for_status().json()
    headers = {"Authorization": f"Bearer {opened['token']}", "Accept": "text/event-stream"}
    return f"{base}/api/conversations/{opened['id']}/messages", headers


async def _sent(client: httpx.AsyncClient, conversation: Conversation, question: str) -> Times:
    path, headers = conversation
    body = {"client_message_id": "1", "text": question}
    first, whole = None, 0.0
    began = time.perf_counter()
    async with client.stream("POST", path, json=body, headers=headers) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if line == "event: sentence":
                first = first or time.perf_counter() - began
            if line == "event: reply":
                whole = time.perf_counter() - began
            if line == "event: error":
                raise RuntimeError(f"no answer to {question!r}")
    return first or whole, whole


async def _bare(client: httpx.AsyncClient, model: str, body: dict[str, Any]) -> Times:
    """The same request straight to the model, until its first sentence is there and until its end."""
    first, text = None, ""
    began = time.perf_counter()
    async with client.stream("POST", f"{model}/chat/completions", json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                choices = json.loads(line[6:])["choices"]
                text += (choices[0]["delta"].get("content") or "") if choices else ""
                if first is None and any(mark in text for mark in _END_MARKS):
                    first = time.perf_counter() - began
    whole = time.perf_counter() - began
    return first or whole, whole
