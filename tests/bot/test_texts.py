import string
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from bot.texts import LANGUAGES, Texts, texts


def placeholders(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}


def flat(phrases: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Every phrase by its dotted key."""
    found: dict[str, str] = {}
    for key, value in phrases.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = value
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_exists_and_is_not_empty(language: str) -> None:
    assert all(phrase.strip() == phrase != "" for phrase in flat(texts(language).model_dump()).values())


@pytest.mark.parametrize("key", list(flat(texts("en").model_dump())))
def test_a_phrase_has_the_same_placeholders_in_every_language(key: str) -> None:
    assert (
        len({frozenset(placeholders(flat(texts(language).model_dump())[key])) for language in LANGUAGES}) == 1
    )


def test_phrases_differ_between_the_languages() -> None:
    ours, theirs = (flat(texts(language).model_dump()) for language in LANGUAGES)
    assert [key for key in ours if ours[key] == theirs[key]] == ["other_language"]


@pytest.mark.parametrize("language", ["fr", "", "other"])
def test_any_other_language_gets_english(language: str) -> None:
    assert texts(language) == texts("en")


def test_an_unknown_or_a_missing_phrase_is_refused() -> None:
    known = texts("en").model_dump()
    with pytest.raises(ValidationError, match="applause"):
        Texts.model_validate(known | {"applause": "Well done!"})
    with pytest.raises(ValidationError, match="hello"):
        Texts.model_validate({key: phrase for key, phrase in known.items() if key != "hello"})
