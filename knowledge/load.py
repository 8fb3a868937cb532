"""Read a content folder: every file is checked and all mistakes are reported at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from knowledge import convert, markdown, yaml
from knowledge.documents import Content, Entry, Field, FigureFact, Item, Kind, Reminder, Service, Standard
from knowledge.errors import ContentError, Problem
from knowledge.language import detect
from knowledge.render import Renderer, UnknownReference
from knowledge.schema import DeclineItem, FaqItem, ListItem, ServiceFile, StandardItem

T = TypeVar("T")

_YAML = re.compile(r"^(?P<what>faq|declines)[\w-]*?(\.(?P<language>[a-z]{2}))?\.ya?ml$")
_LANGUAGE = re.compile(r"\.([a-z]{2})\.\w+$")
_SUFFIXES = convert.SUFFIXES | {".yaml", ".yml", ".md"}
_LISTS = ("fee_factors", "documents", "steps")


@dataclass
class _Draft:
    """Entries before their figures are filled in, and what was wrong so far."""

    services: dict[Path, Service] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def load(folder: Path) -> Content:
    """Read all content under `folder`, at any depth.

    Raises ContentError with every problem found, ConverterMissing if a file needs the extra `convert`.
    """
    draft = _Draft()
    for path in _begin(folder, draft):
        _read_file(path, draft.services[path.parent].id, draft)
    services = tuple(draft.services.values())
    entries = tuple(_finish(draft, services))
    if not entries and not draft.problems:
        draft.problems.append(
            Problem(folder, 0, "", "holds no entries; add faq.en.yaml, faq.zh.yaml or *.en.md")
        )
    if draft.problems:
        raise ContentError(draft.problems)
    return Content(services, entries)


def services(folder: Path) -> dict[str, Service]:
    """The services under `folder`, by id, without what is said of them, which takes nearly all of the time to read.

    Raises ContentError with every problem in their files.
    """
    draft = _Draft()
    _begin(folder, draft)
    if draft.problems:
        raise ContentError(draft.problems)
    return {service.id: service for service in draft.services.values()}


def _begin(folder: Path, draft: _Draft) -> list[Path]:
    """Read the services; the files that hold entries."""
    if not folder.is_dir():
        raise ContentError([Problem(folder, 0, "", "no such folder; name the content folder with --content")])
    files = sorted(path for path in folder.rglob("*") if _is_content(path) and path.is_file())
    for path in [p for p in files if p.name == "service.yaml"]:
        _read_service(path, draft)
    others = [p for p in files if p.name != "service.yaml"]
    for path in others:
        draft.services.setdefault(path.parent, Service(path.parent.name, path))
    return others


def _is_content(path: Path) -> bool:
    hidden = path.name.startswith((".", "~"))
    return path.suffix.lower() in _SUFFIXES and path.name != "README.md" and not hidden


def _read_file(path: Path, service: str, draft: _Draft) -> None:
    if match := _YAML.match(path.name):
        model = FaqItem if match["what"] == "faq" else DeclineItem
        _read_list(path, service, match["language"], model, draft)
    elif path.suffix.lower() in {".yaml", ".yml"}:
        message = "unknown file name; expected service.yaml, faq.<language>.yaml or declines.<language>.yaml"
        draft.problems.append(Problem(path, 1, "", message))
    elif path.suffix.lower() == ".md":
        if (text := _text(path, draft)) is not None:
            entries, problems = markdown.sections(path, text, service)
            draft.entries.extend(entries)
            draft.problems.extend(problems)
    else:
        language = _LANGUAGE.search(path.name)
        try:
            draft.entries.extend(convert.sections(path, service, language[1] if language else None))
        except ContentError as error:
            draft.problems.extend(error.problems)


def _read_service(path: Path, draft: _Draft) -> None:
    draft.services[path.parent] = Service(path.parent.name, path)
    if (text := _text(path, draft)) is None:
        return
    parsed, _, problems = yaml.parse(text, path, ServiceFile)
    draft.problems.extend(problems)
    if parsed is None:
        return
    lines = {match[1]: text[: match.start()].count("\n") + 1 for match in re.finditer(r"\bid: *(\w+)", text)}
    figures = tuple(
        FigureFact(**item.model_dump(), file=path, line=lines.get(item.id, 1)) for item in parsed.figures
    )
    draft.services[path.parent] = Service(
        id=parsed.id,
        file=path,
        name=parsed.name,
        standard=_standard(parsed.standard),
        figures=figures,
        lists={
            name: tuple(
                Item(i.id, _by_language(i), i.optional, i.certifies, i.name) for i in getattr(parsed, name)
            )
            for name in _LISTS
        },
        application=tuple(Field(i.id, i.type, i.required, _by_language(i)) for i in parsed.application),
        reminders=tuple(Reminder(r.step, tuple(r.after), r.ahead_months) for r in parsed.reminders),
    )


def _standard(item: StandardItem | None) -> Standard | None:
    return Standard(item.name, item.current, tuple(item.superseded)) if item else None


def _by_language(item: ListItem) -> Mapping[str, str]:
    return {str(key): str(value) for key, value in (item.model_extra or {}).items()}


def _read_list(
    path: Path, service: str, language: str | None, model: type[FaqItem] | type[DeclineItem], draft: _Draft
) -> None:
    if (text := _text(path, draft)) is None:
        return
    kind: type[list[FaqItem | DeclineItem]] = list[model]  # type: ignore[valid-type]  # one of the two, known at run time
    items, lines, problems = yaml.parse(text, path, kind)
    draft.problems.extend(problems)
    for item, line in zip(items or [], lines, strict=False):
        faq = isinstance(item, FaqItem)
        answer = item.answer if isinstance(item, FaqItem) else item.note
        draft.entries.append(
            Entry(
                id=item.id,
                service=service,
                language=language or _language(item.question),
                kind=Kind.FAQ if faq else Kind.DECLINE,
                title=item.question,
                body=answer,
                template=answer,
                document="faq" if faq else "declines",
                document_title="",
                anchor=item.id,
                file=path,
                line=line,
                variants=tuple(dict.fromkeys(item.variants)),
                figures=tuple(item.figures) if isinstance(item, FaqItem) else (),
                actions=tuple(item.actions) if isinstance(item, FaqItem) else (),
                off_topic=isinstance(item, DeclineItem) and item.off_topic,
                again=item.again if isinstance(item, FaqItem) else "",
                denies=tuple(item.denies) if isinstance(item, FaqItem) else (),
                subject=item.subject if isinstance(item, FaqItem) else "",
            )
        )


def _language(text: str) -> str:
    return "zh" if detect(text) == "zh" else "en"


def _text(path: Path, draft: _Draft) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        draft.problems.append(
            Problem(path, 1, "", f"not UTF-8 text (byte {error.start}); save the file as UTF-8")
        )
        return None


def _finish(draft: _Draft, services: Iterable[Service]) -> Iterator[Entry]:
    """Fill figures in, resolve actions, refuse what stands twice."""
    figures = {figure.id: figure for figure in _unique_figures(services, draft.problems)}
    by_id = {service.id: service for service in services}
    matters = {entry.matter for entry in draft.entries}
    seen: dict[str, Entry] = {}
    for entry in draft.entries:
        if other := seen.get(entry.key):
            where = f"{other.file}:{other.line}"
            draft.problems.append(
                Problem(entry.file, entry.line, "id", f"{entry.id} already stands in {where}")
            )
            continue
        seen[entry.key] = entry
        for name in entry.figures:
            if name not in figures:
                draft.problems.append(Problem(entry.file, entry.line, "figures", f"no figure named {name}"))
        actions = []
        for action in entry.actions:
            matter = _matter(action, entry.service, matters)
            if matter is None:
                draft.problems.append(Problem(entry.file, entry.line, "actions", f"no entry named {action}"))
            else:
                actions.append(matter)
        try:
            renderer = Renderer(figures, by_id[entry.service])
            body, again = (renderer.render(text, entry.language) for text in (entry.template, entry.again))
        except UnknownReference as error:
            draft.problems.append(Problem(entry.file, entry.line, "answer", str(error)))
            continue
        yield replace(entry, body=body.strip(), again=again.strip(), actions=tuple(actions))


def _matter(action: str, service: str, matters: set[str]) -> str | None:
    if f"{service}/{action}" in matters:
        return f"{service}/{action}"
    return next((matter for matter in sorted(matters) if matter.endswith(f"/{action}")), None)


def _unique_figures(services: Iterable[Service], problems: list[Problem]) -> Iterator[FigureFact]:
    seen: dict[str, FigureFact] = {}
    for figure in (figure for service in services for figure in service.figures):
        if other := seen.get(figure.id):
            where = f"{other.file}:{other.line}"
            problems.append(
                Problem(figure.file, figure.line, "id", f"figure {figure.id} already stands in {where}")
            )
        seen[figure.id] = figure
        yield figure
