"""What the assistant knows: its entries, who has edited them, and what a careful editor would object to."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from adapters.desk.access import THEIRS, Posted, Supervisor, desk
from adapters.desk.pages import DeskRoute, page, see_other
from adapters.desk.teaching import Form, answered, extended, form_page, sent_form, services, teaching
from bot.errors import NotFound
from bot.proposals import LONGEST, Objection, Proposal
from bot.store.edits import Edit
from bot.teaching import Refused
from bot.texts import LANGUAGES
from knowledge.blocks import Wording
from knowledge.documents import Entry, Kind
from knowledge.lint import Finding

_ROWS = 50

PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]

router = APIRouter(prefix="/desk/knowledge", route_class=DeskRoute, include_in_schema=False)


@router.get("/entries")
def entries(
    request: Request, who: Supervisor, q: str = "", service: str = "", kind: str = "", page_: PageNumber = 1
) -> Response:
    taught = teaching(request)
    content = taught.content()
    found = [
        versions
        for versions in _matters(content.entries)
        if _matches(list(versions.values()), q.casefold().strip(), service, kind)
    ]
    with desk(request).store.read() as tx:
        edited = tx.edits.last()
    rows = found[(page_ - 1) * _ROWS : page_ * _ROWS]
    return page(
        request, who, "knowledge/entries.html", area="knowledge", rows=rows, count=len(found), q=q, service=service,
        kind=kind, kinds=list(Kind), services=services(content, who.staff.language), edited=edited,
        languages=LANGUAGES, page=page_, pages=-(-len(found) // _ROWS), learned=taught.is_learned(),
    )  # fmt: skip


@router.get("/entries/new")
def new(request: Request, who: Supervisor) -> Response:
    first = teaching(request).content().services[0].id
    return form_page(request, who, Form(Proposal(first, "", {}, "")), "knowledge/new.html")


@router.post("/entries")
def add(request: Request, who: Supervisor, sent: Posted) -> Response:
    return answered(request, who, sent_form(sent), sent.get("do", ""), "knowledge/new.html")


@router.get("/entries/{service}/{id:path}")
def entry(request: Request, who: Supervisor, service: str, id: str, group: str = "") -> Response:
    """A question with its answer as a form; with a `group`, its questions as further wordings."""
    versions = _versions(request, service, id)
    held = teaching(request).entry(service, id)
    if held is None:
        return page(
            request,
            who,
            "knowledge/fixed.html",
            area="knowledge",
            versions=versions,
            **_of(request, versions),
        )
    wordings: Mapping[str, Wording] = held.wordings
    with desk(request).store.write() as tx:
        if group:
            if tx.gaps.group(group) is None:
                raise NotFound("These questions are no longer there.")
            tx.people.note(who.staff.name, "gap.show", group)
            wordings = extended(wordings, tx.gaps.questions(group))
        last = tx.edits.last().get(f"{service}/{id}")
    source = last.sources if last and not last.sources.startswith("#") else ""
    form = Form(Proposal(service, id, wordings, source, held.digest), group)
    return form_page(request, who, form, "knowledge/entry.html", **_of(request, versions))


@router.post("/entries/{service}/{id:path}")
def change(request: Request, who: Supervisor, sent: Posted, service: str, id: str) -> Response:
    versions = _versions(request, service, id)
    form = sent_form(sent, service, id)
    return answered(request, who, form, sent.get("do", ""), "knowledge/entry.html", **_of(request, versions))


@router.post("/retired/{service}/{id:path}")
def retire(request: Request, who: Supervisor, sent: Posted, service: str, id: str) -> Response:
    versions = _versions(request, service, id)
    taught = teaching(request)
    held = taught.entry(service, id)
    if held is None:
        raise NotFound("There is no such entry.")
    reason, digest = sent.get("reason", "")[: LONGEST["source"]], sent.get("digest", "")
    try:
        if reason:
            taught.retire(service, id, digest, who.staff.name, reason)
            return see_other("/desk/knowledge/edits", "knowledge.retired")
        wrong = Objection("no_reason")
    except Refused as error:
        wrong = Objection(f"refused_{error.reason}", detail=str(error))
    form = Form(Proposal(service, id, held.wordings, "", digest), objections=[wrong])
    return form_page(request, who, form, "knowledge/entry.html", 422, **_of(request, versions))


@router.get("/edits")
def edits(request: Request, who: Supervisor, page_: PageNumber = 1) -> Response:
    return _edits(request, who, page_)


@router.post("/edits/{number}/undo", dependencies=[THEIRS])
def undo(request: Request, who: Supervisor, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    try:
        teaching(request).undo(number, who.staff.name)
    except Refused as error:
        return _edits(request, who, 1, Objection(f"refused_{error.reason}", detail=str(error)))
    return see_other("/desk/knowledge/edits", "knowledge.undone")


@router.get("/check")
def check(request: Request, who: Supervisor) -> Response:
    taught = teaching(request)
    problems: list[str] = []
    findings: list[Finding] = []
    try:
        findings = taught.findings()
    except Refused as error:
        problems = str(error).splitlines()
    return page(
        request, who, "knowledge/check.html", area="knowledge", problems=problems, findings=findings,
        learned=taught.is_learned(),
    )  # fmt: skip


def _edits(request: Request, who: Supervisor, number: int, refused: Objection | None = None) -> Response:
    with desk(request).store.read() as tx:
        made = tx.edits.recent(_ROWS + 1, (number - 1) * _ROWS)
        last = {edit.id for edit in tx.edits.last().values()}
    return page(
        request, who, "knowledge/edits.html", area="knowledge", status=Refused.status if refused else 200,
        rows=[(edit, edit.id in last, _difference(edit)) for edit in made[:_ROWS]], refused=refused,
        page=number, pages=number + (len(made) > _ROWS), learned=teaching(request).is_learned(),
    )  # fmt: skip


def _matters(found: Iterable[Entry]) -> list[dict[str, Entry]]:
    """Each matter's entries by language, in the order of the files."""
    matters: dict[str, dict[str, Entry]] = {}
    for each in found:
        matters.setdefault(each.matter, {})[each.language] = each
    return list(matters.values())


def _matches(versions: list[Entry], wanted: str, service: str, kind: str) -> bool:
    first = versions[0]
    if (service and first.service != service) or (kind and first.kind != kind):
        return False
    texts = [first.id, *(text for each in versions for text in (each.title, each.body, *each.variants))]
    return not wanted or any(wanted in text.casefold() for text in texts)


def _versions(request: Request, service: str, id: str) -> dict[str, Entry]:
    content = teaching(request).content()
    found = {e.language: e for e in content.entries if (e.service, e.id) == (service, id)}
    if not found:
        raise NotFound("There is no such entry.")
    return found


def _of(request: Request, versions: Mapping[str, Entry]) -> dict[str, Any]:
    """Where an entry stands and who has edited it."""
    folder = desk(request).settings.content_dir
    matter = next(iter(versions.values())).matter
    with desk(request).store.read() as tx:
        last = tx.edits.last().get(matter)
    files = [f"{entry.file.relative_to(folder).as_posix()}:{entry.line}" for entry in versions.values()]
    return {"files": files, "last": last, "reviewed_on": next(iter(versions.values())).reviewed_on}


def _difference(edit: Edit) -> list[tuple[str, str]]:
    """Lines that went and came, each with its sign, under the name of their file."""
    found = []
    for name, before in edit.before.items():
        after = edit.after.get(name)
        old = str(before["text"]).strip("\r\n").splitlines() if before else []
        new = str(after["text"]).strip("\r\n").splitlines() if after else []
        if old == new:
            continue
        found.append(("", name))
        lines = list(difflib.unified_diff(old, new, lineterm="", n=1))[3:]
        found += [(line[0].replace("@", " "), line[1:] if line[0] != "@" else "…") for line in lines]
    return found
