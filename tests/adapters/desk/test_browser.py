"""The desk in a real browser: it follows what happens, works by keyboard, without scripts, and for everybody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from bot.accounts import Accounts
from bot.intake import Intake, Stage
from bot.jobs import Jobs
from bot.messages import HandoffReason, Inbound, new_id
from bot.records import Role
from bot.settings import Settings
from bot.store import Store
from bot.store.views import Filter, View
from browsing import chat, last_answer, open_chat, say
from conftest import serving
from databases import migrated_sqlite
from desks import PASSWORD, silent_reply
from offices import a_conversation, a_document, an_office
from openai_stub import Say, stubbed
from talking import WHOLE

SLOW = 4  # seconds in which a model speaks
DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)


@pytest.fixture(scope="module")
def site(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """Address of the whole service, and its store with two members of staff."""
    url = migrated_sqlite(tmp_path_factory.mktemp("desk"))
    store = Store(url, Jobs(url))
    accounts = Accounts(store)
    accounts.add("li", "Li Na", Role.ADMIN, "en", PASSWORD, by="test")
    accounts.add("wang", "王伟", Role.ADMIN, "zh", PASSWORD, by="test")
    with serving(Settings(data_dir=shipped_data, database_url=url, rate_limits="off")) as address:
        yield address, store
    store.close()


def signed_in(page: Page, url: str, login: str = "li") -> Page:
    page.goto(f"{url}/desk")
    page.get_by_label(re.compile("Login|登录名")).fill(login)
    page.get_by_label(re.compile("Password|密码")).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/queue$"))
    return page


def waiting(store: Store, text: str = "I want to complain") -> str:
    """A conversation whose customer waits for a person."""
    id = a_conversation(store)
    with store.write() as tx:
        tx.conversations.add(Inbound("web", id, new_id("m"), text), new_id("msg"), silent_reply())
        found = tx.conversations.get(id)
        assert found
        an_office(store).handoffs.request(tx, found, HandoffReason.COMPLAINT, [], None, "en")
    return id


def test_a_new_handoff_appears_by_itself_and_goes_when_it_is_taken(
    browser_page: Page, site: tuple[str, Store]
) -> None:
    url, store = site
    page = signed_in(browser_page, url)
    page.evaluate("window.here = true")
    id = waiting(store)
    row = page.locator(f'[href="/desk/conversations/{id}"]')
    expect(row).to_be_visible()
    expect(page.locator("#waiting-count")).to_have_text(re.compile(r"[1-9]"))
    assert page.title().startswith("(")
    with store.write() as tx:
        an_office(store).handoffs.take(tx, id, "王伟")
    expect(row).to_have_count(0)
    assert page.evaluate("window.here")  # the page was not loaded anew


def test_a_takeover_while_the_assistant_is_speaking_silences_it(
    browser: Browser, browser_page: Page, shipped_data: Path, tmp_path: Path
) -> None:
    database = migrated_sqlite(tmp_path)
    store = Store(database, Jobs(database))
    Accounts(store).add("li", "Li Na", Role.AGENT, "en", PASSWORD, by="test")
    said = "The certificate is valid for 3 years [1]. " * 2
    with stubbed() as stub:
        settings = Settings(
            data_dir=shipped_data, database_url=database, rate_limits="off", llm_model="stub",
            llm_base_url=f"{stub.url}", llm_patience=60, llm_timeout=60,
        )  # fmt: skip
        with serving(settings) as url:
            customer = browser.new_page()
            open_chat(customer, url)
            say(customer, "How long is the certificate valid?")
            expect(last_answer(customer)).to_contain_text("valid")
            page = signed_in(browser_page, url)
            with store.read() as tx:
                (row,) = tx.queue.rows(View.ALL, Filter(), "", 0, 10)
            page.goto(f"{url}/desk/conversations/{row.conversation}")
            stub.will(Say(said, SLOW, 40))
            say(customer, "And how long does it take?")
            page.get_by_role("button", name="Take over").click()
            page.wait_for_url("**said=conversation.taken*")
            page.get_by_label("Your reply").fill("Li Na here, let me look.")
            page.keyboard.press("Control+Enter")
            expect(chat(customer).locator(".message").get_by_text("Li Na here")).to_be_visible()
            expect(page.locator(".line.customer").last).to_contain_text("And how long does it take?")
            with store.read() as tx:
                replies = [m.reply for m in tx.conversations.messages(row.conversation) if m.reply]
            assert [reply.author.name for reply in replies if reply][-1] == "Li Na"
            customer.close()
    store.close()


def taken_over(page: Page, site: tuple[str, Store]) -> str:
    """The conversation that Li Na has just taken over, whose page is open."""
    url, store = site
    signed_in(page, url)
    id = waiting(store, "first question")
    page.goto(f"{url}/desk/conversations/{id}")
    page.get_by_role("button", name="Take over").click()
    page.wait_for_url("**said=conversation.taken*")
    return id


def test_the_customers_answer_appears_while_the_reply_is_being_typed(
    browser_page: Page, site: tuple[str, Store]
) -> None:
    page, (_, store) = browser_page, site
    id = taken_over(page, site)
    page.get_by_label("Your reply").fill("half a sen")
    with store.write() as tx:
        tx.conversations.change(id)
        tx.conversations.add(Inbound("web", id, "2", "one more thing"), new_id("msg"), silent_reply())
    expect(page.locator(".line.customer").last).to_contain_text("one more thing")
    expect(page.get_by_label("Your reply")).to_have_value("half a sen")
    page.reload()
    expect(page.get_by_label("Your reply")).to_have_value("half a sen")  # kept in the tab


def test_what_is_typed_before_the_script_has_come_is_kept_too(
    browser_page: Page, site: tuple[str, Store]
) -> None:
    page, (url, _) = browser_page, site
    id = taken_over(page, site)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/desk.js", hold)
    page.goto(f"{url}/desk/conversations/{id}", wait_until="commit")
    page.get_by_label("Your reply").fill("half a sen")
    held[0].continue_()
    page.wait_for_load_state()
    page.unroute("**/desk.js")
    page.reload()
    expect(page.get_by_label("Your reply")).to_have_value("half a sen")


def test_a_proposal_is_put_into_the_reply_and_not_sent(browser_page: Page, site: tuple[str, Store]) -> None:
    url, store = site
    page = signed_in(browser_page, url)
    id = waiting(store, "How long is the certificate valid?")
    page.goto(f"{url}/desk/conversations/{id}")
    page.get_by_role("button", name="Take over").click()
    page.get_by_role("link", name="Use", exact=True).first.click()
    expect(page.get_by_label("Your reply")).to_have_value(re.compile("valid for 3 years"))
    expect(page.locator(".line.person")).to_have_count(0)


def test_two_members_on_one_conversation_see_each_other(
    browser: Browser, browser_page: Page, site: tuple[str, Store]
) -> None:
    url, store = site
    id = waiting(store)
    page = signed_in(browser_page, url)
    page.goto(f"{url}/desk/conversations/{id}")
    context = browser.new_context(locale="zh-CN")
    colleague = signed_in(context.new_page(), url, "wang")
    colleague.goto(f"{url}/desk/conversations/{id}")
    expect(page.locator(".state")).to_contain_text("王伟 is looking at this, too")
    expect(colleague.locator(".state")).to_contain_text("Li Na 也在查看")
    colleague.close()
    expect(page.locator(".state")).not_to_contain_text("王伟")
    context.close()


def test_the_row_that_was_stepped_to_keeps_the_focus_when_the_list_comes_anew(
    browser_page: Page, site: tuple[str, Store]
) -> None:
    url, store = site
    first = waiting(store)
    page = signed_in(browser_page, url)
    page.locator(f"#row-{first}").focus()
    later = waiting(store)
    expect(page.locator(f"#row-{later}")).to_be_visible()
    expect(page.locator(f"#row-{first}")).to_be_focused()


def test_a_day_by_keyboard_alone(browser_page: Page, site: tuple[str, Store]) -> None:
    url, store = site
    page = signed_in(browser_page, url)
    id = waiting(store)
    expect(page.locator("#take-next button")).to_be_enabled()
    expect(page.locator(f"#row-{id}")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").first).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("complain")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/search"))
    page.wait_for_load_state("load")
    page.locator("body").click(position={"x": 2, "y": 300})
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page).to_have_url(re.compile("/desk/queue"))
    page.wait_for_load_state("load")
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/desk/conversations/"))
    page.wait_for_load_state("load")
    page.keyboard.press("r")
    page.keyboard.type("By keyboard.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line.person")).to_contain_text("By keyboard.")


def test_everything_works_without_scripts(browser: Browser, site: tuple[str, Store]) -> None:
    url, store = site
    id = waiting(store, "How long is the certificate valid?")
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = signed_in(context.new_page(), url)
    page.goto(f"{url}/desk/conversations/{id}")
    page.get_by_role("button", name="Take over").click()
    page.get_by_role("link", name="Propose a reply").click()
    expect(page.get_by_label("Your reply")).to_have_value(re.compile("valid for 3 years"))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".line.person")).to_contain_text("valid for 3 years")
    page.get_by_text("Close", exact=True).first.click()
    page.locator("form[action$=close] button").click()
    expect(page.get_by_role("status").first).to_contain_text("Closed")
    context.close()


def case_with_document(store: Store) -> tuple[str, str]:
    """The reference of a case and the id of its document."""
    office, id = an_office(store), a_conversation(store)
    with store.write() as tx:
        found = tx.conversations.get(id)
        assert found
        filled = Intake(service="iso-20000", values=WHOLE, stage=Stage.REVIEW)
        case = office.cases.submit(tx, found, filled, new_id("int"), "en")
        document = a_document(case, None)
        tx.documents.insert(document, None)
    return case.reference, document.id


PAGES = (
    "/desk/queue", "/desk/queue?view=all", "/desk/search?q=certificate", "/desk/account", "/desk/staff", "/desk/audit",
    "/desk/canned", "/desk/conversations/ID", "/desk/cases", "/desk/cases/list", "/desk/cases/CASE", "/desk/documents/DOC",
    "/desk/knowledge", "/desk/knowledge/entries", "/desk/knowledge/entries/iso-20000/fee", "/desk/knowledge/entries/new",
    "/desk/knowledge/edits", "/desk/numbers",
)  # fmt: skip


@pytest.mark.parametrize(("login", "phone"), [("li", False), ("wang", True)])
def test_every_page_is_accessible_and_fits(
    browser: Browser, site: tuple[str, Store], login: str, phone: bool
) -> None:
    url, store = site
    id = waiting(store, "x" * 900 + " \u202e how long?")
    context = browser.new_context(viewport=PHONE if phone else DESKTOP, locale="en-GB")
    page = context.new_page()
    reference, document = case_with_document(store)
    page.goto(f"{url}/desk/sign-in")
    found = {"/desk/sign-in": Axe().run(page)}
    signed_in(page, url, login)
    for path in PAGES:
        page.goto(url + path.replace("ID", id).replace("CASE", reference).replace("DOC", document))
        if path.endswith("ID"):
            expect(page.locator(".proposal, aside .muted").first).to_be_visible()
        found[path] = Axe().run(page)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, path
    context.close()
    wrong = {path: result.generate_report() for path, result in found.items() if result.violations_count}
    assert not wrong, "\n".join(wrong.values())
