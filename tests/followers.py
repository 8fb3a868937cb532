"""The channel over a real store and the shipped content, without the platform between."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from adapters.limits import Limits
from adapters.wechat import incoming
from adapters.wechat.acceptance import Acceptance
from adapters.wechat.answers import Answers
from adapters.wechat.channel import Channel
from adapters.wechat.clock import Answering, Came
from adapters.wechat.connect import welcome
from adapters.wechat.failures import ApiError, Then
from adapters.wechat.incoming import Incoming
from adapters.wechat.links import Links
from adapters.wechat.push import Pusher
from adapters.wechat.wording import Wording
from bot.answer import Answerer
from bot.dialogue import Dialogue
from bot.files import Files
from bot.jobs import Jobs
from bot.messages import Message
from bot.metrics import Metrics
from bot.records import Known, Push
from bot.service import Service
from bot.settings import Settings
from bot.store import Store
from bot.turn import Finish, Question
from databases import migrated_sqlite
from knowledge.search import Search
from offices import SERVICES, an_office

ANN = "oAnn_0000000000000000000000"
_STUCK = 20  # seconds


class Unhurried(Dialogue):
    """Answers when it is let."""

    def __init__(self, answerer: Answerer, store: Store) -> None:
        super().__init__(answerer, SERVICES, an_office(store))
        self.let = threading.Event()
        self.let.set()
        self.begun = 0

    def respond(self, text: str, known: Known) -> Finish | Question:
        self.begun += 1
        if not self.let.wait(_STUCK):
            raise TimeoutError("the test never let it answer")
        return super().respond(text, known)


_patience: ContextVar[float | None] = ContextVar("patience", default=None)


class Hurried(Answers):
    """A delivery may wait for its answer as long as its test says, however long it took to be taken in."""

    async def wait(self, answering: Answering, event: Incoming, until: float) -> Came:
        patience = _patience.get()
        return await super().wait(
            answering, event, until if patience is None else time.monotonic() + patience
        )


class Phone:
    """The platform's API as far as customers notice it; fails as told."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []
        self.typed: list[str] = []
        self.failures: list[ApiError] = []
        self.pictures: dict[str, bytes | ApiError] = {}

    def send_text(self, openid: str, text: str) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is None or failure.then is Then.UNSURE:  # which may have arrived: here it has
            self.texts.append((openid, text))
        if failure:
            raise failure

    def typing(self, openid: str) -> None:
        self.typed.append(openid)

    def picture(self, media_id: str) -> bytes:
        return self._picture(media_id)

    def picture_at(self, url: str) -> bytes:
        return self._picture(url)

    def _picture(self, name: str) -> bytes:
        found = self.pictures.get(name, ApiError("no such picture", Then.REFUSED, 40007))
        if isinstance(found, ApiError):
            raise found
        return found


class Line:
    """A customer at the far end of the channel; `verified` accounts may send of their own accord.

    `rate` is how much one of them may send, empty for as much as they like.
    """

    def __init__(self, folder: Path, search: Search, *, verified: bool, rate: str = "") -> None:
        url = migrated_sqlite(folder)
        self.store = Store(url, Jobs(url))
        self.phone = Phone()
        self.office = an_office(self.store)
        self.dialogue = Unhurried(Answerer(search), self.store)
        self.service = Service(self.store, self.dialogue)
        wording = Wording(Links("https://certdesk.example", "secret"), "")
        files = Files("", folder)
        files.check()
        limits = Limits(Settings(rate_per_conversation=rate) if rate else Settings(rate_limits="off"))
        acceptance = Acceptance(self.store, limits, welcome)
        self.answers = Hurried(
            self.store, self.service, files, self.phone, wording, Metrics(), pushes=verified
        )
        self.channel = Channel(acceptance, self.answers, wording, self.office.privacy)
        self.pusher = Pusher(self.store, self.phone if verified else None, wording, Metrics())
        self._numbers = count(1)

    def says(self, text: str, id: str = "", *, customer: str = ANN) -> str:
        """What the response shows; the answer is there in time or the test is stuck."""
        return asyncio.run(self.delivered(self.text(text, id, customer)))

    def all(self, *texts: str) -> str:
        return [self.says(text) for text in texts][-1]

    def text(self, text: str, id: str = "", customer: str = ANN) -> incoming.Text:
        return incoming.Text(*self.head(id, customer), text)

    def head(self, id: str = "", customer: str = ANN) -> tuple[str, str, str, datetime]:
        return customer, "gh_firm", id or f"msg:{next(self._numbers)}", datetime.now(UTC)

    async def delivered(self, event: Incoming, *, patience: float | None = None, ago: float = 0) -> str:
        """The words of the response to a delivery that came so long ago, and waits so long for its answer."""
        _patience.set(patience)
        return await self.channel.receive(event, time.monotonic() - ago)

    def conversation(self, customer: str = ANN) -> str:
        with self.store.read() as tx:
            found = tx.customers.find("wechat", customer)
        assert found is not None
        return found.conversation

    @property
    def messages(self) -> list[Message]:
        with self.store.read() as tx:
            return tx.conversations.messages(self.conversation())

    @property
    def ledger(self) -> list[Push]:
        with self.store.read() as tx:
            return tx.pushes.of(self.conversation())

    def push(self) -> list[str]:
        """Do the job that sends what waits; what the customer has been sent by then."""
        self.pusher.push(self.conversation())
        return [text for openid, text in self.phone.texts if openid == ANN]

    def take(self, staff: str = "李华") -> None:
        with self.store.write() as tx:
            self.office.handoffs.take(tx, self.conversation(), staff)

    def staff_says(self, text: str, staff: str = "李华") -> None:
        with self.store.write() as tx:
            self.office.handoffs.reply(tx, self.conversation(), staff, text)


Lines = Callable[..., Line]
