"""One reply of a language model: one call for most, more where it asks for tools, nothing that is not checked."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from bot import log
from bot.assistant import briefing
from bot.assistant.check import Check
from bot.assistant.crowd import Crowd, alike
from bot.assistant.sources import Sources
from bot.assistant.speech import Say, Silenced, Speech
from bot.assistant.spoken import Spoken
from bot.claims import Action, claims
from bot.masking import Masking, Unmasked
from bot.messages import AuthorKind
from bot.metrics import Metrics
from bot.model import Call, Exchange, Failure, Heard, Model, ModelError, Prompt
from bot.prompts import instructions
from bot.texts import texts
from bot.tools import SEARCH, Tools
from bot.turn import Question
from knowledge.search import Hit

_MOST_CALLS = 3  # of the model for one reply, beside the one that mends a sentence
_MENDING = 6.0  # seconds
_LONGEST_QUERY = 300  # characters
_FOUND = 3  # passages that a further search adds

logger = log.get("bot.assistant")


Find = Callable[[str, str], list[Hit]]
"""Searches for a query in a language; may block."""


class Assistant:
    """`longest` is how long a reply may take, in seconds; `masks` takes personal data out of what leaves the machine.

    For `shared` seconds a reply is said again to whoever begins with the very same words.
    """

    def __init__(
        self, model: Model, metrics: Metrics, longest: float, *, masks: bool, shared: float = 0
    ) -> None:
        self._model = model
        self._metrics = metrics
        self._longest = longest
        self._masks = masks
        self._crowd = Crowd(shared) if shared else None
        claims("")  # which compiles what is compiled at its first use, before anybody waits for it

    async def speak(self, question: Question, tools: Tools, find: Find, say: Say) -> Spoken:
        """Never raises for what a model does."""
        key = alike(question, tools) if self._crowd else None
        if self._crowd is None or key is None:
            return await self._asked(question, tools, find, say)
        return await self._crowd.speak(key, lambda say: self._asked(question, tools, find, say), say)

    async def _asked(self, question: Question, tools: Tools, find: Find, say: Say) -> Spoken:
        reply = _Reply(question, tools, find, say, self._model, self._metrics, masks=self._masks)
        trouble = ""
        try:
            async with asyncio.timeout(self._longest):
                await reply.converse()
        except ModelError as error:
            trouble = error.failure
        except TimeoutError:
            trouble = Failure.TIMEOUT
        except Silenced:
            pass
        finally:
            reply.speech.abandon()
        spoken = reply.spoken(broken=bool(trouble))
        if not spoken.text and not spoken.calls:
            trouble = trouble or (reply.speech.dropped[0] if reply.speech.dropped else "empty")
        if trouble:
            self._metrics.fell_back(trouble)
        logger.info("model answered", conversation=question.turn.conversation, trouble=trouble or None,
                    calls=reply.asked, dropped=reply.speech.dropped or None, prompt=instructions("system").version,
                    tools=[call.name for call in spoken.calls] or None, seconds=round(reply.took, 2))  # fmt: skip
        return spoken


class _Reply:
    """One reply as it comes about."""

    def __init__(self, question: Question, tools: Tools, find: Find, say: Say, model: Model,
                 metrics: Metrics, *, masks: bool) -> None:  # fmt: skip
        self._question = question
        self._model = model
        self._find = find
        self._masking = Masking() if masks else Unmasked()
        self._sources = Sources(briefing.fitting(question.found.hits))
        self._offered = tools.offered(question.turn)
        self._calls: list[Call] = []
        self._began = time.monotonic()
        self.asked = 0
        turn = question.turn
        self._check = Check(
            self._sources,
            _written(question),
            turn.language,
            self._masking,
            sure=len(question.found.draft.citations),
            done=frozenset([Action.SUBMITTED] if turn.case else []),
        )
        lead = f"{texts(turn.language).other_language}\n\n" if question.found.spoken == "other" else ""
        self.speech = Speech(self._check, metrics, say, self._mend, masking=self._masking, lead=lead)

    @property
    def took(self) -> float:
        return time.monotonic() - self._began

    def spoken(self, *, broken: bool) -> Spoken:
        cited = [self._sources.citations[n - 1] for n in self.speech.cited]
        matter = self._sources.hits[self.speech.cited[0] - 1].entry.matter if cited else None
        numbered = tuple(replace(citation, n=n) for n, citation in enumerate(cited, 1))
        dropped = tuple(self.speech.dropped)
        return Spoken(self.speech.text, numbered, matter, tuple(self._calls), broken, dropped=dropped)

    async def converse(self) -> None:
        """Raises ModelError, Silenced."""
        lines = briefing.lines(self._question, self._sources, self._masking)
        exchanges: list[Exchange] = []
        for last in (False,) * (_MOST_CALLS - 1) + (True,):
            said, calls = await self._listen(Prompt(lines, exchanges, () if last else self._offered))
            await self.speech.end()
            searches = [call for call in calls if call.name == SEARCH]
            self._calls = [] if last else self._wanted(calls)
            if last or self._calls or not searches:
                return
            results = {call.id: await self._search(call) for call in searches}
            exchanges.append(Exchange(said, searches, results))

    async def _listen(self, prompt: Prompt) -> tuple[str, Sequence[Call]]:
        self.asked += 1
        said, calls = "", list[Call]()
        async with aclosing(self._model.stream(prompt)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Heard):
                    calls = list(piece.calls)
                else:
                    said += piece
                    await self.speech.hear(piece)
        return said, calls

    def _wanted(self, calls: Sequence[Call]) -> list[Call]:
        """What is to be carried out: one thing a reply, so that what a second would build on has been seen first."""
        offered = {tool.name for tool in self._offered} - {SEARCH}
        return [
            replace(call, arguments=self._masking.unmask_arguments(call.arguments))
            for call in calls
            if call.name in offered and call.arguments is not None
        ][:1]

    async def _search(self, call: Call) -> str:
        """More passages, numbered on from those that are there."""
        query = str((call.arguments or {}).get("query", ""))[:_LONGEST_QUERY]
        if not query.strip():
            return briefing.passages([])
        language = self._question.turn.language
        hits = await asyncio.to_thread(self._find, query, language)
        added = [self._sources.add(hit) for hit in hits[:_FOUND]]
        self._check.learn()
        return briefing.passages(added)

    async def _mend(self, sentence: str, wrong: Sequence[str]) -> str:
        """A sentence written anew by one more call; empty where that fails."""
        self.asked += 1
        lines = briefing.mending(sentence, wrong, self._sources, self._masking)
        written = ""
        try:
            async with asyncio.timeout(_MENDING), aclosing(self._model.stream(Prompt(lines))) as pieces:
                async for piece in pieces:
                    written += piece if isinstance(piece, str) else ""
        except (ModelError, TimeoutError):
            return ""
        return self._masking.unmask(written)


def _written(question: Question) -> str:
    """All that the customer wrote, as far as it is remembered."""
    before = [line.text for line in question.turn.known.history if line.author.kind is AuthorKind.CUSTOMER]
    return "\n".join([*before, question.turn.text])
