"""Time of what the desk asks its store, with many conversations waiting, and of its pages; part of `make bench`.

`python -m evals.bench_desk URL` measures the store alone on any empty database.
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx

from bot.accounts import Accounts
from bot.handoff import Handoffs
from bot.hours import Hours
from bot.jobs import Jobs
from bot.messages import Author, AuthorKind, HandoffReason, Inbound, Outcome, Reply, new_id
from bot.outbound import Outbound
from bot.records import Role
from bot.store import Store, Transaction
from bot.store.views import Filter, View

CONVERSATIONS = 10_000
WAITING = 1_000
MESSAGES = 100_000
LOGIN, _PASSWORD = "bench@example.com", "correct horse battery"
_STAFF = "Li Na"
_BATCH = 250  # conversations that are filled in one transaction
_ROUNDS = 40
_QUERIES = ("费用", "证书有效期", "certificate", "how long", "王小明", "的")
_STREAMS = 50
_IDLE = 20.0  # seconds
_REASONS = list(HandoffReason)
_ASKED = {
    "zh": (
        "你们公司的认证费用是多少？我们有八十个人",
        "证书有效期是多久？到期以后怎么办",
        "我叫王小明，请问需要准备哪些材料",
        "最快多长时间能拿到证书",
        "一阶段审核的时候要看什么文件",
    ),
    "en": (
        "How long does the certification take for a company of 80 people?",
        "What does the certificate cost, and how long is it valid?",
        "My name is Ann Baker. Which documents do we have to send?",
        "Can we move the stage 2 audit to next month?",
        "Is a pre-review needed before the audit?",
    ),
}
_SAID = {
    "zh": "证书的有效期为三年，期间每年需要接受一次监督审核。具体费用取决于覆盖的人数、场所和服务的范围，"
    "我们的同事会根据您的申请给出报价。请问您所在的公司大约有多少人参与这项服务？",
    "en": "The certificate is valid for three years, with a surveillance audit every year. The fee depends on how many "
    "people and places are covered and on the scope of your services; a colleague will prepare a quotation.",
}

Row = Callable[[str, str, str, str], None]


@dataclass(frozen=True)
class _Filler:
    """Writes as the service does, so that the index, the order of times and the sizes are those of real use."""

    handoffs: Handoffs
    dice: random.Random

    def conversation(self, tx: Transaction, exchanges: int, reason: HandoffReason | None) -> None:
        language = self.dice.choice(("zh", "en"))
        bot = Author(AuthorKind.BOT, "Assistant")
        greeting = Reply(new_id("msg"), None, "Hello!", language, Outcome.SMALLTALK, bot)
        id, _ = tx.conversations.open("web", language, "", greeting)
        for number in range(exchanges):
            asked = new_id("msg")
            text = f"{self.dice.choice(_ASKED[language])} {self.dice.randrange(1_000_000)}"
            reply = Reply(new_id("msg"), asked, _SAID[language], language, Outcome.ANSWERED, bot)
            tx.conversations.add(Inbound("web", id, str(number), text), asked, reply)
        found = tx.conversations.get(id)
        if found and reason:
            self.handoffs.request(tx, found, reason, tx.conversations.messages(id, last=6), None, language)


def fill(store: Store, conversations: int, messages: int, waiting: int) -> None:
    """So many conversations with so many messages in all; every so often one waits for a person."""
    outbound = Outbound(store, {}, "en", "https://desk.example")
    filler = _Filler(
        Handoffs(Hours.parse("Asia/Shanghai", "Mon-Sun 00:00-24:00", ""), outbound),
        random.Random(7),  # noqa: S311  # a sample
    )
    exchanges = max(messages // conversations // 2, 1)
    every = max(conversations // waiting, 1)
    for start in range(0, conversations, _BATCH):
        with store.write() as tx:
            for number in range(start, min(start + _BATCH, conversations)):
                waits = number % every == 0
                reason = _REASONS[number // every % len(_REASONS)] if waits else None
                filler.conversation(tx, exchanges, reason)
    Accounts(store).add(LOGIN, _STAFF, Role.SUPERVISOR, "en", _PASSWORD, by="bench")


def measure(url: str, row: Row) -> None:
    """Fills the database at `url`, which is empty, and prints rows for what the desk asks it."""
    store = Store(url, Jobs(url))
    store.migrate()
    began = time.perf_counter()
    fill(store, CONVERSATIONS, MESSAGES, WAITING)
    row(f"{MESSAGES} messages written", f"{time.perf_counter() - began:.0f} s", "", "")

    def ask(what: Callable[[Transaction], object]) -> str:
        return _times(lambda: _read(store, what))

    for view in View:
        bar = "≤ 100 ms" if view is View.WAITING else ""
        row(f"queue, {view}, p50 / p95", ask(partial(_page, view=view)), "", bar)
    for query in _QUERIES:
        found = ask(partial(_search, query=query))
        row(f"search, {query}, p50 / p95", found, "", "≤ 200 ms")
    row(
        "look for changes, p50 / p95",
        ask(lambda tx: tx.queue.changed_since(datetime.now(UTC) - timedelta(seconds=30))),
        "",
        "",
    )
    store.close()


def _page(tx: Transaction, view: View) -> None:
    """What the page of a queue asks for."""
    tx.queue.counts(_STAFF)
    tx.queue.matching(view, Filter(), _STAFF)
    rows = tx.queue.rows(view, Filter(), _STAFF, 1, 50)
    tx.margins.looking([one.conversation for one in rows], but=1)


def _search(tx: Transaction, query: str) -> None:
    tx.finding.messages(query, 31)


def _read(store: Store, what: Callable[[Transaction], object]) -> None:
    with store.read() as tx:
        what(tx)


def _times(run: Callable[[], object]) -> str:
    """p50 and p95."""
    run()
    found = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        run()
        found.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(found):.1f} / {statistics.quantiles(found, n=20)[-1]:.1f} ms"


def measure_served(base: str, process: subprocess.Popen[bytes], row: Row) -> None:
    """The page of the queue from a server whose database was filled, and what many idle pages cost it."""
    with httpx.Client(base_url=base, timeout=60, follow_redirects=True) as client:
        client.post("/desk/sign-in", data={"login": LOGIN, "password": _PASSWORD}).raise_for_status()
        page = client.get("/desk/queue").raise_for_status()
        took = _times(lambda: client.get("/desk/queue").raise_for_status())
        row("GET /desk/queue, p50 / p95", took, f"{len(page.content) / 1000:.0f} kB", "≤ 100 ms")
        with ExitStack() as open_streams:
            for _ in range(_STREAMS):
                open_streams.enter_context(_stream(base, client.cookies))
            time.sleep(2)  # until their first events are out
            before = _cpu(process)
            time.sleep(_IDLE)
            share = (_cpu(process) - before) / _IDLE
        row(f"{_STREAMS} idle pages of the desk", f"{share:.1%}", "of one core", "")


@contextmanager
def _stream(base: str, cookies: httpx.Cookies) -> Iterator[None]:
    """A page that is open and has been told the counts, on a connection of its own."""
    with (
        httpx.Client(base_url=base, cookies=cookies, timeout=60) as client,
        client.stream("GET", "/desk/live") as told,
    ):
        next(told.raise_for_status().iter_raw())
        yield


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """Seconds that it has computed; from /proc, which is finer than `ps`."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _print(what: str, value: str, ratio: str = "", bar: str = "") -> None:
    print(f"{what:44} {value:>20}   {ratio:26} {bar}", flush=True)


if __name__ == "__main__":
    measure(sys.argv[1], _print)
