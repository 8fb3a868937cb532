"""The other side of WeChat's encryption, by an implementation that has nothing in common with ours: Node's."""

import fcntl
import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_FILES = ("package.json", "package-lock.json")


class PeerMissing(Exception):
    """Node or its package cannot be had; says what to install."""


class Peer:
    """`token` and `key` (the EncodingAESKey) are those of the account `app_id`. May be used by several threads."""

    def __init__(self, folder: Path, token: str, key: str, app_id: str) -> None:
        self._lock = threading.Lock()
        self._known = {"token": token, "key": key, "id": app_id}
        self._app_id = app_id
        self._process = subprocess.Popen(  # noqa: S603  # our own words
            [_node(), str(_HERE / "peer.mjs"), str(installed(folder))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def seal(self, xml: str, timestamp: str, nonce: str) -> tuple[str, str]:
        """What is encrypted, and its signature."""
        answer = self._ask(seal=xml, timestamp=timestamp, nonce=nonce)
        return answer["sealed"], answer["signature"]

    def open(self, sealed: str, signature: str, timestamp: str, nonce: str) -> str:
        """Raises ValueError if it is not rightly signed, or not of this account."""
        answer = self._ask(open=sealed, timestamp=timestamp, nonce=nonce)
        if answer.get("signature") != signature or answer.get("id") != self._app_id:
            raise ValueError(f"wrongly sealed: {answer.get('error', 'signature or AppID')}")
        message: str = answer["message"]
        return message

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, **request: str) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        with self._lock:
            stdin.write(json.dumps(self._known | request) + "\n")
            stdin.flush()
            answer: dict[str, Any] = json.loads(stdout.readline())
        return answer


def installed(folder: Path) -> Path:
    """The folder with Node's package in it, installed there once."""
    npm = shutil.which("npm")
    if npm is None:
        raise PeerMissing("npm is missing (Debian: apt-get install nodejs npm)")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "node_modules" / "@wecom" / "crypto").exists():
            for name in _FILES:
                shutil.copy(_HERE / name, folder / name)
            done = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # our own words # fmt: skip
            if done.returncode:
                raise PeerMissing(f"npm cannot install @wecom/crypto: {done.stderr.strip()[-200:]}")
    return folder


def _node() -> str:
    found = shutil.which("node") or shutil.which("nodejs")
    if found is None:
        raise PeerMissing("node is missing (Debian: apt-get install nodejs npm)")
    return found
