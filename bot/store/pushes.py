"""Messages that a channel brings to its customers, each with how that went: the ledger of deliveries, by message."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, select, update

from bot.messages import Reply
from bot.records import DeliveryState, Push
from bot.store.tables import deliveries, messages

_REPLY = TypeAdapter(Reply)
_UNSETTLED = (DeliveryState.PENDING, DeliveryState.KEPT, DeliveryState.UNSURE)

_asked = messages.alias("asked")
_QUERY = (
    select(deliveries, messages.c.reply, _asked.c.text.label("question"))
    .join(messages, messages.c.id == deliveries.c.key)
    .outerjoin(_asked, _asked.c.id == messages.c.in_reply_to)
    .order_by(messages.c.seq)
)


class Pushes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, conversation: str, channel: str, reply: Reply, state: DeliveryState, via: str | None = None
    ) -> None:
        """Note a stored message that is to be brought, or that the response to the message `via` carries."""
        carried = {"sent_at": datetime.now(UTC), "attempts": 1} if via else {"attempts": 0}
        row = {
            "key": reply.id,
            "target": channel,
            "conversation_id": conversation,
            "payload": {},
            "state": state,
            "error": "",
            "created_at": datetime.now(UTC),
            "via": via,
        }
        self._connection.execute(deliveries.insert(), row | carried)

    def unsettled(self, conversation: str) -> list[Push]:
        """What is not known to have arrived, and is not being sent, oldest first."""
        return self._found(conversation, deliveries.c.state.in_(_UNSETTLED))

    def in_state(self, conversation: str, state: DeliveryState) -> list[Push]:
        return self._found(conversation, deliveries.c.state == state)

    def carried(self, conversation: str, via: str) -> list[Push]:
        """What the response to the customer's message `via` carried."""
        return self._found(conversation, deliveries.c.via == via)

    def of(self, conversation: str) -> list[Push]:
        return self._found(conversation, deliveries.c.key.is_not(None))

    def give(self, pushes: Sequence[Push], via: str) -> None:
        """The response to the message `via` carries them."""
        self._change(pushes, state=DeliveryState.SENT, via=via, sent_at=datetime.now(UTC), error="",
                     attempts=deliveries.c.attempts + 1)  # fmt: skip

    def begin(self, pushes: Sequence[Push]) -> None:
        """They are being sent from now on."""
        self._change(pushes, state=DeliveryState.SENDING, tried_at=datetime.now(UTC),
                     attempts=deliveries.c.attempts + 1)  # fmt: skip

    def take_back(self, pushes: Sequence[Push], state: DeliveryState) -> None:
        """The response that was to carry them has not."""
        self._change(pushes, state=state, via=None, sent_at=None)

    def settle(self, pushes: Sequence[Push], state: DeliveryState, error: str = "") -> None:
        sent = {"sent_at": datetime.now(UTC)} if state is DeliveryState.SENT else {}
        self._change(pushes, state=state, error=error[:500], **sent)

    def _change(self, pushes: Sequence[Push], **columns: Any) -> None:
        change = update(deliveries).where(deliveries.c.key.in_([push.reply.id for push in pushes]))
        self._connection.execute(change.values(**columns))

    def _found(self, conversation: str, condition: Any) -> list[Push]:
        query = _QUERY.where(deliveries.c.conversation_id == conversation, condition)
        return [_to_push(row) for row in self._connection.execute(query)]


def _to_push(row: Row[Any]) -> Push:
    return Push(
        DeliveryState(row.state),
        row.attempts,
        row.tried_at,
        _REPLY.validate_python(row.reply),
        row.question or "",
    )
