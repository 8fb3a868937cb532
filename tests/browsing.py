"""The chat as a visitor has it in the browser, for the tests of the widget."""

import json
import re
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

SEND = re.compile(r"/api/conversations/[^/]+/messages$")


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def composer(page: Page) -> Locator:
    return chat(page).get_by_role("textbox")


def open_chat(page: Page, server_url: str, lang: str = "en") -> FrameLocator:
    page.goto(f"{server_url}/?lang={lang}")
    page.locator("[aria-haspopup=dialog]").click()
    expect(chat(page).locator(".message.bot:not(.pending)").first).to_be_visible()
    return chat(page)


def say(page: Page, text: str) -> None:
    composer(page).fill(text)
    composer(page).press("Enter")


def last_answer(page: Page) -> Locator:
    return chat(page).locator(".message.bot:not(.pending)").last


def reply(text: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": "reply-of-the-test",
        "in_reply_to": None,
        "text": text,
        "language": "en",
        "outcome": "answered",
        "citations": [],
        "actions": [],
        "case": None,
        "author": {"kind": "bot", "name": "Assistant"},
        "ai_generated": True,
    }
    return made | more


def answer_with(page: Page, made: dict[str, Any], sentences: tuple[str, ...] = ()) -> None:
    """Puts a reply in the server's place; its lines end in \\r\\n, as sse-starlette ends them."""
    events = [("sentence", {"text": sentence}) for sentence in sentences] + [("reply", made)]
    body = "".join(f"event: {name}\r\ndata: {json.dumps(data)}\r\n\r\n" for name, data in events)
    page.route(
        SEND,
        lambda route: route.fulfill(status=200, content_type="text/event-stream", body=": hi\r\n\r\n" + body),
    )
