"""The real server, killed without warning again and again while customers apply; nothing is lost or done twice.

One in the default run, on SQLite; CERTDESK_TEST_KILLS=100 (`make soak`) for the whole, on PostgreSQL, too.
"""

import http.server
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.settings import CONTENT
from bot.store import Store
from databases import MIGRATED
from processes import Supervisor, free_port
from samples import SMALL, write

KILLS = int(os.environ.get("CERTDESK_TEST_KILLS", "1"))
CUSTOMERS = 3
_STUCK = 60  # seconds after which a test that waits for what never comes fails
_ANSWERS = (
    "I want to start an application",
    "Star Hosting Ltd",
    "Hosting",
    "80 people",
    "skip",
    "Ann Lee",
    "ann{n}@example.com",
    "yes",
)
APPLICATION = """\
application:
  - {id: company, type: text, required: true, en: company name, zh: 公司名称}
  - {id: main_business, type: text, required: true, en: main business, zh: 主营业务}
  - {id: people_covered, type: count, required: true, en: number of people covered, zh: 覆盖人数}
  - {id: target_date, type: date, required: false, en: target date, zh: 期望完成时间}
  - {id: contact_name, type: name, required: true, en: contact name, zh: 联系人}
  - {id: contact, type: contact, required: true, en: "phone, e-mail or WeChat", zh: 电话、邮箱或微信}
"""


class Received:
    """Where notices to staff arrive; one in three is refused the first time, so that it must be tried again."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._refused: set[str] = set()

    def take(self, key: str) -> bool:
        if key[-1] in "369" and key not in self._refused:
            self._refused.add(key)
            return False
        self.counts[key] += 1
        return True


@contextmanager
def sink() -> Iterator[tuple[str, Counter[str]]]:
    received = Received()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            taken = received.take(self.headers["Idempotency-Key"])
            self.send_response(204 if taken else 503)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", received.counts
        server.shutdown()
        thread.join()


class Customer(threading.Thread):
    """Applies, over and over, and repeats each message under the same id until it has been answered."""

    def __init__(self, url: str, number: int, done: threading.Event) -> None:
        super().__init__(name=f"customer {number}", daemon=True)
        self._client = httpx.Client(base_url=url, timeout=10)
        self._number = number
        self._done = done
        self.replies: dict[tuple[str, str], set[str]] = {}
        self.references: Counter[str] = Counter()
        self.confirmed = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._apply()
        except BaseException as error:  # noqa: BLE001  # shown by the test, whatever it is
            self.error = error

    def _apply(self) -> None:
        while not self._done.is_set():
            opened = self._persist("/api/conversations", {"locale": "en"}, "")
            for n, text in enumerate(_ANSWERS):
                body = {"client_message_id": f"m{n}", "text": text.format(n=self._number)}
                path = f"/api/conversations/{opened['id']}/messages"
                for _ in range(random.choice((1, 1, 2))):  # noqa: S311  # some are sent twice
                    reply = self._persist(path, body, opened["token"])
                    self.replies.setdefault((opened["id"], f"m{n}"), set()).add(reply["id"])
            self.references[reply["case"]["reference"]] += 1
            self.confirmed += 1
        self._client.close()

    def _persist(self, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        while True:
            try:
                response = self._client.post(
                    path, json=body, headers={"Authorization": f"Bearer {token or '-'}"}
                )
                if response.status_code < 300:
                    found: dict[str, Any] = response.json()
                    return found
                assert response.status_code >= 500, response.text
            except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.TimeoutException):
                pass
            time.sleep(0.05)


@pytest.mark.parametrize("database", MIGRATED if KILLS > 1 else ["sqlite"])
def test_a_server_killed_at_any_moment_loses_nothing_and_does_nothing_twice(
    database: str, tmp_path: Path
) -> None:
    content = write(
        tmp_path / "content", {**SMALL, "desk/service.yaml": SMALL["desk/service.yaml"] + APPLICATION}
    )
    database_url = MIGRATED[database](tmp_path)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with sink() as (webhook, received):
        settings = {
            "CERTDESK_PORT": str(port),
            "CERTDESK_DATA_DIR": str(tmp_path / "data"),
            "CERTDESK_CONTENT_DIR": str(content),
            "CERTDESK_DATABASE_URL": database_url,
            "CERTDESK_WEBHOOK_URL": webhook,
            "CERTDESK_RATE_LIMITS": "off",
            "CERTDESK_LOG_LEVEL": "warning",
        }
        server = Supervisor(settings, url, tmp_path / "server.log")
        try:
            customers = killing(server, url)
            check_store(database_url, customers)
            references = {reference for customer in customers for reference in customer.references}
            wait_for({f"case:{reference}" for reference in references}, received)
        finally:
            server.stop()


def killing(server: Supervisor, url: str) -> list[Customer]:
    """Customers at work while the server is killed, and until each has come to the end of what it was at."""
    server.ready()
    done = threading.Event()
    customers = [Customer(url, n, done) for n in range(CUSTOMERS)]
    try:
        for customer in customers:
            customer.start()
        for _ in range(KILLS):
            time.sleep(random.uniform(0.05, 1.5))  # noqa: S311
            server.kill()
            server.ready()
    finally:
        done.set()
    for customer in customers:
        customer.join(_STUCK)
        assert not customer.is_alive()
        assert customer.error is None
    return customers


def check_store(database_url: str, customers: list[Customer]) -> None:
    store = Store(database_url)
    with store.read() as tx:
        cases = tx.cases.latest(10_000)
        confirmed = sum(customer.confirmed for customer in customers)
        assert confirmed > 0
        assert len(cases) == confirmed
        assert {case.fields["people_covered"] for case in cases} == {"80"}
        for case in cases:
            assert [event.kind for event in tx.cases.history(case.id)] == ["created"]
        for customer in customers:
            assert set(customer.references.values()) == {1}
            for (conversation, message), replies in customer.replies.items():
                assert len(replies) == 1, (conversation, message)
            for conversation in {conversation for conversation, _ in customer.replies}:
                said = tx.conversations.messages(conversation)
                assert [message.seq for message in said] == list(range(1, 2 * len(_ANSWERS) + 2))
    store.close()


def wait_for(keys: set[str], received: Counter[str]) -> None:
    """Notices are sent in the end, each under its own key, however often the server was killed while sending."""
    ends = time.monotonic() + 2 * _STUCK
    while not keys <= set(received):
        assert time.monotonic() < ends, json.dumps(sorted(keys - set(received)))
        time.sleep(0.1)


def test_the_shipped_content_has_an_application() -> None:
    assert "application:" in (CONTENT / "iso-20000" / "service.yaml").read_text(encoding="utf-8")
