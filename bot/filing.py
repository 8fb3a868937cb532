"""From a filled form to a case, and what its customer is told: sent in, sent already, corrected, there already."""

from collections.abc import Callable, Mapping

from bot import intake
from bot.cases import Cases
from bot.compose import Draft, to_person
from bot.intake import Intake
from bot.intent import Intent
from bot.lookup import Lookup
from bot.messages import HandoffReason, Outcome
from bot.outbound import Outbound
from bot.records import Case
from bot.store import Transaction
from bot.texts import texts
from bot.turn import Turn
from knowledge.documents import Field

Handover = Callable[[Transaction, Turn, HandoffReason], str]
"""Asks for a person and gives what the customer is told."""


class Filing:
    def __init__(self, cases: Cases, lookup: Lookup, outbound: Outbound) -> None:
        self._cases = cases
        self._lookup = lookup
        self._outbound = outbound

    def submitted(self, tx: Transaction, turn: Turn, filled: Intake, id: str) -> Draft:
        if again := tx.cases.confirmed(id):
            return self.already(tx, turn, again)
        case = self._cases.submit(tx, turn.known.conversation, filled, id, turn.language)
        self._outbound.new_case(tx, case, self._cases.service(case))
        said = texts(turn.language).case.submitted.format(reference=case.reference)
        return self._sent(tx, turn, case, "\n".join([said, *self._cases.papers(tx, case, turn.language)]))

    def already(self, tx: Transaction, turn: Turn, case: Case) -> Draft:
        said = texts(turn.language).case.already.format(reference=case.reference)
        return self._sent(tx, turn, case, said)

    def amended(self, tx: Transaction, turn: Turn, case: Case, values: Mapping[str, str]) -> Draft:
        """Say how the application reads now; `values` are all its fields."""
        amended = self._cases.amend(tx, case, values)
        told = intake.read_back(amended.fields, self._cases.service(case), turn.language)
        said = texts(turn.language).case.corrected.format(reference=case.reference)
        return self._sent(tx, turn, amended, f"{said}\n{told}")

    def to_change(self, tx: Transaction, turn: Turn, case: Case, field: Field) -> Draft:
        """Ask what a field is to be."""
        return self._sent(tx, turn, case, change_to(case, field, turn.language))

    def what_to_change(self, tx: Transaction, turn: Turn, case: Case) -> Draft:
        return self._sent(tx, turn, case, _what_to_change(case, turn.language))

    def has_asked_what(self, turn: Turn, case: Case) -> bool:
        """Whether the last words were what to change."""
        return turn.last is not None and turn.last.text == _what_to_change(case, turn.last.language)

    def as_sent(self, tx: Transaction, turn: Turn, case: Case) -> Draft:
        """Say what the application holds."""
        told = intake.read_back(case.fields, self._cases.service(case), turn.language)
        said = texts(turn.language).case.as_sent.format(reference=case.reference)
        return self._sent(tx, turn, case, f"{said}\n{told}")

    def in_hand(self, tx: Transaction, turn: Turn, case: Case, hand_over: Handover) -> Draft:
        """Have a person change what is being worked on."""
        said = texts(turn.language).case.in_hand.format(reference=case.reference)
        told = hand_over(tx, turn, HandoffReason.POLICY)
        summary = self._cases.summary(tx, case, turn.language)
        return Draft(f"{said}{turn.gap}{told}", turn.language, Outcome.HANDED_OFF, case=summary)

    def existing(self, tx: Transaction, turn: Turn, case: Case, wanted: Intent, hand_over: Handover) -> Draft:
        if wanted is Intent.APPLY or self._cases.quotation(tx, case, self._cases.today()):
            return self._lookup.shown(tx, case, turn.language)
        self._cases.request_quotation(tx, case)
        told = hand_over(tx, turn, HandoffReason.QUOTATION)
        noted = texts(turn.language).case.quotation_requested.format(reference=case.reference)
        summary = self._cases.summary(tx, case, turn.language)
        return Draft(f"{noted}{turn.gap}{told}", turn.language, Outcome.HANDED_OFF, case=summary)

    def _sent(self, tx: Transaction, turn: Turn, case: Case, text: str) -> Draft:
        summary = self._cases.summary(tx, case, turn.language)
        return Draft(text, turn.language, Outcome.INTAKE, actions=[to_person(turn.language)], case=summary)


def _what_to_change(case: Case, language: str) -> str:
    return texts(language).case.what_to_change.format(reference=case.reference)


def change_to(case: Case, field: Field, language: str) -> str:
    """The question what a field is to be."""
    label = field.label.get(language, field.id)
    return texts(language).case.change_to.format(field=label, reference=case.reference)
