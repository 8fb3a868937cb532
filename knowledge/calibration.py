"""What speaks for an entry, and the fitted numbers that weigh it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.documents import Kind

CALIBRATION = Path(__file__).with_name("calibration.yaml")


@dataclass(frozen=True)
class Advantage:
    """How much better the likeliest decline fits than the entry (overlap, coverage), and logarithms of likeness."""

    decline_likely: float  # of that decline
    decline_overlap: float
    decline_coverage: float
    declines: float  # of all declines together


@dataclass(frozen=True)
class Signals:
    """What speaks for one entry. Similarities are cosines less the background; likeness is about 0..1.

    What is said of talk, answers and declines is the same for all entries.
    """

    meaning: float  # likeness
    likely: float  # its logarithm
    answers: float  # logarithm of the likeness to all together that answer
    chatty: float  # logarithm of the likeness to what people say beside asking: to the likest of it
    talk: float  # and to all of it together
    question: float  # nearest wording
    body: float  # nearest passage of the answer
    bm25: float  # share of the best BM25 score
    overlap: float  # weighted overlap of the words with those of the nearest wording
    coverage: float  # weighted share of the question's words that the entry holds
    nearness: float  # absolute cosine of the nearest wording
    unknown: float  # weighted share of the question's words that no entry holds
    length: float  # content words in the question, 8 or more is 1
    decline: "Advantage | None"  # None where the content declines nothing


@dataclass(frozen=True)
class Calibration:
    """Fitted numbers; `answer` and `clarify` are the confidences from which a question is answered or asked back."""

    weights: Mapping[str, float]
    weights_without_variants: Mapping[str, float]
    confidence: Mapping[str, float]
    confidence_without_declines: Mapping[str, float]
    answer: float
    clarify: float

    @classmethod
    def read(cls, file: Path = CALIBRATION) -> "Calibration":
        raw = yaml.safe_load(file.read_text())
        return cls(**raw)

    def score(self, signals: Signals, kind: Kind, variants: bool) -> float:
        """`variants` says whether the content holds several wordings of its questions."""
        weights = self.weights if variants else self.weights_without_variants
        total = sum(weight * getattr(signals, name) for name, weight in weights.items() if name != "section")
        return float(total + (weights["section"] if kind is Kind.SECTION else 0.0))

    def probability(self, signals: Signals) -> float:
        model = self.confidence if signals.decline is not None else self.confidence_without_declines
        values = vars(signals) | (vars(signals.decline) if signals.decline else {})
        total = sum(weight * values.get(name, 1.0) for name, weight in model.items())
        return 1 / (1 + math.exp(-max(-30.0, min(total, 30.0))))  # in this order, NaN is no confidence
