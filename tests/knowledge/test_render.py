from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.documents import FigureFact, Item, Service
from knowledge.figures import figures
from knowledge.render import Renderer, UnknownReference, figure_text, references
from knowledge.schema import CURRENCIES, UNITS

TODAY = date(2026, 1, 1)


def fact(value: str | date, unit: str) -> FigureFact:
    number = value if isinstance(value, date) else Decimal(value)
    return FigureFact("f", number, unit, TODAY, "s", None, None, Path("service.yaml"), 1)


FACTS = [
    ("3", "year", "3 years", "3年"),
    ("1", "year", "1 year", "1年"),
    ("0.5", "year", "0.5 years", "0.5年"),
    ("6", "month", "6 months", "6个月"),
    ("2", "week", "2 weeks", "2周"),
    ("1", "day", "1 day", "1天"),
    ("15", "working_day", "15 working days", "15个工作日"),
    ("24", "hour", "24 hours", "24小时"),
    (date(2018, 9, 5), "date", "5 September 2018", "2018年9月5日"),
    ("5000", "count", "5,000", "5000"),
    ("99.50", "percent", "99.5%", "99.5%"),
    ("1E+3", "CNY", "CNY 1,000", "1000元"),
    ("1200.00", "USD", "USD 1,200", "USD 1200"),
    ("10", "EUR", "EUR 10", "EUR 10"),
]


@pytest.mark.parametrize(("value", "unit", "en", "zh"), FACTS)
def test_a_figure_reads_naturally_in_both_languages(value: str | date, unit: str, en: str, zh: str) -> None:
    assert (figure_text(fact(value, unit), "en"), figure_text(fact(value, unit), "zh")) == (en, zh)


def test_every_unit_of_the_schema_is_tried_here() -> None:
    assert {unit for _, unit, *_ in FACTS} >= set(UNITS)


@pytest.mark.parametrize("unit", [*UNITS, *CURRENCIES])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_rendered_figure_is_found_again_in_its_text(unit: str, language: str) -> None:
    value: str | date = date(2018, 9, 15) if unit == "date" else "1234.5"
    text = {"en": "It is {} here.", "zh": "这里是{}。"}[language]
    (found,) = figures(text.format(figure_text(fact(value, unit), language)))
    assert found.unit == unit
    assert found.value == (value.isoformat() if isinstance(value, date) else Decimal(value))


def service(**lists: list[dict[str, str]]) -> Service:
    items = {
        name: tuple(Item(str(number), text) for number, text in enumerate(texts))
        for name, texts in lists.items()
    }
    return Service("desk", Path("service.yaml"), lists=items)


AB = [{"en": "one", "zh": "一项"}, {"en": "two", "zh": "两项"}]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("by {{list:fee_factors}}.", "en", "by one and two."),
        ("按{{list:fee_factors}}。", "zh", "按一项、两项。"),
        ("Steps:{{list:steps}}", "en", "Steps:\n1. one\n2. two"),
        ("步骤：{{list:steps}}", "zh", "步骤：\n1. 一项\n2. 两项"),
        ("{{ f }} and {{f}}", "en", "3 years and 3 years"),
        ("{{f}}", "fr", "3 years"),
        ("{f} {} }}", "en", "{f} {} }}"),
    ],
)
def test_references_are_filled_in(text: str, language: str, expected: str) -> None:
    renderer = Renderer({"f": fact("3", "year")}, service(fee_factors=AB, steps=AB))
    assert renderer.render(text, language) == expected


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ([{"en": "one"}], "en", "one"),
        ([{"en": "one"}], "zh", "one"),
        ([{"zh": "一项"}], "en", "一项"),
        ([{"en": "a"}, {"en": "b"}, {"en": "c"}], "en", "a, b and c"),
    ],
)
def test_a_list_is_shown_in_another_language_where_its_own_is_missing(
    texts: list[dict[str, str]], language: str, expected: str
) -> None:
    assert Renderer({}, service(fee_factors=texts)).render("{{list:fee_factors}}", language) == expected


@pytest.mark.parametrize(
    "text", ["{{g}}", "{{list:f}}", "{{list:steps}}", "{{list:nothing}}", "{{the-term}}", "{{}}", "{{3}}"]
)
def test_a_reference_to_nothing_is_refused(text: str) -> None:
    renderer = Renderer({"f": fact("3", "year")}, service(steps=[]))
    with pytest.raises(UnknownReference, match="no figure or list named"):
        renderer.render(text, "en")


def test_references_name_figures_and_no_lists() -> None:
    assert references("{{a}} {{list:steps}} {{ b_2 }}") == ["a", "b_2"]
