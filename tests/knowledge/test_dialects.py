import pytest

from knowledge import talk
from knowledge.dialects import mandarin, standard


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("幾耐先攞到證", "多久先拿到证"),
        ("係咪要預審", "是不是要预审"),
        ("你哋有冇優惠", "你们有没有优惠"),
        ("阿拉要交啥物事", "我们要交什么东西"),
        ("咋整", "怎么办"),
        ("之后点做", "之后怎么做"),
        ("多久來稽核一次", "多久来审核一次"),
        ("够伐？", "够吗？"),
        ("要得", "好的"),
    ],
)
def test_dialects_become_standard_mandarin(said: str, meant: str) -> None:
    assert standard(said) == meant


@pytest.mark.parametrize(
    "text",
    [
        "冷库那边一个",
        "码头边一个",
        "阿里云也能做吗",
        "想要得到证书",
        "联系体系文件",
        "能便宜点算吗",
        "早点做完",
        "九点整开会",
        "快点行不行",
        "ISO 20000",
        "讨伐军",
        "",
    ],
)
def test_what_is_no_word_of_a_dialect_stays(text: str) -> None:
    assert mandarin(text) == text == standard(text)


def test_standard_text_stays_as_it_is() -> None:
    for _, text in talk.wordings():
        assert standard(standard(text)) == standard(text)
