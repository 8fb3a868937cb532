"""One question to the model that is set up, to see that it answers."""

import time
from contextlib import aclosing
from dataclasses import dataclass

from bot.errors import CertDeskError
from bot.model import Failure, Line, Model, ModelError, Prompt, Role

_QUESTION = Line(Role.CUSTOMER, "Say in five words or fewer that you are ready.")
_ADVICE = {
    Failure.UNREACHABLE: "nothing answers there; check CERTDESK_LLM_BASE_URL, the network and the proxy",
    Failure.TIMEOUT: "it was silent for too long; check the address, or raise CERTDESK_LLM_PATIENCE",
    Failure.UNAUTHORIZED: "it refuses the key; check CERTDESK_LLM_API_KEY",
    Failure.RATE_LIMITED: "it is out of quota or asked too often; look at the provider's console",
    Failure.REFUSED: "it does not take the request; check CERTDESK_LLM_MODEL, the /v1 of the address, CERTDESK_LLM_EXTRA",
    Failure.SERVER_ERROR: "it has an error of its own; look at its log, or try again later",
    Failure.CUT: "it broke off in the middle; look at its log and at proxies in between",
    Failure.MALFORMED: "what it sends is no OpenAI stream; check the address",
}


@dataclass(frozen=True)
class Trial:
    """What it said, and after how many seconds it began and ended."""

    text: str
    first: float
    whole: float


async def trial(model: Model) -> Trial:
    """Raises CertDeskError saying what to do."""
    began = time.monotonic()
    first: float | None = None
    text = ""
    try:
        async with aclosing(model.stream(Prompt([_QUESTION]))) as pieces:
            async for piece in pieces:
                first = first or time.monotonic() - began
                text += piece if isinstance(piece, str) else ""
    except ModelError as error:
        advice = _ADVICE.get(error.failure, "try again")
        raise CertDeskError(f"the model does not answer ({error}): {advice}") from error
    finally:
        await model.close()
    if not text.strip():
        raise CertDeskError("the model answers without a word; if it thinks first, see docs/llm.md")
    whole = time.monotonic() - began
    return Trial(text.strip(), first or whole, whole)
