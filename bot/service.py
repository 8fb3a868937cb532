"""The one way in: a message of any channel becomes a stored reply, once."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot import log
from bot.compose import Draft
from bot.dialogue import Dialogue
from bot.errors import Conflict, InvalidMessage, MessageTooLong, NotFound, RequestError, Unavailable
from bot.files import StoredFile
from bot.interview import Form
from bot.messages import Author, AuthorKind, Inbound, Reply, new_id
from bot.records import Known
from bot.store import Stale, Store
from bot.texts import texts
from bot.turn import Finish

LONGEST_MESSAGE = 4000  # characters
_HISTORY = 12  # messages an answer may look back on
_ATTEMPTS = 20  # at a conversation that others change all the time

Plan = Callable[[Known], Finish]

logger = log.get("bot.service")


@dataclass(frozen=True)
class Opened:
    conversation: str
    token: str
    greeting: Reply


class Service:
    """Receives messages; one at a time within a conversation, many conversations at once."""

    def __init__(self, store: Store, dialogue: Dialogue) -> None:
        self._store = store
        self._dialogue = dialogue
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: dict[tuple[str, str, str], asyncio.Task[Reply]] = {}

    def use(self, dialogue: Dialogue) -> None:
        """Answer with this one from now on; what is being answered ends with the one it began with."""
        self._dialogue = dialogue

    async def open(self, channel: str, locale: str, page_url: str) -> Opened:
        """Begin a conversation with a greeting in the language of `locale`."""
        greeting = to_reply(self._dialogue.greet("zh" if locale.lower().startswith("zh") else "en"), None)

        def stored() -> tuple[str, str]:
            with self._store.write() as tx:
                return tx.conversations.open(channel, locale, page_url, greeting)

        id, token = await asyncio.to_thread(stored)
        logger.info("conversation opened", conversation=id, channel=channel)
        return Opened(id, token, greeting)

    async def receive(self, inbound: Inbound) -> Reply:
        """Answer a message. The same (channel, external id) gets the same reply, also while the first is running.

        The answer is finished and stored even if the caller goes away. While a person has the conversation, the
        reply is without words. Raises InvalidMessage, MessageTooLong, NotFound, Unavailable.
        """
        check(inbound.text)
        dialogue = self._dialogue

        def plan(known: Known) -> Finish:
            try:
                return dialogue.respond(inbound.text, known)
            except RequestError:
                raise
            except Exception as error:  # whatever broke, the message is kept and a person told
                logger.error("cannot answer", conversation=inbound.conversation, exc_info=error)
                return dialogue.failed(inbound.text, known)

        return await self._once(inbound, plan)

    async def form(self, conversation: str, language: str) -> Form:
        """What the customer may fill in as a form, with what they have said so far. Raises NotFound."""

        def read() -> Known | None:
            with self._store.read() as tx:
                return tx.conversations.recall(Inbound("", conversation, "", ""), 0)

        known = await asyncio.to_thread(read)
        if known is None:
            raise NotFound("There is no such conversation; start a new one.")
        return self._dialogue.form(known, language)

    async def apply(self, inbound: Inbound, values: Mapping[str, str], service: str, language: str) -> Reply:
        """Send in an application that was filled in as a form; in the conversation it stands in words.

        Raises InvalidApplication and what `receive` raises.
        """
        dialogue = self._dialogue
        filled, said = dialogue.filled(values, service, language)
        return await self._once(
            replace(inbound, text=said), lambda known: dialogue.submit(filled, language, known)
        )

    async def upload(self, inbound: Inbound, file: StoredFile, item: str) -> Reply:
        """Take in a document that has been stored; `inbound` names it in the conversation."""
        dialogue = self._dialogue
        return await self._once(
            inbound, lambda known: dialogue.upload(file, item, inbound.external_id, known)
        )

    async def finish(self) -> None:
        """Wait for the messages that are being answered; called before the process ends."""
        if self._running:
            await asyncio.wait(list(self._running.values()))

    async def _once(self, inbound: Inbound, plan: Plan) -> Reply:
        key = (inbound.channel, inbound.conversation, inbound.external_id)
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._in_turn(inbound, plan))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return await asyncio.shield(task)

    async def _in_turn(self, inbound: Inbound, plan: Plan) -> Reply:
        turn = self._turns.setdefault(inbound.conversation, asyncio.Lock())
        async with turn:
            return await asyncio.to_thread(self._respond, inbound, plan)

    def _respond(self, inbound: Inbound, plan: Plan) -> Reply:
        for _ in range(_ATTEMPTS):
            with self._store.read() as tx:
                known = tx.conversations.recall(inbound, _HISTORY)
            if known is None:
                raise NotFound("There is no such conversation; start a new one.")
            if known.reply:
                return known.reply
            try:
                return self._commit(inbound, known, plan(known))
            except (Stale, Conflict):  # somebody else changed it meanwhile: think again
                continue
        raise Unavailable("This conversation is very busy; please send it again in a few seconds.")

    def _commit(self, inbound: Inbound, known: Known, finish: Finish) -> Reply:
        id = new_id("msg")
        with self._store.write() as tx:
            tx.conversations.change(inbound.conversation, known.conversation.revision, closed_at=None)
            draft = finish(tx, id)
            reply = to_reply(draft, id)
            tx.conversations.add(inbound, id, reply)
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
        case=draft.case,
        ai_generated=bool(draft.text),
    )
