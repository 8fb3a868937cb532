"""The real server in a process of its own, as a service manager runs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx


class Supervisor:
    """Keeps the server running, as a service manager does, until told to stop."""

    def __init__(self, settings: dict[str, str], url: str, log: Path) -> None:
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("CERTDESK_")} | settings
        self._log = log
        self._client = httpx.Client(
            base_url=url, timeout=2
        )  # one: to read the trusted certificates takes long
        self.process = self._start()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = self._start()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._client.close()

    def ready(self) -> None:
        while self.process.poll() is None:
            try:
                self._client.get("/readyz").raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self._log.read_text(encoding="utf-8", errors="replace")[-2000:])

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "bot", "serve"]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)  # noqa: S603


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
