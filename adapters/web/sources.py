"""The pages behind citations: a document of the knowledge as the assistant reads it, each entry at its anchor."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt
from markupsafe import Markup

from adapters.web import pages
from bot.errors import NotFound
from knowledge.documents import Kind

router = APIRouter(include_in_schema=False)
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


@router.get("/sources/{service}/{document}")
def source(service: str, document: str, request: Request, lang: str | None = None) -> HTMLResponse:
    language = pages.language(request, lang)
    entries = [
        entry
        for entry in request.app.state.search.index.entries
        if (entry.service, entry.document, entry.language) == (service, document, language)
        and entry.kind is not Kind.DECLINE
    ]
    if not entries:
        raise NotFound("There is no such document; the sources shown in the chat link to those there are.")
    first = entries[0]
    title = pages.texts(language)["source"]["faq"] if first.kind is Kind.FAQ else first.document_title
    shown = [(entry, Markup(_markdown.render(entry.body))) for entry in entries]  # noqa: S704  # raw HTML is off
    headers = {"Content-Security-Policy": pages.CSP + "frame-ancestors 'self'"}
    return pages.html("source.html", language, headers, title=title, first=first, entries=shown)
