"""Pointing at an item of a list that was shown."""

import pytest

from bot.listed import Item, item

STEPS = (
    "There are 4 steps: [1]\n\n1. Sign the contract\n2. Sign the proposal\n3. Pre-review\n4. Stage 1 audit"
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("the third one?", "Pre-review"),
        ("what's the second step", "Sign the proposal"),
        ("and the last?", "Stage 1 audit"),
        ("the 2nd?", "Sign the proposal"),
        ("the 3rd one please", "Pre-review"),
        ("number 4, what is that", "Stage 1 audit"),
        ("can I skip #3?", "Pre-review"),
        ("and number two?", "Sign the proposal"),
        ("第三个是什么意思", "Pre-review"),
        ("第2步呢", "Sign the proposal"),
        ("倒数第二项呢", "Pre-review"),
        ("最后一个具体指啥", "Stage 1 audit"),
    ],
)
def test_an_item_is_meant_by_its_place(text: str, meant: str) -> None:
    found = item(text, ["You are welcome!", STEPS])
    assert found is not None
    assert found.text == meant


@pytest.mark.parametrize(
    "text",
    [
        "the ninth one",
        "number 5",
        "第八章讲什么",
        "第二部分能认证吗",
        "第三个月付款行吗",
        "what is stage 2",
        "what does part 3 hold",
        "clause 4?",
        "one last thing, how much is it?",
        "last one: an outsourcer with 9 people",
        "最后一个问题，多少钱",
        "第一个问题是多少钱",
        "at first I was not sure",
        "we are a team of 4",
        "",
    ],
)
def test_what_points_to_no_item_means_none(text: str) -> None:
    assert item(text, [STEPS]) is None


def test_the_list_that_was_shown_last_counts() -> None:
    found = item("the second one?", ["no list", "1. Licence\n2. Code certificate", STEPS])
    assert found == Item("Code certificate", "?")
    assert item("the second one?", ["1. alone", "no list"]) is None


CLAUSES = "Clause 4 covers the context of the organization, clause 5 leadership and clause 6 planning. [1]"
CLAUSES_ZH = "要求写在第4条款到第6条款：第4条款组织环境，第5条款领导作用，第6条款策划。 [1]"


@pytest.mark.parametrize(
    ("text", "reply", "meant"),
    [
        ("and five?", CLAUSES, "5 leadership"),
        ("what about 4", CLAUSES, "4 covers the context of the organization"),
        ("那5呢", CLAUSES_ZH, "5 领导作用"),
        ("第四章呢", CLAUSES_ZH, "4 组织环境"),
        ("and three?", STEPS, "Pre-review"),
    ],
)
def test_a_number_alone_means_what_bears_it(text: str, reply: str, meant: str) -> None:
    found = item(text, [reply])
    assert found is not None
    assert found.text == meant


@pytest.mark.parametrize("text", ["and 9?", "and 20 people?", "9001呢", "那五个人呢", "and five more weeks"])
def test_a_number_that_nothing_bears_means_none(text: str) -> None:
    assert item(text, [CLAUSES, STEPS]) is None
