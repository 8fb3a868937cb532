"""Which words of a message are the values of an application form, told by the words around them.

"The name would be Oakhanger College", "you'd be talking to Yvonne Prior", "I said 20 people but it's 30": a
conditional random field labels every token with the role of the field whose value it belongs to, with OLD where a
value is one that is taken back or is somebody else's, or with nothing. It is trained on templates/ and values/ by
`bot.intake.slots.training`; what it was trained to is model.crfsuite.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from threading import Lock
from types import MappingProxyType

import pycrfsuite

from bot.intake.slots.features import Span, features, tokens

ROLES = ("company", "business", "scope", "people", "sites", "certificates", "date", "name", "contact")
OLD = "old"
NOTHING = "-"
NONE: Mapping[str, str] = MappingProxyType({})
MODEL = Path(__file__).parent / "model.crfsuite"
_WORDED = {"company", "business", "scope", "certificates", OLD}
_LONGEST = 300  # tokens
_NEAR = 3  # tokens
_tagging = Lock()  # a tagger holds the message that it was given last


@dataclass(frozen=True, slots=True)
class Slot:
    """Text `start:end` is a value of `role`, one of ROLES or OLD.

    `sure`, 0..1, is how surely each of its tokens is, at least; `apart` how surely none of the few right beside it belongs
    to any value.
    """

    role: str
    start: int
    end: int
    sure: float
    apart: float


def find(text: str, asked: str | None = None, held: Mapping[str, str] = NONE) -> list[Slot]:
    """The values in a message, in its order. `asked` is the role of the open question, `held` are values by role."""
    spans = tokens(text)[:_LONGEST]
    if not any(map(str.isalnum, text)):
        return []
    known = features(text, spans, asked, held)
    with _tagging:
        labels = _tagger().tag(known)
        sure = [_tagger().marginal(label, at) for at, label in enumerate(labels)]
    return list(_joined(spans, labels, sure))


def likelihood(text: str, roles: Collection[str], asked: str | None, held: Mapping[str, str]) -> float:
    """How likely it is, 0..1, that a word of a message belongs to a value of one of the roles."""
    spans = tokens(text)[:_LONGEST]
    if not spans:
        return 0.0
    known = features(text, spans, asked, held)
    with _tagging:
        tagger = _tagger()
        tagger.set(known)
        labels = set(tagger.labels()) & set(roles)
        return max(sum(float(tagger.marginal(label, at)) for label in labels) for at in range(len(spans)))


def _joined(spans: Sequence[Span], labels: Sequence[str], sure: Sequence[float]) -> Iterator[Slot]:
    """Tokens side by side with one label are one value."""
    runs = [list(run) for _, run in groupby(range(len(labels)), key=labels.__getitem__)]
    for place, run in enumerate(runs):
        label = labels[run[0]]
        if label != NOTHING:
            before = [run[-_NEAR:] for run in runs[:place][-1:]]
            behind = [run[:_NEAR] for run in runs[place + 1 :][:1]]
            apart = [_apart(label, labels[near[0]], min(sure[at] for at in near)) for near in before + behind]
            least = min(sure[at] for at in run)
            yield Slot(label, spans[run[0]][0], spans[run[-1]][1], least, min(apart, default=1.0))


def _apart(label: str, beside: str, sure: float) -> float:
    """How surely a value ends before what stands right beside it; two texts in one go are rather one."""
    if beside == NOTHING:
        return sure
    return 0.0 if {label, beside} <= _WORDED else 1.0


@cache
def _tagger() -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(MODEL))
    return tagger
