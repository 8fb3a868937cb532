import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import log
from bot.compose import Draft
from bot.dialogue import Dialogue
from bot.messages import Inbound, Outcome
from bot.records import Known
from bot.service import Service
from bot.store import Store
from bot.turn import Finish

SECRET = "my-private-question-42"


class Curt(Dialogue):
    """Says yes to everything, and fails when told."""

    def __init__(self) -> None:
        pass

    def greet(self, language: str) -> Draft:
        return Draft("Hello!", language, Outcome.SMALLTALK)

    def respond(self, text: str, known: Known) -> Finish:
        if "fail" in text:
            raise RuntimeError("the answerer failed")
        return lambda tx, _: Draft("Yes.", "en", Outcome.ANSWERED)

    def failed(self, text: str, known: Known) -> Finish:
        return lambda tx, _: Draft("A person will see to it.", "en", Outcome.HANDED_OFF)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    yield
    root.level, root.handlers[:] = before
    structlog.reset_defaults()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'certdesk.db'}")
    opened.migrate()
    yield opened
    opened.close()


async def converse(store: Store, text: str) -> None:
    service = Service(store, Curt())
    opened = await service.open("web", "en", "")
    await service.receive(Inbound("web", opened.conversation, "m1", text))


def lines(written: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.splitlines()]


def test_json_lines_are_one_object_each(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("json", "info")
    log.get("bot.test").info("answered", characters=3, language="zh", note="多\n行")
    logging.getLogger("some.library").warning("careful: %s", "hot")
    ours, theirs = lines(capsys.readouterr().err)
    assert (ours["event"], ours["part"], ours["level"], ours["note"]) == (
        "answered",
        "bot.test",
        "info",
        "多\n行",
    )
    assert str(ours["timestamp"]).endswith("Z")
    assert (theirs["event"], theirs["level"]) == ("careful: hot", "warning")


def test_an_error_is_one_line_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("json", "info")
    log.get("bot.test").error("unexpected error", exc_info=RuntimeError("broken"))
    (line,) = lines(capsys.readouterr().err)
    assert "RuntimeError: broken" in str(line["exception"])


@pytest.mark.parametrize(("level", "events"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_lines_below_the_level_are_left_out(
    capsys: pytest.CaptureFixture[str], level: str, events: int
) -> None:
    log.configure("json", level)
    logger = log.get("bot.test")
    for name in ("debug", "info", "warning", "error"):
        getattr(logger, name)("happened")
    assert len(lines(capsys.readouterr().err)) == events


@pytest.mark.parametrize("format", ["json", "console"])
def test_an_answered_message_is_logged_without_its_text(
    store: Store, capsys: pytest.CaptureFixture[str], format: str
) -> None:
    log.configure(format, "info")
    asyncio.run(converse(store, f"Is {SECRET} fine?"))
    written = capsys.readouterr().err
    assert "answered" in written
    assert "conversation opened" in written
    assert SECRET not in written


@pytest.mark.parametrize("format", ["json", "console"])
def test_a_failure_is_logged_without_the_text_that_led_to_it(
    store: Store, capsys: pytest.CaptureFixture[str], format: str
) -> None:
    log.configure(format, "info")
    asyncio.run(converse(store, f"fail on {SECRET}"))
    written = capsys.readouterr().err
    assert "the answerer failed" in written
    assert SECRET not in written


@pytest.mark.parametrize("format", ["json", "console"])
def test_a_failing_database_is_logged_without_the_text_it_was_given(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str
) -> None:
    log.configure(format, "info")
    with sqlite3.connect(tmp_path / "certdesk.db") as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON messages WHEN NEW.author_kind = 'customer' "
            "BEGIN SELECT RAISE(ABORT, 'no more room'); END"
        )
    database.close()
    with pytest.raises(Exception) as caught:  # noqa: PT011  # of whichever kind, it is the log that counts
        asyncio.run(converse(store, f"Is {SECRET} fine?"))
    log.get("web").error("unexpected error", exc_info=caught.value)
    written = capsys.readouterr().err
    assert "no more room" in written
    assert SECRET not in written
