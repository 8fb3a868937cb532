import base64
import secrets
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from adapters.wechat import secure
from adapters.wechat.account import Account
from adapters.wechat.errors import Forbidden, Malformed
from adapters.wechat.secure import LARGEST_BODY, WINDOW, Door, Opened, Query, signature

APP_ID, TOKEN, KEY = "wxba5fad812f8e6fb9", "AAAAA", "A" * 43  # of the platform's own examples
NEXT_KEY = "B" * 42 + "A"
SAFE = Account(APP_ID, "its-secret", TOKEN, (KEY,))
CHANGING = replace(SAFE, aes_keys=(NEXT_KEY, KEY))
PLAIN = replace(SAFE, aes_keys=())
NOW = 1_714_036_504
NONCE = "1514711492"
XML = "<xml><ToUserName>gh_account</ToUserName><Content>费用？</Content></xml>"


def door(account: Account = SAFE, now: float = NOW) -> Door:
    return Door(account, lambda: now)


def signed(*, timestamp: str = str(NOW), nonce: str = NONCE, token: str = TOKEN) -> Query:
    return Query(signature(token, timestamp, nonce), timestamp, nonce)


def envelope(encrypted: str, query: Query | None = None, token: str = TOKEN) -> tuple[Query, bytes]:
    """A delivery in safe mode of what is, or is not, encrypted."""
    query = query or signed(token=token)
    msg_signature = signature(token, query.timestamp, query.nonce, encrypted)
    body = f"<xml><ToUserName>gh_account</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return replace(query, msg_signature=msg_signature, encrypt_type="aes"), body.encode()


def encrypted(xml: str = XML, key: str = KEY, app_id: str = APP_ID) -> str:
    found: bytes = PrpCrypto(base64.b64decode(key + "=")).encrypt(xml, app_id)
    return found.decode()


def read(sealed: str, key: str = KEY, token: str = TOKEN) -> str:
    """As the platform does."""
    given = xmltodict.parse(sealed)["xml"]
    found: str = WeChatCrypto(token, key, APP_ID).decrypt_message(
        given, given["MsgSignature"], given["TimeStamp"], given["Nonce"]
    )
    return found


def test_the_platforms_own_example_of_a_verification_is_echoed() -> None:
    query = Query(
        "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "1714036504",
        "1514711492",
        echostr="4375120948345356249",
    )
    for account in (SAFE, PLAIN):
        assert door(account, 1714036510).verify(query) == "4375120948345356249"
    with pytest.raises(Forbidden, match="not of now"):
        Door(SAFE).verify(query)


def test_the_platforms_own_example_of_a_delivery_is_let_in() -> None:
    query = Query("899cf89e464efb63f54ddac96b0a0a235f53aa78", "1714037059", "486452656")
    assert door(PLAIN, 1714037059).open(query, XML.encode()) == Opened(XML, "")


def test_a_response_is_signed_as_in_the_platforms_own_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: "707722b803182950")
    monkeypatch.setattr(secrets, "randbelow", lambda _: 415670741)
    sealed = door(now=1713424427.9).seal('{"demo_resp":"good luck"}', Opened("", KEY))
    given = xmltodict.parse(sealed)["xml"]
    assert given["MsgSignature"] == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    assert (given["TimeStamp"], given["Nonce"]) == ("1713424427", "415670741")


@pytest.mark.parametrize(
    "change",
    [
        {"signature": ""},
        {"signature": signature("BBBBB", str(NOW), NONCE)},
        {"signature": signature(TOKEN, str(NOW), NONCE).upper()},
        {"signature": "é\ud800"},
        {"timestamp": ""},
        {"timestamp": str(NOW + 1)},
        {"nonce": ""},
        {"nonce": "1"},
        {"nonce": "\ud800"},
        {"echostr": ""},
    ],
)
def test_a_verification_with_a_wrong_or_missing_part_is_refused(change: dict[str, str]) -> None:
    query = replace(signed(), echostr="echo")
    assert door().verify(query) == "echo"
    with pytest.raises(Forbidden):
        door().verify(replace(query, **change))


def verify(account: Account, query: Query, now: float) -> object:
    return door(account, now).verify(replace(query, echostr="echo"))


def open_plain(account: Account, query: Query, now: float) -> object:
    return door(replace(account, aes_keys=()), now).open(query, XML.encode())


def open_sealed(account: Account, query: Query, now: float) -> object:
    return door(account, now).open(*envelope(encrypted(), query))


WAYS = pytest.mark.parametrize("way", [verify, open_plain, open_sealed])
Way = Callable[[Account, Query, float], object]


@WAYS
def test_ten_minutes_on_either_side_are_let_in_and_no_more(way: Way) -> None:
    for now in (NOW - WINDOW, NOW, NOW + WINDOW):
        assert way(SAFE, signed(), now)
    for now in (NOW - WINDOW - 1, NOW + WINDOW + 1):
        with pytest.raises(Forbidden, match="not of now"):
            way(SAFE, signed(), now)


@WAYS
@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "now",
        "-1714036504",
        "1714036504.0",
        " 1714036504",
        "01714036504",
        "１７１４０３６５０４",
        "9" * 5000,
    ],
)
def test_an_unreadable_timestamp_is_refused_though_it_is_signed(way: Way, timestamp: str) -> None:
    with pytest.raises(Forbidden, match="timestamp"):
        way(SAFE, signed(timestamp=timestamp), NOW)


@WAYS
def test_a_missing_nonce_is_refused_though_it_is_signed(way: Way) -> None:
    with pytest.raises(Forbidden, match="missing"):
        way(SAFE, signed(nonce=""), NOW)


@WAYS
def test_another_token_is_refused(way: Way) -> None:
    with pytest.raises(Forbidden, match="wrong"):
        way(replace(SAFE, token="BBBBB"), signed(), NOW)


def test_an_account_without_a_token_has_no_door() -> None:
    for account in (replace(SAFE, token=""), replace(SAFE, app_id="")):
        with pytest.raises(ValueError, match="without a token"):
            Door(account)


def test_what_the_platform_encrypted_is_opened_and_answered_with_the_same_key() -> None:
    at = door()
    opened = at.open(*envelope(encrypted()))
    assert opened == Opened(XML, KEY)
    assert read(at.seal("<xml>回复</xml>", opened)) == "<xml>回复</xml>"


@pytest.mark.parametrize("key", [NEXT_KEY, KEY])
def test_while_the_key_is_changed_both_are_taken_and_each_is_answered_with_itself(key: str) -> None:
    at = door(CHANGING)
    opened = at.open(*envelope(encrypted(key=key)))
    assert opened == Opened(XML, key)
    assert read(at.seal(XML, opened), key) == XML


def test_a_key_that_was_given_up_is_not_taken() -> None:
    with pytest.raises((Malformed, Forbidden)):
        door(replace(SAFE, aes_keys=(NEXT_KEY,))).open(*envelope(encrypted(key=KEY)))


def test_each_response_has_a_nonce_and_a_beginning_of_its_own() -> None:
    at, opened = door(), Opened(XML, KEY)
    responses = [xmltodict.parse(at.seal(XML, opened))["xml"] for _ in range(20)]
    assert len({given["Nonce"] for given in responses}) == 20
    assert len({given["Encrypt"][:20] for given in responses}) == 20


def test_in_plain_mode_the_response_is_the_xml_itself() -> None:
    at = door(PLAIN)
    assert at.seal("<xml>回复</xml>", at.open(signed(), XML.encode())) == "<xml>回复</xml>"


@pytest.mark.parametrize("change", [{"encrypt_type": ""}, {"encrypt_type": "raw"}, {"msg_signature": ""}])
def test_where_a_key_is_set_nothing_unencrypted_is_let_in(change: dict[str, str]) -> None:
    query, body = envelope(encrypted())
    for sent in (body, XML.encode()):
        with pytest.raises(Forbidden, match="has to be encrypted"):
            door().open(replace(query, **change), sent)


def test_the_signature_that_does_not_cover_the_body_counts_for_nothing_where_a_key_is_set() -> None:
    query, body = envelope(encrypted())
    assert door().open(replace(query, signature=""), body).xml == XML
    with pytest.raises(Forbidden, match="wrong"):
        door().open(replace(query, msg_signature=query.signature), body)


def test_in_plain_mode_an_encrypted_body_cannot_be_read() -> None:
    query, body = envelope(encrypted())
    for said in (query, replace(query, encrypt_type=""), replace(query, msg_signature="")):
        with pytest.raises(Malformed, match="no AES key is set"):
            door(PLAIN).open(said, body)
    with pytest.raises(Forbidden, match="wrong"):
        door(PLAIN).open(replace(query, signature="0" * 40), body)


def test_in_plain_mode_a_query_may_say_that_it_is_raw() -> None:
    assert door(PLAIN).open(replace(signed(), encrypt_type="raw"), XML.encode()).xml == XML


@pytest.mark.parametrize("app_id", ["wx0000000000000000", "", APP_ID + "x", APP_ID[:-1]])
def test_a_message_for_another_account_is_refused(app_id: str) -> None:
    for account in (SAFE, CHANGING):
        with pytest.raises(Forbidden, match="another account"):
            door(account).open(*envelope(encrypted(app_id=app_id)))


def test_what_stands_outside_of_the_encryption_is_not_trusted() -> None:
    query, body = envelope(encrypted())
    outside = body.replace(b"gh_account", b"gh_other").replace(b"<Encrypt>", b"<Content>x</Content><Encrypt>")
    assert door().open(query, outside) == Opened(XML, KEY)


def deliveries(account: Account) -> Callable[[str], tuple[Query, bytes]]:
    if account.aes_keys:
        return lambda xml: envelope(encrypted(xml))
    return lambda xml: (signed(), xml.encode())


@pytest.mark.parametrize("account", [SAFE, PLAIN])
def test_the_same_delivery_passes_again(account: Account) -> None:
    at, delivery = door(account), deliveries(account)(XML)
    for _ in range(3):
        assert at.open(*delivery).xml == XML


@pytest.mark.parametrize("account", [SAFE, PLAIN])
def test_another_body_under_a_used_signature_is_refused(account: Account) -> None:
    at, (query, body) = door(account), deliveries(account)(XML)
    at.open(query, body)
    for _ in range(2):
        with pytest.raises(Forbidden, match="another message"):
            at.open(query, body + b" ")
    assert at.open(query, body).xml == XML


def test_a_signature_that_fits_another_timestamp_too_is_not_usable_twice() -> None:
    at, other = door(PLAIN), str(NOW + 9)
    first = signed(nonce=other)
    swapped = Query(first.signature, other, str(NOW))
    at.open(first, XML.encode())
    with pytest.raises(Forbidden, match="another message"):
        at.open(swapped, b"<xml><Content>forged</Content></xml>")


def test_in_safe_mode_it_is_the_signature_of_the_body_that_is_remembered() -> None:
    at, other = door(), "<xml><Content>another</Content></xml>"
    assert at.open(*envelope(encrypted())).xml == XML
    assert at.open(*envelope(encrypted(other))).xml == other  # in the same second, with the same nonce
    query, body = envelope(encrypted())
    at.open(query, body)
    with pytest.raises(Forbidden, match="another message"):
        at.open(replace(query, signature=""), body + b" ")


def test_a_delivery_that_was_cut_off_does_not_use_its_signature_up() -> None:
    at = door(PLAIN)
    with pytest.raises(Malformed):
        at.open(signed(), XML.encode()[:-5])
    assert at.open(signed(), XML.encode()).xml == XML


def test_a_signature_is_remembered_for_as_long_as_its_timestamp_can_be_taken() -> None:
    clock = [NOW - WINDOW]
    at = Door(PLAIN, lambda: clock[0])
    at.open(signed(), XML.encode())
    clock[0] = NOW + WINDOW
    with pytest.raises(Forbidden, match="another message"):
        at.open(signed(), b"<xml><Content>forged</Content></xml>")


def test_signatures_are_forgotten_after_that() -> None:
    clock = [NOW]
    at = Door(PLAIN, lambda: clock[0])
    for nonce in range(1, 50):
        at.open(signed(nonce=str(nonce)), XML.encode())
    assert len(at._seen._bodies) == 49
    clock[0] += 2 * WINDOW + 1
    at.open(signed(timestamp=str(clock[0])), XML.encode())
    assert len(at._seen._bodies) == 1


def test_no_more_signatures_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secure, "_MOST_SEEN", 10)
    at = door(PLAIN)
    for nonce in range(1, 50):
        at.open(signed(nonce=str(nonce)), XML.encode())
    assert len(at._seen._bodies) == 10
    with pytest.raises(Forbidden, match="another message"):
        at.open(signed(nonce="49"), b"<xml><Content>forged</Content></xml>")


BROKEN_BODIES = [
    b"",
    b"success",
    b"\xff\xfe<xml/>",
    "<xml><Content>费用</Content></xml>".encode("gb18030"),
    b"<xml>",
    b"<xml/>",
    b"<xml>text</xml>",
    b"<other><Encrypt>x</Encrypt></other>",
    b"\x00" * 100,
    b"<xml>" + b"<a>" * 20_000,
    b"<xml>" + b"<a>" * 9_000 + b"</a>" * 9_000 + b"</xml>",
    b"<!DOCTYPE xml><xml><Encrypt>x</Encrypt></xml>",
    b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>',
    b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>',
    b"<xml><Encrypt>&nothing;</Encrypt></xml>",
    b"<xml><Encrypt>" + b"x" * LARGEST_BODY + b"</Encrypt></xml>",
]


@pytest.mark.parametrize("body", BROKEN_BODIES, ids=range(len(BROKEN_BODIES)))
@pytest.mark.parametrize("account", [SAFE, PLAIN])
def test_a_body_that_is_none_is_refused(account: Account, body: bytes) -> None:
    query = envelope("x")[0] if account.aes_keys else signed()
    with pytest.raises(Malformed):
        door(account).open(query, body)


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<Content>x</Content>",
        "<Encrypt/>",
        "<Encrypt><a>x</a></Encrypt>",
        "<Encrypt>a</Encrypt><Encrypt>b</Encrypt>",
    ],
)
def test_a_body_without_one_encrypted_text_is_refused(inner: str) -> None:
    with pytest.raises(Malformed):
        door().open(envelope("x")[0], f"<xml>{inner}</xml>".encode())


def test_the_largest_body_is_let_in_and_one_byte_more_is_not() -> None:
    frame = len(b"<xml><Content></Content></xml>")
    largest = b"<xml><Content>" + b"x" * (LARGEST_BODY - frame) + b"</Content></xml>"
    assert door(PLAIN).open(signed(), largest).xml == largest.decode()
    with pytest.raises(Malformed, match="too large"):
        door(PLAIN).open(signed(), largest + b" ")


def raw(plain: bytes, key: str = KEY) -> str:
    """Encrypted as it is, without the frame that a message has."""
    cipher = PrpCrypto(base64.b64decode(key + "=")).cipher
    return base64.b64encode(cipher.encrypt(plain)).decode()


UNDECRYPTABLE = [
    "=",
    "x",
    "é",
    "AAAA",
    base64.b64encode(b"x" * 16).decode(),
    base64.b64encode(b"x" * 64).decode(),
    encrypted()[:-4],
    raw(b"\x00" * 16),
    raw(b"\x01" * 16),
    raw(b"\x10" * 32),
    raw(b"\xff" * 32),
    raw(b"r" * 16 + b"\x00\x00\x00\x02" + b"\xff\xfe" + APP_ID.encode() + b"\x18" * 24),
]


@pytest.mark.parametrize("garbage", UNDECRYPTABLE, ids=range(len(UNDECRYPTABLE)))
@pytest.mark.parametrize("account", [SAFE, CHANGING])
def test_what_cannot_be_decrypted_is_refused_though_it_is_signed(account: Account, garbage: str) -> None:
    with pytest.raises((Malformed, Forbidden)):
        door(account).open(*envelope(garbage))


@pytest.mark.parametrize(
    "xml", ["", "text", "<xml>", '<!DOCTYPE xml [<!ENTITY a "b">]><xml><C>&a;</C></xml>']
)
def test_what_is_no_xml_inside_of_the_encryption_is_refused(xml: str) -> None:
    with pytest.raises(Malformed):
        door().open(*envelope(encrypted(xml)))


anything = st.text(st.characters() | st.sampled_from("\ud800\x00é"), max_size=50)


@given(
    st.builds(
        Query, anything, st.just(str(NOW)) | anything, anything, anything, st.just("aes") | anything, anything
    ),
    st.binary(max_size=200),
    st.sampled_from([SAFE, CHANGING, PLAIN]),
)
def test_nothing_that_is_not_signed_is_let_in(query: Query, body: bytes, account: Account) -> None:
    with pytest.raises(Forbidden):
        door(account).verify(query)
    with pytest.raises((Forbidden, Malformed)):
        door(account).open(query, body)


@given(st.binary(max_size=200), st.sampled_from([SAFE, PLAIN]))
def test_random_bytes_are_refused_though_they_are_signed(body: bytes, account: Account) -> None:
    query = envelope("x")[0] if account.aes_keys else signed()
    with pytest.raises(Malformed):
        door(account).open(query, body)


@given(st.binary(max_size=10).flatmap(lambda piece: st.just(piece * 16)) | st.binary(max_size=64))
def test_random_bytes_are_refused_though_they_are_encrypted_and_signed(plain: bytes) -> None:
    padded = plain + b"\x00" * (-len(plain) % 16)
    for garbage in (raw(padded), base64.b64encode(plain).decode() or "x"):
        with pytest.raises((Forbidden, Malformed)):
            door(CHANGING).open(*envelope(garbage))


DELIVERY = envelope(encrypted())


@given(st.integers(0, len(DELIVERY[1])), st.integers(0, 8), st.binary(max_size=8))
def test_a_body_that_was_changed_is_refused_or_says_the_same(at: int, cut: int, put: bytes) -> None:
    query, body = DELIVERY
    try:
        opened = door().open(query, body[:at] + put + body[at + cut :])
    except (Forbidden, Malformed):
        return
    assert opened == Opened(XML, KEY)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=400),
    st.sampled_from([KEY, NEXT_KEY]),
)
def test_whatever_is_sealed_is_read_by_the_other_side_and_the_other_way_round(words: str, key: str) -> None:
    xml = f"<xml><Content>{escape(words)}</Content></xml>"
    at = door(CHANGING)
    opened = at.open(*envelope(encrypted(xml, key)))
    assert opened == Opened(xml, key)
    assert read(at.seal(xml, opened), key) == xml


def refusals() -> list[Callable[[], Any]]:
    secret = "oCustomer-4711"
    whole = f"<xml><FromUserName>{secret}</FromUserName>"
    return [
        lambda: door().open(*envelope(encrypted(whole))),
        lambda: door().open(*envelope(secret)),
        lambda: door().open(*envelope(encrypted(), token=secret)),
        lambda: door().open(*envelope(encrypted(app_id=secret))),
        lambda: door().open(signed(nonce=secret), secret.encode()),
        lambda: door(PLAIN).open(signed(), whole.encode()),
        lambda: door(PLAIN).open(signed(), secret.encode() + b"\xff"),
        lambda: door(PLAIN).open(signed(timestamp=secret), whole.encode()),
        lambda: door(PLAIN).open(signed(token=secret), whole.encode()),
    ]


@pytest.mark.parametrize("refused", refusals(), ids=range(len(refusals())))
def test_a_refusal_tells_nothing(refused: Callable[[], Any]) -> None:
    with pytest.raises((Forbidden, Malformed)) as caught:
        refused()
    told = f"{caught.value!r} {caught.value.__cause__!r}"
    for secret in ("4711", "费用", TOKEN, KEY, APP_ID, SAFE.secret, signed().signature):
        assert secret not in told
    assert XML not in repr(Opened(XML, KEY))
    assert KEY not in repr(Opened(XML, KEY))
