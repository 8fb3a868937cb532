"""The whole service behind the whole platform: what a prospect does on WeChat, from the first scan to the last."""

import http.server
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from adapters.wechat.texts import texts
from bot.office import Office, open_office
from bot.settings import Settings
from bot.texts import texts as phrases
from conftest import serving
from contract import APPLICATION
from evals.bench_model import stub
from knowledge.load import services
from processes import Supervisor, free_port
from tencent.peer import Peer
from tencent.platform import Customer, Exchange, Heard, Platform

CROWD = int(os.environ.get("CERTDESK_TEST_CROWD", "12"))
PATIENCE = (
    5.0 if "CERTDESK_TEST_CROWD" in os.environ else 20.0
)  # the platform's own; longer among other tests
_STUCK = 90.0  # seconds after which a test that waits for what never comes fails
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
ASKED = {
    "证书有效期多久？": "3年",
    "最快多久能拿证？": "15个工作日",
    "How long is the certificate valid?": "3 years",
    "What is the shortest time to get certified?": "15 working days",
}


@contextmanager
def hanging_model() -> Iterator[str]:
    """The address of a model that takes every question and never says a word."""
    over = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            over.wait(_STUCK)

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.request_queue_size = 256
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        over.set()
        server.shutdown()
        thread.join()


def settings(platform: Platform, data: Path, folder: Path, **more: Any) -> Settings:
    of_account: dict[str, Any] = {
        name.removeprefix("CERTDESK_").lower(): value for name, value in platform.settings().items()
    }
    database = f"sqlite:///{folder / 'certdesk.db'}"
    return Settings(
        data_dir=data, database_url=database, files_url=str(folder / "files"), **of_account, **more
    )


def supervised(
    platform: Platform, port: int, data: Path, folder: Path, model: str, **more: str
) -> Supervisor:
    """The service in a process of its own, for that account and with that model; `more` are further variables."""
    variables = platform.settings() | {
        "CERTDESK_PORT": str(port),
        "CERTDESK_DATA_DIR": str(data),
        "CERTDESK_DATABASE_URL": f"sqlite:///{folder / 'certdesk.db'}",
        "CERTDESK_LLM_MODEL": "m",
        "CERTDESK_LLM_BASE_URL": model,
        "CERTDESK_LOG_LEVEL": "warning",
    }
    return Supervisor(variables | more, f"http://127.0.0.1:{port}", folder / "server.log")


def office(configured: Settings) -> Office:
    """Where staff work, in another process as far as the service can tell."""
    return open_office(configured, services(configured.content_dir))


def test_a_prospect_from_the_first_scan_to_the_last_message(
    shipped_data: Path, tmp_path: Path, peer: Peer
) -> None:
    with Platform(peer=peer) as platform, hanging_model() as model:
        configured = settings(
            platform,
            shipped_data,
            tmp_path,
            llm_model="m",
            llm_base_url=model,
            llm_patience=5.5,
            llm_timeout=6,
        )
        staff = office(configured)
        with serving(configured, jobs=True) as url:
            platform.callback = f"{url}/wechat/callback"
            assert platform.verify()
            ann = platform.customer("ann")
            played(ann, staff)
        staff.store.close()


def played(ann: Customer, staff: Office) -> None:
    assert ann.follows(scene="fair").shown == texts("zh").welcome

    late = ann.says("证书有效期多久？")  # the model says nothing, so the content answers in the end
    assert late.shown == texts("zh").wait_pushed.format(question="证书有效期多久？")
    assert ann.waits(lambda heard: any(each.to is None and "3年" in each.text for each in heard), _STUCK)

    applies(ann)
    with staff.store.read() as tx:
        (case,) = tx.cases.latest(2)
    assert case.fields["company"] == "星辰科技有限公司"

    photo = ann.sends_picture(PNG).shown
    assert phrases("zh").case.which in photo
    line = re.search(r"^· (.+)$", photo, re.MULTILINE)
    assert line
    assert phrases("zh").case.filed.partition("{")[0] in ann.says(line[1]).shown
    with staff.store.read() as tx:
        (document,) = tx.documents.of_case(case.id)
    assert document.item

    ann.says("转人工")
    with staff.store.write() as tx:
        staff.handoffs.take(tx, str(case.conversation), "李华")
    assert ann.says("在吗？").shown == ""  # the bot is silent now
    with staff.store.write() as tx:
        staff.handoffs.reply(tx, str(case.conversation), "李华", "您好，材料我看过了。")
    assert ann.waits(lambda heard: heard[-1].text == "李华：您好，材料我看过了。", _STUCK)

    ann.unfollows()
    with staff.store.read() as tx:
        assert tx.customers.find("wechat", ann.openid) is None
        kept = tx.cases.get(case.id)
    assert kept is not None
    assert (kept.reference, dict(kept.fields)) == (case.reference, {"company": "星辰科技有限公司"})


def applies(ann: Customer) -> None:
    """All the questions of an application, and yes."""
    for answer in APPLICATION:
        said = ann.says(answer).shown
        assert said, answer
    assert "确认" in said or "都对吗" in said
    assert "CD-" in ann.says("是").shown


def test_with_a_model_that_hangs_all_are_told_in_time_and_answered_once(
    shipped_data: Path, tmp_path: Path
) -> None:
    with Platform(patience=PATIENCE) as platform, hanging_model() as model:
        configured = settings(
            platform, shipped_data, tmp_path, llm_model="m", llm_base_url=model, llm_patience=6, llm_timeout=7
        )
        with serving(configured, jobs=True) as url:
            platform.callback = f"{url}/wechat/callback"
            crowd = Crowd(platform)
            told_in_time(crowd.asks())
            for customer, question in crowd:
                assert customer.waits(partial(answered, question=question), _STUCK), customer.texts
            assert [answered(customer.heard, question) for customer, question in crowd] == [1] * CROWD


def test_with_a_model_that_takes_a_second_nearly_all_see_the_answer_in_the_first_response(
    shipped_data: Path, tmp_path: Path
) -> None:
    port = free_port()
    with Platform(f"http://127.0.0.1:{port}/wechat/callback", patience=PATIENCE) as platform, stub() as model:
        server = supervised(platform, port, shipped_data, tmp_path, model)
        try:
            server.ready()
            crowd = Crowd(platform)
            exchanges = crowd.asks()
        finally:
            server.stop()
    told_in_time(exchanges)
    direct = sum(ASKED[question] in each.shown for each, (_, question) in zip(exchanges, crowd, strict=True))
    last = max(each.seconds[0] for each in exchanges)
    print(f"{direct} of {CROWD} answered in the first response, the last after {last:.1f} s")
    assert direct >= 0.99 * CROWD


class Crowd:
    """Customers who ask at once, one in four the same; each with what they ask."""

    def __init__(self, platform: Platform) -> None:
        customers = [platform.customer(f"n{number:03}") for number in range(CROWD)]
        self._asking = list(zip(customers, cycle(ASKED), strict=False))

    def __iter__(self) -> Iterator[tuple[Customer, str]]:
        return iter(self._asking)

    def asks(self) -> list[Exchange]:
        with ThreadPoolExecutor(CROWD) as pool:
            return list(pool.map(Customer.says, *zip(*self._asking, strict=True)))


def told_in_time(exchanges: list[Exchange]) -> None:
    """By the first delivery, which the platform has not dropped."""
    assert Counter(tuple(each.statuses) for each in exchanges) == {(200,): len(exchanges)}
    assert not any(each.broken for each in exchanges)


def answered(heard: list[Heard], question: str) -> int:
    return sum(ASKED[question] in each.text for each in heard)


@pytest.mark.parametrize("verified", [True, False])
def test_answers_that_are_there_are_shown_at_once(
    shipped_data: Path, tmp_path: Path, peer: Peer, *, verified: bool
) -> None:
    with (
        Platform(peer=peer, verified=verified) as platform,
        serving(settings(platform, shipped_data, tmp_path)) as url,
    ):
        platform.callback = f"{url}/wechat/callback"
        ann = platform.customer("ann")
        for question, answer in ASKED.items():
            assert answer in ann.says(question).shown
        assert "😀" not in ann.says("😀😀😀").shown
        for kind in ("voice", "video", "shortvideo", "location", "link"):
            assert ann.sends(kind).shown
        assert "15个工作日" in ann.clicks("time:zh").shown
        assert ann.scans("poster").shown == phrases("zh").hello
