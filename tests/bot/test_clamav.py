"""The scanner's protocol, against a real socket that speaks it."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.clamav import ClamAV, clamav
from bot.errors import SettingsError, Unavailable, UnsupportedFile

Speak = Callable[[bytes], bytes | None]
EICAR = b"not really EICAR"


async def received(reader: asyncio.StreamReader) -> bytes:
    """The file of one INSTREAM command."""
    assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
    content = b""
    while size := int.from_bytes(await reader.readexactly(4)):
        content += await reader.readexactly(size)
    return content


def scan(content: bytes, speak: Speak, path: Path | None = None, within: float = 5) -> None:
    """Scan with a daemon that answers what `speak` says to the file; None: it hangs."""

    serving: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        with closing(writer):
            answer = speak(await received(reader))
            if answer is None:
                await reader.read()  # until the other side has had enough
            else:
                writer.write(answer)

    async def talk() -> None:
        server: asyncio.Server
        if path:
            server = await asyncio.start_unix_server(serve, path)
            url = f"unix://{path}"
        else:
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            url = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            await ClamAV(url, answer_within=within).scan(io.BytesIO(content))
        finally:
            server.close()
            await asyncio.gather(*filter(None, serving), return_exceptions=True)

    run(talk())


def run(what: Awaitable[None]) -> None:
    async def whole() -> None:
        await what

    asyncio.run(whole())


def by_content(content: bytes) -> bytes:
    return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


def test_a_clean_file_passes_whole() -> None:
    seen: list[bytes] = []

    def keep(content: bytes) -> bytes:
        seen.append(content)
        return b"stream: OK\0"

    scan(b"x" * 700_000, keep)
    assert seen == [b"x" * 700_000]


def test_a_harmful_file_is_refused() -> None:
    with pytest.raises(UnsupportedFile, match="harmful"):
        scan(b"before " + EICAR, by_content)


def test_a_unix_socket_will_do(tmp_path: Path) -> None:
    scan(b"clean", by_content, tmp_path / "clamd.ctl")


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: maybe\0", b"", b"\0", None]
)
def test_what_is_not_clearly_clean_is_not_let_through(answer: bytes | None) -> None:
    with pytest.raises(Unavailable):
        scan(b"x", lambda _: answer, within=0.3)


def test_a_scanner_that_is_not_there_lets_nothing_through() -> None:
    with pytest.raises(Unavailable):
        run(ClamAV("tcp://127.0.0.1:1").scan(io.BytesIO(b"x")))


@pytest.mark.parametrize("url", ["127.0.0.1:3310", "http://x", "tcp://", "unix://", "tcp://h:port"])
def test_a_wrong_address_stops_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="CERTDESK_CLAMAV_URL"):
        clamav(url)


def test_without_an_address_there_is_no_scanner() -> None:
    assert clamav("") is None
