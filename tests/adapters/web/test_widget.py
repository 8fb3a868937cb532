"""The widget as a visitor uses it, in a real browser against a real server.

What the server does not do at will (a hostile reply, a broken line) the browser puts in its place.
"""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, Route, expect

from bot.settings import Settings
from bot.store import Store
from browsing import SEND, answer_with, chat, composer, last_answer, open_chat, reply, say
from conftest import serving
from offices import an_office

VALIDITY = {"en": "How long is the certificate valid?", "zh": "证书有效期多久？"}
FEEDBACK = re.compile(r"/feedback$")
YEARS = {"en": "3 years", "zh": "3年"}


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


def test_a_rating_is_kept_and_shown(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    expect(frame.get_by_role("group")).to_have_count(0)  # a greeting answers nothing
    say(browser_page, VALIDITY["en"])
    rating = last_answer(browser_page).get_by_role("group", name="Was this answer helpful?")
    helpful, not_helpful = (
        rating.get_by_role("button", name=name, exact=True) for name in ("Helpful", "Not helpful")
    )
    with browser_page.expect_response(FEEDBACK) as rated:
        helpful.click()
    assert (rated.value.status, rated.value.request.post_data_json) == (204, {"helpful": True})
    expect(helpful).to_have_attribute("aria-pressed", "true")
    browser_page.route(FEEDBACK, lambda route: route.fulfill(status=500, body="{}"))
    with browser_page.expect_response(FEEDBACK):
        not_helpful.click()
    expect(not_helpful).to_have_attribute("aria-pressed", "false")
    browser_page.reload()
    expect(helpful).to_have_attribute("aria-pressed", "true")


def test_web_addresses_in_replies_are_links_and_nothing_else_is(browser_page: Page, server_url: str) -> None:
    text = (
        "See https://a.example/x?y=1&z=%E4%B8%AD. 请看https://b.example/a，或（http://c.example/）。"
        "Also (https://d.example/a_(b)), javascript:alert(1), ftp://e.example and http://[ and http://."
    )
    open_chat(browser_page, server_url)
    answer_with(browser_page, reply(text))
    say(browser_page, "Hello")
    bubble = last_answer(browser_page).locator(".bubble")
    expect(bubble).to_have_text(text)
    links = bubble.locator("a").evaluate_all("all => all.map(a => [a.textContent, a.target, a.rel])")
    assert [link[0] for link in links] == [
        "https://a.example/x?y=1&z=%E4%B8%AD",
        "https://b.example/a",
        "http://c.example/",
        "https://d.example/a_(b)",
    ]
    assert {tuple(link[1:]) for link in links} == {("_blank", "noopener noreferrer")}


def test_who_joins_and_leaves_is_told_in_the_conversation(
    browser_page: Page, shipped_data: Path, tmp_path: Path
) -> None:
    settings = Settings(
        data_dir=shipped_data, database_url=f"sqlite:///{tmp_path / 'certdesk.db'}", rate_limits="off"
    )
    with serving(settings) as url:
        frame = open_chat(browser_page, url)
        store = Store(settings.database)
        office = an_office(store)
        id = frame.locator("body").evaluate("() => JSON.parse(localStorage['certdesk.conversation']).id")
        for step in (
            lambda tx: office.handoffs.take(tx, id, "Li Wei"),
            lambda tx: office.handoffs.reply(tx, id, "Li Wei", "I am here."),
            lambda tx: office.handoffs.give_back(tx, id, "Li Wei"),
        ):
            with store.write() as tx:
                step(tx)
        store.close()
        expect(frame.locator("#log > *")).to_have_count(4)
        shown = frame.locator("#log > *").all_inner_texts()
        assert shown[1] == "Li Wei is with you now."
        assert "I am here." in shown[2]
        assert shown[3] == "The assistant answers again from here on."


def test_a_takeover_that_was_missed_is_told_before_what_was_written_since(
    browser_page: Page, server_url: str
) -> None:
    staff = {"kind": "person", "name": "Li Wei"}
    message = {"seq": 1000, "author": staff, "text": "I am here.", "created_at": None, "reply": None}
    browser_page.route(
        re.compile(r"/messages\?after="), lambda route: route.fulfill(json={"messages": [message]})
    )
    browser_page.route(
        re.compile(r"/events$"),
        lambda route: route.fulfill(
            content_type="text/event-stream",
            body='id: 7\nevent: takeover\ndata: {"name": "Li Wei"}\n\n',
        ),
        times=1,
    )
    frame = open_chat(browser_page, server_url)
    expect(frame.locator(".event + .message.person")).to_contain_text("I am here.")


def test_the_events_are_followed_again_after_a_break_until_there_is_no_conversation(
    browser_page: Page, server_url: str
) -> None:
    asked: list[str] = []

    def stream(route: Route) -> None:
        asked.append(route.request.headers.get("last-event-id", ""))
        if len(asked) == 1:
            body = 'id: 7\nevent: closed\ndata: {"name": "Li Wei"}\n\n'
            route.fulfill(content_type="text/event-stream", body=body)
        else:
            route.fulfill(status=404, content_type="application/problem+json", body="{}")

    browser_page.clock.install()
    browser_page.route(re.compile(r"/events$"), stream)
    frame = open_chat(browser_page, server_url)
    with browser_page.expect_response(lambda response: response.status == 404):
        expect(frame.locator(".event")).to_have_text(re.compile("^Li Wei has closed this conversation"))
    say(browser_page, VALIDITY["en"])
    expect(last_answer(browser_page)).to_contain_text(YEARS["en"])
    browser_page.clock.fast_forward(120_000)
    say(browser_page, VALIDITY["zh"])
    expect(last_answer(browser_page)).to_contain_text(YEARS["zh"])
    assert asked == ["0", "7"]
