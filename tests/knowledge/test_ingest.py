from pathlib import Path

import pytest

from fakes import FakeEmbedder
from knowledge import index
from knowledge.documents import Role
from knowledge.errors import ContentError
from knowledge.ingest import ingest
from knowledge.load import load
from samples import FAQ_EN, FAQ_ZH, SERVICE, SMALL, write


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write(tmp_path / "content", SMALL)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_second_ingest_changes_nothing_and_embeds_nothing(content: Path, data: Path) -> None:
    first = ingest(content, data, FakeEmbedder())
    again = FakeEmbedder()
    second = ingest(content, data, again)
    assert (first.unchanged, second.unchanged) == (False, True)
    assert (first.build, first.entries, first.passages) == (second.build, second.entries, second.passages)
    assert again.embedded == []


def test_a_report_counts_entries_and_passages(content: Path, data: Path) -> None:
    report = ingest(content, data, FakeEmbedder())
    opened = index.open_current(data / "index")
    assert report.build == opened.build == index.current(data / "index")
    assert (report.entries, report.passages) == (10, 19) == (len(opened.entries), len(opened.passages))


def test_a_changed_entry_embeds_only_its_own_texts(content: Path, data: Path) -> None:
    ingest(content, data, FakeEmbedder())
    write(content, {"desk/faq.en.yaml": FAQ_EN.replace("The price depends", "The fee depends")})
    again = FakeEmbedder()
    assert not ingest(content, data, again).unchanged
    assert again.embedded == ["What does a check cost?\nThe fee depends on height, width and colour."]


def test_a_changed_figure_embeds_the_answers_that_state_it(content: Path, data: Path) -> None:
    ingest(content, data, FakeEmbedder())
    write(content, {"desk/service.yaml": SERVICE.replace("value: 2,", "value: 5,")})
    again = FakeEmbedder()
    ingest(content, data, again)
    assert sorted(text.partition("\n")[2] for text in again.embedded) == [
        "The label is valid for 5 years.",
        "标签有效期为5年。",
    ]


def test_an_index_that_was_lost_is_built_from_the_kept_vectors(content: Path, data: Path) -> None:
    first = ingest(content, data, FakeEmbedder())
    (data / "index" / "current").unlink()
    again = FakeEmbedder()
    assert ingest(content, data, again).build == first.build
    assert again.embedded == []
    assert index.open_current(data / "index").build == first.build


def test_broken_content_tells_all_mistakes_and_leaves_the_index(content: Path, data: Path) -> None:
    first = ingest(content, data, FakeEmbedder())
    write(
        content, {"desk/faq.en.yaml": FAQ_EN.replace("{{term}}", "{{age}}"), "desk/faq.zh.yaml": "- id: a\n"}
    )
    with pytest.raises(ContentError) as caught:
        ingest(content, data, FakeEmbedder())
    assert {problem.file.name for problem in caught.value.problems} == {"faq.en.yaml", "faq.zh.yaml"}
    opened = index.open_current(data / "index")
    assert opened.build == first.build
    vector = FakeEmbedder().embed(["How long is the label valid?"], "query")[0]
    assert opened.dense(vector, Role.QUESTION, 1)[0].passage == "desk/validity.en:q0"


def test_an_entry_that_is_removed_is_found_no_more(content: Path, data: Path) -> None:
    ingest(content, data, FakeEmbedder())
    write(content, {"desk/faq.zh.yaml": FAQ_ZH.partition("- id: fee")[0]})
    ingest(content, data, FakeEmbedder())
    assert "desk/fee.zh" not in {entry.key for entry in index.open_current(data / "index").entries}


@pytest.mark.parametrize("times", [1, 2])
def test_progress_reaches_the_total(content: Path, data: Path, times: int) -> None:
    told: list[tuple[int, int]] = []
    for _ in range(times):
        told.clear()
        (data / "index" / "current").unlink(missing_ok=True)
        ingest(content, data, FakeEmbedder(), progress=lambda done, total: told.append((done, total)))
    total = len(index.open_current(data / "index").passages)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (total, total)


def test_bodies_are_embedded_under_their_title(content: Path, data: Path) -> None:
    embedder = FakeEmbedder()
    ingest(content, data, embedder)
    titles = {entry.title for entry in load(content).entries}
    assert {text.partition("\n")[0] for text in embedder.embedded if "\n" in text} <= titles
