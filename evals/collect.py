"""Drafts of cases from what customers really wrote, so that a firm's own set grows: `certdesk eval new`.

What names a person or a firm is masked as far as a program can find it. A draft says what the assistant did, which may
be wrong: somebody reads each, puts it right and moves it to a `development` file. Until then nothing runs it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from bot.intake import names
from bot.masking import Masking
from bot.messages import AuthorKind, Message, Outcome, Reply
from bot.store import Store, Transaction
from evals.cases import SUITES, labelled, read
from knowledge.language import bare, detect

FOLDER = "drafts"
_MOST = 5000  # conversations looked at
_LONGEST = 6  # turns of a draft
_GROUPS = 1000
_SUITE = {Outcome.ANSWERED: "answers", Outcome.DECLINED: "refusal", Outcome.HANDED_OFF: "handoff"}
_PLAIN = {*_SUITE, Outcome.CLARIFY, Outcome.SMALLTALK}
_HEAD = """\
# Drafts from conversations: what was written, and what the assistant did, right or not. Read each; take out what still
# names somebody; correct `expect`, `entries` and the rest, or delete it; then move it to ../{suite}/development.{language}.yaml.
"""
Turn = tuple[str, Reply]


def collect(store: Store, since: datetime, cases: Path) -> dict[str, int]:
    """Write drafts under `cases`/drafts of what is new there; the number of them by file.

    Raises ContentError where the cases or the drafts that are there cannot be read.
    """
    with store.read() as tx:
        drafts = [
            *_gaps(tx),
            *(draft for id in tx.conversations.since(since, _MOST) for draft in _of(tx, id)),
        ]
    known = _known(cases)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for suite, draft in drafts:
        said = _said(draft)
        key, language = bare("".join(said)), detect(said[0])
        if key and key not in known and language != "other":
            known.add(key)
            found.setdefault((suite, language), []).append(draft)
    return {_write(cases, *place, items): len(items) for place, items in found.items()}


def masked(text: str, masking: Masking) -> str:
    """Without what names somebody: addresses and numbers by `masking`, names where their form or the words show them."""
    spans = sorted(
        {
            *((*span, "COMPANY") for span in names.companies(text)),
            *((*span, "NAME") for span in names.people(text)),
        }
    )
    for start, end, kind in reversed(spans):
        text = f"{text[:start]}[{kind}]{text[end:]}"
    return masking.mask(text)


def _gaps(tx: Transaction) -> Iterator[tuple[str, dict[str, Any]]]:
    """One of each group of questions that nothing answered, or whose answer was no help; the most asked come first."""
    for group in tx.gaps.groups(_GROUPS):
        question = masked(group.examples[0], Masking())
        yield "refusal", _question(question, "declined")


def _of(tx: Transaction, conversation: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a conversation begins with, up to where an application or a person comes in."""
    masking = Masking()
    said = [(masked(text, masking), reply) for text, reply in _turns(tx.conversations.messages(conversation))]
    if not said:
        return
    text, reply = said[0]
    if suite := _SUITE.get(reply.outcome):
        yield suite, _question(text, reply.outcome.value, _entries(reply))
    if len(said) > 1:
        turns = [{"say": text, **_demands(reply)} for text, reply in said[:_LONGEST]]
        yield "follow-up", {"id": _id(*(turn["say"] for turn in turns)), "turns": turns}


def _turns(messages: Sequence[Message]) -> Iterable[Turn]:
    """Each message with the bot's reply to it, as long as it is a plain conversation."""
    asked = {message.id: message for message in messages if message.author.kind is AuthorKind.CUSTOMER}
    replies = (message.reply for message in messages if message.reply and message.reply.in_reply_to in asked)
    plain = takewhile(lambda reply: reply.outcome in _PLAIN and not reply.case, replies)
    return [(asked[reply.in_reply_to or ""].text, reply) for reply in plain]


def _question(text: str, expect: str, entries: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "id": _id(text),
        "question": text,
        "expect": expect,
        **({"entries": list(entries)} if entries else {}),
    }


def _demands(reply: Reply) -> dict[str, Any]:
    entries = _entries(reply)
    return {"expect": reply.outcome.value, **({"entries": entries} if entries else {})}


def _entries(reply: Reply) -> list[str]:
    return list(dict.fromkeys(citation.url.rpartition("#")[2] for citation in reply.citations))


def _id(*texts: str) -> str:
    return "new-" + hashlib.sha256("\n".join(texts).encode()).hexdigest()[:10]


def _said(draft: dict[str, Any]) -> list[str]:
    return [turn["say"] for turn in draft["turns"]] if "turns" in draft else [draft["question"]]


def _known(cases: Path) -> set[str]:
    """What the cases and drafts hold already."""
    known = {bare("".join(case.case.written)) for case in labelled(folder=cases)}
    for suite in SUITES:
        for file in (cases / FOLDER).glob(f"{suite}.*.yaml"):
            known |= {bare("".join(case.written)) for case in read(file, suite)}
    return known


def _write(cases: Path, suite: str, language: str, items: Sequence[dict[str, Any]]) -> str:
    """Adds them to the file of drafts, whose name is returned; a file that is there keeps what it holds."""
    file = cases / FOLDER / f"{suite}.{language}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    before = (
        file.read_text(encoding="utf-8") if file.exists() else _HEAD.format(suite=suite, language=language)
    )
    listed = yaml.safe_dump(list(items), allow_unicode=True, sort_keys=False, width=110)
    file.write_text(f"{before.rstrip()}\n\n{listed}", encoding="utf-8")
    return str(file.relative_to(cases))
