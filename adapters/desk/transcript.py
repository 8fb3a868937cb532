"""A conversation as staff see it: what the customer saw, and beside it how each answer came about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.desk.reach import Brought
from bot import log
from bot.grounding import Quote, check
from bot.messages import AuthorKind, Citation, Message, Outcome
from bot.records import Note

logger = log.get("desk")


@dataclass(frozen=True)
class Line:
    """A message, or a note of staff (`kind` is `note`). `checked` is None where there was nothing to check."""

    id: str
    kind: str
    name: str
    text: str
    at: datetime
    seq: int = 0
    outcome: Outcome | None = None
    citations: Sequence[Citation] = ()
    confidence: float | None = None
    by_model: bool = False
    dropped: Sequence[str] = field(default_factory=tuple)
    checked: bool | None = None
    brought: Brought | None = None


def lines(
    messages: Sequence[Message],
    notes: Sequence[Note],
    traces: Mapping[str, Mapping[str, Any]],
    delivered: Mapping[str, Brought],
) -> list[Line]:
    """In the order in which they came; one that cannot be shown whole is shown as its text alone."""
    shown = [*_messages(messages, traces, delivered), *map(_note, notes)]
    return sorted(shown, key=lambda line: (line.at, line.seq))


def _messages(
    messages: Sequence[Message],
    traces: Mapping[str, Mapping[str, Any]],
    delivered: Mapping[str, Brought],
) -> Iterator[Line]:
    said = ""
    for message in messages:
        if message.author.kind is AuthorKind.CUSTOMER:
            said += f"\n{message.text}"
        try:
            yield _line(message, said, traces.get(message.id, {}), delivered.get(message.id))
        except Exception as error:  # whatever an old or broken row holds, the page is shown
            logger.error("message cannot be shown whole", message=message.id, exc_info=error)
            yield Line(
                message.id, message.author.kind.value, message.author.name, message.text, message.created_at
            )


def _line(message: Message, said: str, trace: Mapping[str, Any], brought: Brought | None) -> Line:
    reply = message.reply
    by_bot = reply is not None and message.author.kind is AuthorKind.BOT
    citations = reply.citations if reply else []
    checked = None
    if by_bot and citations:
        checked = not check(message.text, [Quote(c.n, c.quote) for c in citations], said)
    return Line(
        id=message.id,
        kind=message.author.kind.value,
        name=message.author.name,
        text=message.text,
        at=message.created_at,
        seq=message.seq,
        outcome=reply.outcome if reply and by_bot else None,
        citations=citations,
        confidence=trace.get("confidence"),
        by_model=trace.get("by") == "model",
        dropped=tuple(trace.get("dropped", ())),
        checked=checked,
        brought=brought,
    )


def _note(note: Note) -> Line:
    return Line(f"note_{note.id}", "note", note.staff, note.text, note.at)
