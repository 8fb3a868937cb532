"""Whether what a sentence says stands in the passages that it cites, by the words alone.

Pure and fast. Figures are not looked at, the grounding check judges these. A sentence that denies what its passage
says, in the passage's own words, is not found out; words in another language than the passages' are not in them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Self

from bot.support.lexicon import lexicon, stem
from knowledge.figures import figures
from knowledge.language import bare, fold, words
from knowledge.names import CITATION
from knowledge.sentences import sentences

__all__ = ["THRESHOLD", "support", "supported"]

THRESHOLD = 0.5
"""As much is borne out as is foreign; what it keeps and catches is measured by `python -m evals.faithful`."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_OTHER_WORD = re.compile(rf"[^\W_{_HAN}]+")
_LEFT_OUT = re.compile(r"n't\b|'(?:s|re|ve|ll|d|m)\b|\bfree(?= to\b)")  # "feel free to" gives nothing away
_NUMBERING = re.compile(r"^\W*\d{1,2}[.)、．]\s*")
_CLAUSE_END = re.compile(
    r"[,:;—–()]|\b(?:and|but|or|while|because|since|so)\b|以及|并且|而且|但|不过|所以|同时"
)
_LONGEST = 6  # Chinese characters that are looked up as one word
_BEGINNING = 6  # letters by which two words are forms of one: specialize, specialist

# What words weigh. One that is borne out weighs 1, as does a foreign one; two Chinese characters are a word.
_COMMON = 0.5  # a common word that the passages have too
_FOREIGN_CLAUSE = 2.0  # foreign words that make a clause count by itself
_GRAVE = 2.0  # how much more a foreign word weighs that changes a promise
_FOREIGN_CHARACTER = (
    0.6  # more than half a word, as some of a foreign word's characters will pass for common ones
)


def supported(sentence: str, quotes: Sequence[str]) -> bool:
    """Whether a sentence may be said with these passages as its sources."""
    return support(sentence, quotes) >= THRESHOLD


def support(sentence: str, quotes: Sequence[str]) -> float:
    """The share, 0 to 1, of a sentence's words that the passages it cites bear out; a passage best has its heading.

    Words that any wording needs count only where a passage has them, and never against a sentence: one of nothing else
    has 1.0 ("Yes, you can."), and in one with a single other word it is this word that decides. A sentence that
    stands in a passage as it is has 1.0, and one with a clause of foreign words has no more than this clause.
    """
    held = _together([_passage(quote) for quote in quotes])
    if _said(sentence) in held.sentences:
        return 1.0
    text = fold(_without_figures(sentence)).replace("’", "'")
    clauses = [_Weight.of(clause, held) for clause in _CLAUSE_END.split(text)]
    counted = [clause for clause in clauses if clause.foreign >= _FOREIGN_CLAUSE]
    return min(weight.share for weight in (_Weight.of(text, held), *counted))


@dataclass(frozen=True)
class _Weight:
    """How much of what is said is borne out, and how much is foreign, in words."""

    borne_out: float
    foreign: float

    @classmethod
    def of(cls, text: str, held: "_Passage") -> Self:
        weights = [*_others(_LEFT_OUT.sub(" ", text), held), *_chinese(text, held)]
        return cls(sum(w for w in weights if w > 0), -sum(w for w in weights if w < 0))

    @property
    def share(self) -> float:
        return self.borne_out / (self.borne_out + self.foreign) if self.foreign else 1.0


@dataclass(frozen=True)
class _Passage:
    """`words` are stems, and every stretch of up to `_LONGEST` Chinese characters."""

    sentences: frozenset[str]
    words: frozenset[str]
    senses: frozenset[int]

    def meanings(self, word: str) -> frozenset[int]:
        """The senses of a word in which a word of the passage stands for it."""
        return self.senses & lexicon().senses.get(word, frozenset())


@lru_cache(maxsize=512)  # the same entries are cited again and again
def _passage(quote: str) -> _Passage:
    text = fold(quote)
    held = frozenset(words(_LEFT_OUT.sub(" ", text.replace("’", "'")))).union(
        *(_stretches(run) for run in _HAN_RUN.findall(text))
    )
    senses = frozenset().union(*(numbers for word, numbers in lexicon().senses.items() if word in held))
    return _Passage(frozenset(map(_said, [quote, *sentences(quote)])), held, senses)


def _together(passages: Sequence[_Passage]) -> _Passage:
    nothing: frozenset[str] = frozenset()
    return _Passage(
        nothing.union(*(passage.sentences for passage in passages)),
        nothing.union(*(passage.words for passage in passages)),
        frozenset[int]().union(*(passage.senses for passage in passages)),
    )


def _stretches(run: str) -> set[str]:
    return {run[i : i + n] for n in range(1, _LONGEST + 1) for i in range(len(run) - n + 1)}


def _others(text: str, held: _Passage) -> Iterator[float]:
    """The weight of each word that is not Chinese, below zero where nothing bears it out."""
    told: set[int] = set()
    for word in dict.fromkeys(map(stem, _OTHER_WORD.findall(text))):
        if not word or word.isdigit() or word in lexicon().topic:
            continue
        if word in lexicon().common:
            yield _COMMON * (word in held.words)
        elif meanings := held.meanings(word):
            yield 1.0 * told.isdisjoint(meanings)
            told |= meanings
        else:
            borne_out = word in held.words or _is_form_of(word, held.words)
            yield 1.0 if borne_out else -_foreign(word)


def _is_form_of(word: str, others: Iterable[str]) -> bool:
    return len(word) >= _BEGINNING and any(other.startswith(word[:_BEGINNING]) for other in others)


def _foreign(word: str) -> float:
    return _GRAVE if word in lexicon().grave else 1.0


def _chinese(text: str, held: _Passage) -> Iterator[float]:
    """The weight of each Chinese word, two characters weighing 1; of foreign ones each character for itself."""
    seen: set[str] = set()
    told: set[int] = set()
    for run in _HAN_RUN.findall(text):
        for piece, known in _joined(_cut(run, held)):
            if not known:
                yield -_foreign(piece) * len(piece) * _FOREIGN_CHARACTER
            elif piece not in seen and piece not in lexicon().topic:
                seen.add(piece)
                if piece in lexicon().common or piece in lexicon().loose:
                    yield _COMMON * (len(piece) > 1 and piece in held.words)
                elif told.isdisjoint(meanings := held.meanings(piece)):
                    told |= meanings
                    yield max(1.0, len(piece) / 2) if meanings else _telling(piece)


def _telling(piece: str) -> float:
    """The weight of a stretch of the passages, such as 我们的费用, by its characters that are no common words."""
    return max(_COMMON, sum(character not in lexicon().common for character in piece) / 2)


def _cut(run: str, held: _Passage) -> list[tuple[str, bool]]:
    """Chinese cut into the longest pieces that are common, borne out or on the topic, and foreign characters."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    while at < len(run):
        longest = (run[at : at + n] for n in range(_LONGEST, 0, -1))
        words_here = (piece for piece in longest if piece in lexicon().grave or _is_known(piece, held))
        piece = next(words_here, run[at])
        pieces.append((piece, _is_known(piece, held)))
        at += len(piece)
    return pieces


def _is_known(piece: str, held: _Passage) -> bool:
    lexical = lexicon()
    if piece in lexical.common or piece in lexical.loose or piece in lexical.topic or held.meanings(piece):
        return True
    return len(piece) > 1 and piece in held.words


def _joined(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The same pieces, with loose characters beside a foreign one foreign too: 晚 is common, but not in 晚餐."""
    known = [flag for _, flag in pieces]
    places = range(len(pieces))
    for neighbour, place in [*pairwise(places), *pairwise(reversed(places))]:
        if not known[neighbour] and pieces[place][0] in lexicon().loose:
            known[place] = False
    return [(piece, flag) for (piece, _), flag in zip(pieces, known, strict=True)]


def _said(sentence: str) -> str:
    return bare(_NUMBERING.sub("", CITATION.sub("", sentence)))


def _without_figures(sentence: str) -> str:
    for figure in reversed(figures(sentence)):
        sentence = f"{sentence[: figure.start]} {sentence[figure.end :]}"
    return CITATION.sub(" ", sentence)
