"""The job that brings messages to customers by the platform's customer-service messages.

Each message goes one way: it is noted as being sent, sent, and noted with how that went. There is no key by which the
platform knows a message again, so one that may have arrived is not sent twice: it waits until the customer asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from adapters.wechat.acceptance import CHANNEL
from adapters.wechat.failures import ApiError, Then
from adapters.wechat.window import window
from adapters.wechat.wording import Wording
from bot import log
from bot.messages import new_id
from bot.metrics import Metrics
from bot.records import DeliveryState, Push
from bot.store import Store, Transaction

_LOST = 90.0  # seconds after which one that is being sent is given up: the process that sent it is gone
_PAUSES = (5, 30, 120, 600, 1800, 3600, 7200)  # seconds before each further try

logger = log.get("wechat.push")


class Sender(Protocol):
    """What is needed of `adapters.wechat.api.Api`. Raises ApiError."""

    def send_text(self, openid: str, text: str) -> None: ...


@dataclass(frozen=True)
class _Batch:
    """What goes out as one message; `asked` and `acted` are what it uses up."""

    address: str
    pushes: Sequence[Push]
    asked: int
    acted: int


class Pusher:
    """`sender` is None for an account that may not send of its own accord: all is kept for the next response."""

    def __init__(self, store: Store, sender: Sender | None, wording: Wording, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._sender = sender
        self._wording = wording

    def push(self, conversation: str) -> None:
        """Send what waits for the customer of a conversation, in order."""
        if self._sender is None:
            with self._store.write() as tx:
                tx.pushes.settle(tx.pushes.in_state(conversation, DeliveryState.PENDING), DeliveryState.KEPT)
            return
        while (batch := self._next(conversation)) and self._send(self._sender, conversation, batch):
            pass

    def _next(self, conversation: str) -> _Batch | None:
        with self._store.write() as tx:
            customer = tx.customers.of(conversation, lock=True)
            if customer is None or self._busy(tx, conversation):
                return None
            waiting = tx.pushes.in_state(conversation, DeliveryState.PENDING)
            if not waiting:
                return None
            allowed = window(customer, datetime.now(UTC))
            if not allowed.left:
                tx.pushes.settle(waiting, DeliveryState.KEPT, "the customer has to write first")
                return None
            batch = waiting[:1] if len(waiting) <= allowed.left else waiting
            tx.pushes.begin(batch)
            acted = 1 if allowed.acted else 0
            tx.customers.use(conversation, asked=1 - acted, acted=acted)
            return _Batch(customer.address, batch, 1 - acted, acted)

    def _busy(self, tx: Transaction, conversation: str) -> bool:
        """Whether another is sending to this customer; what nobody can be sending any more is let go of."""
        sending = tx.pushes.in_state(conversation, DeliveryState.SENDING)
        lost_before = datetime.now(UTC) - timedelta(seconds=_LOST)
        lost = [push for push in sending if push.tried_at is None or push.tried_at < lost_before]
        tx.pushes.settle(lost, DeliveryState.UNSURE, "the process ended while it was being sent")
        if len(lost) == len(sending):
            return False
        tx.enqueue("push", conversation, f"push:{new_id('')}", after=_LOST)
        return True

    def _send(self, sender: Sender, conversation: str, batch: _Batch) -> bool:
        """False if it is to be tried again later, and all behind it too."""
        words = self._wording.said(conversation, batch.pushes, late=True)
        try:
            sender.send_text(batch.address, words)
        except ApiError as error:
            return self._failed(conversation, batch, error)
        with self._store.write() as tx:
            tx.pushes.settle(batch.pushes, DeliveryState.SENT)
        self._metrics.delivered(CHANNEL, "pushed", len(batch.pushes))
        logger.info("pushed", conversation=conversation, messages=len(batch.pushes))
        return True

    def _failed(self, conversation: str, batch: _Batch, error: ApiError) -> bool:
        tries = max(push.attempts for push in batch.pushes)
        again = error.then is Then.AGAIN and tries < len(_PAUSES)
        state = DeliveryState.UNSURE if error.then is Then.UNSURE else DeliveryState.KEPT
        with self._store.write() as tx:
            tx.pushes.settle(batch.pushes, DeliveryState.PENDING if again else state, str(error))
            if error.then is not Then.UNSURE:
                tx.customers.use(conversation, asked=-batch.asked, acted=-batch.acted)
            if again:
                tx.enqueue("push", conversation, f"push:{new_id('')}", after=_PAUSES[tries])
        self._metrics.delivered(CHANNEL, "again" if again else state.value, len(batch.pushes))
        logger.warning("not pushed", conversation=conversation, code=error.code, tries=tries + 1,
                       again=again, error=str(error))  # fmt: skip
        return not again
