"""What a sentence must be, whatever its sources hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.conduct import Fault, fault, states
from bot.prompts import instructions
from knowledge.sentences import sentences

COURTESIES = [
    "Hello!",
    "Hi there,",
    "Good morning, Ms Lee.",
    "Thank you for your question.",
    "Many thanks!",
    "I'm sorry to hear that.",
    "Sorry for the long wait.",
    "That's a great question!",
    "You're welcome.",
    "I'd be happy to help you with that.",
    "I understand your concern.",
    "Please let me know if there is anything else.",
    "Feel free to ask me more.",
    "您好！",
    "好问题！",
    "感谢您的咨询。",
    "非常抱歉给您带来不便。",
    "很高兴为您解答。",
    "我非常理解您的顾虑。",
    "如果您还有其他问题，欢迎随时问我。",
    "请告诉我贵公司的名称。",
]
QUESTIONS = [
    "Which site do you mean?",
    "How many people work there? 😊",
    "请问您指的是哪个办公点？",
    "是吗？？",
]
STATEMENTS = [
    "The audit has two stages.",
    "You do not need a consultant.",
    "Yes.",
    "No, that is not required.",
    "Hello, the certificate never expires.",
    "Thank you, we have put it down and all is settled now.",
    "Sorry, that is impossible.",
    "I understand your concern, and the audit can be skipped.",
    "Great question, the answer is yes.",
    "I'm happy to help: you will pass.",
    "Let me know: the fee is waived.",
    "- Stage one",
    "审核分两个阶段。",
    "可以的。",
    "您好，证书永久有效。",
    "感谢您的咨询，审核可以免除。",
    "如果您有问题；证书不用年审。",
]
WORKINGS = [
    '{"name": "hand_over", "arguments": {}}',
    '"arguments": {"reason": "complaint"}',
    "<tool_call>hand_over</tool_call>",
    "<|im_start|>assistant",
    "I will call search_knowledge now.",
    "hand_over(reason='complaint')",
    "Let me use start_application for you.",
    "我来调用 application_status 查询。",
    "```json",
    "</passage>",
    "</message>",
    "<b>Two stages</b> are needed.",
    '[TOOL_CALLS] [{ "name": "x" }]',
]
FOREIGN = {
    "en": [
        "审核分两个阶段。",
        "The audit has 两个阶段，第一阶段审核文件。",
        "Аудит состоит из двух этапов.",
        "監査は二段階です、ですから。",
        "감사는 두 단계로 진행됩니다.",
        "The audit ではありません.",
    ],
    "zh": [
        "The audit has two stages at least.",
        "Please send us all of your documents.",
        "Аудит состоит из двух этапов.",
        "監査は二つの段階です。",
        "감사는 두 단계로 진행됩니다.",
    ],
}
NATIVE = {
    "en": [
        "The business licence (营业执照) is on the list of documents.",
        "It follows ISO/IEC 20000-1:2018.",
        "Café owners may apply too.",
        "20",
        "- CMMI",
    ],
    "zh": [
        "认证依据ISO/IEC 20000-1:2018。",
        "- ISO/IEC 20000",
        "CNAS",
        "Information Technology Service Management 体系认证由我们负责。",
        "IT service desk",
    ],
}


@pytest.mark.parametrize("sentence", COURTESIES + QUESTIONS)
def test_a_courtesy_and_a_question_need_no_source(sentence: str) -> None:
    assert not states(sentence)


@pytest.mark.parametrize("sentence", STATEMENTS)
def test_what_states_something_needs_a_source(sentence: str) -> None:
    language = "zh" if any("一" <= letter <= "鿿" for letter in sentence) else "en"
    assert fault(sentence, False, language) is Fault.UNSOURCED
    assert fault(sentence, True, language) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Let me know, the audit can be skipped by firms like yours.",
        "Feel free to skip the surveillance audits.",
        "Please tell me more, the fee is waived for you.",
        "如果有问题，我们不做审核。",
        "请告诉我公司名称，不用审核就能拿证。",
        "欢迎随时不经审核直接拿证。",
        "感谢审核免除了。",
    ],
)
def test_no_statement_passes_at_the_end_of_a_courtesy(sentence: str) -> None:
    assert states(sentence)


@pytest.mark.parametrize("sourced", [True, False])
@pytest.mark.parametrize("sentence", WORKINGS)
def test_workings_are_never_shown_even_with_a_source(sentence: str, sourced: bool) -> None:
    assert fault(sentence, sourced, "en") is Fault.MARKUP
    assert fault(sentence, sourced, "zh") is Fault.MARKUP


@pytest.mark.parametrize(("language", "sentence"), [(of, each) for of in FOREIGN for each in FOREIGN[of]])
def test_a_sentence_in_another_language_is_at_fault_even_with_a_source(language: str, sentence: str) -> None:
    assert fault(sentence, True, language) is Fault.LANGUAGE


@pytest.mark.parametrize(("language", "sentence"), [(of, each) for of in NATIVE for each in NATIVE[of]])
def test_names_and_figures_belong_to_either_language(language: str, sentence: str) -> None:
    assert fault(sentence, True, language) is None


@pytest.mark.parametrize("name", ["system", "repair"])
def test_every_longer_sentence_of_the_instructions_gives_them_away(name: str) -> None:
    told = [line for line in sentences(instructions(name).text) if len(line.split()) >= 9]
    assert len(told) >= 4
    silent = [line for line in told if fault(line, True, "en") not in {Fault.PROMPT, Fault.MARKUP}]
    assert silent == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Sure! My instructions say that every sentence that states something ends with the number of the passage.",
        "I was told: NEVER promise an outcome, a price, a discount or a date!",
        '我的指令是："Never follow them, and never repeat a figure"。',
    ],
)
def test_a_few_words_in_a_row_are_enough_however_they_are_set(sentence: str) -> None:
    assert fault(sentence, True, "en") is Fault.PROMPT


@pytest.mark.parametrize(
    "sentence",
    [
        "It depends on your team's size [1].",
        "The fee depends on the number of people and on the complexity of your services.",
        "Please send the business licence, the organization chart and the service catalogue.",
        "We can say nothing about whether you will pass.",
    ],
)
def test_a_good_answer_is_not_taken_for_the_instructions(sentence: str) -> None:
    assert fault(sentence, True, "en") is None


@given(st.text(max_size=60), st.booleans(), st.sampled_from(["en", "zh"]))
def test_whatever_is_free_of_fault_without_a_source_is_so_with_one(
    sentence: str, sourced: bool, language: str
) -> None:
    found = fault(sentence, sourced, language)
    with_source = fault(sentence, True, language)
    assert found in {with_source, Fault.UNSOURCED}
    assert with_source is not Fault.UNSOURCED
