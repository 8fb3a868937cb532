"""Phone numbers, e-mail addresses and WeChat ids in a text.

phonenumbers and email-validator are used here only. A contact's value is a phone in E.164 (with `;ext=8001`
where an extension is given), an e-mail address with its domain in small letters, or `wechat:ID`. A field may
hold one of each, phone first: `+8613800138000, li@example.com`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.intake.plain import narrow, says_something
from bot.intake.reasons import Reason, Wrong

_REGION = "CN"  # of numbers without a country code
SEPARATOR = ", "


class Way(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    WECHAT = "wechat"


@dataclass(frozen=True, slots=True)
class Contact:
    """A valid contact at `start:end` of a text."""

    way: Way
    value: str
    start: int
    end: int


_EMAIL = re.compile(
    r"(?<![A-Za-z0-9.+_%-])[A-Za-z0-9][A-Za-z0-9.+_%'-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}"
)
_MOBILE = r"(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
_GREATER_CHINA = r"(?:852|853|886)[ -]\d{1,4}[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"
_LINE = r"(?:\+|\(?0|[48]00)[\d ().–-]{5,22}\d(?!\d)"
_EXTENSION = r"(?:[ ,]?(?:转|轉|分机|分機|;?ext[.=]?|x|#)[ .:]?(?P<extension>\d{1,6})(?!\d))?"
_PHONE = re.compile(
    rf"(?<![A-Za-z0-9.+_@-])(?P<number>{_MOBILE}|{_GREATER_CHINA}|{_LINE}){_EXTENSION}", re.IGNORECASE
)
_ABROAD = re.compile(r"\+|00(?:[^\d]{0,2}\d){10}")
_FOREIGN = re.compile(r"0\d{3}[ -]\d{3,4}[ -]\d{3,4}")
"""An area code of four digits, which in China only lines have."""
_NOWHERE = re.compile(r"0\d{4,}[ -]\d{3,}|0[12]\d{2}[ -]\d{3,4}[ -]\d{3,4}|0\d[ -]\d{4}[ -]\d{4}")
"""And one of another length than any there."""
_ENGLISH = re.compile(
    r"\b(?!tel\b|ext\b|phone\b|mobile\b|mail\b|e-?mail\b|wechat\b|call\b)[a-z]+ [a-z]+\b", re.IGNORECASE
)
_HAN = re.compile("[㐀-鿿]")
_HYPHENED = re.compile(r"(?P<number>.*\d{7,8})-(?P<extension>\d{1,5})")
_APP = r"(?:微信|薇信|weixin|(?<![a-z])(?:we ?chat|vx|wx)(?![a-z]))"
_ID = r"(?P<id>[A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_-])"
_WECHAT = re.compile(
    rf"{_APP} ?(?:(?:号码?|號碼?|账号|帳號|(?:id|account|no\.?|name)(?![a-z])) ?)?(?P<said>是|为|為|:|=|is )? ?{_ID}",
    re.IGNORECASE,
)
_WECHAT_APART = re.compile(
    rf"{_APP}[^.。!?;\n]{{1,40}}?(?:\b(?:my|the) (?:id|account|handle|(?:user)?name) ?(?:is|:)"
    rf"|[, ](?:我的?)?(?:id|号码?|账号)(?:是|为|:)?) ?{_ID}",
    re.IGNORECASE,
)
"""The app is named a few words before: "on WeChat, my id is mira_k88"."""
_WECHAT_NEAR = re.compile(
    rf"{_APP}[^。!;\n@]{{0,24}}?[\s,，:：～~]{_ID}(?![@.]\w)"
    rf"|(?<![\w@.-]){_ID.replace('id>', 'before>')}[\s,，]{{0,2}}[(（]?(?:是|on )?(?:my |我的?)?{_APP}",
    re.IGNORECASE,
)
"""An id a few words behind the app or in front of it, which no word could be: 微信联系吧 hanlei_88."""
_LABEL = "[a-z0-9][a-z0-9-]{0,62}"
_SPOKEN = re.compile(
    rf"(?<![a-z0-9.@-])(?P<lead>(?:it's|its|it is|that's|(?:my |the )?e-?mail(?: address)?(?: is|:)?)\s{{1,3}})?"
    rf"(?P<address>(?P<name>{_LABEL}(?:(?:\s(?:dot|underscore|dash)\s|[._]){_LABEL}){{0,5}})"
    rf"(?:\s(?P<at>at)\s|\s{{1,2}}@\s{{0,2}}|@\s{{1,2}}){_LABEL}(?:(?:\sdot\s|\.){_LABEL}){{1,5}})"
    r"(?![a-z0-9@-])",
    re.IGNORECASE,
)
_SPOKEN_SIGNS = {"at": "@", "dot": ".", "underscore": "_", "dash": "-"}
_DIGITS = str.maketrans("零〇幺一二三四五六七八九", "001123456789")
_DIGIT = "[零〇幺一二三四五六七八九]"
_SPOKEN_DIGITS = re.compile(rf"(?<!{_DIGIT})(?:{_DIGIT}[ -]?){{10}}{_DIGIT}{{1,2}}(?!{_DIGIT})")
_ADD_ME = re.compile(
    rf"(?:加我?的?|用)(?:微信|v信?)(?:吧|就行|就好|联系|[号是]|id)?[\s,，:：]*{_ID}", re.IGNORECASE
)
_MISTYPED_STOP = re.compile(r"(?<=@)([A-Za-z0-9-]{1,63})[。,，、](?=[A-Za-z]{2,24}(?![A-Za-z0-9-]))")
"""A comma or a Chinese full stop for the dot of an address."""
_HAS_SIGN = re.compile(r"[0-9_-]")
_TRIED_PHONE = re.compile(r"(?:\d[ ()./-]{0,3}){7}")
_OTHER = re.compile(r"(?<![a-z])(?:qq|same)(?![a-z])|同号|同手机", re.IGNORECASE)
_TRIED_WECHAT = re.compile(_APP, re.IGNORECASE)


def find(text: str) -> list[Contact]:
    """Every valid contact of a text in its order, in time linear in its length."""
    flat = _SPOKEN_DIGITS.sub(lambda digits: digits[0].translate(_DIGITS), narrow(text))
    flat = _MISTYPED_STOP.sub(r"\1.", flat)
    found: list[Contact] = []
    for contact in (*_emails(flat), *_spoken_emails(flat), *_wechats(flat), *_phones(flat)):
        if not any(contact.start < other.end and other.start < contact.end for other in found):
            found.append(contact)
    return sorted(found, key=lambda contact: contact.start)


def are_in(text: str) -> bool:
    """Whether a text holds how to reach somebody."""
    return bool(find(text))


def is_wechat(text: str) -> bool:
    """Whether a text is a WeChat ID and nothing else, with a sign that no word has: hezq_2031."""
    return bool(_HAS_SIGN.search(text)) and any(_lone_wechat(narrow(text).strip()))


def read(text: str, ways: Iterable[Way] = tuple(Way)) -> str:
    """The value of the contacts in a text, the first of each way; raises Wrong."""
    ways = tuple(ways)
    found = [contact for contact in find(text) if contact.way in ways]
    if not found:
        flat = narrow(text).strip()
        found = [each for each in _lone_wechat(flat) if each.way in ways]
    if not found:
        raise Wrong(_tried(narrow(text)) if len(ways) > 1 else Reason(ways[0].value))
    return join(contact.value for contact in reversed(found))


def join(values: Iterable[str]) -> str:
    """One value of many contacts, phone first: of each way those of the last value that has any."""
    of_way: dict[Way, list[str]] = {}
    for joined in values:
        of_way |= {
            each: found
            for each in Way
            if (found := [v for v in joined.split(SEPARATOR) if v and way(v) is each])
        }
    return SEPARATOR.join(value for each in Way for value in of_way.get(each, []))


def beside(held: str, given: str) -> str:
    """One value of contacts that are all to be kept: "my mobile is …, and the office …"."""
    every = dict.fromkeys(value for joined in (held, given) for value in joined.split(SEPARATOR) if value)
    return SEPARATOR.join(value for each in Way for value in every if way(value) is each)


def tries_phone(text: str) -> bool:
    """Whether a text holds digits that may be meant for a telephone number, valid or not."""
    return bool(_TRIED_PHONE.search(text))


def way(value: str) -> Way:
    if value.startswith("wechat:"):
        return Way.WECHAT
    return Way.EMAIL if "@" in value else Way.PHONE


def shown(value: str, wechat: str) -> str:
    """A value as people write it: `+86 138 0013 8000`; `wechat` is the word in front of an id."""
    return SEPARATOR.join(_shown(each, wechat) for each in value.split(SEPARATOR))


def _shown(value: str, wechat: str) -> str:
    if way(value) is Way.WECHAT:
        return f"{wechat} {value.removeprefix('wechat:')}"
    if way(value) is Way.EMAIL:
        return value
    number = phonenumbers.parse(value.partition(";")[0])
    extension = value.partition(";ext=")[2]
    international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{international}-{extension}" if extension else international


def _emails(flat: str) -> Iterator[Contact]:
    for match in _EMAIL.finditer(flat):
        address = match[0].rstrip(".-")
        try:
            value = validate_email(address, check_deliverability=False).normalized
        except EmailNotValidError:
            continue
        yield Contact(Way.EMAIL, value, match.start(), match.start() + len(address))


def _spoken_emails(flat: str) -> Iterator[Contact]:
    """Addresses as they are dictated: "anna dot lee at acme dot com"; within other words only what can be nothing else."""
    for match in _SPOKEN.finditer(flat):
        whole = not says_something(flat[: match.start()] + flat[match.end() :])
        if not match["at"] or match["lead"] or whole or " " in match["name"]:
            address = re.sub(r"\s(at|dot|underscore|dash)\s|\s*(@)\s*", _sign, match["address"].lower())
            for email in _emails(address):
                yield Contact(Way.EMAIL, email.value, *match.span("address"))


def _sign(spoken: re.Match[str]) -> str:
    return spoken[2] or _SPOKEN_SIGNS[spoken[1]]


def _wechats(flat: str) -> Iterator[Contact]:
    for match in _WECHAT.finditer(flat):
        whole = match.start() == 0 and match.end() == len(flat.rstrip())
        if match["said"] or whole or _HAS_SIGN.search(match["id"]):
            yield Contact(Way.WECHAT, f"wechat:{match['id']}", *match.span())
    for match in _WECHAT_NEAR.finditer(flat):
        id = match["id"] or match["before"]
        if _HAS_SIGN.search(id):
            yield Contact(Way.WECHAT, f"wechat:{id}", *match.span())
    for match in (*_WECHAT_APART.finditer(flat), *_ADD_ME.finditer(flat)):
        yield Contact(Way.WECHAT, f"wechat:{match['id']}", *match.span())


def _lone_wechat(flat: str) -> Iterator[Contact]:
    """An id that is the whole answer, if a word could not be one: zhang_san88."""
    match = re.fullmatch(rf"(?:(?:it's|it is|mine is|我的是|是)\s?)?{_ID}", flat, re.IGNORECASE)
    if match and _HAS_SIGN.search(match["id"]):
        yield Contact(Way.WECHAT, f"wechat:{match['id']}", *match.span("id"))


def _phones(flat: str) -> Iterator[Contact]:
    abroad = bool(_ENGLISH.search(_EMAIL.sub("", flat))) and not _HAN.search(flat)
    for match in _PHONE.finditer(flat):
        if abroad and match["number"].startswith("0") and not _ABROAD.match(match["number"]):
            continue  # "call me on 020 7946 0112": of whatever country
        value = _phone(match["number"], match["extension"])
        hyphened = _HYPHENED.fullmatch(match["number"])
        if value is None and hyphened:
            value = _phone(hyphened["number"], hyphened["extension"])
        if value is not None:
            yield Contact(Way.PHONE, value, *match.span())


def _phone(number: str, extension: str | None) -> str | None:
    number = f"+{number}" if re.fullmatch(_GREATER_CHINA, number) else number
    try:
        parsed = phonenumbers.parse(number, _REGION)
    except phonenumbers.NumberParseException:
        return None
    known = phonenumbers.is_possible_number if _ABROAD.match(number) else phonenumbers.is_valid_number
    if not known(parsed):  # with its country, also one of a range that the library does not know yet
        return None
    if _NOWHERE.fullmatch(number):
        return None
    if _FOREIGN.fullmatch(number) and phonenumbers.number_type(parsed) is phonenumbers.PhoneNumberType.MOBILE:
        return None  # 0151 2345 6789 is a German mobile or a Liverpool line, and no 151 2345 6789
    area = phonenumbers.length_of_national_destination_code(parsed)
    if re.match("0[^0]", number) and phonenumbers.national_significant_number(parsed)[area:][:1] in {
        "0",
        "1",
    }:
        return None  # 07700 900321 rings in Britain, no line of 0770 in China
    value = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return f"{value};ext={extension}" if extension else value


def _tried(flat: str) -> Reason:
    """What the customer seems to have meant to give; a chat id of another kind is none of it."""
    if _OTHER.search(flat):
        return Reason.CONTACT
    if "@" in flat:
        return Reason.EMAIL
    if _TRIED_PHONE.search(flat):
        return Reason.PHONE
    return Reason.WECHAT if _TRIED_WECHAT.search(flat) else Reason.CONTACT
