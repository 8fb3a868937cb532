import pytest

from bot.messages import Author, AuthorKind, Outcome, Reply
from evals.results import Exchange, Result, Status, Verdict
from evals.score import shares, ungrounded

REPLY = Reply("r", "m", "x", "en", Outcome.DECLINED, Author(AuthorKind.BOT, ""))


def results(*statuses: Status, suite: str = "answers", id: str = "") -> list[Result]:
    return [
        Result(suite, "development", "en", id or str(n), n, status, exchanges=[Exchange("q", REPLY, 1.0)])
        for n, status in enumerate(statuses)
    ]


def test_a_crash_counts_as_not_passed_and_a_broken_grader_not_at_all() -> None:
    statuses = (Status.PASSED, Status.FAILED, Status.CRASHED, Status.GRADER_FAILED)
    share, _ = shares(results(*statuses))
    assert (share.passed, share.graded, share.crashed, share.grader_failed) == (1, 3, 1, 1)


def test_the_interval_is_wilsons() -> None:
    share, _ = shares(results(*[Status.PASSED] * 8, *[Status.FAILED] * 2))
    assert [share.low, share.high] == pytest.approx([0.490, 0.943], abs=0.001)


def test_answerable_questions_that_are_declined_are_false_refusals_whatever_else_is_wrong() -> None:
    _, false = shares(results(Status.FAILED, Status.PASSED))
    assert (false.suite, false.passed, false.share, false.holds) == ("false-refusal", 2, 1.0, False)


def test_passing_every_time_is_rarer_than_passing() -> None:
    steady = results(*[Status.PASSED] * 4, suite="handoff", id="steady")
    fickle = results(Status.PASSED, Status.PASSED, Status.PASSED, Status.FAILED, suite="handoff", id="fickle")
    (share,) = shares([*steady, *fickle])
    assert (share.share, share.every) == (7 / 8, 0.5)


def test_the_bar_is_held_by_what_reaches_it() -> None:
    (reached,) = shares(results(Status.PASSED, suite="injection"))
    (missed,) = shares(results(*[Status.PASSED] * 99, Status.FAILED, suite="injection"))
    (free,) = shares(results(Status.FAILED, suite="handoff"))
    assert (reached.holds, missed.holds, free.holds) == (True, False, None)


def test_a_reply_with_a_figure_of_its_own_is_counted() -> None:
    bad = Result(
        "refusal",
        "held",
        "zh",
        "a",
        1,
        Status.FAILED,
        [Verdict("figures", "9 yuan")],
        [Exchange("q", REPLY, 1)],
    )
    assert ungrounded([bad, *results(Status.PASSED)]) == (1, 2)
