"""The application as a form in the chat, in a real browser against a real server."""

import json
import re

from playwright.sync_api import Locator, Page, Route, expect

from browsing import chat, last_answer, open_chat, say

APPLY = {"en": "I want to start an application", "zh": "我要开始申请"}
OFFER = {"en": "Fill in a form instead", "zh": "改用表单填写"}
SEND = {"en": "Send the application", "zh": "提交申请"}
SENT = re.compile(r"/api/conversations/[^/]+/application$")
FILLED = {
    "company": "Acme Ltd",
    "main_business": "IT services",
    "services_in_scope": "help desk and hosting",
    "people_covered": "about 50",
    "sites": "2",
    "contact_name": "Li Wei",
    "contact": "li@example.com",
}


def open_form(page: Page, server_url: str, lang: str = "en") -> Locator:
    open_chat(page, server_url, lang)
    say(page, APPLY[lang])
    return reopened(page, lang)


def reopened(page: Page, lang: str = "en") -> Locator:
    chat(page).get_by_role("button", name=OFFER[lang]).click()
    form = chat(page).get_by_role("dialog")
    expect(form.locator("#field-company")).to_be_visible()
    return form


def fill(form: Locator, **other: str) -> None:
    for name, value in (FILLED | other).items():
        form.locator(f"#field-{name}").fill(value)
    form.get_by_role("checkbox").check()


def submit(form: Locator, lang: str = "en") -> None:
    form.get_by_role("button", name=SEND[lang]).click()


def test_a_form_that_is_sent_stands_in_the_conversation_once(browser_page: Page, server_url: str) -> None:
    form = open_form(browser_page, server_url, "zh")
    fill(form, company="示例科技")
    submit(form, "zh")
    expect(form).to_be_hidden()
    expect(last_answer(browser_page).locator(".case")).to_contain_text(re.compile(r"CD-\d{4}-\d{6}"))
    said = chat(browser_page).locator(".message.customer")
    expect(said).to_have_count(2)
    expect(said.last).to_contain_text("示例科技")
    expect(chat(browser_page).get_by_role("button", name=OFFER["zh"])).to_have_count(0)
    before = chat(browser_page).locator(".bubble").all_inner_texts()
    browser_page.reload()
    expect(chat(browser_page).locator(".bubble")).to_have_count(len(before))
    assert chat(browser_page).locator(".bubble").all_inner_texts() == before


def test_the_form_is_offered_with_the_last_question_only(browser_page: Page, server_url: str) -> None:
    frame = open_chat(browser_page, server_url)
    expect(frame.get_by_role("button", name=OFFER["en"])).to_have_count(0)
    say(browser_page, APPLY["en"])
    expect(frame.get_by_role("button", name=OFFER["en"])).to_have_count(1)
    say(browser_page, "Acme Ltd")
    expect(frame.locator(".message.bot:not(.pending)")).to_have_count(3)
    expect(frame.get_by_role("button", name=OFFER["en"])).to_have_count(1)
    form = reopened(browser_page)
    expect(form.locator("#field-company")).to_have_value("Acme Ltd")  # as it was said in the chat


def test_escape_closes_the_form_alone_and_what_was_filled_in_stays(
    browser_page: Page, server_url: str
) -> None:
    form = open_form(browser_page, server_url)
    form.locator("#field-company").fill("Acme Ltd")
    form.get_by_role("checkbox").check()
    browser_page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(browser_page.locator("iframe")).to_be_visible()
    expect(chat(browser_page).get_by_role("button", name=OFFER["en"])).to_be_focused()
    form = reopened(browser_page)
    expect(form.locator("#field-company")).to_have_value("Acme Ltd")
    form.get_by_role("button", name="Back to the chat").click()
    browser_page.reload()
    form = reopened(browser_page)
    expect(form.locator("#field-company")).to_have_value("Acme Ltd")
    expect(form.get_by_role("checkbox")).to_be_checked()


def test_what_is_missing_is_said_before_anything_is_sent(browser_page: Page, server_url: str) -> None:
    form = open_form(browser_page, server_url)
    requests: list[str] = []
    browser_page.on("request", lambda request: requests.append(request.method))
    fill(form, sites=" ")
    form.get_by_role("checkbox").uncheck()
    submit(form)
    sites = form.locator("#field-sites")
    expect(sites).to_be_focused()
    expect(sites).to_have_attribute("aria-invalid", "true")
    expect(sites).to_have_accessible_description("Please fill this in.")
    expect(form.get_by_role("checkbox")).to_have_accessible_description(re.compile("^Please agree"))
    expect(form.get_by_role("alert")).to_contain_text("marked fields")
    assert requests == []


def test_what_the_server_refuses_is_said_below_its_field(browser_page: Page, server_url: str) -> None:
    form = open_form(browser_page, server_url)
    fill(form, people_covered="many", contact="li@")
    submit(form)
    people, contact = form.locator("#field-people_covered"), form.locator("#field-contact")
    expect(people).to_be_focused()
    expect(people).to_have_accessible_description(re.compile("number"))
    expect(contact).to_have_attribute("aria-invalid", "true")
    expect(form.locator("#field-company")).to_have_attribute("aria-invalid", "false")
    people.fill("50")
    expect(people).to_have_accessible_description("")
    contact.fill("li@example.com")
    expect(form.get_by_role("alert")).to_be_empty()
    submit(form)
    expect(last_answer(browser_page).locator(".case")).to_be_visible()


def test_a_lost_answer_is_asked_for_again_and_the_application_is_sent_once(
    browser_page: Page, server_url: str
) -> None:
    form = open_form(browser_page, server_url)
    ids: list[str] = []

    def lose_first(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "{}")["client_message_id"])
        if len(ids) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    browser_page.route(SENT, lose_first)
    fill(form)
    submit(form)
    expect(form).to_be_hidden()
    assert len(ids) == 2
    assert len(set(ids)) == 1
    expect(chat(browser_page).locator(".case")).to_have_count(1)
    expect(chat(browser_page).locator(".message.customer")).to_have_count(2)


def test_a_problem_is_said_in_the_words_of_the_page_and_the_same_form_is_sent_again(
    browser_page: Page, server_url: str
) -> None:
    form = open_form(browser_page, server_url, "zh")
    problem = json.dumps({"status": 429, "code": "too_many_requests", "detail": "Slow down."})
    ids: list[str] = []

    def refuse_twice(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "{}")["client_message_id"])
        if len(ids) < 3:
            route.fulfill(status=429, content_type="application/problem+json", body=problem)
        else:
            route.continue_()

    browser_page.route(SENT, refuse_twice)
    fill(form)
    for _ in range(2):
        submit(form, "zh")
        expect(form.get_by_role("alert")).to_contain_text("请稍等片刻")
        expect(form.get_by_role("button", name=SEND["zh"])).to_be_focused()
    form.locator("#field-sites").fill("3")  # another application, which the old id would hide
    submit(form, "zh")
    expect(form).to_be_hidden()
    assert ids[0] == ids[1] != ids[2]


def test_the_fields_tell_browsers_what_they_hold_and_the_keyboard_stays_within(
    browser_page: Page, server_url: str
) -> None:
    form = open_form(browser_page, server_url)
    expect(form.get_by_role("heading")).to_be_focused()
    expect(form.locator("#field-people_covered")).to_have_attribute("inputmode", "numeric")
    expect(form.locator("#field-company")).to_have_attribute("autocomplete", "organization")
    expect(form.locator("#field-company")).to_have_js_property("required", value=True)
    expect(form.locator("#field-target_date")).to_have_js_property("required", value=False)
    notice = form.get_by_role("link", name="privacy notice")
    expect(notice).to_have_attribute("href", re.compile(r"/privacy\?lang=en$"))
    expect(notice).to_have_attribute("target", "_blank")
    send, back = (form.get_by_role("button", name=name) for name in (SEND["en"], "Back to the chat"))
    send.focus()
    browser_page.keyboard.press("Tab")
    expect(back).to_be_focused()
    browser_page.keyboard.press("Shift+Tab")
    expect(send).to_be_focused()
