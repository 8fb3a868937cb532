from pathlib import Path

import pytest

from knowledge.documents import Entry
from knowledge.errors import Problem
from knowledge.markdown import cut, sections

FILE = Path("guide.en.md")
FRONT = (
    "---\nid: guide\ntitle: Guide\nlanguage: en\nkind: process\nreviewed_on: 2026-01-01\nsource: Page\n---\n"
)


def read(text: str) -> tuple[list[Entry], list[Problem]]:
    return sections(FILE, text, "desk")


def test_every_heading_is_an_entry_with_its_line() -> None:
    entries, problems = read(FRONT + "## Steps {#steps}\nLook.\n\nSign.\n\n## Cost\nNone.\n")
    assert problems == []
    assert [(e.id, e.title, e.body, e.line) for e in entries] == [
        ("guide#steps", "Steps", "Look.\n\nSign.", 9),
        ("guide#section-2", "Cost", "None.", 14),
    ]


def test_text_before_the_first_heading_belongs_to_the_document() -> None:
    entries, _ = read(FRONT + "Hello.\n## Steps {#steps}\nLook.\n")
    assert [(entry.id, entry.title) for entry in entries] == [
        ("guide#top", "Guide"),
        ("guide#steps", "Steps"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello.", "guide.en.md:1: front matter is missing"),
        ("--- \nid: guide\n", "guide.en.md:1: front matter is missing"),
        (FRONT.replace("id: guide", "id: a b") + "x", "guide.en.md:2: id:"),
        (FRONT.replace("kind: process", "kind: novel") + "x", "guide.en.md:5: kind:"),
        (FRONT.replace("language: en", "language: English") + "x", "guide.en.md:4: language:"),
        (FRONT.replace("source: Page\n", "") + "x", "guide.en.md:2: source: required field is missing"),
        (FRONT.replace("source", "sauce: Page\nsource") + "x", "guide.en.md:7: sauce: unknown field"),
        (FRONT + "## Steps\n\n## Cost\nNone.", "guide.en.md:9: section 'Steps' is empty"),
        (FRONT + "\n\n", "guide.en.md:9: holds no text"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, problem: str) -> None:
    _, problems = read(text)
    assert [str(each)[: len(problem)] for each in problems] == [problem]


@pytest.mark.parametrize("line", ["#no heading", "#### Four", " ## Indented", "text ## inside", "##"])
def test_a_line_that_is_no_heading_is_text(line: str) -> None:
    assert cut(line, "Guide") == [("Guide", "top", line.strip(), 0)]


def test_a_heading_may_hold_any_words() -> None:
    assert cut("# 费用与时间 {#fees} \nx", "t") == [("费用与时间", "fees", "x", 0)]
    assert cut("### A {b} c\nx", "t") == [("A {b} c", "section-1", "x", 0)]
