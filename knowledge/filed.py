"""Files that change together: all of them or none, whatever happens meanwhile.

A list of what is to be written is put down first, so that who opens the folder after a crash completes it.
"""

import base64
import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from knowledge.errors import KnowledgeError

_JOURNAL = ".change.json"  # hidden, as are the files that are being written: the loader passes them over


class NotWritable(KnowledgeError):
    pass


class Moved(KnowledgeError):
    """A file is not what the change was made from."""


@dataclass(frozen=True)
class FileChange:
    """A file, relative to its folder, and what it holds; None where there is none."""

    name: str
    old: bytes | None
    new: bytes | None


class Changes(Protocol):
    @property
    def files(self) -> Sequence[FileChange]: ...


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer at a time, in all processes of this machine; what a crashed one has left half done is completed.

    Raises NotWritable.
    """
    with _translated(folder):
        if not os.access(folder, os.W_OK):
            raise PermissionError("it may only be read")
        handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with _translated(folder):
            _complete(folder)
        yield
    finally:
        os.close(handle)


@contextmanager
def written(folder: Path, change: Changes) -> Iterator[None]:
    """Writes the files; puts them back if the block raises. The folder is `locked`. Raises Moved, NotWritable."""
    for file in change.files:
        if _bytes(folder / file.name) != file.old:
            raise Moved(f"{file.name} has just been changed by somebody else; look at it again.")
    try:
        with _translated(folder):
            _write(folder, change.files)
        yield
    except BaseException:
        _write(folder, [FileChange(file.name, file.new, file.old) for file in change.files])
        raise


def _write(folder: Path, files: Sequence[FileChange]) -> None:
    rows = [{"name": file.name, "old": _coded(file.old), "new": _coded(file.new)} for file in files]
    _put(folder / _JOURNAL, json.dumps(rows).encode())
    for file in files:
        _put(folder / file.name, file.new)
    _put(folder / _JOURNAL, None)


def _complete(folder: Path) -> None:
    """A file that somebody has changed since is left as it is."""
    journal = _bytes(folder / _JOURNAL)
    if journal is None:
        return
    for row in json.loads(journal):
        if _bytes(folder / row["name"]) == _decoded(row, "old"):
            _put(folder / row["name"], _decoded(row, "new"))
    _put(folder / _JOURNAL, None)


def _put(file: Path, data: bytes | None) -> None:
    """In one step, and for good; a file keeps its mode."""
    if data is None:
        file.unlink(missing_ok=True)
    else:
        partial = file.with_name(f".{file.name.lstrip('.')}.partial")
        with partial.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        if file.exists():
            partial.chmod(file.stat().st_mode)
        partial.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _bytes(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def _coded(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def _decoded(row: Mapping[str, str | None], name: str) -> bytes | None:
    value = row[name]
    return None if value is None else base64.b64decode(value)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotWritable(
            f"The content folder {folder} cannot be written ({error.strerror or error}). Copy it to a place that can, "
            "and set CERTDESK_CONTENT_DIR to the copy."
        ) from error
