"""Finds what leads somewhere: web and e-mail addresses, WeChat ids, telephone, account and other long numbers."""

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.intake import contacts
from bot.intake.plain import narrow
from bot.standards import standards
from knowledge.dates import blanked
from knowledge.figures import Kind, figures

_IN_LINK = r"[!#-&(-;=?-Z^-~]"
_LINK = re.compile(
    r"(?<![a-z0-9.+_-])[a-z0-9.+_-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}"
    rf"|(?:https?://|www\.){_IN_LINK}{{1,500}}(?<![.,:;!?)])"
    r"|(?<![a-z0-9@._-])(?:[a-z0-9-]{1,63}\.){1,5}(?:com|cn|net|org|info|biz|io|co|ai|app|dev|edu|gov|eu|de|uk|hk|tw|cc|tv"
    rf"|top|vip|shop|xyz|site|online|club|ltd|tech|cloud|中国|公司)(?![a-z0-9-])(?:[:/?#]{_IN_LINK}{{0,500}}(?<![.,:;!?)]))?",
    re.IGNORECASE,
)
_NUMBER = re.compile(  # with a letter in it, of 5 digits or more, else of 7
    r"(?<![a-z0-9])(?=(?:[a-z-]{0,9}\d){5})(?=[0-9-]{0,30}[a-z])[a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){0,8}"
    r"|(?<![a-z0-9.])(?=[\d ().–-]{0,12}\d{3})\d(?:[ ().–-]{0,2}\d){6,}",
    re.IGNORECASE,
)
_REMARK = re.compile("we ?chat is [a-z]+", re.IGNORECASE)  # no id: "WeChat is easiest"


@lru_cache(maxsize=2048)  # the same entries are quoted again and again
def addresses(text: str) -> Mapping[str, str]:
    """The words of every address and long number, by what is the same however it is written."""
    flat = narrow(text)
    found = {_key(match[0]): match[0] for match in _LINK.finditer(flat)}
    flat = blanked(flat, [match.span() for match in _LINK.finditer(flat)])
    reached = [each for each in contacts.find(flat) if not _REMARK.fullmatch(flat, each.start, each.end)]
    found |= {_key(each.value): flat[each.start : each.end] for each in reached}
    flat = blanked(flat, [(each.start, each.end) for each in reached])
    flat = blanked(flat, [(each.start, each.end) for each in standards(flat)])
    flat = blanked(flat, [(each.start, each.end) for each in figures(flat) if each.kind is not Kind.COUNT])
    return found | {_key(match[0]): match[0] for match in _NUMBER.finditer(flat)}


def _key(address: str) -> str:
    """Without what may be written or left out: a scheme, a country code, an extension, blanks."""
    plain = re.sub(r"^(?:https?://)?(?:www\.)?|/$", "", address.casefold().partition(";")[0])
    if re.search("[a-z]", plain):
        return plain if re.search("[.:@]", plain) else plain.replace("-", "")
    return re.sub(r"^0*(?:86(?=\d{9}))?0*", "", re.sub(r"\D", "", plain))
