"""How an application stands: told to who owns it, in its own conversation or by reference and contact together."""

import re
from collections.abc import Sequence

from bot.cases import Cases
from bot.compose import Draft, to_person
from bot.intake import Intake, asks, contacts
from bot.intent import Intent
from bot.messages import Action, Outcome
from bot.records import Case
from bot.references import references
from bot.store import Transaction
from bot.texts import texts
from bot.turn import Finish, Turn, saying

_TALK = {Intent.QUESTION, Intent.OKAY, Intent.SORRY, Intent.STATUS, Intent.ROBOT, Intent.TOLD, Intent.UNCLEAR}
_LACKS = re.compile(
    r"\b(?:no|not|never|without|lost|forgot(?:ten)?|don't|didn't|haven't|can't|cannot|dont|didnt|havent|cant)\b"
    r"|没|不(?!起|好意思)|忘|丢|无|\d.*(?:\b(?:something|think|maybe)\b|好像|大概)"
)
_REFERENCE = re.compile(r"\b(?:reference|number|cd)\b|编号|号码|单号", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"\blook (?:it|me|us|that) up\b|\bon (?:file|record)\b|\bby (?:our|my|the) (?:company |firm's |firm )?name\b"
    r"|\bfind (?:it|me|us)\b"
    r"|\bread me the\b|(?:按|用|拿|凭|报)(?:公司|单位|我们?|企业)?(?:名|名字|名称|抬头).{0,4}查|查.{0,16}公司",
    re.IGNORECASE,
)
"""Who asks to be found in another way."""
_BARE_ID = re.compile(
    r"(?<![A-Za-z\d_@.-])(?!(?i:iso))[A-Za-z](?=[A-Za-z_-]*[\d_-])[A-Za-z\d_-]{5,19}(?![A-Za-z\d_@-]|\.\w)"
)
_LONGEST = 80  # characters
_JUST_NOW = 2  # replies after which who has cancelled still asks of that
_TOLD = 3  # replies after which a list is read out again


class Lookup:
    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def turn(self, turn: Turn) -> Finish | None:
        """None where the message is about something else."""
        asked = references(turn.text)
        pending = self._pending(turn)
        given = _contacts(turn.text)
        about_one = turn.wanted in {Intent.STATUS, Intent.MISSING}
        if pending and turn.wanted in _TALK and not asked and not given and _lacks_reference(turn.text):
            words = texts(turn.language).case
            return saying(words.no_reference, turn.language, Outcome.STATUS, [to_person(turn.language)])
        if not asked and not about_one and not (pending and given):
            return None
        given = given or (_bare_ids(turn.text) if asked else set())
        if pending:  # the two may come one after the other
            asked = asked or references(turn.before)
            given = given or _contacts(turn.before)
        if turn.case and (turn.case.reference in asked or not (asked and given)):
            return self.own(turn)
        if asked and given:
            return lambda tx, _: self._other(tx, turn, asked[0], given)
        if asked:
            return saying(texts(turn.language).case.look_up, turn.language, Outcome.STATUS)
        return self.own(turn)

    def is_told(self, turn: Turn) -> bool:
        """Whether a reference and a contact were asked for, and the contact comes."""
        return self._pending(turn) and bool(_contacts(turn.text))

    def own(self, turn: Turn) -> Finish:
        """The report on the conversation's own case, or on what is there of one, or how to look one up."""
        case = turn.case
        if case:
            replies = [message.reply.text for message in turn.known.history if message.reply]
            told = replies[-_TOLD:] if turn.wanted is Intent.STATUS else []
            return lambda tx, _: self.shown(tx, case, turn.language, told)
        return lambda tx, _: self._without_case(tx, turn)

    def _without_case(self, tx: Transaction, turn: Turn) -> Draft:
        words, actions = texts(turn.language).case, list[Action]()
        cancelled = texts(turn.language).intake.cancelled
        replies = [message.reply.text for message in turn.known.history if message.reply]
        text = cancelled if cancelled in replies[-_JUST_NOW:] else words.look_up
        if held := turn.known.intake:
            text = words.unsent.format(answered=len(held.values), count=self._count(held))
        elif sent := tx.documents.of_conversation(turn.conversation):
            text = "\n".join([words.unapplied, *(f"- {document.name}" for document in sent)])
            actions = [Action(words.apply_label, words.apply_send)]
        return Draft(text, turn.language, Outcome.STATUS, actions=actions)

    def _count(self, held: Intake) -> int:
        service = self._cases.services.get(held.service)
        return len(service.application) if service else len(held.values)

    def _pending(self, turn: Turn) -> bool:
        """Whether the last reply asked for reference and contact."""
        words = texts(turn.last.language).case if turn.last else None
        return bool(words and turn.last and turn.last.text in {words.look_up, words.not_found})

    def _other(self, tx: Transaction, turn: Turn, reference: str, given: set[str]) -> Draft:
        """Whatever is wrong, and whether or not there is such a case, the answer is the same."""
        words = texts(turn.language).case
        person = [to_person(turn.language)]
        if not self._cases.may_look_up(tx, turn.conversation, reference):
            return Draft(words.too_many, turn.language, Outcome.STATUS, actions=person)
        case = self._cases.look_up(tx, turn.conversation, reference, given)
        if case is None:
            return Draft(words.not_found, turn.language, Outcome.STATUS, actions=person)
        return self.shown(tx, case, turn.language)

    def shown(self, tx: Transaction, case: Case, language: str, told: Sequence[str] = ()) -> Draft:
        """The report on a case with its card."""
        words = texts(language).case
        return Draft(
            self._cases.report(tx, case, language, told),
            language,
            Outcome.STATUS,
            actions=[to_person(language), Action(words.another_label, words.another_send)],
            case=self._cases.summary(tx, case, language),
        )


def _lacks_reference(text: str) -> bool:
    """Whether this, to the question for a reference, says that there is none: "I lost it"."""
    about_it = _REFERENCE.search(text) or not asks(text)
    lacks = _LACKS.search(text.casefold()) and about_it
    return bool(len(text) <= _LONGEST and (lacks or _OTHERWISE.search(text)))


def _bare_ids(text: str) -> set[str]:
    """What may be a WeChat ID beside a reference, though nothing says so: "CD-2026-000016, naxiaoqin99"."""
    return {f"wechat:{found[0]}" for found in _BARE_ID.finditer(text) if not references(found[0])}


def _contacts(text: str) -> set[str]:
    return {found.value for found in contacts.find(text)}
