"""The web channel's pages: the firm's page, its privacy notice, the chat frame, the loader, and their files."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from bot.disclosure import Disclosure
from bot.files import LARGEST_FILE
from bot.handoff import announcements
from bot.sniff import EXTENSIONS
from bot.texts import texts as phrases

LANGUAGES = ("en", "zh")  # the first serves those who ask for neither

_HERE = Path(__file__).parent
_FILES = StaticFiles(directory=_HERE / "static")
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
)
CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; "
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
_NO_LABELS = "const LABELS = {};"  # stands in widget.js for the labels, which live in texts/

router = APIRouter(include_in_schema=False)


@router.get("/")
def demo_page(request: Request, lang: str | None = None) -> HTMLResponse:
    headers = {"Content-Security-Policy": CSP + "frame-ancestors 'self'"}
    return html("demo.html", language(request, lang), headers)


@router.get("/widget/frame")
def frame(request: Request, lang: str | None = None) -> HTMLResponse:
    """The chat itself. Any site may embed it; Trusted Types make the browser refuse markup made from text."""
    policy = CSP + "require-trusted-types-for 'script'; frame-ancestors *"
    shown = language(request, lang)
    return html("frame.html", shown, {"Content-Security-Policy": policy}, chat=chat_texts(shown))


@router.get("/privacy")
def privacy_page(request: Request, lang: str | None = None) -> HTMLResponse:
    headers = {"Content-Security-Policy": CSP + "frame-ancestors 'self'"}
    shown = language(request, lang)
    disclosed: Disclosure = request.app.state.disclosure
    parts = privacy_parts(shown, disclosed)
    return html("privacy.html", shown, headers, edition=disclosed.edition, parts=parts)


@router.get("/widget.js")
def loader(request: Request) -> Response:
    body, etag = _loader()
    # Embedding sites pick up a new loader within minutes, whatever isolation their own pages ask for.
    headers = {
        **_SAFE,
        "ETag": etag,
        "Cache-Control": "public, max-age=300",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/javascript", headers=headers)


@router.get("/static/{file}")
async def static(file: str, request: Request) -> Response:
    response = await _FILES.get_response(file, request.scope)
    response.headers.update(_SAFE)
    # Modules import each other by plain name: they are revalidated (mostly a 304), not kept for long.
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def texts(language: str) -> dict[str, Any]:
    """Every customer-facing string of this channel's page and widget in one language."""
    loaded: dict[str, Any] = yaml.safe_load(
        (_HERE / "texts" / f"{language}.yaml").read_text(encoding="utf-8")
    )
    return loaded


def chat_texts(language: str) -> dict[str, Any]:
    """What the chat frame says and takes: its own texts, and what the assistant itself says in the same places."""
    said = phrases(language)
    own: dict[str, Any] = texts(language)["frame"]
    return own | {
        "statuses": said.case.statuses,
        "events": announcements(language),
        "largest_file": LARGEST_FILE,
        "accepted_files": ",".join(
            (*EXTENSIONS, *(f".{ending}" for endings in EXTENSIONS.values() for ending in endings))
        ),
    }


def privacy_parts(language: str, disclosed: Disclosure) -> list[dict[str, Any]]:
    """The privacy notice's parts; with a language model, `with_model` stands in the place of a part's `text`."""
    words = texts(language)["privacy"]
    parts: list[dict[str, Any]] = words["parts"]
    if not disclosed.own and not disclosed.hosts:
        return [part for part in parts if "text" in part or "list" in part]
    model: dict[str, str] = words["model"]
    where = "own" if not disclosed.hosts else "both" if disclosed.own else "elsewhere"
    said = {
        "model": model[where].format(hosts=model["and"].join(disclosed.hosts)),
        "masking": model["masked" if disclosed.masked else "unmasked"],
    }
    return [
        part | {"text": part["with_model"].format(**said)} if "with_model" in part else part for part in parts
    ]


def preferred_language(accept_language: str) -> str:
    """The supported language that an Accept-Language header puts first; LANGUAGES[0] when it names none."""
    best, best_weight = LANGUAGES[0], 0.0
    for wish in accept_language.replace(" ", "").split(","):
        tag, _, weight = wish.partition(";q=")
        primary = tag.lower().split("-")[0]
        if primary in LANGUAGES and (value := _weight(weight)) > best_weight:
            best, best_weight = primary, value
    return best


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def language(request: Request, lang: str | None) -> str:
    """The language a page is shown in: as asked for in its address, else as the browser prefers."""
    return lang if lang in LANGUAGES else preferred_language(request.headers.get("accept-language", ""))


def html(template: str, language: str, headers: dict[str, str], **values: Any) -> HTMLResponse:
    """A page from a template, which sees the language's `texts` and the `values`."""
    body = _TEMPLATES.get_template(template).render(texts=texts(language), language=language, **values)
    described = {"Content-Language": texts(language)["html_lang"], "Vary": "Accept-Language"}
    return HTMLResponse(body, headers={**_SAFE, **described, "Cache-Control": "no-cache", **headers})


@cache
def _loader() -> tuple[bytes, str]:
    """The loader with its labels filled in, and its entity tag."""
    source = (_HERE / "static" / "widget.js").read_text(encoding="utf-8")
    labels = json.dumps({language: texts(language)["loader"] for language in LANGUAGES})
    body = source.replace(_NO_LABELS, f"const LABELS = {labels};", 1).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
