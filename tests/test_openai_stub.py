import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import openai_stub
import openai_wire
from openai_stub import Call, Cut, Fail, Garbage, Hang, Reply, Say, Stub, answering, stubbed

_STUCK = 10  # seconds after which a test that waits for what never comes fails
_PROMPT = """\
<passages>
<passage n="1" title="How much does it <really> cost?">
{}
</passage>
<passage n="2" title="Fees">
Not this one.
</passage>
</passages>

{}"""


@pytest.fixture(scope="module")
def shared() -> Iterator[Stub]:
    with stubbed() as stub:
        yield stub


@pytest.fixture
def stub(shared: Stub) -> Stub:
    until(lambda: shared.now == 0)
    shared.requests.clear()
    shared.most = 0
    return shared


def ask(stub: Stub, text: str = "Hi", **more: Any) -> httpx.Response:
    body = {"model": "m", "messages": [{"role": "user", "content": text}], **more}
    return httpx.post(f"{stub.url}/chat/completions", json=body, timeout=_STUCK)


def events(answer: httpx.Response) -> list[Any]:
    """The chunks of a stream that has come to its proper end."""
    *chunks, done, rest = answer.text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    return [json.loads(chunk.removeprefix("data: ")) for chunk in chunks]


def deltas(answer: httpx.Response) -> list[Any]:
    return [event["choices"][0]["delta"] for event in events(answer) if event["choices"]]


def said(stub: Stub, text: str) -> str:
    return str(ask(stub, text).json()["choices"][0]["message"]["content"])


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + _STUCK
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_a_stream_brings_the_text_in_pieces_of_about_a_token(stub: Stub) -> None:
    text = "Certification takes 3-6 months [1].\n认证通常需要三到六个月[1]。 "
    stub.will(Say(text))
    answer = ask(stub, stream=True)
    first, *pieces, last = deltas(answer)
    assert first == {"role": "assistant", "content": ""}
    assert "".join(piece["content"] for piece in pieces) == text
    assert max(len(piece["content"].strip()) for piece in pieces) <= 6
    assert len(pieces) > 20
    assert last == {}
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_every_chunk_of_a_stream_has_its_shape(stub: Stub) -> None:
    stub.will(Say("Hello there."))
    chunks = events(ask(stub, stream=True))
    assert {(chunk["object"], chunk["model"]) for chunk in chunks} == {("chat.completion.chunk", "m")}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert not any("usage" in chunk for chunk in chunks)


def test_a_reply_may_end_for_another_reason_and_in_other_pieces(stub: Stub) -> None:
    stub.will(Say("abcdefg", pieces=3, finish="length"))
    chunks = events(ask(stub, stream=True))
    assert [chunk["choices"][0]["delta"].get("content") for chunk in chunks[1:-1]] == ["abc", "def", "g"]
    assert chunks[-1]["choices"][0]["finish_reason"] == "length"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.none() | st.integers(1, 60))
def test_pieces_put_together_are_the_text(text: str, count: int | None) -> None:
    pieces = openai_wire.pieces(text, count)
    assert "".join(pieces) == text
    assert count is None or len(pieces) <= count


def test_usage_comes_last_in_a_stream_that_asks_for_it(stub: Stub) -> None:
    stub.will(Say("Hello there."))
    *chunks, last = events(ask(stub, stream=True, stream_options={"include_usage": True}))
    assert last["choices"] == []
    assert last["usage"]["completion_tokens"] == len("Hello| there|.".split("|"))
    assert last["usage"]["total_tokens"] == last["usage"]["prompt_tokens"] + 3
    assert all(chunk["usage"] is None for chunk in chunks)


def test_without_a_stream_the_completion_comes_whole(stub: Stub) -> None:
    stub.will(Say("Hello there."))
    completion = ask(stub).json()
    assert completion["object"] == "chat.completion"
    message = {"role": "assistant", "content": "Hello there.", "refusal": None}
    assert completion["choices"][0]["message"] == message
    assert completion["choices"][0]["finish_reason"] == "stop"
    assert completion["usage"]["completion_tokens"] == 3


def test_a_reply_is_spread_evenly_over_its_seconds() -> None:
    spread = Say("one two three", seconds=6)
    streamed = openai_wire.Wire({"stream": True}, 0, 1).whole(spread)
    assert [at for at, _ in streamed] == [0, 2, 4, 6, 6]
    assert [at for at, _ in openai_wire.Wire({}, 0, 1).whole(spread)] == [6]


def test_the_end_of_a_reply_waits_until_it_is_let_go(stub: Stub) -> None:
    goes_on = threading.Event()
    stub.will(Say("Hello.", held=goes_on))
    body = {"messages": [], "stream": True}
    with httpx.stream("POST", f"{stub.url}/chat/completions", json=body, timeout=_STUCK) as answer:
        lines = answer.iter_lines()
        assert any('"content": "."' in line for line in lines)
        assert stub.now == 1
        goes_on.set()
        assert any(line == "data: [DONE]" for line in lines)


def test_a_hanging_reply_may_murmur_until_it_breaks_off() -> None:
    script = openai_wire.scripted(Hang("Hi", 0.2, murmurs=True), openai_wire.Wire({"stream": True}, 0, 1))
    assert [part for _, part in script.parts[-4:]] == [b": still here\n\n"] * 3 + [b""]
    assert not script.whole


def test_calls_are_put_together_from_their_deltas_by_index(stub: Stub) -> None:
    wanted = [("case_status", '{"reference": "CD-2026-000001"}'), ("hand_over", '{"reason": "pri')]
    stub.will(Call(("case_status", {"reference": "CD-2026-000001"}), wanted[1], text="One moment."))
    answer = ask(stub, stream=True)
    parts = [delta["tool_calls"][0] for delta in deltas(answer) if "tool_calls" in delta]
    for index, (name, arguments) in enumerate(wanted):
        first, *more = [part for part in parts if part["index"] == index]
        assert first["id"]
        assert (first["type"], first["function"]) == ("function", {"name": name, "arguments": ""})
        assert len(more) > 2
        assert all(part.keys() == {"index", "function"} for part in more)
        assert "".join(part["function"]["arguments"] for part in more) == arguments
    assert parts[0]["id"] != parts[-1].get("id")
    assert "".join(delta.get("content") or "" for delta in deltas(answer)) == "One moment."
    assert events(answer)[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_calls_come_whole_without_a_stream(stub: Stub) -> None:
    stub.will(Call(("find", {"question": "费用"}), ("find", "{")))
    choice = ask(stub).json()["choices"][0]
    first, second = choice["message"]["tool_calls"]
    assert json.loads(first["function"]["arguments"]) == {"question": "费用"}
    assert second["function"] == {"name": "find", "arguments": "{"}
    assert first["id"] != second["id"]
    assert (choice["message"]["content"], choice["finish_reason"]) == (None, "tool_calls")


@pytest.mark.parametrize("stream", [True, False])
def test_a_failure_has_its_status_headers_and_error(stub: Stub, stream: bool) -> None:
    stub.will(Fail(429, {"Retry-After": "7"}, "Slow down."), Fail(401), Fail(500))
    limited, unauthorized, broken = (ask(stub, stream=stream) for _ in range(3))
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    assert limited.json()["error"]["message"] == "Slow down."
    assert (unauthorized.status_code, unauthorized.json()["error"]["code"]) == (401, "invalid_api_key")
    assert (broken.status_code, broken.json()["error"]["type"]) == (500, "server_error")


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("text", ["", "Hello"])
def test_a_hanging_reply_is_left_when_the_client_goes(stub: Stub, text: str, stream: bool) -> None:
    stub.will(Hang(text))
    body = json.dumps({"messages": [], "stream": stream}).encode()
    url = httpx.URL(stub.url)
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: stub\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((url.host, url.port or 0), timeout=_STUCK) as client:
        client.sendall(head.encode() + body)
        until(lambda: stub.now == 1)
        read = b""
        while text.encode() not in read:
            read += client.recv(1000)
        assert stub.now == 1
    until(lambda: stub.now == 0)


def test_many_are_served_at_once_and_none_keeps_the_stub_from_closing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with ThreadPoolExecutor(12) as threads:
        with stubbed(lambda received: Hang("The fee")) as stub:
            asked = [threads.submit(ask, stub, stream=bool(number % 2)) for number in range(12)]
            until(lambda: stub.now == 12)
            stub.will(Say("Hello."))
            assert said(stub, "Hi") == "Hello."
            assert stub.most == 13
        for each in asked:
            assert isinstance(each.exception(_STUCK), httpx.RemoteProtocolError)
    assert "graceful shutdown exceeded" not in caplog.text


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("reply", [Cut("The fee is"), Hang("The fee is", seconds=0)], ids=["cut", "hung up"])
def test_a_cut_reply_brings_its_text_and_breaks_off(stub: Stub, reply: Reply, stream: bool) -> None:
    stub.will(reply)
    body = {"messages": [], "stream": stream}
    read: list[bytes] = []
    with httpx.stream("POST", f"{stub.url}/chat/completions", json=body) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            read.extend(answer.iter_bytes())
    assert b" is" in read[-1]
    assert not read[-1].endswith((b"[DONE]\n\n", b"}}"))


@pytest.mark.parametrize("stream", [True, False])
def test_garbage_comes_as_it_is(stub: Stub, stream: bool) -> None:
    stub.will(Garbage("<html>Welcome</html>"), Garbage(b"data: \xff\n\n"))
    first, second = ask(stub, stream=stream), ask(stub, stream=stream)
    assert (first.status_code, first.text) == (200, "<html>Welcome</html>")
    assert (second.status_code, second.content) == (200, b"data: \xff\n\n")


def test_replies_come_in_their_order_then_what_otherwise_makes() -> None:
    with stubbed(lambda received: Say(received.asked.upper())) as stub:
        stub.will(Say("one"), Say("two"))
        assert [said(stub, text) for text in ("a", "b", "c")] == ["one", "two", "C"]
        stub.otherwise = answering()
        assert said(stub, "c") == "I do not have that information."


def test_requests_are_kept_as_they_came(stub: Stub) -> None:
    ask(stub, "first", temperature=0)
    ask(stub, "second")
    first, second = stub.requests
    assert (first.asked, second.asked) == ("first", "second")
    assert (first.body["temperature"], first.headers["content-type"]) == (0, "application/json")


def test_the_last_message_of_the_user_is_what_is_asked(stub: Stub) -> None:
    parts = [{"type": "text", "text": "How "}, {"type": "text", "text": "long?"}]
    lines = [("user", "Hello"), ("assistant", "Hi"), ("user", parts), ("tool", "{}")]
    ask(stub, messages=[{"role": role, "content": content} for role, content in lines])
    assert stub.requests[0].asked == "How long?"


@pytest.mark.parametrize(
    ("passage", "answer"),
    [
        ("It is set. It depends on 3.5 things!\nAsk us\nNo more.", "It is set [1]. It depends on 3.5 things [1]! Ask us [1]."),
        ("It depends on:\n- people\n- “the scope.”", "It depends on [1]. people [1]. “the scope [1].”"),
        ("费用按个案确定。取决于范围：\n- 人数", "费用按个案确定[1]。取决于范围[1]。人数[1]。"),
    ],
)  # fmt: skip
def test_answers_come_from_the_first_passage_and_cite_it(stub: Stub, passage: str, answer: str) -> None:
    assert said(stub, _PROMPT.format(passage, "How much?")) == answer


def test_without_a_passage_there_is_no_information(stub: Stub) -> None:
    assert said(stub, "<passages>\n</passages>\n\nHow much?") == "I do not have that information."
    assert said(stub, "<passages>\n</passages>\n\n多少钱？") == "我没有这方面的信息。"


def test_models_are_listed_and_other_paths_are_unknown(stub: Stub) -> None:
    assert httpx.get(f"{stub.url}/models").json()["data"][0]["object"] == "model"
    unknown = httpx.post(f"{stub.url}/completions", json={})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "unknown_url")
    assert httpx.post(f"{stub.url}/chat/completions", content=b"{").status_code == 400
    assert not stub.requests


@contextmanager
def process(folder: Path, *options: str) -> Iterator[str]:
    command = [sys.executable, openai_stub.__file__, "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as running:  # noqa: S603
        assert running.stdout
        try:
            yield f"{running.stdout.readline().strip()}/chat/completions"
        finally:
            running.terminate()


def test_as_a_process_in_any_folder_it_answers_from_the_passages(tmp_path: Path) -> None:
    request = {"messages": [{"role": "user", "content": _PROMPT.format("Ask us.", "How much?")}]}
    with process(tmp_path, "--seconds", "0.1") as url:
        answer = httpx.post(url, json=request, timeout=_STUCK)
    assert answer.json()["choices"][0]["message"]["content"] == "Ask us [1]."


def test_as_a_process_it_can_hang(tmp_path: Path) -> None:
    with process(tmp_path, "--hang") as url, pytest.raises(httpx.ReadTimeout):
        httpx.post(url, json={"messages": []}, timeout=httpx.Timeout(_STUCK, read=0.1))
