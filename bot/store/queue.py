"""What staff see of all conversations: who waits for whom, and since when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, select

from bot.messages import AuthorKind, HandoffReason
from bot.records import Customer, HandoffState
from bot.store.tables import cases, conversations, customers, handoffs, messages, seen
from bot.store.views import Filter, Queued, View

_LONGEST = 160  # characters of a message that a list shows

_c, _h = conversations.c, handoffs.c
_open = and_(_h.conversation_id == _c.id, _h.state != HandoffState.ENDED)
_asked = messages.alias("asked")
_unanswered = _c.asked_seq > _c.staff_seq
_later = messages.alias("later")
_FIRST_UNANSWERED = (  # of those written since the person was asked for; what the bot answered before does not wait
    select(func.min(_later.c.created_at))
    .where(
        _later.c.conversation_id == _c.id,
        _later.c.author_kind == AuthorKind.CUSTOMER,
        _later.c.seq > _c.staff_seq,
        _later.c.created_at >= _h.created_at,
    )
    .correlate(conversations, handoffs)
    .scalar_subquery()
)
_WRITTEN = func.coalesce(_FIRST_UNANSWERED, _c.asked_at)
_SINCE = case(
    (_h.state == HandoffState.WAITING, _h.created_at),
    (and_(_c.owner.is_not(None), _unanswered), _WRITTEN),
    else_=_c.last_at,
)


class Queue:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counts(self, staff: str) -> dict[View, int]:
        """How many each view has, without a filter."""
        waiting = _h.state == HandoffState.WAITING
        mine = _c.owner == staff
        others = and_(_c.owner.is_not(None), _c.owner != staff)
        query = select(
            func.count().filter(waiting).label("waiting"),
            func.count().filter(mine).label("mine"),
            func.count().filter(and_(mine, _unanswered)).label("unanswered"),
            func.count().filter(others).label("others"),
        ).select_from(handoffs.join(conversations, _open))
        row = self._connection.execute(query).one()
        return {View.WAITING: row.waiting, View.MINE: row.mine, View.UNANSWERED: row.unanswered,
                View.OTHERS: row.others}  # fmt: skip

    def matching(self, view: View, filter: Filter, staff: str) -> int:
        chosen = self._chosen(view, filter, staff)
        return int(self._connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one())

    def rows(
        self, view: View, filter: Filter, staff: str, staff_id: int, limit: int, offset: int = 0
    ) -> list[Queued]:
        """Whoever waits, the longest first; then the others, the latest first. `staff_id` tells what is unread."""
        ordered = self._chosen(view, filter, staff).order_by(*_order(view)).limit(limit).offset(offset)
        return self._listed(ordered, staff_id, _order(view))

    def one(self, conversation: str, staff_id: int) -> Queued | None:
        """A conversation as lists show it."""
        found = self._listed(select(_c.id).where(_c.id == conversation), staff_id, [_c.id])
        return found[0] if found else None

    def of_case(self, case: int, staff_id: int) -> list[Queued]:
        return self._listed(select(_c.id).where(_c.case_id == case), staff_id, [_c.created_at])

    def _listed(self, ids: Select[Any], staff_id: int, order: Sequence[Any]) -> list[Queued]:
        chosen = ids.subquery("chosen")
        query = (
            select(
                conversations,
                handoffs.c.reason,
                handoffs.c.summary,
                handoffs.c.state.label("handoff_state"),
                _SINCE.label("since"),
                _asked.c.text.label("asked"),
                cases.c.reference,
                cases.c.fields,
                func.coalesce(seen.c.seq, 0).label("read"),
                customers.c.asked_at.label("customer_asked_at"),
                customers.c.asked_used,
                customers.c.acted_at,
                customers.c.acted_used,
                customers.c.address,
                customers.c.source,
            )
            .select_from(
                conversations.join(chosen, chosen.c.id == _c.id)
                .outerjoin(handoffs, _open)
                .outerjoin(
                    _asked, and_(_asked.c.conversation_id == _c.id, _asked.c.seq == _c.asked_seq)
                )
                .outerjoin(cases, cases.c.id == _c.case_id)
                .outerjoin(seen, and_(seen.c.conversation_id == _c.id, seen.c.staff_id == staff_id))
                .outerjoin(customers, customers.c.conversation_id == _c.id)
            )
            .order_by(*order)
        )  # fmt: skip
        return [_to_queued(row) for row in self._connection.execute(query)]

    def next_waiting(self) -> str | None:
        """The conversation that has waited longest for a person; one that another is taking just now is passed over."""
        query = (
            select(_c.id)
            .select_from(handoffs.join(conversations, _open))
            .where(_h.state == HandoffState.WAITING, _c.owner.is_(None))
            .order_by(_h.created_at, _c.id)
            .limit(1)
            .with_for_update(of=conversations, skip_locked=True)
        )
        found: str | None = self._connection.execute(query).scalar()
        return found

    def standing(self) -> tuple[object, ...]:
        """Stands for all that waits for staff or is with them: another one when any of it has changed."""
        query = select(func.count(), func.max(_h.created_at), func.sum(_c.revision))
        return tuple(self._connection.execute(query.select_from(handoffs.join(conversations, _open))).one())

    def latest_waiting(self) -> str | None:
        """The handoff that was asked for last and that nobody has taken."""
        query = select(_h.id).where(_h.state == HandoffState.WAITING).order_by(_h.created_at.desc()).limit(1)
        found: str | None = self._connection.execute(query).scalar()
        return found

    def changed_since(self, moment: datetime) -> set[tuple[str, int]]:
        """The conversations that were changed after that, with their revisions."""
        query = select(_c.id, _c.revision).where(_c.last_at > moment)
        return {(row.id, row.revision) for row in self._connection.execute(query)}

    def _chosen(self, view: View, filter: Filter, staff: str) -> Select[Any]:
        joined = conversations.join(handoffs, _open, isouter=view in {View.BOT, View.CLOSED, View.ALL})
        query = select(_c.id).select_from(joined).where(*_of_view(view, staff))
        if filter.channel:
            query = query.where(_c.channel == filter.channel)
        if filter.language:
            query = query.where(_c.language == filter.language)
        if filter.reason:
            query = query.where(_h.reason == filter.reason)
        return query


def _of_view(view: View, staff: str) -> list[ColumnElement[bool]]:
    conditions: dict[View, list[ColumnElement[bool]]] = {
        View.WAITING: [_h.state == HandoffState.WAITING],
        View.MINE: [_c.owner == staff],
        View.UNANSWERED: [_c.owner == staff, _unanswered],
        View.OTHERS: [_c.owner.is_not(None), _c.owner != staff],
        View.BOT: [_c.owner.is_(None), _h.id.is_(None), _c.closed_at.is_(None), _c.asked_seq > 0],
        View.CLOSED: [_c.closed_at.is_not(None)],
        View.ALL: [_c.asked_seq > 0],
    }
    return conditions[view]


def _order(view: View) -> list[Any]:
    if view is View.WAITING:
        return [_h.created_at, _c.id]
    if view in {View.MINE, View.UNANSWERED, View.OTHERS}:
        return [
            case((_unanswered, 0), else_=1),
            case((_unanswered, _WRITTEN)),
            _c.last_at.desc(),
            _c.id,
        ]
    return [_c.last_at.desc(), _c.id]


def _to_queued(row: Row[Any]) -> Queued:
    return Queued(
        conversation=row.id,
        channel=row.channel,
        language=row.language,
        owner=row.owner,
        closed=row.closed_at is not None,
        reason=HandoffReason(row.reason) if row.reason else None,
        summary=row.summary or "",
        waiting=row.handoff_state == HandoffState.WAITING
        or (bool(row.owner) and row.asked_seq > row.staff_seq),
        since=row.since,
        asked=(row.asked or "")[:_LONGEST],
        unread=row.asked_seq > row.read,
        asked_seq=row.asked_seq,
        case=row.case_id,
        reference=row.reference,
        company=(row.fields or {}).get("company", ""),
        came_from=row.source or row.page_url,
        customer=_to_customer(row),
    )


def _to_customer(row: Row[Any]) -> Customer | None:
    if row.address is None:
        return None
    return Customer(row.channel, row.address, row.id, row.source, row.customer_asked_at, row.asked_used,
                    row.acted_at, row.acted_used)  # fmt: skip
