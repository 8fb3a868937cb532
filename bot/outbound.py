"""What goes out to staff: noted in the transaction that causes it, sent by a job, tried again until it has arrived."""

from collections.abc import Mapping
from datetime import date

from bot import log, steps
from bot.errors import DeliveryError
from bot.notices import Notice, Sender
from bot.records import Case, DeliveryState, Handoff
from bot.store import Store, Transaction
from bot.texts import texts
from knowledge.documents import Service
from knowledge.render import date_text

_PAUSES = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 57600)  # seconds before each further try

logger = log.get("bot.outbound")


class Outbound:
    """`senders` by name; `language` is the staff's; `desk_url` is their desk, where they see the matter."""

    def __init__(
        self, store: Store, senders: Mapping[str, Sender], language: str, desk_url: str = ""
    ) -> None:
        self.language = language
        self._store = store
        self._senders = senders
        self._desk_url = desk_url

    def handoff(self, tx: Transaction, handoff: Handoff) -> None:
        words = texts(self.language).handoff
        reason = getattr(words, f"reason_{handoff.reason}")
        data = {"conversation": handoff.conversation, "reason": handoff.reason.value}
        notice = Notice(
            f"handoff:{handoff.id}",
            words.notice_subject.format(reason=reason),
            handoff.summary,
            f"{self._desk_url}/conversations/{handoff.conversation}",
            data,
        )
        self._note(tx, notice, handoff.conversation)

    def new_case(self, tx: Transaction, case: Case, service: Service) -> None:
        words = texts(self.language).handoff
        text = words.case_notice.format(
            company=case.fields.get("company") or case.contact,
            service=service.name.get(self.language) or service.id,
            reference=case.reference,
        )
        notice = Notice(
            f"case:{case.reference}",
            words.case_subject.format(reference=case.reference),
            text,
            self._case_url(case),
            {"reference": case.reference},
        )
        self._note(tx, notice, case.conversation)

    def due(self, tx: Transaction, case: Case, service: Service, status: str, day: date) -> None:
        subject = texts(self.language).handoff.due_subject.format(
            reference=case.reference,
            status=steps.label(service, status, self.language),
            date=date_text(day, self.language),
        )
        data = {"reference": case.reference, "step": status, "date": day.isoformat()}
        key = f"due:{case.reference}:{status}:{day.isoformat()}"
        self._note(tx, Notice(key, subject, subject, self._case_url(case), data), case.conversation)

    def erased(self, tx: Transaction, case: Case) -> None:
        words = texts(self.language).handoff
        notice = Notice(
            f"erased:{case.reference}",
            words.erased_subject.format(reference=case.reference),
            words.erased_notice.format(reference=case.reference),
            self._case_url(case),
            {"reference": case.reference},
        )
        self._note(tx, notice, None)

    def send(self, key: str) -> None:
        """The job that sends one delivery; what was sent is not sent again."""
        with self._store.read() as tx:
            delivery = tx.outbox.get(key)
        if delivery is None or delivery.state is not DeliveryState.PENDING:
            return  # erased, sent, or given up
        try:
            self._sender(delivery.target).send(Notice(**delivery.payload))
        except DeliveryError as error:
            self._failed(key, delivery.attempts, error)
            return
        with self._store.write() as tx:
            tx.outbox.sent(key)
        logger.info("delivered", delivery=key, target=delivery.target, attempts=delivery.attempts + 1)

    def _case_url(self, case: Case) -> str:
        return f"{self._desk_url}/cases/{case.reference}"

    def _sender(self, target: str) -> Sender:
        if target not in self._senders:
            raise DeliveryError(f"no sender {target} is set up", permanent=True)
        return self._senders[target]

    def _note(self, tx: Transaction, notice: Notice, conversation: str | None) -> None:
        payload = {
            "key": notice.key,
            "subject": notice.subject,
            "text": notice.text,
            "url": notice.url,
            "data": dict(notice.data),
        }
        for target in self._senders:
            key = f"{notice.key}:{target}"
            if tx.outbox.add(key, target, payload, conversation):
                tx.enqueue("send", key)

    def _failed(self, key: str, attempts: int, error: DeliveryError) -> None:
        final = error.permanent or attempts >= len(_PAUSES)
        with self._store.write() as tx:
            tx.outbox.failed(key, str(error), final=final)
            if not final:
                tx.enqueue("send", key, f"send:{key}:{attempts + 1}", after=_PAUSES[attempts])
        logger.warning("not delivered", delivery=key, attempts=attempts + 1, final=final, error=str(error))
