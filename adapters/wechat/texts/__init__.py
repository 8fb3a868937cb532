"""What this channel says by itself, one file a language."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

LANGUAGES = ("zh", "en")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MenuTexts(_Strict):
    """Headings, and for each button its label and the message that stands for a press of it."""

    learn: str
    handle: str
    person: str
    fees: tuple[str, str]
    time: tuple[str, str]
    documents: tuple[str, str]
    steps: tuple[str, str]
    apply: tuple[str, str]
    application: tuple[str, str]
    talk: tuple[str, str]


class Texts(_Strict):
    """`not_read` is the answer to a message by its kind, `said` what stands for it in the conversation."""

    welcome: str
    question: str
    wait_pushed: str
    wait_kept: str
    received: str
    repeated: str
    sources: str
    more: str
    whole: str
    ai_label: str
    person: str
    upload: str
    too_long: str
    too_fast: str
    unavailable: str
    not_read: dict[str, str]
    picture_failed: str
    picture: str
    said: dict[str, str]
    menu: MenuTexts


@cache
def texts(language: str) -> Texts:
    """The phrases of `zh` or `en`."""
    file = Path(__file__).with_name(f"{language}.yaml")
    return Texts.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
