"""Changes of the FAQ in a content folder: one entry, in all its languages at once, or nothing at all.

    with locked(folder):
        change = add(folder, "iso-20000", "cheque", {"en": ..., "zh": ...})    # checked, not written
        with written(folder, change):
            ...                                                                # if this raises, it is put back

Only the entry's own lines change, so that the folder's history stays readable. `add`, `revise`, `retire` and `undo` raise
ContentError for content that could not be loaded, Stale, and NotEditable for a file that is no plain list.
"""

import hashlib
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge import blocks
from knowledge.blocks import Block, NotEditable, Wording
from knowledge.documents import Content
from knowledge.errors import ContentError, KnowledgeError, Problem
from knowledge.filed import FileChange, Moved, NotWritable, locked, written
from knowledge.load import load

__all__ = [
    "Change", "Moved", "NotEditable", "NotWritable", "Piece", "Stale", "Wording", "Written", "add", "locked", "retire",
    "revise", "undo", "written", "written_entry",
]  # fmt: skip

_FILE = re.compile(r"^faq[\w-]*?\.(?P<language>[a-z]{2})\.ya?ml$")


class Stale(KnowledgeError):
    """The entry is no longer what it was, or no longer there, or there is one already."""


@dataclass(frozen=True)
class Piece:
    """An entry's lines, and where they stand: `skip` lines behind the entry `after`, or behind the file's beginning."""

    text: str
    after: str | None
    skip: int


@dataclass(frozen=True)
class Written:
    """An entry as its files hold it; `digest` changes when any of its lines does."""

    wordings: Mapping[str, Wording]
    pieces: Mapping[str, Piece]
    digest: str


@dataclass(frozen=True)
class Change:
    """What stands in each file (relative to the folder) before and after, None for nothing; `content` is all of it after."""

    service: str
    entry: str
    before: Mapping[str, Piece | None]
    after: Mapping[str, Piece | None]
    content: Content
    files: tuple[FileChange, ...]


def written_entry(folder: Path, content: Content, service: str, id: str) -> Written | None:
    """The FAQ entry in the files of each language; None if there is none."""
    wordings: dict[str, Wording] = {}
    pieces: dict[str, Piece] = {}
    for file, language in _files(_home(folder, content, service)):
        text = _text(file)
        found = blocks.blocks(text)
        if block := _named(found, id):
            wordings[language] = blocks.wording(block)
            pieces[_relative(folder, file)] = _piece(text, found, block)
    return Written(wordings, pieces, _digest(pieces)) if pieces else None


def add(folder: Path, service: str, id: str, wordings: Mapping[str, Wording]) -> Change:
    """A new entry at the end of each language's file, which is made where there is none."""
    content = load(folder)
    if any(entry.service == service and entry.id == id for entry in content.entries):
        raise Stale(f"There is an entry named {id} already; choose another id.")
    home = _home(folder, content, service)
    files = {language: file for file, language in reversed(_files(home))}
    texts = {}
    for language, wording in wordings.items():
        file = files.get(language, home / f"faq.{language}.yaml")
        texts[file] = _appended(_text(file), id, wording)
    return _change(folder, service, id, texts)


def revise(folder: Path, service: str, id: str, wordings: Mapping[str, Wording], digest: str) -> Change:
    """The entry's fields written anew where they differ; a language that it lacked is added."""
    home, held = _held(folder, service, id, digest)
    texts = {}
    languages = {language: _relative(folder, file) for file, language in reversed(_files(home))}
    for language, wording in wordings.items():
        file = folder / languages.get(language, _relative(folder, home / f"faq.{language}.yaml"))
        text = _text(file)
        block = _named(blocks.blocks(text), id)
        if block is None:
            texts[file] = _appended(text, id, wording)
        else:
            texts[file] = _spliced(text, block, blocks.changed(text, block, wording, blocks.newline(text)))
    return _change(folder, service, id, texts, held)


def retire(folder: Path, service: str, id: str, digest: str) -> Change:
    """Takes the entry out of all its files."""
    _, held = _held(folder, service, id, digest)
    texts = {folder / name: _without(_text(folder / name), id) for name in held.pieces}
    return _change(folder, service, id, texts, held)


def undo(
    folder: Path, service: str, id: str, before: Mapping[str, Piece | None], after: Mapping[str, Piece | None]
) -> Change:
    """Puts `before` back where `after` stands. Raises Stale if the entry has been changed since."""
    texts = {}
    for name, wanted in before.items():
        text = _text(folder / name)
        block = _named(blocks.blocks(text), id)
        expected = after[name]
        if (_own(text, block) if block else None) != (_bare(expected) if expected else None):
            raise Stale(f"The entry {id} has been changed since, so this cannot be undone.")
        texts[folder / name] = _restored(text, block, wanted)
    return _change(folder, service, id, texts)


def _held(folder: Path, service: str, id: str, digest: str) -> tuple[Path, Written]:
    content = load(folder)
    held = written_entry(folder, content, service, id)
    if held is None:
        raise Stale(f"There is no entry named {id} any more.")
    if held.digest != digest:
        raise Stale(f"The entry {id} has been changed since you opened it; look at it again.")
    return _home(folder, content, service), held


def _change(
    folder: Path, service: str, id: str, texts: Mapping[Path, str], held: Written | None = None
) -> Change:
    files = []
    before: dict[str, Piece | None] = {}
    after: dict[str, Piece | None] = {}
    for file, text in texts.items():
        name, old = _relative(folder, file), _text(file)
        if _others(old, id) != _others(text, id):
            raise NotEditable(
                f"{name}: the entry {id} cannot be told from those around it; edit the file by hand"
            )
        before[name] = held.pieces.get(name) if held else _piece_of(old, id)
        after[name] = _piece_of(text, id)
        new = text.encode() if text.strip() else None
        files.append(FileChange(name, file.read_bytes() if file.exists() else None, new))
    content = _checked(folder, {file.name: file.new for file in files})
    return Change(service, id, before, after, content, tuple(files))


def _checked(folder: Path, files: Mapping[str, bytes | None]) -> Content:
    """The whole content with those files as they will be. Raises ContentError, which names the real files."""
    with tempfile.TemporaryDirectory(prefix="certdesk-content-") as name:
        trial = Path(name).resolve()
        for path in folder.rglob("*"):
            relative = path.relative_to(folder)
            if path.is_file() and relative.as_posix() not in files:
                (trial / relative).parent.mkdir(parents=True, exist_ok=True)
                (trial / relative).symlink_to(path.resolve())
        for relative_name, data in files.items():
            (trial / relative_name).parent.mkdir(parents=True, exist_ok=True)
            if data is not None:
                (trial / relative_name).write_bytes(data)
        try:
            content = load(trial)
        except ContentError as error:
            raise ContentError(
                [Problem(_moved(p.file, trial, folder), p.line, p.field, p.message) for p in error.problems]
            ) from error
        return Content(
            tuple(replace(each, file=_moved(each.file, trial, folder)) for each in content.services),
            tuple(replace(each, file=_moved(each.file, trial, folder)) for each in content.entries),
        )


def _moved(path: Path, old: Path, new: Path) -> Path:
    return new / path.relative_to(old)


def _home(folder: Path, content: Content, service: str) -> Path:
    for each in content.services:
        if each.id == service:
            return each.file.parent
    raise ContentError([Problem(folder, 0, "", f"no service named {service}")])


def _files(home: Path) -> list[tuple[Path, str]]:
    """The files of questions in a folder, with their languages; the plain names first."""
    named = [(file, match["language"]) for file in home.iterdir() if (match := _FILE.match(file.name))]
    return sorted(named, key=lambda each: (len(each[0].name), each[0].name))


def _text(file: Path) -> str:
    """With its line ends as they are; empty where there is no file."""
    try:
        return file.read_bytes().decode() if file.exists() else ""
    except UnicodeDecodeError as error:
        raise NotEditable(f"{file.name} is not UTF-8 text") from error


def _relative(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _named(found: list[Block], id: str) -> Block | None:
    return next((block for block in found if block.id == id), None)


def _others(text: str, id: str) -> list[object]:
    return [value for value in blocks.values(text) if not isinstance(value, dict) or value.get("id") != id]


def _piece_of(text: str, id: str) -> Piece | None:
    found = blocks.blocks(text)
    block = _named(found, id)
    return _piece(text, found, block) if block else None


def _piece(text: str, found: list[Block], block: Block) -> Piece:
    place = found.index(block)
    before = found[place - 1] if place else None
    own = "".join(blocks.lines(text)[block.start : block.end])
    return Piece(own, before.id if before else None, block.start - (before.end if before else 0))


def _own(text: str, block: Block) -> str:
    return "".join(blocks.lines(text)[block.first : block.end])


def _bare(piece: Piece) -> str:
    """Without the blank lines before it."""
    kept = blocks.lines(piece.text)
    while kept and not kept[0].strip():
        kept.pop(0)
    return "".join(kept)


def _digest(pieces: Mapping[str, Piece]) -> str:
    told = "\0".join(f"{name}\0{_bare(piece)}" for name, piece in sorted(pieces.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _appended(text: str, id: str, wording: Wording) -> str:
    """Behind the last entry, with a blank line where the others have one; a last line without an end gets one."""
    end = blocks.newline(text)
    found = blocks.blocks(text)
    if text and not text.endswith("\n"):
        text += end
    apart = end if len(found) < 2 or found[-1].first > found[-1].start else ""  # one has none before it
    return text + (apart if text.strip() else "") + blocks.rendered(id, wording, end)


def _spliced(text: str, block: Block, own: str) -> str:
    written = blocks.lines(text)
    return "".join([*written[: block.first], own, *written[block.end :]])


def _without(text: str, id: str) -> str:
    block = _named(blocks.blocks(text), id)
    written = blocks.lines(text)
    return "".join([*written[: block.start], *written[block.end :]]) if block else text


def _restored(text: str, block: Block | None, piece: Piece | None) -> str:
    if block and piece:
        return _spliced(text, block, _bare(piece))
    if piece is None:
        return _without(text, block.id) if block else text
    written, found = blocks.lines(text), blocks.blocks(text)
    before = _named(found, piece.after or "")
    if piece.after and before is None:
        return "".join([*written, piece.text])
    begin = before.end if before else 0
    limit = next((other.first for other in found if other.first >= begin), len(written))
    place = min(begin + piece.skip, limit)
    return "".join([*written[:place], piece.text, *written[place:]])
