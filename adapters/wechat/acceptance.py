"""Taking a message in, in one transaction, before anything is answered: from then on it cannot be lost.

What has been taken in already is found again here, so a message that is delivered again gets what it got before.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.limits import Limits
from bot.messages import AuthorKind, Inbound, Reply
from bot.records import Accepted, Customer, DeliveryState, Push
from bot.store import Store, Transaction

CHANNEL = "wechat"
_LONGEST_SOURCE = 64  # characters
_HISTORY = 20  # messages in which the last answer is looked for
_POLL = re.compile(r"\W*(?:继续|繼續|continue|go on)\W*", re.IGNORECASE)


@dataclass(frozen=True)
class Taken:
    """What is known of a message once it has been taken in.

    `given` is what the response carries, again or at once; `late` if it answers an earlier message, `repeated` if it
    was given before. Else it is to be answered (`to_answer`), or one that is being answered is waited for (`running`).
    """

    inbound: Inbound
    payload: Mapping[str, Any] = field(default_factory=dict)
    given: Sequence[Push] = ()
    late: bool = False
    repeated: bool = False
    to_answer: bool = False
    running: Accepted | None = None


class Acceptance:
    """`welcome` makes the greeting that a new conversation begins with."""

    def __init__(self, store: Store, limits: Limits, welcome: Callable[[], Reply]) -> None:
        self._store = store
        self._limits = limits
        self._welcome = welcome

    def came(self, address: str, source: str) -> None:
        """They began to follow, or came again; `source` is where from, if that is known."""
        with self._store.write() as tx:
            customer = self._customer(tx, address)
            tx.customers.acted(customer.conversation)
            if source:
                tx.customers.came_from(customer.conversation, source[:_LONGEST_SOURCE])

    def conversation(self, address: str) -> str | None:
        with self._store.read() as tx:
            customer = tx.customers.find(CHANNEL, address)
        return customer.conversation if customer else None

    def unanswered(self, before: datetime) -> list[Accepted]:
        """What was taken in before then, oldest first."""
        with self._store.read() as tx:
            return tx.inbox.before(CHANNEL, before)

    def take(
        self, address: str, external_id: str, text: str, payload: Mapping[str, Any], *, acted: bool
    ) -> Taken:
        """A message of a customer; `acted` if it stands for something else that they did.

        Raises TooManyRequests, where nothing has been taken in, and Unavailable.
        """
        with self._store.write() as tx:
            conversation = self._customer(tx, address).conversation
            inbound = Inbound(CHANNEL, conversation, external_id, text)
            if before := self._again(tx, inbound):
                return before
            (tx.customers.acted if acted else tx.customers.asked)(conversation)
            if not payload and is_poll(text) and (found := self._polled(tx, inbound)):
                return found
            self._limits.message(conversation)
            tx.inbox.add(inbound, payload)
            return Taken(inbound, payload, to_answer=True)

    def _customer(self, tx: Transaction, address: str) -> Customer:
        """Found by their address, or new, with a conversation of their own."""
        known = tx.customers.find(CHANNEL, address, lock=True)
        if known is None:
            conversation, _ = tx.conversations.open(CHANNEL, "zh", "", self._welcome())
            tx.customers.insert(CHANNEL, address, conversation)
            known = Customer(CHANNEL, address, conversation, "", None, 0, None, 0)
        return known

    def _again(self, tx: Transaction, inbound: Inbound) -> Taken | None:
        """It has been answered before: what its response carried, or would have, had it been in time."""
        if carried := tx.pushes.carried(inbound.conversation, inbound.external_id):
            return Taken(inbound, given=carried, late=is_poll(inbound.text))
        reply = tx.conversations.reply_to(inbound)
        if reply is None:
            return None
        late = [push for push in tx.pushes.unsettled(inbound.conversation) if push.reply.id == reply.id]
        tx.pushes.give(late, inbound.external_id)
        return Taken(inbound, given=late)

    def _polled(self, tx: Transaction, inbound: Inbound) -> Taken | None:
        """The customer asks for an answer that is still to come: never a question of its own.

        None if there is none to come, and a person has the conversation or an application waits to be gone on with.
        """
        conversation = inbound.conversation
        if waiting := tx.pushes.unsettled(conversation):
            tx.pushes.give(waiting, inbound.external_id)
            return Taken(inbound, given=waiting, late=True)
        if running := tx.inbox.of(conversation):
            return Taken(inbound, late=True, running=running[0])
        known = tx.conversations.get(conversation)
        if tx.conversations.intake(conversation) or (known and known.owner):
            return None
        said = [message.reply for message in tx.conversations.messages(conversation, last=_HISTORY)]
        bots = [reply for reply in said[1:] if reply and reply.author.kind is AuthorKind.BOT]
        if not bots:
            return None
        return Taken(inbound, given=[Push(DeliveryState.SENT, 0, None, bots[-1], "")], repeated=True)


def is_poll(text: str) -> bool:
    """Whether it asks for an answer that is still to come."""
    return _POLL.fullmatch(text) is not None
