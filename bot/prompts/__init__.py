"""What a language model is told, one file a prompt; a change of its words counts its version up."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FRONT = "---\n"


@dataclass(frozen=True)
class Instructions:
    version: int
    text: str


@cache
def instructions(name: str) -> Instructions:
    """The prompt in `<name>.md`, which begins with its version between two lines of dashes."""
    _, front, text = (Path(__file__).parent / f"{name}.md").read_text(encoding="utf-8").split(_FRONT, 2)
    return Instructions(int(front.removeprefix("version:")), text.strip())
