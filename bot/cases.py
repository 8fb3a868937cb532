"""Applications: sent in once, moved on by staff along the service's steps, told about to their customer.

The only place that creates or changes a case. Every method works within the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from bot import steps, wording
from bot.errors import Conflict, NotFound
from bot.intake import Intake
from bot.intake.contacts import SEPARATOR
from bot.messages import Action, Author, AuthorKind, CaseSummary, Outcome, Reply, new_id
from bot.records import Actor, ActorKind, Case, Conversation, Document, DocumentState, Quotation
from bot.store import Transaction
from bot.texts import texts
from knowledge.documents import Item, Service
from knowledge.render import amount_text, date_text

PRIVACY_NOTICE = "2026-11"  # the notice's edition where there is no language model; changes with its text
_CUSTOMER = Actor(ActorKind.CUSTOMER)
_TRIES = 5  # failed look-ups an hour, of a conversation or for a reference
_WITHIN = timedelta(hours=1)


class Cases:
    """`services` are the services of the content by id; a case of one that is gone keeps working by its ids.

    `zone` is the firm's: in it, today is today. `notice` is the edition of the privacy notice that customers agree to.
    """

    def __init__(
        self, services: Mapping[str, Service], zone: tzinfo = UTC, notice: str = PRIVACY_NOTICE
    ) -> None:
        self._services = services
        self._zone = zone
        self._notice = notice

    def today(self) -> date:
        return datetime.now(self._zone).date()

    # What customers do

    def submit(
        self, tx: Transaction, conversation: Conversation, intake: Intake, id: str, language: str
    ) -> Case:
        """The case of a confirmed interview: a new one for its first confirmation, the same for every later one."""
        if existing := tx.cases.confirmed(id):
            return existing
        now = datetime.now(UTC)
        case = Case(
            id=0,
            reference="",
            service=intake.service,
            conversation=conversation.id,
            language=language,
            status=steps.ENQUIRY,
            fields=dict(intake.values),
            contact=self._contact(intake),
            version=1,
            consent_to=self._notice,
            consent_at=now,
            created_at=now,
        )
        stored = tx.cases.insert(case, id, _CUSTOMER)
        tx.cases.request_quotation(stored.id, self.factors(stored))
        tx.documents.attach(conversation.id, stored.id)
        tx.conversations.save_intake(conversation.id, "", None)
        tx.conversations.change(conversation.id, case_id=stored.id)
        tx.conversations.tell(conversation.id, "case", {"reference": stored.reference})
        return stored

    def amend(self, tx: Transaction, case: Case, values: Mapping[str, str]) -> Case:
        """A customer's correction, while nobody has worked on the case yet; `values` are all its fields."""
        changed = [name for name in {**case.fields, **values} if case.fields.get(name) != values.get(name)]
        if not changed:
            return case
        newer = replace(case, fields=dict(values))
        newer = replace(newer, contact=self._contact(newer))
        saved = tx.cases.save(newer, _CUSTOMER, "amended", {"fields": changed})
        tx.cases.request_quotation(saved.id, self.factors(saved))
        return saved

    def request_quotation(self, tx: Transaction, case: Case) -> None:
        tx.cases.request_quotation(case.id, self.factors(case))
        tx.cases.record(case, _CUSTOMER, "quotation_requested", {})

    def look_up(self, tx: Transaction, conversation: str, reference: str, contacts: set[str]) -> Case | None:
        """The case, for who knows both its reference and a contact of it. Nobody learns which of the two was wrong."""
        case = tx.cases.find(reference)
        if case is None or not case.contact or not contacts & set(case.contact.split(SEPARATOR)):
            tx.cases.failed_lookup(conversation, reference)
            return None
        tx.conversations.change(conversation, case_id=case.id)
        return case

    def may_look_up(self, tx: Transaction, conversation: str, reference: str) -> bool:
        return tx.cases.failed_lookups(conversation, reference, _WITHIN) < _TRIES

    # What staff do

    def move(
        self,
        tx: Transaction,
        reference: str,
        to: str,
        staff: str,
        *,
        version: int | None = None,
        surveillance_months: int | None = None,
        today: date | None = None,
    ) -> Case:
        """Move a case to another status and tell its customer. Raises NotFound, IllegalMove, Conflict.

        `version` is the one that the member of staff has seen; `surveillance_months` is what the contract says, and
        one of the service's intervals.
        """
        case = self.get(tx, reference, version)
        service = self.service(case)
        steps.check(service, case.status, to)
        choices = {months for reminder in service.reminders for months in steps.intervals(service, reminder)}
        if surveillance_months and surveillance_months not in choices:
            raise Conflict(f"The interval is one of {sorted(choices)} months, not {surveillance_months}.")
        data = {"from": case.status, "to": to}
        newer = replace(case, status=to, surveillance_months=surveillance_months or case.surveillance_months)
        due: list[tuple[str, date]] = []
        if to == steps.CERTIFIED:
            newer, due = self._certified(service, newer, case.status, today or self.today())
        saved = tx.cases.save(newer, Actor(ActorKind.STAFF, staff), "moved", data)
        for step, day in due:
            seconds = (day - datetime.now(UTC).date()).days * 86400.0
            tx.enqueue("remind", f"{saved.id}:{step}:{day.isoformat()}", after=max(seconds, 0.0))
        tx.people.note(staff, "case.move", reference)
        status = steps.label(service, to, case.language)
        self.tell(
            tx, saved, texts(case.language).case.moved.format(reference=reference, status=status), staff
        )
        return saved

    def quote(
        self, tx: Transaction, reference: str, quotation: Quotation, *, version: int | None = None
    ) -> Case:
        """Enter a quotation, which the customer is told. Raises NotFound, Conflict for dates or amounts that cannot be."""
        case = self.get(tx, reference, version)
        if quotation.amount <= 0 or quotation.amount != quotation.amount.quantize(Decimal("0.01")):
            raise Conflict("The amount must be more than 0, with at most two decimals.")
        if quotation.valid_until < quotation.issued_on:
            raise Conflict("A quotation cannot end before it is issued; check its dates.")
        staff = quotation.entered_by
        tx.cases.quote(case.id, quotation)
        data = {"amount": str(quotation.amount), "currency": quotation.currency}
        data["valid_until"] = quotation.valid_until.isoformat()
        saved = tx.cases.save(case, Actor(ActorKind.STAFF, staff), "quoted", data)
        tx.people.note(staff, "case.quote", reference)
        said = texts(case.language).case.quoted.format(
            reference=reference,
            amount=amount_text(quotation.amount, quotation.currency, case.language),
            until=date_text(quotation.valid_until, case.language),
        )
        self.tell(tx, saved, said, staff)
        return saved

    def decide(
        self, tx: Transaction, document_id: str, staff: str, *, accept: bool, reason: str = ""
    ) -> Document:
        """Accept a document, or reject it with a reason that the customer is told. Raises NotFound, Conflict."""
        document = tx.documents.get(document_id)
        case = tx.cases.get(document.case) if document and document.case else None
        if document is None or case is None:
            raise NotFound("There is no such document of an application.")
        if not accept and not reason.strip():
            raise Conflict("Say why, in a sentence that the customer will read.")
        state = DocumentState.ACCEPTED if accept else DocumentState.REJECTED
        tx.documents.decide(document_id, state, reason.strip())
        data = {"document": document_id, "item": document.item}
        tx.cases.save(case, Actor(ActorKind.STAFF, staff), f"document_{state}", data)
        tx.people.note(staff, f"document.{state}", document_id)
        said = getattr(texts(case.language).case, state.value)
        self.tell(tx, case, said.format(name=document.name, reason=wording.sentence(reason)), staff)
        return replace(document, state=state, reason=reason.strip())

    def file(self, tx: Transaction, document_id: str, item: str, staff: str) -> None:
        """Say which line of the checklist a document is for. Raises NotFound."""
        document = tx.documents.get(document_id)
        case = tx.cases.get(document.case) if document and document.case else None
        lines = self.service(case).lists.get("documents", ()) if case else ()
        if case is None or item not in {line.id for line in lines}:
            raise NotFound("There is no such document, or no such line of the checklist.")
        tx.documents.assign(document_id, item)
        data = {"document": document_id, "item": item}
        tx.cases.save(case, Actor(ActorKind.STAFF, staff), "document_filed", data)
        tx.people.note(staff, "document.file", document_id)

    def tell(self, tx: Transaction, case: Case, text: str, staff: str) -> None:
        """Say something in every conversation that may see the case, in the name of who did it."""
        for conversation in tx.conversations.of_case(case.id):
            reply = Reply(
                id=new_id("msg"),
                in_reply_to=None,
                text=text,
                language=case.language,
                outcome=Outcome.STATUS,
                author=Author(AuthorKind.PERSON, staff),
                case=self.summary(tx, case, case.language),
                ai_generated=False,
            )
            tx.say(conversation, reply)

    # What is known of a case

    def get(self, tx: Transaction, reference: str, version: int | None = None) -> Case:
        """Raises NotFound, and Conflict if `version` is not the present one."""
        case = tx.cases.find(reference)
        if case is None:
            raise NotFound(f"There is no case {reference}.")
        if version is not None and version != case.version:
            raise Conflict(f"{reference} was changed by someone else meanwhile; look at it again.")
        return case

    def service(self, case: Case) -> Service:
        return self._services.get(case.service) or Service(
            case.service, next(iter(self._services.values())).file
        )

    def summary(self, tx: Transaction, case: Case, language: str) -> CaseSummary:
        missing = [wording.short(item, language) for item in self.missing(tx, case)]
        return CaseSummary(case.reference, case.status, missing)

    @property
    def services(self) -> Mapping[str, Service]:
        return self._services

    def missing(self, tx: Transaction, case: Case) -> list[Item]:
        """The checklist's lines for which nothing has come that was not rejected."""
        return self.still_missing(case, [(d.item, d.state) for d in tx.documents.of_case(case.id)])

    def still_missing(self, case: Case, documents: Sequence[tuple[str | None, DocumentState]]) -> list[Item]:
        """As `missing`, of documents by their lines and states."""
        there = {item for item, state in documents if state is not DocumentState.REJECTED}
        checklist = self.service(case).lists.get("documents", ())
        return [item for item in checklist if item.id not in there and not item.optional]

    def quotation(self, tx: Transaction, case: Case, today: date) -> Quotation | None:
        """The quotation that is valid today."""
        found = tx.cases.quotation(case.id)
        return found if found and found.issued_on <= today <= found.valid_until else None

    def report(self, tx: Transaction, case: Case, language: str, told: Sequence[str] = ()) -> str:
        """Where the application stands, in the customer's words; a list that was `told` is not read out again."""
        words = texts(language).case
        service = self.service(case)
        lines = [self.standing(case, language)]
        if quotation := self.quotation(tx, case, self.today()):
            lines.append(self.price(quotation, language))
        elif case.status == steps.ENQUIRY:
            lines.append(words.in_preparation)
        *_, following = (None, *steps.moves(service, case.status)[:-2])
        if following and steps.CERTIFIED not in {case.status, following} and case.certified_on is None:
            lines.append(words.following.format(step=steps.label(service, following, language)))
        if case.status not in steps.ENDED and case.certified_on is None:
            lines.extend(self.papers(tx, case, language, told))
        return "\n".join(lines)

    def standing(self, case: Case, language: str) -> str:
        """At which step the application is, in a sentence."""
        service = self.service(case)
        name = service.name.get(language) or service.id
        status = steps.label(service, case.status, language)
        return texts(language).case.status.format(reference=case.reference, service=name, status=status)

    def price(self, quotation: Quotation, language: str) -> str:
        return texts(language).case.priced.format(
            issued=date_text(quotation.issued_on, language),
            amount=amount_text(quotation.amount, quotation.currency, language),
            until=date_text(quotation.valid_until, language),
        )

    def upload_actions(self, tx: Transaction, case: Case, language: str) -> list[Action]:
        """A button for each document that is still needed."""
        return [
            Action(label, label)
            for label in (wording.short(item, language) for item in self.missing(tx, case))
        ]

    def factors(self, case: Case) -> dict[str, str]:
        """What the fee depends on, as far as the application says it: the fields that are no contact."""
        kinds = {field.id: field.type for field in self.service(case).application}
        return {
            name: value for name, value in case.fields.items() if kinds.get(name) not in {"name", "contact"}
        }

    def papers(self, tx: Transaction, case: Case, language: str, told: Sequence[str] = ()) -> list[str]:
        words = texts(language).case
        items = {item.id: item for item in self.service(case).lists.get("documents", ())}
        documents = tx.documents.of_case(case.id)
        missing = self.missing(tx, case)
        lines = []
        listed = [words.missing, *(f"- {wording.short(item, language)}" for item in missing), words.upload]
        if missing:
            again = any("\n".join(listed) in text for text in told)
            lines += [words.missing_still, words.upload] if again else listed
        elif items:
            lines.append(words.nothing_missing)
        heads = {DocumentState.ACCEPTED: words.checked, DocumentState.RECEIVED: words.unchecked}
        for state, head in heads.items():
            alike = [d for d in documents if d.state is state and d.item in items]
            if alike:
                lines.append(head)
            for id in dict.fromkeys(d.item for d in alike if d.item):
                names = ("、" if language == "zh" else ", ").join(d.name for d in alike if d.item == id)
                lines.append(words.paper.format(item=wording.short(items[id], language), names=names))
        still = {item.id for item in missing}
        refused = {d.item: d for d in documents if d.state is DocumentState.REJECTED and d.item in still}
        lines += [words.refused.format(name=d.name, reason=d.reason) for d in refused.values()]
        return lines

    def _contact(self, of: Intake | Case) -> str:
        values = of.values if isinstance(of, Intake) else of.fields
        fields = self._services[of.service].application if of.service in self._services else ()
        return next(
            (values[field.id] for field in fields if field.type == "contact" and field.id in values), ""
        )

    def _certified(
        self, service: Service, case: Case, before: str, today: date
    ) -> tuple[Case, list[tuple[str, date]]]:
        """A certificate's date, and the days on which its customer is reminded of the steps that follow."""
        cycle = [reminder.step for reminder in service.reminders]
        renewed = before not in cycle or before == cycle[-1] or case.certified_on is None
        case = replace(case, certified_on=today if renewed else case.certified_on)
        dates = list(steps.due(service, today, case.surveillance_months))
        return case, [(r.step, remind_on) for r, remind_on, _ in dates if renewed or r.step == before]
