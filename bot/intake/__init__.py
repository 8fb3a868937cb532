"""The interview that fills in a service's application form, without any language model."""

from bot.intake.commands import assents, is_command
from bot.intake.interview import begin, fill, fills_in, prompt, put, read_back, resume, step
from bot.intake.progress import Intake, Kind, Stage, Step

__all__ = [
    "Intake", "Kind", "Stage", "Step",
    "assents", "begin", "fill", "fills_in", "is_command", "prompt", "put", "read_back", "resume", "step",
]  # fmt: skip
