"""What of a message answers the open question, and what it asks beside."""

import re
from dataclasses import dataclass

from bot.intake import asides, certificates, corrections, counts, edges
from bot.intake.commands import waits
from bot.intake.cues import is_certificates, is_company, nouns
from bot.intake.names import companies, has_form, is_person, may_be_person
from bot.intake.plain import clauses, pieces
from bot.intake.progress import Intake
from bot.intake.reading import Form
from bot.intake.reviewing import Reviewer
from bot.intake.slots.features import tokens
from bot.intake.tagged import Tagged
from knowledge.documents import Field

SOME = 4  # words or Chinese characters that are more than a bare answer
SENTENCE = 6  # words or Chinese characters of what is no name of a business, such as "hospital IT"
_PAIR = 2
_HOLDS = re.compile(
    r"\W*(?:we|i)\b.{0,20}\b(?:hold|have|got)\b.{0,20}\biso\b"
    r"|\W*(?:we|i) (?:(?:do|have|can) ?no?t\b|(?:do|have|ca)n'?t\b|have no\b)",
    re.IGNORECASE,
)
"""What is told before a question, and is no business."""
_TOPIC = re.compile(r".{1,10}(?:方面|的话|[这那][块边]|的事|问题)(?:呢|嘛)?[\s,，:：]*")
"""What a question is about, told before it: 付款方面，可以分两次付吗."""


@dataclass(frozen=True)
class Splitter(Reviewer):
    def _split(self, intake: Intake, asked: Field, text: str, *, corrects: bool) -> tuple[str, str]:
        """What a message answers and what it asks; "managed hosting, happy with that?" asks nothing to be answered."""
        if is_company(asked) and has_form(text.strip()):
            return text, ""  # 郑州中不中科技有限公司 asks nothing
        said, question = asides.split(text, lambda part: self._may_be(asked, part), asked.type == "text")
        if not question:
            return said, question
        form = Form(self.service.application, intake.values, asked, self.today, corrects)
        for told, inquiry in ((said, question), asides.without_ending(text), self._apart(form, text)):
            last = text.rstrip().endswith(told)  # "when a lift is stuck they know first, so monitoring"
            if told == text or asides.asks(told) or (asides.inquires(inquiry) and not last):
                continue
            if self._surely_answers(form, told):
                return told, ""
        told, inquiry = self._apart(form, text)
        named = (
            certificates.names_any(told)
            if is_certificates(asked)
            else is_company(asked) and any(companies(told))
        )
        if not said and named and asides.inquires(inquiry):
            return told, inquiry  # 我们有ITSS运维三级，不知道能不能一起审？
        if asked.type == "text" and text.startswith(question) and not any(companies(said)):
            return "", text  # "may firms as small as ours apply? I keep picturing banks"
        return said, question

    def _set_off(self, intake: Intake, asked: Field, text: str) -> str:
        """The only piece that surely is what is asked for, where emoji or blanks set it off: "tacos + tech 🌮 card payments"."""
        parts = pieces(text)
        if len(parts) < _PAIR or asked.type not in {"text", "name"} or asides.asks(text):
            return text
        form = Form(self.service.application, intake.values, asked, self.today)
        sure = [
            part
            for part in parts
            if self._surely_answers(form, part) or (asked.type == "name" and is_person(part))
        ]
        whole = edges.is_list(text) or any(corrections.takes_back(part) for part in parts)
        return sure[0] if len(sure) == 1 and not whole else text

    def _surely_answers(self, form: Form, text: str) -> bool:
        asked = form.asked
        if waits(text) or _TOPIC.fullmatch(text):
            return False
        value = asked is not None and self._is_value(asked, text)
        return value or Tagged.of(text, form).surely_answers

    def _apart(self, form: Form, text: str) -> tuple[str, str]:
        """The only clause that surely answers and does not ask, and the others."""
        parts = [text[start:end].strip() for start, end in clauses(text)]
        holding = [part for part in parts if not asides.asks(part) and self._surely_answers(form, part)]
        if len(holding) != 1:
            return text, ""
        return holding[0], " ".join(part for part in parts if part != holding[0])

    def _is_astray(self, asked: Field, form: Form, said: str) -> bool:
        """Whether what stands beside a question belongs to it, rather than being the answer."""
        if any(companies(said)) or Tagged.of(said, form).surely_answers:
            return False
        if asked.type == "text" and asked.required and _HOLDS.match(said):
            return True
        if asked.type == "count" and len(tokens(said)) >= SENTENCE:
            counted = any(counts.find(said, nouns(asked))) or counts.begins(said)
            return not counted  # "if we take it for three years, is there a discount?"
        if form.asks_text and (waits(said) or _TOPIC.fullmatch(said)):
            return True
        nobody = asked.type == "name" and not may_be_person(said)
        beside = nobody or not Tagged.of(said, form).may_answer
        length = len(tokens(said))
        if asked.type == "name" or is_company(asked) or is_certificates(asked):
            return beside or length > SENTENCE
        return form.asks_text and beside and length >= SOME
