import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.compose import Draft
from bot.dialogue import Dialogue
from bot.errors import InvalidMessage, MessageTooLong, NotFound, Unavailable
from bot.messages import Author, AuthorKind, Inbound, Message, Outcome, Reply
from bot.records import Known
from bot.service import LONGEST_MESSAGE, Service
from bot.store import Store, Transaction
from bot.turn import Finish
from databases import migrated_sqlite

PERSON = Reply(
    "msg_person",
    None,
    "Good morning.",
    "en",
    Outcome.ANSWERED,
    Author(AuthorKind.PERSON, "Li"),
    ai_generated=False,
)
_STUCK = 30  # seconds after which a test that waits for what never comes fails instead of hanging


class Echo(Dialogue):
    """Repeats what was asked, when it is let; keeps what it saw."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.seen: list[list[str]] = []
        self.locales: list[str] = []
        self.let = threading.Event()
        self.let.set()
        self.failures = 0

    def greet(self, language: str) -> Draft:
        return Draft({"en": "Hello!", "zh": "您好！"}[language], language, Outcome.SMALLTALK)

    def respond(self, text: str, known: Known) -> Finish:
        self.asked.append(text)
        self.seen.append([message.text for message in known.history])
        self.locales.append(known.conversation.locale)
        self.let.wait(_STUCK)
        if known.conversation.owner:
            return lambda tx, _: Draft("", "en", Outcome.WAITING)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("out of order")
        return lambda tx, _: Draft(f"On {text}", "en", Outcome.ANSWERED)

    def failed(self, text: str, known: Known) -> Finish:
        return lambda tx, _: Draft("A person will see to it.", "en", Outcome.HANDED_OFF)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(migrated_sqlite(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def service(store: Store, echo: Echo) -> Service:
    return Service(store, echo)


def said(store: Store, conversation: str) -> list[Message]:
    with store.read() as tx:
        return tx.conversations.messages(conversation)


@contextmanager
def _away() -> Iterator[Transaction]:
    raise Unavailable("The database is away.")
    yield


T = TypeVar("T")
Ask = Callable[[str, str], Inbound]


def run(what: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(what)


async def asking(service: Service, locale: str = "en") -> Ask:
    opened = await service.open("web", locale, "")
    return lambda sent, text: Inbound("web", opened.conversation, sent, text)


async def begun(echo: Echo, count: int = 1) -> None:
    """Wait until `count` messages are being answered."""
    async with asyncio.timeout(_STUCK):
        while len(echo.asked) < count:  # noqa: ASYNC110  # it is another thread that counts
            await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    ("locale", "greeting"),
    [("zh-CN", "您好！"), ("ZH", "您好！"), ("en-GB", "Hello!"), ("fr", "Hello!"), ("", "Hello!")],
)
def test_a_conversation_begins_in_the_language_of_the_locale(
    service: Service, store: Store, locale: str, greeting: str
) -> None:
    opened = run(service.open("web", locale, "https://example.org"))
    assert opened.greeting.text == greeting
    assert opened.greeting.ai_generated
    with store.read() as tx:
        assert tx.conversations.token_fits(opened.conversation, opened.token)
    assert [message.reply for message in said(store, opened.conversation)] == [opened.greeting]


def test_a_message_is_answered_and_stored(service: Service, store: Store) -> None:
    async def talk() -> None:
        ask = await asking(service)
        inbound = ask("a", "Is it?")
        reply = await service.receive(inbound)
        _, asked, answered = said(store, inbound.conversation)
        assert (reply.text, reply.author.kind, reply.ai_generated) == ("On Is it?", AuthorKind.BOT, True)
        assert (asked.text, asked.id) == ("Is it?", reply.in_reply_to)
        assert answered.reply == reply

    run(talk())


def test_the_echo_sees_what_was_said_before_and_the_locale(service: Service, echo: Echo) -> None:
    async def talk() -> None:
        ask = await asking(service, "zh-TW")
        await service.receive(ask("a", "one"))
        await service.receive(ask("b", "two"))

    run(talk())
    assert echo.seen == [["您好！"], ["您好！", "one", "On one"]]
    assert echo.locales == ["zh-TW", "zh-TW"]


def test_same_message_id_answers_once(service: Service, echo: Echo) -> None:
    async def talk() -> None:
        ask = await asking(service)
        first = await service.receive(ask("a", "one"))
        assert await service.receive(ask("a", "one")) == first
        assert await service.receive(ask("a", "other words")) == first
        assert await service.receive(ask("b", "one")) != first

    run(talk())
    assert echo.asked == ["one", "one"]


def test_same_message_id_sent_at_once_answers_once(service: Service, store: Store, echo: Echo) -> None:
    async def talk() -> None:
        ask = await asking(service)
        echo.let.clear()
        sent = [asyncio.create_task(service.receive(ask("a", "one"))) for _ in range(20)]
        await begun(echo)
        echo.let.set()
        replies = await asyncio.gather(*sent)
        assert all(reply == replies[0] for reply in replies)
        assert len(said(store, ask("a", "").conversation)) == 3

    run(talk())
    assert echo.asked == ["one"]


def test_same_message_id_at_two_processes_gets_one_reply(service: Service, store: Store, echo: Echo) -> None:
    other = Service(store, echo)

    async def talk() -> None:
        ask = await asking(service)
        echo.let.clear()
        sent = [asyncio.create_task(each.receive(ask("a", "one"))) for each in (service, other)]
        await begun(echo, 2)
        echo.let.set()
        first, second = await asyncio.gather(*sent)
        assert first == second
        assert len(said(store, ask("a", "").conversation)) == 3
        assert await other.receive(ask("a", "one")) == first

    run(talk())


def test_messages_of_one_conversation_are_answered_in_order(
    service: Service, store: Store, echo: Echo
) -> None:
    async def talk() -> list[str]:
        ask = await asking(service)
        echo.let.clear()
        sent = [asyncio.create_task(service.receive(ask(str(n), f"m{n}"))) for n in range(8)]
        await begun(echo)
        assert echo.asked == ["m0"]
        echo.let.set()
        await asyncio.gather(*sent)
        return [message.text for message in said(store, ask("", "").conversation)]

    order = run(talk())
    assert order == ["Hello!", *(text for n in range(8) for text in (f"m{n}", f"On m{n}"))]
    assert echo.seen[-1][-2:] == ["m6", "On m6"]


def test_one_conversation_does_not_wait_for_another(service: Service, echo: Echo) -> None:
    async def talk() -> None:
        ask, ask_too = await asking(service), await asking(service)
        echo.let.clear()
        sent = [asyncio.create_task(service.receive(each("a", "one"))) for each in (ask, ask_too)]
        await begun(echo, 2)  # both are being answered while neither is let
        echo.let.set()
        await asyncio.gather(*sent)

    run(talk())


def test_a_caller_that_goes_away_still_gets_an_answer_stored(
    service: Service, store: Store, echo: Echo
) -> None:
    async def talk() -> None:
        ask = await asking(service)
        echo.let.clear()
        sent = asyncio.create_task(service.receive(ask("a", "one")))
        await begun(echo)
        sent.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sent
        echo.let.set()
        await service.finish()
        assert [message.text for message in said(store, ask("a", "").conversation)][1:] == [
            "one",
            "On one",
        ]
        assert (await service.receive(ask("a", "one"))).text == "On one"

    run(talk())
    assert echo.asked == ["one"]


def test_finish_waits_for_what_is_being_answered(service: Service, store: Store, echo: Echo) -> None:
    async def talk() -> None:
        ask = await asking(service)
        echo.let.clear()
        sent = asyncio.create_task(service.receive(ask("a", "one")))
        await begun(echo)
        finishing = asyncio.create_task(service.finish())
        await asyncio.sleep(0)
        assert not finishing.done()
        echo.let.set()
        await finishing
        assert sent.done() or await sent
        assert len(said(store, ask("a", "").conversation)) == 3

    run(talk())


def test_finish_has_nothing_to_wait_for_when_all_is_answered(service: Service) -> None:
    run(service.finish())


def test_a_message_that_cannot_be_answered_is_kept_and_goes_to_a_person(
    service: Service, store: Store, echo: Echo
) -> None:
    echo.failures = 1

    async def talk() -> None:
        ask = await asking(service)
        reply = await service.receive(ask("a", "one"))
        assert reply.outcome is Outcome.HANDED_OFF
        assert [message.text for message in said(store, ask("", "").conversation)][1:] == ["one", reply.text]
        assert await service.receive(ask("a", "one")) == reply

    run(talk())


def test_a_database_that_is_away_is_no_reason_to_lose_a_message(
    service: Service, store: Store, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk() -> None:
        ask = await asking(service)
        with monkeypatch.context() as away:
            away.setattr(Store, "write", lambda self: _away())
            with pytest.raises(Unavailable):
                await service.receive(ask("a", "one"))
        assert len(said(store, ask("", "").conversation)) == 1
        assert (await service.receive(ask("a", "one"))).text == "On one"

    run(talk())


def test_a_takeover_while_the_bot_thinks_silences_it(service: Service, store: Store, echo: Echo) -> None:
    """Whatever the bot was about to say, nothing of it is stored or returned once a person has the conversation."""

    async def talk() -> None:
        ask = await asking(service)
        echo.let.clear()
        asked = asyncio.create_task(service.receive(ask("a", "one")))
        await begun(echo)
        with store.write() as tx:
            tx.conversations.change(ask("", "").conversation, owner="Li")
        echo.let.set()
        reply = await asked
        assert (reply.outcome, reply.text) == (Outcome.WAITING, "")
        assert [message.text for message in said(store, ask("", "").conversation)] == ["Hello!", "one"]
        assert await service.receive(ask("a", "one")) == reply

    run(talk())
    assert echo.asked == ["one", "one"]


def test_takeovers_and_messages_at_once_never_let_a_word_of_the_bot_through(
    service: Service, store: Store
) -> None:
    async def talk(id: str) -> None:
        sent = [service.receive(Inbound("web", id, str(n), f"m{n}")) for n in range(30)]
        take = asyncio.to_thread(take_over, id)
        await asyncio.gather(*sent[:15], take, *sent[15:])

    def take_over(id: str) -> None:
        with store.write() as tx:
            tx.conversations.change(id, owner="Li")
            tx.conversations.say(id, "web", PERSON)

    async def all_of_it() -> str:
        opened = await service.open("web", "en", "")
        await talk(opened.conversation)
        return opened.conversation

    found = said(store, run(all_of_it()))
    taken = next(n for n, message in enumerate(found) if message.author.kind is AuthorKind.PERSON)
    assert all(message.author.kind is AuthorKind.CUSTOMER for message in found[taken + 1 :])
    assert sum(message.author.kind is AuthorKind.CUSTOMER for message in found) == 30


def test_an_unknown_conversation_is_not_found(service: Service) -> None:
    with pytest.raises(NotFound):
        run(service.receive(Inbound("web", "cnv_unknown", "a", "one")))


def test_a_new_dialogue_takes_the_next_message(service: Service, echo: Echo) -> None:
    newer = Echo()

    async def talk() -> None:
        ask = await asking(service)
        await service.receive(ask("a", "one"))
        service.use(newer)
        await service.receive(ask("b", "two"))

    run(talk())
    assert (echo.asked, newer.asked) == (["one"], ["two"])


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u3000\u00a0"])
def test_an_empty_message_is_refused(service: Service, echo: Echo, text: str) -> None:
    with pytest.raises(InvalidMessage, match="write your question"):
        run(service.receive(Inbound("web", "cnv", "a", text)))
    assert echo.asked == []


def test_a_message_may_be_as_long_as_said_and_no_longer(service: Service, echo: Echo) -> None:
    async def talk() -> None:
        ask = await asking(service)
        await service.receive(ask("a", "长" * LONGEST_MESSAGE))
        with pytest.raises(MessageTooLong, match=f"at most {LONGEST_MESSAGE}"):
            await service.receive(ask("b", "长" * (LONGEST_MESSAGE + 1)))

    run(talk())
    assert len(echo.asked) == 1


class Sure(Echo):
    """Answers from the knowledge, and says how sure it was."""

    def respond(self, text: str, known: Known) -> Finish:
        return lambda tx, _: Draft(
            "Three years.", "en", Outcome.ANSWERED, topic="iso-20000/faq#validity", confidence=0.87654
        )


def test_how_a_reply_came_about_is_kept_for_staff_and_not_told_to_the_customer(store: Store) -> None:
    service = Service(store, Sure())
    ask = run(asking(service))
    inbound = ask("1", "How long?")
    reply = run(service.receive(inbound))
    with store.read() as tx:
        assert tx.conversations.traces(inbound.conversation) == {
            reply.id: {"topic": "iso-20000/faq#validity", "confidence": 0.877}
        }
        stored = tx.conversations.messages(inbound.conversation)[-1].reply
    assert stored == reply
    assert not {"trace", "confidence", "topic"} & set(vars(reply))


def test_a_reply_without_a_search_has_no_trace(service: Service, store: Store) -> None:
    ask = run(asking(service))
    inbound = ask("1", "Hello")
    run(service.receive(inbound))
    with store.read() as tx:
        assert tx.conversations.traces(inbound.conversation) == {}
