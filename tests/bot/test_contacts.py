"""Contacts within a text; what a single answer is kept as stands in test_fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import contacts
from bot.intake.contacts import Way
from bot.intake.reasons import Reason, Wrong


def found(text: str) -> list[tuple[str, str]]:
    return [(text[each.start : each.end], each.value) for each in contacts.find(text)]


def test_every_contact_of_a_text_is_found_where_it_stands() -> None:
    text = (
        "联系人李雷，电话１３８-0013-8000，微信号lilei_88，邮箱 Li.Lei@Example.COM；座机(021)68888888转12。"
    )
    assert found(text) == [
        ("１３８-0013-8000", "+8613800138000"),
        ("微信号lilei_88", "wechat:lilei_88"),
        ("Li.Lei@Example.COM", "Li.Lei@example.com"),
        ("(021)68888888转12", "+862168888888;ext=12"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "ISO/IEC 20000-1:2018 and ISO 27001",
        "20000-1 2018-09-15",
        "80 people at 3 sites by 2027-03-31",
        "order 13800138000138",
        "id a13800138000",
        "WeChat support and hosting",
        "wechat pay, alipay",
        "user@localhost",
        "a@@b.com",
        "@lilei",
        "https://example.com/?id=12",
        "统一社会信用代码91440300MA5EXAMPLE",
    ],
)
def test_what_only_looks_like_a_contact_is_none(text: str) -> None:
    assert found(text) == []


def test_a_telephone_number_outside_china_needs_its_country_code() -> None:
    assert found("+44 20 7946 0958") == [("+44 20 7946 0958", "+442079460958")]
    assert found("07946 0958") == []


def test_a_line_abroad_is_taken_for_no_chinese_mobile() -> None:
    assert not contacts.find("call me on 0151 2345 6789 after 5pm")
    assert [each.value for each in contacts.find("0532 8888 1234")] == ["+8653288881234"]
    assert [each.value for each in contacts.find("151 2345 6789")] == ["+8615123456789"]


def test_the_number_in_an_address_is_no_second_contact() -> None:
    assert found("13800138000@139.com") == [("13800138000@139.com", "13800138000@139.com")]


def test_a_value_holds_one_contact_of_each_way_phone_first() -> None:
    assert (
        contacts.read("微信 li_lei，邮箱 li@x.com，13800138000") == "+8613800138000, li@x.com, wechat:li_lei"
    )
    assert contacts.join(["li@x.com", "+8613800138000", "wu@x.com"]) == "+8613800138000, wu@x.com"
    assert contacts.join([]) == ""


def test_only_the_ways_that_are_asked_for_are_read() -> None:
    text = "13800138000, li@x.com, wechat: li_lei"
    assert contacts.read(text, [Way.EMAIL, Way.WECHAT]) == "li@x.com, wechat:li_lei"
    with pytest.raises(Wrong) as caught:
        contacts.read("13800138000", [Way.WECHAT])
    assert caught.value.reason is Reason.WECHAT


def test_a_word_alone_is_a_wechat_id_only_where_no_word_could_be_one() -> None:
    assert contacts.read("zhang_san88") == "wechat:zhang_san88"
    with pytest.raises(Wrong):
        contacts.read("tomorrow")


def test_the_way_of_a_value_is_seen_from_its_form() -> None:
    assert [contacts.way(value) for value in ("+8613800138000;ext=1", "li@x.com", "wechat:li_lei")] == [*Way]


def test_contacts_are_shown_as_people_write_them() -> None:
    value = "+442079460958, li@x.com, wechat:li_lei"
    assert contacts.shown(value, "微信") == "+44 20 7946 0958, li@x.com, 微信 li_lei"


@given(st.text(max_size=200) | st.text("0123456789+-() @.aZx_微信电话转:，", max_size=200))
def test_what_is_found_in_any_text_lies_in_it_and_apart(text: str) -> None:
    at = 0
    for contact in contacts.find(text):
        assert at <= contact.start < contact.end <= len(text)
        assert contacts.join([contact.value]) == contact.value
        assert contacts.shown(contact.value, "WeChat")
        at = contact.end


@pytest.mark.parametrize("junk", ["1", "138", "+", "a.", "a@", "@a.b", "(0", "0-", "微信", "vx a", "x@y.z "])
def test_long_junk_is_searched_to_its_end(junk: str) -> None:
    text = (junk * 4000)[:4000] + " li@x.com"
    assert "li@x.com" in contacts.join(contact.value for contact in contacts.find(text))
