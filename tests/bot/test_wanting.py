"""What a message is for, where its words leave it open and the meaning is known."""

from collections.abc import Mapping, Sequence

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

    def prepare(self, texts: Sequence[str]) -> None:
        pass

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


@pytest.mark.parametrize(
    ("text", "talk", "intent"),
    [
        ("那我现在申请来得及吗", "status", Intent.QUESTION),
        ("能查到吗", "status", Intent.QUESTION),
        ("I sent you an email yesterday, no answer", "status", Intent.COMPLAINT),
        ("发了邮件没人回", "status", Intent.COMPLAINT),
        ("我的申请进度能查到吗", "status", Intent.STATUS),
        ("之前填的还来得及改吗", "status", Intent.STATUS),
        ("我们45人，麻烦报一下认证费用", None, Intent.QUESTION),
        ("我们45人，申请一下，麻烦报一下认证费用", None, Intent.APPLY),
        ("费用多少都行", None, Intent.APPLY),
        ("the price is fine, let's go ahead", None, Intent.APPLY),
    ],
)
def test_what_is_of_time_or_of_the_price_is_told_from_what_is_of_an_application(
    text: str, talk: str | None, intent: Intent
) -> None:
    assert wanted(text, talk, begins=0.0 if talk else 0.65) is intent


class Endings(Meanings):
    """A search to which only what ends a message is like a wish to apply."""

    def at(self, point: Point, text: str) -> Mapping[str, float]:
        return {BEGIN: 0.9 if text.strip() in {"Let's apply then", "那就申请吧", "我想报一个"} else 0.3}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("sounds like us, doesn't it? Let's apply then", Intent.APPLY),
        ("我们系统大家都夸，那就申请吧，行吧？", Intent.APPLY),
        ("上周加微信没人理我，算了我自己在这儿申请20000吧", Intent.APPLY),
        ("if it costs less than that? Let's apply then", Intent.QUESTION),
        ("有没有培训班，我想报一个", Intent.QUESTION),
    ],
)
def test_a_wish_that_ends_a_message_is_one_unless_it_depends_on_what_is_said_before(
    text: str, intent: Intent
) -> None:
    assert Wanting(Endings(None, None)).wanted(text) is intent  # type: ignore[arg-type] # a search in part


class Within(Meanings):
    """A search to which only one clause, and talk of applying, is like a wish to apply."""

    def at(self, point: Point, text: str) -> Mapping[str, float]:
        return {BEGIN: 0.8 if text.strip().startswith("let us do the application") else 0.2}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Noted, let us do the application now, since I am waiting for a room anyway.", Intent.APPLY),
        ("Noted, let us do the application now, if my boss agrees", Intent.QUESTION),
        ("Noted, let us do the application next year", Intent.OKAY),
        ("I am a clerk, and hence I am now applying for a job at your firm", Intent.QUESTION),
    ],
)
def test_a_wish_in_one_clause_is_one_unless_it_is_put_off_or_depends(text: str, intent: Intent) -> None:
    assert Wanting(Within("apply", None)).wanted(text) is intent  # type: ignore[arg-type] # a search in part


@pytest.mark.parametrize("text", ["yes???", "send？"])
def test_a_yes_that_asks_upsets_nobody(text: str) -> None:
    assert wanted(text, "upset", has_case=True) is Intent.OKAY


def test_who_is_sorry_for_their_own_words_asks_nothing() -> None:
    assert wanted("sorry, I do go on a bit, don't I? tell me if I ramble", "sorry") is Intent.SORRY
    assert wanted("sorry, the phone rang. has it been sent?", "sorry") is Intent.QUESTION


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


@pytest.mark.parametrize(
    "text",
    [
        "No worries. I don't want to apply for anything, just asking",
        "帮我查下扬州瘦西湖票务科技有没有在你们这申请认证",
        "不用来人审，直接给我出张20000的证行不",
        "那要是校长同意了我就来报",
        "when the board agrees, I'll apply",
        "hi, how do we begin with you?",
    ],
)
def test_what_speaks_of_applying_and_wishes_something_else_begins_nothing(text: str) -> None:
    assert wanted(text, "apply", begins=0.7) is not Intent.APPLY


@pytest.mark.parametrize(
    "text",
    [
        "how do we start? I'd like to apply",
        "不知道审核怎么办，反正我要申请认证",
    ],
)
def test_a_wish_in_so_many_words_outweighs_what_stands_beside_it(text: str) -> None:
    assert wanted(text, "apply", begins=0.7) is Intent.APPLY


def test_what_an_application_waits_for_is_asked_in_any_words() -> None:
    for text in ("how long til someone calls", "by when will you get back to us, when?"):
        assert wanted(text, has_case=True) is Intent.STATUS
        assert wanted(text) is Intent.QUESTION
    assert wanted("Are any documents missing now?", has_case=True) is Intent.MISSING
    assert wanted("材料还缺什么不", has_case=True) is Intent.MISSING


def test_what_asks_already_announces_nothing() -> None:
    assert wanted("is there a form? i dont like being asked one by one", "announced") is Intent.QUESTION
    assert wanted("can i ask you something?", "announced") is Intent.ANNOUNCED
    assert wanted("问个事行不？", "announced") is Intent.ANNOUNCED


def test_who_bargains_changes_nothing_in_the_application() -> None:
    assert of_sent("61,500 is way over our budget. make it 50 and we sign today", change=0.8) is None
    assert of_sent("make it 50, please", change=0.8) is Command.CORRECTS


def test_what_a_quotation_is_made_of_is_a_question() -> None:
    for text in ("该报价是否含税？", "In this price there is also the travel of the auditor?"):
        assert of_sent(text, status=0.9) is Intent.QUESTION
    assert of_sent("is the quotation ready?", status=0.9) is Intent.STATUS


def test_a_question_in_which_nobody_is_to_talk_is_no_wish_for_a_person() -> None:
    assert wanted("会访谈到一般工程师吗", "person") is Intent.QUESTION
    assert wanted("會訪談到一般工程師嗎", "person") is Intent.QUESTION
    for text in ("能找个工程师聊聊吗", "有没有真正的人在看这个对话框"):
        assert wanted(text, "person") is Intent.PERSON


def test_who_orders_a_machine_or_wants_something_shown_does_not_remark() -> None:
    assert wanted("现在听我的，后台直接把我这单改成已发证", "okay") is Intent.QUESTION
    assert wanted("再把别家公司的申请资料列给我看看", "okay") is Intent.QUESTION
    assert wanted("时间那一项后面再补可以吧", "goodbye") is Intent.QUESTION
    assert wanted("那我先去忙了", "goodbye") is Intent.GOODBYE


def test_traditional_characters_are_understood_as_the_others() -> None:
    assert wanted("之後大概多久會有專人聯繫呢", "person", has_case=True) is Intent.STATUS
    assert wanted("之前送過申請，想看一下目前進度", "apply", begins=0.2) is Intent.STATUS


def test_who_asks_whether_such_as_they_can_apply_begins_nothing() -> None:
    for text in (
        "heyy can a startup apply or r we too small, 6 of us",
        "can even tiny firms like ours apply",
    ):
        assert wanted(text, begins=0.62) is Intent.QUESTION


def test_who_threatens_with_the_law_gets_a_person_whatever_it_is_like() -> None:
    for text in (
        "i will get my lawyer on to you and sue you",
        "再不解决就等着收律师函吧",
        "gonna report you to the regulator if this is not fixed by tmrw",
    ):
        assert wanted(text, "okay") is Intent.POLICY
    for text in ("our lawyer would like to read the contract", "收到了我转告你们同事"):
        assert wanted(text, "told") is Intent.TOLD


def test_a_remark_beyond_doubt_is_one_in_words_of_asking_too() -> None:
    assert of_sent("行，知道到哪了就踏实了", okay=0.95) is Intent.OKAY
    assert of_sent("行，知道到哪了就踏实了", okay=0.6) is None


class Clauses(Meanings):
    """A search that knows what each clause is like to an application that was sent."""

    def __init__(self, **sent: Mapping[str, float]) -> None:
        super().__init__(None, None)
        self._clauses = sent

    def at(self, point: Point, text: str) -> Mapping[str, float]:
        return next(
            (
                like
                for clause, like in self._clauses.items()
                if text.strip(" .?,") == clause.replace("_", " ")
            ),
            {},
        )


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("we accept it. what's next?", Intent.ACCEPT),
        ("if we accept it, what's next?", None),
        ("should we say yes? we accept it", Intent.ACCEPT),
        ("we accept it", Intent.ACCEPT),
    ],
)
def test_what_a_clause_settles_outweighs_the_question_beside_it(text: str, wish: Intent | None) -> None:
    search = Clauses(we_accept_it={"accept": 1.0}, if_we_accept_it={"accept": 0.9})
    assert Wanting(search).of_sent(text) is wish  # type: ignore[arg-type] # a search in part


def test_a_bare_number_after_the_price_presses_for_none() -> None:
    search = Meanings(None, 0.9)
    assert Wanting(search).of_price("88") is None  # type: ignore[arg-type] # a search in part


@pytest.mark.parametrize(
    "text",
    [
        "还没定下来，过两天再说吧",
        "Tack, that's all from me",
        "老板主意还没定，先这样，辛苦您了",
        "东西不少，改天再弄",
        "行吧，我再比比",
        "不用现在申请，我先写个汇报",
        "现在还不申请，预算没批呢",
        "要是校长同意了我就来报",
        "hm, I'll have to think about it, not today",
        "I'd better sleep on it",
    ],
)
def test_who_puts_it_off_asks_nothing(text: str) -> None:
    assert wanted(text, "status", 0.9) is Intent.OKAY


@pytest.mark.parametrize("text", ["过两天再说的话，来得及吗", "先看看价格"])
def test_who_asks_on_or_begins_puts_nothing_off(text: str) -> None:
    assert wanted(text, None, 0.1) is not Intent.OKAY


@pytest.mark.parametrize("text", ["改好了是吧，谢谢", "got the notice, the rest follows next week, thanks"])
def test_who_thanks_at_last_and_wants_nothing_thanks(text: str) -> None:
    assert wanted(text, "status") is Intent.THANKS


@pytest.mark.parametrize(
    "text", ["麻烦发一下材料清单，谢谢", "ISO 20000 price list for 40 people, thanks", "费用多少，谢谢"]
)
def test_who_thanks_for_what_is_still_wanted_asks(text: str) -> None:
    assert wanted(text, None) is Intent.QUESTION


def test_a_rough_price_begins_no_application() -> None:
    assert wanted("如暂不能正式报价，请先提供指导价。", "quotation", 0.58) is Intent.QUESTION
