"""The passages that one reply may rest on."""

from collections.abc import Sequence

from bot import compose
from bot.messages import Citation
from knowledge.search import Hit


class Sources:
    """The passages of one reply; the number of each is its place, counted from 1."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.hits: list[Hit] = []
        self.citations: list[Citation] = []
        for hit in hits:
            self.add(hit)

    def add(self, hit: Hit) -> Citation:
        """The hit's citation, a new one if there is none yet."""
        for held, citation in zip(self.hits, self.citations, strict=True):
            if held.entry.key == hit.entry.key:
                return citation
        self.hits.append(hit)
        self.citations.append(compose.cite(hit, len(self.hits)))
        return self.citations[-1]
