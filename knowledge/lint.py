"""Read the content as a careful editor would: what is out of date, missing, said twice or contradicts itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import numpy as np

from knowledge.documents import Content, Entry, Kind, Service
from knowledge.embed import Embedder
from knowledge.figures import equal, figures
from knowledge.render import REFERENCE, references

REVIEW_EVERY = timedelta(days=365)
_SAME_QUESTION = 0.975  # cosine of two questions that mean the same
_LIKE_QUESTION = 0.95  # near enough that their answers must not contradict each other


class Rule(StrEnum):
    DEADLINE = "deadline"
    REVIEW = "review"
    EDITION = "edition"
    FIGURE = "figure"
    LANGUAGES = "languages"
    TRANSLATION = "translation"
    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, order=True)
class Finding:
    file: Path
    line: int
    rule: Rule
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message}"


def lint(content: Content, today: date, embedder: Embedder) -> list[Finding]:
    """All findings, by file and line; none for content that is in order."""
    return sorted(
        {
            *_dates(content, today),
            *_editions(content),
            *_literal_figures(content.entries),
            *_languages(content),
            *_alike(content.entries, embedder),
        }
    )


def _dates(content: Content, today: date) -> Iterator[Finding]:
    for figure in (figure for service in content.services for figure in service.figures):
        if figure.valid_until and figure.valid_until < today:
            message = (
                f"figure {figure.id} was valid until {figure.valid_until}; state the new one or remove it"
            )
            yield Finding(figure.file, figure.line, Rule.DEADLINE, message)
        if today - figure.reviewed_on > REVIEW_EVERY:
            message = f"figure {figure.id} was last reviewed on {figure.reviewed_on}"
            yield Finding(figure.file, figure.line, Rule.REVIEW, message)
    reviewed = {(entry.file, entry.reviewed_on) for entry in content.entries if entry.reviewed_on}
    for file, reviewed_on in reviewed:
        if today - reviewed_on > REVIEW_EVERY:
            yield Finding(file, 1, Rule.REVIEW, f"was last reviewed on {reviewed_on}")


def _editions(content: Content) -> Iterator[Finding]:
    """A text that names a superseded edition must name the current one too, else it sends customers to the old one."""
    for service in content.services:
        standard = service.standard
        if standard is None:
            continue
        for entry in (entry for entry in content.entries if entry.service == service.id):
            if entry.kind is not Kind.DECLINE:
                yield from _stale(service, f"{entry.title}\n{entry.template}", entry.file, entry.line)
        for item in (item for items in service.lists.values() for item in items):
            for text in item.text.values():
                yield from _stale(service, text, service.file, 1)


def _stale(service: Service, text: str, file: Path, line: int) -> Iterator[Finding]:
    standard = service.standard
    if standard is None or standard.current in text:
        return
    for year in standard.superseded:
        if f"{standard.name}:{year}" in text:
            message = f"names {standard.name}:{year}, which {standard.name}:{standard.current} has superseded"
            yield Finding(file, line, Rule.EDITION, message)


def _literal_figures(entries: Iterable[Entry]) -> Iterator[Finding]:
    for entry in entries:
        for figure in figures(REFERENCE.sub(" ", entry.template)):
            advice = "put it into service.yaml and write {{its id}}"
            if entry.kind is Kind.DECLINE:
                advice = "a note cites nothing, so it may state no figure"
            message = f"{entry.id}: {figure.text!r} stands in the text; {advice}"
            yield Finding(entry.file, entry.line, Rule.FIGURE, message)


def _languages(content: Content) -> Iterator[Finding]:
    matters: dict[str, dict[str, Entry]] = defaultdict(dict)
    spoken: dict[str, set[str]] = defaultdict(set)
    for entry in content.entries:
        matters[entry.matter][entry.language] = entry
        spoken[entry.service].add(entry.language)
    for versions in matters.values():
        first = next(iter(versions.values()))
        for missing in sorted(spoken[first.service] - set(versions)):
            yield Finding(first.file, first.line, Rule.TRANSLATION, f"{first.id} does not exist in {missing}")
        for entry in versions.values():
            ours, theirs = set(references(entry.template)), set(references(first.template))
            if ours != theirs:
                named = ", ".join(sorted(ours ^ theirs))
                message = (
                    f"{entry.id} and its {first.language} version do not state the same figures: {named}"
                )
                yield Finding(entry.file, entry.line, Rule.LANGUAGES, message)


def _alike(entries: Sequence[Entry], embedder: Embedder) -> Iterator[Finding]:
    asked = [entry for entry in entries if entry.kind is not Kind.SECTION]
    vectors = embedder.embed([entry.title for entry in asked], "query")
    for i, j in zip(*np.where(np.triu(vectors @ vectors.T, 1) >= _LIKE_QUESTION), strict=True):
        first, second = asked[i], asked[j]
        if first.language != second.language or first.matter == second.matter:
            continue
        where = f"{first.file.name}:{first.line}"
        if float(vectors[i] @ vectors[j]) >= _SAME_QUESTION:
            message = f"{second.id} asks the same as {first.id} ({where})"
            yield Finding(second.file, second.line, Rule.DUPLICATE, message)
        if _contradict(first, second):
            message = f"{second.id} states other figures than {first.id} ({where}) for much the same question"
            yield Finding(second.file, second.line, Rule.CONTRADICTION, message)


def _contradict(first: Entry, second: Entry) -> bool:
    """Whether both state figures of one kind, and not one of them in common."""
    ours, theirs = figures(first.body), figures(second.body)
    return any(
        (alike := [other for other in theirs if other.kind is figure.kind])
        and not any(equal(own, other) for own in ours if own.kind is figure.kind for other in alike)
        for figure in ours
    )
