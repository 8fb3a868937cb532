import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.grounding import Evidence, Finding, Quote, Reason, check, grounded, with_citations
from bot.promises import promises
from knowledge.figures import figures
from knowledge.sentences import citations, sentences

QUOTES = [
    Quote(1, "The certificate is valid for 3 years. Surveillance takes place every 6 or 12 months."),
    Quote(2, "最快15个工作日完成。需要8份文件。"),
    Quote(3, "The 2018 edition was released on 15 September 2018."),
    Quote(4, "Members get a discount. We do not promise that you pass."),
]


def reasons(text: str, customer: str = "") -> list[tuple[str, str]]:
    return [(finding.reason.value, finding.detail) for finding in check(text, QUOTES, customer)]


@pytest.mark.parametrize(
    "text",
    [
        "It is valid for 3 years [1].",
        "It is valid for three years. [1]",
        "It is valid for 36 months [1].",
        "证书有效期三年[1]。",
        "监督审核每半年或每年一次【1】。",
        "At best 15 working days [2], and you renew after 3 years [1].",
        "It takes 8 documents. Please bring them all [2].",
        "The steps:\n1. Bring 8 documents\n2. Wait 15 working days\n3. Sign [2]",
        "It was released in September 2018 [3].",
        "ISO/IEC 20000-1:2018 has a clause 8.2 and a stage 2.",
        "Good morning! How can I help?",
        "",
        "[1]",
    ],
)
def test_what_a_cited_quote_states_is_grounded(text: str) -> None:
    assert reasons(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is valid for 5 years [1].", [("ungrounded_figure", "5 years")]),
        ("It is valid for 3 years [2].", [("ungrounded_figure", "3 years")]),
        ("It is valid for 3 months [1].", [("ungrounded_figure", "3 months")]),
        ("It takes 15 days [2].", [("ungrounded_figure", "15 days")]),
        ("最快十个工作日[2]。", [("ungrounded_figure", "十个工作日")]),
        ("It costs 10,000 euros [1].", [("ungrounded_figure", "10,000 euros")]),
        ("费用两万元左右[2]。", [("ungrounded_figure", "两万元")]),
        ("It is valid for 3 years.", [("uncited_figure", "3 years")]),
        ("It is so [1]. It is valid for 3 years.", [("uncited_figure", "3 years")]),
        ("It is valid for 3 years.\n\nSee there [1].", [("uncited_figure", "3 years")]),
        ("It is valid for 3 years. It takes 15 working days [2].", [("ungrounded_figure", "3 years")]),
        ("See [9].", [("unknown_citation", "[9]")]),
        ("See [1, 7].", [("unknown_citation", "[7]")]),
        ("Valid for 3 years [9].", [("unknown_citation", "[9]"), ("uncited_figure", "3 years")]),
        ("It is valid for [3] years.", [("uncited_figure", "3] years")]),
        ("It was released in 2021 [3].", [("ungrounded_figure", "2021")]),
    ],
)
def test_what_no_cited_quote_states_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert reasons(text) == expected


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("You said that you are 200 people.", "we are 200 people"),
        ("You mentioned a budget of 5000 yuan.", "our budget is 5000元"),
        ("Your 200 employees are counted.", "there are 200 of us"),
        ("Your company has about 200 employees.", "200 employees"),
        ("As you have 200 people, please tell us more.", "200"),
        ("您有200人。", "我们两百人"),
        ("您说的200人我记下了。", "我们200人"),
        ("你们公司目前有200人。", "200人"),
        ("您提到希望在2026年9月之前完成。", "2026年9月前要拿到"),
    ],
)
def test_a_figure_of_the_customer_may_be_repeated_as_theirs(text: str, customer: str) -> None:
    assert reasons(text, customer) == []
    assert reasons(text) != []


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("Your certificate is valid for 5 years.", "is it valid for 5 years?"),
        ("您的证书有效期为5年。", "有效期是5年吗"),
        ("It is valid for 5 years.", "is it valid for 5 years?"),
        ("You have 300 people.", "we are 200 people"),
        ("The fee is 5000 yuan for your company.", "is it 5000 yuan?"),
        ("Your audit has 4 parts.", "are there 4?"),
    ],
)
def test_a_figure_that_the_customer_only_asked_about_is_not_grounded(text: str, customer: str) -> None:
    assert {reason for reason, _ in reasons(text, customer)} == {"uncited_figure"}


@pytest.mark.parametrize(
    "text",
    [
        "We guarantee that you pass.",
        "You will pass.",
        "You will surely pass the audit.",
        "Your company will pass.",
        "It has a 100% pass rate.",
        "We promise it.",
        "This is definitely possible.",
        "There is a discount for you.",
        "It is cheaper if you sign today.",
        "Don't worry, we guarantee it.",
        "No problem, we promise.",
        "We not only audit but guarantee success.",
        "Without doubt you will pass.",
        "我们保证通过审核。",
        "包过！",
        "一定能拿到证书。",
        "您肯定能过。",
        "可以打折。",
        "现在有优惠。",
        "１００％通过。",
        "没问题，保证通过。",
        "不用担心，一定能通过。",
        "我们承诺按时出证。",
    ],
)
def test_a_promise_is_found(text: str) -> None:
    assert promises(text)
    assert Reason.PROMISE in {finding.reason for finding in check(text, QUOTES)}


@pytest.mark.parametrize(
    "text",
    [
        "We cannot promise that you will pass.",
        "I can't promise a price, a date or a discount.",
        "There is no guarantee.",
        "No promise of a date can be made.",
        "Discounts are not something that I know of.",
        "We do not offer discounts.",
        "I do not know whether there is a discount.",
        "Nobody can guarantee a result.",
        "我们不能保证通过。",
        "无法保证一定能通过。",
        "不一定能通过。",
        "我们没有优惠。",
        "我这里没有关于折扣的信息。",
        "认证是公正的，没有人可以保证通过。",
        "质量保证体系运行良好。",
        "8.7 service assurance covers it.",
        "After you pass stage 2 the certificate is issued.",
    ],
)
def test_a_denied_promise_is_none(text: str) -> None:
    assert promises(text) == []


def test_a_promise_that_stands_in_the_cited_quote_may_be_repeated() -> None:
    assert reasons("Members get a discount [4].") == []
    assert reasons("Members get a discount.") == [("promise", "discount")]
    assert reasons("Members get a discount [1].") == [("promise", "discount")]


def test_words_cut_out_of_a_denial_are_a_promise() -> None:
    assert reasons("You will pass [4].") == [("promise", "You will pass")]


def test_a_finding_names_its_sentence() -> None:
    found = check("It is so [1]. It takes 9 years [1]. Good.", QUOTES)
    assert found == [Finding("It takes 9 years [1].", Reason.UNGROUNDED_FIGURE, "9 years")]


def test_sentences_checked_one_by_one_give_the_findings_of_the_whole() -> None:
    text = "It takes 9 years. It is valid for 3 years [1]. We promise it. See [8]. 5 days."
    evidence = Evidence(QUOTES)
    parts = with_citations(sentences(text))
    assert [finding for part, cited in parts for finding in evidence.check(part, cited)] == check(
        text, QUOTES
    )


STATED = [
    "The certificate is valid for {n} years.",
    "It takes {n} working days at best!",
    "We have {n} customers",
    "证书有效期为{n}年。",
    "最快{n}个工作日完成",
    "共需{n}份文件；",
    "大约百分之{n}。",
    "费用为{n}元。",
]
SENTENCES = st.builds(lambda form, n: form.format(n=n), st.sampled_from(STATED), st.integers(2, 1800))
ANY = st.text(
    st.one_of(st.sampled_from("0123456789 .。\n[](),年元%半一二十百"), st.characters()), max_size=80
)


@given(st.lists(SENTENCES, min_size=1, max_size=4))
def test_a_reply_that_quotes_word_for_word_is_grounded(parts: list[str]) -> None:
    quote = " ".join(parts)
    assert grounded(f"{quote} [1]", [Quote(1, quote)])
    assert grounded("\n".join(f"{part} [1]" for part in parts), [Quote(1, quote)])


@given(ANY)
def test_any_text_quoted_word_for_word_has_no_figure_of_its_own(text: str) -> None:
    assume(not citations(text))
    whole = [Quote(1, text)]
    lines = "\n".join(f"{line}\n[1]" for line in text.splitlines() if line.strip())
    assert not [f for f in check(lines, whole) if f.reason is Reason.UNGROUNDED_FIGURE]


@given(st.sampled_from(STATED), st.integers(2, 1800), st.integers(2, 1800))
def test_a_replaced_figure_is_never_grounded(form: str, stated: int, claimed: int) -> None:
    assume(stated != claimed)
    found = check(f"{form.format(n=claimed)} [1]", [Quote(1, form.format(n=stated))])
    assert [finding.reason for finding in found] == [Reason.UNGROUNDED_FIGURE]


@given(SENTENCES, SENTENCES)
def test_a_reply_is_grounded_only_by_the_quote_that_it_cites(said: str, other: str) -> None:
    assume(not {f.value for f in figures(said)} & {f.value for f in figures(other)})
    quotes = [Quote(1, said), Quote(2, other)]
    assert grounded(f"{said} [1]", quotes)
    assert not grounded(f"{said} [2]", quotes)
    assert not grounded(said, quotes)


@given(ANY, ANY, ANY)
def test_any_text_can_be_checked(text: str, quote: str, customer: str) -> None:
    for finding in check(text, [Quote(1, quote)], customer):
        assert finding.sentence in sentences(text)
        assert finding.detail


@pytest.mark.parametrize(
    "piece", ["guarantee ", "保证您", "no, or ", "9 [1] ", "5 years. ", "not ", "your ", "您有", "[7]"]
)
def test_a_hostile_reply_of_100_kb_is_checked(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert grounded(text, QUOTES) is not bool(check(text, QUOTES))
