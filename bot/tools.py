"""What a language model may ask for. Each tool does what the customer's own words would have done, and no more.

Whose conversation and case it is comes from the turn, never from the model, and of the details that a model hands on
only those count that the customer has written.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot import model
from bot.compose import Draft
from bot.filing import Handover
from bot.interview import Interview
from bot.lookup import Lookup
from bot.messages import AuthorKind, HandoffReason, Outcome
from bot.model import Call
from bot.turn import Finish, Turn
from knowledge.figures import Kind, figures
from knowledge.language import bare

SEARCH = "search_knowledge"
BESIDE = frozenset(
    ["application_status", "missing_documents", "hand_over"]
)  # an open application goes on after these
_LONGEST_COUNT = 6  # digits; what has more is a telephone number or the like
_REASONS = {
    "customer_asked": HandoffReason.CUSTOMER_ASKED,
    "complaint": HandoffReason.COMPLAINT,
    "upset": HandoffReason.UPSET,
    "policy": HandoffReason.POLICY,
    "no_knowledge": HandoffReason.NO_KNOWLEDGE,
}
_NOTHING: Mapping[str, Any] = {"type": "object", "properties": {}}


class Tools:
    def __init__(self, interview: Interview, lookup: Lookup, hand_over: Handover) -> None:
        self._interview = interview
        self._lookup = lookup
        self._hand_over = hand_over

    def offered(self, turn: Turn) -> list[model.Tool]:
        """The tools that make sense as the conversation stands."""
        tools = [_search(), _of_person()]
        details = self._interview.details(turn)
        if details is None:
            return tools
        schema = {
            "type": "object",
            "properties": {"details": {"type": "object", "properties": _texts(details)}},
        }
        if turn.known.intake:
            tools += [
                model.Tool("update_application", "Put down details of the open application, in the customer's words.", schema),
                model.Tool("confirm_application", "The customer has read the summary of the application and agrees.", _NOTHING),
            ]  # fmt: skip
        else:
            tools.append(
                model.Tool(
                    "start_application", "The customer wants to apply now. Details in their words.", schema
                )
            )
        return [
            *tools,
            model.Tool("request_quotation", "The customer wants a price for their own case.", _NOTHING),
            model.Tool("application_status", "Where the customer's application stands.", _NOTHING),
            model.Tool(
                "missing_documents", "Which documents the customer's application still needs.", _NOTHING
            ),
        ]

    def finish(self, turn: Turn, call: Call) -> Finish | None:
        """What a call does and tells the customer; None where there is nothing that it could do."""
        match call.name:
            case "hand_over":
                reason = str((call.arguments or {}).get("reason"))
                return self._handed_over(turn, _REASONS.get(reason, HandoffReason.CUSTOMER_ASKED))
            case "start_application":
                return self._interview.start(turn, _details(turn, call))
            case "update_application":
                return self._interview.put(turn, _details(turn, call))
            case "confirm_application":
                return self._interview.confirm(turn)
            case "request_quotation":
                return self._interview.quote(turn, self._hand_over)
            case "application_status" | "missing_documents":
                return self._lookup.own(turn)
        return None

    def _handed_over(self, turn: Turn, reason: HandoffReason) -> Finish:
        return lambda tx, _: Draft(self._hand_over(tx, turn, reason), turn.language, Outcome.HANDED_OFF)


def _search() -> model.Tool:
    schema = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
    return model.Tool(SEARCH, "More passages, if those given do not answer the question.", schema)


def _of_person() -> model.Tool:
    schema = {
        "type": "object",
        "properties": {"reason": {"type": "string", "enum": list(_REASONS)}},
        "required": ["reason"],
    }
    return model.Tool("hand_over", "Ask a colleague to take over this conversation.", schema)


def _texts(details: Mapping[str, str]) -> dict[str, Any]:
    return {id: {"type": "string", "description": label} for id, label in details.items()}


def _details(turn: Turn, call: Call) -> dict[str, str]:
    """The details of a call that stand in what the customer has written."""
    given = (call.arguments or {}).get("details")
    if not isinstance(given, Mapping):
        return {}
    before = [line.text for line in turn.known.history if line.author.kind is AuthorKind.CUSTOMER]
    written = "\n".join([*before, turn.text])
    return {
        str(id): value.strip()
        for id, value in given.items()
        if isinstance(value, str) and stands(value, written)
    }


def stands(value: str, written: str) -> bool:
    """Whether a text holds this value in so many words; a short number must stand there as a number."""
    plain = bare(value)
    if not plain.isdecimal() or len(plain) > _LONGEST_COUNT:
        return bool(plain) and plain in bare(written)
    return Decimal(plain) in {each.value for each in figures(written) if each.kind is Kind.COUNT} or bool(
        re.search(rf"(?<!\d){plain}(?!\d)", written)
    )
