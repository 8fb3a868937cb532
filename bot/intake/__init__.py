"""The interview that fills in a service's application form, without any language model."""

from bot.intake.interview import begin, fill, prompt, read_back, resume, step
from bot.intake.progress import Intake, Kind, Stage, Step

__all__ = ["Intake", "Kind", "Stage", "Step", "begin", "fill", "prompt", "read_back", "resume", "step"]
