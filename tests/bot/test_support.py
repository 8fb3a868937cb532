import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.grounding import Quote, check
from bot.settings import CONTENT
from bot.support import THRESHOLD, support, supported
from bot.support.lexicon import lexicon, stem
from knowledge.documents import Kind
from knowledge.load import load
from knowledge.sentences import sentences

FEE = (
    "How much does certification cost?\nWe publish no price. It depends on your main business and on the number of people."
    " Customer service will prepare a quotation."
)
FEE_ZH = "认证要多少钱？\n我们没有公开价格，费用根据主营业务和组织人数来定。客服可以为您出具报价。"
PRE_REVIEW = (
    "Is the pre-review compulsory?\nThe pre-review is optional. It shows how ready you are before stage 1."
)
PRE_REVIEW_ZH = "预审必须做吗？\n预审是可选服务，在第一阶段审核之前进行，帮您了解准备情况。"


@pytest.mark.parametrize(
    "sentence",
    [
        "The fee isn't fixed, it's determined by your headcount and core business [1].",
        "For a team like yours, customer service would have to work out a quote first [1].",
        "- The number of employees [1]",
        "2. Your main business [1]",
        "价格要看贵公司的员工人数和主要业务[1]。",
        "像您这样的团队，可以先请客服报个价[1]。",
    ],
)
def test_a_rewording_is_supported(sentence: str) -> None:
    assert supported(sentence, [FEE, FEE_ZH])


@pytest.mark.parametrize(
    "sentence",
    [
        "The fee is what a night in a good hotel costs [1].",
        "The price includes travel and accommodation [1].",
        "Universities and charities pay less [1].",
        "费用就是在好酒店住一晚的钱[1]。",
        "费用里包含审核员的差旅和食宿[1]。",
        "高校和公益组织不收任何费用[1]。",
    ],
)
def test_an_invention_on_the_same_matter_is_not(sentence: str) -> None:
    assert not supported(sentence, [FEE, FEE_ZH])


@pytest.mark.parametrize(
    "sentence",
    ["Yes, you can [1].", "Unfortunately not [1].", "3 years [1].", "可以的[1]。", "很抱歉，不能[1]。", ""],
)
def test_a_sentence_of_common_words_alone_adds_nothing(sentence: str) -> None:
    assert support(sentence, [FEE, FEE_ZH]) == 1


@pytest.mark.parametrize(
    ("sentence", "share"),
    [
        ("No, it's optional [1].", 1),
        ("Yes, it's on the house [1].", 0),
        ("不是，预审是可选的[1]。", 1),
        ("是的，白送[1]。", 0),
    ],
)
def test_in_a_short_answer_its_one_word_decides(sentence: str, share: float) -> None:
    assert support(sentence, [PRE_REVIEW, PRE_REVIEW_ZH]) == share


@pytest.mark.parametrize(
    "sentence", ["It takes five months in Peru [1].", "It takes nine years in Peru [1]."]
)
def test_figures_are_neither_for_nor_against(sentence: str) -> None:
    assert support(sentence, [FEE]) == support("It takes a while in Peru [1].", [FEE])


@pytest.mark.parametrize(
    ("one", "other"), [("staff", "employees"), ("quote", "price"), ("人员", "员工"), ("钱", "费用")]
)
def test_words_of_one_meaning_stand_for_one_another(one: str, other: str) -> None:
    assert support(one, [f"We mean the {other} of it. 说的是{other}。"]) == 1
    assert support(one, ["We mean the weather. 说的是天气。"]) == 0


def test_two_words_of_one_meaning_are_borne_out_once() -> None:
    assert support("fee hotel", [FEE]) == support("fee, price, cost: hotel", [FEE]) == 0.5


def test_what_changes_a_promise_weighs_double() -> None:
    assert support("The quotation is free.", [FEE]) < support("The quotation is green.", [FEE])
    assert support("报价免费", [FEE_ZH]) < support("报价绿豆", [FEE_ZH])
    assert support("Feel free to ask for a quotation.", [FEE]) == 1


@pytest.mark.parametrize(
    ("sentence", "addition"),
    [
        ("The fee depends on your main business and the number of people", ", and on the weather in Peru"),
        ("费用根据主营业务和组织人数来定", "，而且要看秘鲁的天气"),
    ],
)
def test_a_foreign_clause_is_not_made_good_by_the_others(sentence: str, addition: str) -> None:
    assert support(sentence, [FEE, FEE_ZH]) == 1
    assert not supported(sentence + addition, [FEE, FEE_ZH])


def test_a_common_character_is_foreign_within_a_foreign_word() -> None:
    assert support("晚", [FEE_ZH]) == 1
    assert support("报价送晚宴", [FEE_ZH]) < support("报价送宴", [FEE_ZH])


def test_a_sentence_may_join_what_it_cites() -> None:
    joined = "The pre-review is optional and the fee depends on the number of people [1][2]."
    assert support(joined, [FEE, PRE_REVIEW]) == 1
    assert support(joined, [FEE]) < 1


def test_words_of_another_language_stand_in_no_passage() -> None:
    assert support("The weather matters [1].", [FEE_ZH]) == support("天气[1]", [FEE]) == 0


def test_nothing_is_supported_by_no_passage() -> None:
    assert support("The fee depends on the number of people.", []) == 0


def test_a_denial_in_the_passage_s_own_words_is_not_found_out() -> None:
    assert supported("The pre-review is not optional [1].", [PRE_REVIEW])


def test_no_word_is_both_common_and_grave_or_on_the_topic() -> None:
    words = lexicon()
    assert not words.common & words.grave
    assert not words.common & words.loose
    assert not words.topic & words.grave
    assert stem("nothing") in words.grave


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3))
@example("⑧⓪⓪ ³⁰⁰ s\u200bix ＩＳＯ [1] 叁 仟", ["\ud800", ""])
def test_any_text_has_a_share(sentence: str, quotes: list[str]) -> None:
    assert 0 <= support(sentence, quotes) <= 1


@given(st.text(max_size=120), st.text(max_size=40))
def test_what_a_passage_says_is_supported_whatever_it_is(quote: str, other: str) -> None:
    for sentence in [quote, *sentences(quote)]:
        assert support(sentence, [other, quote]) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sentence_of_the_knowledge_is_supported_by_its_entry(language: str) -> None:
    entries = [e for e in load(CONTENT).entries if e.language == language and e.kind is not Kind.DECLINE]
    parted = [(s, e.body) for e in entries for s in sentences(e.body)]
    assert [s for s, body in parted if support(f"{s} [1]", [body]) < 1] == []
    assert [s for s, body in parted if support(f"Well, {s}", [body]) < THRESHOLD] == []


def test_what_the_shipped_content_says_again_is_held_by_its_answers() -> None:
    entries = [entry for entry in load(CONTENT).entries if entry.again]
    assert entries
    for entry in entries:
        assert not check(entry.again, [Quote(1, entry.body)], "")
        assert all(supported(sentence, [entry.body]) for sentence in sentences(entry.again))
        assert len(entry.again) < len(entry.body)
