"""Messages that are being answered, each once, with how the answer goes out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from adapters.wechat.acceptance import CHANNEL
from adapters.wechat.clock import Answering, Came
from adapters.wechat.failures import ApiError, Then
from adapters.wechat.incoming import Incoming
from adapters.wechat.rush import Rush
from adapters.wechat.texts import LANGUAGES, texts
from adapters.wechat.wording import Wording
from bot import log
from bot.errors import EmptyFile, FileTooLarge, UnsupportedFile
from bot.files import Files
from bot.messages import ATTACHED, Inbound, Reply
from bot.metrics import Metrics
from bot.records import DeliveryState, Push
from bot.service import Also, Service
from bot.store import Store, Transaction
from knowledge.language import detect

_CALLS = 4  # of the platform's API at once
_TYPING_AFTER = 1.0  # seconds of waiting after which the customer is shown that something is coming
_FETCH_FOR = timedelta(minutes=10)  # a picture is tried for, before its customer is asked to send it again

_T = TypeVar("_T")

logger = log.get("wechat.answers")


class Api(Protocol):
    """What is needed of `adapters.wechat.api.Api`; blocks. Raises ApiError."""

    def typing(self, openid: str) -> None: ...

    def picture(self, media_id: str) -> bytes: ...

    def picture_at(self, url: str) -> bytes: ...


class Answers:
    """`pushes` says whether the account may send of its own accord; else late answers are kept.

    Whoever takes messages in tells `rush`.
    """

    def __init__(
        self,
        store: Store,
        service: Service,
        files: Files,
        api: Api,
        wording: Wording,
        metrics: Metrics,
        *,
        pushes: bool,
    ) -> None:
        self._store = store
        self._service = service
        self._files = files
        self._api = api
        self._wording = wording
        self._metrics = metrics
        self._pushes = pushes
        self._running: dict[tuple[str, str], Answering] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # The platform's API may be slow; what searches must not wait behind it.
        self._calling = ThreadPoolExecutor(_CALLS, "wechat-api")
        self._typing = 0
        self.rush = Rush()

    def begin(self, inbound: Inbound, payload: Mapping[str, Any]) -> Answering:
        """Answer a message that has been taken in; one that is being answered already is found."""
        key = (inbound.conversation, inbound.external_id)
        answering = self._running.get(key)
        if answering is None:
            answering = self._running[key] = Answering(inbound.text)
            task = asyncio.create_task(self._answer(inbound, payload, answering))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return answering

    async def wait(self, answering: Answering, event: Incoming, until: float) -> Came:
        """Until that moment of `time.monotonic`; meanwhile the customer is shown that something is coming."""
        typing = asyncio.create_task(self._type(event.customer)) if self._pushes else None
        try:
            return await answering.wait(event.id, until)
        finally:
            if typing:
                typing.cancel()

    def waiting(self, answering: Answering) -> str:
        """What is said in the place of an answer that is not there yet."""
        self._metrics.delivered(CHANNEL, "placeholder")
        if answering.question.startswith(ATTACHED):
            return texts("zh").received
        language = "zh" if detect(answering.question) == "zh" else "en"
        return self._wording.waiting(answering.question, language, pushed=self._pushes)

    async def finish(self) -> None:
        """Wait for what is being answered."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._calling.shutdown()

    async def _answer(self, inbound: Inbound, payload: Mapping[str, Any], answering: Answering) -> None:
        await self.rush.over()
        try:
            await self._replied(inbound, payload, self._also(inbound, answering))
        except Exception as error:  # it stays taken in, and is taken up again
            logger.error("not answered yet", conversation=inbound.conversation, exc_info=error)
            answering.fail()
            return
        if not answering.stored:
            await asyncio.to_thread(self._answered_before, inbound)
        if not answering.end():
            await asyncio.to_thread(self._send_after_all, inbound.conversation, answering.carries)

    async def _replied(self, inbound: Inbound, payload: Mapping[str, Any], also: Also) -> Reply:
        if "media_id" in payload:
            return await self._picture(inbound, payload, also)
        if "kind" in payload:
            return await self._service.note(inbound, self._words(inbound, payload["kind"]), also)
        return await self._service.receive(inbound, also)

    async def _picture(self, inbound: Inbound, payload: Mapping[str, Any], also: Also) -> Reply:
        try:
            content = await self._called(lambda: self._fetch(payload))
            file = await self._files.save(_whole(content), texts("zh").picture)
        except (ApiError, EmptyFile, FileTooLarge, UnsupportedFile) as error:
            logger.warning("picture not received", conversation=inbound.conversation, error=str(error))
            may_come = isinstance(error, ApiError) and error.then in {Then.AGAIN, Then.UNSURE}
            if may_come and await asyncio.to_thread(self._is_recent, inbound):
                raise
            return await self._service.note(inbound, self._words(inbound, ""), also)
        return await self._service.upload(inbound, file, "", also)

    def _fetch(self, payload: Mapping[str, Any]) -> bytes:
        """By its id, or, where the account may not do that, from where the platform shows it."""
        try:
            return self._api.picture(payload["media_id"])
        except ApiError as error:
            if error.then is not Then.KEEP or not payload["url"]:
                raise
        return self._api.picture_at(payload["url"])

    def _is_recent(self, inbound: Inbound) -> bool:
        with self._store.read() as tx:
            waiting = {each.inbound: each.received_at for each in tx.inbox.of(inbound.conversation)}
        return inbound in waiting and datetime.now(UTC) - waiting[inbound] < _FETCH_FOR

    def _words(self, inbound: Inbound, kind: str) -> dict[str, str]:
        """The answer to a message of this kind by language; without one, to a picture that did not come."""
        url = self._wording.upload_url(inbound.conversation)
        return {
            language: (texts(language).not_read[kind] if kind else texts(language).picture_failed).format(
                url=url
            )
            for language in LANGUAGES
        }

    def _also(self, inbound: Inbound, answering: Answering) -> Also:
        """What is done in the transaction that stores the answer: it is noted how it goes out."""

        def also(tx: Transaction, reply: Reply) -> None:
            conversation, via = inbound.conversation, answering.take()
            answering.stored = True
            tx.inbox.remove(inbound)
            answering.carries = ()
            if not reply.text:  # a person has the conversation
                return
            tx.customers.of(conversation, lock=True)
            kept = tx.pushes.in_state(conversation, DeliveryState.KEPT)
            if via:
                tx.pushes.give(kept, via)
                tx.pushes.add(conversation, CHANNEL, reply, DeliveryState.SENT, via)
                self._metrics.delivered(CHANNEL, "response", len(kept) + 1)
                answering.carries = (*kept, Push(DeliveryState.SENT, 1, None, reply, inbound.text))
            elif self._pushes:
                tx.pushes.settle(kept, DeliveryState.PENDING)
                tx.push(conversation, CHANNEL, reply)
            else:
                tx.pushes.add(conversation, CHANNEL, reply, DeliveryState.KEPT)

        return also

    def _answered_before(self, inbound: Inbound) -> None:
        """By another process, which had stored the answer when this one took the message in."""
        with self._store.write() as tx:
            tx.inbox.remove(inbound)

    def _send_after_all(self, conversation: str, carries: Sequence[Push]) -> None:
        """The delivery that was to carry them had to be answered before they were stored."""
        with self._store.write() as tx:
            tx.pushes.take_back(carries, DeliveryState.PENDING if self._pushes else DeliveryState.KEPT)
            if self._pushes and carries:
                tx.enqueue("push", conversation, f"push:{carries[-1].reply.id}")

    async def _type(self, openid: str) -> None:
        """A courtesy, which is left out where too many wait."""
        await asyncio.sleep(_TYPING_AFTER)
        if self._typing >= _CALLS:
            return
        self._typing += 1
        try:
            await self._called(lambda: self._api.typing(openid))
        except ApiError as error:
            logger.debug("typing not shown", error=str(error))
        finally:
            self._typing -= 1

    async def _called(self, call: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._calling, call)


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
