"""A conversation in a few lines for the colleague who takes it over: the customer's own words, put together."""

from collections.abc import Iterator, Sequence

from bot.intent import Intent, intent
from bot.messages import AuthorKind, CaseSummary, HandoffReason, Message, Outcome, Reply
from bot.texts import texts

_SAYS_NOTHING = {
    Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.ROBOT, Intent.PERSON, Intent.UNCLEAR,
}  # fmt: skip
_LONGEST_QUOTE = 85  # characters, so that the whole stays within 600
_UNANSWERED = 2


def summarize(
    history: Sequence[Message], case: CaseSummary | None, reason: HandoffReason, language: str
) -> str:
    """Lines in the staff's `language`: why, what was asked last and first, what went unanswered, the application."""
    words = texts(language).handoff
    asked = [_short(message.text) for message, reply in _turns(history) if _asks(message, reply)]
    declined = [
        message.text for message, reply in _turns(history) if reply and reply.outcome is Outcome.DECLINED
    ]
    unanswered = [text for text in dict.fromkeys(map(_short, declined)) if text not in asked[-1:]]
    lines = [words.summary_reason.format(reason=getattr(words, f"reason_{reason}"))]
    lines += [words.summary_last.format(text=text) for text in asked[-1:]]
    lines += [words.summary_first.format(text=asked[0]) for _ in asked[1:2] if asked[0] != asked[-1]]
    lines += [words.summary_unanswered.format(text=text) for text in unanswered[-_UNANSWERED:]]
    return "\n".join([*lines, *_application(case, language)])


def _turns(history: Sequence[Message]) -> Iterator[tuple[Message, Reply | None]]:
    """Each message of the customer with the bot's reply to it."""
    replies = {message.reply.in_reply_to: message.reply for message in history if message.reply}
    for message in history:
        if message.author.kind is AuthorKind.CUSTOMER:
            yield message, replies.get(message.id)


def _asks(message: Message, reply: Reply | None) -> bool:
    """Not what only greets, calls for a person, or fills in an application."""
    filled_in = reply is not None and reply.outcome is Outcome.INTAKE
    return not filled_in and intent(message.text) not in _SAYS_NOTHING


def _application(case: CaseSummary | None, language: str) -> list[str]:
    words = texts(language)
    if case is None:
        return [words.handoff.summary_no_case]
    status = words.case.statuses.get(case.status, case.status)
    lines = [words.handoff.summary_case.format(reference=case.reference, status=status)]
    if case.missing:
        lines.append(words.handoff.summary_missing.format(missing=_short(" / ".join(case.missing))))
    return lines


def _short(text: str) -> str:
    """On one line; quotation marks inside are the customer's."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1].rstrip()}…"
