"""What a file is, told by its content alone; only documents and pictures are taken."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO, NamedTuple

import filetype  # type: ignore[import-untyped]  # ships no types

from bot.errors import UnsupportedFile

_OFFICE = "application/vnd.openxmlformats-officedocument"
EXTENSIONS: dict[str, tuple[str, ...]] = {  # all that is taken; a file without a fitting one gets the first
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif", "hif"),
    "image/tiff": ("tif", "tiff"),
    "image/bmp": ("bmp",),
    f"{_OFFICE}.wordprocessingml.document": ("docx",),
    f"{_OFFICE}.spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}.presentationml.presentation": ("pptx",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
}
TAKEN = "Please send a PDF, a picture (JPEG, PNG, GIF, WebP, HEIC, TIFF, BMP) or a Word, Excel or PowerPoint document."

_HEAD = 8192  # bytes that show the type
_PDF = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0]*%PDF-|\x1b%-12345X@PJL[^<]*%PDF-")  # bare, or as a print job
_WHOLE = {  # what must also hold, where the library looks at two or three letters only
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR", re.DOTALL),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/bmp": re.compile(rb"BM.{4}\0{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL),
}
_HEIC = re.compile(rb".{4}ftyp(?:hei[cmsx]|hev[cmsx]|m(?:if|sf)1.{4}(?:.{4}){0,16}he[iv][cmsx])", re.DOTALL)

_ZIP = b"PK\x03\x04"
_ZIP_MAIN = {
    re.compile(r"word/document\d*\.xml"): f"{_OFFICE}.wordprocessingml.document",
    re.compile(r"xl/workbook\d*\.xml"): f"{_OFFICE}.spreadsheetml.sheet",
    re.compile(r"ppt/presentation\d*\.xml"): f"{_OFFICE}.presentationml.presentation",
}
_ZIP_TYPES = "[content_types].xml"
_ZIP_MACROS = re.compile(r"vbaproject\.bin$|(?:^|/)macrosheets/")
_ZIP_ESCAPES = re.compile(r"^[/\\]|^[a-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0")
_ZIP_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the only ones of the standard for documents
_ZIP_HEADER = 30  # bytes before an entry, without its name
_MOST_ENTRIES = 10_000
_LARGEST_INSIDE = 200 * 1024 * 1024  # bytes, unpacked
_HIGHEST_RATIO = 100  # of unpacked to packed; only looked at above the next
_NO_BOMB = 20 * 1024 * 1024  # bytes, unpacked

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MAIN = {
    "worddocument": "application/msword",
    "workbook": "application/vnd.ms-excel",
    "book": "application/vnd.ms-excel",
    "powerpoint document": "application/vnd.ms-powerpoint",
}
_OLE_MACROS = {"_vba_project", "_vba_project_cur"}
_OLE_END = 0xFFFFFFFA  # sector numbers from here on mean something else
_MOST_SECTORS = 4096  # of a directory

_OTHER = f"This kind of file cannot be taken. {TAKEN}"
_BROKEN = "The document is damaged or incomplete; please open it, save it again and send the new copy."
_LOCKED = "The document is protected by a password; please send a copy without one."
_MACROS = "The document contains macros; please send a copy without them, for example as a PDF."
_BOMB = "The document unpacks to far more than it should; please send it as a PDF."


def sniff(file: BinaryIO) -> str:
    """The media type, a key of EXTENSIONS. Reads the whole file in pieces. Raises UnsupportedFile, saying why."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(_ZIP):
        return _zipped_office(file)
    if head.startswith(_OLE):
        return _old_office(file)
    if _PDF.match(head[:1024]):
        return "application/pdf"
    if _HEIC.match(head):
        return "image/heic"
    media_type = str(filetype.guess_mime(head)).replace("image/apng", "image/png")
    if not media_type.startswith("image/") or media_type not in EXTENSIONS:
        raise UnsupportedFile(_OTHER)
    if media_type in _WHOLE and not _WHOLE[media_type].match(head):
        raise UnsupportedFile(_OTHER)
    return media_type


def _zipped_office(file: BinaryIO) -> str:
    """Of a .docx, .xlsx or .pptx. Nothing is unpacked before the directory has been found harmless."""
    file.seek(0)
    if sum(piece.count(b"PK\x01\x02") for piece in _pieces(file)) > _MOST_ENTRIES:
        raise UnsupportedFile(_BOMB)  # before the directory is read, as that alone could fill the memory
    try:
        with zipfile.ZipFile(file) as archive:
            media_type = _zip_main(archive)
            _check_directory(archive)
            _check_content(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise UnsupportedFile(_BROKEN) from error
    return media_type


def _zip_main(archive: zipfile.ZipFile) -> str:
    names = {name.lower() for name in archive.namelist()}
    for main, media_type in _ZIP_MAIN.items():
        if _ZIP_TYPES in names and any(main.fullmatch(name) for name in names):
            return media_type
    raise UnsupportedFile(f"ZIP archives and other packages cannot be taken. {TAKEN}")


def _check_directory(archive: zipfile.ZipFile) -> None:
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    names = [entry.orig_filename.lower() for entry in entries]
    if any(_ZIP_MACROS.search(name) for name in names):
        raise UnsupportedFile(_MACROS)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnsupportedFile(_LOCKED)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > _LARGEST_INSIDE or unpacked > max(_NO_BOMB, _HIGHEST_RATIO * packed):
        raise UnsupportedFile(_BOMB)
    starts = [*(entry.header_offset for entry in entries[1:]), archive.start_dir]
    for entry, following in zip(entries, starts, strict=True):
        if entry.header_offset < 0 or entry.header_offset + _ZIP_HEADER + entry.compress_size > following:
            raise UnsupportedFile(_BROKEN)
    strange = any(entry.compress_type not in _ZIP_METHODS for entry in entries)
    if strange or len(set(names)) < len(names) or any(_ZIP_ESCAPES.search(name) for name in names):
        raise UnsupportedFile(_BROKEN)


def _check_content(archive: zipfile.ZipFile) -> None:
    """Every entry unpacks to what the directory says of it, and no more is ever unpacked of it than that."""
    for entry in archive.infolist():
        with archive.open(entry) as part:
            for piece in _pieces(part):
                if entry.filename.lower() == _ZIP_TYPES and b"macroEnabled" in piece:
                    raise UnsupportedFile(_MACROS)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(256 * 1024):
        yield piece


class _Entry(NamedTuple):
    """A stream or a folder in an OLE file; the numbers are of other entries."""

    name: str
    left: int
    right: int
    child: int


def _old_office(file: BinaryIO) -> str:
    """Of a .doc, .xls or .ppt, by the streams that stand at the top of its directory."""
    try:
        entries = _ole_directory(file)
    except (struct.error, IndexError) as error:
        raise UnsupportedFile(_BROKEN) from error
    if any(entry.name in _OLE_MACROS for entry in entries):
        raise UnsupportedFile(_MACROS)
    top = _ole_top(entries)
    if "encryptedpackage" in top:
        raise UnsupportedFile(_LOCKED)
    for main, media_type in _OLE_MAIN.items():
        if main in top:
            return media_type
    raise UnsupportedFile(_OTHER)


def _ole_top(entries: list[_Entry]) -> set[str]:
    """The names below the root: what is embedded in a document has streams of the same names further down."""
    found: dict[int, str] = {}
    todo = [entries[0].child] if entries else []
    while todo:
        number = todo.pop()
        if number < len(entries) and number not in found:
            found[number] = entries[number].name
            todo += [entries[number].left, entries[number].right]
    return set(found.values())


def _ole_directory(file: BinaryIO) -> list[_Entry]:
    """After [MS-CFB] 2.2 to 2.6. Raises struct.error or IndexError where the file ends too early or goes in circles."""
    end = file.seek(0, 2)
    file.seek(0)
    header = file.read(512)
    shift: int = struct.unpack_from("<H", header, 30)[0]
    if shift not in {9, 12}:
        raise struct.error("no such sector size")
    numbers = struct.Struct(f"<{(1 << shift) // 4}I")

    def sector(number: int) -> bytes:
        if (number + 1) << shift > end:
            raise IndexError("a sector beyond the end")
        file.seek((number + 1) << shift)
        return file.read(1 << shift)

    tables = list(struct.unpack_from("<109I", header, 76))
    more: int = struct.unpack_from("<I", header, 68)[0]
    while more < _OLE_END and len(tables) < _MOST_SECTORS:
        *further, more = numbers.unpack(sector(more))
        tables += further
    entries: list[_Entry] = []
    number: int = struct.unpack_from("<I", header, 48)[0]
    for _ in range(_MOST_SECTORS):
        if number >= _OLE_END:
            return entries
        entries += _ole_entries(sector(number))
        table, place = divmod(number, numbers.size // 4)
        number = numbers.unpack(sector(tables[table]))[place]
    raise IndexError("a directory without end")


def _ole_entries(sector: bytes) -> Iterator[_Entry]:
    for entry in struct.iter_unpack("<64sH2xIII48x", sector):
        name, length, *links = entry
        yield _Entry(name[: max(length - 2, 0)].decode("utf-16-le", "replace").lower(), *links)
