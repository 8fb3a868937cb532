"""What a message is to an application, for who has yet to decide whether it is for that: chat, an answer, a change."""

import re
from datetime import date

from bot.intake import asides, contacts, counts, dates, places, progress
from bot.intake.certificates import names_any
from bot.intake.commands import assents, sends
from bot.intake.cues import is_certificates, is_company, is_places, nouns
from bot.intake.extract import extract
from bot.intake.listening import Listener, is_beside_the_point
from bot.intake.names import companies, is_person, may_name, people
from bot.intake.plain import plain, readable
from bot.intake.progress import Intake, Stage
from bot.intake.reading import Form
from bot.intake.reviewing import agrees
from bot.intake.slots.features import tokens
from bot.intake.tagged import Tagged
from knowledge.documents import Field, Service

_FEW = 4  # words, or Chinese characters, which may call a company in any case
_PAUSE = re.compile(r"[\s,，;；:：、。.]+")  # between what a message says
_THANKS = re.compile(r"\bthank|\bth?n?x\b|\bcheers\b|\btysm\b|谢谢|谢[了啦您你]|[多感致答]谢|辛苦")
_SAID_BEHIND = re.compile(
    r",?\s(?:i(?:'d| would) say|i (?:guess|suppose|think|reckon)|really)\W*$", re.IGNORECASE
)
_THANKS_BEHIND = re.compile(
    r"[\s,，.。!！、]+(?:(?:thanks?|thank you|thx|cheers|ta)(?: you)?(?: (?:a lot|so much|very much|mate|dear))?"
    r"|(?:麻烦[了啦]?|谢谢?|多谢|辛苦)[您你了啦哈啊]*(?:老师|亲|同志)?|(?:就|再)?(?:没有?|冇得?|木有?|莫得)(?:别的|其[他它]的?)[了啦]?)\W*$",
    re.IGNORECASE,
)
"""What is no part of the answer before it: 于涛，谢谢, 桌面运维，冇得别的."""
_IN_YEAR = re.compile(r"\b(?:in|by|during|within|before|of|until) 20\d\d\b|20\d\d年")
_SAYS_WHAT = re.compile(
    r"\b(?:we|they) (?:\w+ )?(?:do|run|sell|make|provide|offer|host|build|supply|manage)\b"
    r"|(?:就|那)[写填]|我们(?:家|公司)?(?:是|主要|就?是?[做搞])|主营|(?:业务|范围)[是为]|\b(?:business|scope) (?:is|would be)\b",
    re.IGNORECASE,
)


def fills_in(service: Service, text: str, today: date) -> bool:
    """Whether a message that asks nothing gives what most fields ask for, or at least a company and how to reach it."""
    text = readable(text)
    if len(_PAUSE.split(text)) * 2 <= len(service.application) and not contacts.find(text):
        return False  # too little for that, as most messages are
    said, question = asides.split(text, lambda _: False)
    if question:
        return False
    given = extract(said, Form(service.application, {}, None, today)).values
    fields_given = [field for field in service.application if field.id in given]
    company = any(is_company(field) for field in fields_given)
    contact = any(field.type == "contact" for field in fields_given)
    return len(given) * 2 > len(service.application) or (company and contact)


def tells_contact(intake: Intake, service: Service, text: str) -> bool:
    """Whether a contact or its name is asked for, and given."""
    asked = progress.field_of(service, intake.asking)
    if asked is None:
        return False
    name = readable(text)
    first = re.split("[,，]", name)[0]  # "Ann Lee, and ring us on …"
    alone = name
    for found in reversed(contacts.find(name)):
        alone = alone[: found.start] + alone[found.end :]
    named = asked.type == "name" and (is_person(alone) or is_person(first) or any(people(name)))
    return named or (asked.type == "contact" and bool(contacts.find(name)))


def surely_answers(intake: Intake, service: Service, text: str) -> bool:
    """Whether a message surely gives the words that are asked for, or a company by its legal form."""
    asked, text = progress.field_of(service, intake.asking), readable(text)
    if asked is None or intake.stage is not Stage.ASKING:
        return False
    if asked.type == "date" and dates.is_soon(text):
        return True
    form = Form(service.application, intake.values, asked, date.min)
    return (is_company(asked) and any(companies(text))) or Tagged.of(text, form).surely_answers


def is_chat(intake: Intake, service: Service, text: str, today: date, *, surely: bool = False) -> bool:
    """Whether a message that is chat by its meaning is no answer: it describes nothing, but may be a name.

    `surely` tells that it is chat by what is said to forms, in which figures may stand: "I was in meetings for 3 hours".
    """
    asked = progress.field_of(service, intake.asking)
    if intake.stage is Stage.REVIEW and (agrees(text) or assents(text)):
        return False
    if asked is not None and asked.type in {"text", "name"}:
        answer = _SAID_BEHIND.sub("", _THANKS_BEHIND.sub("", text))
        if answer != text and _answers(asked, answer, Form(service.application, intake.values, asked, today)):
            return False
    interview = Listener(service, "en", "", today)
    if intake.stage is Stage.PAUSED and (sends(text) or interview.gives(intake, readable(text))):
        return False
    if intake.stage is Stage.REVIEW:
        return surely and not interview.tells(intake, readable(text))
    if asked is not None and asked.type in {"count", "date", "contact"}:
        none = interview.may_stay_open(asked, text) or (
            is_places(asked) and places.count(plain(text)) is not None
        )
        return not (none or _holds(asked, readable(text), today, any_figure=not surely))
    if asked is not None and interview.holds_none(asked, readable(text)):
        return False
    if _THANKS.search(plain(text)) and not (asked and asked.type == "name" and any(people(readable(text)))):
        return True
    if asked is not None and asked.type == "text" and asked.required and not is_company(asked):
        form = Form(service.application, intake.values, asked, today)
        return not (_SAYS_WHAT.search(text) or Tagged.of(readable(text), form).surely_answers)
    if surely and asked is not None and not _may_hold(asked, readable(text)):
        return True
    return is_beside_the_point(readable(text), Form(service.application, intake.values, asked, today))


def _answers(asked: Field, text: str, form: Form) -> bool:
    """Whether a text is plainly the name, or the words, that are asked for."""
    if asked.type == "name":
        return is_person(text) or any(people(text))
    return Tagged.of(readable(text), form).surely_answers


def mentions(asked: Field, text: str, today: date) -> bool:
    """Whether a number or a date is asked for, and a sentence that asks nothing holds one that nothing says is meant."""
    if asked.type not in {"count", "date"} or asides.asks(text):
        return False
    text = readable(text)
    return _holds(asked, text, today, any_figure=True) and not _holds(asked, text, today, any_figure=False)


def _may_hold(asked: Field, text: str) -> bool:
    """Whether a message holds what a company, a person or certificates are known by."""
    if is_company(asked):
        return any(companies(text)) or len(tokens(text)) <= _FEW
    if is_certificates(asked):
        return names_any(text)
    return asked.type != "name" or may_name(text)


def _holds(asked: Field, text: str, today: date, *, any_figure: bool) -> bool:
    """Whether a message holds what is asked: people, or `any_figure`; a month, or any year."""
    match asked.type:
        case "count":
            plainly = any(counts.find(text, nouns(asked))) or counts.begins(text)
            return plainly or (any_figure and counts.holds(text, nouns(asked)))
        case "date":
            told = [due.value for due in dates.find(text, today)]
            if dates.is_soon(text):
                return True
            if _IN_YEAR.search(plain(text)) and any(due[:4] >= str(today.year) for due in told):
                return True  # "any time in 2031, I'm not picky any more"
            return any(any_figure or (len(due) > len("2031") and due != today.isoformat()) for due in told)
        case _:
            return bool(contacts.find(text)) or contacts.is_wechat(text)


def holds_none(intake: Intake, service: Service, text: str) -> bool:
    """Whether certificates or a date are asked for, and a message says that there are none."""
    asked = progress.field_of(service, intake.asking)
    if asked is None or intake.stage is not Stage.ASKING:
        return False
    interview = Listener(service, "en", "", date.min)
    undated = asked.type == "date" and interview.may_stay_open(asked, readable(text))
    return undated or interview.holds_none(asked, readable(text))


def tells(intake: Intake, service: Service, text: str, today: date) -> bool:
    """Whether a message to the read-back changes or takes out an answer."""
    interview = Listener(service, "en", "", today)
    return intake.stage is Stage.REVIEW and interview.tells(progress.fitting(intake, service), readable(text))


def changes(intake: Intake, service: Service, text: str, today: date) -> bool:
    """Whether a message tells an answer to be another: "the e-mail is wrong", "make it 48 people"."""
    interview = Listener(service, "en", "", today)
    return interview.changes(progress.fitting(intake, service), readable(text))
