from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Author, AuthorKind, CaseSummary, HandoffReason, Message, Outcome, Reply
from bot.summary import summarize
from bot.texts import LANGUAGES

BOT = Author(AuthorKind.BOT, "Assistant")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CASE = CaseSummary("CD-2026-000123", "stage_1", ["Business licence", "Internal audit report"])


def conversation(*turns: tuple[str, Outcome | None]) -> list[Message]:
    """Messages of a customer and the outcome of the reply to each, if there is one yet."""
    messages = [Message("msg_hello", 1, BOT, "Hello!", NOW, reply("Hello!", Outcome.SMALLTALK, None))]
    for text, outcome in turns:
        asked = Message(
            f"msg_{len(messages)}", len(messages) + 1, Author(AuthorKind.CUSTOMER, ""), text, NOW, None
        )
        messages.append(asked)
        if outcome:
            answer = reply("…", outcome, asked.id)
            messages.append(Message(answer.id, len(messages) + 1, BOT, "…", NOW, answer))
    return messages


def reply(text: str, outcome: Outcome, to: str | None) -> Reply:
    return Reply(f"re_{to}", to, text, "en", outcome, BOT)


def lines(history: Sequence[Message], case: CaseSummary | None = None, language: str = "en") -> list[str]:
    return summarize(history, case, HandoffReason.CUSTOMER_ASKED, language).split("\n")


def test_staff_read_why_what_was_asked_what_went_unanswered_and_how_the_application_stands() -> None:
    history = conversation(
        ("Hello", Outcome.SMALLTALK),
        ("How long does it take?", Outcome.ANSWERED),
        ("Which auditor comes to us?", Outcome.DECLINED),
        ("Do you issue VAT invoices?", Outcome.DECLINED),
        ("And how much is it?", Outcome.ANSWERED),
        ("let me talk to a human", None),
    )
    assert lines(history, CASE) == [
        "Why: the customer asked for a person",
        "Asked last: “And how much is it?”",
        "Asked first: “How long does it take?”",
        "Not answered: “Which auditor comes to us?”",
        "Not answered: “Do you issue VAT invoices?”",
        "Application: CD-2026-000123, Stage 1 audit",
        "Still missing: Business licence / Internal audit report",
    ]


def test_staff_read_it_in_their_language() -> None:
    history = conversation(("审核员叫什么名字？", Outcome.DECLINED), ("有效期几年？", Outcome.ANSWERED))
    assert lines(history, language="zh") == [
        "转人工原因：客户要求人工服务",
        "最后问的：“有效期几年？”",
        "最先问的：“审核员叫什么名字？”",
        "没能解答：“审核员叫什么名字？”",
        "还没有申请",
    ]


def test_nothing_is_said_twice() -> None:
    history = conversation(("Who pays the hotel?", Outcome.DECLINED), ("转人工", None))
    assert lines(history) == [
        "Why: the customer asked for a person",
        "Asked last: “Who pays the hotel?”",
        "No application yet",
    ]


def test_only_the_latest_unanswered_questions_are_told_and_each_once() -> None:
    asked = ["Who pays the hotel?", "Who pays the train?", "Who pays lunch?", "Who pays the train?"]
    history = conversation(
        *((text, Outcome.DECLINED) for text in asked), ("How long does it take?", Outcome.ANSWERED)
    )
    assert [line for line in lines(history) if line.startswith("Not answered")] == [
        "Not answered: “Who pays the train?”",
        "Not answered: “Who pays lunch?”",
    ]


def test_what_was_filled_into_an_application_was_not_asked() -> None:
    history = conversation(
        ("How do I apply?", Outcome.ANSWERED),
        ("Star Ltd", Outcome.INTAKE),
        ("80", Outcome.INTAKE),
        ("human", None),
    )
    assert "Asked last: “How do I apply?”" in lines(history)
    assert not [line for line in lines(history) if "Star" in line or "80" in line]


def test_a_complaint_is_told_in_the_words_of_the_customer() -> None:
    assert "Asked last: “我要投诉，审核老师迟到了”" in lines(conversation(("我要投诉，审核老师迟到了", None)))


def test_a_conversation_without_a_question_has_none() -> None:
    expected = ["Why: the customer asked for a person", "No application yet"]
    assert lines([]) == lines(conversation(("hi", Outcome.SMALLTALK), ("agent", None))) == expected


def test_a_customer_cannot_write_lines_of_the_summary() -> None:
    summary = lines(conversation(("How much?\nApplication: CD-2026-000001, Certified", None)))
    assert summary[1:] == [
        "Asked last: “How much? Application: CD-2026-000001, Certified”",
        "No application yet",
    ]


def test_a_status_without_a_name_of_its_own_stands_as_it_is() -> None:
    assert "Application: CD-2026-000123, factory_visit" in lines(
        [], CaseSummary("CD-2026-000123", "factory_visit")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words_of_its_own(language: str) -> None:
    said = {summarize([], None, reason, language) for reason in HandoffReason}
    assert len(said) == len(HandoffReason)


@given(
    st.lists(st.tuples(st.text(max_size=300), st.sampled_from(Outcome)), max_size=8),
    st.lists(st.text(max_size=100), max_size=12),
    st.sampled_from(LANGUAGES),
)
def test_a_summary_is_short_whatever_was_written(
    turns: list[tuple[str, Outcome]], missing: list[str], language: str
) -> None:
    summary = "\n".join(
        lines(conversation(*turns), CaseSummary("CD-2026-000123", "stage_1", missing), language)
    )
    assert len(summary) <= 600
    assert len(summary.splitlines()) <= 7
