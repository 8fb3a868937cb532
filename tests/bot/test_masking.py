"""What goes to a model outside and comes back; how contacts are found stands in test_contacts."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.masking import Masking, Unmasked

PERSONAL = [
    "13800138000", "+86 139 0013 9000", "021-68888888", "(0571)87654321转801", "+44 20 7946 0958", "400-810-8888",
    "li.lei@example.com", "110101199003077758", "11010519491231002X", "110101 19851203 2473", "91350100M000100Y43",
    "91110000600037341L", "6222021234567890128", "4111 1111 1111 1111", "5555-5555-5555-4444",
]  # fmt: skip
FIGURES = [
    "CD-2026-000123", "cd 2026 010123", "ISO/IEC 20000-1:2018", "GB/T 24405.1-2009", "20000-1", "200 people", "80人",
    "2026-11-26", "20261126", "2026年11月26日", "09:00-18:00", "3 sites", "30%", "¥12,000", "1.5万元", "15000000000元",
    "CNY 13800138000", "3.14159265358", "DOC-021-2018-0001", "202611269876543210", "2026 2027 2028 2029",
]  # fmt: skip
LIKE_PLACEHOLDERS = [
    "[PHONE_1]",
    "phone_1",
    "【ID 1】",
    "[TEXT_1]",
    "[EMAIL]",
    "[NAME_2]",
    "［CARD_1］",
    "PHONE_",
    "[",
]
wild = st.text(max_size=30) | st.text("0123456789+-() @.,:x[]_元转", max_size=30)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话１３８-0013-8000，座机(021)68888888转12。", "电话[PHONE_1]，座机[PHONE_2]。"),
        ("Tel13800138000, tel.010-12345678", "Tel[PHONE_1], tel.[PHONE_2]"),
        ("电话：68888888 2026-11-26", "电话：[PHONE_1] 2026-11-26"),
        ("Phone: 415-555-2671; mobile 20000-1", "Phone: [PHONE_1]; mobile 20000-1"),
        ("+44 20 7946 0958 200 people", "[PHONE_1] 200 people"),
        ('{"contact": "+8613800138000, li@x.com", "note": "\\n13900139000"}',
         '{"contact": "[PHONE_1], [EMAIL_1]", "note": "\\n[PHONE_2]"}'),
        ("微信号: abc_123, abc_123", "微信号: [WECHAT_1], abc_123"),
        ("Li.Lei@Example.com!", "[EMAIL_1]!"),
        ("身份证11010519491231002x", "身份证[ID_1]"),
        ("1101 0519 4912 3100 2X", "[ID_1]"),
        ("代码91440300ma5fe12k3t，卡号6222 0212 3456 7890 128", "代码[USCC_1]，卡号[CARD_1]"),
        ("6222 0212 3456 7894 80人", "[CARD_1] 80人"),
        ("对公账号：1234-5678-9012-3", "对公账号：[CARD_1]"),
    ],
)  # fmt: skip
def test_what_names_a_person_or_a_firm_is_masked(text: str, masked: str) -> None:
    assert Masking().mask(text) == masked


@pytest.mark.parametrize(
    "text", [*FIGURES, "", "WeChat support and hosting", "https://example.com/?id=12", "[1][2]", "[ISO]"]
)
def test_other_figures_stay(text: str) -> None:
    assert Masking().mask(text) == text


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("110101 19900307 7758", "110101 19900307 7759"),
        ("110101 19851203 2473", "110101 19851303 2473"),
        ("4111111111111111", "4111111111111112"),
        ("911101080000000007", "911101080000000009"),
    ],
)
def test_what_only_has_the_form_needs_a_right_check_digit(right: str, wrong: str) -> None:
    assert Masking().mask(right) != right
    assert Masking().mask(wrong) == wrong


def test_a_number_that_was_mistyped_is_still_personal_where_its_form_is_plain() -> None:
    assert Masking().mask("110101199003077759, 91350100M000100Y44, 卡号 4111111111111112") == (
        "[ID_1], [USCC_1], 卡号 [CARD_1]"
    )


def test_a_value_has_one_placeholder_however_and_wherever_it_is_written() -> None:
    masking = Masking()
    assert masking.mask("13800138000 or 13900139000") == "[PHONE_1] or [PHONE_2]"
    assert masking.mask("+86 138 0013 8000, 139-0013-9000") == "[PHONE_1], [PHONE_2]"
    assert masking.mask("li@X.com Li@x.com 110105 19491231 002X 11010519491231002x") == (
        "[EMAIL_1] [EMAIL_1] [ID_1] [ID_1]"
    )
    assert masking.unmask("[PHONE_1] [ID_1]") == "13800138000 110105 19491231 002X"


@pytest.mark.parametrize(
    "written",
    [
        "[PHONE_1]", "[phone_1]", "PHONE_1", "phone_1", "[PHONE 1]", "[Phone1]", "［PHONE_1］", "【ＰＨＯＮＥ＿１】",
        "[PHONE_1", "PHONE_1]", "[ PHONE_1 ]", r"[PHONE\_1]", "[PHONE-1]", "[PHONE_01]",
    ],
)  # fmt: skip
def test_a_placeholder_is_read_as_models_write_it(written: str) -> None:
    masking = Masking()
    masking.mask("13800138000")
    assert masking.unmask(f"请打{written}，**{written}**.") == "请打13800138000，**13800138000**."
    assert not masking.holds_placeholder(written)


@pytest.mark.parametrize("written", ["[PHONE_2]", "phone_2", "[PHONE]", "[NAME_1]", "[EMAIL_1]", "【id 1】"])
def test_an_unknown_placeholder_is_left_and_told(written: str) -> None:
    masking = Masking()
    masking.mask("13800138000")
    assert masking.unmask(f"Call {written}!") == f"Call {written}!"
    assert masking.holds_placeholder(f"Call {written}!")


@pytest.mark.parametrize(
    "text", ["phone 1", "my_phone_1@x.com", "telephone_1", "[email](mailto:x)", "[1]", "ID 1", ""]
)
def test_what_only_resembles_a_placeholder_is_none(text: str) -> None:
    masking = Masking()
    masking.mask("13800138000 li@x.com 11010519491231002X")
    assert masking.unmask(text) == text
    assert not masking.holds_placeholder(text)


@pytest.mark.parametrize(
    "typed", ["[PHONE_1]", "phone_1", "【Phone 1】", "[TEXT_1]", "[PHONE_9]", "[NAME_1]"]
)
def test_nobody_gets_a_value_by_writing_its_placeholder(typed: str) -> None:
    masking = Masking()
    before = masking.mask(f"{typed} 13800138000")
    assert before == "[TEXT_1] [PHONE_1]"
    assert masking.mask(typed) == "[TEXT_1]"
    assert masking.unmask("You wrote [TEXT_1].") == f"You wrote {typed}."
    assert not masking.holds_placeholder(masking.unmask("You wrote [TEXT_1]."))


@pytest.mark.parametrize("value", ["微信号: phone_123", "id_1.li@example.com"])
def test_a_value_that_resembles_a_placeholder_is_none(value: str) -> None:
    masking = Masking()
    unmasked = masking.unmask(masking.mask(value))
    assert unmasked == value
    assert not masking.holds_placeholder(unmasked)


def test_nothing_changes_where_all_may_leave_the_machine() -> None:
    masking = Unmasked()
    text = "13800138000 [PHONE_1]"
    assert masking.unmask(masking.mask(text)) == masking.mask(text) == text
    assert masking.unmask_arguments({"phone": text}) == {"phone": text}
    assert not masking.holds_placeholder("[PHONE_1]")


def test_the_arguments_of_a_tool_are_unmasked_at_every_depth() -> None:
    masking = Masking()
    masking.mask("13800138000, li@x.com")
    arguments = {"contact": "[PHONE_1], email_1", "count": 80, "more": [{"phone": "[PHONE_1]"}, None, True]}
    assert masking.unmask_arguments(arguments) == {
        "contact": "13800138000, li@x.com",
        "count": 80,
        "more": [{"phone": "13800138000"}, None, True],
    }


@given(
    st.lists(wild | st.sampled_from(FIGURES + LIKE_PLACEHOLDERS)),
    st.lists(st.sampled_from(PERSONAL), unique=True),
    st.data(),
)
def test_what_is_masked_comes_back_as_it_was(
    texts: list[str], personal: list[str], data: st.DataObject
) -> None:
    pieces = data.draw(st.permutations(texts + personal))
    text = data.draw(st.sampled_from(["", " ", "，"])).join(pieces)
    masking = Masking()
    masking.mask(data.draw(st.sampled_from(LIKE_PLACEHOLDERS)))
    assert masking.unmask(masking.mask(text)) == text
    assert not masking.holds_placeholder(masking.mask(text))


@given(
    wild,
    st.sampled_from(PERSONAL),
    wild,
    st.sampled_from(" ，：\n"),
    st.sampled_from([" ", "，", "。", "\n"]),
)
def test_nothing_of_a_personal_number_is_left(
    before: str, personal: str, after: str, gap: str, end: str
) -> None:
    assume(not re.search(r"[$¥￥€£＄]\s*$", before) and not after.startswith(("元", "万")))
    masked = Masking().mask(f"{before}{gap}{personal}{end}{after}")
    assert personal not in masked
    digits, left = (re.sub(r"\D", "", each) for each in (personal, masked))
    assert not digits or (digits[:7] not in left and digits[-7:] not in left)


@given(st.lists(st.sampled_from(FIGURES)), st.sampled_from([", ", "，", "; ", "\n", " / "]))
def test_figures_side_by_side_stay(figures: list[str], gap: str) -> None:
    text = gap.join(figures)
    assert Masking().mask(text) == text


@pytest.mark.parametrize(
    "junk", ["1", "138", "[", "[PHONE", "PHONE_1", "电话 ", "账号: 1", "6222 ", "+1 ", "¥9", "A1"]
)
def test_long_junk_is_searched_to_its_end(junk: str) -> None:
    assert Masking().mask((junk * 4000)[:4000] + " li@x.com").endswith("[EMAIL_1]")
