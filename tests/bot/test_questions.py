import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import (
    asks,
    asks_for_so_many,
    asks_same,
    context,
    core,
    finer,
    is_fragment,
    is_hollow,
    is_list,
    leans,
    mistaken,
    searchable,
    split,
    states,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("How much is it and how long does it take?", ["How much is it", "how long does it take?"]),
        ("How much is it? How long does it take?", ["How much is it?", "How long does it take?"]),
        (
            "what does it cost, and what documents do we need",
            ["what does it cost", "what documents do we need"],
        ),
        ("What is the fee? Who may apply? How long?", ["What is the fee?", "Who may apply?", "How long?"]),
        ("We are a bank. How much is it? When can you start?", ["How much is it?", "When can you start?"]),
        ("hi, how much is it and can we start now?", ["how much is it", "can we start now?"]),
        ("费用多少？要多久？", ["费用多少？", "要多久？"]),
        ("费用多少，要多久", ["费用多少", "要多久"]),
        ("多少钱，还有需要什么材料？", ["多少钱", "需要什么材料？"]),
        ("你好，证书有效期几年以及怎么续期？", ["证书有效期几年", "怎么续期？"]),
        ("有效期几年、谁可以申请", ["有效期几年", "谁可以申请"]),
    ],
)
def test_each_question_of_a_message_is_found(text: str, parts: list[str]) -> None:
    assert split(text) == parts


def test_what_a_clause_tells_is_no_question_of_its_own() -> None:
    assert finer("想check一下，我们internal IT team也可以做20000吗") == []
    assert finer("我们一百来人，做20000多少钱直接说") == []
    assert finer("认证有效期，年审的费用") == ["认证有效期", "年审的费用"]


@pytest.mark.parametrize(
    "text",
    [
        "How much is it?",
        "fee",
        "I want to know the fee and the time",
        "What is the difference between part 1 and part 2?",
        "We are a bank, with 200 people. What does it cost?",
        "我们是一家银行，有200人，费用多少？",
        "费用和时间",
        "ISO 20000和ISO 27001有什么区别？",
        "如果我们有三个办公地点，费用怎么算？",
        "???",
        "",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("cost / time / docs ?", ["cost", "time", "docs ?"]),
        ("价钱、工期、要交的东西，三样一块说下呗", ["价钱", "工期", "要交的东西"]),
        ("3 questions: price, fastest time, validity", ["price", "fastest time", "validity"]),
        ("请答复：（一）我们能不能做；（二）共几个环节", ["我们能不能做；", "共几个环节"]),
        ("the ticket/change process", []),
        ("Give me price, duration, validity in one line", ["price", "duration", "validity"]),
        ("please tell us the fee, the time and the documents, thanks", ["fee", "time", "documents"]),
        ("give me a call, please", []),
        ("费用及周期如何？", ["费用如何", "周期如何"]),
    ],
)
def test_a_list_without_a_question_may_ask_item_by_item(text: str, items: list[str]) -> None:
    assert finer(text) == items


def test_what_is_told_beside_questions_holds_none_of_them() -> None:
    told = "We host servers for others. 2 questions: price, validity"
    assert context(told, ["price", "validity"]) == "We host servers for others."


@pytest.mark.parametrize(
    "text", ["come on, ballpark. five grand? ten?", "五千？一万？", "how much is it? 3,000?"]
)
def test_a_number_alone_is_a_guess_at_what_was_asked_before_it(text: str) -> None:
    assert len(split(text)) == 1


def test_a_question_that_is_repeated_is_answered_once() -> None:
    assert split("How much is it? How much is it? How long?") == ["How much is it?", "How long?"]


def test_at_most_four_questions_are_taken_from_a_message() -> None:
    assert len(split("What is the fee? Who signs? When is the audit? Where is the office? How long?")) == 4


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "We are a bank with two sites. We know the standard well. How long does it take?",
            "How long does it take?",
        ),
        ("I asked last week. Nobody came back to me.\nwhat does it cost", "what does it cost"),
        ("我们是一家银行。老板很着急。多久能拿证？", "多久能拿证？"),
        ("How long does it take?", None),
        ("We are a bank. We have two sites.", None),
        ("多久能拿证？", None),
        ("", None),
    ],
)
def test_the_asking_sentence_of_a_story_is_found(text: str, asked: str | None) -> None:
    assert core(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "and how long?",
        "what about the documents",
        "And what happens after that?",
        "why?",
        "is it the same for a branch office in another country as well",
        "那有效期呢",
        "那么需要准备哪些材料",
        "材料呢？",
        "为什么",
        "这个证书在其他国家的分公司也可以使用吗",
        "5 years, right?",
    ],
)
def test_a_follow_up_leans_on_what_was_said(text: str) -> None:
    assert leans(text)


def test_a_mistyped_particle_hides_no_question() -> None:
    assert searchable("要多少钱阿", "zh") == "要多少钱啊"
    assert searchable("阿里云也能做吗", "zh") == "阿里云也能做吗"


@pytest.mark.parametrize(
    "text",
    [
        "Which documents do we need to prepare for the certification audit?",
        "Who issues the certificate after a passed stage 2 audit?",
        "申请ISO 20000认证需要准备哪些体系文件和证明材料？",
    ],
)
def test_a_full_question_stands_alone(text: str) -> None:
    assert not leans(text)


@pytest.mark.parametrize(
    ("question", "answer", "wrong"),
    [
        ("The certificate is valid for 5 years, right?", "It is valid for 3 years.", ["5 years"]),
        ("5 years, right?", "It is valid for 3 years.", ["5 years"]),
        ("I heard it takes 10 working days", "At best it takes 15 working days.", ["10 working days"]),
        ("The certificate is valid for 3 years, right?", "It is valid for 3 years.", []),
        ("it is 36 months, correct?", "It is valid for 3 years.", []),
        ("5 years, right?", "It depends on the number of people.", []),
        ("Is it valid for 5 years in our 2 offices, right?", "It is valid for 3 years.", ["5 years"]),
        ("We have had a certificate for 5 years. How long is it valid?", "It is valid for 3 years.", []),
        ("so: 3 years, 15 working days, right?", "At best it takes 15 working days.", []),
        ("证书有效期5年，对吗？", "证书有效期为3年。", ["5年"]),
        ("听说证书有效期是五年", "证书有效期为3年。", ["五年"]),
        ("证书有效期三年，是吧", "证书有效期为3年。", []),
        ("證書有效期5年，對嗎？", "证书有效期为3年。", ["5年"]),
        ("我们成立5年了，证书有效期多久？", "证书有效期为3年。", []),
    ],
)
def test_a_figure_taken_for_granted_is_compared_with_the_answer(
    question: str, answer: str, wrong: list[str]
) -> None:
    assert [figure.text for figure in mistaken(question, answer)] == wrong


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Is 20,000 yuan enough?", "en", "Is  price  enough?"),
        ("2万元够吗", "zh", "价格够吗"),
        ("How long is it valid?", "en", "How long is it valid?"),
        ("3年后呢", "zh", "3年后呢"),
        ("使唔使上门睇", "zh", "要不要上门看"),
    ],
)
def test_an_amount_of_money_is_searched_as_the_word_price_and_cantonese_as_mandarin(
    text: str, language: str, expected: str
) -> None:
    assert searchable(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WHAT DOES IT COST?", "what does it cost?"),
        ("ISO/IEC 20000是信息安全的标准吧？", "ISO/IEC 20000是信息安全的标准吧？"),  # and so embedded once
    ],
)
def test_who_shouts_is_heard_and_chinese_with_an_abbreviation_is_no_shouting(
    text: str, expected: str
) -> None:
    assert searchable(text, "en") == expected


@given(st.text(max_size=200))
def test_any_text_can_be_taken_apart(text: str) -> None:
    parts = split(text)
    assert 1 <= len(parts) <= 4
    assert core(text) is None or core(text)
    assert leans(text) in {True, False}
    assert searchable(text, "zh").count("\n") <= text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "since when not?",
        "and then?",
        "why not",
        "do we have to do it?",
        "必须做吗",
        "为什么",
        "那往后呢",
        "做了有啥用",
    ],
)
def test_what_says_nothing_by_itself_is_hollow(text: str) -> None:
    assert is_hollow(text)


@pytest.mark.parametrize(
    "text",
    [
        "how long?",
        "and for 200 people?",
        "how much is it",
        "多久",
        "那要准备材料吗",
        "怎么弄",
        "",
        "?",
        "and " * 9,
    ],
)
def test_what_says_anything_is_not(text: str) -> None:
    assert not is_hollow(text)


def test_few_are_not_asked_for() -> None:
    assert not asks("没事，反正也没填几条")
    assert asks("要交几份")


def test_what_asks_the_same_of_another_is_told_from_another_question() -> None:
    for text in ("9001呢", "那27001呢？", "and 27001?", "insurers, too?"):
        assert asks_same(text)
    for text in ("and how long?", "ok then", "and then?", "那要多久", "is 9001 included?"):
        assert not asks_same(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("我在海边开客栈的，顺手弄了套订房软件，你们公司是干什么的呀", "你们公司是干什么的呀"),
        ("公司才三个人，你们收吗", None),
        ("我们一直在用27001，那两个能不能合并", "那两个能不能合并"),
    ],
)
def test_what_a_sentence_asks_last_stands_for_it_after_what_it_tells_of_the_writer(
    text: str, asked: str | None
) -> None:
    assert core(text) == asked


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("are they needed?", "release control forms, are they needed?"),
        ("is that true", "somebody said the standard is about the climate?? is that true"),
        ("in what do they differ?", "part 1 and part 2, in what do they differ?"),
        ("以便我司列入年度计划", "敬请说明监督审核之实施频次，以便我司列入年度计划"),
        ("要交这个证明吗", "没做过内审和管评能申请不，要交这个证明吗"),
    ],
)
def test_a_few_words_of_a_sentence_say_little_alone(part: str, text: str) -> None:
    assert is_fragment(part, text)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("How long is it valid?", "What does it cost? How long is it valid?"),
        (
            "what happens when the cert runs out after 3 years",
            "cost, and what happens when the cert runs out after 3 years",
        ),
        ("报的话审核员要不要跑我们机房来看", "我们能报吗，报的话审核员要不要跑我们机房来看"),
    ],
)
def test_a_question_of_its_own_does(part: str, text: str) -> None:
    assert not is_fragment(part, text)


@pytest.mark.parametrize(
    "text",
    [
        "audits every two years, am I right?",
        "part 1 and part 2, in what do they differ?",
        "监督审核两年一次，没记错吧？",
    ],
)
def test_what_only_asks_of_the_words_before_is_not_cut_off(text: str) -> None:
    assert finer(text) == []


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Since the pre-review is compulsory", ["compulsory"]),
        ("the pre-review is a must, right?", ["must"]),
        ("20000是信息安全的标准嘛，做这个正好防泄露", ["信息安全"]),
        ("预审是必须的吧，对吗", ["必须"]),
        ("so the certificate comes after stage 1", ["after stage 1"]),
    ],
)
def test_a_claim_is_told(text: str, claims: list[str]) -> None:
    assert states(text, claims)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("is the pre-review compulsory?", ["compulsory"]),
        ("预审必须做吗", ["必须"]),
        ("the pre-review is not compulsory, right?", ["compulsory"]),
        ("so it isn't a must", ["must"]),
        ("预审不是必须的，对吧", ["必须"]),
        ("we paid for it", ["ai"]),
        ("we do information security, what is ISO 20000", ["information security"]),
        ("we need to have a pre-review, how do we book it", ["need to"]),
        ("so it is optional", []),
    ],
)
def test_what_asks_or_denies_claims_nothing(text: str, claims: list[str]) -> None:
    assert not states(text, claims)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (
            "Hi, could you tell me 1) who can apply 2) what is the fee 3) how long it takes",
            ["who can apply", "what is the fee", "how long it takes"],
        ),
        (
            "I need to know (a) whether a school can apply, (b) what papers are needed, and (c) how long it'd take",
            ["whether a school can apply", "what papers are needed", "how long it'd take"],
        ),
        (
            "烦请告知：1、认证费用大致为多少；2、整体周期；3、需准备哪些材料。谢谢！",
            ["认证费用大致为多少", "整体周期", "需准备哪些材料"],
        ),
        (
            "敬启者：烦请函告：（一）申请条件；（二）证书有效期限；（三）监督安排。顺颂商祺。",
            ["申请条件", "证书有效期限", "监督安排"],
        ),
    ],
)
def test_a_numbered_list_is_taken_apart_by_its_numbers(text: str, items: list[str]) -> None:
    assert split(text) == items
    assert is_list(text)


@pytest.mark.parametrize(
    "text",
    [
        "we want to apply: 1. Company: Acme Ltd 2. Business: hosting 3. People: 20",
        "we have ISO 9001. 2) offices",
        "part 1) and part 2) of the standard",
        "1. Acme 2. hosting",
    ],
)
def test_what_is_numbered_and_asks_nothing_is_no_list_of_questions(text: str) -> None:
    assert not is_list(text)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Please advise on: fee, duration, and validity.", ["fee", "duration", "validity"]),
        ("Interested in costs + timeline + validity", ["costs", "timeline", "validity"]),
        ("procedure and time duration and total amount", ["procedure", "time duration", "total amount"]),
        ("那个20000的证多少钱然后多久然后要什么资料", ["那个20000的证多少钱", "多久", "要什么资料"]),
    ],
)
def test_what_is_listed_in_a_few_words_may_be_several_questions(text: str, items: list[str]) -> None:
    assert finer(text) == items


def test_a_question_behind_thanks_stands_alone() -> None:
    assert split("Thanks, noted on the documents. What about the validity?") == ["What about the validity?"]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("and for two sites?", "places"),
        ("what about 300 people", "people"),
        ("那两个办公点呢？", "places"),
        ("100个人呢", "people"),
        ("two sites in Leeds, do we need both?", ""),
        ("how many people", ""),
        ("and the second one?", ""),
    ],
)
def test_what_only_counts_sites_or_people_asks_the_same_for_so_many(text: str, counted: str) -> None:
    assert asks_for_so_many(text) == counted
