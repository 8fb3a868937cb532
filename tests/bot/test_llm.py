"""An endpoint over real HTTP: what it is told, what comes of its words, and every way in which it can fail."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langsmith import utils as tracing

import openai_stub
from bot import llm
from bot.llm import OpenAICompatible
from bot.model import Call, Exchange, Failure, Heard, Line, ModelError, Prompt, Role, Tool
from openai_stub import Cut, Fail, Garbage, Hang, Say, Stub, stubbed

KEY = "sk-of-the-firm"
PROMPT = Prompt([Line(Role.SYSTEM, "Be kind."), Line(Role.CUSTOMER, "How much is it, 费用多少？")])
PATIENT = 10.0  # seconds; what is slow on a busy machine is not what is tested
IMPATIENT = 0.2
ENDLESS = (
    'data: {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": '
    '[{"index": 0, "delta": {"role": "assistant", "content": "The fee"}, "finish_reason": null}]}\n\n'
)
_STUCK = 10  # seconds after which a test that waits for what never comes fails


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


Ask = Callable[..., tuple[list[str], Heard]]


@pytest.fixture(scope="module")
def ask(shared: Stub) -> Iterator[Ask]:
    """One endpoint for most tests, since making one takes a while: it reads the certificates of the machine."""
    with asyncio.Runner() as runner:
        endpoint = an_endpoint(shared.url)
        yield lambda prompt=PROMPT: runner.run(listen(endpoint, prompt))
        runner.run(endpoint.close())


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + _STUCK
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.005)


def an_endpoint(url: str, patience: float = PATIENT, extra: Mapping[str, Any] | None = None,
                record: Path | None = None, key: str = KEY) -> OpenAICompatible:  # fmt: skip
    return OpenAICompatible("a-model", url, key, patience, extra or {}, record)


async def listen(endpoint: OpenAICompatible, prompt: Prompt = PROMPT) -> tuple[list[str], Heard]:
    """Its words, and what came beside them at the end."""
    *words, last = [piece async for piece in endpoint.stream(prompt)]
    assert isinstance(last, Heard)
    assert not any(isinstance(piece, Heard) for piece in words)
    return [str(piece) for piece in words], last


def ask_anew(url: str, prompt: Prompt = PROMPT, **how: Any) -> tuple[list[str], Heard]:
    async def asked() -> tuple[list[str], Heard]:
        endpoint = an_endpoint(url, **how)
        try:
            return await listen(endpoint, prompt)
        finally:
            await endpoint.close()

    return asyncio.run(asked())


def failing(asking: Callable[[], object]) -> ModelError:
    with pytest.raises(ModelError) as failed:
        asking()
    return failed.value


def nowhere() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


class TestWords:
    def test_they_come_in_pieces_in_their_order(self, stub: Stub, ask: Ask) -> None:
        stub.will(Say("Certification takes 3-6 months [1].\n认证需要三到六个月[1]。"))
        words, heard = ask()
        assert "".join(words) == "Certification takes 3-6 months [1].\n认证需要三到六个月[1]。"
        assert len(words) > 5
        assert heard.calls == []

    def test_they_come_while_the_model_still_speaks(self, stub: Stub) -> None:
        goes_on = threading.Event()
        stub.will(Say("The fee is not fixed.", held=goes_on))

        async def listened() -> str:
            said = ""
            endpoint = an_endpoint(stub.url)
            async for piece in endpoint.stream(PROMPT):
                said += piece if isinstance(piece, str) else "|"
                if said == "The fee is not fixed.":
                    goes_on.set()  # else the stub would never end
            await endpoint.close()
            return said

        assert asyncio.run(listened()) == "The fee is not fixed.|"

    def test_usage_is_as_the_endpoint_tells(self, stub: Stub, ask: Ask) -> None:
        stub.will(Say("Hello there."))
        _, heard = ask()
        assert (heard.usage.prompt or 0) > 0
        assert heard.usage.completion == 3

    def test_a_reply_without_a_word_is_no_failure(self, stub: Stub, ask: Ask) -> None:
        stub.will(Say(""))
        assert ask()[0] == []

    def test_a_reply_that_was_cut_short_by_its_own_limit_is_one(self, stub: Stub, ask: Ask) -> None:
        stub.will(Say("The fee depends on", finish="length"))
        assert "".join(ask()[0]) == "The fee depends on"

    @pytest.mark.parametrize("pieces", [None, 1])
    def test_a_reply_without_end_is_left_at_the_limit(self, stub: Stub, pieces: int | None) -> None:
        stub.will(Say("word " * 4000, pieces=pieces, held=threading.Event()))

        async def listened() -> str:
            endpoint = an_endpoint(stub.url)
            words, _ = await listen(endpoint)
            await asyncio.to_thread(until, lambda: stub.now == 0)
            await endpoint.close()
            return "".join(words)

        assert asyncio.run(listened()) == ("word " * 4000)[: llm._LONGEST_REPLY]

    def test_many_are_heard_at_once(self, stub: Stub) -> None:
        goes_on = threading.Event()
        stub.will(*(Say(f"Reply {n}.", held=goes_on) for n in range(20)))

        async def all_of_them() -> list[str]:
            endpoint = an_endpoint(stub.url)
            asked = [asyncio.create_task(listen(endpoint)) for _ in range(20)]
            await asyncio.to_thread(until, lambda: stub.now == 20)
            goes_on.set()
            heard = await asyncio.gather(*asked)
            await endpoint.close()
            return ["".join(words) for words, _ in heard]

        assert sorted(asyncio.run(all_of_them())) == sorted(f"Reply {n}." for n in range(20))


class TestThoughts:
    @pytest.mark.parametrize("pieces", [None, 1, 40])
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("<think>They ask for a price.</think>\n\nIt depends.", "It depends."),
            ("\n<think>\n</think>It depends.", "It depends."),
            ("<think>No price <b>here</b>", ""),
            ("<think></think>", ""),
            ("<thing> is no tag.", "<thing> is no tag."),
            ("< 5 people </think> is small.", "< 5 people </think> is small."),
            ("It says <think>x</think>.", "It says <think>x</think>."),
            ("<", "<"),
        ],
    )
    def test_what_it_says_to_itself_first_is_not_passed_on(
        self, stub: Stub, ask: Ask, text: str, said: str, pieces: int | None
    ) -> None:
        stub.will(Say(text, pieces=pieces))
        assert "".join(ask()[0]) == said

    @given(
        st.lists(st.sampled_from([*"<think>/ \na", "<think>", "</think>", "It depends."]), max_size=12),
        st.integers(1, 9),
    )
    def test_how_a_text_is_cut_makes_no_difference(self, parts: list[str], size: int) -> None:
        text = "".join(parts)
        cut = [text[start : start + size] for start in range(0, len(text), size)]
        assert aloud(cut) == aloud([text])

    @given(st.text())
    def test_a_text_without_thoughts_stays_as_it_is(self, text: str) -> None:
        assert aloud(list(f"It {text}")) == f"It {text}"


def aloud(pieces: Sequence[str]) -> str:
    async def given_out() -> AsyncIterator[str]:
        for piece in pieces:
            yield piece

    async def heard() -> str:
        return "".join([piece async for piece in llm._aloud(given_out())])

    return asyncio.run(heard())


class TestCalls:
    def test_calls_are_put_together_from_their_parts(self, stub: Stub, ask: Ask) -> None:
        details = {"company": "星辰科技 Ltd", "people_covered": "80"}
        stub.will(
            openai_stub.Call(
                ("search_knowledge", {"query": "fees"}),
                ("start_application", {"details": details}),
                text="One moment.",
            )
        )
        words, heard = ask()
        assert "".join(words) == "One moment."
        assert [(call.name, call.arguments) for call in heard.calls] == [
            ("search_knowledge", {"query": "fees"}),
            ("start_application", {"details": details}),
        ]
        assert len({call.id for call in heard.calls}) == 2

    @pytest.mark.parametrize("arguments", ['{"query": "fe', "fees", "[1]", '"fees"', "null", "7", "[" * 1500])
    def test_arguments_that_are_no_object_are_none(self, stub: Stub, ask: Ask, arguments: str) -> None:
        stub.will(openai_stub.Call(("search_knowledge", arguments), ("hand_over", {"reason": "upset"})))
        _, heard = ask()
        assert [call.arguments for call in heard.calls] == [None, {"reason": "upset"}]

    def test_a_call_without_arguments_has_none_to_tell(self, stub: Stub, ask: Ask) -> None:
        stub.will(openai_stub.Call(("application_status", "")))
        assert [call.arguments for call in ask()[1].calls] == [{}]

    def test_calls_that_share_an_index_are_told_apart_by_their_ids(self, stub: Stub, ask: Ask) -> None:
        calls = [
            {"index": 0, "id": id, "type": "function", "function": {"name": id, "arguments": "{}"}}
            for id in ("first", "second")
        ]
        stub.will(Garbage("".join(chunk({"tool_calls": [call]}) for call in calls) + chunk({}, "tool_calls")))
        assert [call.name for call in ask()[1].calls] == ["first", "second"]

    @given(st.text() | st.recursive(st.integers() | st.text(), st.lists).map(json.dumps))
    def test_wild_arguments_are_an_object_or_none(self, arguments: str) -> None:
        call = llm._call(llm._Requested("1", "hand_over", arguments))
        assert call.arguments is None or isinstance(call.arguments, dict)


def chunk(delta: Mapping[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    about = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps(about | {'choices': [choice]})}\n\n"


class TestTold:
    def test_the_endpoint_gets_the_lines_in_their_roles(self, stub: Stub, ask: Ask) -> None:
        said = [
            (Role.SYSTEM, "Be kind."),
            (Role.CUSTOMER, "Hi"),
            (Role.BOT, "您好！"),
            (Role.CUSTOMER, "Fees?"),
        ]
        ask(Prompt([Line(role, text) for role, text in said]))
        (received,) = stub.requests
        assert [(m["role"], m["content"]) for m in received.body["messages"]] == [
            ("system", "Be kind."),
            ("user", "Hi"),
            ("assistant", "您好！"),
            ("user", "Fees?"),
        ]
        assert "tools" not in received.body

    def test_the_request_is_a_stream_for_the_model_with_what_is_added(self, stub: Stub) -> None:
        ask_anew(stub.url, extra={"temperature": 0, "chat_template_kwargs": {"enable_thinking": False}})
        (received,) = stub.requests
        assert {name: value for name, value in received.body.items() if name != "messages"} == {
            "model": "a-model",
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0,
            "chat_template_kwargs": {"enable_thinking": False},
        }
        assert received.headers["authorization"] == f"Bearer {KEY}"

    def test_without_a_key_it_is_asked_all_the_same(self, stub: Stub) -> None:
        ask_anew(stub.url, key="")
        assert stub.requests[0].headers["authorization"] == "Bearer none"

    def test_tools_are_offered_as_functions(self, stub: Stub, ask: Ask) -> None:
        schema = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
        ask(Prompt(PROMPT.lines, tools=[Tool("search_knowledge", "More passages.", schema)]))
        described = {"name": "search_knowledge", "description": "More passages.", "parameters": schema}
        assert stub.requests[0].body["tools"] == [{"type": "function", "function": described}]

    def test_calls_and_their_results_follow_the_lines(self, stub: Stub, ask: Ask) -> None:
        first = Exchange(
            "", [Call("1", "find", {"query": "费用"}), Call("2", "find", None)], {"1": "Passage."}
        )
        second = Exchange("Let me look.", [Call("3", "find", {})], {"3": "None."})
        ask(Prompt(PROMPT.lines, [first, second]))
        _, _, called, *results, called_again, result = stub.requests[0].body["messages"]
        assert (called["role"], called["content"]) == ("assistant", None)
        assert [(call["id"], call["type"], call["function"]["name"]) for call in called["tool_calls"]] == [
            ("1", "function", "find"),
            ("2", "function", "find"),
        ]
        arguments = [json.loads(call["function"]["arguments"]) for call in called["tool_calls"]]
        assert arguments == [{"query": "费用"}, {}]
        assert results == [
            {"role": "tool", "tool_call_id": "1", "content": "Passage."},
            {"role": "tool", "tool_call_id": "2", "content": ""},
        ]
        assert (called_again["content"], called_again["tool_calls"][0]["id"]) == ("Let me look.", "3")
        assert result == {"role": "tool", "tool_call_id": "3", "content": "None."}

    def test_what_was_sent_can_be_recorded_a_line_each_without_the_key(
        self, stub: Stub, tmp_path: Path
    ) -> None:
        record = tmp_path / "sent.jsonl"
        ask_anew(stub.url, record=record)
        ask_anew(stub.url, Prompt([Line(Role.CUSTOMER, "one\ntwo\u2028three")]), record=record)
        lines = record.read_bytes().removesuffix(b"\n").split(b"\n")
        assert [json.loads(line) for line in lines] == [dict(received.body) for received in stub.requests]
        assert KEY.encode() not in record.read_bytes()

    def test_nothing_goes_to_a_tracing_service_though_the_environment_asks_for_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tracing, "get_env_var", lambda name, **_: "true")
        assert not tracing.tracing_is_enabled()


class TestFailures:
    @pytest.mark.parametrize(
        ("reply", "failure"),
        [
            (Fail(401), Failure.UNAUTHORIZED),
            (Fail(403), Failure.UNAUTHORIZED),
            (Fail(402), Failure.RATE_LIMITED),
            (Fail(429), Failure.RATE_LIMITED),
            (Fail(400), Failure.REFUSED),
            (Fail(404), Failure.REFUSED),
            (Fail(422), Failure.REFUSED),
            (Fail(302, {"location": "/v1/elsewhere"}), Failure.REFUSED),
            (Fail(500), Failure.SERVER_ERROR),
            (Fail(503), Failure.SERVER_ERROR),
            (
                Garbage('data: {"error": {"message": "Out of memory.", "code": 500}}\n\n'),
                Failure.SERVER_ERROR,
            ),
            (Cut(""), Failure.UNREACHABLE),
            (Cut("The fee"), Failure.CUT),
            (Garbage(ENDLESS), Failure.CUT),
            (Garbage(f"{ENDLESS}data: [DONE]\n\n"), Failure.CUT),
            (Garbage("<html>Welcome</html>"), Failure.MALFORMED),
            (Garbage('{"choices": []}'), Failure.MALFORMED),
            (Garbage(""), Failure.MALFORMED),
            (Garbage(b"data: \xff\n\n"), Failure.MALFORMED),
            (Garbage("data: {\n\n"), Failure.MALFORMED),
            (Garbage("data: []\n\n"), Failure.MALFORMED),
        ],
        ids=str,
    )
    def test_every_fault_has_its_name(
        self, stub: Stub, ask: Ask, reply: openai_stub.Reply, failure: Failure
    ) -> None:
        stub.will(reply)
        assert failing(ask).failure is failure
        assert len(stub.requests) == 1, "a customer waits, so nothing is tried again"

    @pytest.mark.parametrize(("text", "murmurs"), [("", False), ("The fee", False), ("The fee", True)])
    def test_silence_is_borne_for_a_while_only(self, stub: Stub, text: str, murmurs: bool) -> None:
        stub.will(Hang(text, _STUCK, murmurs))  # whoever waits that long meets another failure
        assert failing(lambda: ask_anew(stub.url, patience=IMPATIENT)).failure is Failure.TIMEOUT
        until(lambda: stub.now == 0)

    def test_where_nothing_listens_is_unreachable(self) -> None:
        failed = failing(lambda: ask_anew(nowhere()))
        assert (failed.failure, str(failed)) == (Failure.UNREACHABLE, "ConnectError")

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [("7", 7.0), ("1.5", 1.5), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("soon", None), ("-1", None), ("", None)],
    )  # fmt: skip
    def test_how_long_it_wants_to_be_left_alone_is_read_in_seconds(
        self, stub: Stub, ask: Ask, header: str, seconds: float | None
    ) -> None:
        stub.will(Fail(429, {"Retry-After": header}))
        assert failing(ask).retry_after == seconds

    @pytest.mark.parametrize("status", [400, 401, 429, 500])
    def test_an_error_tells_neither_the_key_nor_the_prompt_nor_what_was_answered(
        self, stub: Stub, ask: Ask, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        stub.will(Fail(status, message=f"No such key {KEY} for {PROMPT.lines[1].text}"))
        assert str(failing(ask)) == f"HTTP {status}"
        assert not any(secret in caplog.text for secret in (KEY, "No such", "How much"))

    @given(
        st.lists(
            st.sampled_from([chunk({"content": "Hi"}), chunk({}, "stop"), "data: [DONE]\n\n", ": waits\n\n"])
            | st.binary(max_size=20)
            | st.recursive(
                st.none() | st.integers() | st.text(),
                lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "choices", "delta"]), inner),
                max_leaves=5,
            ).map(lambda value: f"data: {json.dumps(value)}\n\n"),
            max_size=5,
        )
    )  # fmt: skip
    def test_whatever_it_sends_no_other_error_comes_of_it(
        self, shared: Stub, ask: Ask, parts: list[str | bytes]
    ) -> None:
        body = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
        shared.will(Garbage(body))
        with suppress(ModelError):
            words, _ = ask()
            assert set(words) <= {"Hi"}


class TestLeaving:
    def test_who_leaves_in_the_middle_frees_the_connection(self, stub: Stub) -> None:
        stub.will(Hang("The fee is not fixed."))

        async def leave() -> None:
            endpoint = an_endpoint(stub.url)
            async with aclosing(endpoint.stream(PROMPT)) as pieces:
                async for _ in pieces:
                    break
            await asyncio.to_thread(until, lambda: stub.now == 0)
            await endpoint.close()

        asyncio.run(leave())

    def test_who_is_called_off_before_the_first_word_frees_it_too(self, stub: Stub) -> None:
        stub.will(Hang())

        async def leave() -> None:
            endpoint = an_endpoint(stub.url)
            asked = asyncio.create_task(listen(endpoint))
            await asyncio.to_thread(until, lambda: stub.now == 1)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            await asyncio.to_thread(until, lambda: stub.now == 0)
            await endpoint.close()

        asyncio.run(leave())

    def test_a_closed_endpoint_asks_no_more(self, stub: Stub) -> None:
        async def closed() -> None:
            endpoint = an_endpoint(stub.url)
            await listen(endpoint)
            await endpoint.close()
            with pytest.raises(ModelError):
                await listen(endpoint)

        asyncio.run(closed())
        assert len(stub.requests) == 1
