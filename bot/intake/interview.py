"""The interview that fills in a service's application form, one question at a time: state in, state and words out.

Nothing is read or written here, and no language model is asked. What a form asks for is the service's own list of
fields; a customer may answer several at once, correct any of them at any time, ask something in between, skip what is
optional, pause and cancel. Only a plain yes to the read-back confirms.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from bot.intake import (
    asides,
    asking,
    certificates,
    contacts,
    corrections,
    counts,
    dates,
    fields,
    inquiries,
    orders,
    places,
    progress,
)
from bot.intake.commands import (
    Command,
    assents,
    ends,
    is_firm,
    is_later,
    may_end,
    puts_off,
    says,
    sends,
)
from bot.intake.cues import is_business, is_certificates, is_company, is_places, is_scope, nouns
from bot.intake.extract import Found, extract
from bot.intake.listening import BACK, SCRAPS, is_beside_the_point
from bot.intake.names import companies, may_name
from bot.intake.plain import bare, plain, readable, says_something
from bot.intake.progress import Intake, Kind, Stage, Step
from bot.intake.reading import Form
from bot.intake.reasons import Reason, Wrong
from bot.intake.slots.features import tokens
from bot.intake.speaking import Heard
from bot.intake.splitting import SENTENCE, SOME, Splitter
from bot.intake.tagged import Tagged
from bot.intent import Intent, intent
from bot.messages import Action
from bot.texts import texts
from knowledge.documents import Field, Service

_GOES_ON = {Command.RESUME, Command.SO_FAR, Command.BACK, Command.YES}  # in any of these words
_OF_CERTIFICATION = re.compile(
    r"\bcert|\biso\b|20000|\brecords?\b|\bmatters?\b|认证|证书|标准|记录|声明", re.IGNORECASE
)  # no question about the form
_NO_DETAIL = {*asides.BEGUN, *asides.COURTESY, Intent.GOODBYE, Intent.OKAY, Intent.SORRY, Intent.ROBOT}
"""What is said beside a wish to apply, and fills in nothing: 明白，申请吧."""
_DENIED = re.compile(r"(?:不是|\bnot|\bno|\binstead of|\brather than)\s?\d+[个人名位]?")
_NO_COMPANY = re.compile(
    r"[a-z][^A-Z]*|[A-Z][a-z]+|(?:[A-Z]\.)+|[㐀-鿿]{1,3}|(?:我[们司家]|咱们?|俺们?|本(?:公司|集团|单位|司)).*"
)
"""What a first message calls a company, and is no name of one: "university computing centre", "Bucharest", 学院."""
_NICKNAME = re.compile("[老小阿][㐀-鿿]")  # by which nobody is found
_APPLYING = re.compile(
    r"(?:(?:an?|the|our) )?(?:application(?! (?:support|hosting|maintenance|management|development|operations?|monitoring"
    r"|services?|security|testing|delivery|software|platforms?)\b)|certification|quotation|(?:chat)?bot|robot)\b"
    r"|(?:e-?mail|phone|tel|mobile)$",
    re.IGNORECASE,
)
_WISH_BEHIND = re.compile(
    r"[,，;；]\s*(?:(?:and |so )?(?:we|i)(?:'d| would)? (?:want|like|wish|need) to (?:apply|(?:get|be) certified)"
    r"|我?们?(?:想|要|打算)+(?:申请|报名|[做办]认证)).*$",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(
    r"(?:(?:ok(?:ay)?|good|fine|about|around|roughly|maybe|so|well|嗯|好的?|大概|大约|约)[\s.,，]*)*(?P<number>[1-9]\d{1,4})\s?"
    r"(?:ish|or so|左右|多个?|来个?|people|人|\+)?\W*"
)
_SAME = re.compile(
    r"\W*(?:(?:it's|its|that's|they are|well|just|yes|um|就|也|还是|都|和|跟|与)\W*)*"
    r"(?:(?:the |exactly the )?same(?: (?:as|like) (?:above|before|that|(?:the|our) (?:main )?business))?(?: again)?"
    r"|as above|ditto|同上|(?:前面|上面|主营(?:业务)?|上一[项个题])?(?:一样|相同|一致)的?)[吧的了]*\W*"
)
"""Services that are what the company does."""
_OF_ITEM = re.compile(r"第\s?[\d一二三四五六七八九]\s?[项条个]|\b(?:number|item|question|answer|line) \d\b")
_KEEPS = re.compile(
    r"^\W*(?:(?:ok|okay|then|well|no|please|just|oh|sorry)\W+)*(?:leave|keep|never ?mind|as (?:it )?(?:is|was))\b[^\d@]*$"
    r"|不改了|不变|保留|还是原来的|用原来的"
)
"""Who leaves an answer as it was, after all."""
_SKIPS = re.compile(
    r"(?:先|就)?跳过|先(?:空着|不填)(?!了)[吧啊哈]?\W*$|\b(?:skip|leave) (?:it|this|that)(?: one)? (?:for now|open)\b"
)
"""Who has to ask somebody first, and wants to go on meanwhile: 这个得看老板，先不填."""
_LONG = 15  # words or Chinese characters


def begin(
    service: Service,
    text: str,
    language: str,
    today: date,
    privacy_url: str,
    given: Mapping[str, str] = MappingProxyType({}),
) -> Step:
    """Start with what the first message gives already; `given` holds more of it, by field id."""
    return _Interview(service, language, privacy_url, today).begun(readable(text), given)


def step(
    intake: Intake,
    service: Service,
    message: str,
    language: str,
    today: date,
    privacy_url: str,
    known: bool = False,
    meant: Command | None = None,
) -> Step:
    """Take one message. `known` tells that the content holds exactly this wording, so that it is a question.

    `meant` is the command that the message is by its meaning, for where its words are none.
    """
    interview = _Interview(service, language, privacy_url, today)
    return interview.step(progress.fitting(intake, service), readable(message), known, meant)


def prompt(
    intake: Intake, service: Service, language: str, privacy_url: str
) -> tuple[str, tuple[Action, ...]]:
    """What is open: the question, the read-back, or that the interview is paused."""
    interview = _Interview(service, language, privacy_url, date.min)
    return interview.prompt(progress.fitting(intake, service))


def resume(intake: Intake, service: Service, language: str, privacy_url: str) -> Step:
    """Go on after a pause, with what is there so far."""
    interview = _Interview(service, language, privacy_url, date.min)
    return interview.resumed(progress.fitting(intake, service))


def put(
    intake: Intake,
    service: Service,
    values: Mapping[str, str],
    language: str,
    today: date,
    privacy_url: str,
) -> Step:
    """Take values by field id, as the customer worded them; what cannot be read is asked for as ever."""
    interview = _Interview(service, language, privacy_url, today)
    return interview.put(progress.fitting(intake, service), values)


def fill(
    service: Service, values: Mapping[str, str], language: str, today: date
) -> tuple[dict[str, str], dict[str, str]]:
    """The whole form at once: the values as they are kept, and what to do about each that is wrong or missing."""
    kept, wrong = fields.fill(service.application, values, today)
    by_id = {each.id: each for each in service.application}
    return kept, {id: asking.wrong(by_id[id], reason, language) for id, reason in wrong.items()}


def read_back(intake: Intake | Mapping[str, str], service: Service, language: str) -> str:
    """Every field with its value as people write it, numbered, a line each."""
    values = intake.values if isinstance(intake, Intake) else intake
    return asking.read_back(service, values, language)


def _may_describe(text: str, form: Form) -> bool:
    """Whether a message may be the text that is asked for: in a few words it always may."""
    return form.asks_text and (len(tokens(text)) < SENTENCE or Tagged.of(text, form).may_answer)


def _is_no_company(text: str, form: Form) -> bool:
    """Whether a message is too long for the name of a company that is asked for, and holds none by its form."""
    named = form.asked is not None and is_company(form.asked)
    return named and len(tokens(text)) > SENTENCE and not any(companies(text))


def _may_name(text: str, form: Form) -> bool:
    """Whether a message that asks nothing by its words may be the name that is asked for."""
    return form.asked is not None and form.asked.type == "name" and not asides.asks(text)


@dataclass(frozen=True)
class _Interview(Splitter):
    def begun(self, text: str, given: Mapping[str, str]) -> Step:
        said, question = asides.split(text, lambda _: False)
        found = extract(said, Form(self.service.application, {}, None, self.today))
        more, _ = fields.fill(self.service.application, given, self.today)
        values = more | {
            id: value
            for id, told in found.values.items()
            if (value := _WISH_BEHIND.sub("", told))
            and value != self.today.isoformat()
            and intent(value) not in _NO_DETAIL
            and not _NICKNAME.fullmatch(value)
            and not _APPLYING.match(value)
            and not (id == "company" and _NO_COMPANY.fullmatch(value))
        }
        skipped = tuple(id for id in found.dropped if id not in values)
        intake = self._onward(Intake(self.service.id, values, skipped=skipped))
        words = texts(self.language).intake
        opening = words.begin.format(
            count=len(progress.open_fields(intake, self.service)), privacy_url=self.privacy_url
        )
        lead = [opening, asking.noted(self.service, intake.values, values, self.language)]
        if intake.stage is Stage.REVIEW:
            lead = []
        return replace(self._asked(intake, *lead), question=question if asides.inquires(question) else "")

    def step(self, intake: Intake, text: str, known: bool, meant: Command | None) -> Step:
        asked = self._field(intake.asking)
        describes = asked is not None and asked.type == "text" and not is_company(asked)
        soon = asked is not None and asked.type == "date" and dates.is_soon(text) and not asides.asks(text)
        if known and not soon and (asides.asks(text) or not describes):  # "hospital IT" is a business, too
            return Step(intake, Kind.SIDE, question=text)
        told = corrections.without_plea(text)
        answers = asked is not None and self._may_be(asked, told) and not corrections.takes_back(told)
        if told != text and self.tells(intake, told) and not answers:  # 四个，行吗 answers
            text, meant = told, Command.CORRECTS
        words = texts(self.language).intake
        plain_answer = asked is not None and self._is_plain_answer(asked, text, meant)
        begun = asked is not None and intent(text) in asides.BEGUN and asides.is_courtesy(text)  # once more
        aside = begun or asides.is_called_away(text)
        meant = None if aside or plain_answer or self._is_of_answers(intake, text, meant) else meant
        cancels = (says(text, Command.CANCEL) or ends(text) or orders.cancels(text)) and not self._takes_out(
            intake, text
        )
        if cancels or (meant is Command.CANCEL and may_end(text) and not SCRAPS.match(plain(text))):
            return Step(None, Kind.CANCELLED, words.cancelled)
        if says(text, Command.RESTART) or meant is Command.RESTART:
            return self._asked(self._onward(Intake(self.service.id)), words.restarted)
        if intake.stage is Stage.PAUSED:
            if not (self.changes(intake, text) or self.gives(intake, text)):
                return self._while_paused(intake, text, meant)
            intake = replace(intake, stage=Stage.REVIEW if asked is None else Stage.ASKING)
        if asked is not None and not asked.required and (is_later(text) or self.may_stay_open(asked, text)):
            return self._skipped(intake, asked)
        sends = asked is None and ((meant is Command.YES and is_firm(text)) or assents(text))
        leaves = asides.says_goodbye(text) and not sends
        if asked is not None and _SKIPS.search(plain(text)) and not asides.asks(text):
            return self._skipped(intake, asked)
        pauses = (
            says(text, Command.PAUSE)
            or orders.pauses(text)
            or leaves
            or (asked is not None and puts_off(text))
        )
        if pauses or (meant is Command.PAUSE and asked is not None):
            return self._paused(intake)
        if asked is not None and self._goes_back(intake, text, meant):
            return self._asked(self._back(intake, asked))
        if explained := self._explained(intake, asked, text, meant):
            return explained
        if asked is None:
            return self._reviewed(intake, text, meant)
        return self._answered(intake, asked, text, meant)

    def _while_paused(self, intake: Intake, text: str, meant: Command | None) -> Step:
        if says(text, Command.PAUSE):
            return self._paused(intake)
        if not intake.values and (meant is Command.SO_FAR or inquiries.recalls(text)):
            return replace(self._paused(intake), text=texts(self.language).intake.nothing_yet)
        if says(text, Command.RESUME) or meant in _GOES_ON or orders.sends(text) or sends(text):
            return self.resumed(intake)
        return Step(intake, Kind.SIDE, question=text) if says_something(text) else self._paused(intake)

    def _explained(
        self, intake: Intake, asked: Field | None, text: str, meant: Command | None
    ) -> Step | None:
        """What is told of the form itself: why or what it asks, and what has been answered."""
        words = texts(self.language).intake
        if inquiries.asks_again(text):
            return self._asked(intake)
        if asked is not None and (
            self._asks_meaning(asked, text, meant) or self._asks_what_counts(asked, text)
        ):
            return self._led(intake, asked, text, words.explanation(asked.id))
        describes = asked is not None and asked.type == "text" and not is_company(asked)
        if describes and not (asides.asks(text) or inquiries.recalls(text)):
            return None  # "data processing" is a business, whatever it is like
        if inquiries.asks_why(text) or (meant is Command.WHY and not _OF_CERTIFICATION.search(text)):
            return self._led(intake, asked, text, words.why.format(privacy_url=self.privacy_url))
        if asked is not None and (meant is Command.SO_FAR or inquiries.recalls(text)):
            noted = asking.noted(self.service, intake.values, intake.values, self.language)
            return self._asked(intake, noted or words.nothing_yet)
        return None

    def _asks_what_counts(self, asked: Field, text: str) -> bool:
        whom = asked.type == "count" and inquiries.asks_who_counts(text)
        return (whom or inquiries.asks_what_counts(text)) and not self._is_value(asked, text)

    def _led(self, intake: Intake, asked: Field | None, text: str, lead: str) -> Step:
        """What is told of the form, and what the message answers beside: "we do managed hosting, why do you need that?"."""
        if asked is not None and asked.type == "text":
            said, question = asides.split(text, lambda _: False)
            said, question = (said, question) if said else asides.without_ending(text)
            form = Form(self.service.application, intake.values, asked, self.today)
            if question and says_something(said) and self._surely_answers(form, said):
                step = self._answered(intake, asked, said, None)
                return replace(step, text=f"{lead}\n{step.text}")
        elif intake.stage is Stage.REVIEW and (told := asides.split(text, lambda _: False)[0]):
            step = self._reviewed(intake, told, None)  # "why do you need my e-mail? Use this one instead"
            if step.intake is not None and step.intake.values != intake.values:
                return replace(step, text=f"{lead}\n{step.text}")
        return self._asked(intake, lead)

    def put(self, intake: Intake, given: Mapping[str, str]) -> Step:
        kept, _ = fields.fill(self.service.application, given, self.today)
        found = Found(kept, {}, (), (), frozenset(kept), "")
        moved = self._onward(progress.accepted(intake, self.service, None, found)) if kept else intake
        noted = asking.noted(self.service, moved.values, kept, self.language)
        return self._asked(moved, noted if moved.stage is Stage.ASKING else "")

    # A message while a question is open

    def _answered(self, intake: Intake, asked: Field, text: str, meant: Command | None) -> Step:
        if at_once := self._at_once(intake, asked, text):
            return at_once
        text, beside = self._told_apart(intake, asked, text)
        text = self._set_off(intake, asked, text)
        rest, denies = corrections.opened(text)
        said, question = self._split(intake, asked, rest, corrects=denies or meant is Command.CORRECTS)
        other = self._changes_another(intake, asked, said)
        replaced = other or corrections.replaces(said, intake.values.values())
        corrects = denies or replaced or meant is Command.CORRECTS
        form = Form(self.service.application, intake.values, asked, self.today, corrects)
        if question and self._is_astray(asked, form, said):
            said, question = "", text  # "we hold ISO 9001 too. does that help?"
        inquiry = question or asides.split(rest, lambda _: False)[1]
        if asked.type == "count" and inquiries.asks_whether_they_count(inquiry, said, text):
            return self._asked(intake, texts(self.language).intake.explanation(asked.id))
        found = extract(said, form)
        values, reason = beside | found.values, None
        tells = self._is_value(asked, text) or (question and self._is_value(asked, said))
        gives = values or found.wrong or found.dropped or found.reopened or tells
        first_none = (values or is_certificates(asked)) and self._is_none(found.rest)
        none = first_none or self.holds_none(asked, found.rest or said)
        if none and not asked.required and asked.id not in values:
            found = replace(found, dropped=(*found.dropped, asked.id))
        if meant and not gives and (commanded := self._commanded(intake, form, text, meant)):
            return commanded
        named_only = found.reopened or (found.dropped and asked.type in {"text", "name"})
        if not named_only and asked.id not in values and asked.id not in found.wrong:
            told = corrects and not question and not intake.misses  # "sorry, the bell rang. where were we?"
            last = self._field(intake.last) if told else None
            if last is not None and (last.id in values or (values and last.type in {"text", "name"})):
                last = None  # "I mistyped the company name, it is Harlow Ltd" is about that one
            reason = self._take_rest(intake, asked, last, found, form, values)
            others = bool(found.dropped) and asked.id not in found.dropped
            if others or ((other or corrects) and values):
                reason = None  # what is left says only that it was wrong
        if is_company(asked) and asked.id in values and asked.id not in intake.values:
            values = self._told_of(intake, values, text, values[asked.id]) | values
        if reason is Reason.DATE_SOON and not (asked.required or values or question):
            return self._skipped(
                intake, asked, asking.wrong(asked, reason, self.language)
            )  # there is no date
        heard = Heard(text, replace(found, values=values), question, reason)
        step = self._taken(intake, asked, heard)
        if asked.id in values and asked.type == "contact" and contacts.tries_phone(found.rest):
            lead = asking.wrong(asked, Reason.PHONE, self.language)  # beside an address that was taken
            return replace(step, text=f"{lead}\n{step.text}")
        return step

    def _at_once(self, intake: Intake, asked: Field, text: str) -> Step | None:
        """What is done about a message that is none of the answers, whatever else it may hold."""
        if says(text, Command.SKIP):
            return self._skipped(intake, asked)
        if inquiries.asks_to_skip(text):
            needed = asked.required and asked.id not in intake.values
            lead = asking.wrong(asked, Reason.MISSING, self.language)
            return self._asked(intake, lead) if needed else self._skipped(intake, asked)
        if asked.id in intake.values and (
            assents(text) or says(text, Command.YES) or _KEEPS.search(plain(text))
        ):
            return self._asked(self._onward(replace(intake, misses=0)))  # it stays as it was
        if asides.is_courtesy(text) or inquiries.hurries(text) or says(text, Command.YES):
            return self._asked(intake)
        if says(text, Command.NO) and intake.last is not None:
            return self._asked(replace(intake, asking=intake.last, misses=0))
        if is_places(asked) and places.are_homes(plain(text)) and not self._is_value(asked, text):
            return self._asked(intake, texts(self.language).intake.explanation(asked.id))
        if asked.type == "count" and counts.is_vague(text):
            return self._asked(intake, asking.wrong(asked, Reason.COUNT, self.language))
        if (is_business(asked) or is_scope(asked)) and (number := _BARE_NUMBER.fullmatch(plain(text))):
            counted = self._counted(intake, asked, number["number"])
            return counted or self._missed(intake, asked, Reason.TEXT)
        if is_scope(asked) and _SAME.fullmatch(plain(text)) and (business := self._business(intake)):
            found = Found({asked.id: business}, {}, (), (), frozenset(), "")
            return self._taken(intake, asked, Heard(text, found, ""))
        return None

    def _business(self, intake: Intake) -> str:
        """What the company is said to do mainly."""
        business = next((field for field in self.service.application if is_business(field)), None)
        return intake.values.get(business.id, "") if business else ""

    def _counted(self, intake: Intake, asked: Field, number: str) -> Step | None:
        """A bare number where words are asked for counts the people, if they are still to be told: "30ish"."""
        people = next((field for field in self.service.application if field.type == "count"), None)
        if people is None or people.id in intake.values:
            return None
        found = Found({people.id: fields.read(people, number, self.today)}, {}, (), (), frozenset(), "")
        return self._taken(intake, asked, Heard(number, found, ""))

    def _told_of(self, intake: Intake, values: Mapping[str, str], text: str, company: str) -> dict[str, str]:
        """What is told behind a company's name: "Fenwick & Sons, we have 25 people in one office"."""
        rest = text.partition(company)[2]
        if len(tokens(rest)) < SOME:
            return {}
        held = {**intake.values, **values}
        found = extract(rest, Form(self.service.application, held, None, self.today)).values
        counted = {
            field.id
            for field in self.service.application
            if field.type == "count"
            for *_, number in counts.find(rest, nouns(field))
            if found.get(field.id) == str(number)
        }
        lists = {field.id for field in self.service.application if is_certificates(field)}
        return {id: value for id, value in found.items() if id not in held and id in counted | lists}

    def _commanded(self, intake: Intake, form: Form, text: str, meant: Command) -> Step | None:
        """What a message does that gives no value."""
        match meant:
            case Command.SKIP if form.asked:
                return self._skipped(intake, form.asked)
            case Command.RESUME | Command.YES:
                return self._asked(intake)
            case Command.ASKS if _is_no_company(text, form) or not (
                _may_describe(text, form) or _may_name(text, form)
            ):
                return Step(intake, Kind.SIDE, question=text)
            case _:
                return None

    def _back(self, intake: Intake, asked: Field) -> Intake:
        """At the question before the one that is open."""
        fields = self.service.application
        before = fields[max(fields.index(asked) - 1, 0)].id
        skipped = tuple(id for id in intake.skipped if id != before)
        return replace(intake, asking=before, skipped=skipped, misses=0)

    def _skipped(self, intake: Intake, asked: Field, lead: str = "") -> Step:
        if asked.id in intake.values:
            return self._asked(self._onward(replace(intake, misses=0)))
        if asked.required:
            return self._missed(intake, asked, Reason.MISSING)
        skipped = replace(intake, skipped=(*intake.skipped, asked.id), misses=0)
        return self._asked(self._onward(skipped), lead or texts(self.language).intake.left_open)

    def _take_rest(
        self,
        intake: Intake,
        asked: Field,
        last: Field | None,
        found: Found,
        form: Form,
        values: dict[str, str],
    ) -> Reason | None:
        """Take what is left of a message as the answer, or as the correction of the last one; else tell why not."""
        talk = intent(found.rest) in asides.COURTESY or says(found.rest, Command.RESUME)
        talk = talk or bool(BACK.fullmatch(bare(found.rest)))
        if not says_something(found.rest) or (values and talk):
            return None
        rest = _DENIED.sub("", found.rest) if values else found.rest
        if last is not None and last.type == "count" and dates.find(rest, self.today):
            last = None  # "May 2031, sorry, August 2031"
        targets = (
            [asked] if last is None else sorted([last, asked], key=lambda each: each.type in {"text", "name"})
        )
        reason = None
        for target in targets:
            try:
                value = fields.read(target, rest, self.today)
            except Wrong as error:
                reason = error.reason if target == asked else reason
            else:
                if target != asked and _OF_ITEM.search(plain(rest)):
                    continue  # 不对，第3项…
                long = bool(values) or len(tokens(found.rest)) >= SOME
                needed = last is not None and not values  # what takes something back says what it is to be
                aside = not intake.misses and not needed and long and is_beside_the_point(rest, form)
                aside = aside or (target.type == "name" and not intake.misses and not may_name(rest))
                if is_certificates(target) and len(tokens(rest)) < _LONG and certificates.names_any(rest):
                    aside = False  # "27001 (expires next year)"
                if values and form.corrects and is_certificates(target):
                    aside = not certificates.names_any(rest)  # 是30个人不是20个，我把兼职的漏了
                values |= {} if aside else {target.id: value}
                return None
        return reason
