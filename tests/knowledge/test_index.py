import gc
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from chromadb.api.fastapi import FastAPI

from fakes import FakeEmbedder
from knowledge import index
from knowledge.documents import Content, Role
from knowledge.errors import IndexMissing
from knowledge.index import Index
from knowledge.ingest import split
from knowledge.load import load
from knowledge.meaning import learn
from samples import SMALL, write

CHROMA = Path(sys.executable).with_name("chroma")


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not CHROMA.exists():
        pytest.skip("chromadb comes without its server here")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data = str(tmp_path_factory.mktemp("chroma"))
    command = [str(CHROMA), "run", "--path", data, "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603
    assert server.stdout
    for line in server.stdout:
        if "listening on" in line:
            break
    threading.Thread(target=server.stdout.read, daemon=True).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            FastAPI, "stop", lambda api: api._session.close()
        )  # else Chroma leaves it to the collector
        yield f"http://127.0.0.1:{port}"
        gc.collect()
    server.terminate()
    server.wait()
    server.stdout.close()


@dataclass
class Place:
    """Where indexes are written in a test: a folder, and with it this process or a Chroma server."""

    root: Path
    url: str | None

    def write(self, content: Content, model: str = "fake") -> str:
        passages = split(content)
        vectors = FakeEmbedder().embed([passage.text for passage in passages], "passage")
        meaning = learn(vectors, [passage.entry for passage in passages])
        return index.write(self.root, content, passages, vectors, meaning, model, chroma_url=self.url)

    def open(self) -> Index:
        return index.open_current(self.root, self.url)

    def builds(self) -> set[str]:
        return {path.name for path in self.root.iterdir() if path.is_dir()}


@pytest.fixture(params=["in process", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    url = request.getfixturevalue("chroma_server") if request.param == "server" else None
    return Place(tmp_path / "index", url)


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return load(write(tmp_path / "content", SMALL))


def about(tmp_path: Path, what: str) -> Content:
    """Content that holds nothing but an entry about `what`."""
    faq = f"- {{id: a, question: 'What is {what}?', answer: 'It is {what}.'}}\n"
    return load(write(tmp_path / "one", {"desk/faq.en.yaml": faq}))


def nearest(opened: Index, text: str) -> str:
    (found,) = opened.dense(FakeEmbedder().embed([text], "query")[0], Role.BODY, 1)
    return opened.passages[found.passage].text


def test_what_is_written_is_opened_again(place: Place, content: Content) -> None:
    build = place.write(content)
    opened = place.open()
    assert (opened.build, opened.model) == (build, "fake")
    assert opened.content == content
    assert list(opened.passages.values()) == split(content)


def test_the_nearest_passages_of_a_role_come_best_first(place: Place, content: Content) -> None:
    place.write(content)
    opened = place.open()
    vector = FakeEmbedder().embed(["How long is the label valid?"], "query")[0]
    found = opened.dense(vector, Role.QUESTION, 100)
    assert found[0].passage == "desk/validity.en:q0"
    assert found[0].score == pytest.approx(1, abs=1e-3)
    assert [n.score for n in found] == sorted((n.score for n in found), reverse=True)
    assert {n.passage for n in found} == {p.id for p in split(content) if p.role is Role.QUESTION}


def test_words_find_the_entries_that_hold_them(place: Place, content: Content) -> None:
    place.write(content)
    opened = place.open()
    scores = opened.sparse(["lorri"])
    assert {entry.id for entry, score in zip(opened.entries, scores, strict=True) if score > 0} == {"parking"}
    assert not opened.sparse(["never", "seen"]).any()
    assert not opened.sparse([]).any()


def test_a_rare_word_weighs_more_and_an_unknown_one_as_a_rare_one(place: Place, content: Content) -> None:
    place.write(content)
    opened = place.open()
    assert opened.weight("lorri") > opened.weight("label")
    assert opened.weight("never") >= opened.weight("lorri")


def test_the_same_content_gives_the_same_build_once(place: Place, content: Content) -> None:
    first = place.write(content)
    before = {path: path.stat().st_mtime_ns for path in (place.root / first).iterdir()}
    assert place.write(content) == first
    assert {path: path.stat().st_mtime_ns for path in (place.root / first).iterdir()} == before


def test_another_model_gives_another_build(place: Place, content: Content) -> None:
    assert place.write(content) != place.write(content, "another")
    assert place.open().model == "another"


@pytest.mark.parametrize("step", ["_write_dense", "_write_sparse", "_point"])
def test_a_build_that_fails_leaves_the_old_one_serving(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = place.write(about(tmp_path, "chalk"))
    opened = place.open()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(index, step, fail)
        with pytest.raises(OSError, match="disk full"):
            place.write(about(tmp_path, "cheese"))
    assert index.current(place.root) == first
    assert nearest(opened, "chalk") == nearest(place.open(), "chalk") == "It is chalk."
    assert not [name for name in place.builds() if name.endswith(".partial")]

    place.write(about(tmp_path, "cheese"))
    assert nearest(place.open(), "cheese") == "It is cheese."
    assert nearest(opened, "chalk") == "It is chalk."


def test_content_that_goes_back_to_an_earlier_state_is_served_again(place: Place, tmp_path: Path) -> None:
    for what in ["chalk", "cheese", "bread", "chalk", "cheese"]:
        place.write(about(tmp_path, what))
        assert nearest(place.open(), what) == f"It is {what}."


def test_the_current_and_the_previous_build_are_kept(place: Place, tmp_path: Path) -> None:
    builds = [place.write(about(tmp_path, what)) for what in ("chalk", "cheese", "bread")]
    assert place.builds() == set(builds[1:])
    assert index.current(place.root) == builds[2]


def test_an_opened_index_outlives_the_next_build(place: Place, tmp_path: Path) -> None:
    place.write(about(tmp_path, "chalk"))
    opened = place.open()
    place.write(about(tmp_path, "cheese"))
    assert nearest(opened, "cheese") == "It is chalk."


def test_one_index_is_searched_by_several_threads(place: Place, content: Content) -> None:
    place.write(content)
    opened = place.open()
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(nearest(opened, "label valid"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["The label is valid for 2 years."] * 8


@pytest.mark.parametrize(
    "files",
    [
        {"desk/declines.en.yaml": "- {id: a, question: Lorry?}"},
        {"desk/faq.en.yaml": "- {id: a, question: '?', answer: '!'}"},
        {
            "desk/faq.en.yaml": "- {id: a, question: '?', answer: '!'}\n- {id: b, question: Lorry?, answer: No.}"
        },
    ],
)
def test_content_without_answers_or_words_is_searched_too(
    place: Place, tmp_path: Path, files: dict[str, str]
) -> None:
    place.write(load(write(tmp_path / "content", files)))
    opened = place.open()
    vector = FakeEmbedder().embed(["lorry"], "query")[0]
    assert len(opened.dense(vector, Role.QUESTION, 5)) == len(opened.entries)
    assert np.isfinite(opened.sparse(["lorri"])).all()


def test_two_data_folders_may_share_a_server(chroma_server: str, tmp_path: Path) -> None:
    places = [Place(tmp_path / name, chroma_server) for name in ("one", "two")]
    chalk = about(tmp_path, "chalk")
    places[0].write(chalk)
    opened = places[0].open()
    for what in ("chalk", "cheese", "bread"):
        places[1].write(about(tmp_path, what))
    assert nearest(opened, "chalk") == nearest(places[0].open(), "chalk") == "It is chalk."


def test_an_index_that_the_server_does_not_hold_is_missing_until_it_is_written(
    chroma_server: str, tmp_path: Path
) -> None:
    chalk = about(tmp_path, "chalk")
    here, there = Place(tmp_path / "index", None), Place(tmp_path / "index", chroma_server)
    build = here.write(chalk)
    with pytest.raises(IndexMissing, match=f"and in {chroma_server}; run: certdesk ingest"):
        there.open()
    assert not index.is_current(there.root, build, chroma_server)
    there.write(chalk)
    assert index.is_current(there.root, build, chroma_server)
    assert nearest(there.open(), "chalk") == "It is chalk."


@pytest.mark.parametrize("damage", ["nothing", "no manifest", "another release", "no vectors"])
def test_a_missing_index_says_what_to_run(tmp_path: Path, damage: str) -> None:
    place = Place(tmp_path / "index", None)
    if damage != "nothing":
        folder = place.root / place.write(about(tmp_path, "chalk"))
        manifest = folder / "manifest.json"
        if damage == "no manifest":
            manifest.unlink()
        elif damage == "another release":
            manifest.write_text(re.sub(r'"format": \d+', '"format": 0', manifest.read_text()))
        else:
            shutil.rmtree(next(path for path in folder.glob("*-*") if path.is_dir()))
    with pytest.raises(IndexMissing, match="run: certdesk ingest"):
        place.open()
    place.write(about(tmp_path, "chalk"))
    assert nearest(place.open(), "chalk") == "It is chalk."


def test_the_pointer_names_the_old_build_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path / "index", None)
    first = place.write(about(tmp_path, "chalk"))
    seen: list[str | None] = []
    synced = os.fsync

    def look(file: int) -> None:
        synced(file)
        seen.append(index.current(place.root))

    monkeypatch.setattr(os, "fsync", look)
    second = place.write(about(tmp_path, "cheese"))
    assert seen == [first]
    assert index.current(place.root) == second
