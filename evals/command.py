"""The command `certdesk eval`."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot import log
from bot.errors import CertDeskError
from bot.settings import Settings
from evals import compare, page, table
from evals.cases import FOLDER, HALVES, SUITES, labelled
from evals.compare import Difference
from evals.injections import read as read_injections
from evals.results import Run, Status
from evals.run import Attack, Play, run
from evals.score import ungrounded
from evals.target import local, remote
from knowledge.load import load

ALL = (*SUITES, "injection")
_COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())

out = Console()
err = Console(stderr=True)


def measure(
    configured: Settings,
    suites: Sequence[str],
    *,
    half: str,
    cases: Path | None,
    url: str,
    models: Sequence[str],
    embedders: Sequence[str],
    rerankers: Sequence[str],
    repeat: int,
    as_json: Path | None,
    as_html: Path | None,
    against: Path | None,
    save: Path | None,
    ingest: Callable[[Settings], object],
) -> int:
    """Run, report, and the exit status: 1 if it is worse than the baseline. Raises CertDeskError, KnowledgeError."""
    before = compare.read(against) if against else None
    plays = _plays(suites or ALL, half, cases or FOLDER)
    configurations = [
        configured.model_copy(update={"llm_model": model, "embedder": embedder, "reranker": reranker})
        for embedder, reranker, model in product(
            embedders or [configured.embedder],
            rerankers or [configured.reranker],
            models or [configured.llm_model],
        )
    ]
    log.configure(configured.log_format, "error")
    if not url:
        configurations = [_indexed(each, configured.embedder, ingest) for each in configurations]
    runs = [asyncio.run(_run(each, plays, url, repeat)) for each in configurations]
    difference = compare.compare(before, compare.baseline(runs[0])) if before else None
    made_at = datetime.now(UTC)
    if as_json:
        as_json.write_bytes(TypeAdapter(list[Run]).dump_json(runs, indent=1))
    if as_html:
        as_html.write_text(page.page(runs, difference, made_at), encoding="utf-8")
    if save:
        compare.write(compare.baseline(runs[0]), save)
    table.show(out, runs, difference)
    return _status(runs[0], difference)


def _indexed(settings: Settings, served: str, ingest: Callable[[Settings], object]) -> Settings:
    """With a current index; that of another embedder than the one that serves lies beside."""
    if settings.embedder != served:
        name = re.sub(r"\W+", "-", settings.embedder)
        settings = settings.model_copy(update={"data_dir": settings.data_dir / f"eval-{name}"})
    ingest(settings)
    return settings


async def _run(settings: Settings, plays: Sequence[Play], url: str, repeat: int) -> Run:
    with Progress(*_COLUMNS, console=err, transient=True) as progress:
        task = progress.add_task(url or settings.embedder, total=len(plays) * repeat)
        target = (
            remote(url, {f.id: f for service in load(settings.content_dir).services for f in service.figures})
            if url
            else local(settings, list(_questions(plays)))
        )
        async with target as opened:
            return await run(plays, opened, repeat, lambda: progress.advance(task))


def _plays(suites: Sequence[str], half: str, folder: Path) -> list[Play]:
    unknown = [suite for suite in suites if suite not in ALL]
    if unknown:
        raise CertDeskError(f"no suite {unknown[0]}; there are {', '.join(ALL)}")
    if not folder.is_dir():
        raise CertDeskError(f"there is no folder {folder}")
    plays: list[Play] = [*labelled([suite for suite in SUITES if suite in suites], folder)]
    if "injection" in suites:
        plays += _attacks(folder)
    plays = [play for play in plays if half in {"both", play.half}]
    if not plays:
        raise CertDeskError(f"{folder} holds no case of this kind")
    return plays


def _attacks(folder: Path) -> Iterator[Attack]:
    """Those that come by a channel; what is planted in the knowledge itself is played by `evals.obedient`."""
    for half in HALVES:
        for file in sorted((folder / "injection").glob(f"{half}*.yaml")):
            language = file.stem.rpartition(".")[2]
            for injection in read_injections(file):
                if injection.via != "knowledge":
                    yield Attack(half, language, injection)


def _questions(plays: Sequence[Play]) -> Iterator[tuple[str, str]]:
    for play in plays:
        if isinstance(play, Attack):
            yield play.injection.written[:4000], play.language
        else:
            yield from ((said, play.language) for said, _ in play.case.said)


def _status(measured: Run, difference: Difference | None) -> int:
    """2 where the run itself is no measure of anything: nothing could be graded, or all of it crashed."""
    done = [result for result in measured.results if result.status in {Status.PASSED, Status.FAILED}]
    if not done:
        err.print("nothing could be graded", style="bold red")
        return 2
    if difference is None:
        return 0
    bad, _ = ungrounded(measured.results)
    ungraded = sum(result.status is Status.GRADER_FAILED for result in measured.results)
    crashed = sum(result.status is Status.CRASHED for result in measured.results)
    complaints = [
        difference.worse and f"worse than the baseline: {', '.join(difference.worse)}",
        bad and f"{bad} replies state what no source holds",
        crashed and f"the assistant crashed in {crashed} cases",
        ungraded and f"a grader broke in {ungraded} cases",
    ]
    for complaint in filter(None, complaints):
        err.print(str(complaint), style="bold red", soft_wrap=True)
    return 1 if any(complaints) else 0
