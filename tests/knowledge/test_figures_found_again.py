import re
import unicodedata
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import long
from knowledge.figures import Figure, Kind, entailed, equal, figures, meaning


def only(text: str) -> Figure:
    (figure,) = figures(text)
    return figure


def stated(text: str) -> list[tuple[Decimal | str, str]]:
    return [(figure.value, figure.unit) for figure in figures(text)]


SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["", "", *["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]]


def english(n: int) -> str:
    if n < 20:
        return SMALL[n]
    if n < 100:
        return TENS[n // 10] + (f"-{SMALL[n % 10]}" if n % 10 else "")
    for size, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= size:
            rest = n % size
            joint = " and " if rest and rest < 100 else " "
            return f"{english(n // size)} {name}" + (joint + english(rest) if rest else "")
    raise AssertionError(n)


def chinese(n: int) -> str:
    if n >= 10**4:
        rest = n % 10**4
        return chinese(n // 10**4) + "万" + (("零" if rest < 1000 else "") + chinese(rest) if rest else "")
    text = ""
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // size % 10
        text += "零一二三四五六七八九"[digit] + name if digit else "零"
    text = re.sub("零+", "零", text).strip("零")
    return re.sub("^一十", "十", text)


UNITS = [
    ("years", "年", "year"),
    ("working days", "个工作日", "working_day"),
    ("days", "天", "day"),
    ("months", "个月", "month"),
    ("weeks", "周", "week"),
    ("hours", "小时", "hour"),
    ("yuan", "元", "CNY"),
    ("dollars", "美元", "USD"),
    ("euros", "欧元", "EUR"),
    ("percent", "%", "percent"),
]
WHOLE = st.integers(1, 10**8 - 1).filter(lambda n: not 1900 <= n < 2100)


@given(WHOLE, st.sampled_from(UNITS))
def test_a_figure_in_english_words_is_found_again(n: int, unit: tuple[str, str, str]) -> None:
    figure = only(f"It is about {english(n)} {unit[0]} in all")
    assert (figure.value, figure.unit) == (Decimal(n), unit[2])


@given(WHOLE, st.sampled_from(UNITS))
def test_a_figure_in_chinese_numerals_is_found_again(n: int, unit: tuple[str, str, str]) -> None:
    figure = only(f"大概要{chinese(n)}{unit[1]}左右")
    assert (figure.value, figure.unit) == (Decimal(n), unit[2])


@given(
    st.decimals(min_value=Decimal("0.01"), max_value=10**12, places=2), st.sampled_from(UNITS), st.booleans()
)
def test_a_figure_in_digits_is_found_again_in_both_languages(
    value: Decimal, unit: tuple[str, str, str], separated: bool
) -> None:
    digits = f"{value:,}" if separated else f"{value}"
    wide = "".join(
        unicodedata.lookup(f"FULLWIDTH DIGIT {SMALL[int(c)]}") if c.isdigit() else c for c in f"{value}"
    )
    found = [only(f"{digits} {unit[0]}"), only(f"{digits}{unit[1]}"), only(f"{wide}{unit[1]}")]
    assert {(figure.value, figure.unit) for figure in found} == {(value, unit[2])}


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_is_found_again_in_both_languages(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    month = day.strftime("%B")
    texts = [
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{year}年{chinese(day.month)}月{chinese(day.day)}日",
    ]
    assert {only(f"On {text} it was").value for text in texts} == {day.isoformat()}


PLAIN = [
    "3 years",
    "half a year or six months",
    "15 working days",
    "3-5万元",
    "百分之九十到九十五",
    "¥3000-5000",
    "2018年9月15日",
    "September 15, 2018",
    "一年半",
    "1 year and 6 months",
    "a dozen",
    "5000+ cases",
    "打八折",
]
SAFE = ["Well, ", "好的，", "we think ", "客户您好：", "\n", "Please note: ", "🙂 ", "مرحبا "]


@given(
    st.sampled_from(PLAIN),
    st.sampled_from(SAFE),
    st.sampled_from(["。", ", please", "\n", "；谢谢", " 🙂"]),
)
def test_text_around_a_figure_does_not_change_it(text: str, ahead: str, behind: str) -> None:
    assert stated(ahead + text + behind) == stated(text)


HOSTILE = st.text(
    st.one_of(
        st.sampled_from(
            "0123456789,.%-/[]()年月日个半百千万亿一二三两十零点折成元¥$½１２，壹廿第 \n\0\u202e\u200f\ud800"
        ),
        st.characters(),
    ),
    max_size=100,
)


@given(HOSTILE)
def test_any_text_has_figures_in_order_at_their_places(text: str) -> None:
    found = figures(text)
    assert all(text[figure.start : figure.end] == figure.text for figure in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(equal(figure, figure) and meaning(figure) in entailed(figure) for figure in found)


@given(
    st.lists(
        st.sampled_from(
            [
                "one",
                "two",
                "hundred",
                "thousand",
                "and",
                "a",
                "half",
                "of",
                "years",
                "dozen",
                "-",
                ",",
                "5",
                "k",
                "percent",
                "三",
                "stage",
                "[1]",
                "to",
            ]
        )
    )
)
def test_any_row_of_number_words_is_read(words: list[str]) -> None:
    figures(" ".join(words))
    figures("".join(words))


@given(st.integers(10**6, 10**80))
def test_no_digits_go_unseen(n: int) -> None:
    assert only(f"about {n} of it") == Figure(Kind.COUNT, Decimal(n), "count", str(n), 6, 6 + len(str(n)))


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,111",
        "1.111,",
        "一",
        "百",
        "一百",
        "二三",
        "三点",
        "one_",
        "half_a_",
        "[1,",
        "2018_and_",
        "2018、",
        "15_September_",
        "clauses_1,_",
        "第一、",
        "ISO_9001/",
        "a@",
        "a.",
        "http://",
        "三分之",
        "½",
        "1_year_",
        "壹",
        "１，",
    ],
)
def test_long_hostile_text_is_read(piece: str) -> None:
    piece = piece.replace("_", " ")
    text = long(piece, 10_000)
    assert all(figure.end <= len(text) for figure in figures(text))
