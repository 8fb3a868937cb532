"""Search as it would be with other content, in a few seconds, beside the one that is open."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.documents import Content, Passage, Role
from knowledge.embed import CachedEmbedder, Vectors
from knowledge.index import Index, Neighbour, lexical, weighed
from knowledge.ingest import embed_passages, learn_meaning, learned_from, split
from knowledge.language import words
from knowledge.meaning import NOTHING, Meaning
from knowledge.points import Point
from knowledge.relearn import Wordings, relearned
from knowledge.search import Search

_K1, _B = 1.5, 0.75  # of BM25, as bm25s has them
_FEW = 500  # wordings; with more of them, all is learned anew

_Wording = tuple[str, str]  # the label that it teaches, and its text


class InMemory(Index):
    """What `index.write` would write, without a file or a second Chroma, which would keep its memory."""

    def __init__(
        self, content: Content, pieces: Sequence[Passage], vectors: Vectors, meaning: Meaning, model: str
    ) -> None:
        self.build, self.model, self.content, self.entries = "", model, content, content.entries
        self.meaning, self.replies, self.points = meaning, NOTHING, dict.fromkeys(Point, NOTHING)
        self.passages = {piece.id: piece for piece in pieces}
        places = {role: [i for i, piece in enumerate(pieces) if piece.role is role] for role in Role}
        self._sides = {role: ([pieces[i].id for i in rows], vectors[rows]) for role, rows in places.items()}
        corpus = [words(" ".join((e.title, *e.variants, e.body))) for e in content.entries]
        self._held = [Counter(document) for document in corpus]
        self._lengths = np.array([len(document) or 1 for document in corpus], np.float32)
        self.numbers = {word: i for i, word in enumerate(dict.fromkeys(w for held in corpus for w in held))}
        self.weights = weighed(self.numbers, corpus)
        self.lexical = lexical(content.entries, self.numbers, self.weights)

    def dense(self, vector: Vectors, role: Role, k: int) -> list[Neighbour]:
        ids, vectors = self._sides[role]
        scores = vectors @ vector
        return [Neighbour(ids[i], float(scores[i])) for i in np.argsort(-scores, kind="stable")[:k]]

    def sparse(self, query: Sequence[str]) -> NDArray[np.float32]:
        scores = np.zeros(len(self.entries), np.float32)
        damped = _K1 * (1 - _B + _B * self._lengths / self._lengths.mean())
        for word in query:
            if word in self.numbers:
                counts = np.array([held[word] for held in self._held], np.float32)
                scores += self.weight(word) * counts / (counts + damped)
        return scores


def trial(search: Search, content: Content, cache: Path) -> Search:
    """`content` as `search` would have it; `cache` is the file with the vectors of the content's texts."""
    pieces = split(content)
    with closing(CachedEmbedder(search.embedder, cache)) as cached:
        vectors = embed_passages(cached, content, pieces)
        meaning = _updated(search, content, pieces, cached) or learn_meaning(cached, content, pieces, vectors)
    index = InMemory(content, pieces, vectors, meaning, search.embedder.name)
    return Search(index, search.embedder, search.calibration)


def _updated(
    search: Search, content: Content, pieces: Sequence[Passage], cached: CachedEmbedder
) -> Meaning | None:
    """None where too much differs, or where only an even share of the wordings was learned."""
    old = search.index
    known = learned_from(old.content, list(old.passages.values()))
    asked = learned_from(content, pieces)
    gone, come = _surplus(known, asked), _surplus(asked, known)
    if len(gone) + len(come) > _FEW or len(old.meaning.wordings) != len(known):
        return None
    labels, texts = [asked[i][0] for i in come], [asked[i][1] for i in come]
    vectors = cached.embed(texts, "query") if texts else np.zeros((0, len(old.meaning.centre)), np.float32)
    return relearned(old.meaning, [text for _, text in known], gone, Wordings(vectors, labels, texts))


def _surplus(ours: Sequence[_Wording], theirs: Sequence[_Wording]) -> list[int]:
    """The places of what stands here more often than there."""
    left = Counter(theirs)
    found = []
    for place, wording in enumerate(ours):
        if left[wording]:
            left[wording] -= 1
        else:
            found.append(place)
    return found
