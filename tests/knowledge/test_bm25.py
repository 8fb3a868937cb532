"""BM25 scores, added up without the library that worked them out."""

import subprocess
import sys
from pathlib import Path

import bm25s
import pytest

from knowledge.bm25 import BM25

CORPUS = [["fee", "size", "fee"], ["how", "long", "fee"], ["size"], [""]]


def test_words_score_as_the_library_has_them(tmp_path: Path) -> None:
    BM25.over(CORPUS).save(tmp_path)
    opened = BM25.load(tmp_path)
    theirs = bm25s.BM25()
    theirs.index(CORPUS, show_progress=False)
    for query in (["fee"], ["size", "fee"], ["how", "long", "size"]):
        assert opened.total(query) == pytest.approx(theirs.get_scores(query))


def test_words_that_no_document_holds_score_nothing() -> None:
    found = BM25.over(CORPUS[:3])
    assert not found.total([]).any()
    assert not found.total(["never", ""]).any()
    assert found.total(["never", "long"]).tolist() == found.total(["long"]).tolist()


def test_who_only_answers_has_no_library_for_it_in_memory() -> None:
    listed = "import sys, knowledge.search; print({name.split('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)  # noqa: S603
    assert "'knowledge'" in ran.stdout
    assert not any(f"'{name}'" in ran.stdout for name in ("bm25s", "scipy"))
