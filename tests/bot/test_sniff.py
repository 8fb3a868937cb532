import io
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnsupportedFile
from bot.sniff import EXTENSIONS, TAKEN, sniff

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD = {
    "[Content_Types].xml": b"<Types/>",
    "_rels/.rels": b"<Relationships/>",
    "word/document.xml": b"<w/>" * 99,
}
END, NONE = 0xFFFFFFFE, 0xFFFFFFFF


def kind(content: bytes) -> str:
    """In a real file, whose errors are not those of a file in memory."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        return sniff(file)


def zipped(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def word(**more: bytes) -> bytes:
    return zipped(WORD | more)


def patched(content: bytes, entry: int, place: int, layout: str, value: int) -> bytes:
    """With another value in an entry of the archive's directory."""
    at = -1
    for _ in range(entry + 1):
        at = content.index(b"PK\x01\x02", at + 1)
    result = bytearray(content)
    struct.pack_into(layout, result, at + place, value)
    return bytes(result)


def ole(top: list[str], embedded: tuple[str, ...] = (), sectors: int = 0) -> bytes:
    """A compound file of version 3 with these streams, and others within a storage; `sectors` of nothing before."""
    names = ["Root Entry", *top, "ObjectPool", *embedded]
    last = len(top) + 1
    links = [(NONE, NONE, 1), *((NONE, n + 1, NONE) for n in range(1, last))]
    links += [(NONE, NONE, last + 1 if embedded else NONE), *((NONE, NONE, NONE) for _ in embedded)]
    directory = b""
    for name, (left, right, child) in zip(names, links, strict=True):
        text = name.encode("utf-16-le")
        directory += struct.pack("<64sHBBIII48x", text, len(text) + 2, 2, 1, left, right, child)
    chain = -(-len(directory) // 512)
    first = sectors + 1
    table = [0xFFFFFFFD] + [NONE] * sectors + [first + n + 1 for n in range(chain - 1)] + [END]
    header = OLE.ljust(24, b"\0") + struct.pack(
        "<HHHHH6xIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, first, 0, 4096, END, 0, END, 0
    )
    header += struct.pack("<109I", 0, *[NONE] * 108)
    filler = bytes(512 * sectors)
    return (
        header
        + struct.pack("<128I", *table, *[NONE] * (128 - len(table)))
        + filler
        + directory.ljust(512 * chain, b"\0")
    )


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
SAMPLES = {
    "pdf": PDF,
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17),
    "gif": b"GIF89a\x01\x00\x01\x00",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(24),
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40),
    "tif": b"II*\x00\x08\x00\x00\x00\x0c\x00\x00\x01",
    "bmp": b"BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00" + bytes(36),
    "docx": word(),
    "xlsx": zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}),
    "pptx": zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
    "doc": ole(["WordDocument", "1Table"]),
    "xls": ole(["Workbook"]),
    "ppt": ole(["PowerPoint Document", "Current User"]),
}


def test_there_is_a_sample_of_every_type_that_is_taken() -> None:
    assert set(SAMPLES) == {extensions[0] for extensions in EXTENSIONS.values()}


@pytest.mark.parametrize("extension", SAMPLES)
def test_the_type_is_told_from_the_content(extension: str) -> None:
    assert EXTENSIONS[kind(SAMPLES[extension])][0] == extension


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (b"\xef\xbb\xbf" + PDF, "pdf"),
        (b"\r\n \x00" + PDF, "pdf"),
        (b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n" + PDF, "pdf"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1miafheix" + bytes(40), "heic"),
        (b"MM\x00*\x00\x00\x00\x08\x00\x0c\x01\x00", "tif"),
        (SAMPLES["png"][:33] + b"\x00\x00\x00\x08acTL" + bytes(12), "png"),
        (zipped(WORD, zipfile.ZIP_STORED), "docx"),
        (zipped({"[Content_Types].xml": b"", "word/document2.xml": b"<w/>"}), "docx"),
        (ole(["Book"]), "xls"),
        (ole(["1Table", "Data", "WordDocument"], ("Workbook", "PowerPoint Document"), sectors=60), "doc"),
    ],
)
def test_what_other_programs_make_of_a_type_is_known_too(content: bytes, extension: str) -> None:
    assert EXTENSIONS[kind(content)][0] == extension


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Just a text.",
        b"a,b\n1,2\n",
        b"MZ\x90\x00" + bytes(200),
        b"MZ\x90\x00" + PDF,
        b"\x7fELF\x02\x01\x01" + bytes(200),
        b"#!/bin/sh\nrm -r x\n" + PDF,
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<html><script>alert(1)</script>" + PDF,
        b"\x1b%-12345X@PJL <script>alert(1)</script>" + PDF,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b" " * 1024 + PDF,
        b"%PDF is how this text begins.",
        b"BMW is a make of cars, and this is a text about them.",
        b"GIF/* is a script */ alert(1)",
        b"\x89PNG is no picture",
        b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif" + bytes(40),
        b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42" + bytes(40),
        b"{\\rtf1 \\b text}",
        b"\x1f\x8b\x08" + bytes(20),
        b"Rar!\x1a\x07\x00" + bytes(20),
        b"PK\x05\x06" + bytes(18),
        zipped({"report.pdf": PDF}),
        zipped({"META-INF/MANIFEST.MF": b"", "A.class": b""}),
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}),
        zipped({"word/document.xml": b"no list of types"}),
        zipped({"[Content_Types].xml": b"", "xl/workbook.bin": b""}),
        ole(["SummaryInformation", "Property"]),  # as in installers and mails
    ],
)
def test_anything_else_is_refused_with_what_may_be_sent(content: bytes) -> None:
    with pytest.raises(UnsupportedFile) as refused:
        kind(content)
    assert TAKEN in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        zipped(WORD | {"word/vbaProject.bin": b"x"}),
        zipped(WORD | {"WORD/VBAPROJECT.BIN": b"x"}),
        zipped(WORD | {"xl/macrosheets/sheet1.xml": b"x"}),
        zipped(WORD | {"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
        ole(["WordDocument", "Macros"], ("VBA", "_VBA_PROJECT")),
        ole(["Workbook", "_VBA_PROJECT_CUR"]),
    ],
)
def test_macros_are_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedFile, match="macros"):
        kind(content)


@pytest.mark.parametrize(
    "content", [ole(["EncryptionInfo", "EncryptedPackage"]), patched(word(), 2, 8, "<H", 1)]
)
def test_a_password_is_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedFile, match="password"):
        kind(content)


class TestBombs:
    def test_a_high_ratio_is_refused(self) -> None:
        with pytest.raises(UnsupportedFile, match="unpacks"):
            kind(word(bomb=bytes(21 * 1024**2)))

    def test_well_packed_content_of_usual_size_is_taken(self) -> None:
        assert kind(word(sheet=bytes(1024**2)))

    def test_more_than_the_limit_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.sniff._LARGEST_INSIDE", 1000)
        with pytest.raises(UnsupportedFile, match="unpacks"):
            kind(word(large=bytes(range(200)) * 5))

    def test_too_many_entries_are_refused(self) -> None:
        with pytest.raises(UnsupportedFile, match="unpacks"):
            kind(zipped(WORD | {str(number): b"" for number in range(10_000)}, zipfile.ZIP_STORED))

    def test_an_entry_that_holds_more_than_it_says_is_refused(self) -> None:
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(patched(word(), 2, 24, "<I", 10))

    def test_entries_that_share_their_bytes_are_refused(self) -> None:
        inner = zipped({"b.xml": b"shared"}, zipfile.ZIP_STORED)
        outer = zipped(WORD | {"a.bin": inner, "b.xml": b"shared"}, zipfile.ZIP_STORED)
        assert kind(outer)
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(patched(outer, 5, 42, "<I", outer.index(inner)))


class TestDamage:
    @pytest.mark.parametrize(
        "name",
        ["/etc/passwd", "\\\\host\\x", "C:\\x", "../x", "word/../../x", "word\\..\\x", "..", "x\x00.xml"],
    )
    def test_names_that_lead_elsewhere_are_refused(self, name: str) -> None:
        content = zipped(WORD | {"~" * len(name): b"x"}).replace(b"~" * len(name), name.encode())
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(content)

    def test_dots_within_names_are_not_taken_for_that(self) -> None:
        assert kind(zipped(WORD | {"word/a..b/..c.xml": b"x"}))

    def test_two_entries_of_one_name_are_refused(self) -> None:
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(zipped(WORD | {"word/document.XML": b"another"}))

    @pytest.mark.parametrize(
        ("place", "layout", "value"),
        [(16, "<I", 1), (42, "<I", 1), (20, "<I", 10**6)],
        ids=["another checksum", "begins elsewhere", "longer than the file"],
    )
    def test_a_wrong_directory_is_refused(self, place: int, layout: str, value: int) -> None:
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(patched(word(), 2, place, layout, value))

    def test_a_name_that_cannot_be_read_is_refused(self) -> None:
        content = zipped(WORD | {"word/证.xml": b"x"})
        assert kind(content)
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(content.replace("证".encode(), b"\xff\xff\xff"))

    def test_a_directory_that_points_before_the_file_is_refused(self) -> None:
        content = bytearray(word())
        end = content.index(b"PK\x05\x06")
        struct.pack_into("<I", content, end + 16, struct.unpack_from("<I", content, end + 16)[0] + 1)
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(bytes(content))

    def test_content_that_cannot_be_unpacked_is_refused(self) -> None:
        content = word()
        start = content.index(b"word/document.xml") + len(b"word/document.xml")
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(content[:start] + b"\xff" + content[start + 1 :])

    def test_packing_that_office_programs_do_not_know_is_refused(self) -> None:
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(zipped(WORD, zipfile.ZIP_BZIP2))

    def test_a_directory_far_back_in_a_large_document_is_found(self) -> None:
        far = 109 * 128  # the first sector that no table named in the header knows
        small = ole(["WordDocument"])
        header = bytearray(small[:512])
        struct.pack_into("<I", header, 48, far)
        struct.pack_into("<I", header, 68, 0)
        further = struct.pack("<128I", 1, *[NONE] * 126, END)
        table = struct.pack("<128I", END, *[NONE] * 127)
        assert (
            kind(bytes(header) + further + table + bytes(512 * (far - 2)) + small[1024:])
            == "application/msword"
        )

    def test_a_directory_in_circles_is_refused(self) -> None:
        content = bytearray(SAMPLES["doc"])
        struct.pack_into("<I", content, 512 + 4, 1)  # the sector after the directory's first is the first
        with pytest.raises(UnsupportedFile, match="damaged"):
            kind(bytes(content))

    @given(st.integers(0, len(SAMPLES["docx"]) - 1))
    def test_no_part_of_an_office_document_passes_for_the_whole(self, length: int) -> None:
        with pytest.raises(UnsupportedFile):
            kind(SAMPLES["docx"][:length])

    @pytest.mark.parametrize("length", [8, 79, 512, 700, 1024])
    def test_an_old_office_document_without_its_directory_is_refused(self, length: int) -> None:
        with pytest.raises(UnsupportedFile):
            kind(SAMPLES["doc"][:length])

    @given(
        st.sampled_from(list(SAMPLES)), st.lists(st.tuples(st.integers(0), st.binary(min_size=1, max_size=4)))
    )
    def test_damage_of_any_kind_is_told_or_harmless(
        self, extension: str, changes: list[tuple[int, bytes]]
    ) -> None:
        content = bytearray(SAMPLES[extension])
        for place, change in changes:
            at = place % len(content)
            content[at : at + len(change)] = change
        with suppress(UnsupportedFile):
            assert kind(bytes(content)) in EXTENSIONS
