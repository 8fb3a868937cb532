"""What the desk says, one folder a language and one file an area of it."""

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

LANGUAGES = ("en", "zh")


@cache
def texts(language: str) -> SimpleNamespace:
    """`texts("en").queue.title` is the key `title` of `en/queue.yaml`. English for any other language than zh."""
    folder = Path(__file__).parent / (language if language in LANGUAGES else "en")
    return SimpleNamespace(**{file.stem: _words(file) for file in sorted(folder.glob("*.yaml"))})


def _words(file: Path) -> Any:
    return _named(yaml.safe_load(file.read_text(encoding="utf-8")))


def _named(value: Any) -> Any:
    """Tables by attribute, as templates write them."""
    if isinstance(value, dict):
        return SimpleNamespace(**{str(key): _named(each) for key, each in value.items()})
    return [_named(each) for each in value] if isinstance(value, list) else value
