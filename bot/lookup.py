"""How an application stands: told to who owns it, in its own conversation or by reference and contact together."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.cases import Cases
from bot.compose import Draft, to_person
from bot.intake import Intake, Stage, asks, contacts
from bot.intent import Intent, intent
from bot.messages import Action, Outcome
from bot.records import Case
from bot.references import references
from bot.store import Transaction
from bot.texts import LANGUAGES, texts
from bot.turn import Finish, Turn, saying
from knowledge.sentences import sentences

_TALK = {Intent.QUESTION, Intent.OKAY, Intent.SORRY, Intent.STATUS, Intent.ROBOT, Intent.TOLD, Intent.UNCLEAR}
_LACKS = re.compile(
    r"\b(?:no|not|never|without|lost|forgot(?:ten)?|don't|didn't|haven't|can't|cannot|dont|didnt|havent|cant)\b"
    r"|没|不(?!起|好意思)|忘|丢|无|\d.*(?:\b(?:something|think|maybe)\b|好像|大概)"
)
_REFERENCE = re.compile(r"\b(?:reference|number|cd)\b|编号|号码|单号", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"\blook (?:it|me|us|that) up\b|\bon (?:file|record)\b|\bby (?:our|my|the) (?:company |firm's |firm )?name\b"
    r"|\bfind (?:it|me|us)\b"
    r"|\bread me the\b|(?:按|用|拿|凭|报)(?:公司|单位|我们?|企业)?(?:名|名字|名称|抬头).{0,4}查|查.{0,16}公司",
    re.IGNORECASE,
)
"""Who asks to be found in another way."""
_SEEKS = re.compile(r"\b(?:find|look|check|see)\b|查|看看|看下|走到|办到|到哪", re.IGNORECASE)
_BARE_ID = re.compile(
    r"(?<![A-Za-z\d_@.-])(?!(?i:iso))[A-Za-z](?=[A-Za-z_-]*[\d_-])[A-Za-z\d_-]{5,19}(?![A-Za-z\d_@-]|\.\w)"
)
_MISTYPED = re.compile(r"(?<![\w-])cd[\s.:#-]{1,2}\d[\d\s.-]{2,14}\d(?!\w)", re.IGNORECASE)
"""What is meant for a reference, and is none: CD-1234-5678."""
_UNFINISHED = re.compile(
    r"(?:[填写弄办报][了好到过]*一?半|一半.{0,6}(?:断|停|掉|走)|[没未][填弄写办](?:完|好)|填[了好]?(?:[一两二三几]|\d+)[项个条].{0,4}就)"
    r"|(?:前面|之前|刚才|上次|昨天|前几天)?[填写](?:好)?的(?:那些|东西|信息|内容|公司信息|资料)*.{0,6}(?:丢|还[在留存]|保存|存着|没了[吗吧么]|不见了)"
    r"|\b(?:never|not|(?:could|did|was)n'?t|could not) (?:\w+ )?(?:finish(?:ed)?|get (?:to the end|through))\b"
    r"|\bgot interrupted\b"
    r"|\b(?:i|we)(?:'d| had|'ve| have)? (?:begun|began|started)(?: (?:an?|the|my|our))?"
    r" (?:application|form|this|it|something|here|filling)\b.{0,60}\b(?:yesterday|last|other day|ago|before|still|died|crashed)\b"
    r"|\b(?:laptop|computer|phone|battery|wi-?fi|connection|browser|page|internet)\b.{0,10}\b(?:died|crashed|froze|broke|went)\b"
    r"|(?:电脑|手机|网络?|网页|页面|浏览器).{0,3}(?:死机|断|没电|崩|卡死|关)"
    r"|\bhalf[- ](?:done|finished|filled|completed)\b"
    r"|\bwhat i(?:'ve| have)? (?:typed|wrote|written|entered|filled in)\b.{0,30}\b(?:still|kept|lost|saved|gone)\b",
    re.IGNORECASE,
)
"""What was begun, and not sent."""
_OF_ELSE = re.compile(
    r"\bcd-|\b(?:iso|audits?|audited|projects?|certifi\w+|standards?)\b|\d{4}|审核|认证|标准|体系|证书?|材料|文件",
    re.IGNORECASE,
)
"""What was not finished may be something else."""
_STILL = re.compile(
    r"\b(?:still|remember|isn't (?:it|that)|is any of)\b|还[在留有]|记得|找得?回", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"继续|接着|填完吧|续上|\b(?:continue|resume|go on|carry on|finish (?:it|that|my|the|our)|let'?s finish)\b",
    re.IGNORECASE,
)
_DROPPED = re.compile(
    r"(?:刚才?|前面|之前|方才|上面|我).{0,4}[填写说](?:的|过的)?.{0,10}(?:作废|删|当我没[说填]|没(?:发|交|提交)|不会.{0,10}(?:交|发|存|留)|还?留着|还在)"
    r"|(?:刚才?|前面|之前|方才)那些.{0,10}(?:作废|删|当我没[说填]|没(?:发|交|提交)|不会.{0,6}(?:交|发|存|留))"
    r"|\b(?:keep|kept|delete|scrap|forget|send|sent|pass(?:ed)?)\b.{0,20}\bwhat i (?:typed|wrote|entered|told|said|filled)",
    re.IGNORECASE,
)
"""What was filled in before it was cancelled."""
_CANCELS_AGAIN = re.compile(
    r"\W*(?:(?:yes|yep|yeah|ok|okay|please|对的?|是的?|好的?|嗯+|就)\W*)*"
    r"(?:cancel(?:led)?(?: (?:it|that|this|everything|(?:the|my|our) application))?"
    r"|取消(?:申请|了|吧|掉)*)(?:\W*(?:please|thanks|thank you|谢谢|吧))?\W*",
    re.IGNORECASE,
)
_LONGEST = 120  # characters
_JUST_NOW = 2  # replies after which who has cancelled still asks of that
_TOLD = 3  # replies after which a list is read out again
_CANCELLED = frozenset(texts(language).intake.cancelled for language in LANGUAGES)


class Lookup:
    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def turn(self, turn: Turn) -> Finish | None:
        """None where the message is about something else."""
        asked = references(turn.text)
        pending = self._pending(turn)
        given = _contacts(turn.text)
        about_one = turn.wanted in {Intent.STATUS, Intent.MISSING}
        if pending or _REFERENCE.search(turn.text):
            asked = asked or _mistyped(turn.text)
        if not asked and not about_one and not (pending and given):
            return None
        given = given or (_bare_ids(turn.text) if asked else set())
        if pending and turn.last:  # the two may come one after the other
            for earlier in (turn.last.text, turn.before):
                asked = asked or references(earlier) or _mistyped(earlier)
            given = given or _contacts(turn.before)
        if turn.case and (turn.case.reference in asked or not (asked and given)):
            return self.own(turn)
        if asked and given:
            return lambda tx, _: self._other(tx, turn, asked[0], given)
        words, person = texts(turn.language).case, [to_person(turn.language)]
        if asked:
            told = words.contact_too.format(reference=asked[0])
            return saying(told, turn.language, Outcome.STATUS, person)
        if given and not turn.known.intake:
            return saying(words.reference_too, turn.language, Outcome.STATUS, person)
        return self.own(turn)

    def unsent(self, turn: Turn) -> Finish | None:
        """What is told to who has no reference, or asks for an application that was begun, or cancelled, and not sent."""
        held, words = turn.known.intake, texts(turn.language)
        if self._lacks(turn):
            return saying(words.case.no_reference, turn.language, Outcome.STATUS, [to_person(turn.language)])
        if (
            (held and held.stage is not Stage.PAUSED)
            or (turn.case and not held)
            or _OF_ELSE.search(turn.text)
        ):
            return None
        replies = [message.reply.text for message in turn.known.history if message.reply]
        cancelled = not held and not _CANCELLED.isdisjoint(replies[-_JUST_NOW:])
        if cancelled and _CANCELS_AGAIN.fullmatch(turn.text):
            return saying(words.intake.cancelled, turn.language, Outcome.INTAKE)
        unfinished = _UNFINISHED.search(turn.text) and not (
            _asks_else(turn.text) or _GOES_ON.search(turn.text)
        )
        if (cancelled and _DROPPED.search(turn.text)) or (held and unfinished):
            return self.own(turn)
        if unfinished and turn.wanted not in {Intent.APPLY, Intent.QUOTATION}:
            again = Action(words.case.apply_label, words.case.apply_send)
            return saying(words.case.no_draft, turn.language, Outcome.STATUS, [again])
        return None

    def _lacks(self, turn: Turn) -> bool:
        """Whether who was asked for reference and contact says that there is no reference, whatever else they give."""
        if references(turn.text) or _MISTYPED.search(turn.text) or not _lacks_reference(turn.text):
            return False
        if not self._pending(turn) and not (_REFERENCE.search(turn.text) and _SEEKS.search(turn.text)):
            return False
        spelt_out = intent(turn.text) in _TALK  # "I have none, get me a person" wants one
        return spelt_out and not (_contacts(turn.text) and references(turn.before))

    def is_told(self, turn: Turn) -> bool:
        """Whether a reference and a contact were asked for, and the contact comes."""
        return self._pending(turn) and bool(_contacts(turn.text))

    def own(self, turn: Turn) -> Finish:
        """The report on the conversation's own case, or on what is there of one, or how to look one up."""
        case = turn.case
        if case:
            replies = [message.reply.text for message in turn.known.history if message.reply]
            told = replies[-_TOLD:] if turn.wanted is Intent.STATUS else []
            return lambda tx, _: self._with_others(tx, turn, self.shown(tx, case, turn.language, told))
        return lambda tx, _: self._without_case(tx, turn)

    def _with_others(self, tx: Transaction, turn: Turn, draft: Draft) -> Draft:
        """The report on the latest application of a conversation, and at which step the others of it are."""
        others = [
            case
            for case in tx.cases.of_conversation(turn.conversation)
            if turn.case and case.id != turn.case.id
        ]
        return replace(
            draft,
            text="\n".join([draft.text, *(self._cases.standing(each, turn.language) for each in others)]),
        )

    def _without_case(self, tx: Transaction, turn: Turn) -> Draft:
        words, actions = texts(turn.language).case, list[Action]()
        replies = [message.reply.text for message in turn.known.history if message.reply]
        cancelled = not _CANCELLED.isdisjoint(replies[-_JUST_NOW:])
        text = texts(turn.language).intake.cancelled if cancelled else words.look_up
        if held := turn.known.intake:
            text = words.unsent.format(answered=len(held.values), count=self._count(held))
        elif sent := tx.documents.of_conversation(turn.conversation):
            text = "\n".join([words.unapplied, *(f"- {document.name}" for document in sent)])
            actions = [Action(words.apply_label, words.apply_send)]
        return Draft(text, turn.language, Outcome.STATUS, actions=actions)

    def _count(self, held: Intake) -> int:
        service = self._cases.services.get(held.service)
        return len(service.application) if service else len(held.values)

    def _pending(self, turn: Turn) -> bool:
        """Whether the last reply asked for a reference, or a contact, or both."""
        if turn.last is None:
            return False
        words, told = texts(turn.last.language).case, turn.last.text
        asked = [words.contact_too.format(reference=each) for each in references(told) or _mistyped(told)]
        return told in {words.look_up, words.not_found, words.reference_too, *asked}

    def _other(self, tx: Transaction, turn: Turn, reference: str, given: set[str]) -> Draft:
        """Whatever is wrong, and whether or not there is such a case, the answer is the same."""
        words = texts(turn.language).case
        person = [to_person(turn.language)]
        if not self._cases.may_look_up(tx, turn.conversation, reference):
            return Draft(words.too_many, turn.language, Outcome.STATUS, actions=person)
        case = self._cases.look_up(tx, turn.conversation, reference, given)
        if case is None:
            return Draft(words.not_found, turn.language, Outcome.STATUS, actions=person)
        return self.shown(tx, case, turn.language)

    def shown(self, tx: Transaction, case: Case, language: str, told: Sequence[str] = ()) -> Draft:
        """The report on a case with its card."""
        words = texts(language).case
        return Draft(
            self._cases.report(tx, case, language, told),
            language,
            Outcome.STATUS,
            actions=[to_person(language), Action(words.another_label, words.another_send)],
            case=self._cases.summary(tx, case, language),
        )


def _asks_else(text: str) -> bool:
    """Whether a message asks something else beside what was not finished."""
    asking = [each for each in sentences(text) if asks(each)]
    return bool(asking) and not any(_UNFINISHED.search(each) or _STILL.search(each) for each in asking)


def _lacks_reference(text: str) -> bool:
    """Whether this, to the question for a reference, says that there is none: "I lost it"."""
    about_it = _REFERENCE.search(text) or not asks(text)
    lacks = _LACKS.search(text.casefold()) and about_it
    return bool(len(text) <= _LONGEST and (lacks or _OTHERWISE.search(text)))


def _bare_ids(text: str) -> set[str]:
    """What may be a WeChat ID beside a reference, though nothing says so: "CD-2026-000016, naxiaoqin99"."""
    found = (each[0] for each in _BARE_ID.finditer(text))
    return {f"wechat:{id}" for id in found if not (references(id) or _mistyped(id))}


def _mistyped(text: str) -> list[str]:
    return [found[0] for found in _MISTYPED.finditer(text)]


def _contacts(text: str) -> set[str]:
    return {found.value for found in contacts.find(text)}
