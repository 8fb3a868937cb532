"""How well the search ranks, by the measures of the field (ir-measures)."""

from collections import defaultdict
from collections.abc import Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

from bot.questions import searchable
from evals.cases import Labelled, Question
from knowledge.documents import Kind
from knowledge.search import Hit, Search

MEASURES = (Success @ 1, R @ 5, RR @ 10, nDCG @ 10)
_DEPTH = 10


def measure(plays: Sequence[Labelled], search: Search | None) -> dict[str, dict[str, float]]:
    """By half and language ("held zh") the measures over the answerable questions; nothing without a search."""
    groups: dict[tuple[str, str], list[Question]] = defaultdict(list)
    for play in plays:
        if play.suite == "answers" and isinstance(play.case, Question) and play.case.entries:
            groups[play.half, play.language].append(play.case)
    if search is None:
        return {}
    return {
        f"{half} {language}": _measured(cases, language, search) for (half, language), cases in groups.items()
    }


def _measured(cases: Sequence[Question], language: str, search: Search) -> dict[str, float]:
    """Each id that a case accepts is relevant; an entry counts once, whichever language it is found in."""
    wanted = [ir_measures.Qrel(case.id, entry, 1) for case in cases for entry in case.entries]
    ranked = []
    for case in cases:
        hits = search.search(searchable(case.question, language), _DEPTH).hits
        found = dict.fromkeys(map(_id, hits))
        ranked += [ir_measures.ScoredDoc(case.id, id, float(-rank)) for rank, id in enumerate(found)]
    measured = ir_measures.calc_aggregate(MEASURES, wanted, ranked)
    return {str(measure): round(float(measured[measure]), 4) for measure in MEASURES}


def _id(hit: Hit) -> str:
    return hit.entry.anchor if hit.entry.kind is Kind.SECTION else hit.entry.id
