"""The command `certdesk eval`."""

import asyncio
import gc
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot import log
from bot.errors import CertDeskError
from bot.office import open_office
from bot.settings import Settings
from evals import compare, page, table
from evals import judge as judging
from evals.cases import FOLDER, HALVES, SUITES, Half, labelled
from evals.collect import collect
from evals.compare import Difference
from evals.injections import read as read_injections
from evals.results import Run, Status
from evals.run import Attack, Play, key_of, run
from evals.score import ungrounded
from evals.target import local, remote
from knowledge.load import load, services

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
    store: bool,
    models: Sequence[str],
    embedders: Sequence[str],
    rerankers: Sequence[str],
    repeat: int,
    most: int | None,
    judged: bool,
    as_json: Path | None,
    as_html: Path | None,
    against: Path | None,
    save: Path | None,
    ingest: Callable[[Settings], object],
) -> int:
    """Run, report, and the exit status: 1 if it is worse than the baseline. Raises CertDeskError, KnowledgeError."""
    before = compare.read(against) if against else None
    plays = _sampled(_plays(suites or _seen_from(url, store), half, cases or FOLDER), most)
    if judged and not configured.llm_model:
        raise CertDeskError("--judge needs a language model; set CERTDESK_LLM_MODEL and its address")
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
    measures = bool(as_json or as_html or not against)  # else it is only compared
    runs = [asyncio.run(_run(each, plays, url, store, repeat, measures)) for each in configurations]
    difference = None
    if before:
        now = compare.baseline(runs[0])
        difference = compare.compare(before.among(now) if most else before, now)
    made_at = datetime.now(UTC)
    if as_json:
        as_json.write_bytes(TypeAdapter(list[Run]).dump_json(runs, indent=1))
    if as_html:
        as_html.write_text(page.page(runs, difference, made_at), encoding="utf-8")
    if save:
        compare.write(compare.baseline(runs[0]), save)
    table.show(out, runs, difference)
    if judged:
        table.show_judged(out, asyncio.run(_judged(configured, runs[0])))
    return _status(runs[0], difference)


def _sampled(plays: Sequence[Play], most: int | None) -> Sequence[Play]:
    """Not more than `most` of a suite: nearly the same ones always, whatever others join them."""
    if most is None:
        return plays
    by_suite: dict[str, list[Play]] = {}
    for play in sorted(plays, key=lambda play: hashlib.sha256(key_of(play).encode()).digest()):
        by_suite.setdefault(key_of(play).partition("/")[0], []).append(play)
    return [play for group in by_suite.values() for play in group[:most]]


_PATIENCE = 120.0  # seconds that a judge may say nothing: nobody waits for it, and it may take one opinion after another


async def _judged(settings: Settings, measured: Run) -> judging.Judged:
    from bot.llm import OpenAICompatible  # takes seconds to import

    extra = {"temperature": 0, **settings.llm_extra}
    endpoint = OpenAICompatible(
        settings.llm_model, settings.llm_base_url, settings.llm_api_key, _PATIENCE, extra, None
    )
    try:
        return await judging.judge(measured, judging.Judge(endpoint), judging.sample())
    finally:
        await endpoint.close()


def draft(configured: Settings, cases: Path | None, days: int) -> None:
    """Drafts of cases from the database's conversations. Raises CertDeskError without a folder to write them to."""
    if cases is None:
        raise CertDeskError("name the folder of your own cases: certdesk eval new --cases FOLDER")
    office = open_office(configured, services(configured.content_dir))
    written = collect(office.store, datetime.now(UTC) - timedelta(days=days), cases)
    for name, count in sorted(written.items()):
        out.print(f"{count} in {cases / name}", highlight=False, soft_wrap=True)
    out.print("read each, put it right, and move it to a development file" if written else "nothing new")
    office.store.close()


def _indexed(settings: Settings, served: str, ingest: Callable[[Settings], object]) -> Settings:
    """With a current index; that of another embedder than the one that serves lies beside."""
    if settings.embedder != served:
        name = re.sub(r"\W+", "-", settings.embedder)
        settings = settings.model_copy(update={"data_dir": settings.data_dir / f"eval-{name}"})
    ingest(settings)
    return settings


async def _run(
    settings: Settings, plays: Sequence[Play], url: str, store: bool, repeat: int, measures: bool
) -> Run:
    with Progress(*_COLUMNS, console=err, transient=True) as progress:
        task = progress.add_task(url or settings.embedder, total=len(plays) * repeat)
        target = (
            remote(url, load(settings.content_dir), settings if store else None)
            if url
            else local(settings, list(_questions(plays)))
        )
        async with target as opened:
            gc.freeze()  # thousands of cases, which every full collection would go through
            return await run(plays, opened, repeat, lambda: progress.advance(task), measures=measures)


def _seen_from(url: str, store: bool) -> Sequence[str]:
    """All suites but those that need what is out of sight."""
    if url and not store:
        err.print("without --store the suite dialogue is left out: it is graded by the database")
        return [suite for suite in ALL if suite != "dialogue"]
    return ALL


def _plays(suites: Sequence[str], half: str, folder: Path) -> list[Play]:
    unknown = [suite for suite in suites if suite not in ALL]
    if unknown:
        raise CertDeskError(f"no suite {unknown[0]}; there are {', '.join(ALL)}")
    if not folder.is_dir():
        raise CertDeskError(f"there is no folder {folder}")
    halves = [each for each in HALVES if half in {"both", each}]
    plays: list[Play] = [*labelled([suite for suite in SUITES if suite in suites], folder, halves)]
    if "injection" in suites:
        plays += _attacks(folder, halves)
    if not plays:
        raise CertDeskError(f"{folder} holds no case of this kind")
    return plays


def _attacks(folder: Path, halves: Sequence[Half]) -> Iterator[Attack]:
    """Those that come by a channel; what is planted in the knowledge itself is played by `evals.obedient`."""
    for half in halves:
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
            yield from ((said, play.language) for said in play.case.written)


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
