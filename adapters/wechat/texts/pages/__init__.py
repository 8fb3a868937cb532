"""What the pages behind links say, one file a language."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GoneTexts(_Strict):
    title: str
    text: str


class AnswerTexts(_Strict):
    """`upload` stands in the place of the bot's own words on how to send documents."""

    title: str
    question: str
    answer: str
    person: str
    sources: str
    open_page: str
    upload: str
    back: str


class UploadTexts(_Strict):
    """`received` is said where the bot says nothing; `which` says where to answer it if it asks which document it is."""

    title: str
    lead: str
    received: str
    reply: str
    which: str
    missing: str
    nothing_missing: str
    document: str
    not_sure: str
    file: str
    limits: str
    send: str
    back: str


class ProblemTexts(_Strict):
    """`by_code` has a text for an error's code, `other` is for the rest."""

    title: str
    other: str
    by_code: dict[str, str]


class PageTexts(_Strict):
    html_lang: str
    privacy: str
    ai_generated: str
    gone: GoneTexts
    answer: AnswerTexts
    upload: UploadTexts
    problem: ProblemTexts


@cache
def page_texts(language: str) -> PageTexts:
    """The phrases of `zh` or `en`."""
    file = Path(__file__).with_name(f"{language}.yaml")
    return PageTexts.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
