"""What the service asks of WeChat: sending a message, fetching a picture, the menu.

Every request has a connection and a session of its own. So several threads may ask at once, and no request is lost on
a connection that WeChat has closed meanwhile, which could not be told from one that has been delivered.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from adapters.wechat import failures
from adapters.wechat.account import Account
from adapters.wechat.failures import ApiError, Then
from adapters.wechat.tokens import Kept, Shelf, Tokens
from adapters.wechat.wire import Body, alone

_T = TypeVar("_T")
_WECHAT = "api.weixin.qq.com"
_ADDRESS = re.compile(  # strict, so that no two readers find different hosts in it
    r"https?://(?P<place>(?P<host>(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63})(?P<port>:\d{1,5})?)(?:[/?#]|\Z)"
)
_PICTURE_HOSTS = (".qpic.cn", ".qlogo.cn")
_LARGEST_PICTURE = 10 * 1024 * 1024  # bytes
_MOST_STEPS = 3  # from one address of a picture to the next
_PIECE = 64 * 1024  # bytes
_STALE = {40001, 40014, 42001}  # of a token that is no longer good
_NO_MENU = 46003


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for a connection, for an answer, and for a picture."""

    connect: float = 3.0
    answer: float = 5.0
    picture: float = 20.0


_PATIENCE = Patience()


class Api:
    """Blocks; may be used by several threads at once. Its methods raise ApiError."""

    def __init__(self, account: Account, shelf: Shelf, patience: Patience = _PATIENCE) -> None:
        self._account = account
        self._client = _Client(account)
        self._patience = patience
        self._tokens = Tokens(shelf, self._fetch_token)

    def send_text(self, openid: str, text: str) -> None:
        message = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        self._call("message/custom/send", message, Then.UNSURE)

    def typing(self, openid: str) -> None:
        """Show the customer, for 15 seconds, that an answer is being written."""
        self._call("message/custom/typing", {"touser": openid, "command": "Typing"})

    def picture(self, media_id: str) -> bytes:
        """Of a message; WeChat has it for three days."""
        url = f"{self._client.API_BASE_URL}media/get"
        return self._with_token(
            lambda token: _picture(self._download(url, {"access_token": token, "media_id": media_id}))
        )

    def picture_at(self, url: str) -> bytes:
        """At the address that a message gives, which must be one of WeChat's."""
        for _ in range(_MOST_STEPS):
            if not self._is_of_wechat(url):
                break
            file = self._download(url, {})
            if not file.moved_to:
                return _picture(file)
            url = file.moved_to
        raise ApiError("The picture is not where WeChat keeps pictures, and was not fetched.", Then.REFUSED)

    def create_menu(self, menu: Mapping[str, object]) -> None:
        """In the place of the present one."""
        self._call("menu/create", menu)

    def menu(self) -> dict[str, Any] | None:
        """As `create_menu` takes it, with what WeChat adds; None where there is none."""
        try:
            found = self._call("menu/get").get("menu")
        except ApiError as error:
            if error.code != _NO_MENU:
                raise
            return None
        if not isinstance(found, dict):
            raise failures.unreadable(Then.AGAIN)
        return found

    def callback_addresses(self) -> list[str]:
        """Of the machines and networks that callbacks come from."""
        found = self._call("getcallbackip").get("ip_list")
        if not isinstance(found, list):
            raise failures.unreadable(Then.AGAIN)
        return [str(each) for each in found]

    def _call(
        self, path: str, data: Mapping[str, object] | None = None, lost: Then = Then.AGAIN
    ) -> dict[str, Any]:
        return self._with_token(lambda token: self._ask(path, data, {"access_token": token}, lost))

    def _with_token(self, ask: Callable[[str], _T]) -> _T:
        """What it gives with a good token; once more with a new one, if WeChat refuses the first."""
        token = self._tokens.get()
        try:
            return ask(token)
        except ApiError as error:
            if error.code not in _STALE:
                raise
        return ask(self._tokens.renew(token))

    def _fetch_token(self, force: bool) -> Kept:
        """The stable one: who asks twice gets the same, unless it is forced."""
        data = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.secret,
            "force_refresh": force,
        }
        began = time.time()
        answer = self._ask("stable_token", data, None)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not (isinstance(token, str) and token and isinstance(seconds, int)):
            raise failures.unreadable(Then.AGAIN)
        return Kept(token, began + seconds)

    def _ask(
        self,
        path: str,
        data: Mapping[str, object] | None,
        params: Mapping[str, str] | None,
        lost: Then = Then.AGAIN,
    ) -> dict[str, Any]:
        """`lost`: what becomes of it if it went out and no answer can be read.

        What is raised has no other exception behind it: their texts hold the secret and the token.
        """
        body = (
            Body(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
            if data is not None
            else None
        )
        ask = self._client.post if body else self._client.get
        try:
            answer: dict[str, Any] = ask(
                path,
                data=body,
                params=params,
                headers={"Content-Type": "application/json"} if body else None,
                timeout=(self._patience.connect, self._patience.answer),
            )
        except WeChatClientException as error:
            failure = failures.unexpected(error.response.status_code)
        except requests.RequestException as error:
            failure = failures.unreachable(error, lost if body and body.begun else Then.AGAIN)
        else:
            if answer:
                return answer
            failure = failures.unreadable(lost)
        raise failure

    def _download(self, url: str, params: Mapping[str, str]) -> "_File":
        try:
            with alone(
                "get",
                url,
                params=params,
                stream=True,
                timeout=(self._patience.connect, self._patience.picture),
            ) as response:
                if response.is_redirect:
                    return _File("", b"", response.headers["Location"])
                if response.status_code != 200:
                    raise failures.unexpected(response.status_code)
                return _File(response.headers.get("Content-Type", ""), _read(response))
        except requests.RequestException as error:
            failure = failures.unreachable(error, Then.AGAIN)
        raise failure

    def _is_of_wechat(self, url: str) -> bool:
        """Or of what stands in for WeChat, where the settings name that."""
        found = _ADDRESS.match(url.lower())
        if not found:
            return False
        api = urlsplit(self._account.api_base.lower())
        if api.hostname != _WECHAT and found["place"] == api.netloc:
            return True
        return found["host"].endswith(_PICTURE_HOSTS) and found["port"] in {None, ":80", ":443"}


class _Client(WeChatClient):  # type: ignore[misc]  # ships no types
    """Is given each token, and asks once."""

    def __init__(self, account: Account) -> None:
        super().__init__(account.app_id, account.secret, auto_retry=False)
        self.API_BASE_URL = f"{account.api_base}/cgi-bin/"
        self._http = SimpleNamespace(request=alone)

    def _handle_result(self, res: requests.Response, *_: object, **__: object) -> dict[str, Any]:
        """Empty if it cannot be read. Raises ApiError."""
        if res.is_redirect:
            raise failures.unexpected(res.status_code)
        return _answer(res.content)


@dataclass(frozen=True)
class _File:
    type: str
    body: bytes
    moved_to: str = ""


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > _LARGEST_PICTURE:
            raise ApiError(
                "The picture is larger than 10 MiB; ask the customer for a smaller one.", Then.REFUSED
            )
    return bytes(body)


def _picture(file: _File) -> bytes:
    if file.body.lstrip()[:1] == b"{":
        _answer(file.body)
    if not file.body or not file.type.lower().startswith("image/"):
        raise ApiError("What WeChat gave is no picture; ask the customer to send it again.", Then.REFUSED)
    return file.body


def _answer(body: bytes) -> dict[str, Any]:
    """Empty if it cannot be read. Raises ApiError if it tells of an error."""
    try:
        answer: dict[str, Any] = json.loads(body.decode("utf-8", "replace"), strict=False)
        code = int(answer.get("errcode", 0))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}
    if code:
        raise failures.refused(code, str(answer.get("errmsg", "")))
    return answer
