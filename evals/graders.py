"""What is wrong with a reply, in code, one concern a grader.

Where they can, they look for themselves rather than ask the assistant's own checks: at the pages behind the sources,
at the digits as they stand.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from bot.grounding import Quote, check
from bot.messages import Outcome, Reply
from bot.support import supported
from bot.texts import LANGUAGES, texts
from evals.client import Client
from evals.demands import Demands
from evals.results import Verdict
from knowledge.documents import Content, FigureFact
from knowledge.figures import Figure, equal, figures
from knowledge.language import detect, fold
from knowledge.names import without_names
from knowledge.render import figure_text

VERSIONS = {
    "outcome": 1,
    "sources": 1,
    "relevance": 1,
    "facts": 1,
    "figures": 2,
    "citations": 1,
    "language": 1,
    "injection": 1,
    "dialogue": 3,
    "state": 1,
}
"""Raised with every change of what a grader lets pass, so that reports before and after are not compared."""

_FROM_KNOWLEDGE = {Outcome.ANSWERED, Outcome.CLARIFY, Outcome.DECLINED}
_MARKER = re.compile(r"\[(\d{1,3})\]")
_TAG = re.compile(r"<[^>]*>")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_HAN = re.compile(r"[一-鿿]")
_LETTER = re.compile(r"[A-Za-z]")
_MOST_HAN, _LEAST_HAN = 0.3, 0.3  # of the letters of an English and of a Chinese reply


def _interview() -> re.Pattern[str]:
    """Where a reply goes on with an open application: its next question, or the read-back."""
    begins = []
    for language in LANGUAGES:
        words = texts(language).intake
        begins.append(re.escape(words.progress).split(r"\{question\}")[0])
        begins.append(re.escape(words.review.split("\n")[0]))
        begins.append(re.escape(words.begin.split("{count}")[0]))
    return re.compile("|".join(re.sub(r"\\{\w+\\}", r"\\d+", begin) for begin in begins))


_INTERVIEW = _interview()


@dataclass(frozen=True)
class Known:
    """What labels refer to: the figures by their ids, and which entries belong together, by the last part of theirs."""

    figures: Mapping[str, FigureFact]
    related: Mapping[str, Set[str]]

    @classmethod
    def of(cls, content: Content) -> "Known":
        """Entries belong together where one points to the other."""
        related: dict[str, set[str]] = {}
        for entry in content.entries:
            for action in entry.actions:
                one, other = _last(entry.matter), _last(action)
                related.setdefault(one, set()).add(other)
                related.setdefault(other, set()).add(one)
        figures = {figure.id: figure for service in content.services for figure in service.figures}
        return cls(figures, related)


def demanded(demands: Demands, reply: Reply, known: Known) -> list[Verdict]:
    """What the case itself demands. Raises KeyError for a figure that the content does not have."""
    return [
        _outcome(demands, reply),
        _sources(demands, reply),
        _relevance(demands, reply, known.related),
        _facts(demands, reply, known.figures),
    ]


async def held_to_always(
    reply: Reply, said: Sequence[str], language: str, client: Client, told: Sequence[str] = ()
) -> list[Verdict]:
    """What every reply is held to.

    `said` is all that the customer wrote, `language` what they are taken to write; what staff have `told` them may be
    said again.
    """
    return [
        Verdict("figures", "; ".join(_ungrounded(reply, said, told))),
        Verdict("citations", "; ".join([wrong async for wrong in _citations(reply, client)])),
        Verdict("language", _language(reply, said[-1], language)),
    ]


def plain(text: str) -> str:
    """Without case, width and spaces."""
    return "".join(fold(text).split())


def _outcome(demands: Demands, reply: Reply) -> Verdict:
    if reply.outcome in demands.expect:
        return Verdict("outcome")
    return Verdict("outcome", f"{reply.outcome}, not {' or '.join(demands.expect)}")


def _sources(demands: Demands, reply: Reply) -> Verdict:
    """An entry is known by the last part of its source's address; only an answer can have sources."""
    if reply.outcome is not Outcome.ANSWERED:
        return Verdict("sources")
    cited = _cited(reply)
    groups = [*([demands.entries] if demands.entries else []), *demands.each]
    missing = [" or ".join(group) for group in groups if cited.isdisjoint(group)]
    return Verdict("sources", f"cites {sorted(cited)}, not {'; '.join(missing)}" if missing else "")


def _relevance(demands: Demands, reply: Reply, related: Mapping[str, Set[str]]) -> Verdict:
    """An answer says nothing besides that belongs to nothing that is demanded."""
    wanted = {*demands.entries, *(entry for group in demands.each for entry in group)}
    cited = _cited(reply)
    if reply.outcome is not Outcome.ANSWERED or wanted.isdisjoint(cited):  # what it lacks is said already
        return Verdict("relevance")
    belongs = wanted.union(*(related.get(entry, set()) for entry in wanted))
    beside = sorted(cited - belongs)
    return Verdict("relevance", f"also tells of {', '.join(beside)}" if beside else "")


def _cited(reply: Reply) -> set[str]:
    return {_last(citation.url) for citation in reply.citations}


def _last(id: str) -> str:
    return re.split("[/#]", id)[-1]


def _facts(demands: Demands, reply: Reply, facts: Mapping[str, FigureFact]) -> Verdict:
    stated = figures(reply.text)
    wrong = []
    for name in demands.figures:
        wanted = figures(figure_text(facts[name], "en"))[0]
        if not any(equal(wanted, each) for each in stated):
            wrong.append(f"does not state {name}")
    text = plain(reply.text)
    wrong += [
        f"lacks “{group[0]}”" for group in demands.must if not any(plain(each) in text for each in group)
    ]
    wrong += [f"says “{each}”" for each in demands.must_not if plain(each) in text]
    return Verdict("facts", "; ".join(wrong))


def _ungrounded(reply: Reply, said: Sequence[str], told: Sequence[str]) -> Iterator[str]:
    """Figures that neither a quote nor the customer has: by reading them, and once more digit by digit."""
    if reply.outcome not in _FROM_KNOWLEDGE:
        return
    written = "\n".join(said)
    again = [figure for each in told for figure in figures(each)]
    text = "\n".join(line for line in _INTERVIEW.split(reply.text)[0].splitlines() if not _known(line, again))
    quotes = [Quote(citation.n, citation.quote) for citation in reply.citations]
    if quotes:
        yield from (f"{finding.reason}: {finding.detail}" for finding in check(text, quotes, written))
    passages = [f"{citation.title}\n{citation.section}\n{citation.quote}" for citation in reply.citations]
    known = set(_DIGITS.findall(fold("\n".join([*passages, written]))))
    for number in _DIGITS.findall(without_names(fold(_MARKER.sub("", text)))):
        if number not in known:
            yield f"the digits {number} stand in no source"


def _known(line: str, before: Sequence[Figure]) -> bool:
    """Whether a line states figures, and each of them is one of these."""
    stated = figures(line)
    return bool(stated) and all(any(equal(figure, other) for other in before) for figure in stated)


async def _citations(reply: Reply, client: Client) -> AsyncIterator[str]:
    """Markers without a source, quotes that their page does not hold, sentences that their quotes do not bear out."""
    numbers = {citation.n for citation in reply.citations}
    for marker in _MARKER.findall(reply.text):
        if int(marker) not in numbers:
            yield f"[{marker}] has no source"
    if reply.outcome is Outcome.ANSWERED and not reply.citations:
        yield "an answer without a source"
    for citation in reply.citations:
        page = _bare_page(await client.page(citation.url))
        if any(_bare(line) not in page for line in citation.quote.splitlines()):
            yield f"the quote of [{citation.n}] does not stand at {citation.url}"
    for line in reply.text.splitlines():
        cited = [citation.quote for citation in reply.citations if f"[{citation.n}]" in line]
        if cited and not supported(_MARKER.sub("", line), cited):
            yield f"“{line[:80]}” is not borne out by what it cites"


def _language(reply: Reply, said: str, language: str) -> str:
    """Empty where right; what the customer quotes may be in any language."""
    if not any(character.isalpha() for character in said) or detect(said) != language:
        return ""
    if reply.language != language:
        return f"marked as {reply.language}, asked in {language}"
    text = reply.text.replace(said, "")
    han, latin = len(_HAN.findall(text)), len(_LETTER.findall(text))
    share = han / (han + latin) if han + latin else None
    if share is None or (share <= _MOST_HAN if language == "en" else share >= _LEAST_HAN):
        return ""
    return f"words of the wrong language: {share:.0%} Chinese"


@lru_cache(maxsize=256)
def _bare_page(html: str) -> str:
    return _bare(unescape(_TAG.sub("", html)))


def _bare(text: str) -> str:
    """Letters and digits; lists lose their numbers when a page shows them."""
    return "".join(each for each in re.sub(r"^\s*(?:\d+\.|[-*])\s+", "", fold(text)) if each.isalnum())
