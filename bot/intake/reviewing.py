"""The read-back of an application: a plain yes sends it, whatever else is said may change it."""

import re
from dataclasses import dataclass, replace

from bot.intake import asides, asking, corrections, cues, dates, due_dates, fields, progress, shifts
from bot.intake.commands import (
    Command,
    assents,
    consents,
    nods,
    reserves,
    says,
    sends,
    without_request,
)
from bot.intake.extract import Found, extract
from bot.intake.inquiries import recalls
from bot.intake.listening import Listener
from bot.intake.plain import plain
from bot.intake.progress import Intake, Kind, Stage, Step
from bot.intake.reading import Form
from bot.intake.reasons import Wrong
from bot.intake.speaking import Heard
from knowledge.documents import Field

_SHOWS_AGAIN = {Command.RESUME, Command.SO_FAR}  # once all has been asked
_OF_THEM = re.compile(r"\b(?:we|we're|our|ours|called|named)\b|[我咱俺]们|公司|叫(?!我吃|我去)|改")
"""What may tell of an answer: "yep, we are called Moon Hosting by now, send it"."""
_SEND = re.compile(r"\b(?:send|submit|file)\b|[提递]交|发[出过]去|交[了吧上]")
_OF_NEXT = re.compile(
    r"\W*(?:(?:and|so|then)\W+)*(?:who|when|how (?:soon|long)|what (?:happens|comes|now|next))\b"
    r"|\W*(?:那|请问)?(?:之后|接下来|然后|后面|后续)?[,，]?(?:是|会)?(?:谁|什么时候|啥时候|多久|几时|怎么联系)"
)
_HOLDS_BACK = re.compile(r"\b(?:if|unless|before|or|but|first|wait)\b|之前|先|如果|要是|除非|不过|但|再")
_SENT_YET = re.compile(
    r"\b(?:has|have|is|was|did) (?:my|the|our|that|this|it|you|i) ?(?:application |form |request |already )?(?:been )?"
    r"(?:sent|submitted|send|submit)(?: (?:off|in|out|it))?(?: (?:yet|already|now))?\s?\?"
    r"|(?:申请|表|单子)?(?:已经)?(?:提交|发出去|交上去|发出)(?:了|成功)?(?:没有?|吗|了吗)[?？]?\W*$"
)
_IS_RIGHT = re.compile(
    r"(?:so |and |ok )*(?:is|are) (?:that|this|it|everything|they|the answers)(?: all)? (?:right|correct|complete"
    r"|ok)(?: now| like that)?\W*"
    r"|(?:这样)?(?:都)?(?:填|写)?(?:得)?对(?:了)?[吗么]\W*"
)
"""Who asks whether the answers are right is shown them."""
_LISTED = re.compile(r"^(\d)\.\s")  # a line of the read-back, written anew


def agrees(text: str) -> bool:
    """Whether a message is a yes and nothing else."""
    return says(text, Command.YES) or nods(text) or (consents(text) and not asides.asks(text))


def _orders(said: str) -> bool:
    """Whether what stands beside a question is a yes that says to send it: "that's right. Send it."."""
    return agrees(said) and bool(_SEND.search(plain(said))) and not reserves(said)


def _is_of_next(question: str) -> bool:
    """Whether a question is of what comes after sending, and may hold nothing back: not "or should I wait?"."""
    folded = plain(question)
    return bool(_OF_NEXT.match(folded)) and not _HOLDS_BACK.search(folded)


@dataclass(frozen=True)
class Reviewer(Listener):
    def _reviewed(self, intake: Intake, text: str, meant: Command | None) -> Step:
        shown = (
            intake.misses != 1
        )  # else the last words were "What should I change?", to which "ok" is no consent
        if agrees(text):  # "yes" to "What should I change?" is no consent, "send it" is
            consents = shown or _SEND.search(plain(text))
            return Step(intake, Kind.CONFIRMED) if consents else self._asked(replace(intake, misses=0))
        courtesy = asides.is_courtesy(text) and meant is not Command.YES
        if courtesy or says(text.rstrip("?？ "), Command.YES):
            return self._asked(replace(intake, misses=0))
        if says(text, Command.NO):
            return self._missed(replace(intake, misses=0), None, None)
        text = _LISTED.sub(r"\1: ", without_request(text))
        said, question = asides.split(corrections.opened(text)[0], lambda _: False)
        form = Form(self.service.application, intake.values, None, self.today, corrects=True)
        told = extract(said, form)
        found = self._differing(intake, told)
        if not found.values and not found.reopened:
            other = self._once_more(intake, text) or (
                self._date(intake, text) if meant is Command.CORRECTS else {}
            )
            found = replace(found, values=found.values | other)
        changes = found.values or found.wrong or found.dropped or found.reopened
        agreed = (meant is Command.YES and shown) or (
            assents(text) and (meant is Command.YES or self._only_remarks(text))
        )
        agreed = agreed or (shown and _orders(said) and _is_of_next(question))
        if agreed and not changes:
            return Step(intake, Kind.CONFIRMED, question=question)
        if meant is Command.PAUSE and not changes:
            return self._paused(intake)
        if not changes and (
            meant in _SHOWS_AGAIN
            or recalls(text)
            or _IS_RIGHT.fullmatch(plain(text))
            or _SENT_YET.search(plain(text))
            or (told.values and not question)
        ):
            return self._asked(replace(intake, misses=0))
        if meant is Command.ASKS and (not changes or asides.claims(text)):
            return Step(intake, Kind.SIDE, question=text)
        return self._taken(intake, None, Heard(text, found, question))

    def _only_remarks(self, text: str) -> bool:
        """Whether a message has it sent, and says nothing else of any answer: "yes, off it goes, my train is here"."""
        folded = plain(text)
        named = any(name in folded for name in cues.vocabulary(self.service.application))
        return sends(text) and not (named or _OF_THEM.search(folded) or any(map(str.isdigit, text)))

    def _differing(self, intake: Intake, found: Found) -> Found:
        """Without what the application holds already: "right, 45 people, two sites"."""
        values = {id: value for id, value in found.values.items() if intake.values.get(id) != value}
        return replace(found, values=values)

    def _once_more(self, intake: Intake, text: str) -> dict[str, str]:
        """What was set last, where a message changes a number or a date and does not say which: 还是改回20吧."""
        last, (rest, denies) = self._field(intake.last), corrections.opened(text)
        told = corrections.changed_to(text) or (rest if denies else "")
        if last is None or last.type not in {"count", "date"} or not told:
            return {}
        try:
            return {last.id: fields.read(last, told, self.today)}
        except Wrong:
            return {}

    def _date(self, intake: Intake, text: str) -> dict[str, str]:
        """The one date of a message that changes something, for the one field that is a date."""
        asked = [field for field in self.service.application if field.type == "date"]
        found = dates.find(text, self.today)
        if len(asked) != 1 or len(found) != 1 or due_dates.last_day(found[0].value) < self.today:
            return {}
        held = intake.values.get(asked[0].id, "")
        value = shifts.in_held_year(found[0].value, held, text, self.today)
        return {} if value == held else {asked[0].id: value}  # "by the June that we asked for"

    def _taken(self, intake: Intake, asked: Field | None, heard: Heard) -> Step:
        found = heard.found
        accepts = bool(found.values or found.dropped)
        moved = progress.accepted(intake, self.service, asked, found) if accepts else intake
        if heard.question:
            return Step(moved, Kind.SIDE, question=heard.question if accepts else heard.text)
        noted = self._noted(moved, asked, heard)
        if found.reopened:
            return self._asked(replace(moved, stage=Stage.ASKING, asking=found.reopened[0], misses=0), noted)
        named = next(iter(found.wrong), None)
        unclear = self._field(named) or asked
        reason = heard.reason if named is None else found.wrong[named]
        if not accepts:
            return self._missed(intake, unclear, reason)
        if unclear is None or reason is None:
            return self._asked(moved, noted)
        again = replace(moved, stage=Stage.ASKING, asking=unclear.id)
        return self._asked(again, noted, asking.wrong(unclear, reason, self.language))
