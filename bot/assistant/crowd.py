"""One reply of a model for all who ask the very same thing within a short while."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, replace
from typing import Any

from bot.assistant.speech import Say
from bot.assistant.spoken import Spoken
from bot.messages import AuthorKind
from bot.saying import Saying
from bot.tools import Tools
from bot.turn import Question
from knowledge.sentences import citations

Ask = Callable[[Say], Coroutine[Any, Any, Spoken]]


@dataclass(frozen=True)
class _Common:
    saying: Saying
    spoken: asyncio.Task[Spoken]


class Crowd:
    """A whole reply is said again for so many `seconds`; each hears it in pieces, as if nobody else had asked."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._replies: dict[Hashable, _Common] = {}

    async def speak(self, key: Hashable, ask: Ask, say: Say) -> Spoken:
        """What `ask` comes to, asked once for all questions that have this key; see `alike`."""
        common = self._replies.get(key) or self._begun(key, ask)
        heard = ""
        async for piece in common.saying.heard():
            if not await say(piece):
                return _cut(await asyncio.shield(common.spoken), heard)
            heard += piece
        return await asyncio.shield(common.spoken)

    def _begun(self, key: Hashable, ask: Ask) -> _Common:
        saying = Saying()

        async def say(piece: str) -> bool:
            saying.add(piece)
            return True

        def ended(spoken: asyncio.Task[Spoken]) -> None:
            saying.end()
            whole = not spoken.cancelled() and not spoken.exception() and not spoken.result().broken
            loop.call_later(self._seconds if whole else 0, self._replies.pop, key)

        loop = asyncio.get_running_loop()
        common = self._replies[key] = _Common(saying, loop.create_task(ask(say)))
        common.spoken.add_done_callback(ended)
        return common


def alike(question: Question, tools: Tools) -> Hashable | None:
    """Equal for two questions to which a model is told the very same; None where more was said before, or is known."""
    turn, found = question.turn, question.found
    said = any(message.author.kind is AuthorKind.CUSTOMER for message in turn.known.history)
    if said or turn.known.intake or turn.case:
        return None
    hits = tuple((hit.entry.key, hit.entry.body) for hit in found.hits)
    return turn.text, question.text, turn.language, found.spoken, len(found.draft.citations), hits, tools


def _cut(spoken: Spoken, heard: str) -> Spoken:
    """As much of it as one of them has heard."""
    told = citations(heard)
    cited = tuple(citation for citation in spoken.citations if citation.n in told)
    return replace(spoken, text=heard, citations=cited, calls=())
