import pytest

from bot.assistant.matters import currencies, misplaced, without_amounts
from bot.settings import CONTENT
from knowledge.load import load
from knowledge.sentences import sentences

TEXTS = [
    "We have 10 years of experience and more than 5,000 customers.",
    "我们有10年经验，服务过5,000多家客户。",
]
FIRM = [("About us", text) for text in TEXTS]
VALID = [
    ("Certificate", "A certificate is valid for 3 years. Surveillance is once a year."),
    ("证书", "证书有效期3年。监督审核每年一次。"),
]


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("The fee is about 5,000.", ["5,000"]),
        ("认证费大约5,000。", ["5,000"]),
        ("Your certificate is valid for 10 years.", ["10 years"]),
        ("证书10年有效。", ["10年"]),
    ],
)
def test_a_figure_that_is_stated_of_something_else_is_found(sentence: str, figures: list[str]) -> None:
    assert misplaced(sentence, FIRM) == figures


@pytest.mark.parametrize(
    "sentence",
    [
        "We have served more than 5,000 customers in 10 years.",
        "我们10年里服务过5,000多家客户。",
        "The fee depends on the 80 people that you have.",  # theirs, which the grounding check judges
        "There are 5,000 of them.",
    ],
)
def test_a_figure_beside_its_own_matter_or_none_is_fine(sentence: str) -> None:
    assert misplaced(sentence, FIRM) == []


def test_the_interval_of_one_thing_is_not_that_of_another() -> None:
    assert misplaced("Surveillance is every 3 years.", VALID) == ["3 years"]
    assert misplaced("监督审核3年一次。", VALID) == ["3年"]
    assert misplaced("It is valid for 3 years.", VALID) == []
    assert misplaced("有效期是3年。", VALID) == []


def test_a_heading_tells_what_its_text_is_about() -> None:
    assert misplaced("It is valid for 3 years.", [("How long is it valid?", "For 3 years.")]) == []
    assert misplaced("It is valid for 3 years.", [("How long does it take?", "For 3 years.")]) == ["3 years"]


@pytest.mark.parametrize(
    "sentence",
    [
        "It is MD yuan.", "That makes sevenhundred RMB.", "liang qian kuai", "The fee is Y95.", "Ten bucks.", "€, a few",
        "我路发元", "万把块的事", "几块钱", "三千元", "一点人民币", "毛爷爷",
    ],
)  # fmt: skip
def test_money_is_found_in_whatever_words_its_amount_is(sentence: str) -> None:
    assert currencies(sentence, TEXTS)
    assert not currencies(sentence, ["It costs 100 yuan."])


@pytest.mark.parametrize(
    "sentence", ["公元前", "多元化业务", "元素", "一块做", "这块业务", "A yearly audit.", "by year"]
)
def test_other_words_are_no_money(sentence: str) -> None:
    assert currencies(sentence, []) == []


def test_what_a_customer_would_pay_is_left_out() -> None:
    assert (
        without_amounts("My budget is 5,000 yuan for 80 people, 预算8000元")
        == "My budget is … for 80 people, 预算…"
    )


def test_nothing_is_found_in_shipped_entries_that_quote_themselves() -> None:
    for entry in load(CONTENT).entries:
        for sentence in sentences(entry.body):
            assert misplaced(sentence, [("", entry.body)]) == []
            assert currencies(sentence, [entry.body]) == []
