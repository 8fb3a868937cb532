"""The one way in: a message of any channel becomes a stored reply, once."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

from bot import log
from bot.assistant import Spoken, said_first
from bot.compose import Draft
from bot.dialogue import Dialogue
from bot.errors import Conflict, InvalidMessage, MessageTooLong, NotFound, RequestError, Unavailable
from bot.files import StoredFile
from bot.interview import Form
from bot.messages import Author, AuthorKind, Inbound, Reply, new_id
from bot.metrics import Metrics
from bot.records import Known
from bot.saying import Saying
from bot.store import Stale, Store, Transaction
from bot.texts import texts
from bot.turn import Finish, Question
from knowledge.sentences import pieces

LONGEST_MESSAGE = 4000  # characters
_HISTORY = 12  # messages an answer may look back on
_ATTEMPTS = 20  # at a conversation that others change all the time

Plan = Callable[[Known], Finish | Question]
Also = Callable[[Transaction, Reply], None]
"""What a channel does in the transaction that stores a message with its reply; it may be called again."""

logger = log.get("bot.service")


@dataclass(frozen=True)
class Opened:
    conversation: str
    token: str
    greeting: Reply


@dataclass(frozen=True)
class _Running:
    task: asyncio.Task[Reply]
    saying: Saying


class Service:
    """Receives messages; one at a time within a conversation, many conversations at once."""

    def __init__(self, store: Store, dialogue: Dialogue, metrics: Metrics | None = None) -> None:
        self._store = store
        self._metrics = metrics or Metrics()
        self._dialogue = dialogue
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: dict[tuple[str, str, str], _Running] = {}

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

    async def receive(self, inbound: Inbound, also: Also | None = None) -> Reply:
        """Answer a message. The same (channel, external id) gets the same reply, also while the first is running.

        The answer is finished and stored even if the caller goes away. While a person has the conversation, the
        reply is without words. Raises InvalidMessage, MessageTooLong, NotFound, Unavailable.
        """
        return await asyncio.shield(self._answering(inbound, also).task)

    async def stream(self, inbound: Inbound) -> AsyncGenerator[str | Reply]:
        """As `receive`: the reply's text in pieces as they are said, which joined are the text, then the reply."""
        running = self._answering(inbound)
        said = 0
        async for piece in running.saying.heard():
            said += len(piece)
            yield piece
        reply = await asyncio.shield(running.task)
        for piece in pieces(reply.text[said:]):
            yield piece
        yield reply

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
            replace(inbound, text=said), dialogue, lambda known: dialogue.submit(filled, language, known)
        )

    async def upload(self, inbound: Inbound, file: StoredFile, item: str, also: Also | None = None) -> Reply:
        """Take in a document that has been stored; `inbound` names it in the conversation."""
        dialogue = self._dialogue
        return await self._once(
            inbound, dialogue, lambda known: dialogue.upload(file, item, inbound.external_id, known), also
        )

    async def note(self, inbound: Inbound, words: Mapping[str, str], also: Also | None = None) -> Reply:
        """Answer a message in the channel's own words, by language, since it is none that the assistant reads."""
        dialogue = self._dialogue
        return await self._once(inbound, dialogue, lambda known: dialogue.note(words, known), also)

    async def finish(self) -> None:
        """Wait for the messages that are being answered; called before the process ends."""
        if self._running:
            await asyncio.wait([running.task for running in self._running.values()])

    def _answering(self, inbound: Inbound, also: Also | None = None) -> _Running:
        check(inbound.text)
        dialogue = self._dialogue

        def plan(known: Known) -> Finish | Question:
            try:
                return dialogue.respond(inbound.text, known)
            except RequestError:
                raise
            except Exception as error:  # whatever broke, the message is kept and a person told
                logger.error("cannot answer", conversation=inbound.conversation, exc_info=error)
                return dialogue.failed(inbound.text, known)

        return self._begun(inbound, dialogue, plan, also)

    async def _once(
        self, inbound: Inbound, dialogue: Dialogue, plan: Plan, also: Also | None = None
    ) -> Reply:
        return await asyncio.shield(self._begun(inbound, dialogue, plan, also).task)

    def _begun(self, inbound: Inbound, dialogue: Dialogue, plan: Plan, also: Also | None) -> _Running:
        key = (inbound.channel, inbound.conversation, inbound.external_id)
        running = self._running.get(key)
        if running is None:
            saying = Saying()
            task = asyncio.create_task(self._in_turn(inbound, dialogue, plan, saying, also))
            running = self._running[key] = _Running(task, saying)
            task.add_done_callback(lambda _: self._ended(key, saying))
        return running

    def _ended(self, key: tuple[str, str, str], saying: Saying) -> None:
        self._running.pop(key, None)
        saying.end()

    async def _in_turn(
        self, inbound: Inbound, dialogue: Dialogue, plan: Plan, saying: Saying, also: Also | None
    ) -> Reply:
        turn = self._turns.setdefault(inbound.conversation, asyncio.Lock())
        async with turn:
            began = time.monotonic()
            thought = await asyncio.to_thread(self._respond, inbound, dialogue, plan, also)
            while isinstance(thought, Question):
                spoken = await self._spoken(dialogue, thought, saying)
                thought = await asyncio.to_thread(
                    self._respond, inbound, dialogue, plan, also, thought, spoken
                )
        self._metrics.replied(inbound.channel, thought.outcome, time.monotonic() - began)
        return thought

    async def _spoken(self, dialogue: Dialogue, question: Question, saying: Saying) -> Spoken:
        conversation = question.turn.conversation

        async def say(piece: str) -> bool:
            if saying.listened and not await asyncio.to_thread(self._may_speak, conversation):
                return False
            saying.add(piece)
            return True

        try:
            spoken = await dialogue.speak(question, say)
        except Exception as error:  # the knowledge has its own answer, which then follows what was said
            logger.error("cannot speak", conversation=conversation, exc_info=error)
            spoken = Spoken(saying.text, broken=True)
        return spoken if saying.listened else replace(spoken, heard=False)

    def _may_speak(self, conversation: str) -> bool:
        with self._store.read() as tx:
            found = tx.conversations.get(conversation)
        return found is not None and found.owner is None

    def _respond(
        self,
        inbound: Inbound,
        dialogue: Dialogue,
        plan: Plan,
        also: Also | None,
        asked: Question | None = None,
        spoken: Spoken | None = None,
    ) -> Reply | Question:
        """The stored reply, or the question that is to be put to a model before there can be one.

        `spoken` is what a model said to the question `asked`. Mostly nothing has changed while it spoke; what has, its
        case included, has changed the conversation's revision, so that it is noticed when the reply is stored.
        """
        for _ in range(_ATTEMPTS):
            decided: Finish | Question
            if asked:
                known, decided, asked = asked.turn.known, asked, None
            else:
                with self._store.read() as tx:
                    found = tx.conversations.recall(inbound, _HISTORY)
                if found is None:
                    raise NotFound("There is no such conversation; start a new one.")
                if found.reply:
                    return found.reply
                known, decided = found, plan(found)
            if isinstance(decided, Question):
                if spoken is None:
                    return decided
                decided = dialogue.answered(decided, spoken)
            elif spoken and spoken.heard:  # things stand otherwise by now, but what has been said stays said
                decided = said_first(spoken, decided)
            try:
                return self._commit(inbound, known, decided, spoken, also)
            except (Stale, Conflict):  # somebody else changed it meanwhile: think again
                continue
        raise Unavailable("This conversation is very busy; please send it again in a few seconds.")

    def _commit(
        self, inbound: Inbound, known: Known, finish: Finish, spoken: Spoken | None, also: Also | None
    ) -> Reply:
        id = new_id("msg")
        with self._store.write() as tx:
            tx.conversations.change(inbound.conversation, known.conversation.revision, closed_at=None)
            draft = finish(tx, id)
            reply = to_reply(draft, id)
            tx.conversations.add(inbound, id, reply, _trace(draft, spoken))
            if also:
                also(tx, reply)
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


def _trace(draft: Draft, spoken: Spoken | None) -> dict[str, Any] | None:
    """How a reply came about, for staff: how sure the search was, and what was left out of a model's words."""
    if draft.confidence is None and spoken is None:
        return None
    trace: dict[str, Any] = {"topic": draft.topic}
    if draft.confidence is not None:
        trace["confidence"] = round(draft.confidence, 3)
    if spoken and spoken.text:
        trace |= {"by": "model", "dropped": list(spoken.dropped)}
    return trace


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
