"""The values that the tagger finds in a message, put in order: parts of a list together, what is left out apart."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from bot.intake import certificates, counts, cues, slots
from bot.intake.plain import clauses, plain
from bot.intake.reading import Form
from bot.intake.slots import OLD, Slot
from knowledge.documents import Field
from knowledge.numbering import numbers

POSSIBLE = 0.12  # of what may be an answer
SURE = 0.8  # of what nobody asked for
LISTS = {"business", "scope", "certificates"}
_BETWEEN = 12  # characters between the parts of a list
_MOST_CLAUSES = 6
_LEFT_OUT = re.compile(
    r"(?:暂?不(?:再)?(?:含|包括|包含|参与|涉及|纳入|做|算)|除了?|凡属|而非"
    r"|\b(?:not|without|excluding|except(?: for)?|apart from)(?: (?:the|our))?)\s?$",
    re.IGNORECASE,
)


def found(text: str, form: Form) -> list[Slot]:
    """Those that may be the form's, and those that are not meant (OLD)."""
    fields = by_role(form)
    asked = next((role for role, field in fields.items() if field == form.asked), None)
    told = [slot for slot in slots.find(text, asked, held(form)) if slot.role in {OLD, *fields}]
    alike = LISTS if asked in LISTS else {"name"}
    if asked in {*LISTS, "name"} and not any(slot.role in alike for slot in told):
        told.extend(_of_clause(text, asked, alike, held(form)))
    if asked in LISTS:
        told = _included(text, told, asked)
    if len(counted := [slot for slot in told if slot.role in {"people", "sites"}]) == 1:
        told = [_of_asked(slot, text, form, fields) if slot in counted else slot for slot in told]
    return list(_joined(text, told))


def by_role(form: Form) -> dict[str, Field]:
    """The form's field for each role that the tagger knows; of several alike the first."""
    fields = dict[str, Field]()
    for field in form.fields:
        role = cues.role(field)
        if role:
            fields.setdefault(role, field)
    return fields


def held(form: Form) -> dict[str, str]:
    return {role: form.held[field.id] for role, field in by_role(form).items() if field.id in form.held}


def _of_asked(slot: Slot, text: str, form: Form, fields: Mapping[str, Field]) -> Slot:
    """The first number is what is asked for where nothing names another count: "23, two joined today"."""
    asked, field, folded = form.asked, fields.get(slot.role), plain(text)
    if asked is None or field is None or asked == field or not asked.type == field.type == "count":
        return slot
    first = next(numbers(folded), None)
    other = re.compile(rf"\s?(?:{cues.nouns(field)})")
    if first is None or first.start < slot.start or other.match(folded, slot.end):
        return slot
    named = any(re.search(cues.named(each), folded) for each in form.of_type("count") if each != asked)
    if named and not counts.begins(text):
        return slot
    return replace(slot, role=next(role for role, each in fields.items() if each == asked))


def _of_clause(text: str, asked: str, alike: Set[str], held: Mapping[str, str]) -> Iterator[Slot]:
    """The value of the only clause that by itself holds any: "the image archive, scanners are off the table"."""
    parts = clauses(text)
    if not 1 < len(parts) <= _MOST_CLAUSES:
        return
    told = [(start, slots.find(text[start:end], asked, held)) for start, end in parts]
    holding = [(start, found) for start, found in told if any(slot.role in alike for slot in found)]
    if len(holding) != 1:
        return
    at, found = holding[0]
    others = [text[start:end] for start, end in parts if start != at]
    sure = len(found) == 1 and found[0].role == asked and found[0].sure >= SURE
    if sure and all(slots.likelihood(other, alike, asked, held) < POSSIBLE for other in others):
        yield replace(found[0], start=found[0].start + at, end=found[0].end + at)


def _included(text: str, found: Sequence[Slot], asked: str) -> list[Slot]:
    """Without what is told to be left out, where something else is meant: "the helpdesk, not the dev team", 除门禁外."""
    alike = [slot for slot in found if slot.role == asked]
    out = [slot for slot in alike if _LEFT_OUT.search(text, 0, slot.start)]
    if len(out) == len(alike):
        return list(found)
    return [replace(slot, role=OLD) if slot in out else slot for slot in found]


def _joined(text: str, found: Sequence[Slot]) -> Iterator[Slot]:
    """Parts of one list are one value."""
    last: Slot | None = None
    for slot in found:
        near = last is not None and last.role == slot.role in LISTS and slot.start - last.end <= _BETWEEN
        if last and near and slot.role == "certificates":
            near = not certificates.has_lapsed(text, last.start, last.end)
        if last and near and "\n" not in text[last.end : slot.start]:
            last = replace(last, end=slot.end, sure=min(last.sure, slot.sure))
            continue
        if last:
            yield last
        last = slot
    if last:
        yield last
