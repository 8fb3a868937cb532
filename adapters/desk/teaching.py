"""The form of an entry: how it is filled, read, previewed and published."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from adapters.desk.access import Supervisor, desk
from adapters.desk.pages import page, see_other
from bot.masking import Masking
from bot.proposals import LONGEST, Objection, Proposal, objections
from bot.replay import Replay
from bot.store.gaps import AskedQuestion
from bot.teaching import Refused, Teaching
from bot.texts import LANGUAGES
from knowledge.blocks import Wording
from knowledge.documents import Content
from knowledge.render import figure_text

_WORDS_IN_ID = 5
_EMPTY = Wording("", "")


@dataclass(frozen=True)
class Form:
    """`group` is the group of questions that it answers, if it does; `confirmed` the seal of what was previewed."""

    proposal: Proposal
    group: str = ""
    confirmed: str = ""
    objections: Sequence[Objection] = ()
    thoughts: Sequence[Objection] = ()
    replayed: Replay | None = None

    @property
    def languages(self) -> list[tuple[str, Wording]]:
        return [(language, self.proposal.wordings.get(language, _EMPTY)) for language in LANGUAGES]

    @property
    def seal(self) -> str:
        """Stands for the entry as it was when its thoughts were shown; another one has another."""
        return hashlib.sha256(repr(self.proposal).encode()).hexdigest()[:16]


def teaching(request: Request) -> Teaching:
    part = desk(request)
    return Teaching(part.store, part.settings, part.search())


def sent_form(sent: Mapping[str, str], service: str = "", id: str = "") -> Form:
    """`service` and `id` are those of the entry that is changed; a new one's are in the form."""
    wordings = {
        language: Wording.tidy(
            sent.get(f"question_{language}", ""),
            sent.get(f"answer_{language}", ""),
            sent.get(f"wordings_{language}", "").splitlines(),
        )
        for language in LANGUAGES
    }
    proposal = Proposal(
        service or sent.get("service", ""),
        id or sent.get("id", "").strip().lower(),
        wordings,
        sent.get("source", ""),
        sent.get("digest", "") if id else "",
    )
    return Form(proposal, sent.get("group", ""), sent.get("confirmed", ""))


def suggested(questions: Sequence[AskedQuestion], label: str, content: Content, service: str) -> Form:
    """A new entry for questions: the one that names the group is its question, the others are wordings."""
    wordings = {}
    for language in LANGUAGES:
        asked = list(dict.fromkeys(teachable(questions, language)))
        first = label if label in asked else next(iter(asked), "")
        wordings[language] = Wording.tidy(first, "", [each for each in asked if each != first])
    id = _free(_slug(wordings["en"].question), service, content)
    return Form(Proposal(service, id, wordings, ""))


def teachable(questions: Sequence[AskedQuestion], language: str) -> list[str]:
    """Those in the language that hold nothing personal."""
    texts = (each.text for each in questions if each.language == language)
    return [text for text in texts if Masking().mask(text) == text]


def extended(wordings: Mapping[str, Wording], questions: Sequence[AskedQuestion]) -> dict[str, Wording]:
    """With the questions as further wordings."""
    return {
        language: replace(
            wording, variants=tuple(dict.fromkeys([*wording.variants, *teachable(questions, language)]))
        )
        for language, wording in wordings.items()
    }


def answered(
    request: Request, who: Supervisor, form: Form, do: str, template: str, **values: Any
) -> Response:
    """The form's page with what is wrong, or with its preview; or the entry published."""
    wrong = objections(form.proposal)
    if wrong:
        return form_page(request, who, replace(form, objections=wrong), template, 422, **values)
    try:
        taught = teaching(request)
        thoughts, replayed = taught.preview(form.proposal, form.group or None, replayed=do == "preview")
        form = replace(form, thoughts=thoughts, replayed=replayed)
        if do == "preview" or (thoughts and form.confirmed != form.seal):
            return form_page(request, who, form, template, 200 if do == "preview" else 422, **values)
        taught.publish(form.proposal, who.staff.name, form.group or None)
    except Refused as error:
        refusal = Objection(f"refused_{error.reason}", detail=str(error))
        return form_page(request, who, replace(form, objections=[refusal]), template, 422, **values)
    return see_other(f"/desk/knowledge/entries/{quote(form.proposal.matter)}", "knowledge.published")


def form_page(
    request: Request, who: Supervisor, form: Form, template: str, status: int = 200, **values: Any
) -> Response:
    taught = teaching(request)
    content = taught.content()
    return page(
        request, who, template, area="knowledge", status=status, form=form, learned=taught.is_learned(),
        services=services(content, who.staff.language), figures=_figures(content, form.proposal.service),
        longest=LONGEST, shown=form.confirmed == form.seal or bool(form.thoughts) or form.replayed is not None,
        **values,
    )  # fmt: skip


def services(content: Content, language: str) -> list[tuple[str, str]]:
    """Ids and names of the folders that entries may stand in."""
    return [(s.id, s.name.get(language) or s.name.get("en") or s.id) for s in content.services]


def _figures(content: Content, service: str) -> list[tuple[str, str, str]]:
    """What an answer may refer to, with how it reads in English and in Chinese; the service's own first."""
    ordered = sorted(content.services, key=lambda each: each.id != service)
    return [
        (figure.id, figure_text(figure, "en"), figure_text(figure, "zh"))
        for each in ordered
        for figure in each.figures
    ]


def _slug(question: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", question.lower())[:_WORDS_IN_ID])[:60].strip("-")


def _free(id: str, service: str, content: Content) -> str:
    taken = {entry.id for entry in content.entries if entry.service == service}
    number, free = 2, id
    while free and free in taken:
        number, free = number + 1, f"{id[:56]}-{number}"
    return free
