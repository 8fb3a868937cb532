"""One page of HTML that says how the assistant did, to be opened from a file or sent along.

Of the held half it shows numbers only: whoever reads a case is tempted to tune on it.
"""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.messages import clean
from evals.compare import Difference
from evals.reliability import error
from evals.results import Bin, Result, Run, Status
from evals.score import BARS, Share, shares, ungrounded

T = TypeVar("T")

SHOWN = "development"  # the one half whose cases may be read

_VERDICTS = {True: "✓ holds", False: "✗ falls short"}
_STATUSES = {
    Status.FAILED: "failed",
    Status.CRASHED: "crashed",
    Status.GRADER_FAILED: "not graded",
}


@dataclass(frozen=True)
class Summary:
    """One configuration: `attempts` are the graded ones, `median` and `slow` (95th percentile) milliseconds.

    `error` is the expected calibration error of the bins in `reliability`.
    """

    configuration: str
    cases: int
    attempts: int
    replies: int
    ungrounded: int
    median: float | None
    slow: float | None
    shares: dict[str, list[Share]]
    halves: dict[str, list[Share]]
    retrieval: dict[str, dict[str, float]]
    reliability: list[Bin]
    error: float


@dataclass(frozen=True)
class Failures:
    """What did not pass in a suite, each with its configuration; `hidden` counts those that nobody may read."""

    suite: str
    shown: list[tuple[str, Result]]
    hidden: int


def page(runs: Sequence[Run], difference: Difference | None, made_at: datetime) -> str:
    """The page for one or several configurations; `difference` is that to the baseline, where there is one."""
    written = _TEMPLATES.get_template("page.html").render(
        summaries=[_summary(run) for run in runs],
        difference=difference,
        made_at=made_at,
        compared=_compared(runs) if len(runs) > 1 else {},
        measures=_measures(runs),
        failures=_failures(runs),
    )
    return clean(written)


def _summary(run: Run) -> Summary:
    graded = [result for result in run.results if result.status is not Status.GRADER_FAILED]
    bad, replies = ungrounded(run.results)
    times = sorted(exchange.milliseconds for result in run.results for exchange in result.exchanges)
    found = shares(run.results)
    return Summary(
        configuration=run.configuration,
        cases=len({result.key for result in graded}),
        attempts=len(graded),
        replies=replies,
        ungrounded=bad,
        median=statistics.median(times) if times else None,
        slow=times[ceil(0.95 * len(times)) - 1] if times else None,
        shares={suite: [s for s in found if s.suite == suite] for suite in _unique(s.suite for s in found)},
        halves={half: [s for s in found if s.half == half] for half in _unique(s.half for s in found)},
        retrieval=run.retrieval,
        reliability=run.reliability,
        error=error(run.reliability),
    )


def _compared(runs: Sequence[Run]) -> dict[tuple[str, str], list[Share | None]]:
    """By suite and half one share a configuration, None where it did not play them."""
    each = [{(s.suite, s.half): s for s in shares(run.results, by_language=False)} for run in runs]
    keys = _unique(key for found in each for key in found)
    return {key: [found.get(key) for found in each] for key in keys}


def _measures(runs: Sequence[Run]) -> list[str]:
    return _unique(name for run in runs for measures in run.retrieval.values() for name in measures)


def _failures(runs: Sequence[Run]) -> list[Failures]:
    failed = [
        (run.configuration, result)
        for run in runs
        for result in run.results
        if result.status is not Status.PASSED
    ]
    found = []
    for suite in _unique(result.suite for _, result in failed):
        of_suite = [(name, result) for name, result in failed if result.suite == suite]
        shown = [(name, result) for name, result in of_suite if result.half == SHOWN]
        found.append(Failures(suite, shown, len(of_suite) - len(shown)))
    return found


def _unique(values: Iterable[T]) -> list[T]:
    """Each once, in the order in which they come."""
    return list(dict.fromkeys(values))


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def _interval(share: Share) -> str:
    return f"{_percent(share.low).removesuffix(' %')}–{_percent(share.high)}"


def _bar(suite: str) -> str:
    """The bar in words, empty where a suite has none."""
    if suite not in BARS:
        return ""
    return f"at {'most' if suite == 'false-refusal' else 'least'} {_percent(BARS[suite])}"


def _holds(share: Share) -> str:
    if not share.graded:
        return "– nothing graded"
    return "– no bar" if share.holds is None else _VERDICTS[share.holds]


def _counted(number: int, thing: str) -> str:
    """Such as `1 case`, `2 cases`, `2 replies`."""
    if number == 1:
        return f"1 {thing}"
    return f"{number} {thing.removesuffix('y')}ies" if thing.endswith("y") else f"{number} {thing}s"


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {
    "percent": _percent,
    "interval": _interval,
    "holds": _holds,
    "bar": _bar,
    "counted": _counted,
}
_TEMPLATES.globals |= {"BARS": BARS, "STATUSES": _STATUSES}
