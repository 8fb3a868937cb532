"""Who needs a person."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.messages import HandoffReason
from bot.records import Handoff, HandoffState
from bot.store.tables import handoffs

_OPEN = handoffs.c.state != HandoffState.ENDED


class Handoffs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, handoff: Handoff) -> None:
        row = {
            "id": handoff.id,
            "conversation_id": handoff.conversation,
            "reason": handoff.reason,
            "summary": handoff.summary,
            "state": handoff.state,
            "created_at": handoff.created_at,
            "taken_by": handoff.taken_by,
        }
        self._connection.execute(handoffs.insert(), row)

    def open_of(self, conversation: str) -> Handoff | None:
        """The one that has not ended; there is at most one."""
        row = self._connection.execute(
            select(handoffs).where(handoffs.c.conversation_id == conversation, _OPEN)
        ).first()
        return _to_handoff(row) if row else None

    def open(self) -> list[Handoff]:
        """All that have not ended, the longest waiting first."""
        query = select(handoffs).where(_OPEN).order_by(handoffs.c.created_at)
        return [_to_handoff(row) for row in self._connection.execute(query)]

    def of_conversation(self, conversation: str) -> list[Handoff]:
        query = select(handoffs).where(handoffs.c.conversation_id == conversation)
        return [_to_handoff(row) for row in self._connection.execute(query.order_by(handoffs.c.created_at))]

    def change(self, id: str, **columns: Any) -> None:
        self._connection.execute(update(handoffs).where(handoffs.c.id == id).values(**columns))


def _to_handoff(row: Row[Any]) -> Handoff:
    return Handoff(
        id=row.id,
        conversation=row.conversation_id,
        reason=HandoffReason(row.reason),
        summary=row.summary,
        state=HandoffState(row.state),
        created_at=row.created_at,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
    )
