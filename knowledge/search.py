"""Find the entries that answer a question, and say how sure that is.

Meaning (cosine similarity of embeddings, question side and body side apart) and words (BM25, overlap with the nearest
wording, share of the question that the entry covers) are added up with fitted weights; a fitted logistic model turns
the signals of an entry into a confidence in 0..1. Both sets of numbers stand in `calibration.yaml`.
"""

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import yaml

from knowledge.documents import Entry, Kind, Role
from knowledge.embed import Embedder
from knowledge.index import Index
from knowledge.language import detect, fold, words

CALIBRATION = Path(__file__).with_name("calibration.yaml")

_NEIGHBOURS = {Role.QUESTION: 100, Role.BODY: 40}  # passages asked of the dense index
_DENSE_CANDIDATES = 25
_SPARSE_CANDIDATES = 15
_BACKGROUND = 40  # matters whose mean similarity says what "near" means for this question
_FALL = 30.0  # a wording 0.1 of cosine farther than the nearest weighs a twentieth of it
_LONGEST_QUERY = 500  # characters that are looked at; embedding time grows with them


@dataclass(frozen=True)
class Advantage:
    """How much better the nearest decline fits than the entry (cosine, overlap, coverage), and what all declines weigh."""

    decline_question: float
    decline_overlap: float
    decline_coverage: float
    decline_share: float  # 0..1, of the wordings around the question


@dataclass(frozen=True)
class Signals:
    """What speaks for one entry. Similarities are cosines less the background; shares are 0..1."""

    question: float  # nearest wording
    body: float  # nearest passage of the answer
    bm25: float  # share of the best BM25 score
    overlap: float  # weighted overlap of the words with those of the nearest wording
    coverage: float  # weighted share of the question's words that the entry holds
    nearness: float  # absolute cosine of the nearest wording
    share: float  # 0..1, of the wordings around the question, nearer ones weighing more
    unknown: float  # weighted share of the question's words that no entry holds
    length: float  # content words in the question, 8 or more is 1
    decline: "Advantage | None"  # None where the content declines nothing


@dataclass(frozen=True)
class Hit:
    """An entry with its score (only the order has a meaning), confidence (0..1) and the passage that fits best."""

    entry: Entry
    score: float
    confidence: float
    passage: str
    signals: Signals


@dataclass(frozen=True)
class Result:
    """Hits that answer, best first, and the decline whose wording is nearer than that of any of them, if there is one."""

    hits: list[Hit]
    decline: Entry | None
    language: str


class Ranker(Protocol):
    def scores(self, query: str, texts: list[str]) -> list[float]: ...


@dataclass(frozen=True)
class Calibration:
    """Fitted numbers; `answer` and `clarify` are the confidences from which a question is answered or asked back."""

    weights: Mapping[str, float]
    weights_without_variants: Mapping[str, float]
    confidence: Mapping[str, float]
    confidence_without_declines: Mapping[str, float]
    answer: float
    clarify: float

    @classmethod
    def read(cls, file: Path = CALIBRATION) -> "Calibration":
        raw = yaml.safe_load(file.read_text())
        return cls(**raw)

    def score(self, signals: Signals, kind: Kind, variants: bool) -> float:
        """`variants` says whether the content holds several wordings of its questions."""
        weights = self.weights if variants else self.weights_without_variants
        total = sum(weight * getattr(signals, name) for name, weight in weights.items() if name != "section")
        return float(total + (weights["section"] if kind is Kind.SECTION else 0.0))

    def probability(self, signals: Signals) -> float:
        model = self.confidence if signals.decline is not None else self.confidence_without_declines
        values = dataclasses.asdict(signals) | (
            dataclasses.asdict(signals.decline) if signals.decline else {}
        )
        total = sum(weight * values.get(name, 1.0) for name, weight in model.items())
        return 1 / (1 + math.exp(-max(-30.0, min(total, 30.0))))  # in this order, NaN is no confidence


class Search:
    """Searches one index; safe to use from several threads."""

    def __init__(self, index: Index, embedder: Embedder, calibration: Calibration,
                 reranker: Ranker | None = None) -> None:  # fmt: skip
        self.index = index
        self.calibration = calibration
        self._embedder = embedder
        self._reranker = reranker
        self._versions: dict[str, dict[str, Entry]] = defaultdict(dict)
        for entry in index.entries:
            self._versions[entry.matter][entry.language] = entry
        self._matter = {entry.key: entry.matter for entry in index.entries}
        asked = [entry for entry in index.entries if entry.kind is Kind.FAQ]
        self._variants = sum(len(entry.variants) for entry in asked) >= len(asked) > 0
        self._titles = {entry.title: entry for entry in index.entries}
        self._kinds = {entry.matter: entry.kind for entry in index.entries}
        self._wordings = {
            _plain(wording): entry.matter
            for entry in index.entries
            for wording in (entry.title, *entry.variants)
        }
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="search")

    def search(self, query: str, k: int = 5) -> Result:
        """The `k` best hits, each matter once, in the question's language where the entry exists in it.

        A question in exactly the words of the content gets the entry, or the decline, that holds them.
        """
        query = query[:_LONGEST_QUERY]
        language = detect(query)
        exact = self._wordings.get(_plain(query))
        ranked, decline = self._rank(query, exact)
        hits = [
            Hit(
                self.version(matter, language),
                score,
                self._confidence(signals, matter, exact),
                passage,
                signals,
            )
            for matter, score, signals, passage in ranked[: max(k, 10 if self._reranker else k)]
        ]
        if self._reranker and hits:
            texts = [f"{hit.entry.title}\n{hit.entry.body}" for hit in hits]
            order = np.argsort([-score for score in self._reranker.scores(query, texts)], kind="stable")
            hits = [hits[i] for i in order]
        return Result(hits[:k], self.version(decline, language) if decline else None, language)

    def version(self, matter: str, language: str) -> Entry:
        """The matter's entry in that language, else in English, else in any."""
        versions = self._versions[matter]
        return versions.get(language) or versions.get("en") or next(iter(versions.values()))

    def has(self, matter: str) -> bool:
        return matter in self._versions

    def titled(self, title: str) -> Entry | None:
        """The entry with exactly that title, in whatever language."""
        return self._titles.get(title)

    def _confidence(self, signals: Signals, matter: str, exact: str | None) -> float:
        if exact == matter:
            return 1.0
        declined = exact is not None and self._kinds[exact] is Kind.DECLINE
        return 0.0 if declined else self.calibration.probability(signals)

    def _rank(
        self, query: str, exact: str | None
    ) -> tuple[list[tuple[str, float, Signals, str]], str | None]:
        near = self._near(query)
        asked = self._words(query)
        bm25 = self._bm25(asked)
        candidates = self._candidates(near, bm25)
        if exact and exact not in candidates:
            candidates.append(exact)
        lexical = {matter: self._lexical(asked, matter) for matter in candidates}
        declines = [matter for matter in candidates if self._kinds[matter] is Kind.DECLINE]
        decline = max(
            declines, key=lambda m: (m == exact, 10 * near.question(m) + sum(lexical[m])), default=None
        )
        weight = sum(asked.values()) or 1.0
        unknown = sum(w for word, w in asked.items() if word not in self._holders) / weight
        best = max(bm25.values(), default=0.0) or 1.0
        declined = near.share(declines)
        ranked = []
        for matter in candidates:
            if self._kinds[matter] is Kind.DECLINE:
                continue
            overlap, coverage = lexical[matter]
            signals = Signals(
                question=near.question(matter) - near.question_background,
                body=near.body(matter) - near.body_background,
                bm25=bm25.get(matter, 0.0) / best,
                overlap=overlap,
                coverage=coverage,
                nearness=near.question(matter),
                share=near.share([matter]),
                unknown=unknown,
                length=min(len(asked), 8) / 8,
                decline=Advantage(
                    near.question(decline) - near.question(matter),
                    lexical[decline][0] - overlap,
                    lexical[decline][1] - coverage,
                    declined,
                )
                if decline
                else None,
            )
            ranked.append(
                (
                    matter,
                    self.calibration.score(signals, self._kinds[matter], self._variants),
                    signals,
                    near.passage(matter),
                )
            )
        ranked.sort(key=lambda item: (item[0] != exact, -item[1]))
        nearest = max((item[2].nearness for item in ranked), default=0.0)
        return ranked, decline if decline and near.question(decline) >= nearest and decline == (
            exact or decline
        ) else None

    def _near(self, query: str) -> "_Near":
        vector = self._embedder.embed([query], "query")[0]
        near = _Near()
        bodies = self._pool.submit(
            self.index.dense, vector, Role.BODY, _NEIGHBOURS[Role.BODY]
        )  # Chroma frees the GIL
        found = {Role.QUESTION: self.index.dense(vector, Role.QUESTION, _NEIGHBOURS[Role.QUESTION])}
        found[Role.BODY] = bodies.result()
        for role, neighbours in found.items():
            for neighbour in neighbours:
                passage = self.index.passages[neighbour.passage]
                near.add(self._matter[passage.entry], role, neighbour.score, passage.text)
        return near

    def _words(self, text: str) -> dict[str, float]:
        return {word: self.index.weight(word) for word in words(text)}

    def _bm25(self, asked: Iterable[str]) -> dict[str, float]:
        scores = self.index.sparse(list(asked))
        best: dict[str, float] = {}
        for i in np.argsort(-scores)[: 2 * _SPARSE_CANDIDATES]:
            if scores[i] > 0:
                matter = self.index.entries[i].matter
                best[matter] = max(best.get(matter, 0.0), float(scores[i]))
        return best

    def _candidates(self, near: "_Near", bm25: Mapping[str, float]) -> list[str]:
        dense = near.nearest(_DENSE_CANDIDATES)
        sparse = sorted(bm25, key=lambda matter: -bm25[matter])[:_SPARSE_CANDIDATES]
        return list(dict.fromkeys([*dense, *sparse]))

    def _lexical(self, asked: Mapping[str, float], matter: str) -> tuple[float, float]:
        """(overlap with the nearest wording, coverage by the whole matter), both 0..1."""
        weight = sum(asked.values())
        if not weight:
            return 0.0, 0.0
        wordings, all_words = self._vocabulary[matter]
        coverage = sum(w for word, w in asked.items() if word in all_words) / weight
        overlap = 0.0
        for wording in wordings:
            shared = sum(w for word, w in asked.items() if word in wording)
            if shared:
                overlap = max(overlap, 2 * shared / (weight + sum(wording.values())))
        return overlap, coverage

    @cached_property
    def _vocabulary(self) -> dict[str, tuple[list[dict[str, float]], frozenset[str]]]:
        found: dict[str, tuple[list[dict[str, float]], frozenset[str]]] = {}
        for matter, versions in self._versions.items():
            entries = versions.values()
            wordings = [self._words(text) for entry in entries for text in (entry.title, *entry.variants)]
            bodies = [word for entry in entries for word in words(entry.body)]
            found[matter] = (
                wordings,
                frozenset(word for wording in wordings for word in wording) | frozenset(bodies),
            )
        return found

    @cached_property
    def _holders(self) -> frozenset[str]:
        return frozenset(word for _, all_words in self._vocabulary.values() for word in all_words)


def _plain(text: str) -> str:
    """Letters and digits alone, folded: what is left when typing habits are taken away."""
    return "".join(character for character in fold(text) if character.isalnum())


class _Near:
    """Similarity of the query to each matter, question side and body side, as far as the index returned them."""

    def __init__(self) -> None:
        self._best: dict[Role, dict[str, float]] = {Role.QUESTION: {}, Role.BODY: {}}
        self._passage: dict[str, str] = {}
        self._around: dict[str, float] = defaultdict(float)
        self._floor = {Role.QUESTION: 1.0, Role.BODY: 1.0}

    def add(self, matter: str, role: Role, score: float, text: str) -> None:
        """Neighbours come best first, so the first of a matter and role is its best."""
        if role is Role.QUESTION:
            nearest = next(iter(self._best[role].values()), score)
            self._around[matter] += math.exp(_FALL * (score - nearest))
        self._best[role].setdefault(matter, score)
        if role is Role.BODY:
            self._passage.setdefault(matter, text)
        self._floor[role] = min(self._floor[role], score)

    def question(self, matter: str) -> float:
        return self._best[Role.QUESTION].get(matter, self._floor[Role.QUESTION])

    def body(self, matter: str) -> float:
        return self._best[Role.BODY].get(matter, self._floor[Role.BODY])

    def passage(self, matter: str) -> str:
        return self._passage.get(matter, "")

    def share(self, matters: Iterable[str]) -> float:
        return sum(self._around.get(matter, 0.0) for matter in matters) / (sum(self._around.values()) or 1.0)

    def nearest(self, n: int) -> list[str]:
        best: dict[str, float] = {}
        for scores in self._best.values():
            for matter, score in scores.items():
                best[matter] = max(best.get(matter, -1.0), score)
        return sorted(best, key=lambda matter: -best[matter])[:n]

    @cached_property
    def question_background(self) -> float:
        return self._background(Role.QUESTION)

    @cached_property
    def body_background(self) -> float:
        return self._background(Role.BODY)

    def _background(self, role: Role) -> float:
        best = sorted(self._best[role].values(), reverse=True)[:_BACKGROUND]
        return sum(best + [self._floor[role]] * (_BACKGROUND - len(best))) / _BACKGROUND
