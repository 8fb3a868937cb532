"""Customers of channels that know theirs by an address, and what such a channel lets us send them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import Conflict
from bot.records import Customer
from bot.store.tables import customers


class Customers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, channel: str, address: str, conversation: str, source: str = "") -> None:
        """One for each address. Raises Conflict if another process was faster; the transaction is lost then."""
        row = {"channel": channel, "address": address, "conversation_id": conversation, "source": source}
        try:
            self._connection.execute(customers.insert(), row | {"asked_used": 0, "acted_used": 0})
        except IntegrityError as error:
            raise Conflict("This customer is known by now; try again.") from error

    def find(self, channel: str, address: str, *, lock: bool = False) -> Customer | None:
        """With `lock`, nobody else decides what they are sent until the transaction ends."""
        return self._one((customers.c.channel == channel) & (customers.c.address == address), lock=lock)

    def of(self, conversation: str, *, lock: bool = False) -> Customer | None:
        """As `find`."""
        return self._one(customers.c.conversation_id == conversation, lock=lock)

    def asked(self, conversation: str) -> None:
        """They have written, so that we may write again."""
        self._change(conversation, asked_at=datetime.now(UTC), asked_used=0)

    def acted(self, conversation: str) -> None:
        """They have done something else, such as choosing from a menu."""
        self._change(conversation, acted_at=datetime.now(UTC), acted_used=0)

    def came_from(self, conversation: str, source: str) -> None:
        self._change(conversation, source=source)

    def use(self, conversation: str, *, asked: int = 0, acted: int = 0) -> None:
        """Count messages that were sent to them on the strength of either; negative: they were not sent after all."""
        c = customers.c
        self._change(conversation, asked_used=c.asked_used + asked, acted_used=c.acted_used + acted)

    def _change(self, conversation: str, **columns: Any) -> None:
        change = update(customers).where(customers.c.conversation_id == conversation)
        self._connection.execute(change.values(**columns))

    def _one(self, condition: Any, *, lock: bool) -> Customer | None:
        query = select(customers).where(condition)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            return None
        return Customer(
            row.channel,
            row.address,
            row.conversation_id,
            row.source,
            row.asked_at,
            row.asked_used,
            row.acted_at,
            row.acted_used,
        )
