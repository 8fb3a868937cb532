"""The numbers that a message gives for the fields of a form that count something."""

import re

from bot.intake import contacts, corrections, counts, cues, dates, fields, quantities
from bot.intake.reading import Reading
from bot.intake.reasons import Wrong
from bot.intake.tagged import Tagged
from knowledge.documents import Field
from knowledge.numbering import numbers

_LONGEST_ASIDE = 16  # characters
_SEVERAL = 2  # numbers
_YEAR = 5  # characters
_SENTENCE_END = re.compile(
    r"[^。；;!！?？\n.]+(?:[。；;!！\n]+|\.(?=\s))(?=\s*\S)|[^，,\d]{0,6}(?:\d+|[一二两三四五六七八九十]+)[个处]?[，,]\s?(?=[哦噢啊呃]?对了|另外|还有|顺便)"
)
_OF_SOMETHING = re.compile(r"[每各]\S{0,4}#|#\S+\s?of (?:them|those|these)\b")
"""Around a number of each of several, or of what was just spoken of: "international schools, three of them"."""
_CORRECTS_BESIDE = re.compile(r"\b(?:actually|in fact|i said|btw|by the way)\b|其实|刚才|刚刚|顺便|对了")
_SOMEWHERE = re.compile(
    r"\s?(?:in(?! (?:total|all)\b)|at(?! (?:present|the moment)\b)|there|over|from)\b|\s?在"
)


def read_meant(reading: Reading, told: Tagged) -> None:
    """Of several numbers of which no rule knows which is meant, the one that the words around it tell."""
    asked, meant = reading.form.asked, told.number()
    if asked is None or meant is None or asked.id in reading.values or quantities.is_dictated(reading.text):
        return
    slot, value = meant
    if asked.type == "count" and counts.counts_else(reading.text, slot.start, slot.end, cues.nouns(asked)):
        return
    try:
        fields.read(asked, reading.rest, reading.form.today)
    except Wrong:
        if reading.is_free(slot.start, slot.end):
            reading.values[asked.id] = value
            reading.take(*((0, len(reading.text)) if told.only_asked else (slot.start, slot.end)))


def read_counts(reading: Reading) -> None:
    """Take every number whose noun stands behind it, of what is asked first."""
    for field in reading.form.of_type("count"):
        asked = field == reading.form.asked
        if (asked and _first_count(reading, field)) or _is_other(reading, field):
            continue
        if asked and (whole := _whole_count(reading, field)):
            reading.values[field.id] = whole
            reading.take(0, len(reading.text))
            continue
        if field.id in reading.values:
            continue
        of_places = _tells_places(reading, field)
        replaces = reading.form.corrects and _says_held(reading, field)
        for start, end, value in counts.find(reading.text, cues.nouns(field)):
            piece = _told_beside(reading, field, start)
            before = reading.folded[reading.piece(start)[0] : start]
            somewhere = any(map(str.isalpha, before)) or _SOMEWHERE.match(reading.folded, end)
            if of_places and somewhere and not reading.is_pure(start):
                continue
            if not asked and _OF_SOMETHING.search(f"{reading.folded[:start]}#{reading.folded[start:]}"):
                continue
            plainly = not reading.form.asks_text or reading.is_pure(start) or piece or replaces
            if plainly and reading.is_free(start, end):
                reading.values[field.id] = str(value)
                reading.take(*(piece or (start, end)))
                break


def read_totals(reading: Reading) -> None:
    """The total of what is told place by place, before a part of it is read as a pair: 机房一个、办公室一个，两个."""
    field = reading.form.asked
    several = len(list(numbers(reading.folded))) > _SEVERAL or counts.is_share(reading.text)
    several = several and not contacts.find(reading.text)
    if field and field.type == "count" and several and (whole := _whole_count(reading, field)):
        reading.values[field.id] = whole
        reading.take(0, len(reading.text))


def _whole_count(reading: Reading, field: Field) -> str:
    """What several numbers come to, where the whole message counts what is asked: 北京一个办公室，上海两个."""
    if not reading.is_free(0, len(reading.text)) or len(list(numbers(reading.folded))) < _SEVERAL:
        return ""
    others = [each for each in reading.form.of_type("count") if each != field]
    if any(re.search(cues.named(each), reading.folded) for each in others):
        return ""
    if any(due.end - due.start > _YEAR for due in dates.find(reading.text, reading.form.today)):
        return ""
    try:
        return str(counts.read(reading.text, cues.nouns(field)))
    except Wrong:
        return ""


def _says_held(reading: Reading, field: Field) -> bool:
    """Whether a message names the number that is held, which another replaces: 是30个人不是20个."""
    held = reading.form.held.get(field.id, "")
    return any(str(number.value) == held for number in numbers(reading.folded))


def _told_beside(reading: Reading, field: Field, at: int) -> tuple[int, int] | None:
    """The piece behind a description that counts who works on it: 直播中台运维，大概20个人在弄."""
    asked = reading.form.asked
    if (
        asked is None
        or not (cues.is_scope(asked) or cues.is_business(asked))
        or not re.search(cues.nouns(field), "人")
    ):
        return None
    first, last = reading.piece(at)
    return (first, last) if first > 0 and last - first <= _LONGEST_ASIDE else None


def _first_count(reading: Reading, field: Field) -> bool:
    """Whether the first sentence counts what is asked, and the rest another thing: "2. One correction, the people are 67"."""
    first = _SENTENCE_END.match(reading.text)
    others = [each for each in reading.form.of_type("count") if each != field]
    other = re.compile("|".join(cues.named(each) for each in others) or "(?!)")
    if first is None or other.search(reading.folded, 0, first.end()):
        return False
    if not other.search(reading.folded, first.end()) or not reading.is_free(0, first.end()):
        return False
    try:
        reading.values[field.id] = str(counts.read(first[0], cues.nouns(field)))
    except Wrong:
        return False
    reading.take(0, first.end())
    return True


def _tells_places(reading: Reading, field: Field) -> bool:
    """Whether people may be told place by place to who asks for the sites: 两处，合肥26人，芜湖2人 leaves 45 as it is."""
    asked = reading.form.asked
    if asked is None or not cues.is_places(asked) or field.id not in reading.form.held:
        return False
    corrected = corrections.takes_back(reading.text) or _CORRECTS_BESIDE.search(reading.folded)
    return not (reading.form.corrects or corrected or _says_held(reading, field))


def _is_other(reading: Reading, field: Field) -> bool:
    """Whether a message names another count and not this: "the sites, there are 8 of them"."""
    others = [each for each in reading.form.of_type("count") if each != field]
    named = any(re.search(cues.named(each), reading.folded) for each in others)
    return named and not re.search(cues.named(field), reading.folded)
