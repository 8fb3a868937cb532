"""The one way in: a message of any channel becomes a stored reply, once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakValueDictionary

from bot import log
from bot.compose import Draft
from bot.errors import InvalidMessage, MessageTooLong
from bot.messages import Author, AuthorKind, Inbound, Message, Reply, new_id
from bot.store import AlreadyAnswered, Store
from bot.texts import texts

LONGEST_MESSAGE = 4000  # characters
_HISTORY = 12  # messages an answer may look back on

logger = log.get("bot.service")


class Answerer(Protocol):
    """What the service needs of `bot.answer.Answerer`; both may block and are called from threads."""

    def greet(self, language: str) -> Draft: ...

    def answer(self, text: str, history: Sequence[Message], locale: str) -> Draft: ...


@dataclass(frozen=True)
class Opened:
    conversation: str
    token: str
    greeting: Reply


class Service:
    """Receives messages; one at a time within a conversation, many conversations at once."""

    def __init__(self, store: Store, answerer: Answerer) -> None:
        self._store = store
        self._answerer = answerer
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: dict[tuple[str, str, str], asyncio.Task[Reply]] = {}

    def use(self, answerer: Answerer) -> None:
        """Answer with this one from now on; what is being answered ends with the one it began with."""
        self._answerer = answerer

    async def open(self, channel: str, locale: str, page_url: str) -> Opened:
        """Begin a conversation with a greeting in the language of `locale`."""
        greeting = to_reply(self._answerer.greet("zh" if locale.lower().startswith("zh") else "en"), None)
        stored = await asyncio.to_thread(self._store.open_conversation, channel, locale, page_url, greeting)
        logger.info("conversation opened", conversation=stored[0], channel=channel)
        return Opened(*stored, greeting)

    async def receive(self, inbound: Inbound) -> Reply:
        """Answer a message. The same (channel, external id) gets the same reply, also while the first is running.

        The answer is finished and stored even if the caller goes away. Raises InvalidMessage, MessageTooLong.
        """
        check(inbound.text)
        key = (inbound.channel, inbound.conversation, inbound.external_id)
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._answer(inbound))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return await asyncio.shield(task)

    async def finish(self) -> None:
        """Wait for the messages that are being answered; called before the process ends."""
        if self._running:
            await asyncio.wait(list(self._running.values()))

    async def _answer(self, inbound: Inbound) -> Reply:
        turn = self._turns.setdefault(inbound.conversation, asyncio.Lock())
        async with turn:
            return await asyncio.to_thread(self._answer_now, inbound)

    def _answer_now(self, inbound: Inbound) -> Reply:
        known = self._store.recall(inbound, _HISTORY)
        if known.reply:
            return known.reply
        draft = self._answerer.answer(inbound.text, known.history, known.locale)
        inbound_id = new_id("msg")
        reply = to_reply(draft, inbound_id)
        try:
            self._store.add(inbound, inbound_id, reply)
        except AlreadyAnswered:
            if stored := self._store.reply_to(inbound):
                return stored
            raise
        logger.info("answered", conversation=inbound.conversation, outcome=reply.outcome, language=reply.language,
                    topic=draft.topic, characters=len(inbound.text))  # fmt: skip
        return reply


def check(text: str) -> None:
    """Raises InvalidMessage or MessageTooLong, saying what to do."""
    if len(text) > LONGEST_MESSAGE:
        raise MessageTooLong(
            f"The message has {len(text)} characters; please send at most {LONGEST_MESSAGE} at a time."
        )
    if not text.strip():
        raise InvalidMessage("The message is empty; please write your question.")


def to_reply(draft: Draft, in_reply_to: str | None) -> Reply:
    """The draft as a reply of the bot, with an id of its own."""
    return Reply(
        id=new_id("msg"),
        in_reply_to=in_reply_to,
        text=draft.text,
        language=draft.language,
        outcome=draft.outcome,
        author=Author(AuthorKind.BOT, texts(draft.language).name),
        citations=draft.citations,
        actions=draft.actions,
    )
