"""The public HTTP contract, against the whole service."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

FEE = "How much does it cost?"
VALIDITY = "How long is the certificate valid?"
REPLY_KEYS = {
    "id",
    "in_reply_to",
    "text",
    "language",
    "outcome",
    "citations",
    "actions",
    "case",
    "author",
    "ai_generated",
}
CITATION_KEYS = {"n", "document", "title", "section", "quote", "url"}
STREAM = {"Accept": "text/event-stream"}


@dataclass
class Talk:
    """One customer's conversation."""

    client: httpx.Client
    id: str
    token: str
    greeting: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.id}/messages"

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, body: Any, **headers: str) -> httpx.Response:
        return self.client.post(self.path, json=body, headers=self.key | headers)

    def send(self, id: str, text: str) -> dict[str, Any]:
        response = self.post({"client_message_id": id, "text": text})
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json()
        return reply

    def stream(self, id: str, text: str) -> list[tuple[str, Any]]:
        response = self.post({"client_message_id": id, "text": text}, **STREAM)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].startswith("text/event-stream")
        return list(events(response.text))

    def read(self, after: int | str = 0) -> list[dict[str, Any]]:
        response = self.client.get(self.path, params={"after": after}, headers=self.key)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()["messages"]
        return found


def events(body: str) -> Iterator[tuple[str, Any]]:
    for block in re.split(r"\r?\n\r?\n", body):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            yield fields["event"], json.loads(fields["data"])


def open_talk(client: httpx.Client, **body: str) -> Talk:
    response = client.post("/api/conversations", json=body)
    assert response.status_code == 201, response.text
    return Talk(client, **response.json())


@pytest.fixture(scope="module")
def client(server_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server_url, timeout=60, trust_env=False) as opened:
        yield opened


@pytest.fixture
def talk(client: httpx.Client) -> Talk:
    return open_talk(client, locale="en")


def assert_problem(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"]
    assert body["detail"]
    assert body["type"] == "about:blank"


class TestOpening:
    @pytest.mark.parametrize(
        ("locale", "language"), [("zh-CN", "zh"), ("en-GB", "en"), ("fr", "en"), ("", "en")]
    )
    def test_a_conversation_has_an_id_a_token_and_a_greeting(
        self, client: httpx.Client, locale: str, language: str
    ) -> None:
        response = client.post(
            "/api/conversations", json={"locale": locale, "page_url": "https://example.org/"}
        )
        assert response.status_code == 201
        assert response.headers["cache-control"] == "no-store"
        opened = response.json()
        assert set(opened) == {"id", "token", "greeting"}
        greeting = opened["greeting"]
        assert set(greeting) == REPLY_KEYS
        assert (greeting["language"], greeting["outcome"], greeting["in_reply_to"]) == (
            language,
            "smalltalk",
            None,
        )
        assert greeting["actions"]
        assert greeting["ai_generated"] is True

    def test_the_body_may_be_left_out_and_the_browser_tells_the_language(self, client: httpx.Client) -> None:
        response = client.post(
            "/api/conversations", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8,de;q=0.7"}
        )
        assert response.status_code == 201
        assert response.json()["greeting"]["language"] == "zh"

    def test_every_conversation_is_another(self, client: httpx.Client) -> None:
        first, second = open_talk(client), open_talk(client)
        assert first.id != second.id
        assert first.token != second.token

    @pytest.mark.parametrize(
        "body", [{"locale": "x" * 36}, {"page_url": "x" * 2001}, {"locale": 5}, [], "zh", 7], ids=repr
    )
    def test_a_wrong_body_is_refused(self, client: httpx.Client, body: Any) -> None:
        assert_problem(client.post("/api/conversations", json=body), 422, "invalid_request")

    def test_unreadable_characters_in_its_fields_do_no_harm(self, client: httpx.Client) -> None:
        response = client.post(
            "/api/conversations", json={"locale": "zh\x00", "page_url": "https://e.org/\x00\u202e"}
        )
        assert response.status_code == 201
        assert response.json()["greeting"]["language"] == "zh"


class TestReply:
    def test_a_question_gets_a_reply_with_its_sources(self, talk: Talk) -> None:
        reply = talk.send("a", VALIDITY)
        assert set(reply) == REPLY_KEYS
        assert (reply["outcome"], reply["language"], reply["case"]) == ("answered", "en", None)
        assert "3 years" in reply["text"]
        assert reply["author"]["kind"] == "bot"
        assert reply["ai_generated"] is True
        assert [citation["n"] for citation in reply["citations"]] == [1]
        assert all(
            set(citation) == CITATION_KEYS and all(citation.values()) for citation in reply["citations"]
        )
        assert all(set(action) == {"label", "send"} and all(action.values()) for action in reply["actions"])

    def test_a_reply_is_never_kept_by_caches(self, talk: Talk) -> None:
        for headers in ({}, STREAM):
            response = talk.post({"client_message_id": f"a{len(headers)}", "text": "hi"}, **headers)
            assert response.headers["cache-control"].startswith("no-store")
        assert talk.client.get(talk.path, headers=talk.key).headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        "text",
        [VALIDITY, "证书有效期多久？要多少钱？", "Which documents do we need?", "需要哪些材料？", "hi"],
    )
    def test_a_stream_ends_with_the_reply_that_its_sentences_spell(self, talk: Talk, text: str) -> None:
        *sentences, (last, reply) = talk.stream("a", text)
        assert last == "reply"
        assert set(reply) == REPLY_KEYS
        assert {name for name, _ in sentences} == {"sentence"}
        assert "".join(data["text"] for _, data in sentences) == reply["text"]

    def test_the_messages_can_be_read_from_any_number_on(self, talk: Talk) -> None:
        first = talk.send("a", VALIDITY)
        second = talk.send("b", "and how much does it cost?")
        everything = talk.read()
        assert [message["seq"] for message in everything] == [1, 2, 3, 4, 5]
        assert [message["reply"] for message in everything] == [talk.greeting, None, first, None, second]
        assert [message["text"] for message in everything][1::2] == [VALIDITY, "and how much does it cost?"]
        assert [message["author"]["kind"] for message in everything] == [
            "bot",
            "customer",
            "bot",
            "customer",
            "bot",
        ]
        assert everything[1]["id"] == first["in_reply_to"]
        assert talk.read(after=3) == everything[3:]
        assert talk.read(after=5) == []

    @pytest.mark.parametrize("after", ["x", "1.5", "-1", "99999999999999999999999"])
    def test_a_number_that_is_none_is_refused(self, talk: Talk, after: str) -> None:
        response = talk.client.get(talk.path, params={"after": after}, headers=talk.key)
        assert_problem(response, 422, "invalid_request")

    def test_the_token_may_be_announced_in_any_case(self, talk: Talk) -> None:
        response = talk.client.get(talk.path, headers={"Authorization": f"bEARER  {talk.token}"})
        assert response.status_code == 200


class TestOnce:
    def test_same_message_id_gets_the_same_reply(self, talk: Talk) -> None:
        first = talk.send("a", FEE)
        assert talk.send("a", FEE) == first
        assert talk.send("a", "something else") == first
        assert len(talk.read()) == 3

    def test_same_message_id_sent_at_once_gets_one_reply(self, talk: Talk) -> None:
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda _: talk.send("a", FEE), range(8)))
        assert all(reply == replies[0] for reply in replies)
        assert len(talk.read()) == 3

    def test_a_stream_and_json_of_one_message_bring_the_same_reply(self, talk: Talk) -> None:
        streamed = talk.stream("a", FEE)
        assert talk.send("a", FEE) == streamed[-1][1]
        assert talk.stream("a", FEE) == streamed

    def test_the_same_words_with_another_id_are_another_message(self, talk: Talk) -> None:
        assert talk.send("a", FEE)["id"] != talk.send("b", FEE)["id"]

    def test_the_same_id_in_another_conversation_is_another_message(self, client: httpx.Client) -> None:
        first, second = open_talk(client), open_talk(client)
        assert first.send("a", FEE)["id"] != second.send("a", FEE)["id"]
        assert len(second.read()) == 3

    def test_a_client_that_leaves_finds_its_answer_later(self, talk: Talk) -> None:
        body = {"client_message_id": "a", "text": FEE}
        with talk.client.stream("POST", talk.path, json=body, headers=talk.key | STREAM) as response:
            assert response.status_code == 200
        stuck = time.monotonic() + 30
        while len(found := talk.read()) == 1 and time.monotonic() < stuck:
            time.sleep(0.01)
        assert [message["text"] for message in found][1:2] == [FEE]
        assert talk.send("a", FEE) == found[2]["reply"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"{", 400, "invalid_json"),
            (b"not json", 400, "invalid_json"),
            (b"", 422, "invalid_request"),
            (b"null", 422, "invalid_request"),
            (b"[]", 422, "invalid_request"),
            (b'{"text": "hi"}', 422, "invalid_request"),
            (b'{"client_message_id": "a"}', 422, "invalid_request"),
            (b'{"client_message_id": "", "text": "hi"}', 422, "invalid_request"),
            (b'{"client_message_id": 5, "text": "hi"}', 422, "invalid_request"),
            (b'{"client_message_id": "a", "text": null}', 422, "invalid_request"),
            (b'{"client_message_id": "a", "text": ["hi"]}', 422, "invalid_request"),
            (b'{"client_message_id": "%s", "text": "hi"}' % (b"x" * 101), 422, "invalid_request"),
            (b'{"client_message_id": "\\u0000", "text": "hi"}', 400, "invalid_message"),
            (b'{"client_message_id": "\\ud800", "text": "hi"}', 422, "invalid_request"),
            (b'{"client_message_id": "a", "text": ""}', 400, "invalid_message"),
            (b'{"client_message_id": "a", "text": " \\n\\t\\u3000"}', 400, "invalid_message"),
            (b'{"client_message_id": "a", "text": "\\u0000\\u0001\\u001b"}', 400, "invalid_message"),
            (json.dumps({"client_message_id": "a", "text": "x" * 4001}).encode(), 413, "message_too_long"),
            (json.dumps({"client_message_id": "a", "text": "x" * 100_000}).encode(), 413, "message_too_long"),
            (
                json.dumps({"client_message_id": "a", "text": "x" * 1_000_000}).encode(),
                413,
                "message_too_long",
            ),
        ],
        ids=lambda value: repr(value)[:60],
    )
    @pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
    def test_a_body_that_cannot_be_answered_is_refused_and_not_stored(
        self, talk: Talk, body: bytes, status: int, code: str, accept: str
    ) -> None:
        headers = talk.key | {"Content-Type": "application/json", "Accept": accept}
        assert_problem(talk.client.post(talk.path, content=body, headers=headers), status, code)
        assert len(talk.read()) == 1

    @pytest.mark.parametrize(
        "body",
        [b"\xff\xfe", b"[" * 60_000, b'{"client_message_id": 1e999}'],
        ids=lambda body: repr(body)[:20],
    )
    def test_a_hostile_body_is_the_senders_mistake(self, talk: Talk, body: bytes) -> None:
        response = talk.client.post(
            talk.path, content=body, headers=talk.key | {"Content-Type": "application/json"}
        )
        assert response.status_code in {400, 422}
        assert response.json()["code"]

    def test_a_long_body_without_a_declared_length_is_refused(self, talk: Talk) -> None:
        response = talk.client.post(
            talk.path,
            content=(b"x" * 1000 for _ in range(1000)),
            headers=talk.key | {"Content-Type": "application/json"},
        )
        assert_problem(response, 413, "message_too_long")

    def test_a_short_body_without_a_declared_length_is_answered(self, talk: Talk) -> None:
        body = json.dumps({"client_message_id": "a", "text": VALIDITY}).encode()
        response = talk.client.post(
            talk.path,
            content=iter([body[:10], body[10:]]),
            headers=talk.key | {"Content-Type": "application/json"},
        )
        assert response.status_code == 200
        assert "3 years" in response.json()["text"]

    @pytest.mark.parametrize(
        "text", ["x" * 4000, "长" * 4000, "😀" * 4000, "\\" * 4000], ids=lambda text: text[:1]
    )
    def test_the_longest_message_is_answered(self, talk: Talk, text: str) -> None:
        assert talk.send("a", text)["text"]

    @pytest.mark.parametrize(
        "header", [None, "", "Bearer", "Bearer wrong", "Basic dXNlcjpwYXNz", "wrong", "Bearer \xe9"]
    )
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_token_that_does_not_fit_opens_nothing(
        self, talk: Talk, method: str, header: str | None
    ) -> None:
        headers = httpx.Headers({} if header is None else {"Authorization": header}, encoding="latin-1")
        body = {"client_message_id": "a", "text": "hi"} if method == "POST" else None
        response = talk.client.request(method, talk.path, json=body, headers=headers)
        assert_problem(response, 401, "unauthorized")
        assert response.headers["www-authenticate"] == "Bearer"

    def test_another_conversations_token_opens_nothing(self, client: httpx.Client, talk: Talk) -> None:
        stranger = open_talk(client)
        assert_problem(client.get(talk.path, headers=stranger.key), 401, "unauthorized")

    @pytest.mark.parametrize(
        "id", ["cnv_unknown", "x" * 3000, "%00", "%F0%9F%98%80", "'; drop table messages"]
    )
    def test_a_conversation_that_does_not_exist_is_not_found(self, talk: Talk, id: str) -> None:
        response = talk.client.get(f"/api/conversations/{id}/messages", headers=talk.key)
        assert_problem(response, 404, "not_found")

    @pytest.mark.parametrize(
        "path", ["/api", "/api/conversations/a/b/c", "/nothing", "/docs", "/openapi", "/static/no.js"]
    )
    def test_a_path_that_does_not_exist_is_not_found(self, client: httpx.Client, path: str) -> None:
        assert_problem(client.get(path), 404, "not_found")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/api/conversations"),
            ("DELETE", "/api/conversations/a/messages"),
            ("POST", "/healthz"),
            ("PUT", "/"),
        ],
    )
    def test_a_wrong_method_is_told_the_right_ones(
        self, client: httpx.Client, method: str, path: str
    ) -> None:
        response = client.request(method, path)
        assert_problem(response, 405, "method_not_allowed")
        assert response.headers["allow"]


class TestOddTexts:
    @pytest.mark.parametrize(
        "escaped",
        [
            r'{"client_message_id": "a", "text": "\ud83e\udd14\ud83e\udd14"}',
            r'{"client_message_id": "a", "text": "\ud800"}',
            r'{"client_message_id": "a", "text": "\udfff\ud800"}',
            r'{"client_message_id": "a", "text": "?!..."}',
            r'{"client_message_id": "a", "text": "\u3002\u3002\uff1f"}',
            r'{"client_message_id": "a", "text": "\u200b\u202e"}',
            r'{"client_message_id": "a\u0000b", "text": "?\u0000?"}',
        ],
    )
    def test_what_nobody_can_read_is_asked_back(self, talk: Talk, escaped: str) -> None:
        headers = talk.key | {"Content-Type": "application/json"}
        response = talk.client.post(talk.path, content=escaped.encode(), headers=headers)
        assert response.status_code == 200, response.text
        assert response.json()["outcome"] == "clarify"
        assert response.json()["actions"]
        assert (
            talk.client.post(talk.path, content=escaped.encode(), headers=headers).json() == response.json()
        )
        assert len(talk.read()) == 3

    @pytest.mark.parametrize(
        "text",
        [
            "كم تكلفة الشهادة؟",
            "כמה זה עולה?",
            "\u202eHow much does it cost?",
            "n\u0303o\u0301\u0302" * 50,
            "<script>alert(1)</script>",
        ],
    )
    def test_any_script_is_answered_and_kept_as_it_was_written(self, talk: Talk, text: str) -> None:
        assert talk.send("a", text)["text"]
        assert talk.read()[1]["text"] == text

    def test_nul_within_a_question_is_left_out(self, talk: Talk) -> None:
        assert "3 years" in talk.send("a\x00", VALIDITY.replace(" ", " \x00"))["text"]
        assert talk.read()[1]["text"] == VALIDITY


class TestPages:
    def test_the_service_says_that_it_lives_and_is_ready(self, client: httpx.Client) -> None:
        assert client.get("/healthz").json() == {"status": "ok"}
        ready = client.get("/readyz").json()
        assert ready["status"] == "ready"
        assert ready["index"]

    @pytest.mark.parametrize(
        "text", [VALIDITY, "Which documents do we need?", "证书有效期多久？", "需要哪些材料？"]
    )
    def test_a_citation_leads_to_its_quote(self, talk: Talk, text: str) -> None:
        for citation in talk.send("a", text)["citations"]:
            response = talk.client.get(citation["url"])
            assert response.status_code == 200
            shown = _section(response.text, urlsplit(citation["url"]).fragment)
            assert citation["section"] in shown
            assert _words(citation["quote"]) in _words(shown)

    @pytest.mark.parametrize(
        "path", ["/sources/iso-20000/nothing", "/sources/nothing/faq", "/sources/company/declines"]
    )
    def test_a_source_that_does_not_exist_is_not_found(self, client: httpx.Client, path: str) -> None:
        assert_problem(client.get(path), 404, "not_found")

    @pytest.mark.parametrize("path", ["/", "/widget/frame", "/sources/iso-20000/faq"])
    def test_pages_load_nothing_from_elsewhere(self, client: httpx.Client, path: str) -> None:
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors" in headers["content-security-policy"]


class _Section(HTMLParser):
    """The text of the section with an id."""

    def __init__(self, id: str) -> None:
        super().__init__()
        self._id = id
        self._inside = False
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self._inside = dict(attrs).get("id") == self._id

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "section"

    def handle_data(self, data: str) -> None:
        self.text += data if self._inside else ""


def _section(html: str, id: str) -> str:
    parser = _Section(id)
    parser.feed(html)
    return parser.text


def _words(text: str) -> str:
    """Without white space and the numbers of a list, which the browser draws."""
    return re.sub(r"\s+", "", re.sub(r"(?m)^\d+\. ", "", text))
