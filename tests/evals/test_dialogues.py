"""Dialogues: what their files must say, how a customer by rule behaves, and that a wrong end is found."""

import asyncio
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.messages import Action, Author, AuthorKind, Outcome, Reply
from bot.settings import Settings
from bot.sniff import EXTENSIONS, sniff
from bot.texts import texts
from evals import applicant, cases
from evals.applicant import Applicant
from evals.client import Field
from evals.command import measure
from evals.customer import paper
from evals.demands import Demands
from evals.dialogues import Applying
from evals.results import Run, Status
from knowledge.errors import ContentError

APPLIES = """
    - apply:
        opens: [I want to apply]
        facts:
          company: [Blue Lake Ltd]
          main_business: [hosting]
          services_in_scope: [service desk]
          people_covered: ["40", about forty]
          sites: ["2"]
          contact_name: [Ann Lee]
          contact: [ann@bluelake.example]
        wanders: [{say: how long is the certificate valid?, expect: answered}]
        changes: [it is 45 people]
        agrees: ["yes"]
"""
RIGHT = f"""
- id: right
  about: Applies, sends a paper, is asked to send it again, comes back for the status, is taken over.
  steps:{APPLIES}
    - state: {{cases: 1, status: enquiry, fields: {{people_covered: "45", target_date: ""}}, interview: none, owner: bot}}
    - {{attach: a.pdf, document: legal_status}}
    - {{staff: reject, document: a.pdf, text: too dark}}
    - hears: [too dark]
    - state: {{documents: [{{name: a.pdf, item: legal_status, state: rejected}}]}}
    - {{staff: move, to: contract, forbidden: "true"}}
    - {{staff: quote, amount: "12000", until: 2099-01-31}}
    - {{say: "what did you quote us?", must: [["12,000"]], expect: [answered, status]}}
    - {{returns: "true"}}
    - {{say: "status of {{reference}}, {{contact}}", expect: status}}
    - {{say: I want to talk to a person, expect: handed_off}}
    - {{staff: take}}
    - hears: [Li Wei is with you now]
    - {{say: hello?, expect: waiting}}
    - state: {{owner: Li Wei, waiting: customer_asked}}
    - {{staff: close, text: told all}}
    - hears: [has closed this conversation]
"""
WRONG = f"""
- id: wrong
  about: The label demands what is not so.
  steps:{APPLIES}
    - state: {{cases: 2, status: quotation, fields: {{people_covered: "40"}}, waiting: complaint}}
- id: stuck
  about: Has no words for what is asked.
  steps:
    - apply: {{opens: [I want to apply], agrees: ["yes"]}}
    - state: {{cases: 0}}
- id: lost
  about: Never applied, and asks with a reference that there cannot be.
  steps:
    - state: {{cases: 1}}
    - {{say: "where is {{{{reference}}}}?"}}
- id: unasked
  about: Takes the reply to a question, and somebody who came before the last message, for news.
  steps:
    - {{say: I want to talk to a person, expect: handed_off}}
    - hears: [colleague]
    - {{staff: take}}
    - {{say: hello?, expect: waiting}}
    - hears: [is with you now]
    - state: {{owner: Li Wei}}
- id: form
  about: A form with a mistake.
  steps:
    - {{form: {{company: Blue Lake Ltd}}, wrong: [main_business]}}
    - state: {{cases: 0}}
"""


@pytest.fixture(scope="module")
def results(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("dialogues")
    file = folder / "cases" / "dialogue" / "development.en.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(RIGHT + WRONG, encoding="utf-8")
    report = folder / "report.json"
    options: dict[str, Any] = dict.fromkeys(("as_html", "against", "save")) | {
        "half": "both", "url": "", "store": False, "models": [], "embedders": [], "rerankers": [], "repeat": 2,
        "most": None, "judged": False,
    }  # fmt: skip
    settings = Settings(data_dir=shipped_data)
    measure(settings, ["dialogue"], cases=file.parents[1], as_json=report, ingest=lambda _: None, **options)
    (run,) = TypeAdapter(list[Run]).validate_json(report.read_bytes())
    return {f"{result.id}/{result.attempt}": result for result in run.results}


def test_a_dialogue_is_graded_by_what_the_database_holds(results: dict[str, Any]) -> None:
    assert [v for n in (1, 2) for v in results[f"right/{n}"].verdicts if not v.right] == []
    wrong = "; ".join(verdict.detail for verdict in results["wrong/1"].verdicts)
    for said in (
        "cases: 1, not 2",
        "status: enquiry, not quotation",
        "“45”, not “40”",
        "waiting: none, not complaint",
    ):
        assert said in wrong
    assert "again and again" in "; ".join(verdict.detail for verdict in results["stuck/1"].verdicts)
    assert [v.detail for v in results["unasked/1"].verdicts if not v.right] == [
        "is not told “colleague”",
        "is not told “is with you now”",
    ]
    assert "not ['main_business']" in "; ".join(verdict.detail for verdict in results["form/1"].verdicts)


def test_what_cannot_be_graded_after_a_failure_is_the_assistants_failure(results: dict[str, Any]) -> None:
    assert results["lost/1"].status is Status.FAILED
    assert results["lost/1"].note


def test_attempts_are_told_in_other_words_and_are_the_same_in_every_run(results: dict[str, Any]) -> None:
    first, second = ([e.said for e in results[f"right/{n}"].exchanges] for n in (1, 2))
    assert "how long is the certificate valid?" in first
    assert "how long is the certificate valid?" in second
    drawn = {tuple(applies(seed)) for seed in range(6)}
    assert len(drawn) > 1
    assert applies(3) == applies(3)


def applies(seed: int) -> list[str]:
    """What somebody says who is asked for the number of people, and then everything is read back."""
    said: list[str] = []
    words = texts("en").intake

    async def says(text: str, demands: Demands | None = None) -> Reply:
        said.append(text)
        if "40" in text or "forty" in text:
            return a_reply("Please check", [Action("Yes", words.confirm_action)])
        return a_reply(f"(1 of 1) {words.questions['people_covered']}")

    class Form:
        async def form(self, language: str) -> list[Field]:
            return [Field("people_covered", "number of people", "")]

    facts = {"people_covered": ["40", "about forty", "some 40"]}
    plan = Applying.model_validate({"opens": ["apply"], "facts": facts})
    drawn = Random(seed)  # noqa: S311
    made = Applicant(says, Form(), plan, "en", drawn)  # type: ignore[arg-type]  # all that it asks of a chat
    assert asyncio.run(made.applies()) == ""
    return said


@pytest.mark.parametrize(
    ("agrees", "cancelled", "wrong"),
    [
        (["yes", "send it"], False, "agrees, and is asked to agree once more"),
        ([], True, ""),
        (["yes"], True, "nothing is asked, and nothing is read back"),
    ],
)
def test_a_yes_counts_once_and_who_cancels_is_done(agrees: list[str], cancelled: bool, wrong: str) -> None:
    read_back = a_reply("Please check", [Action("Yes", texts("en").intake.confirm_action)])

    async def says(text: str, demands: Demands | None = None) -> Reply:
        return a_reply("Cancelled.") if cancelled and text == "cancel it" else read_back

    class Form:
        async def form(self, language: str) -> list[Field]:
            return []

    plan = Applying.model_validate(
        {"opens": ["apply"], "changes": ["cancel it"] if cancelled else [], "agrees": agrees}
    )
    made = Applicant(says, Form(), plan, "en", Random(1))  # type: ignore[arg-type]  # noqa: S311 - as above
    assert asyncio.run(made.applies()) == wrong


@pytest.mark.parametrize("name", ["a.docx", "b.XLSX", "c.pptx", "d.png", "e.jpeg", "执照.pdf"])
def test_what_is_attached_is_of_the_kind_that_its_name_says(name: str) -> None:
    ending = name.casefold().rpartition(".")[2]
    assert ending in EXTENSIONS[sniff(BytesIO(paper(name)))]


def a_reply(text: str, actions: list[Action] | None = None) -> Reply:
    author = Author(AuthorKind.BOT, "Assistant")
    return Reply("msg_1", None, text, "en", Outcome.INTAKE, author, actions=actions or [])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("(2 of 9) What is your company's main business?", "main_business"),
        ("Noted: number of sites: 2.\n(8 of 9) Who is the contact person?", "contact_name"),
        ("Please give me: hull number.", "hull"),
        ("All right.", None),
    ],
)
def test_what_is_asked_is_read_from_the_last_question(text: str, asked: str | None) -> None:
    form = [Field(id, label, "") for id, label in (
        ("main_business", "main business"), ("sites", "number of sites"), ("contact_name", "contact name"),
        ("hull", "hull number"),
    )]  # fmt: skip
    found = applicant.asked(a_reply(text), form, "en")
    assert (found.id if found else None) == asked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: a, about: b, steps: [{say: hi}, {say: bye}]}", "no step says what the store must hold"),
        ("- id: a\n  about: b\n  steps:\n    - {say: hi}\n    - state: {}", "nothing is demanded"),
        ("- id: a\n  about: b\n  steps:\n    - {sya: hi}\n    - state: {cases: 0}", "4: 0.steps.0"),
        (
            "- id: a\n  about: b\n  steps:\n    - {staff: dance}\n    - state: {cases: 0}",
            "4: 0.steps.0.staff",
        ),
    ],
)
def test_a_mistake_in_a_dialogue_is_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "development.en.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        cases.read(file, "dialogue")
    assert any(said in str(problem) for problem in raised.value.problems), raised.value.problems
