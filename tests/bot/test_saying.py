"""While a reply is being said: who hears it, and what becomes of it if they go or a person comes."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from bot.assistant import Spoken
from bot.messages import Outcome, Reply
from bot.saying import Saying
from bot.store import Stale
from bot.turn import Finish, Question
from fakes import Scripted
from knowledge.search import Search
from talking import Talk, Talks, calls

LONG = "How long does certification take?"
FIRST = "At the fastest it takes 15 working days [1]."
SECOND = " It can take longer [2]."
_STUCK = 30  # seconds after which a test that waits for what never comes fails instead of hanging

Result = TypeVar("Result")


def run(coroutine: Coroutine[None, None, Result]) -> Result:
    async def limited() -> Result:
        async with asyncio.timeout(_STUCK):
            return await coroutine

    return asyncio.run(limited())


@pytest.fixture
def talks(tmp_path: Path, shipped_search: Search) -> Iterator[Talks]:
    with closing(Talks(tmp_path, shipped_search)) as made:
        yield made


class TestSaying:
    def test_whoever_comes_hears_all_of_it_whenever_they_come(self) -> None:
        async def heard(saying: Saying) -> list[str]:
            return [piece async for piece in saying.heard()]

        async def talk() -> None:
            saying = Saying()
            early = asyncio.create_task(heard(saying))
            await asyncio.sleep(0)
            saying.add("one")
            await asyncio.sleep(0)
            between = asyncio.create_task(heard(saying))
            await asyncio.sleep(0)
            saying.add("two")
            saying.add("three")
            saying.end()
            assert [await early, await between, await heard(saying)] == [["one", "two", "three"]] * 3
            assert saying.text == "onetwothree"

        run(talk())

    def test_nothing_is_heard_of_what_is_not_said(self) -> None:
        async def talk() -> list[str]:
            saying = Saying()
            saying.end()
            return [piece async for piece in saying.heard()]

        assert run(talk()) == []

    def test_it_knows_whether_anybody_has_listened(self) -> None:
        async def talk() -> None:
            saying = Saying()
            saying.add("one")
            assert not saying.listened
            listener = saying.heard()
            await anext(listener)
            await listener.aclose()  # type: ignore[attr-defined]
            assert saying.listened

        run(talk())


class TestListeners:
    def test_the_pieces_are_the_sentences_and_joined_they_are_the_text(self, talks: Talks) -> None:
        pieces, reply = talks(FIRST + SECOND).hear(LONG)
        assert pieces == [FIRST, SECOND]
        assert reply.text == FIRST + SECOND

    def test_a_sentence_is_heard_before_the_next_one_is_written(self, talks: Talks) -> None:
        heard = asyncio.Event()
        talk = talks([FIRST + " I", heard.wait, "t can take longer [2]."])

        async def listen() -> str:
            stream = talk.service.stream(talk.inbound(LONG))
            first = await anext(stream)
            heard.set()
            return "".join([str(first), *[part async for part in stream if isinstance(part, str)]])

        assert run(listen()) == FIRST + SECOND

    def test_two_with_one_message_hear_the_same_and_the_model_is_asked_once(self, talks: Talks) -> None:
        half, go = asyncio.Event(), asyncio.Event()
        talk = talks([FIRST + " I", half.set, go.wait, "t can take longer [2]."])
        inbound = talk.inbound(LONG, "m1")

        async def both() -> list[tuple[list[str], Reply]]:
            first = asyncio.create_task(talk.streamed(inbound))
            await half.wait()
            late = asyncio.create_task(talk.streamed(inbound))
            await asyncio.sleep(0)
            go.set()
            return [await first, await late]

        one, other = run(both())
        assert one == other
        assert one[0] == [FIRST, SECOND]
        assert len(talk.model.prompts) == 1

    @pytest.mark.parametrize("streams", [True, False])
    def test_a_message_that_was_answered_gets_its_reply_again_without_another_call(
        self, talks: Talks, streams: bool
    ) -> None:
        talk = talks(FIRST + SECOND)
        _, first = talk.hear(LONG, "m1")
        again = talk.hear(LONG, "m1") if streams else (None, talk.say(LONG, "m1"))
        assert again[1] == first
        assert again[0] is None or "".join(again[0]) == first.text
        assert len(talk.model.prompts) == 1

    def test_a_listener_who_goes_away_leaves_a_whole_reply_behind(self, talks: Talks) -> None:
        talk = talks(FIRST + SECOND)
        inbound = talk.inbound(LONG, "m1")

        async def leave() -> Reply:
            stream = talk.service.stream(inbound)
            assert await anext(stream) == FIRST
            await stream.aclose()
            await talk.service.finish()
            return await talk.service.receive(inbound)

        reply = run(leave())
        assert reply.text == FIRST + SECOND
        assert talk.said == [LONG, reply.text]
        assert len(talk.model.prompts) == 1


class TestTakeover:
    """A person takes the conversation while the model is speaking."""

    def test_who_has_heard_a_sentence_finds_it_stored_and_nothing_after_it(self, talks: Talks) -> None:
        talk = talks()
        talk.model.replies = [[FIRST + " I", talk.take, "t can take longer [2]."]]
        pieces, reply = talk.hear(LONG)
        assert pieces == [FIRST]
        assert (reply.text, reply.outcome) == (FIRST, Outcome.ANSWERED)
        assert [citation.n for citation in reply.citations] == [1]
        assert talk.said == [LONG, FIRST]
        assert talk.known.conversation.owner == "Li"

    def test_where_nobody_listens_the_reply_is_without_words(self, talks: Talks) -> None:
        talk = talks()
        talk.model.replies = [[FIRST + " I", talk.take, "t can take longer [2]."]]
        reply = talk.say(LONG)
        assert (reply.text, reply.outcome) == ("", Outcome.WAITING)
        assert talk.said == [LONG]

    @pytest.mark.parametrize("streams", [True, False])
    def test_before_the_first_word_it_stays_silent(self, talks: Talks, streams: bool) -> None:
        talk = talks()
        talk.model.replies = [[talk.take, FIRST + SECOND]]
        reply = talk.hear(LONG)[1] if streams else talk.say(LONG)
        assert (reply.text, reply.outcome) == ("", Outcome.WAITING)
        assert talk.said == [LONG]

    def test_what_the_model_asked_for_is_not_done_any_more(self, talks: Talks) -> None:
        talk = talks()
        talk.model.replies = [[talk.take, calls("start_application")]]
        assert talk.hear("did the snowball start to roll")[1].text == ""
        assert talk.intake is None

    def test_the_model_is_not_heard_to_its_end(self, talks: Talks) -> None:
        talk = talks()
        heard_on: list[str] = []
        talk.model.replies = [
            [talk.take, FIRST + " I", "t goes on. ", lambda: heard_on.append("on"), "And on."]
        ]
        talk.hear(LONG)
        assert heard_on == []


class TestAnotherDevice:
    def test_what_was_said_is_thought_out_again_without_another_call(self, talks: Talks) -> None:
        """Its customer writes from another window, whose message is answered in between."""
        talk = talks()
        other = talks.among(Scripted())
        other.id = talk.id

        async def write() -> None:
            await other.service.receive(other.inbound("hello"))

        talk.model.replies = [[FIRST + " I", write, "t can take longer [2]."]]
        pieces, reply = talk.hear(LONG)
        assert pieces == [FIRST, SECOND]
        assert reply.text == FIRST + SECOND
        assert len(talk.model.prompts) == 1
        assert [talk.said[0], *talk.said[2:]] == ["hello", LONG, reply.text]

    def test_a_change_at_the_last_moment_is_no_reason_for_another_call(
        self, talks: Talks, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        talk = talks(FIRST)
        answered = talk.dialogue.answered
        tries: list[Spoken] = []

        def meanwhile(question: Question, spoken: Spoken) -> Finish:
            tries.append(spoken)
            if len(tries) == 1:
                with talk.store.write() as tx:
                    tx.conversations.change(talk.id)
            return answered(question, spoken)

        monkeypatch.setattr(talk.dialogue, "answered", meanwhile)
        assert talk.hear(LONG)[1].text == FIRST
        assert len(tries) == 2
        assert len(talk.model.prompts) == 1
        assert talk.said == [LONG, FIRST]

    def test_what_was_heard_stays_said_where_the_message_turns_out_to_be_an_answer(
        self, talks: Talks
    ) -> None:
        """On another device an application is begun meanwhile, so the same words now are its first answer."""
        talk = talks()
        other = talks.among(Scripted())
        other.id = talk.id

        async def begin() -> None:
            await other.service.receive(other.inbound("I want to start an application"))

        asked = "Length of the certification process at Star Ltd"
        talk.model.replies = [[FIRST + " I", begin, "t can take longer [2]."]]
        pieces, reply = talk.hear(asked)
        assert pieces[:2] == [FIRST, SECOND]
        assert "".join(pieces) == reply.text
        assert reply.text.startswith(FIRST + SECOND + "\n\n")
        assert reply.outcome is Outcome.INTAKE
        assert talk.intake is not None


def test_a_case_that_staff_move_while_the_model_speaks_is_told_of_as_it_is_now(talks: Talks) -> None:
    talk = talks()
    case = talk.apply()

    def move() -> None:
        with talk.store.write() as tx:
            talk.office.cases.move(tx, case.reference, "quotation", "Li")

    talk.model.replies = [[move, calls("application_status")]]
    reply = talk.say("how long does certification take on average")
    assert len(talk.model.prompts) == 1
    assert reply.case is not None
    assert reply.case.status == "quotation"


def test_a_stale_conversation_is_what_the_store_reports(talks: Talks) -> None:
    """The test above rests on it."""
    talk: Talk = talks()
    with pytest.raises(Stale), talk.store.write() as tx:
        tx.conversations.change(talk.id, revision=99)
