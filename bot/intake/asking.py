"""What is said in an application interview: the questions, what was noted, the read-back."""

from collections.abc import Iterable, Mapping

from bot.intake import fields
from bot.intake.reasons import Reason
from bot.messages import Action
from bot.texts import texts
from knowledge.documents import Field, Service


def question(service: Service, field: Field, language: str) -> str:
    """ "(2 of 9) How many people …?", with what may be done about it."""
    words = texts(language).intake
    known = words.questions.get(field.id)
    asked = known or words.ask[field.type].format(label=fields.label(field, language))
    if not field.required:
        asked = " ".join([asked, words.optional]) if language == "en" else asked + words.optional
    place = service.application.index(field) + 1
    return words.progress.format(n=place, total=len(service.application), question=asked)


def noted(service: Service, values: Mapping[str, str], ids: Iterable[str], language: str) -> str:
    """ "Noted: number of people covered: 80.", or nothing."""
    words = texts(language).intake
    wanted = set(ids)
    told = [
        words.pair.format(label=fields.label(field, language), value=_said(field, values, language))
        for field in service.application
        if field.id in wanted
    ]
    return words.noted.format(values=("；" if language == "zh" else "; ").join(told)) if told else ""


def wrong(field: Field, reason: Reason, language: str) -> str:
    """What to do about a value that was not taken."""
    words = texts(language).intake
    said = words.needed if reason is Reason.MISSING else words.wrong[reason]
    return said.format(label=fields.label(field, language))


def read_back(service: Service, values: Mapping[str, str], language: str) -> str:
    """Every field with its value, numbered, a line each."""
    words = texts(language).intake
    lines = []
    for n, field in enumerate(service.application, 1):
        name = fields.label(field, language)
        said = _said(field, values, language)
        lines.append(f"{n}. " + words.pair.format(label=name[:1].upper() + name[1:], value=said))
    return "\n".join(lines)


def _said(field: Field, values: Mapping[str, str], language: str) -> str:
    value = values.get(field.id)
    return texts(language).intake.not_given if value is None else fields.shown(field, value, language)


def review(service: Service, values: Mapping[str, str], language: str, privacy_url: str) -> str:
    """The read-back with the question that a yes answers, consent included."""
    return texts(language).intake.review.format(
        lines=read_back(service, values, language), privacy_url=privacy_url
    )


def while_asking(field: Field, language: str) -> tuple[Action, ...]:
    words = texts(language).intake
    labels = [words.cancel_action] if field.required else [words.skip_action, words.cancel_action]
    return _actions(labels)


def while_reviewing(language: str) -> tuple[Action, ...]:
    words = texts(language).intake
    return _actions([words.confirm_action, words.change_action, words.cancel_action])


def while_paused(language: str) -> tuple[Action, ...]:
    words = texts(language).intake
    return _actions([words.resume_action, words.cancel_action])


def _actions(labels: Iterable[str]) -> tuple[Action, ...]:
    return tuple(Action(label, label) for label in labels)
