from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents import Entry, Kind, Role
from knowledge.split import passages, pieces

TEXTS = st.text(st.one_of(st.sampled_from(" \n.。!?a中 1"), st.characters()), max_size=200)


@given(TEXTS, st.integers(1, 60))
def test_no_character_but_white_space_is_lost_and_no_piece_is_too_long(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < len(piece) <= limit for piece in found)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("One is. Two is. Three is.", 16, ["One is. Two is.", "Three is."]),
        ("一是。二是。三是。", 7, ["一是。二是。", "三是。"]),
        ("One is. Two is.", 4, ["One", "is.", "Two", "is."]),
        ("", 10, []),
    ],
)
def test_pieces_are_whole_sentences_where_they_fit(text: str, limit: int, expected: list[str]) -> None:
    assert [piece.strip() for piece in pieces(text, limit)] == expected


def entry(kind: Kind, body: str, language: str = "en") -> Entry:
    return Entry(
        "a", "desk", language, kind, "Q?", body, body, "faq", "", "a", Path("f"), 1, variants=("V?",)
    )


def shown(entry: Entry) -> list[tuple[str, str, str]]:
    return [(passage.id, passage.role, passage.text) for passage in passages(entry)]


def test_a_question_and_its_variants_are_passages_beside_the_answer() -> None:
    assert shown(entry(Kind.FAQ, "It is.")) == [
        ("desk/a.en:q0", Role.QUESTION, "Q?"),
        ("desk/a.en:q1", Role.QUESTION, "V?"),
        ("desk/a.en:b0", Role.BODY, "It is."),
    ]


def test_a_decline_is_found_by_its_questions_only() -> None:
    assert [role for _, role, _ in shown(entry(Kind.DECLINE, "Ask us."))] == [Role.QUESTION, Role.QUESTION]


def test_a_section_is_found_by_its_heading_and_text() -> None:
    assert [text for _, _, text in shown(entry(Kind.SECTION, "It is."))] == ["Q?", "It is."]


@pytest.mark.parametrize(("language", "sentence"), [("en", "It is so. "), ("zh", "确实如此。")])
def test_a_long_answer_is_cut_into_passages_of_like_weight(language: str, sentence: str) -> None:
    bodies = [p for p in passages(entry(Kind.FAQ, sentence * 200, language)) if p.role is Role.BODY]
    assert len({passage.id for passage in bodies}) == len(bodies) > 1
    assert max(len(passage.text) for passage in bodies) <= (180 if language == "zh" else 560)
