"""Compose a reply from entries of the knowledge, without a language model."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.grounding import Quote, check
from bot.messages import Action, CaseSummary, Citation, Outcome
from bot.questions import mistaken, states
from bot.texts import texts
from knowledge.documents import Entry, Kind
from knowledge.search import Hit, Result

_ACTIONS = 3
_MARKER = re.compile(r"\[(\d{1,3})\]")
_LONGEST_SECTION = 700  # characters of a document's section that a reply repeats
STARTERS = ("iso-20000/fee", "iso-20000/duration", "iso-20000/documents", "iso-20000/steps")


@dataclass(frozen=True)
class Draft:
    """A reply before it has an id; `topic` is the matter it was mainly about.

    `confidence` is how sure the search was of what it rests on, 0..1; None where nothing was searched. `off_topic` is a
    decline of what is not for the firm's people either.
    """

    text: str
    language: str
    outcome: Outcome
    citations: list[Citation] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    topic: str | None = None
    case: CaseSummary | None = None
    confidence: float | None = None
    off_topic: bool = False


@dataclass(frozen=True)
class Part:
    """One question of a message and the entries that answer it; none where nothing does."""

    question: str
    result: Result
    hits: Sequence[Hit]


def answer(parts: Sequence[Part], language: str, related: Iterable[Entry]) -> Draft:
    """Every question's answer as a paragraph with its sources; what cannot be answered is said."""
    words = texts(language)
    paragraphs: list[str] = []
    citations: list[Citation] = []
    for part in parts:
        if not part.hits:
            paragraphs.append(
                _note(part.result, language) or words.declined_part.format(question=part.question)
            )
        for hit in part.hits:
            if all(citation.url != url(hit.entry) for citation in citations):
                citations.append(cite(hit, len(citations) + 1))
                asked = [other.question for other in parts if any(h.entry is hit.entry for h in other.hits)]
                wrong = any(_is_mistaken(question, hit.entry, citations[-1]) for question in asked)
                paragraphs.append(_paragraph(citations[-1], language, corrects=wrong))
    if any(not part.hits for part in parts):
        paragraphs.append(words.offer_person)
    shown = {hit.entry.matter for part in parts for hit in part.hits}
    actions = [action(entry) for entry in related if entry.matter not in shown][:_ACTIONS]
    topic = next(hit.entry.matter for part in reversed(parts) for hit in part.hits)
    return Draft("\n\n".join(paragraphs), language, Outcome.ANSWERED, citations, actions, topic)


def clarify(entries: Sequence[Entry], language: str) -> Draft:
    choices = [action(entry) for entry in entries[:_ACTIONS]]
    return Draft(texts(language).clarify, language, Outcome.CLARIFY, actions=choices)


def decline(result: Result, language: str) -> Draft:
    """Say what is not known, by the nearest decline's own note if it fits, and offer a person."""
    words = texts(language)
    text = f"{_note(result, language) or words.declined}{'' if language == 'zh' else ' '}{words.offer_person}"
    off_topic = result.decline is not None and result.decline.off_topic
    return Draft(text, language, Outcome.DECLINED, actions=[to_person(language)], off_topic=off_topic)


def is_unknown(text: str, language: str) -> bool:
    """Whether a decline's text says no more than that nothing is known."""
    return texts(language).declined in text


def continued(text: str, citations: Sequence[Citation], draft: Draft) -> Draft:
    """A draft behind words that have been said already; its sources are numbered on from theirs."""
    numbers = {citation.url: citation.n for citation in citations}
    for citation in draft.citations:
        numbers.setdefault(citation.url, len(numbers) + 1)
    anew = {citation.n: numbers[citation.url] for citation in draft.citations}
    more = _MARKER.sub(lambda marker: f"[{anew.get(int(marker[1]), marker[1])}]", draft.text)
    added = [replace(c, n=numbers[c.url]) for c in draft.citations if numbers[c.url] > len(citations)]
    joined = f"{text}\n\n{more}" if more else text
    return replace(draft, text=joined, citations=[*citations, *added])


def shortened(draft: Draft, told: Iterable[Entry]) -> Draft:
    """A draft that says in fewer words what was told before, where the content has such words."""
    short = {url(entry): entry.again for entry in told if entry.again}
    text = draft.text
    for citation in draft.citations:
        if citation.url in short:
            text = text.replace(f"{citation.quote} [{citation.n}]", f"{short[citation.url]} [{citation.n}]")
    return replace(draft, text=text)


def say(text: str, language: str, outcome: Outcome, suggestions: Iterable[Entry] = ()) -> Draft:
    return Draft(text, language, outcome, actions=[action(entry) for entry in suggestions])


def grounded(draft: Draft, customer: str) -> bool:
    """Whether the grounding check finds nothing to object to."""
    return not check(draft.text, [Quote(c.n, c.quote) for c in draft.citations], customer)


def cite(hit: Hit, n: int) -> Citation:
    entry = hit.entry
    quote = entry.body if len(entry.body) <= _LONGEST_SECTION else hit.passage or entry.body
    title = texts(entry.language).faq if entry.kind is Kind.FAQ else entry.document_title
    return Citation(n, f"{entry.service}/{entry.document}", title, entry.title, quote, url(entry))


def url(entry: Entry) -> str:
    """Path of the page that shows the entry's document, at the entry."""
    return f"/sources/{entry.service}/{entry.document}?lang={entry.language}#{entry.anchor}"


def action(entry: Entry) -> Action:
    return Action(entry.title, entry.title)


def to_person(language: str) -> Action:
    label = texts(language).person_action
    return Action(label, label)


def _note(result: Result, language: str) -> str:
    """What is said in place of an answer, where the content says why there is none."""
    return result.decline.body if result.decline and result.decline.language == language else ""


def _is_mistaken(question: str, entry: Entry, citation: Citation) -> bool:
    """Whether a question takes for granted what the answer says otherwise."""
    return bool(mistaken(question, citation.quote)) or states(question, entry.denies)


def _paragraph(citation: Citation, language: str, *, corrects: bool) -> str:
    """The quote with its marker; a list keeps its lines, and the sentence before it carries the marker too."""
    head, line, rest = citation.quote.partition("\n")
    text = f"{head.rstrip()} [{citation.n}]{line}{rest}" if rest else f"{citation.quote} [{citation.n}]"
    return f"{texts(language).correction}{'' if language == 'zh' else ' '}{text}" if corrects else text
