"""The grounding check: what a reply says must stand in what it cites.

Pure: text in, findings out. A caller that streams keeps an `Evidence`, or for a language model's words a
`ModelEvidence`, and checks one sentence at a time.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bot.addresses import addresses
from bot.claims import Action, claims
from bot.clauses import Reading
from bot.intake.plain import narrow
from bot.promises import promises
from bot.standards import Standard, asserted, names, standards
from knowledge.figures import Figure, Kind, Meaning, entailed, figures, meaning
from knowledge.sentences import citations, sentences

MOST_PASSAGES = 512  # whose reading is kept; the same few are cited again and again


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that a reply may cite as [n]."""

    n: int
    text: str


class Reason(StrEnum):
    """Why a sentence may not be sent."""

    UNGROUNDED_FIGURE = "ungrounded_figure"
    """A figure that stands in none of the quotes that the sentence cites."""
    UNCITED_FIGURE = "uncited_figure"
    """A figure in a sentence that neither cites a quote nor is followed by one that does."""
    UNKNOWN_CITATION = "unknown_citation"
    PROMISE = "promise"
    ACTION = "action"
    """A claim of something done, or about to be done, that no tool has done."""
    ADDRESS = "address"
    """A web or e-mail address, a WeChat id, a telephone or other long number that no quote holds."""
    STANDARD = "standard"
    """A standard or scheme, or a part or edition of one, that no cited quote names, in a sentence that does not deny it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`detail` is what the reason is about, as the sentence words it."""

    sentence: str
    reason: Reason
    detail: str


def check(text: str, quotes: Sequence[Quote], customer: str = "") -> list[Finding]:
    """Everything in a reply that neither its quotes nor the customer's own words bear out.

    A sentence without a marker rests on the next marker in its paragraph. `customer` is all that the customer
    wrote: a figure of theirs may be repeated where the sentence says that it is theirs.
    """
    evidence = Evidence(quotes, customer)
    return [
        finding
        for paragraph in _paragraphs(text)
        for sentence, cited in with_citations(sentences(paragraph))
        for finding in evidence.check(sentence, cited)
    ]


def grounded(text: str, quotes: Sequence[Quote], customer: str = "") -> bool:
    """Whether `check` finds nothing."""
    return not check(text, quotes, customer)


def with_citations(paragraph: Sequence[str]) -> list[tuple[str, list[int]]]:
    """The sentences of one paragraph, each with the quotes that it rests on: its own, else the next cited."""
    found: list[tuple[str, list[int]]] = []
    following: list[int] = []
    for sentence in reversed(paragraph):
        following = citations(sentence) or following
        found.append((sentence, following))
    return found[::-1]


class Evidence:
    """What a reply may say, read once: its quotes and the customer's figures."""

    def __init__(self, quotes: Sequence[Quote], customer: str = "") -> None:
        read = {quote.n: _read(quote.text) for quote in quotes}
        self._known = {n: each.figures for n, each in read.items()}
        self._said = {n: each.said for n, each in read.items()}
        self._customer = _known(customer)

    def check(self, sentence: str, cited: Sequence[int]) -> list[Finding]:
        """The findings of one sentence that rests on the quotes numbered `cited` (see `with_citations`)."""
        unknown = [n for n in dict.fromkeys(citations(sentence)) if n not in self._known]
        return [
            *(Finding(sentence, Reason.UNKNOWN_CITATION, f"[{n}]") for n in unknown),
            *self._figures(sentence, [n for n in dict.fromkeys(cited) if n in self._known]),
            *(Finding(sentence, Reason.PROMISE, words) for words in self._promises(sentence, cited)),
        ]

    def _figures(self, sentence: str, cited: Sequence[int]) -> Iterator[Finding]:
        for figure in figures(sentence):
            claim = meaning(figure)
            if any(claim in self._known[n] for n in cited):
                continue
            if claim in self._customer and _is_theirs(sentence, figure):
                continue
            reason = Reason.UNGROUNDED_FIGURE if cited else Reason.UNCITED_FIGURE
            yield Finding(sentence, reason, figure.text)

    def _promises(self, sentence: str, cited: Sequence[int]) -> list[str]:
        plain = _plain(sentence)
        if any(plain in self._said.get(n, ()) for n in cited):
            return []
        return promises(sentence)


class ModelEvidence(Evidence):
    """What a language model may say: in addition it claims no action and names no address or standard of its own."""

    def __init__(self, quotes: Sequence[Quote], customer: str = "") -> None:
        super().__init__(quotes, customer)
        named = {quote.n: _named(quote.text) for quote in quotes}
        self._addresses = frozenset[str]().union(*(each.addresses for each in named.values()))
        self._standards = {n: each.standards for n, each in named.items()}

    def check(self, sentence: str, cited: Sequence[int], done: Set[Action] = frozenset()) -> list[Finding]:
        """As `Evidence.check`. The actions `done` may be claimed, as tools have done them."""
        found = super().check(sentence, cited)
        plain = _plain(sentence)
        if any(plain in self._said.get(n, ()) for n in cited):
            return found
        undone = [claim.words for claim in claims(sentence) if claim.action not in done]
        invented = [words for key, words in addresses(sentence).items() if key not in self._addresses]
        return [
            *found,
            *(Finding(sentence, Reason.ACTION, words) for words in undone),
            *(Finding(sentence, Reason.ADDRESS, words) for words in invented),
            *(Finding(sentence, Reason.STANDARD, words) for words in self._unnamed(sentence, cited)),
        ]

    def _unnamed(self, sentence: str, cited: Sequence[int]) -> list[str]:
        """The standards that no quote names that the sentence rests on, unless it denies them."""
        held = frozenset[Standard]().union(*(self._standards.get(n, ()) for n in cited))
        shown = Reading(sentence).shown
        return [shown[each.start : each.end] for each in asserted(sentence) if not names(held, each)]


# A figure is the customer's where the sentence reports their words, or counts what they have ("your 200
# people"). A mere "your" makes nothing theirs: asked whether it is 5 years, the bot must not be able to
# say "your certificate is valid for 5 years".
_REPORTED = re.compile(
    r"\b(?:you|you['’]ve|you\shave)\s(?:just\s|also\s|already\s)?(?:said|say|mention(?:ed)?|told|wrote|written|gave|given"
    r"|asked|ask|stated|noted|named|described|reported|indicated)\b|\baccording\sto\syou\b"
    "|(?:[您你]们?|贵公司|贵司|贵单位)(?:刚才|刚刚|之前|上面|前面|也|还|所|已|已经){0,2}"
    "(?:说|提到|提及|讲到|告诉|写|问|给出|提供的|描述|介绍|反馈|填)",
    re.IGNORECASE,
)
_POSSESSED = re.compile(
    r"(?:\byour|\byou\s(?:have|employ|run|operate|are)|\byou['’](?:ve|re))"
    r"(?:\s(?:company|team|organi[sz]ation|firm|staff|department|business|group|centre|center|of|has|have|with|is|a|the|about"
    r"|around|roughly|over|nearly|only|some|existing|current|total)){0,6}\s?$"
    "|(?:[您你]们?|贵公司|贵司|贵单位)(?:的|公司|团队|单位|部门|这边|那边|目前|现在|大约|大概|约|一共|总共|共|有|是){0,6}$",
    re.IGNORECASE,
)
_LONGEST_POSSESSION = 80


def _is_theirs(sentence: str, figure: Figure) -> bool:
    if _REPORTED.search(sentence):
        return True
    before = sentence[max(0, figure.start - _LONGEST_POSSESSION) : figure.start]
    return figure.kind is Kind.COUNT and _POSSESSED.search(before) is not None


class _Read(NamedTuple):
    figures: frozenset[Meaning]
    said: frozenset[str]


class _Named(NamedTuple):
    addresses: frozenset[str]
    standards: frozenset[Standard]


@lru_cache(MOST_PASSAGES)
def _read(passage: str) -> _Read:
    """What a passage states, and its sentences to compare with."""
    return _Read(_known(passage), frozenset(_plain(part) for part in sentences(passage)))


@lru_cache(MOST_PASSAGES)
def _named(passage: str) -> _Named:
    """The addresses and standards that a passage names, on the whole and in each sentence."""
    parts = [passage, *sentences(passage)]
    known = [key for part in parts for key in addresses(part)]
    return _Named(
        frozenset([*known, *(re.split("[/?#]", key)[0] for key in known)]),
        frozenset(each for part in parts for each in standards(narrow(part))),
    )


def _known(text: str) -> frozenset[Meaning]:
    """The figures of the whole and of each sentence, as one alone may be read otherwise than among others."""
    stated = figures(text) + [figure for sentence in sentences(text) for figure in figures(sentence)]
    return frozenset().union(*map(entailed, stated))


def _plain(sentence: str) -> str:
    """Words and digits only, without markers, to compare what is said and not how it is set."""
    return re.sub(r"[\W_]+", "", re.sub(r"\[[\d,\s-]+\]|^\s*\d{1,2}[.)]\s", "", sentence)).casefold()


def _paragraphs(text: str) -> Iterator[str]:
    """The blocks between blank lines."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []
