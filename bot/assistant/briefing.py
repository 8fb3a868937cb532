"""What a model is told about one message: its instructions, the passages, the conversation, all within a budget."""

import re
from collections.abc import Iterator, Sequence

from bot.assistant.sources import Sources
from bot.masking import Masking
from bot.messages import AuthorKind, Citation, Message
from bot.model import Line, Role
from bot.prompts import instructions
from bot.turn import Question, Turn
from knowledge.search import Hit

PASSAGES = 1000  # tokens that the passages of a first call may take
_FEWEST_PASSAGES = 2
_CONVERSATION = 800  # tokens of what was said before
_LONGEST_LINE = 250  # tokens of one line of it
_LONGEST_MESSAGE = 1200  # tokens
_LANGUAGES = {"zh": "Chinese (Simplified)", "en": "English"}
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\uffef]")
_MARKER = re.compile(r"\s?\[\d{1,3}\]")
_TAG = re.compile(r"<(?=/?[a-zA-Z|!])")


def tokens(text: str) -> int:
    """About how many tokens a model makes of a text, rather more than fewer: one a Chinese character, one a 3.5 others."""
    han = len(_HAN.findall(text))
    return han + round((len(text) - han) / 3.5)


def lines(question: Question, sources: Sources, masking: Masking) -> list[Line]:
    """The whole prompt of a first call."""
    turn = question.turn
    body = [
        f"Reply in {_LANGUAGES[turn.language]}.",
        *_situation(turn),
        passages(sources.citations),
        f"<message>\n{_cut(masking.mask(_data(question.text)), _LONGEST_MESSAGE)}\n</message>",
    ]
    told = Line(Role.CUSTOMER, "\n".join(body))
    return [Line(Role.SYSTEM, instructions("system").text), *_before(turn.known.history, masking), told]


def mending(sentence: str, wrong: Sequence[str], sources: Sources, masking: Masking) -> list[Line]:
    """The prompt that has one sentence written anew; `wrong` are the words in it that its sources do not hold."""
    told = [
        passages(sources.citations),
        f"<sentence>\n{masking.mask(_data(sentence))}\n</sentence>",
        f"What its sources do not hold: {masking.mask(_data('; '.join(wrong)))}",
    ]
    return [Line(Role.SYSTEM, instructions("repair").text), Line(Role.CUSTOMER, "\n".join(told))]


def passages(citations: Sequence[Citation]) -> str:
    """The passages between tags that nothing within them can close."""
    each = (
        f'<passage n="{c.n}" title="{_data(c.section)}">\n{_data(c.quote)}\n</passage>' for c in citations
    )
    return "\n".join(["<passages>", *each, "</passages>"])


def fitting(hits: Sequence[Hit]) -> list[Hit]:
    """As many of the best hits as the budget takes, two at least."""
    taken: list[Hit] = []
    spent = 0
    for hit in hits:
        spent += tokens(hit.entry.body)
        if spent > PASSAGES and len(taken) >= _FEWEST_PASSAGES:
            break
        taken.append(hit)
    return taken


def _situation(turn: Turn) -> Iterator[str]:
    intake, case = turn.known.intake, turn.case
    if intake:
        asked = intake.asking or "whether the summary is right"
        yield f"(An application is being filled in. Last asked for: {asked}. Only the tools can change it.)"
    elif case:
        yield "(The customer has sent in an application. Only the tools know how it stands.)"


def _before(history: Sequence[Message], masking: Masking) -> list[Line]:
    """The newest lines that the budget takes, oldest first; sources are numbered anew in each reply, so numbers go."""
    taken: list[Line] = []
    spent = 0
    for message in reversed(history):
        text = _cut(masking.mask(_data(_MARKER.sub("", message.text))), _LONGEST_LINE)
        spent += tokens(text)
        if spent > _CONVERSATION:
            break
        role = Role.CUSTOMER if message.author.kind is AuthorKind.CUSTOMER else Role.BOT
        if text.strip():
            taken.append(Line(role, text))
    while taken and taken[-1].role is Role.BOT:  # a conversation that the model begins itself confuses some
        taken.pop()
    return taken[::-1]


def _data(text: str) -> str:
    """Without tags: what others wrote can neither close a fence nor open one."""
    return _TAG.sub("‹", text)


def _cut(text: str, most: int) -> str:
    """The beginning and the end, where a text is longer than `most` tokens."""
    if tokens(text) <= most:
        return text
    share = int(len(text) * most / tokens(text) / 2)
    return f"{text[:share]} … {text[-share:]}"
