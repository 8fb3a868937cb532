"""Joins everything into one web application."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.desk import files as desk_files
from adapters.desk.parts import Desk
from adapters.desk.routers import desk_routers
from adapters.limits import Limits
from adapters.web import access, applications, pages, problems, routes, sources, stream
from adapters.wechat import pages as wechat_pages
from adapters.wechat.account import account
from bot import log
from bot.accounts import Accounts
from bot.answer import Answerer
from bot.assistant import Assistant
from bot.changes import Changes
from bot.clamav import clamav
from bot.dialogue import Dialogue
from bot.errors import SettingsError
from bot.events import Events
from bot.files import Files
from bot.jobs import Worker
from bot.metrics import Metrics
from bot.model import Model
from bot.office import Office, open_office
from bot.records import Conversation, Known
from bot.reindex import Reindex
from bot.service import Service
from bot.settings import PREFIX, Settings
from bot.work import Meaning, Work
from knowledge import index
from knowledge.calibration import Calibration
from knowledge.documents import Service as ServiceFacts
from knowledge.embed import Remembering, Reranker, embedder
from knowledge.language import detect
from knowledge.search import Search

if TYPE_CHECKING:
    from adapters.wechat.parts import WeChat

_LOOK_EVERY = 2.0  # seconds between looks for a new index
_GERMAN = "Guten Tag, was kostet das?"

logger = log.get("bot.app")


def open_search(settings: Settings) -> Search:
    """Search over the current index. Raises IndexMissing, EmbedderError."""
    opened = index.open_current(settings.data_dir / "index", settings.chroma_url or None)
    reranker = Reranker(settings.reranker) if settings.reranker else None
    return Search(opened, Remembering(embedder(settings.embedder)), Calibration.read(), reranker)


def create_app(settings: Settings, *, jobs: bool = True, search: Search | None = None) -> FastAPI:
    """The whole service; needs an index (`certdesk ingest`). Raises IndexMissing, EmbedderError, SettingsError.

    Without `jobs` nothing is done behind the scenes here; another process may do it. `search` is one that is open.
    """
    search = search or open_search(settings)
    files = Files(settings.files_url, settings.data_dir, clamav(settings.clamav_url))
    files.check()
    office = open_office(settings, services(search))
    metrics = Metrics()
    model = open_model(settings, metrics)
    assistant = (
        Assistant(
            model,
            metrics,
            settings.llm_timeout,
            masks=settings.llm_mask == "on",
            shared=settings.llm_share,
        )
        if model
        else None
    )
    answering = dialogue(search, office, assistant)
    service = Service(office.store, answering, metrics)
    events = Events(office.store)
    changes = Changes(office.store)
    work = Work(
        office, files, Meaning(search, settings.data_dir / "embeddings.sqlite"), settings.retention_days
    )
    wechat = _wechat(settings, office, service, files, metrics)
    handlers = (
        work.handlers() | {"reindex": Reindex(settings).reindex} | (wechat.handlers() if wechat else {})
    )
    worker = Worker(settings.database, settings.executor, handlers) if jobs else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(_warm, answering)
        watching = [
            asyncio.create_task(_follow_index(app, settings, office, assistant)),
            asyncio.create_task(events.watch()),
            asyncio.create_task(changes.watch()),
        ]
        if wechat:
            watching.append(asyncio.create_task(wechat.channel.watch()))
        if worker:
            await asyncio.to_thread(worker.start)
            await asyncio.to_thread(work.begin)
        yield
        for task in watching:
            task.cancel()
        events.end()
        changes.end()
        await service.finish()
        if wechat:
            await wechat.channel.finish()
        if model:
            await model.close()
        if worker:
            await asyncio.to_thread(worker.stop)
        office.store.close()

    app = FastAPI(title="CertDesk", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.parts = access.Parts(service, office.store, Limits(settings), events, files)
    app.state.search = search
    app.state.metrics = metrics
    app.state.disclosure = office.disclosure
    app.state.wechat = wechat
    app.state.desk = Desk(
        settings, office, files, Accounts(office.store), service, lambda: app.state.search, events, changes,
        pushes=wechat is not None and wechat.account.pushes,
    )  # fmt: skip
    problems.install(app)
    web = (routes.router, stream.router, applications.router, sources.router, pages.router)
    for router in (*web, *(wechat.routers if wechat else ()), *desk_routers(settings)):
        app.include_router(router)
    app.add_api_route("/healthz", _alive, include_in_schema=False)
    app.add_api_route("/readyz", _ready, include_in_schema=False)
    app.add_api_route("/metrics", _metrics, include_in_schema=False)
    app.add_middleware(
        BodyLimit,
        largest=routes.LARGEST_BODY,
        but=(applications.UPLOADS, wechat_pages.UPLOADS, desk_files.UPLOADS),
    )
    return app


def _wechat(
    settings: Settings, office: Office, service: Service, files: Files, metrics: Metrics
) -> "WeChat | None":
    """The WeChat channel, if an account is set up. Raises SettingsError."""
    found = account(settings)
    if found is None:
        return None
    from adapters.wechat.connect import connect  # its libraries are not needed without it

    return connect(found, settings, office, service, files, metrics)


def services(search: Search) -> dict[str, ServiceFacts]:
    return {service.id: service for service in search.index.content.services}


def dialogue(search: Search, office: Office, assistant: Assistant | None) -> Dialogue:
    return Dialogue(Answerer(search), services(search), office, assistant)


def _warm(answering: Dialogue) -> None:
    """Load all that loads at its first use: of many customers at once, each would load it anew."""
    conversation = Conversation("", "", "en", None, closed=False, case=None, revision=0)
    known = Known(conversation, None, [], None, "")
    with ThreadPoolExecutor(1) as beside:  # what tells languages apart is unpacked without the GIL
        told = beside.submit(detect, _GERMAN)
        answering.respond("We are Acme Ltd and want to apply for 30 people.", known)
        told.result()
    answering.respond(_GERMAN, known)


def open_model(settings: Settings, metrics: Metrics) -> Model | None:
    """The language model that is set up, with its fallback. Raises SettingsError."""
    if not settings.llm_model:
        if settings.llm_fallback_model:
            raise SettingsError(f"{PREFIX}LLM_FALLBACK_MODEL needs {PREFIX}LLM_MODEL beside it.")
        return None
    from bot.llm import OpenAICompatible  # takes seconds to import, and memory

    first = (settings.llm_model, settings.llm_base_url, settings.llm_api_key)
    second = (
        settings.llm_fallback_model,
        settings.llm_fallback_base_url or settings.llm_base_url,
        settings.llm_fallback_api_key or settings.llm_api_key,
    )
    endpoints = [
        OpenAICompatible(model, url, key, settings.llm_patience, settings.llm_extra, settings.llm_record)
        for model, url, key in (first, second)
        if model
    ]
    return Model(endpoints, metrics)


async def _follow_index(
    app: FastAPI, settings: Settings, office: Office, assistant: Assistant | None
) -> None:
    """Serve from a new index soon after an ingest has completed it, without a pause."""
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        build = await asyncio.to_thread(index.current, settings.data_dir / "index")
        if build in {None, app.state.search.index.build}:
            continue
        try:
            search = await asyncio.to_thread(open_search, settings)
            answering = dialogue(search, office, assistant)
            await asyncio.to_thread(_warm, answering)
        except Exception as error:  # a broken index must not end the watch; the open one serves on
            logger.error("new index cannot be opened", build=build, exc_info=error)
            continue
        app.state.search = search
        app.state.parts.service.use(answering)
        logger.info("serving a new index", build=build)


async def _alive() -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def _ready(request: Request) -> JSONResponse:
    """Ready when the database answers and an index is open."""
    started = time.perf_counter()
    try:
        await asyncio.to_thread(request.app.state.parts.store.check)
    except Exception as error:  # whatever the driver raises, the answer is the same
        logger.error("database does not answer", exc_info=error)
        return problems.problem(503, "not_ready", "The database does not answer.")
    took = round((time.perf_counter() - started) * 1000, 1)
    return JSONResponse(
        {"status": "ready", "index": request.app.state.search.index.build, "database_ms": took}
    )


async def _metrics(request: Request) -> Response:
    body, media_type = request.app.state.metrics.text()
    return Response(body, media_type=media_type)


class BodyLimit:
    """Refuses a body above `largest` bytes before it is read into memory, whether or not its length is declared.

    Paths that match one of `but` read their body as a stream, with a limit of their own.
    """

    def __init__(self, app: ASGIApp, largest: int, but: Sequence[re.Pattern[str]]) -> None:
        self._app = app
        self._largest = largest
        self._but = but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or any(each.fullmatch(scope["path"]) for each in self._but):
            await self._app(scope, receive, send)
            return
        body = b""
        more = scope["method"] not in {"GET", "HEAD"}
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._largest:
                detail = f"The request has more than {self._largest} bytes; please send less text at a time."
                await problems.problem(413, "message_too_long", detail)(scope, receive, send)
                return
        first = True

        async def replay() -> Message:
            nonlocal first
            if first:
                first = False
                return {"type": "http.request", "body": body, "more_body": False}
            return await receive()

        await self._app(scope, replay, send)
