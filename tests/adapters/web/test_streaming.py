"""Replies as they are being written, in a real browser, with a model that speaks when and as far as it is told."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, Route, expect

from bot.settings import Settings
from browsing import SEND, answer_with, chat, last_answer, open_chat, reply, say
from conftest import serving
from openai_stub import Hang, Say, Stub, stubbed

QUESTION = {
    "en": "How long is the certificate valid, and how often are surveillance audits?",
    "zh": "证书有效期多久？监督审核多久一次？",
}
FIRST = {"en": "The certificate is valid for 3 years [1].", "zh": "证书有效期为3年[1]。"}
SECOND = {
    "en": "Surveillance audits take place every 6 months or every 12 months [2].",
    "zh": "监督审核的间隔为6个月或12个月，由合同约定[2]。",
}
HALF = {"en": " What is more, it", "zh": "除此以外还"}
COMPOSED = {
    "en": "Your service contract sets which of these applies",
    "zh": "签合同时可以和客服确认适合您的安排",
}
SOURCE = {"n": 1, "document": "d", "title": "Questions", "section": "Validity", "quote": "3 years", "url": ""}
WATCH = """() => {
  window.seen = [];
  const look = () => {
    const lines = [...document.querySelectorAll(".pending .line")].map((line) => line.textContent);
    if (lines.length) window.seen.push(lines.join("\\n"));
  };
  new MutationObserver(look).observe(document.getElementById("log"), {subtree: true, childList: true});
}"""


@dataclass(frozen=True)
class Plugged:
    stub: Stub
    plug: ExitStack

    def pull(self) -> None:
        self.plug.close()


@pytest.fixture
def model() -> Iterator[Plugged]:
    with ExitStack() as plug:
        yield Plugged(plug.enter_context(stubbed()), plug)


@pytest.fixture
def site(model: Plugged, shipped_data: Path, tmp_path: Path) -> Iterator[str]:
    settings = Settings(
        data_dir=shipped_data,
        database_url=f"sqlite:///{tmp_path / 'certdesk.db'}",
        rate_limits="off",
        llm_model="stub",
        llm_base_url=model.stub.url,
        llm_share=0,  # every test has replies of its own
        llm_patience=100,
    )
    with serving(settings) as url:
        yield url


@dataclass
class Line:
    """To the server; it breaks after the first words of a reply, and what is sent again waits to be let through."""

    words: str
    breaks: int
    held: Route | None = None

    def __call__(self, route: Route) -> None:
        self.breaks -= 1
        if self.breaks < 0:
            self.held = route
            return
        event = f"event: sentence\r\ndata: {json.dumps({'text': self.words})}\r\n\r\n"
        route.fulfill(status=200, content_type="text/event-stream", body=event)

    def wait(self, page: Page) -> Route:
        while self.held is None:
            page.wait_for_timeout(20)
        return self.held

    def mend(self, page: Page) -> None:
        self.wait(page).continue_()


def shown(text: str) -> str:
    """What is read of a text with markers."""
    return re.sub(r"\[(\d)\]", r"\1", text)


def pending(page: Page) -> Locator:
    return chat(page).locator(".pending")


def broken(
    page: Page, server_url: str, question: str, words: str, breaks: int = 1
) -> tuple[FrameLocator, Line]:
    """A chat in which the line has broken after the first words of an answer."""
    line = Line(words, breaks)
    frame = open_chat(page, server_url)
    page.route(SEND, line)
    say(page, question)
    expect(frame.locator(".customer .note")).to_have_text("Connection lost, trying again")
    expect(pending(page)).to_contain_text(shown(words))
    return frame, line


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sentence_is_read_while_the_model_still_speaks_and_a_pulled_plug_is_no_error(
    browser_page: Page, model: Plugged, site: str, lang: str
) -> None:
    frame = open_chat(browser_page, site, lang)
    model.stub.will(Hang(FIRST[lang] + HALF[lang]))
    say(browser_page, QUESTION[lang])
    expect(pending(browser_page).locator(".bubble")).to_have_text(shown(FIRST[lang]))
    assert model.stub.now == 1
    assert frame.locator(".message.bot").count() == 2  # the greeting, and what is being written
    model.pull()
    answer = last_answer(browser_page)
    expect(answer.locator(".bubble")).to_contain_text(COMPOSED[lang])
    text = answer.locator(".bubble").inner_text()
    assert text.startswith(shown(FIRST[lang]))
    assert text.count(shown(FIRST[lang])) == 1
    assert HALF[lang].strip() not in text
    expect(frame.locator(".message.bot")).to_have_count(2)
    expect(frame.locator(".failed, .notice, .note:not(:empty)")).to_have_count(0)
    answer.locator("button.marker").first.click()
    expect(answer.locator(".source.shown blockquote")).to_contain_text("3")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_reply_grows_by_its_own_words_alone(
    browser_page: Page, model: Plugged, site: str, lang: str
) -> None:
    frame = open_chat(browser_page, site, lang)
    frame.locator("body").evaluate(WATCH)
    model.stub.will(Say(f"{FIRST[lang]}\n\n{SECOND[lang]}", seconds=0.2))
    say(browser_page, QUESTION[lang])
    lines = last_answer(browser_page).locator(".line")
    expect(lines).to_have_text([shown(FIRST[lang]), "", shown(SECOND[lang])])
    seen = frame.locator("body").evaluate("() => window.seen")
    whole = "\n".join(lines.all_text_contents())
    assert seen[0] == shown(FIRST[lang])
    assert seen[-1] == whole
    assert all(whole.startswith(text) for text in seen)


def test_a_tab_that_is_closed_in_the_middle_of_a_reply_shows_all_of_it_when_it_is_opened_again(
    browser_page: Page, model: Plugged, site: str
) -> None:
    open_chat(browser_page, site)
    model.stub.will(Hang(FIRST["en"] + HALF["en"]))
    say(browser_page, QUESTION["en"])
    expect(pending(browser_page)).to_contain_text(shown(FIRST["en"]))
    again = browser_page.context.new_page()
    browser_page.close()
    frame = open_chat(again, site)
    expect(frame.locator(".message.customer .bubble")).to_have_text(QUESTION["en"])
    expect(pending(again)).to_contain_text(shown(FIRST["en"]))
    model.pull()
    expect(last_answer(again)).to_contain_text(COMPOSED["en"])
    expect(last_answer(again)).to_contain_text(shown(FIRST["en"]))
    expect(frame.locator(".message")).to_have_count(3)
    assert len(model.stub.requests) == 1


def test_what_is_read_stays_while_a_broken_line_is_mended(browser_page: Page, server_url: str) -> None:
    question = "How long is the certificate valid?"
    frame, line = broken(browser_page, server_url, question, "The certificate is valid", breaks=2)
    line.wait(browser_page)
    expect(pending(browser_page).locator(".bubble")).to_have_text("The certificate is valid")
    line.mend(browser_page)
    expect(last_answer(browser_page).locator(".bubble")).to_contain_text("recertification")
    assert last_answer(browser_page).inner_text().count("The certificate is valid") == 1
    expect(frame.locator(".note:not(:empty)")).to_have_count(0)


def test_a_reply_that_is_being_written_opens_no_source_and_is_announced_once_it_is_whole(
    browser_page: Page, server_url: str
) -> None:
    question = "How long is the certificate valid?"
    frame, line = broken(browser_page, server_url, question, "The certificate is valid for 3 years. [1]")
    expect(pending(browser_page)).to_have_attribute("aria-live", "off")
    expect(pending(browser_page)).to_have_attribute("aria-busy", "true")
    expect(pending(browser_page).locator(".marker")).to_have_text("1")
    expect(pending(browser_page).get_by_role("button")).to_have_count(0)
    expect(frame.get_by_role("status")).to_have_text("The assistant is writing")
    line.mend(browser_page)
    expect(last_answer(browser_page).locator("button.marker")).to_have_text("1")
    expect(frame.locator("[aria-live=off], [aria-busy=true]")).to_have_count(0)
    expect(frame.get_by_role("status")).to_be_empty()


def test_who_has_scrolled_up_is_left_there(browser_page: Page, server_url: str) -> None:
    browser_page.set_viewport_size({"width": 360, "height": 420})
    frame, line = broken(browser_page, server_url, "Which documents do we need?", "Eight documents.")
    log = frame.get_by_role("log")
    assert log.evaluate("log => log.scrollTop") > 0
    log.evaluate("log => (log.scrollTop = 0)")
    line.mend(browser_page)
    expect(pending(browser_page)).to_have_count(0)
    assert log.evaluate("log => log.scrollTop") == 0


def test_a_long_reply_is_read_from_its_beginning(browser_page: Page, server_url: str) -> None:
    browser_page.set_viewport_size({"width": 360, "height": 420})
    sentences = tuple(
        f"This is sentence {number} of a reply that takes a while to read. " for number in range(30)
    )
    frame = open_chat(browser_page, server_url)
    answer_with(browser_page, reply("".join(sentences)), sentences)
    say(browser_page, "Hello")
    expect(last_answer(browser_page)).to_contain_text("sentence 29")
    top = "answer => answer.getBoundingClientRect().top - document.getElementById('log').getBoundingClientRect().top"
    assert 0 <= last_answer(browser_page).evaluate(top) <= 10
    expect(frame.locator(".pending")).to_have_count(0)


@pytest.mark.parametrize(
    "text", ["The audit is done on site [1]. ", "审核在现场进行。[1]", "审核在现场进行[1]。"]
)
def test_a_marker_stays_on_one_line_with_the_word_and_the_stop_around_it(
    browser_page: Page, server_url: str, text: str
) -> None:
    open_chat(browser_page, server_url)
    answer_with(browser_page, reply(text * 20, citations=[SOURCE]))
    say(browser_page, "Hello")
    expect(last_answer(browser_page).locator("button.marker")).to_have_count(20)
    kept = last_answer(browser_page).locator(".kept")
    assert set(kept.evaluate_all("all => all.map(one => one.getClientRects().length)")) == {1}
    assert set(kept.all_text_contents()) <= {"site 1.", "行。1", "行1。"}
    expect(last_answer(browser_page).locator(".bubble")).to_have_text(shown(text * 20).strip())


def test_an_address_before_a_marker_is_a_link_and_a_long_word_may_be_broken(
    browser_page: Page, server_url: str
) -> None:
    long = "x" * 400
    open_chat(browser_page, server_url)
    answer_with(
        browser_page, reply(f"See https://a.example/{long} [1]. {long} [1]. [2].", citations=[SOURCE])
    )
    say(browser_page, "Hello")
    bubble = last_answer(browser_page).locator(".bubble")
    expect(bubble.get_by_role("link")).to_have_text(f"https://a.example/{long}")
    expect(bubble).to_have_text(f"See https://a.example/{long} 1. {long} 1. [2].")
    assert bubble.evaluate("it => it.scrollWidth <= it.clientWidth")


def test_a_message_that_has_waited_for_more_than_a_day_is_not_sent(
    browser_page: Page, server_url: str
) -> None:
    frame = open_chat(browser_page, server_url)
    age = """(body, hours) => localStorage.setItem("certdesk.outbox", JSON.stringify(
        hours.map((ago) => ({id: `m${ago}`, text: `Written ${ago} hours ago`, at: Date.now() - ago * 3600e3}))))"""
    frame.locator("body").evaluate(age, [25, 1])
    browser_page.reload()
    expect(frame.locator(".message.bot:not(.pending)")).to_have_count(2)
    expect(frame.locator(".message.customer .bubble")).to_have_text(["Written 1 hours ago"])
    assert frame.locator("body").evaluate("() => localStorage['certdesk.outbox']") == "[]"
