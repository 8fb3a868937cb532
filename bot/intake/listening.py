"""What a message is to an application interview, before anything is done about it."""

import re
from dataclasses import dataclass
from datetime import date

from bot.intake import asides, certificates, corrections, cues, dates, fields
from bot.intake.commands import Command, has_no_date, leaves_open, says
from bot.intake.cues import vocabulary
from bot.intake.extract import Found, extract
from bot.intake.names import is_person
from bot.intake.plain import bare, plain
from bot.intake.progress import Intake
from bot.intake.reading import Form
from bot.intake.reasons import Wrong
from bot.intake.slots.features import tokens
from bot.intake.speaking import Speaker
from bot.intake.tagged import Tagged
from knowledge.documents import Field

_DIGIT = re.compile(r"\d")
_FEW = 6  # words or Chinese characters that are an answer rather than a sentence
_MEANING = re.compile(
    r"(?:what|how) (?:do|does|did|is|are)(?: \w+){1,4} (?:mean|meant)(?: by (?:that|this|it))?"
    r"|(?:这|那)?(?:是|个)?(?:什么|啥)意思|(?:具体)?指的?是?(?:什么|啥|哪些)|怎么理解"
)
SCRAPS = re.compile(
    r"\W*(?:(?:oh|no|wait|sorry|ah)\W+)*(?:scrap|forget|ignore|undo) that\b(?! application)|撤回"
)
"""Takes back the last answer, and not the application."""
BACK = re.compile(
    r"back(?: please| one)?|(?:please )?(?:go|going) back(?: one| a step)?(?: please)?|(?:返?回|退)?(?:到)?上一?[步题个项]"
)
_PAUSES = re.compile("[,，.。!！;；]")
_OF_ALL = {Command.CANCEL, Command.RESTART, Command.BACK}
_OF_NONE = {Command.SO_FAR, Command.WHY}


def is_beside_the_point(text: str, form: Form) -> bool:
    """Whether a message holds nothing of the words that are asked for; who says it once more means it."""
    return form.asks_words and not Tagged.of(text, form).may_answer


@dataclass(frozen=True)
class Listener(Speaker):
    today: date

    def changes(self, intake: Intake, text: str) -> bool:
        return corrections.takes_back(text) and not asides.asks(text) and self.tells(intake, text)

    def gives(self, intake: Intake, text: str) -> bool:
        """Whether a message answers what was asked before a pause: "it's 64, HR says"."""
        asked = self._field(intake.asking)
        if asked is None or asked.type in {"text", "name"} or says(text, Command.RESUME):
            return False
        said, question = asides.split(text, lambda part: self._is_value(asked, part))
        found = extract(said, Form(self.service.application, intake.values, asked, self.today))
        plainly = _DIGIT.search(found.rest) or len(tokens(found.rest)) < _FEW
        return not question and (
            asked.id in found.values or bool(plainly and self._is_value(asked, found.rest))
        )

    def _goes_back(self, intake: Intake, text: str, meant: Command | None) -> bool:
        """Whether a message wants the question before: in so many words, or as it takes back what it does not name."""
        if _DIGIT.search(text):
            return False
        first, *behind = _PAUSES.split(text, maxsplit=1)
        if SCRAPS.match(plain(text)) or BACK.fullmatch(bare(first)):  # whatever is then said to be wrong
            return not any(self._read(intake, rest).values for rest in behind)
        return meant is Command.BACK and not leaves_open(text) and not self.tells(intake, text)

    def _is_of_answers(self, intake: Intake, text: str, meant: Command | None) -> bool:
        """Whether a message that is like a command takes out or changes single answers instead."""
        like = meant in _OF_ALL or (meant in _OF_NONE and corrections.takes_back(text))
        return like and self.tells(intake, text)

    def _is_plain_answer(self, asked: Field, text: str, meant: Command | None) -> bool:
        """Whether a message is an answer, whatever it is like: a name, or "only ISO 27001" where certificates are asked for."""
        if asked.type == "name":
            return is_person(text)
        if asked.type == "date" and dates.is_soon(text):
            return True
        if meant is Command.PAUSE and self.holds_none(asked, text):
            return True  # "we don't hold any ISO certificates yet"
        if meant is Command.PAUSE and asked.type == "text":  # "keeping public records"
            return Tagged.of(text, Form(self.service.application, {}, asked, self.today)).surely_answers
        return meant is Command.SKIP and cues.is_certificates(asked) and certificates.names_any(text)

    def _asks_meaning(self, asked: Field, text: str, meant: Command | None) -> bool:
        """Whether a message asks what the open question means: "what do you mean by scope?"."""
        answers = asked.type not in {"text", "name"} and self._is_value(asked, text)
        if meant is Command.UNCLEAR and not answers:
            return True
        folded = plain(text)
        named = any(name in folded for name in vocabulary([asked]))
        return bool(_MEANING.fullmatch(bare(text)) or (named and _MEANING.search(bare(text))))

    def _takes_out(self, intake: Intake, text: str) -> bool:
        """Whether a message takes out single answers and nothing more: 日期去掉，不填了."""
        form = Form(self.service.application, intake.values, None, self.today, corrects=True)
        return bool(extract(text, form).dropped)

    def tells(self, intake: Intake, text: str) -> bool:
        """Whether a message takes out or changes single answers: "please remove the target date"."""
        found = self._read(intake, text)
        return bool(found.dropped or found.reopened or found.values)

    def _read(self, intake: Intake, text: str) -> Found:
        """What a message says of the form as if it changed what is held."""
        form = Form(self.service.application, intake.values, None, self.today, corrects=True)
        return extract(corrections.opened(text)[0], form)

    def _changes_another(self, intake: Intake, asked: Field, said: str) -> bool:
        """Whether a message names another field that is answered, and says that it is to be changed."""
        others = [field for field in self.service.application if field.id in intake.values and field != asked]
        folded = plain(said)
        return corrections.takes_back(said) and any(name in folded for name in vocabulary(others))

    def may_stay_open(self, asked: Field, text: str) -> bool:
        """Whether a message says in some words that what is asked may stay open: "whenever, we're in no rush"."""
        if asked.required or asides.asks(text):
            return False
        if asked.type == "date" and not dates.find(text, self.today) and has_no_date(text):
            return True
        return leaves_open(text) and not self._is_value(asked, text)

    def holds_none(self, asked: Field, text: str) -> bool:
        """Whether a message says that the company holds none of the certificates that are asked for."""
        return not asked.required and cues.is_certificates(asked) and certificates.are_none(text)

    def _is_none(self, rest: str) -> bool:
        """Whether what is left of a message says first that there is none: "no certificates, but by May 2031"."""
        return says(_PAUSES.split(rest)[0], Command.SKIP)

    def _may_be(self, asked: Field, part: str) -> bool:
        """Whether a text is an answer of its own, names included."""
        return self._is_value(asked, part) or (asked.type == "name" and is_person(part))

    def _is_value(self, asked: Field, part: str) -> bool:
        if asked.type in {"text", "name"}:
            return False
        try:
            fields.read(asked, part, self.today)
        except Wrong:
            return False
        return True
