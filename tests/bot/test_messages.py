import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import clean, new_id

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("How much?", "How much?"),
        ("  证书有效期？\n", "证书有效期？"),
        ("a\x00b", "ab"),
        ("a\x07\x1bb\x85c", "abc"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("a\r\r\nb", "a\nb"),
        ("\ud800", "\ufffd"),
        ("x\udfffy", "x\ufffdy"),
        ("\ud83d\ude00", "😀"),
        ("مرحبا", "مرحبا"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\x00\x01\x02", ""),
        (" \n\t ", ""),
    ],
)
def test_only_what_cannot_be_stored_is_taken_out(written: str, kept: str) -> None:
    assert clean(written) == kept


@given(ANY_TEXT)
def test_cleaned_text_is_storable_and_never_changes_again(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert not {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"}} - {"\n", "\t"}


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1))
def test_readable_text_is_left_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_ids_say_what_they_name_and_are_all_different() -> None:
    ids = {new_id("msg") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(id.startswith("msg_") and len(id) >= 20 for id in ids)
