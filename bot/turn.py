"""A customer's message with what is known around it, and what is made of it.

A turn is thought out on what was read, without a transaction, since a search takes long; what it changes is done by
its `Finish`, in the transaction that stores the message and its reply. If the conversation has changed in between,
all of it is thought out again.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answer import Found
from bot.compose import Draft, is_unknown
from bot.intake import Command
from bot.intent import Intent
from bot.messages import Action, AuthorKind, Outcome, Reply
from bot.records import Case, Known
from bot.store import Transaction
from knowledge.language import detect

Finish = Callable[[Transaction, str], Draft]
"""Makes the changes of a turn and gives its reply; called with the id that the stored message will have."""

_FEWEST_WORDS = 4  # in English, for a Chinese interview to go on in English
_SENTENCE = frozenset(
    "i i'm we we're you it's is are am do does did can could would will have has my our your how what when where who why"
    " please not this that there".split()
)
"""Words that a name or a trade has none of."""
_HAN = re.compile("[㐀-鿿]")
_COUNT = re.compile(r"\s*\d+\s?[个個人家位]\s*")  # hardly a change of language
_FEW_HAN = 3  # characters, of a word among others
_OTHER = re.compile(r"[a-zA-Z]{2,}|\d{5,}")
_NAME = re.compile("[(（][㐀-鿿·]+[)）]")  # as it is written in Chinese, beside a language that is not


@dataclass(frozen=True)
class Turn:
    """`language` is the one to reply in, zh or en; `wanted` what the message is for; `commanded` what it tells a form.

    `presses` tells that it presses for a price where a form asks for something else.
    """

    text: str
    language: str
    known: Known
    wanted: Intent = Intent.QUESTION
    commanded: Command | None = None
    presses: bool = False

    @property
    def conversation(self) -> str:
        return self.known.conversation.id

    @property
    def case(self) -> Case | None:
        return self.known.case

    @property
    def last(self) -> Reply | None:
        """What the bot said last."""
        replies = (message.reply for message in reversed(self.known.history))
        return next((r for r in replies if r and r.author.kind is AuthorKind.BOT), None)

    @property
    def just_sent(self) -> bool:
        """Whether an application was sent with the message before this."""
        return self.last is not None and self.last.outcome is Outcome.INTAKE and self.last.case is not None

    @property
    def before(self) -> str:
        """What the customer said before this."""
        said = (m.text for m in reversed(self.known.history) if m.author.kind is AuthorKind.CUSTOMER)
        return next(said, "")

    @property
    def declined_before(self) -> bool:
        return self.last is not None and self.last.outcome is Outcome.DECLINED

    @property
    def unknown_before(self) -> bool:
        """Whether the last question was one of which the content says nothing, not even that it is not known."""
        return (
            self.declined_before and self.last is not None and is_unknown(self.last.text, self.last.language)
        )

    @property
    def gap(self) -> str:
        """What stands between two sentences."""
        return "" if self.language == "zh" else " "


@dataclass(frozen=True)
class Question:
    """Something that the knowledge answers, or a model on its ground.

    `wrap` makes the turn of the answer; `otherwise` is what to do where nothing comes of answering it.
    """

    turn: Turn
    text: str
    found: Found
    wrap: Callable[[Finish], Finish]
    otherwise: Finish | None = None


def sticky(text: str, spoken: str, so_far: str) -> str:
    """The language of an interview goes on through names and figures, and changes with a sentence in the other."""
    outside = _NAME.sub("", text)
    if outside != text and not _HAN.search(outside):
        return so_far
    said = text.casefold().replace("that's", "that is").split()
    english = so_far == "en" and (detect(outside) == "en" or not _SENTENCE.isdisjoint(said))
    if so_far == "en" and len(_HAN.findall(outside)) <= _FEW_HAN and _OTHER.search(outside):
        return "en"  # "手机 13800138000", "ok 谢谢 bye"
    if _HAN.search(outside):
        counts = so_far == "en" and _COUNT.fullmatch(outside)
        return "en" if english or counts else "zh"
    if so_far == "zh" and (len(said) < _FEWEST_WORDS or _SENTENCE.isdisjoint(said) or detect(text) != "en"):
        return "zh"
    return "zh" if spoken == "zh" else "en"


def saying(text: str, language: str, outcome: Outcome, actions: Sequence[Action] = ()) -> Finish:
    """A turn that changes nothing."""
    return lambda tx, _: Draft(text, language, outcome, actions=list(actions))
