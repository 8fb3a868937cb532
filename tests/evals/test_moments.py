"""Moments: a message at a known point of an application becomes a short dialogue, and mistakes are told by file and line."""

from pathlib import Path

import pytest

from evals import cases
from evals.dialogues import Applies, Dialogue, Holds
from knowledge.errors import ContentError

BEFORE = """
- {field: company, says: Star Ltd, kept: Star Ltd}
- {field: people, says: eighty, kept: "80", paused: "true"}
- {field: mail, says: a@b.example, kept: a@b.example}
"""


def one(folder: Path, text: str) -> Dialogue:
    (folder / "before.en.yaml").write_text(BEFORE, encoding="utf-8")
    file = folder / "development.en.yaml"
    file.write_text(text, encoding="utf-8")
    (case,) = cases.read(file, "moments")
    assert isinstance(case, Dialogue)
    return case


def kept(dialogue: Dialogue) -> Holds:
    last = dialogue.steps[-1]
    assert isinstance(last, Holds)
    return last


def test_what_was_said_before_is_said_up_to_the_moment_and_must_stay(tmp_path: Path) -> None:
    case = one(
        tmp_path, "- {id: a, at: people, say: '85', expect: intake, gives: {people: '85'}, asks: mail}"
    )
    begins, *_ = case.steps
    assert isinstance(begins, Applies)
    assert (begins.apply.facts, begins.apply.stops and begins.apply.stops.after) == (
        {"company": ["Star Ltd"]},
        1,
    )
    state = kept(case).state
    assert (state.application, state.asks, state.cases) == (
        {"company": ["Star Ltd"], "people": ["85"]},
        "mail",
        0,
    )


def test_a_first_message_has_nothing_before_it(tmp_path: Path) -> None:
    case = one(tmp_path, "- {id: a, at: none, say: We want to apply, expect: intake, then: asking}")
    assert len(case.steps) == 2
    assert kept(case).state.application == {}


@pytest.mark.parametrize(
    ("at", "then", "sent", "interview"),
    [("review", "sent", 1, "none"), ("sent", "sent", 1, "none"), ("review", "paused", 0, "paused")],
)
def test_what_is_sent_is_open_no_longer(
    tmp_path: Path, at: str, then: str, sent: int, interview: str
) -> None:
    state = kept(one(tmp_path, f"- {{id: a, at: {at}, say: 'yes', expect: intake, then: {then}}}")).state
    assert (state.cases, state.interview) == (sent, interview)
    assert state.application is not None
    assert len(state.application) == 3


def test_what_is_open_after_sending_is_another_application(tmp_path: Path) -> None:
    text = (
        "- {id: a, at: sent, say: one more please, expect: intake, then: asking, gives: {company: Moon Ltd}}"
    )
    assert kept(one(tmp_path, text)).state.application == {"company": ["Moon Ltd"]}


def test_who_has_cancelled_holds_nothing(tmp_path: Path) -> None:
    state = kept(one(tmp_path, "- {id: a, at: paused, say: cancel, expect: intake, then: none}")).state
    assert (state.application, state.interview, state.cases) == (None, "none", 0)


def test_a_moment_that_there_is_not_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        ContentError, match=r"development.en.yaml:1: a: .*none, paused, review, sent, company, people, mail"
    ):
        one(tmp_path, "- {id: a, at: peeple, say: '85', expect: intake}")


def test_without_what_was_said_before_there_are_no_moments(tmp_path: Path) -> None:
    file = tmp_path / "development.en.yaml"
    file.write_text("- {id: a, at: none, say: hello, expect: smalltalk}", encoding="utf-8")
    with pytest.raises(ContentError, match=r"before\.en\.yaml"):
        cases.read(file, "moments")
