"""A reply's words as they are said, for everyone who listens."""

import asyncio
from collections.abc import AsyncIterator


class Saying:
    """Whoever comes later hears all of it as well. Used from one event loop."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._news = asyncio.Event()
        self._over = False
        self.listened = False

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._tell()

    def end(self) -> None:
        self._over = True
        self._tell()

    async def heard(self) -> AsyncIterator[str]:
        """Every piece, until the end."""
        self.listened = True
        heard = 0
        while True:
            news = self._news
            for piece in self._pieces[heard:]:
                heard += 1
                yield piece
            if self._over and heard == len(self._pieces):
                return
            await news.wait()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
