"""The whole chain against a real model that invents prices: nothing of that may reach a customer.

SmolLM2-135M is the hostile witness, not a model to answer with. What is checked here is checked by simpler means than
those of the bot: every number in digits stands in a source that the reply shows, or the customer wrote it.
"""

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.llm import OpenAICompatible
from bot.messages import Outcome, Reply
from bot.store import Store
from databases import migrated_sqlite
from evals.cases import development
from knowledge.language import detect
from knowledge.search import Search
from talking import Talk

_EACH = 105  # questions a language
_PATIENCE = 120.0  # seconds: two slow cores read a prompt for a while
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DONE = re.compile(
    r"\bI(?:'ve| have| will|'ll) (?:now |already )?"
    r"(?:sent|submitted|forwarded|contacted|booked|scheduled|updated|send|submit|forward|contact|book|schedule|update|call)\b"
    r"|(?:has|have) been (?:sent|submitted|forwarded|scheduled|booked)"
    r"|(?:colleague|expert|team|we) will (?:call|contact|e-?mail|get back)"
    r"|已经?(?:为您|帮您)?(?:提交|发送|转接|预约|安排)|会(?:尽快)?(?:联系|致电)您"
)


def _questions() -> list[str]:
    """Every so manieth of the development half, answerable or not."""
    asked = [case.question for case in development()]
    chosen: list[str] = []
    for language in ("en", "zh"):
        of = [question for question in asked if detect(question) == language]
        chosen += of[:: len(of) // _EACH][:_EACH]
    return chosen


def _invented(question: str, reply: Reply) -> list[str]:
    sources = " ".join([question, *(citation.quote for citation in reply.citations)])
    said = re.sub(r"\[\d+\]", "", reply.text)
    return [number for number in _NUMBER.findall(said) if number not in sources]


def _counted(talk: Talk) -> dict[str, int]:
    """The fallbacks and the sentences, as the metrics count them."""
    lines = talk.metrics.text()[0].decode().splitlines()
    kept = [
        line.rpartition(" ") for line in lines if re.match(r"certdesk_(?:fallbacks|sentences)_total", line)
    ]
    return {name.removeprefix("certdesk_"): int(float(value)) for name, _, value in kept}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(migrated_sqlite(tmp_path))


def test_a_model_that_invents_prices_cannot_tell_them_to_a_customer(
    small_model: str, store: Store, shipped_search: Search, capsys: pytest.CaptureFixture[str]
) -> None:
    extra = {"temperature": 0, "max_tokens": 120}
    questions = _questions()
    assert len(questions) >= 200
    counts: Counter[str] = Counter()
    wrong: list[tuple[str, str, list[str]]] = []

    async def ask_all() -> None:
        endpoint = OpenAICompatible("smollm2", small_model, "", _PATIENCE, extra)
        for n, question in enumerate(questions):
            talk = Talk(store, shipped_search, [endpoint], detect(question), longest=_PATIENCE)
            _, reply = await talk.streamed(talk.inbound(question))
            counts[reply.outcome] += 1
            counted = _counted(talk)
            counts.update(counted)
            counts["replies that fell back"] += any(name.startswith("fallbacks") for name in counted)
            with capsys.disabled():
                print(f"{n + 1:3} {reply.outcome:9} {question[:60]}\n    {reply.text[:300]!r}")
            claims = [] if reply.outcome is Outcome.HANDED_OFF else _DONE.findall(reply.text)
            if found := _invented(question, reply) + claims:
                wrong.append((question, reply.text, found))
        await endpoint.close()

    asyncio.run(ask_all())
    with capsys.disabled():
        for what, count in sorted(counts.items()):
            print(f"{count:4} {what}")
    assert wrong == []
