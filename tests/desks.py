"""Members of staff who are signed in to a desk, for tests."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from adapters.desk.parts import Desk
from bot.compose import Draft
from bot.messages import Inbound, Outcome, Reply, new_id
from bot.office import Office
from bot.records import Case, Role
from bot.service import to_reply
from bot.store import Store
from offices import a_conversation
from talking import WHOLE

PASSWORD = "correct horse battery"
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
"""In the place of the real one, which is meant to take long."""
_CSRF = re.compile(r'name="csrf" value="(\w+)"')
_NAMES = {"agent": "Wang Wei", "supervisor": "Li Na", "admin": "Zhao Min"}


@dataclass
class DeskOf:
    """The desk as one member of staff has it."""

    client: TestClient
    part: Desk
    name: str

    @property
    def store(self) -> Store:
        return self.part.store

    @property
    def office(self) -> Office:
        return self.part.office

    def get(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200, (path, response.status_code, response.text[:500])
        return response.text

    def status(self, path: str) -> int:
        return self.client.get(path, follow_redirects=False).status_code

    def post(self, path: str, **fields: str) -> Response:
        """Sends a form of theirs and follows where it leads."""
        return self.client.post(path, data={"csrf": self._csrf, **fields})

    @cached_property
    def _csrf(self) -> str:
        found = _CSRF.search(self.get("/desk/account"))
        assert found
        return found[1]

    def as_role(self, role: str) -> "DeskOf":
        return signed_in(self.part, role)

    def language(self, language: str) -> None:
        self.post("/desk/account/language", language=language)


def signed_in(part: Desk, role: str) -> DeskOf:
    login = f"{role}@example.com"
    if login not in [one.login for one in part.accounts.all()]:
        part.accounts.add(login, _NAMES[role], Role(role), "en", PASSWORD, by="test")
    client = TestClient(_apps[id(part)], headers={"accept-language": "en"})
    response = client.post(
        "/desk/sign-in", data={"login": login, "password": PASSWORD}, follow_redirects=False
    )
    assert response.status_code == 303, response.text[:500]
    return DeskOf(client, part, _NAMES[role])


_apps: dict[int, FastAPI] = {}


@contextmanager
def opened(app: FastAPI) -> Iterator[Desk]:
    """The desk of an application, which members may sign in to while the block lasts."""
    part: Desk = app.state.desk
    _apps[id(part)] = app
    try:
        yield part
    finally:
        del _apps[id(part)]
        part.store.close()


def silent_reply() -> Reply:
    """What the assistant says while a person has the conversation: nothing."""
    return to_reply(Draft("", "en", Outcome.WAITING), None)


def applied(desk: DeskOf, locale: str = "en", **changes: str) -> Case:
    """A case that was sent in by the form."""
    id = a_conversation(desk.store, locale)
    inbound = Inbound("web", id, new_id("m"), "")
    reply = asyncio.run(desk.part.service.apply(inbound, WHOLE | changes, "iso-20000", locale))
    assert reply.case
    return stored_case(desk, reply.case.reference)


def stored_case(desk: DeskOf, reference: str) -> Case:
    with desk.store.read() as tx:
        return desk.office.cases.get(tx, reference)
