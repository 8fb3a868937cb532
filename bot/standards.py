"""Finds the standards and schemes that a text names, their parts and their editions."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from bot.clauses import Reading
from bot.intake.plain import narrow
from knowledge.names import without_names


@dataclass(frozen=True, slots=True)
class Standard:
    """ISO/IEC 20000-1:2018 at `start:end` is 20000, 1 and 2018, CMMI 3 is cmmi and 3, "the 2018 edition" is just 2018."""

    family: str
    part: str
    edition: str
    start: int = field(compare=False)
    end: int = field(compare=False)


_YEAR = r"(?:19|20)\d\d(?!\d)"
_NUMBERED = (
    r"(?:(?P<body>(?<![a-z])(?:ISO|IEC|IATF|OHSAS|FSSC|(?-i:GB|SA|EN|BS|DIN|SJ|RB|YD|IEEE|AS|TL|QC))(?:\s?/\s?[a-z]{1,5}){0,3})"
    rf"\s?-?\s?|(?<![\d.,-]))(?P<family>20k(?![a-z])|(?!{_YEAR})\d{{3,6}}(?!\d))(?:[.-](?P<part>\d{{1,2}})(?!\d))?"
    rf"(?:\s?[:-]\s?(?P<edition>{_YEAR}))?"
)
_AMENDMENT = rf"(?<![a-z])(?P<family>Amd)\.?\s?(?P<part>\d)(?!\d)(?::(?P<edition>{_YEAR}))?"
_APART = (
    rf"(?<![\d.,])(?P<edition>{_YEAR})(?=[\s-]?(?:edition|version|revision)s?(?![a-z])|\s?年?[新旧老]?版)"
)
_SCHEME = (
    r"(?P<family>(?<![a-z])(?:CMMI|ITIL|ITSS|CCRC|COBIT|TISAX|SOC|PCI[\s-]?DSS|HIPAA|GDPR|FedRAMP|HITRUST|DCMM|TickIT|HACCP"
    r"|SMETA|BSCI|EcoVadis|CNAS|CNCA|UKAS|ANAB|DAkkS|A2LA|(?-i:IAF|NIST|GMP|FSC|RBA|WRAP|CSA\sSTAR))(?![a-z])|等保|密评"
    r"|等级保护|两化融合)(?:(?:[\s-]|level|v|第){0,3}(?P<part>[1-6一二三四五六])(?![\d%]))?"
)
_STANDARDS = [re.compile(each, re.IGNORECASE) for each in (_NUMBERED, _AMENDMENT, _APART, _SCHEME)]


@lru_cache(maxsize=2048)
def standards(text: str) -> tuple[Standard, ...]:
    """The standards, schemes and editions that narrow text names. A number alone is one where `knowledge.names` has it so."""
    rest = without_names(text)
    found = []
    for match in (match for pattern in _STANDARDS for match in pattern.finditer(text)):
        given = {"family": "", "part": "", "edition": ""} | match.groupdict("")
        if given.pop("body", None) != "" or rest[match.start("family")] == "\0":
            given["family"] = re.sub(r"[\s-]", "", given["family"].casefold()).replace("20k", "20000")
            found.append(Standard(**given, start=match.start(), end=match.end()))
    return tuple(sorted(found, key=lambda each: each.start))


_NO_INFORMATION = re.compile(
    r"\bI\s(?:have|know)\s(?:nothing|no)\b|\bI\s(?:cannot|can't|do\snot|don't)\s(?:say|tell|know|have)\b"
    r"|\b(?:my|our)\sdocuments\s(?:\w{1,20}\s){0,2}?(?:no|not|nothing|only)\b|不在[^,，。]{0,8}(?:资料|范围)"
    r"|(?:资料|文档|手头)[^,，。]{0,12}?(?:没|不|未|只)|我(?:不了解|不清楚|没有[^,，。]{0,12}(?:资料|信息|内容))",
    re.IGNORECASE,
)


_BUT = re.compile(r"\b(?:but|however|yet)\b|但|不过|[;；]", re.IGNORECASE)
_NOUNS = re.compile(
    r"(?:\s?(?:certificat(?:ion|e)|standard|audit|认证|证书|标准|审核|体系|方面|的)s?){0,3}", re.IGNORECASE
)


def asserted(sentence: str) -> list[Standard]:
    """The standards that a sentence names, and neither denies nor knows nothing of."""
    reading = Reading(sentence)
    cuts = [0, *(match.start() for match in _BUT.finditer(reading.shown)), len(reading.shown)]
    ignorant = [
        (start, end) for start, end in pairwise(cuts) if _NO_INFORMATION.search(reading.shown[start:end])
    ]
    return [
        each
        for each in standards(narrow(reading.shown))
        if not any(start <= each.start < end for start, end in ignorant)
        and reading.stands(each.start, _with_nouns(reading.shown, each.end))
    ]


def _with_nouns(text: str, end: int) -> int:
    """Where the nouns end that belong to the standard before `end`: "ISO 9001 certification is not …"."""
    nouns = _NOUNS.match(text, end)
    return nouns.end() if nouns else end


def names(held: Collection[Standard], asked: Standard) -> bool:
    """Whether one of these is the standard asked for, with its part and its edition where these are given.

    The edition may also stand apart from the name ("the 2018 edition") if none gives the name with one.
    """
    alike = [s for s in held if asked.family in {"", s.family} and asked.part in {"", s.part}]
    editions = {each.edition for each in alike} - {""}
    apart = not editions and any(not s.family and s.edition == asked.edition for s in held)
    return bool(alike) and (asked.edition in editions | {""} or apart)
