"""Who is to be asked for, and how they are reached, anywhere in a message."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from bot.intake import contacts, corrections, cues, fields, names
from bot.intake.plain import plain
from bot.intake.reading import Reading
from bot.intake.reasons import Wrong
from knowledge.documents import Field

_NEAR = 40  # characters
_SAME_NUMBER = re.compile(
    r"微信(?:同号|同手机号?|同电话)|(?:手机|电话)?同微信"
    r"|(?:wechat )?same (?:number|id)? ?(?:for|as|on) (?:wechat|(?:the |my )?phone)"
)
_AT_ONCE = re.compile(corrections.AT_ONCE, re.IGNORECASE)
_AND_CONTACT = re.compile(
    r"\s*(?:[(（]?(?:mobile|cell|office|home|work|desk|direct|main|手机|座机|固话|办公室?|公司|家里)[)）]?)?\s*"
    r"(?:[,;/&，；、+]|\bor\b|\band\b|和|或者?|还有|以及)?\s*"
    r"(?:(?:the |my |our )?[(（]?(?:mobile|cell|office|home|work|desk|direct|main|手机|座机|固话|办公室?|公司|家里)[)）]?"
    r"(?: (?:is|number))?[:：]?)?\s*"
)
_ADDS_CONTACT = re.compile(
    r"(?:再|另外?|还|也)[加补添留写][一上个]*\s?(?:手机|电话|号码|座机|固话|邮箱|微信)?号?[:：\s]*(?:是)?$"
    r"|\b(?:also|second|another|additional|as well|cc|copy)\b[^.;]{0,20}$"
)
"""Before a contact that replaces none."""
_SECOND = re.compile(r"\b(?:second|another|additional|further) contact\b|第二联系人|[加添留]一?[个位]联系人")
_NAMED = re.compile(
    r"(?:^|(?<=[,;.])|\s(?=and\b))\s*(?:and\s+)?(?:my |our |the )?(?:e-?mail|phone|mobile|tel)(?: address| number)?(?: is|:)?"
    r"\s*$",
    re.IGNORECASE,
)
"""What says of a contact which one it is: "ISO 14001 and e-mail …"."""
_INSTEAD_OF = re.compile(
    r"\binstead\b|\bin (?:its|their) place\b|\brather than (?:the|my|by|via)\b"
    r"|\b(?:delete|remove|drop|take) (?:the|my) (?:\w+ )?(?:e-?mail|mail|phone|mobile|number|wechat|address)\b"
    r"|\b(?:not|forget|drop|ignore|without|scrap) (?:the|my|by|via) "
    r"|\b(?:wait|rather|better|instead|correction)\W.{0,12}\buse (?:my |the |our |this )?(?:e-?mail|phone|mobile|number|wechat)\b"
    r"|(?:don't|do not|dont|stop) us(?:e|ing) (?:the|my|that|this) "
    r"|\b(?:change|switch|update|correct)\b(?: \w+){0,2} (?:contacts?|details|e-?mail|phone|mobile|number|wechat)"
    r"(?:,? \w+){0,4}? (?:to|into)\b|还是[留用写打]|别用|不用|不要用|换成|换为|改成|改用|改为"
)
_FULL_NAME = re.compile(
    r"(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+){1,3}) is (?:the|my|his|her) (?:full|whole|complete) name"
)


def read_contacts(reading: Reading) -> None:
    """Each contact goes to the field that asks for its way, or to the only one."""
    free = [found for found in contacts.find(reading.text) if reading.is_free(found.start, found.end)]
    for contact, after in zip_longest(free, free[1:]):
        if after and _AT_ONCE.fullmatch(reading.text, contact.end, after.start):
            reading.take(contact.start, after.start)
            continue
        fitting = [field for field in reading.form.of_type("contact") if contact.way in cues.ways(field)]
        if fitting:
            reading.add(fitting[0], contact.value, beside=_is_listed(reading, free, contact))
            if _ADDS_CONTACT.search(reading.folded, max(0, contact.start - _NEAR), contact.start):
                held = reading.form.held.get(fitting[0].id, "")
                reading.values[fitting[0].id] = contacts.beside(held, reading.values[fitting[0].id])
            named = _NAMED.search(reading.text, 0, contact.start)
            reading.take(named.start() if named else contact.start, contact.end)
    for match in _SAME_NUMBER.finditer(reading.folded):
        reading.take(*match.span())
    if reading.form.corrects and _INSTEAD_OF.search(reading.folded):
        reading.replaced.update(
            field.id for field in reading.form.of_type("contact") if field.id in reading.values
        )


def _is_listed(reading: Reading, found: Sequence[contacts.Contact], contact: contacts.Contact) -> bool:
    """Whether another of its way stands right before it, and both are meant: "… (mobile), … (office)"."""
    before = [each for each in found if each.end <= contact.start and each.way is contact.way][-1:]
    if not before or contact.start - before[0].end > _NEAR:
        return False
    return bool(_AND_CONTACT.fullmatch(reading.folded, before[0].end, contact.start))


def read_name(reading: Reading) -> None:
    """Names that are said to be one, or that stand beside a contact."""
    for field in reading.form.of_type("name")[:1]:
        told = any(names.people(reading.text))
        if field == reading.form.asked and not told and (whole := _whole_name(reading, field)):
            reading.values[field.id] = whole
            reading.take(0, len(reading.text))
            return
        if not reading.wants(field) and not names.makes_contact(reading.text):
            _name_in_full(reading, field)
            return
        for span in [*names.people(reading.text), *_beside_contacts(reading)]:
            start, end = names.in_full(reading.text, *span)
            said = reading.text[start:end]
            asked = reading.form.asked
            if asked and cues.is_company(asked) and names.calls_company(reading.folded, start):
                continue
            person = not names.is_organization(said) and reading.is_free(start, end)
            if person and reading.put(field, said, start, end, named=False):
                return


def _name_in_full(reading: Reading, field: Field) -> None:
    """The whole name of who is held by a part of it: 刘志强, of 刘; "Tom Baptiste", of Tom."""
    held = plain(reading.form.held.get(field.id, ""))
    told = (match.span("name") for match in _FULL_NAME.finditer(reading.text))
    for start, end in [*told, *names.people(reading.text), *reading.free_parts()]:
        said = reading.text[start:end].strip()
        whole = names.is_person(said) and len(said) > len(held) > 0
        if whole and (held in plain(said).split() or (plain(said).startswith(held) and not held.isascii())):
            reading.put(field, said, start, end, named=False)
            return


def add_second(reading: Reading) -> None:
    """Who is to be asked for as well as who was named before."""
    for field in reading.form.of_type("name") if _SECOND.search(reading.folded) else ():
        held, said = reading.form.held.get(field.id, ""), reading.values.get(field.id, "")
        if held and said and held not in said:
            reading.values[field.id] = f"{held}, {said}"


def _whole_name(reading: Reading, field: Field) -> str:
    """The name that is all that is left of an answer but what somebody is: 高鹏 项目经理."""
    try:
        name = fields.read(field, reading.rest, reading.form.today)
    except Wrong:
        return ""
    return name if names.is_person(name) or names.begins_with_surname(name) else ""


def _beside_contacts(reading: Reading) -> list[tuple[int, int]]:
    if not any(field.id in reading.values for field in reading.form.of_type("contact")):
        return []
    return [(start, end) for start, end in reading.free_parts() if names.is_person(reading.text[start:end])]
