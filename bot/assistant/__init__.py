"""Answers with a language model that may only say what it can show."""

from bot.assistant.assistant import Assistant, Spoken
from bot.assistant.speech import Say
from bot.assistant.wording import said_first, worded

__all__ = ["Assistant", "Say", "Spoken", "said_first", "worded"]
