"""All that is kept about one customer, its erasure, and who of the staff has looked at what."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from bot.store.documents import Documents
from bot.store.finding import Finding
from bot.store.tables import (
    attachments,
    audit,
    case_events,
    cases,
    conversations,
    customers,
    deliveries,
    documents,
    feedback,
    gap_groups,
    gaps,
    handoffs,
    inbox,
    intakes,
    messages,
    notes,
    quotation_requests,
    quotations,
)

_OF_CONVERSATION = (
    conversations, customers, inbox, messages, intakes, handoffs, gaps, feedback, documents, attachments, notes,
)  # fmt: skip
_OF_CASE = (cases, case_events, quotation_requests, quotations, documents)
_INTERNAL = {"token_hash", "vector", "revision", "trace"}


class People:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, staff: str, action: str, subject: str) -> None:
        """A line of the audit log; `subject` is an id, never what a customer wrote."""
        row = {"at": datetime.now(UTC), "staff": staff, "action": action, "subject": subject}
        self._connection.execute(audit.insert(), row)

    def audited(
        self, limit: int = 1000, offset: int = 0, *, staff: str = "", action: str = ""
    ) -> list[dict[str, Any]]:
        """The latest lines, newest first; of one member of staff, or of actions that begin with `action`."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit).offset(offset)
        if staff:
            query = query.where(audit.c.staff == staff)
        if action:
            query = query.where(audit.c.action.startswith(action, autoescape=True))
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def related(self, ids: Sequence[str], references: Sequence[str]) -> tuple[list[str], list[int]]:
        """The conversations and cases that belong to one another, from some of their ids and references."""
        known, found = set(ids), {0}
        while True:
            query = select(cases.c.id).where(
                cases.c.reference.in_(references)
                | cases.c.conversation_id.in_(known)
                | cases.c.id.in_(select(conversations.c.case_id).where(conversations.c.id.in_(known)))
            )
            linked = set(self._connection.execute(query).scalars())
            mine = select(conversations.c.id).where(
                conversations.c.id.in_(known)
                | conversations.c.case_id.in_(linked)
                | conversations.c.id.in_(select(cases.c.conversation_id).where(cases.c.id.in_(linked)))
            )
            reached = set(self._connection.execute(mine).scalars())
            if (reached, linked) == (known, found):
                return sorted(known), sorted(found)
            known, found = reached, linked

    def export(self, conversation_ids: Sequence[str], case_ids: Sequence[int]) -> dict[str, Any]:
        """Every row about them by table, with values that JSON can hold."""
        found: dict[str, list[dict[str, Any]]] = {}
        for table in _OF_CONVERSATION:
            key = table.c.id if table is conversations else table.c.conversation_id
            found[table.name] = self._rows(table, key.in_(conversation_ids))
        for table in _OF_CASE:
            key = table.c.id if table is cases else table.c.case_id
            rows = self._rows(table, key.in_(case_ids))
            found[table.name] = [row for row in rows if row not in found.get(table.name, [])] + found.get(
                table.name, []
            )
        return found

    def erase(
        self, conversation_ids: Sequence[str], case_ids: Sequence[int], keep: Sequence[str]
    ) -> list[str]:
        """Forget the conversations and all in them; of the cases only status, history and the fields `keep` stay.

        Returns the contents (SHA-256) of files that nothing refers to any more.
        """
        run = self._connection.execute
        mine = documents.c.conversation_id.in_(conversation_ids) | documents.c.case_id.in_(case_ids)
        sent = attachments.c.conversation_id.in_(conversation_ids)
        shared = set(run(select(attachments.c.sha256).where(sent)).scalars())
        run(delete(attachments).where(sent))
        files = Documents(self._connection).remove(
            list(run(select(documents.c.id).where(mine)).scalars()), shared
        )
        run(delete(deliveries).where(deliveries.c.conversation_id.in_(conversation_ids)))
        for row in run(select(cases.c.id, cases.c.fields).where(cases.c.id.in_(case_ids))).all():
            kept = {name: value for name, value in row.fields.items() if name in keep}
            change = update(cases).where(cases.c.id == row.id)
            run(change.values(fields=kept, contact="", conversation_id=None, version=cases.c.version + 1))
        run(delete(quotation_requests).where(quotation_requests.c.case_id.in_(case_ids)))
        run(delete(conversations).where(conversations.c.id.in_(conversation_ids)))
        self._forget_labels()
        Finding(self._connection).forget()
        return files

    def quiet_since(self, moment: datetime) -> list[str]:
        """Conversations without a case in which nothing has happened since."""
        query = select(conversations.c.id).where(
            conversations.c.last_at < moment, conversations.c.case_id.is_(None)
        )
        return list(self._connection.execute(query).scalars())

    def _forget_labels(self) -> None:
        """A group of gaps is named by one of its questions: without any it goes, else another names it."""
        members = select(gaps.c.group_id).where(gaps.c.group_id.is_not(None))
        self._connection.execute(delete(gap_groups).where(gap_groups.c.id.not_in(members)))
        asked = select(gaps.c.question).where(gaps.c.group_id == gap_groups.c.id)
        another = asked.order_by(gaps.c.created_at).limit(1).scalar_subquery()
        orphaned = gap_groups.c.label.not_in(asked.scalar_subquery())
        self._connection.execute(update(gap_groups).where(orphaned).values(label=another))

    def _rows(self, table: Table, condition: Any) -> list[dict[str, Any]]:
        rows = self._connection.execute(select(table).where(condition)).mappings()
        return [_plain(dict(row)) for row in rows]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items() if name not in _INTERNAL}


def _value(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
