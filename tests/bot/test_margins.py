"""What staff keep beside conversations, on every kind of database."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.messages import new_id
from bot.records import Attachment, CannedReply, Role
from bot.store import Store
from offices import a_conversation

LONG = timedelta(minutes=5)
GONE = timedelta(seconds=-1)  # a page that was closed without a word


def a_member(store: Store, name: str) -> int:
    with store.write() as tx:
        return tx.staff.insert(f"{name}@example.com", name, Role.AGENT, "en", "", None).id


def look(store: Store, member: int, conversation: str, page: str, lasts: timedelta = LONG) -> None:
    with store.write() as tx:
        tx.margins.look(member, conversation, page, lasts)


def looking(store: Store, *conversations: str, but: int = 0) -> dict[str, list[str]]:
    with store.read() as tx:
        return tx.margins.looking(conversations, but)


class TestNotes:
    def test_notes_of_a_conversation_come_oldest_first(self, everywhere: Store) -> None:
        id, other = a_conversation(everywhere), a_conversation(everywhere)
        with everywhere.write() as tx:
            tx.margins.note(id, "Li", "要注意")
            tx.margins.note(other, "Li", "of another")
            tx.margins.note(id, "Wang", "<b>Done</b>")
        with everywhere.read() as tx:
            notes = tx.margins.notes(id)
        assert [(note.staff, note.text) for note in notes] == [("Li", "要注意"), ("Wang", "<b>Done</b>")]
        assert notes[0].at.utcoffset() is not None

    def test_a_note_is_for_staff_and_is_no_message(self, everywhere: Store) -> None:
        id = a_conversation(everywhere)
        with everywhere.write() as tx:
            before = tx.conversations.messages(id)
            tx.margins.note(id, "Li", "internal 内部")
        with everywhere.read() as tx:
            assert tx.conversations.messages(id) == before
            assert tx.finding.messages("内部", 50) == []
            assert tx.conversations.events(id, 0) == []


class TestAttachments:
    def test_an_attachment_comes_back_as_it_was(self, everywhere: Store) -> None:
        id = a_conversation(everywhere)
        sent = Attachment(
            new_id("att"), id, "b" * 64, "报价.pdf", 12, "application/pdf", "Li", datetime.now(UTC)
        )
        with everywhere.write() as tx:
            tx.margins.attach(sent)
        with everywhere.read() as tx:
            assert tx.margins.attachment(sent.id) == sent
            assert tx.margins.attachment("att_unknown") is None


class TestRead:
    def test_nobody_has_read_anything_at_first(self, everywhere: Store) -> None:
        with everywhere.read() as tx:
            assert tx.margins.read_up_to(1, a_conversation(everywhere)) == 0

    def test_each_member_has_a_mark_of_their_own(self, everywhere: Store) -> None:
        id, li, wang = a_conversation(everywhere), a_member(everywhere, "Li"), a_member(everywhere, "Wang")
        for seq in (2, 5):
            with everywhere.write() as tx:
                tx.margins.read(li, id, seq)
        with everywhere.read() as tx:
            assert (tx.margins.read_up_to(li, id), tx.margins.read_up_to(wang, id)) == (5, 0)

    def test_a_page_that_is_late_does_not_make_read_messages_new(self, everywhere: Store) -> None:
        id, li = a_conversation(everywhere), a_member(everywhere, "Li")
        for seq in (5, 2):
            with everywhere.write() as tx:
                tx.margins.read(li, id, seq)
        with everywhere.read() as tx:
            assert tx.margins.read_up_to(li, id) == 5


class TestPresence:
    def test_others_who_look_are_named_once(self, everywhere: Store) -> None:
        id, li, wang = a_conversation(everywhere), a_member(everywhere, "Li"), a_member(everywhere, "Wang")
        other = a_conversation(everywhere)
        for member, page in ((li, "page_1"), (wang, "page_2"), (wang, "page_3")):
            look(everywhere, member, id, page)
        assert looking(everywhere, id, other, but=li) == {id: ["Wang"]}
        assert looking(everywhere, id) == {id: ["Li", "Wang"]}
        assert looking(everywhere) == {}

    def test_a_page_that_was_closed_is_not_looking(self, everywhere: Store) -> None:
        id, li = a_conversation(everywhere), a_member(everywhere, "Li")
        for page in ("page_1", "page_2"):
            look(everywhere, li, id, page)
        with everywhere.write() as tx:
            tx.margins.look_away("page_1")
            tx.margins.look_away("page_unknown")
        assert looking(everywhere, id) == {id: ["Li"]}

    def test_presence_lapses_and_is_renewed(self, everywhere: Store) -> None:
        id, li = a_conversation(everywhere), a_member(everywhere, "Li")
        look(everywhere, li, id, "page_1", GONE)
        assert looking(everywhere, id) == {}
        look(everywhere, li, id, "page_1")
        assert looking(everywhere, id) == {id: ["Li"]}
        look(everywhere, li, id, "page_1", GONE)
        assert looking(everywhere, id) == {}


class TestCanned:
    def save(self, store: Store, id: int | None, language: str, title: str, text: str = "…") -> None:
        with store.write() as tx:
            tx.margins.save_canned(id, language, title, text, "Li")

    def canned(self, store: Store, language: str = "") -> list[CannedReply]:
        with store.read() as tx:
            return tx.margins.canned(language)

    @pytest.mark.parametrize(
        ("language", "expected"), [("", "A B 甲"), ("en", "A B"), ("zh", "甲"), ("fr", "")]
    )
    def test_they_come_by_language_and_title(self, everywhere: Store, language: str, expected: str) -> None:
        for spoken, title in (("en", "B"), ("zh", "甲"), ("en", "A")):
            self.save(everywhere, None, spoken, title)
        assert [reply.title for reply in self.canned(everywhere, language)] == expected.split()

    def test_one_is_changed_and_removed(self, everywhere: Store) -> None:
        self.save(everywhere, None, "en", "Hello", "Hello {customer}")
        (saved,) = self.canned(everywhere)
        self.save(everywhere, saved.id, "zh", "您好", "{customer}您好")
        assert self.canned(everywhere) == [CannedReply(saved.id, "zh", "您好", "{customer}您好")]
        with everywhere.write() as tx:
            tx.margins.remove_canned(saved.id)
            tx.margins.remove_canned(saved.id)
        assert self.canned(everywhere) == []

    def test_one_that_was_removed_meanwhile_is_made_again(self, everywhere: Store) -> None:
        self.save(everywhere, None, "en", "Hello")
        (saved,) = self.canned(everywhere)
        with everywhere.write() as tx:
            tx.margins.remove_canned(saved.id)
        self.save(everywhere, saved.id, "en", "Hello again")
        assert [reply.title for reply in self.canned(everywhere)] == ["Hello again"]
