"""A PostgreSQL that goes away and comes back, under the real service."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.compose import Draft
from bot.dialogue import Dialogue
from bot.errors import Unavailable
from bot.jobs import Jobs
from bot.messages import Inbound, Outcome
from bot.records import Known
from bot.service import Service
from bot.store import Store
from bot.turn import Finish
from databases import started


class Yes(Dialogue):
    def __init__(self) -> None:
        pass

    def greet(self, language: str) -> Draft:
        return Draft("Hello!", language, Outcome.SMALLTALK)

    def respond(self, text: str, known: Known) -> Finish:
        return lambda tx, _: Draft("Yes.", "en", Outcome.ANSWERED)


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="certdesk-away-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_messages_are_refused_while_it_is_away_and_answered_once_it_is_back(folder: Path) -> None:
    server: Any = started(folder)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    store = Store(url, Jobs(url))
    store.migrate()
    service = Service(store, Yes())
    opened = asyncio.run(service.open("web", "en", ""))
    inbound = Inbound("web", opened.conversation, "a", "Is it?")
    server.cleanup()
    for _ in range(3):
        with pytest.raises(Unavailable, match="again"):
            asyncio.run(service.receive(inbound))
    server = started(folder)
    assert asyncio.run(service.receive(inbound)).text == "Yes."
    with store.read() as tx:
        assert [message.text for message in tx.conversations.messages(opened.conversation)] == [
            "Hello!",
            "Is it?",
            "Yes.",
        ]
    store.close()
    server.cleanup()
