"""The statuses of a case and which may follow on which, drawn from the service's own steps."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from bot.errors import IllegalMove
from bot.texts import texts
from knowledge.documents import Item, Reminder, Service

ENQUIRY = "enquiry"
QUOTATION = "quotation"
CERTIFIED = "certified"
WITHDRAWN = "withdrawn"
REJECTED = "rejected"
ENDED = frozenset({WITHDRAWN, REJECTED})


def statuses(service: Service) -> list[str]:
    """Every status a case of the service may have, in their order."""
    before, after = _halves(service)
    return [ENQUIRY, QUOTATION, *_ids(before), CERTIFIED, *_ids(after), WITHDRAWN, REJECTED]


def moves(service: Service, status: str) -> list[str]:
    """The statuses that may follow: the next step, past optional ones too; certified cases go round in a cycle.

    A status that the service does not have any more can only end.
    """
    before, after = _halves(service)
    if status in ENDED:
        return []
    if status == CERTIFIED:
        return [*_ids(after), WITHDRAWN]
    if status in _ids(after):
        later = _ids(after)[_ids(after).index(status) + 1 :]
        return [CERTIFIED, *later, WITHDRAWN, REJECTED]
    chain = [ENQUIRY, QUOTATION, *_ids(before), CERTIFIED]
    if status not in chain:
        return [WITHDRAWN, REJECTED]
    optional = {step.id for step in before if step.optional}
    following = []
    for step in chain[chain.index(status) + 1 :]:
        following.append(step)
        if step not in optional:
            break
    return [*following, WITHDRAWN, REJECTED]


def check(service: Service, status: str, to: str) -> None:
    """Raises IllegalMove, naming the moves that are legal."""
    legal = moves(service, status)
    if to not in legal:
        choices = f"it may go to {', '.join(legal)}" if legal else "it has ended"
        raise IllegalMove(f"A case that is at {status} cannot go to {to}; {choices}.")


def label(service: Service, status: str, language: str) -> str:
    """The status in the customer's words."""
    known = texts(language).case.statuses.get(status)
    step = next((step for step in service.lists.get("steps", ()) if step.id == status), None)
    return known or (step.text.get(language) or next(iter(step.text.values())) if step else status)


def intervals(service: Service, reminder: Reminder) -> list[int]:
    """The months after which the reminder's step is due, as the contract may choose them."""
    figures = {figure.id: figure for figure in service.figures}
    return [int(str(figures[id].value)) * (12 if figures[id].unit == "year" else 1) for id in reminder.after]


def due(
    service: Service, certified_on: date, surveillance_months: int | None
) -> Iterator[tuple[Reminder, date, date]]:
    """Each reminder of a certificate with the day it comes and the day its step is due."""
    for reminder in service.reminders:
        choices = intervals(service, reminder)
        months = surveillance_months if surveillance_months in choices else choices[-1]
        yield (
            reminder,
            later(certified_on, months - reminder.ahead_months),
            later(certified_on, months),
        )


def later(day: date, months: int) -> date:
    """The same day some months later, or the last of its month: 31 August and 6 months is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _halves(service: Service) -> tuple[list[Item], list[Item]]:
    """The steps up to the certificate, and those of a certified customer."""
    steps = list(service.lists.get("steps", ()))
    last = next((n for n, step in enumerate(steps, 1) if step.certifies), len(steps))
    return steps[:last], steps[last:]


def _ids(steps: list[Item]) -> list[str]:
    return [step.id for step in steps]
