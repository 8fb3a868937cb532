"""Whether the confidences of the search are true: of the hits it is 80 % sure of, four in five are to be right."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import fmean

from bot.questions import searchable
from evals.cases import Labelled, Question
from evals.results import Bin
from knowledge.documents import Kind
from knowledge.search import Hit, Search

_SUITES = ("answers", "refusal")
_BINS = 10


def measure(plays: Sequence[Labelled], search: Search | None) -> list[Bin]:
    """The first hits by confidence, ten equal bins less the empty ones; nothing without a search."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in _first_hits(plays, search) if search else ():
        bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    return [_bin(number, hits) for number, hits in sorted(bins.items())]


def error(bins: Sequence[Bin]) -> float:
    """The expected calibration error, 0..1: how far confidence and share lie apart in a bin, weighted by its hits."""
    hits = sum(each.count for each in bins)
    apart = sum(each.count * abs(each.confidence - each.right) for each in bins)
    return apart / hits if hits else 0.0


def _first_hits(plays: Sequence[Labelled], search: Search) -> Iterator[tuple[float, bool]]:
    for play in plays:
        if play.suite in _SUITES and isinstance(play.case, Question):
            for hit in search.search(searchable(play.case.question, play.language), 1).hits:
                yield hit.confidence, _right(play.case, hit)


def _right(case: Question, hit: Hit) -> bool:
    """A section counts by its anchor; what cannot be answered has no right hit."""
    entry = hit.entry
    ids = {entry.id, entry.anchor} if entry.kind is Kind.SECTION else {entry.id}
    return case.answerable and not ids.isdisjoint(case.entries)


def _bin(number: int, hits: Sequence[tuple[float, bool]]) -> Bin:
    return Bin(
        low=number / _BINS,
        high=(number + 1) / _BINS,
        count=len(hits),
        confidence=round(fmean(confidence for confidence, _ in hits), 4),
        right=round(fmean(right for _, right in hits), 4),
    )
