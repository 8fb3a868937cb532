"""Gaps, entries, edits and the check, as a supervisor has them."""

import html
import re
from pathlib import Path

import pytest
from httpx2 import Response

from bot.messages import new_id
from bot.store.gaps import GapState
from bot.work import Meaning
from desks import DeskOf
from fakes import FakeEmbedder
from knowledge import index
from knowledge.calibration import Calibration
from knowledge.ingest import ingest
from knowledge.language import detect
from knowledge.load import load
from knowledge.search import Search
from offices import a_conversation
from samples import SMALL, write

HOSTILE = "<script>alert(1)</script> can we pay by cheque {{ 7*7 }}"
CHEQUE = {
    "service": "desk",
    "id": "cheque",
    "question_en": "Can we pay by cheque?",
    "answer_en": "We take cheques, too.",
    "wordings_en": "do you take cheques\ncheque?",
    "question_zh": "可以用支票付款吗？",
    "answer_zh": "我们也收支票。",
    "wordings_zh": "收支票吗",
    "source": "Accounts, 20 November",
    "do": "publish",
}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write(tmp_path / "content", SMALL)


@pytest.fixture
def shipped_search(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Search:
    """In place of the shipped content, a small folder that may be changed."""
    monkeypatch.setenv("CERTDESK_CONTENT_DIR", str(content))
    ingest(content, tmp_path, FakeEmbedder())
    return Search(index.open_current(tmp_path / "index"), FakeEmbedder(), Calibration.read())


def a_gap(desk: DeskOf, *questions: str) -> str:
    meaning = Meaning(desk.part.search(), desk.part.settings.data_dir / "embeddings.sqlite")
    group = None
    for text in questions:
        conversation = a_conversation(desk.store)
        question = meaning.question(text, detect(text))
        with desk.store.write() as tx:
            gap = tx.gaps.add(conversation, new_id("msg"), text, detect(text), "declined")
            assert gap
            group = tx.gaps.put(gap, group, question)
            tx.gaps.describe(group, questions[0], question)
    assert group
    return group


def state(desk: DeskOf, group: str) -> GapState:
    with desk.store.read() as tx:
        found = tx.gaps.group(group)
    assert found
    return found.state


def values(page: str, name: str) -> str:
    """What a field of the form holds."""
    match = re.search(rf'<input name="{name}" value="([^"]*)"', page) or re.search(
        rf'<textarea name="{name}"[^>]*>\n?([^<]*)<', page
    )
    assert match, name
    return html.unescape(match[1])


def hidden(response: Response, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', response.text)
    assert match, name
    return match[1]


PAGES = ["", "/entries", "/entries/new", "/entries/desk/fee", "/edits", "/check"]


class TestWhoMayTeach:
    @pytest.mark.parametrize("path", [*PAGES, "/gaps/grp_x"])
    def test_agents_find_nothing_here(self, desk: DeskOf, path: str) -> None:
        assert desk.as_role("agent").status(f"/desk/knowledge{path}") == 404

    def test_agents_publish_nothing(self, desk: DeskOf, content: Path) -> None:
        before = load(content)
        for path in (
            "entries",
            "entries/desk/fee",
            "retired/desk/fee",
            "edits/1/undo",
            "gaps/x",
            "gaps/x/state",
            "gaps/x/joined",
        ):
            assert desk.as_role("agent").post(f"/desk/knowledge/{path}", **CHEQUE).status_code == 404
        assert load(content) == before

    @pytest.mark.parametrize("language", ["en", "zh"])
    @pytest.mark.parametrize("path", PAGES)
    def test_supervisors_see_every_page(self, desk: DeskOf, path: str, language: str) -> None:
        desk.as_role("admin")  # one must remain, whatever is changed
        desk.language(language)
        page = desk.get(f"/desk/knowledge{path}")
        assert " style=" not in page
        assert page.count("<h1") == 1
        assert f'<html lang="{"zh" if language == "zh" else "en"}' in page

    def test_what_is_not_there_is_not_found(self, desk: DeskOf) -> None:
        for path in (
            "gaps/grp_x",
            "entries/desk/nothing",
            "entries/nowhere/fee",
            "entries/desk/fee?group=grp_x",
        ):
            assert desk.status(f"/desk/knowledge/{path}") == 404


class TestGaps:
    def test_the_most_asked_come_first_with_examples(self, desk: DeskOf) -> None:
        a_gap(desk, "is there a canteen")
        a_gap(desk, "can we pay by cheque", "可以用支票吗")
        page = desk.get("/desk/knowledge")
        assert (
            page.index("can we pay by cheque") < page.index("可以用支票吗") < page.index("is there a canteen")
        )

    def test_what_customers_wrote_stays_text(self, desk: DeskOf) -> None:
        group = a_gap(desk, HOSTILE)
        for path in ("/desk/knowledge", f"/desk/knowledge/gaps/{group}"):
            page = desk.get(path)
            assert "<script>alert" not in page
            assert "&lt;script&gt;" in page
            assert "{{ 7*7 }}" in page

    def test_a_look_at_them_is_noted(self, desk: DeskOf) -> None:
        group = a_gap(desk, "is there a canteen")
        desk.get("/desk/knowledge")
        desk.get(f"/desk/knowledge/gaps/{group}")
        with desk.store.read() as tx:
            noted = [(line["action"], line["subject"]) for line in tx.people.audited(2)]
        assert noted == [("gap.show", group), ("gap.list", "open")]

    def test_one_can_be_dismissed_and_opened_again(self, desk: DeskOf) -> None:
        group = a_gap(desk, "is there a canteen")
        page = desk.post(f"/desk/knowledge/gaps/{group}/state", to="dismissed").text
        assert "is there a canteen" in page
        assert state(desk, group) is GapState.DISMISSED
        assert "is there a canteen" not in desk.get("/desk/knowledge")
        desk.post(f"/desk/knowledge/gaps/{group}/state", to="open")
        assert state(desk, group) is GapState.OPEN
        assert desk.post(f"/desk/knowledge/gaps/{group}/state", to="answered").status_code == 400

    def test_two_of_one_meaning_can_be_joined(self, desk: DeskOf) -> None:
        group = a_gap(desk, "can we pay by cheque")
        other = a_gap(desk, "do you accept cheques", "可以用支票吗")
        assert f'name="other" value="{other}"' in desk.get(f"/desk/knowledge/gaps/{group}")
        page = desk.post(f"/desk/knowledge/gaps/{group}/joined", other=other).text
        assert "Asked 3 times" in page
        assert "do you accept cheques" in page
        assert desk.status(f"/desk/knowledge/gaps/{other}") == 404
        for wrong in (other, group, ""):
            assert desk.post(f"/desk/knowledge/gaps/{group}/joined", other=wrong).status_code == 404

    def test_the_form_begins_with_what_was_asked(self, desk: DeskOf) -> None:
        group = a_gap(
            desk, "Can we pay by cheque?", "cheques ok?", "可以用支票吗", "cheque, call 13800138000"
        )
        page = desk.get(f"/desk/knowledge/gaps/{group}")
        assert values(page, "question_en") == "Can we pay by cheque?"
        assert values(page, "id") == "can-we-pay-by-cheque"
        assert values(page, "wordings_en") == "cheques ok?"
        assert values(page, "question_zh") == "可以用支票吗"
        assert "/desk/conversations/" in page


class TestPublishing:
    def test_an_answered_gap_is_in_both_languages_and_on_its_way(self, desk: DeskOf, content: Path) -> None:
        group = a_gap(desk, "can we pay by cheque")
        response = desk.post(f"/desk/knowledge/gaps/{group}", **CHEQUE)
        assert response.status_code == 200
        assert response.url.path == "/desk/knowledge/entries/desk/cheque"
        assert "Published." in response.text
        assert "still learning" in response.text
        assert {"desk/cheque.en", "desk/cheque.zh"} <= {entry.key for entry in load(content).entries}
        assert state(desk, group) is GapState.ANSWERED

    def test_a_preview_shows_who_is_answered_and_writes_nothing(self, desk: DeskOf, content: Path) -> None:
        group = a_gap(desk, "cheque?")
        before = load(content)
        response = desk.post(f"/desk/knowledge/gaps/{group}", **CHEQUE | {"do": "preview"})
        assert response.status_code == 200
        assert "Who would be answered" in response.text
        assert "(1 of 1 answered by this entry)" in response.text
        assert values(response.text, "answer_en") == "We take cheques, too."
        assert load(content) == before
        assert state(desk, group) is GapState.OPEN

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"source": ""}, "Say where it is from."),
            ({"answer_zh": ""}, "Chinese: The answer is missing."),
            ({"answer_en": "It is CNY 500."}, "states a price (CNY 500)"),
            ({"answer_en": "You are guaranteed to pass."}, "cannot promise"),
            ({"answer_en": "For {{nothing}}."}, "no figure or list named {{nothing}}"),
            ({"id": "fee"}, "There is an entry named fee already"),
        ],
    )
    def test_what_is_wrong_is_said_at_the_form_and_the_input_kept(
        self, desk: DeskOf, content: Path, change: dict[str, str], said: str
    ) -> None:
        before = load(content)
        response = desk.post("/desk/knowledge/entries", **CHEQUE | change)
        assert response.status_code == 422
        assert said in html.unescape(response.text)
        assert values(response.text, "wordings_en") == CHEQUE["wordings_en"]
        assert load(content) == before

    def test_what_is_to_be_thought_of_is_published_on_second_thought(
        self, desk: DeskOf, content: Path
    ) -> None:
        doubtful = CHEQUE | {"answer_en": "For 2 years.", "answer_zh": "两年。"}
        first = desk.post("/desk/knowledge/entries", **doubtful)
        assert first.status_code == 422
        assert "{{term}}" in first.text
        seal = hidden(first, "confirmed")
        other = desk.post(
            "/desk/knowledge/entries", **doubtful | {"answer_en": "2 years.", "confirmed": seal}
        )
        assert other.status_code == 422
        assert desk.post("/desk/knowledge/entries", **doubtful | {"confirmed": seal}).status_code == 200
        assert "desk/cheque.en" in {entry.key for entry in load(content).entries}

    def test_a_folder_that_may_only_be_read_is_told(
        self, desk: DeskOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("knowledge.filed.os.access", lambda *_: False)
        response = desk.post("/desk/knowledge/entries", **CHEQUE)
        assert response.status_code == 422
        assert "CERTDESK_CONTENT_DIR" in response.text


class TestEntries:
    def test_they_are_found_by_words_service_and_kind(self, desk: DeskOf) -> None:
        assert "What does a check cost?" in desk.get("/desk/knowledge/entries?q=CHECK+cost")
        assert "What does a check cost?" not in desk.get("/desk/knowledge/entries?q=lorry")
        assert "Can I park a lorry?" in desk.get("/desk/knowledge/entries?kind=decline")
        assert "What does a check cost?" not in desk.get("/desk/knowledge/entries?kind=decline")
        assert "No entry has" in desk.get("/desk/knowledge/entries?service=nowhere")

    def test_one_is_changed_in_its_form(self, desk: DeskOf, content: Path) -> None:
        page = desk.client.get("/desk/knowledge/entries/desk/fee")
        sent = CHEQUE | {"digest": hidden(page, "digest"), "answer_en": "It depends on {{list:fee_factors}}."}
        sent |= {"answer_zh": "取决于{{list:fee_factors}}。"}
        assert desk.post("/desk/knowledge/entries/desk/fee", **sent).status_code == 200
        [fee] = [entry for entry in load(content).entries if entry.key == "desk/fee.en"]
        assert fee.body == "It depends on height, width and colour."
        again = desk.post("/desk/knowledge/entries/desk/fee", **sent)
        assert again.status_code == 422
        assert "Somebody else has changed this" in again.text
        assert "Li Na" in desk.get("/desk/knowledge/entries?q=cheque")

    def test_the_questions_of_a_gap_are_added_to_it(self, desk: DeskOf) -> None:
        group = a_gap(desk, "how much for a check", "检查多少钱")
        assert "/desk/knowledge/entries/desk/" in desk.get(f"/desk/knowledge/gaps/{group}")
        page = desk.client.get(f"/desk/knowledge/entries/desk/fee?group={group}")
        assert values(page.text, "wordings_en") == "how much for a check"
        fields = ("question_en", "answer_en", "wordings_en", "question_zh", "answer_zh", "wordings_zh")
        sent = {name: values(page.text, name) for name in fields}
        sent |= {"digest": hidden(page, "digest"), "group": group, "source": "as before", "do": "publish"}
        assert desk.post("/desk/knowledge/entries/desk/fee", **sent).status_code == 200
        assert state(desk, group) is GapState.ANSWERED

    def test_one_is_retired_and_comes_back(self, desk: DeskOf, content: Path) -> None:
        desk.post("/desk/knowledge/entries", **CHEQUE)
        page = desk.client.get("/desk/knowledge/entries/desk/cheque")
        digest = hidden(page, "digest")
        assert desk.post("/desk/knowledge/retired/desk/cheque", digest=digest).status_code == 422
        edits = desk.post("/desk/knowledge/retired/desk/cheque", digest=digest, reason="No more cheques").text
        assert "No more cheques" in edits
        assert "desk/cheque.en" not in {entry.key for entry in load(content).entries}
        number = re.findall(r"/edits/(\d+)/undo", edits)[0]
        assert "Undone." in desk.post(f"/desk/knowledge/edits/{number}/undo").text
        assert "desk/cheque.en" in {entry.key for entry in load(content).entries}
        assert desk.post(f"/desk/knowledge/edits/{number}/undo").status_code == 409

    def test_one_that_others_lead_to_is_not_retired(self, desk: DeskOf) -> None:
        digest = hidden(desk.client.get("/desk/knowledge/entries/desk/fee"), "digest")
        response = desk.post("/desk/knowledge/retired/desk/fee", digest=digest, reason="old")
        assert response.status_code == 422
        assert "no entry named fee" in response.text

    def test_declines_and_sections_are_only_shown(self, desk: DeskOf) -> None:
        for path, file in (("parking", "desk/declines.en.yaml:1"), ("guide%23launch", "desk/guide.en.md")):
            page = desk.get(f"/desk/knowledge/entries/desk/{path}")
            assert file in page
            assert 'name="answer_en"' not in page


class TestEdits:
    def test_they_show_what_changed_by_whom(self, desk: DeskOf) -> None:
        desk.post("/desk/knowledge/entries", **CHEQUE | {"answer_en": "<b>We</b> take cheques."})
        page = desk.get("/desk/knowledge/edits")
        for part in ("Added", "Li Na", CHEQUE["source"], "desk/faq.en.yaml", "&lt;b&gt;We&lt;/b&gt;"):
            assert part in page
        assert "<b>We" not in page

    def test_only_the_last_edit_of_an_entry_is_undone(self, desk: DeskOf) -> None:
        desk.post("/desk/knowledge/entries", **CHEQUE)
        digest = hidden(desk.client.get("/desk/knowledge/entries/desk/cheque"), "digest")
        desk.post("/desk/knowledge/entries/desk/cheque", **CHEQUE | {"answer_en": "Yes.", "digest": digest})
        page = desk.get("/desk/knowledge/edits")
        assert len(re.findall(r"/edits/\d+/undo", page)) == 1


def test_the_check_lists_what_lint_finds(desk: DeskOf, content: Path) -> None:
    file = content / "desk/faq.en.yaml"
    file.write_text(file.read_text() + "- {id: odd, question: Odd?, answer: It takes 7 days.}\n")
    page = desk.get("/desk/knowledge/check")
    assert "desk/faq.en.yaml:10" in page
    assert "Figure in the text" in page
    assert "Translation missing" in page


def test_an_entry_in_braces_is_edited_by_hand(desk: DeskOf, content: Path) -> None:
    for language in ("en", "zh"):
        file = content / f"desk/faq.{language}.yaml"
        file.write_text(file.read_text() + "- {id: odd, question: Odd?, answer: Odd.}\n")
    digest = hidden(desk.client.get("/desk/knowledge/entries/desk/odd"), "digest")
    response = desk.post("/desk/knowledge/entries/desk/odd", **CHEQUE | {"digest": digest})
    assert response.status_code == 422
    assert "edited by hand" in response.text


def test_content_with_mistakes_is_told(desk: DeskOf, content: Path) -> None:
    (content / "desk/faq.en.yaml").write_text("- [")
    assert desk.status("/desk/knowledge/entries") == 409
    assert "look under Check" in desk.get("/desk/knowledge")
    page = desk.get("/desk/knowledge/check")
    assert "desk/faq.en.yaml:" in page
    assert "not valid YAML" in page
