"""What is kept about a customer: shown to them, erased for them, and forgotten when it is old."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import log, steps
from bot.errors import NotFound
from bot.intake import contacts
from bot.messages import new_id
from bot.outbound import Outbound
from bot.records import Actor, ActorKind
from bot.references import references
from bot.store import Store, Transaction

_CUSTOMER = Actor(ActorKind.CUSTOMER)

logger = log.get("bot.privacy")


class Privacy:
    """`keep` names the fields of a case that the law makes the firm keep; its number and history always stay.

    Staff are told of a case that goes on without its customer.
    """

    def __init__(self, store: Store, keep: Sequence[str], outbound: Outbound) -> None:
        self._store = store
        self._keep = keep
        self._outbound = outbound

    def export(self, customer: str, staff: str) -> dict[str, Any]:
        """All that is kept about a customer. Raises NotFound."""
        with self._store.write() as tx:
            conversations, cases = self._find(tx, customer)
            tx.people.note(staff, "customer.export", _subject(conversations, cases))
            return tx.people.export(conversations, cases)

    def erase(self, customer: str, staff: str) -> tuple[int, int]:
        """Erase a customer; returns how many conversations and cases it was about. Raises NotFound."""
        with self._store.write() as tx:
            conversations, cases = self._find(tx, customer)
            self._erase(tx, conversations, cases)
            for case in filter(None, map(tx.cases.get, cases)):
                tx.cases.record(case, _CUSTOMER, "erased", {})
                if case.status not in steps.ENDED:
                    self._outbound.erased(tx, case)
            tx.people.note(staff, "customer.erase", _subject(conversations, cases))
        self._store.forget()
        return len(conversations), len(cases)

    def forget_older_than(self, days: int, now: datetime | None = None) -> int:
        """Erase conversations that led to no case and in which nothing has happened for so long."""
        moment = (now or datetime.now(UTC)) - timedelta(days=days)
        with self._store.write() as tx:
            quiet = tx.people.quiet_since(moment)
            self._erase(tx, quiet, [])
        self._store.forget()
        logger.info("old conversations erased", count=len(quiet))
        return len(quiet)

    def _erase(self, tx: Transaction, conversations: Sequence[str], cases: Sequence[int]) -> None:
        for sha256 in tx.people.erase(conversations, cases, self._keep):
            tx.enqueue("discard", sha256, f"discard:{sha256}:{new_id('')}")  # the same file may come again

    def _find(self, tx: Transaction, customer: str) -> tuple[list[str], list[int]]:
        """By conversation id, reference or contact, with everything that belongs to it."""
        named = references(customer)
        given = [found.value for found in contacts.find(customer)] or [customer.strip()]
        for value in [] if named or customer.startswith("cnv_") else given:
            named += [case.reference for case in tx.cases.with_contact(value)] if value else []
        conversations, cases = tx.people.related([customer.strip()], named)
        if not conversations and not cases:
            raise NotFound(
                "Nobody is known by that; give a conversation's id, a reference, or the contact of an application."
            )
        return conversations, cases


def _subject(conversations: Sequence[str], cases: Sequence[int]) -> str:
    return f"{len(conversations)} conversations, {len(cases)} cases: {' '.join(conversations[:3])}".strip()
