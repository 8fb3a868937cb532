"""A whole office for tests: real store, hours and ledger; what is sent is kept."""

from datetime import UTC, datetime
from types import MappingProxyType

from bot.cases import Cases
from bot.handoff import Handoffs
from bot.hours import Hours
from bot.messages import Author, AuthorKind, Outcome, Reply, new_id
from bot.notices import Notice
from bot.office import Office
from bot.outbound import Outbound
from bot.privacy import Privacy
from bot.records import Case, Document, DocumentState
from bot.settings import CONTENT
from bot.store import Store
from knowledge.load import services

SERVICES = MappingProxyType(services(CONTENT))
ALWAYS = Hours.parse("Asia/Shanghai", "Mon-Sun 00:00-24:00", "")


class Kept:
    """A sender that keeps what it sends, and fails as often as told."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.failures: list[Exception] = []

    def send(self, notice: Notice) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.notices.append(notice)


def an_office(store: Store, sender: Kept | None = None, hours: Hours = ALWAYS) -> Office:
    outbound = Outbound(store, {"kept": sender} if sender else {}, "en", "https://desk.example/desk")
    return Office(
        store=store,
        cases=Cases(SERVICES),
        handoffs=Handoffs(hours, outbound),
        outbound=outbound,
        privacy=Privacy(store, ["company"], outbound),
        privacy_url="https://certdesk.example/privacy",
    )


def a_conversation(store: Store, locale: str = "en") -> str:
    greeting = Reply(
        new_id("msg"), None, "Hello!", "en", Outcome.SMALLTALK, Author(AuthorKind.BOT, "Assistant")
    )
    with store.write() as tx:
        return tx.conversations.open("web", locale, "", greeting)[0]


def a_document(case: Case, item: str | None, name: str = "licence.pdf") -> Document:
    return Document(
        id=new_id("doc"),
        conversation=case.conversation or "",
        case=case.id,
        item=item,
        sha256="a" * 64,
        name=name,
        size=10,
        media_type="application/pdf",
        state=DocumentState.RECEIVED,
        reason="",
        created_at=datetime.now(UTC),
    )
