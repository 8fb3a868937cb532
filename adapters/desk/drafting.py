"""What staff might reply, from the knowledge: proposed, never sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Answerer
from bot.intent import Intent, intent
from bot.messages import ATTACHED, AuthorKind, Citation, Message, Outcome
from knowledge.search import Search

_MARKER = re.compile(r"\s?\[\d{1,3}\]")
_MOST = 3  # entries beside the draft


@dataclass(frozen=True)
class Proposal:
    """`text` is what may be sent, without markers of sources; `sure` tells that the bot would say it by itself."""

    question: str
    text: str
    citations: Sequence[Citation]
    sure: bool


def proposals(search: Search, messages: Sequence[Message], locale: str) -> list[Proposal]:
    """For the customer's last question, the best first; none where the knowledge has nothing about it."""
    history = list(messages)
    while history and not _asks(history[-1]):
        history.pop()
    if not history:
        return []
    asked = history.pop().text
    found = Answerer(search).look_up(asked, history, locale)
    drafts: list[Proposal] = []
    if found.draft.outcome is Outcome.ANSWERED:
        drafts.append(Proposal(asked, _plain(found.draft.text), found.draft.citations, sure=True))
    stated = {citation.section for citation in found.draft.citations}
    for hit in found.hits[: _MOST + len(stated)]:
        if hit.entry.title not in stated and len(drafts) <= _MOST:
            cited = Citation(
                1, hit.entry.document, hit.entry.document_title, hit.entry.title, hit.entry.body, ""
            )
            drafts.append(Proposal(hit.entry.title, hit.entry.body, [cited], sure=False))
    return drafts


def _plain(text: str) -> str:
    return _MARKER.sub("", text)


def _asks(message: Message) -> bool:
    """A question of the customer's, not what sends a file, greets or calls for a person."""
    if message.author.kind is not AuthorKind.CUSTOMER or message.text.startswith(ATTACHED):
        return False
    return intent(message.text) is Intent.QUESTION
