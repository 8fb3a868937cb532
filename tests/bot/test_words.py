"""Words of messages, and which of them a query asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.words import sought, words

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30)


def fits(query: str, text: str) -> bool:
    """Whether an index that knows words and their beginnings finds the text."""
    held = words(text).split()
    whole, begun = sought(query)
    return all(word in held for word in whole) and all(
        any(word.startswith(start) for word in held) for start in begun
    )


@given(text=CHINESE, data=st.data())
def test_every_part_of_a_chinese_text_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert fits(text[start:end], text)


@given(st.text(max_size=200))
def test_any_text_finds_itself(text: str) -> None:
    assert fits(text, text)


@given(st.text(max_size=200))
def test_words_hold_nothing_that_a_query_language_reads(text: str) -> None:
    whole, begun = sought(text)
    assert not set("".join([*whole, *begun, *words(text).split()])) & set(" \"'*^+-&|!():<>{}\\\0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("证书有效期", "证书 书有 有效 效期 期"),
        ("證書", "证书 书"),
        ("费", "费"),
        ("ISO认证", "iso 认证 证"),
        ("ＩＳＯ　20000", "iso 20000"),
        ("CD-2026-000123", "cd 2026 000123"),
        ("Ann@Example.com", "ann example com"),
        ("二〇二六年", "二〇 〇二 二六 六年 年"),
        ("𠮷野家", "𠮷野 野家 家"),
        ("a_b", "a b"),
        ("👍 …", ""),
        ("", ""),
    ],
)
def test_words_of_a_message(text: str, expected: str) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("query", "whole", "begun"),
    [
        ("how lon", ["how"], ["lon"]),
        ("how long ", ["how", "long"], []),
        ("证书", ["证书"], []),
        ("证", [], ["证"]),
        ("的 certif", [], ["的", "certif"]),
        ("certif 的", ["certif"], ["的"]),
        ('"AND" *', [], ["and"]),
        ("👍", [], []),
        ("\ud800\udfff", [], []),
    ],
)
def test_words_that_a_query_asks_for(query: str, whole: list[str], begun: list[str]) -> None:
    assert sought(query) == (whole, begun)


def test_a_long_word_is_cut_on_both_sides() -> None:
    assert fits("x" * 500, "x" * 100_000)
    assert len(words("x" * 100_000)) == len(words("x" * 500))


def test_of_a_huge_text_so_many_words_are_kept_and_sought() -> None:
    assert len(words("费用和证书" * 20_000).split()) == 3000
    whole, begun = sought("费用和证书 a" * 20_000)
    assert len(whole) + len(begun) <= 200
