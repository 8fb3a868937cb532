"""The desk's style and scripts."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.staticfiles import StaticFiles

_FILES = StaticFiles(directory=Path(__file__).parent / "static")
_DAY = "public, max-age=86400"

router = APIRouter(prefix="/desk/static", include_in_schema=False)


@router.get("/{file:path}")
async def static(file: str, request: Request) -> Response:
    """Files of others carry their version in their name and may be kept; ours are asked for again."""
    response = await _FILES.get_response(file, request.scope)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = _DAY if file.startswith("vendor/") else "no-cache"
    return response
