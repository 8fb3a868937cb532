"""Documents that are sent in the chat, in a real browser against a real server."""

import re
from typing import Any

from playwright.sync_api import FrameLocator, Page, Route, expect

from browsing import chat, last_answer, open_chat, say

FILES = re.compile(r"/api/conversations/[^/]+/files$")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
# Lets an event bring files, of [name, size], or words as well; true when the page has taken it.
CARRY = """(target, [kind, files, text]) => {
  const data = new DataTransfer();
  for (const [name, size] of files) data.items.add(new File(["%PDF-1.4".padEnd(size).slice(0, size)], name));
  if (text) data.setData("text/plain", text);
  const init = { bubbles: true, cancelable: true };
  const event = kind === "paste" ? new ClipboardEvent(kind, { ...init, clipboardData: data })
    : new DragEvent(kind, { ...init, dataTransfer: data });
  target.dispatchEvent(event);
  return event.defaultPrevented;
}"""


def pdf(name: str, content: bytes = PDF) -> Any:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def choose(page: Page, *files: Any) -> None:
    chat(page).locator("#files").set_input_files(list(files))


def kinds(frame: FrameLocator) -> list[str]:
    found: list[str] = frame.locator(".message").evaluate_all("all => all.map(one => one.classList[1])")
    return found


def test_a_document_is_shown_once_with_the_reply_to_it(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url, "zh")
    with browser_page.expect_file_chooser() as chooser:
        frame.get_by_role("button", name="添加文件").click()
    assert chooser.value.is_multiple()
    chooser.value.set_files([pdf("营业执照.pdf")])
    expect(last_answer(browser_page)).to_contain_text("营业执照.pdf")
    expect(frame.locator(".message.customer .document")).to_contain_text("营业执照.pdf")
    assert kinds(frame) == ["bot", "customer", "bot"]
    browser_page.reload()
    expect(frame.locator(".message")).to_have_count(3)
    expect(frame.locator(".message.customer .document")).to_contain_text("营业执照.pdf")


def test_documents_and_messages_keep_their_order(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    choose(browser_page, pdf("a.pdf"), pdf("b.pdf", PDF + b" "))
    say(browser_page, "How long is the certificate valid?")
    expect(frame.locator(".message.bot:not(.pending)")).to_have_count(4)
    assert kinds(frame) == ["bot", "customer", "bot", "customer", "bot", "customer", "bot"]
    for number, text in enumerate(("a.pdf", "b.pdf", "3 years"), 1):
        expect(frame.locator(".message.bot").nth(number)).to_contain_text(text)


def test_what_is_empty_or_too_large_is_not_even_sent(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    requests: list[str] = []
    browser_page.on("request", lambda request: requests.append(request.url))
    dropped = [["empty.pdf", 0], ["large.pdf", 20 * 1024 * 1024 + 1]]
    frame.locator("#log").evaluate(CARRY, ["drop", dropped, ""])
    expect(frame.locator(".failed").first).to_contain_text("The file is empty.")
    expect(frame.locator(".failed").last).to_contain_text("20 MB")
    expect(frame.get_by_role("button", name="Try again")).to_have_count(0)
    for left in (1, 0):
        frame.get_by_role("button", name="Remove").first.click()
        expect(frame.locator(".message.customer")).to_have_count(left)
    assert not any(FILES.search(url) for url in requests)


def test_what_the_server_refuses_is_said_in_the_words_of_the_page(
    browser_page: Page, server_url: str
) -> None:
    frame = open_chat(browser_page, server_url, "zh")
    choose(browser_page, pdf("notes.pdf", b"just words"), pdf("good.pdf"))
    expect(frame.locator(".failed")).to_contain_text("无法接收这个文件")
    expect(last_answer(browser_page)).to_contain_text("good.pdf")
    expect(frame.locator(".failed")).to_have_count(1)


def test_documents_may_be_dropped_on_the_chat(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    log, target = frame.locator("#log"), frame.get_by_text("Drop your files here")
    log.evaluate(CARRY, ["dragenter", [["a.pdf", 60]], ""])
    expect(target).to_be_visible()
    log.evaluate(CARRY, ["dragleave", [["a.pdf", 60]], ""])
    expect(target).to_be_hidden()
    log.evaluate(CARRY, ["dragenter", [["a.pdf", 60]], ""])
    assert log.evaluate(CARRY, ["drop", [["a.pdf", 60]], ""])  # else the browser leaves the page for the file
    expect(target).to_be_hidden()
    expect(last_answer(browser_page)).to_contain_text("a.pdf")


def test_a_pasted_picture_is_sent_and_pasted_words_are_written(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    field = frame.locator("#text")
    assert not field.evaluate(
        CARRY, ["paste", [["cell.pdf", 60]], "a cell of a table, which is a picture too"]
    )
    assert field.evaluate(CARRY, ["paste", [["image.pdf", 60]], ""])
    expect(last_answer(browser_page)).to_contain_text("image.pdf")
    expect(frame.locator(".message.customer")).to_have_count(1)


def test_a_lost_answer_is_asked_for_again_with_the_same_id(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    ids: list[bytes] = []

    def lose_first(route: Route) -> None:
        body = route.request.post_data_buffer or b""
        assert body.index(b'"client_file_id"') < body.index(b'"file"')
        ids.append(re.findall(rb"[0-9a-f-]{36}(?=\r\n)", body)[0])
        if len(ids) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    browser_page.route(FILES, lose_first)
    choose(browser_page, pdf("a.pdf"))
    expect(last_answer(browser_page)).to_contain_text("a.pdf")
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert kinds(frame) == ["bot", "customer", "bot"]


def test_a_document_that_did_not_go_through_can_be_sent_again(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    problem = '{"status": 507, "code": "storage_full", "detail": "Full."}'
    browser_page.route(
        FILES,
        lambda route: route.fulfill(status=507, content_type="application/problem+json", body=problem),
        times=1,
    )
    choose(browser_page, pdf("a.pdf"))
    expect(frame.locator(".failed")).to_contain_text("no room for documents")
    frame.get_by_role("button", name="Try again").click()
    expect(last_answer(browser_page)).to_contain_text("a.pdf")
    expect(frame.locator(".failed")).to_have_count(0)
    assert kinds(frame) == ["bot", "customer", "bot"]


def test_an_upload_can_be_cancelled_and_holds_nothing_up(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    browser_page.route(FILES, lambda route: None)  # never answered
    choose(browser_page, pdf("a.pdf"), pdf("b.pdf"))
    notes = frame.locator(".message.customer .note")
    expect(notes.first).to_contain_text("Uploading")
    expect(notes.last).to_contain_text("Waiting")
    say(browser_page, "How long is the certificate valid?")
    frame.get_by_role("button", name="Cancel").last.click()
    frame.get_by_role("button", name="Cancel").click()
    expect(last_answer(browser_page)).to_contain_text("3 years")
    expect(frame.locator(".message.customer")).to_have_count(1)
