"""The whole service with a language model behind it, over HTTP, while the model does well, badly and not at all."""

import json
import logging
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from bot.__main__ import main
from bot.answer import Answerer
from bot.grounding import Quote, check
from bot.settings import Settings
from conftest import serving
from databases import migrated_sqlite
from knowledge.language import detect
from knowledge.search import Search
from openai_stub import Call, Cut, Fail, Garbage, Hang, Received, Reply, Say, Stub, answering, stubbed

QUESTION = "How much does ISO 20000 certification cost?"
TRUE = "We have no flat fee [1]."
LIES = {"en": " It costs 4,999 yuan [1].", "zh": "费用是4999元[1]。"}
_PATIENT = 30.0  # seconds
_IMPATIENT = 0.2
_OURS = re.compile(  # figures of the form itself: places, numbering, references, links, markers
    r"\(\d of 9\)|\b\d of 9 answers|（\d/9）|\b\d in all|共\d项|^\d\. |(?<![A-Za-z])ISO(?:/IEC)? \d+|CD-\d{4}-\d{6}|https?://\S+|\[\d\]",
    re.MULTILINE,
)


class Customer:
    """Asks over HTTP, and accepts no reply that is broken off, says other than its sentences, or invents a figure."""

    def __init__(self, site: httpx.Client, locale: str = "en") -> None:
        opened = site.post("/api/conversations", json={"locale": locale}).raise_for_status().json()
        self._site = site
        self._address = f"/api/conversations/{opened['id']}/messages"
        self._headers = {"Authorization": f"Bearer {opened['token']}", "Accept": "text/event-stream"}
        self._wrote: list[str] = []

    def say(self, text: str, heard: Callable[[str], None] = lambda sentence: None) -> Any:
        """The reply; `heard` is called for each sentence as it comes."""
        self._wrote.append(text)
        body = {"client_message_id": str(len(self._wrote)), "text": text}
        sentences = []
        with self._site.stream("POST", self._address, json=body, headers=self._headers) as response:
            assert response.status_code == 200
            for kind, data in events(response):
                assert kind in {"sentence", "reply"}, data
                if kind == "sentence":
                    heard(data["text"])
                    sentences.append(data["text"])
        assert kind == "reply"
        assert "".join(sentences) == data["text"]
        self._check(data)
        return data

    def _check(self, reply: Any) -> None:
        wrote = "\n".join(self._wrote)
        quotes = [Quote(cited["n"], cited["quote"]) for cited in reply["citations"]]
        for paragraph in reply["text"].split("\n\n"):
            assert "[" not in paragraph or check(paragraph, quotes, wrote) == []
        if reply["outcome"] != "handed_off":  # there the office's hours are told
            sources = " ".join([wrote, *(quote.text for quote in quotes)])
            numbers = re.findall(r"\d+(?:[.,]\d+)*", _OURS.sub("", reply["text"]))
            assert [number for number in numbers if number not in sources] == []


def events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    kind = ""
    for line in response.iter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


def counts(site: httpx.Client, name: str) -> dict[str, int]:
    """A metric's counts by the value of its last label."""
    lines = site.get("/metrics").text
    found = re.findall(rf'^certdesk_{name}{{.*"([^"]*)"}} (\S+)$', lines, re.MULTILINE)
    return {label: int(float(count)) for label, count in found}


def more(site: httpx.Client, before: dict[str, int]) -> dict[str, int]:
    """What has been counted as fallbacks since."""
    now = counts(site, "fallbacks_total")
    return {
        reason: count - before.get(reason, 0)
        for reason, count in now.items()
        if count != before.get(reason, 0)
    }


def nowhere() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


Serve = Callable[..., httpx.Client]


@pytest.fixture
def serve(shipped_data: Path, tmp_path: Path) -> Iterator[Serve]:
    """Starts a service of one's own with a model at an address, and what other settings are given."""
    with ExitStack() as running:
        yield partial(started, running, shipped_data, tmp_path)


def started(running: ExitStack, data: Path, folder: Path, model_url: str, **settings: Any) -> httpx.Client:
    # Every case has replies of its own, so nobody is told what a model said to another.
    model = {
        "llm_model": "stub",
        "llm_base_url": model_url,
        "llm_patience": _PATIENT,
        "llm_share": 0,
        **settings,
    }
    configured = Settings(data_dir=data, database_url=migrated_sqlite(folder), rate_limits="off", **model)
    url = running.enter_context(serving(configured))
    return running.enter_context(httpx.Client(base_url=url, timeout=60))


@dataclass(frozen=True)
class Service:
    site: httpx.Client
    stub: Stub


@pytest.fixture(scope="module")
def shared(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with ExitStack() as running:
        stub = running.enter_context(stubbed())
        yield Service(started(running, shipped_data, tmp_path_factory.mktemp("with-model"), stub.url), stub)


@pytest.fixture
def service(shared: Service) -> Service:
    """A service whose model answers, and has just done so: what failed before is forgotten."""
    shared.stub.otherwise = answering()
    Customer(shared.site).say(QUESTION)
    shared.stub.requests.clear()
    return shared


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stubbed() as stub:
        yield stub


@pytest.fixture
def composed(shipped_search: Search) -> str:
    """The answer to the question without a model."""
    return Answerer(shipped_search).answer(QUESTION, [], "en").text


class TestWell:
    def test_sentences_are_heard_while_the_model_still_speaks(self, service: Service) -> None:
        goes_on = threading.Event()
        service.stub.will(Say(f"{TRUE} It is worked out for each organization [1].", held=goes_on))
        heard: list[str] = []

        def hear(sentence: str) -> None:
            heard.append(sentence)
            if len(heard) == 1:
                assert service.stub.now == 1
                goes_on.set()  # else the model would never end

        reply = Customer(service.site).say(QUESTION, hear)
        assert heard == [TRUE, " It is worked out for each organization [1]."]
        assert reply["outcome"] == "answered"

    def test_a_sentence_that_is_invented_is_not_heard_and_the_others_are(self, service: Service) -> None:
        service.stub.will(Say(f"{TRUE}{LIES['en']} Write to us."), Say("UNKNOWN"))
        assert Customer(service.site).say(QUESTION)["text"].startswith(TRUE)

    def test_a_message_may_be_answered_as_a_whole(self, service: Service) -> None:
        service.stub.will(Say(TRUE))
        opened = service.site.post("/api/conversations").json()
        answered = service.site.post(
            f"/api/conversations/{opened['id']}/messages",
            json={"client_message_id": "1", "text": QUESTION},
            headers={"Authorization": f"Bearer {opened['token']}"},
        )
        assert (answered.status_code, answered.json()["text"]) == (200, TRUE)


class TestBadly:
    def test_a_plug_that_is_pulled_in_the_middle_leaves_a_whole_answer(
        self, service: Service, composed: str
    ) -> None:
        before = counts(service.site, "fallbacks_total")
        service.stub.will(Cut(f"{TRUE} It depends on"))
        reply = Customer(service.site).say(QUESTION)
        assert reply["text"] == f"{TRUE}\n\n{composed}"
        assert [cited["n"] for cited in reply["citations"]] == [1]
        assert more(service.site, before) == {"cut": 1}

    @pytest.mark.parametrize(
        ("replies", "reason"),
        [
            ([Fail(500)], "server_error"),
            ([Fail(429)], "rate_limited"),
            ([Fail(400)], "refused"),
            ([Garbage("<html>")], "malformed"),
            ([Cut("The fee is")], "cut"),
            ([Say("")], "empty"),
            ([Say("UNKNOWN")], "empty"),
            ([Say("I'm sorry, but I can't help with that.")], "unsourced"),
            ([Say("我们没有统一的公开价格[1]。")], "language"),
            ([Say(LIES["en"]), Say(LIES["en"])], "ungrounded_figure"),
            ([Say('{"name": "search_knowledge", "arguments": {}}')], "markup"),
            ([Call(("search_knowledge", "{")), Say("")], "empty"),
            ([Call(("drop_tables", {}))], "empty"),
        ],
    )
    def test_the_answer_is_composed_and_the_reason_counted(
        self, service: Service, composed: str, replies: list[Reply], reason: str
    ) -> None:
        before = counts(service.site, "fallbacks_total")
        service.stub.will(*replies)
        assert Customer(service.site).say(QUESTION)["text"] == composed
        assert more(service.site, before) == {reason: 1}
        assert len(service.stub.requests) == len(replies)

    def test_a_search_without_end_is_ended(self, service: Service, composed: str) -> None:
        service.stub.otherwise = lambda received: Call(("search_knowledge", {"query": "fees"}))
        assert Customer(service.site).say(QUESTION)["text"] == composed
        *others, last = service.stub.requests
        assert len(others) == 2
        assert "tools" not in last.body


class TestNotAtAll:
    def test_a_model_that_is_silent_is_not_waited_for(self, stub: Stub, serve: Serve, composed: str) -> None:
        site = serve(stub.url, llm_patience=_IMPATIENT)
        stub.will(Hang(), Hang(f"{TRUE} It"))
        assert Customer(site).say(QUESTION)["text"] == composed
        assert Customer(site).say(QUESTION)["text"] == f"{TRUE}\n\n{composed}"
        assert counts(site, "fallbacks_total") == {"timeout": 2}

    def test_a_model_that_goes_away_for_good_is_not_missed(self, serve: Serve, composed: str) -> None:
        with stubbed() as stub:
            site = serve(stub.url)
            stub.will(Say(TRUE))
            assert Customer(site).say(QUESTION)["text"] == TRUE
        assert Customer(site).say(QUESTION)["text"] == composed
        assert counts(site, "fallbacks_total") == {"unreachable": 1}

    @pytest.mark.parametrize(
        ("reply", "reason", "asked"),
        [
            (Fail(401), "unauthorized", 1),
            (Fail(429, {"Retry-After": "60"}), "rate_limited", 1),
            (Fail(500), "server_error", 3),
        ],
    )
    def test_a_model_that_will_fail_again_is_left_alone(
        self, stub: Stub, serve: Serve, composed: str, reply: Reply, reason: str, asked: int
    ) -> None:
        site = serve(stub.url)
        stub.otherwise = lambda received: reply
        for _ in range(asked + 2):
            assert Customer(site).say(QUESTION)["text"] == composed
        assert len(stub.requests) == asked
        assert counts(site, "fallbacks_total") == {reason: asked, "resting": 2}
        assert counts(site, "model_breaker_open") == {"stub": 1}

    def test_the_other_model_answers_where_the_first_is_down(self, stub: Stub, serve: Serve) -> None:
        site = serve(nowhere(), llm_api_key="first", llm_fallback_model="second", llm_fallback_base_url=stub.url,
                    llm_fallback_api_key="another")  # fmt: skip
        stub.will(Say(TRUE))
        assert Customer(site).say(QUESTION)["text"] == TRUE
        (received,) = stub.requests
        assert (received.body["model"], received.headers["authorization"]) == ("second", "Bearer another")
        assert counts(site, "fallbacks_total") == {}


@dataclass(frozen=True)
class Turn:
    """What a customer writes, what the model does if it is asked, and what comes of it."""

    text: str
    outcome: str
    model: Reply | None = None
    part: str = ""


LONG = {
    "en": [
        Turn("How long is the certificate valid?", "answered", part="3 years"),
        Turn("and how often are the surveillance audits?", "answered", part="6 months"),
        Turn(
            "Star Hosting Ltd with 80 people is after such a certificate, too.",
            "intake",
            Call(
                ("start_application", {"details": {"company": "Star Hosting Ltd", "sites": "7"}}),
                text=f"Gladly!{LIES['en']}",
            ),
            "(2 of 9)",
        ),
        Turn("Hosting", "intake"),
        Turn("How much does it cost?", "answered", part="no flat fee"),
        Turn("Hosting and service desk", "intake", part="(5 of 9)"),
        Turn("2", "intake"),
        Turn("skip", "intake"),
        Turn("skip", "intake", part="(8 of 9)"),
        Turn("Ann Lee", "intake"),
        Turn("ann@example.com", "intake", part="Number of people covered: 80"),
        Turn("no, 90 people", "intake", part="Number of people covered: 90"),
        Turn("That is all correct, go ahead and send it please", "intake", part="CD-"),
        Turn("did the snowball start to roll", "status", Call(("application_status", {})), "CD-"),
        Turn("I want to complain about this, nobody helps me", "handed_off"),
    ],
    "zh": [
        Turn("证书有效期多久？", "answered", part="3年"),
        Turn("那监督审核呢？", "answered", part="6个月"),
        Turn(
            "我们深圳星辰科技有限公司80个人都盼着这张证",
            "intake",
            Call(
                ("start_application", {"details": {"company": "深圳星辰科技有限公司", "sites": "7"}}),
                text=f"好的。{LIES['zh']}",
            ),
            "（2/9）",
        ),
        Turn("软件外包", "intake"),
        Turn("费用多少？", "answered", part="没有统一的公开价格"),
        Turn("运维服务、服务台", "intake", part="（5/9）"),
        Turn("2个", "intake"),
        Turn("跳过", "intake"),
        Turn("跳过", "intake", part="（8/9）"),
        Turn("李雷", "intake"),
        Turn("lilei@example.com", "intake", part="覆盖人数：80"),
        Turn("不对，90人", "intake", part="覆盖人数：90"),
        Turn("确认", "intake", part="CD-"),
        Turn("咱们那个事儿后来怎么样了", "status", Call(("application_status", {})), "CD-"),
        Turn("我要投诉你们", "handed_off"),
    ],
}


class TestAConversation:
    @pytest.mark.parametrize("language", LONG)
    def test_from_a_question_to_a_case_and_a_person_while_the_model_lies_in_every_reply(
        self, service: Service, language: str
    ) -> None:
        service.stub.otherwise = _lying
        customer = Customer(service.site, language)
        for turn in LONG[language]:
            service.stub.will(*[turn.model] if turn.model else [])
            reply = customer.say(turn.text)
            assert (reply["outcome"], reply["language"]) == (turn.outcome, language), turn.text
            assert turn.part in reply["text"]
            assert "999" not in reply["text"]
        assert (
            sum("<sentence>" in received.asked for received in service.stub.requests) >= 4
        )  # lies that were caught

    def test_a_case_holds_what_the_customer_wrote_and_nothing_that_a_model_made_up(
        self, service: Service
    ) -> None:
        customer = Customer(service.site)

        def say(*texts: str, tool: str = "", **details: str) -> Any:
            service.stub.will(*[Call((tool, {"details": details}))] if tool else [])
            return [customer.say(text) for text in texts][-1]

        begun = say("Star Hosting Ltd with 80 people is after such a certificate, too.",
                    tool="start_application", company="Star Hosting Ltd", people_covered="80", sites="7",
                    contact="bo@example.com")  # fmt: skip
        assert begun["text"].endswith("(2 of 9) What is your company's main business?")
        asked = say("Hosting", "Hosting and service desk")["text"]
        put = say("Ann Lee deals with the certification here.",
                  tool="update_application", contact_name="Ann Lee", sites="3")["text"]  # fmt: skip
        assert put == f"Noted: contact name: Ann Lee.\n{asked}"
        assert "(9 of 9)" in say("2", "skip", "skip")["text"]
        assert say("Is it sent already, or is there more?", tool="confirm_application")["case"] is None
        shown = say("ann@example.com")["text"]
        for value in (
            "Star Hosting Ltd",
            "Hosting and service desk",
            "80",
            "2",
            "Ann Lee",
            "ann@example.com",
        ):
            assert f": {value}\n" in shown
        sent = say("That is all correct, go ahead and send it please", tool="confirm_application")
        assert sent["case"]["reference"] in sent["text"]


def _lying(received: Received) -> Say:
    """Answers from the passages, and adds a price; it mends nothing."""
    if "<sentence>" in received.asked:
        return Say("UNKNOWN")
    answer = answering()(received)
    assert isinstance(answer, Say)
    return replace(answer, text=answer.text + LIES["zh" if detect(answer.text) == "zh" else "en"])


@dataclass(frozen=True)
class Ran:
    status: object
    out: str
    err: str


class TestTheCommand:
    @pytest.fixture
    def certdesk(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> Iterator[Callable[..., Ran]]:
        """Runs `certdesk model` with these settings; logging is afterwards as before."""

        def run(**settings: object) -> Ran:
            monkeypatch.setattr(sys, "argv", ["certdesk", "model"])
            for name, value in settings.items():
                monkeypatch.setenv(f"CERTDESK_{name.upper()}", str(value))
            with pytest.raises(SystemExit) as ended:
                main()
            return Ran(ended.value.code or 0, *capsys.readouterr())

        root = logging.getLogger()
        before = root.level, root.handlers[:]
        yield run
        root.level, root.handlers[:] = before
        structlog.reset_defaults()

    def test_a_model_that_answers_is_heard(self, stub: Stub, certdesk: Callable[..., Ran]) -> None:
        stub.will(Say("I am ready."))
        ran = certdesk(llm_model="stub", llm_base_url=stub.url)
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith("stub says: I am ready.\nfirst words after ")

    @pytest.mark.parametrize(
        ("reply", "advice"),
        [
            (Fail(401), "check CERTDESK_LLM_API_KEY"),
            (Fail(402), "out of quota"),
            (Fail(404), "check CERTDESK_LLM_MODEL"),
            (Hang(), "raise CERTDESK_LLM_PATIENCE"),
            (Garbage("<html>"), "no OpenAI stream"),
            (Say("<think>Am I?</think>"), "docs/llm.md"),
        ],
    )
    def test_what_is_wrong_is_told_with_what_to_do(
        self, stub: Stub, certdesk: Callable[..., Ran], reply: Reply, advice: str
    ) -> None:
        stub.will(reply)
        ran = certdesk(
            llm_model="stub", llm_base_url=stub.url, llm_api_key="sk-secret", llm_patience=_IMPATIENT
        )
        assert (ran.status, ran.out) == (2, "")
        assert advice in ran.err
        assert "sk-secret" not in ran.err
        assert "Traceback" not in ran.err

    def test_a_dead_address_is_told_with_what_to_do(self, certdesk: Callable[..., Ran]) -> None:
        ran = certdesk(llm_model="stub", llm_base_url=nowhere())
        assert ran.status == 2
        assert "check CERTDESK_LLM_BASE_URL" in ran.err

    @pytest.mark.parametrize(
        ("settings", "told"),
        [
            ({}, "no model is set up"),
            ({"llm_fallback_model": "second"}, "CERTDESK_LLM_FALLBACK_MODEL needs CERTDESK_LLM_MODEL"),
            ({"llm_model": "stub", "llm_extra": "temperature=0"}, "CERTDESK_LLM_EXTRA="),
            ({"llm_model": "stub", "llm_extra": "[0]"}, "CERTDESK_LLM_EXTRA="),
            ({"llm_model": "stub", "llm_patience": "0"}, "CERTDESK_LLM_PATIENCE="),
            ({"llm_model": "stub", "llm_mask": "maybe"}, "CERTDESK_LLM_MASK="),
            ({"llm_model": "stub", "llm_base_url": "api.example.com/v1"}, "CERTDESK_LLM_BASE_URL="),
            ({"llm_model": "stub", "llm_base_url": "http://[::1"}, "CERTDESK_LLM_BASE_URL="),
        ],
    )
    def test_a_wrong_setting_is_named(
        self, certdesk: Callable[..., Ran], settings: dict[str, str], told: str
    ) -> None:
        ran = certdesk(**settings)
        assert (ran.status, ran.out) == (2, "")
        assert told in ran.err


def test_without_a_model_its_libraries_stay_away() -> None:
    """They take seconds and memory."""
    listed = "import sys, bot.app; print({name.split('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)  # noqa: S603
    assert "'bot'" in ran.stdout
    assert not any(f"'{name}'" in ran.stdout for name in ("langchain_core", "langchain_openai", "openai"))
