"""From what the platform delivers to the words of the response: answered in time, or taken in and answered later."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from adapters.wechat import incoming, menu
from adapters.wechat.acceptance import Acceptance, Taken
from adapters.wechat.answers import Answers
from adapters.wechat.clock import PATIENCE, Came
from adapters.wechat.incoming import Incoming
from adapters.wechat.texts import texts
from adapters.wechat.wording import Wording
from bot.errors import Conflict, NotFound, TooManyRequests, Unavailable
from bot.messages import ATTACHED, clean
from bot.privacy import Privacy
from bot.records import Push
from bot.service import LONGEST_MESSAGE
from bot.texts import texts as phrases
from knowledge.language import detect

LANGUAGE = "zh"  # of those who have not written yet
_AGAIN = 0.5  # seconds between tries to take a message in
_LOOK_EVERY = 20.0  # seconds between looks for messages that nobody answers
_ORPHANED = 60.0  # seconds after which the process that took a message in is taken for gone

_T = TypeVar("_T")


class Channel:
    def __init__(self, acceptance: Acceptance, answers: Answers, wording: Wording, privacy: Privacy) -> None:
        self._acceptance = acceptance
        self._answers = answers
        self._wording = wording
        self._privacy = privacy
        # Taking a message in must not wait behind those that are being thought about.
        self._taking = ThreadPoolExecutor(2, "wechat")

    async def receive(self, event: Incoming, began: float) -> str:
        """The words of the response, empty for none; `began` is when it arrived, of `time.monotonic`.

        Raises Unavailable if it is not known to have been taken in, so that it has to be delivered again.
        """
        match event:
            case incoming.Ignored():
                return ""
            case incoming.Unsubscribed():
                return await self._soon(lambda: self._forget(event), began)
            case incoming.Subscribed() | incoming.Scanned():
                return await self._soon(lambda: self._welcome(event), began)
        text, payload = _read(event)
        if len(text) > LONGEST_MESSAGE:
            return texts(_language(text)).too_long.format(characters=LONGEST_MESSAGE)
        return await self._answered(event, text, payload, began) if text else ""

    async def watch(self) -> None:
        """Take up what has been taken in and not answered: at the start all, later what others left. Never ends."""
        orphaned = 0.0
        while True:
            before = datetime.now(UTC) - timedelta(seconds=orphaned)
            try:
                left = await asyncio.to_thread(self._acceptance.unanswered, before)
            except Unavailable:  # logged where it was raised; the next look may find it back
                left = []
            else:
                orphaned = _ORPHANED
            for accepted in left:
                self._answers.begin(accepted.inbound, accepted.payload)
            await asyncio.sleep(_LOOK_EVERY)

    async def finish(self) -> None:
        """Wait for what is being answered; called before the process ends."""
        await self._answers.finish()
        self._taking.shutdown()

    async def _answered(self, event: Incoming, text: str, payload: dict[str, Any], began: float) -> str:
        acted = isinstance(event, incoming.Clicked)

        def take() -> Taken:
            return self._acceptance.take(event.customer, event.id, text, payload, acted=acted)

        try:
            with self._answers.rush.arriving():
                taken = await self._soon(take, began)
        except TooManyRequests as error:
            return texts(_language(text)).too_fast.format(seconds=error.retry_after)
        except Unavailable as error:
            if isinstance(error.__cause__, TimeoutError):
                raise
            return texts(_language(text)).unavailable
        if taken.to_answer:
            answering = self._answers.begin(taken.inbound, payload)
        elif taken.running:
            answering = self._answers.begin(taken.running.inbound, taken.running.payload)
        else:
            return self._given(taken)
        came = await self._answers.wait(answering, event, began + PATIENCE)
        if came is Came.HERE:
            return self._words(taken, answering.carries)
        if came is Came.LATER:
            return self._answers.waiting(answering)
        # If a delivery of this very message has been answered meanwhile, so is this one.
        return self._given(await self._soon(take, began)) if taken.to_answer else ""

    def _given(self, taken: Taken) -> str:
        said = self._words(taken, taken.given)
        return f"{texts(taken.given[0].reply.language).repeated}\n{said}" if taken.repeated else said

    def _words(self, taken: Taken, pushes: Sequence[Push]) -> str:
        if not pushes:
            return ""
        return self._wording.said(taken.inbound.conversation, pushes, late=taken.late)

    async def _soon(self, do: Callable[[], _T], began: float) -> _T:
        """Do it in time, and again while the database is away or another process is faster. Raises Unavailable."""
        loop = asyncio.get_running_loop()
        until = began + PATIENCE
        while True:
            try:
                left = max(until - time.monotonic(), 0)
                return await asyncio.wait_for(loop.run_in_executor(self._taking, do), left)
            except TimeoutError as error:
                raise Unavailable("The message was not taken in in time.") from error
            except Conflict:
                continue
            except Unavailable:
                if time.monotonic() + _AGAIN > until:
                    raise
                await asyncio.sleep(_AGAIN)

    def _welcome(self, event: incoming.Subscribed | incoming.Scanned) -> str:
        self._acceptance.came(event.customer, event.scene)
        if isinstance(event, incoming.Scanned):
            return phrases(LANGUAGE).hello
        return texts(LANGUAGE).welcome

    def _forget(self, event: incoming.Unsubscribed) -> str:
        """Whoever stops following is erased, as the platform demands; of a case stays what the law demands."""
        conversation = self._acceptance.conversation(event.customer)
        if conversation:
            with suppress(NotFound):  # erased by a delivery before this one
                self._privacy.erase(conversation, "wechat")
        return ""


def _language(text: str) -> str:
    return "zh" if detect(text) == "zh" else "en"


def _read(event: Incoming) -> tuple[str, dict[str, Any]]:
    """What stands for it in the conversation, and what is needed to answer it beside that."""
    match event:
        case incoming.Text(text=text):
            return clean(text), {}
        case incoming.Clicked(key=key):
            return menu.pressed(key, LANGUAGE), {}
        case incoming.Picture(media_id=media_id, url=url):
            return f"{ATTACHED} {texts(LANGUAGE).picture}", {"media_id": media_id, "url": url}
        case incoming.Other(kind=kind):
            return f"{ATTACHED} {texts(LANGUAGE).said[kind]}", {"kind": kind}
    return "", {}
