"""A reply in the words of a chat without links behind words: its sources as lines, its length held, who wrote it."""

from collections.abc import Sequence

from adapters.wechat.links import Links
from adapters.wechat.texts import texts
from bot.messages import AuthorKind, Reply
from bot.records import Push
from bot.texts import texts as phrases
from knowledge.sentences import pieces

LONGEST = 2000  # bytes of UTF-8; the platform refuses text a little longer than this
_MOST_ACTIONS = 3
_LONGEST_QUESTION = 30  # characters that name a question
_LEAST = 120  # bytes of an answer that are worth showing


class Wording:
    """`label` ends each message that the bot wrote; None for the words of its language."""

    def __init__(self, links: Links, label: str | None) -> None:
        self._links = links
        self._label = label

    def said(self, conversation: str, pushes: Sequence[Push], *, late: bool) -> str:
        """One message for one or several replies, each with its question if it comes `late` or beside others."""
        naming = late or len(pushes) > 1
        room = LONGEST - (len(pushes) - 1) * 2
        parts: list[str] = []
        for number, push in enumerate(pushes):
            share = room // (len(pushes) - number)
            part = self._part(conversation, push, share, naming=naming)
            room -= size(part)
            parts.append(part)
        return "\n\n".join(parts)

    def waiting(self, question: str, language: str, *, pushed: bool) -> str:
        """That the answer will come, by itself or when it is asked for."""
        words = texts(language)
        return (words.wait_pushed if pushed else words.wait_kept).format(question=short(question))

    def upload_url(self, conversation: str) -> str:
        """Where the customer may send documents."""
        return self._links.upload(conversation)

    def _part(self, conversation: str, push: Push, room: int, *, naming: bool) -> str:
        reply = push.reply
        words = texts(reply.language)
        lead = words.question.format(question=short(push.question)) + "\n" if naming and push.question else ""
        text = reply.text.replace(
            phrases(reply.language).case.upload, self._upload(conversation, reply.language)
        )
        if reply.author.kind is AuthorKind.PERSON:
            text = words.person.format(name=reply.author.name, text=text)
        label = words.ai_label if self._label is None else self._label
        label = f"\n{label}" if label and reply.ai_generated else ""
        for extra in (self._sources(reply) + self._actions(reply), self._sources(reply), ""):
            whole = f"{lead}{text}{extra}{label}"
            if size(whole) <= room and (extra or not reply.citations):
                return whole
        url = self._links.answer(conversation, reply.id)
        tail = f"\n{words.whole.format(url=url)}{label}"
        return lead + cut(text, max(room - size(lead) - size(tail), _LEAST)) + tail

    def _upload(self, conversation: str, language: str) -> str:
        return texts(language).upload.format(url=self.upload_url(conversation))

    def _sources(self, reply: Reply) -> str:
        return _listed(
            texts(reply.language).sources, [f"[{c.n}] {c.title} > {c.section}" for c in reply.citations]
        )

    def _actions(self, reply: Reply) -> str:
        cancel = phrases(
            reply.language
        ).intake.cancel_action  # which the beginning of the interview has told of
        offered = [f"· {action.send}" for action in reply.actions if action.label != cancel]
        return _listed(texts(reply.language).more, offered[:_MOST_ACTIONS])


def _listed(heading: str, lines: Sequence[str]) -> str:
    return "\n".join(["\n", heading, *lines]) if lines else ""


def size(text: str) -> int:
    return len(text.encode())


def cut(text: str, room: int) -> str:
    """The sentences of the text that have room, in bytes; if not even one has, as much of it as has."""
    if size(text) <= room:
        return text
    kept = ""
    for piece in pieces(text):
        if size((kept + piece).rstrip()) > room:
            break
        kept += piece
    if kept.strip():
        return kept.rstrip()
    return text.encode()[: room - size("…")].decode(errors="ignore").rstrip() + "…"


def short(question: str) -> str:
    """The beginning of a question, on one line, to name it."""
    flat = " ".join(question.split())
    return flat if len(flat) <= _LONGEST_QUESTION else flat[: _LONGEST_QUESTION - 1].rstrip() + "…"
