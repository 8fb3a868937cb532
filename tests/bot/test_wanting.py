"""What a message is for, where its words leave it open and the meaning is known."""

from collections.abc import Mapping

import pytest

from bot.intent import Intent
from bot.wanting import Wanting


class Meanings:
    """A search that knows the meaning of a few sentences, as sure as it is told."""

    def __init__(self, meanings: Mapping[str, tuple[str, float]]) -> None:
        self._meanings = meanings

    def talk(self, text: str, *, has_case: bool = False, least: float = 0.0) -> str | None:
        meant, sure = self._meanings.get(text.strip(" .,，。"), (None, 0.0))
        return meant if sure >= least else None


def wanted(text: str, *, has_case: bool = False, **meanings: tuple[str, float]) -> Intent:
    by_sentence = {name.replace("_", " "): meaning for name, meaning in meanings.items()}
    return Wanting(Meanings(by_sentence)).wanted(text, has_case=has_case)  # type: ignore[arg-type] # only its talk is used


def test_a_plain_wish_to_apply_in_one_sentence_of_several_begins() -> None:
    text = "What a week. You can put us down for certification. We are twelve."
    assert wanted(text, You_can_put_us_down_for_certification=("apply", 0.9)) is Intent.APPLY


@pytest.mark.parametrize(
    "text",
    [
        "If you guarantee a pass. You can put us down for certification.",
        "You can put us down for certification. But the boss has to agree.",
        "我们要申请认证，领导还没点头",
        "想申请20000，预算还没批下来",
        "I'd like to apply for a job as an auditor",
        "现在申请试用首月免费，回复1立即开通",
    ],
)
def test_a_wish_that_is_put_off_or_another_begins_nothing(text: str) -> None:
    assert wanted(text, You_can_put_us_down_for_certification=("apply", 0.9)) is not Intent.APPLY


def test_when_somebody_calls_is_asked_of_a_case_and_is_no_wish_for_a_person() -> None:
    text = "What day can we expect a call"
    assert wanted(text, What_day_can_we_expect_a_call=("person", 0.9)) is Intent.QUESTION
    assert wanted(text, has_case=True, What_day_can_we_expect_a_call=("person", 0.9)) is Intent.STATUS
