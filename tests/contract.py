"""What every channel must do; each has a test class that inherits this one and says how its customer writes and hears."""

from typing import Protocol

import pytest

from bot.messages import AuthorKind, Message
from bot.office import Office
from bot.texts import texts

VALID = {"zh": ("证书有效期多久？", "3年"), "en": ("How long is the certificate valid?", "3 years")}
APPLICATION = (
    "我要申请",
    "星辰科技有限公司",
    "软件开发",
    "服务台",
    "80人",
    "2个",
    "没有",
    "跳过",
    "王芳",
    "13800138000",
)
HOSTILE = "<script>alert(1)</script> \u202eevil ]]> & {{7*7}} 😀 ' OR 1=1 --"


class Line(Protocol):
    """One customer at the far end of a channel."""

    office: Office

    def says(self, text: str, id: str = "") -> str:
        """What they are shown in answer, empty for nothing; `id` makes it the same message again."""
        ...

    def heard(self) -> list[str]:
        """What they have been shown that answers nothing, oldest first."""
        ...

    def conversation(self) -> str: ...


class ChannelContract:
    """Inherited by the tests of each channel, which have a fixture `line`."""

    @pytest.mark.parametrize("language", VALID)
    def test_a_question_is_answered_in_its_language_with_its_source(self, line: Line, language: str) -> None:
        question, answer = VALID[language]
        assert answer in line.says(question)
        (reply,) = [message.reply for message in said(line) if message.reply][1:]
        assert (reply.language, reply.ai_generated, len(reply.citations)) == (language, True, 1)

    def test_the_same_message_is_answered_once(self, line: Line) -> None:
        assert line.says(VALID["zh"][0], "m1") == line.says(VALID["zh"][0], "m1")
        assert len(said(line)) == 3

    def test_messages_stand_in_the_order_in_which_they_were_sent(self, line: Line) -> None:
        for text in ("你好", "我要申请", "星辰科技"):
            assert line.says(text)
        assert [m.text for m in said(line) if m.author.kind is AuthorKind.CUSTOMER] == [
            "你好",
            "我要申请",
            "星辰科技",
        ]

    def test_hostile_text_is_text(self, line: Line) -> None:
        assert "49" not in line.says(HOSTILE)
        assert said(line)[-2].text == HOSTILE

    def test_a_wish_for_a_person_reaches_the_staff(self, line: Line) -> None:
        assert texts("zh").handoff.asked in line.says("转人工")
        with line.office.store.read() as tx:
            assert tx.handoffs.open_of(line.conversation()) is not None

    def test_while_a_person_has_it_the_bot_is_silent_and_their_words_arrive(self, line: Line) -> None:
        line.says("转人工")
        with line.office.store.write() as tx:
            line.office.handoffs.take(tx, line.conversation(), "李华")
        assert line.says(VALID["zh"][0]) == ""
        with line.office.store.write() as tx:
            line.office.handoffs.reply(tx, line.conversation(), "李华", "您好，我来帮您。")
        (arrived,) = line.heard()
        assert arrived.endswith("您好，我来帮您。")
        with line.office.store.write() as tx:
            line.office.handoffs.give_back(tx, line.conversation(), "李华")
        assert VALID["zh"][1] in line.says(VALID["zh"][0])

    def test_an_application_is_sent_in_once(self, line: Line) -> None:
        for text in APPLICATION:
            assert line.says(text)
        first = line.says("是", "yes")
        assert "CD-" in first
        assert line.says("是", "yes") == first
        with line.office.store.read() as tx:
            assert len(tx.cases.latest(5)) == 1


def said(line: Line) -> list[Message]:
    with line.office.store.read() as tx:
        return tx.conversations.messages(line.conversation())
