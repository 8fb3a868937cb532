"""The interview that fills in a service's application form, without any language model."""

from bot.intake.asides import asks, inquires, without_ending
from bot.intake.commands import (
    Command,
    assents,
    is_command,
    leaves_off,
    reserves,
    waits,
)
from bot.intake.contacts import are_in as holds_contact
from bot.intake.contacts import tries_phone
from bot.intake.corrections import takes_back
from bot.intake.inquiries import hurries, recalls
from bot.intake.interview import begin, fill, prompt, put, read_back, resume, step
from bot.intake.names import companies
from bot.intake.orders import sends as orders_sending
from bot.intake.progress import Intake, Kind, Stage, Step
from bot.intake.reviewing import agrees
from bot.intake.tagged import without_details
from bot.intake.telling import (
    changes,
    fills_in,
    holds_none,
    is_chat,
    mentions,
    surely_answers,
    tells,
    tells_contact,
)

__all__ = [
    "Command", "Intake", "Kind", "Stage", "Step",
    "agrees", "asks", "assents", "begin", "changes", "companies", "fill", "fills_in", "holds_contact", "holds_none", "hurries",
    "inquires",
    "is_chat", "is_command", "leaves_off", "mentions", "orders_sending", "prompt", "put", "read_back", "recalls", "reserves",
    "resume", "step", "surely_answers", "takes_back", "tells", "tells_contact", "tries_phone", "waits", "without_details",
    "without_ending",
]  # fmt: skip
