"""What came of asking a model."""

from dataclasses import dataclass

from bot.messages import Citation
from bot.model import Call


@dataclass(frozen=True)
class Spoken:
    """What came of asking a model. `calls` are still to be carried out; `matter` is what it mainly spoke of.

    `broken` tells that it ended before its end, so that something may be missing; `heard` that the customer may have
    read the text already; `dropped` why sentences were left out.
    """

    text: str = ""
    citations: tuple[Citation, ...] = ()
    matter: str | None = None
    calls: tuple[Call, ...] = ()
    broken: bool = False
    heard: bool = True
    dropped: tuple[str, ...] = ()
