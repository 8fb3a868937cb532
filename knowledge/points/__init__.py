"""What people say at a point of a conversation where all turns on one question: does who says this consent?

A folder a point, in it a file a language, wordings by id. Each point is learned apart, from what is said there and from
what only sounds like it, since the same words mean something else elsewhere.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from knowledge import replies, talk
from knowledge import wordings as files


class Point(StrEnum):
    OPENING = "opening"
    """No application is open: `begin` or `other`."""
    PRICED = "priced"
    """The price, or how to get a quotation, was just told: `press` for a figure, `bargain`, `begin` or `other`."""
    READBACK = "readback"
    """All answers have been read back: `send` or `hold`."""
    SENT = "sent"
    """An application has been sent: an id of what is wanted, or `change`."""


BEGIN, OTHER, SEND, HOLD, CHANGE, QUESTION, PRESS = (
    "begin",
    "other",
    "send",
    "hold",
    "change",
    "question",
    "press",
)
_BEGINS = ("apply", "quotation")  # of talk
FOLDER = Path(__file__).parent


@cache
def wordings(point: Point) -> tuple[tuple[str, str], ...]:
    """(id, wording) of every language. Raises ContentError."""
    said = files.read(FOLDER / point)
    match point:
        case Point.READBACK:
            return said + tuple((SEND if id == "yes" else HOLD, text) for id, text in replies.wordings())
        case Point.OPENING:
            return said + tuple((BEGIN if id in _BEGINS else OTHER, text) for id, text in talk.wordings())
        case Point.PRICED | Point.SENT:
            return said
