"""What people say to a question of a form: answers, questions of their own, and commands such as "the rest tomorrow".

A file a language, wordings by id. They are learned apart from the content's questions and from small talk, since the
same words mean something else there: "later" beside a form pauses it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge import wordings as files

FOLDER = Path(__file__).parent

QUESTION = "question"
"""The id of what asks something else; all that the content is asked is learned under it, too."""

CORRECTION = "correction"
"""The id of what changes an answer."""

CHAT = "chat"
"""The id of what neither answers nor asks, nor wants anything of the form."""

WHY = "why"
"""The id of what asks why the form asks, which is near to asking something else."""

UNCLEAR = "unclear-question"
"""The id of what asks what the form's own question is after."""

ANSWERS = ("answer", CORRECTION)
"""The ids of what answers a question."""

_SURE, _TIMES, _LEAST = (
    0.5,
    2.0,
    0.3,
)  # how like commands together, times more than anything else, and the likest
_MILDER = {"cancel": "pause", "restart": "back"}
"""Where a command that throws answers away is not far likelier than one that keeps them, that one is meant."""
_FAR = 1.5


def likest(likeness: Mapping[str, float]) -> str | None:
    """The command that a message is, or another of the ids above; None where it is more like an answer, or like nothing."""
    of = {id: max(share, 0.0) for id, share in likeness.items()}
    corrects = of.get(CORRECTION, 0.0)
    if corrects >= max(_LEAST, sum(of.values()) - corrects):
        return CORRECTION
    question, unclear = of.pop(QUESTION, 0.0), of.pop(UNCLEAR, 0.0)
    asks, asked = question + unclear, UNCLEAR if unclear >= _FAR * question else QUESTION
    answers = sum(of.pop(id, 0.0) for id in ANSWERS)
    chats = of.pop(CHAT, 0.0)
    if asks >= max(_SURE, _TIMES * max(answers, chats, *of.values(), 0.0)):
        return asked
    if chats >= max(_SURE, _TIMES * max(answers, asks, *of.values(), 0.0)):
        return CHAT
    command = max(of, key=of.__getitem__, default=None)
    other = max(asks, answers, chats)
    if command is None or of[command] < max(_LEAST, other) or sum(of.values()) < max(_SURE, _TIMES * other):
        return None
    if command == WHY and of[command] < _FAR * asks:
        return asked
    milder = _MILDER.get(command)
    return milder if milder and of[command] < _FAR * of.get(milder, 0.0) else command


@cache
def wordings() -> tuple[tuple[str, str], ...]:
    """(id, wording) of every language. Raises ContentError."""
    return files.read(FOLDER)
