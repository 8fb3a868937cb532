import re

import pytest

from bot.wishes import read, wishes

TABLE = """
# A line of explanation.
== quote
<ask> [a|the] (quote|price list) [for ...] [please|now]*

== ask
(send|give) [me]
give us

== 报价
[请|麻烦](给|帮)我报价<吧>

== 吧
[吧|谢谢]*

== none
"""


@pytest.mark.parametrize(
    "text",
    ["send quote", "send me a quote", "give us the price list", "give me a quote for 80 people in two towns please now please"],
)  # fmt: skip
def test_what_is_written_in_brackets_may_be_missing_repeat_or_be_anything(text: str) -> None:
    assert read(TABLE)["quote"].match(text)


@pytest.mark.parametrize(
    "text",
    ["quote", "send", "sendme a quote", "send a the quote", "send me a quotes", "please send me a quote", "send us quote"],
)  # fmt: skip
def test_a_text_is_one_of_the_wordings_as_a_whole(text: str) -> None:
    assert not read(TABLE)["quote"].match(text)


def test_spaces_count_for_nothing_in_chinese() -> None:
    chinese = read(TABLE)["报价"]
    assert chinese.match("请 给我报价 谢谢吧")
    assert not chinese.match("请给报价")


def test_a_section_may_be_empty() -> None:
    assert not read(TABLE)["none"].match("")


def test_a_section_that_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="gone"):
        read("== a\n<gone>")


@pytest.mark.parametrize("mark", ["?", "{", "+", "。"])
def test_a_mark_without_meaning_is_refused(mark: str) -> None:
    with pytest.raises(ValueError, match=re.escape(mark)):
        read(f"== a\nwho {mark}")


@pytest.mark.parametrize(
    "wording", ["person", "status", "missing", "apply", "quotation", "complaint", "upset", "policy"]
)
def test_no_wish_is_worded_with_nothing(wording: str) -> None:
    assert not wishes()[wording].english.fullmatch("")
    assert not wishes()[wording].chinese.fullmatch("")
