"""Drafts of cases from conversations: what is taken, what is masked, and that nothing is taken twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.gaps import Group
from bot.jobs import Jobs
from bot.masking import Masking
from bot.messages import Author, AuthorKind, CaseSummary, Citation, Inbound, Outcome, Reply, new_id
from bot.store import Store
from databases import migrated_sqlite
from evals.cases import labelled, read
from evals.collect import collect, masked
from offices import a_conversation

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Desk:
    """A database with conversations in it, and a folder of cases."""

    def __init__(self, folder: Path) -> None:
        url = migrated_sqlite(folder)
        self.store = Store(url, Jobs(url))
        self.cases = folder / "cases"

    def talk(self, *turns: tuple[str, Outcome], case: str = "", cited: str = "validity") -> str:
        id = a_conversation(self.store)
        for text, outcome in turns:
            citation = Citation(1, "faq", "FAQ", "How long?", "3 years", f"/sources/faq#{cited}")
            reply = Reply(
                new_id("msg"),
                None,
                "3 years [1]",
                "en",
                outcome,
                Author(AuthorKind.BOT, "Assistant"),
                [citation] if outcome is Outcome.ANSWERED else [],
                case=CaseSummary(case, "enquiry") if case else None,
            )
            self._add(id, text, reply)
        return id

    def _add(self, id: str, text: str, reply: Reply) -> None:
        inbound_id = new_id("msg")
        answered = Reply(**{**vars(reply), "in_reply_to": inbound_id})
        with self.store.write() as tx:
            tx.conversations.add(Inbound("web", id, new_id("m"), text), inbound_id, answered)

    def gap(self, question: str) -> None:
        conversation = a_conversation(self.store)
        with self.store.write() as tx:
            gap = tx.gaps.add(conversation, new_id("msg"), question, "en", "declined")
            assert gap
            tx.gaps.put(gap, None, Group(np.ones(3, np.float32), {"en": 1}))

    def collected(self, since: datetime = LONG_AGO) -> dict[str, int]:
        return collect(self.store, since, self.cases)

    def draft(self, suite: str, language: str = "en") -> str:
        return (self.cases / "drafts" / f"{suite}.{language}.yaml").read_text(encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_was_asked_becomes_a_draft_by_what_the_assistant_did(desk: Desk) -> None:
    desk.talk(("how long does it hold?", Outcome.ANSWERED))
    desk.talk(("who is your auditor?", Outcome.DECLINED))
    desk.talk(("let somebody call me", Outcome.HANDED_OFF))
    desk.talk(("证书几年有效", Outcome.ANSWERED))
    desk.talk(("hello", Outcome.SMALLTALK))
    assert desk.collected() == {
        "drafts/answers.en.yaml": 1,
        "drafts/answers.zh.yaml": 1,
        "drafts/handoff.en.yaml": 1,
        "drafts/refusal.en.yaml": 1,
    }
    (case,) = read(desk.cases / "drafts" / "answers.en.yaml", "answers")
    assert case.written == ["how long does it hold?"]
    assert case.demanded[0].entries == ["validity"]


def test_one_of_each_group_of_gaps_becomes_a_draft(desk: Desk) -> None:
    desk.gap("do you have a car park? call 13800138000")
    assert desk.collected() == {"drafts/refusal.en.yaml": 1}
    (case,) = read(desk.cases / "drafts" / "refusal.en.yaml", "refusal")
    assert "car park" in case.written[0]
    assert "13800138000" not in case.written[0]


def test_several_turns_become_one_draft_up_to_where_an_application_comes_in(desk: Desk) -> None:
    desk.talk(
        ("how long is it valid?", Outcome.ANSWERED),
        ("and then?", Outcome.CLARIFY),
        ("I want to apply", Outcome.INTAKE),
        ("Acme", Outcome.INTAKE),
    )
    assert desk.collected()["drafts/follow-up.en.yaml"] == 1
    (talk,) = read(desk.cases / "drafts" / "follow-up.en.yaml", "follow-up")
    assert talk.written == ["how long is it valid?", "and then?"]


def test_nothing_that_belongs_to_an_application_is_taken(desk: Desk) -> None:
    desk.talk(("CD-2026-000001, ann@example.com", Outcome.STATUS))
    desk.talk(("and how long is it valid?", Outcome.ANSWERED), case="CD-2026-000001")
    assert desk.collected() == {}


def test_what_names_somebody_is_masked(desk: Desk) -> None:
    desk.talk(
        ("I am Ann Lee of Star Hosting Ltd, 13800138000, ann@star.example: how long?", Outcome.ANSWERED)
    )
    desk.talk(("我是上海星辰科技有限公司的，电话13800138000，证书几年有效", Outcome.ANSWERED))
    desk.collected()
    written = desk.draft("answers") + desk.draft("answers", "zh")
    assert not [
        each for each in ("Ann Lee", "Star Hosting", "13800138000", "ann@", "星辰") if each in written
    ]
    assert "how long?" in written
    assert "证书几年有效" in written


def test_the_same_person_is_the_same_placeholder_in_a_conversation() -> None:
    masking = Masking()
    first, second = masked("call 13800138000", masking), masked("13800138000 is it", masking)
    assert first.split()[-1] == second.split()[0]


def test_nothing_is_taken_twice_and_what_is_there_stays(desk: Desk) -> None:
    desk.talk(("how long is it valid?", Outcome.ANSWERED))
    desk.collected()
    file = desk.cases / "drafts" / "answers.en.yaml"
    file.write_text(desk.draft("answers") + "# looked at by Li\n", encoding="utf-8")
    assert desk.collected() == {}
    desk.talk(("How long is it valid", Outcome.ANSWERED))
    desk.talk(("what does it cost?", Outcome.ANSWERED))
    assert desk.collected() == {"drafts/answers.en.yaml": 1}
    assert "# looked at by Li" in desk.draft("answers")
    assert len(read(file, "answers")) == 2


def test_what_is_among_the_cases_already_is_no_draft(desk: Desk) -> None:
    kept = desk.cases / "answers" / "development.en.yaml"
    kept.parent.mkdir(parents=True)
    kept.write_text("- {id: a, question: How long is it valid?, expect: answered}\n", encoding="utf-8")
    desk.talk(("how long is it valid", Outcome.ANSWERED))
    assert desk.collected() == {}


def test_drafts_are_not_run_before_somebody_has_moved_them(desk: Desk) -> None:
    desk.talk(("how long is it valid?", Outcome.ANSWERED))
    desk.collected()
    assert labelled(folder=desk.cases) == []


def test_only_what_is_new_enough_is_looked_at(desk: Desk) -> None:
    desk.talk(("how long is it valid?", Outcome.ANSWERED))
    assert desk.collected(datetime.now(UTC) + timedelta(days=1)) == {}


@pytest.mark.parametrize(
    "text", ["- x: [1", "#", "'quoted': \"yes\"", "😀 how?", "你好：\n第二行", "null", "\u202eabc how?"]
)
def test_whatever_was_written_can_be_read_back(desk: Desk, text: str) -> None:
    desk.talk((f"{text} validity", Outcome.ANSWERED))
    ((name, count),) = desk.collected().items()
    assert count == 1
    (case,) = read(desk.cases / name, "answers")
    assert case.written == [f"{text} validity".strip()]
