"""Whether a reply can reach its customer now, and what became of those that were sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.desk.formats import span
from adapters.desk.texts import texts
from adapters.wechat.window import window
from bot.records import DeliveryState
from bot.store import Transaction
from bot.store.views import Queued

_LOOKS = {
    DeliveryState.SENT: "good",
    DeliveryState.PENDING: "info",
    DeliveryState.SENDING: "info",
    DeliveryState.KEPT: "warn",
    DeliveryState.UNSURE: "warn",
    DeliveryState.FAILED: "bad",
}


@dataclass(frozen=True)
class Reach:
    """`text` is said to staff before they write; `is_open` tells whether the channel takes a message now."""

    is_open: bool
    text: str


@dataclass(frozen=True)
class Brought:
    """How the delivery of a message went; `advice` says what to do about it, empty for nothing."""

    label: str
    look: str
    advice: str


def reach(row: Queued, now: datetime, language: str, *, pushes: bool) -> Reach | None:
    """None for a channel whose customers look for news by themselves."""
    words = texts(language).conversation.reach
    if row.channel != "wechat":
        return None
    if not pushes:
        return Reach(is_open=False, text=words.unverified)
    if row.customer is None:
        return Reach(is_open=False, text=words.gone)
    left = window(row.customer, now)
    if not left.left or left.until is None:
        return Reach(is_open=False, text=words.closed)
    remaining = span((left.until - now).total_seconds(), language)
    return Reach(is_open=True, text=words.open.format(messages=left.asked or left.acted, time=remaining))


def brought(tx: Transaction, conversation: str, language: str) -> Mapping[str, Brought]:
    """By the message's id; empty for a channel that brings nothing."""
    words: Any = texts(language).conversation.delivery
    return {
        push.reply.id: Brought(
            getattr(words.states, push.state.value),
            _LOOKS[push.state],
            getattr(words.advice, push.state.value, ""),
        )
        for push in tx.pushes.of(conversation)
    }
