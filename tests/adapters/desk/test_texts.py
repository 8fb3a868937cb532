"""The desk's words: the same in both languages, and none that nobody says."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import adapters.desk
from adapters.desk.texts import texts

FOLDER = Path(adapters.desk.__file__).parent
AREAS = sorted(file.stem for file in (FOLDER / "texts" / "en").glob("*.yaml"))


def keys(value: Any, path: str = "") -> set[str]:
    """Every key of a tree of texts, with the placeholders of its text."""
    if isinstance(value, SimpleNamespace):
        return {key for name, each in vars(value).items() for key in keys(each, f"{path}.{name}")}
    if isinstance(value, list):
        return {f"{path}[{len(value)}]"}
    return {f"{path} {sorted(re.findall(r'{[a-z_]*}', str(value)))}"}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_say_the_same_things(area: str) -> None:
    assert keys(getattr(texts("en"), area)) == keys(getattr(texts("zh"), area))


@pytest.mark.parametrize("area", AREAS)
def test_every_text_is_said_somewhere(area: str) -> None:
    sources = [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.py"), *FOLDER.glob("static/*.js")]
    said = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    for name in vars(getattr(texts("en"), area)):
        assert re.search(rf"\b{re.escape(name)}\b", said), f"{area}.{name}"


def test_a_language_that_is_not_spoken_gets_english() -> None:
    assert texts("fr") is not None
    assert texts("fr").queue.title == texts("en").queue.title
