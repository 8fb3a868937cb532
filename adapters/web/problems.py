"""Errors as `application/problem+json`, each with a stable `code` and a `detail` that says what to do."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot import log
from bot.errors import InvalidApplication, RequestError, TooManyRequests, Unavailable

logger = log.get("web")


def problem(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> JSONResponse:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    headers = {"X-Content-Type-Options": "nosniff"} | (headers or {})
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error of the app this way."""

    @app.exception_handler(RequestError)
    async def _known(_: Request, error: RequestError) -> JSONResponse:
        headers = None
        if isinstance(error, (TooManyRequests, Unavailable)):
            headers = {"Retry-After": str(error.retry_after)}
        if error.status == HTTPStatus.UNAUTHORIZED:
            headers = {"WWW-Authenticate": "Bearer"}
        more = {"errors": error.errors} if isinstance(error, InvalidApplication) else {}
        return problem(error.status, error.code, str(error), headers, **more)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return problem(
                400, "invalid_json", "The body is not valid JSON; send an object as application/json."
            )
        where = ".".join(str(part) for part in first["loc"][1:]) or "body"
        return problem(422, "invalid_request", f"{where}: {first['msg']}")

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        return problem(error.status_code, code, str(error.detail), dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.error("unexpected error", path=request.url.path, exc_info=error)
        return problem(
            500, "internal_error", "Something went wrong on our side; please send it again in a moment."
        )
