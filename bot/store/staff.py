"""Members of staff, their sessions, and attempts to sign in that failed."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.records import Role, Staff
from bot.store.tables import sessions, sign_in_failures, staff


class Members:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(
        self, login: str, name: str, role: Role, language: str, password: str, subject: str | None
    ) -> Staff:
        """`password` is its hash."""
        row: dict[str, Any] = {
            "login": login,
            "name": name,
            "role": role,
            "language": language,
            "password": password,
        }
        row |= {"subject": subject, "active": True, "created_at": datetime.now(UTC)}
        id = self._connection.execute(staff.insert().values(**row).returning(staff.c.id)).scalar_one()
        return Staff(int(id), login, name, role, language, active=True)

    def get(self, id: int) -> Staff | None:
        return self._one(staff.c.id == id)

    def find(self, login: str) -> Staff | None:
        return self._one(staff.c.login == login)

    def named(self, name: str) -> Staff | None:
        return self._one(func.lower(staff.c.name) == name.lower())

    def known_as(self, subject: str) -> Staff | None:
        return self._one(staff.c.subject == subject)

    def all(self) -> list[Staff]:
        """By name."""
        rows = self._connection.execute(select(staff).order_by(func.lower(staff.c.name)))
        return [_to_staff(row) for row in rows]

    def lock(self) -> None:
        """Nobody else changes members until the transaction ends."""
        self._connection.execute(select(staff.c.id).order_by(staff.c.id).with_for_update())

    def password(self, id: int) -> str:
        """Its hash; empty for who has none."""
        return str(self._connection.execute(select(staff.c.password).where(staff.c.id == id)).scalar_one())

    def change(self, id: int, **columns: Any) -> None:
        if columns:
            self._connection.execute(update(staff).where(staff.c.id == id).values(**columns))

    def claim(self, id: int, subject: str) -> bool:
        """Give them the name that their identity provider has for them; False if they have another."""
        change = update(staff).where(staff.c.id == id, staff.c.subject.is_(None)).values(subject=subject)
        return self._connection.execute(change).rowcount == 1

    # Sessions

    def begin_session(self, id: int, token_hash: str, forget_before: datetime) -> None:
        """Also forgets those that began before."""
        now = datetime.now(UTC)
        self._connection.execute(sessions.delete().where(sessions.c.created_at < forget_before))
        row = {"token_hash": token_hash, "staff_id": id, "created_at": now, "seen_at": now}
        self._connection.execute(sessions.insert(), row)

    def session(self, token_hash: str) -> tuple[Staff, datetime, datetime] | None:
        """Whose it is, when it began, and when it was last used."""
        query = (
            select(staff, sessions.c.created_at.label("began"), sessions.c.seen_at)
            .select_from(sessions.join(staff))
            .where(sessions.c.token_hash == token_hash)
        )
        row = self._connection.execute(query).first()
        return (_to_staff(row), row.began, row.seen_at) if row else None

    def seen(self, token_hash: str) -> None:
        change = update(sessions).where(sessions.c.token_hash == token_hash)
        self._connection.execute(change.values(seen_at=datetime.now(UTC)))

    def end_session(self, token_hash: str) -> None:
        self._connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash))

    def end_sessions(self, id: int) -> None:
        self._connection.execute(sessions.delete().where(sessions.c.staff_id == id))

    # Failed attempts

    def failed(self, login_hash: str, address: str) -> None:
        row = {"login_hash": login_hash, "address": address, "at": datetime.now(UTC)}
        self._connection.execute(sign_in_failures.insert(), row)

    def failures(self, login_hash: str, address: str, since: datetime) -> tuple[int, int, int]:
        """How many since then of this login from this address, of the login, and from the address."""
        c = sign_in_failures.c
        rows = self._connection.execute(
            select(c.login_hash == login_hash, c.address == address).where(
                c.at > since, (c.login_hash == login_hash) | (c.address == address)
            )
        ).all()
        return (
            sum(login and place for login, place in rows),
            sum(login for login, _ in rows),
            sum(place for _, place in rows),
        )

    def forget_failures(self, login_hash: str, before: datetime) -> None:
        """Those of a login that has got in, and all that are too old to count."""
        c = sign_in_failures.c
        self._connection.execute(
            sign_in_failures.delete().where((c.login_hash == login_hash) | (c.at < before))
        )

    def _one(self, condition: Any) -> Staff | None:
        row = self._connection.execute(select(staff).where(condition)).first()
        return _to_staff(row) if row else None


def _to_staff(row: Row[Any]) -> Staff:
    return Staff(row.id, row.login, row.name, Role(row.role), row.language, row.active)
