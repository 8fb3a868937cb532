"""What is wrong with an entry that staff propose, and what they should think of, before customers see it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.masking import Masking
from bot.promises import promises
from bot.texts import LANGUAGES
from knowledge import lint
from knowledge.blocks import Wording
from knowledge.documents import Content, Entry, FigureFact, Kind
from knowledge.embed import Embedder
from knowledge.figures import Figure, equal, figures
from knowledge.figures import Kind as Measure
from knowledge.language import bare
from knowledge.lint import Finding, Rule
from knowledge.render import REFERENCE, figure_text
from knowledge.sentences import sentences

LONGEST = {"question": 300, "answer": 1500, "source": 300}  # characters
MOST_WORDINGS = 80
_LONGEST_WORDING = 500
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True)
class Proposal:
    """An entry as its form has it. `digest` is that of the entry which it changes, empty for a new one."""

    service: str
    id: str
    wordings: Mapping[str, Wording]
    source: str
    digest: str = ""

    @property
    def matter(self) -> str:
        return f"{self.service}/{self.id}"


@dataclass(frozen=True)
class Objection:
    """`code` names the text that says it, `language` and `detail` what it is about."""

    code: str
    language: str = ""
    detail: str = ""


def objections(proposal: Proposal) -> list[Objection]:
    """What keeps it from being published."""
    return [*_form(proposal), *(o for each in proposal.wordings.items() for o in _words(*each))]


def reservations(
    proposal: Proposal, content: Content, embedder: Embedder, today: date | None = None
) -> list[Objection]:
    """What is to be thought of, in `content` with the entry in it."""
    found = [o for each in proposal.wordings.items() for o in _stated(*each, content)]
    found += [o for wording in proposal.wordings.values() for o in _known(proposal, wording, content)]
    found += [
        Objection("personal", language, each)
        for language, wording in proposal.wordings.items()
        for each in wording.variants
        if Masking().mask(each) != each
    ]
    own = {(entry.file, entry.line) for entry in content.entries if entry.matter == proposal.matter}
    found += [
        Objection(finding.rule, detail=finding.message)
        for finding in lint.lint(content, today or date.today(), embedder)
        if (finding.file, finding.line) in own and finding.rule is not Rule.FIGURE
    ]
    return list(dict.fromkeys(found))


def checked(content: Content, folder: Path, embedder: Embedder) -> list[Finding]:
    """What `lint` finds, with paths relative to the content folder."""
    return [
        Finding(f.file.relative_to(folder), f.line, f.rule, f.message)
        for f in lint.lint(content, date.today(), embedder)
    ]


def _form(proposal: Proposal) -> Iterator[Objection]:
    if not proposal.digest and not _ID.fullmatch(proposal.id):
        yield Objection("id")
    if not proposal.source:
        yield Objection("source")
    if len(proposal.source) > LONGEST["source"]:
        yield Objection("long_source")
    for language in LANGUAGES:
        wording = proposal.wordings.get(language)
        if not wording or not wording.question:
            yield Objection("no_question", language)
        if not wording or not wording.answer:
            yield Objection("no_answer", language)


def _words(language: str, wording: Wording) -> Iterator[Objection]:
    if len(wording.question) > LONGEST["question"]:
        yield Objection("long_question", language)
    if len(wording.answer) > LONGEST["answer"]:
        yield Objection("long_answer", language)
    if len(wording.variants) > MOST_WORDINGS or any(
        len(each) > _LONGEST_WORDING for each in wording.variants
    ):
        yield Objection("long_wordings", language)
    for figure in figures(REFERENCE.sub(" ", wording.answer)):
        if figure.kind is Measure.AMOUNT:
            yield Objection("price", language, figure.text)
    for sentence in sentences(wording.answer):
        for words in promises(sentence):
            yield Objection("promise", language, words)


def _stated(language: str, wording: Wording, content: Content) -> Iterator[Objection]:
    """Figures that stand in the text and not in `service.yaml`, or in both."""
    facts = [fact for service in content.services for fact in service.figures]
    for figure in figures(REFERENCE.sub(" ", wording.answer)):
        named = [fact.id for fact in facts if any(equal(figure, own) for own in _figures(fact, language))]
        if named:
            yield Objection(
                "known_figure", language, f"{figure.text} → " + " / ".join(f"{{{{{n}}}}}" for n in named)
            )
        else:
            yield Objection("figure", language, figure.text)


def _figures(fact: FigureFact, language: str) -> list[Figure]:
    return list(figures(figure_text(fact, language)))


def _known(proposal: Proposal, wording: Wording, content: Content) -> Iterator[Objection]:
    """Wordings that another entry holds already."""
    holders: dict[str, Entry] = {}
    for entry in content.entries:
        if entry.matter != proposal.matter and entry.kind is not Kind.SECTION:
            holders.update({bare(each): entry for each in (entry.title, *entry.variants)})
    for each in (wording.question, *wording.variants):
        if other := holders.get(bare(each)):
            code = "declined_wording" if other.kind is Kind.DECLINE else "other_wording"
            yield Objection(code, other.language, f"{each} ({other.matter})")
