import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clauses import Reading, patterns


def stands(sentence: str, words: str, *, statement: bool = False) -> bool:
    reading = Reading(sentence)
    start = reading.text.index(words)
    return reading.stands(start, start + len(words), statement=statement)


@pytest.mark.parametrize(
    "sentence",
    [
        "It is X.",
        "We have no papers. It is X.",
        "There is no doubt that it is X.",
        "It is not only X.",
        "It is not true that it is not X.",
        "Nobody else has X.",
        "I do not know it, but it is X.",
        "No later than X.",
        "If you sign, it is X.",
        "没问题，X。",
        "没人比我们更X。",
        "没有准备也X。",
        "不是没有X。",
        "不得不X。",
    ],
)
def test_what_nothing_takes_back_stands(sentence: str) -> None:
    assert stands(sentence, "x")


@pytest.mark.parametrize(
    "sentence",
    [
        "It is not X.",
        "It isn’t X.",
        "I cannot say it is X.",
        "There is neither A nor X.",
        "We offer no A, B or X.",
        "I have nothing about X.",
        "It depends on the audit whether it is X.",
        "X is not something we offer.",
        "X is impossible.",
        "If it is X, you will hear of it.",
        "Regarding X, please ask.",
        "没有X。",
        "没有A，没有B也没有X。",
        "不X。",
        "無法X。",
        "是否X要看情况。",
        "没有关于X的信息。",
        "X方面没有资料。",
        "如果X的话，请告诉我。",
    ],
)
def test_what_its_clause_denies_leaves_open_or_puts_under_a_condition_does_not(sentence: str) -> None:
    assert not stands(sentence, "x")


def test_only_a_word_about_saying_it_takes_a_statement_back() -> None:
    assert stands("Without papers you win.", "you win", statement=True)
    assert stands("It is no good and without papers you win.", "you win", statement=True)
    assert not stands("We do not say that you win.", "you win", statement=True)
    assert not stands("It is open whether you win.", "you win", statement=True)


def test_a_sentence_is_read_as_it_is_seen() -> None:
    reading = Reading("Ｙｏｕ  **w\u200bill**  [1] p a s s, \u202eEFIL ROF\u202c；通 過")
    assert reading.shown == "You will pass, FOR LIFE;通過"
    assert reading.text == "you will pass, for life;通过"


def test_rows_become_patterns_without_groups() -> None:
    rows = r"""
        a <b>|c
            (d)?
        \(<b>
        """
    assert list(patterns(rows, {"b": "x|<y>", "y": "z"})) == ["a (?:x|(?:z))|c(?:d)?", r"\((?:x|(?:z))"]


@given(st.text(st.one_of(st.sampled_from("不没 ,.。nota'也\u202e\u202c[1]"), st.characters()), max_size=80))
def test_what_is_shown_and_what_is_compared_have_the_same_places(text: str) -> None:
    reading = Reading(text)
    assert len(reading.shown) == len(reading.text)
    assert all(reading.stands(at, at + 1) in {True, False} for at in range(len(reading.text)))
