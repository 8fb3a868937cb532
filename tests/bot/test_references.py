import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.references import references

REFERENCE = "CD-2026-000123"


@pytest.mark.parametrize(
    "text",
    [
        "CD-2026-000123", "cd-2026-000123", "CD2026000123", "cd 2026 000123", "CD 2026-000123", "CD_2026_000123",
        "ＣＤ－２０２６－０００１２３", "CD—2026—000123", "CD–2026–000123", "CD——2026——000123", "CD. 2026. 000123",
        "CD:2026-000123", "CD-\n2026-000123", "我的申请CD-2026-000123到哪一步了", "编号：cd2026000123。",
        "Any news on CD-2026-000123?",
        "(CD-2026-000123)", "CD-2026-000123, 13800138000", "#CD-2026-000123", "CD-2026-000123 和 cd 2026 000123",
    ],
)  # fmt: skip
def test_a_reference_is_found_however_it_is_typed(text: str) -> None:
    assert references(text) == [REFERENCE]


@pytest.mark.parametrize(
    "text",
    [
        "", "CD", "CD-2026", "CD-2026-00123", "CD-2026-0001234", "CD-26-000123", "ABCD-2026-000123", "2026-000123",
        "CD-2026-000123X", "CD-٢٠٢٦-٠٠٠١٢٣", "a CD from 2026 and 000123", "CD    2026    000123", "20000-1",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_reference_is_none(text: str) -> None:
    assert references(text) == []


def test_several_references_keep_their_order_and_come_once() -> None:
    text = "CD-2026-000200 before cd2025000007, and again CD-2026-000200"
    assert references(text) == ["CD-2026-000200", "CD-2025-000007"]


@given(st.text(), st.text(), st.sampled_from(["", " ", "-", "－"]))
def test_a_reference_stands_apart_from_what_is_around_it(before: str, after: str, gap: str) -> None:
    assert REFERENCE in references(f"{before}\n\nCD{gap}2026{gap}000123\n\n{after}")


@given(st.text(alphabet="CDcd0123456789- ", max_size=200))
def test_what_is_found_can_be_found_again(text: str) -> None:
    found = references(text)
    assert references(" ".join(found)) == found
