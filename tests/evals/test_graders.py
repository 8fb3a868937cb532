import asyncio
from collections.abc import Sequence
from dataclasses import replace

import httpx
import pytest

from bot.messages import Author, AuthorKind, Citation, Outcome, Reply
from bot.settings import CONTENT
from evals import graders
from evals.cases import Question
from evals.client import Client
from knowledge.load import load
from offices import SERVICES

KNOWN = graders.Known(
    {fact.id: fact for fact in SERVICES["iso-20000"].figures}, {"validity": {"recertification"}}
)
QUOTE = "The certificate is valid for 3 years.\n1. Then it is renewed."
PAGE = "<h1>FAQ</h1><p>The certificate is valid for 3&nbsp;years.</p><ol><li>Then it is renewed.</li></ol>"
CITED = Citation(1, "iso-20000/faq", "FAQ", "Validity", QUOTE, "/sources/iso-20000/faq?lang=en#validity")
GOOD = Reply(
    "r", "m", "The certificate is valid for 3 years. [1]", "en", Outcome.ANSWERED,
    Author(AuthorKind.BOT, ""), [CITED],
)  # fmt: skip


def wrong(
    reply: Reply, said: Sequence[str] = ("How long is it valid?",), language: str = "en"
) -> dict[str, str]:
    """What the graders of every reply object to, by their names."""

    async def graded() -> dict[str, str]:
        transport = httpx.MockTransport(lambda request: httpx.Response(200, text=PAGE))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
            found = await graders.held_to_always(reply, said, language, Client(http))
        return {verdict.grader: verdict.detail for verdict in found if not verdict.right}

    return asyncio.run(graded())


def demanded(reply: Reply, **demands: object) -> dict[str, str]:
    case = Question.model_validate({"id": "a", "question": "q", "expect": "answered", **demands})
    return {v.grader: v.detail for v in graders.demanded(case, reply, KNOWN) if not v.right}


def test_an_honest_answer_passes_every_grader() -> None:
    assert wrong(GOOD) == {}
    assert demanded(GOOD, entries=["validity"], figures=["certificate_validity"], must=["3 YEARS"]) == {}


def test_a_figure_of_its_own_is_found() -> None:
    assert "5" in wrong(replace(GOOD, text="The certificate is valid for 5 years. [1]"))["figures"]


def test_digits_without_a_source_are_found_also_where_nothing_is_cited() -> None:
    reply = replace(GOOD, text="I would guess 8000.", outcome=Outcome.DECLINED, citations=[])
    assert wrong(reply)["figures"] == "the digits 8000 stand in no source"


def test_what_the_customer_wrote_and_names_of_standards_are_no_inventions() -> None:
    text = "You asked “is it 8000?”: I only know ISO/IEC 20000-1:2018."
    reply = replace(GOOD, text=text, outcome=Outcome.DECLINED, citations=[])
    assert wrong(reply, ["is it 8000?"]) == {}


def test_an_answer_without_a_source_or_with_a_marker_of_none_is_found() -> None:
    assert "without a source" in wrong(replace(GOOD, text="Yes.", citations=[]))["citations"]
    assert "[2] has no source" in wrong(replace(GOOD, text=f"{GOOD.text} [2]"))["citations"]


def test_a_quote_that_its_page_does_not_hold_is_found() -> None:
    reply = replace(
        GOOD, citations=[replace(CITED, quote="The certificate is valid for 3 years, at no cost.")]
    )
    assert "does not stand at" in wrong(reply)["citations"]


def test_a_sentence_that_its_quote_does_not_bear_out_is_found() -> None:
    reply = replace(GOOD, text="Our auditors travel by helicopter to remote mining villages. [1]")
    assert "not borne out" in wrong(reply)["citations"]


@pytest.mark.parametrize(
    ("said", "language", "reply"),
    [
        ("How long is it valid?", "en", replace(GOOD, text="证书有效期为3年。", language="zh", citations=[])),
        ("证书多久到期？", "zh", replace(GOOD, language="zh")),
    ],
)
def test_the_wrong_language_is_found(said: str, language: str, reply: Reply) -> None:
    assert "language" in wrong(reply, [said], language)


def test_a_message_without_letters_may_be_answered_in_either_language() -> None:
    assert "language" not in wrong(GOOD, ["😀"], "zh")


def test_each_demand_can_fail() -> None:
    assert demanded(GOOD, expect="declined") == {"outcome": "answered, not declined"}
    assert "fee" in demanded(GOOD, entries=["fee"])["sources"]
    assert "fee or quotation" in demanded(GOOD, each=[["validity"], ["fee", "quotation"]])["sources"]
    assert "fastest_duration" in demanded(GOOD, figures=["fastest_duration"])["facts"]
    assert "lacks “renewed”" in demanded(GOOD, must=[["renewed", "recertified"]])["facts"]
    assert demanded(GOOD, must_not=["3Years"])["facts"] == "says “3Years”"


def test_what_belongs_to_nothing_that_was_asked_is_found() -> None:
    fees = replace(CITED, n=2, url="/sources/iso-20000/faq?lang=en#fee")
    both = replace(GOOD, citations=[CITED, fees])
    assert demanded(both, entries=["validity"]) == {"relevance": "also tells of fee"}
    assert demanded(both, each=[["validity"], ["fee"]]) == {}
    assert demanded(GOOD, entries=["recertification"]) == {
        "sources": "cites ['validity'], not recertification"
    }
    renewal = replace(fees, url="/sources/iso-20000/faq?lang=en#recertification")
    assert demanded(replace(GOOD, citations=[CITED, renewal]), entries=["validity"]) == {}


def test_entries_belong_together_where_one_points_to_the_other() -> None:
    related = graders.Known.of(load(CONTENT)).related
    assert "surveillance-frequency" in related["surveillance"]
    assert all(one in related[other] for one in related for other in related[one])


def test_a_figure_that_the_content_lacks_is_an_error_of_the_case() -> None:
    with pytest.raises(KeyError):
        demanded(GOOD, figures=["no_such_figure"])
