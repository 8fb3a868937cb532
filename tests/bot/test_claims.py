from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot import settings
from bot.claims import Action, Claim, claims
from bot.texts import LANGUAGES, Texts, texts
from forms import long
from knowledge.load import load
from knowledge.sentences import sentences

WORDED = yaml.safe_load(Path(__file__).with_name("claims.yaml").read_text(encoding="utf-8"))
CLAIMS = [
    (action, text) for each in WORDED.values() for action, all_ in each["claims"].items() for text in all_
]
OTHERS = [text for each in WORDED.values() for text in each["not_claims"]]


def actions(sentence: str) -> set[Action]:
    return {claim.action for claim in claims(sentence)}


@pytest.mark.parametrize(("action", "text"), CLAIMS)
def test_a_claim_is_found_with_its_action(action: str, text: str) -> None:
    found = actions(text)
    assert found if action == "any" else Action(action) in found


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_sounds_like_a_claim_is_none(text: str) -> None:
    assert claims(text) == []


def test_there_are_many_of_both_in_each_language() -> None:
    assert list(WORDED) == list(LANGUAGES)
    for each in WORDED.values():
        assert sum(map(len, each["claims"].values())) >= 60 <= len(each["not_claims"])
        assert {*each["claims"]} == {*Action} - {Action.OTHER} | {"any"}


def test_the_shipped_content_claims_nothing() -> None:
    entries = load(settings.CONTENT).entries
    assert [part for entry in entries for part in sentences(entry.body) if claims(part)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_assistant_says_before_anything_is_done_claims_nothing(language: str) -> None:
    own = texts(language)
    said = [phrase for name in Texts.model_fields if isinstance(phrase := getattr(own, name), str)]
    asked = [*own.intake.questions.values(), *own.intake.ask.values(), *own.intake.wrong.values()]
    asked += [
        own.intake.begin,
        own.intake.review,
        own.intake.what_to_change,
        own.intake.paused,
        own.intake.stuck,
    ]
    assert [part for phrase in said + asked for part in sentences(phrase) if claims(part)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_assistant_says_of_a_thing_that_was_done_is_a_claim(language: str) -> None:
    told = texts(language)
    assert Action.NOTED in actions(told.intake.noted)
    assert Action.UPDATED in actions(told.case.corrected)
    assert Action.SUBMITTED in actions(told.case.already)
    assert Action.HANDED_OVER in actions(told.handoff.promise_open)
    assert Action.HANDED_OVER in actions(told.case.quotation_requested)


def test_a_claim_is_quoted_as_it_is_worded() -> None:
    assert claims("Thank you! I’ve updated your phone number.") == [
        Claim(Action.UPDATED, "I've updated your")
    ]
    assert claims("I noted your request, and a colleague will call you.") == [
        Claim(Action.NOTED, "I noted your"),
        Claim(Action.HANDED_OVER, "a colleague will call you"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "已為您提交申請。",
        "Ｉ ｈａｖｅ submitted it.",
        "YOUR APPLICATION HAS BEEN RECEIVED.",
        "I’ve sent you an e‑mail.",
    ],
)
def test_width_case_and_traditional_characters_hide_no_claim(text: str) -> None:
    assert claims(text)


@pytest.mark.parametrize(
    "text",
    ["We certify IT service providers.", "We have certified IT departments.", "We are helping IT firms."],
)
def test_information_technology_is_no_pronoun(text: str) -> None:
    assert claims(text) == []


@pytest.mark.parametrize(
    "piece",
    ["I have ", "your ", "a colleague will ", "I have just now ", "one of our ", "word-", "将", "会", "我会把", "已为您", " "],
)  # fmt: skip
def test_a_long_hostile_sentence_is_read(piece: str) -> None:
    text = long(piece, 20_000)
    assert claims(f"{text}. I have submitted your application.")[-1].action is Action.SUBMITTED


@given(st.text(st.one_of(st.sampled_from("我您已将会了为把 ,.。？'"), st.characters()), max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for claim in claims(text):
        assert claim.words
