"""Cases as staff list them: by step, by search, and by what is to be done."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, or_, select

from bot import steps
from bot.records import Case, DocumentState
from bot.store.cases import to_case
from bot.store.tables import case_events, cases, documents, quotations
from bot.store.views import CaseFilter, Listed

_STEPS = ("created", "moved")  # events by which a case comes to a step

_since = (
    select(func.max(case_events.c.at, type_=case_events.c.at.type))
    .where(case_events.c.case_id == cases.c.id, case_events.c.kind.in_(_STEPS))
    .correlate(cases)
    .scalar_subquery()
)


class Board:
    """`today` is the firm's, by which quotations run out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counts(self, filter: CaseFilter, today: date) -> dict[str, int]:
        """How many are at each step."""
        query = select(cases.c.status, func.count().label("cases")).where(*_chosen(filter, today))
        return {row.status: row.cases for row in self._connection.execute(query.group_by(cases.c.status))}

    def columns(self, filter: CaseFilter, today: date, most: int) -> dict[str, list[Listed]]:
        """Of each step the `most` that have been there longest."""
        place = func.row_number().over(partition_by=cases.c.status, order_by=(_since, cases.c.id))
        placed = select(cases.c.id, place.label("place")).where(*_chosen(filter, today)).subquery()
        query = select(cases, _since.label("since")).join(placed, placed.c.id == cases.c.id)
        found = self._listed(query.where(placed.c.place <= most).order_by(placed.c.place))
        columns: dict[str, list[Listed]] = defaultdict(list)
        for each in found:
            columns[each.case.status].append(each)
        return dict(columns)

    def rows(
        self, filter: CaseFilter, today: date, limit: int, offset: int = 0, *, longest_first: bool = False
    ) -> list[Listed]:
        """The newest first, or those that have been at their step longest."""
        order = (_since, cases.c.id) if longest_first else (cases.c.id.desc(),)
        query = select(cases, _since.label("since")).where(*_chosen(filter, today))
        return self._listed(query.order_by(*order).limit(limit).offset(offset))

    def _listed(self, query: Any) -> list[Listed]:
        rows = self._connection.execute(query).all()
        ids = [row.id for row in rows]
        papers, quoted = self._papers(ids), self._quoted(ids)
        found: list[tuple[Case, datetime]] = [(to_case(row), row.since) for row in rows]
        return [
            Listed(case, since or case.created_at, papers[case.id], quoted.get(case.id))
            for case, since in found
        ]

    def _papers(self, ids: Sequence[int]) -> dict[int, list[tuple[str | None, DocumentState]]]:
        query = select(documents.c.case_id, documents.c.item, documents.c.state)
        found: dict[int, list[tuple[str | None, DocumentState]]] = defaultdict(list)
        for row in self._connection.execute(query.where(documents.c.case_id.in_(ids))):
            found[row.case_id].append((row.item, DocumentState(row.state)))
        return found

    def _quoted(self, ids: Sequence[int]) -> dict[int, date]:
        query = select(quotations.c.case_id, quotations.c.valid_until).where(quotations.c.case_id.in_(ids))
        return {
            row.case_id: row.valid_until for row in self._connection.execute(query.order_by(quotations.c.id))
        }


def _chosen(filter: CaseFilter, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.service:
        conditions.append(cases.c.service == filter.service)
    if filter.status:
        conditions.append(cases.c.status == filter.status)
    if text := filter.text.strip():
        conditions.append(_holds(text))
    if filter.needs_staff:
        goes_on = cases.c.status.not_in(steps.ENDED)
        conditions.append(or_(and_(goes_on, _has_unchecked()), and_(_is_early(), ~_is_quoted(today))))
    return conditions


def _holds(text: str) -> ColumnElement[bool]:
    """Fields lie there as JSON, in which letters outside ASCII are escaped and have no lower case: they are found
    as they are written, or in lower case.
    """
    fields = func.lower(cast(cases.c.fields, Text))
    escaped = {json.dumps(text)[1:-1].lower(), json.dumps(text.lower())[1:-1]}
    return or_(
        func.lower(cases.c.reference).contains(text.lower(), autoescape=True),
        func.lower(cases.c.contact).contains(text.lower(), autoescape=True),
        *(fields.contains(each, autoescape=True) for each in sorted(escaped)),
    )


def _has_unchecked() -> ColumnElement[bool]:
    return (
        select(documents.c.id)
        .where(documents.c.case_id == cases.c.id, documents.c.state == DocumentState.RECEIVED)
        .correlate(cases)
        .exists()
    )


def _is_early() -> ColumnElement[bool]:
    return cases.c.status.in_((steps.ENQUIRY, steps.QUOTATION))


def _is_quoted(today: date) -> ColumnElement[bool]:
    """Whether the latest quotation, which replaces those before it, is valid still."""
    of_case = quotations.c.case_id == cases.c.id
    latest = select(func.max(quotations.c.id)).where(of_case).correlate(cases).scalar_subquery()
    return (
        select(quotations.c.id)
        .where(quotations.c.id == latest, quotations.c.valid_until >= today)
        .correlate(cases)
        .exists()
    )
