"""Several endpoints as one model: the next is asked where one fails before it has said anything."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.metrics import Metrics
from bot.model import Call, Failure, Heard, Line, Model, ModelError, Prompt, Role
from fakes import Part, Scripted
from knowledge.search import Search
from talking import Talks

ASK, DAYS = "How long does certification take?", "At the fastest it takes 15 working days [1]."
VALID = "The certificate is valid for 3 years [4]."
PROMPT = Prompt([Line(Role.CUSTOMER, "How long?")])
FAILURES = [failure for failure in Failure if failure is not Failure.RESTING]
HARMLESS = [f for f in FAILURES if f not in {Failure.REFUSED, Failure.UNAUTHORIZED}]


def failing(failure: Failure = Failure.UNREACHABLE, retry_after: float | None = None) -> ModelError:
    return ModelError(failure, f"it was {failure}", retry_after)


class Asked:
    """A model over scripted endpoints, whose names are a, b and c."""

    def __init__(self, *scripts: Sequence[Part | Sequence[Part]]) -> None:
        self.metrics = Metrics()
        self.endpoints = [Scripted(*script, name=name) for script, name in zip(scripts, "abc", strict=False)]
        self.model = Model(self.endpoints, self.metrics)

    def ask(self) -> str:
        """What is said, or why nothing was."""
        return asyncio.run(self._asked())

    async def _asked(self) -> str:
        said = ""
        try:
            async for piece in self.model.stream(PROMPT):
                said += piece if isinstance(piece, str) else ""
        except ModelError as error:
            return f"{said}({error.failure})"
        return said

    @property
    def asked(self) -> list[int]:
        return [len(endpoint.prompts) for endpoint in self.endpoints]

    def counted(self, name: str) -> dict[str, float]:
        lines = [line.rpartition(" ") for line in self.metrics.text()[0].decode().splitlines()]
        return {labels: float(value) for labels, _, value in lines if labels.startswith(f"certdesk_{name}{{")}


def test_a_model_is_heard_to_its_end_with_what_it_asks_for() -> None:
    call = Call("1", "hand_over", {})
    line = Asked([["Fifteen days.", call]])

    async def ask() -> list[str | Heard]:
        return [piece async for piece in line.model.stream(PROMPT)]

    *pieces, heard = asyncio.run(ask())
    assert "".join(str(piece) for piece in pieces) == "Fifteen days."
    assert isinstance(heard, Heard)
    assert heard.calls == [call]
    assert line.endpoints[0].prompts == [PROMPT]


@pytest.mark.parametrize("failure", FAILURES)
def test_the_next_is_asked_where_one_fails_before_its_first_word(failure: Failure) -> None:
    line = Asked([failing(failure)], ["Fifteen days."], ["Never asked."])
    assert line.ask() == "Fifteen days."
    assert line.asked == [1, 1, 0]


@pytest.mark.parametrize("failure", FAILURES)
def test_nobody_else_goes_on_where_one_has_begun(failure: Failure) -> None:
    line = Asked([["Fif", failing(failure)]], ["Twenty."])
    assert line.ask() == f"Fif({failure})"
    assert line.asked == [1, 0]


def test_where_all_fail_the_last_tells_why() -> None:
    line = Asked([failing(Failure.TIMEOUT)], [failing(Failure.SERVER_ERROR)])
    assert line.ask() == "(server_error)"


def test_no_endpoint_at_all_is_out_of_reach() -> None:
    assert Asked().ask() == "(unreachable)"


@pytest.mark.parametrize("failure", HARMLESS)
def test_who_has_failed_three_times_is_left_alone(failure: Failure) -> None:
    line = Asked([failing(failure)] * 3)
    assert [line.ask() for _ in range(5)] == [f"({failure})"] * 3 + ["(resting)"] * 2
    assert line.asked == [3]
    assert line.counted("model_breaker_open") == {'certdesk_model_breaker_open{model="a"}': 1}


def test_a_second_endpoint_takes_over_while_the_first_is_left_alone() -> None:
    line = Asked([failing()] * 3, ["Yes."] * 5)
    assert [line.ask() for _ in range(5)] == ["Yes."] * 5
    assert line.asked == [3, 5]


def test_a_success_in_between_starts_the_count_anew() -> None:
    line = Asked([failing(), failing(), "Yes.", failing(), failing(), "Yes."])
    assert [line.ask() for _ in range(6)][-1] == "Yes."


def test_a_refused_request_says_nothing_against_the_endpoint() -> None:
    line = Asked([failing(Failure.REFUSED)] * 5 + ["Yes."])
    assert [line.ask() for _ in range(6)] == ["(refused)"] * 5 + ["Yes."]
    assert line.counted("model_breaker_open") == {'certdesk_model_breaker_open{model="a"}': 0}


def test_a_wrong_key_is_not_tried_again() -> None:
    line = Asked([failing(Failure.UNAUTHORIZED)])
    assert [line.ask() for _ in range(2)] == ["(unauthorized)", "(resting)"]


def test_an_endpoint_that_asks_for_a_pause_gets_it() -> None:
    line = Asked([failing(Failure.RATE_LIMITED, retry_after=60)])
    assert [line.ask() for _ in range(2)] == ["(rate_limited)", "(resting)"]


def test_who_stops_listening_says_nothing_against_the_endpoint() -> None:
    line = Asked(["Fifteen days at the fastest."] * 5)

    async def leave() -> None:
        pieces = line.model.stream(PROMPT)
        assert await anext(pieces)
        await pieces.aclose()

    for _ in range(4):
        asyncio.run(leave())
    assert line.ask() == "Fifteen days at the fastest."
    assert line.counted("model_calls_total") == {
        'certdesk_model_calls_total{model="a",result="abandoned"}': 4,
        'certdesk_model_calls_total{model="a",result="ok"}': 1,
    }


def test_every_call_is_counted_with_its_result_and_tokens() -> None:
    line = Asked([failing(Failure.TIMEOUT), "Yes."], ["Yes."])
    line.ask()
    line.ask()
    assert line.counted("model_calls_total") == {
        'certdesk_model_calls_total{model="a",result="timeout"}': 1,
        'certdesk_model_calls_total{model="a",result="ok"}': 1,
        'certdesk_model_calls_total{model="b",result="ok"}': 1,
    }
    assert line.counted("model_tokens_total")['certdesk_model_tokens_total{kind="prompt",model="a"}'] == 1
    assert line.counted("model_first_token_seconds_count") == {
        'certdesk_model_first_token_seconds_count{model="a"}': 1,
        'certdesk_model_first_token_seconds_count{model="b"}': 1,
    }


def test_all_endpoints_are_closed() -> None:
    line = Asked([], [])
    asyncio.run(line.model.close())
    assert all(endpoint.closed for endpoint in line.endpoints)


class TestInAnOffice:
    @pytest.fixture
    def talks(self, tmp_path: Path, shipped_search: Search) -> Iterator[Talks]:
        with closing(Talks(tmp_path, shipped_search)) as made:
            yield made

    def test_a_second_endpoint_answers_where_the_first_fails_before_its_first_word(
        self, talks: Talks
    ) -> None:
        talk = talks.among(Scripted(failing(), name="a"), Scripted(DAYS, name="b"))
        assert talk.say(ASK).text == DAYS
        after = talks.among(Scripted([f"{VALID} And it", failing()], name="a"), Scripted(DAYS, name="b"))
        assert after.say(ASK).text.startswith(VALID.replace("4]", "1]"))
        assert after.counted('certdesk_model_calls_total{model="a",result="unreachable"} 1.0')
        assert not after.counted('certdesk_model_calls_total{model="b",result="ok"} 1.0')

    def test_after_three_failures_the_model_is_left_alone(self, talks: Talks) -> None:
        talk = talks(*[failing()] * 3)
        assert len({talk.say(ASK).text for _ in range(4)}) == 1
        assert len(talk.model.prompts) == 3
        assert talk.counted('certdesk_fallbacks_total{reason="unreachable"} 3.0')
        assert talk.counted('certdesk_fallbacks_total{reason="resting"} 1.0')

    def test_a_refused_request_does_not_count(self, talks: Talks) -> None:
        talk = talks(*[failing(Failure.REFUSED)] * 4, DAYS)
        assert [talk.say(ASK).text for _ in range(5)][-1] == DAYS
