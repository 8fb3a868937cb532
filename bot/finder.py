"""Finds entries of the knowledge in the language of a conversation, and tells which are sure enough to be stated."""

from collections.abc import Sequence
from dataclasses import replace

from bot import questions
from knowledge.search import Hit, Result, Search

_CHOICES = 4


class Finder:
    """Finds in one search; holds no state of a conversation."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def find(self, question: str, language: str) -> Result:
        """What comes close to a question, and the decline that fits it better, in that language."""
        result = self._search.search(questions.searchable(question, language), _CHOICES)
        return replace(result, hits=[self._translated(hit, language) for hit in result.hits])

    def stated(self, matter: str, language: str) -> Hit | None:
        """An entry as if it had been asked for by its title."""
        title = self._search.version(matter, language).title
        return next((hit for hit in self.find(title, language).hits if hit.entry.matter == matter), None)

    def enough(self, result: Result) -> bool:
        """Whether the best of it may be stated."""
        return bool(result.hits) and self.sure_enough(result.hits[0])

    def sure_enough(self, hit: Hit) -> bool:
        """Whether an entry may be stated."""
        return hit.confidence >= self._search.calibration.answer

    def chosen(self, result: Result) -> Sequence[Hit]:
        """The entry that a reply states, if it is sure enough; none otherwise."""
        return result.hits[:1] if self.enough(result) else []

    def _translated(self, hit: Hit, language: str) -> Hit:
        entry = self._search.version(hit.entry.matter, language)
        return hit if entry is hit.entry else replace(hit, entry=entry, passage=entry.body)
