"""What a customer says of an application that was sent: a correction, what it says, another one."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot import intake, steps
from bot.aside import Aside, then_answered
from bot.cases import Cases
from bot.filing import Filing, Handover, change_to
from bot.intake import Command, Intake, Kind, Stage, Step
from bot.intent import Intent, intent
from bot.messages import Outcome
from bot.records import Case
from bot.texts import texts
from bot.turn import Finish, Turn, saying

_ONE_MORE = re.compile(
    r"\b(?:another|new|second|separate|further|one more) application\b"
    r"|(?:再|另外?|又)[来填报做交开搞弄办]?(?:申请)?一?[份个家](?:申请|公司|(?![㐀-鿿])|(?=[吧呢吗啊呀的了也要]))"
    r"|也(?:要|想)?申请一?[份个下]|(?:第二|另一)家.{0,6}申请",
    re.IGNORECASE,
)
"""An application beside the one that was sent, and no change of it."""
_SAYS_AGAIN = re.compile(
    r"\W*(?:yes|yep|yeah|right|correct|exactly|对的?|是的?|没错|嗯+)[\s,，.。]+(?P<value>[^?？]{1,40}?)(?:\s?(?:people|sites|[个人名位家]))?\W*",
    re.IGNORECASE,
)
"""A yes, and once more what it is now: 对，118."""
_CHANGE_NOTHING = {Intent.STATUS, Intent.OKAY}
_CHANGES = re.compile(r"\b(?:change|correct|amend|edit|update|fix)\b|改|更正|修正", re.IGNORECASE)
_WHETHER = re.compile(
    r"(?:要|用|需要|该|得)(?:不要|不用|去)?(?:重新)?[改换](?:一?下)?[吗么嘛]?[?？]\W*$"
    r"|\b(?:do|should|must|need) (?:i|we) (?:have to |need to )?(?:change|update|tell you)[^,.;]{0,20}\?\W*$",
    re.IGNORECASE,
)
"""Who asks whether to change something changes nothing yet."""
_WRONG = re.compile(r"mistake|wrong|typo|incorrect|not right|错|不对|有误|要改|想改|改一下", re.IGNORECASE)


def wants_one_more(turn: Turn) -> bool:
    """Whether a message wants an application beside the one that was sent."""
    return bool(turn.case and _ONE_MORE.search(turn.text))


class Amendments:
    """`privacy_url` is the notice that customers agree to."""

    def __init__(self, cases: Cases, filing: Filing, privacy_url: str) -> None:
        self._cases = cases
        self._filing = filing
        self._privacy_url = privacy_url

    def amended(self, turn: Turn, hand_over: Handover) -> Finish | Aside | None:
        """A correction of an application that was sent; what somebody works on already is for a person to change."""
        case = turn.case
        if case is None or turn.known.intake or case.status in steps.ENDED:
            return None
        if _WHETHER.search(turn.text):
            return None  # 要改名了，现在要改吗
        corrects = turn.commanded is Command.CORRECTS or intake.takes_back(turn.text)
        plainly, asked = corrects, self._asked(turn, case)
        corrects = corrects or asked is not None or self._filing.has_asked_what(turn, case)
        meant_so = turn.wanted in _CHANGE_NOTHING and intent(turn.text) is Intent.QUESTION  # by its meaning
        if not (corrects or (turn.just_sent and not meant_so)) or wants_one_more(turn):
            return None
        step = self._after(turn, case, turn.text)
        tells = step.kind is Kind.REVIEW or (step.kind is Kind.SIDE and corrects)
        changed = step.intake.values if step.intake and tells else case.fields
        named = step.intake.asking if step.intake and corrects else None
        if changed == case.fields and named == asked and not plainly:
            named = None  # "how much is it?", to what a field is to be
        if changed == case.fields and named is None:
            wrong = turn.just_sent and turn.wanted is Intent.QUESTION and _WRONG.search(turn.text)
            says_so = (wrong and corrects) or turn.commanded is Command.CORRECTS
            asks = step.question or intake.asks(turn.text)
            vague = says_so and (not asks or _CHANGES.search(turn.text))  # "can I still change something?"
            return (lambda tx, _: self._filing.what_to_change(tx, turn, case)) if vague else None
        if turn.wanted is Intent.COMPLAINT and not corrects and self._is_time(case, changed):
            return None  # "three weeks, and not one call"
        if case.status != steps.ENQUIRY:
            return (lambda tx, _: self._filing.in_hand(tx, turn, case, hand_over)) if corrects else None
        if changed != case.fields:
            return then_answered(step.question, lambda tx, _: self._filing.amended(tx, turn, case, changed))
        field = next(field for field in self._cases.service(case).application if field.id == named)
        return lambda tx, _: self._filing.to_change(tx, turn, case, field)

    def _is_time(self, case: Case, changed: Mapping[str, str]) -> bool:
        """Whether nothing but a date would change."""
        dates = {field.id for field in self._cases.service(case).application if field.type == "date"}
        return {id for id, value in changed.items() if case.fields.get(id) != value} <= dates

    def shown(self, turn: Turn) -> Finish | None:
        """What an application holds that was sent, where that is asked for."""
        case = turn.case
        if case is None or turn.known.intake or not intake.recalls(turn.text):
            return None
        return lambda tx, _: self._filing.as_sent(tx, turn, case)

    def confirmed_again(self, turn: Turn) -> Finish | None:
        """Another yes right after an application was sent changes nothing."""
        case = turn.case
        if case is None or not turn.just_sent or turn.wanted is not Intent.QUESTION:
            return None
        if (said := _SAYS_AGAIN.fullmatch(turn.text)) and said["value"] in case.fields.values():
            return saying(texts(turn.language).okay, turn.language, Outcome.SMALLTALK)
        step = self._after(turn, case, turn.text.rstrip("?？ "))
        if step.kind is not Kind.CONFIRMED or step.question:
            return None
        return lambda tx, _: self._filing.already(tx, turn, case)

    def _asked(self, turn: Turn, case: Case) -> str | None:
        """The field of which the last words asked what it is to be."""
        if turn.last is None:
            return None
        last, language = turn.last.text, turn.last.language
        fields = self._cases.service(case).application
        return next((field.id for field in fields if last == change_to(case, field, language)), None)

    def _after(self, turn: Turn, case: Case, text: str) -> Step:
        """What a message would be to the read-back of what was sent, or to the question what a field is to be."""
        service = self._cases.service(case)
        unsaid = tuple(field.id for field in service.application if field.id not in case.fields)
        sent = Intake(service=case.service, values=case.fields, skipped=unsaid, stage=Stage.REVIEW)
        if asked := self._asked(turn, case):
            sent = replace(sent, asking=asked, stage=Stage.ASKING)
        return intake.step(
            sent,
            service,
            text,
            turn.language,
            self._cases.today(),
            f"{self._privacy_url}?lang={turn.language}",
        )
