"""Entries are changed in their files without touching anything else, and both languages change or none."""

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import CONTENT
from knowledge import blocks, edit, filed
from knowledge.blocks import NotEditable, Wording
from knowledge.edit import Piece, Stale, add, locked, retire, revise, undo, written, written_entry
from knowledge.errors import ContentError
from knowledge.filed import Moved, NotWritable
from knowledge.load import load
from samples import SMALL, write

EN = "desk/faq.en.yaml"
ZH = "desk/faq.zh.yaml"
WILD = """\
# Questions of the desk
- id: a   # the first
  # asked at fairs
  question: "What: is it?"
  variants:
    - what's it   # short
    - 'it''s what'
  answer: |
    It is a desk.
    # not a comment

  figures: []
  # the end of a

# about b
- {id: b, question: Which one?, answer: This one.}


- answer: >-
    Somewhere
    else.
  id: c
  question: Where?
# the end
"""
CHEQUE = {
    "en": Wording("Can we pay by cheque?", "Yes, by cheque too.", ("do you take cheques",)),
    "zh": Wording("可以用支票付款吗？", "可以，也收支票。", ("收支票吗",)),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "content", SMALL)


def texts(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def digest(folder: Path, id: str, service: str = "desk") -> str:
    found = written_entry(folder, load(folder), service, id)
    assert found
    return found.digest


def done(folder: Path, change: edit.Change) -> edit.Change:
    with locked(folder), written(folder, change):
        pass
    return change


def undone(folder: Path, change: edit.Change) -> edit.Change:
    """As it is read back from where edits are kept."""
    kept = json.loads(json.dumps([_plain(change.before), _plain(change.after)]))
    before, after = ({n: Piece(**p) if p else None for n, p in each.items()} for each in kept)
    return done(folder, undo(folder, change.service, change.entry, before, after))


def _plain(pieces: Mapping[str, Piece | None]) -> dict[str, object]:
    return {name: vars(piece) if piece else None for name, piece in pieces.items()}


class TestBlocks:
    def test_an_entry_ends_before_the_comments_of_the_next(self) -> None:
        written_lines = blocks.lines(WILD)
        own = ["".join(written_lines[block.first : block.end]) for block in blocks.blocks(WILD)]
        assert [block.id for block in blocks.blocks(WILD)] == ["a", "b", "c"]
        assert own[0].endswith("  # the end of a\n")
        assert own[1] == "- {id: b, question: Which one?, answer: This one.}\n"
        assert own[2].endswith("  question: Where?\n")

    def test_only_the_fields_that_differ_are_written_anew(self) -> None:
        a, _, c = blocks.blocks(WILD)
        said = blocks.wording(a)
        more = Wording(said.question, said.answer, (*said.variants, "tell: me"))
        anew = blocks.changed(WILD, a, more)
        assert anew == blocks.changed(WILD, a, said).replace(
            "    - 'it''s what'\n", "    - 'it''s what'\n    - \"tell: me\"\n"
        )
        assert "# short" in anew
        assert "# asked at fairs" in anew
        there = blocks.changed(WILD, c, Wording("Where?", "Here.", ("whereabouts",)))
        assert there == "- answer: Here.\n  id: c\n  question: Where?\n  variants:\n    - whereabouts\n"

    @pytest.mark.parametrize("length", [1, 2, 8])
    def test_first_wordings_stand_below_the_question_whatever_becomes_of_the_answer(
        self, length: int
    ) -> None:
        answer = "".join(f"    line {n}\n" for n in range(length))
        text = f"- id: x\n  question: Where?\n  answer: >-\n{answer}"
        anew = blocks.changed(text, blocks.blocks(text)[0], Wording("Where?", "Here.", ("whereabouts",)))
        assert anew == "- id: x\n  question: Where?\n  variants:\n    - whereabouts\n  answer: Here.\n"

    def test_what_stood_for_the_answer_before_goes_with_it(self) -> None:
        text = "- id: x\n  question: Where?\n  answer: There.\n  again: Over there.\n  denies: [here]\n  figures: []\n"
        block = blocks.blocks(text)[0]
        assert blocks.changed(text, block, Wording("Where, then?", "There.")) == text.replace(
            "Where?", "Where, then?"
        )
        assert blocks.changed(text, block, Wording("Where?", "Here.")) == (
            "- id: x\n  question: Where?\n  answer: Here.\n  figures: []\n"
        )

    def test_wordings_can_all_be_taken_away(self) -> None:
        a = blocks.blocks(WILD)[0]
        said = blocks.wording(a)
        assert "variants" not in blocks.changed(WILD, a, Wording(said.question, said.answer))

    @pytest.mark.parametrize("text", ["[{id: a}]", "a: b", "- [", "x"])
    def test_what_is_no_plain_list_is_left_alone(self, text: str) -> None:
        with pytest.raises(NotEditable):
            blocks.blocks(text)

    def test_an_entry_in_braces_is_left_alone(self) -> None:
        with pytest.raises(NotEditable, match="braces"):
            blocks.changed(WILD, blocks.blocks(WILD)[1], CHEQUE["en"])

    def test_the_shipped_entries_are_read_and_written_as_they_are(self) -> None:
        for file in CONTENT.rglob("faq.*.yaml"):
            text = file.read_text()
            for block in blocks.blocks(text):
                said = blocks.wording(block)
                own = "".join(blocks.lines(text)[block.first : block.end])
                assert blocks.changed(text, block, said) == own
                [again] = blocks.blocks(blocks.rendered(block.id, said))
                assert blocks.wording(again) == said

    @given(st.text(), st.text(), st.lists(st.text(), max_size=3), st.sampled_from(["\n", "\r\n"]))
    def test_whatever_is_typed_reads_back_the_same(
        self, question: str, answer: str, variants: list[str], newline: str
    ) -> None:
        said = Wording.tidy(f"q{question}", f"a{answer}", variants)
        [block] = blocks.blocks(blocks.rendered("x", said, newline))
        assert blocks.wording(block) == said
        [_, _, c] = blocks.blocks(WILD)
        text = blocks.changed(WILD, c, said)
        [again] = blocks.blocks(text)
        assert blocks.wording(again) == said

    @given(st.sampled_from(["a", "c"]), st.text(), st.lists(st.text(min_size=1), max_size=3), st.booleans())
    def test_everything_else_stays_byte_for_byte(
        self, id: str, answer: str, variants: list[str], crlf: bool
    ) -> None:
        text = WILD.replace("\n", "\r\n") if crlf else WILD
        block = next(block for block in blocks.blocks(text) if block.id == id)
        kept = blocks.lines(text)
        said = Wording.tidy("q", f"x{answer}", variants)
        anew = edit._spliced(text, block, blocks.changed(text, block, said, blocks.newline(text)))
        assert anew.startswith("".join(kept[: block.first]))
        assert anew.endswith("".join(kept[block.end :]))
        assert [b.id for b in blocks.blocks(anew)] == ["a", "b", "c"]


class TestAnEntry:
    def test_a_new_one_stands_in_both_languages_and_nothing_else_changes(self, folder: Path) -> None:
        before = texts(folder)
        change = done(folder, add(folder, "desk", "cheque", CHEQUE))
        after = texts(folder)
        assert {name for name in after if after[name] != before.get(name)} == {EN, ZH} == set(change.after)
        for name in (EN, ZH):
            assert after[name].startswith(before[name])
        found = written_entry(folder, load(folder), "desk", "cheque")
        assert found
        assert found.wordings == CHEQUE

    def test_nothing_is_written_before_it_is_wanted(self, folder: Path) -> None:
        before = texts(folder)
        change = add(folder, "desk", "cheque", CHEQUE)
        assert texts(folder) == before
        assert "desk/cheque.zh" in [entry.key for entry in change.content.entries]
        assert all(entry.file.is_relative_to(folder) for entry in change.content.entries)

    def test_one_that_could_not_be_loaded_is_refused_with_the_real_file(self, folder: Path) -> None:
        before = texts(folder)
        bad = CHEQUE | {"zh": Wording("可以吗？", "有效期{{nothing}}。")}
        with pytest.raises(ContentError) as caught:
            add(folder, "desk", "cheque", bad)
        assert [problem.file for problem in caught.value.problems] == [folder / ZH]
        with pytest.raises(ContentError, match="must not be empty"):
            add(folder, "desk", "cheque", CHEQUE | {"en": Wording("", "x")})
        with pytest.raises(ContentError, match="no service"):
            add(folder, "nowhere", "cheque", CHEQUE)
        assert texts(folder) == before

    def test_an_id_is_given_once(self, folder: Path) -> None:
        for id in ("fee", "parking"):
            with pytest.raises(Stale, match="already"):
                add(folder, "desk", id, CHEQUE)

    def test_a_change_keeps_what_it_does_not_concern(self, folder: Path) -> None:
        before = texts(folder)
        found = written_entry(folder, load(folder), "desk", "validity")
        assert found
        said = dict(found.wordings) | {
            "en": Wording("How long is the label valid?", "For {{term}}.", ("label expiry",))
        }
        done(folder, revise(folder, "desk", "validity", said, found.digest))
        after = texts(folder)
        assert after[EN].decode() == before[EN].decode().replace(
            "The label is valid for {{term}}.", "For {{term}}."
        )
        assert {name for name in after if after[name] != before[name]} == {EN}

    def test_a_language_that_was_missing_is_added(self, folder: Path) -> None:
        (folder / ZH).unlink()
        change = revise(folder, "desk", "fee", CHEQUE, digest(folder, "fee"))
        done(folder, change)
        assert [block.id for block in blocks.blocks((folder / ZH).read_text())] == ["fee"]
        undone(folder, change)
        assert not (folder / ZH).exists()

    def test_one_that_was_edited_by_hand_meanwhile_is_not_overwritten(self, folder: Path) -> None:
        seen = digest(folder, "fee")
        file = folder / EN
        file.write_text(file.read_text().replace("The price", "The fee"))
        with pytest.raises(Stale, match="changed since"):
            revise(folder, "desk", "fee", CHEQUE, seen)
        with pytest.raises(Stale, match="changed since"):
            retire(folder, "desk", "fee", seen)
        with pytest.raises(Stale, match="no entry"):
            retire(folder, "desk", "gone", seen)

    def test_one_that_others_lead_to_cannot_be_retired(self, folder: Path) -> None:
        with pytest.raises(ContentError, match="no entry named fee"):
            retire(folder, "desk", "fee", digest(folder, "fee"))

    def test_line_ends_stay_as_they_are(self, folder: Path) -> None:
        for name in (EN, ZH):
            file = folder / name
            file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
        done(folder, add(folder, "desk", "cheque", CHEQUE))
        data = (folder / EN).read_bytes()
        assert data.count(b"\n") == data.count(b"\r\n")


class TestUndo:
    @pytest.mark.parametrize("id", ["a", "c", "d"])
    @pytest.mark.parametrize("end", ["", "\n", "\n\n# the very end\n"])
    def test_a_retired_entry_comes_back_exactly(self, tmp_path: Path, id: str, end: str) -> None:
        text = (
            WILD.removesuffix("# the end\n") + "\n# about d\n- id: d\n  question: When?\n  answer: Now." + end
        )
        folder = write(tmp_path, {"s/faq.en.yaml": text})
        change = done(folder, retire(folder, "s", id, digest(folder, id, "s")))
        assert f"id: {id}" not in (folder / "s/faq.en.yaml").read_text()
        undone(folder, change)
        assert (folder / "s/faq.en.yaml").read_bytes() == text.encode()

    def test_an_added_and_a_changed_entry_are_undone_exactly(self, folder: Path) -> None:
        before = texts(folder)
        added = done(folder, add(folder, "desk", "cheque", CHEQUE))
        changed = done(folder, revise(folder, "desk", "fee", CHEQUE, digest(folder, "fee")))
        undone(folder, changed)
        undone(folder, added)
        assert texts(folder) == before

    def test_an_undo_can_be_undone(self, folder: Path) -> None:
        added = done(folder, add(folder, "desk", "cheque", CHEQUE))
        with_it = texts(folder)
        back = undone(folder, added)
        undone(folder, back)
        assert texts(folder) == with_it

    def test_what_was_changed_since_is_not_undone(self, folder: Path) -> None:
        added = done(folder, add(folder, "desk", "cheque", CHEQUE))
        done(
            folder,
            revise(
                folder,
                "desk",
                "cheque",
                CHEQUE | {"en": Wording("Cheques?", "No.")},
                digest(folder, "cheque"),
            ),
        )
        with pytest.raises(Stale, match="changed since"):
            undone(folder, added)

    def test_an_entry_whose_neighbour_has_gone_comes_back_at_the_end(self, tmp_path: Path) -> None:
        folder = write(
            tmp_path,
            {"s/faq.en.yaml": "".join(f"- id: {i}\n  question: {i}?\n  answer: x\n" for i in "abcd")},
        )
        change = done(folder, retire(folder, "s", "c", digest(folder, "c", "s")))
        done(folder, retire(folder, "s", "b", digest(folder, "b", "s")))
        undone(folder, change)
        assert [block.id for block in blocks.blocks((folder / "s/faq.en.yaml").read_text())] == [
            "a",
            "d",
            "c",
        ]


class Crash(BaseException):
    pass


class TestWriting:
    def test_what_fails_afterwards_is_put_back(self, folder: Path) -> None:
        before = texts(folder)
        change = add(folder, "desk", "cheque", CHEQUE)

        def fail() -> None:
            with locked(folder), written(folder, change):
                assert texts(folder) != before
                raise Crash

        with pytest.raises(Crash):
            fail()
        assert texts(folder) == before

    @pytest.mark.parametrize("after", range(6))
    def test_a_crash_leaves_both_languages_or_none(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, after: int
    ) -> None:
        old = texts(folder)
        change = add(folder, "desk", "cheque", CHEQUE)
        count = iter(range(100))
        replace = Path.replace

        def crashing(self: Path, target: Path) -> Path:
            if next(count) >= after // 2:
                if after % 2:
                    replace(self, target)
                raise Crash
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", crashing)
        with pytest.raises(Crash), locked(folder), written(folder, change):
            pass
        load(folder)  # what was being written is no content
        monkeypatch.undo()
        with locked(folder):
            pass
        now = {name: data for name, data in texts(folder).items() if not Path(name).name.startswith(".")}
        both = {file.name: file.new for file in change.files}
        assert now in (old, old | both)

    def test_a_file_that_was_changed_before_the_crash_is_completed_is_left_alone(self, folder: Path) -> None:
        change = add(folder, "desk", "cheque", CHEQUE)
        filed._put(folder / ".change.json", None)
        rows = [
            {"name": f.name, "old": filed._coded(f.old), "new": filed._coded(f.new)} for f in change.files
        ]
        (folder / ".change.json").write_text(json.dumps(rows))
        (folder / EN).write_text("- {id: x, question: mine, answer: mine}\n")
        with locked(folder):
            pass
        assert "mine" in (folder / EN).read_text()
        assert (folder / ZH).read_bytes() == {f.name: f.new for f in change.files}[ZH]

    def test_a_change_of_other_files_than_these_is_refused(self, folder: Path) -> None:
        change = add(folder, "desk", "cheque", CHEQUE)
        (folder / EN).write_text((folder / EN).read_text() + "# more\n")
        with pytest.raises(Moved), locked(folder), written(folder, change):
            pass

    def test_one_writes_at_a_time(self, folder: Path) -> None:
        entered = threading.Event()

        def enter() -> None:
            with locked(folder):
                entered.set()

        other = threading.Thread(target=enter)
        with locked(folder):
            other.start()
            assert not entered.wait(0.05)
        other.join()
        assert entered.is_set()

    def test_a_folder_that_cannot_be_written_says_what_to_do(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "access", lambda *_: False)
        with pytest.raises(NotWritable, match="CERTDESK_CONTENT_DIR"), locked(folder):
            pass

    def test_a_file_keeps_its_mode(self, folder: Path) -> None:
        (folder / EN).chmod(0o640)
        done(folder, add(folder, "desk", "cheque", CHEQUE))
        assert (folder / EN).stat().st_mode & 0o777 == 0o640
