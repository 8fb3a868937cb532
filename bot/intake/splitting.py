"""What of a message answers the open question, and what it asks beside."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.intake import asides, certificates, corrections, counts, edges
from bot.intake.commands import waits
from bot.intake.cues import is_certificates, is_company, nouns
from bot.intake.extract import extract
from bot.intake.names import companies, has_form, is_person, may_be_person
from bot.intake.plain import clauses, pieces, plain, says_something
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
_FEE_OR_TIME = re.compile(
    r"\bhow (?:much|long|soon)\b|\b(?:cost|price|fee)s?\b|多少钱|费用|价格|收费|多久|多长时间", re.IGNORECASE
)
"""What is asked beside an answer, and is not about it."""
_LINE = re.compile(
    r"\n+|[;；。]\s*|\.\s+|[,，]\s*|(?<=[㐀-鿿\d])(?<!业务)(?<!范围)\s+(?=[㐀-鿿]|\d{4}年)(?![是叫为])"
    r"|\s+(?=and we(?:['’]ve| (?:already )?(?:have|hold))\b)"
    r"|(?<=[㐀-鿿])(?<![邮信]箱)(?<!邮件)(?<![箱件][是为])\s+(?=[\w.+-]+@[\w-]+\.)",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:contact|name|i'm|i am|call|ask for|mr|ms|mrs)\b|联[系络]|负责人|经办人|我")
_NUMBER = re.compile(r"\W*[\d一二两三四五六七八九十百千]+\s?[人个名位多来]*\W*")
_SUMMED_UP = re.compile(
    r"(?P<of>[^\d@:;?!]+[^\d@:;?!.]), so (?!(?:we|i|it|its|that|they|you|no|not|please|yes|there|the|on|just|only|far|it's|that's"
    r"|i'd|let|put|say|my|our|basically|lots|no|nobody|everybody|all|some|many)\b)"
    r"(?P<what>[a-z][a-z' -]{3,40}?)(?:,? (?:i (?:guess|suppose|think|would say)|i'd say|really|basically|lah))?[.!]*",
    re.IGNORECASE,
)
"""What the rest led to: "warm radiators for half the city, so heat supply"."""
_FIRST_PIECE = re.compile("[,，].*", re.DOTALL)
_COUNTS = re.compile(r"[\d一二两三四五六七八九十百]\s?[来多几]?[个名位]?(?:人|同事)")
_IS_THAT_OK = re.compile(
    r"\W*(?:is (?:it|that|this) (?:ok|okay|fine|enough|a problem)|(?:这样)?(?:可以|行|好|没?问题|要紧)[吗么不]?)\W*",
    re.IGNORECASE,
)
_LACKS = re.compile(r"\b(?:don't|do not|doesn't|haven't) have\b|没有|沒有|無")
"""What is asked of what is missing: "we don't have the old certificate, is it ok?"."""
_TOPIC = re.compile(r".{1,10}(?:方面|的话|[这那][块边]|的事|问题)(?:呢|嘛)?[\s,，:：]*")
"""What a question is about, told before it: 付款方面，可以分两次付吗."""


def _lines(text: str) -> list[tuple[str, bool]]:
    """The parts of a message with what ends them, and whether each begins on a line of its own or behind a full stop."""
    ends = [0, *(match.end() for match in _LINE.finditer(text)), len(text)]
    return [
        (text[start:end], text[:start].rstrip(" ")[-1:] not in {",", "，"})
        for start, end in pairwise(ends)
        if says_something(text[start:end])
    ]


@dataclass(frozen=True)
class Splitter(Reviewer):
    def _split(self, intake: Intake, asked: Field, text: str, *, corrects: bool) -> tuple[str, str]:
        """What a message answers and what it asks; "managed hosting, happy with that?" asks nothing to be answered."""
        if is_company(asked) and has_form(text.strip()):
            return text, ""  # 郑州中不中科技有限公司 asks nothing
        said, question = asides.split(text, lambda part: self._may_be(asked, part), asked.type == "text")
        if not question:
            return said, question
        lacking, whether = asides.without_ending(text)
        if asked.type == "text" and _IS_THAT_OK.fullmatch(whether) and _LACKS.search(lacking):
            return "", text
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
            else (is_company(asked) and any(companies(told)))
            or (asked.type == "text" and bool(_FEE_OR_TIME.search(inquiry)) and told != text)
        )
        if not said and named and asides.inquires(inquiry):
            return told, inquiry  # 我们有ITSS运维三级，不知道能不能一起审？
        if asked.type == "text" and text.startswith(question) and not any(companies(said)):
            return "", text  # "may firms as small as ours apply? I keep picturing banks"
        return said, question

    def _set_off(self, intake: Intake, asked: Field, text: str) -> str:
        """What sums up the rest ("vans, so van rental"), or the only piece that surely is what is asked for, where emoji or
        blanks set it off: "tacos + tech 🌮 card payments".
        """
        form = Form(self.service.application, intake.values, asked, self.today)
        described = asked.type == "text" and not (is_company(asked) or is_certificates(asked))
        summed = _SUMMED_UP.fullmatch(text) if described else None
        if summed and not self._surely_answers(form, summed["of"]):
            return summed["what"]
        parts = pieces(text)
        if len(parts) < _PAIR or asked.type not in {"text", "name"} or asides.asks(text):
            return text
        sure = [
            part
            for part in parts
            if self._surely_answers(form, part) or (asked.type == "name" and is_person(part))
        ]
        whole = any(edges.is_list(each) for each in (text, _FIRST_PIECE.sub("", text)))
        whole = whole or any(
            corrections.takes_back(part) or (part not in sure and _COUNTS.search(part)) for part in parts
        )
        return sure[0] if len(sure) == 1 and not whole else text

    def _told_apart(self, intake: Intake, asked: Field, text: str) -> tuple[str, dict[str, str]]:
        """A message without the lines behind its first that tell something else, and what they tell.

        Behind a comma nothing is told apart but which certificates are held; 运维组12个 服务台8个 adds up.
        """
        kept, told, parts = list[str](), dict[str, str](), _lines(text)
        adds_up = asked.type == "count" and parts and not _NUMBER.fullmatch(parts[0][0])
        for number, (part, line) in enumerate(parts):
            given = self._of_others(intake, asked, part, told) if number else {}
            named = {field.id: field for field in self.service.application if field.id in given}
            apart = bool(given) and (line or all(map(is_certificates, named.values())))
            apart = apart and not corrections.takes_back(text)
            apart = apart and not (adds_up and any(field.type == "count" for field in named.values()))
            told |= given if apart else {}
            kept += [] if apart else [part]
        return ("".join(kept).rstrip(" ,，;；\n") if told else text), told

    def _of_others(self, intake: Intake, asked: Field, part: str, told: Mapping[str, str]) -> dict[str, str]:
        """What a part of a message tells of what has not been asked for yet; nothing where it tells more than that."""
        if asides.asks(part) or corrections.takes_back(part):
            return {}
        found = extract(part, Form(self.service.application, {**intake.values, **told}, None, self.today))
        fields = {field.id: field for field in self.service.application}
        bare = any(
            fields[id].type == "text" and plain(value) == plain(part) for id, value in found.values.items()
        )
        unnamed = is_company(asked) and not _WHO.search(plain(part))  # 我们是上海的 叫锐思信息
        bare = bare or (unnamed and any(fields[id].type == "name" for id in found.values))
        held = any(id in intake.values or id in told or id == asked.id for id in found.values)
        return {} if bare or held or len(tokens(found.rest)) >= SOME else found.values

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
