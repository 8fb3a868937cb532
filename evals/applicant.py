"""Somebody who applies by rule: reads what is asked, answers it, wanders off, changes their mind, agrees or leaves."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Protocol

from bot.messages import Outcome, Reply
from bot.texts import texts
from evals.client import Chat, Field
from evals.demands import Demands
from evals.dialogues import Applying

_SKIP = {"en": "skip", "zh": "跳过"}
_PATIENCE = 3  # times that they answer the same question
_MOST = 50  # messages
_WANDERS = 0.35  # the chance that they ask something rather than answer


class Says(Protocol):
    async def __call__(self, text: str, demands: Demands | None = None) -> Reply: ...


class Applicant:
    """Reads replies as people do: by the words of what is asked."""

    def __init__(self, says: Says, chat: Chat, plan: Applying, language: str, random: Random) -> None:
        self._says = says
        self._chat = chat
        self._plan = plan
        self._language = language
        self._random = random
        self._asides = random.sample(plan.wanders, len(plan.wanders))
        self._changes = list(plan.changes)
        self._wordings = {id: random.sample(each, len(each)) for id, each in plan.facts.items()}
        self._agrees = random.sample(plan.agrees, len(plan.agrees))
        self._tries = Counter[str]()

    async def applies(self) -> str:
        """Goes on until there is nothing more to do; why that was not possible, or empty. Raises ContractBroken."""
        form = await self._chat.form(self._language)
        reply = await self._says(self._random.choice(self._plan.opens))
        for answered in range(_MOST):
            if reply.outcome is Outcome.WAITING:
                return ""  # a person has taken over
            stop = self._plan.stops
            if stop and answered >= stop.after:
                if stop.says:
                    await self._says(self._random.choice(stop.says))
                return ""
            field = None if _is_read_back(reply, self._language) else asked(reply, form, self._language)
            if field is None and not _is_read_back(reply, self._language):
                button = _offered(reply, self._language)
                if reply.case or self._has_cancelled:
                    return ""
                if not button or self._tries[button]:
                    return "nothing is asked, and nothing is read back"
                self._tries[button] += 1
                reply = await self._says(button)
                continue
            said = self._next(field)
            if said is None:
                return ""
            if field is None and self._tries[""] > 1:
                return "agrees, and is asked to agree once more"
            if field and self._tries[field.id] > _PATIENCE:
                return f"is asked for {field.id} again and again"
            reply = await self._says(*said)
        return f"did not come to an end in {_MOST} messages"

    @property
    def _has_cancelled(self) -> bool:
        """Whether all that they change is said, and it was not to be sent."""
        return bool(self._plan.changes) and not self._changes and not self._agrees

    def _next(self, field: Field | None) -> tuple[str, Demands | None] | None:
        """What to say to a question, or at the read-back; None where there is nothing to be said any more."""
        if self._asides and (field is None or self._random.random() < _WANDERS):
            aside = self._asides.pop()
            return aside.say, aside
        if field is None and self._changes:
            return self._changes.pop(0), None
        id = "" if field is None else field.id
        wordings = self._agrees if field is None else self._wordings.get(id, [_SKIP[self._language]])
        self._tries[id] += 1
        return (wordings[(self._tries[id] - 1) % len(wordings)], None) if wordings else None


def asked(reply: Reply, form: Sequence[Field], language: str) -> Field | None:
    """The field whose question stands last in a reply: in the assistant's own words for it, or by its label."""
    questions = texts(language).intake.questions
    places = [(reply.text.rfind(questions.get(field.id) or field.label), field) for field in form]
    place, found = max(places, key=lambda each: each[0], default=(-1, None))
    return found if place >= 0 else None


def _offered(reply: Reply, language: str) -> str:
    """What the button sends with which an application begins or goes on, if there is one."""
    words = texts(language).case
    wanted = {words.apply_send, words.continue_send, words.another_send}
    return next((action.send for action in reply.actions if action.send in wanted), "")


def _is_read_back(reply: Reply, language: str) -> bool:
    return any(action.send == texts(language).intake.confirm_action for action in reply.actions)
