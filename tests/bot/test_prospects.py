"""What prospects say beside plain questions, over the whole line without a model: wishes, price pressure, waiting."""

import pytest

from bot.messages import Outcome
from bot.store import Store
from bot.texts import texts
from databases import migrated_sqlite
from knowledge.search import Search
from talking import Talk


@pytest.fixture
def talk(tmp_path_factory: pytest.TempPathFactory, shipped_search: Search) -> Talk:
    return Talk(Store(migrated_sqlite(tmp_path_factory.mktemp("talk"))), shipped_search, [])


@pytest.mark.parametrize(
    "text",
    [
        "我想了解下流程，不是现在就要办",
        "我们公司想做20000认证 先问问条件",
        "我想问一下那个就是我们公司想做那个二零零零零的那个认证然后不知道要什么条件",
        "just want to understand what certification involves, we are a hosting firm",
    ],
)
def test_who_only_asks_is_answered_and_begins_nothing(talk: Talk, text: str) -> None:
    assert talk.say(text).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    "text", ["我想申请认证", "想咨询一下，我们要申请认证", "we want to apply for certification"]
)
def test_who_wants_to_apply_begins(talk: Talk, text: str) -> None:
    assert talk.say(text).outcome is Outcome.INTAKE


def test_who_wants_the_cost_is_told_of_it_before_anything_begins(talk: Talk) -> None:
    reply = talk.say("Need a figure for a tender form by 5pm. Certification cost, please.")
    assert reply.outcome is Outcome.ANSWERED
    assert reply.citations


@pytest.mark.parametrize(
    ("said", "press"),
    [
        (("我要申请",), "那给个区间总行吧"),
        (("我要申请", "杭州远见科技有限公司"), "给个区间呗"),
        (("I want to apply", "Acme Hosting Ltd"), "just ballpark"),
        (
            ("I want to apply. We are 60 people in one site.",),
            "with 60 people and only one site that must be at the low end, you can at least say that",
        ),
    ],
)
def test_who_presses_for_a_price_is_not_put_down_as_an_answer(
    talk: Talk, said: tuple[str, ...], press: str
) -> None:
    before = talk.all(*said)
    reply = talk.say(press)
    assert reply.outcome is Outcome.ANSWERED
    assert reply.text.splitlines()[-1] == before.text.splitlines()[-1]  # the same question is open


def test_what_surely_is_known_is_answered_within_an_application(talk: Talk) -> None:
    talk.say("我要申请")
    reply = talk.say("大概几步")
    assert reply.outcome is Outcome.ANSWERED
    assert "（1/9）" in reply.text


@pytest.mark.parametrize("text", ["how long till someone answers", "is anybody there?", "+44 7700 900123"])
def test_who_waits_for_a_person_is_told_when_one_comes(talk: Talk, text: str) -> None:
    talk.say("I don't trust bots. real human please")
    reply = talk.say(text)
    assert reply.outcome is Outcome.HANDED_OFF
    assert texts("en").handoff.asked_already in reply.text


@pytest.mark.parametrize("text", ["I want to apply, ann@example.com", "我要申请，手机13800138000"])
def test_who_asked_for_a_person_may_apply_meanwhile(talk: Talk, text: str) -> None:
    talk.say("real human please")
    assert talk.say(text).outcome is Outcome.INTAKE


def test_who_asked_for_a_person_may_look_up_an_application(talk: Talk) -> None:
    talk.say("real human please")
    assert talk.say("CD-2026-123456, ann@example.com").outcome is not Outcome.HANDED_OFF


def test_who_asked_for_a_person_is_still_answered(talk: Talk) -> None:
    talk.say("real human please")
    assert talk.say("how long is the certificate valid?").outcome is Outcome.ANSWERED
