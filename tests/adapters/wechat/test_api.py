"""What is asked of WeChat over HTTP, and what becomes of it when WeChat does not do it; against a small server."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.wechat.account import Account
from adapters.wechat.api import Api, Patience
from adapters.wechat.failures import ApiError, Then
from adapters.wechat.tokens import Kept

SECRET = "a-secret-that-nobody-sees"
OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
SEND, TYPING, TOKEN = "message/custom/send", "message/custom/typing", "stable_token"
HASTE = Patience(answer=0.5, picture=0.5)
JPEG = b"\xff\xd8\xff\xe0" + bytes(2000)

Answer = Callable[["Handler"], None]


@dataclass(frozen=True)
class Asked:
    path: str
    query: dict[str, list[str]]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


class Handler(BaseHTTPRequestHandler):
    server: "WeChat"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = parts.path.removeprefix("/cgi-bin/")
        self.server.asked.append(Asked(path, parse_qs(parts.query), body))
        answers = self.server.answers[path]
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    do_POST = do_GET  # noqa: N815  # the library's name

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def give(self, body: bytes, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class WeChat(ThreadingHTTPServer):
    """Answers each path with the next of what is set for it; the last is repeated."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ended = threading.Event()
        self.asked: list[Asked] = []
        self.fetched = 0
        self.answers: dict[str, list[Answer]] = {TOKEN: [self.token], SEND: [says(errcode=0, errmsg="ok")]}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def token(self, handler: Handler) -> None:
        """A new one each time."""
        self.fetched += 1
        says(access_token=f"TOKEN-{self.fetched}", expires_in=7200)(handler)

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def of(self, path: str) -> list[Asked]:
        return [each for each in self.asked if each.path == path]


class InMemory:
    kept: Kept | None = None

    def load(self) -> Kept | None:
        return self.kept

    def claim(self, _: float) -> bool:
        return True

    def save(self, kept: Kept) -> None:
        self.kept = kept

    def release(self) -> None:
        """Nothing."""


def holding_a_token() -> InMemory:
    shelf = InMemory()
    shelf.save(Kept("TOKEN-1", time.time() + 7200))
    return shelf


def says(**fields: object) -> Answer:
    body = json.dumps({"errmsg": f"{SECRET} TOKEN-1 {OPENID}"} | fields).encode()
    return raw(body)


def raw(body: bytes, status: int = 200, type: str = "application/json", location: str = "") -> Answer:
    headers = {"Content-Type": type} | ({"Location": location} if location else {})
    return lambda handler: handler.give(body, status, headers)


def image(body: bytes) -> Answer:
    return raw(body, type="image/jpeg")


def silence(handler: Handler) -> None:
    handler.server.ended.wait(20)


def hang_up(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def half_an_answer(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"errcode": 0')
    handler.close_connection = True


@pytest.fixture
def wechat() -> Iterator[WeChat]:
    with WeChat() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.ended.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def account(wechat: WeChat) -> Account:
    return Account("wx1234567890", SECRET, "callback-token", (), api_base=wechat.url)


@pytest.fixture
def api(account: Account) -> Api:
    return Api(account, InMemory())


@pytest.fixture
def hasty(account: Account) -> Api:
    """Has a token already."""
    return Api(account, holding_a_token(), HASTE)


def failure(call: Callable[[], object]) -> ApiError:
    """The error of a call; nothing that is told of it, or of what is behind it, gives anything away."""
    with pytest.raises(ApiError) as caught:
        call()
    todo: list[BaseException | None] = [caught.value]
    while todo:
        if each := todo.pop():
            told = f"{each} {each!r} {each.args} {vars(each)}"
            assert not [secret for secret in (SECRET, "TOKEN-", OPENID) if secret in told]
            todo += [each.__cause__, each.__context__]
    return caught.value


def test_a_text_is_sent_as_it_is(api: Api, wechat: WeChat) -> None:
    api.send_text(OPENID, "“认证”需要多久？ <1>\n🙂")
    sent = wechat.of(SEND)[0]
    assert sent.json == {"touser": OPENID, "msgtype": "text", "text": {"content": "“认证”需要多久？ <1>\n🙂"}}
    assert "认证".encode() in sent.body, "WeChat shows \\u… as it is"
    assert sent.query == {"access_token": ["TOKEN-1"]}


def test_a_text_that_cannot_be_encoded_is_sent_without_what_cannot(api: Api, wechat: WeChat) -> None:
    api.send_text(OPENID, "a\ud800b")
    assert wechat.of(SEND)[0].json["text"] == {"content": "a?b"}


def test_typing_is_shown(api: Api, wechat: WeChat) -> None:
    wechat.answers[TYPING] = [says(errcode=0)]
    api.typing(OPENID)
    assert wechat.of(TYPING)[0].json == {"touser": OPENID, "command": "Typing"}


def test_the_token_is_the_stable_one_and_fetched_once(api: Api, wechat: WeChat) -> None:
    api.send_text(OPENID, "1")
    api.send_text(OPENID, "2")
    assert wechat.paths() == [TOKEN, SEND, SEND]
    assert wechat.asked[0].query == {}
    assert wechat.asked[0].json == {
        "grant_type": "client_credential",
        "appid": "wx1234567890",
        "secret": SECRET,
        "force_refresh": False,
    }


def test_the_token_is_kept_until_it_expires(account: Account, wechat: WeChat) -> None:
    shelf = InMemory()
    before = time.time()
    Api(account, shelf).send_text(OPENID, "1")
    assert shelf.kept
    assert before + 7200 <= shelf.kept.expires_at <= time.time() + 7200


def test_many_threads_send_at_once(api: Api, wechat: WeChat) -> None:
    texts = [str(number) for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: api.send_text(OPENID, text), texts))
    sent = [each.json["text"] for each in wechat.of(SEND)]
    assert sorted(sent, key=str) == sorted(({"content": text} for text in texts), key=str)
    assert wechat.paths().count(TOKEN) == 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_is_refused_is_renewed_and_the_message_sent(api: Api, wechat: WeChat, code: int) -> None:
    wechat.answers[SEND] = [says(errcode=code), says(errcode=0)]
    api.send_text(OPENID, "1")
    assert wechat.paths() == [TOKEN, SEND, TOKEN, SEND]
    assert wechat.of(SEND)[1].query == {"access_token": ["TOKEN-2"]}


def test_the_token_is_renewed_once_and_no_more(api: Api, wechat: WeChat) -> None:
    wechat.answers[SEND] = [says(errcode=40001)]
    error = failure(lambda: api.send_text(OPENID, "1"))
    assert (error.code, error.then) == (40001, Then.REFUSED)
    assert wechat.paths() == [TOKEN, SEND, TOKEN, SEND]


def test_the_same_token_again_is_forced_to_be_another(api: Api, wechat: WeChat) -> None:
    wechat.answers[TOKEN] = [says(access_token="TOKEN-1", expires_in=7200)] * 2 + [wechat.token]
    wechat.fetched = 1
    wechat.answers[SEND] = [says(errcode=40001), says(errcode=0)]
    api.send_text(OPENID, "1")
    assert [each.json["force_refresh"] for each in wechat.of(TOKEN)] == [False, False, True]
    assert wechat.of(SEND)[1].query == {"access_token": ["TOKEN-2"]}


@pytest.mark.parametrize(
    ("codes", "then"),
    [
        ((-1, 45011), Then.AGAIN),
        ((45015, 45047, 48001, 48002, 43004, 40003), Then.KEEP),
        ((45002, 40164, 40013, 40125, 45009, 45081, 99999), Then.REFUSED),
    ],
)
def test_each_code_says_what_becomes_of_the_message(
    api: Api, wechat: WeChat, codes: tuple[int, ...], then: Then
) -> None:
    wechat.answers[SEND] = [says(errcode=code) for code in codes]
    errors = [failure(lambda: api.send_text(OPENID, "1")) for _ in codes]
    assert [(error.code, error.then) for error in errors] == [(code, then) for code in codes]
    assert all(str(code) in str(error) for code, error in zip(codes, errors, strict=True))


def test_staff_are_told_the_address_that_is_not_allowed(api: Api, wechat: WeChat) -> None:
    said = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1"
    wechat.answers[TOKEN] = [says(errcode=40164, errmsg=said)]
    error = failure(lambda: api.send_text(OPENID, "1"))
    assert str(error) == (
        "WeChat answered 40164: this server's address 203.0.113.7 is not allowed; "
        "add it to the account's IP whitelist."
    )


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>busy</html>", b"{}", b"[]", b"null", b'"ok"', b'{"errcode": null}', b'{"errcode": "x"}',
        b'{"errcode": 1e999}', b'{"errcode": 0', b"\xff\xfe", b"[" * 5000, b'{"errcode": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_leaves_it_unsure(api: Api, wechat: WeChat, body: bytes) -> None:
    wechat.answers[SEND] = [raw(body)]
    error = failure(lambda: api.send_text(OPENID, "1"))
    assert (error.code, error.then) == (None, Then.UNSURE)
    assert wechat.paths().count(SEND) == 1


@pytest.mark.parametrize("body", [b'{"msgid": 1}', b'{"errcode": "0", "errmsg": "a\nb"}'])
def test_an_answer_without_an_error_is_success(api: Api, wechat: WeChat, body: bytes) -> None:
    wechat.answers[SEND] = [raw(body)]
    api.send_text(OPENID, "1")
    assert wechat.paths() == [TOKEN, SEND]


@pytest.mark.parametrize("broken", [silence, hang_up, half_an_answer])
def test_a_message_without_an_answer_may_have_been_delivered(
    hasty: Api, wechat: WeChat, broken: Answer
) -> None:
    wechat.answers[SEND] = [broken]
    assert failure(lambda: hasty.send_text(OPENID, "1")).then is Then.UNSURE
    assert wechat.paths().count(SEND) == 1


@pytest.mark.parametrize(
    ("status", "then"),
    [(500, Then.AGAIN), (503, Then.AGAIN), (429, Then.AGAIN), (403, Then.REFUSED), (404, Then.REFUSED)],
)
def test_other_answers_of_http_are_not_deliveries(api: Api, wechat: WeChat, status: int, then: Then) -> None:
    wechat.answers[SEND] = [raw(b'{"errcode": 0}', status)]
    error = failure(lambda: api.send_text(OPENID, "1"))
    assert error.then is then
    assert str(status) in str(error)


def test_a_redirect_does_not_get_the_token(api: Api, wechat: WeChat) -> None:
    wechat.answers[SEND] = [raw(b"", 307, location=f"{wechat.url}/elsewhere")]
    assert failure(lambda: api.send_text(OPENID, "1")).then is Then.REFUSED
    assert wechat.paths() == [TOKEN, SEND]


@pytest.mark.parametrize("answer", [silence, hang_up, raw(b"<html>"), raw(b"", 502), says(access_token="")])
def test_without_a_token_nothing_was_sent(account: Account, wechat: WeChat, answer: Answer) -> None:
    wechat.answers[TOKEN] = [answer]
    api = Api(account, InMemory(), HASTE)
    assert failure(lambda: api.send_text(OPENID, "1")).then is Then.AGAIN
    assert wechat.paths() == [TOKEN]


@pytest.mark.parametrize("code", [40001, 40013, 40125])
def test_a_wrong_account_is_asked_for_once(api: Api, wechat: WeChat, code: int) -> None:
    wechat.answers[TOKEN] = [says(errcode=code)]
    error = failure(lambda: api.send_text(OPENID, "1"))
    assert (error.code, error.then) == (code, Then.REFUSED)
    assert wechat.paths() == [TOKEN]


def test_where_nobody_listens_nothing_was_sent(account: Account) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    shelf = holding_a_token()
    error = failure(lambda: Api(replace(account, api_base=closed), shelf).send_text(OPENID, "1"))
    assert (error.code, error.then) == (None, Then.AGAIN)


def test_where_no_encryption_comes_about_nothing_was_sent(account: Account, wechat: WeChat) -> None:
    shelf = holding_a_token()
    base = wechat.url.replace("http:", "https:")
    assert (
        failure(lambda: Api(replace(account, api_base=base), shelf).send_text(OPENID, "1")).then is Then.AGAIN
    )
    assert wechat.asked == []


def test_no_proxy_of_the_environment_is_used(
    api: Api, wechat: WeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    api.send_text(OPENID, "1")
    assert wechat.paths() == [TOKEN, SEND]


def test_a_picture_of_a_message_is_fetched(api: Api, wechat: WeChat) -> None:
    wechat.answers["media/get"] = [image(JPEG)]
    assert api.picture("media & 1") == JPEG
    assert wechat.of("media/get")[0].query == {"access_token": ["TOKEN-1"], "media_id": ["media & 1"]}


def test_a_refused_token_is_renewed_for_a_picture_too(api: Api, wechat: WeChat) -> None:
    wechat.answers["media/get"] = [says(errcode=42001), image(JPEG)]
    assert api.picture("1") == JPEG


@pytest.mark.parametrize("type", ["application/json", "text/plain", "image/jpeg"])
def test_an_error_in_the_place_of_a_picture_is_an_error(api: Api, wechat: WeChat, type: str) -> None:
    wechat.answers["media/get"] = [raw(b'{"errcode":40007,"errmsg":"invalid"}', type=type)]
    error = failure(lambda: api.picture("1"))
    assert (error.code, error.then) == (40007, Then.REFUSED)


@pytest.mark.parametrize(
    ("body", "type"),
    [(JPEG, "video/mp4"), (b"<html>", "text/html"), (b"", "image/png"), (b"{}", "application/json")],
)
def test_what_is_no_picture_is_refused(api: Api, wechat: WeChat, body: bytes, type: str) -> None:
    wechat.answers["media/get"] = [raw(body, type=type)]
    assert failure(lambda: api.picture("1")).then is Then.REFUSED


@pytest.mark.parametrize(("size", "taken"), [(10 * 1024 * 1024, True), (10 * 1024 * 1024 + 1, False)])
def test_a_picture_has_at_most_ten_mebibytes(api: Api, wechat: WeChat, size: int, taken: bool) -> None:
    wechat.answers["media/get"] = [image(bytes(size))]
    if taken:
        assert len(api.picture("1")) == size
    else:
        assert "10 MiB" in str(failure(lambda: api.picture("1")))


@pytest.mark.parametrize("broken", [silence, hang_up, half_an_answer, raw(b"", 500)])
def test_a_picture_that_does_not_come_may_be_asked_for_again(
    hasty: Api, wechat: WeChat, broken: Answer
) -> None:
    wechat.answers["media/get"] = [broken]
    assert failure(lambda: hasty.picture("1")).then is Then.AGAIN


def test_a_picture_at_an_address_is_fetched_without_the_token(api: Api, wechat: WeChat) -> None:
    wechat.answers["/mmbiz/1"] = [image(JPEG)]
    assert api.picture_at(f"{wechat.url}/mmbiz/1?wx_fmt=jpeg") == JPEG
    assert wechat.asked == [Asked("/mmbiz/1", {"wx_fmt": ["jpeg"]}, b"")]


def test_a_picture_may_have_moved_within_wechat(api: Api, wechat: WeChat) -> None:
    wechat.answers["/1"] = [raw(b"", 301, location=f"{wechat.url}/2")]
    wechat.answers["/2"] = [image(JPEG)]
    assert api.picture_at(f"{wechat.url}/1") == JPEG


@pytest.mark.parametrize("there", ["http://127.0.0.1:9/", "/1", "http://[", ""])
def test_a_picture_that_moves_elsewhere_or_in_circles_is_refused(
    api: Api, wechat: WeChat, there: str
) -> None:
    there = there.replace("/1", f"{wechat.url}/1")
    wechat.answers["/1"] = [raw(b"", 302, location=there)]
    assert failure(lambda: api.picture_at(f"{wechat.url}/1")).then is Then.REFUSED
    assert len(wechat.asked) == (3 if there == f"{wechat.url}/1" else 1)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/1", "http://127.0.0.1/1", "http://169.254.169.254/1", "file:///etc/passwd", "", "1",
        "ftp://mmbiz.qpic.cn/1", "https://evilqpic.cn/1", "https://mmbiz.qpic.cn.example.com/1",
        "https://mmbiz.qpic.cn@127.0.0.1/1", "https://127.0.0.1\\@mmbiz.qpic.cn/1", "https://mmbiz.qpic.cn:22/1",
        "https://x@mmbiz.qpic.cn/1", "https://mmbiz.qpic.cn\n.example.com/1", " https://mmbiz.qpic.cn/1",
        "https://api.weixin.qq.com/cgi-bin/1", "https://a..qpic.cn/1", "https://.qpic.cn/1", "https://mmbiz.qpic.cn\n",
    ],
)  # fmt: skip
def test_only_wechats_addresses_are_asked_for_a_picture(
    api: Api, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.wechat.api.alone", forbidden)
    assert failure(lambda: api.picture_at(url)).then is Then.REFUSED


@pytest.mark.parametrize(
    "url",
    [
        "http://mmbiz.qpic.cn/1", "https://mmbiz.qpic.cn:443/1?a=b", "HTTPS://WX.QLOGO.CN/1",
        "https://a.b.qpic.cn?1", "https://mmbiz.qpic.cn",
    ],
)  # fmt: skip
def test_wechats_addresses_are_asked_for_a_picture(
    api: Api, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.wechat.api.alone", forbidden)
    with pytest.raises(AssertionError, match="asked"):
        api.picture_at(url)


def test_wechats_own_api_is_no_place_of_pictures(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.wechat.api.alone", forbidden)
    api = Api(replace(account, api_base="https://api.weixin.qq.com"), InMemory())
    assert failure(lambda: api.picture_at("https://api.weixin.qq.com/1")).then is Then.REFUSED


def forbidden(method: str, url: str, **_: object) -> None:
    raise AssertionError(f"asked {method} {url}")


def test_the_menu_is_made_as_it_is_written(api: Api, wechat: WeChat) -> None:
    wechat.answers["menu/create"] = [says(errcode=0)]
    menu = {"button": [{"type": "click", "name": "人工服务", "key": "staff"}]}
    api.create_menu(menu)
    made = wechat.of("menu/create")[0]
    assert made.json == menu
    assert "人工服务".encode() in made.body


def test_the_present_menu_is_told(api: Api, wechat: WeChat) -> None:
    wechat.answers["menu/get"] = [
        says(menu={"button": []}),
        says(errcode=46003),
        says(other=1),
        says(errcode=-1),
    ]
    assert api.menu() == {"button": []}
    assert api.menu() is None
    assert failure(api.menu).then is Then.AGAIN
    assert failure(api.menu).code == -1


def test_the_addresses_of_callbacks_are_told(api: Api, wechat: WeChat) -> None:
    wechat.answers["getcallbackip"] = [says(ip_list=["203.0.113.7", "203.0.113.0/24"]), says(ip_list=1)]
    assert api.callback_addresses() == ["203.0.113.7", "203.0.113.0/24"]
    assert failure(api.callback_addresses).then is Then.AGAIN


@pytest.mark.parametrize("broken", [silence, hang_up, raw(b"<html>"), raw(b"{}")])
def test_only_a_message_is_ever_unsure(hasty: Api, wechat: WeChat, broken: Answer) -> None:
    wechat.answers["menu/create"] = [broken]
    assert failure(lambda: hasty.create_menu({"button": []})).then is Then.AGAIN
