"""One conversation at the desk: reading, taking over, answering, notes, handing on, ending."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.desk.parts import Desk
from bot.messages import AuthorKind, HandoffReason, Inbound, Message, Outcome, Reply, new_id
from desks import DeskOf, signed_in
from offices import a_conversation


def says(desk: DeskOf, id: str, *texts: str) -> Reply:
    """The customer says this, and the assistant answers by itself, if it may."""
    for text in texts:
        reply = asyncio.run(desk.part.service.receive(Inbound("web", id, new_id("m"), text)))
    return reply


def stored(desk: DeskOf, id: str) -> Sequence[Message]:
    with desk.store.read() as tx:
        return tx.conversations.messages(id)


def written(desk: DeskOf, id: str) -> list[str]:
    """What staff have written."""
    return [m.text for m in stored(desk, id) if m.author.kind is AuthorKind.PERSON]


@pytest.fixture
def id(desk: DeskOf) -> str:
    return a_conversation(desk.store)


def test_an_answer_is_shown_with_its_source_its_confidence_and_its_check(desk: DeskOf, id: str) -> None:
    says(desk, id, "How long is the certificate valid?")
    page = desk.get(f"/desk/conversations/{id}")
    assert "How long is the certificate valid?" in page
    assert "Sources (1)" in page
    assert re.search(r"Sure \d+ %", page)
    assert "Checked against its sources" in page
    assert "The certificate is valid for 3 years" in page


def test_what_the_assistant_did_not_know_is_marked(desk: DeskOf, id: str) -> None:
    says(desk, id, "Can my dog attend the audit?")
    assert "Did not know" in desk.get(f"/desk/conversations/{id}")


def test_an_answer_whose_figure_is_not_in_its_source_is_marked(desk: DeskOf, id: str) -> None:
    says(desk, id, "How long is the certificate valid?")
    answer = stored(desk, id)[-1]
    assert answer.reply

    with desk.store.write() as tx:
        found = tx.conversations.get(id)
        assert found
        wrong = replace(answer.reply, id=new_id("msg"), text="It is valid for 9 years [1].", in_reply_to=None)
        tx.say(found, wrong)
    assert "Not all of it stands in its sources" in desk.get(f"/desk/conversations/{id}")


def test_after_a_takeover_the_assistant_is_silent_until_it_gets_the_conversation_back(
    desk: DeskOf, id: str
) -> None:
    assert "You have this conversation now" in desk.post(f"/desk/conversations/{id}/takeover").text
    assert says(desk, id, "How long is the certificate valid?").outcome is Outcome.WAITING
    desk.post(f"/desk/conversations/{id}/replies", text="Three years.")
    assert written(desk, id) == ["Three years."]
    assert "Returned to the assistant" in desk.post(f"/desk/conversations/{id}/return").text
    assert says(desk, id, "How long is the certificate valid?").outcome is Outcome.ANSWERED


def test_the_same_form_sent_again_says_it_once(desk: DeskOf, id: str) -> None:
    desk.post(f"/desk/conversations/{id}/takeover")
    for _ in range(3):
        desk.post(f"/desk/conversations/{id}/replies", text="Once.", key="msg_of_this_form")
    assert written(desk, id) == ["Once."]


@pytest.mark.parametrize("key", ["", "cnv_x", "msg_" + "x" * 100, "'; DROP TABLE messages"])
def test_a_key_that_is_none_of_ours_is_not_used(desk: DeskOf, id: str, key: str) -> None:
    desk.post(f"/desk/conversations/{id}/takeover")
    desk.post(f"/desk/conversations/{id}/replies", text="Hello.", key=key)
    (message,) = [m for m in stored(desk, id) if m.author.kind is AuthorKind.PERSON]
    assert message.id != key
    assert message.id.startswith("msg_")


def test_only_its_owner_may_answer_and_what_was_written_is_kept(desk: DeskOf, part: Desk, id: str) -> None:
    desk.post(f"/desk/conversations/{id}/takeover")
    response = signed_in(part, "agent").post(f"/desk/conversations/{id}/replies", text="Let me answer this!")
    assert response.status_code == 409
    assert "Let me answer this!" in response.text
    assert "nothing was sent" in response.text
    assert not written(desk, id)


def test_two_who_take_over_at_once_make_one_owner(desk: DeskOf, part: Desk, id: str) -> None:
    desk.post(f"/desk/conversations/{id}/takeover")
    response = signed_in(part, "agent").post(f"/desk/conversations/{id}/takeover")
    assert response.status_code == 409
    assert "A colleague has this conversation" in response.text


@pytest.mark.parametrize(("text", "status"), [("", 400), ("   \n ", 400), ("x" * 4001, 422)])
def test_a_reply_that_cannot_be_sent_says_why(desk: DeskOf, id: str, text: str, status: int) -> None:
    desk.post(f"/desk/conversations/{id}/takeover")
    response = desk.post(f"/desk/conversations/{id}/replies", text=text)
    assert response.status_code == status
    assert 'role="alert"' in response.text
    assert text.strip() in response.text
    assert not written(desk, id)


def test_emoji_and_right_to_left_text_go_out_as_they_are(desk: DeskOf, id: str) -> None:
    desk.post(f"/desk/conversations/{id}/takeover")
    desk.post(f"/desk/conversations/{id}/replies", text="مرحبا 👋🏽 <b>")
    assert written(desk, id) == ["مرحبا 👋🏽 <b>"]
    assert "&lt;b&gt;" in desk.get(f"/desk/conversations/{id}")


def test_notes_are_for_staff_alone(desk: DeskOf, id: str) -> None:
    desk.post(f"/desk/conversations/{id}/notes", text="Rang them, nobody there.")
    for _ in range(2):
        desk.post(f"/desk/conversations/{id}/notes", text="Sent twice.", key="note_of_this_form")
    page = desk.get(f"/desk/conversations/{id}")
    assert "Rang them, nobody there." in page
    assert page.count("Sent twice.") == 1
    assert len(stored(desk, id)) == 1
    assert "The note is kept" not in desk.post(f"/desk/conversations/{id}/notes", text=" ").text


def test_a_conversation_is_handed_on(desk: DeskOf, part: Desk, id: str) -> None:
    colleague = signed_in(part, "agent")
    to = next(str(one.id) for one in part.accounts.all() if one.name == colleague.name)
    assert "Handed on" in desk.post(f"/desk/conversations/{id}/assignment", to=to).text
    colleague.post(f"/desk/conversations/{id}/replies", text="I see to it.")
    assert written(desk, id) == ["I see to it."]


def test_only_a_supervisor_takes_from_a_colleague(desk: DeskOf, part: Desk, id: str) -> None:
    agent, admin = signed_in(part, "agent"), signed_in(part, "admin")
    ids = {one.name: str(one.id) for one in part.accounts.all()}
    desk.post(f"/desk/conversations/{id}/takeover")
    assert agent.post(f"/desk/conversations/{id}/assignment", to=ids[agent.name]).status_code == 409
    admin.post(f"/desk/conversations/{id}/assignment", to=ids[agent.name])
    with desk.store.read() as tx:
        found = tx.conversations.get(id)
    assert found
    assert found.owner == agent.name
    assert desk.post(f"/desk/conversations/{id}/assignment", to="99").status_code == 404


def test_closing_keeps_the_outcome(desk: DeskOf, id: str) -> None:
    desk.post(f"/desk/conversations/{id}/takeover")
    desk.post(f"/desk/conversations/{id}/close", outcome="Answered", text="they will call")
    with desk.store.read() as tx:
        (handoff,) = tx.handoffs.of_conversation(id)
        found = tx.conversations.get(id)
    assert handoff.outcome == "Answered: they will call"
    assert found
    assert found.closed
    assert "Answered: they will call" in desk.get(f"/desk/conversations/{id}")


def test_who_else_looks_at_it_is_shown(desk: DeskOf, part: Desk, id: str) -> None:

    signed_in(part, "agent")
    colleague = next(one for one in part.accounts.all() if one.name == "Wang Wei")
    assert "Wang Wei" not in desk.get(f"/desk/conversations/{id}/talk")
    with desk.store.write() as tx:
        tx.margins.look(colleague.id, id, "page_1", timedelta(minutes=1))
    assert "Wang Wei is looking at this" in desk.get(f"/desk/conversations/{id}/talk")
    with desk.store.write() as tx:
        tx.margins.look_away("page_1")
    assert "Wang Wei" not in desk.get(f"/desk/conversations/{id}/talk")


def test_proposals_come_from_the_knowledge_and_answer_the_last_question(desk: DeskOf, id: str) -> None:
    says(desk, id, "How long is the certificate valid?", "I want to talk to a person")
    page = desk.get(f"/desk/conversations/{id}/proposals")
    assert "The certificate is valid for 3 years" in page
    assert "The assistant would say this" in page
    assert "[1]" not in page
    assert "The knowledge has nothing" in desk.get(
        f"/desk/conversations/{a_conversation(desk.store)}/proposals"
    )


def test_a_proposal_is_put_into_the_reply_also_without_scripts_and_is_not_sent(desk: DeskOf, id: str) -> None:
    says(desk, id, "How long is the certificate valid?")
    desk.post(f"/desk/conversations/{id}/takeover")
    page = desk.get(f"/desk/conversations/{id}?draft=0")
    assert re.search(r"<textarea id=\"reply-text\"[^>]*>The certificate is valid for 3 years", page)
    assert not written(desk, id)
    desk.get(f"/desk/conversations/{id}?draft=99")


def test_canned_replies_are_filled_in(desk: DeskOf, id: str) -> None:
    desk.post("/desk/canned", title="Hello", language="en", text="I am {staff}; about {reference}.")
    desk.post("/desk/canned", title="您好", language="zh", text="我是{staff}")
    desk.post(f"/desk/conversations/{id}/takeover")
    page = desk.get(f"/desk/conversations/{id}")
    assert "I am Li Na; about {reference}." in page
    assert "我是" not in page


def test_a_broken_message_does_not_break_the_page(
    desk: DeskOf, id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(desk, id, "How long is the certificate valid?")

    def broken(*_: object) -> None:
        raise ValueError("no such quote")

    monkeypatch.setattr("adapters.desk.transcript.check", broken)
    assert "The certificate is valid for 3 years" in desk.get(f"/desk/conversations/{id}")


@pytest.mark.parametrize("path", ["", "/talk", "/proposals"])
def test_a_conversation_that_is_not_there_is_404(desk: DeskOf, path: str) -> None:
    response = desk.client.get(f"/desk/conversations/cnv_none{path}")
    assert response.status_code == 404
    assert "There is nothing here" in response.text


def test_each_look_and_deed_is_noted(desk: DeskOf, id: str) -> None:
    desk.get(f"/desk/conversations/{id}")
    desk.post(f"/desk/conversations/{id}/takeover")
    desk.post(f"/desk/conversations/{id}/replies", text="secret words")
    with desk.store.read() as tx:
        lines = [(line["staff"], line["action"], line["subject"]) for line in tx.people.audited(20)]
    for action in ("conversation.show", "conversation.take", "conversation.reply"):
        assert ("Li Na", action, id) in lines
    assert not any("secret" in subject for _, _, subject in lines)


def test_the_summary_stands_beside_the_conversation(desk: DeskOf, id: str) -> None:
    says(desk, id, "How long does it take?", "I have a complaint about your auditor")
    with desk.store.read() as tx:
        handoff = tx.handoffs.open_of(id)
    assert handoff
    assert handoff.reason is HandoffReason.COMPLAINT
    assert "How long does it take?" in desk.get("/desk/queue")
