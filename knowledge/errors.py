"""What can go wrong with the knowledge.

KnowledgeError
├── ContentError        the content folder holds mistakes, all listed at once
├── IndexMissing        nothing has been ingested yet
├── EmbedderError       the embedding model cannot be used
└── ConverterMissing    a PDF, DOCX or HTML file needs the extra `convert`
"""

from dataclasses import dataclass
from pathlib import Path


class KnowledgeError(Exception):
    """Base of all errors of this package; the message says what to do."""


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake in a content file; `line` counts from 1, `field` is a path such as `2.answer`, or empty."""

    file: Path
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        field = f" {self.field}:" if self.field else ""
        return f"{self.file}:{self.line}:{field} {self.message}"


class ContentError(KnowledgeError):
    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class IndexMissing(KnowledgeError):
    pass


class EmbedderError(KnowledgeError):
    pass


class ConverterMissing(KnowledgeError):
    pass
