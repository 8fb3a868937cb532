from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wechatpy.parser import parse_message

from adapters.wechat.incoming import Text
from adapters.wechat.passive import LARGEST, text_reply

NOW = 1_795_694_400.9
ASKED = Text("oCustomer_1-x", "gh_account", "msg:1", datetime(2026, 11, 26, 12, tzinfo=UTC), "费用？")


def read(xml: str) -> ET.Element:
    return ET.fromstring(xml)  # noqa: S314  # our own


def test_a_reply_goes_from_the_account_to_the_customer() -> None:
    reply = parse_message(text_reply(ASKED, "费用为<b>1&2</b>元。\n\t“好”", NOW))
    assert (reply.target, reply.source, reply.time) == ("oCustomer_1-x", "gh_account", 1_795_694_400)
    assert (reply.type, reply.content) == ("text", "费用为<b>1&2</b>元。\n\t“好”")


@given(st.text(st.characters() | st.sampled_from("]>&<![CDAT\r\n\x00\ufffe\ud800"), max_size=300))
@example("]]>]]>")
@example("a]]></Content><Content>b")
@example("]]\x00><MsgType>image</MsgType>")
@example("]]]]><![CDATA[>")
@example("<!DOCTYPE xml [<!ENTITY a 'b'>]>&a;")
def test_words_arrive_as_they_are_and_add_nothing(words: str) -> None:
    illegal = [*map(chr, {*range(32)} - {9, 10, 13}), *map(chr, range(0xD800, 0xE000)), "\ufffe", "\uffff"]
    legal = words.translate({ord(c): None for c in illegal})
    if not legal.strip():
        with pytest.raises(ValueError, match="without words"):
            text_reply(ASKED, words, NOW)
        return
    root = read(text_reply(ASKED, words, NOW))
    assert [child.tag for child in root] == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
    assert not [child for child in root if len(child) or child.attrib]
    assert root.findtext("Content") == legal.replace("\r\n", "\n").replace("\r", "\n")
    assert root.findtext("MsgType") == "text"


@pytest.mark.parametrize("words", ["", " \n", "\x00\x1b\ud800\uffff"])
def test_a_reply_without_words_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="without words"):
        text_reply(ASKED, words, NOW)


def test_the_size_is_counted_in_bytes_of_what_is_sent() -> None:
    largest = "费" * (LARGEST // 3) + "xx"
    assert len(largest.encode()) == LARGEST == 2048
    for words in (largest, largest + "\x00"):
        assert read(text_reply(ASKED, words, NOW)).findtext("Content") == largest
    with pytest.raises(ValueError, match="more than 2048 bytes"):
        text_reply(ASKED, largest + "x", NOW)
