"""What came of the cases."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.messages import Reply


class Status(StrEnum):
    """A case that failed is the assistant's fault; the other two say that it was not graded at all."""

    PASSED = "passed"
    FAILED = "failed"
    GRADER_FAILED = "grader_failed"
    CRASHED = "crashed"
    """The assistant gave no reply that keeps the contract."""


@dataclass(frozen=True)
class Verdict:
    """What one grader says; `detail` is what is wrong, empty where it is right."""

    grader: str
    detail: str = ""

    @property
    def right(self) -> bool:
        return not self.detail


@dataclass(frozen=True)
class Exchange:
    said: str
    reply: Reply | None
    milliseconds: float


@dataclass(frozen=True)
class Passage:
    """What the search found for a question that went wrong; `confidence` is 0..1."""

    entry: str
    title: str
    confidence: float


@dataclass(frozen=True)
class Result:
    """One attempt at a case; `note` is what broke where it crashed or could not be graded."""

    suite: str
    half: str
    language: str
    id: str
    attempt: int
    status: Status
    verdicts: list[Verdict] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    note: str = ""

    @property
    def key(self) -> str:
        return f"{self.suite}/{self.half}/{self.language}/{self.id}"


@dataclass(frozen=True)
class Bin:
    """First hits whose confidence is in `low`..`high`: their number, mean confidence, and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True)
class Run:
    """All results of one configuration.

    `graders` are their versions, `retrieval` the measures by half and language, `reliability` what the confidences of
    the search are worth (both halves and languages together).
    """

    configuration: str
    graders: dict[str, int]
    results: list[Result]
    retrieval: dict[str, dict[str, float]] = field(default_factory=dict)
    reliability: list[Bin] = field(default_factory=list)
