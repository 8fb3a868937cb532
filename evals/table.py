"""The report in the terminal: one screen."""

from collections.abc import Sequence
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.cases import HALVES
from evals.compare import Difference
from evals.judge import Judged
from evals.results import Result, Run, Status
from evals.score import BARS, Share, shares, ungrounded

_SHOWN = 12  # failures named
_BELIEVED = 0.6  # kappa


def show(out: Console, runs: Sequence[Run], difference: Difference | None) -> None:
    for run in runs:
        _shares(out, run)
        bad, replies = ungrounded(run.results)
        times = sorted(exchange.milliseconds for result in run.results for exchange in result.exchanges)
        took = f", median {median(times):.0f} ms" if times else ""
        out.print(
            f"{replies} replies{took}; with a figure or promise that no source holds: {bad}", highlight=False
        )
        for name, measures in run.retrieval.items():
            told = "  ".join(f"{measure} {value:.3f}" for measure, value in measures.items())
            out.print(f"search, {name}: {told}", highlight=False)
    if difference:
        _difference(out, difference)
    else:
        _failures(out, runs[0].results)


def show_judged(out: Console, judged: Judged) -> None:
    """What a language model thinks of the answers, and how far it is to be believed."""
    agreement = judged.agreement
    sample = agreement.judged + agreement.unusable
    out.print(
        f"judge {agreement.model}: as people say in {agreement.agreed} of {sample} (kappa {agreement.kappa:.2f}, "
        f"{agreement.unusable} unusable); {judged.right} of {judged.answers} answers right, {judged.unusable} unusable, "
        f"{len(judged.disagreements)} unlike the graders",
        highlight=False,
        markup=False,
    )
    if agreement.trouble:
        out.print(f"unusable, most often: {agreement.trouble}"[:200], highlight=False, markup=False)
    if agreement.kappa < _BELIEVED:
        out.print("This judge agrees too little with people to be believed.", style="yellow", highlight=False)
    for key, why in judged.disagreements[:_SHOWN]:
        out.print(f"  {key}: {' '.join(why.split())[:150]}", highlight=False, markup=False)


def _shares(out: Console, run: Run) -> None:
    table = Table(title=run.configuration, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("suite", "cases", "development", "held", "bar"):
        table.add_column(heading, justify="left" if heading == "suite" else "right", no_wrap=True)
    whole = {(each.suite, each.half): each for each in shares(run.results, by_language=False)}
    for suite in dict.fromkeys(suite for suite, _ in whole):
        halves = [whole.get((suite, half)) for half in HALVES]
        count = sum(each.graded for each in halves if each)
        table.add_row(suite, str(count), *map(_cell, halves), _bar(suite))
    out.print(table)


def _cell(share: Share | None) -> str:
    """ "0.950 (0.92-0.97)", with what went wrong beside the assistant's answers."""
    if share is None or not share.graded:
        return "-"
    crashed = f" {share.crashed} crashed" if share.crashed else ""
    ungraded = f" {share.grader_failed} ungraded" if share.grader_failed else ""
    every = f" all {share.every:.3f}" if share.every is not None else ""
    mark = " ✗" if share.holds is False else ""
    return f"{share.share:.3f} ({share.low:.2f}-{share.high:.2f}){every}{crashed}{ungraded}{mark}"


def _bar(suite: str) -> str:
    bar = BARS.get(suite)
    if bar is None:
        return ""
    return f"{'≤' if suite == 'false-refusal' else '≥'} {bar:.2f}"


def _difference(out: Console, difference: Difference) -> None:
    if difference.incomparable:
        names = ", ".join(difference.incomparable)
        out.print(f"[bold]Not comparable with the baseline: changed graders: {names}[/]", highlight=False)
        return
    out.print(
        f"[bold]{len(difference.fixed)} fixed, {len(difference.broken)} broken[/], {difference.added} new, "
        f"{difference.removed} gone since the baseline",
        highlight=False,
    )
    for key in difference.broken:
        out.print(f"  broken: {_hidden(key)}", highlight=False, markup=False)


def _failures(out: Console, results: Sequence[Result]) -> None:
    """A few, of the development half only: nobody is to learn from the held half."""
    failed = [r for r in results if r.status is not Status.PASSED and r.half == "development"]
    for result in failed[:_SHOWN]:
        wrong = result.note or "; ".join(verdict.detail for verdict in result.verdicts if not verdict.right)
        out.print(
            f"[red]{result.status.value}[/] {result.suite}/{result.id}: {escape(wrong[:150])}",
            highlight=False,
        )
    if len(failed) > _SHOWN:
        out.print(f"and {len(failed) - _SHOWN} more; all of them with --html FILE", highlight=False)


def _hidden(key: str) -> str:
    suite, half, language, id = key.split("/", 3)
    return f"{suite}/{id}" if half == "development" else f"one of the held half of {suite}, {language}"
