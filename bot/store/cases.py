"""Cases with their history, quotations and what was asked for in them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.errors import Conflict
from bot.records import Actor, ActorKind, Case, CaseEvent, Quotation
from bot.store.tables import case_events, cases, lookups, quotation_requests, quotations


class Cases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, case: Case, confirmation: str, actor: Actor) -> Case:
        """Store a new case; its number and reference come from the database's own sequence.

        `confirmation` names the customer's yes. A second case for the same one breaks a unique key.
        """
        row = _row(case) | {"confirmation": confirmation, "created_at": case.created_at}
        insert = cases.insert().values(**row).returning(cases.c.id)
        id = int(self._connection.execute(insert).scalar_one())
        reference = f"CD-{case.created_at.year}-{id:06d}"
        self._connection.execute(update(cases).where(cases.c.id == id).values(reference=reference))
        stored = replace(case, id=id, reference=reference)
        self.record(stored, actor, "created", {"status": case.status})
        return stored

    def get(self, id: int) -> Case | None:
        return self._one(cases.c.id == id)

    def find(self, reference: str) -> Case | None:
        return self._one(cases.c.reference == reference)

    def confirmed(self, confirmation: str) -> Case | None:
        """The case that a confirmation has led to."""
        return self._one(cases.c.confirmation == confirmation)

    def of_conversation(self, conversation: str | None) -> list[Case]:
        """The applications that were sent in a conversation, oldest first."""
        query = select(cases).where(cases.c.conversation_id == conversation).order_by(cases.c.id)
        return [to_case(row) for row in self._connection.execute(query)] if conversation else []

    def with_contact(self, contact: str) -> list[Case]:
        """Cases of whose contacts this is one, or a part of one."""
        query = select(cases).where(cases.c.contact.contains(contact, autoescape=True)).order_by(cases.c.id)
        return [to_case(row) for row in self._connection.execute(query)]

    def latest(self, count: int, status: str | None = None) -> list[Case]:
        query = select(cases).order_by(cases.c.id.desc()).limit(count)
        if status:
            query = query.where(cases.c.status == status)
        return [to_case(row) for row in self._connection.execute(query)]

    def save(self, case: Case, actor: Actor, kind: str, data: Mapping[str, Any]) -> Case:
        """Store a changed case and the event that changed it. Raises Conflict if it was changed meanwhile."""
        newer = replace(case, version=case.version + 1)
        change = (
            update(cases).where(cases.c.id == case.id, cases.c.version == case.version).values(**_row(newer))
        )
        if self._connection.execute(change).rowcount != 1:
            raise Conflict(
                f"{case.reference} was changed by someone else meanwhile; look at it again and repeat the change."
            )
        self.record(newer, actor, kind, data)
        return newer

    def record(self, case: Case, actor: Actor, kind: str, data: Mapping[str, Any]) -> None:
        """Add a line to the case's history."""
        last = select(func.max(case_events.c.seq)).where(case_events.c.case_id == case.id)
        row = {
            "case_id": case.id,
            "seq": int(self._connection.execute(last).scalar() or 0) + 1,
            "at": datetime.now(UTC),
            "actor_kind": actor.kind,
            "actor_name": actor.name,
            "kind": kind,
            "data": dict(data),
        }
        self._connection.execute(case_events.insert(), row)

    def history(self, case: int) -> list[CaseEvent]:
        query = select(case_events).where(case_events.c.case_id == case).order_by(case_events.c.seq)
        return [
            CaseEvent(row.seq, row.at, Actor(ActorKind(row.actor_kind), row.actor_name), row.kind, row.data)
            for row in self._connection.execute(query)
        ]

    def quote(self, case: int, quotation: Quotation) -> None:
        row = {
            "case_id": case,
            "amount": quotation.amount,
            "currency": quotation.currency,
            "issued_on": quotation.issued_on,
            "valid_until": quotation.valid_until,
            "entered_by": quotation.entered_by,
            "entered_at": datetime.now(UTC),
        }
        self._connection.execute(quotations.insert(), row)

    def quotation(self, case: int) -> Quotation | None:
        """The latest one, which replaces those before it."""
        query = select(quotations).where(quotations.c.case_id == case).order_by(quotations.c.id.desc())
        row = self._connection.execute(query.limit(1)).first()
        if row is None:
            return None
        return Quotation(row.amount, row.currency, row.issued_on, row.valid_until, row.entered_by)

    def request_quotation(self, case: int, factors: Mapping[str, str]) -> None:
        row = {"case_id": case, "factors": dict(factors), "requested_at": datetime.now(UTC)}
        self._connection.execute(quotation_requests.insert(), row)

    def quotation_requests(self, case: int) -> Sequence[Mapping[str, str]]:
        """The fee factors of each request, oldest first."""
        query = select(quotation_requests.c.factors).where(quotation_requests.c.case_id == case)
        return list(self._connection.execute(query.order_by(quotation_requests.c.id)).scalars())

    def failed_lookup(self, conversation: str, reference: str) -> None:
        row = {"conversation_id": conversation, "reference": reference, "at": datetime.now(UTC)}
        self._connection.execute(lookups.insert(), row)

    def failed_lookups(self, conversation: str, reference: str, within: timedelta) -> int:
        """How many tries failed lately in this conversation or for this reference."""
        query = select(func.count()).where(
            (lookups.c.conversation_id == conversation) | (lookups.c.reference == reference),
            lookups.c.at > datetime.now(UTC) - within,
        )
        return int(self._connection.execute(query).scalar() or 0)

    def _one(self, condition: Any) -> Case | None:
        row = self._connection.execute(select(cases).where(condition)).first()
        return to_case(row) if row else None


def _row(case: Case) -> dict[str, Any]:
    return {
        "conversation_id": case.conversation,
        "service": case.service,
        "language": case.language,
        "status": case.status,
        "fields": dict(case.fields),
        "contact": case.contact,
        "version": case.version,
        "consent_to": case.consent_to,
        "consent_at": case.consent_at,
        "certified_on": case.certified_on,
        "surveillance_months": case.surveillance_months,
    }


def to_case(row: Row[Any]) -> Case:
    """From a row of the table."""
    return Case(
        id=row.id,
        reference=row.reference,
        service=row.service,
        conversation=row.conversation_id,
        language=row.language,
        status=row.status,
        fields=row.fields,
        contact=row.contact,
        version=row.version,
        consent_to=row.consent_to,
        consent_at=row.consent_at,
        created_at=row.created_at,
        certified_on=row.certified_on,
        surveillance_months=row.surveillance_months,
    )
