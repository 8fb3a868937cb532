"""Messages that have been taken in and not been answered yet, so that a process that dies loses none."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from bot.errors import Conflict
from bot.messages import Inbound
from bot.records import Accepted
from bot.store.tables import inbox


class Inbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, inbound: Inbound, payload: Mapping[str, Any]) -> None:
        """Take a message in; one that is there already stays as it is. Raises Conflict as `Customers.insert` does."""
        if self._connection.execute(select(inbox.c.id).where(_is(inbound))).first():
            return
        row = {
            "conversation_id": inbound.conversation,
            "channel": inbound.channel,
            "external_id": inbound.external_id,
            "text": inbound.text,
            "payload": dict(payload),
            "received_at": datetime.now(UTC),
        }
        try:
            self._connection.execute(inbox.insert(), row)
        except IntegrityError as error:
            raise Conflict("This message is known by now; try again.") from error

    def remove(self, inbound: Inbound) -> None:
        """It has been answered."""
        self._connection.execute(inbox.delete().where(_is(inbound)))

    def of(self, conversation: str) -> list[Accepted]:
        """Those of a conversation, oldest first."""
        return self._found(inbox.c.conversation_id == conversation)

    def before(self, channel: str, moment: datetime) -> list[Accepted]:
        """Those of a channel that were taken in before then, oldest first."""
        return self._found((inbox.c.channel == channel) & (inbox.c.received_at < moment))

    def _found(self, condition: Any) -> list[Accepted]:
        rows = self._connection.execute(select(inbox).where(condition).order_by(inbox.c.id))
        return [
            Accepted(
                Inbound(row.channel, row.conversation_id, row.external_id, row.text),
                row.payload,
                row.received_at,
            )
            for row in rows
        ]


def _is(inbound: Inbound) -> Any:
    return (
        (inbox.c.conversation_id == inbound.conversation)
        & (inbox.c.channel == inbound.channel)
        & (inbox.c.external_id == inbound.external_id)
    )
