"""Any other address of the desk."""

from fastapi import APIRouter

from adapters.desk.access import Agent
from adapters.desk.pages import DeskRoute
from bot.errors import NotFound

router = APIRouter(prefix="/desk", route_class=DeskRoute, include_in_schema=False)


@router.api_route("/{rest:path}", methods=["GET", "POST"])
def elsewhere(who: Agent) -> None:  # noqa: ARG001  # who is not signed in is asked to
    raise NotFound("There is no such page.")
