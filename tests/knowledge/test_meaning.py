"""What a message is about, learned from wordings; vectors here are of three dimensions."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bot.intake import Command
from knowledge import meaning, points, replies, talk
from knowledge.embed import Vectors
from knowledge.language import detect
from knowledge.meaning import Meaning, learn
from knowledge.points import Point


def unit(*values: float) -> Vectors:
    return np.asarray(values, np.float32) / np.float32(np.linalg.norm(values))


WORDINGS = np.stack([unit(1, 0, 0), unit(0.9, 0.3, 0), unit(0, 1, 0), unit(0, 0.9, 0.3), unit(0, 0, 1)])
LABELS = ["fee", "fee", "time", "time", "place"]


def test_a_wording_is_like_its_own_label_and_unlike_the_others() -> None:
    learned = learn(WORDINGS, LABELS)
    for vector, label in zip(WORDINGS, LABELS, strict=True):
        likeness = learned.likeness(vector)
        assert max(likeness, key=lambda name: likeness[name]) == label
        assert likeness[label] > 0.5


def test_what_lies_between_wordings_of_one_label_is_like_it() -> None:
    likeness = learn(WORDINGS, LABELS).likeness(unit(0.95, 0.15, 0.05))
    assert likeness["fee"] > 2 * max(likeness["time"], likeness["place"])


def test_likeness_to_all_labels_together_is_about_one() -> None:
    learned = learn(WORDINGS, LABELS)
    assert sum(learned.likeness(unit(1, 1, 1)).values()) == pytest.approx(1, abs=0.01)


def test_the_words_tell_apart_what_the_vectors_do_not(tmp_path: Path) -> None:
    texts = ["send it", "send it now", "do not send it", "do not send it yet"]
    same = np.stack([unit(1, 0, 0)] * len(texts))
    learned = learn(same, ["yes", "yes", "no", "no"], texts)
    learned.save(tmp_path / "meaning")
    for known in (learned, Meaning.load(tmp_path / "meaning")):
        likeness = known.likeness(unit(1, 0, 0), "please do not send it")
        assert likeness["no"] > 0.5 > likeness["yes"]


def test_what_was_learned_can_be_kept(tmp_path: Path) -> None:
    learned = learn(WORDINGS, LABELS)
    learned.save(tmp_path / "meaning")
    again = Meaning.load(tmp_path / "meaning")
    assert again.labels == learned.labels
    assert again.likeness(WORDINGS[0]) == learned.likeness(WORDINGS[0])


def test_from_no_wordings_nothing_is_learned(tmp_path: Path) -> None:
    learned = learn(WORDINGS[:0], [])
    learned.save(tmp_path / "meaning")
    assert Meaning.load(tmp_path / "meaning").likeness(WORDINGS[0]) == {}


def test_of_too_many_wordings_as_many_as_may_be_are_learned_from_evenly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    several = np.concatenate([WORDINGS, WORDINGS])
    most = len(several) - 1  # one too many costs one, not half of them
    monkeypatch.setattr(meaning, "MOST", most)
    learned = learn(several, [*LABELS, *LABELS])
    assert len(learned.wordings) == most
    assert set(learned.labels) == set(LABELS)


@given(
    arrays(np.float32, (6, 3), elements=st.floats(-1, 1, width=32)),
    arrays(np.float32, 3, elements=st.floats(-1, 1, width=32)),
)
def test_whatever_the_vectors_likeness_is_a_number(vectors: Vectors, asked: Vectors) -> None:
    likeness = learn(vectors, ["a", "a", "b", "b", "c", "c"]).likeness(asked)
    assert all(np.isfinite(value) for value in likeness.values())


class TestTalk:
    def test_the_files_hold_wordings_of_every_id_that_can_be_meant(self) -> None:
        ids = {id for id, _ in talk.wordings()}
        assert ids == {id for group in talk._GROUPS for id in group} | {talk.QUESTION}
        assert len(talk.wordings()) > 1500

    @pytest.mark.parametrize(
        ("likeness", "answer", "decline", "meant"),
        [
            ({"talk/person": 0.7, "fee": 0.2}, 0.2, 0.1, "person"),
            ({"talk/person": 0.3, "talk/complaint": 0.35, "fee": 0.2}, 0.2, 0.0, "complaint"),
            ({"talk/person": 0.3, "fee": 0.4}, 0.4, 0.0, None),
            ({"talk/complaint": 0.5, "fee": 0.45}, 0.45, 0.0, None),
            ({"talk/complaint": 0.45, "no-refund": 0.4}, 0.1, 0.4, None),
            ({"talk/thanks": 0.2}, 0.0, 0.0, None),
            ({"talk/apply": 0.5, "how-to-apply": 0.38}, 0.38, 0.0, None),
            ({"talk/apply": 0.5, "how-to-apply": 0.34}, 0.34, 0.0, "apply"),
            ({"talk/apply": 0.28, "talk/thanks": 0.27, "talk/status": 0.27}, 0.15, 0.0, "unclear"),
            ({"talk/apply": 0.24, "talk/thanks": 0.23, "talk/status": 0.23}, 0.1, 0.0, None),
            ({"fee": 0.4, "talk/okay": 0.35, "talk/thanks": 0.35}, 0.4, 0.0, None),
            ({"fee": 0.3, "talk/okay": 0.35, "talk/thanks": 0.35}, 0.3, 0.0, "okay"),
            ({"fee": 0.3, "talk/okay": 0.35, "talk/thanks": 0.05, "talk/status": 0.2}, 0.3, 0.0, None),
            ({"talk/question": 0.6, "talk/okay": 0.4}, 0.0, 0.0, None),
            ({}, 0.0, 0.0, None),
        ],
    )
    def test_a_message_is_talk_where_it_is_more_like_it_than_like_a_question(
        self, likeness: dict[str, float], answer: float, decline: float, meant: str | None
    ) -> None:
        assert talk.likest(likeness, answer, decline) == meant

    def test_who_has_an_application_is_the_sooner_taken_to_ask_about_it(self) -> None:
        likeness = {"talk/status": 0.35, "fee": 0.3}
        assert talk.likest(likeness, 0.3, 0.0) is None
        assert talk.likest(likeness, 0.3, 0.0, has_case=True) == "status"

    def test_what_must_be_sure_is_not_taken_by_the_way(self) -> None:
        assert talk.likest({"talk/person": 0.6}, 0.1, 0.0, least=0.65) is None
        assert talk.likest({"talk/person": 0.7}, 0.1, 0.0, least=0.65) == "person"


class TestPoints:
    @pytest.mark.parametrize(
        ("point", "ids"),
        [
            (Point.OPENING, {points.BEGIN, points.OTHER}),
            (Point.PRICED, {points.PRESS, "bargain", points.BEGIN, points.OTHER}),
            (Point.READBACK, {points.SEND, points.HOLD}),
            (
                Point.SENT,
                {
                    points.CHANGE,
                    "accept",
                    "apply",
                    "complaint",
                    "okay",
                    "person",
                    "question",
                    "status",
                    "withdraw",
                },
            ),
        ],
    )
    def test_each_point_has_wordings_of_every_id_in_both_languages(self, point: Point, ids: set[str]) -> None:
        held = Counter((id, detect(text) == "zh") for id, text in points.wordings(point))
        assert {id for id, _ in held} == ids
        assert min(held[id, chinese] for id in ids for chinese in (True, False)) > 35

    @pytest.mark.parametrize("point", Point)
    def test_no_wording_stands_for_two_things(self, point: Point) -> None:
        meant: dict[str, set[str]] = {}
        for id, text in points.wordings(point):
            meant.setdefault(text.lower(), set()).add(id)
        assert [text for text, ids in meant.items() if len(ids) > 1] == []


class TestReplies:
    def test_the_files_hold_wordings_of_every_command_in_both_languages(self) -> None:
        ids = {id for id, _ in replies.wordings()}
        assert {command.value for command in Command} <= ids
        assert len(replies.wordings()) > 1500

    @pytest.mark.parametrize(
        ("likeness", "meant"),
        [
            ({"pause": 0.7, "answer": 0.1}, "pause"),
            ({"pause": 0.4, "skip": 0.3, "answer": 0.2}, "pause"),
            ({"pause": 0.5, "answer": 0.4}, None),
            ({"answer": 0.9}, None),
            ({"correction": 0.4, "no": 0.5}, None),
            ({"chat": 0.4, "yes": 0.5}, None),
            ({"question": 0.5, "unclear-question": 0.3, "answer": 0.1}, "question"),
            ({"question": 0.4, "answer": 0.3}, None),
            ({"skip": 0.2, "pause": 0.2, "no": 0.2, "back": 0.2}, None),
            ({}, None),
        ],
    )
    def test_a_reply_is_a_command_where_little_else_is_like_it(
        self, likeness: dict[str, float], meant: str | None
    ) -> None:
        assert replies.likest(likeness) == meant

    def test_what_throws_answers_away_must_be_far_likelier_than_what_keeps_them(self) -> None:
        assert replies.likest({"cancel": 0.5, "pause": 0.4}) == "pause"
        assert replies.likest({"cancel": 0.7, "pause": 0.2}) == "cancel"
        assert replies.likest({"restart": 0.4, "back": 0.35}) == "back"
