"""Asks a ClamAV daemon whether a file is harmful, over its INSTREAM command."""

import asyncio
from contextlib import suppress
from typing import BinaryIO
from urllib.parse import urlsplit

from bot import log
from bot.errors import SettingsError, Unavailable, UnsupportedFile

_PIECE = 128 * 1024  # bytes sent at a time
_PORT = 3310

logger = log.get("bot.clamav")


def clamav(url: str) -> "ClamAV | None":
    """The scanner of CERTDESK_CLAMAV_URL; None where that is empty. Raises SettingsError."""
    return ClamAV(url) if url else None


class ClamAV:
    """A daemon at `tcp://host:port` or `unix:///path`. What it does not clearly call clean is not let through."""

    def __init__(self, url: str, connect_within: float = 5, answer_within: float = 60) -> None:
        """The times are in seconds. Raises SettingsError."""
        self._connect_within = connect_within
        self._answer_within = answer_within
        self._path = ""
        try:
            parts = urlsplit(url)
            self._host, self._port = parts.hostname or "", parts.port or _PORT
        except ValueError:  # of the port
            parts = urlsplit("")
        if parts.scheme == "unix" and parts.path and not parts.netloc:
            self._path = parts.path
        elif parts.scheme != "tcp" or not self._host:
            hint = "such as tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl; empty: no scan"
            raise SettingsError(f"CERTDESK_CLAMAV_URL={url!r}: is no address of a ClamAV daemon ({hint})")

    async def scan(self, file: BinaryIO) -> None:
        """Raises UnsupportedFile if something is found, Unavailable if the daemon does not say."""
        try:
            verdict = await self._ask(file)
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:  # OSError: also TimeoutError
            logger.error("virus scanner does not answer", exc_info=error)
            raise _unavailable() from error
        if verdict.endswith(" FOUND"):
            logger.warning("harmful file refused", verdict=verdict)
            raise UnsupportedFile(
                "The virus scanner has found something harmful in the file; please send a clean copy."
            )
        if not verdict.endswith(": OK"):  # such as "INSTREAM size limit exceeded. ERROR"
            logger.error("virus scanner cannot scan", verdict=verdict)
            raise _unavailable()

    async def _ask(self, file: BinaryIO) -> str:
        async with asyncio.timeout(self._connect_within):
            reader, writer = await self._connect()
        try:
            async with asyncio.timeout(self._answer_within):
                answer = asyncio.create_task(
                    reader.readuntil(b"\0")
                )  # it may come, and the line end, in mid-file
                try:
                    with suppress(ConnectionError):
                        await _send(file, writer, answer)
                    return (await answer).rstrip(b"\0\n").decode("utf-8", "replace")
                finally:
                    answer.cancel()
        finally:
            writer.transport.abort()  # the connection is of no more use, and may hang

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._path:
            return await asyncio.open_unix_connection(self._path)
        return await asyncio.open_connection(self._host, self._port)


async def _send(file: BinaryIO, writer: asyncio.StreamWriter, answer: "asyncio.Task[bytes]") -> None:
    writer.write(b"zINSTREAM\0")
    await asyncio.to_thread(file.seek, 0)
    while not answer.done() and (piece := await asyncio.to_thread(file.read, _PIECE)):
        writer.write(len(piece).to_bytes(4) + piece)
        await writer.drain()
    writer.write(bytes(4))
    await writer.drain()


def _unavailable() -> Unavailable:
    return Unavailable("Files cannot be checked at the moment; please try again in a few minutes.", 60)
