"""The assistant's own words, one file a language."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

LANGUAGES = ("en", "zh")


class Texts(BaseModel):
    """All phrases of one language; a missing or unknown key fails at the first use of the language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    greeting: str
    hello: str
    thanks: str
    goodbye: str
    robot: str
    unclear: str
    other_language: str
    correction: str
    clarify: str
    declined: str
    declined_part: str
    offer_person: str
    no_status: str
    faq: str
    person_action: str


@cache
def texts(language: str) -> Texts:
    """The phrases of `zh` or `en`; English for any other language."""
    file = Path(__file__).with_name(f"{language if language in LANGUAGES else 'en'}.yaml")
    return Texts.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
