"""What a message is for, and who in here deals with it: a person, a case, an application, or the knowledge."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from bot import questions
from bot.aside import Aside
from bot.assistant import Assistant, Say, Spoken, said_first, worded
from bot.cases import Cases
from bot.compose import Draft, is_unknown
from bot.files import StoredFile
from bot.gaps import worth_keeping
from bot.hearing import CERTAIN, GRIEVES, REASONS, SURELY, Hearing, Meanings
from bot.intake import (
    Command,
    Intake,
    asks,
    holds_contact,
    leaves_off,
)
from bot.intent import Intent, accepts, intent
from bot.interview import CHAT, Form, Interview
from bot.lookup import Lookup
from bot.messages import Action, Author, AuthorKind, HandoffReason, Message, Outcome
from bot.office import Office
from bot.papers import Papers
from bot.records import Known
from bot.references import without_references
from bot.store import Transaction
from bot.texts import texts
from bot.tools import BESIDE, Tools
from bot.turn import Finish, Question, Turn, saying
from knowledge.documents import Service
from knowledge.language import detect
from knowledge.search import Hit

_CHANGES_NOTHING = {*GRIEVES, Intent.POLICY, Intent.WITHDRAW}  # of an application that was sent
_LEADS_ON = ("how-to-apply", "quotation", "fee", "fee-factors")  # after these an application is offered
_OF_PRICE = ("fee", "fee-rough", "quotation")
_LIKELY = 0.35  # and what is no answer in any case
_ABOUT_QUOTATION = re.compile(
    r"报价|报的|多少钱|[这那哪]个?价|\b(?:quot(?:e|ation)|offer|price|amount)\b", re.IGNORECASE
)
_HOW_MUCH = re.compile(
    r"多少|几|金额|有效|到期|截止|哪天|为准|作数|算数"
    r"|\b(?:how much|what (?:is|was)|whats|what's|amount|again|valid|until|when|stand|hold|last|still good)\b",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(r"\bcomplain|投诉|投訴", re.IGNORECASE)
_JUST_NOW = 3  # replies
_LONGEST_CONTACT = 60  # characters of a message that leaves a number and tells nothing else
_AWAITS = re.compile(
    r"\b(?:when|how (?:long|soon))\b.{0,30}\b(?:they|someone|somebody|anyone|anybody|colleagues?|person"
    r"|human|answers? me|repl(?:y|ies))\b"
    r"|\b(?:anybody|anyone|somebody|someone) (?:there|here)\b|\b(?:still|been) waiting\b|\bwhat happens now\b"
    r"|(?:多久|什么时候|啥时候|几时|何时).{0,6}(?:有人|来人|回我|回复|联系|理我|接待)|没有?人(?:理|回|来|接)|等了.{1,6}[了天周]|人呢|有人[吗么在]|有人管|有没有人"
    r"|\b(?:does|is) any(?:one|body)\b.{0,24}\b(?:work|answer|read|care)(?:ing)?\b"
    r"|^\W*(?:hello|hi|hey)\W*[?？]{2,}\W*$"
    r"|^\W*(?:(?:ok|okay|and|so)\W+)*(?:how long (?:will|does|would) (?:that|it|this) take|when|how long|how soon)\W*$"
    r"|^\W*(?:那|大概)?(?:要|得|还要)?等?(?:多久|多长时间|好久)[啊呢呀嘛吗]?\W*$",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(
    r"^(?!.*[?？])\W*(?:(?:no|oh|ok|okay|sorry|actually|on second thoughts?|wait|hm+)\W+)*"
    r"(?:never ?mind|ignore that|forget (?:it|that|about it)|no need\b|keep it\b|(?:i|we)(?:'ll| will) keep it\b"
    r"|(?:i |we )?(?:don't|dont|do not) (?:worry|bother|need (?:a|the|him|her|them|that|anyone|any))\b"
    r"|(?:don't|dont|do not) withdraw)"
    r"|^\W*(?:(?:算了|哦|那|对不起|不好意思|还是|先|我)[,，\s]*)*(?:不用(?:了|转|叫|打|联系|麻烦)|不需要了?|不必了?|不撤|不退|别撤|不找人|先?不用)"
    r"(?!.*[吗?？])|那边不用.{1,4}了",
    re.IGNORECASE,
)
"""Who takes back what a person was asked for."""
_LONGEST_WORD = 60  # characters
_ITS_AMOUNT = re.compile(r"\bhow much\b|\buntil\b|多少|有效|到几号|到哪天", re.IGNORECASE)
"""Of a quotation where nothing names it: "how much was it, and until when?" """
_IS_AT_IT = re.compile(
    r"(?:马上|稍后|这就|正在|还在|已经?|刚刚?|明天|后天|下周|晚点|回头|之前|一会儿?).{0,12}(?:补|传|发|寄|签|交|扫描?|拍|整理)"
    r"|(?:补|传|发|寄|签|交|扫|拍|整理)(?:上|好|过去|完|齐|出)+了|有事.{0,3}(?:发|打|联系|微信|找)"
    r"|^(?:嗯+|对|是的|没错)[对的呀啊]*[,，\s].{0,4}(?:用|按|写|填).{1,10}$"
    r"|\b(?:i|we|it|they|he|she|the (?:rest|others?|remaining \w+))(?:'ll| will|'m| am|'re| are|'ve| have| has| is|'s)*"
    r" (?:\w+ )?(?:send(?:ing)?|sent|upload(?:ed|ing)?|scan(?:ned|ning)?|follow(?:s|ing)?|being signed|mail(?:ed|ing)?"
    r"|post(?:ed)?|collect(?:ing)?)\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(r"\d{3}|改成|标成|规矩|管理员|直接|\b(?:set|admin\w*|deal)\b", re.IGNORECASE)
"""Who gives orders, or bargains, reports nothing."""
_CUSTOMER = Author(AuthorKind.CUSTOMER, "")


class Answerer(Meanings, Protocol):
    """What is needed of `bot.answer.Answerer`; may block."""

    def greet(self, language: str) -> Draft: ...

    def find(self, query: str, language: str) -> list[Hit]: ...

    def knows(self, text: str) -> bool: ...


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
        self._hearing = Hearing(answerer, self._interview)
        self._tools = Tools(self._interview, self._lookup, self._hand_over)

    def greet(self, language: str) -> Draft:
        return self._answerer.greet(language)

    def respond(self, text: str, known: Known) -> Finish | Question:
        """What to do about a message; a question is for a model, see `speak`. May take as long as a search."""
        turn = self._hearing.turn(text, known)
        if known.conversation.owner:
            return _silence(turn)
        text = turn.text
        decided = (
            (
                self._interview.amendments.amended(turn, self._hand_over)
                if intent(text) not in _CHANGES_NOTHING and not _complains(turn)
                else None
            )
            or self._interview.amendments.shown(turn)
            or self._awaited(turn)
            or self._lookup.unsent(turn)
            or self._person(turn)
            or self._looked_up(turn)
            or self._papers.filing(turn)
            or self._interview.turn(turn, self._answerer.knows(text), self._hand_over)
            or _left_off(turn)
            or _reported(turn)
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
        turn = self._hearing.turn("", known)
        kept = self._papers.upload(turn, file, item, external_id)
        return _unsaid(kept, turn.language) if known.conversation.owner else kept

    def note(self, words: Mapping[str, str], known: Known) -> Finish:
        """A channel's own words to what it cannot take, by language."""
        turn = self._hearing.turn("", known)
        if known.conversation.owner:
            return _silence(turn)
        return saying(words[turn.language], turn.language, Outcome.SMALLTALK)

    def failed(self, text: str, known: Known) -> Finish:
        """What to do when thinking it out has failed: a person sees to it."""
        turn = self._hearing.turn(text, known)
        if known.conversation.owner:
            return _silence(turn)
        return self._handed_over(turn, HandoffReason.TOOL_FAILURE)

    def _person(self, turn: Turn) -> Finish | None:
        reason = REASONS.get(turn.wanted)
        spelt_out = intent(turn.text) is Intent.PERSON
        tells = self._interview.tells_contact(turn) or self._lookup.is_told(turn)
        answers = turn.known.intake is not None and tells
        if turn.wanted is Intent.PERSON and tells and (answers or not spelt_out):
            return None  # "call me on 138 1234 0001"
        if turn.wanted in GRIEVES and tells and intent(turn.text) is Intent.QUESTION:
            return None
        offered = turn.declined_before and not turn.known.intake
        takes = turn.text.strip() == texts(turn.language).person_action
        if offered and (accepts(turn.text) or (reason is HandoffReason.CUSTOMER_ASKED and takes)):
            reason = HandoffReason.NO_KNOWLEDGE
        return self._handed_over(turn, reason) if reason else None

    def _awaited(self, turn: Turn) -> Finish | None:
        """When the person comes who was asked for just now, to who wonders, or leaves a number for them.

        Who takes it back is told that staff see that, too.
        """
        replies = [message.reply for message in turn.known.history if message.reply]
        asked = any(reply.outcome is Outcome.HANDED_OFF for reply in replies[-_JUST_NOW:])
        if not asked or turn.known.intake:
            return None
        leaves = holds_contact(turn.text) and len(turn.text) <= _LONGEST_CONTACT and not asks(turn.text)
        refers = without_references(turn.text) != turn.text or self._lookup.is_told(turn)
        other = refers or turn.wanted in {Intent.APPLY, Intent.QUOTATION}
        if len(turn.text) <= _LONGEST_WORD and _NO_LONGER.search(turn.text):
            return saying(texts(turn.language).handoff.seen, turn.language, Outcome.SMALLTALK)
        wonders = _AWAITS.search(turn.text) or (leaves and not other)
        return self._handed_over(turn, HandoffReason.CUSTOMER_ASKED) if wonders else None

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
        meant = self._hearing.beside(turn.text, _LIKELY) if known.intake and self._assistant is None else None
        if known.intake and meant and self._hearing.is_for_form(turn, known.intake, meant, turn.commanded):
            meant = None
        if meant in REASONS:
            return aside.wrap(self._handing_over(turn, REASONS[meant]))
        least = 0.0 if meant in CHAT or not known.intake else SURELY
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
        if self._assistant and found.parts:
            return Question(turn, aside.question, found, aside.wrap, aside.otherwise)
        return self.answered(Question(turn, aside.question, found, aside.wrap), Spoken())

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
        unknown = draft.text.removesuffix(texts(draft.language).offer_person).rstrip()
        return replace(draft, text=f"{unknown}\n\n{told}", outcome=Outcome.HANDED_OFF, actions=[])

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


def _settles(turn: Turn, draft: Draft) -> bool:
    """Whether a reply to what may have been no question will do.

    Beside an open application, only what is asked and surely answered: not "give me a moment, I'm looking for the right list".
    """
    if draft.outcome is not Outcome.ANSWERED:
        return False
    asked = asks(turn.text) or questions.asks(turn.text) or turn.commanded is Command.ASKS
    return turn.known.intake is None or (asked and (draft.confidence or 0.0) >= CERTAIN)


def _left_off(turn: Turn) -> Finish | None:
    """Where nothing is open, "cancel" and "later" end nothing."""
    if turn.known.intake or turn.case or turn.wanted is not Intent.QUESTION or not leaves_off(turn.text):
        return None
    return saying(texts(turn.language).okay, turn.language, Outcome.SMALLTALK)


def _reported(turn: Turn) -> Finish | None:
    """To who has an application, and tells what they are at with it: "the rest is being signed and follows", 漏的马上补."""
    told = turn.case and not turn.known.intake and turn.wanted in {Intent.QUESTION, Intent.OKAY}
    if (
        not told
        or asks(turn.text)
        or questions.asks(turn.text)
        or not _IS_AT_IT.search(turn.text)
        or _ORDERS.search(turn.text)
    ):
        return None
    return saying(texts(turn.language).okay, turn.language, Outcome.SMALLTALK)


def _complains(turn: Turn) -> bool:
    """Whether a message is a complaint by its meaning and by its name."""
    return turn.wanted is Intent.COMPLAINT and bool(_COMPLAINT.search(turn.text))


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
