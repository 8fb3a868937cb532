"""What a message is: what it wants or tells, by where its conversation stands."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot import steps
from bot.answer import LEANING, Found
from bot.intake import (
    Command,
    Intake,
    Stage,
    asks,
    is_command,
    reserves,
    takes_back,
    tries_phone,
    waits,
    without_details,
)
from bot.intent import Intent, intent, without_refusal
from bot.interview import CHAT, Interview
from bot.messages import HandoffReason, Message, Outcome
from bot.questions import leans
from bot.records import Known
from bot.turn import Turn, sticky
from bot.wanting import NO_QUESTION, NOW
from knowledge.language import words

REASONS = {
    Intent.PERSON: HandoffReason.CUSTOMER_ASKED,
    Intent.COMPLAINT: HandoffReason.COMPLAINT,
    Intent.UPSET: HandoffReason.UPSET,
    Intent.POLICY: HandoffReason.POLICY,
    Intent.WITHDRAW: HandoffReason.POLICY,
    Intent.ACCEPT: HandoffReason.POLICY,
}
GRIEVES = {Intent.UPSET, Intent.COMPLAINT}
_CALLS = {*GRIEVES, Intent.PERSON}
_OF_CASE = {Intent.WITHDRAW, Intent.ACCEPT}  # what only an application that was sent allows
_SURELY_OF_CASE = {
    Intent.STATUS,
    Intent.MISSING,
    Intent.QUESTION,
    Intent.OKAY,
    Intent.ACCEPT,
    Intent.WITHDRAW,
    Intent.PERSON,
    Intent.COMPLAINT,
}
"""What is learned of messages to an application that was sent, and holds whatever else they are like."""
_FOR_PEOPLE = {*REASONS, Intent.QUOTATION}
_BEGINS = {Intent.APPLY, Intent.QUOTATION}
_ABOUT_CASE = {Intent.STATUS, Intent.MISSING}
_TELLS = {Command.RESUME, Command.CORRECTS, Command.SO_FAR, Command.NO, Command.SKIP}
"""What tells a form what to do, however cross it sounds."""
_AFTER_SENDING = {  # what is likely right after an application was sent, beside a yes and a correction
    *REASONS,
    Intent.QUOTATION,
    Intent.STATUS,
    Intent.MISSING,
    Intent.APPLY,
    Intent.THANKS,
    Intent.GOODBYE,
}
SURELY = 0.65  # likeness from which what may be an answer to a question of an application is none
_MEANT = 0.5  # and a grievance, however much it leans on an answer
_OUTWEIGHS = {*_ABOUT_CASE, Intent.PERSON, Intent.COMPLAINT}
"""What a remark is after all, which wants nothing only by what is said of an application that was sent."""
_BEYOND_DOUBT = 0.85  # likeness to asking where an application stands
_SURELY_OKAY = 0.6  # and to a remark that wants nothing
_SURELY_PRESSES = 0.9  # likeness to pressing for a price from which nothing that it holds is an answer
CERTAIN = 0.8  # confidence of the search from which what is no answer to a form was a question
_CONTACT = re.compile(r"\bcontact (?:person|name)\b|联系人|联络人|对接人", re.IGNORECASE)
_YOU = re.compile(r"\byour?\b|[你您]", re.IGNORECASE)
_OF_STANDARD = re.compile(
    r"第.{1,3}[章部]|条款|标准|阶段|[你您]们?是?[干做搞](?:嘛|什么|啥)|\b(?:clause|chapter|part|stage)\b",
    re.IGNORECASE,
)
_OF_ANSWERS = re.compile(
    r"[填写记录给说报存答留]|内容|信息|目前|到哪|哪步|有哪些|汇总|总结|清单|看看|看一|发我|进度|完了|几[项题步]|[几多]少?个?问题"
    r"|\b(?:so far|far|have|has|had|got|fill\w*|enter\w*|wr[io]te?\w*|put|g[ai]ve\w*|told|tell|said"
    r"|say|noted?|already|recap\w*|summar\w*|show"
    r"|see|list|read|repeat|check|answer\w*|answered|saved?|down|where (?:are|were|was)|progress|left|remain\w*"
    r"|overview|copy|view|display|more|nearly|longer"
    r"|look|review|complete\w*|done|missing|screen|record\w*|provid\w*|typed?|status)\b",
    re.IGNORECASE,
)
"""Without any of these words nobody asks what has been answered."""
_READS = re.compile(
    r"核对|检查|看|过目|对一遍|\b(?:read|reading|look|looking|check|checking|review|go(?:ing)? (?:over|through))\b",
    re.IGNORECASE,
)
"""Who reads the answers again."""
_READS_ON = re.compile(
    r"没(?:看|读|核对|检查)完|(?:看|核对|检查)[完好].{0,4}再|\bstill (?:reading|checking|going (?:over|through))\b",
    re.IGNORECASE,
)
"""And who has not come to the end of them."""
_MERELY_READS = {Command.SO_FAR, Command.ASKS, Command.PAUSE, None}
"""What they may seem to want by then."""
_GOES_ON_LATER = re.compile(
    r"\b(?:carry on|go on|continue|resume|finish)(?: it| this)? (?:later|tomorrow|tonight|another|next|after|in the)\b"
    r"|(?:明天|晚点|回头|下午|改天|等会儿?|待会儿?|晚上|有空)再?(?:继续|接着|来|填|弄)",
    re.IGNORECASE,
)
_SHOULD_I = re.compile(r"\W*(?:should|shall) (?:i|we)\b|(?:我|我们)(?:是不是|该不该|要不要)", re.IGNORECASE)
_OF_NEXT = re.compile(
    r"\b(?:next|now what|happens?|from here|further|wait|hear|call|contact)\b"
    r"|接下来|下一步|然后|后面|后续|之后|等|回复|联系|消息|通知",
    re.IGNORECASE,
)
"""Right after an application was sent, of what comes of it rather than of certification."""
_MERELY_ASKS = re.compile(
    r"(?!.*\b(?:appl\w+|start|begin|sign|regist\w+|enrol\w*|book)\b)\W*(?:(?:and|but|so|hi|hello|also|ok)\W+)*"
    r"(?:do|does|did|is|are|was|were|what|whats|which|when|where|who|why)\b",
    re.IGNORECASE | re.DOTALL,
)
_BY_WHAT = re.compile(
    r"加(?:我)?(?:的)?微信|微信(?:联系|上说|找我)|打(?:我)?电话(?:给我|联系|就行|吧)|\b(?:call|ring|phone|text"
    r"|e?mail|wechat) me\b",
    re.IGNORECASE,
)
_NOW_WHAT = re.compile(
    r"(?:(?:and|so|ok|okay|then)\W+)*(?:what(?:'s| is)? (?:now|next)|now what|what happens (?:now|next))(?: then)?\W*"
    r"|(?:那|然后)?(?:现在|接下来|下一步)(?:呢|怎么办|干嘛|干什么|做什么|该干嘛)\W*|(?:帮我|麻烦|能不能|再)*催(?:一?催|一?下)(?:进度)?[吧吗呗]?\W*",
    re.IGNORECASE,
)
_WHO_CALLS = re.compile(
    r"\b(?:who(?:'s| is| will|'ll)?|when|how soon|what day)\b[^.?!]{0,24}\b(?:call|contact|ring|phone|reach"
    r"|get back to|write to)(?:ing)? (?:me|us)\b"
    r"|\b(?:when|how soon|what day)\b[^.?!]{0,24}\bhear from (?:you|them|somebody|someone)\b"
    r"|\bwhen\b[^.?!]{0,24}\bexpect (?:an? )?(?:answer|call|reply|response|news|to hear)\b"
    r"|\b(?:who|when)\b[^.?!]{0,24}\bget in touch\b"
    r"|\bwho (?:looks at|deals with|handles|checks|has|reads) (?:it|this|that|my|our)\b"
    r"|\bwill [A-Z]\w+(?: [A-Z]\w+)? be the one\b"
    r"|(?:谁|什么时候|啥时候|几时|多久|哪天|礼拜几|星期几|几天|几号)[^,，。]{0,6}(?:联系|打给|打电话给?|找|回复?|对接)我|谁来?对接|谁负责(?:跟进|对接|我们?的申请)",
    re.IGNORECASE,
)
"""Who waits for somebody: of an application that was sent, and no wish for a person."""
_HOW_TO_HAND_IN = re.compile(
    r"(?:材料|文件|资料|执照)[^,，。]{0,4}(?:发|交|寄|传|给|提交)(?:到|去|给)?(?:哪|谁)|怎么(?:交|传|发|提交|寄)(?:材料|文件|资料)"
    r"|\b(?:where|how) (?:do|can|should|to|shall)(?: (?:i|we))? (?:send|upload|hand in|submit|e?mail"
    r"|post)(?: you)? (?:the|my|our|these|those)?"
    r" ?(?:documents?|papers?|files?|licen[cs]e)\b",
    re.IGNORECASE,
)
_OF_SENT = re.compile(
    r"(?:变成|算|成了|会是?|是不是).{0,4}[两俩2]份(?:申请)?了?[吗吧么]|重复(?:提交|申请|报名)了?[吗吧么]|(?:申请|提交|交)了?[两俩2][份次遍]了?[吗吧么]"
    r"|(?:算|就)[^,，。]{0,3}(?:交|报|申请)(?:好|上|完|成)了?[,，\s]*(?:对吧|是吧|[吗吧没])"
    r"|(?:那|这|另外?一?|第[一二三两]|两)[份家单](?:申请)?.{0,4}(?:没受|受影响|没问题|在吧|还在|没事)"
    r"|(?:这下|这回|这次|现在)?(?:执照|声明|材料|文件|简介|手册|报告|证明).{0,4}(?:没问题|行|过)了[吧吗么没]"
    r"|\b(?:sent|applied|submitted|be|is|are|made) (?:it |this )?(?:twice|double|a duplicate|two applications)\b.*\?",
    re.IGNORECASE,
)
"""Who wonders whether there are two applications now, or how one of them is, or its documents."""
_PAUSES = re.compile("[,，.。!！;；]")
_TO_US = re.compile(
    r"[你您]|人工|真人|客服|\b(?:you|your|person|human|agent|representative)\b", re.IGNORECASE
)


class Meanings(Protocol):
    """What is needed of `bot.answer.Answerer` to tell what a message is; may block."""

    def language(self, text: str, history: Sequence[Message], locale: str) -> str: ...

    def look_up(self, text: str, history: Sequence[Message], locale: str, least: float = 0.0) -> Found: ...

    def commanded(self, text: str) -> Command | None: ...

    def answers(self, text: str) -> bool: ...

    def chats(self, text: str) -> bool: ...

    def consents(self, text: str, *, surely: bool = False) -> bool: ...

    def of_price(self, text: str, history: Sequence[Message]) -> Intent | None: ...

    def presses(self, text: str, least: float = 0.5) -> bool: ...

    def of_sent(self, text: str, least: float = 0.0) -> Intent | Command | None: ...

    def wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent: ...


class Hearing:
    """Tells what messages are; holds no state of a conversation."""

    def __init__(self, meanings: Meanings, interview: Interview) -> None:
        self._meanings = meanings
        self._interview = interview

    def turn(self, text: str, known: Known) -> Turn:
        """The message with its language, what it wants of us and what it tells an application that is open."""
        spoken = self._meanings.language(text, known.history, known.conversation.locale)
        turn = Turn(text, "zh" if spoken == "zh" else "en", known, intent(text))
        if known.conversation.owner:
            return turn
        spared = False
        if (rest := without_refusal(text)) != text:  # "stop sending me to sales. How long does it take?"
            if not words(rest):
                return replace(turn, text=rest, wanted=Intent.OKAY)
            text, turn, spared = rest, replace(turn, text=rest, wanted=intent(rest)), True
        turn = self._within(turn, known.intake) if known.intake else self._outside(turn)
        if spared and turn.wanted in {Intent.PERSON, Intent.UPSET}:
            turn = replace(turn, wanted=Intent.OKAY)
        if known.intake and turn.last:
            return replace(turn, language=sticky(text, spoken, turn.last.language))
        return turn

    def is_for_form(self, turn: Turn, held: Intake, aside: Intent, commanded: Command | None) -> bool:
        """Whether a message that is like something said beside the form is for the form after all."""
        text, calls = turn.text, aside in _CALLS or aside is Intent.POLICY
        tells = commanded in _TELLS
        if _TO_US.search(text) and (aside is Intent.PERSON or (calls and commanded is Command.NO)):
            tells = False  # "I wrote to you twice and nobody ever answered. Not good enough."
        if is_command(text) or tells or self._interview.holds_none(turn):
            return True
        unsaid = aside in GRIEVES and intent(text) is Intent.QUESTION
        if unsaid and self._interview.tells_contact(turn):
            return True  # 有事打13900139000
        asked = any(asks(part) for part in _PAUSES.split(text) if part.strip())
        answers = asked or self._interview.tells(turn) or self._interview.surely_answers(turn)
        if unsaid and not _TO_US.search(text) and answers:
            return True  # 这个要抄营业执照上的经营范围吗，那个老长了; "Fietsnet BV, the accountant gets angry otherwise"
        if self._interview.changes(turn) if calls else takes_back(text):
            return True
        if commanded is Command.YES:  # "now it is right, send it"
            return aside in _ABOUT_CASE or held.stage is Stage.REVIEW
        if aside is Intent.PERSON and (_names_contact(text) or self._gives_way(turn)):
            return True
        if aside is Intent.PERSON and held.stage is Stage.REVIEW and tries_phone(text):
            return True  # "phone is better: 020 7946 0321"
        if aside in CHAT and held.stage is Stage.ASKING and self._meanings.answers(text):
            return True  # "network monitoring and on-site repair"
        if aside is Intent.PERSON and not _TO_US.search(text):
            waits_on = commanded is Command.PAUSE
            return waits_on or self._interview.asks_contact(turn)  # "just ring our front desk"
        ends = aside is Intent.POLICY or (aside in GRIEVES and not _TO_US.search(text))
        return ends and commanded is Command.CANCEL

    def _gives_way(self, turn: Turn) -> bool:
        """Whether who is asked how to be reached says by what only, and no number: 你们加我微信吧."""
        return self._interview.asks_contact(turn) and bool(_BY_WHAT.search(turn.text))

    def beside(self, text: str, least: float) -> Intent | None:
        """What is said beside an application that is open, and so neither withdrawn nor quoted: chat, a grievance."""
        meant = self._meanings.wanted(text, least=least)
        beside = meant in CHAT or meant is Intent.STATUS or (meant in REASONS and meant not in _OF_CASE)
        return meant if beside else None

    def _outside(self, turn: Turn) -> Turn:
        """What a message is where no application is open."""
        text, has_case = turn.text, turn.case is not None
        running = turn.case is not None and turn.case.status not in steps.ENDED
        if running and turn.wanted is Intent.QUESTION and (asked := _of_case(text)):
            return replace(turn, wanted=asked)
        sure = self._of_sent(turn) if running and turn.wanted is Intent.QUESTION else None
        if sure is Command.CORRECTS:
            return replace(turn, commanded=sure)
        if isinstance(sure, Intent) and sure in _SURELY_OF_CASE:
            return replace(turn, wanted=sure)
        asks_on = turn.last is not None and turn.last.outcome is Outcome.ANSWERED and leans(text)
        least = LEANING if asks_on else 0.0
        meant = self._meanings.wanted(text, has_case=has_case, least=least)
        if least and meant is Intent.QUESTION:
            said = self._meanings.wanted(text, least=_MEANT)
            meant = said if said in GRIEVES or (has_case and said in _ABOUT_CASE) else meant
        if has_case and not running and self._meanings.wanted(text, least=least) in _BEGINS:
            meant = Intent.APPLY  # anew, as what was sent has come to its end
        if meant is Intent.APPLY and turn.wanted is Intent.QUESTION and _MERELY_ASKS.match(text):
            meant = Intent.QUESTION  # "do you need to visit our office or can it be remote"
        if not has_case and (meant is Intent.QUESTION or meant in NO_QUESTION):  # "then take it down"
            meant = self._meanings.of_price(text, turn.known.history) or meant
        if meant in _OF_CASE and not has_case:
            meant = Intent.QUESTION
        if turn.wanted is Intent.QUESTION and (beside := without_details(text)):
            wish = self._meanings.wanted(beside)
            begins = wish in _BEGINS and not asks(text)
            meant = wish if begins or wish in _ABOUT_CASE else meant
        if not turn.just_sent or meant in _AFTER_SENDING:
            turn = replace(turn, wanted=meant)
        if turn.wanted is Intent.PERSON and self._puts_off(text):
            turn = replace(turn, wanted=Intent.OKAY)
        if has_case and (turn.wanted is Intent.QUESTION or turn.wanted in _ABOUT_CASE):
            turn = replace(turn, commanded=self._meanings.commanded(text))
        return turn

    def _of_sent(self, turn: Turn) -> Intent | Command | None:
        """What a message wants of the application that was sent, by what is said of one and what is said anywhere."""
        text = turn.text
        sure = self._meanings.of_sent(text)
        meant = self._meanings.wanted(text, has_case=True)
        match sure:
            case Intent.STATUS if self._meanings.of_sent(text, _BEYOND_DOUBT) is None:
                of_next = turn.just_sent and _OF_NEXT.search(text)
                answered = not of_next and self._is_answered(turn)
                return None if answered or meant in _FOR_PEOPLE else sure
            case Intent.QUESTION if meant in _ABOUT_CASE:  # "what else do I have to hand in?"
                return meant
            case Intent.OKAY if meant in _OUTWEIGHS and self._meanings.of_sent(text, _SURELY_OKAY) is None:
                return meant  # 好久给我回话喃
            case Intent.OKAY if any(character.isdigit() or character == "@" for character in text):
                return None  # "by the way, we are sure about the people now, it's 36"
            case _:
                return sure

    def _is_answered(self, turn: Turn) -> bool:
        """Whether the knowledge surely answers a message."""
        known = turn.known
        draft = self._meanings.look_up(turn.text, known.history, known.conversation.locale).draft
        return draft.outcome is Outcome.ANSWERED and (draft.confidence or 0.0) >= CERTAIN

    def _puts_off(self, text: str) -> bool:
        """Whether a wish is one for later, or for somebody else: "I must ask the board first"."""
        unsaid = intent(text) is Intent.QUESTION and not asks(text)
        if not unsaid or NOW.search(text) or _TO_US.search(text):
            return False
        if self._meanings.wanted(text, least=_MEANT) is Intent.PERSON:
            return False
        return self._meanings.commanded(text) is Command.PAUSE

    def _within(self, turn: Turn, held: Intake) -> Turn:
        """What a message is where an application is open."""
        text = turn.text
        if turn.just_sent:
            return turn
        commanded = self._commanded(turn, held)
        ends = commanded is Command.CANCEL and not _TO_US.search(text)
        withdraws = (turn.wanted is Intent.POLICY and commanded is Command.CANCEL) or (
            turn.wanted in GRIEVES and ends
        )
        for_form = turn.wanted is Intent.PERSON and (_names_contact(text) or self._gives_way(turn))
        if withdraws or for_form or (turn.wanted in GRIEVES and is_command(text)):  # "I'm fed up, cancel it"
            turn = replace(turn, wanted=Intent.QUESTION)
        aside = self.beside(text, SURELY)
        if aside and self.is_for_form(turn, held, aside, commanded):
            aside = None
        return replace(
            turn, wanted=aside or turn.wanted, commanded=commanded, presses=not aside and self._presses(turn)
        )

    def _commanded(self, turn: Turn, held: Intake) -> Command | None:
        """What a message tells the form to do by its meaning; to a read-back it has its own."""
        text = turn.text
        commanded = self._meanings.commanded(text)
        if commanded is Command.UNCLEAR and held.stage is not Stage.ASKING:
            commanded = Command.ASKS
        if commanded is Command.SO_FAR and (_OF_STANDARD.search(text) or not _OF_ANSWERS.search(text)):
            commanded = Command.ASKS  # 第8章都讲哪些东西来着
        reads = commanded is Command.RESTART and _READS.search(text)
        reads_on = held.stage is Stage.REVIEW and commanded in _MERELY_READS and _READS_ON.search(text)
        if reads or reads_on:  # "wait, let me go over it from the start once more" throws nothing away
            commanded = Command.CHATS
        if commanded is Command.PAUSE and _SHOULD_I.match(text):
            commanded = Command.ASKS
        if commanded in {Command.RESUME, Command.CHATS} and _GOES_ON_LATER.search(text):
            commanded = Command.PAUSE
        moment = commanded in {None, Command.CHATS, Command.PAUSE} and waits(text)
        if moment and not self._interview.changes(turn):
            return Command.CHATS
        if is_command(text):
            return None
        doubtful = reserves(text) or commanded is Command.NO  # 没全对
        if held.stage is Stage.REVIEW and self._meanings.consents(text, surely=doubtful):
            return Command.YES
        if commanded is None and self._interview.mentions(turn) and self._meanings.chats(text):
            return Command.CHATS  # 审核员三个字听着就腿软
        return None if held.stage is Stage.REVIEW and commanded is Command.YES else commanded

    def _presses(self, turn: Turn) -> bool:
        """Whether who is asked for words, as for a company's name, presses for a price instead."""
        if not self._interview.asks_words(turn) or not self._meanings.presses(turn.text):
            return False
        return not self._interview.surely_answers(turn) or self._meanings.presses(turn.text, _SURELY_PRESSES)


def _of_case(text: str) -> Intent | None:
    """What plainly asks after an application that was sent, or how its documents are handed in."""
    if _HOW_TO_HAND_IN.search(text):
        return Intent.MISSING
    if _OF_SENT.search(text):
        return Intent.STATUS
    return Intent.STATUS if _NOW_WHAT.fullmatch(text.strip()) or _WHO_CALLS.search(text) else None


def _names_contact(text: str) -> bool:
    """Whether a message is about the customer's own contact person."""
    return bool(_CONTACT.search(text) and not _YOU.search(text))
