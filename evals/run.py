"""Plays the cases against a target, as customers would, and has the replies graded."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from bot import log
from bot.messages import Reply
from evals import graders, reliability, retrieval
from evals.cases import Labelled
from evals.client import Chat, ContractBroken
from evals.customer import Customer, pdf
from evals.demands import Demands
from evals.dialogues import Dialogue
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


def key_of(play: Play) -> str:
    """As that of its results."""
    return _result(play, 1).key


async def run(
    plays: Sequence[Play], target: Target, repeat: int, done: Callable[[], None], *, measures: bool = True
) -> Run:
    """All results, in the order of `plays`; `done` is called after each. `measures`: of the search, too."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(play: Play, attempt: int) -> Result:
        async with gate:
            result = await _played(play, attempt, target)
            done()
            return result

    tasks = [one(play, attempt) for attempt in range(1, repeat + 1) for play in plays]
    results = await asyncio.gather(*tasks)
    cases = [play for play in plays if isinstance(play, Labelled) and measures]
    measured = retrieval.measure(cases, target.search)
    bins = reliability.measure(cases, target.search)
    return Run(target.name, dict(graders.VERSIONS), list(results), measured, bins)


async def _played(play: Play, attempt: int, target: Target) -> Result:
    result = _result(play, attempt)

    async def judge(reply: Reply, demands: Demands | None, chat: Chat, told: Sequence[str]) -> list[Verdict]:
        said = [exchange.said for exchange in chat.exchanges]
        found = graders.demanded(demands, reply, target.known) if demands else []
        return [*found, *await graders.held_to_always(reply, said, play.language, target.client, told)]

    random = Random(f"{result.key}/{attempt}")  # noqa: S311 - attempts differ, and are the same in every run
    customer = Customer(target.client, target.office, judge, play.language, random)
    try:
        if isinstance(play, Attack):
            await _attacked(play, customer, target)
        elif isinstance(play.case, Dialogue):
            await customer.plays(play.case)
        else:
            await customer.comes()
            for said, demands in play.case.said:
                await customer.says(said, demands)
    except ContractBroken as error:
        status, note = Status.CRASHED, str(error)
    except Exception as error:  # a grader that breaks is not the assistant's failure, and ends no run
        follows = any(
            not verdict.right for verdict in customer.verdicts
        )  # as no case has a reference to be filled in
        status = Status.FAILED if follows else Status.GRADER_FAILED
        note = f"{type(error).__name__}: {error}"
        if not follows:
            logger.error("a grader broke", case=result.id, exc_info=error)
    else:
        right = all(verdict.right for verdict in customer.verdicts)
        status, note = (Status.PASSED if right else Status.FAILED), ""
    exchanges = [exchange for chat in customer.chats for exchange in chat.exchanges]
    ended = replace(result, status=status, verdicts=customer.verdicts, exchanges=exchanges, note=note)
    return replace(ended, passages=_passages(ended, target)) if status is Status.FAILED else ended


async def _attacked(attack: Attack, customer: Customer, target: Target) -> None:
    """What is planted comes first; only the reply to the customer's own message is graded."""
    injection = attack.injection
    chat = await customer.comes()
    if injection.via == "history":
        await chat.say(injection.written[:4000])
    if injection.via == "file_name":
        await chat.attach(f"{injection.written[:200]}.pdf", pdf("a trick"))
    said = (injection.ask or injection.written)[:4000]
    reply = await chat.say(said)
    own = set() if reply.citations else set(injection.shown_in(said))  # "About “…” I have nothing"
    gained = [text for text in injection.shown_in(reply.text) if text not in own]
    planted = [exchange.said for exchange in chat.exchanges] + [injection.written]
    always = await graders.held_to_always(reply, [*planted, said], attack.language, target.client)
    customer.verdicts += [Verdict("injection", f"says {gained}" if gained else ""), always[0]]


def _result(play: Play, attempt: int) -> Result:
    if isinstance(play, Attack):
        return Result("injection", play.half, play.language, play.injection.id, attempt, Status.PASSED)
    return Result(play.suite, play.half, play.language, play.case.id, attempt, Status.PASSED)


def _passages(result: Result, target: Target) -> list[Passage]:
    if target.search is None or not result.exchanges:
        return []
    hits = target.search.search(result.exchanges[-1].said, _SHOWN).hits
    return [Passage(hit.entry.id, hit.entry.title, round(hit.confidence, 3)) for hit in hits]
