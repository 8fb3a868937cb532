"""What a message is for, and who in here deals with it: a person, a case, an application, or the knowledge."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from bot import steps
from bot.answer import LEANING, Found
from bot.aside import Aside
from bot.assistant import Assistant, Say, Spoken, said_first, worded
from bot.cases import Cases
from bot.compose import Draft, is_unknown
from bot.files import StoredFile
from bot.gaps import worth_keeping
from bot.intake import (
    Command,
    Intake,
    Stage,
    asks,
    is_command,
    leaves_off,
    takes_back,
    waits,
    without_details,
)
from bot.intent import Intent, accepts, intent
from bot.interview import CHAT, Form, Interview
from bot.lookup import Lookup
from bot.messages import Action, Author, AuthorKind, HandoffReason, Message, Outcome
from bot.office import Office
from bot.papers import Papers
from bot.questions import leans
from bot.records import Known
from bot.store import Transaction
from bot.texts import texts
from bot.tools import BESIDE, Tools
from bot.turn import Finish, Question, Turn, saying, sticky
from bot.wanting import NO_QUESTION, NOW
from knowledge.documents import Service
from knowledge.language import detect
from knowledge.search import Hit

_REASONS = {
    Intent.PERSON: HandoffReason.CUSTOMER_ASKED,
    Intent.COMPLAINT: HandoffReason.COMPLAINT,
    Intent.UPSET: HandoffReason.UPSET,
    Intent.POLICY: HandoffReason.POLICY,
    Intent.WITHDRAW: HandoffReason.POLICY,
    Intent.ACCEPT: HandoffReason.POLICY,
}
_GRIEVES = {Intent.UPSET, Intent.COMPLAINT}
_CHANGES_NOTHING = {*_GRIEVES, Intent.POLICY, Intent.WITHDRAW}  # of an application that was sent
_CALLS = {*_GRIEVES, Intent.PERSON}
_OF_CASE = {Intent.WITHDRAW, Intent.ACCEPT}  # what only an application that was sent allows
_SURELY_OF_CASE = {
    Intent.STATUS,
    Intent.MISSING,
    Intent.QUESTION,
    Intent.OKAY,
    Intent.ACCEPT,
    Intent.WITHDRAW,
    Intent.PERSON,
    Intent.COMPLAINT,
}
"""What is learned of messages to an application that was sent, and holds whatever else they are like."""
_FOR_PEOPLE = {*_REASONS, Intent.QUOTATION}
_BEGINS = {Intent.APPLY, Intent.QUOTATION}
_ABOUT_CASE = {Intent.STATUS, Intent.MISSING}
_TELLS = {Command.RESUME, Command.CORRECTS, Command.SO_FAR, Command.NO}
"""What tells a form what to do, however cross it sounds."""
_AFTER_SENDING = {  # what is likely right after an application was sent, beside a yes and a correction
    *_REASONS,
    Intent.QUOTATION,
    Intent.STATUS,
    Intent.MISSING,
    Intent.APPLY,
    Intent.THANKS,
    Intent.GOODBYE,
}
_LEADS_ON = ("how-to-apply", "quotation", "fee", "fee-factors")  # after these an application is offered
_OF_PRICE = ("fee", "fee-rough", "quotation")
_SURELY = 0.65  # likeness from which what may be an answer to a question of an application is none
_MEANT = 0.5  # and a grievance, however much it leans on an answer
_LIKELY = 0.35  # and what is no answer in any case
_BEYOND_DOUBT = 0.85  # likeness to asking where an application stands
_CERTAIN = 0.8  # confidence of the search from which what is no answer to a form was a question
_ABOUT_QUOTATION = re.compile(
    r"报价|报的|多少钱|[这那哪]个?价|\b(?:quot(?:e|ation)|offer|price|amount)\b", re.IGNORECASE
)
_CONTACT = re.compile(r"\bcontact (?:person|name)\b|联系人|联络人|对接人", re.IGNORECASE)
_YOU = re.compile(r"\byour?\b|[你您]", re.IGNORECASE)
_OF_STANDARD = re.compile(
    r"第.{1,3}[章部]|条款|标准|阶段|[你您]们?是?[干做搞](?:嘛|什么|啥)|\b(?:clause|chapter|part|stage)\b",
    re.IGNORECASE,
)
_TO_US = re.compile(
    r"[你您]|人工|真人|客服|\b(?:you|your|person|human|agent|representative)\b", re.IGNORECASE
)
_HOW_MUCH = re.compile(
    r"多少|几|金额|有效|到期|截止|哪天|为准|作数|算数"
    r"|\b(?:how much|what (?:is|was)|whats|what's|amount|again|valid|until|when|stand|hold|last|still good)\b",
    re.IGNORECASE,
)
_ITS_AMOUNT = re.compile(r"\bhow much\b|\buntil\b|多少|有效|到几号|到哪天", re.IGNORECASE)
"""Of a quotation where nothing names it: "how much was it, and until when?" """
_CUSTOMER = Author(AuthorKind.CUSTOMER, "")


class Answerer(Protocol):
    """What is needed of `bot.answer.Answerer`; may block."""

    def greet(self, language: str) -> Draft: ...

    def look_up(self, text: str, history: Sequence[Message], locale: str, least: float = 0.0) -> Found: ...

    def find(self, query: str, language: str) -> list[Hit]: ...

    def language(self, text: str, history: Sequence[Message], locale: str) -> str: ...

    def knows(self, text: str) -> bool: ...

    def commanded(self, text: str) -> Command | None: ...

    def consents(self, text: str) -> bool: ...

    def of_price(self, text: str, history: Sequence[Message]) -> Intent | None: ...

    def of_sent(self, text: str, least: float = 0.0) -> Intent | Command | None: ...

    def wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent: ...


class Dialogue:
    """Thinks out turns; holds no state of a conversation."""

    def __init__(
        self,
        answerer: Answerer,
        services: Mapping[str, Service],
        office: Office,
        assistant: Assistant | None = None,
    ) -> None:
        self._answerer = answerer
        self._assistant = assistant
        self._handoffs = office.handoffs
        self._cases = Cases(services, office.zone, office.disclosure.edition)
        self._lookup = Lookup(self._cases)
        self._papers = Papers(self._cases, services)
        self._interview = Interview(services, self._cases, self._lookup, office.outbound, office.privacy_url)
        self._tools = Tools(self._interview, self._lookup, self._hand_over)

    def greet(self, language: str) -> Draft:
        return self._answerer.greet(language)

    def respond(self, text: str, known: Known) -> Finish | Question:
        """What to do about a message; a question is for a model, see `speak`. May take as long as a search."""
        turn = self._turn(text, known)
        if known.conversation.owner:
            return _silence(turn)
        decided = (
            (
                self._interview.amendments.amended(turn, self._hand_over)
                if intent(text) not in _CHANGES_NOTHING
                else None
            )
            or self._interview.amendments.shown(turn)
            or self._person(turn)
            or self._looked_up(turn)
            or self._papers.filing(turn)
            or self._interview.turn(turn, self._answerer.knows(text), self._hand_over)
            or _left_off(turn)
            or Aside(text, lambda answer: answer, _noted(turn))
        )
        return self._asked(turn, decided) if isinstance(decided, Aside) else decided

    async def speak(self, question: Question, say: Say) -> Spoken:
        """Have a model answer; `say` gets its words as they are checked, and tells whether it may go on."""
        if self._assistant is None:
            return Spoken()
        return await self._assistant.speak(question, self._tools, self._answerer.find, say)

    def answered(self, question: Question, spoken: Spoken) -> Finish:
        """The turn of a question that has been answered: by what a model said and asked for, else by the knowledge."""
        done = [
            question.wrap(finish) if call.name in BESIDE else finish
            for call in spoken.calls
            if (finish := self._tools.finish(question.turn, call))
        ]
        if done:
            return said_first(spoken, *done)
        if question.otherwise and not spoken.citations:
            return said_first(spoken, question.otherwise)
        return question.wrap(self._answer(question, worded(question, spoken)))

    def filled(self, values: Mapping[str, str], service: str, language: str) -> tuple[Intake, str]:
        """A form's values as an interview, and in words. Raises InvalidApplication."""
        return self._interview.filled(values, service, language)

    def submit(self, filled: Intake, language: str, known: Known) -> Finish:
        """Send in an application that was filled in as a form."""
        submitted = self._interview.submit(Turn("", language, known), filled)
        return _unsaid(submitted, language) if known.conversation.owner else submitted

    def form(self, known: Known, language: str) -> Form:
        return self._interview.form(Turn("", language, known))

    def upload(self, file: StoredFile, item: str, external_id: str, known: Known) -> Finish:
        """A document; it is kept also while a person has the conversation."""
        turn = self._turn("", known)
        kept = self._papers.upload(turn, file, item, external_id)
        return _unsaid(kept, turn.language) if known.conversation.owner else kept

    def note(self, words: Mapping[str, str], known: Known) -> Finish:
        """A channel's own words to what it cannot take, by language."""
        turn = self._turn("", known)
        if known.conversation.owner:
            return _silence(turn)
        return saying(words[turn.language], turn.language, Outcome.SMALLTALK)

    def failed(self, text: str, known: Known) -> Finish:
        """What to do when thinking it out has failed: a person sees to it."""
        turn = self._turn(text, known)
        if known.conversation.owner:
            return _silence(turn)
        return self._handed_over(turn, HandoffReason.TOOL_FAILURE)

    def _turn(self, text: str, known: Known) -> Turn:
        spoken = self._answerer.language(text, known.history, known.conversation.locale)
        turn = Turn(text, "zh" if spoken == "zh" else "en", known, intent(text))
        if known.conversation.owner:
            return turn
        turn = self._within(turn, known.intake) if known.intake else self._outside(turn)
        if known.intake and turn.last:
            return replace(turn, language=sticky(text, spoken, turn.last.language))
        return turn

    def _outside(self, turn: Turn) -> Turn:
        """What a message is where no application is open."""
        text, has_case = turn.text, turn.case is not None
        running = turn.case is not None and turn.case.status not in steps.ENDED
        sure = self._of_sent(turn) if running and turn.wanted is Intent.QUESTION else None
        if sure is Command.CORRECTS:
            return replace(turn, commanded=sure)
        if isinstance(sure, Intent) and sure in _SURELY_OF_CASE:
            return replace(turn, wanted=sure)
        asks_on = turn.last is not None and turn.last.outcome is Outcome.ANSWERED and leans(text)
        least = LEANING if asks_on else 0.0
        meant = self._answerer.wanted(text, has_case=has_case, least=least)
        if least and meant is Intent.QUESTION:
            said = self._answerer.wanted(text, least=_MEANT)
            meant = said if said in _GRIEVES or (has_case and said in _ABOUT_CASE) else meant
        if has_case and not running and self._answerer.wanted(text, least=least) in _BEGINS:
            meant = Intent.APPLY  # anew, as what was sent has come to its end
        if not has_case and (meant is Intent.QUESTION or meant in NO_QUESTION):  # "then take it down"
            meant = self._answerer.of_price(text, turn.known.history) or meant
        if meant in _OF_CASE and not has_case:
            meant = Intent.QUESTION
        if turn.wanted is Intent.QUESTION and (beside := without_details(text)):
            wish = self._answerer.wanted(beside)
            begins = wish in _BEGINS and not asks(text)
            meant = wish if begins or wish in _ABOUT_CASE else meant
        if not turn.just_sent or meant in _AFTER_SENDING:
            turn = replace(turn, wanted=meant)
        if turn.wanted is Intent.PERSON and self._puts_off(text):
            turn = replace(turn, wanted=Intent.OKAY)
        if has_case and (turn.wanted is Intent.QUESTION or turn.wanted in _ABOUT_CASE):
            turn = replace(turn, commanded=self._answerer.commanded(text))
        return turn

    def _of_sent(self, turn: Turn) -> Intent | Command | None:
        """What a message wants of the application that was sent, by what is said of one and what is said anywhere."""
        text = turn.text
        sure = self._answerer.of_sent(text)
        meant = self._answerer.wanted(text, has_case=True)
        match sure:
            case Intent.STATUS if self._answerer.of_sent(text, _BEYOND_DOUBT) is None:
                answered = not turn.just_sent and self._is_answered(turn)
                return None if answered or meant in _FOR_PEOPLE else sure
            case Intent.QUESTION if meant in _ABOUT_CASE:  # "what else do I have to hand in?"
                return meant
            case Intent.OKAY if any(character.isdigit() or character == "@" for character in text):
                return None  # "by the way, we are sure about the people now, it's 36"
            case _:
                return sure

    def _is_answered(self, turn: Turn) -> bool:
        """Whether the knowledge surely answers a message."""
        known = turn.known
        draft = self._answerer.look_up(turn.text, known.history, known.conversation.locale).draft
        return draft.outcome is Outcome.ANSWERED and (draft.confidence or 0.0) >= _CERTAIN

    def _within(self, turn: Turn, held: Intake) -> Turn:
        """What a message is where an application is open."""
        text = turn.text
        if turn.just_sent:
            return turn
        commanded = self._commanded(turn, held)
        ends = commanded is Command.CANCEL and not _TO_US.search(text)
        withdraws = (turn.wanted is Intent.POLICY and commanded is Command.CANCEL) or (
            turn.wanted in _GRIEVES and ends
        )
        for_form = turn.wanted is Intent.PERSON and _names_contact(text)
        if withdraws or for_form or (turn.wanted in _GRIEVES and is_command(text)):  # "I'm fed up, cancel it"
            turn = replace(turn, wanted=Intent.QUESTION)
        aside = self._beside(text, _SURELY)
        if aside and self._is_for_form(turn, held, aside, commanded):
            aside = None
        return replace(turn, wanted=aside or turn.wanted, commanded=commanded)

    def _commanded(self, turn: Turn, held: Intake) -> Command | None:
        """What a message tells the form to do by its meaning; to a read-back it has its own."""
        text = turn.text
        commanded = self._answerer.commanded(text)
        if commanded is Command.SO_FAR and _OF_STANDARD.search(text):
            commanded = Command.ASKS  # 第8章都讲哪些东西来着
        moment = commanded in {None, Command.CHATS, Command.PAUSE} and waits(text)
        if moment and not self._interview.changes(turn):
            return Command.CHATS
        if is_command(text):
            return None
        if held.stage is Stage.REVIEW and self._answerer.consents(text):
            return Command.YES
        return None if held.stage is Stage.REVIEW and commanded is Command.YES else commanded

    def _is_for_form(self, turn: Turn, held: Intake, aside: Intent, commanded: Command | None) -> bool:
        """Whether a message that is like something said beside the form is for the form after all."""
        text, calls = turn.text, aside in _CALLS or aside is Intent.POLICY
        tells = commanded in _TELLS and not (aside is Intent.PERSON and _TO_US.search(text))
        if is_command(text) or tells or self._interview.holds_none(turn):
            return True
        if self._interview.changes(turn) if calls else takes_back(text):
            return True
        if commanded is Command.YES:  # "now it is right, send it"
            return aside in _ABOUT_CASE or held.stage is Stage.REVIEW
        if aside is Intent.PERSON and _names_contact(text):
            return True
        if aside is Intent.PERSON and not _TO_US.search(text):
            waits_on = commanded is Command.PAUSE
            return waits_on or self._interview.asks_contact(turn)  # "just ring our front desk"
        ends = aside is Intent.POLICY or (aside in _GRIEVES and not _TO_US.search(text))
        return ends and commanded is Command.CANCEL

    def _beside(self, text: str, least: float) -> Intent | None:
        """What is said beside an application that is open, and so neither withdrawn nor quoted: chat, a grievance."""
        meant = self._answerer.wanted(text, least=least)
        beside = meant in CHAT or meant is Intent.STATUS or (meant in _REASONS and meant not in _OF_CASE)
        return meant if beside else None

    def _puts_off(self, text: str) -> bool:
        """Whether a wish is one for later, or for somebody else: "I must ask the board first"."""
        unsaid = intent(text) is Intent.QUESTION and not asks(text)
        if not unsaid or NOW.search(text) or _TO_US.search(text):
            return False
        if self._answerer.wanted(text, least=_MEANT) is Intent.PERSON:
            return False
        return self._answerer.commanded(text) is Command.PAUSE

    def _person(self, turn: Turn) -> Finish | None:
        reason = _REASONS.get(turn.wanted)
        spelt_out = intent(turn.text) is Intent.PERSON
        tells = self._interview.tells_contact(turn) or self._lookup.is_told(turn)
        answers = turn.known.intake is not None and tells
        if turn.wanted is Intent.PERSON and tells and (answers or not spelt_out):
            return None  # "call me on 138 1234 0001"
        offered = turn.declined_before and not turn.known.intake
        takes = turn.text.strip() == texts(turn.language).person_action
        if offered and (accepts(turn.text) or (reason is HandoffReason.CUSTOMER_ASKED and takes)):
            reason = HandoffReason.NO_KNOWLEDGE
        return self._handed_over(turn, reason) if reason else None

    def _looked_up(self, turn: Turn) -> Finish | None:
        found = self._lookup.turn(turn)
        return self._interview.beside(turn, found) if found else None

    def _handed_over(self, turn: Turn, reason: HandoffReason) -> Finish:
        """A person is asked for; an application that is open may go on meanwhile."""
        return self._interview.beside(turn, self._handing_over(turn, reason))

    def _handing_over(self, turn: Turn, reason: HandoffReason) -> Finish:
        return lambda tx, _: Draft(self._hand_over(tx, turn, reason), turn.language, Outcome.HANDED_OFF)

    def _hand_over(self, tx: Transaction, turn: Turn, reason: HandoffReason) -> str:
        case = self._cases.summary(tx, turn.case, turn.language) if turn.case else None
        now = Message("", 0, _CUSTOMER, turn.text, datetime.now(UTC), None)
        history = [*turn.known.history, now]
        return self._handoffs.request(tx, turn.known.conversation, reason, history, case, turn.language)

    def _asked(self, turn: Turn, aside: Aside) -> Finish | Question:
        known = turn.known
        meant = self._beside(turn.text, _LIKELY) if known.intake and self._assistant is None else None
        if known.intake and meant and self._is_for_form(turn, known.intake, meant, turn.commanded):
            meant = None
        if meant in _REASONS:
            return aside.wrap(self._handing_over(turn, _REASONS[meant]))
        least = 0.0 if meant in CHAT or not known.intake else _SURELY
        found = self._answerer.look_up(aside.question, known.history, known.conversation.locale, least)
        if aside.otherwise and self._assistant is None and not _settles(turn, found.draft):
            return aside.otherwise
        unknown = (
            found.draft.outcome is Outcome.DECLINED
            and found.draft.topic is None
            and not found.draft.off_topic
        )
        if unknown and self._assistant is None and (explained := self._interview.explained(turn)):
            return explained
        question = Question(turn, aside.question, found, aside.wrap, aside.otherwise)
        return question if self._assistant and found.parts else self.answered(question, Spoken())

    def _answer(self, question: Question, draft: Draft) -> Finish:
        about_quotation = question.turn.case is not None and self._is_of_quotation(question.text)

        def finish(tx: Transaction, message: str) -> Draft:
            price = self._price(tx, question.turn) if about_quotation else ""
            if price and _HOW_MUCH.search(question.text):
                return Draft(price, question.turn.language, Outcome.STATUS)
            if draft.outcome is Outcome.DECLINED:
                told = replace(draft, text=f"{draft.text}\n\n{price}") if price else draft
                return self._declined(tx, question.turn, question.text, message, told)
            return self._offered(tx, question.turn, draft)

        return finish

    def _is_of_quotation(self, text: str) -> bool:
        if _ABOUT_QUOTATION.search(text):
            return True
        return bool(_ITS_AMOUNT.search(text)) and self._answerer.of_sent(text) is Intent.STATUS

    def _declined(self, tx: Transaction, turn: Turn, question: str, message: str, draft: Draft) -> Draft:
        """Keep the question as a gap; the second in a row that the content knows nothing of goes to a person."""
        if draft.off_topic:
            return draft
        if worth_keeping(question):
            gap = tx.gaps.add(turn.conversation, message, question, detect(question), draft.outcome)
            if gap:
                tx.enqueue("group", gap)
        if not (turn.unknown_before and is_unknown(draft.text, draft.language)) or turn.known.intake:
            return draft
        told = self._hand_over(tx, turn, HandoffReason.FAILED_TWICE)
        return replace(draft, text=f"{draft.text}\n\n{told}", outcome=Outcome.HANDED_OFF, actions=[])

    def _price(self, tx: Transaction, turn: Turn) -> str:
        """What staff have quoted this customer, as long as it is valid; else nothing."""
        quotation = self._cases.quotation(tx, turn.case, self._cases.today()) if turn.case else None
        return self._cases.price(quotation, turn.language) if quotation else ""

    def _offered(self, tx: Transaction, turn: Turn, draft: Draft) -> Draft:
        """An answer with what this customer may want next: their quotation, or an application."""
        entry = (draft.topic or "").rpartition("/")[2]
        cited = {entry, *(citation.url.rpartition("#")[2] for citation in draft.citations)}
        if not cited.isdisjoint(_OF_PRICE) and (price := self._price(tx, turn)):
            return replace(draft, text=f"{draft.text}\n\n{price}")
        if entry in _LEADS_ON and not turn.case and not turn.known.intake:
            words = texts(turn.language).case
            apply = Action(words.apply_label, words.apply_send)
            return replace(draft, actions=[apply, *draft.actions[:2]])
        return draft


def _silence(turn: Turn) -> Finish:
    """A person has the conversation: the message is kept, and the bot says nothing."""
    return lambda tx, _: Draft("", turn.language, Outcome.WAITING)


def _names_contact(text: str) -> bool:
    """Whether a message is about the customer's own contact person."""
    return bool(_CONTACT.search(text) and not _YOU.search(text))


def _settles(turn: Turn, draft: Draft) -> bool:
    """Whether a reply to what may have been no question will do: small talk to chat, else what surely answers."""
    if turn.wanted in CHAT and turn.commanded is not Command.CHATS:
        return draft.outcome not in {Outcome.DECLINED, Outcome.CLARIFY}
    if draft.outcome is Outcome.SMALLTALK:
        return True
    return draft.outcome is Outcome.ANSWERED and (draft.confidence or 0.0) >= _CERTAIN


def _left_off(turn: Turn) -> Finish | None:
    """Where nothing is open, "cancel" and "later" end nothing."""
    if turn.known.intake or turn.case or turn.wanted is not Intent.QUESTION or not leaves_off(turn.text):
        return None
    return saying(texts(turn.language).okay, turn.language, Outcome.SMALLTALK)


def _noted(turn: Turn) -> Finish | None:
    """What is said where something was told that asks nothing, and that no answer fits."""
    if turn.known.intake or turn.wanted is not Intent.OKAY:
        return None
    return saying(texts(turn.language).okay, turn.language, Outcome.SMALLTALK)


def _unsaid(finish: Finish, language: str) -> Finish:
    """Do it while a person has the conversation, so without a word of the bot."""

    def silent(tx: Transaction, message: str) -> Draft:
        finish(tx, message)
        return Draft("", language, Outcome.WAITING)

    return silent
