"""A customer on the line of a whole office, with the shipped knowledge and a model that says what it is told to."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.answer import Answerer
from bot.assistant import Assistant
from bot.assistant.check import Check
from bot.assistant.sources import Sources
from bot.assistant.speech import Speech
from bot.claims import Action
from bot.dialogue import Dialogue
from bot.intake import Intake
from bot.jobs import Jobs
from bot.masking import Masking
from bot.messages import HandoffReason, Inbound, Reply, new_id
from bot.metrics import Metrics
from bot.model import Call, Endpoint, Model
from bot.records import Case, Known
from bot.service import Service
from bot.store import Store
from databases import migrated_sqlite
from fakes import Part, Scripted, a_hit
from knowledge.search import Search
from offices import SERVICES, Kept, a_conversation, an_office

WHOLE = {
    "company": "Star Hosting Ltd",
    "main_business": "Hosting",
    "services_in_scope": "Hosting and service desk",
    "people_covered": "80",
    "sites": "2",
    "contact_name": "Ann Lee",
    "contact": "ann@example.com",
}

ALL_AT_ONCE = (
    "I want to apply; Company: Star Hosting Ltd; main business: Hosting; services: Hosting and service desk; 80 people; "
    "2 sites; certificates: none; target date: not decided; contact person: Ann Lee; ann@example.com"
)
SPOKEN_OF = {
    "en": [
        "At the fastest it takes 15 working days.",
        "The certificate is valid for 3 years.",
        "The fee depends on the size of your organization. Write to info@cert.example about it.",
    ],
    "zh": ["最快15个工作日。", "证书有效期3年。", "费用取决于组织规模。"],
}


class Talk:
    def __init__(self, store: Store, search: Search, endpoints: Sequence[Endpoint], locale: str = "en", *,
                 longest: float = 30.0, masks: bool = True, shared: float = 0) -> None:  # fmt: skip
        self.store = store
        self.endpoints = endpoints
        self.staff = Kept()
        self.office = an_office(store, self.staff)
        self.metrics = Metrics()
        model = Model(endpoints, self.metrics)
        assistant = Assistant(model, self.metrics, longest, masks=masks, shared=shared) if endpoints else None
        self.dialogue = Dialogue(Answerer(search), SERVICES, self.office, assistant)
        self.service = Service(store, self.dialogue, self.metrics)
        self.id = a_conversation(store, locale)

    def inbound(self, text: str, id: str = "") -> Inbound:
        return Inbound("web", self.id, id or new_id("m"), text)

    def say(self, text: str, id: str = "") -> Reply:
        return asyncio.run(self.service.receive(self.inbound(text, id)))

    def all(self, *texts: str) -> Reply:
        """The reply to the last of several messages."""
        return [self.say(text) for text in texts][-1]

    def hear(self, text: str, id: str = "") -> tuple[list[str], Reply]:
        """The pieces as they are streamed, and the reply."""
        return asyncio.run(self.streamed(self.inbound(text, id)))

    async def streamed(self, inbound: Inbound) -> tuple[list[str], Reply]:
        pieces: list[str] = []
        async for part in self.service.stream(inbound):
            if isinstance(part, Reply):
                return pieces, part
            pieces.append(part)
        raise AssertionError("the stream ended without a reply")

    def apply(self, **changes: str) -> Case:
        """Send in a form, whose case is returned."""
        reply = asyncio.run(self.service.apply(self.inbound(""), WHOLE | changes, "iso-20000", "en"))
        return next(case for case in self.cases if reply.case and case.reference == reply.case.reference)

    def take(self, staff: str = "Li") -> None:
        """A person takes the conversation over."""
        with self.store.write() as tx:
            self.office.handoffs.take(tx, self.id, staff)

    @property
    def model(self) -> Scripted:
        (model,) = self.endpoints
        assert isinstance(model, Scripted)
        return model

    @property
    def told(self) -> str:
        """Every word that the model was told, its tools left out."""
        return "\n".join(line.text for prompt in self.model.prompts for line in prompt.lines)

    @property
    def known(self) -> Known:
        with self.store.read() as tx:
            found = tx.conversations.recall(Inbound("", self.id, "", ""), 100)
        assert found is not None
        return found

    @property
    def said(self) -> list[str]:
        """All messages after the greeting, as they are stored."""
        return [message.text for message in self.known.history][1:]

    @property
    def gaps(self) -> list[str]:
        """The questions that were kept since nothing answers them."""
        with self.store.read() as tx:
            return [gap["question"] for gap in tx.people.export([self.id], [])["gaps"]]

    @property
    def intake(self) -> Intake | None:
        return self.known.intake

    @property
    def values(self) -> dict[str, str]:
        """What the open application holds."""
        return dict(self.intake.values) if self.intake else {}

    @property
    def cases(self) -> list[Case]:
        with self.store.read() as tx:
            return tx.cases.latest(100)

    def handoff(self) -> HandoffReason | None:
        with self.store.read() as tx:
            found = tx.handoffs.open_of(self.id)
        return found.reason if found else None

    def counted(self, line: str) -> bool:
        """Whether the metrics hold this line, such as `certdesk_fallbacks_total{reason="cut"} 1.0`."""
        return line in self.metrics.text()[0].decode().splitlines()


class Heard:
    """A speech over `SPOKEN_OF` and what is heard of it; `mended` is what comes of having each sentence written anew.

    That takes until all has been said (`slow`), or is done before the next word.
    """

    def __init__(self, *mended: str, language: str = "en", customer: str = "", lead: str = "", most: int = 99,
                 slow: bool = True, masking: Masking | None = None, sure: int = 2,
                 done: Sequence[Action] = ()) -> None:  # fmt: skip
        self.pieces: list[str] = []
        self.before: list[str] = []  # what had been heard when a sentence was mended
        self.asked: list[tuple[str, Sequence[str]]] = []
        self.metrics = Metrics()
        self._mended = list(mended)
        self._most = most
        self._slow = slow
        hits = [
            a_hit(id, text, f"About {id}", language)
            for id, text in zip("abc", SPOKEN_OF[language], strict=True)
        ]
        self.sources = Sources(hits)
        masking = masking or Masking()
        self.check = Check(self.sources, customer, language, masking, sure, frozenset(done))
        self.speech = Speech(self.check, self.metrics, self._say, self._mend, masking=masking, lead=lead)

    def says(self, *texts: str, size: int = 5) -> str:
        """The text of a reply that comes to an end after each of these."""
        asyncio.run(self._says(texts, size))
        return self.speech.text

    async def _says(self, texts: Sequence[str], size: int) -> None:
        for text in texts:
            for start in range(0, len(text), size):
                await self.speech.hear(text[start : start + size])
                if not self._slow:
                    await asyncio.sleep(0)
            await self.speech.end()

    async def _say(self, piece: str) -> bool:
        if len(self.pieces) == self._most:
            return False
        self.pieces.append(piece)
        return True

    async def _mend(self, sentence: str, wrong: Sequence[str]) -> str:
        self.asked.append((sentence, wrong))
        self.before = list(self.pieces)
        return self._mended.pop(0) if self._mended else ""

    def counted(self, result: str, reason: str = "") -> float:
        name = f'certdesk_sentences_total{{reason="{reason}",result="{result}"}} '
        lines = self.metrics.text()[0].decode().splitlines()
        return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


class Talks:
    """Begins conversations over one new database; each has a model that says these replies, or endpoints of its own."""

    def __init__(self, folder: Path, search: Search) -> None:
        url = migrated_sqlite(folder)
        self.store = Store(url, Jobs(url))
        self._search = search

    def __call__(self, *replies: Part | Sequence[Part], locale: str = "en", **options: Any) -> Talk:
        return self.among(Scripted(*replies), locale=locale, **options)

    def among(self, *endpoints: Endpoint, locale: str = "en", **options: Any) -> Talk:
        return Talk(self.store, self._search, endpoints, locale, **options)

    def close(self) -> None:
        self.store.close()


def calls(name: str, **arguments: Any) -> Call:
    """A model asks for a tool; without arguments as models that need none send them."""
    return Call(new_id("call"), name, arguments)
