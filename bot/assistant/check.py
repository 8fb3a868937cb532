"""Whether a sentence of a model may be said: what its sources hold, and how it is put."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.allusions import allusions
from bot.assistant import matters
from bot.assistant.conduct import fault, is_question, states
from bot.assistant.sources import Sources
from bot.claims import Action
from bot.grounding import MOST_PASSAGES, ModelEvidence, Quote, Reason
from bot.masking import Masking
from bot.messages import Citation
from bot.support import supported
from knowledge.language import bare
from knowledge.sentences import sentences

_NUMBERING = re.compile(r"^\W*\d{1,2}[.)、．]\s*")
_NUMBERED = re.compile(r"\W*(\d{1,9})[.)、．]")
_LONGEST_LIST = 20
_OF_CUSTOMER = re.compile(  # "You mentioned 200 people, and …": what they said stands in no passage
    r"^\W*(?:(?:as |since )?you(?:'ve| have)? (?:mentioned|said|wrote|asked)|with your|for your)\b[^,]{0,80}, ?(?:and |so )?"
    r"|^\W*(?:您|贵公司|贵司)(?:刚才|之前|刚刚)?(?:提到|说|问)[^，,]{0,40}[，,]",
    re.IGNORECASE,
)
_MARKERS = re.compile(r"\[[\d,\s-]+\]")
_ECHO = 4  # letters and digits; less is no echo


class Check:
    """`customer` is all that the customer wrote; the actions that are `done` may be claimed.

    The first `sure` sources are those that the knowledge itself would answer with.
    """

    def __init__(self, sources: Sources, customer: str, language: str, masking: Masking, sure: int = 0,
                 done: frozenset[Action] = frozenset()) -> None:  # fmt: skip
        self._sources = sources
        self._customer = matters.without_amounts(customer)
        self._asked = bare(customer)
        self._language = language
        self._masking = masking
        self._sure = sure
        self._done = done
        self.learn()

    def learn(self) -> None:
        """Take note of sources that have been added."""
        cited = self._sources.citations
        self._evidence = ModelEvidence([Quote(c.n, c.quote) for c in cited], self._customer)
        self._titles = {bare(c.section) for c in cited}
        self._held = {_plain(line): c.n for c in cited[: self._sure] for line in sentences(c.quote)}

    def source(self, sentence: str) -> int | None:
        """The one of the `sure` sources that says exactly this."""
        return self._held.get(_plain(sentence))

    def known(self, cited: Sequence[int]) -> list[int]:
        """Those of the numbers that stand for a passage."""
        return [n for n in cited if 0 < n <= len(self._sources.citations)]

    def wrong(self, sentence: str, cited: Sequence[int]) -> dict[str, str]:
        """The reasons why a sentence that rests on these numbers may not be said, each with the words it is about.

        A number that stands for no passage is no source.
        """
        cited = self.known(cited)
        found = {f.reason.value: f.detail for f in self._evidence.check(sentence, cited, self._done)}
        if (kind := fault(sentence, bool(cited), self._language)) is not None:
            found.setdefault(kind.value, sentence)
        if self._masking.holds_placeholder(sentence):
            found.setdefault("placeholder", sentence)
        if self._echoes(sentence):
            found.setdefault("echo", sentence)
        for reason, words in self._unheld(sentence, [c for c in self._sources.citations if c.n in cited]):
            found.setdefault(reason, words)
        return found

    def _unheld(self, sentence: str, quotes: Sequence[Citation]) -> Iterator[tuple[str, str]]:
        """What a sentence says that these quotes do not, in so many words or at all."""
        texts = [quote.quote for quote in quotes]
        for words in matters.currencies(sentence, texts):
            yield Reason.UNGROUNDED_FIGURE, words
        for words in matters.misplaced(sentence, [(quote.section, quote.quote) for quote in quotes]):
            yield "misplaced_figure", words
        for words in matters.misattributed(sentence, [each.quote for each in self._sources.citations]):
            yield Reason.STANDARD, words
        if (number := _NUMBERED.match(sentence)) and int(number[1]) > _LONGEST_LIST:
            yield Reason.UNGROUNDED_FIGURE, number[1]
        held = frozenset[str]().union(*map(_alluded, texts))
        for each in allusions(sentence):
            if each.key not in held:
                yield Reason.UNGROUNDED_FIGURE, each.words
        passages = [f"{quote.section}\n{quote.quote}" for quote in quotes]
        if quotes and states(sentence) and not supported(_OF_CUSTOMER.sub("", sentence), passages):
            yield "unsupported", sentence

    def _echoes(self, sentence: str) -> bool:
        """Whether it only asks what the customer asked, or what a passage is headed."""
        if not is_question(sentence):
            return False
        plain = _plain(sentence)
        listed = _NUMBERED.match(sentence) is not None  # nobody asks a customer in a numbered list
        return listed or (len(plain) >= _ECHO and (plain in self._titles or plain in self._asked))


@lru_cache(MOST_PASSAGES)
def _alluded(passage: str) -> frozenset[str]:
    return frozenset(each.key for each in allusions(passage))


def _plain(sentence: str) -> str:
    return bare(_NUMBERING.sub("", _MARKERS.sub("", sentence)))
