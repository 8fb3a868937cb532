"""A customer of a dialogue: does its steps over the HTTP contract, in wordings that differ from attempt to attempt."""

import zipfile
import zlib
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from io import BytesIO
from random import Random

from bot.errors import CertDeskError
from bot.messages import Reply
from bot.office import Office
from evals import backoffice
from evals.applicant import Applicant
from evals.client import Chat, Client
from evals.demands import Demands, Remark, Turn
from evals.dialogues import Acts, Applies, Attaches, Dialogue, Fills, Hears, Holds, Returns, Step
from evals.graders import plain
from evals.results import Verdict

_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}

Judge = Callable[[Reply, Demands | None, Chat, Sequence[str]], Awaitable[list[Verdict]]]
"""What is wrong with a reply in a conversation, by what is demanded of it and what staff have told the customer."""


class Customer:
    """`judge` says what is wrong with a reply. `chats`, the conversations so far, and `verdicts` grow with each step,
    so that they are there also when the next one breaks.
    """

    def __init__(
        self, client: Client, office: Office | None, judge: Judge, language: str, random: Random
    ) -> None:
        self._client = client
        self._office = office
        self._judge = judge
        self._language = language
        self._random = random
        self.told: list[str] = []  # by staff, who may say what no document holds
        self.chats: list[Chat] = []
        self.verdicts: list[Verdict] = []
        self._written = 0  # the last event before what is told unasked

    async def comes(self) -> Chat:
        """Opens a new conversation. Raises ContractBroken."""
        self.chats.append(await self._client.open(self._language))
        return self.chats[-1]

    async def plays(self, dialogue: Dialogue) -> None:
        """Raises ContractBroken."""
        await self.comes()
        for step in dialogue.steps:
            await self._does(step)

    async def says(self, text: str, demands: Demands | None = None) -> Reply:
        """Raises ContractBroken."""
        chat = self.chats[-1]
        if "{" in text:
            text = await backoffice.filled_in(self._store, text, self._ids)
        reply = await chat.say(text)
        await self._has_written()
        self.verdicts += await self._judge(reply, demands, chat, self.told)
        return reply

    async def _does(self, step: Step) -> None:
        chat = self.chats[-1]
        match step:
            case Turn() | Remark():
                await self.says(step.say, step if isinstance(step, Turn) else None)
            case Applies(apply=plan):
                applicant = Applicant(self.says, chat, plan, self._language, self._random)
                self.verdicts.append(Verdict("dialogue", await applicant.applies()))
            case Fills():
                sent = await chat.send_form(step.form, self._language)
                await self._has_written()
                refused = [] if isinstance(sent, Reply) else sent
                self.verdicts.append(
                    Verdict("state", _differs("refused fields", refused, sorted(step.wrong)))
                )
            case Attaches():
                await chat.attach(step.attach, paper(step.attach), step.document)
            case Returns():
                await self.comes()
            case Acts():
                self.verdicts.append(Verdict("state", await backoffice.act(self._store, step, self._ids)))
                self.told += [step.text, *backoffice.priced(step, self._store.cases.today())]
            case Hears():
                self.verdicts.append(_heard(step, [*await chat.told(), *await self._announced()]))
            case Holds(state=kept):
                self.verdicts.append(Verdict("state", await backoffice.differs(self._store, kept, self._ids)))

    async def _has_written(self) -> None:
        if self._office:
            self._written = await backoffice.newest(self._office, self.chats[-1].id)

    async def _announced(self) -> list[str]:
        if self._office is None:
            return []
        return await backoffice.announced(self._office, self.chats[-1].id, self._written, self._language)

    @property
    def _store(self) -> Office:
        """Raises CertDeskError where the store cannot be looked at."""
        if self._office is None:
            raise CertDeskError("what staff do and what is stored needs the database; give it with --store")
        return self._office

    @property
    def _ids(self) -> list[str]:
        return [chat.id for chat in self.chats]


def paper(name: str) -> bytes:
    """A small file of the kind that its name says, a PDF where it says none; another one for each name."""
    ending = name.casefold().rpartition(".")[2]
    if ending in _OFFICE:
        return _office(name, _OFFICE[ending])
    if ending == "png":
        return _png(name)
    return _jpeg(name) if ending in {"jpg", "jpeg"} else pdf(name)


def _jpeg(name: str) -> bytes:
    comment = name.encode()
    head = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
    return head + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + b"\xff\xd9"


def _png(name: str) -> bytes:
    """One grey pixel, and the name in a text chunk."""
    chunks = (
        (b"IHDR", bytes.fromhex("00000001000000010800000000")),
        (b"iTXt", b"Title\0\0\0\0\0" + name.encode()),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    )
    said = (
        len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(said)


def _office(name: str, main: str) -> bytes:
    """The parts by which an Office document is known."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, f"<document>{escape(name)}</document>")
    return file.getvalue()


def pdf(title: str) -> bytes:
    """A small file, another one for each title."""
    return f"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj % {title}\ntrailer<</Root 1 0 R>>\n%%EOF\n".encode()


def _heard(step: Hears, told: list[str]) -> Verdict:
    text = plain("\n".join(told))
    missing = [group[0] for group in step.hears if not any(plain(each) in text for each in group)]
    return Verdict("dialogue", f"is not told “{missing[0]}”" if missing else "")


def _differs(what: str, found: object, wanted: object) -> str:
    return "" if found == wanted else f"{what}: {found}, not {wanted}"
