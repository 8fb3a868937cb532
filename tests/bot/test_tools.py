"""What a model may ask for, and what then happens: no more than the customer's own words would have done."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Stage
from bot.messages import HandoffReason, Outcome
from bot.model import Call
from bot.tools import stands
from knowledge.search import Search
from talking import ALL_AT_ONCE, WHOLE, Talk, Talks, calls

ASK = "How long does certification take?"
SAID = "At the fastest it takes 15 working days [1]."
WISH = "could you get things going for Star Hosting Ltd, around 80 folks"
ALWAYS = {"search_knowledge", "hand_over"}
OF_CASES = {"request_quotation", "application_status", "missing_documents"}
CONFIRM = calls("confirm_application")
AGREED = "yep, it is all there, off with it, please send it"


@pytest.fixture
def talks(tmp_path: Path, shipped_search: Search) -> Iterator[Talks]:
    with closing(Talks(tmp_path, shipped_search)) as made:
        yield made


def reviewed(talk: Talk) -> Talk:
    """The customer has given everything and has been shown it."""
    assert "Please check your application" in talk.say(ALL_AT_ONCE).text
    return talk


def offered(talk: Talk) -> set[str]:
    return {tool.name for tool in talk.model.prompts[-1].tools}


class TestOffered:
    def test_without_an_application_one_may_be_started(self, talks: Talks) -> None:
        talk = talks(SAID)
        talk.say(ASK)
        assert offered(talk) == ALWAYS | OF_CASES | {"start_application"}
        (start,) = [tool for tool in talk.model.prompts[-1].tools if tool.name == "start_application"]
        assert set(start.parameters["properties"]["details"]["properties"]) >= set(WHOLE)

    def test_within_one_it_may_be_changed_and_confirmed(self, talks: Talks) -> None:
        talk = talks(SAID)
        talk.all("I want to start an application", ASK)
        assert offered(talk) == ALWAYS | OF_CASES | {"update_application", "confirm_application"}

    @pytest.mark.parametrize("name", ["delete_case", "", "confirm_application", "update_application", "大"])
    def test_what_is_not_offered_is_not_done(self, talks: Talks, name: str) -> None:
        talk = talks([SAID, calls(name, details=WHOLE)])
        assert talk.say(ASK).text == SAID
        assert (talk.intake, talk.cases) == (None, [])
        assert talks(calls(name)).say(ASK).text == talks.among().say(ASK).text

    @pytest.mark.parametrize("name", ["start_application", "hand_over", "application_status"])
    def test_what_cannot_be_read_is_not_done(self, talks: Talks, name: str) -> None:
        talk = talks([SAID, Call("1", name, None)])
        assert talk.say(ASK).text == SAID
        assert (talk.intake, talk.handoff()) == (None, None)


class TestStart:
    def test_an_application_begins_with_what_the_customer_has_written(self, talks: Talks) -> None:
        talk = talks(
            calls("start_application", details={"company": "Star Hosting Ltd", "people_covered": "80"})
        )
        reply = talk.say(WISH)
        assert reply.outcome is Outcome.INTAKE
        assert "https://certdesk.example/privacy?lang=en" in reply.text
        assert talk.values == {"company": "Star Hosting Ltd", "people_covered": "80"}
        assert "(2 of 9)" in reply.text

    @pytest.mark.parametrize(
        "details",
        [
            {"contact": "evil@example.com", "sites": "7"},
            {"company": "Moon Hosting Ltd"},
            {"company": ["Star Hosting Ltd"], "sites": 2, "contact": None},
            {"nonsense": "Star Hosting Ltd", "": "80", "sites": " ", "contact": "?!"},
            ["company"],
            "Star Hosting Ltd",
        ],
    )
    def test_what_the_customer_never_wrote_is_not_taken(self, talks: Talks, details: object) -> None:
        with_it = talks(calls("start_application", details=details))
        without = talks(calls("start_application"))
        assert with_it.say(WISH).outcome is without.say(WISH).outcome is Outcome.INTAKE
        assert with_it.intake == without.intake

    def test_what_was_written_earlier_counts_too(self, talks: Talks) -> None:
        talk = talks(SAID, calls("start_application", details={"company": "Star Hosting Ltd"}))
        talk.all(f"We are Star Hosting Ltd. {ASK}", "ok please see to that for us")
        assert talk.values["company"] == "Star Hosting Ltd"

    def test_words_before_the_call_are_said_first(self, talks: Talks) -> None:
        talk = talks([SAID, calls("start_application")])
        pieces, reply = talk.hear(f"{ASK} Then get it going for us")
        assert pieces[0] == SAID
        assert reply.text.startswith(f"{SAID}\n\n")
        assert reply.outcome is Outcome.INTAKE
        assert [citation.n for citation in reply.citations] == [1]

    def test_who_has_one_is_shown_it(self, talks: Talks) -> None:
        talk = talks(calls("start_application"))
        case = talk.apply()
        reply = talk.say("did the snowball start to roll")
        assert (reply.outcome, talk.intake, talk.cases) == (Outcome.STATUS, None, [case])
        assert case.reference in reply.text


class TestUpdate:
    def test_an_answer_in_other_words_is_put_down(self, talks: Talks) -> None:
        talk = talks(calls("update_application", details={"people_covered": "eighty"}))
        talk.all("I want to start an application", "Star Hosting Ltd", "Hosting", "Service desk")
        reply = talk.say("is eighty heads all told enough to go by?")
        assert talk.values["people_covered"] == "80"
        assert "(5 of 9)" in reply.text

    def test_a_correction_is_put_down_and_read_back(self, talks: Talks) -> None:
        talk = reviewed(talks(calls("update_application", details={"sites": "3"})))
        reply = talk.say("hm, what about that office in Porto, which makes it 3?")
        assert talk.values["sites"] == "3"
        assert talk.intake
        assert talk.intake.stage is Stage.REVIEW
        assert "5. Number of sites: 3" in reply.text
        assert talk.cases == []


class TestConfirm:
    @pytest.mark.parametrize("words", [AGREED, "yep, looks all as it should be, please send it"])
    def test_who_has_seen_it_and_agrees_has_applied(self, talks: Talks, words: str) -> None:
        talk = reviewed(talks(CONFIRM))
        reply = talk.say(words)
        (case,) = talk.cases
        assert reply.case
        assert reply.case.reference == case.reference
        assert (case.fields["people_covered"], talk.intake) == ("80", None)

    @pytest.mark.parametrize(
        "words",
        [
            "yes?",
            "ignore that, I am confirmed",
            ASK,
            "I confirmed it with my boss last week",
            "should I send it",
        ],
    )
    def test_no_other_words_send_it_whatever_the_model_asks_for(self, talks: Talks, words: str) -> None:
        talk = reviewed(talks(CONFIRM, CONFIRM))
        reply = talk.say(words)
        assert talk.cases == []
        assert reply.case is None
        assert talk.intake is not None

    def test_before_it_was_shown_nothing_is_sent(self, talks: Talks) -> None:
        """Neither while questions are open, nor where the last words were "What should I change?"."""
        talk = talks(CONFIRM)
        talk.all("I want to start an application", "Star Hosting Ltd", "Hosting", "Service desk")
        talk.say("yep, whatever, do what is needed for the certificate now")
        other = reviewed(talks("UNKNOWN", CONFIRM))
        assert other.say("hm, no").text.startswith("What should I change?")
        reply = other.say("it is what it is, do as you think")
        assert len(talk.model.prompts) == 1
        assert talk.cases == []
        assert "1. Company name: Star Hosting Ltd" in reply.text

    def test_what_has_just_been_changed_is_not_sent_unseen(self, talks: Talks) -> None:
        talk = reviewed(talks([calls("update_application", details={"company": "Moon Hosting"}), CONFIRM]))
        reply = talk.say("yep, we are called Moon Hosting by now, send it please")
        assert (talk.cases, talk.values["company"]) == ([], "Moon Hosting")
        assert "1. Company name: Moon Hosting" in reply.text

    def test_twice_makes_one_case(self, talks: Talks) -> None:
        talk = reviewed(talks([CONFIRM, CONFIRM], CONFIRM))
        talk.all(AGREED, AGREED)
        assert len(talk.cases) == 1


class TestHandOver:
    @pytest.mark.parametrize(
        ("reason", "kept"),
        [
            ("complaint", HandoffReason.COMPLAINT),
            ("upset", HandoffReason.UPSET),
            ("policy", HandoffReason.POLICY),
            (["tool_failure"], HandoffReason.CUSTOMER_ASKED),
        ],
    )
    def test_one_handoff_is_opened_with_its_reason(
        self, talks: Talks, reason: object, kept: HandoffReason
    ) -> None:
        talk = talks(
            [SAID, calls("hand_over", reason=reason), calls("hand_over", reason=reason)], calls("hand_over")
        )
        reply = talk.say(ASK)
        assert (reply.outcome, talk.handoff()) == (Outcome.HANDED_OFF, kept)
        assert reply.text.startswith(f"{SAID}\n\n")
        assert talk.say(ASK).outcome is Outcome.HANDED_OFF
        assert talk.handoff() is kept

    def test_what_a_question_gave_beside_it_is_not_lost(self, talks: Talks) -> None:
        """ "80 people" is an answer, the rest of it is a question that the model passes on."""
        talk = talks(calls("hand_over", reason="no_knowledge"))
        talk.all("I want to start an application", "Star Hosting Ltd", "Hosting", "Service desk")
        reply = talk.say("80 people. Do your auditors like cats?")
        assert reply.outcome is Outcome.HANDED_OFF
        assert talk.values.get("people_covered") == "80"


class TestCases:
    @pytest.mark.parametrize("name", ["application_status", "missing_documents"])
    def test_a_customer_hears_of_their_own_case_and_of_no_other(self, talks: Talks, name: str) -> None:
        theirs = talks().apply()
        talk = talks(*[calls(name, reference=theirs.reference, contact=theirs.contact)] * 2)
        asked = "where are we at, any movement?"
        assert theirs.reference not in talk.say(asked).text
        own = talk.apply(company="Moon Ltd")
        reply = talk.say(asked)
        assert (reply.outcome, theirs.reference in reply.text) == (Outcome.STATUS, False)
        assert own.reference in reply.text

    def test_within_an_application_the_open_question_follows(self, talks: Talks) -> None:
        talk = talks([SAID, calls("application_status")])
        reply = talk.all("I want to start an application", ASK)
        assert reply.text.startswith(SAID)
        assert "(1 of 9)" in reply.text
        assert talk.intake is not None

    def test_a_quotation_for_a_case_reaches_the_staff(self, talks: Talks) -> None:
        talk = talks(calls("request_quotation"))
        case = talk.apply()
        assert talk.say("how about some numbers for the boss").outcome is Outcome.HANDED_OFF
        assert talk.handoff() is HandoffReason.QUOTATION
        with talk.store.read() as tx:
            assert len(tx.cases.quotation_requests(case.id)) == 2

    def test_a_quotation_without_a_case_begins_an_application(self, talks: Talks) -> None:
        talk = talks(calls("request_quotation"))
        reply = talk.say("how about some numbers for the boss")
        assert reply.outcome is Outcome.INTAKE
        assert "quotation" in reply.text
        assert talk.intake is not None

    def test_of_two_tools_the_first_is_used(self, talks: Talks) -> None:
        """What the second does may rest on what the customer has not yet seen."""
        talk = talks([calls("start_application"), calls("hand_over", reason="complaint")])
        assert talk.say(WISH).outcome is Outcome.INTAKE
        assert (talk.intake is not None, talk.handoff()) == (True, None)


@pytest.mark.parametrize(
    ("value", "written", "does"),
    [
        ("Star Hosting Ltd.", "we are star  hosting LTD", True),
        ("13800138000", "call 138-0013-8000", True),
        ("80", "about eighty of us", True),
        ("50", "五十来人", True),
        ("深圳星辰", "我们是深圳星辰科技", True),
        ("Moon", "Star", False),
        ("8", "80 people", False),
        ("800", "80 people", False),
        ("", "x", False),
        (" .", "x . y", False),
    ],
)
def test_a_value_stands_where_it_was_written_in_whatever_way(value: str, written: str, does: bool) -> None:
    assert stands(value, written) is does


@given(st.text(st.characters(categories=["L"]), min_size=1), st.text())
def test_words_that_a_text_begins_with_stand_in_it(value: str, rest: str) -> None:
    assert stands(value, f"{value} {rest}")
