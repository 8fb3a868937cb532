from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.wechat.errors import Malformed
from adapters.wechat.incoming import (
    Clicked,
    Ignored,
    Incoming,
    Other,
    Picture,
    Scanned,
    Subscribed,
    Text,
    Unsubscribed,
    parse,
)

AT = datetime(2024, 4, 25, 9, 15, 4, tzinfo=UTC)


def body(**elements: str | None) -> str:
    """A text message but for what is given; None leaves an element out."""
    whole: dict[str, str | None] = {
        "ToUserName": "gh_account",
        "FromUserName": "oCustomer_1-x",
        "CreateTime": "1714036504",
        "MsgType": "text",
        "MsgId": "23456789012345678",
        **elements,
    }
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in whole.items() if value is not None)
    return f"<xml>{inner}</xml>"


def event(name: str, key: str | None = None, **elements: str | None) -> str:
    return body(**{"MsgType": "event", "MsgId": None, "Event": name, "EventKey": key, **elements})


def of_its_own(incoming: Incoming) -> dict[str, str]:
    common = {field.name for field in fields(Incoming)}
    return {
        field.name: getattr(incoming, field.name) for field in fields(incoming) if field.name not in common
    }


def test_a_text_is_read() -> None:
    assert parse(body(Content="<![CDATA[费用 <b>&amp;]]>")) == Text(
        "oCustomer_1-x", "gh_account", "msg:23456789012345678", AT, "费用 <b>&amp;"
    )


@pytest.mark.parametrize("content", [None, "", "<![CDATA[]]>", " \n "])
def test_a_text_without_content_is_empty(content: str | None) -> None:
    assert parse(body(Content=content)) == Text(
        "oCustomer_1-x", "gh_account", "msg:23456789012345678", AT, ""
    )


@pytest.mark.parametrize(
    ("xml", "kind", "own"),
    [
        (
            body(MsgType="image", MediaId="m-1", PicUrl="http://p/1"),
            Picture,
            {"media_id": "m-1", "url": "http://p/1"},
        ),
        (body(MsgType="image"), Picture, {"media_id": "", "url": ""}),
        (body(MsgType="voice", MediaId="m-1", Recognition=""), Other, {"kind": "voice"}),
        (body(MsgType="video", MediaId="m-1"), Other, {"kind": "video"}),
        (body(MsgType="shortvideo", MediaId="m-1"), Other, {"kind": "shortvideo"}),
        (body(MsgType="location", Location_X="x"), Other, {"kind": "location"}),
        (body(MsgType="link", Url="http://l"), Other, {"kind": "link"}),
        (body(MsgType="file", Title="a.pdf"), Other, {"kind": "file"}),
        (body(MsgType="miniprogrampage"), Other, {"kind": "unknown"}),
        (body(MsgType="hologram", Content="<a><b/></a>"), Other, {"kind": "unknown"}),
        (body(MsgType="<![CDATA[Text]]>", Content="x"), Text, {"text": "x"}),
        (event("subscribe"), Subscribed, {"scene": ""}),
        (event("subscribe", ""), Subscribed, {"scene": ""}),
        (event("subscribe", "last_trade_no_1"), Subscribed, {"scene": ""}),
        (event("subscribe", "qrscene_fair", Ticket="t"), Subscribed, {"scene": "fair"}),
        (event("subscribe", "qrscene_"), Subscribed, {"scene": ""}),
        (event("subscribe", "scanbarcode|1|2"), Subscribed, {"scene": ""}),
        (event("unsubscribe", ""), Unsubscribed, {}),
        (event("CLICK", "fees"), Clicked, {"key": "fees"}),
        (event("SCAN", "fair", Ticket="t"), Scanned, {"scene": "fair"}),
        (event("VIEW", "https://x/"), Ignored, {"event": "VIEW"}),
        (event("LOCATION", Latitude="?"), Ignored, {"event": "LOCATION"}),
        (
            event("TEMPLATESENDJOBFINISH", MsgID="1", Status="success"),
            Ignored,
            {"event": "TEMPLATESENDJOBFINISH"},
        ),
        (
            event("scancode_push", "k", ScanCodeInfo="<ScanType>qr</ScanType>"),
            Ignored,
            {"event": "scancode_push"},
        ),
        (event("next_years_event"), Ignored, {"event": "next_years_event"}),
    ],
)
def test_each_type_is_told_apart(xml: str, kind: type[Incoming], own: dict[str, str]) -> None:
    found = parse(xml)
    assert (type(found), of_its_own(found)) == (kind, own)
    assert (found.customer, found.account, found.at) == ("oCustomer_1-x", "gh_account", AT)


def test_an_event_that_is_delivered_again_has_the_same_id() -> None:
    first = parse(event("CLICK", "fees"))
    assert parse(event("CLICK", "fees", ToUserName="gh_renamed")).id == first.id
    assert first.id.startswith("event:")
    assert len(first.id) <= 150


def test_events_that_differ_have_ids_that_differ() -> None:
    all_of_them = [
        event("CLICK", "fees"),
        event("CLICK", "time"),
        event("VIEW", "fees"),
        event("CLICK", "fees", CreateTime="1714036505"),
        event("CLICK", "fees", FromUserName="oCustomer_2"),
        event("CLICKf", "ees"),
        event("CLICK", "fees" + "x" * 1000),
    ]
    assert len({parse(xml).id for xml in all_of_them}) == len(all_of_them)


def test_a_message_of_an_unknown_type_needs_no_id_of_its_own() -> None:
    found = parse(body(MsgType="hologram", MsgId=None))
    assert isinstance(found, Other)
    assert found.id.startswith("event:")
    assert found.id == parse(body(MsgType="hologram", MsgId=None)).id
    assert found.id != parse(body(MsgType="hologram", MsgId=None, CreateTime="1714036505")).id


DEEP = "<a>" * 16 + "</a>" * 16


@pytest.mark.parametrize(
    "xml",
    [
        "",
        " ",
        "success",
        "{}",
        "\x00",
        "\ud800",
        "<xml>",
        "<xml/>",
        "<xml>text</xml>",
        "<other><MsgType>text</MsgType></other>",
        "<xml><MsgType>text</MsgType></xml>",
        body() + body(),
        body(MsgType=None),
        body(MsgType=""),
        body(MsgType="<a>text</a>"),
        body(MsgType="text</MsgType><MsgType>image"),
        body(MsgId=None),
        body(MsgId="<a/>"),
        body(MsgId="1'; --"),
        body(MsgId="1" * 65),
        body(FromUserName=None),
        body(FromUserName=""),
        body(FromUserName="<a>o1</a>"),
        body(FromUserName="o1</FromUserName><FromUserName>o2"),
        body(FromUserName="o" * 65),
        body(FromUserName="o/../1"),
        body(FromUserName="客户"),
        body(FromUserName="<![CDATA[o]]]]><![CDATA[>1]]>"),
        body(ToUserName=None),
        body(ToUserName="<![CDATA[<x>]]>"),
        body(CreateTime=None),
        body(CreateTime="soon"),
        body(CreateTime="-1"),
        body(CreateTime="1e9"),
        body(CreateTime="１７１４０３６５０４"),
        body(CreateTime="9" * 12),
        body(CreateTime="9" * 5000),
        body(Content="<a>b</a>"),
        body(Content="a</Content><Content>b"),
        body(MsgType="image", MediaId="<a/>"),
        body(MsgType="image", PicUrl="a</PicUrl><PicUrl>b"),
        body(Content=DEEP),
        body(Content="&nothing;"),
        "<!DOCTYPE xml>" + body(Content="x"),
        '<!DOCTYPE xml [<!ENTITY a "b">]>' + body(Content="&a;"),
        '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + body(Content="&a;"),
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd">' + body(Content="x"),
        event("CLICK", "<a>b</a>"),
        event("subscribe", "<a>b</a>"),
        event("subscribe", "a</EventKey><EventKey>b"),
        event("<a/>"),
        event(""),
        event("a b"),
        event("CLICK", "fees", Event=None),
        event("CLICK", "fees", FromUserName=None),
    ],
)
def test_what_is_no_message_is_refused(xml: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse(xml)
    assert "oCustomer" not in str(caught.value)
    assert len(str(caught.value)) < 80


def test_how_deep_and_not_how_long_a_message_is_counts() -> None:
    nested = "<a>" * 14 + "</a>" * 14
    assert isinstance(parse(event("scancode_push", ScanCodeInfo=nested * 40)), Ignored)
    with pytest.raises(Malformed, match="too deep"):
        parse(event("scancode_push", ScanCodeInfo=f"<a>{nested}</a>"))


def test_a_thousand_entities_are_not_even_counted() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 1000))
    with pytest.raises(Malformed, match="document type"):
        parse(f'<!DOCTYPE xml [<!ENTITY e0 "ha">{entities}]>{body(Content="&e999;")}')


@given(st.text(max_size=200))
def test_any_text_is_a_message_or_refused(xml: str) -> None:
    with pytest.raises(Malformed):
        parse(xml)


NAMES = st.sampled_from(
    ["MsgType", "Event", "EventKey", "FromUserName", "CreateTime", "MsgId", "Content", "MediaId"]
)
VALUES = st.one_of(
    st.sampled_from(
        ["<a/>", "<a>b</a>", "x<b/>y", "event", "image", "device_event", "subscribe", "SCAN", "1", "&#0;"]
    ),
    st.text("abc<>&;]/![CDATA \n0", max_size=20),
)


@given(st.dictionaries(NAMES, st.none() | VALUES, max_size=4))
@example({"MsgType": "device_event", "Event": "bind"})
@example({"MsgType": "device_event", "Event": "<a/>"})
@example({"MsgType": "event", "Event": "device_text", "EventKey": "<a/>"})
def test_whatever_stands_in_its_elements_it_is_a_message_or_refused(elements: dict[str, str | None]) -> None:
    try:
        found = parse(body(**elements))
    except Malformed:
        return
    assert isinstance(found, Incoming)
    assert all(isinstance(value, str) for value in of_its_own(found).values())
    assert 0 < len(found.id) <= 150


@given(st.integers(0, 500), st.integers(0, 20), st.text(max_size=10))
def test_a_mutated_message_is_a_message_or_refused(at: int, cut: int, put: str) -> None:
    whole = event("subscribe", "qrscene_fair", Content="<![CDATA[费用]]>")
    try:
        found = parse(whole[:at] + put + whole[at + cut :])
    except Malformed:
        return
    assert isinstance(found, Incoming)
