"""What is found while a message is read for the fields of a form, and what is left of it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.intake import contacts, corrections, counts, cues, dates, fields
from bot.intake.commands import Command, says
from bot.intake.plain import plain, says_something
from bot.intake.reasons import Reason, Wrong
from knowledge.documents import Field

_HAN = "[㐀-鿿]"
_PIECE_END = re.compile(rf"[,;。、|～~\n]+|[.!](?=\s|$)|\s/\s|(?<={_HAN})\s+|\s+(?={_HAN})|\s(?:and|plus)\s")
_UNMARKED = re.compile(rb"\0+")
_STOP = re.compile(r"[;。!?\n]|\.(?=\s|$)")
_ABBREVIATED = re.compile(r"(?:\b(?:co|ltd|inc|sp|pte|pty|sdn|bhd|pvt|corp|no|st|dr|mr|ms|mrs)|\b[a-z])$")
_LONGEST_PURE = 80  # characters
_FILLER = re.compile(
    r"\b(?:we|i|us|me|you|it|there|this|that|our|my|your|its|the|an?|all|some|have|has|had|having|are|is|am|was"
    r"|will|be|can|could"
    r"|would|like|want|need|about|around|roughly|approximately|approx|nearly|almost|circa|ca|in|at|by|with|of|for"
    r"|to|on|from|until|those|these|them|they|works?|working|involved|d|ll"
    r"|and|or|plus|also|across|over|spread|so|but|then|total|altogether|currently|now|just|only|team|company|people|staff|employees?|covered|call|reach"
    r"|contact|phone|mobile"
    r"|tel|telephone|mail|email|e-mail|wechat|number|address|id|via|under|please|pls|thanks|thank|hi|hello|ok|okay|yes|no|sorry"
    r"|well|actually|target|deadline|certificate|certified|certification|get|done|finished|ready|cell|guess|think|maybe|s|m|re|ve)\b"
    r"|我们|咱们|我司|我方|公司|员工|职工|大概|大约|差不多|约|左右|上下|一共|总共|合计|总|共|目前|现在|希望|打算"
    r"|计划|想|要|在|之前|以前|前|完成|拿证|取证|认证"
    r"|拿到|证书|有|是|的|了|您好|你好|您|你|电话|手机|微信同号|同微信|微信|邮箱|邮件|号码|号|联[系络]方式|联[系络]|可以"
    r"|可|请|打|和|也|还有|还|加|以及|跟|大家|吧|啊|嗯|呢|哈"
    r"|[干做]这[个块]|这块|覆盖|涉及|参与|范围[内里]?|分(?=\s|$)|我|人|名|个|就|都|到|能|下证|最好|期望"
)


@dataclass(frozen=True)
class Form:
    """What is known when a message arrives. `corrects`: it began with a no, or answers a read-back."""

    fields: Sequence[Field]
    held: Mapping[str, str]
    asked: Field | None
    today: date
    corrects: bool = False

    def of_type(self, type: str) -> list[Field]:
        """The fields of a type, the asked one first, then those that have no value yet."""
        alike = [field for field in self.fields if field.type == type]
        return sorted(alike, key=lambda field: (field != self.asked, field.id in self.held))

    @property
    def asks_words(self) -> bool:
        return self.asked is not None and self.asked.type in {"text", "name"}

    @property
    def asks_text(self) -> bool:
        return self.asked is not None and self.asked.type == "text"


class Reading:
    """Values gather by field id; what they stood in is taken and not read again.

    `wrong` are fields that were named with a value that cannot be theirs, `dropped` optional ones that are said to
    have none, `named` those whose value stood beside their name, `reopened` those of which only is said that they are
    wrong, `replaced` contacts given anew as a whole.
    """

    def __init__(self, text: str, form: Form) -> None:
        self.text = text
        self.folded = plain(text)
        self.form = form
        self.values: dict[str, str] = {}
        self.wrong: dict[str, Reason] = {}
        self.dropped: list[str] = []
        self.reopened: list[str] = []
        self.replaced: set[str] = set()
        self.named: set[str] = set()
        self._taken = bytearray(len(text))  # a mark for each character

    @cached_property
    def pieces(self) -> list[tuple[int, int]]:
        """Spans between commas, stops, line breaks, and spaces beside Chinese characters."""
        ends = [(match.start(), match.end()) for match in _PIECE_END.finditer(self.folded)]
        starts = [0, *(end for _, end in ends)]
        stops = [*(start for start, _ in ends), len(self.folded)]
        return [(start, stop) for start, stop in zip(starts, stops, strict=True) if start < stop]

    def take(self, start: int, end: int) -> None:
        self._taken[start:end] = b"\1" * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        return not any(self._taken[start:end])

    def wants(self, field: Field) -> bool:
        """Whether a value that nobody named may be this field's."""
        if field.id in self.values:
            return False
        is_open = field == self.form.asked or field.id in self.reopened
        return field.id not in self.form.held or self.form.corrects or is_open

    def put(self, field: Field, text: str, start: int, end: int, *, named: bool) -> bool:
        """Take a text as a field's value. What is not valid is only held against a field that was named."""
        if field.type in {"text", "name"}:
            text = corrections.without_old(text, self.form.held.get(field.id, ""))
        none = says(text if field.required else _PIECE_END.split(text.strip())[0], Command.SKIP)
        if none and not field.required:
            self.dropped.append(field.id)
            self.take(start, end)
            return True
        try:
            value = fields.read(field, "" if none else text, self.form.today)
        except Wrong as error:
            if named:
                self.wrong[field.id] = error.reason
                self.take(start, end)
            return False
        self.add(field, value)
        self.take(start, end)
        if named:
            self.named.add(field.id)
        return True

    def add(self, field: Field, value: str, *, beside: bool = False) -> None:
        """Of several values the first read counts; contacts of different ways count together, or all if one is `beside`."""
        known = self.values.get(field.id)
        self.wrong.pop(field.id, None)
        if known is None:
            self.values[field.id] = value
        elif field.type == "contact":
            self.values[field.id] = contacts.beside(known, value) if beside else contacts.join([value, known])

    def is_pure(self, at: int) -> bool:
        """Whether the piece holds nothing but numbers, dates and contacts, and filling words: "we have 80 people"."""
        first, last = self.piece(at)
        return last - first <= _LONGEST_PURE and not _left(self._untyped[first:last])

    @cached_property
    def _typed(self) -> list[tuple[int, int]]:
        """Spans of contacts, dates, and numbers of what the form counts."""
        spans = [(contact.start, contact.end) for contact in contacts.find(self.text)]
        for field in self.form.of_type("count"):
            spans += [(start, end) for start, end, _ in counts.find(self.text, cues.nouns(field))]
        spans += [(due.start, due.end) for due in dates.find(self.text, self.form.today)]
        return spans

    @cached_property
    def _untyped(self) -> str:
        characters = list(self.folded)
        for start, end in self._typed:
            characters[start:end] = " " * (end - start)
        return "".join(characters)

    def piece(self, at: int) -> tuple[int, int]:
        index = bisect_right(self.pieces, (at, len(self.text) + 1)) - 1
        return self.pieces[index] if index >= 0 else (at, at)

    def text_end(self, start: int, end: int) -> int:
        """Where a text that starts here ends: before a later piece that is nothing but a number, a date or a contact."""
        return next((first for first in self._pure if start < first < end), end)

    def next_taken(self, start: int) -> int:
        """Where the next piece starts that something was found in."""
        taken = (first for first, last in self.pieces if first > start and not self.is_free(first, last))
        return next(taken, len(self.text))

    @cached_property
    def _pure(self) -> list[int]:
        """Where the pieces start that are nothing but a number, a date or a contact."""
        return sorted({self.piece(start)[0] for start, _ in self._typed if self.is_pure(start)})

    def free_parts(self) -> Iterator[tuple[int, int]]:
        """Spans of the pieces, or what is left of them, that nothing was found in."""
        for start, end in self.pieces:
            yield from self._free(start, end)

    @property
    def rest(self) -> str:
        """The text without what was taken, and without pieces of which only filling words are left."""
        kept, at = "", 0
        for start, end in self.pieces:
            left = "".join(self.text[first:last] for first, last in self._free(start, end))
            touched = not self.is_free(start, end)
            if says_something(_left(plain(left)) if touched else left):
                kept += (self.text[at:start] if kept else "") + left
            at = end
        return kept.strip(" \t\n,，;；。、")

    def _free(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for match in _UNMARKED.finditer(self._taken, start, end):
            yield match.span()


def sentence_end(folded: str, start: int, end: int) -> int:
    """Where the sentence ends that goes on at `start`; the stop of "Co. Ltd" ends none."""
    for match in _STOP.finditer(folded, start, end):
        if match[0] != "." or not _ABBREVIATED.search(folded, max(start, match.start() - 6), match.start()):
            return match.start()
    return end


def _left(folded: str) -> str:
    return "".join(re.findall(r"\w+", _FILLER.sub(" ", folded)))
