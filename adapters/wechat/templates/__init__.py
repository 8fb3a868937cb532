"""Makes the pages behind links, with what is the same for all of them. No page has a script."""

from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.web.pages import LANGUAGES, preferred_language
from adapters.wechat.texts.pages import page_texts
from bot.errors import NotFound, RequestError, TooManyRequests, Unavailable
from bot.files import LARGEST_FILE

MEGABYTES = LARGEST_FILE // 1024**2
SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
HEADERS = SAFE | {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)


def language_of(request: Request, lang: str | None) -> str:
    """As asked for in the address, else as the browser prefers, else Chinese."""
    wishes = request.headers.get("accept-language", "")
    return lang if lang in LANGUAGES else preferred_language(f"{wishes},zh;q=0.001")


def html(template: str, language: str, error: RequestError | None = None, **values: Any) -> HTMLResponse:
    """A page from a template, which sees the language's `texts` and the `values`; its status is that of the error."""
    texts = page_texts(language)
    body = _TEMPLATES.get_template(template).render(texts=texts, language=language, **values)
    headers = HEADERS | {"Content-Language": texts.html_lang, "Vary": "Accept-Language"}
    if isinstance(error, (TooManyRequests, Unavailable)):
        headers["Retry-After"] = str(error.retry_after)
    return HTMLResponse(body, error.status if error else 200, headers)


def refused(language: str, error: RequestError) -> HTMLResponse:
    """The page in the place of one that cannot be shown."""
    texts = page_texts(language)
    if isinstance(error, NotFound):
        return html("refused.html", language, error, title=texts.gone.title, text=texts.gone.text)
    return html("refused.html", language, error, title=texts.problem.title, text=problem(language, error))


def problem(language: str, error: RequestError) -> str:
    """What went wrong, in the words of the page: the error's own are English."""
    words = page_texts(language).problem
    seconds = getattr(error, "retry_after", 0)
    return words.by_code.get(error.code, words.other).format(megabytes=MEGABYTES, seconds=seconds)
