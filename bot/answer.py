"""From a customer's text to a reply: what is wanted, what the knowledge holds, how sure that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import compose, log, questions
from bot.compose import STARTERS, Draft, Part
from bot.finder import Finder
from bot.intake import Command, asks
from bot.intent import Intent, intent
from bot.listed import item
from bot.messages import ATTACHED, AuthorKind, Message, Outcome
from bot.parting import Parting
from bot.references import without_references
from bot.texts import texts
from bot.wanting import NO_QUESTION, Wanting, leaves_it
from knowledge.documents import Entry
from knowledge.language import detect, is_english, words
from knowledge.points import SEND, Point
from knowledge.search import Hit, Result, Search

_HAN = re.compile(r"[㐀-鿿]")
_STICKER = re.compile(r"\[[A-Za-z一-鿿]{1,8}\]")  # as a messenger writes a picture: [OK]
_NAME = re.compile(r"[(（][^)）]*[)）]")  # as it is written in another language, beside it
_BORROWED = re.compile(
    r"(?:\W*(?:o+k+(?:ay|ok)?|3q|thx|thanks|thank you|bye|hi|hello|hey|yes|no|sorry|good|nice|cool)\b)+\W*"
)
"""What is written in Chinese conversations as it is in English ones."""
_GRATEFUL = re.compile(
    r"\bth?a?n?[kx]|\bt[ayq]\b|\btqvm|cheers|appreciat|谢|謝|辛苦|[🙏❤💖💕😘🥰💐🌹]|\[(?:抱拳|合十|爱心|玫瑰|比心)\]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w.-]+")
_FOLLOW_ON = 6.0  # how far behind an entry of the topic may be and still be what a short follow-up means
_PRICED = ("fee", "fee-rough", "fee-factors", "fee-size", "quotation", "how-to-apply")
"""Entries after which one presses for a figure, or lets it be told by an application."""
_PRESSED = "fee-rough"  # what is told to who presses
_SIZED = {
    "fee": {"people": "fee-size", "places": "fee-factors"},
    "quotation": {"people": "fee-size", "places": "fee-factors"},
    "duration": {"people": "duration-factors", "places": "duration-factors"},
}
"""What tells how a topic depends on the size of an organization, by how its id begins."""
_OF_ELSE = 0.4  # confidence from which a short question that follows on is taken to be of something else
_PLAINLY = 0.8  # confidence from which what asks nothing by its words is answered all the same
LEANING = 0.6  # likeness to talk from which a few words after an answer do not ask on
_SURELY_CONSENTS = 0.6
_GOES_ON = 0.7  # confidence of an answer to what goes on from the one before: "and a town hall"
_SURELY_TOLD = 0.9  # and to what somebody merely tells, or asks beside what nothing answers
_HARDLY = 0.6  # confidence of an answer to what asks nothing, below which it is none
_FEW = 3  # words that may stand for a question: "fees small company"
_ASKS_WITHIN = re.compile(
    r"[,.;:!]\s*(?:and |so |but )?(?:can|could|do|does|did|is|are|will|would|may|should|how|what|when|where|who|which|why|any)\b"
    r"|\b(?:promise|guarantee|need|want|tell|show|give|send|set|tip|bribe)\b|\bor not\W*$|[要给说讲发查价费钱标]|改成|管理员"
    r"|\b(?:pric\w*|fees?|costs?|quot\w*|money|deal)\b",
    re.IGNORECASE,
)
_SHORT = 8  # words of a question that may be about what was spoken of, whatever it names
_CERTIFICATION = re.compile(
    r"20000|\biso\b|\bcert|\bappl|standard|auditor|nonconform|认证|证书|申请|标准|体系", re.IGNORECASE
)
_TOLD_BEFORE = 3  # replies
_PRESSES_ON = 3  # replies in which the price was told, to who presses for a figure
_ANSWERS = 0.75  # likeness to an answer, of that and all else that is said to a form
_CHATS = 0.3  # and to chat
_CONSENTS = 0.5  # likeness to consent, of consent and its opposite
_SMALL_TALK = {
    Intent.GREETING: "hello",
    Intent.THANKS: "thanks",
    Intent.GOODBYE: "goodbye",
    Intent.ROBOT: "robot",
    Intent.OKAY: "okay",
    Intent.SORRY: "sorry",
    Intent.ANNOUNCED: "announced",
    Intent.TOLD: "told",
}

_PRESSING = {*NO_QUESTION, Intent.GOODBYE}
"""What is also said to get a figure: "then I'll go somewhere else"."""

logger = log.get("bot.answer")


@dataclass(frozen=True)
class Found:
    """What the knowledge has for a message: the composed reply, and the hits that it or a model may rest on.

    `spoken` is the language that the customer wrote, `zh`, `en` or `other`; `parts` are the questions of the message,
    none for small talk. There are no hits where nothing comes close.
    """

    draft: Draft
    hits: Sequence[Hit]
    spoken: str
    parts: Sequence[Part] = ()


class Answerer:
    """Answers from one search; holds no state of a conversation."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._wanting = Wanting(search)
        self._finder = Finder(search)
        self._parting = Parting(search, self._finder, self._wanting)

    def greet(self, language: str) -> Draft:
        return compose.say(texts(language).greeting, language, Outcome.SMALLTALK, self._starters(language))

    def answer(self, text: str, history: Sequence[Message], locale: str) -> Draft:
        """Reply to `text`; `history` is the conversation so far, oldest first. Never raises for what a customer writes."""
        return self.look_up(text, history, locale).draft

    def look_up(self, text: str, history: Sequence[Message], locale: str, least: float = 0.0) -> Found:
        """As `answer`, with what the reply rests on and what else came close.

        `least` is how like small talk a message must be that is taken for it by its meaning, 0..1.
        """
        spoken = self.language(text, history, locale)
        language = "zh" if spoken == "zh" else "en"
        topic = self._declined(history, language) or self._topic(history)
        if topic and topic.subject and not _goes_on(history):
            topic = replace(topic, subject="")
        parts: list[Part] = []
        beside = least > 0.0  # something else that the message may be
        least = max(least, LEANING if topic and questions.leans(text) else 0.0)
        wanted = self.wanted(text, least=least)
        told = not beside and self._is_told(text, wanted, language, topic)
        presses = self.of_price(text, history) is Intent.QUESTION if topic else beside and self.presses(text)
        draft = (
            self._pointed(text, language, history)
            or self._nothing_more(text, language, history)
            or self._what_follows(text, language, topic)
            or (self._pressed(language, topic) if presses and wanted in _PRESSING else None)
            or (None if told else self._small_talk(text, wanted, language))
            or self._and(text, language, topic)
        )
        if draft is None:
            asked = self._parting.questions(text, language)
            self._search.prepare([text, *asked] if len(asked) > 1 else asked)
            around = questions.context(text, asked) if len(asked) > 1 else ""
            if not around:  # "what is a pre-review, and can it be skipped?" is about one thing
                asked = [each for each in asked if not questions.is_hollow(each)] or asked[:1]
            parts = [self._part(question, language, topic, around) for question in asked]
            parts = self._parting.borne_out(parts, text, language)
            draft = self._composed(parts, language)
            follows = topic is not None and questions.leans(text)
            if not (beside or follows or self._search.knows(text)) and _merely_tells(text, draft):
                draft = compose.say(texts(language).okay, language, Outcome.SMALLTALK)
            if presses and not _serves(draft, text):
                draft = self._pressed(language, topic) or draft
        draft = compose.shortened(draft, self._told(draft, history))
        if not compose.grounded(draft, text):
            logger.error("composed reply is not grounded", topic=draft.topic)
            draft = compose.decline(Result([], None, language), language)
        if spoken == "other":
            draft = replace(draft, text=f"{texts(language).other_language}\n\n{draft.text}")
        hits = _closest(parts)
        if draft.outcome is Outcome.DECLINED:
            hits = self._about(topic, text, language) if topic and questions.leans(text) else []
        return Found(draft, hits, spoken, parts)

    def find(self, query: str, language: str) -> list[Hit]:
        """The entries that may answer a query, best first."""
        sure = self._search.calibration.clarify
        return [hit for hit in self._finder.find(query, language).hits if hit.confidence >= sure]

    def language(self, text: str, history: Sequence[Message], locale: str) -> str:
        """The message's language, `zh`, `en` or `other`.

        One without words keeps the conversation's, and a Chinese one goes on through English words and a mere "ok".
        """
        last = next((message.reply for message in reversed(history) if message.reply), None)
        if any(
            character.isalpha() for character in _ADDRESS.sub("", without_references(_STICKER.sub("", text)))
        ):
            so_far_chinese = last is not None and last.language == "zh"
            if so_far_chinese and (_BORROWED.fullmatch(text.casefold()) or len(text.split()) == 1):
                return "zh"
            goes_on = so_far_chinese and _HAN.search(_NAME.sub("", text))
            return "zh" if goes_on and not is_english(text) else detect(text)
        if last:
            return "zh" if last.language == "zh" else "en"
        said = [message.text for message in history if message.author.kind is AuthorKind.CUSTOMER]
        before = [text for text in said if not text.startswith(ATTACHED)]
        return "zh" if (detect(before[-1]) if before else locale[:2].lower()) == "zh" else "en"

    def wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent:
        """What a message is for, see `Wanting`."""
        return self._wanting.wanted(text, has_case=has_case, least=least)

    def commanded(self, text: str) -> Command | None:
        """What a message tells a form to do by its meaning, or Command.ASKS; None for an answer."""
        said = self._search.reply(text)
        return Command(said) if said else None

    def answers(self, text: str) -> bool:
        """Whether a message is by its meaning an answer to a question of a form, rather than chat beside it."""
        told, _ = self._search.answers(text)
        return told >= _ANSWERS

    def chats(self, text: str) -> bool:
        """Whether a message to a form is sooner chat than an answer, where that is not beyond doubt."""
        told, chat = self._search.answers(text)
        return chat >= max(_CHATS, told)

    def of_price(self, text: str, history: Sequence[Message]) -> Intent | None:
        """What a message wants where the price was told last, see `Wanting`; None where it was not."""
        replied = [place for place, message in enumerate(history, 1) if message.reply]
        if not any(self._is_priced(history[:place]) for place in replied[-_PRESSES_ON:]):
            return None
        meant = self._wanting.of_price(text)
        return meant if meant is Intent.QUESTION or self._is_priced(history) else None

    def presses(self, text: str, least: float = 0.5) -> bool:
        """Whether a message presses for a price, see `Wanting`."""
        return self._wanting.presses(text, least)

    def of_sent(self, text: str, least: float = 0.0) -> Intent | Command | None:
        """What a message wants of an application that was sent, where that is beyond doubt; see `Wanting`."""
        return self._wanting.of_sent(text, least)

    def consents(self, text: str, *, surely: bool = False) -> bool:
        """Whether a message to the read-back of an application has it sent, by its meaning; `surely` allows no doubt."""
        least = _SURELY_CONSENTS if surely else _CONSENTS
        return self._search.at(Point.READBACK, text).get(SEND, 0.0) >= least

    def knows(self, text: str) -> bool:
        """Whether the content holds exactly this wording."""
        return self._search.knows(text)

    def _small_talk(self, text: str, wanted: Intent, language: str) -> Draft | None:
        phrases = texts(language)
        if wanted is Intent.THANKS and not _GRATEFUL.search(text):
            wanted = Intent.OKAY  # "got it", 嗯
        if wanted in _SMALL_TALK:
            suggestions = (
                self._starters(language) if wanted in {Intent.GREETING, Intent.ROBOT, Intent.TOLD} else []
            )
            return compose.say(
                getattr(phrases, _SMALL_TALK[wanted]), language, Outcome.SMALLTALK, suggestions
            )
        if wanted is Intent.UNCLEAR:
            return compose.say(phrases.unclear, language, Outcome.CLARIFY, self._starters(language))
        return None

    def _is_told(self, text: str, wanted: Intent, language: str, topic: Entry | None) -> bool:
        """Whether what sounds like a remark is something that the knowledge has more to say to, and surely.

        That is who tells what they are or hold, "and a town hall" after an answer, and a figure as if it were agreed.
        """
        if wanted not in NO_QUESTION or intent(text) is not Intent.QUESTION or leaves_it(text):
            return False
        hit = next(iter(self._finder.find(text, language).hits), None)
        if hit is None or hit.confidence < _GOES_ON:
            return False
        if (topic and questions.adds(text)) or questions.states(text, hit.entry.denies):
            return True
        surely = hit.confidence >= _SURELY_TOLD
        return surely and (
            (wanted is Intent.TOLD and questions.is_of_us(text)) or questions.claims(text, hit.entry.body)
        )

    def _pointed(self, text: str, language: str, history: Sequence[Message]) -> Draft | None:
        """What is known of an item of the list that was shown last: "and the third one?"."""
        shown = (message.reply.text for message in reversed(history) if message.reply)
        meant = None if self._search.knows(text) else item(text, shown)
        if meant is None:
            return None
        asks_more = bool(meant.rest) and not questions.is_hollow(meant.rest)
        result = self._finder.find(f"{meant.text} {meant.rest}" if asks_more else meant.text, language)
        return (
            self._composed([Part(text, result, self._finder.chosen(result))], language)
            if self._finder.enough(result)
            else None
        )

    def _nothing_more(self, text: str, language: str, history: Sequence[Message]) -> Draft | None:
        """To who asks on about what was declined, of which nothing else is known either: "why not?", "by whom?"."""
        last = next((message.reply for message in reversed(history) if message.reply), None)
        if last is None or last.outcome is not Outcome.DECLINED or self._search.knows(text):
            return None
        points = questions.points_back(text) and not _CERTIFICATION.search(text)
        if not (points or questions.asks_why(text)) or self._finder.find(text, language).decline:
            return None  # of "what share of them fails?" is known that it is not known
        told = compose.say(texts(language).nothing_more, language, Outcome.DECLINED)
        return replace(told, off_topic=True)  # a few words that point back tell nobody what is missing

    def _what_follows(self, text: str, language: str, topic: Entry | None) -> Draft | None:
        """What usually comes next, where a message asks no more than that: "and then?"."""
        if topic is None or not topic.actions or not questions.goes_on(text) or self._search.knows(text):
            return None
        follows = self._finder.stated(topic.actions[0], language)
        if follows is None:
            return None
        return self._composed([Part(text, Result([follows], None, language), [follows])], language)

    def _pressed(self, language: str, topic: Entry | None) -> Draft | None:
        """What is told to who wants a figure though none was given."""
        matter = f"{(topic.matter if topic else STARTERS[0]).rpartition('/')[0]}/{_PRESSED}"
        if not self._search.has(matter) or (told := self._finder.stated(matter, language)) is None:
            return None
        return self._composed([Part(told.entry.title, Result([told], None, language), [told])], language)

    def _and(self, text: str, language: str, topic: Entry | None) -> Draft | None:
        """What may be meant by a message that says nothing by itself."""
        if (
            topic is None
            or not topic.actions
            or words(text)
            or questions.asks(text)
            or self._search.knows(text)
        ):
            return None
        return compose.clarify([self._search.version(matter, language) for matter in topic.actions], language)

    def _composed(self, parts: Sequence[Part], language: str) -> Draft:
        if any(part.hits for part in parts):
            first = next(part.hits[0].entry for part in parts if part.hits)
            related = [self._search.version(matter, language) for matter in first.actions]
            others = [
                hit.entry for part in parts for hit in part.result.hits if self._finder.sure_enough(hit)
            ]
            least = min(part.hits[0].confidence for part in parts if part.hits)
            return replace(compose.answer(parts, language, related or others), confidence=least)
        best = max((part.result for part in parts), key=_sure)
        if _sure(best) >= self._search.calibration.clarify:
            clarified = compose.clarify([hit.entry for hit in best.hits], language)
            return replace(clarified, confidence=_sure(best))
        return replace(compose.decline(best, language), confidence=_sure(best))

    def _part(self, question: str, language: str, topic: Entry | None, told: str = "") -> Part:
        """Search the question as it stands; if that is not enough, with what it leaves unsaid, or its asking sentence.

        `told` is what the message tells beside several questions.
        """
        if topic and (sized := self._for_so_many(question, language, topic)):
            return sized
        hollow = bool(told) and questions.is_hollow(question)  # "… is that a problem?"
        if questions.asks_when_given(question) and (quotation := self._quotation(topic, language)):
            hollow, told = True, quotation.title
        result = self._finder.find(f"{told} {question}" if hollow else question, language)
        if told and not (hollow or self._finder.enough(result) or result.decline):
            result = max(result, self._finder.find(f"{told} {question}", language), key=_sure)
        if core := questions.core(question):
            asked = self._finder.find(core, language)
            if self._finder.enough(result):  # "hi, hospital IT here, 60 people. what would you charge us"
                result = asked if _sure(asked) >= _SURELY_TOLD and _is_main(asked) else result
            else:
                result = (
                    max(result, asked, key=_sure)
                    if self._finder.enough(asked) or not result.decline
                    else result
                )
        if topic and topic.subject and (about := self._of_subject(question, language, topic)):
            return about
        if topic and (questions.leans(question) or questions.is_hollow(question)):
            result = self._in_context(question, result, language, topic)
        return Part(question, result, self._finder.chosen(result))

    def _for_so_many(self, question: str, language: str, topic: Entry) -> Part | None:
        """What is known of a topic for so many people or sites, which may be nothing: "and for two sites?"."""
        counted = questions.asks_for_so_many(question)
        if not counted or self._search.knows(question):
            return None
        folder, _, id = topic.matter.rpartition("/")
        about = next((size[counted] for of, size in _SIZED.items() if id.startswith(of)), "")
        told = (
            self._finder.stated(f"{folder}/{about}", language)
            if self._search.has(f"{folder}/{about}")
            else None
        )
        hits = [told] if told else []
        return Part(question, Result(hits, None, language), hits)

    def _in_context(self, question: str, result: Result, language: str, topic: Entry) -> Result:
        """A short question that follows on: what belongs to the topic comes first, else it is asked with the topic.

        What says by itself nothing of what it is about can only be about the topic.
        """
        if questions.is_hollow(question):
            return self._own(question, language, topic)
        if self._finder.enough(result) and not questions.doubts(question, topic.body):
            close = {topic.matter, *topic.actions}
            bar = result.hits[0].score - _FOLLOW_ON
            near = [
                hit
                for hit in result.hits
                if hit.entry.matter in close and hit.score >= bar and self._finder.sure_enough(hit)
            ]
            if near or result.hits[0].confidence >= _OF_ELSE:
                return replace(result, hits=[*near, *(hit for hit in result.hits if hit not in near)])
            return Result([], result.decline, language)
        joined = self._finder.find(f"{topic.title} {question}", language)
        if questions.doubts(
            question, topic.body
        ):  # "5 years, right?" is about the figure that was just stated
            own = [hit for hit in joined.hits if hit.entry.matter == topic.matter]
            return replace(joined, hits=own) if own else result
        # Joined words make everything about the topic look right, so only what the topic points to counts.
        held = words(" ".join((topic.title, *topic.variants, topic.body)))
        same = (
            {topic.matter}
            if questions.asks_same(question) and not set(words(question)).isdisjoint(held)
            else set()
        )
        pointed = [hit for hit in joined.hits if hit.entry.matter in {*topic.actions, *same}]
        return result if result.decline else max(result, replace(joined, hits=pointed), key=_sure)

    def _of_subject(self, question: str, language: str, topic: Entry) -> Part | None:
        """A short question that names no certification, behind what is sold beside it: "how long?", of an inspection."""
        if len(words(question)) > _SHORT or _CERTIFICATION.search(question):
            return None
        result = self._finder.find(f"{topic.subject} {question}", language)
        own = [hit for hit in result.hits if hit.entry.matter == topic.matter]
        if result.decline:
            return Part(question, replace(result, hits=[]), [])
        return Part(question, result, own) if own and self._finder.enough(replace(result, hits=own)) else None

    def _own(self, question: str, language: str, topic: Entry) -> Result:
        """Of the topic and what it points to, what comes closest to the question beside the topic's title."""
        return Result(self._about(topic, question, language), None, language)

    def _about(self, topic: Entry, question: str, language: str) -> list[Hit]:
        """The topic and what it points to, as far as they come close to a question that may follow on it."""
        close = {topic.matter, *topic.actions}
        return [
            hit
            for hit in self._finder.find(f"{topic.title} {question}", language).hits
            if hit.entry.matter in close
        ]

    def _is_priced(self, history: Sequence[Message]) -> bool:
        """Whether the last reply told about the price, or would not name one."""
        topic = self._topic(history)
        last = next((message.reply for message in reversed(history) if message.reply), None)
        told = last is not None and last.outcome in {Outcome.ANSWERED, Outcome.DECLINED}
        return told and topic is not None and topic.matter.rpartition("/")[2] in _PRICED

    def _told(self, draft: Draft, history: Sequence[Message]) -> list[Entry]:
        """The entries of a draft whose matter was told a few replies ago: by them, or by another with the same list."""
        replies = [message.reply for message in history if message.reply][-_TOLD_BEFORE:]
        before, now = (
            [entry for citation in citations if (entry := self._search.titled(citation.section))]
            for citations in ([c for reply in replies for c in reply.citations], draft.citations)
        )
        lists = {name for entry in before for name in entry.lists}
        return [entry for entry in now if entry in before or not lists.isdisjoint(entry.lists)]

    def _topic(self, history: Sequence[Message]) -> Entry | None:
        title = _last_section(history)
        return self._search.titled(title) if title else None

    def _declined(self, history: Sequence[Message], language: str) -> Entry | None:
        """What is sold beside the service, where nothing was known of it just now: 验厂多少钱."""
        last = next((n for n in reversed(range(len(history))) if history[n].reply), None)
        reply = history[last].reply if last is not None else None
        if reply is None or reply.outcome is not Outcome.DECLINED or reply.citations:
            return None
        asked = next((m.text for m in reversed(history[:last]) if m.author.kind is AuthorKind.CUSTOMER), "")
        return self._search.of_subject(asked, language)

    def _quotation(self, topic: Entry | None, language: str) -> Entry | None:
        """What tells how one gets a price, where the price is what was told of."""
        service, _, told = topic.matter.rpartition("/") if topic else ("", "", "")
        return self._entry(f"{service}/quotation", language) if told in _PRICED else None

    def _entry(self, matter: str, language: str) -> Entry | None:
        return self._search.version(matter, language) if self._search.has(matter) else None

    def _starters(self, language: str) -> list[Entry]:
        return [entry for matter in STARTERS if (entry := self._entry(matter, language))]


def _goes_on(history: Sequence[Message]) -> bool:
    """Whether the last reply was an answer, or none was known."""
    last = next((message.reply for message in reversed(history) if message.reply), None)
    return last is not None and last.outcome in {Outcome.ANSWERED, Outcome.DECLINED}


def _merely_tells(text: str, draft: Draft) -> bool:
    """Whether a message asks nothing, and what the knowledge has for it is hardly about that."""
    tells = len(words(text)) > _FEW and not (asks(text) or questions.asks(text) or _ASKS_WITHIN.search(text))
    return tells and draft.outcome is Outcome.ANSWERED and (draft.confidence or 0.0) < _HARDLY


def _serves(draft: Draft, text: str) -> bool:
    """Whether a draft will do for a message that is like pressing for a figure."""
    if draft.outcome is Outcome.ANSWERED:
        return asks(text) or (draft.confidence or 0.0) >= _PLAINLY
    return draft.outcome is Outcome.DECLINED and not compose.is_unknown(draft.text, draft.language)


def _closest(parts: Sequence[Part]) -> list[Hit]:
    """The hits of every question, each matter once: what is stated first, then the surest."""
    stated = [hit for part in parts for hit in part.hits]
    others = sorted((hit for part in parts for hit in part.result.hits), key=lambda hit: -hit.confidence)
    closest: dict[str, Hit] = {}
    for hit in [*stated, *others]:
        closest.setdefault(hit.entry.matter, hit)
    return list(closest.values())


def _is_main(result: Result) -> bool:
    """Whether what comes closest is one of what most customers ask for."""
    return result.hits[0].entry.matter in STARTERS


def _sure(result: Result) -> float:
    return result.hits[0].confidence if result.hits else 0.0


def _last_section(history: Sequence[Message]) -> str | None:
    """Title of the entry that was cited last."""
    cited = (
        message.reply.citations[-1]
        for message in reversed(history)
        if message.reply and message.reply.citations
    )
    return next((citation.section for citation in cited), None)
