"""The service killed without warning again and again while prospects ask on WeChat: each question is answered once.

One in the default run; CERTDESK_TEST_KILLS=100 (`make soak`) for the whole.
"""

import os
import random
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from itertools import cycle
from pathlib import Path

from processes import Supervisor, free_port
from tencent.platform import Customer, Platform
from test_killed import KILLS
from test_wechat import ASKED, answered, hanging_model, supervised

PROSPECTS = int(os.environ.get("CERTDESK_TEST_CROWD", "6"))
_COMES = 60.0  # seconds in which an answer comes, a restart among them, before it is asked for
_SETTLES = 300.0  # seconds after the last kill in which all that came in is answered, or it is lost
_STUCK = 2 * _SETTLES


class Prospect(threading.Thread):
    """Asks one question after the other, and asks for an answer that does not come, as everybody is told to."""

    def __init__(self, customer: Customer, done: threading.Event) -> None:
        super().__init__(daemon=True)
        self.customer = customer
        self.asked: Counter[str] = Counter()
        self.doubtful: Counter[str] = Counter()  # the customer was told that it did not come in
        self.lost: list[str] = []
        self.polls: list[str] = []
        self.longest = 0.0
        self.error: BaseException | None = None
        self._done = done

    def run(self) -> None:
        try:
            for question in cycle(ASKED):  # the last answer is never one to the same
                if self._done.is_set():
                    return
                self._ask(question)
        except BaseException as error:  # noqa: BLE001  # shown by the test, whatever it is
            self.error = error

    def _ask(self, question: str) -> None:
        before = answered(self.customer.heard, question)
        began = time.monotonic()
        exchange = self.customer.says(question)
        polls, over = 0, 0.0
        while not self.customer.waits(lambda heard: answered(heard, question) > before, _COMES):
            over = over or (time.monotonic() if self._done.is_set() else 0.0)
            if exchange.broken and polls:
                self.doubtful[question] += 1
                return
            if over and time.monotonic() > over + _SETTLES:
                self.lost.append(question)
                return
            self.polls.append(self.customer.says("继续").id)
            polls += 1
        self.longest = max(self.longest, time.monotonic() - began)
        self.asked[question] += 1


def test_a_service_killed_at_any_moment_loses_no_question_and_answers_none_twice(
    shipped_data: Path, tmp_path: Path
) -> None:
    port = free_port()
    with Platform(f"http://127.0.0.1:{port}/wechat/callback") as platform, hanging_model() as model:
        server = supervised(
            platform, port, shipped_data, tmp_path, model,
            CERTDESK_LLM_PATIENCE="4.4",  # some answers are just in time and some just too late
            CERTDESK_RATE_LIMITS="off",  # they ask again at once
        )  # fmt: skip
        try:
            prospects = killing(server, platform)
        finally:
            server.stop()
    asked_for = sum(len(prospect.polls) for prospect in prospects)
    answers = sum(prospect.asked.total() for prospect in prospects)
    longest = max(prospect.longest for prospect in prospects)
    print(f"{KILLS} kills, {answers} answered, {asked_for} asked for, the latest after {longest:.0f} s")
    assert [p.lost for p in prospects] == [[]] * PROSPECTS, kept(tmp_path / "certdesk.db")
    for prospect in prospects:
        assert prospect.asked.total() > 0
        # What may have arrived already is said again only to who asks for it.
        unasked = [each for each in prospect.customer.heard if each.to not in prospect.polls]
        for question, times in prospect.asked.items():
            assert answered(unasked, question) <= times + prospect.doubtful[question]
            assert answered(prospect.customer.heard, question) >= times


def kept(database: Path) -> str:
    """Where what was lost stands, if anywhere."""
    with closing(sqlite3.connect(database)) as held:
        waiting = held.execute("SELECT count(*) FROM inbox").fetchone()
        states = held.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall()
    return f"in the inbox: {waiting[0]}; deliveries: {dict(states)}"


def killing(server: Supervisor, platform: Platform) -> list[Prospect]:
    """Prospects at work while the service is killed, and until each has come to the end of what they were at."""
    server.ready()
    done = threading.Event()
    prospects = [Prospect(platform.customer(f"p{number:03}"), done) for number in range(PROSPECTS)]
    for prospect in prospects:
        prospect.start()
    for _ in range(KILLS):
        time.sleep(random.uniform(0.5, 9))  # noqa: S311  # no secret
        server.kill()
        server.ready()
    done.set()
    for prospect in prospects:
        prospect.join(_STUCK)
        assert not prospect.is_alive()
        assert prospect.error is None
    time.sleep(2)  # what would come twice has come by then
    return prospects
