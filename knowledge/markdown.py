"""Markdown documents with front matter, cut into their `##` sections."""

import re
from pathlib import Path

from knowledge import yaml
from knowledge.documents import Entry, Kind
from knowledge.errors import Problem
from knowledge.schema import FrontMatter

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_HEADING = re.compile(r"^#{1,3} +(.+?)(?: *\{#([\w-]+)\})? *$")


def sections(path: Path, text: str, service: str) -> tuple[list[Entry], list[Problem]]:
    """One entry a section; text before the first heading belongs to a section named as the document."""
    text = text.replace("\r\n", "\n")
    front = _FRONT.match(text)
    if not front:
        message = "front matter is missing; begin with ---, the fields id, title, language, kind, reviewed_on, source, ---"
        return [], [Problem(path, 1, "", message)]
    meta, _, problems = yaml.parse(front[1], path, FrontMatter, first_line=2)
    if meta is None:
        return [], problems
    first_line = front[0].count("\n") + 1
    entries = []
    for title, anchor, body, line in cut(text[front.end() :], meta.title):
        if not body:
            problems.append(Problem(path, first_line + line, "", f"section {title!r} is empty"))
        entries.append(
            Entry(
                id=f"{meta.id}#{anchor}",
                service=service,
                language=meta.language,
                kind=Kind.SECTION,
                title=title,
                body=body,
                template=body,
                document=meta.id,
                document_title=meta.title,
                anchor=anchor,
                file=path,
                line=first_line + line,
                reviewed_on=meta.reviewed_on,
                source=meta.source,
            )
        )
    if not entries:
        problems.append(
            Problem(path, first_line, "", "holds no text; begin each section with '## Heading {#anchor}'")
        )
    return entries, problems


def cut(text: str, title: str) -> list[tuple[str, str, str, int]]:
    """Sections as (heading, anchor, text, line from 0); headings without `{#anchor}` are numbered."""
    found: list[tuple[str, str, list[str], int]] = [(title, "top", [], 0)]
    for number, line in enumerate(text.split("\n")):
        if match := _HEADING.match(line):
            found.append((match[1], match[2] or f"section-{len(found)}", [], number))
        else:
            found[-1][2].append(line)
    cleaned = [
        (heading, anchor, "\n".join(lines).strip(), number) for heading, anchor, lines, number in found
    ]
    return [section for i, section in enumerate(cleaned) if i or section[2]]
