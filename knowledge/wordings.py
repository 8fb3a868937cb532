"""Wordings by what they are, a file a language: mappings from an id to a list of texts."""

from pathlib import Path

from knowledge import yaml
from knowledge.errors import ContentError
from knowledge.schema import Slug, Text


def read(folder: Path) -> tuple[tuple[str, str], ...]:
    """(id, wording) of every language in the folder. Raises ContentError."""
    found: list[tuple[str, str]] = []
    for file in _files(folder):
        held, _, problems = yaml.parse(file.read_text(encoding="utf-8"), file, dict[Slug, list[Text]])
        if held is None:
            raise ContentError(problems)
        found += [(id, text) for id, texts in held.items() for text in texts]
    return tuple(found)


def unread(folder: Path) -> bytes:
    """The same as it is written, to see at once whether it has changed."""
    return b"".join(file.read_bytes() for file in _files(folder))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))
