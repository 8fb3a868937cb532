"""The job that has the assistant learn what staff have written."""

import fcntl
import os
import subprocess
import sys

from bot import log
from bot.settings import PREFIX, Settings

_BEHIND = 10  # niceness: customers are answered first
_LONGEST = 1800.0  # seconds
_SHOWN = 2000  # characters of what it said

logger = log.get("bot.reindex")


class Reindex:
    """Builds the index of the content folder anew, in a process of its own, whose memory is given back.

    Servers follow the new index by themselves. What was written when the job begins is in it; so the last of
    several leaves the index of the latest content.
    """

    def __init__(self, settings: Settings) -> None:
        self._lock = settings.data_dir / "reindex.lock"
        self._environment = {
            f"{PREFIX}CONTENT_DIR": str(settings.content_dir),
            f"{PREFIX}DATA_DIR": str(settings.data_dir),
            f"{PREFIX}EMBEDDER": settings.embedder,
            f"{PREFIX}CHROMA_URL": settings.chroma_url,
        }

    def reindex(self, subject: str) -> None:
        """Raises RuntimeError with what `certdesk ingest` said."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._ingest(subject)

    def _ingest(self, subject: str) -> None:
        command = [sys.executable, "-m", "bot", "ingest"]
        with subprocess.Popen(  # noqa: S603  # our own command
            command,
            env=os.environ | self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            os.setpriority(os.PRIO_PROCESS, process.pid, _BEHIND)
            try:
                said, _ = process.communicate(timeout=_LONGEST)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        if process.returncode:
            raise RuntimeError(f"the content could not be indexed: {said[-_SHOWN:]}")
        logger.info("content indexed", edit=subject, said=said[-_SHOWN:].strip())
