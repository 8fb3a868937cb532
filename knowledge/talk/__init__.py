"""What people say to an assistant beside asking: small talk, complaints, wishes; a file a language, wordings by id.

The ids are those of the intents that they stand for. The wordings are learned together with the content's questions, so
that a message which is like them is not taken for a question.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge import wordings as files

FOLDER = Path(__file__).parent

PREFIX = "talk/"
"""Stands before an id, where it stands beside the matters of the content."""

QUESTION = "question"
"""The id of what sounds like talk and still asks something."""

_SMALL = ("greeting", "thanks", "okay", "goodbye", "sorry", "robot", "announced", "told")
_GROUPS = (
    ("person", "complaint", "policy", "upset"),
    ("withdraw", "accept"),
    _SMALL,
    ("apply", "quotation"),
    ("status", "missing"),
)
"""Ids that come to much the same."""
_ALIKE = 0.25  # how like an id a message must be to be it
_AHEAD = 0.1  # and how much liker than the likest answer or decline; figures chosen on the wordings, each left out in turn
_AHEAD_OF = {
    "apply": 0.15,
    "status": 0.15,
    "missing": 0.15,
    "withdraw": 0.2,
    "accept": 0.2,
}  # what begins more than a reply
_BY_FAR = (
    0.8,
    2.0,
)  # how like talk a message is that is no question, and how many times more than an answer and a decline
_TOGETHER = 0.35
UNCLEAR = "unclear"


def likest(
    likeness: Mapping[str, float],
    answer: float,
    decline: float,
    *,
    has_case: bool = False,
    least: float = 0.0,
) -> str | None:
    """The id that a message is most like, by its likeness to matters and talk; None where it may be a question.

    `answer` and `decline` are how like it is to the likest of what the content answers and declines. Who has an
    application (`has_case`) is the sooner taken to ask about it; `least` is how like it and what comes to the same it
    must be in any case. What is liker small talk than all else together is small talk, even if of no kind surely.
    UNCLEAR: no question, but what else is not clear.
    """
    said = {id: max(likeness.get(PREFIX + id, 0.0), 0.0) for ids in _GROUPS for id in ids}
    first = max(likeness, key=lambda label: likeness[label], default="").removeprefix(PREFIX)
    if first not in said:
        return None
    ids = next(ids for ids in _GROUPS if first in ids)
    together = sum(said[id] for id in ids)
    ahead = 0.0 if has_case and "status" in ids else _AHEAD_OF.get(first, _AHEAD)
    if said[first] >= max(_ALIKE, max(answer, decline) + ahead) and together >= least:
        return first
    small = sum(likeness.get(PREFIX + id, 0.0) for id in _SMALL)
    if first in _SMALL and small >= max(sum(likeness.values()) - small, _TOGETHER, least):
        return first
    by_far, times = _BY_FAR
    if least or sum(said.values()) < max(by_far, times * (answer + decline)):
        return None
    return first if together >= _TOGETHER else UNCLEAR


def is_said(label: str) -> bool:
    """Whether a label that stands among the matters of the content is one of talk, and no question."""
    return label.startswith(PREFIX) and label != PREFIX + QUESTION


@cache
def wordings() -> tuple[tuple[str, str], ...]:
    """(id, wording) of every language. Raises ContentError."""
    return files.read(FOLDER)
