"""A day of a member of staff, against the real server in its own process: triage, an application, and teaching."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import chat, last_answer, open_chat, say
from desks import PASSWORD
from processes import Supervisor, free_port
from samples import SMALL, write
from test_killed import APPLICATION

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
GAP = "Can I bring my dog to your office?"
LEARNED = 60_000  # milliseconds; a small content is learned in a few seconds


class Site:
    """The server with its own data and content."""

    def __init__(self, folder: Path) -> None:
        self.content = write(folder / "content", SMALL)
        service = self.content / "desk" / "service.yaml"
        service.write_text(service.read_text(encoding="utf-8") + APPLICATION, encoding="utf-8")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.settings = {
            "CERTDESK_PORT": str(port),
            "CERTDESK_DATA_DIR": str(folder / "data"),
            "CERTDESK_CONTENT_DIR": str(self.content),
            "CERTDESK_RATE_LIMITS": "off",
            "CERTDESK_STAFF_LANGUAGE": "en",
            "CERTDESK_LOG_LEVEL": "warning",
        }
        self.server = Supervisor(self.settings, self.url, folder / "server.log")
        self.server.ready()

    def command(self, *words: str) -> str:
        """What `certdesk` says."""
        done = subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-m", "bot", *words], env=self.server.environment, input=f"{PASSWORD}\n",
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = Site(tmp_path_factory.mktemp("day"))
    said = opened.command(
        "staff", "add", "li.na", "--name", "Li Na", "--role", "supervisor", "--language", "en"
    )
    assert "may sign in" in said
    yield opened
    opened.server.stop()


@pytest.fixture
def desk(browser_page: Page, site: Site) -> Page:
    """Li Na's page, signed in."""
    browser_page.goto(f"{site.url}/desk")
    browser_page.get_by_label("Login").fill("li.na")
    browser_page.get_by_label("Password").fill(PASSWORD)
    browser_page.get_by_role("button", name="Sign in").click()
    expect(browser_page.get_by_role("heading", name="Queue")).to_be_visible()
    return browser_page


class Applicant:
    """A customer by the HTTP API."""

    def __init__(self, site: Site) -> None:
        self._site = httpx.Client(base_url=site.url, timeout=30)
        opened = self._site.post("/api/conversations", json={"locale": "en"}).json()
        self._path = f"/api/conversations/{opened['id']}"
        self._headers = {"Authorization": f"Bearer {opened['token']}"}

    def close(self) -> None:
        self._site.close()

    def apply(self) -> str:
        """The reference of the application."""
        values = {
            "company": "Star Hosting Ltd", "main_business": "Hosting", "people_covered": "80",
            "contact_name": "Ann Lee", "contact": "ann@example.com",
        }  # fmt: skip
        body = {"client_message_id": "1", "service": "desk", "values": values, "consent": True}
        reply = self._site.post(f"{self._path}/application", json=body, headers=self._headers).json()
        return str(reply["case"]["reference"])

    def send(self) -> None:
        files = {"file": ("photo.pdf", PDF)}
        self._site.post(f"{self._path}/files", files=files, data={"document": "photo"}, headers=self._headers)

    def told(self) -> list[str]:
        said = self._site.get(f"{self._path}/messages", headers=self._headers).json()["messages"]
        return [message["text"] for message in said if message["author"]["kind"] == "person"]


def test_who_asks_for_a_person_is_seen_taken_answered_and_closed(
    browser: Browser, desk: Page, site: Site
) -> None:
    customer = browser.new_page()
    open_chat(customer, site.url)
    say(customer, "I want to talk to a person")
    row = desk.locator("[data-row]").first
    expect(row).to_contain_text("asked for a person")
    desk.keyboard.press("n")
    expect(desk.get_by_role("status").first).to_contain_text("You have this conversation now")
    desk.wait_for_load_state("load")
    expect(chat(customer).get_by_text(re.compile("Li Na"))).to_be_visible()
    desk.get_by_label("Your reply").fill("Good morning, this is Li Na.")
    desk.keyboard.press("Control+Enter")
    expect(chat(customer).locator(".message").get_by_text("Good morning, this is Li Na.")).to_be_visible()
    say(customer, "What does a check cost?")
    expect(desk.locator(".line.customer").last).to_contain_text("What does a check cost?")
    expect(desk.locator(".line.bot").last).not_to_contain_text("price depends")  # the assistant is silent
    desk.get_by_label("Internal note").fill("Wants a price.")
    desk.get_by_role("button", name="Keep the note").click()
    expect(desk.locator(".line.note")).to_contain_text("Wants a price.")
    desk.locator("summary", has_text="Close").click()
    desk.get_by_role("button", name="Close", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("Closed")
    say(customer, "What does a check cost?")
    expect(last_answer(customer)).to_contain_text("price depends")
    customer.close()


def test_a_document_is_rejected_and_a_quotation_entered(desk: Page, site: Site) -> None:
    applicant = Applicant(site)
    reference = applicant.apply()
    applicant.send()
    desk.get_by_role("link", name="Cases").click()
    desk.get_by_role("link", name=re.compile(reference)).click()
    desk.get_by_role("link", name="photo.pdf").click()
    desk.locator("summary", has_text="Reject").click()
    desk.locator("[name=ready]").select_option(index=1)
    desk.get_by_role("button", name="Reject").click()
    expect(desk.get_by_role("status").first).to_contain_text("the customer was told why")
    assert "cannot be read" in applicant.told()[-1]
    desk.get_by_role("button", name="Quotation", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("Moved")
    desk.locator("summary", has_text="Enter the quotation").click()
    desk.get_by_label("Amount").fill("12,000")
    desk.get_by_label("Valid until").fill("2099-12-31")
    desk.get_by_role("button", name="Enter the quotation").click()
    expect(desk.get_by_role("status").first).to_contain_text("quotation is entered")
    assert "CNY 12,000" in applicant.told()[-1]
    applicant.close()


def test_what_nobody_could_answer_is_answered_once_and_for_all(
    browser: Browser, desk: Page, site: Site
) -> None:
    customer = browser.new_page()
    open_chat(customer, site.url)
    say(customer, GAP)
    expect(last_answer(customer)).to_contain_text("would rather not guess")
    desk.get_by_role("link", name="Knowledge").click()
    answer = desk.get_by_role("link", name="Answer", exact=True)
    while not answer.count():  # a job groups the question within a second or two
        desk.wait_for_timeout(300)
        desk.reload()
    answer.first.click()
    desk.locator("[name=question_en]").fill(GAP)
    desk.locator("[name=answer_en]").fill("Dogs are welcome on a lead.")
    desk.locator("[name=question_zh]").fill("可以带狗去你们办公室吗？")
    desk.locator("[name=answer_zh]").fill("可以带狗，请用牵引绳。")
    desk.locator("[name=source]").fill("Li Na, field office")
    desk.get_by_role("button", name="Preview").click()
    expect(desk.locator("#preview")).to_contain_text("This entry")
    assert "dog" not in (site.content / "desk" / "faq.en.yaml").read_text(encoding="utf-8")
    desk.get_by_role("button", name=re.compile("^Publish")).click()
    expect(desk.get_by_role("status").first).to_contain_text("Published")
    assert "welcome on a lead" in (site.content / "desk" / "faq.en.yaml").read_text(encoding="utf-8")
    assert "牵引绳" in (site.content / "desk" / "faq.zh.yaml").read_text(encoding="utf-8")
    desk.goto(f"{site.url}/desk/knowledge/entries")
    while desk.get_by_text("still learning").count():
        desk.wait_for_timeout(500)
        desk.reload()
    say(customer, GAP)
    expect(last_answer(customer)).to_contain_text("welcome on a lead", timeout=LEARNED)
    customer.close()


def test_the_day_is_seen_in_the_numbers_and_in_the_audit_log(desk: Page, site: Site) -> None:
    desk.get_by_role("link", name="Numbers").click()
    expect(desk.get_by_role("heading", name="Numbers")).to_be_visible()
    assert not desk.get_by_role("link", name="Staff").count()  # a supervisor has no such page
    assert httpx.get(f"{site.url}/desk/staff").status_code in {303, 404}
