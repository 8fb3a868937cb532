"""What names a person or a firm, kept from a model outside: a placeholder in its stead, and the way back."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any

from bot.intake import contacts
from bot.intake.contacts import Contact, Way
from bot.intake.plain import narrow


class Kind(StrEnum):
    """What a placeholder stands for: its word in `[PHONE_1]`."""

    PHONE = "PHONE"
    EMAIL = "EMAIL"
    WECHAT = "WECHAT"
    ID = "ID"
    """An identity card's number."""
    USCC = "USCC"
    """A Unified Social Credit Code."""
    CARD = "CARD"
    """A bank card's or account's number."""
    TEXT = "TEXT"
    """What looked like a placeholder already when it was written."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A value at `start:end` of a text; `key` is the same however it is written."""

    kind: Kind
    key: str
    start: int
    end: int


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_WORDS = "|".join(Kind)
# Also as models rewrite it; in brackets also without its number or with a word that was made up.
_PLACEHOLDER = re.compile(
    rf"\[\s?(?:(?:{_WORDS})[\s_\\-]{{0,3}}\d{{0,6}}|[A-Z]{{2,15}}_\d{{1,4}})\s?\](?!\()"
    rf"|\[?(?<![A-Z0-9_])(?:{_WORDS})\\?_\d{{1,6}}(?![A-Z0-9_@])\]?",
    re.IGNORECASE,
)
_NOT_NAME = re.compile(r"[^A-Z0-9]", re.IGNORECASE)

_KEPT = re.compile(
    r"(?<![a-z0-9])cd[^a-z0-9]{0,3}\d{4}[^a-z0-9]{0,3}\d{6}(?![a-z0-9@])"  # our references
    r"|(?:[¥$€£]|(?<![a-z])(?:rmb|cny|usd|eur|hkd)|人民币) ?\d{9,}"
    r"|(?<!\d)\d{9,}(?:\.\d+)? ?(?:[万亿]*元(?!旦)|(?:yuan|rmb|cny|usd|eur|hkd)(?![a-z]))",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"(?<!\d)(?:\d{17}[\dX]|\d{6}[ -]\d{4}[ -]?\d\d[ -]?\d\d[ -]?\d{3}[\dX]|(?:\d{4}[ -]){4}\d[\dX])(?!\d)",
    re.IGNORECASE,
)
_BORN = re.compile(r"[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_CODE_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(
    rf"(?<!\d)(?:[1-9][1-9]|[AN][1239]|Y1)\d{{6}}[{_CODE_DIGITS}]{{10}}(?![A-Z0-9])", re.IGNORECASE
)
_CARDS = [  # each may begin within another, so they match where they begin
    re.compile(rf"(?<!\d)(?=(?P<number>{shape})(?!\d))")
    for shape in (
        r"[3-69]\d{15,18}|3[47]\d{13}",
        r"[3-69]\d{3}(?:[ -]\d{4}){3}[ -]?\d{1,3}",
        r"[3-69]\d{3}(?:[ -]\d{4}){3}|[3-69]\d{5}[ -]\d{10,13}|3[47]\d\d[ -]\d{6}[ -]\d{5}",
    )
]
# Tel13800138000, 400 021-68888888, +44 20 7946 0958 200 people.
_PRESSED = re.compile(
    r"(?<!\d)(?=(?P<number>1[3-9]\d{9}|"
    r"(?<![A-Za-z0-9._-])(?:1[3-9]\d[ .-]?\d{4}[ .-]?\d{4}"
    r"|\(?0\d{2,3}\)?[ .-]?\d{3,4}[ .-]?\d{4}|[48]00[ .-]?\d{3,4}[ .-]?\d{3,4}))(?!\d))"
)
_ABROAD = re.compile(r"(?:\+|(?<!\d)00)\d(?:[ ().-]{0,2}\d){6,17}(?!\d)")
_NO_DATE = r"(?!(?:19|20)\d\d[.-]\d)"
_IS = r"[ .:-]{0,2}(?:号码?|no|number)?[ .:-]{0,2}(?:是|为|is|=)?[ .:]{0,2}"
_NAMED_PHONE = re.compile(
    r"(?:[电電][话話]|手[机機]|座[机機]|固[话話]|传真|傳真|(?<![a-z])(?:(?:tele)?phone|tel|mobile|cell|fax))"
    rf"{_IS}(?P<number>{_NO_DATE}(?:\+?\d{{7,15}}|\(?\d(?:[ ().-]{{0,2}}\d){{6,10}})(?!\d))",
    re.IGNORECASE,
)
_NAMED_CARD = re.compile(
    rf"(?:卡|[账帐帳賬][号户戶]|(?<![a-z])(?:card|account)){_IS}(?P<number>{_NO_DATE}\d(?:[ -]?\d){{11,20}}(?!\d))",
    re.IGNORECASE,
)


class Masking:
    """The placeholders of one reply: a value has the same one in every text that is masked.

    A text is masked once and unmasked once, by whole sentences, since a placeholder may come in two pieces.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[Kind, str], str] = {}
        self._values: dict[str, str] = {}
        self._counts: Counter[Kind] = Counter()

    def mask(self, text: str) -> str:
        """The text without phones, e-mail addresses, WeChat ids, identity cards, credit codes and bank cards.

        What looks like a placeholder gets one itself, so that nobody is given a value by writing `[PHONE_1]`.
        """
        masked, at = [], 0
        for found in _personal(text):
            masked.append(self._without_placeholders(text[at : found.start]))
            masked.append(self._placeholder(found.kind, found.key, text[found.start : found.end]))
            at = found.end
        return "".join([*masked, self._without_placeholders(text[at:])])

    def unmask(self, text: str) -> str:
        """The values in place of their placeholders, as they were first written; an unknown one is left.

        Also of `phone_1`, `[Phone 1]` and `【PHONE_1】`, as models write them; `phone 1` alone is a phrase.
        """
        shown, at = [], 0
        for match in _PLACEHOLDER.finditer(narrow(text)):
            start, end = match.span()
            shown += [text[at:start], self._values.get(_name(match[0]), text[start:end])]
            at = end
        return "".join([*shown, text[at:]])

    def unmask_arguments(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The same for every text in what a tool is called with."""
        return {name: self._unmasked(value) for name, value in arguments.items()}

    def holds_placeholder(self, text: str) -> bool:
        """Whether there is a placeholder that stands for nothing; the text may be unmasked already or not."""
        for match in _PLACEHOLDER.finditer(narrow(text)):
            written = text[slice(*match.span())]
            if _name(match[0]) not in self._values and not any(written in v for v in self._values.values()):
                return True
        return False

    def _without_placeholders(self, text: str) -> str:
        masked, at = [], 0
        for match in _PLACEHOLDER.finditer(narrow(text)):
            start, end = match.span()
            masked += [text[at:start], self._placeholder(Kind.TEXT, text[start:end], text[start:end])]
            at = end
        return "".join([*masked, text[at:]])

    def _placeholder(self, kind: Kind, key: str, written: str) -> str:
        if (kind, key) not in self._names:
            self._counts[kind] += 1
            name = f"{kind}_{self._counts[kind]}"
            self._names[kind, key] = name
            self._values[name] = written
        return f"[{self._names[kind, key]}]"

    def _unmasked(self, value: Any) -> Any:
        match value:
            case str():
                return self.unmask(value)
            case list():
                return [self._unmasked(each) for each in value]
            case dict():
                return self.unmask_arguments(value)
        return value


class Unmasked(Masking):
    """Changes nothing, where all may leave the machine as it is."""

    def mask(self, text: str) -> str:
        return text

    def holds_placeholder(self, text: str) -> bool:  # noqa: ARG002
        return False


def _name(placeholder: str) -> str:
    """`PHONE_1` for whatever is made of it; nothing has the name of one without a number."""
    plain = _NOT_NAME.sub("", placeholder)
    word = plain.rstrip("0123456789")
    return f"{word.upper()}_{int(plain[len(word) :] or 0)}"


def _personal(text: str) -> list[_Found]:
    """What is to be masked, in its order; where two overlap, the one that is surer."""
    flat = narrow(text).translate(_DASHES)
    taken = bytearray(len(flat))
    for match in _KEPT.finditer(flat):
        taken[slice(*match.span())] = b"\1" * len(match[0])
    reached = [_reached(contact) for contact in contacts.find(flat)]
    found = []
    for each in chain(
        (contact for contact in reached if contact.kind is not Kind.PHONE),
        _identities(flat),
        _credit_codes(flat),
        _cards(flat),
        (contact for contact in reached if contact.kind is Kind.PHONE),
        _phones(flat),
    ):
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\1" * (each.end - each.start)
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _reached(contact: Contact) -> _Found:
    """Of a WeChat id the id alone: the word before it tells the model what it is."""
    match contact.way:
        case Way.WECHAT:
            id = contact.value.removeprefix("wechat:")
            return _Found(Kind.WECHAT, id, contact.end - len(id), contact.end)
        case Way.EMAIL:
            return _Found(Kind.EMAIL, contact.value.casefold(), contact.start, contact.end)
        case Way.PHONE:
            return _Found(Kind.PHONE, contact.value, contact.start, contact.end)


def _identities(flat: str) -> Iterator[_Found]:
    """A day of birth in its place is enough; in groups that may be other figures, its check digit must be right."""
    for match in _IDENTITY.finditer(flat):
        number = _bare(match[0])
        if _BORN.fullmatch(number) and (number == match[0].upper() or _is_identity(number)):
            yield _Found(Kind.ID, number, *match.span())


def _is_identity(number: str) -> bool:
    """Its check digit, by GB 11643."""
    total = sum(int(digit) * (1 << 17 - at) for at, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def _credit_codes(flat: str) -> Iterator[_Found]:
    """With a letter its form is enough; among digits alone, its check digit must be right."""
    for match in _CREDIT_CODE.finditer(flat):
        code = match[0].upper()
        if not code.isdecimal() or _is_credit_code(code):
            yield _Found(Kind.USCC, code, *match.span())


def _is_credit_code(code: str) -> bool:
    """Its check digit, by GB 32100."""
    total = sum(_CODE_DIGITS.index(sign) * pow(3, at, 31) for at, sign in enumerate(code[:17]))
    return _CODE_DIGITS[-total % 31] == code[17]


def _cards(flat: str) -> Iterator[_Found]:
    """One that is named is taken as it is, any other if its check digit is right."""
    for pattern in _CARDS:
        for match in pattern.finditer(flat):
            if _is_card(_bare(match["number"])):
                yield _Found(Kind.CARD, _bare(match["number"]), *match.span("number"))
    for match in _NAMED_CARD.finditer(flat):
        yield _Found(Kind.CARD, _bare(match["number"]), *match.span("number"))


def _is_card(number: str) -> bool:
    """Its check digit, by Luhn."""
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number)))
    return sum(each - 9 * (each > 9) for each in doubled) % 10 == 0


def _phones(flat: str) -> Iterator[_Found]:
    """Those that `contacts.find` leaves out for what they stand beside."""
    for match in _ABROAD.finditer(flat):
        for group in reversed(list(re.finditer(r"\d+", match[0]))):  # the last may be a figure of its own
            read = contacts.find(match[0][: group.end()])
            if read:
                yield _Found(Kind.PHONE, read[0].value, match.start(), match.start() + group.end())
                break
    for pattern in (_PRESSED, _NAMED_PHONE):
        for match in pattern.finditer(flat):
            number = _bare(match["number"])
            read = contacts.find(number)
            if read or pattern is _NAMED_PHONE:
                yield _Found(Kind.PHONE, read[0].value if read else number, *match.span("number"))


def _bare(number: str) -> str:
    return re.sub(r"[^0-9A-Z+]", "", number.upper())
