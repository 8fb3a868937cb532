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


@pytest.mark.parametrize(
    "said",
    [
        ("how much does it cost?", "just roughly?"),
        ("价格？", "大概呢"),
    ],
)
def test_who_presses_on_is_told_the_same_in_fewer_words(talk: Talk, said: tuple[str, str]) -> None:
    first, second = (talk.say(text) for text in said)
    assert first.outcome is second.outcome is Outcome.ANSWERED
    assert len(second.text) < len(first.text) * 0.7
    assert second.citations


def test_what_is_told_again_later_is_told_whole(talk: Talk) -> None:
    first = talk.say("how much does it cost?")
    for text in ("how long does it take?", "is the pre-review compulsory?", "who issues the certificate?"):
        talk.say(text)
    assert talk.say("how much does it cost?").text == first.text


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("somebody said climate change is now in the IT service standard?? is that true", 1),
        ("the fee, on what does it depend?", 1),
        ("Our manager asked me how long the certificate is valid, can you tell me?", 1),
        ("How much does it cost, and which documents do you need?", 2),
        ("费用多少，要准备什么材料", 2),
    ],
)
def test_only_what_is_asked_is_told(talk: Talk, text: str, beside: int) -> None:
    assert len(talk.say(text).citations) == beside


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("so the pre-review is compulsory then", True),
        ("So the certificate comes after stage 1.", True),
        ("20000是信息安全的标准，对吧", True),
        ("is the pre-review compulsory?", False),
        ("so the pre-review is not compulsory", False),
    ],
)
def test_a_wrong_claim_without_a_figure_is_put_right(talk: Talk, text: str, corrected: bool) -> None:
    reply = talk.say(text)
    assert reply.outcome is Outcome.ANSWERED
    assert reply.text.startswith(texts(reply.language).correction) is corrected


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("pls dont send me to customer service again, how long does it take?", Outcome.ANSWERED),
        ("不要转人工，你直接告诉我要多久", Outcome.ANSWERED),
        ("stop sending me to your staff", Outcome.SMALLTALK),
        ("别转人工", Outcome.SMALLTALK),
        ("你可别回头叫人给我打电话推销啊", Outcome.SMALLTALK),
        ("thx but i'd rather not talk to a sales guy, just tell me the steps", Outcome.ANSWERED),
        ("i dont want to talk to anyone, just want prices", Outcome.ANSWERED),
        ("I don't understand, put me through to a person", Outcome.HANDED_OFF),
    ],
)
def test_who_wants_no_person_is_sent_to_none(talk: Talk, text: str, outcome: Outcome) -> None:
    assert talk.say(text).outcome is outcome


@pytest.mark.parametrize(
    "text",
    ["our bid needs the cost of certification in it by noon", "投标要填认证费用，今天截止"],
)
def test_who_needs_the_price_is_not_thanked_for_telling(talk: Talk, text: str) -> None:
    assert talk.say(text).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("said", "field", "text"),
    [
        (("I want to apply",), "company", "what name, the legal one?"),
        (("I want to apply", "Acme Hosting Ltd"), "main_business", "example?"),
        (
            ("I want to apply", "Acme Hosting Ltd", "web hosting"),
            "services_in_scope",
            "not sure what to put here",
        ),
        (("我要申请", "杭州远见科技有限公司", "软件开发"), "services_in_scope", "啥叫覆盖哪些服务"),
        (("我要申请", "杭州远见科技有限公司", "软件开发"), "services_in_scope", "不知道怎么填"),
        (("我要申请", "杭州远见科技有限公司", "软件开发", "系统运维"), "people_covered", "是只算IT的人吗"),
    ],
)
def test_who_wonders_what_a_question_is_after_is_told(
    talk: Talk, said: tuple[str, ...], field: str, text: str
) -> None:
    talk.all(*said)
    reply = talk.say(text)
    assert reply.outcome is Outcome.INTAKE
    assert texts(reply.language).intake.explanations[field] in reply.text


@pytest.mark.parametrize("text", ["is this binding once I have filled it in?", "这个申请交了能不能反悔？"])
def test_who_wonders_whether_an_application_binds_is_told_within_it_too(talk: Talk, text: str) -> None:
    talk.say("I want to apply" if text.isascii() else "我要申请")
    reply = talk.say(text)
    assert reply.outcome is Outcome.ANSWERED
    assert [citation.url.rpartition("#")[2] for citation in reply.citations] == ["application-binding"]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (("I want to apply", "Acme Hosting Ltd"), "give me a moment, I'm looking for the right list"),
        (("I want to apply", "Acme Hosting Ltd"), "hmm let me think, I'm not too sure about this one"),
        (("我要申请", "杭州远见科技有限公司"), "我想想啊，这个我不太确定"),
    ],
)
def test_who_takes_their_time_in_an_application_is_told_of_nothing_else(
    talk: Talk, said: tuple[str, ...], text: str
) -> None:
    talk.all(*said)
    assert talk.say(text).citations == []


def test_what_asks_on_within_a_message_is_not_about_the_topic_before(talk: Talk) -> None:
    talk.say("现在到底看哪版")
    reply = talk.say("预审又是什么，可以跳过不")
    assert [citation.url.rpartition("#")[2] for citation in reply.citations] == ["pre-review"]


FILLED = (
    (
        "我要申请",
        "杭州远见科技有限公司",
        "软件开发",
        "系统运维",
        "40",
        "2",
        "没有",
        "2031年6月",
        "李安娜",
        "anna@yuanjian.example",
    ),
    (
        "I want to apply",
        "Acme Hosting Ltd",
        "hosting",
        "service desk",
        "40",
        "2",
        "none",
        "June 2031",
        "Ann Lee",
        "ann@acme.example",
    ),
)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (FILLED[0], "可以提交，前提是你们保证年前能拿到证"),
        (FILLED[1], "you may send it, provided that we get the certificate by May"),
    ],
)
def test_a_yes_on_a_condition_sends_nothing(talk: Talk, said: tuple[str, ...], text: str) -> None:
    talk.all(*said)
    assert talk.say(text).case is None


@pytest.mark.parametrize(
    ("said", "question", "outcome"),
    [
        ((*FILLED[0], "是的，提交"), "合同什么时候签", Outcome.ANSWERED),
        (
            (*FILLED[1], "yes"),
            "One more, now that it is sent: at what point do we sign a contract with you?",
            Outcome.ANSWERED,
        ),
        ((*FILLED[1], "yes"), "and what happens next?", Outcome.STATUS),
    ],
)
def test_what_is_asked_of_certification_right_after_sending_is_answered(
    talk: Talk, said: tuple[str, ...], question: str, outcome: Outcome
) -> None:
    talk.all(*said)
    assert talk.say(question).outcome is outcome


@pytest.mark.parametrize(
    ("said", "text"),
    [(FILLED[0], "我保证没问题，提交吧"), (FILLED[1], "all I provided is right, please submit it")],
)
def test_a_yes_that_only_sounds_like_one_sends(talk: Talk, said: tuple[str, ...], text: str) -> None:
    talk.all(*said)
    assert talk.say(text).case is not None


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("我们想验厂，你们做吗", ("多久能安排", "费用呢")),
        ("Do you inspect factories?", ("how long does it take?", "and the price?")),
    ],
)
def test_short_questions_behind_an_inspection_are_not_answered_with_what_holds_for_certification(
    talk: Talk, said: str, asked: tuple[str, ...]
) -> None:
    assert talk.say(said).outcome is Outcome.ANSWERED
    for question in asked:
        cited = {citation.url.rpartition("#")[2] for citation in talk.say(question).citations}
        assert cited <= {"factory-inspection"}
    assert talk.say("how long is the ISO 20000 certificate valid?").citations
    talk.say(said)
    talk.say("okay, start an application")
    assert "factory" not in talk.say("how long does it take?").text


@pytest.mark.parametrize(
    "text", ["do you need to visit our office or can it be remote", "is it done at our place or online"]
)
def test_who_asks_where_it_is_done_begins_no_application(talk: Talk, text: str) -> None:
    assert talk.say(text).outcome is not Outcome.INTAKE


def test_who_begins_and_asks_is_answered_and_begins(talk: Talk) -> None:
    reply = talk.say("Two things. 1) I'd like to apply now. 2) Do the auditors come to our premises?")
    assert reply.outcome is Outcome.ANSWERED
    assert reply.text.endswith(texts("en").intake.questions["company"])


def test_who_says_again_that_they_apply_is_asked_the_same_question(talk: Talk) -> None:
    first, again = talk.say("我要申请"), talk.say("我要申请")
    assert first.text.endswith(again.text)
    assert talk.say("武汉星桥科技有限公司").text.endswith(texts("zh").intake.questions["main_business"])


def test_who_wants_somebody_within_an_application_gets_a_person(talk: Talk) -> None:
    talk.all("I want to apply", "Acme Hosting Ltd")
    assert talk.say("can i talk to someone first").outcome is Outcome.HANDED_OFF


def test_a_customer_in_a_hurry_is_not_handed_over(talk: Talk) -> None:
    talk.all(*FILLED[0][:7])
    assert talk.say("急 标书等着用").outcome is Outcome.INTAKE


@pytest.mark.parametrize(
    ("declined", "text"),
    [
        ("do you offer training", "why not"),
        ("are you accredited", "by whom?"),
        ("can we transfer our certificate from BSI", "what do you need for that"),
        ("你们的证书上有没有写人数", "为啥不写"),
    ],
)
def test_what_asks_on_about_the_unknown_is_not_answered_with_something_else(
    talk: Talk, declined: str, text: str
) -> None:
    assert talk.say(declined).outcome is Outcome.DECLINED
    reply = talk.say(text)
    assert (reply.outcome, reply.text) == (Outcome.DECLINED, texts(reply.language).nothing_more)


def test_what_is_asked_behind_the_unknown_and_names_itself_is_answered(talk: Talk) -> None:
    talk.say("do you offer training")
    assert talk.say("how long does that certification take").outcome is Outcome.ANSWERED
    assert talk.say("which documents do you need").outcome is Outcome.ANSWERED


def test_the_time_of_an_inspection_is_not_that_of_certification(talk: Talk) -> None:
    assert talk.say("验厂多少钱").outcome is Outcome.DECLINED
    assert talk.say("多久能安排").outcome is Outcome.DECLINED


@pytest.mark.parametrize("text", ["that's not what I asked", "我问的不是这个"])
def test_who_was_not_understood_is_asked_again_and_not_handed_over(talk: Talk, text: str) -> None:
    talk.say("how long is it valid" if text.isascii() else "有效期多久")
    assert talk.say(text).outcome is Outcome.CLARIFY


def test_an_offer_of_help_may_be_taken_in_more_words(talk: Talk) -> None:
    assert talk.say("开票能开专票吗").outcome is Outcome.DECLINED
    assert talk.say("好的 那帮我问下").outcome is Outcome.HANDED_OFF


@pytest.mark.parametrize(
    ("text", "of_case"),
    [
        ("who will call me", True),
        ("when will I hear from you", True),
        ("谁来对接我", True),
        ("who performs internal audits", False),
        ("Thanks, I look forward to hearing from you", False),
        ("内审应该由谁负责", False),
    ],
)
def test_who_waits_for_somebody_is_told_how_it_stands_and_nobody_else(
    talk: Talk, text: str, of_case: bool
) -> None:
    talk.all(*FILLED[text.isascii()], "yes" if text.isascii() else "是", "ok")
    reply = talk.say(text)
    assert (texts(reply.language).case.in_preparation in reply.text) is of_case


def test_what_auditors_ask_is_no_wish_to_hear_the_question_again(talk: Talk) -> None:
    talk.say("我要申请")
    assert talk.say("审核时你们会问什么").outcome is not Outcome.INTAKE


def test_who_has_cancelled_and_wonders_is_told_that_nothing_was_sent(talk: Talk) -> None:
    talk.all("I want to apply", "Acme Hosting Ltd", "cancel the application")
    assert talk.say("nothing went out to anybody, right?").text == texts("en").intake.cancelled


def test_who_waits_for_a_quotation_is_told_what_is_happening(talk: Talk) -> None:
    talk.all(*FILLED[1], "yes")
    assert texts("en").case.in_preparation in talk.say("how does my application stand?").text


def test_the_list_of_documents_is_not_read_out_with_every_word_on_the_application(talk: Talk) -> None:
    talk.all(*FILLED[1], "yes")
    words = texts("en").case
    assert words.missing_still in talk.say("how does my application stand?").text
    assert words.missing in talk.say("which documents are still missing?").text
    for _ in range(2):
        talk.say("thank you")
    talk.say("how long is the certificate valid?")
    assert words.missing in talk.say("and where is my application now?").text
