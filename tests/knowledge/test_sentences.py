import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import citations, sentences

TEXTS = st.text(
    st.one_of(st.sampled_from(" \n.。!?;；\"”')）[1]abcAZ12中文，:/-"), st.characters()), max_size=200
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is valid. You can renew it.", ["It is valid.", "You can renew it."]),
        ("Is it valid? Yes! Good; fine", ["Is it valid?", "Yes!", "Good;", "fine"]),
        (
            "有效期为3年。可以续期吗？可以！好；谢谢",
            ["有效期为3年。", "可以续期吗？", "可以！", "好；", "谢谢"],
        ),
        ("It takes 3.5 days. That is all.", ["It takes 3.5 days.", "That is all."]),
        ("Version 1.2.3 is out. Use it.", ["Version 1.2.3 is out.", "Use it."]),
        ("Bring papers, e.g. The licence, i.e. A copy.", ["Bring papers, e.g. The licence, i.e. A copy."]),
        ("See No. 3 of the list. Then sign.", ["See No. 3 of the list.", "Then sign."]),
        ("Is it optional? No. The rest is not.", ["Is it optional?", "No.", "The rest is not."]),
        (
            "It is ISO/IEC 20000-1:2018. It has ten clauses.",
            ["It is ISO/IEC 20000-1:2018.", "It has ten clauses."],
        ),
        (
            "See https://example.com/a.b?c=1;d. Then write.",
            ["See https://example.com/a.b?c=1;d.", "Then write."],
        ),
        ("请看https://example.com/a?b=1。谢谢", ["请看https://example.com/a?b=1。", "谢谢"]),
        ("It is 3 years. [1] It is renewed [2].", ["It is 3 years. [1]", "It is renewed [2]."]),
        ("有效期为3年。[1][2]到期续期。【3】好", ["有效期为3年。[1][2]", "到期续期。【3】", "好"]),
        ("“真的吗？”他问。（是的。）好", ["“真的吗？”", "他问。", "（是的。）", "好"]),
        ('He said "yes." Then he left.', ['He said "yes."', "Then he left."]),
        ("1. Sign it.\n2. Wait. Then go\n- one", ["1. Sign it.", "2. Wait.", "Then go", "- one"]),
        ("1.签合同\n2.等待", ["1.签合同", "2.等待"]),
        ("Wait... and see. Good", ["Wait... and see.", "Good"]),
        ("  \n\n ", []),
        ("", []),
    ],
)
def test_a_text_splits_into_its_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("so it is [1].", [1]),
        ("[1][2] and 【3】 and ［4］", [1, 2, 3, 4]),
        ("[1, 3] [5-7] [8、9]", [1, 3, 5, 6, 7, 8, 9]),
        ("[2018-2999]", [2018, 2999]),
        ("valid for [5] years", []),
        ("a[i] [x] [ ]", []),
    ],
)
def test_markers_are_read_in_their_order(text: str, expected: list[int]) -> None:
    assert citations(text) == expected


@given(TEXTS)
def test_no_character_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(TEXTS)
def test_sentences_are_stripped_and_never_empty(text: str) -> None:
    assert all(sentence and sentence == sentence.strip() for sentence in sentences(text))


@given(TEXTS, TEXTS)
def test_lines_split_alone_as_they_split_together(first: str, second: str) -> None:
    assert sentences(f"{first}\n{second}") == sentences(first) + sentences(second)


@pytest.mark.parametrize(
    "piece", [".", "。", "?!", ". ", "[1", "http://!", "1. ", '."', "e.g. ", "\n \n", "A. ", ". [1,"]
)
def test_hostile_text_of_10_kb_is_split(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    assert len("".join(sentences(text))) <= len(text)
