"""What every place for files must do; another one joins in `PLACES` by its URL."""

import asyncio
import errno
import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import repeat
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote
from uuid import uuid4

import fsspec  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    EmptyFile,
    FileTooLarge,
    NotFound,
    SettingsError,
    StorageFull,
    Unavailable,
    UnsupportedFile,
)
from bot.files import LARGEST_FILE, Files, StoredFile, attachment_headers, safe_name
from bot.sniff import EXTENSIONS

PDF = b"%PDF-1.7\n" + b"A certificate. " * 100
SHA = hashlib.sha256(PDF).hexdigest()
PLACES: dict[str, Callable[[Path], str]] = {
    "default": lambda folder: "",
    "folder": lambda folder: str(folder / "elsewhere" / "documents"),
    "memory": lambda folder: f"memory://{uuid4().hex}/documents",
}


@pytest.fixture(params=PLACES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return PLACES[request.param](tmp_path)


@pytest.fixture
def files(url: str, tmp_path: Path) -> Files:
    opened = Files(url, tmp_path)
    opened.check()
    return opened


@pytest.fixture
def left(url: str, tmp_path: Path) -> Callable[[], list[str]]:
    """The names of all files that lie anywhere, also the temporary ones."""

    def names() -> list[str]:
        found = [path.name for path in tmp_path.rglob("*") if path.is_file()]
        if url.startswith("memory:"):
            store, root = fsspec.url_to_fs(url)
            found += [path.rpartition("/")[2] for path in store.find(root)]
        return found

    return names


async def chunks(pieces: Iterable[bytes], failure: BaseException | None = None) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    if failure:
        raise failure


def save(files: Files, content: Iterable[bytes] | bytes = PDF, name: str = "plan.pdf") -> StoredFile:
    pieces = [content] if isinstance(content, bytes) else content
    return asyncio.run(files.save(chunks(pieces), name))


class Scan:
    def __init__(self, verdict: Exception | None = None) -> None:
        self.scanned = b""
        self._verdict = verdict

    async def scan(self, file: BinaryIO) -> None:
        file.seek(0)
        self.scanned = file.read()
        if self._verdict:
            raise self._verdict


class TestSaving:
    def test_a_file_comes_back_as_it_went_in(self, files: Files) -> None:
        stored = save(files, [PDF[:5], b"", PDF[5:700], PDF[700:]], "证书 2026.PDF")
        assert stored == StoredFile(SHA, len(PDF), "application/pdf", "证书 2026.PDF")
        with files.open(SHA) as file:
            assert file.read() == PDF
        assert b"".join(files.read(SHA)) == PDF
        assert files.exists(SHA)

    def test_a_large_one_too(self, files: Files) -> None:
        content = PDF.ljust(LARGEST_FILE, b"x")
        stored = save(files, (content[start : start + 99_999] for start in range(0, LARGEST_FILE, 99_999)))
        assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), LARGEST_FILE)
        assert b"".join(files.read(stored.sha256)) == content

    def test_the_same_content_is_kept_once_under_each_name(
        self, files: Files, left: Callable[[], list[str]]
    ) -> None:
        assert [save(files, name=name).name for name in ("a.pdf", "b.pdf")] == ["a.pdf", "b.pdf"]
        assert left() == [SHA]

    def test_the_same_content_at_the_same_time_is_kept_once(
        self, files: Files, left: Callable[[], list[str]]
    ) -> None:
        async def at_once() -> list[StoredFile]:
            return await asyncio.gather(*(files.save(chunks([PDF]), "a.pdf") for _ in range(8)))

        assert {stored.sha256 for stored in asyncio.run(at_once())} == {SHA}
        assert left() == [SHA]
        assert b"".join(files.read(SHA)) == PDF

    def test_the_scanner_sees_the_whole_content(self, url: str, tmp_path: Path) -> None:
        scan = Scan()
        save(Files(url, tmp_path, scan))
        assert scan.scanned == PDF

    def test_a_damaged_copy_is_mended_by_the_next_upload(
        self, files: Files, url: str, tmp_path: Path
    ) -> None:
        save(files)
        store, root = fsspec.url_to_fs(url or str(tmp_path / "files"))
        store.pipe_file(f"{root}/{SHA[:2]}/{SHA}", PDF[:50])
        save(files)
        assert b"".join(files.read(SHA)) == PDF


class TestRefusing:
    """Whatever happens, no file is left."""

    def test_too_large_a_file_is_refused_before_its_end(
        self, files: Files, left: Callable[[], list[str]]
    ) -> None:
        with pytest.raises(FileTooLarge, match="20 MB"):
            save(files, repeat(bytes(1024**2)))
        assert left() == []

    @pytest.mark.parametrize("pieces", [[], [b""], [b"", b""]])
    def test_an_empty_file_is_refused(
        self, files: Files, left: Callable[[], list[str]], pieces: list[bytes]
    ) -> None:
        with pytest.raises(EmptyFile):
            save(files, pieces)
        assert left() == []

    def test_a_wrong_kind_is_refused(self, files: Files, left: Callable[[], list[str]]) -> None:
        with pytest.raises(UnsupportedFile):
            save(files, b"MZ\x90\x00", "certificate.pdf")
        assert left() == []

    @pytest.mark.parametrize("verdict", [UnsupportedFile("harmful"), Unavailable("down")])
    def test_what_the_scanner_does_not_call_clean_is_refused(
        self, url: str, tmp_path: Path, left: Callable[[], list[str]], verdict: Exception
    ) -> None:
        with pytest.raises(type(verdict)):
            save(Files(url, tmp_path, Scan(verdict)))
        assert left() == []

    @pytest.mark.parametrize("failure", [ConnectionResetError(), asyncio.CancelledError(), RuntimeError()])
    def test_a_customer_who_goes_away_leaves_nothing(
        self, files: Files, left: Callable[[], list[str]], failure: BaseException
    ) -> None:
        with pytest.raises(type(failure)):
            asyncio.run(files.save(chunks([PDF, bytes(1024**2)], failure), "a.pdf"))
        assert left() == []

    def test_an_upload_that_is_called_off_leaves_nothing(
        self, files: Files, left: Callable[[], list[str]]
    ) -> None:
        async def call_off() -> None:
            begun, never = asyncio.Event(), asyncio.Event()

            async def slow() -> AsyncIterator[bytes]:
                yield bytes(1024**2)
                begun.set()
                await never.wait()

            task = asyncio.create_task(files.save(slow(), "a.pdf"))
            await begun.wait()
            assert len(left()) == 1
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(call_off())
        assert left() == []


class TestFullDisk:
    @pytest.mark.parametrize(
        ("code", "told"),
        [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, Unavailable)],
    )
    def test_an_upload_that_cannot_begin_is_told(
        self, files: Files, monkeypatch: pytest.MonkeyPatch, code: int, told: type[Exception]
    ) -> None:
        def full(**_: object) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(tempfile, "mkstemp", full)
        with pytest.raises(told):
            save(files)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
    @pytest.mark.parametrize("size", [len(PDF), 3 * 1024**2])
    def test_a_disk_that_fills_in_the_middle_is_told(
        self,
        files: Files,
        left: Callable[[], list[str]],
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        size: int,
    ) -> None:
        def full(dir: Path) -> tuple[int, str]:
            (dir / "upload").touch()
            return os.open("/dev/full", os.O_RDWR), str(dir / "upload")

        monkeypatch.setattr(tempfile, "mkstemp", full)
        with pytest.raises(StorageFull):
            save(files, PDF.ljust(size))
        assert left() == []

    def test_what_a_failed_transfer_has_left_is_removed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        files = Files(f"memory://{uuid4().hex}", tmp_path)
        store = files._store

        def fill(source: str, target: str) -> None:
            store.pipe_file(target, PDF[:50])
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(store, "put_file", fill)
        with pytest.raises(StorageFull):
            save(files)
        assert store.find(files._root) == []


class TestReading:
    def test_an_unknown_file_is_not_found(self, files: Files) -> None:
        unknown = "0" * 64
        assert not files.exists(unknown)
        with pytest.raises(NotFound):
            files.open(unknown)
        with pytest.raises(NotFound):
            files.read(unknown)

    def test_a_deleted_file_is_gone_and_may_be_deleted_again(self, files: Files) -> None:
        save(files)
        files.delete(SHA)
        files.delete(SHA)
        assert not files.exists(SHA)
        assert save(files).sha256 == SHA

    @given(
        st.one_of(
            st.text(),
            st.text("0123456789abcdefABCDEF/.\n\x00", min_size=63, max_size=65).filter(
                lambda text: not re.fullmatch("[0-9a-f]{64}", text)
            ),
        )
    )
    def test_nothing_but_a_sha256_leads_to_a_file(self, sha256: str) -> None:
        files = Files("memory://nowhere", Path())
        for use in (files.open, files.read, files.exists, files.delete):
            with pytest.raises(ValueError, match="SHA-256"):
                use(sha256)

    def test_files_are_for_the_service_alone(self, tmp_path: Path) -> None:
        save(Files("", tmp_path))
        (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
        assert path.stat().st_mode & 0o077 == 0


class TestStart:
    def test_old_remains_are_cleared_and_young_ones_kept(
        self, files: Files, url: str, tmp_path: Path
    ) -> None:
        save(files)
        local = Path(url) if url.startswith("/") else tmp_path / "files" if not url else tmp_path
        for name, age in (("old", 25 * 3600), ("young", 60)):
            path = local / "incoming" / name
            path.touch()
            os.utime(path, (path.stat().st_mtime - age,) * 2)
        files.check()
        assert [path.name for path in (local / "incoming").iterdir()] == ["young"]
        assert files.exists(SHA)

    def test_a_folder_that_cannot_be_made_is_told_with_a_hint(self, tmp_path: Path) -> None:
        (tmp_path / "taken").touch()
        with pytest.raises(
            SettingsError, match=r"CERTDESK_FILES_URL.*cannot be written.*let the service write"
        ):
            Files(str(tmp_path / "taken" / "files"), tmp_path).check()

    @pytest.mark.parametrize("url", ["nonsense://x", "s3x://bucket/x"])
    def test_an_unknown_kind_of_place_is_told_with_a_hint(self, url: str, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match=r"CERTDESK_FILES_URL.*driver installed"):
            Files(url, tmp_path)

    def test_a_password_in_the_address_is_not_told(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError) as told:
            Files("nonsense://user:secret@host/x", tmp_path)
        assert "secret" not in str(told.value)


NAMES = [
    ("../../x", "application/pdf", "x.pdf"),
    ("C:\\Users\\me\\plan.PDF", "application/pdf", "plan.PDF"),
    ("photo", "image/jpeg", "photo.jpg"),
    ("photo.jpeg", "image/jpeg", "photo.jpeg"),
    ("photo.heic", "image/jpeg", "photo.jpg"),
    ("evil.pdf.exe", "application/pdf", "evil.pdf"),
    ("evil.exe", "application/pdf", "evil.pdf"),
    ("report v1.2", "application/pdf", "report v1.2.pdf"),
    ("", "application/pdf", "document.pdf"),
    ("...", "image/png", "document.png"),
    ("folder/", "application/pdf", "document.pdf"),
    (".htaccess", "application/pdf", "htaccess.pdf"),
    ("营业执照（副本）.pdf", "application/pdf", "营业执照（副本）.pdf"),
    ("👨‍👩‍👧 plan 😀.pdf", "application/pdf", "👨‍👩‍👧 plan 😀.pdf"),
    ("cafe\u0301.pdf", "application/pdf", "caf\u00e9.pdf"),
    ("gpj.\u202efdp.exe", "application/pdf", "gpj.fdp.pdf"),
    ("a\x00b\r\n\tc.pdf", "application/pdf", "ab c.pdf"),
    ('<a>"b"?*|:.pdf', "application/pdf", "_a__b_____.pdf"),
    ("CON", "application/pdf", "_CON.pdf"),
    ("lpt1.x.pdf", "application/pdf", "_lpt1.x.pdf"),
    ("console.pdf", "application/pdf", "console.pdf"),
    ("x" * 300 + ".docx", "application/msword", "x" * 116 + ".doc"),
    ("x" * 300 + ".pdf", "application/pdf", "x" * 116 + ".pdf"),
]
WILD = st.text(
    st.one_of(st.sampled_from("../\\ conCON1\u202e\u200d\u0301\ud800.pdfexe\n\x00"), st.characters())
)


class TestNames:
    @pytest.mark.parametrize(("name", "media_type", "safe"), NAMES)
    def test_a_name_is_made_safe_and_kept_where_it_can_be(
        self, name: str, media_type: str, safe: str
    ) -> None:
        assert safe_name(name, media_type) == safe

    @given(WILD, st.sampled_from(list(EXTENSIONS)))
    def test_no_name_misleads(self, name: str, media_type: str) -> None:
        safe = safe_name(name, media_type)
        stem, _, extension = safe.rpartition(".")
        assert extension.lower() in EXTENSIONS[media_type]
        assert stem.strip(". ") == stem != ""
        assert len(safe) <= 120
        assert unicodedata.is_normalized("NFC", safe)
        assert not set(safe) & set('/\\<>:"|?*')
        assert {unicodedata.category(character) for character in safe if character != "\u200d"}.isdisjoint(
            {"Cc", "Cf", "Cs", "Zl", "Zp"}
        )
        assert not re.match(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\.|$)", safe, re.IGNORECASE)
        assert safe_name(safe, media_type) == safe


class TestDownloads:
    @given(WILD, st.sampled_from([*EXTENSIONS, "text/html", ""]))
    def test_every_file_is_saved_and_none_shown(self, name: str, media_type: str) -> None:
        headers = attachment_headers(name, media_type)
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert all(value.isascii() and value.isprintable() for value in headers.values())
        named = re.fullmatch(
            r"attachment; filename=\"([^\"\\%;]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)",
            headers["Content-Disposition"],
        )
        assert named
        assert unquote(named[2]) == safe_name(name, media_type)

    def test_the_name_is_there_for_old_browsers_and_new_ones(self) -> None:
        disposition = attachment_headers("证书 A.pdf", "application/pdf")["Content-Disposition"]
        assert disposition == "attachment; filename=\"__ A.pdf\"; filename*=UTF-8''%E8%AF%81%E4%B9%A6%20A.pdf"
