import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import settings
from bot.claims import Action
from bot.grounding import Evidence, Finding, ModelEvidence, Quote, Reason, check, grounded, with_citations
from bot.promises import promises
from forms import long
from knowledge.figures import figures
from knowledge.load import load
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
def test_a_long_hostile_reply_is_checked(piece: str) -> None:
    text = long(piece, 100_000)
    assert grounded(text, QUOTES) is not bool(check(text, QUOTES))


SOURCES = [
    Quote(1, "Certification is against ISO/IEC 20000-1:2018. ISO/IEC 20000-2:2019 is guidance."),
    Quote(2, "It has the structure of ISO 9001:2015 and ISO/IEC 27001. The 2013 edition is out of date."),
    Quote(
        3,
        "请致电400-820-8820或发邮件到info@example.org，网址https://www.example.org/help?x=1，微信号：cert_help88。",
    ),
    Quote(4, "The account is 6222 0212 3456 7890 123. 统一社会信用代码91310000MA1FL0AB1C。"),
    Quote(5, "A colleague will call you. 现行版是2018版。"),
]
CUSTOMER = "I am li@acme.com, 138 0013 8000, and we need ISO 45001. My case is CD-2026-000123."
OF_MODELS = {Reason.ACTION, Reason.ADDRESS, Reason.STANDARD}


def model_reasons(text: str, done: frozenset[Action] = frozenset()) -> list[tuple[str, str]]:
    found = ModelEvidence(SOURCES, CUSTOMER).check(text, citations(text), done)
    return [(finding.reason.value, finding.detail) for finding in found if finding.reason in OF_MODELS]


@pytest.mark.parametrize(
    "text",
    [
        "ISO/IEC 20000-1:2018 holds the requirements [1].",
        "ISO/IEC 20000 is for IT services [1].",
        "ISO 20000认证适合IT部门[1]。",
        "20000认证适合IT部门[1]。",
        "Part 1, ISO20000-1, can be certified [1].",
        "ISO 9001/27001 have the same structure [2].",
        "ISO/IEC 27001:2013 has the same structure [2].",
        "The 2018 edition is current, not the 2013 edition [5].",
        "以2018版为准[5]。",
        "I have no information about ISO 45001.",
        "I have nothing on ISO 45001 and CMMI in my documents.",
        "ISO 45001 certification is not something we offer.",
        "Regarding TISAX, SOC 2 or ITIL, I have nothing in my documents.",
        "关于CMMI，我手头的资料里没有内容。",
        "ISO 45001、CMMI和ITIL都不在我手头的资料里。",
        "我们不做ISO 14001认证。",
    ],
)
def test_a_standard_may_be_named_that_a_quote_names_or_the_sentence_denies(text: str) -> None:
    assert model_reasons(text) == []


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("We also certify to ISO 45001.", "ISO 45001"),
        ("我们也做ISO 14001认证。", "ISO 14001"),
        ("我们也提供14001认证。", "14001"),
        ("ISO/IEC 20000-3 explains the scope [1].", "ISO/IEC 20000-3"),
        ("ISO/IEC 20000-1:2011 is current [1].", "ISO/IEC 20000-1:2011"),
        ("ISO/IEC 20000-1:2019 is current [1].", "ISO/IEC 20000-1:2019"),
        ("27001:2022 is current [2].", "27001:2022"),
        ("The 2022 edition is current [5].", "2022"),
        ("以2022新版为准[5]。", "2022"),
        ("ISO/IEC 20000-1:2018/Amd 2:2026 counts too [1].", "Amd 2:2026"),
        ("GB/T 22080 is the same.", "GB/T 22080"),
        ("You are at CMMI level 3.", "CMMI level 3"),
        ("SOC 2 is accepted too.", "SOC 2"),
        ("TISAX and ISO 9001 belong together [2].", "TISAX"),
        ("我们也做等保。", "等保"),
        ("Our accreditation is from UKAS.", "UKAS"),
        ("I know nothing of ISO 9001, but we certify to ISO 45001.", "ISO 45001"),
        ("We do not only certify to ISO 45001 but do all.", "ISO 45001"),
    ],
)
def test_a_standard_a_part_or_an_edition_that_no_quote_names_is_found(text: str, detail: str) -> None:
    assert model_reasons(text) == [("standard", detail)]


@pytest.mark.parametrize(
    "text",
    [
        "Call 400 820 8820 [3].",
        "Our number is +86 400-820-8820 [3].",
        "Write to info@example.org [3].",
        "See www.example.org/help?x=1, please [3].",
        "See example.org [3].",
        "微信号是cert_help88[3]。",
        "The account is 6222021234567890123 [4].",
        "代码是91310000MA1FL0AB1C[4]。",
        "WeChat is easiest.",
        "ISO/IEC 20000-1:2018 it is [1].",
        "It is 2018-09-15, 10000-20000 yuan, 5000000元, clauses 4 5 6 7 8 9 10, e.g. stage 1.",
    ],
)
def test_an_address_may_be_named_that_a_quote_names(text: str) -> None:
    assert model_reasons(text) == []


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("Call 021-12345678.", "021-12345678"),
        ("Call +1 800 555 0199.", "+1 800 555 0199"),
        ("拨打4001234567即可。", "4001234567"),
        ("Visit certify.com for more.", "certify.com"),
        ("官网是www.abc.cn，欢迎访问。", "www.abc.cn"),
        ("See https://evil.example/login.", "https://evil.example/login"),
        ("See example.org/other [3].", "example.org/other"),
        ("See myexample.org [3].", "myexample.org"),
        ("Write to sales@example.org [3].", "sales@example.org"),
        ("微信号是certhelp2024。", "微信号是certhelp2024"),
        ("Pay to 6222 9999 3456 7890 123.", "6222 9999 3456 7890 123"),
        ("The form is CD-2026-999999.", "CD-2026-999999"),
        ("You gave li@acme.com.", "li@acme.com"),  # an attacker would have it repeated as ours
        ("Your case CD-2026-000123 is meant.", "CD-2026-000123"),
        ("代码是91310000MA1FL0ZZ9X。", "91310000MA1FL0ZZ9X"),
    ],
)
def test_an_address_or_a_long_number_of_its_own_is_found(text: str, detail: str) -> None:
    assert ("address", detail) in model_reasons(text)


def test_an_action_may_be_claimed_that_a_tool_has_done() -> None:
    text = "I have submitted your application."
    assert model_reasons(text) == [("action", "I have submitted your application")]
    assert model_reasons(text, frozenset({Action.HANDED_OVER})) != []
    assert model_reasons(text, frozenset({Action.SUBMITTED})) == []


def test_an_action_may_be_repeated_word_for_word_from_the_quote_that_is_cited() -> None:
    assert model_reasons("A colleague will call you [5].") == []
    assert model_reasons("A colleague will call you [1].") == [("action", "A colleague will call you")]


def test_words_of_our_own_may_tell_of_actions_and_addresses() -> None:
    text = "Your application has been sent in, see www.abc.cn or ISO 45001 or call 021-12345678."
    assert {f.reason for f in Evidence(SOURCES).check(text, [])}.isdisjoint(OF_MODELS)
    assert {f.reason for f in check(text, SOURCES)}.isdisjoint(OF_MODELS)


def test_all_that_holds_of_our_own_words_holds_of_a_models_words() -> None:
    text = "It takes 9 years [8]. We promise it."
    assert ModelEvidence(QUOTES).check(text, [8]) == Evidence(QUOTES).check(text, [8])


def test_the_shipped_content_names_and_claims_nothing_of_its_own() -> None:
    for body in {entry.body for entry in load(settings.CONTENT).entries}:
        evidence = ModelEvidence([Quote(1, body), Quote(2, "Nothing.")])
        for part in sentences(body):
            reworded = f"So: {part}"  # no longer the same words
            assert not [f for f in evidence.check(reworded, [1]) if f.reason in OF_MODELS]


NAMING = st.text(
    st.one_of(st.sampled_from("0123456789 .-:/@ISOCMwx版。\n[](),的"), st.characters()), max_size=60
)


@given(NAMING)
def test_a_sentence_copied_from_a_quote_names_nothing_of_its_own(text: str) -> None:
    evidence = ModelEvidence([Quote(1, text)])
    for part in sentences(text):
        if not citations(part):
            assert not [f for f in evidence.check(f"{part} [1]", [1]) if f.reason in OF_MODELS]


@given(NAMING, NAMING, NAMING)
def test_any_words_of_a_model_can_be_checked(text: str, quote: str, customer: str) -> None:
    for finding in ModelEvidence([Quote(1, quote)], customer).check(text, [1]):
        assert finding.detail


@pytest.mark.parametrize(
    "piece", ["ISO 9001, ", "a.b.", "12-", "1 ", "a1-", "x@", "27001 and ", "www.", "我没", "I have "]
)
def test_a_long_hostile_sentence_of_a_model_is_checked(piece: str) -> None:
    text = long(piece, 20_000)
    assert ModelEvidence(QUOTES).check(f"{text} see www.abc.cn", [])
