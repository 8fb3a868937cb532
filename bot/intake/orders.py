"""What is ordered in so many words, whatever is said around it: that an application is cancelled, paused or sent."""

import re

from bot.intake.commands import gives_up, reserves
from bot.intake.plain import plain

_ORDER = r"(?:^|[.,;:!?，。；！？]|\b(?:so|and|then|but|hence|therefore|now)\b)\s*"
_KINDLY = (
    r"(?:(?:ok|okay|so|then|now|yes|please|pls|plz|kindly|just|do(?! (?:i|we)\b)|(?:would|could|can|will) you(?: kindly| please)?"
    r"|you (?:can|may)|(?:i|we) (?:must|have to|need to)(?: ask you to)?) )*"
)
_CANCELS = re.compile(
    rf"{_ORDER}{_KINDLY}(?:cancel|scrap|drop|abort|bin|withdraw) (?:the|my|our|this) (?:whole )?application\b"
    r"(?! (?:form|fee|of|for|if|when|unless|once|later|question))(?P<rest>[^.;!?]*\?)?"
)
"""Throws an application away, whatever is said around it: "the chief put it off, so kindly cancel the application"."""
_WOULD_YOU = re.compile(r"\b(?:would|could|can|will) you\b")
_PAUSES = re.compile(
    rf"{_ORDER}{_KINDLY}(?:(?:may|might|can|could|shall) (?:i|we) (?:please )?|let us |lets |let's )?"
    r"(?:pause|interrupt) (?:the|my|our|this) application\b"
)
_SENDS = re.compile(
    rf"{_ORDER}{_KINDLY}(?:send|submit|file) (?:(?:the|my|our) application|(?:it|this)(?= (?:in|off|now)\b))"
    r"(?: (?:in|off|now|then|please|today))*\s*(?=$|[.,;!，。！])"
    r"|(?:^|[,，。;；!！\s])(?:现在|请[您你]?|那就?|可以|麻烦[您你]?|就|直接|帮我|给我)*(?:提交|递交)(?:申请|上去|了?吧|一下)*\s*(?=$|[,，。!！~])"
)
"""Only what names it, or is to be done now: "send it" may mean a paper that was spoken of."""


def cancels(text: str) -> bool:
    """Whether a message orders in so many words that the application is cancelled, and does not take it back."""
    order = _CANCELS.search(plain(text))
    asks = order is not None and order["rest"] and not _WOULD_YOU.search(order[0])
    return order is not None and not asks and gives_up(text)


def pauses(text: str) -> bool:
    """The same of a pause: "may we pause the application here? Sixty schoolchildren have arrived."."""
    return bool(_PAUSES.search(plain(text)))


def sends(text: str) -> bool:
    """Whether a message orders in so many words that what was read back is sent, and holds nothing back."""
    held = re.search("[?？]", text) or reserves(text)
    return bool(_SENDS.search(plain(text))) and not held
