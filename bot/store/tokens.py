"""Tokens that another service has given us, shared by all processes; one at a time fetches a new one."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import tokens

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Tokens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> tuple[str, datetime] | None:
        """The token and when it expires."""
        row = self._connection.execute(select(tokens).where(tokens.c.name == name)).first()
        return (row.value, row.expires_at) if row and row.value else None

    def claim(self, name: str, seconds: float) -> bool:
        """The right to fetch a new one, for so long; False while somebody else has it."""
        insert = (postgresql if self._connection.dialect.name == "postgresql" else sqlite).insert(tokens)
        first = insert.values(name=name, value="", expires_at=_NEVER, claimed_until=_NEVER)
        self._connection.execute(first.on_conflict_do_nothing())
        now = datetime.now(UTC)
        change = update(tokens).where(tokens.c.name == name, tokens.c.claimed_until < now)
        claimed = change.values(claimed_until=now + timedelta(seconds=seconds))
        return self._connection.execute(claimed).rowcount == 1

    def put(self, name: str, value: str, expires_at: datetime) -> None:
        """Keep the new one, and give the claim back."""
        change = update(tokens).where(tokens.c.name == name)
        self._connection.execute(change.values(value=value, expires_at=expires_at, claimed_until=_NEVER))

    def release(self, name: str) -> None:
        """Give the claim back without a new one."""
        self._connection.execute(update(tokens).where(tokens.c.name == name).values(claimed_until=_NEVER))
