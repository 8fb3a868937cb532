"""From a content folder to an index: load, split, embed, write. Runs again in a moment when little has changed."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge import index, talk
from knowledge.documents import Content, Kind, Passage, Role
from knowledge.embed import CachedEmbedder, Embedder, Side, Vectors
from knowledge.load import load
from knowledge.meaning import Meaning, learn
from knowledge.split import passages


@dataclass(frozen=True)
class Report:
    """What an ingest found: counts, the build's name, and whether it was there already."""

    entries: int
    passages: int
    build: str
    unchanged: bool


Progress = Callable[[int, int], None]
_SIDES: dict[Role, Side] = {Role.QUESTION: "query", Role.BODY: "passage"}


def ingest(content: Path, data: Path, embedder: Embedder, *, chroma_url: str | None = None,
           progress: Progress = lambda done, total: None) -> Report:  # fmt: skip
    """Index `content` under `data`/index; `progress` gets (passages done, passages in all).

    Raises ContentError with every mistake, and then leaves the current index as it is.
    """
    loaded = load(content)
    pieces = split(loaded)
    root = data / "index"
    build = index.build_name(loaded, embedder.name)
    if index.is_current(root, build, chroma_url):
        return Report(len(loaded.entries), len(pieces), build, unchanged=True)
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(pieces))

    with closing(CachedEmbedder(embedder, data / "embeddings.sqlite")) as cached:
        vectors = embed_passages(cached, loaded, pieces, count)
        meaning = learn_meaning(cached, loaded, pieces, vectors)
    build = index.write(root, loaded, pieces, vectors, meaning, embedder.name, chroma_url=chroma_url)
    return Report(len(loaded.entries), len(pieces), build, unchanged=False)


def embed_passages(
    embedder: CachedEmbedder,
    content: Content,
    pieces: list[Passage],
    count: Callable[[int], None] = lambda done: None,
) -> Vectors:
    """Questions are embedded as queries are, to be compared like with like; bodies as passages, under their title."""
    titles = {entry.key: entry.title for entry in content.entries}
    vectors = np.empty((0, 0), np.float32)
    for role, side in _SIDES.items():
        rows = [i for i, piece in enumerate(pieces) if piece.role is role]
        texts = [
            pieces[i].text if role is Role.QUESTION else f"{titles[pieces[i].entry]}\n{pieces[i].text}"
            for i in rows
        ]
        if not rows:
            continue
        found = embedder.embed_all(texts, side, count)
        if not vectors.size:
            vectors = np.empty((len(pieces), found.shape[1]), np.float32)
        vectors[rows] = found
    return vectors


def learn_meaning(
    embedder: CachedEmbedder, content: Content, pieces: list[Passage], vectors: Vectors
) -> Meaning:
    """From the wordings of questions, with their `vectors`; sections have a title and no wordings.

    Content that is rich enough to hold its own learns talk beside: among a few questions, much would be taken for talk.
    """
    matters = {entry.key: entry.matter for entry in content.entries if entry.kind is not Kind.SECTION}
    asked = [i for i, p in enumerate(pieces) if p.role is Role.QUESTION and p.entry in matters]
    said = talk.wordings() if len(asked) >= len(talk.wordings()) else ()
    labels = [matters[pieces[i].entry] for i in asked] + [talk.PREFIX + id for id, _ in said]
    learned = vectors[asked]
    if said:
        learned = np.concatenate([learned, embedder.embed([text for _, text in said], "query")])
    return learn(learned, labels)


def split(content: Content) -> list[Passage]:
    return [piece for entry in content.entries for piece in passages(entry)]
