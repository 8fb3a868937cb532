"""Many who ask the same at once: the model is asked once, and each has a reply of their own."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.messages import Inbound, Outcome, Reply
from bot.model import Failure, ModelError
from fakes import Scripted
from knowledge.search import Search
from offices import a_conversation
from talking import Talk, Talks

LONG = "How long does certification take?"
FIRST = "At the fastest it takes 15 working days [1]."
SECOND = " It can take longer [2]."
OTHER = "It takes as long as both sides need [1]."
_STUCK = 30  # seconds after which a test that waits for what never comes fails instead of hanging
_WHILE = 300.0  # seconds, longer than any test takes


@pytest.fixture
def talks(tmp_path: Path, shipped_search: Search) -> Iterator[Talks]:
    with closing(Talks(tmp_path, shipped_search)) as made:
        yield made


def asked_by_all(talk: Talk, *texts: str) -> list[tuple[list[str], Reply]]:
    """What each hears, in a conversation of their own, when all write at once."""

    async def asked() -> list[tuple[list[str], Reply]]:
        async with asyncio.timeout(_STUCK):
            inbounds = [Inbound("web", a_conversation(talk.store, "en"), "m1", text) for text in texts]
            return await asyncio.gather(*(talk.streamed(each) for each in inbounds))

    return asyncio.run(asked())


def test_all_who_ask_the_same_hear_one_reply_in_its_pieces(talks: Talks) -> None:
    talk = talks(FIRST + SECOND, shared=_WHILE)
    heard = asked_by_all(talk, LONG, LONG, LONG)
    assert [pieces for pieces, _ in heard] == [[FIRST, SECOND]] * 3
    assert len({reply.id for _, reply in heard}) == 3
    assert [[c.n for c in reply.citations] for _, reply in heard] == [[1, 2]] * 3
    assert len(talk.model.prompts) == 1


def test_another_question_is_asked_for_itself(talks: Talks) -> None:
    talk = talks(FIRST, OTHER, shared=_WHILE)
    heard = asked_by_all(talk, LONG, "How long does certification take in all?")
    assert {reply.text for _, reply in heard} == {FIRST, OTHER}


def test_a_reply_is_said_again_to_who_comes_a_little_later(talks: Talks) -> None:
    talk = talks(FIRST, shared=_WHILE)

    async def one_after_the_other() -> list[Reply]:
        ids = [a_conversation(talk.store, "en") for _ in range(2)]
        return [await talk.service.receive(Inbound("web", id, "m1", LONG)) for id in ids]

    first, second = asyncio.run(one_after_the_other())
    assert (first.text, second.text) == (FIRST, FIRST)


def test_after_that_while_it_is_asked_anew(talks: Talks) -> None:
    talk = talks(FIRST, OTHER, shared=0.01)

    async def one_after_the_other() -> list[str]:
        said = []
        for _ in range(2):
            inbound = Inbound("web", a_conversation(talk.store, "en"), "m1", LONG)
            said.append((await talk.service.receive(inbound)).text)
            await asyncio.sleep(0.1)
        return said

    assert asyncio.run(one_after_the_other()) == [FIRST, OTHER]


def test_who_has_said_something_before_is_answered_alone(talks: Talks) -> None:
    talk = talks(FIRST, OTHER, shared=_WHILE)

    async def twice() -> list[str]:
        return [(await talk.service.receive(talk.inbound(LONG))).text for _ in range(2)]

    assert asyncio.run(twice()) == [FIRST, OTHER]
    assert FIRST.removesuffix(" [1].") in talk.told


def test_a_person_who_takes_one_conversation_silences_no_other(talks: Talks) -> None:
    talk, heard = talks(shared=_WHILE), asyncio.Event()
    talk.model.replies = [[FIRST + " I", heard.wait, talk.take, "t can take longer [2]."]]
    other = a_conversation(talk.store, "en")

    async def listened() -> list[str | Reply]:
        parts = []
        async for part in talk.service.stream(talk.inbound(LONG)):
            parts.append(part)
            heard.set()
        return parts

    async def both() -> tuple[list[str | Reply], tuple[list[str], Reply]]:
        async with asyncio.timeout(_STUCK):
            return await asyncio.gather(listened(), talk.streamed(Inbound("web", other, "m1", LONG)))

    (piece, taken), (_, whole) = asyncio.run(both())
    assert piece == FIRST
    assert isinstance(taken, Reply)
    assert (taken.text, taken.outcome) == (FIRST, Outcome.ANSWERED)
    assert [citation.n for citation in taken.citations] == [1]
    assert whole.text == FIRST + SECOND


@pytest.mark.parametrize("ends", [ModelError(Failure.CUT, "cut"), ValueError("broken")])
def test_what_fails_is_answered_by_the_knowledge_and_asked_anew_next_time(
    talks: Talks, ends: Exception
) -> None:
    def fail() -> None:
        raise ends

    talk = talks.among(Scripted([FIRST, fail], FIRST), shared=_WHILE)

    async def one_after_the_other() -> list[Reply]:
        said = []
        for _ in range(2):
            inbound = Inbound("web", a_conversation(talk.store, "en"), "m1", LONG)
            said.append(await talk.service.receive(inbound))
            await asyncio.sleep(0)
        return said

    first, second = asyncio.run(one_after_the_other())
    assert first.outcome is Outcome.ANSWERED
    assert "15 working days" in first.text
    assert second.text == FIRST
