"""Takes a message apart into the questions that are answered one by one, as far as the knowledge bears that out."""

from collections.abc import Sequence

from bot import questions
from bot.compose import STARTERS, Part
from bot.finder import Finder
from bot.intent import Intent
from bot.wanting import Wanting
from knowledge.search import Search

_WORDED = 0.5  # share of words with a wording from which a part without a question word asks, beside one that has it
_SURELY = 0.9  # confidence of an answer to what leans on no other question
_MEANT = 0.45  # likeness of what a few words of a sentence ask for by themselves
_FAR_BEHIND = 8.5  # score behind the best of the whole message
_LOOKED_THROUGH = 20  # entries


class Parting:
    """Parts messages by one search; holds no state of a conversation."""

    def __init__(self, search: Search, finder: Finder, wanting: Wanting) -> None:
        self._search = search
        self._finder = finder
        self._wanting = wanting

    def questions(self, text: str, language: str) -> list[str]:
        """A message in the content's own words is one question, however it is made; so is a sentence that is declined."""
        if self._search.knows(text):
            return [text]
        parts = questions.split(text)
        if len(parts) == 1 and (apart := self._asked_apart(questions.finer(text), language)):
            return apart
        if len(parts) > 1 and questions.is_one_sentence(text):
            whole = self._finder.find(text, language)
            if (
                whole.decline
                and not self._finder.enough(whole)
                and not self._surely_answered(parts, language)
            ):
                return [text]
        if len(parts) == 1:
            return parts
        finest = [
            each for part in parts for each in self._asked_apart(questions.finer(part), language) or [part]
        ]
        return finest[: questions.MOST]

    def _asked_apart(self, parts: list[str], language: str) -> list[str]:
        """The parts of a message that surely ask, each something else, with what is told between them or without; or none."""
        asking = [part for part in parts if questions.asks(part)]
        for apart in (parts, questions.gathered(parts), asking):
            if len(apart) > 1 and self._ask_apart(apart, language):
                return apart
        return []

    def _surely_answered(self, parts: Sequence[str], language: str) -> bool:
        """Whether one of several questions that leans on no other is answered without doubt: "how much is it, and …"."""
        alone = [part for n, part in enumerate(parts) if n == 0 or not questions.leans(part)]
        tops = (next(iter(self._finder.find(part, language).hits), None) for part in alone)
        return any(hit is not None and hit.confidence >= _SURELY for hit in tops)

    def _ask_apart(self, parts: Sequence[str], language: str) -> bool:
        """Whether each part surely asks something, and each something else. "I see." asks nothing, nor does "by the way"."""
        asking = [questions.asks(part) for part in parts]
        remarks = [part for part, asked in zip(parts, asking, strict=True) if any(asking) and not asked]
        near = (self._search.overlap(questions.searchable(part, language)) for part in remarks)
        if not parts or any(overlap < _WORDED for overlap in near):
            return False  # whatever a search would find, which takes longer
        self._search.prepare(parts)
        if any(self._wanting.wanted(part) is not Intent.QUESTION for part in parts):
            return False
        found = [self._finder.find(part, language) for part in parts]
        if any(
            part in remarks and result.hits and result.hits[0].signals.overlap < _WORDED
            for part, result in zip(parts, found, strict=True)
        ):
            return False
        matters = {result.hits[0].entry.matter for result in found if self._finder.enough(result)}
        return len(matters) == len(parts)

    def borne_out(self, parts: Sequence[Part], text: str, language: str) -> list[Part]:
        """Without what a few words of a sentence are like by themselves, but the whole message is not about.

        "The fee, on what does it depend?" asks nothing of the duration.
        """
        if len({part.hits[0].entry.matter for part in parts if part.hits}) < 2:
            return list(parts)
        hits = self._search.search(questions.searchable(text, language), _LOOKED_THROUGH).hits
        behind = {hit.entry.matter: hits[0].score - hit.score for hit in hits}

        def is_beside(part: Part) -> bool:
            hit = next(iter(part.hits), None)
            if hit is None or not hit.entry.variants:  # without wordings, nothing is known of what it is like
                return False
            plainly = questions.asks(part.question) and not questions.refers_back(part.question)
            if plainly and hit.entry.matter in STARTERS and hit.confidence >= _SURELY:
                return False  # 怎么收费，证书几年
            far = behind.get(hit.entry.matter, _FAR_BEHIND) >= _FAR_BEHIND
            return far and hit.signals.meaning < _MEANT and questions.is_fragment(part.question, text)

        kept = [part for part in parts if not is_beside(part)]
        return kept if any(part.hits for part in kept) else list(parts)
