import dataclasses
import math
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeEmbedder
from knowledge import index
from knowledge.calibration import Advantage, Calibration, Signals
from knowledge.documents import Kind
from knowledge.ingest import ingest
from knowledge.search import Search
from samples import SMALL, write


def made(folder: Path, files: dict[str, str], reranker: "Alphabet | None" = None) -> Search:
    ingest(write(folder / "content", files), folder / "data", FakeEmbedder())
    return Search(index.open_current(folder / "data" / "index"), FakeEmbedder(), Calibration.read(), reranker)


class Alphabet:
    """A ranker that likes texts which come late in the alphabet."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str]]] = []

    def scores(self, query: str, texts: list[str]) -> list[float]:
        self.asked.append((query, texts))
        return [float(sorted(texts).index(text)) for text in texts]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Search:
    return made(tmp_path_factory.mktemp("small"), dict(SMALL))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("How long is the label valid?", "desk/validity.en"),
        ("label expiry", "desk/validity.en"),
        ("标签有效期多久？", "desk/validity.zh"),
        ("標籤有效期多久？", "desk/validity.zh"),
        ("ＬＡＢＥＬ　ＥＸＰＩＲＹ", "desk/validity.en"),
        ("检查收费多少？", "desk/fee.zh"),
        ("height, width and colour", "desk/fee.en"),
    ],
)
def test_the_best_hit_answers_in_the_language_of_the_question(
    small: Search, query: str, expected: str
) -> None:
    result = small.search(query)
    assert result.hits[0].entry.key == expected
    assert result.language == result.hits[0].entry.language


def test_every_matter_comes_once_and_no_decline_is_a_hit(small: Search) -> None:
    hits = small.search("label check lorry 标签 检查 卡车 steps launch", k=50).hits
    assert sorted(hit.entry.matter for hit in hits) == [
        "desk/fee",
        "desk/guide#launch",
        "desk/guide#steps",
        "desk/validity",
    ]


@pytest.mark.parametrize("k", [0, 1, 2, 4, 100])
def test_no_more_hits_than_asked_for_best_first(small: Search, k: int) -> None:
    scores = [hit.score for hit in small.search("label valid", k).hits]
    assert len(scores) == min(k, 4)
    assert scores == sorted(scores, reverse=True)


def test_who_wants_more_hits_than_are_remembered_gets_them(
    small: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.search._KEPT", 2)
    few, many = (
        small.search("a label, valid how long?", 2).hits,
        small.search("a label, valid how long?", 4).hits,
    )
    assert [hit.entry.key for hit in many[:2]] == [hit.entry.key for hit in few]
    assert len(many) == 4


def test_a_hit_shows_the_passage_that_fits(small: Search) -> None:
    (hit,) = small.search("How long is the label valid?", 1).hits
    assert hit.passage in {"The label is valid for 2 years.", "标签有效期为2年。"}


@pytest.mark.parametrize(
    ("query", "decline"),
    [
        ("Can I park a lorry?", "desk/parking.en"),
        ("可以停卡车吗？", "desk/parking.zh"),
        ("How long is the label valid?", None),
        ("标签有效期多久？", None),
    ],
)
def test_the_decline_that_is_nearest_is_told(small: Search, query: str, decline: str | None) -> None:
    found = small.search(query).decline
    assert (found.key if found else None) == decline


def test_a_matter_is_shown_in_english_or_any_language_where_its_own_is_missing(tmp_path: Path) -> None:
    one = "- {id: both, question: Label?, answer: Yes.}\n"
    files = {
        "desk/faq.en.yaml": one,
        "desk/faq.zh.yaml": "- {id: zh, question: 标签有效期？, answer: 两年。}",
    }
    search = made(tmp_path, files)
    assert search.search("标签 label").language == "zh"
    assert search.version("desk/both", "zh").language == "en"
    assert search.version("desk/zh", "en").language == "zh"
    assert search.version("desk/zh", "other").language == "zh"


def test_a_matter_and_a_title_can_be_looked_up(small: Search) -> None:
    assert small.has("desk/fee")
    assert not small.has("desk/fee.en")
    titled = small.titled("检查收费多少？")
    assert titled
    assert titled.key == "desk/fee.zh"
    assert small.titled("检查") is None


def test_a_reranker_has_the_last_word_on_the_order(tmp_path: Path) -> None:
    ranker = Alphabet()
    search = made(tmp_path, dict(SMALL), ranker)
    titles = [hit.entry.title for hit in search.search("label", 2).hits]
    assert titles == ["What does a check cost?", "Steps"]
    ((query, texts),) = ranker.asked
    assert (query, len(texts)) == ("label", 4)


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "?",
        "😀",
        "\0",
        "\ud800",
        "\ud800\udfff证",
        "\u202e",
        "…" * 50,
        "label " * 17_000,
        "标签" * 17_000,
    ],
)
def test_any_text_is_searched(small: Search, query: str) -> None:
    result = small.search(query)
    assert len(result.hits) == (4 if any(map(str.isalnum, query)) else 0)
    assert all(0 <= hit.confidence <= 1 for hit in result.hits)


def test_a_question_is_looked_at_as_far_as_a_model_reads(small: Search) -> None:
    assert small.search("label " * 17_000) == small.search("label " * 200)


@pytest.mark.parametrize(
    "files",
    [
        {"desk/declines.en.yaml": "- {id: a, question: Can I park a lorry?}"},
        {"desk/faq.en.yaml": "- {id: a, question: '?', answer: '!'}"},
    ],
    ids=["declines only", "no words"],
)
def test_hardly_any_content_is_searched_too(tmp_path: Path, files: dict[str, str]) -> None:
    result = made(tmp_path, files).search("Can I park a lorry?")
    assert [hit.entry.key for hit in result.hits] == (["desk/a.en"] if result.decline is None else [])


def test_several_threads_find_the_same(small: Search) -> None:
    queries = ["label expiry", "检查收费多少？", "Can I park a lorry?"] * 4
    alone = [small.search(query) for query in queries]
    found: dict[int, object] = {}
    threads = [
        threading.Thread(target=lambda i=i, q=q: found.update({i: small.search(q)}))
        for i, q in enumerate(queries)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[i] for i in range(len(queries))] == alone


NUMBERS = st.floats(-1e6, 1e6)
SIGNALS = st.builds(
    Signals,
    *[NUMBERS] * 13,
    decline=st.none() | st.builds(Advantage, *[NUMBERS] * 4),
)


@given(SIGNALS)
def test_a_confidence_is_a_probability(signals: Signals) -> None:
    calibration = Calibration.read()
    assert 0 <= calibration.probability(signals) <= 1
    assert all(
        math.isfinite(calibration.score(signals, kind, many)) for kind in Kind for many in (True, False)
    )


def test_what_cannot_be_computed_is_no_confidence() -> None:
    nan = math.nan
    nothing = Signals(*(nan,) * 13, decline=None)
    assert Calibration.read().probability(nothing) < 1e-9


def test_the_shipped_calibration_names_the_signals() -> None:
    calibration = Calibration.read()
    signals = {field.name for field in dataclasses.fields(Signals)} - {"decline"}
    advantage = {field.name for field in dataclasses.fields(Advantage)}
    for weights in (calibration.weights, calibration.weights_without_variants):
        assert set(weights) <= signals | {"section"}
    known = signals - {"meaning", "bm25"}
    assert set(calibration.confidence) == known - {"question"} | advantage | {"intercept"}
    assert set(calibration.confidence_without_declines) == known - {"answers", "chatty", "talk"} | {
        "intercept"
    }
    assert 0 < calibration.clarify < calibration.answer < 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("How long is the certificate valid?", "iso-20000/validity.en"),
        ("证书有效期多久？", "iso-20000/validity.zh"),
        ("證書有效期多久？", "iso-20000/validity.zh"),
        ("证书 validity 多久", "iso-20000/validity.zh"),
        ("how much does it cost?", "iso-20000/fee.en"),
        ("认证费用多少", "iso-20000/fee.zh"),
        ("認證費用多少錢", "iso-20000/fee.zh"),
        ("iso20000 认证 price 多少", "iso-20000/fee.zh"),
        ("which documents do we need?", "iso-20000/documents.en"),
        ("需要準備哪些材料？", "iso-20000/documents.zh"),
        ("What are the steps?", "iso-20000/steps.en"),
        ("认证步骤有哪些？", "iso-20000/steps.zh"),
    ],
)
def test_the_shipped_index_answers_what_prospects_ask_first(
    shipped_search: Search, query: str, expected: str
) -> None:
    best = shipped_search.search(query).hits[0]
    assert best.entry.key == expected
    assert best.confidence >= shipped_search.calibration.answer


@pytest.mark.parametrize(
    "query",
    [
        "What is the weather tomorrow?",
        "Can you recommend a pizza place?",
        "who won the world cup",
        "今天天气怎么样？",
        "帮我写一首关于春天的诗",
        "紅燒肉怎麼做",
    ],
)
def test_the_shipped_index_is_not_sure_of_what_it_does_not_know(shipped_search: Search, query: str) -> None:
    assert shipped_search.search(query).hits[0].confidence < shipped_search.calibration.answer


def test_content_with_few_wordings_takes_nothing_for_talk(small: Search) -> None:
    assert small.talk("I want to complain about your auditor") is None
    assert small.talk("") is None
