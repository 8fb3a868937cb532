"""The platform's API over HTTP: what it refuses comes with status 200 and a number, as it does there."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tencent.rules import Refused, Rules

Heard = Callable[[str, str], None]
"""Told of each message that reaches a customer: their openid and the text."""

_NO_MENU = 46003


class Faults:
    """What goes wrong on demand, by path such as `message/custom/send`, the next so many times."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[tuple[str, Callable[[], Any]]] = []
        self.delay: dict[str, float] = {}  # seconds that calls of a path take

    def fail(self, path: str, code: int, times: int = 1) -> None:
        """It is refused with this number."""
        self._plan(path, lambda: {"errcode": code, "errmsg": "on demand"}, times)

    def garble(self, path: str, times: int = 1) -> None:
        """It is done, and what comes back is no JSON."""
        self._plan(path, lambda: b"<html>bad gateway</html>", times)

    def silence(self, path: str, times: int = 1) -> None:
        """It is done, and nothing comes back: the connection breaks."""
        self._plan(path, lambda: None, times)

    def take(self, path: str) -> Callable[[], Any] | None:
        with self._lock:
            found = next((each for each in self._planned if each[0] == path), None)
            if found:
                self._planned.remove(found)
        return found[1] if found else None

    def _plan(self, path: str, what: Callable[[], Any], times: int) -> None:
        with self._lock:
            self._planned += [(path, what)] * times


class Api:
    """Serves on a free port of 127.0.0.1 until it is stopped, and on the same one when it is started again."""

    def __init__(self, rules: Rules, heard: Heard) -> None:
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
        self.menu: dict[str, Any] | None = None
        self._rules = rules
        self._heard = heard
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), _handler(self))
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, query: dict[str, str], body: dict[str, Any]) -> Any:
        """JSON, or bytes of a picture; None breaks the connection."""
        self.calls[path] += 1
        time.sleep(self.faults.delay.get(path, 0))
        fault = self.faults.take(path)
        found = fault() if fault else None
        if isinstance(found, dict):
            return found
        try:
            done = self._done(path, query, body)
        except Refused as error:
            done = {"errcode": error.code, "errmsg": str(error)}
        return found if fault else done

    def _done(self, path: str, query: dict[str, str], body: dict[str, Any]) -> Any:
        rules = self._rules
        if path == "stable_token":
            token, seconds = rules.token(body["appid"], body["secret"], force=bool(body.get("force_refresh")))
            return {"access_token": token, "expires_in": seconds}
        rules.check(query.get("access_token", ""))
        match path:
            case "message/custom/send":
                text = body["text"]["content"]
                rules.send(body["touser"], text)
                self._heard(body["touser"], text)
            case "message/custom/typing":
                rules.type(body["touser"])
            case "media/get":
                return rules.file(query.get("media_id", ""))
            case "menu/create":
                self.menu = {"button": body["button"]}
            case "menu/get":
                if self.menu is None:
                    raise Refused(_NO_MENU, "menu no exist")
                return {"menu": self.menu}
            case "getcallbackip":
                return {"ip_list": ["127.0.0.1", "203.0.113.0/24"]}
            case _:
                raise Refused(43002, f"no such method: {path}")
        return {"errcode": 0, "errmsg": "ok"}

    def picture(self, name: str) -> bytes:
        """As the address in a message shows it, without a token."""
        return self._rules.media[name][0] if name in self._rules.media else b""


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256


def _handler(api: Api) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if body:  # else who began to call was killed
                self._answer(json.loads(body))

        def _answer(self, body: dict[str, Any]) -> None:
            address = urlsplit(self.path)
            if address.path.startswith("/pictures/"):
                self._send(api.picture(address.path.rpartition("/")[2]), "image/png")
                return
            query = {name: values[-1] for name, values in parse_qs(address.query).items()}
            found = api.answer(address.path.removeprefix("/cgi-bin/"), query, body)
            if found is None:
                self.close_connection = True
                return
            if isinstance(found, bytes):
                self._send(found, "text/html" if found.startswith(b"<") else "image/png")
            else:
                self._send(json.dumps(found, ensure_ascii=False).encode(), "application/json")

        def _send(self, content: bytes, media_type: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
