"""Requests, each on a connection of its own; `requests` is used here and in `adapters.wechat.api` only."""

import io
from typing import Any

import requests


class Session(requests.Session):
    """Uses no proxy of the environment, and follows no redirect: that could take the token elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def get_redirect_target(self, _: requests.Response) -> None:
        return None


class Body(io.BytesIO):
    """`begun` once it is being sent: until then WeChat has nothing that it could deliver."""

    begun = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.begun = True
        return super().read(size)


def alone(method: str, url: str, **rest: Any) -> requests.Response:
    with Session() as session:
        return session.request(method, url, **rest)
