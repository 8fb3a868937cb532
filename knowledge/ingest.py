"""From a content folder to an index: load, split, embed, write. Runs again in a moment when little has changed."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge import index, points, replies, talk
from knowledge.documents import Content, Kind, Passage, Role
from knowledge.embed import CachedEmbedder, Embedder, Side, Vectors
from knowledge.load import load
from knowledge.meaning import PHRASES_OF_QUESTIONS, Meaning, learn
from knowledge.points import Point
from knowledge.split import passages


@dataclass(frozen=True)
class Report:
    """What an ingest found: counts, the build's name, and whether it was there already."""

    entries: int
    passages: int
    build: str
    unchanged: bool


Progress = Callable[[int, int], None]
_MOST_ASKED = 500  # wordings of the content that the replies to a form are told from
_MOST_BESIDE = 2000  # and those that who wants to apply is told from
_MOST_BESIDE_SENT = 1350  # and those that messages to an application that was sent are told from
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
        said = learn_replies(cached, loaded, pieces, vectors)
        at_points = learn_points(cached, loaded, pieces, vectors)
    build = index.write(
        root, loaded, pieces, vectors, meaning, embedder.name,
        replies=said, at=at_points, chroma_url=chroma_url,
    )  # fmt: skip
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
    _, asked = _asked(content, pieces)
    labels, texts = zip(*learned_from(content, pieces), strict=True)
    said = talk.wordings() if _is_rich(asked) else ()
    return learn(_with(embedder, vectors[asked], said), labels, texts, PHRASES_OF_QUESTIONS)


def learned_from(content: Content, pieces: Sequence[Passage]) -> list[tuple[str, str]]:
    """Every wording that meaning is learned from, with its label, in that order."""
    matters, asked = _asked(content, pieces)
    said = talk.wordings() if _is_rich(asked) else ()
    labelled = [(matters[pieces[i].entry], pieces[i].text) for i in asked]
    return labelled + [(talk.PREFIX + id, text) for id, text in said]


def learn_replies(
    embedder: CachedEmbedder, content: Content, pieces: list[Passage], vectors: Vectors
) -> Meaning:
    """What is said to a form, told from what the content is asked; nothing beside content of a few questions."""
    _, asked = _asked(content, pieces)
    if not _is_rich(asked):
        return learn(vectors[:0], [])
    asked = asked[:: -(-len(asked) // _MOST_ASKED)]
    said = replies.wordings()
    labels = [replies.QUESTION] * len(asked) + [id for id, _ in said]
    return learn(_with(embedder, vectors[asked], said), labels, _texts(pieces, asked, said))


def learn_points(
    embedder: CachedEmbedder, content: Content, pieces: list[Passage], vectors: Vectors
) -> dict[Point, Meaning]:
    """What is said at each point of a conversation.

    Who may apply, and who asks after an application that was sent, is told from who asks what the content is asked.
    """
    _, asked = _asked(content, pieces)
    if not _is_rich(asked):
        return {}
    kinds = {entry.key: entry.kind for entry in content.entries}
    answered = [i for i in asked if kinds[pieces[i].entry] is Kind.FAQ]
    learned = dict[Point, Meaning]()
    for point in Point:
        beside, label = _beside(point, asked, answered)
        said = points.wordings(point)
        labels = [label] * len(beside) + [id for id, _ in said]
        learned[point] = learn(_with(embedder, vectors[beside], said), labels, _texts(pieces, beside, said))
    return learned


def _beside(point: Point, asked: list[int], answered: list[int]) -> tuple[list[int], str]:
    """What the content is asked, as far as it is learned beside what is said at a point, and its id there."""
    match point:
        case Point.OPENING:
            return asked[:: -(-len(asked) // _MOST_BESIDE)], points.OTHER
        case Point.SENT:
            return answered[:: -(-len(answered) // _MOST_BESIDE_SENT)], points.QUESTION
        case _:
            return [], ""


def _asked(content: Content, pieces: Sequence[Passage]) -> tuple[dict[str, str], list[int]]:
    """The matters that have wordings, by entry, and the places of their wordings."""
    matters = {entry.key: entry.matter for entry in content.entries if entry.kind is not Kind.SECTION}
    return matters, [i for i, p in enumerate(pieces) if p.role is Role.QUESTION and p.entry in matters]


def _is_rich(asked: list[int]) -> bool:
    return len(asked) >= len(talk.wordings())


def _with(embedder: CachedEmbedder, vectors: Vectors, said: Sequence[tuple[str, str]]) -> Vectors:
    if not said:
        return vectors
    return np.concatenate([vectors, embedder.embed([text for _, text in said], "query")])


def _texts(pieces: list[Passage], asked: list[int], said: Sequence[tuple[str, str]]) -> list[str]:
    return [pieces[i].text for i in asked] + [text for _, text in said]


def split(content: Content) -> list[Passage]:
    return [piece for entry in content.entries for piece in passages(entry)]
