from collections.abc import Iterator
from pathlib import Path

import pytest

from followers import Line, Lines
from knowledge.search import Search


@pytest.fixture
def lines(tmp_path: Path, shipped_search: Search) -> Iterator[Lines]:
    """Makes a channel; `verified=False` for an account that may not send of its own accord."""
    made: list[Line] = []

    def make(*, verified: bool = True, rate: str = "") -> Line:
        made.append(Line(tmp_path, shipped_search, verified=verified, rate=rate))
        return made[-1]

    yield make
    for line in made:
        line.dialogue.let.set()
        line.store.close()


@pytest.fixture
def line(lines: Lines) -> Line:
    return lines()
