"""Documents that customers send: taken in whole and harmless, or not at all, and kept by what is in them."""

import asyncio
import errno
import hashlib
import os
import re
import tempfile
import time
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import quote

import fsspec  # type: ignore[import-untyped]  # ships no types
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from bot import log
from bot.errors import EmptyFile, FileTooLarge, NotFound, SettingsError, StorageFull, Unavailable
from bot.sniff import EXTENSIONS, sniff

LARGEST_FILE = 20 * 1024 * 1024  # bytes
TOO_LARGE = f"The file has more than {LARGEST_FILE // 1024**2} MB; please send a smaller one, or its parts."

_BATCH = 256 * 1024  # bytes written, or read, at a time
_STALE = 24 * 3600  # seconds after which a started upload is given up
_LONGEST_NAME = 120  # characters
_FULL = {errno.ENOSPC, errno.EDQUOT}
_LATER = "Files cannot be stored at the moment; please try again in a few minutes."

_FORBIDDEN = re.compile(r'[<>:"|?*]')  # in names on Windows
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{2,4}$", re.IGNORECASE)
_JOINER = "\u200d"  # makes one emoji of several
_EDGES = f". {_JOINER}"

logger = log.get("bot.files")


@dataclass(frozen=True)
class StoredFile:
    """`size` is in bytes; `name` is safe to show and to save under, and its extension fits the type."""

    sha256: str
    size: int
    media_type: str
    name: str


class Scanner(Protocol):
    """What the files need of `bot.clamav.ClamAV`. Raises UnsupportedFile, or Unavailable if it cannot tell."""

    async def scan(self, file: BinaryIO) -> None: ...


class Files:
    """A store of files by their SHA-256, so that the same content is kept once.

    All but `save` block and are called from threads. `save` is a coroutine, as uploads come from an asynchronous
    stream and last as long as the customer's line is slow: no thread waits with it, only its disk work takes one.
    """

    def __init__(self, url: str, data_dir: Path, scanner: Scanner | None = None) -> None:
        """`url` is of fsspec (a folder, `s3://bucket/folder`); empty: `files` in `data_dir`. Raises SettingsError."""
        self._scanner = scanner
        self._setting = f"CERTDESK_FILES_URL={re.sub('//[^/]*@', '//…@', url)!r}"
        try:
            self._store, self._root = fsspec.url_to_fs(
                url or str(data_dir / "files"), use_listings_cache=False
            )
        except (ImportError, ValueError) as error:
            hint = "a folder, or a URL such as s3://bucket/folder with its fsspec driver installed"
            raise SettingsError(f"{self._setting}: {error} ({hint})") from error
        self._is_local = isinstance(self._store, LocalFileSystem)
        self._incoming = (Path(self._root) if self._is_local else data_dir) / "incoming"

    def check(self) -> None:
        """For the start: clears away what interrupted uploads have left. Raises SettingsError if it cannot write."""
        probe = f"{self._root}/incoming/check-{os.getpid()}"
        try:
            self._incoming.mkdir(parents=True, exist_ok=True)
            for left in self._incoming.iterdir():
                with suppress(FileNotFoundError):  # another process was faster
                    if left.stat().st_mtime < time.time() - _STALE:
                        left.unlink()
            self._store.makedirs(f"{self._root}/incoming", exist_ok=True)
            self._store.pipe_file(probe, b"certdesk")
            self._store.rm_file(probe)
        except Exception as error:  # drivers raise errors of their own; each means that files cannot be kept
            hint = "let the service write there, or name another place"
            raise SettingsError(f"{self._setting}: cannot be written: {error} ({hint})") from error

    async def save(self, chunks: AsyncIterator[bytes], name: str) -> StoredFile:
        """Keep what `chunks` brings. Whatever goes wrong, also in `chunks`, leaves nothing behind.

        Raises EmptyFile, FileTooLarge as soon as it is, UnsupportedFile, StorageFull, Unavailable.
        """
        upload = _Upload(self._incoming)
        try:
            await _receive(chunks, upload)
            media_type = await asyncio.to_thread(sniff, upload.file)
            if self._scanner:
                await self._scanner.scan(upload.file)
            await asyncio.to_thread(self._keep, upload)
        finally:
            await asyncio.to_thread(upload.discard)
        return StoredFile(upload.sha256, upload.size, media_type, safe_name(name, media_type))

    def open(self, sha256: str) -> BinaryIO:
        """To be closed by the caller. Raises NotFound."""
        try:
            opened: BinaryIO = self._store.open(self._place(sha256), "rb")
        except FileNotFoundError as error:
            raise NotFound("There is no such file.") from error
        return opened

    def read(self, sha256: str) -> Iterator[bytes]:
        """The content in pieces; the file is opened at once. Raises NotFound."""
        return _pieces(self.open(sha256))

    def exists(self, sha256: str) -> bool:
        return bool(self._store.exists(self._place(sha256)))

    def delete(self, sha256: str) -> None:
        """Also if it is gone already. The caller knows that no other document has this content."""
        with suppress(FileNotFoundError):
            self._store.rm_file(self._place(sha256))

    def _place(self, sha256: str) -> str:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError("not a SHA-256 in lower-case hexadecimal digits")
        return f"{self._root}/{sha256[:2]}/{sha256}"

    def _keep(self, upload: "_Upload") -> None:
        place = self._place(upload.sha256)
        with _disk():
            if self._is_local:
                _move(upload, Path(place))
            elif not self._is_whole(place, upload.size):
                self._put(upload, place)

    def _put(self, upload: "_Upload", place: str) -> None:
        """Object stores show a file once it is whole; elsewhere a part of it may stand there after a failure."""
        try:
            self._store.makedirs(place.rpartition("/")[0], exist_ok=True)
            self._store.put_file(str(upload.path), place)
        except BaseException:
            if self._store.exists(place) and not self._is_whole(place, upload.size):
                self._store.rm_file(place)
            raise

    def _is_whole(self, place: str, size: int) -> bool:
        return bool(self._store.exists(place) and self._store.size(place) == size)


class _Upload:
    """A file that is being received, under a name of its own."""

    def __init__(self, folder: Path) -> None:
        self.size = 0
        self._hash = hashlib.sha256()
        with _disk():
            folder.mkdir(parents=True, exist_ok=True)
            handle, path = tempfile.mkstemp(dir=folder)
        self.path = Path(path)
        self.file: BinaryIO = os.fdopen(handle, "w+b")

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, data: bytes | bytearray) -> None:
        self._hash.update(data)
        with _disk():
            self.file.write(data)
            self.file.flush()  # a full disk is found here, not where the file is read

    def discard(self) -> None:
        with suppress(OSError):  # a full disk is asked once more to take what it refused
            self.file.close()
        self.path.unlink(missing_ok=True)


async def _receive(chunks: AsyncIterator[bytes], upload: _Upload) -> None:
    pending = bytearray()
    async for chunk in chunks:
        upload.size += len(chunk)
        if upload.size > LARGEST_FILE:
            raise FileTooLarge(TOO_LARGE)
        pending += chunk
        if len(pending) >= _BATCH:
            await asyncio.to_thread(upload.write, pending)
            pending = bytearray()
    if not upload.size:
        raise EmptyFile("The file is empty; please check it and send it again.")
    await asyncio.to_thread(upload.write, pending)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        logger.error("file cannot be stored", exc_info=error)
        if error.errno in _FULL:
            raise StorageFull(_LATER) from error
        raise Unavailable(_LATER, retry_after=60) from error


def _move(upload: _Upload, place: Path) -> None:
    """The file stands there whole or not at all, also after a power failure."""
    os.fsync(upload.file.fileno())
    place.parent.mkdir(exist_ok=True)
    upload.path.replace(place)
    for folder in (place.parent, place.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_BATCH):
            yield piece


def safe_name(name: str, media_type: str) -> str:
    """The name without folders and without what misleads people or systems, at most 120 characters long."""
    name = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    name = "".join(c for c in re.split(r"[/\\]", name)[-1] if _is_shown(c))
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", " ".join(name.split()))).strip(_EDGES)
    fitting = EXTENSIONS.get(media_type, ("bin",))
    if not name.lower().endswith(endings := tuple(f".{extension}" for extension in fitting)):
        name = _EXTENSION.sub("", name).rstrip(_EDGES)
    if not name.lower().endswith(endings):
        name = f"{name or 'document'}.{fitting[0]}"
    stem, _, extension = name.rpartition(".")
    room = _LONGEST_NAME - len(extension) - 1
    stem = stem[:room].rstrip(_EDGES)
    if _RESERVED.match(stem):
        stem = f"_{stem}"[:room].rstrip(_EDGES)
    return f"{stem}.{extension}"


def _is_shown(character: str) -> bool:
    return character == _JOINER or character.isspace() or unicodedata.category(character) not in {"Cc", "Cf"}


def attachment_headers(name: str, media_type: str) -> dict[str, str]:
    """For a download: the browser saves the file, whatever it is, and never shows it within our pages."""
    name = safe_name(name, media_type)
    plain = re.sub(r"[^ -~]|[%\\;]", "_", name)
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
