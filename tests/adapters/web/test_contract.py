from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.app import create_app
from bot.messages import new_id
from bot.office import Office, open_office
from bot.settings import Settings
from contract import ChannelContract
from databases import migrated_sqlite
from knowledge.search import Search


class OnTheWeb:
    """A client of the HTTP API, as the widget is one."""

    def __init__(self, client: TestClient, office: Office) -> None:
        self.office = office
        self._client = client
        opened = client.post("/api/conversations", json={"locale": "zh"}).json()
        self._id: str = opened["id"]
        self._path = f"/api/conversations/{self._id}/messages"
        self._headers = {"Authorization": f"Bearer {opened['token']}"}

    def says(self, text: str, id: str = "") -> str:
        body = {"client_message_id": id or new_id(""), "text": text}
        answer = self._client.post(self._path, json=body, headers=self._headers)
        assert answer.status_code == 200, answer.text
        shown: str = answer.json()["text"]
        return shown

    def heard(self) -> list[str]:
        found = self._client.get(self._path, headers=self._headers).json()["messages"]
        return [each["text"] for each in found if each["author"]["kind"] == "person"]

    def conversation(self) -> str:
        return self._id


class TestWeb(ChannelContract):
    @pytest.fixture
    def line(self, shipped_data: Path, shipped_search: Search, tmp_path: Path) -> Iterator[OnTheWeb]:
        settings = Settings(
            data_dir=shipped_data,
            database_url=migrated_sqlite(tmp_path),
            files_url=str(tmp_path / "files"),
            rate_limits="off",
        )
        services = {service.id: service for service in shipped_search.index.content.services}
        office = open_office(settings, services)
        with TestClient(create_app(settings, jobs=False, search=shipped_search)) as client:
            yield OnTheWeb(client, office)
        office.store.close()
