"""The queue: who waits, in which order, and what a list may show of hostile customers."""

import pytest

from adapters.desk.parts import Desk
from bot.messages import HandoffReason, Inbound, new_id
from desks import DeskOf, signed_in, silent_reply
from offices import a_conversation


def asks(desk: DeskOf, text: str, reason: HandoffReason | None = None, locale: str = "en") -> str:
    """A new conversation in which this is asked, and a person for a reason."""
    id = a_conversation(desk.store, locale)
    with desk.store.write() as tx:
        tx.conversations.add(Inbound("web", id, new_id("m"), text), new_id("msg"), silent_reply())
        found = tx.conversations.get(id)
        assert found
        if reason:
            history = tx.conversations.messages(id)
            desk.office.handoffs.request(tx, found, reason, history, None, locale)
    return id


def test_whoever_waits_longest_stands_first(desk: DeskOf) -> None:
    asks(desk, "the first of all", HandoffReason.COMPLAINT)
    asks(desk, "the second of all", HandoffReason.QUOTATION)
    page = desk.get("/desk/queue")
    assert page.index("the first of all") < page.index("the second of all")
    assert "a complaint" in page
    assert "Waiting (2)" in page


def test_what_only_the_assistant_has_is_not_waiting(desk: DeskOf) -> None:
    asks(desk, "answered by the assistant")
    assert "Nobody is waiting" in desk.get("/desk/queue")
    assert "answered by the assistant" in desk.get("/desk/queue?view=bot")


@pytest.mark.parametrize(
    ("query", "shown"),
    [("reason=complaint", True), ("reason=quotation", False), ("language=en", True), ("language=zh", False),
     ("channel=web", True), ("channel=wechat", False), ("reason=%3Cb%3E", False)],
)  # fmt: skip
def test_filters_leave_what_fits(desk: DeskOf, query: str, shown: bool) -> None:
    asks(desk, "my complaint", HandoffReason.COMPLAINT)
    page = desk.get(f"/desk/queue?{query}")
    assert ("my complaint" in page) is shown
    assert shown or "None fits the filter" in page


def test_taking_the_next_gives_it_to_one_alone(desk: DeskOf, part: Desk) -> None:
    asks(desk, "please help", HandoffReason.COMPLAINT)
    colleague = signed_in(part, "agent")
    assert "You have this conversation now" in desk.post("/desk/queue/next").text
    assert "Nobody is waiting" in colleague.post("/desk/queue/next").text
    assert "please help" in desk.get("/desk/queue?view=mine")
    assert "please help" in colleague.get("/desk/queue?view=others")


def test_what_was_read_is_not_new_until_the_customer_writes_again(desk: DeskOf, part: Desk) -> None:
    id = asks(desk, "is anybody there", HandoffReason.CUSTOMER_ASKED)
    assert 'class="unread"' in desk.get("/desk/queue")
    desk.get(f"/desk/conversations/{id}")
    assert 'class="unread"' not in desk.get("/desk/queue")
    assert 'class="unread"' in signed_in(part, "agent").get("/desk/queue")  # who has not read it
    with desk.store.write() as tx:
        tx.conversations.add(Inbound("web", id, "again", "hello?"), new_id("msg"), silent_reply())
    assert 'class="unread"' in desk.get("/desk/queue")


def test_a_reply_is_owed_until_a_person_has_written(desk: DeskOf) -> None:
    id = asks(desk, "what does it cost", HandoffReason.QUOTATION)
    desk.post(f"/desk/conversations/{id}/takeover")
    assert "what does it cost" in desk.get("/desk/queue?view=unanswered")
    desk.post(f"/desk/conversations/{id}/replies", text="I will ask.")
    assert "Nobody waits for your reply" in desk.get("/desk/queue?view=unanswered")


def test_a_list_goes_on_behind_its_first_page(desk: DeskOf) -> None:
    for n in range(52):
        asks(desk, f"question number {n:02}", HandoffReason.COMPLAINT)
    first, second = desk.get("/desk/queue"), desk.get("/desk/queue?page=2&reason=complaint")
    assert "question number 49" in first
    assert "question number 51" not in first
    assert "question number 51" in second
    assert "Page 2 of 2" in second
    assert "reason=complaint&amp;page=1" in second or "page=1&amp;reason=complaint" in second
    assert "question number" not in desk.get("/desk/queue?page=9999")
    assert desk.status("/desk/queue?page=0") == 404


def test_hostile_text_is_shown_as_text(desk: DeskOf) -> None:
    hostile = (
        "<script>alert(1)</script><img src=x onerror=alert(1)> \"'{{ 7*7 }} \u202egnp.exe\u202c " + "x" * 3000
    )
    id = asks(desk, hostile, HandoffReason.COMPLAINT)
    for path in (
        "/desk/queue",
        "/desk/queue?view=all",
        "/desk/search?q=onerror",
        f"/desk/conversations/{id}",
    ):
        page = desk.get(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page or "x" * 50 not in page
        assert "\u202e" not in page


def test_a_search_finds_chinese_inside_a_sentence_and_is_noted(desk: DeskOf) -> None:
    asks(desk, "请问证书的有效期是多久？", locale="zh")
    assert "有效期是多久" in desk.get("/desk/search?q=有效期")
    assert "No message holds" in desk.get("/desk/search?q=停车场")
    assert "Write what you are looking for" in desk.get("/desk/search?q=")
    with desk.store.read() as tx:
        assert tx.people.audited(1)[0]["action"] == "conversation.search"


def test_views_that_do_not_exist_show_who_waits(desk: DeskOf) -> None:
    asks(desk, "still here", HandoffReason.COMPLAINT)
    assert "still here" in desk.get("/desk/queue?view=nonsense")
