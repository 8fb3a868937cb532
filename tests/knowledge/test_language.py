import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language import detect, fold, words

SPOKEN = {
    "en": [
        "How long is the certificate valid?",
        "price pls",
        "ISO/IEC 20000",
        "do you accept naïve customers?",
        "what does the 审核 cost and who pays for it",
        "ｈｏｗ ｍｕｃｈ",
        "ok",
        "certificat price",
    ],
    "zh": [
        "证书有效期多久",
        "證書有效期多久？",
        "iso20000多少钱",
        "费用",
        "ISO/IEC 20000-1:2018 怎么收费呢",
        "豈",
        "CD-2026-000014，留的邮箱是fuxm@yecheng.example",
    ],
    "other": [
        "こんにちは、認証の費用は",
        "認証を受けたい",
        "안녕하세요 인증 비용",
        "Сколько стоит сертификация",
        "كم تكلفة الشهادة",
        "Combien coûte la certification ?",
        "¿Cuánto cuesta la certificación?",
        "Wie lange dauert die Zertifizierung?",
    ],
}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("we don't have 组织机构代码证, only the new 营业执照 with credit code, is it ok?", "en"),
        ("Sites 那里 please 把 Hong Kong office 拿掉，今年不 cover 香港", "zh"),
    ],
)
def test_terms_of_another_language_change_none(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("language", "text"), [(key, text) for key, texts in SPOKEN.items() for text in texts]
)
def test_the_language_of_a_text_is_told(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", " \n", "😀👍", "12345", "?!", "\ud800", "\ud800abc", "\0", "\u202e"])
def test_text_without_letters_of_another_language_counts_as_english(text: str) -> None:
    assert detect(text) == "en"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＩＳＯ　２００００", "iso 20000"),
        ("Ｃertificate", "certificate"),
        ("證書", "证书"),
        ("体系", "体系"),
        ("\ud800x", "?x"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_what_does_not_change_the_meaning_is_folded_away(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("the certificates", "a CERTIFICATE"),
        ("證書的費用", "证书的费用"),
        ("ＩＳＯ２００００", "iso20000"),
        ("how are you certified", "certifying"),
    ],
)
def test_texts_that_mean_the_same_have_the_same_words(first: str, second: str) -> None:
    assert words(first) == words(second)


@pytest.mark.parametrize("text", ["", "please, what is it?", "吗？", "😀", "…", "_"])
def test_function_words_and_signs_are_left_out(text: str) -> None:
    assert words(text) == []


def test_chinese_words_are_told_with_their_pairs_of_characters() -> None:
    assert {"有效期", "证书"} <= set(words("证书的有效期是多久"))
    assert "书的" in words("证书的有效期")


ODD = st.text(st.one_of(st.characters(), st.sampled_from("证書ａA1 \ud800가かé")), max_size=40)


@given(ODD)
def test_any_text_has_a_language_and_words(text: str) -> None:
    assert detect(text) in {"en", "zh", "other"}
    assert all(word == word.strip() and word for word in words(text))
