"""Who would be answered by an entry that staff propose: questions put to a search that has it."""

import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np

from bot.answer import Answerer
from bot.compose import Draft
from bot.messages import Outcome
from knowledge.documents import Content, Entry, Kind
from knowledge.embed import CachedEmbedder
from knowledge.language import detect
from knowledge.search import Search
from knowledge.trial import trial

_ONE_AT_A_TIME = threading.Lock()  # each takes some hundred MB
_RECENT = 30  # answered questions that are asked again
_TITLES = 30  # of other entries, those nearest to the new wordings
_ALIKE = 0.1  # likeness to the new entry from which an answered question may now be its


class Verdict(StrEnum):
    """What a question would get."""

    THIS = "this"
    OTHER = "other"
    CHOICE = "choice"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Replayed:
    """`by` is the title of the entry that answers, empty where none does; `sure` the confidence, 0..1.

    A question that is `known` is a wording of an entry, so that it says nothing of how others would ask.
    """

    question: str
    verdict: Verdict
    by: str
    sure: float
    known: bool


@dataclass(frozen=True)
class Replay:
    """The group's own questions, those near it, and what the entry would take from others (question, its entry's title)."""

    own: list[Replayed]
    near: list[Replayed] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)


def replay(
    search: Search, content: Content, matter: str, cache: Path,
    own: Sequence[str], near: Sequence[str], answered: Sequence[str],
) -> Replay:  # fmt: skip
    """`content` has the entry `matter`; `answered` are questions that got an answer without it."""
    with _ONE_AT_A_TIME:
        return _replayed(search, content, matter, cache, own, near, answered)


def _replayed(
    search: Search, content: Content, matter: str, cache: Path,
    own: Sequence[str], near: Sequence[str], answered: Sequence[str],
) -> Replay:  # fmt: skip
    after = trial(search, content, cache)
    now, then = Answerer(search), Answerer(after)
    others = [question for question in dict.fromkeys(near) if question not in own]
    return Replay(
        [_asked(then, after, question, matter) for question in dict.fromkeys(own)],
        [_asked(then, after, question, matter) for question in others],
        [*_titles(search, after, matter, cache), *_taken(now, then, search, after, matter, answered)],
    )


def _asked(answerer: Answerer, search: Search, question: str, matter: str) -> Replayed:
    draft = answerer.answer(question, [], "")
    sure, known = draft.confidence or 0.0, search.knows(question)
    if draft.outcome is Outcome.CLARIFY:
        offered = any(
            entry.title == action.label for action in draft.actions for entry in _versions(search, matter)
        )
        return Replayed(question, Verdict.CHOICE if offered else Verdict.NOTHING, "", sure, known)
    if draft.outcome is not Outcome.ANSWERED or not draft.topic:
        return Replayed(question, Verdict.NOTHING, "", sure, known)
    title = search.version(draft.topic, draft.language).title
    return Replayed(
        question, Verdict.THIS if _answers(draft, search, matter) else Verdict.OTHER, title, sure, known
    )


def _answers(draft: Draft, search: Search, matter: str) -> bool:
    titles = {entry.title for entry in _versions(search, matter)}
    return any(citation.section in titles for citation in draft.citations)


def _versions(search: Search, matter: str) -> list[Entry]:
    return [entry for entry in search.index.entries if entry.matter == matter]


def _titles(before: Search, after: Search, matter: str, cache: Path) -> list[tuple[str, str]]:
    """Questions of other entries that now mean this one: those nearest to its wordings are looked at."""
    ours = [each for e in after.index.entries if e.matter == matter for each in (e.title, *e.variants)]
    others = [e for e in before.index.entries if e.matter != matter and e.kind is not Kind.SECTION]
    with closing(CachedEmbedder(after.embedder, cache)) as cached:
        titles = cached.embed([entry.title for entry in others], "query")
        nearness = (titles @ cached.embed(ours, "query").T).max(1)
    found = []
    for place in np.argsort(-nearness)[:_TITLES]:
        likeness = after.index.meaning.likeness(titles[place], others[place].title)
        if max(likeness, key=lambda label: likeness[label]) == matter:
            found.append((others[place].title, others[place].title))
    return found


def _taken(
    now: Answerer, then: Answerer, before: Search, after: Search, matter: str, answered: Sequence[str]
) -> list[tuple[str, str]]:
    found = []
    for question in answered[:_RECENT]:
        vector = after.embedder.embed([question], "query")[0]
        if after.index.meaning.likeness(vector, question).get(matter, 0.0) < _ALIKE:
            continue
        old = now.answer(question, [], "")
        if old.outcome is not Outcome.ANSWERED or not old.topic or old.topic == matter:
            continue
        if then.answer(question, [], "").topic == matter:
            found.append((question, before.version(old.topic, detect(question)).title))
    return found
