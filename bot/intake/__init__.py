"""The interview that fills in a service's application form, without any language model."""

from bot.intake.commands import Command, assents, is_command
from bot.intake.corrections import takes_back
from bot.intake.interview import begin, fill, fills_in, prompt, put, read_back, resume, step
from bot.intake.progress import Intake, Kind, Stage, Step

__all__ = [
    "Command", "Intake", "Kind", "Stage", "Step",
    "assents", "begin", "fill", "fills_in", "is_command", "prompt", "put", "read_back", "resume", "step",
    "takes_back",
]  # fmt: skip
