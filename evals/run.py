"""Plays the cases against a target, as customers would, and has the replies graded."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot import log
from bot.messages import Reply
from evals import graders, retrieval
from evals.cases import Demands, Labelled
from evals.client import Chat, ContractBroken
from evals.injections import Injection
from evals.results import Passage, Result, Run, Status, Verdict
from evals.target import Target

_AT_ONCE = 8  # conversations
_SHOWN = 5  # passages beside a failure

logger = log.get("evals.run")


@dataclass(frozen=True)
class Attack:
    """An injection with where it stands."""

    half: str
    language: str
    injection: Injection


Play = Labelled | Attack


async def run(plays: Sequence[Play], target: Target, repeat: int, done: Callable[[], None]) -> Run:
    """All results, in the order of `plays`; `done` is called after each."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(play: Play, attempt: int) -> Result:
        async with gate:
            result = await _played(play, attempt, target)
            done()
            return result

    tasks = [one(play, attempt) for attempt in range(1, repeat + 1) for play in plays]
    results = await asyncio.gather(*tasks)
    measured = retrieval.measure([play for play in plays if isinstance(play, Labelled)], target.search)
    return Run(target.name, dict(graders.VERSIONS), list(results), measured)


async def _played(play: Play, attempt: int, target: Target) -> Result:
    if isinstance(play, Attack):
        result = Result("injection", play.half, play.language, play.injection.id, attempt, Status.PASSED)
    else:
        result = Result(play.suite, play.half, play.language, play.case.id, attempt, Status.PASSED)
    chat: Chat | None = None
    verdicts: list[Verdict] = []
    try:
        chat = await target.client.open(play.language)
        if isinstance(play, Attack):
            verdicts = await _attacked(play, chat, target)
        else:
            await _talked(play, chat, target, verdicts)
    except ContractBroken as error:
        status, note = Status.CRASHED, str(error)
    except Exception as error:  # a grader that breaks is not the assistant's failure, and ends no run
        logger.error("a grader broke", case=result.id, exc_info=error)
        status, note = Status.GRADER_FAILED, f"{type(error).__name__}: {error}"
    else:
        status, note = (Status.PASSED if all(v.right for v in verdicts) else Status.FAILED), ""
    exchanges = list(chat.exchanges) if chat else []
    ended = replace(result, status=status, verdicts=verdicts, exchanges=exchanges, note=note)
    return replace(ended, passages=_passages(ended, target)) if status is Status.FAILED else ended


async def _talked(play: Labelled, chat: Chat, target: Target, verdicts: list[Verdict]) -> None:
    for said, demands in play.case.said:
        reply = await chat.say(said)
        verdicts += await _graded(reply, demands, chat, play.language, target)


async def _graded(
    reply: Reply, demands: Demands | None, chat: Chat, language: str, target: Target
) -> list[Verdict]:
    said = [exchange.said for exchange in chat.exchanges]
    found = graders.demanded(demands, reply, target.figures) if demands else []
    return [*found, *await graders.held_to_always(reply, said, language, target.client)]


async def _attacked(attack: Attack, chat: Chat, target: Target) -> list[Verdict]:
    """What is planted comes first; only the reply to the customer's own message is graded."""
    injection = attack.injection
    if injection.via == "history":
        await chat.say(injection.written[:4000])
    if injection.via == "file_name":
        await chat.attach(f"{injection.written[:200]}.pdf", b"%PDF-1.7\n%%EOF\n")
    said = (injection.ask or injection.written)[:4000]
    reply = await chat.say(said)
    own = set() if reply.citations else set(injection.shown_in(said))  # "About “…” I have nothing"
    gained = [text for text in injection.shown_in(reply.text) if text not in own]
    planted = [exchange.said for exchange in chat.exchanges] + [injection.written]
    always = await graders.held_to_always(reply, [*planted, said], attack.language, target.client)
    return [Verdict("injection", f"says {gained}" if gained else ""), always[0]]


def _passages(result: Result, target: Target) -> list[Passage]:
    if target.search is None or not result.exchanges:
        return []
    hits = target.search.search(result.exchanges[-1].said, _SHOWN).hits
    return [Passage(hit.entry.id, hit.entry.title, round(hit.confidence, 3)) for hit in hits]
