"""The ledger of what goes out: each entry with its tries and how they ended."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.records import Delivery, DeliveryState
from bot.store.tables import deliveries


class Outbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: str, target: str, payload: Mapping[str, Any], conversation: str | None) -> bool:
        """Note something to be sent; False if this key was noted before."""
        if self.get(key):
            return False
        row = {
            "key": key,
            "target": target,
            "conversation_id": conversation,
            "payload": dict(payload),
            "state": DeliveryState.PENDING,
            "attempts": 0,
            "error": "",
            "created_at": datetime.now(UTC),
        }
        self._connection.execute(deliveries.insert(), row)
        return True

    def get(self, key: str) -> Delivery | None:
        row = self._connection.execute(select(deliveries).where(deliveries.c.key == key)).first()
        return _to_delivery(row) if row else None

    def in_state(self, state: DeliveryState) -> list[Delivery]:
        query = select(deliveries).where(deliveries.c.state == state).order_by(deliveries.c.created_at)
        return [_to_delivery(row) for row in self._connection.execute(query)]

    def sent(self, key: str) -> None:
        self._tried(key, DeliveryState.SENT, "", sent_at=datetime.now(UTC))

    def failed(self, key: str, error: str, *, final: bool) -> None:
        """A try that failed; a `final` one is the last."""
        self._tried(key, DeliveryState.FAILED if final else DeliveryState.PENDING, error)

    def _tried(self, key: str, state: DeliveryState, error: str, **columns: Any) -> None:
        change = update(deliveries).where(deliveries.c.key == key)
        self._connection.execute(
            change.values(state=state, error=error[:500], attempts=deliveries.c.attempts + 1, **columns)
        )


def _to_delivery(row: Row[Any]) -> Delivery:
    return Delivery(row.key, row.target, row.payload, DeliveryState(row.state), row.attempts, row.error)
