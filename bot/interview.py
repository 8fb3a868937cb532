"""An application within a conversation: begun, answered, interrupted by questions, confirmed once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot import intake, steps
from bot.cases import Cases
from bot.compose import Draft
from bot.errors import InvalidApplication, NotFound
from bot.filing import Filing, Handover, change_to
from bot.intake import Command, Intake, Kind, Stage, Step
from bot.intent import Intent, beside_applying
from bot.lookup import Lookup
from bot.messages import Action, HandoffReason, Outcome, new_id
from bot.outbound import Outbound
from bot.records import Case
from bot.store import Transaction
from bot.texts import texts
from bot.turn import Finish, Turn, saying
from knowledge.documents import Service

_GOES_ON = {Intent.APPLY, Intent.QUOTATION, Intent.STATUS}  # what ends a pause
CHAT = {Intent.GREETING, Intent.THANKS, Intent.OKAY, Intent.SORRY, Intent.ROBOT}
_ANOTHER = re.compile(r"\b(another|new|second|one more)\b|另|再|新|第[二三四]|下一家", re.IGNORECASE)


@dataclass(frozen=True)
class Aside:
    """Something to be answered within an application; `wrap` makes the turn of the answer.

    `otherwise` is what to do where it is no question for sure, and nothing comes of answering it.
    """

    question: str
    wrap: Callable[[Finish], Finish]
    otherwise: Finish | None = None


@dataclass(frozen=True)
class Form:
    """A service whose application may be filled in as a form; `values` are known already, by field id."""

    service: Service
    values: Mapping[str, str]


class Interview:
    """Leads customers through an application. `privacy_url` is the notice that they agree to."""

    def __init__(
        self,
        services: Mapping[str, Service],
        cases: Cases,
        lookup: Lookup,
        outbound: Outbound,
        privacy_url: str,
    ) -> None:
        self._services = {id: service for id, service in services.items() if service.application}
        self._cases = cases
        self._lookup = lookup
        self._filing = Filing(cases, lookup, outbound)
        self._privacy_url = privacy_url

    def turn(self, turn: Turn, known: bool, hand_over: Handover) -> Finish | Aside | None:
        """None where the message has nothing to do with an application.

        `known` tells that the content holds exactly this wording, which then is a question and no answer.
        """
        if turn.known.intake and turn.known.intake.service in self._services:
            return self._go_on(turn, turn.known.intake, known, hand_over)
        if turn.wanted in {Intent.APPLY, Intent.QUOTATION}:
            return self._wish(turn, turn.wanted, hand_over)
        if turn.case is None and turn.wanted is Intent.QUESTION and (asked := beside_applying(turn.text)):
            return self._begin_beside(turn, asked)
        if turn.case is None and turn.wanted is Intent.QUESTION and self._is_form(turn.text):
            return self._begin(turn, Intent.APPLY)
        return self._confirmed_again(turn)

    def beside(self, turn: Turn, finish: Finish) -> Finish:
        """What is done beside an application that is open: its question is asked again."""
        held = turn.known.intake
        service = self._services.get(held.service) if held else None
        if held is None or service is None or held.stage is Stage.PAUSED:
            return finish
        return self._wrap(turn, service, held)(finish)

    def filled(self, values: Mapping[str, str], service_id: str, language: str) -> tuple[Intake, str]:
        """A form's values as a whole interview, and in words. Raises InvalidApplication."""
        service = self._services.get(service_id) or self._only()
        canonical, errors = intake.fill(service, values, language, self._cases.today())
        if errors:
            raise InvalidApplication(" ".join(errors.values()), errors)
        filled = Intake(service=service.id, values=canonical, stage=Stage.REVIEW)
        return filled, intake.read_back(canonical, service, language)

    def submit(self, turn: Turn, filled: Intake) -> Finish:
        """Send in what a form held; a second form that says the same changes nothing."""
        case = turn.case
        if case and case.status not in steps.ENDED and case.fields == filled.values:
            return lambda tx, _: self._filing.already(tx, turn, case)
        id = turn.known.intake_id or new_id("int")
        return lambda tx, _: self._filing.submitted(tx, turn, filled, id)

    def tells_contact(self, turn: Turn) -> bool:
        """Whether a contact or a name is given to the open question for one."""
        held = turn.known.intake
        service = self._services.get(held.service) if held else None
        return bool(held and service and intake.tells_contact(held, service, turn.text))

    def changes(self, turn: Turn) -> bool:
        """Whether a message changes an answer of the application that is open."""
        held = turn.known.intake
        service = self._services.get(held.service) if held else None
        return bool(held and service and intake.changes(held, service, turn.text, self._cases.today()))

    def form(self, turn: Turn) -> Form:
        """The form of the running interview's service, or of the only one, with the values that are known."""
        held = turn.known.intake
        service = self._services[held.service] if held and held.service in self._services else self._only()
        return Form(service, held.values if held else {})

    # What a language model may ask for

    def details(self, turn: Turn) -> dict[str, str] | None:
        """The fields that may be filled in now, by id with their labels; None where nothing can be applied for."""
        held = turn.known.intake
        service = self._services.get(held.service) if held else self._meant(turn.text)
        if service is None:
            return {} if self._services else None
        return {field.id: field.label.get("en", field.id) for field in service.application}

    def start(self, turn: Turn, details: Mapping[str, str]) -> Finish | None:
        """Begin an application, or go on with the open one; who has a case is shown it."""
        if turn.known.intake:
            return self.put(turn, details)
        if turn.case and turn.case.status not in steps.ENDED:
            return self._lookup.own(turn)
        service = self._meant(turn.text)
        if service is None:
            return self._begin(turn, Intent.APPLY)
        today, notice = self._cases.today(), self._notice(turn)
        step = intake.begin(service, turn.text, turn.language, today, notice, details)
        return self._said(turn, step, new_id("int"))

    def put(self, turn: Turn, details: Mapping[str, str]) -> Finish | None:
        """Put details down in the open application."""
        held = turn.known.intake
        if held is None or held.service not in self._services:
            return None
        today, notice = self._cases.today(), self._notice(turn)
        service = self._services[held.service]
        step = intake.put(held, service, details, turn.language, today, notice)
        return self._said(turn, step, turn.known.intake_id)

    def confirm(self, turn: Turn) -> Finish | None:
        """Send the application in if the customer agrees to the read-back that they were shown last."""
        held, last = turn.known.intake, turn.last
        if held is None or held.service not in self._services:
            return None
        told = intake.read_back(held, self._services[held.service], turn.language)
        shown = held.stage is Stage.REVIEW and last is not None and told in last.text
        if shown and intake.assents(turn.text):
            return lambda tx, _: self._filing.submitted(tx, turn, held, turn.known.intake_id)
        return self._said(turn, self._resumed(turn, held), turn.known.intake_id)

    def quote(self, turn: Turn, hand_over: Handover) -> Finish | None:
        """Ask for a quotation, which needs an application."""
        return self._wish(turn, Intent.QUOTATION, hand_over)

    def _resumed(self, turn: Turn, held: Intake) -> Step:
        return intake.resume(held, self._services[held.service], turn.language, self._notice(turn))

    # A running interview

    def _go_on(self, turn: Turn, held: Intake, known: bool, hand_over: Handover) -> Finish | Aside | None:
        service = self._services[held.service]
        sorry = turn.wanted is Intent.SORRY and turn.commanded is Command.NO  # "sorry, wrong person"
        chats = turn.wanted in CHAT and (turn.commanded is None or sorry) and turn.text != turn.before
        if chats and intake.is_chat(held, service, turn.text, self._cases.today()):
            return Aside(turn.text, self._wrap(turn, service, held))
        again = held.stage is Stage.PAUSED and turn.wanted in _GOES_ON
        step = (
            intake.resume(held, service, turn.language, self._notice(turn))
            if again
            else intake.step(
                held,
                service,
                turn.text,
                turn.language,
                self._cases.today(),
                self._notice(turn),
                known,
                turn.commanded,
            )
        )
        if step.kind is Kind.CONFIRMED:
            return self._sent(turn, held, step.question)
        if step.kind is Kind.SIDE:
            wrap = self._wrap(turn, service, step.intake or held)
            otherwise = self._said(turn, step, turn.known.intake_id) if step.text else None
            return Aside(step.question or turn.text, wrap, otherwise)
        said = (
            self._stuck(turn, step, hand_over)
            if step.kind is Kind.STUCK
            else self._said(turn, step, turn.known.intake_id)
        )
        missed = step.intake is not None and step.intake.misses > held.misses
        if missed and not intake.is_command(turn.text):
            return Aside(turn.text, self._wrap(turn, service, held), said)
        return said

    def _sent(self, turn: Turn, filled: Intake, question: str) -> Finish | Aside:
        """The application is sent in, and what was asked beside the yes is answered after that."""

        def submitted(tx: Transaction, _: str) -> Draft:
            return self._filing.submitted(tx, turn, filled, turn.known.intake_id)

        def finish(answered: Finish, tx: Transaction, message: str) -> Draft:
            sent, draft = submitted(tx, message), answered(tx, message)
            return replace(draft, text=f"{sent.text}\n\n{draft.text}", actions=sent.actions, case=sent.case)

        return Aside(question, lambda answered: partial(finish, answered)) if question else submitted

    def _wrap(self, turn: Turn, service: Service, state: Intake) -> Callable[[Finish], Finish]:
        """An answer, and then where the interview stands."""

        def finish(answered: Finish, tx: Transaction, message: str) -> Draft:
            draft = answered(tx, message)
            if state != turn.known.intake:
                tx.conversations.save_intake(turn.conversation, turn.known.intake_id, state)
            if state.stage is Stage.PAUSED:
                words = texts(turn.language).case
                more = (Action(words.continue_label, words.continue_send),)
                return _with(draft, draft.text, (*draft.actions[:2], *more))
            said, actions = intake.prompt(state, service, turn.language, self._notice(turn))
            return _with(draft, f"{draft.text}\n\n{said}", actions)

        return lambda answered: partial(finish, answered)

    def _stuck(self, turn: Turn, step: Step, hand_over: Handover) -> Finish:
        def finish(tx: Transaction, _: str) -> Draft:
            tx.conversations.save_intake(turn.conversation, turn.known.intake_id, step.intake)
            told = hand_over(tx, turn, HandoffReason.FAILED_TWICE)
            text = f"{step.text}\n\n{told}"
            return Draft(text, turn.language, Outcome.HANDED_OFF, actions=list(step.actions))

        return finish

    def _said(self, turn: Turn, step: Step, id: str, lead: str = "") -> Finish:
        def finish(tx: Transaction, _: str) -> Draft:
            tx.conversations.save_intake(turn.conversation, id, step.intake)
            text = f"{lead}{turn.gap}{step.text}" if lead else step.text
            return Draft(text, turn.language, Outcome.INTAKE, actions=list(step.actions))

        return finish

    # Before and after

    def _wish(self, turn: Turn, wanted: Intent, hand_over: Handover) -> Finish | None:
        """To apply, or to get a quotation, which needs the same details."""
        case = turn.case
        another = wanted is Intent.APPLY and _ANOTHER.search(turn.text)
        if case is None or case.status in steps.ENDED or another:
            return self._begin(turn, wanted)
        return lambda tx, _: self._filing.existing(tx, turn, case, wanted, hand_over)

    def _begin(self, turn: Turn, wanted: Intent) -> Finish | None:
        service = self._meant(turn.text)
        if service is None:
            if not self._services:
                return None
            words = texts(turn.language).case
            choices = [
                Action(name, f"{words.apply_send}: {name}")
                for name in (s.name.get(turn.language) or s.id for s in self._services.values())
            ]
            return saying(words.which_service, turn.language, Outcome.CLARIFY, choices)
        step = intake.begin(service, turn.text, turn.language, self._cases.today(), self._notice(turn))
        lead = texts(turn.language).case.quotation_lead if wanted is Intent.QUOTATION else ""
        return self._said(turn, step, new_id("int"), lead)

    def _is_form(self, text: str) -> bool:
        """Whether a message fills in most of an application and asks nothing."""
        service = self._meant(text)
        return service is not None and intake.fills_in(service, text, self._cases.today())

    def _begin_beside(self, turn: Turn, asked: str) -> Aside | None:
        """The answer to what is asked, and then the first question of the application."""
        service = self._meant(turn.text)
        if service is None:
            return None
        step = intake.begin(service, "", turn.language, self._cases.today(), self._notice(turn))
        begun = self._said(turn, step, new_id("int"))

        def finish(answered: Finish, tx: Transaction, message: str) -> Draft:
            draft, first = answered(tx, message), begun(tx, message)
            return _with(draft, f"{draft.text}\n\n{first.text}", tuple(first.actions))

        return Aside(asked, lambda answered: partial(finish, answered))

    def amended(self, turn: Turn, hand_over: Handover) -> Finish | None:
        """A correction of an application that was sent; what somebody works on already is for a person to change."""
        case = turn.case
        if case is None or turn.known.intake or case.status in steps.ENDED:
            return None
        corrects = turn.commanded is Command.CORRECTS or intake.takes_back(turn.text)
        if not (turn.just_sent or corrects):
            return None
        step = self._after(turn, case, turn.text)
        changed = step.intake.values if step.intake and step.kind is Kind.REVIEW else case.fields
        named = step.intake.asking if step.intake and corrects else None
        if changed == case.fields and named is None:
            return None
        if case.status != steps.ENQUIRY:
            return (lambda tx, _: self._filing.in_hand(tx, turn, case, hand_over)) if corrects else None
        if changed != case.fields:
            return lambda tx, _: self._filing.amended(tx, turn, case, changed)
        field = next(field for field in self._cases.service(case).application if field.id == named)
        return lambda tx, _: self._filing.to_change(tx, turn, case, field)

    def _confirmed_again(self, turn: Turn) -> Finish | None:
        """Another yes right after an application was sent changes nothing."""
        case = turn.case
        if case is None or not turn.just_sent or turn.wanted is not Intent.QUESTION:
            return None
        if self._after(turn, case, turn.text).kind is not Kind.CONFIRMED:
            return None
        return lambda tx, _: self._filing.already(tx, turn, case)

    def _after(self, turn: Turn, case: Case, text: str) -> Step:
        """What a message would be to the read-back of what was sent, or to the question what a field is to be."""
        service = self._cases.service(case)
        unsaid = tuple(field.id for field in service.application if field.id not in case.fields)
        sent = Intake(service=case.service, values=case.fields, skipped=unsaid, stage=Stage.REVIEW)
        last = turn.last.text if turn.last else ""
        for field in service.application:
            if last == change_to(case, field, turn.language):
                sent = replace(sent, asking=field.id, stage=Stage.ASKING)
        return intake.step(sent, service, text, turn.language, self._cases.today(), self._notice(turn))

    def _notice(self, turn: Turn) -> str:
        return f"{self._privacy_url}?lang={turn.language}"

    def _meant(self, text: str) -> Service | None:
        """The service that a text names, or the only one there is."""
        if len(self._services) == 1:
            return self._only()
        folded = text.casefold()
        named = [
            service
            for service in self._services.values()
            if any(name.casefold() in folded for name in (service.id, *service.name.values()))
        ]
        return named[0] if len(named) == 1 else None

    def _only(self) -> Service:
        """Raises NotFound where nothing can be applied for."""
        if not self._services:
            raise NotFound("There is nothing to apply for here.")
        return next(iter(self._services.values()))


def _with(draft: Draft, text: str, actions: tuple[Action, ...]) -> Draft:
    return Draft(text, draft.language, draft.outcome, draft.citations, list(actions), draft.topic, draft.case)
