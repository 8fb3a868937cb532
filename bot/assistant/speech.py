"""What a model says, checked sentence by sentence before anybody hears it.

A sentence without a source's number waits for the next that has one in its paragraph, as the grounding check reads it.
What has been said is never taken back, so what follows a sentence that is being mended waits for it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

from bot.assistant.check import Check
from bot.grounding import Reason
from bot.masking import Masking
from bot.metrics import Metrics
from knowledge.names import CITATION
from knowledge.sentences import Splitter, citations, pieces

Say = Callable[[str], Awaitable[bool]]
"""Passes a checked piece on, if it may still be said, and tells whether it was."""

Mend = Callable[[str, Sequence[str]], Coroutine[None, None, str]]
"""Has a sentence written anew, told what is wrong with it; empty where that fails."""

_MENDED = {Reason.UNGROUNDED_FIGURE, Reason.UNCITED_FIGURE, Reason.UNKNOWN_CITATION, Reason.PROMISE}
_NOTHING = re.compile(r"\W*unknown\W*", re.IGNORECASE)
_DECORATION = re.compile(r"\*\*|__|`|^(\s*)#{1,6}\s", re.MULTILINE)
_END_MARK = re.compile(r"[.。！!?？;；…]+[\"'”’」』）)]*$")
_HAN_BEFORE = re.compile(r"[㐀-鿿）」』”]$")
_BETWEEN_CALLS = "\n\n"
_WORD = re.compile(r"\w")
_BLANK_LINE = re.compile(r"\n\s*\n")


class Silenced(Exception):
    """Nobody may speak any more: a person has the conversation."""


class Speech:
    """`lead` stands in front of the first words; placeholders of `masking` become what they stand for."""

    def __init__(self, check: Check, metrics: Metrics, say: Say, mend: Mend | None = None, *,
                 masking: Masking, lead: str = "") -> None:  # fmt: skip
        self.text = ""
        self.cited: list[int] = []  # the sources' numbers, in the order in which they came up
        self.dropped: list[str] = []  # why, a reason each
        self._check = check
        self._metrics = metrics
        self._say = say
        self._mend = mend
        self._masking = masking
        self._lead = lead
        self._splitter = Splitter()
        self._waiting: list[str] = []  # pieces that wait for a source's number
        self._held: list[str] = []  # checked pieces that wait for the one that is being mended
        self._mending: asyncio.Task[str] | None = None
        self._space = ""

    async def hear(self, words: str) -> None:
        """Some more of what the model says, in pieces of any size."""
        for piece in self._splitter.feed(words):
            await self._take(self._cleaned(piece))

    async def end(self) -> None:
        """The model has come to an end, for now or for good."""
        rest, self._splitter = self._splitter.rest(), Splitter()
        for piece in rest:
            await self._take(self._cleaned(piece))
        await self._settle([])
        await self._mended()
        self._space = _BETWEEN_CALLS

    def abandon(self) -> None:
        """Say nothing any more."""
        if self._mending:
            self._mending.cancel()

    def _cleaned(self, piece: str) -> str:
        return self._masking.unmask(_DECORATION.sub(r"\1", piece))

    async def _take(self, piece: str) -> None:
        if not _WORD.search(piece):
            self._space = _wider(self._space, _space_before(piece))
            return
        if _BLANK_LINE.search(_space_before(piece)):
            await self._settle([])
        cited = citations(piece)
        if not cited and (n := self._check.source(piece.strip())):
            piece, cited = _marked(piece, [n]), [n]
        if cited:
            wrong = self._check.wrong(piece.strip(), cited)
            await self._settle(self._check.known(cited), marked=bool(wrong))
            await self._judge(piece, wrong)
        elif self._waiting or self._check.wrong(piece.strip(), []):
            self._waiting.append(piece)
        else:
            await self._pass(piece)

    async def _settle(self, cited: Sequence[int], *, marked: bool = False) -> None:
        """Judge what waited for these numbers; it is `marked` with them where what follows will not be said."""
        waiting, self._waiting = self._waiting, []
        for piece in waiting:
            wrong = self._check.wrong(piece.strip(), cited)
            await self._judge(_marked(piece, cited) if marked else piece, wrong)

    async def _judge(self, piece: str, wrong: Mapping[str, str]) -> None:
        """Pass a piece on with which nothing is wrong; else drop it, or have it mended."""
        if not wrong:
            await self._pass(piece)
            return
        self._drop(piece, next(iter(wrong)))
        if self._mend and not _MENDED.isdisjoint(wrong):
            mend, self._mend = self._mend, None
            self._mending = asyncio.create_task(mend(piece.strip(), list(wrong.values())))

    def _drop(self, piece: str, reason: str) -> None:
        self._space = _wider(self._space, _space_before(piece))
        if not _NOTHING.fullmatch(piece):
            self.dropped.append(reason)
            self._metrics.sentence("dropped", reason)

    async def _pass(self, piece: str) -> None:
        if self._mending and self._mending.done():
            await self._mended()
        if self._mending:
            self._held.append(piece)
        else:
            await self._aloud(piece, "sent")

    async def _mended(self) -> None:
        if self._mending is None:
            return
        written, self._mending = await self._mending, None
        held, self._held = self._held, []
        for piece in pieces(written.strip()):
            wrong = self._check.wrong(piece.strip(), citations(piece))
            if wrong:
                self._drop(piece, next(iter(wrong)))
            else:
                await self._aloud(piece, "repaired")
        for piece in held:
            await self._aloud(piece, "sent")

    async def _aloud(self, piece: str, result: str) -> None:
        space = _wider(self._space, _space_before(piece))
        numbers = list(self.cited)
        text = CITATION.sub(lambda marker: _renumbered(marker[0], numbers), piece.strip())
        text = (space if self.text else self._lead) + text
        if not await self._say(text):
            raise Silenced
        self._space = ""
        self.text += text
        self.cited = numbers
        self._metrics.sentence(result)


def _renumbered(marker: str, numbers: list[int]) -> str:
    """The marker with each source's place among `numbers`, to which new ones are added."""
    told = citations(marker)
    numbers += [n for n in dict.fromkeys(told) if n not in numbers]
    return "".join(f"[{numbers.index(n) + 1}]" for n in told)


def _marked(piece: str, cited: Sequence[int]) -> str:
    """With markers of its own before its end mark."""
    markers = "".join(f"[{n}]" for n in dict.fromkeys(cited))
    if not markers:
        return piece
    body = piece.rstrip()
    end = _END_MARK.search(body)
    at = end.start() if end else len(body)
    gap = "" if _HAN_BEFORE.search(body[:at]) else " "
    return f"{body[:at]}{gap}{markers}{body[at:]}"


def _space_before(piece: str) -> str:
    return piece[: len(piece) - len(piece.lstrip())]


def _wider(*spaces: str) -> str:
    return max(spaces, key=lambda space: (space.count("\n"), len(space)))
