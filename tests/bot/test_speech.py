"""What a model says, sentence by sentence: what is passed on, what is mended, what is dropped."""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.speech import Silenced
from bot.claims import Action
from bot.grounding import Quote, check
from bot.masking import Masking
from fakes import a_hit
from talking import SPOKEN_OF, Heard

SIZE, DAYS, YEARS = (
    "The fee depends on your size [3].",
    "It takes 15 working days [1].",
    "It is valid 3 years [2].",
)
BAD = "It takes 20 days [1]."


class TestSaid:
    @pytest.mark.parametrize(
        ("text", "said", "cited"),
        [
            (f"{SIZE} {DAYS}", "The fee depends on your size [1]. It takes 15 working days [2].", [3, 1]),
            (f"{DAYS} {SIZE} {DAYS}", f"{DAYS} The fee depends on your size [2]. {DAYS}", [1, 3]),
            ("It depends [1, 2].", "It depends [1][2].", [1, 2]),
            ("It depends [3,1][1].", "It depends [1][2][2].", [3, 1]),
            ("It depends [1-3].", "It depends [1][2][3].", [1, 2, 3]),
            ("It depends 【2】.", "It depends [1].", [2]),
            ("It depends [3] and varies [1].", "It depends [1] and varies [2].", [3, 1]),
            ("It depends. [2] It varies. [1]", "It depends. [1] It varies. [2]", [2, 1]),
            ("- It depends [2]\n- It varies [1]", "- It depends [1]\n- It varies [2]", [2, 1]),
            ("费用取决于规模[3]。最快15个工作日[1]。", "费用取决于规模[1]。最快15个工作日[2]。", [3, 1]),
            (
                "您好！证书有有效期。有效期3年【2】。还有问题吗？",
                "您好！证书有有效期。有效期3年[1]。还有问题吗？",
                [2],
            ),
        ],
    )
    def test_sources_are_numbered_as_they_come_up(self, text: str, said: str, cited: list[int]) -> None:
        heard = Heard(language="en" if text.isascii() or ("【" in text and "。" not in text) else "zh")
        assert heard.says(text) == said
        assert heard.speech.cited == cited

    @pytest.mark.parametrize(
        "text",
        [
            f"Thank you for your question. {DAYS} Is there anything else?",
            "It is fast. That is the point. It takes 15 working days at the fastest [1].",
            "It takes 15 working days. That is the fastest [1].",
            "These are needed:\n- working days [1]\n- a certificate [2]",
            "So:\n\n- working days [1]\n- a certificate [2]",
        ],
    )
    def test_what_states_nothing_or_rests_on_the_next_source_is_said(self, text: str) -> None:
        assert Heard().says(text) == text.removeprefix("So:\n\n")

    def test_no_sentence_rests_on_a_source_beyond_a_blank_line(self) -> None:
        heard = Heard()
        assert heard.says(f"The fee differs.\n\n{DAYS} That is all.") == DAYS
        assert heard.counted("dropped", "unsourced") == 2

    def test_decoration_is_taken_off(self) -> None:
        decorated = "## At the fastest\n- **Days**: working `days` [1]\n- __It is the fastest__ [1]"
        assert Heard().says(decorated) == "At the fastest\n- Days: working days [1]\n- It is the fastest [1]"

    def test_a_figure_of_the_customers_may_be_repeated_as_theirs(self) -> None:
        said = "You mentioned 200 people, and the fee depends on the size [3]."
        assert Heard(customer="We are 200 people").says(said) == said.replace("3", "1")
        assert Heard(customer="We are 300 people").says(said) == ""

    def test_what_stands_in_front_is_said_with_the_first_words_only(self) -> None:
        heard = Heard(lead="In English:\n\n")
        assert heard.says(f"{BAD} {DAYS} {SIZE}").startswith(f"In English:\n\n{DAYS} ")
        assert Heard(lead="In English:\n\n").says(BAD) == ""

    def test_a_source_that_is_found_later_counts_from_then_on(self) -> None:
        heard = Heard()
        heard.sources.add(a_hit("e4", "Stage 2 takes 9 days."))
        assert heard.says("It takes 9 days [4].") == ""
        heard.check.learn()
        assert heard.says("It takes 9 days [4].") == "It takes 9 days [1]."
        assert heard.sources.add(a_hit("e4", "Stage 2 takes 9 days.")).n == 4

    def test_what_is_said_after_a_pause_stands_apart(self) -> None:
        assert re.fullmatch(rf"{re.escape(DAYS)}\s+It depends \[2\]\.", Heard().says(DAYS, "It depends [3]."))

    def test_what_a_sure_passage_says_in_so_many_words_gets_its_number(self) -> None:
        said = "Hello! The certificate is valid for 3 years [1]."
        assert Heard().says("Hello! The certificate is valid for 3 years.") == said
        assert Heard(sure=1).says("Hello! The certificate is valid for 3 years.") == "Hello!"

    @pytest.mark.parametrize("line", ["---", "…", "* * *", "\n\n\n"])
    def test_a_line_without_a_word_only_sets_apart(self, line: str) -> None:
        said = Heard().says(f"{DAYS}\n{line}\n{SIZE}")
        assert re.fullmatch(rf"{re.escape(DAYS)}\n+The fee depends on your size \[2\]\.", said)

    def test_a_placeholder_is_said_as_little_as_what_it_stands_for(self) -> None:
        """An address that is the customer's own would read as one of ours."""
        masking = Masking()
        masking.mask("write to ann@example.com")
        heard = Heard(masking=masking, customer="write to ann@example.com")
        assert heard.says(f"Is [EMAIL_1] right? Or is it [EMAIL]? {DAYS}") == DAYS
        assert heard.speech.dropped == ["address", "placeholder"]


class TestDropped:
    @pytest.mark.parametrize("text", ["UNKNOWN", "Unknown.", " UNKNOWN \n", "**UNKNOWN**"])
    def test_unknown_says_nothing_and_is_no_fault(self, text: str) -> None:
        heard = Heard()
        assert heard.says(text) == ""
        assert heard.says(f"{DAYS} {text}") == DAYS
        assert not heard.speech.dropped
        assert not heard.asked

    @pytest.mark.parametrize(
        ("sentence", "reason", "mended"),
        [
            (BAD, "ungrounded_figure", True),
            ("It costs 500 yuan.", "uncited_figure", True),
            ("It takes 15 working days [9].", "unknown_citation", True),
            ("We guarantee that you pass [1].", "promise", True),
            ("An auditor reads the papers first.", "unsourced", False),
            ("审核由我们负责[1]。", "language", False),
            ('{"name": "hand_over"} [1]', "markup", False),
            ("Never calculate, convert, round or estimate one of them [1].", "prompt", False),
            ("Ask [EMAIL] now [1].", "placeholder", False),
        ],
    )
    def test_what_may_not_be_said_is_dropped_and_counted(
        self, sentence: str, reason: str, mended: bool
    ) -> None:
        heard = Heard()
        assert heard.says(f"{sentence}\n{SIZE}" if "[" in sentence else sentence) in {"", f"{SIZE[:-3]}1]."}
        assert heard.speech.dropped == [reason]
        assert heard.counted("dropped", reason) == 1
        assert [asked for asked, _ in heard.asked] == [sentence] * mended

    @pytest.mark.parametrize(
        "sentence",
        [
            "I have submitted your application [1].",
            "A colleague will call you tomorrow [1].",
            "I have forwarded your question to our team.",
            "我已经为您提交了申请[1]。",
            "同事稍后会给您打电话[1]。",
            "Write to sales@fake.example [3].",
            "See www.fake.example [3].",
            "It needs ISO 27001 [3].",
        ],
    )
    def test_what_was_made_up_beside_figures_is_dropped_too(self, sentence: str) -> None:
        """What only a tool can do, an address or a standard that no source holds."""
        assert Heard(language="en" if sentence.isascii() else "zh").says(sentence) == ""

    def test_what_was_done_and_an_address_of_a_source_may_be_said(self) -> None:
        said = "Your application has been submitted [1]."
        assert Heard(done=[Action.SUBMITTED]).says(said) == said
        assert Heard().says(said) == ""
        assert Heard().says("Write to info@cert.example [3].") == "Write to info@cert.example [1]."

    @pytest.mark.parametrize("question", ["How long will that take us?", "About b?", "2. What is it?"])
    def test_nobody_is_asked_what_they_asked_or_what_a_passage_is_headed(self, question: str) -> None:
        heard = Heard(customer="Hello. How long will that take us?")
        assert heard.says(f"{question} {DAYS}") == DAYS
        assert heard.speech.dropped == ["echo"]

    def test_a_sentence_that_rests_on_one_that_is_dropped_does_not_lose_its_source(self) -> None:
        said = Heard().says("It takes 15 working days. It costs 500 yuan [1].")
        assert check(said, [Quote(1, SPOKEN_OF["en"][0])]) == []

    def test_nothing_rests_on_a_number_that_stands_for_no_passage(self) -> None:
        heard = Heard()
        assert heard.says("Gladly! We certify hotels. More is there [9].") == ""
        assert heard.speech.dropped == ["unsourced", "unsourced", "unknown_citation"]
        assert heard.speech.cited == []

    def test_nobody_hears_more_once_nobody_may_speak(self) -> None:
        heard = Heard(most=1)
        with pytest.raises(Silenced):
            heard.says(f"{DAYS} {YEARS} {SIZE}")
        assert heard.speech.text == "".join(heard.pieces) == DAYS
        assert heard.speech.cited == [1]


@pytest.mark.parametrize("slow", [True, False])
class TestMended:
    def test_it_comes_between_what_was_before_and_what_follows(self, slow: bool) -> None:
        heard = Heard(DAYS, slow=slow)
        assert heard.says(f"{YEARS}\n{BAD} {SIZE}") == (
            "It is valid 3 years [1].\nIt takes 15 working days [2]. The fee depends on your size [3]."
        )
        assert heard.asked == [(BAD, ["20 days"])]
        assert heard.before == ["It is valid 3 years [1]."]
        assert (heard.counted("repaired"), heard.counted("sent")) == (1, 2)

    def test_only_the_first_of_several_is_mended(self, slow: bool) -> None:
        heard = Heard(DAYS, "It takes 15 working days, as I said [1].", slow=slow)
        assert heard.says(f"{BAD} It costs 500 yuan [3]. {YEARS}") == f"{DAYS} {YEARS}"
        assert len(heard.asked) == 1

    @pytest.mark.parametrize(
        "mended",
        [
            "",
            "UNKNOWN",
            "It takes 30 days [1].",
            "It takes 15 working days.",
            "最快15个工作日[1]。",
            "x" * 3000,
            "\n \n",
        ],
    )
    def test_what_is_no_better_is_dropped(self, slow: bool, mended: str) -> None:
        heard = Heard(mended, slow=slow)
        assert heard.says(f"{BAD} {YEARS}") == "It is valid 3 years [1]."
        assert heard.counted("repaired") == 0

    def test_the_good_one_of_two_sentences_is_said(self, slow: bool) -> None:
        assert Heard(f"It costs 9 yuan [3]. {DAYS}", slow=slow).says(BAD) == DAYS

    def test_who_abandons_it_hears_nothing_of_it(self, slow: bool) -> None:
        heard = Heard(DAYS, slow=slow)

        async def leave() -> None:
            await heard.speech.hear(f"{BAD} {YEARS} {SIZE}")
            heard.speech.abandon()
            await asyncio.sleep(0)

        asyncio.run(leave())
        assert heard.speech.text == ""


GOOD = [
    DAYS,
    YEARS,
    SIZE,
    "It depends [1, 3].",
    "Hello!",
    "Is that all?",
    "- It varies 【2】",
    "The fee differs.",
]
POOR = [
    BAD,
    "It costs 500 yuan [3].",
    "15 working days.",
    "Twenty years [2].",
    "It is [8].",
    "审核[1]。",
    "UNKNOWN",
]
texts = st.lists(
    st.tuples(st.sampled_from(GOOD + POOR), st.sampled_from([" ", "\n", "\n\n"])), min_size=1, max_size=7
).map(lambda parts: "".join(sentence + space for sentence, space in parts))


@given(texts, st.integers(1, 30), st.sampled_from(["", DAYS, BAD]), st.booleans())
def test_whatever_is_written_all_that_is_said_stands_in_its_sources(
    text: str, size: int, mended: str, slow: bool
) -> None:
    heard = Heard(mended, slow=slow)
    said = heard.says(text, size=size)
    assert said == "".join(heard.pieces)
    quotes = [Quote(n, SPOKEN_OF["en"][at - 1]) for n, at in enumerate(heard.speech.cited, 1)]
    assert check(said, quotes) == []
    assert list(dict.fromkeys(re.findall(r"\[(\d+)\]", said))) == [str(quote.n) for quote in quotes]


@given(texts, st.integers(1, 30))
def test_it_does_not_matter_in_what_pieces_it_comes(text: str, size: int) -> None:
    assert Heard().says(text, size=size) == Heard().says(text, size=1000)
