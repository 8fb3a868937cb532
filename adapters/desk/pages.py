"""The desk's pages: templates with a member's language, errors as pages, CSV files."""

import csv
import io
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from adapters.desk import formats
from adapters.desk.access import SignedOut, Visitor, desk, visitor
from adapters.desk.texts import texts
from adapters.web.pages import LANGUAGES, preferred_language
from bot import log
from bot.errors import NotFound, RequestError, TooManyRequests, Unavailable

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(formats.FILTERS)
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

logger = log.get("desk")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Broken(RequestError):
    status = 500
    code = "internal_error"


class DeskRoute(APIRoute):
    """Shows errors as pages, and the sign-in page to who is not signed in."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except SignedOut as error:
                if request.method == "GET":
                    return _to_sign_in(request)
                return await _problem(request, error)
            except RequestError as error:
                return await _problem(request, error)
            except RequestValidationError:
                return await _problem(request, NotFound("There is no such page."))
            except HTTPException:
                raise
            except Exception as error:  # whatever broke, a member of staff gets a page that says so
                logger.error("page failed", path=request.url.path, exc_info=error)
                return await _problem(request, Broken("Something went wrong on our side; try it again."))

        return handled


def page(
    request: Request, who: Visitor, template: str, *, area: str = "", status: int = 200, **values: Any
) -> HTMLResponse:
    """A page for a member of staff; `area` is the part of the navigation that it belongs to."""
    shown = texts(who.staff.language)
    said = _said(shown, request.query_params.get("said", ""))
    body = _render(request, template, who.staff.language, who=who, area=area, said=said, **values)
    return HTMLResponse(body, status, HEADERS)


def open_page(
    request: Request, template: str, cause: RequestError | None = None, **values: Any
) -> HTMLResponse:
    """A page for who is not signed in, in the browser's language; its status is that of `cause`."""
    language = language_of(request)
    headers = dict(HEADERS)
    if isinstance(cause, (TooManyRequests, Unavailable)):
        headers["Retry-After"] = str(cause.retry_after)
    said = _said(texts(language), request.query_params.get("said", ""))
    body = _render(request, template, language, who=None, area="", said=said, **values)
    return HTMLResponse(body, cause.status if cause else 200, headers)


def language_of(request: Request) -> str:
    """As asked for in the address, else as the browser prefers."""
    asked = request.query_params.get("lang", "")
    wishes = request.headers.get("accept-language", "")
    return asked if asked in LANGUAGES else preferred_language(wishes)


def see_other(path: str, said: str = "") -> RedirectResponse:
    """To a page, where the text `said` (such as `cases.moved`) is shown once."""
    target, mark, anchor = path.partition("#")
    query = f"{'&' if '?' in target else '?'}said={quote(said)}" if said else ""
    return RedirectResponse(f"{target}{query}{mark}{anchor}", 303)


def csv_file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """For spreadsheets: UTF-8 with a mark that says so, and no cell that one would compute."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([_cell(value) for value in row] for row in rows)
    headers = HEADERS | {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def words_of(error: RequestError, language: str) -> str:
    """What went wrong, in the desk's words; the error's own where it has none."""
    known: str = getattr(texts(language).core.problems, error.code, "") or str(error)
    return known


def _render(request: Request, template: str, language: str, **values: Any) -> str:
    return _TEMPLATES.get_template(template).render(
        t=texts(language),
        language=language,
        request=request,
        zone=desk(request).zone,
        now=datetime.now(UTC),
        **values,
    )


def _said(shown: Any, key: str) -> str:
    """The text of a key such as `cases.moved`, if there is one."""
    area, _, name = key.partition(".")
    said: str = getattr(getattr(getattr(shown, area, None), "said", None), name, "") if name else ""
    return said


def _to_sign_in(request: Request) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/desk/sign-in?next={quote(wanted)}"
    if "hx-request" in request.headers:  # a part of a page; the whole page goes there
        return Response(status_code=204, headers={"HX-Redirect": "/desk/sign-in"})
    return RedirectResponse(target, 303)


async def _problem(request: Request, error: RequestError) -> Response:
    """What went wrong, and what had been written, so that it is not lost."""
    kept = ""
    if request.method == "POST" and "urlencoded" in request.headers.get("content-type", ""):
        sent = await request.form()
        kept = str(sent.get("text", ""))
    who = None if isinstance(error, SignedOut) else _signed_in(request)
    if who is None:
        return open_page(request, "problem.html", error, error=error, kept=kept, words_of=words_of)
    return page(request, who, "problem.html", status=error.status, error=error, kept=kept, words_of=words_of)


def _signed_in(request: Request) -> Visitor | None:
    try:
        return visitor(request)
    except RequestError:
        return None


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
