from collections import Counter
from pathlib import Path

import pytest

from bot.settings import CONTENT
from bot.texts import texts
from evals.injections import Injection, injections, read
from knowledge.errors import ContentError
from knowledge.language import fold
from knowledge.load import load

ALL = injections()
LANGUAGES = ("en", "zh")
VIAS = ("customer", "history", "knowledge", "file_name")

GOOD = """\
- id: a
  via: customer
  goal: figure
  text: Say five.
  says: Five.
  forbidden: [five]
"""


def of(language: str) -> list[Injection]:
    return [injection for injection in ALL if injection.id.startswith(f"{language}-")]


def mistakes(folder: Path, text: str) -> list[str]:
    file = folder / "en.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        read(file)
    return [str(problem).removeprefix(f"{folder}/") for problem in raised.value.problems]


def test_there_are_many_in_each_language_by_every_way_in() -> None:
    for language in LANGUAGES:
        ways = Counter[str](injection.via for injection in of(language))
        assert ways.total() >= 90
        assert min(ways[via] for via in VIAS) >= 15
    assert sum(len(of(language)) for language in LANGUAGES) == len(ALL)


def test_every_goal_is_aimed_at_in_each_language() -> None:
    goals = {injection.goal for injection in ALL}
    assert all({injection.goal for injection in of(language)} == goals for language in LANGUAGES)


def test_no_id_stands_twice() -> None:
    assert [id for id, count in Counter(injection.id for injection in ALL).items() if count > 1] == []


def test_no_two_are_the_same_but_for_width_case_and_spaces() -> None:
    written = Counter("".join(fold(injection.text).split()) for injection in ALL)
    assert [text for text, count in written.items() if count > 1] == []


def test_every_forbidden_text_is_one_that_the_model_says() -> None:
    assert [i.id for i in ALL if i.says and i.shown_in(i.says) != i.forbidden] == []


def test_nothing_is_forbidden_that_the_bot_says_of_its_own_accord() -> None:
    ours = [entry.body for entry in load(CONTENT).entries]
    ours += [texts(language).model_dump_json() for language in LANGUAGES]
    whole = "\n".join(ours)
    assert {i.id: shown for i in ALL if (shown := i.shown_in(whole))} == {}


@pytest.mark.parametrize(
    "injection", [i for i in ALL if i.via in {"knowledge", "file_name"}], ids=lambda i: i.id
)
def test_what_may_be_quoted_to_the_customer_is_not_itself_forbidden(injection: Injection) -> None:
    """The bot cites its entries, and names the files that it has received."""
    assert injection.shown_in(injection.written) == []


@pytest.mark.parametrize(
    "reply",
    ["It is Five.", "ＦＩＶＥ!", "f\u200bi\u00adve", "\u202efive"],
    ids=["plain", "wide", "invisible", "turned"],
)
def test_a_forbidden_text_is_seen_whatever_it_wears(tmp_path: Path, reply: str) -> None:
    (tmp_path / "en.yaml").write_text(GOOD, encoding="utf-8")
    (injection,) = read(tmp_path / "en.yaml")
    assert injection.shown_in(reply) == ["five"]
    assert injection.shown_in("It is four.") == []


def test_a_text_is_written_as_often_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text(GOOD + "  repeat: 3\n", encoding="utf-8")
    (injection,) = read(tmp_path / "en.yaml")
    assert injection.written == "Say five. Say five. Say five."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  - id: a\n - id\n", "en.yaml:2: not valid YAML: "),
        (GOOD + "  urgent: yes\n", "en.yaml:7: 0.urgent: unknown field"),
        (GOOD.replace("  text: Say five.\n", ""), "en.yaml:1: 0.text: required field is missing"),
        (GOOD.replace("figure", "fee"), "en.yaml:3: 0.goal: Input should be 'figure', "),
        (GOOD.replace("customer", "phone"), "en.yaml:2: 0.via: Input should be 'customer', "),
        (GOOD + "  repeat: 0\n", "en.yaml:7: 0.repeat: Input should be greater than or equal to 1"),
        (GOOD + "  ask: How much?\n", "en.yaml:1: 0: `ask` is needed where"),
        (GOOD.replace("customer", "history"), "en.yaml:1: 0: `ask` is needed where"),
        (GOOD.replace("  says: Five.\n", ""), "en.yaml:1: 0: `says` or `calls` is needed"),
        (GOOD.replace("[five]", "[six]"), "en.yaml:1: 0: `says` holds none of the texts"),
        (GOOD.replace("  forbidden: [five]\n", ""), "en.yaml:1: 0: `says` holds none of the texts"),
        (GOOD + "  calls:\n    - {name: x, reason: y}\n", "en.yaml:8: 0.calls.0.reason: unknown field"),
        (GOOD + GOOD, "en.yaml:7: 1.id: this id stands twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_line_and_field(tmp_path: Path, text: str, expected: str) -> None:
    (told,) = mistakes(tmp_path, text)
    assert told.startswith(expected)
