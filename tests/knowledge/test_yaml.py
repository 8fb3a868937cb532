from pathlib import Path

import pytest

from knowledge import yaml
from knowledge.schema import FaqItem, ServiceFile

FILE = Path("faq.en.yaml")


def problems(text: str, model: type = list[FaqItem], first_line: int = 1) -> list[str]:
    _, _, found = yaml.parse(text, FILE, model, first_line)
    return [str(problem) for problem in found]


@pytest.mark.parametrize("word", ["No", "yes", "on", "1.0", "0x10", "2020-01-01", "1e3", "'null'", "12:30"])
def test_an_unquoted_word_stays_a_word(word: str) -> None:
    items, _, _ = yaml.parse(f"- {{id: a, question: q, answer: {word}}}", FILE, list[FaqItem])
    assert items is not None
    assert items[0].answer == word.strip("'")


@pytest.mark.parametrize("identity", ["27001", "007", "2020-01-01", "true"])
def test_an_id_may_look_like_a_number(identity: str) -> None:
    items, _, _ = yaml.parse(f"- {{id: {identity}, question: q, answer: a}}", FILE, list[FaqItem])
    assert items is not None
    assert items[0].id == identity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- id: a\n  question: q\n", "faq.en.yaml:1: 0.answer: required field is missing"),
        (
            "- id: a\n  question: q\n  answer: x\n- id: b\n  question: q\n",
            "faq.en.yaml:4: 1.answer: required field is missing",
        ),
        (
            "- id: a\n  question: q\n  answr: x\n  answer: x\n",
            "faq.en.yaml:3: 0.answr: unknown field; see the schema in content/README.md",
        ),
        ("- id: a\n  question: q\n  answer: ''\n", "faq.en.yaml:3: 0.answer: must not be empty"),
        ("- id: a\n  question: q\n  answer: '  '\n", "faq.en.yaml:3: 0.answer: must not be empty"),
        ("- id: a\n  question: q\n  answer:\n", "faq.en.yaml:3: 0.answer: must not be empty"),
        ("- id: a\n  answer: x\n  answer: y\n  question: q", "faq.en.yaml:3: answer: field stands twice"),
        ("id: a\n", "faq.en.yaml:1: Input should be a valid list"),
        ("", "faq.en.yaml:1: must not be empty"),
        ("# nothing yet\n", "faq.en.yaml:1: must not be empty"),
        (
            "- id: a\n  question: q\n  answer: x\n  variants:\n    - [b]\n",
            "faq.en.yaml:5: 0.variants.0: Input should be a valid string",
        ),
    ],
)
def test_a_mistake_is_told_with_its_file_line_and_field(text: str, expected: str) -> None:
    assert problems(text) == [expected]


@pytest.mark.parametrize(
    ("text", "line"),
    [("- id: 'a\n", 2), ("a: b: c\n", 1), ("- a\n- {b\n", 3), ("- a\n---\n- b\n", 2), ("- *nowhere\n", 1)],
)
def test_text_that_is_no_yaml_is_told_with_its_line(text: str, line: int) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"faq.en.yaml:{line}: not valid YAML: ")


def test_a_character_that_yaml_forbids_is_told() -> None:
    (problem,) = problems("- \0\n")
    assert "not valid YAML" in problem


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    found = problems("- id: a\n  answer: x\n  answer: y\n- question: q\n  price: 5\n  answer: x\n")
    assert [problem.partition(" ")[0] for problem in found] == [
        "faq.en.yaml:3:",
        "faq.en.yaml:1:",
        "faq.en.yaml:4:",
        "faq.en.yaml:5:",
    ]


def test_lines_are_counted_from_where_the_text_stands_in_its_file() -> None:
    assert problems("id: a\nid: b", FaqItem, first_line=10)[0].startswith("faq.en.yaml:11: id: field stands")


def test_every_item_of_a_list_has_its_line() -> None:
    _, lines, _ = yaml.parse("# first\n- id: a\n  question: q\n  answer: x\n\n- {}\n", FILE, list[FaqItem])
    assert lines == [2, 6]


FIGURE = (
    "figures:\n  - id: {id}\n    value: {value}\n    unit: {unit}\n    reviewed_on: {day}\n    source: s\n"
)
GOOD = {"id": "term", "value": "3", "unit": "year", "day": "2026-01-01"}


@pytest.mark.parametrize(
    ("change", "line", "field"),
    [
        ({"value": "three"}, 4, "figures.0.value"),
        ({"value": "nan"}, 4, "figures.0.value"),
        ({"unit": "parsec"}, 5, "figures.0.unit"),
        ({"day": "2026-13-01"}, 6, "figures.0.reviewed_on"),
        ({"id": "the term"}, 3, "figures.0.id"),
        ({"unit": "date"}, 3, "figures.0:"),
        ({"value": "2020-05-04"}, 3, "figures.0:"),
    ],
)
def test_a_figure_that_cannot_be_right_is_told(change: dict[str, str], line: int, field: str) -> None:
    found = problems("id: desk\n" + "name: {}\n" + FIGURE.format(**GOOD | change), ServiceFile)
    expected = f"faq.en.yaml:{line + 1}: {field}"
    assert found
    assert all(problem.startswith(expected) for problem in found)


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ("{id: a}", "steps.0:"),
        ("{id: a, optionl: true}", "steps.0.optionl:"),
        ("{id: a, en: ''}", "steps.0.en:"),
    ],
)
def test_a_list_item_needs_text_under_a_language(item: str, field: str) -> None:
    (problem,) = problems(f"id: desk\nname: {{}}\nsteps:\n  - {item}\n", ServiceFile)
    assert problem.startswith(f"faq.en.yaml:4: {field}")


@pytest.mark.parametrize("nothing", ["", "null", "~"])
def test_an_optional_field_may_be_left_empty(nothing: str) -> None:
    text = "id: desk\nname: {}\n" + FIGURE.format(**GOOD) + f"    valid_until: {nothing}\n"
    assert problems(text, ServiceFile) == []
