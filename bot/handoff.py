"""From the bot to a person and back. A conversation has one owner: the bot, or one named member of staff.

Every method works within the caller's transaction, and changes the conversation's revision, so that a reply which
the bot was still thinking of is thought out again, and finds that it has nothing to say.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.errors import Conflict, InvalidMessage, NotFound
from bot.hours import Hours, promise
from bot.messages import (
    Author,
    AuthorKind,
    CaseSummary,
    HandoffReason,
    Message,
    Outcome,
    Reply,
    clean,
    new_id,
)
from bot.outbound import Outbound
from bot.records import Conversation, Handoff, HandoffState
from bot.store import Transaction
from bot.summary import summarize
from bot.texts import texts
from knowledge.language import detect

_GRAVITY = {HandoffReason.COMPLAINT: 1, HandoffReason.UPSET: 1, HandoffReason.POLICY: 2}
"""What staff are to know, also where a person was asked for before; a threat to sue also of who has complained."""
_LEAD = {HandoffReason.CUSTOMER_ASKED: "asked"}


def announcements(language: str) -> dict[str, str]:
    """What a customer's page says of staff who come and go, with a `{name}`, by the kind of event."""
    words = texts(language).handoff
    return {"takeover": words.joined, "returned": words.returned, "closed": words.closed}


class Handoffs:
    """`hours` is when people are there; staff are told through `outbound`."""

    def __init__(self, hours: Hours, outbound: Outbound) -> None:
        self._hours = hours
        self._outbound = outbound

    # What customers cause

    def request(
        self,
        tx: Transaction,
        conversation: Conversation,
        reason: HandoffReason,
        history: Sequence[Message],
        case: CaseSummary | None,
        language: str,
    ) -> str:
        """Ask for a person, once while that is open; returns what the customer is told."""
        words = texts(language).handoff
        said = promise(self._hours, datetime.now(UTC), language)
        gap = "" if language == "zh" else " "
        if waiting := tx.handoffs.open_of(conversation.id):
            if _GRAVITY.get(reason, 0) > _GRAVITY.get(waiting.reason, 0):
                summary = summarize(history, case, reason, self._outbound.language)
                tx.handoffs.change(waiting.id, reason=reason, summary=summary)
            return said if words.asked_already in said else gap.join((words.asked_already, said))
        summary = summarize(history, case, reason, self._outbound.language)
        handoff = Handoff(
            new_id("hnd"), conversation.id, reason, summary, HandoffState.WAITING, datetime.now(UTC)
        )
        tx.handoffs.insert(handoff)
        tx.conversations.change(conversation.id)
        self._outbound.handoff(tx, handoff)
        return gap.join((getattr(words, _LEAD.get(reason, reason.value)), said, words.meanwhile))

    # What staff do

    def take(self, tx: Transaction, conversation_id: str, staff: str) -> None:
        """Become the owner; the bot is silent from then on. Raises NotFound, and Conflict if another has it."""
        conversation = self._conversation(tx, conversation_id)
        if conversation.owner == staff:
            return
        if conversation.owner:
            raise Conflict(f"{conversation.owner} has this conversation; ask them to return it first.")
        tx.conversations.change(conversation_id, owner=staff, closed_at=None)
        handoff = tx.handoffs.open_of(conversation_id)
        if handoff is None:  # taken unasked
            now = datetime.now(UTC)
            handoff = Handoff(
                new_id("hnd"), conversation_id, HandoffReason.CUSTOMER_ASKED, "", HandoffState.WAITING, now
            )
            tx.handoffs.insert(handoff)
        tx.handoffs.change(handoff.id, state=HandoffState.TAKEN, taken_by=staff, taken_at=datetime.now(UTC))
        tx.people.note(staff, "conversation.take", conversation_id)
        tx.conversations.tell(conversation_id, "takeover", {"name": staff})

    def assign(
        self, tx: Transaction, conversation_id: str, to: str, by: str, *, may_take_from_others: bool
    ) -> None:
        """Make `to` the owner. Raises NotFound, and Conflict for what somebody else than `by` has."""
        conversation = self._conversation(tx, conversation_id)
        if conversation.owner == to:
            return
        if conversation.owner not in {None, by} and not may_take_from_others:
            raise Conflict(f"{conversation.owner} has this conversation; ask them or a supervisor.")
        if conversation.owner:
            tx.conversations.change(conversation_id, owner=None)
        tx.people.note(by, "conversation.assign", conversation_id)
        self.take(tx, conversation_id, to)

    def reply(self, tx: Transaction, conversation_id: str, staff: str, text: str, key: str = "") -> Reply:
        """Say something as the owner; the same `key` says it once. Raises NotFound, InvalidMessage, Conflict."""
        conversation = self._owned(tx, conversation_id, staff)
        text = clean(text)
        if not text:
            raise InvalidMessage("The message is empty.")
        reply = Reply(
            id=key or new_id("msg"),
            in_reply_to=None,
            text=text,
            language="zh" if detect(text) == "zh" else "en",
            outcome=Outcome.ANSWERED,
            author=Author(AuthorKind.PERSON, staff),
            ai_generated=False,
        )
        if not any(message.id == reply.id for message in tx.conversations.messages(conversation_id, last=50)):
            tx.say(conversation, reply)
            tx.people.note(staff, "conversation.reply", conversation_id)
        return reply

    def give_back(self, tx: Transaction, conversation_id: str, staff: str, outcome: str = "") -> None:
        """Return the conversation to the bot."""
        self._end(tx, conversation_id, staff, outcome, closed=False)

    def close(self, tx: Transaction, conversation_id: str, staff: str, outcome: str) -> None:
        """End it; the customer's next message opens it again, with the bot."""
        self._end(tx, conversation_id, staff, outcome, closed=True)

    def _end(self, tx: Transaction, conversation_id: str, staff: str, outcome: str, *, closed: bool) -> None:
        self._owned(tx, conversation_id, staff)
        now = datetime.now(UTC)
        tx.conversations.change(conversation_id, owner=None, closed_at=now if closed else None)
        if handoff := tx.handoffs.open_of(conversation_id):
            tx.handoffs.change(handoff.id, state=HandoffState.ENDED, ended_at=now, outcome=clean(outcome))
        kind = "closed" if closed else "returned"
        tx.people.note(staff, f"conversation.{kind}", conversation_id)
        tx.conversations.tell(conversation_id, kind, {"name": staff})

    def _owned(self, tx: Transaction, id: str, staff: str) -> Conversation:
        conversation = self._conversation(tx, id)
        if conversation.owner != staff:
            owner = f"{conversation.owner} has it" if conversation.owner else "the assistant has it"
            raise Conflict(f"This conversation is not yours; {owner}. Take it first.")
        return conversation

    def _conversation(self, tx: Transaction, id: str) -> Conversation:
        found = tx.conversations.get(id, lock=True)
        if found is None:
            raise NotFound(f"There is no conversation {id}.")
        return found
