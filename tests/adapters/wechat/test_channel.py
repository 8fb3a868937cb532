import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.wechat import clock, incoming
from adapters.wechat.failures import ApiError, Then
from adapters.wechat.texts import texts
from bot.errors import Unavailable
from bot.messages import ATTACHED, AuthorKind, Inbound
from bot.records import DeliveryState
from bot.texts import texts as phrases
from followers import ANN, Line, Lines

VALID = "证书有效期多久？"
BOB = "oBob_0000000000000000000000"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)


async def taken_up(line: Line) -> None:
    """A process starts and takes up what was left."""
    watching = asyncio.create_task(line.channel.watch())
    while not (begun := list(line.answers._tasks)):  # noqa: ASYNC110  # a thread finds it
        await asyncio.sleep(0.01)  # it is a thread that finds it
    await asyncio.wait(begun)
    watching.cancel()


class TestInTime:
    def test_the_response_is_the_answer_with_its_source(self, line: Line) -> None:
        said = line.says(VALID)
        assert "3年" in said
        assert texts("zh").sources in said
        assert [(push.state, push.attempts) for push in line.ledger] == [(DeliveryState.SENT, 1)]
        assert line.push() == []

    def test_a_question_in_english_is_answered_in_english(self, line: Line) -> None:
        assert "valid for 3 years" in line.says("How long is the certificate valid?")

    def test_a_message_that_is_delivered_again_gets_the_same_words_and_is_answered_once(
        self, line: Line
    ) -> None:
        first = line.says(VALID, "msg:7")
        assert line.says(VALID, "msg:7") == first
        assert line.dialogue.begun == 1
        assert [m.author.kind for m in line.messages] == [AuthorKind.BOT, AuthorKind.CUSTOMER, AuthorKind.BOT]

    def test_overlapping_deliveries_of_a_message_get_the_same_words(self, line: Line) -> None:
        async def play() -> list[str]:
            event = line.text(VALID)
            return await asyncio.gather(*(line.delivered(event) for _ in range(3)))

        said = asyncio.run(play())
        assert len(set(said)) == 1
        assert "3年" in said[0]
        assert line.dialogue.begun == 1

    def test_customers_have_conversations_of_their_own(self, line: Line) -> None:
        line.all("我要申请", "星辰公司")
        assert "星辰" not in line.says("继续", customer=BOB)
        assert line.conversation() != line.conversation(BOB)

    def test_what_cannot_be_read_is_answered_with_what_to_do(self, line: Line) -> None:
        for kind in ("voice", "video", "shortvideo", "location", "link", "file", "unknown"):
            said = asyncio.run(line.delivered(incoming.Other(*line.head(), kind)))
            assert said.startswith(texts("zh").not_read[kind].partition("{")[0])
        assert line.messages[-2].text == f"{ATTACHED} {texts('zh').said['unknown']}"

    @pytest.mark.parametrize("text", ["", " ", "\x00"])
    def test_nothing_is_said_to_nothing(self, line: Line, text: str) -> None:
        assert line.says(text) == ""

    def test_a_message_without_end_is_refused_with_what_to_do(self, line: Line) -> None:
        assert line.says("长" * 4001) == texts("zh").too_long.format(characters=4000)

    def test_a_press_of_the_menu_is_a_question(self, line: Line) -> None:
        said = asyncio.run(line.delivered(incoming.Clicked(*line.head("event:1"), "time:zh")))
        assert "15个工作日" in said
        assert asyncio.run(line.delivered(incoming.Clicked(*line.head("event:2"), "strange"))) == ""


class TestTooMany:
    def test_who_sends_very_much_is_asked_to_wait_and_others_are_not(self, lines: Lines) -> None:
        line = lines(rate="2/day")
        line.all(VALID, "how long does it take?")
        told = line.says("hello?")
        seconds = re.search(r"\d+", told)
        assert seconds
        assert told == texts("en").too_fast.format(seconds=seconds.group())
        assert line.says("在吗") == texts("zh").too_fast.format(seconds=seconds.group())
        assert len(line.messages) == 5  # the greeting, and two questions with their answers
        assert "3年" in line.says(VALID, customer=BOB)

    def test_what_was_answered_is_not_counted_when_it_is_delivered_again(self, lines: Lines) -> None:
        line = lines(rate="1/day")
        first = line.says(VALID, "msg:7")
        assert [line.says(VALID, "msg:7") for _ in range(3)] == [first] * 3

    def test_a_waiting_answer_can_always_be_asked_for(self, lines: Lines) -> None:
        line = lines(verified=False, rate="1/day")

        async def late() -> None:
            line.dialogue.let.clear()
            await line.delivered(line.text(VALID), patience=0.05)
            line.dialogue.let.set()
            await asyncio.wait(line.answers._tasks)

        asyncio.run(late())
        assert "3年" in line.says("继续")


class TestLate:
    def test_who_waits_too_long_is_told_and_sent_the_answer_with_its_question(self, line: Line) -> None:
        async def play() -> str:
            line.dialogue.let.clear()
            said = await line.delivered(line.text(VALID), patience=0.05)
            line.dialogue.let.set()
            await line.channel.finish()
            return said

        assert asyncio.run(play()) == texts("zh").wait_pushed.format(question=VALID)
        assert [push.state for push in line.ledger] == [DeliveryState.PENDING]
        (sent,) = line.push()
        assert sent.startswith(texts("zh").question.format(question=VALID))
        assert "3年" in sent
        assert [push.state for push in line.ledger] == [DeliveryState.SENT]
        assert len(line.push()) == 1

    def test_an_account_that_may_not_send_keeps_it_until_it_is_asked_for(self, lines: Lines) -> None:
        line = lines(verified=False)

        async def play() -> str:
            line.dialogue.let.clear()
            said = await line.delivered(line.text(VALID), patience=0.05)
            line.dialogue.let.set()
            await asyncio.wait(line.answers._tasks)
            return said

        assert asyncio.run(play()) == texts("zh").wait_kept.format(question=VALID)
        assert line.push() == []
        polled = line.says("继续", "msg:poll")
        assert polled.startswith(texts("zh").question.format(question=VALID))
        assert line.says("继续", "msg:poll") == polled
        assert [push.state for push in line.ledger] == [DeliveryState.SENT]

    def test_what_is_kept_is_shown_before_the_next_answer(self, lines: Lines) -> None:
        line = lines(verified=False)

        async def play() -> str:
            line.dialogue.let.clear()
            await line.delivered(line.text(VALID), patience=0.05)
            line.dialogue.let.set()
            await asyncio.wait(line.answers._tasks)
            return await line.delivered(line.text("最快多久？"))

        said = asyncio.run(play())
        assert said.index("3年") < said.index("15个工作日")
        assert [push.state for push in line.ledger] == [DeliveryState.SENT, DeliveryState.SENT]

    def test_a_nudge_joins_what_is_running_and_is_no_question_of_its_own(self, line: Line) -> None:
        async def play() -> tuple[str, str]:
            line.dialogue.let.clear()
            first = await line.delivered(line.text(VALID), patience=0.05)
            nudge = asyncio.create_task(line.delivered(line.text("继续")))
            await asyncio.sleep(0.1)
            line.dialogue.let.set()
            return first, await nudge

        first, nudge = asyncio.run(play())
        assert first == texts("zh").wait_pushed.format(question=VALID)
        assert nudge.startswith(texts("zh").question.format(question=VALID))
        assert "3年" in nudge
        assert line.push() == []
        assert [m.text for m in line.messages if m.author.kind is AuthorKind.CUSTOMER] == [VALID]

    def test_a_nudge_before_the_answer_is_there_is_told_so(self, line: Line) -> None:
        async def play() -> list[str]:
            line.dialogue.let.clear()
            said = [
                await line.delivered(line.text(text), patience=0.05) for text in (VALID, "继续", " 继续！")
            ]
            line.dialogue.let.set()
            await line.channel.finish()
            return said

        assert set(asyncio.run(play())) == {texts("zh").wait_pushed.format(question=VALID)}
        assert len(line.push()) == 1

    def test_a_question_while_another_is_running_is_answered_after_it(self, line: Line) -> None:
        async def play() -> list[str]:
            line.dialogue.let.clear()
            said = [await line.delivered(line.text(text), patience=0.05) for text in (VALID, "最快多久？")]
            line.dialogue.let.set()
            await line.channel.finish()
            return said

        assert asyncio.run(play()) == [
            texts("zh").wait_pushed.format(question=question) for question in (VALID, "最快多久？")
        ]
        first, second = line.push()
        assert VALID in first
        assert "15个工作日" in second

    def test_a_repeated_delivery_gets_the_answer_that_has_come_meanwhile(self, line: Line) -> None:
        async def play() -> str:
            line.dialogue.let.clear()
            event = line.text(VALID)
            await line.delivered(event, patience=0.05)
            line.dialogue.let.set()
            await asyncio.wait(line.answers._tasks)
            return await line.delivered(event)

        assert "3年" in asyncio.run(play())
        assert line.push() == []

    def test_typing_is_shown_where_the_account_may(
        self, lines: Lines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.wechat.answers._TYPING_AFTER", 0.01)
        line = lines()

        async def play() -> None:
            line.dialogue.let.clear()
            await line.delivered(line.text(VALID), patience=0.2)
            line.dialogue.let.set()
            await line.channel.finish()

        asyncio.run(play())
        assert line.phone.typed == [ANN]

    def test_without_anything_to_come_the_last_answer_is_said_again(self, line: Line) -> None:
        said = line.says(VALID)
        again = line.says("继续")
        assert again.startswith(texts("zh").repeated)
        assert said in again

    def test_and_in_the_language_it_was_said_in(self, line: Line) -> None:
        line.says("How long is the certificate valid?")
        assert line.says("continue").startswith(texts("en").repeated)

    def test_in_a_paused_application_it_goes_on_with_that(self, line: Line) -> None:
        line.all("我要申请", "星辰科技有限公司", "暂停")
        assert phrases("zh").intake.resumed in line.says("继续")


class TestKilled:
    """What a process leaves that dies: everything is in the store, nothing in memory."""

    def test_what_was_taken_in_is_answered_by_the_next_process(self, lines: Lines) -> None:
        line = lines()
        line.channel._acceptance.take(ANN, "msg:1", VALID, {}, acted=False)

        asyncio.run(taken_up(lines()))
        (sent,) = line.push()
        assert "3年" in sent

    def test_a_delivery_after_the_restart_joins_what_is_taken_up(self, lines: Lines) -> None:
        line = lines()
        line.channel._acceptance.take(ANN, "msg:1", VALID, {}, acted=False)
        assert "3年" in line.says(VALID, "msg:1")
        assert line.push() == []

    def test_what_another_process_has_answered_is_not_taken_up_for_ever(self, lines: Lines) -> None:
        line = lines()
        line.says(VALID, "msg:1")
        inbound = Inbound("wechat", line.conversation(), "msg:1", VALID)
        with line.store.write() as tx:
            tx.inbox.add(inbound, {})

        async def play() -> None:
            line.answers.begin(inbound, {})
            await line.answers.finish()

        asyncio.run(play())
        with line.store.read() as tx:
            assert tx.inbox.of(line.conversation()) == []
        assert line.dialogue.begun == 1

    def test_an_answer_that_was_stored_but_not_shown_is_shown_to_the_repeated_delivery(
        self, lines: Lines
    ) -> None:
        shown = lines().says(VALID, "msg:1")
        assert lines().says(VALID, "msg:1") == shown

    def test_a_message_that_was_being_sent_is_not_sent_twice_and_can_be_asked_for(self, line: Line) -> None:
        line.says(VALID)
        line.take()
        line.staff_says("您好")
        with line.store.write() as tx:
            tx.pushes.begin(tx.pushes.in_state(line.conversation(), DeliveryState.PENDING))
        assert line.push() == []  # it may still be on its way
        long_ago = datetime(2026, 1, 1, tzinfo=UTC)
        with line.store.write() as tx:
            tx.pushes._change(tx.pushes.of(line.conversation()), tried_at=long_ago)
        assert line.push() == []
        assert line.ledger[-1].state is DeliveryState.UNSURE
        assert "李华：您好" in line.says("继续")


class TestPeople:
    def test_the_bot_is_silent_while_a_person_has_the_conversation(self, line: Line) -> None:
        line.says(VALID)
        line.take()
        assert line.says("那最快多久？") == ""
        assert line.messages[-1].text == "那最快多久？"

    def test_what_staff_write_is_sent_with_their_name(self, line: Line) -> None:
        line.says(VALID)
        line.take()
        line.staff_says("我来帮您看看。")
        assert line.push() == ["李华：我来帮您看看。"]

    def test_a_nudge_while_a_person_has_the_conversation_is_for_them(self, line: Line) -> None:
        line.says(VALID)
        line.take()
        assert line.says("继续") == ""
        assert line.messages[-1].text == "继续"

    def test_a_takeover_while_the_bot_is_answering_silences_it(self, line: Line) -> None:
        line.says("你好")

        async def play() -> None:
            line.dialogue.let.clear()
            await line.delivered(line.text(VALID), patience=0.05)
            await asyncio.to_thread(line.take)
            line.dialogue.let.set()
            await line.channel.finish()

        asyncio.run(play())
        assert line.push() == []
        assert line.messages[-1].text == VALID

    def test_without_a_right_to_send_their_words_wait_for_the_customer(self, lines: Lines) -> None:
        line = lines(verified=False)
        line.says(VALID)
        line.take()
        line.staff_says("我来帮您看看。")
        assert line.push() == []
        assert line.ledger[-1].state is DeliveryState.KEPT
        assert line.says("继续") == "李华：我来帮您看看。"


class TestFollowing:
    def test_a_new_follower_is_welcomed_and_where_they_came_from_is_kept(self, line: Line) -> None:
        said = asyncio.run(line.delivered(incoming.Subscribed(*line.head("event:1"), "fair-2026")))
        assert said == texts("zh").welcome
        with line.store.read() as tx:
            found = tx.customers.find("wechat", ANN)
        assert found is not None
        assert (found.source, found.acted_at is not None) == ("fair-2026", True)

    def test_a_scan_by_a_follower_changes_where_they_came_from(self, line: Line) -> None:
        asyncio.run(line.delivered(incoming.Subscribed(*line.head("event:1"), "")))
        assert (
            asyncio.run(line.delivered(incoming.Scanned(*line.head("event:2"), "poster")))
            == phrases("zh").hello
        )
        with line.store.read() as tx:
            found = tx.customers.find("wechat", ANN)
        assert found is not None
        assert found.source == "poster"

    def test_who_stops_following_is_erased(self, line: Line) -> None:
        line.says(VALID)
        conversation = line.conversation()
        for _ in range(2):  # it may be delivered again
            assert asyncio.run(line.delivered(incoming.Unsubscribed(*line.head("event:3")))) == ""
        with line.store.read() as tx:
            assert tx.customers.find("wechat", ANN) is None
            assert tx.conversations.get(conversation) is None
        assert "3年" in line.says(VALID)  # whoever comes back begins anew

    def test_other_events_are_taken_without_a_word(self, line: Line) -> None:
        assert asyncio.run(line.delivered(incoming.Ignored(*line.head("event:4"), "VIEW"))) == ""


class TestPictures:
    def picture(self, line: Line, media_id: str = "media", url: str = "") -> str:
        return asyncio.run(line.delivered(incoming.Picture(*line.head(), media_id, url)))

    def test_a_photo_is_kept_with_the_conversation(self, line: Line) -> None:
        line.phone.pictures["media"] = PNG
        said = self.picture(line)
        assert phrases("zh").case.kept in said
        with line.store.read() as tx:
            (document,) = tx.people.export([line.conversation()], [])["documents"]
        assert document["media_type"] == "image/png"

    def test_where_the_account_may_not_fetch_it_is_taken_from_its_address(self, line: Line) -> None:
        line.phone.pictures = {"media": ApiError("no right", Then.KEEP, 48001), "http://mmbiz.qpic.cn/x": PNG}
        assert phrases("zh").case.kept in self.picture(line, url="http://mmbiz.qpic.cn/x")

    @pytest.mark.parametrize("content", [ApiError("gone", Then.REFUSED, 40007), b"", b"MZ" + b"x" * 100])
    def test_one_that_does_not_come_is_asked_for_again(self, line: Line, content: Any) -> None:
        line.phone.pictures["media"] = content
        assert self.picture(line).startswith(texts("zh").picture_failed.partition("{")[0])

    def test_one_that_may_still_come_is_tried_again(self, lines: Lines) -> None:
        line = lines()
        line.phone.pictures["media"] = ApiError("busy", Then.AGAIN, -1)
        assert self.picture(line) == texts("zh").received
        line.phone.pictures["media"] = PNG

        asyncio.run(taken_up(line))
        (sent,) = line.push()
        assert phrases("zh").case.kept in sent


class TestAway:
    def test_a_message_that_cannot_be_saved_is_answered_with_what_to_do(
        self, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: Any, **__: Any) -> None:
            raise Unavailable("away")

        monkeypatch.setattr(line.channel._acceptance, "take", away)
        assert (
            asyncio.run(line.delivered(line.text(VALID), ago=clock.PATIENCE - 2)) == texts("zh").unavailable
        )

    def test_one_that_is_not_known_to_be_saved_is_to_be_delivered_again(self, line: Line) -> None:
        with pytest.raises(Unavailable):
            asyncio.run(line.delivered(line.text(VALID), ago=clock.PATIENCE))


def test_nothing_is_shown_of_one_customer_to_another(line: Line) -> None:
    async def play() -> dict[str, str]:
        people = [replace(line.text(f"我要申请，公司名称：{n}号公司"), customer=f"o{n}") for n in range(8)]
        said = await asyncio.gather(*(line.delivered(each) for each in people))
        return {each.customer: words for each, words in zip(people, said, strict=True)}

    for customer, words in asyncio.run(play()).items():
        assert set(re.findall(r"(\d)号公司", words)) == {customer[1:]}
