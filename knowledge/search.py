"""Find the entries that answer a question, and say how sure that is.

Meaning (cosine similarity of embeddings, question side and body side apart) and words (BM25, overlap with the nearest
wording, share of the question that the entry covers) are added up with fitted weights; a fitted logistic model turns
the signals of an entry into a confidence in 0..1. Both sets of numbers stand in `calibration.yaml`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np

from knowledge import replies, talk
from knowledge.calibration import Advantage, Calibration, Signals
from knowledge.documents import Entry, Kind, Role
from knowledge.embed import Embedder, Vectors
from knowledge.index import Index
from knowledge.language import bare, detect, fold, words
from knowledge.near import Near
from knowledge.points import Point

_NEIGHBOURS = {Role.QUESTION: 100, Role.BODY: 40}  # passages asked of the dense index
_DENSE_CANDIDATES = 25
_SPARSE_CANDIDATES = 15
_ALIKE_CANDIDATES = 10
_RERANKED = 10
_PREFERENCE = (Kind.DECLINE, Kind.SECTION, Kind.FAQ)  # the last one has a wording that stands in several
_FITTING = 0.33  # how much liker than by chance a question is to a decline that it asks
_ONE, _ALL = 0.02, 0.05  # added to a likeness before its logarithm is taken: what is as good as none
_NOISE = 0.05  # likeness to what has nothing to do with a message, of which many add up
_REMEMBERED = (
    256  # texts; many ask the same, the menu of a channel always does, and each is looked at several times
)
_KEPT = 20  # candidates of each of them
_LONGEST_QUERY = 500  # characters that are looked at; embedding time grows with them


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
    """Hits that answer, best first, and the decline that fits the question better than any of them, if one does."""

    hits: list[Hit]
    decline: Entry | None
    language: str


class _Ranked(NamedTuple):
    matter: str
    score: float
    signals: Signals
    passage: str


@dataclass(frozen=True)
class _Evidence:
    """What a query turned up; `lexical` holds (overlap, coverage) of every candidate."""

    near: Near
    likeness: Mapping[str, float]
    bm25: Mapping[str, float]
    lexical: Mapping[str, tuple[float, float]]
    length: float
    unknown: float
    decline: str | None
    answers: float
    declines: float
    chatty: float
    talk: float


class Ranker(Protocol):
    def scores(self, query: str, texts: list[str]) -> list[float]: ...


class Search:
    """Searches one index; safe to use from several threads."""

    def __init__(self, index: Index, embedder: Embedder, calibration: Calibration,
                 reranker: Ranker | None = None) -> None:  # fmt: skip
        self.index = index
        self.calibration = calibration
        self.embedder = embedder
        self._reranker = reranker
        self._versions: dict[str, dict[str, Entry]] = defaultdict(dict)
        for entry in index.entries:
            self._versions[entry.matter][entry.language] = entry
        self._matter = {entry.key: entry.matter for entry in index.entries}
        asked = [entry for entry in index.entries if entry.kind is Kind.FAQ]
        self._variants = sum(len(entry.variants) for entry in asked) >= len(asked) > 0
        self._kinds = {entry.matter: entry.kind for entry in index.entries}
        self._chance = dict(zip(index.meaning.labels, map(float, index.meaning.base), strict=True))
        self._declines = Kind.DECLINE in self._kinds.values()
        self._beside = [entry for entry in index.entries if entry.subject]
        self._titles = {entry.title: entry for entry in index.entries}
        preferred = sorted(index.entries, key=lambda entry: _PREFERENCE.index(entry.kind))
        self._wordings = {
            words: self._matter[entry.key]  # one string for all of them
            for entry in preferred
            for wording in (entry.title, *entry.variants)
            if (words := bare(wording))
        }
        self._places = {matter: place for place, matter in enumerate(self._versions)}
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="search")
        self._best = lru_cache(_REMEMBERED)(self._rank_best)
        self._liked = lru_cache(_REMEMBERED)(self._liken)
        self._at = lru_cache(_REMEMBERED)(self._liken_at)

    def search(self, query: str, k: int = 5) -> Result:
        """The `k` best hits, each matter once, in the question's language where the entry exists in it.

        A question in exactly the words of the content gets the entry, or the decline, that holds them; one without
        a letter or digit gets nothing.
        """
        query = query[:_LONGEST_QUERY]
        language = detect(query)
        if not bare(query):
            return Result([], None, language)
        exact = self._wordings.get(bare(query))
        ranked, decline = (self._best if k <= _KEPT else self._rank)(query, exact)
        hits = [
            Hit(
                self.version(matter, language),
                score,
                self._confidence(signals, matter, exact),
                passage,
                signals,
            )
            for matter, score, signals, passage in ranked[: max(k, _RERANKED if self._reranker else k)]
        ]
        if self._reranker and hits:
            texts = [f"{hit.entry.title}\n{hit.entry.body}" for hit in hits]
            order = np.argsort([-score for score in self._reranker.scores(query, texts)], kind="stable")
            hits = [hits[i] for i in order]
        return Result(hits[:k], self.version(decline, language) if decline else None, language)

    def talk(self, text: str, *, has_case: bool = False, least: float = 0.0) -> str | None:
        """What a message is that is no question: an id of `knowledge.talk`, or None where it may well be one."""
        if not bare(text) or self.knows(text):
            return None
        _, likeness = self._likeness(text[:_LONGEST_QUERY])
        answer, decline = (
            max((of for label, of in likeness.items() if self._kinds.get(label) is kind), default=0.0)
            for kind in (Kind.FAQ, Kind.DECLINE)
        )
        return talk.likest(likeness, max(answer, 0.0), max(decline, 0.0), has_case=has_case, least=least)

    def reply(self, text: str) -> str | None:
        """What a message is to a question of a form: an id of `knowledge.replies`, or None for an answer."""
        if not bare(text):
            return None
        text = text[:_LONGEST_QUERY]
        return replies.likest(self._at(None, text))

    def answers(self, text: str) -> tuple[float, float]:
        """How much a message is like an answer to a question of a form, and like chat; 0 where nothing is known of that."""
        if not bare(text):
            return 0.0, 0.0
        likeness = self._at(None, text[:_LONGEST_QUERY])
        told = sum(max(likeness.get(id, 0.0), 0.0) for id in replies.ANSWERS)
        return told, likeness.get(replies.CHAT, 0.0)

    def at(self, point: Point, text: str) -> Mapping[str, float]:
        """How much a message is like what is said at a point of a conversation, by the point's ids; none if unknown."""
        if not bare(text):
            return {}
        return self._at(point, text[:_LONGEST_QUERY])

    def prepare(self, texts: Sequence[str]) -> None:
        """Embed what is going to be looked at, all at once, which takes less time than one by one."""
        if asked := [text[:_LONGEST_QUERY] for text in texts if bare(text)]:
            self.embedder.embed(asked, "query")

    def overlap(self, text: str) -> float:
        """What the words of a text share with the nearest wording of any matter, 0..1; it takes no embedding."""
        overlap, _ = self._shares(self._words(text[:_LONGEST_QUERY]))
        return float(overlap.max(initial=0.0))

    def version(self, matter: str, language: str) -> Entry:
        """The matter's entry in that language, else in English, else in any."""
        versions = self._versions[matter]
        return versions.get(language) or versions.get("en") or next(iter(versions.values()))

    def has(self, matter: str) -> bool:
        return matter in self._versions

    def knows(self, text: str) -> bool:
        """Whether the content holds exactly this wording, typing habits aside."""
        return bare(text) in self._wordings

    def of_subject(self, text: str, language: str) -> Entry | None:
        """The entry of something that is sold beside the service, where a text names it."""
        folded = fold(text)
        named = (entry for entry in self._beside if fold(entry.subject) in folded)
        return next((self.version(entry.matter, language) for entry in named), None)

    def titled(self, title: str) -> Entry | None:
        """The entry with exactly that title, in whatever language."""
        return self._titles.get(title)

    def _confidence(self, signals: Signals, matter: str, exact: str | None) -> float:
        if exact == matter:
            return 1.0
        declined = exact is not None and self._kinds[exact] is Kind.DECLINE
        return 0.0 if declined else self.calibration.probability(signals)

    def _rank(self, query: str, exact: str | None) -> tuple[list[_Ranked], str | None]:
        """All candidates that answer, best first, and the decline that fits better than they do, if one does."""
        evidence = self._evidence(query, exact)
        likeness, decline = evidence.likeness, evidence.decline
        ranked = []
        for matter in evidence.lexical:
            kind = self._kinds[matter]
            if kind is not Kind.DECLINE:
                signals = self._signals(matter, evidence)
                score = self.calibration.score(signals, kind, self._variants)
                ranked.append(_Ranked(matter, score, signals, evidence.near.passage(matter)))
        ranked.sort(key=lambda item: (item.matter != exact, -item.score))
        likest = max((item.signals.meaning for item in ranked), default=0.0)
        fits = decline and likeness.get(decline, 0.0) >= max(
            likest, _FITTING + self._chance.get(decline, 0.0)
        )
        return ranked, decline if fits or (exact and decline == exact) else None

    def _rank_best(self, query: str, exact: str | None) -> tuple[list[_Ranked], str | None]:
        ranked, decline = self._rank(query, exact)
        return ranked[:_KEPT], decline

    def _evidence(self, query: str, exact: str | None) -> _Evidence:
        vector, likeness = self._likeness(query)
        near = self._near(vector)
        asked = self._words(query)
        bm25 = self._bm25(asked)
        candidates = self._candidates(near, likeness, bm25, exact)
        lexical = self._lexical(asked, candidates)
        said = [max(of, 0.0) for label, of in likeness.items() if talk.is_said(label)]
        declines = [matter for matter in candidates if self._kinds[matter] is Kind.DECLINE]
        unknown = sum(weight for word, weight in asked.items() if word not in self.index.numbers)
        return _Evidence(
            near=near,
            likeness=likeness,
            bm25=bm25,
            lexical=lexical,
            length=min(len(asked), 8) / 8,
            unknown=unknown / (sum(asked.values()) or 1.0),
            decline=max(declines, key=lambda m: (m == exact, likeness.get(m, 0.0)), default=None),
            answers=self._alike(likeness, Kind.FAQ),
            declines=self._alike(likeness, Kind.DECLINE),
            chatty=_log(max(said, default=0.0)),
            talk=_log(sum(max(of - _NOISE, 0.0) for of in said), _ALL),
        )

    def _likeness(self, text: str) -> tuple[Vectors, Mapping[str, float]]:
        """A message's vector, and how much it is like what bears each label."""
        vector, likeness = self._liked(text)
        return vector, self.index.meaning.named(likeness)

    def _liken(self, text: str) -> tuple[Vectors, Vectors]:
        vector = self.embedder.embed([text], "query")[0]
        return vector, self.index.meaning.liken(vector, text)

    def _liken_at(self, point: Point | None, text: str) -> Mapping[str, float]:
        """By what is said at a point, or to a form."""
        learned = self.index.points[point] if point else self.index.replies
        return learned.likeness(self._liked(text)[0], text)

    def _signals(self, matter: str, evidence: _Evidence) -> Signals:
        near, decline, likeness = evidence.near, evidence.decline, evidence.likeness
        overlap, coverage = evidence.lexical[matter]
        advantage = None
        if self._declines:  # one that is no candidate is as far away as the farthest neighbour
            other_overlap, other_coverage = evidence.lexical[decline] if decline else (0.0, 0.0)
            advantage = Advantage(
                _log(likeness.get(decline or "", 0.0)),
                other_overlap - overlap,
                other_coverage - coverage,
                evidence.declines,
            )
        return Signals(
            meaning=likeness.get(matter, 0.0),
            likely=_log(likeness.get(matter, 0.0)),
            answers=evidence.answers,
            chatty=evidence.chatty,
            talk=evidence.talk,
            question=near.question(matter) - near.question_background,
            body=near.body(matter) - near.body_background,
            bm25=evidence.bm25.get(matter, 0.0) / (max(evidence.bm25.values(), default=0.0) or 1.0),
            overlap=overlap,
            coverage=coverage,
            nearness=near.question(matter),
            unknown=evidence.unknown,
            length=evidence.length,
            decline=advantage,
        )

    def _alike(self, likeness: Mapping[str, float], kind: Kind) -> float:
        of_kind = (of for label, of in likeness.items() if self._kinds.get(label) is kind)
        return _log(sum(max(of - _NOISE, 0.0) for of in of_kind), _ALL)

    def _near(self, vector: Vectors) -> Near:
        near = Near()
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

    def _candidates(
        self, near: Near, likeness: Mapping[str, float], bm25: Mapping[str, float], exact: str | None
    ) -> list[str]:
        dense = near.nearest(_DENSE_CANDIDATES)
        alike = sorted(likeness.keys() & self._kinds.keys(), key=lambda matter: -likeness[matter])
        sparse = sorted(bm25, key=lambda matter: -bm25[matter])[:_SPARSE_CANDIDATES]
        return list(dict.fromkeys([*dense, *alike[:_ALIKE_CANDIDATES], *sparse, *([exact] if exact else [])]))

    def _lexical(self, asked: Mapping[str, float], matters: Sequence[str]) -> dict[str, tuple[float, float]]:
        """(overlap with the nearest wording, coverage by the whole matter) of each, 0..1; `asked` are weights by word."""
        overlap, coverage = self._shares(asked)
        places = [self._places[matter] for matter in matters]
        return {
            matter: (float(overlap[i]), float(coverage[i])) for matter, i in zip(matters, places, strict=True)
        }

    def _shares(self, asked: Mapping[str, float]) -> tuple[Vectors, Vectors]:
        """Overlap and coverage of every matter, see `Lexical`."""
        known = {
            number: of for word, of in asked.items() if (number := self.index.numbers.get(word)) is not None
        }
        return self.index.lexical.shares(known, sum(asked.values()))


def _log(likeness: float, none: float = _ONE) -> float:
    return math.log(none + max(likeness, 0.0))
