"""The tagger finds values by the words around them, also in messages that no rule was written for."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pycrfsuite
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import slots
from bot.intake.slots import OLD, ROLES, training
from bot.intake.slots.features import features, tokens

HELD = {"company": "Acme Ltd", "people": "20", "sites": "4", "name": "Gill Sorley"}


def told(text: str, asked: str | None = None, **held: str) -> dict[str, str]:
    return {
        slot.role: text[slot.start : slot.end] for slot in slots.find(text, asked, held) if slot.sure >= 0.5
    }


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        ("company", "I said it above, it's Brackenfell IT", "Brackenfell IT"),
        ("company", "The name would be Oakhanger College.", "Oakhanger College"),
        ("company", "就写苏州云启", "苏州云启"),
        ("name", "you'd be talking to Yvonne Prior", "Yvonne Prior"),
        ("name", "负责人马学军", "马学军"),
        (
            "business",
            "our main business is managed print and desktop support",
            "managed print and desktop support",
        ),
        ("scope", "it should cover desktop support", "desktop support"),
    ],
)
def test_an_answer_stands_among_other_words(asked: str, text: str, value: str) -> None:
    assert told(text, asked)[asked] == value


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("not 4 offices, 3", {"sites": "3"}),
        ("Gill has left, put Tom Baker down", {"name": "Tom Baker"}),
        ("人数update一下，改成65", {"people": "65"}),
        ("联系人也换一下，改成冉小梅", {"name": "冉小梅"}),
    ],
)
def test_a_correction_is_told_from_what_it_replaces(text: str, new: dict[str, str]) -> None:
    found = told(text, **HELD)
    found.pop(OLD, None)
    assert found == new


@pytest.mark.parametrize(
    "text",
    [
        "haha, and my coffee machine just broke too, what a day",
        "yes, 20 is right",
        "thanks, have a nice weekend",
        "行，那我去开会了",
        "你们公司在哪里啊",
    ],
)
def test_what_gives_no_value_has_none(text: str) -> None:
    assert set(told(text, **HELD)) <= {OLD}


def test_one_long_message_gives_several() -> None:
    found = told("你好我这边是佛山岭南智造软件有限公司我们想办那个二万的体系认证联系人欧阳静电话13800138000")
    assert found == {"company": "佛山岭南智造软件有限公司", "name": "欧阳静", "contact": "13800138000"}


@given(st.text(max_size=300), st.sampled_from([None, *ROLES]))
def test_any_text_is_read_and_slots_lie_in_it_in_order(text: str, asked: str | None) -> None:
    found = slots.find(text, asked, HELD)
    assert all(0 <= slot.start < slot.end <= len(text) and 0 <= slot.sure <= 1 for slot in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_nothing_is_found_in_nothing_and_a_flood_is_read_in_part() -> None:
    assert slots.find("") == []
    assert slots.find("!" * 100_000) == []


def test_threads_do_not_mix_messages_up() -> None:
    texts = [f"ask for {name} at reception" for name in ("Bob Miller", "Ann Lee", "Yvonne Prior")] * 40
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: slots.find(text, "name"), texts))
    assert together == [slots.find(text, "name") for text in texts]


def test_the_model_was_trained_on_what_lies_beside_it() -> None:
    assert training.TRAINED_ON.read_text(encoding="utf-8").strip() == training.fingerprint(), (
        "train it anew: python -m bot.intake.slots.training"
    )


def test_every_template_names_known_slots_and_no_list_repeats_one() -> None:
    assert len(examples(range(3, 4))) > 1000
    for kind in ("answers", "corrections"):
        for language in training.LANGUAGES:
            for list_, templates in training.read(f"templates/{kind}.{language}").items():
                assert len(templates) == len(set(templates)), list_


def test_training_learns_what_it_is_shown() -> None:
    few = [example for example in examples(range(1)) if example.asked == "name"][:200]
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(model := training.train(few))  # which must outlive the tagger
    right = [
        tagger.tag(features(each.text, tokens(each.text), each.asked, each.held)) == training.labels(each)
        for each in few
    ]
    assert model
    assert sum(right) > 0.9 * len(right)


def examples(keep: range) -> list[training.Example]:
    return list(training.examples(random.Random(1), keep))  # noqa: S311 - examples, no secrets
