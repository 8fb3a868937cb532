"""An application within a conversation: begun, answered, interrupted by questions, confirmed once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot import intake, steps
from bot.amendments import Amendments, wants_one_more
from bot.aside import Aside, followed_by, then_answered, with_text
from bot.cases import Cases
from bot.compose import Draft
from bot.errors import InvalidApplication, NotFound
from bot.filing import Filing, Handover
from bot.intake import Command, Intake, Kind, Stage, Step
from bot.intent import Intent, beside_applying, intent, without_courtesy
from bot.lookup import Lookup
from bot.messages import Action, HandoffReason, Outcome, new_id
from bot.outbound import Outbound
from bot.store import Transaction
from bot.texts import texts
from bot.turn import Finish, Turn, saying
from knowledge.documents import Field, Service
from knowledge.sentences import sentences

_GOES_ON = {Intent.APPLY, Intent.QUOTATION, Intent.STATUS}  # what ends a pause
_ABOUT_FIELD = re.compile(
    r"\b(?:here|you (?:want|mean|need)|do i (?:put|write|count|have to)|does (?:it|that) (?:have|count|include)|can it be"
    r"|supposed|the (?:legal|registered|full) name|or (?:just|only|what|the)|counts?|counted|legal|registered|full name)\b"
    r"|还是|算不算|算[全整在]|填[全简]|[填写]什么|怎么[填写]|必须|一定要|包[括含]|外包|兼职|这个|[这那]项|行不",
    re.IGNORECASE,
)
_ABOUT_FIRM = re.compile(
    r"材料|文件|报价|费|审核|认证|\b(?:documents?|audits?|fees?|price|cost|certif\w+)\b", re.IGNORECASE
)
_OF_FORM = re.compile(
    r"\b(?:begin|start|first question|fill(?:ing)? in|what (?:to|do i) (?:type|write|do)|can you|will you|the form)\b"
    r"|\b(?:could|can|do|may|shall) (?:we|i|it|that|this|you) (?:do|hand|put|fill|make|be|start|get)\b.{0,24}\bhere\b"
    r"|[填问]我|怎么填|[要在].{0,4}填|第一个|登记|报名|一[条项个]一[条项个]|办事",
    re.IGNORECASE,
)
"""A question about how the application goes, which its first question answers."""
_BEGUN = {Intent.APPLY, Intent.QUOTATION}  # what is no question beside such a wish
CHAT = {Intent.GREETING, Intent.THANKS, Intent.OKAY, Intent.SORRY, Intent.ROBOT}
_ANOTHER = re.compile(
    r"\b(?:another|new|second|one more|separate|further|sister|subsidiary|friend's|brother's|other (?:firm|company|client))\b"
    r"|另|再|新|第[二三四]|下一家|也申请|朋友|兄弟|姊?妹公司|子公司",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Form:
    """A service whose application may be filled in as a form; `values` are known already, by field id."""

    service: Service
    values: Mapping[str, str]


_OF_PRICE = re.compile(r"费用|价格|报价|多少钱|\b(?:costs?|prices?|fees?)\b", re.IGNORECASE)
_HOW = re.compile(
    r"(?:该|要|得)?(?:咋|怎么|如何|咋个)(?:弄|办|申请|做|搞|操作|整)[啊呀呢嘛]?\W*"
    r"|how(?: (?:do|can) (?:i|we)| does (?:it|that) work)?\W*",
    re.IGNORECASE,
)


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
        self.amendments = Amendments(cases, self._filing, privacy_url)
        self._privacy_url = privacy_url

    def turn(self, turn: Turn, known: bool, hand_over: Handover) -> Finish | Aside | None:
        """None where the message has nothing to do with an application.

        `known` tells that the content holds exactly this wording, which then is a question and no answer.
        """
        if turn.known.intake and turn.known.intake.service in self._services:
            return self._go_on(turn, turn.known.intake, known, hand_over)
        if turn.wanted in {Intent.APPLY, Intent.QUOTATION}:
            return self._wish(turn, turn.wanted, hand_over)
        if wants_one_more(turn) and not intake.asks(turn.text):
            return self._begin(turn, Intent.APPLY)
        if turn.case is None and turn.wanted is Intent.QUESTION and (asked := beside_applying(turn.text)):
            how = _HOW.fullmatch(without_courtesy(asked))  # "I'd like to apply. How?"
            return self._begin(turn, Intent.APPLY) if how else self._begin_beside(turn, asked)
        if turn.case is None and turn.wanted is Intent.QUESTION and self._is_form(turn.text):
            return self._begin(turn, Intent.APPLY)
        return self.amendments.confirmed_again(turn)

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

    def surely_answers(self, turn: Turn) -> bool:
        """Whether the open question is answered in words that surely are what is asked for."""
        held = turn.known.intake
        service = self._services.get(held.service) if held else None
        return bool(held and service and intake.surely_answers(held, service, turn.text))

    def holds_none(self, turn: Turn) -> bool:
        """Whether the open question for certificates is answered: there are none."""
        held = turn.known.intake
        service = self._services.get(held.service) if held else None
        return bool(held and service and intake.holds_none(held, service, turn.text))

    def explained(self, turn: Turn) -> Finish | None:
        """What the open question is after, to who asks something about it that no document answers."""
        held = turn.known.intake
        about = _ABOUT_FIELD.search(turn.text) and not _ABOUT_FIRM.search(turn.text)
        if held is None or held.stage is not Stage.ASKING or not about:
            return None
        service = self._services[held.service]
        said, actions = intake.prompt(held, service, turn.language, self._notice(turn))
        lead = texts(turn.language).intake.explanation(held.asking or "")
        return lambda tx, _: Draft(f"{lead}\n{said}", turn.language, Outcome.INTAKE, actions=list(actions))

    def asks_contact(self, turn: Turn) -> bool:
        """Whether the open question is how to reach the customer, which "just ring our front desk" answers badly."""
        asked = self._asked(turn)
        return asked is not None and asked.type == "contact"

    def asks_words(self, turn: Turn) -> bool:
        """Whether the open question is answered in the customer's own words."""
        asked = self._asked(turn)
        return asked is not None and asked.type == "text"

    def mentions(self, turn: Turn) -> bool:
        """Whether the open question is for a number or a date, and a message only happens to hold one."""
        asked = self._asked(turn)
        return asked is not None and intake.mentions(asked, turn.text, self._cases.today())

    def _asked(self, turn: Turn) -> Field | None:
        held = turn.known.intake
        service = self._services.get(held.service) if held else None
        fields = service.application if service and held else ()
        return next((field for field in fields if held and field.id == held.asking), None)

    def changes(self, turn: Turn) -> bool:
        """Whether a message changes an answer of the application that is open."""
        held = turn.known.intake
        service = self._services.get(held.service) if held else None
        return bool(held and service and intake.changes(held, service, turn.text, self._cases.today()))

    def tells(self, turn: Turn) -> bool:
        """Whether a message changes an answer that was read back."""
        held = turn.known.intake
        service = self._services.get(held.service) if held else None
        return bool(held and service and intake.tells(held, service, turn.text, self._cases.today()))

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
            return self._choose(turn)
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
        wish = self._wish(turn, Intent.QUOTATION, hand_over)
        return wish.otherwise if isinstance(wish, Aside) else wish

    def _resumed(self, turn: Turn, held: Intake) -> Step:
        return intake.resume(held, self._services[held.service], turn.language, self._notice(turn))

    # A running interview

    def _go_on(self, turn: Turn, held: Intake, known: bool, hand_over: Handover) -> Finish | Aside | None:
        service = self._services[held.service]
        if turn.presses:
            return Aside(turn.text, self._wrap(turn, service, held))
        sorry = turn.wanted is Intent.SORRY and turn.commanded is Command.NO  # "sorry, wrong person"
        chats = turn.wanted in CHAT and (turn.commanded is None or sorry)
        chats = (chats or turn.commanded is Command.CHATS) and turn.text != turn.before
        chats = chats and not intake.hurries(turn.text)
        surely = turn.commanded is Command.CHATS
        if chats and intake.is_chat(held, service, turn.text, self._cases.today(), surely=surely):
            wrap = self._wrap(turn, service, held)
            okay = saying(self._reminded(turn, held), turn.language, Outcome.SMALLTALK)
            return Aside(turn.text, wrap, wrap(okay))
        if (
            held.stage is Stage.PAUSED
            and intake.orders_sending(turn.text)
            and self._was_read_back(turn, held)
        ):
            return self._sent(turn, held, "")
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
                None if turn.commanded is Command.CHATS else turn.commanded,
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

    def _reminded(self, turn: Turn, held: Intake) -> str:
        """What is said to chat; who comes back to an application that waits is told of it."""
        if turn.wanted is Intent.ROBOT:
            return texts(turn.language).robot
        if held.stage is not Stage.PAUSED or turn.wanted is not Intent.GREETING:
            return texts(turn.language).intake.all_right
        count = len(self._services[held.service].application)
        return texts(turn.language).case.unsent.format(answered=len(held.values), count=count)

    def _was_read_back(self, turn: Turn, held: Intake) -> bool:
        """Whether the customer has been shown all answers as they are now."""
        service = self._services[held.service]
        replies = [message.reply for message in turn.known.history if message.reply]
        return any(intake.read_back(held, service, reply.language) in reply.text for reply in replies)

    def _sent(self, turn: Turn, filled: Intake, question: str) -> Finish | Aside:
        """The application is sent in, and what was asked beside the yes is answered after that."""

        return then_answered(
            question, lambda tx, _: self._filing.submitted(tx, turn, filled, turn.known.intake_id)
        )

    def _wrap(self, turn: Turn, service: Service, state: Intake) -> Callable[[Finish], Finish]:
        """An answer, and then where the interview stands."""

        def finish(answered: Finish, tx: Transaction, message: str) -> Draft:
            draft = answered(tx, message)
            if state != turn.known.intake:
                tx.conversations.save_intake(turn.conversation, turn.known.intake_id, state)
            if state.stage is Stage.PAUSED:
                words = texts(turn.language).case
                more = (Action(words.continue_label, words.continue_send),)
                return with_text(draft, draft.text, (*draft.actions[:2], *more))
            said, actions = intake.prompt(state, service, turn.language, self._notice(turn))
            return with_text(draft, f"{draft.text}\n\n{said}", actions)

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

    def _wish(self, turn: Turn, wanted: Intent, hand_over: Handover) -> Finish | Aside | None:
        """To apply, or to get a quotation, which needs the same details."""
        case = turn.case
        another = wanted is Intent.APPLY and _ANOTHER.search(turn.text)
        if case is None or case.status in steps.ENDED or another:
            return self._begin(turn, wanted)
        return lambda tx, _: self._filing.existing(tx, turn, case, wanted, hand_over)

    def _begin(self, turn: Turn, wanted: Intent) -> Finish | Aside | None:
        """The first question of an application, after the answer to what is asked beside the wish."""
        service = self._meant(turn.text)
        if service is None:
            return self._choose(turn)
        step, begun = self._begun(turn, service, wanted)
        asks = step.question.strip() not in {"", turn.text.strip()} and intent(step.question) not in _BEGUN
        beside = asks and not (_OF_FORM.search(step.question) or _HOW.fullmatch(step.question.strip()))
        if not beside and wanted is Intent.APPLY and _OF_PRICE.search(turn.text):
            asked = next((said for said in sentences(turn.text) if _OF_PRICE.search(said)), turn.text)
            return Aside(asked, followed_by(begun, answers_only=True))  # "certification cost, please"
        return Aside(step.question, followed_by(begun, answers_only=True)) if beside else begun

    def _begin_beside(self, turn: Turn, asked: str) -> Aside | None:
        """The answer to what is asked, whatever it is, and then the first question of the application."""
        service = self._meant(turn.text)
        if service is None:
            return None
        _, begun = self._begun(turn, service, Intent.APPLY)
        return Aside(asked, followed_by(begun))

    def _begun(self, turn: Turn, service: Service, wanted: Intent) -> tuple[Step, Finish]:
        step = intake.begin(service, turn.text, turn.language, self._cases.today(), self._notice(turn))
        lead = texts(turn.language).case.quotation_lead if wanted is Intent.QUOTATION else ""
        return step, self._said(turn, step, new_id("int"), lead)

    def _choose(self, turn: Turn) -> Finish | None:
        """Ask which service it is to be; None where there is none."""
        if not self._services:
            return None
        words = texts(turn.language).case
        choices = [
            Action(name, f"{words.apply_send}: {name}")
            for name in (s.name.get(turn.language) or s.id for s in self._services.values())
        ]
        return saying(words.which_service, turn.language, Outcome.CLARIFY, choices)

    def _is_form(self, text: str) -> bool:
        """Whether a message fills in most of an application and asks nothing."""
        service = self._meant(text)
        return service is not None and intake.fills_in(service, text, self._cases.today())

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
