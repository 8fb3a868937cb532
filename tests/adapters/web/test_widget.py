"""The widget as a visitor uses it, in a real browser against a real server.

What the server does not do at will (a hostile reply, a broken line) the browser puts in its place.
"""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, Route, expect

VALIDITY = {"en": "How long is the certificate valid?", "zh": "证书有效期多久？"}
YEARS = {"en": "3 years", "zh": "3年"}
SEND = re.compile(r"/api/conversations/[^/]+/messages$")


@pytest.fixture
def shop_url(server_url: str) -> Iterator[str]:
    """Another site with the widget, served for real: browsers refuse local scripts to a made-up page."""
    html = (
        f'<!doctype html><html lang="zh-CN"><p>Shop</p><script src="{server_url}/widget.js" defer></script>'
    )

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


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


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_example_question_opens_the_chat_and_is_answered(
    browser_page: Page, server_url: str, lang: str
) -> None:
    browser_page.goto(f"{server_url}/?lang={lang}")
    browser_page.get_by_role("button", name=VALIDITY[lang]).click()
    expect(chat(browser_page).locator(".message.customer")).to_contain_text(VALIDITY[lang])
    expect(last_answer(browser_page)).to_contain_text(YEARS[lang])
    expect(last_answer(browser_page).locator(".ai")).to_have_text(
        {"en": "AI-generated", "zh": "AI生成"}[lang]
    )
    # The greeting comes before the question, although the question was asked first.
    expect(chat(browser_page).locator(".message").first).to_have_class(re.compile(r"\bbot\b"))


def test_the_widget_follows_the_language_of_its_page(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url, "zh")
    expect(composer(browser_page)).to_have_attribute("placeholder", "请输入您的问题")
    expect(frame.get_by_role("button", name="发送")).to_be_disabled()
    expect(frame.get_by_role("log", name="对话记录")).to_be_visible()
    assert browser_page.locator("iframe").get_attribute("title") == "Zhongjie Jiaxin在线咨询"


def test_a_marker_opens_its_source_with_the_quote(browser_page: Page, server_url: str) -> None:
    open_chat(browser_page, server_url)
    say(browser_page, VALIDITY["en"])
    answer = last_answer(browser_page)
    expect(answer).to_contain_text(YEARS["en"])
    marker = answer.locator(".marker").first
    expect(answer.locator("blockquote").first).to_be_hidden()
    marker.click()
    expect(marker).to_have_attribute("aria-expanded", "true")
    source = answer.locator(".source.shown")
    expect(source.locator("blockquote")).to_be_visible()
    expect(source.locator("blockquote")).not_to_be_empty()
    link = source.get_by_role("link")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener")
    marker.click()
    expect(answer.locator("blockquote").first).to_be_hidden()


def test_an_action_sends_its_text_as_the_customer(browser_page: Page, server_url: str) -> None:
    made = reply("Shall I?", actions=[{"label": "Documents", "send": "Which documents do we need?"}])
    frame = open_chat(browser_page, server_url)
    answer_with(browser_page, made)
    say(browser_page, "Hello there")
    button = frame.get_by_role("button", name="Documents").last
    expect(last_answer(browser_page)).to_contain_text("Shall I?")
    browser_page.unroute(SEND)
    button.click()
    expect(frame.locator(".message.customer").last).to_contain_text("Which documents do we need?")
    expect(frame.locator(".message.bot:not(.pending)")).to_have_count(3)
    expect(frame.locator(".message.customer")).to_have_count(2)


def test_a_reload_resumes_the_open_conversation(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    say(browser_page, VALIDITY["en"])
    expect(last_answer(browser_page)).to_contain_text(YEARS["en"])
    before = frame.locator(".bubble").all_inner_texts()
    browser_page.reload()
    expect(frame.locator(".bubble")).to_have_count(len(before))
    assert frame.locator(".bubble").all_inner_texts() == before
    say(browser_page, VALIDITY["en"])
    expect(frame.locator(".message.bot:not(.pending)")).to_have_count(3)


def test_a_reload_in_the_middle_of_a_message_still_sends_it(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    browser_page.route(SEND, lambda route: None)  # never answered
    say(browser_page, VALIDITY["en"])
    expect(frame.locator(".pending")).to_be_visible()
    browser_page.unroute(SEND)
    browser_page.reload()
    expect(last_answer(browser_page)).to_contain_text(YEARS["en"])
    expect(frame.locator(".message.customer")).to_have_count(1)


def test_a_lost_conversation_starts_anew(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    say(browser_page, VALIDITY["en"])
    expect(last_answer(browser_page)).to_contain_text(YEARS["en"])
    gone = {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "code": "not_found",
        "detail": "Gone.",
    }
    past = re.compile(r"/messages\?after=0$")
    browser_page.route(
        past,
        lambda route: route.fulfill(
            status=404, content_type="application/problem+json", body=json.dumps(gone)
        ),
        times=1,
    )
    browser_page.reload()
    expect(frame.locator(".message.bot")).to_have_count(1)
    expect(frame.locator(".message.customer")).to_have_count(0)
    say(browser_page, VALIDITY["en"])
    expect(last_answer(browser_page)).to_contain_text(YEARS["en"])


def test_a_failing_line_keeps_the_message_until_it_is_sent(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    ids: list[str] = []

    def lose(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "{}")["client_message_id"])
        route.abort()

    browser_page.route(SEND, lose)
    say(browser_page, VALIDITY["en"])
    again = frame.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    expect(frame.locator(".message.customer")).to_contain_text(VALIDITY["en"])
    assert len(ids) == 4
    assert len(set(ids)) == 1
    browser_page.unroute(SEND)
    with browser_page.expect_request(SEND) as sent:
        again.click()
    assert json.loads(sent.value.post_data or "{}")["client_message_id"] == ids[0]
    expect(last_answer(browser_page)).to_contain_text(YEARS["en"])
    expect(frame.locator(".failed")).to_have_count(0)
    expect(frame.locator(".message.customer")).to_have_count(1)


def test_a_short_break_of_the_line_is_bridged_unasked(browser_page: Page, server_url: str) -> None:
    open_chat(browser_page, server_url)
    browser_page.route(SEND, lambda route: route.abort(), times=2)
    say(browser_page, VALIDITY["en"])
    expect(last_answer(browser_page)).to_contain_text(YEARS["en"])


def test_the_detail_of_a_problem_is_shown(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    problem = {
        "type": "about:blank",
        "title": "Slow down",
        "status": 429,
        "code": "busy",
        "detail": "One at a time.",
    }
    browser_page.route(
        SEND,
        lambda route: route.fulfill(
            status=429, content_type="application/problem+json", body=json.dumps(problem)
        ),
    )
    say(browser_page, "Hello")
    expect(frame.locator(".failed .note")).to_contain_text("One at a time.")


def test_two_quick_messages_are_answered_in_order(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    say(browser_page, VALIDITY["en"])
    say(browser_page, VALIDITY["zh"])
    expect(frame.locator(".message.bot:not(.pending)")).to_have_count(3)
    kinds = frame.locator(".message").evaluate_all("all => all.map(one => one.classList[1])")
    assert kinds == ["bot", "customer", "bot", "customer", "bot"]
    expect(frame.locator(".message.bot").nth(1)).to_contain_text(YEARS["en"])
    expect(frame.locator(".message.bot").nth(2)).to_contain_text(YEARS["zh"])


def test_markup_stays_text_wherever_it_comes_from(browser_page: Page, server_url: str) -> None:
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    source = {
        "n": 1,
        "document": "d",
        "title": evil,
        "section": evil,
        "quote": evil,
        "url": "javascript:window.hit=1",
    }
    case = {"reference": evil, "status": evil, "missing": [evil]}
    made = reply(f"{evil} [1] [2]", citations=[source], case=case, actions=[{"label": evil, "send": evil}])
    frame = open_chat(browser_page, server_url)
    answer_with(browser_page, made, sentences=(evil,))
    say(browser_page, evil)
    answer = last_answer(browser_page)
    expect(frame.locator(".message.customer .bubble")).to_have_text(evil)
    expect(answer.locator(".bubble")).to_contain_text(evil)
    expect(answer.locator(".bubble")).to_contain_text("[2]")  # no such source, so no button
    answer.locator(".marker").click()
    expect(answer.locator("blockquote")).to_have_text(evil)
    expect(answer.get_by_role("link")).to_have_count(0)
    expect(answer.locator(".case dd").first).to_have_text(evil)
    assert frame.locator("#log img, #log script").count() == 0
    assert frame.locator("body").evaluate("() => window.hit") is None


def test_a_person_and_a_case_are_shown_as_such(browser_page: Page, server_url: str) -> None:
    case = {"reference": "CD-2026-000123", "status": "stage_1", "missing": ["contact name"]}
    open_chat(browser_page, server_url)
    answer_with(
        browser_page,
        reply("I took over.", author={"kind": "person", "name": "Li Wei"}, ai_generated=False, case=case),
    )
    say(browser_page, "Hello")
    person = chat(browser_page).locator(".message.person")
    expect(person.locator(".author")).to_have_text("Li Wei")
    expect(person.locator(".ai")).to_have_count(0)
    expect(person.locator(".case")).to_contain_text("CD-2026-000123")
    expect(person.locator(".case")).to_contain_text("Stage 1 audit")
    expect(person.locator(".case")).to_contain_text("contact name")


def test_a_staff_reply_appears_unasked_and_is_counted_while_the_chat_is_closed(
    browser_page: Page, server_url: str
) -> None:
    staff = {"kind": "person", "name": "Li Wei"}
    message = {"seq": 1000, "author": staff, "text": "I am here.", "created_at": None, "reply": None}
    frame = open_chat(browser_page, server_url)
    browser_page.get_by_role("button", name="Close the chat").first.click()
    browser_page.route(
        re.compile(r"/messages\?after="), lambda route: route.fulfill(json={"messages": [message]})
    )
    browser_page.route(
        re.compile(r"/events$"),
        lambda route: route.fulfill(
            content_type="text/event-stream", body="id: 7\nevent: message\ndata: {}\n\n"
        ),
    )
    browser_page.reload()
    launcher = browser_page.locator("[aria-haspopup=dialog]")
    launcher.click()
    expect(frame.locator(".message.person")).to_contain_text("I am here.")
    expect(frame.locator(".message.person")).to_have_count(1)
    launcher.click()
    message |= {"seq": 1001, "text": "Anything else?"}
    expect(launcher).to_have_attribute("aria-label", "Open the chat (1 unread)")
    launcher.click()
    expect(frame.locator(".message.person")).to_have_count(2)
    expect(launcher).to_have_attribute("aria-label", "Close the chat")


def test_the_keyboard_alone_is_enough(browser_page: Page, server_url: str) -> None:
    browser_page.goto(f"{server_url}/?lang=en")
    launcher = browser_page.locator("[aria-haspopup=dialog]")
    launcher.focus()
    browser_page.keyboard.press("Enter")
    expect(composer(browser_page)).to_be_focused()
    browser_page.keyboard.type("How long is the")
    browser_page.keyboard.press("Shift+Enter")
    browser_page.keyboard.type("certificate valid?")
    browser_page.keyboard.press("Enter")
    expect(chat(browser_page).locator(".message.customer .line")).to_have_count(2)
    expect(last_answer(browser_page)).to_contain_text(YEARS["en"])
    last_answer(browser_page).locator(".marker").first.focus()
    browser_page.keyboard.press("Enter")
    expect(last_answer(browser_page).locator(".source.shown")).to_be_focused()
    browser_page.keyboard.press("Escape")
    expect(browser_page.locator("iframe")).to_be_hidden()
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")


def test_enter_that_ends_a_composition_does_not_send(browser_page: Page, server_url: str) -> None:
    open_chat(browser_page, server_url)
    composer(browser_page).fill("证书")
    for event in ({"isComposing": True}, {"keyCode": 229}):
        composer(browser_page).dispatch_event("keydown", {"key": "Enter", "bubbles": True, **event})
    expect(composer(browser_page)).to_have_value("证书")
    expect(chat(browser_page).locator(".message.customer")).to_have_count(0)


def test_a_message_over_the_limit_is_counted_and_held_back(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    composer(browser_page).fill("a" * 3599)
    expect(frame.locator("#count")).to_be_hidden()
    composer(browser_page).fill("a" * 4001)
    expect(frame.locator("#count")).to_contain_text("4,001 of 4,000")
    expect(frame.get_by_role("button", name="Send")).to_be_disabled()
    composer(browser_page).fill("😀" * 4000)  # characters, not the halves in which the browser counts them
    expect(frame.get_by_role("button", name="Send")).to_be_enabled()


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_scrolls_sideways_on_a_phone(
    browser_page: Page, server_url: str, width: int, lang: str
) -> None:
    browser_page.set_viewport_size({"width": width, "height": 740})
    open_chat(browser_page, server_url, lang)
    answer_with(
        browser_page,
        reply(
            "longword" * 60 + " [1]",
            citations=[
                {"n": 1, "document": "d", "title": "t" * 90, "section": "s", "quote": "q" * 300, "url": "/"}
            ],
            case={"reference": "CD-2026-000123", "status": "x" * 80, "missing": ["m" * 80]},
            actions=[{"label": "label" * 40, "send": "x"}],
        ),
    )
    say(browser_page, "https://example.com/" + "a" * 300)
    last_answer(browser_page).locator(".marker").click()
    frame = chat(browser_page)
    for place in (browser_page.locator("html"), frame.locator("html"), frame.locator("#log")):
        assert place.evaluate("it => it.scrollWidth <= it.clientWidth")
    box = browser_page.locator("iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": width, "height": 740}
    chat(browser_page).get_by_role("button", name=re.compile("Close|关闭")).click()
    expect(browser_page.locator("iframe")).to_be_hidden()
    assert browser_page.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"


def test_a_second_copy_of_the_loader_is_ignored(browser_page: Page, server_url: str) -> None:
    browser_page.goto(f"{server_url}/?lang=en")
    browser_page.add_script_tag(url="/widget.js?again")
    expect(browser_page.locator("[aria-haspopup=dialog]")).to_have_count(1)


def test_another_site_can_embed_the_chat(browser_page: Page, shop_url: str) -> None:
    browser_page.goto(shop_url)
    browser_page.locator("[aria-haspopup=dialog]").click()
    expect(chat(browser_page).locator(".message.bot")).to_have_count(1)
    expect(composer(browser_page)).to_be_focused()
    say(browser_page, VALIDITY["zh"])
    expect(last_answer(browser_page)).to_contain_text(YEARS["zh"])
    browser_page.keyboard.press("Escape")
    expect(browser_page.locator("iframe")).to_be_hidden()


def test_messages_from_other_windows_are_ignored(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    browser_page.evaluate("window.postMessage({certdesk: 1, type: 'close'}, location.origin)")
    spoof = "() => window.postMessage({certdesk: 1, type: 'open', send: 'spoof'}, location.origin)"
    frame.locator("body").evaluate(spoof)
    say(browser_page, VALIDITY["en"])
    expect(last_answer(browser_page)).to_contain_text(YEARS["en"])
    expect(frame.locator(".message.customer")).to_have_count(1)
    expect(browser_page.locator("iframe")).to_be_visible()
