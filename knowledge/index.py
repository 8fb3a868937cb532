"""The index: passages in Chroma (dense) and entries in BM25 (sparse), one folder a build.

chromadb is used here only. A build is complete before `current` names it, so whoever has an index open
keeps a whole one, and a failed build changes nothing. Every attempt has its own place in Chroma (`store` in the
manifest): Chroma keeps what it once opened under a path, and hosts that share a server must not drop each other's.
"""

import hashlib
import json
import os
import shutil
import uuid
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import chromadb
import chromadb.config
import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from knowledge import points, replies, talk, wordings
from knowledge.bm25 import BM25
from knowledge.documents import Content, Entry, Passage, Role
from knowledge.embed import Vectors
from knowledge.errors import IndexMissing
from knowledge.language import words
from knowledge.lexical import Lexical
from knowledge.meaning import AXES, MOST, NOTHING, PHRASES, PHRASES_OF_QUESTIONS, RIDGE, SHARPNESS, Meaning
from knowledge.points import Point

_FORMAT = 20
_CONTENT = TypeAdapter(Content)
_PASSAGES = TypeAdapter(list[Passage])


@dataclass(frozen=True)
class Neighbour:
    """A passage near a query; `score` is the cosine similarity, -1..1."""

    passage: str
    score: float


class Index:
    """An opened build; safe to use from several threads.

    `numbers` is the place of each word in `weights`; `lexical` has the matters in the order of `entries`.
    """

    numbers: Mapping[str, int]
    weights: NDArray[np.float32]
    lexical: Lexical

    def __init__(self, folder: Path, chroma_url: str | None) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        self.build: str = manifest["build"]
        self.model: str = manifest["model"]
        self.content = _CONTENT.validate_json((folder / "content.json").read_bytes())
        self.entries: tuple[Entry, ...] = self.content.entries
        self.passages = {p.id: p for p in _PASSAGES.validate_json((folder / "passages.json").read_bytes())}
        store = manifest["store"]
        client = _client(folder, store, chroma_url)
        weakref.finalize(self, client.close).atexit = False  # no reader may still be at work when it closes
        self._collections = {role: client.get_collection(_collection(store, role), None) for role in Role}
        self.meaning = Meaning.load(folder / "meaning")
        self.replies = Meaning.load(folder / "replies")
        self.points = {point: Meaning.load(folder / point) for point in Point}
        self._bm25 = BM25.load(folder)
        self.numbers = self._bm25.numbers
        self.weights = np.load(folder / "weights.npy")
        self.lexical = Lexical.load(folder / "lexical.npz")

    def dense(self, vector: Vectors, role: Role, k: int) -> list[Neighbour]:
        """The `k` passages of that role nearest to a unit vector, best first."""
        collection = self._collections[role]
        result = collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        distances = (result["distances"] or [[]])[0]
        return [Neighbour(id, 1.0 - float(d)) for id, d in zip(result["ids"][0], distances, strict=True)]

    def sparse(self, query: Sequence[str]) -> NDArray[np.float32]:
        """BM25 score of every entry, in the order of `entries`; all zero for words that no entry holds."""
        return self._bm25.total(query)

    def weight(self, word: str) -> float:
        """How telling a word is (its inverse document frequency); a word of no entry weighs as a rare one."""
        number = self.numbers.get(word)
        return self._rare if number is None else float(self.weights[number])

    @cached_property
    def _rare(self) -> float:
        return float(self.weights.max(initial=0.0)) or 1.0


def write(root: Path, content: Content, passages: Sequence[Passage], vectors: Vectors, meaning: Meaning, model: str,
          *, replies: Meaning = NOTHING, at: Mapping[Point, Meaning] = MappingProxyType({}),
          chroma_url: str | None = None) -> str:  # fmt: skip
    """Build an index under `root` and make it the current one; returns its build name.

    The same content and model give the same build, which is then left as it is.
    """
    build = build_name(content, model)
    if not _complete(root / build, chroma_url):
        store = f"{build}-{uuid.uuid4().hex[:8]}"
        partial = root / f"{store}.partial"
        partial.mkdir(parents=True)
        try:
            _write_dense(partial, store, passages, vectors, chroma_url)
            _write_sparse(partial, content.entries)
            meaning.save(partial / "meaning")
            replies.save(partial / "replies")
            for point in Point:
                at.get(point, NOTHING).save(partial / point)
            (partial / "content.json").write_bytes(_CONTENT.dump_json(content))
            (partial / "passages.json").write_bytes(_PASSAGES.dump_json(list(passages)))
            manifest = {"build": build, "model": model, "format": _FORMAT, "store": store}
            (partial / "manifest.json").write_text(json.dumps(manifest))
            if not _complete(root / build, chroma_url):  # another process may have been faster
                shutil.rmtree(root / build, ignore_errors=True)
                partial.rename(root / build)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    previous = current(root)
    _point(root, build)
    _prune(root, {build, previous or build}, chroma_url)
    return build


def is_current(root: Path, build: str, chroma_url: str | None = None) -> bool:
    """Whether `build` is the current one and whole."""
    return current(root) == build and _complete(root / build, chroma_url)


def build_name(content: Content, model: str) -> str:
    """Name of the build that this content and model give; what is made otherwise of the same needs another _FORMAT."""
    how = (_FORMAT, model, SHARPNESS, RIDGE, PHRASES, PHRASES_OF_QUESTIONS, AXES, MOST)
    digest = hashlib.sha256(f"{how}\n".encode())
    for folder in (talk.FOLDER, replies.FOLDER, *(points.FOLDER / point for point in Point)):
        digest.update(wordings.unread(folder))
    digest.update(_CONTENT.dump_json(content))
    return digest.hexdigest()[:16]


def folder_name(content: Path) -> str:
    """A short name for a content folder, the same each time."""
    return hashlib.sha256(str(content.resolve()).encode()).hexdigest()[:12]


def current(root: Path) -> str | None:
    """Name of the current build under `root`, if there is one."""
    pointer = root / "current"
    return pointer.read_text().strip() if pointer.exists() else None


def open_current(root: Path, chroma_url: str | None = None) -> Index:
    """Raises IndexMissing if nothing has been ingested, or not into this Chroma."""
    build = current(root)
    if build is None or not _complete(root / build, chroma_url):
        where = f"{root} and in {chroma_url}" if chroma_url else root
        raise IndexMissing(f"no index under {where}; run: certdesk ingest")
    return Index(root / build, chroma_url)


def _manifest(folder: Path) -> dict[str, Any] | None:
    """What a build says of itself; None where there is none, or one that another release has written."""
    file = folder / "manifest.json"
    manifest: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return manifest if manifest.get("format") == _FORMAT else None


def _complete(folder: Path, chroma_url: str | None) -> bool:
    manifest = _manifest(folder)
    if manifest is None:
        return False
    store: str = manifest["store"]
    if chroma_url is None:
        return (folder / store / "chroma.sqlite3").exists()
    with _client(folder, store, chroma_url) as client:
        names = {collection.name for collection in client.list_collections()}
    return all(_collection(store, role) in names for role in Role)


def _client(folder: Path, store: str, chroma_url: str | None) -> Any:
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    if chroma_url:
        secure = chroma_url.startswith("https://")
        settings.chroma_server_ssl_verify = secure  # else it reads every trusted certificate, to check none
        host, _, port = chroma_url.split("://", 1)[-1].rstrip("/").partition(":")
        return chromadb.HttpClient(
            host=host, port=int(port or (443 if secure else 8000)), ssl=secure, settings=settings
        )
    return chromadb.PersistentClient(str(folder / store), settings=settings)


def _collection(store: str, role: Role) -> str:
    return f"certdesk-{store}-{role}"


def _write_dense(
    folder: Path, store: str, passages: Sequence[Passage], vectors: Vectors, chroma_url: str | None
) -> None:
    # With the default of 16 neighbours a passage, up to three of the 20 nearest of 21,000 were missed.
    hnsw = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
    with _client(folder, store, chroma_url) as client:
        for role in Role:
            collection = client.create_collection(
                _collection(store, role), embedding_function=None, configuration={"hnsw": hnsw}
            )
            rows = [i for i, passage in enumerate(passages) if passage.role is role]
            for part in (rows[start : start + 2000] for start in range(0, len(rows), 2000)):
                collection.add(ids=[passages[i].id for i in part], embeddings=vectors[part])


def _write_sparse(folder: Path, entries: Sequence[Entry]) -> None:
    # A library without any word cannot be indexed, so an entry of signs alone gets the empty word.
    corpus = [words(" ".join((entry.title, *entry.variants, entry.body))) or [""] for entry in entries]
    bm25 = BM25.over(corpus)
    bm25.save(folder)
    weights = weighed(bm25.numbers, corpus)
    np.save(folder / "weights.npy", weights)
    lexical(entries, bm25.numbers, weights).save(folder / "lexical.npz")


def lexical(entries: Sequence[Entry], numbers: Mapping[str, int], weights: NDArray[np.float32]) -> Lexical:
    """Over the matters of entries, in their order; every one has a title, and so a wording."""
    versions: dict[str, list[Entry]] = {}
    for entry in entries:
        versions.setdefault(entry.matter, []).append(entry)
    matters = (
        (
            [words(text) for entry in of_matter for text in (entry.title, *entry.variants)],
            [word for entry in of_matter for word in words(entry.body)],
        )
        for of_matter in versions.values()
    )
    return Lexical.over(matters, numbers, weights)


def weighed(numbers: Mapping[str, int], corpus: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """How telling each word is, at its number: its inverse document frequency in the corpus."""
    held = np.zeros(max(numbers.values(), default=-1) + 1, np.float32)
    for document in corpus:
        held[[numbers[word] for word in set(document)]] += 1
    weights: NDArray[np.float32] = np.log(1 + (len(corpus) - held + 0.5) / (held + 0.5))
    return weights


def _point(root: Path, build: str) -> None:
    """Name `build` as current in one step, so that a reader sees the old name or the new one."""
    temporary = root / f"current.{os.getpid()}"
    with temporary.open("w") as file:
        file.write(build)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(root / "current")


def _prune(root: Path, keep: set[str], chroma_url: str | None) -> None:
    """Remove older builds; the previous one stays for those who have it open."""
    for folder in root.iterdir():
        if not folder.is_dir() or folder.name in keep or folder.suffix == ".partial":
            continue
        manifest = _manifest(folder)
        if manifest and chroma_url:
            _drop(folder, manifest["store"], chroma_url)
        shutil.rmtree(folder, ignore_errors=True)


def _drop(folder: Path, store: str, chroma_url: str) -> None:
    with _client(folder, store, chroma_url) as client:
        names = {collection.name for collection in client.list_collections()}
        for name in names & {_collection(store, role) for role in Role}:
            client.delete_collection(name)
