"""The command `certdesk`. What answers customers is imported by the commands that need it: it takes seconds."""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import uvicorn
from pydantic import TypeAdapter
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters.wechat import commands as wechat
from bot import log, members, settings, staff
from bot.errors import CertDeskError
from bot.messages import Author, AuthorKind, Message, Reply, clean, new_id
from bot.settings import Settings
from knowledge import index, lint
from knowledge.embed import CachedEmbedder, embedder
from knowledge.errors import ContentError, KnowledgeError
from knowledge.ingest import Report
from knowledge.ingest import ingest as run_ingest
from knowledge.load import load

if TYPE_CHECKING:
    from knowledge.search import Hit, Search

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
out = Console()
err = Console(stderr=True)

cli.add_typer(staff.case_cli, name="case")
cli.add_typer(staff.document_cli, name="document")
cli.add_typer(staff.handoff_cli, name="handoff")
cli.add_typer(members.cli, name="staff")
cli.add_typer(wechat.cli, name="wechat")
for command in (staff.gaps, staff.deliveries):
    cli.command()(command)
cli.command("export")(staff.export_customer)
cli.command("erase")(staff.erase_customer)

ContentOption = Annotated[
    Path | None, typer.Option("--content", help="content folder; default: the configured one")
]
JsonOption = Annotated[bool, typer.Option("--json", help="machine-readable output")]


def main() -> None:
    """Run the command; errors that the user can mend are shown as one plain message, exit status 2."""
    try:
        cli()
    except (CertDeskError, KnowledgeError) as error:
        err.print(f"[bold red]certdesk:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(2)


@cli.command()
def serve() -> None:
    """Serve the website, the widget and the API; builds the index first if the content has changed."""
    from bot.app import create_app

    configured = _settings()
    try:
        _ingest(configured)
    except ContentError as error:
        if index.current(configured.data_dir / "index") is None:
            raise
        err.print(
            f"[bold red]The content has mistakes, so the last good index is served:[/]\n{escape(str(error))}"
        )
    gc.disable()  # what is loaded stays: to look for what may be freed among it takes 0.2 s each time
    app = create_app(configured)
    gc.freeze()
    gc.enable()
    uvicorn.run(
        app,
        host=configured.host,
        port=configured.port,
        log_config=None,
        access_log=False,
        forwarded_allow_ips=configured.trusted_proxies,
        timeout_graceful_shutdown=10,
    )


@cli.command()
def ingest(content: ContentOption = None) -> None:
    """Read the content folder and build the index; the old index serves until the new one is complete."""
    configured = _settings()
    report = _ingest(configured.model_copy(update={"content_dir": content}) if content else configured)
    state = "unchanged" if report.unchanged else "built"
    out.print(
        f"{report.entries} entries, {report.passages} passages, index {report.build} {state}", highlight=False
    )


@cli.command(name="lint")
def lint_command(content: ContentOption = None) -> None:
    """Check the content: deadlines, editions, figures, translations, near-duplicates. Exit status 1 on findings."""
    configured = _settings()
    cached = CachedEmbedder(embedder(configured.embedder), configured.data_dir / "embeddings.sqlite")
    findings = lint.lint(load(content or configured.content_dir), date.today(), cached)
    for finding in findings:
        out.print(str(finding), highlight=False, markup=False, soft_wrap=True)
    out.print(f"{len(findings)} findings", highlight=False)
    raise typer.Exit(1 if findings else 0)


@cli.command()
def model() -> None:
    """Put one question to the language model that is set up, and say what is wrong if it does not answer."""
    from bot.app import open_model
    from bot.assistant.trial import trial
    from bot.metrics import Metrics

    configured = _settings()
    opened = open_model(configured, Metrics())
    if opened is None:
        raise CertDeskError(
            "no model is set up; see docs/llm.md, or leave it so: the knowledge answers by itself"
        )
    tried = asyncio.run(trial(opened))
    out.print(f"{configured.llm_model} says: {tried.text}", highlight=False, markup=False)
    out.print(f"first words after {tried.first:.1f} s, all after {tried.whole:.1f} s", highlight=False)


@cli.command()
def search(
    query: Annotated[str | None, typer.Argument(help="what to look for")] = None,
    k: Annotated[int, typer.Option("--k", min=1, max=100, help="how many hits")] = 5,
    as_json: JsonOption = False,
    content: ContentOption = None,
    questions: Annotated[
        Path | None, typer.Option(help='JSON lines {"id", "question"} to search one by one')
    ] = None,
) -> None:
    """Search the knowledge; with --questions, every line of a file, a result line each."""
    from bot.app import open_search

    if (query is None) == (questions is None):
        raise CertDeskError("give either a query or --questions FILE.jsonl")
    configured = _settings(content)
    if content is not None or index.current(configured.data_dir / "index") is None:
        _ingest(configured)
    opened = open_search(configured)
    if questions is not None:
        _search_all(opened, questions, k)
        return
    result = opened.search(query or "", k)
    if as_json:
        print(json.dumps({"query": query, "hits": [_hit(hit) for hit in result.hits]}, ensure_ascii=False))
        return
    for hit in result.hits:
        out.print(
            f"[bold]{hit.confidence:.2f}[/]  {hit.score:6.2f}  {escape(hit.entry.key)}  {escape(hit.entry.title)}"
        )


@cli.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="a question; without one, a conversation")] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the assistant in the terminal, as a customer would."""
    from bot.answer import Answerer
    from bot.app import open_search
    from bot.service import check, to_reply

    configured = _settings()
    if index.current(configured.data_dir / "index") is None:
        _ingest(configured)
    answerer = Answerer(open_search(configured))
    history: list[Message] = []
    for typed in _typed() if question is None else [question]:
        text = clean(typed)
        check(text)
        reply = to_reply(answerer.answer(text, history, ""), None)
        _remember(history, text, reply)
        if as_json:
            print(json.dumps(TypeAdapter(Reply).dump_python(reply, mode="json"), ensure_ascii=False))
        else:
            _show(reply)


@cli.command(name="eval")
def evaluate(
    suites: Annotated[
        list[str] | None, typer.Argument(help="suites; default: all; or `new`: drafts of cases")
    ] = None,
    content: ContentOption = None,
    cases: Annotated[
        Path | None, typer.Option(help="folder of cases; default: those that are shipped")
    ] = None,
    half: Annotated[str, typer.Option(help="development, held or both")] = "both",
    url: Annotated[str, typer.Option(help="a server to measure instead, by its address")] = "",
    store: Annotated[
        bool, typer.Option("--store", help="with --url: that server's database is the one of these settings")
    ] = False,
    model: Annotated[
        list[str] | None, typer.Option(help="language model, '' for none; give it again to compare")
    ] = None,
    embedders: Annotated[list[str] | None, typer.Option("--embedder", help="as --model")] = None,
    reranker: Annotated[list[str] | None, typer.Option(help="as --model")] = None,
    repeat: Annotated[int, typer.Option(min=1, max=100, help="times each case is played")] = 1,
    most: Annotated[
        int | None, typer.Option(min=1, help="play not more cases of a suite, always the same")
    ] = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="have the configured language model judge the answers, too")
    ] = False,
    as_json: Annotated[Path | None, typer.Option("--json", help="write all results to this file")] = None,
    as_html: Annotated[Path | None, typer.Option("--html", help="write a page with every failure")] = None,
    baseline: Annotated[Path | None, typer.Option(help="fail if it is worse than this file says")] = None,
    save_baseline: Annotated[Path | None, typer.Option(help="write such a file")] = None,
    days: Annotated[int, typer.Option(min=1, help="of `new`: how far back it looks")] = 30,
) -> None:
    """Measure how often the assistant is right, honest and safe. Exit status 1: worse than the baseline."""
    if half not in {"development", "held", "both"}:
        raise CertDeskError(f"--half is development, held or both, not {half}")
    try:
        from evals import command
    except ImportError as error:
        raise CertDeskError("this needs the extra `evals`: pip install 'certdesk[evals]'") from error
    if suites == ["new"]:
        command.draft(_settings(content), cases, days)
        return
    status = command.measure(
        _settings(content), suites or [], half=half, cases=cases, url=url, store=store,
        models=model or [], embedders=embedders or [], rerankers=reranker or [], repeat=repeat, most=most, judged=judge,
        as_json=as_json, as_html=as_html, against=baseline, save=save_baseline, ingest=_ingest,
    )  # fmt: skip
    raise typer.Exit(status)


@contextmanager
def _progress() -> Iterator[Any]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("Indexing", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _settings(content: Path | None = None) -> Settings:
    configured = settings.load()
    log.configure(configured.log_format, configured.log_level)
    if content is None:
        return configured
    # Content of one's own gets an index of its own, beside the one that is served.
    name = f"content-{index.folder_name(content)}"
    return configured.model_copy(update={"content_dir": content, "data_dir": configured.data_dir / name})


def _ingest(configured: Settings) -> Report:
    with _progress() as progress:
        return run_ingest(
            configured.content_dir,
            configured.data_dir,
            embedder(configured.embedder),
            chroma_url=configured.chroma_url or None,
            progress=progress,
        )


def _search_all(opened: "Search", file: Path, k: int) -> None:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")  # not splitlines: a question may hold U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise CertDeskError(f"{file} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            id, text = asked["id"], str(asked["question"])
        except (ValueError, KeyError, TypeError) as error:
            raise CertDeskError(
                f'{file}:{number}: not a line {{"id": …, "question": …}} ({error})'
            ) from error
        started = time.perf_counter()
        result = opened.search(text, k)
        took = (time.perf_counter() - started) * 1000
        hits = [_hit(hit) for hit in result.hits]
        print(json.dumps({"id": id, "hits": hits, "ms": round(took, 2)}, ensure_ascii=False), flush=True)


def _hit(hit: "Hit") -> dict[str, Any]:
    return {"entry": hit.entry.id, "score": round(hit.score, 4), "confidence": round(hit.confidence, 4)}


def _typed() -> Iterator[str]:
    """Lines typed in a conversation, until end of input."""
    while True:
        try:
            line = out.input("[bold]> [/]") if sys.stdin.isatty() else input()
        except (EOFError, KeyboardInterrupt):
            return
        if line.strip():
            yield line


def _remember(history: list[Message], text: str, reply: Reply) -> None:
    for author, said, stored in (
        (Author(AuthorKind.CUSTOMER, ""), text, None),
        (reply.author, reply.text, reply),
    ):
        history.append(Message(new_id("msg"), len(history) + 1, author, said, datetime.now(UTC), stored))


def _show(reply: Reply) -> None:
    out.print(reply.text, markup=False, highlight=False)
    for citation in reply.citations:
        out.print(
            f"[dim][{citation.n}] {escape(citation.title)} > {escape(citation.section)}[/]", highlight=False
        )
    for action in reply.actions:
        out.print(f"[cyan]  › {escape(action.label)}[/]", highlight=False)


if __name__ == "__main__":
    main()
