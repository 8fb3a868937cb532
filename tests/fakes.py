"""Stand-ins at the two seams that are slow, the embedder and the language model, and what a search would find."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from bot.model import Call, Heard, ModelError, Prompt, Usage
from knowledge.calibration import Signals
from knowledge.documents import Entry, Kind
from knowledge.embed import Side, Vectors
from knowledge.language import words
from knowledge.search import Hit

DIMENSION = 64
_PIECE = 3  # characters


class FakeEmbedder:
    """Vectors that are near each other when texts share words; the same text always gets the same vector."""

    name = "fake"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        self.embedded.extend(texts)
        rows = np.empty((len(texts), DIMENSION), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = sum((_vector(word) for word in words(text)), _vector(""))
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


@cache
def _vector(word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
    vector: Vectors = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return vector


Part = str | Call | ModelError | Callable[[], Awaitable[object] | None]


class Scripted:
    """A model that says what it is told to, one reply a call, in small pieces; keeps what it was told.

    A reply is a text, calls of tools, a text with calls, the error that ends it, or what happens meanwhile (after a
    text, in the middle).
    """

    def __init__(self, *replies: Part | Sequence[Part], name: str = "scripted") -> None:
        self.name = name
        self.replies = list(replies)
        self.prompts: list[Prompt] = []
        self.closed = False

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Heard]:
        self.prompts.append(prompt)
        reply = self.replies.pop(0)
        calls: list[Call] = []
        for part in reply if isinstance(reply, Sequence) and not isinstance(reply, str) else [reply]:
            match part:
                case ModelError():
                    raise part
                case Call():
                    calls.append(part)
                case str():
                    for start in range(0, len(part), _PIECE):
                        await asyncio.sleep(0)
                        yield part[start : start + _PIECE]
                case _:
                    await (part() or asyncio.sleep(0))
        yield Heard(calls, Usage(len(prompt.lines), 1))

    async def close(self) -> None:
        self.closed = True


async def silence() -> None:
    """What a model says that hangs."""
    await asyncio.Event().wait()


def a_hit(id: str, body: str, title: str = "", language: str = "en") -> Hit:
    """An entry of a list of questions, as if it had been found."""
    place = ("faq", "FAQ", id, Path("faq.yaml"), 1)
    entry = Entry(id, "desk", language, Kind.FAQ, title or f"Question {id}", body, body, *place)
    return Hit(entry, 1.0, 1.0, body, Signals(1, 0, 0, -3, -3, 1, 1, 1, 1, 1, 1, 0, 1, None))
