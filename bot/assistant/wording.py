"""From what a model said to the reply: with the composed answer where something is missing, with what was done."""

from dataclasses import replace

from bot.answer import Found
from bot.assistant.spoken import Spoken
from bot.compose import Draft, answer, continued, url
from bot.messages import Outcome
from bot.store import Transaction
from bot.texts import texts
from bot.turn import Finish, Question


def worded(question: Question, spoken: Spoken) -> Draft:
    """The answer. What was said stands first, since the customer may have read it already."""
    composed = question.found.draft
    if not spoken.text:
        return composed
    sourced = bool(spoken.citations)
    if sourced and not spoken.broken:
        return _complete(question.found, spoken, _answered(spoken, composed))
    lead = f"{texts(composed.language).other_language}\n\n"
    composed = replace(composed, text=composed.text.removeprefix(lead))
    if composed.outcome is Outcome.ANSWERED:
        return continued(spoken.text, spoken.citations, composed)
    if sourced:
        return _answered(spoken, composed)
    if composed.outcome is Outcome.CLARIFY and not spoken.broken:
        return replace(composed, text=spoken.text)
    return continued(spoken.text, (), composed)


def said_first(spoken: Spoken, *done: Finish) -> Finish:
    """Do these, and tell of them behind what a model said."""

    def finish(tx: Transaction, message: str) -> Draft:
        drafts = [each(tx, message) for each in done]
        draft = replace(drafts[-1], text="\n\n".join(d.text for d in drafts if d.text))
        if not spoken.text:
            return draft
        if draft.outcome is Outcome.WAITING:  # a person has taken over meanwhile
            draft = replace(draft, outcome=Outcome.ANSWERED)
        return continued(spoken.text, spoken.citations, draft)

    return finish


def _complete(found: Found, spoken: Spoken, answered: Draft) -> Draft:
    """With the composed answers to those of several questions that a model has left out."""
    cited = {citation.url for citation in spoken.citations}
    left = [
        part for part in found.parts if part.hits and cited.isdisjoint(url(hit.entry) for hit in part.hits)
    ]
    if not left or len(left) == len(found.parts):
        return answered
    more = continued(spoken.text, spoken.citations, answer(left, answered.language, ()))
    return replace(answered, text=more.text, citations=more.citations)


def _answered(spoken: Spoken, composed: Draft) -> Draft:
    return Draft(
        spoken.text,
        composed.language,
        Outcome.ANSWERED,
        list(spoken.citations),
        composed.actions if composed.outcome is Outcome.ANSWERED else [],
        spoken.matter,
        confidence=composed.confidence,
    )
