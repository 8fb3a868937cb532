"""What is answered beside something else that a message does, and how the two make one reply."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.compose import Draft
from bot.messages import Action, Outcome
from bot.store import Transaction
from bot.turn import Finish

_SURE = 0.6  # confidence of an answer to what may have been asked


@dataclass(frozen=True)
class Aside:
    """Something to be answered within an application; `wrap` makes the turn of the answer.

    `otherwise` is what to do where it is no question for sure, and nothing comes of answering it.
    """

    question: str
    wrap: Callable[[Finish], Finish]
    otherwise: Finish | None = None


def then_answered(question: str, done: Finish) -> Finish | Aside:
    """What is done, and after it the answer to what was asked beside."""

    def finish(answered: Finish, tx: Transaction, message: str) -> Draft:
        first, draft = done(tx, message), answered(tx, message)
        outcome = draft.outcome if draft.outcome is Outcome.HANDED_OFF else first.outcome
        text = f"{first.text}\n\n{draft.text}"
        return replace(draft, text=text, outcome=outcome, actions=first.actions, case=first.case)

    return Aside(question, lambda answered: partial(finish, answered)) if question else done


def followed_by(begun: Finish, *, answers_only: bool = False) -> Callable[[Finish], Finish]:
    """An answer, and then what begins; `answers_only` leaves out what answers nothing."""

    def finish(answered: Finish, tx: Transaction, message: str) -> Draft:
        draft, first = answered(tx, message), begun(tx, message)
        if answers_only and (draft.outcome is not Outcome.ANSWERED or (draft.confidence or 0.0) < _SURE):
            return first
        return with_text(draft, f"{draft.text}\n\n{first.text}", tuple(first.actions))

    return lambda answered: partial(finish, answered)


def with_text(draft: Draft, text: str, actions: tuple[Action, ...]) -> Draft:
    return Draft(text, draft.language, draft.outcome, draft.citations, list(actions), draft.topic, draft.case)
