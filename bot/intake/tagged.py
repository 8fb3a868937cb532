"""What the words around them tell of the values in a message, where no rule knows better; see `bot.intake.slots`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from bot.intake import (
    certificates,
    contacts,
    counts,
    cues,
    dates,
    edges,
    fields,
    names,
    quantities,
    slots,
    spans,
)
from bot.intake.corrections import takes_back
from bot.intake.plain import plain, readable
from bot.intake.reading import Form, Reading, sentence_end
from bot.intake.reasons import Reason, Wrong
from bot.intake.slots import OLD, Slot
from bot.intake.spans import LISTS, POSSIBLE, SURE
from knowledge.documents import Field

_RATHER = 0.3  # of one number among others of which nothing else is known
_FURTHER = 0.15  # than another number
_LIKELY = 0.5  # of what was asked for, or stands beside the value that it replaces
_APART = 0.7  # of what stands beside it, so that it is left out
_SURELY_APART = (
    0.98  # of that, however it is joined to it: "dental software, and our own shop is only for fun"
)
_PLAIN = 0.5  # of what was asked for, so that nothing beside it is a part of the answer
_SURE_CHANGED = 0.92  # of what changes what is held, and does not name it
_SURELY_NAMED = 0.9
_SURELY_CALLED = 0.85  # of a person, beside words that surely are no part of the name
_NUMERIC = ("count", "date")
_WORDED = ("text", "name")
_LEADS_IN = re.compile(
    r"[^,;、，；]*(?:\b(?:is|are|was|be|do|does|in|of|with|covers?|includes?|put|just|our|the|offer|provide|run|for|as|mainly"
    r"|mostly|say|call it|write)\b|[是做为盖含括营供事成填写搞]|[:：=-])\s*"
    r"|.{1,60}(?:主营业务|主要业务|主营|服务范围|认证范围|\b(?:business|scope)\b)(?:就?是|为|[:：]| is) ?"
)
"""Words that a description follows; without one of them nothing in front of it is left out."""
_TIME = re.compile(
    r"\s?(?:mins?|minutes?|hours?|hrs?|days?|weeks?|months?|years?|分钟|小时|天|周|年)(?![a-z])"
)
_OF_THEM = re.compile(r"\s?(?:of (?:them|those|these)\b|-bed\b)")
"""Behind a number of what was just spoken of: "international schools, three of them"."""
_TRADES_IN = re.compile(r"\b(?:our|my|the) (?:company|firm|business) (?!is\b|name)[a-z]+s $")
"""Before what a company does: "our company services ATMs"."""
_DATED = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|[一二三四五六七八九十]月|年|季"
)
"""What names a date rather than how soon it is."""
_DIGITS_OF = re.compile(
    r"(?:最后|末|尾|后)[一两二三四]?[位个数]*[是为]?\s?$|\b(?:ends?|ending) (?:in|with)\s$"
)
"""Before the last digits of a telephone number."""
_DENIED = re.compile(r"(?:\bnot|n't|no longer|instead of|rather than|不是|而非|不叫|不要)\s?(?:the |our )?$")
_ADDED = re.compile(
    r"^(?:add|also|plus|and|(?:需要?|请|再)*(?:增加|新增|添加)|加上?|补上?|还有|另外)\s*", re.IGNORECASE
)
_QUOTES = '“”"「」'
_PAUSE = re.compile(r"[,;，；。!！\n]|\.\s")
_STOP = re.compile(r"[;；。!！\n]|\.\s")
_STATES = re.compile(r"\s(?:is|are) (?:our|my) (?:\w+ )?(?:trade|business|line|field)\b")
_SEVERAL = 3  # values, of which one may be a name
_POINTS = re.compile(
    r"\b(?:contact|name|named|i'm|i am|im|this is|here|me|myself|mr|mrs|ms|miss|call|ask for|colleague|boss|manager|director"
    r"|instead|not)\b"
    r"|联[系络]|对接|负责|我是|我叫|[姓名找写填换改叫]|老师|经理|总|先生|女士|小姐|同事|领导|老板"
)
"""Words around a person's name."""
_ALSO = re.compile(r"也(?:要)?[留写填给]|[再另还][外]?[加添补留]|\bas well\b|\btoo\b|\balso\b")
_ADDS = re.compile(
    r"(?<![a-z])(?:add|also|plus|as well|too(?=\W*$)|additionally)(?![a-z])|加上?|补上?|添上?(?!麻烦|乱)|还有|也(?=有|要|做)|另外"
)
_CHANGES = re.compile(r"\b(?:change|should|instead|not|wrong|replace|to be)\b|改|换|应[该为]|不是|错")


@dataclass(frozen=True)
class Tagged:
    """A message with the values in it that may be the form's, and those that are not meant (OLD)."""

    text: str
    form: Form
    slots: Sequence[Slot]

    @classmethod
    def of(cls, text: str, form: Form) -> Self:
        return cls(text, form, spans.found(text, form)).counted()

    def counted(self) -> Self:
        """The same, where a number counts what the one counted that it replaces: "I said 20 people but it's 30"."""
        counted = {role: field for role, field in self.fields.items() if field.type == "count"}
        old = [
            role for role, field in counted.items() if any(self._is_held(field, slot) for slot in self._old)
        ]
        new = {slot.role for slot in self.slots if slot.role in counted}
        named = any(re.search(cues.nouns(counted[role]), plain(self.text)) for role in new)
        if named or not len(old) == len(new) == 1:
            return self
        told = [
            replace(slot, role=old[0], sure=max(slot.sure, SURE)) if slot.role in new else slot
            for slot in self.slots
        ]
        return replace(self, slots=told)

    @property
    def may_answer(self) -> bool:
        """Whether the message may hold the words that are asked for."""
        asked = self.form.asked
        if asked is None or asked.type not in _WORDED:
            return False
        role = cues.role(asked)
        alike = {OLD, role or ""} | (LISTS if role in LISTS else set())
        if role is None or any(slot.role in alike for slot in self.slots) or _STATES.search(plain(self.text)):
            return True
        return slots.likelihood(self.text, alike, role, spans.held(self.form)) >= POSSIBLE

    @property
    def surely_answers(self) -> bool:
        """Whether the message surely holds the words that are asked for."""
        return any(self.fields[slot.role] == self.form.asked and slot.sure >= SURE for slot in self._new)

    def number(self) -> tuple[Slot, str] | None:
        """Where a number or a date that is asked for stands among others: "of our 140 folk, 35 have to do with it"."""
        asked = self.form.asked
        if asked is None or asked.type not in _NUMERIC:
            return None
        new = [slot for slot in self.slots if slot.role != OLD and self.fields[slot.role] == asked]
        new = [slot for slot in new if not quantities.is_denied(self.text, slot.start, slot.end)]
        new = sorted(new, key=lambda slot: -slot.sure)
        if not new or new[0].sure < _RATHER or any(slot.sure > new[0].sure - _FURTHER for slot in new[1:]):
            return None
        try:
            return new[0], fields.read(asked, self._said(new[0]), self.form.today)
        except Wrong:
            return None

    @property
    def only_asked(self) -> bool:
        """Whether no value of another field stands in the message."""
        return all(self.fields[slot.role] == self.form.asked for slot in self._new)

    @property
    def meant(self) -> str:
        """The text with blanks for numbers and dates that are held and that others of their field replace."""
        text = self.text
        replaced = {slot.role for slot in self._new if self.fields[slot.role].type not in _WORDED}
        for slot in self._old:
            if any(self._is_held(self.fields[role], slot) for role in replaced):
                text = text[: slot.start] + " " * (slot.end - slot.start) + text[slot.end :]
        return text

    def named(self, start: int, end: int) -> tuple[int, int]:
        """Where a Chinese company's name begins and ends that a rule found: it may lead in with words, or end too early."""
        for slot in self.slots:
            sure = slot.role == "company" and min(slot.sure, slot.apart) >= _SURELY_NAMED
            if (
                sure
                and slot.start >= start
                and slot.start < end <= slot.end
                and not self.text[slot.start].isascii()
            ):
                word = edges.ONE_WORD.match(self.text, start)  # 写真馆, 用友
                return (start if word and word.end() > slot.start else slot.start), slot.end
        return start, end

    def read(self, reading: Reading) -> None:
        """Take what has not been read, or not so well."""
        done = set[str]()
        self._read_certificates(reading)
        for slot in sorted(self._new, key=lambda slot: -slot.sure):
            field = self.fields[slot.role]
            if (
                field.id not in done
                and field.id not in reading.dropped
                and self._may_be(reading, field, slot)
                and self._take(reading, field, slot)
            ):
                whole = not self.form.asks_text or field == self.form.asked or self._replaces(field)
                whole = whole and not self._also_answers(reading, slot)
                done.add(field.id)
                reading.take(*(_sentence(reading, slot) if whole else (slot.start, slot.end)))
        for role in LISTS & set(self.fields):
            self._add(reading, self.fields[role])
        contact = self.fields.get("contact")
        if contact and contact.id in reading.values:
            old = any(contacts.find(self._said(slot)) for slot in self._old)
            reading.replaced.update({contact.id} if old and not _ALSO.search(reading.folded) else ())

    def _read_certificates(self, reading: Reading) -> None:
        """Where they are asked for, those that are surely held, without what is said of them and of others."""
        asked, held = self.form.asked, [slot for slot in self._new if slot.role == "certificates"]
        if asked is None or not cues.is_certificates(asked) or asked.id in reading.values:
            return
        if not held or certificates.are_taken_back(self.text):
            return
        rest = self.text
        told = (*held, *self._old)
        lapsed = [slot for slot in told if certificates.has_lapsed(self.text, slot.start, slot.end)]
        held = [slot for slot in held if slot not in lapsed]
        least = _LIKELY if lapsed else SURE
        for slot in held:
            where = (slot.start, slot.end)
            whole = certificates.is_whole(self.text, *where) and reading.is_free(*where)
            if slot.sure < least or not whole or not certificates.surely_held(self.text, *where):
                return
            rest = rest[: slot.start] + " " * (slot.end - slot.start) + rest[slot.end :]
        if held and not certificates.left_out(rest):
            named = (certificates.named(self._said(slot)) for slot in held)
            reading.values[asked.id] = ", ".join(dict.fromkeys(named))
            for slot in held:
                reading.take(*_sentence(reading, slot))

    @cached_property
    def fields(self) -> dict[str, Field]:
        return spans.by_role(self.form)

    @cached_property
    def _new(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.role != OLD and slot.sure >= _LIKELY]

    @cached_property
    def _old(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.role == OLD and slot.sure >= _LIKELY]

    def _may_be(self, reading: Reading, field: Field, slot: Slot) -> bool:
        """Whether a slot may count where rules have read the message already, or what is asked for is a text."""
        worded, known = field.type in _WORDED, reading.values.get(field.id)
        denied = known is not None and any(self._denies(old) for old in self._old if self._said(old) in known)
        if field != self.form.asked and not self._is_named(reading, field, slot):
            return False
        if field.type == "name" and known and self._is_its_name(known, slot):
            return True  # 联系人改成我们副主任钱振山
        if field.type == "contact" or (field.id in reading.named and not (worded and denied)):
            return False
        if known and not worded:
            return False
        said = self._said(slot)
        formless = said.startswith(known or " ") or not names.has_form(said)
        if known and cues.is_company(field) and names.has_form(known) and formless:
            return False  # …有限公司 城市的城
        if field.type == "count" and (
            self._counts_what_is_asked(field)
            or quantities.is_denied(self.text, slot.start, slot.end)
            or _TIME.match(plain(self.text), slot.end)
            or quantities.is_dictated(self.text)
            or counts.counts_else(self.text, slot.start, slot.end, cues.nouns(field))
            or _DIGITS_OF.search(plain(self.text), 0, slot.start)
            or (field != self.form.asked and _OF_THEM.match(plain(self.text), slot.end))
        ):
            return False
        if field == self.form.asked:
            return self._may_be_asked(reading, field, slot, denied=denied)
        return self._may_be_told(reading, field, slot)

    def _may_be_told(self, reading: Reading, field: Field, slot: Slot) -> bool:
        """The same of what nobody asked for."""
        form, worded, known = self.form, field.type in _WORDED, reading.values.get(field.id)
        several = reading.wrong.get(field.id) is Reason.COUNT_SEVERAL
        if not (known or several or reading.is_free(slot.start, slot.end)):
            return False
        replaces = self._replaces(field)
        if not (replaces or form.corrects):
            if (field.id in form.held and worded) or slot.role == "certificates":
                return False
            if form.asks_text and not (worded and self._is_beside(slot)):
                return False
        if field.id in form.held:
            respelt = field.type == "name" and self._shares(form.held[field.id], slot)
            return slot.sure >= (_LIKELY if replaces or respelt else _SURE_CHANGED)
        if slot.role == "company":
            if _TRADES_IN.search(plain(self.text), 0, slot.start):
                return False
            return slot.sure >= _SURE_CHANGED and names.may_be_company(self._said(slot))
        return slot.sure >= SURE

    def _may_be_asked(self, reading: Reading, field: Field, slot: Slot, *, denied: bool) -> bool:
        form, worded, known = self.form, field.type in _WORDED, reading.values.get(field.id)
        if not (known or reading.is_free(slot.start, slot.end)):
            return False  # another field's new value
        if field.type == "name" and (
            edges.cuts_name(self.text, slot) or (known and names.is_person(known) and not known.isascii())
        ):
            return False
        if cues.is_certificates(field) and (certificates.is_qualified(self.text) or not self._is_clear(slot)):
            return False  # what is said beside them counts
        said = self._said(slot)
        surely = min(slot.sure, slot.apart) >= _SURELY_NAMED
        begins = known is not None and known.startswith(said) and surely and not names.has_form(known)
        part = begins if cues.is_company(field) else known is not None and said in known
        other = known is not None and not (part or (denied and surely))
        unclear = worded and (slot.apart < _PLAIN or (slot.role in LISTS and slot.sure < _PLAIN))
        return not (other or unclear or _is_number(field, reading.rest, form))

    def _is_named(self, reading: Reading, field: Field, slot: Slot) -> bool:
        """Whether what nobody asked for looks like what the field holds; not "that site is shutting at the end of the month"."""
        if field.type == "date":
            return bool(_DATED.search(plain(self._said(slot))))
        return field.type != "name" or self._names(reading, slot)

    def _names(self, reading: Reading, slot: Slot) -> bool:
        """Whether what nobody asked for is a person's name: it looks like one, and the words around it point to one."""
        pointed = _POINTS.search(plain(self.text)) or any(
            field.type == "contact" and field.id in reading.values for field in self.fields.values()
        )
        told = len({each.role for each in self._new}) > _SEVERAL
        held = self.form.held.get(self.fields[slot.role].id, "")
        told = told or (self.form.corrects and self._shares(held, slot))
        return names.may_be_person(self._said(slot)) and bool(pointed or told)

    def _shares(self, held: str, slot: Slot) -> bool:
        """Whether a name has a word of the one that is held: "Anne with an e. Anne Lee"."""
        return not set(plain(held).split()).isdisjoint(plain(self._said(slot)).split())

    def _is_its_name(self, known: str, slot: Slot) -> bool:
        """Whether a slot is the name in what was taken for one with words around it."""
        said = self._said(slot)
        surely = slot.sure >= _SURELY_CALLED and slot.apart >= _SURELY_APART
        part = len(known) - len(said) > 1 and said in known and not names.is_person(known)
        return surely and part and not edges.cuts_name(self.text, slot)

    def _also_answers(self, reading: Reading, slot: Slot) -> bool:
        """Whether beside a slot stands a number or a date that is asked for and not yet read."""
        asked = self.form.asked
        if asked is None or asked.type not in _NUMERIC or asked.id in reading.values:
            return False
        others = [
            (each.start, each.end) for each in self._new if each != slot and self.fields[each.role] == asked
        ]
        if asked.type == "date":
            others += [(due.start, due.end) for due in dates.find(self.text, self.form.today)]
        return any(reading.is_free(*other) for other in others)

    def _counts_what_is_asked(self, field: Field) -> bool:
        """Whether a number that nobody named is about what is asked or named: "headcount: three have joined, so 24"."""
        asked, said = self.form.asked, plain(self.text)
        others = [other for other in self.fields.values() if other.type == "count" and other != field]
        other = asked in others or any(re.search(cues.named(each), said) for each in others)
        return other and not re.search(cues.named(field), said)

    def _said(self, slot: Slot) -> str:
        return self.text[slot.start : slot.end]

    def _denies(self, slot: Slot) -> bool:
        return bool(_DENIED.search(plain(self.text), 0, slot.start))

    def _replaces(self, field: Field) -> bool:
        """Whether what the field holds is said to be replaced."""
        said = any(self._is_held(field, old) for old in self._old)
        return said and (field.type not in _WORDED or self.form.corrects or takes_back(self.text))

    def _is_beside(self, slot: Slot) -> bool:
        """Whether there is a slot for what is asked, too; a company behind it is a customer's."""
        asked = [each for each in self._new if self.fields[each.role] == self.form.asked]
        alike = slot.role in LISTS and any(each.role in LISTS for each in asked)
        return bool(asked) and not alike and (slot.role != "company" or slot.start < asked[0].start)

    def _take(self, reading: Reading, field: Field, slot: Slot) -> bool:
        start, end = self._around(reading, field, slot)
        try:
            value = fields.read(field, cues.without_courtesy(reading.text[start:end]), self.form.today)
        except Wrong:
            return False
        if field != self.form.asked:
            known = reading.values.get(field.id, "")
            shorter = slot.role in LISTS and field.id not in reading.named and value in known
            part = (
                field.type == "name"
                and value != known
                and value in known
                and not self._is_its_name(known, slot)
            )
            more = bool(known) and value != known and value.endswith(known)  # 业务手机游戏, read as 手机游戏
            if shorter or part or more or value == self.form.held.get(field.id):
                return False
        reading.values[field.id] = value
        reading.wrong.pop(field.id, None)
        return True

    def _around(self, reading: Reading, field: Field, slot: Slot) -> tuple[int, int]:
        """What of the text is the value: with a company's legal form, and all of a list but the words before it."""
        if cues.is_company(field):
            ends = (end for start, end in names.companies(reading.text) if start < slot.end < end)
            before = names.words_before(reading.text, slot.start)
            before -= len("the ") if reading.text[:before].endswith("the ") else 0
            return before, next(ends, edges.dotted(reading.text, slot))
        if field == self.form.asked and slot.role in LISTS and edges.is_list(self.text):
            return 0, len(self.text)
        if slot.role not in LISTS:
            return slot.start, edges.closed(self.text, slot)
        if field != self.form.asked:
            return edges.joined(self.text, slot)
        if self._is_clear(slot):
            return edges.phrase(self.text, slot)
        if edges.elaborates(self.text, slot):
            return 0, edges.closed(self.text, slot)
        joined = edges.joined(self.text, slot)[0] if edges.is_joined(self.text, slot) else slot.start
        leads = _LEADS_IN.fullmatch(reading.folded[: slot.start]) and not edges.ONE_WORD.match(reading.folded)
        leads = leads and edges.is_whole(self.text, slot)
        start = edges.phrase(self.text, slot)[0] if leads else joined if joined < slot.start else 0
        later = [other for other in self._new if other.start > slot.end]
        if any(other.role in {"name", "contact", "company"} for other in later):
            return start, slot.end
        stop = sentence_end(reading.folded, slot.end, len(reading.text))
        if any(other.role in LISTS - {slot.role} and other.start > stop for other in later):
            return start, stop  # "higher education. We want the campus network certified"
        taken = len(reading.text) if field.id in reading.values else reading.next_taken(slot.start)
        return start, min(sentence_end(reading.folded, slot.end, len(reading.text)), taken)

    def _is_clear(self, slot: Slot) -> bool:
        """Whether what stands beside a description is surely no part of it: no words of the same list, none cut through."""
        more = any(other.role in LISTS and not self._is_besides(other, slot) for other in self._new)
        sure = slot.sure >= _PLAIN and slot.apart >= _APART
        surely = min(slot.sure, slot.apart) >= _SURELY_APART
        listed = edges.goes_on(self.text, slot) or edges.goes_before(self.text, slot)
        beside = (listed and not surely) or edges.elaborates(self.text, slot)
        beside = beside or edges.is_joined(self.text, slot)
        beside = beside or edges.is_cut(self.text, slot)
        return sure and not more and edges.is_whole(self.text, slot) and not beside

    def _is_besides(self, other: Slot, slot: Slot) -> bool:
        """Whether another slot takes nothing of one: it is of another field, or was only a try, in a clause of its own."""
        if other == slot:
            return True
        between = self.text[min(other.end, slot.end) : max(other.start, slot.start)]
        surely = min(slot.sure, slot.apart) >= _SURELY_APART
        if other.role != slot.role:
            return surely and other.sure >= _LIKELY and bool(_PAUSE.search(between))
        return surely and other.end < slot.start and other.sure < SURE and bool(_STOP.search(between))

    def _add(self, reading: Reading, field: Field) -> None:
        """ "The certificates: add ISO 27001": what a list is to have, too."""
        held, value = self.form.held.get(field.id), reading.values.get(field.id)
        at = max(reading.folded.find(plain(value or "")), 0)
        first, last = (
            reading.folded.rfind(". ", 0, at) + 1,
            sentence_end(reading.folded, at, len(reading.folded)),
        )
        also = _ADDS.search(reading.folded, first, last) and not _CHANGES.search(reading.folded)
        adds = value and (_ADDED.match(value) or also) and plain(held or "") not in plain(value)
        if held and value and adds and field != self.form.asked:
            reading.values[field.id] = f"{held}, {_ADDED.sub('', value).strip(_QUOTES)}"

    def _is_held(self, field: Field, slot: Slot) -> bool:
        """Whether a slot is what the field holds, or a part of its words."""
        held, text = self.form.held.get(field.id), self._said(slot)
        if held is None or field.type in _WORDED:
            return held is not None and plain(text) in plain(held)
        try:
            return fields.read(field, text, self.form.today) == held
        except Wrong:
            return False


def without_details(text: str) -> str:
    """What a message says beside a company's name or details of an application: there may stand what it wants."""
    text = readable(text)
    told = [slot for slot in slots.find(text) if slot.sure >= SURE]
    if len({slot.role for slot in told} - {OLD}) < 2 and not any(names.companies(text)):
        return ""
    for slot in reversed(told):
        text = f"{text[: slot.start]} {text[slot.end :]}"
    return text


def _is_number(field: Field, text: str, form: Form) -> bool:
    """Whether a text is by itself a number or a date that the field asks for; a slot may be a part of it only."""
    try:
        return field.type in _NUMERIC and bool(fields.read(field, text, form.today))
    except Wrong:
        return False


def _sentence(reading: Reading, slot: Slot) -> tuple[int, int]:
    start = 0
    while (end := sentence_end(reading.folded, start, len(reading.text))) < slot.start:
        start = end + 1
    return start, sentence_end(reading.folded, slot.end, len(reading.text))
