"""Answers with a language model that may only say what it can show."""

from bot.assistant.assistant import Assistant
from bot.assistant.speech import Say
from bot.assistant.spoken import Spoken
from bot.assistant.wording import said_first, worded

__all__ = ["Assistant", "Say", "Spoken", "said_first", "worded"]
