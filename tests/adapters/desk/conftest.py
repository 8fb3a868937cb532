"""A desk over a real database and the shipped content."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.desk.parts import Desk
from bot.app import create_app
from bot.settings import Settings
from databases import migrated_sqlite
from desks import CHEAP, DeskOf, opened, signed_in
from knowledge.search import Search


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.accounts._HASH", CHEAP)
    monkeypatch.setattr("bot.accounts._nobody", lambda: CHEAP.hash("nobody"))


@pytest.fixture
def part(tmp_path: Path, shipped_search: Search, shipped_data: Path) -> Iterator[Desk]:
    settings = Settings(
        data_dir=tmp_path, database_url=migrated_sqlite(tmp_path), rate_limits="off", staff_language="en"
    )
    app = create_app(settings, jobs=False, search=shipped_search)
    with opened(app) as part:
        yield part


@pytest.fixture
def desk(part: Desk) -> DeskOf:
    """As a supervisor has it."""
    return signed_in(part, "supervisor")
