import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import long
from knowledge.names import CITATION
from knowledge.sentences import Splitter, citations, pieces, sentences

TEXTS = st.text(
    st.one_of(st.sampled_from(" \n.。!?;；\"”')）[1]abcAZ12中文，:/-"), st.characters()), max_size=200
)
WORDS = (
    "It is so|费用|取决于|. |。|.|？|!|......|“|”|'|）|[1]|[1, 2]| [3]|【4】|[|]|1.|12|3.5|e.g.|No. |U.S. |Mr. |\n|\r\n"
    "|\n\n- | |\u3000|\u2028|www.|http|https://|a/b|;|we |day|s|per |cent|business |年|年度|个|工作日|小时|We are"
).split("|")
STREAMS = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=40)


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
def test_long_hostile_text_is_split(piece: str) -> None:
    text = long(piece, 10_000)
    assert len("".join(sentences(text))) <= len(text)


@given(TEXTS)
def test_pieces_joined_are_the_text_and_stripped_the_sentences(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert [piece.strip() for piece in pieces(text) if piece.strip()] == sentences(text)


def test_white_space_stands_before_a_sentence_and_at_the_end_alone() -> None:
    assert pieces(" One. Two\n\n三。\u3000四 \n ") == [" One.", " Two", "\n\n三。", "\u3000四", " \n "]
    assert pieces("\n ") == ["\n "]
    assert pieces("") == []


def given_out(deltas: list[str]) -> tuple[list[str], list[str]]:
    splitter = Splitter()
    return [piece for delta in deltas for piece in splitter.feed(delta)], splitter.rest()


@given(STREAMS)
def test_the_pieces_of_a_stream_are_those_of_the_whole(deltas: list[str]) -> None:
    text = "".join(deltas)
    early, late = given_out(deltas)
    assert early + late == pieces(text)
    assert "".join(early + late) == text


@pytest.mark.parametrize(
    "address", ["https://e.org/a?b;c!d", "HTTP://e.org/;d", "www.e.org/?e", "www.?", "http://!"]
)
def test_an_address_that_arrives_in_characters_is_still_one(address: str) -> None:
    text = f"See {address}. Then write;请看{address}。好"
    early, late = given_out(list(text))
    assert early + late == pieces(text)


@given(STREAMS)
def test_what_is_given_out_does_not_depend_on_the_deltas(deltas: list[str]) -> None:
    text = "".join(deltas)
    assert given_out(deltas) == given_out(list(text)) == given_out([text])


@given(STREAMS, STREAMS)
def test_no_continuation_moves_what_is_given_out(deltas: list[str], others: list[str]) -> None:
    early, _ = given_out(deltas)
    assert pieces("".join(deltas + others))[: len(early)] == early


@pytest.mark.parametrize(
    ("before", "following", "other"),
    [
        ("It depends on the team [1].", " T", " then"),
        ("It depends on the team [1]. ", "T", "[2] T"),
        ("It is so.", "\n", " so"),
        ("It is so", "\n", ", yes"),
        ("Is it?", "\n", ")"),
        ("Is it? ", "Y", "[1]"),
        ("It is so. [1]", " I", "[2] I"),
        ("It is so. [1] W", "i", "eeks pass"),
        ("“It is so.", "” I", "” or not"),
        ("See No. 3 of www.example.com.", " T", "cn. T"),
        ("费用取决于规模[1]。", "需", "”需"),
        ("费用取决于规模。", "需", "[1]需"),
        ("费用取决于规模。[1]", "需", "[2]需"),
        ("费用取决于规模。[1]年", "度", "费"),
        ("（是的。", "好", "）好"),
        ("它有ISO 20000证书.", "这", "5"),
    ],
)
def test_a_sentence_is_given_out_with_the_character_that_makes_it_sure(
    before: str, following: str, other: str
) -> None:
    splitter = Splitter()
    waiting = [piece for character in before + following[:-1] for piece in splitter.feed(character)]
    sure = splitter.feed(following[-1])
    assert waiting == []
    assert len(sure) == 1
    assert pieces(before + other)[:1] != sure


def test_a_marker_waits_for_every_unit_that_would_make_it_a_figure() -> None:
    units = re.findall(r"[a-z]+|[一-龥％%]+", CITATION.pattern.partition("(?!")[2])
    assert {"working", "cent", "年", "工作日"} <= set(units)
    for first, gap, second in product(units, ("", " "), (*units, "We")):
        for end in (f"。[1]{first}{gap}{second}。好", f"。[1] {first}{gap}{second}。好"):
            assert given_out(list(end))[0] == given_out([end])[0], end


def test_a_paragraph_begins_where_the_white_space_shows_it() -> None:
    early, late = given_out(list("One.\n\n- two\n- three\n\nFour. Five."))
    assert early == ["One.", "\n\n- two", "\n- three", "\n\nFour."]
    assert late == [" Five."]


def test_a_splitter_is_as_new_after_the_rest() -> None:
    splitter = Splitter()
    for text in ("1. One. two www", ".e.g", " \n", ""):
        assert splitter.feed(text) + splitter.rest() == pieces(text)


@pytest.mark.parametrize("piece", [".", '。"', "。[1]", "[1,", "www.", "!", "\n", " ", "e.g. ", "So. "])
@pytest.mark.parametrize("opening", ["", "。", "。[", "http://a"])
def test_long_hostile_text_is_read_character_by_character(opening: str, piece: str) -> None:
    text = opening + long(piece, 20_000)
    early, late = given_out(list(text))
    assert "".join(early + late) == text
