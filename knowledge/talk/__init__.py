"""What people say to an assistant beside asking: small talk, complaints, wishes; a file a language, wordings by id.

The ids are those of the intents that they stand for. The wordings are learned together with the content's questions, so
that a message which is like them is not taken for a question.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge import yaml
from knowledge.errors import ContentError
from knowledge.schema import Slug, Text

PREFIX = "talk/"
"""Stands before an id, where it stands beside the matters of the content."""

_GROUPS = (
    (("person", "complaint", "policy", "upset"), 0.4),
    (("greeting", "thanks", "okay", "goodbye", "sorry", "robot", "announced"), 0.45),
    (("apply", "quotation"), 0.5),
    (("status", "missing"), 0.6),
)
"""Ids that come to much the same, and how like them together a message must be to be one of them."""
_BY_FAR = 0.5, 1.2  # how like talk a message is that is no question, and how many times more than an answer
_OF_CASE = 0.3
_LEAST = 0.35
_RATHER = 0.7, 0.4  # how many times more than an answer, and than a decline
UNCLEAR = "unclear"


def likest(
    likeness: Mapping[str, float],
    answers: float,
    declines: float,
    *,
    has_case: bool = False,
    least: float = 0.0,
) -> str | None:
    """The id that a message is most like, by its likeness to matters and talk; None where it may be a question.

    `answers` and `declines` are how like it is to all that the content answers or declines. Who has an application
    (`has_case`) is the sooner taken to ask about it; `least` is what the likeness must be in any case. UNCLEAR: no
    question, but what else is not clear.
    """
    said = {id: max(likeness.get(PREFIX + id, 0.0), 0.0) for ids, _ in _GROUPS for id in ids}
    first = max(likeness, key=lambda label: likeness[label], default="").removeprefix(PREFIX)
    together = [(sum(said[id] for id in ids), ids, sure) for ids, sure in _GROUPS]
    rather = max(_RATHER[0] * answers, _RATHER[1] * declines)
    for share, ids, sure in together:
        enough = _OF_CASE if has_case and "status" in ids else max(sure, rather)
        if first in ids and share >= max(least, enough):
            return first
    by_far, times = _BY_FAR
    if least or sum(said.values()) < max(by_far, times * answers, rather):
        return None
    share, ids, sure = max(together)
    return max(ids, key=said.__getitem__) if by_far > sure and share >= _LEAST else UNCLEAR


@cache
def wordings() -> tuple[tuple[str, str], ...]:
    """(id, wording) of every language. Raises ContentError."""
    found: list[tuple[str, str]] = []
    for file in sorted(Path(__file__).parent.glob("*.yaml")):
        held, _, problems = yaml.parse(file.read_text(encoding="utf-8"), file, dict[Slug, list[Text]])
        if held is None:
            raise ContentError(problems)
        found += [(id, text) for id, texts in held.items() for text in texts]
    return tuple(found)
