import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.compose import Draft
from bot.errors import InvalidMessage, MessageTooLong
from bot.messages import AuthorKind, Inbound, Message, Outcome
from bot.service import LONGEST_MESSAGE, Service
from bot.store import Store

_STUCK = 30  # seconds after which a test that waits for what never comes fails instead of hanging


class Answerer:
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

    def answer(self, text: str, history: Sequence[Message], locale: str) -> Draft:
        self.asked.append(text)
        self.seen.append([message.text for message in history])
        self.locales.append(locale)
        self.let.wait(_STUCK)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("out of order")
        return Draft(f"On {text}", "en", Outcome.ANSWERED)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'certdesk.db'}")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def answerer() -> Answerer:
    return Answerer()


@pytest.fixture
def service(store: Store, answerer: Answerer) -> Service:
    return Service(store, answerer)


T = TypeVar("T")
Ask = Callable[[str, str], Inbound]


def run(what: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(what)


async def asking(service: Service, locale: str = "en") -> Ask:
    opened = await service.open("web", locale, "")
    return lambda sent, text: Inbound("web", opened.conversation, sent, text)


async def begun(answerer: Answerer, count: int = 1) -> None:
    """Wait until `count` messages are being answered."""
    async with asyncio.timeout(_STUCK):
        while len(answerer.asked) < count:  # noqa: ASYNC110  # it is another thread that counts
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
    assert store.token_fits(opened.conversation, opened.token)
    assert [message.reply for message in store.messages(opened.conversation)] == [opened.greeting]


def test_a_message_is_answered_and_stored(service: Service, store: Store) -> None:
    async def talk() -> None:
        ask = await asking(service)
        inbound = ask("a", "Is it?")
        reply = await service.receive(inbound)
        _, asked, answered = store.messages(inbound.conversation)
        assert (reply.text, reply.author.kind, reply.ai_generated) == ("On Is it?", AuthorKind.BOT, True)
        assert (asked.text, asked.id) == ("Is it?", reply.in_reply_to)
        assert answered.reply == reply

    run(talk())


def test_the_answerer_sees_what_was_said_before_and_the_locale(service: Service, answerer: Answerer) -> None:
    async def talk() -> None:
        ask = await asking(service, "zh-TW")
        await service.receive(ask("a", "one"))
        await service.receive(ask("b", "two"))

    run(talk())
    assert answerer.seen == [["您好！"], ["您好！", "one", "On one"]]
    assert answerer.locales == ["zh-TW", "zh-TW"]


def test_same_message_id_answers_once(service: Service, answerer: Answerer) -> None:
    async def talk() -> None:
        ask = await asking(service)
        first = await service.receive(ask("a", "one"))
        assert await service.receive(ask("a", "one")) == first
        assert await service.receive(ask("a", "other words")) == first
        assert await service.receive(ask("b", "one")) != first

    run(talk())
    assert answerer.asked == ["one", "one"]


def test_same_message_id_sent_at_once_answers_once(
    service: Service, store: Store, answerer: Answerer
) -> None:
    async def talk() -> None:
        ask = await asking(service)
        answerer.let.clear()
        sent = [asyncio.create_task(service.receive(ask("a", "one"))) for _ in range(20)]
        await begun(answerer)
        answerer.let.set()
        replies = await asyncio.gather(*sent)
        assert all(reply == replies[0] for reply in replies)
        assert len(store.messages(ask("a", "").conversation)) == 3

    run(talk())
    assert answerer.asked == ["one"]


def test_same_message_id_at_two_processes_gets_one_reply(
    service: Service, store: Store, answerer: Answerer
) -> None:
    other = Service(store, answerer)

    async def talk() -> None:
        ask = await asking(service)
        answerer.let.clear()
        sent = [asyncio.create_task(each.receive(ask("a", "one"))) for each in (service, other)]
        await begun(answerer, 2)
        answerer.let.set()
        first, second = await asyncio.gather(*sent)
        assert first == second
        assert len(store.messages(ask("a", "").conversation)) == 3
        assert await other.receive(ask("a", "one")) == first

    run(talk())


def test_messages_of_one_conversation_are_answered_in_order(
    service: Service, store: Store, answerer: Answerer
) -> None:
    async def talk() -> list[str]:
        ask = await asking(service)
        answerer.let.clear()
        sent = [asyncio.create_task(service.receive(ask(str(n), f"m{n}"))) for n in range(8)]
        await begun(answerer)
        assert answerer.asked == ["m0"]
        answerer.let.set()
        await asyncio.gather(*sent)
        return [message.text for message in store.messages(ask("", "").conversation)]

    said = run(talk())
    assert said == ["Hello!", *(text for n in range(8) for text in (f"m{n}", f"On m{n}"))]
    assert answerer.seen[-1][-2:] == ["m6", "On m6"]


def test_one_conversation_does_not_wait_for_another(service: Service, answerer: Answerer) -> None:
    async def talk() -> None:
        ask, ask_too = await asking(service), await asking(service)
        answerer.let.clear()
        sent = [asyncio.create_task(service.receive(each("a", "one"))) for each in (ask, ask_too)]
        await begun(answerer, 2)  # both are being answered while neither is let
        answerer.let.set()
        await asyncio.gather(*sent)

    run(talk())


def test_a_caller_that_goes_away_still_gets_an_answer_stored(
    service: Service, store: Store, answerer: Answerer
) -> None:
    async def talk() -> None:
        ask = await asking(service)
        answerer.let.clear()
        sent = asyncio.create_task(service.receive(ask("a", "one")))
        await begun(answerer)
        sent.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sent
        answerer.let.set()
        await service.finish()
        assert [message.text for message in store.messages(ask("a", "").conversation)][1:] == [
            "one",
            "On one",
        ]
        assert (await service.receive(ask("a", "one"))).text == "On one"

    run(talk())
    assert answerer.asked == ["one"]


def test_finish_waits_for_what_is_being_answered(service: Service, store: Store, answerer: Answerer) -> None:
    async def talk() -> None:
        ask = await asking(service)
        answerer.let.clear()
        sent = asyncio.create_task(service.receive(ask("a", "one")))
        await begun(answerer)
        finishing = asyncio.create_task(service.finish())
        await asyncio.sleep(0)
        assert not finishing.done()
        answerer.let.set()
        await finishing
        assert sent.done() or await sent
        assert len(store.messages(ask("a", "").conversation)) == 3

    run(talk())


def test_finish_has_nothing_to_wait_for_when_all_is_answered(service: Service) -> None:
    run(service.finish())


def test_a_message_that_failed_is_answered_when_it_is_sent_again(
    service: Service, store: Store, answerer: Answerer
) -> None:
    answerer.failures = 1

    async def talk() -> None:
        ask = await asking(service)
        with pytest.raises(RuntimeError):
            await service.receive(ask("a", "one"))
        assert len(store.messages(ask("a", "").conversation)) == 1
        assert (await service.receive(ask("a", "one"))).text == "On one"

    run(talk())


def test_a_new_answerer_takes_the_next_message(service: Service, answerer: Answerer) -> None:
    newer = Answerer()

    async def talk() -> None:
        ask = await asking(service)
        await service.receive(ask("a", "one"))
        service.use(newer)
        await service.receive(ask("b", "two"))

    run(talk())
    assert (answerer.asked, newer.asked) == (["one"], ["two"])


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u3000\u00a0"])
def test_an_empty_message_is_refused(service: Service, answerer: Answerer, text: str) -> None:
    with pytest.raises(InvalidMessage, match="write your question"):
        run(service.receive(Inbound("web", "cnv", "a", text)))
    assert answerer.asked == []


def test_a_message_may_be_as_long_as_said_and_no_longer(service: Service, answerer: Answerer) -> None:
    async def talk() -> None:
        ask = await asking(service)
        await service.receive(ask("a", "长" * LONGEST_MESSAGE))
        with pytest.raises(MessageTooLong, match=f"at most {LONGEST_MESSAGE}"):
            await service.receive(ask("b", "长" * (LONGEST_MESSAGE + 1)))

    run(talk())
    assert len(answerer.asked) == 1
