"""What a message is for, where its words leave it open and the meaning is known."""

from collections.abc import Mapping

import pytest

from bot.intake import Command
from bot.intent import Intent
from bot.wanting import Wanting
from knowledge.points import BEGIN, Point


class Meanings:
    """A search that knows the meaning of one message, and how like a wish to apply, or what is said later, it is."""

    def __init__(
        self, talk: str | None, begins: float | None, sent: Mapping[str, float] | None = None
    ) -> None:
        self._talk, self._begins, self._sent = talk, begins, sent or {}

    def talk(self, text: str, *, has_case: bool = False, least: float = 0.0) -> str | None:
        return self._talk

    def at(self, point: Point, text: str) -> Mapping[str, float]:
        if point is Point.SENT:
            return self._sent
        return {} if self._begins is None else {BEGIN: self._begins}


def of_sent(text: str, **sent: float) -> Intent | Command | None:
    return Wanting(Meanings(None, None, sent)).of_sent(text)  # type: ignore[arg-type] # a search in part


def wanted(
    text: str, talk: str | None = None, begins: float | None = None, *, has_case: bool = False
) -> Intent:
    return Wanting(Meanings(talk, begins)).wanted(text, has_case=has_case)  # type: ignore[arg-type] # a search in part


def test_a_wish_to_apply_outweighs_what_is_undecided() -> None:
    assert wanted("put us down for it", begins=0.9) is Intent.APPLY
    assert wanted("put us down for it", "okay", begins=0.9) is Intent.APPLY
    assert wanted("put us down for it", "policy", begins=0.9) is Intent.POLICY
    assert wanted("put us down for it", begins=0.9, has_case=True) is Intent.QUESTION


def test_what_is_like_talk_of_applying_and_wishes_nothing_begins_nothing() -> None:
    assert wanted("put us down for it", "apply", begins=0.2) is Intent.QUESTION
    assert wanted("put us down for it later perhaps", "apply", begins=0.2) is Intent.OKAY
    assert wanted("put us down for it", "apply", begins=0.7) is Intent.APPLY


def test_what_is_plainly_a_wish_outweighs_single_words() -> None:
    assert wanted("缺的以后再补，先登记上", begins=0.9) is Intent.APPLY
    assert wanted("缺的以后再补，先登记上", begins=0.7) is not Intent.APPLY
    assert wanted("没收到啊，那再来一次吧", "status", begins=0.9) is Intent.APPLY
    assert wanted("没收到啊，那再来一次吧", "status", begins=0.7) is Intent.STATUS


@pytest.mark.parametrize("begins", [None, 0.4])
def test_words_that_say_so_begin_unless_their_meaning_is_another(begins: float | None) -> None:
    assert wanted("I want to apply", begins=begins) is Intent.APPLY
    assert wanted("I want to apply", begins=0.1) is not Intent.APPLY


def test_content_that_teaches_no_meaning_begins_nothing_by_it() -> None:
    assert wanted("put us down for it") is Intent.QUESTION


def test_when_somebody_calls_is_asked_of_a_case_and_is_no_wish_for_a_person() -> None:
    text = "What day can we expect a call"
    assert wanted(text, "person") is Intent.QUESTION
    assert wanted(text, "person", has_case=True) is Intent.STATUS


def test_whether_somebody_calls_is_asked_in_any_order_of_words() -> None:
    for text in ("someone will call me today?", "你们几时会联络我呀", "今天有人跟我对接吗"):
        assert wanted(text, "person", has_case=True) is Intent.STATUS


def test_a_question_behind_an_excuse_is_one() -> None:
    assert wanted("Excuse me, is any of this binding?", "sorry") is not Intent.SORRY
    assert wanted("sorry for all the trouble", "sorry") is Intent.SORRY


def test_what_is_said_of_an_application_that_was_sent_needs_the_more_likeness_the_more_it_does() -> None:
    assert of_sent("then take that", status=0.45) is Intent.STATUS
    assert of_sent("then take that", withdraw=0.45) is None
    assert of_sent("then take that", withdraw=0.55) is Intent.WITHDRAW
    assert of_sent("then take that", change=0.55) is Command.CORRECTS


def test_who_haggles_changes_nothing_and_agrees_to_nothing() -> None:
    assert of_sent("make it 100k and we have a deal", change=0.8) is None
    assert of_sent("超预算了呀，给打个折呗", okay=0.8) is None


def test_whether_it_has_been_withdrawn_is_asked() -> None:
    assert of_sent("我那个申请撤掉了没", withdraw=0.8) is Intent.STATUS
    assert of_sent("我那个申请撤掉吧", withdraw=0.8) is Intent.WITHDRAW
