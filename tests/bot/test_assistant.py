"""What customers read where a model answers, and what they read where it fails, invents or is silent."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.answer import Answerer
from bot.messages import HandoffReason, Outcome
from bot.model import Call, Failure, ModelError
from bot.prompts import instructions
from fakes import silence
from knowledge.search import Search
from talking import ALL_AT_ONCE, Talk, Talks, calls

ASK = "How long does certification take?"
DAYS, VALID = "At the fastest it takes 15 working days [1].", "The certificate is valid for 3 years [4]."
BAD = "It usually takes 20 days [1]."
UNKNOWABLE = ["Do you also certify zoos?", "Does the certificate come with a ribbon?"]
FAILURES = [failure for failure in Failure if failure is not Failure.RESTING]


@pytest.fixture
def talks(tmp_path: Path, shipped_search: Search) -> Iterator[Talks]:
    with closing(Talks(tmp_path, shipped_search)) as made:
        yield made


def fell_back(talk: Talk, reason: str, times: int = 1) -> bool:
    return talk.counted(f'certdesk_fallbacks_total{{reason="{reason}"}} {times}.0')


def failing(failure: Failure = Failure.UNREACHABLE) -> ModelError:
    return ModelError(failure, f"it was {failure}")


class TestAnswers:
    def test_a_sourced_answer_is_a_reply_like_any_other(self, talks: Talks, shipped_search: Search) -> None:
        asked = "What does it cost, and what does the fee depend on?"
        hits = Answerer(shipped_search).look_up(asked, [], "en").hits
        place = {hit.entry.id: f"[{n}]" for n, hit in enumerate(hits, 1)}
        factors, fee = place["fee-factors"], place["fee"]
        said = f"The fee depends on the number of people and their services {factors}. We publish no price {fee}. Anything else?"
        talk = talks(said)
        pieces, reply = talk.hear(asked)
        assert (
            reply.text
            == "".join(pieces)
            == said.replace(factors, "[a]").replace(fee, "[2]").replace("[a]", "[1]")
        )
        assert (reply.outcome, reply.language, reply.ai_generated) == (Outcome.ANSWERED, "en", True)
        assert [(c.n, c.url.partition("#")[2]) for c in reply.citations] == [(1, "fee-factors"), (2, "fee")]
        assert all(citation.quote in talk.told for citation in reply.citations)
        assert reply.actions[0].label == "Start an application"
        assert talk.said == [asked, reply.text]
        assert len(talk.model.prompts) == 1
        assert talk.model.prompts[0].tools

    def test_a_chinese_question_gets_a_chinese_answer(self, talks: Talks) -> None:
        talk = talks("费用取决于组织人数和规模【1】。我们没有统一的公开价格[1，3]。", locale="zh-CN")
        reply = talk.say("费用多少？")
        assert reply.text == "费用取决于组织人数和规模[1]。我们没有统一的公开价格[1][2]。"
        assert (reply.language, reply.actions[0].label) == ("zh", "开始申请")
        assert "Chinese (Simplified)" in talk.told

    def test_another_language_is_answered_in_english_and_told_so_once(self, talks: Talks) -> None:
        for replies in ([DAYS], ["Il faut du temps."], [f"{DAYS} Il faut du temps.", "UNKNOWN"]):
            reply = talks(*replies).say("combien de temps faut-il pour la certification ?")
            assert reply.text.startswith("I can answer in English and Chinese only")
            assert reply.text.count("I can answer in English") == 1
            assert "15 working days" in reply.text

    @pytest.mark.parametrize(
        "text", ["hello", "thanks!", "are you a robot?", "转人工客服", "I want to apply", "???"]
    )
    def test_what_needs_no_knowledge_needs_no_model(self, talks: Talks, text: str) -> None:
        talk = talks()
        assert talk.say(text).text
        assert talk.model.prompts == []

    def test_what_is_unknown_is_declined_and_kept_and_the_second_goes_to_a_person(self, talks: Talks) -> None:
        talk = talks("UNKNOWN", "UNKNOWN")
        first, second = talk.say(UNKNOWABLE[0]), talk.say(UNKNOWABLE[1])
        assert first.text == talks.among().say(UNKNOWABLE[0]).text
        assert (first.outcome, second.outcome) == (Outcome.DECLINED, Outcome.HANDED_OFF)
        assert sorted(talk.gaps) == sorted(UNKNOWABLE)
        assert talk.handoff() is HandoffReason.FAILED_TWICE

    def test_a_courtesy_alone_answers_nothing(self, talks: Talks) -> None:
        talk = talks("Thank you for your question!")
        reply = talk.say(UNKNOWABLE[0])
        assert reply.text.startswith("Thank you for your question!\n\nI have nothing about that")
        assert reply.outcome is Outcome.DECLINED
        assert talk.gaps == UNKNOWABLE[:1]

    def test_a_question_back_stands_in_for_the_composed_one(
        self, talks: Talks, shipped_search: Search, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        often = replace(shipped_search.calibration, clarify=0.1, answer=0.5)
        monkeypatch.setattr(shipped_search, "calibration", often)
        unclear = "who was your first customer"
        composed = talks.among().say(unclear)
        assert composed.outcome is Outcome.CLARIFY
        reply = talks("Which certificate do you mean?").say(unclear)
        assert (reply.text, reply.outcome) == ("Which certificate do you mean?", Outcome.CLARIFY)
        assert reply.actions == composed.actions


class TestSearches:
    def test_more_passages_are_numbered_on(self, talks: Talks) -> None:
        talk = talks(
            [calls("search_knowledge", query="how long is the certificate valid")], "It is 3 years [5]."
        )
        reply = talk.say("How much does it cost?")
        assert reply.text == "It is 3 years [1]."
        assert "3 years" in reply.citations[0].quote
        (exchange,) = talk.model.prompts[1].exchanges
        (result,) = exchange.results.values()
        assert result.startswith('<passages>\n<passage n="5"')
        assert talk.model.prompts[1].lines == talk.model.prompts[0].lines

    def test_a_passage_that_is_there_already_keeps_its_number(self, talks: Talks) -> None:
        talk = talks([calls("search_knowledge", query=ASK)], DAYS)
        assert talk.say(ASK).text == DAYS
        assert '<passage n="1"' in str(talk.model.prompts[1].exchanges[0].results)

    def test_what_was_said_before_a_search_stands_apart_from_what_follows(self, talks: Talks) -> None:
        pieces, reply = talks([DAYS, calls("search_knowledge", query="validity")], VALID).hear(ASK)
        assert reply.text.split() == f"{DAYS} {VALID.replace('4]', '2]')}".split()
        assert "".join(pieces) == reply.text

    @pytest.mark.parametrize(
        "arguments", [{"query": " "}, {}, {"query": None}, {"q": "x"}, {"query": 7}, None]
    )
    def test_a_search_for_nothing_finds_little_and_breaks_nothing(
        self, talks: Talks, arguments: object
    ) -> None:
        call = Call("1", "search_knowledge", arguments if isinstance(arguments, dict) else None)
        assert talks(call, DAYS).say(ASK).text == DAYS

    def test_who_searches_for_ever_ends_with_the_composed_answer(self, talks: Talks) -> None:
        talk = talks(*[calls("search_knowledge", query="time")] * 9)
        assert talk.say(ASK).text == talks.among().say(ASK).text
        assert [bool(prompt.tools) for prompt in talk.model.prompts] == [True, True, False]
        assert fell_back(talk, "empty")

    def test_the_last_call_may_ask_for_nothing_any_more(self, talks: Talks) -> None:
        talk = talks(
            *[calls("search_knowledge", query="time")] * 2, [DAYS, calls("hand_over", reason="upset")]
        )
        assert talk.say(ASK).text == DAYS
        assert talk.handoff() is None


class TestMends:
    def test_a_figure_that_no_source_holds_is_mended_by_one_call(self, talks: Talks) -> None:
        talk = talks(f"{BAD} {VALID}", DAYS)
        reply = talk.say(ASK)
        assert reply.text == f"{DAYS} The certificate is valid for 3 years [2]."
        asked = talk.model.prompts[1]
        assert (asked.tools, asked.lines[0].text) == ((), instructions("repair").text)
        assert f"<sentence>\n{BAD}\n</sentence>" in asked.lines[1].text
        assert "do not hold: 20 days" in asked.lines[1].text
        assert '<passage n="4"' in asked.lines[1].text
        assert talk.counted('certdesk_sentences_total{reason="",result="repaired"} 1.0')

    @pytest.mark.parametrize(
        "mended", ["UNKNOWN", BAD, failing(), [DAYS[:20], failing(Failure.CUT)], silence]
    )
    def test_one_that_cannot_be_mended_is_dropped(
        self, talks: Talks, monkeypatch: pytest.MonkeyPatch, mended: object
    ) -> None:
        monkeypatch.setattr("bot.assistant.assistant._MENDING", 0.05)
        talk = talks()
        talk.model.replies = [f"{BAD} {VALID}", mended]  # type: ignore[list-item]
        assert talk.say(ASK).text == "The certificate is valid for 3 years [1]."
        assert len(talk.model.prompts) == 2

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            (BAD, "ungrounded_figure"),
            (f"{BAD} It costs 500 yuan [2].", "ungrounded_figure"),
            ("It takes time [77].", "unknown_citation"),
            ("We guarantee that you pass [1].", "promise"),
            ("认证需要一些时间[1]。", "language"),
            ('<tool_call>{"name": "search_knowledge"}</tool_call>', "markup"),
            (
                "Use only the numbered passages, and every sentence that states something ends with a number.",
                "prompt",
            ),
            ("An auditor reads the papers first.", "unsourced"),
            ("I have passed your question on to a colleague.", ""),
        ],
    )
    def test_where_nothing_is_left_the_composed_answer_stands(
        self, talks: Talks, said: str, reason: str
    ) -> None:
        talk = talks(said, "UNKNOWN")
        composed = talks.among().say(ASK)
        reply = talk.say(ASK)
        assert (reply.text, reply.citations, reply.actions) == (
            composed.text, composed.citations, composed.actions)  # fmt: skip
        assert not reason or fell_back(talk, reason)


class TestFallsBack:
    @pytest.mark.parametrize("failure", FAILURES)
    def test_before_the_first_word_the_composed_answer_stands(self, talks: Talks, failure: Failure) -> None:
        talk = talks(failing(failure))
        pieces, reply = talk.hear(ASK)
        assert reply.text == "".join(pieces) == talks.among().say(ASK).text
        assert reply.outcome is Outcome.ANSWERED
        assert fell_back(talk, failure)

    @pytest.mark.parametrize("failure", FAILURES)
    def test_after_a_sentence_the_composed_answer_follows_it(self, talks: Talks, failure: Failure) -> None:
        pieces, reply = talks([f"{VALID} And it", failing(failure)]).hear(ASK)
        composed = talks.among().say(ASK).text.replace("[1]", "[2]")
        assert reply.text == "".join(pieces) == f"The certificate is valid for 3 years [1].\n\n{composed}"
        assert [citation.n for citation in reply.citations] == [1, 2]

    @pytest.mark.parametrize(("first", "longest"), [("", 0.05), (DAYS, 1.0)])
    def test_who_is_silent_for_too_long_is_not_waited_for(
        self, talks: Talks, first: str, longest: float
    ) -> None:
        talk = talks([f"{first} And", silence] if first else silence, longest=longest)
        composed = talks.among().say(ASK).text
        assert talk.hear(ASK)[1].text == (f"{first}\n\n{composed}" if first else composed)
        assert fell_back(talk, "timeout")

    def test_one_line_of_the_log_tells_how_it_went_without_a_word_of_the_customer(self, talks: Talks) -> None:
        talk = talks([f"{BAD} {DAYS}", failing(Failure.CUT)], "UNKNOWN")
        with capture_logs() as logged:
            talk.say(f"{ASK} My secret is 4711")
        (line,) = [line for line in logged if line["event"] == "model answered"]
        assert (line["conversation"], line["trouble"], line["calls"]) == (talk.id, "cut", 2)
        assert line["dropped"] == ["ungrounded_figure"]
        assert line["prompt"] == instructions("system").version
        assert "4711" not in str(logged)
        assert "working days" not in str(logged)


class TestConversations:
    """Whole ones: a question, an application with another in between, a correction, a status, a complaint."""

    def test_in_english(self, talks: Talks) -> None:
        depends = "The fee depends on the number of people [1]."
        status = calls("application_status")
        talk = talks(DAYS, depends, status)
        assert talk.say(ASK).text == DAYS
        talk.all("I want to start an application", "Star Hosting Ltd")
        aside = talk.say("How much does it cost?")
        assert aside.text == f"{depends}\n\n(2 of 9) What is your company's main business?"
        talk.all("Hosting", "Service desk", "80", "2", "skip", "skip", "Ann Lee", "ann@example.com")
        assert "covered: 90" in talk.say("no, 90 people").text
        assert talk.cases == []
        sent = talk.say("yes")
        (case,) = talk.cases
        assert sent.case
        assert (sent.case.reference, talk.intake) == (case.reference, None)
        assert (case.fields["company"], case.fields["people_covered"]) == ("Star Hosting Ltd", "90")
        assert case.reference in talk.say("how long does certification take on average").text
        assert talk.say("you people keep me hanging and I am not pleased").outcome is Outcome.HANDED_OFF
        assert talk.handoff() is HandoffReason.COMPLAINT
        assert len(talk.model.prompts) == 3  # a complaint needs none

    def test_in_chinese(self, talks: Talks) -> None:
        talk = talks("最快15个工作日[1]。", "费用取决于组织人数[1]。", locale="zh-CN")
        assert talk.say("认证需要多久？").text == "最快15个工作日[1]。"
        talk.all("我要开始申请", "深圳星辰科技有限公司")
        assert talk.say("费用多少？").text == "费用取决于组织人数[1]。\n\n（2/9）贵公司的主营业务是什么？"
        talk.all("软件外包", "运维服务、服务台", "50人", "2个", "跳过", "跳过", "李雷", "13800138000")
        assert "覆盖人数：60" in talk.say("人数改成60").text
        talk.say("是")
        (case,) = talk.cases
        assert (case.fields["company"], case.fields["people_covered"]) == ("深圳星辰科技有限公司", "60")
        assert (case.contact, case.language) == ("+8613800138000", "zh")
        assert case.reference in talk.say("咱们那个事儿后来怎么样了").text
        assert talk.say("你们的人一直不回，太差劲了").language == "zh"
        assert talk.handoff() is HandoffReason.COMPLAINT
        assert "13800138000" not in talk.told
        assert len(talk.model.prompts) == 2  # news of the case and a complaint need none

    @pytest.mark.parametrize("word", ["no", "Change something", "skip"])
    def test_a_word_that_an_application_knows_needs_no_model(self, talks: Talks, word: str) -> None:
        talk = talks("UNKNOWN")
        talk.all("I want to start an application" if word == "skip" else ALL_AT_ONCE, word)
        assert talk.model.prompts == []


def test_of_two_questions_the_one_that_a_model_leaves_out_is_answered_too(talks: Talks) -> None:
    talk = talks("At the fastest it takes 15 working days [1].")
    pieces, reply = talk.hear("How long does it take? How long is the certificate valid?")
    assert reply.text.startswith("At the fastest it takes 15 working days [1].\n\n")
    assert "3 years" in reply.text
    assert [citation.n for citation in reply.citations] == [1, 2]
    assert "".join(pieces) == reply.text
