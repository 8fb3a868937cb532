"""The pages behind links in the chat: over HTTP against the whole service, and in a real browser without scripts."""

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from playwright.sync_api import Browser, FilePayload, Page, expect

from adapters.limits import Limits
from adapters.web.access import Parts
from adapters.wechat.links import Links
from adapters.wechat.texts.pages import page_texts
from bot.app import create_app
from bot.errors import StorageFull, Unavailable
from bot.files import LARGEST_FILE, Files, StoredFile
from bot.messages import Author, AuthorKind, Citation, Inbound, Outcome, Reply, new_id
from bot.outbound import Outbound
from bot.privacy import Privacy
from bot.settings import Settings
from bot.texts import texts as phrases
from conftest import serving
from databases import migrated_sqlite
from knowledge.search import Search

PDF = b"%PDF-1.7\n" + b"x" * 1000
VALUES = {
    "company": "示例科技",
    "main_business": "IT运维",
    "services_in_scope": "服务台",
    "people_covered": "约80人",
    "sites": "2",
    "contact_name": "李伟",
    "contact": "li@example.com",
}
SECRET = "s3cret"
BOT = Author(AuthorKind.BOT, "助手")
HOSTILE = "<script>document.title='owned'</script>\n<img src=x onerror=alert(1)> \u202eevil\n" + "A" * 4000


@dataclass
class Site:
    app: FastAPI
    links: Links

    @property
    def parts(self) -> Parts:
        found: Parts = self.app.state.parts
        return found

    def conversation(self) -> str:
        greeting = Reply(new_id("msg"), None, "您好", "zh", Outcome.SMALLTALK, BOT)
        with self.parts.store.write() as tx:
            return tx.conversations.open("wechat", "zh", "", greeting)[0]

    def with_case(self) -> str:
        conversation = self.conversation()
        inbound = Inbound("wechat", conversation, "apply", "")
        done(self.parts.service.apply(inbound, VALUES, "iso-20000", "zh"))
        return conversation

    def answered(self, conversation: str, question: str, reply: Reply) -> str:
        """The path of the page with this answer."""
        inbound = Inbound("wechat", conversation, new_id(""), question)
        with self.parts.store.write() as tx:
            tx.conversations.add(inbound, reply.in_reply_to or "", reply)
        return self.links.answer(conversation, reply.id)

    def documents(self, conversation: str) -> list[tuple[str, str | None]]:
        with self.parts.store.read() as tx:
            return [(each.name, each.item) for each in tx.documents.of_conversation(conversation)]

    def said(self, conversation: str) -> list[str]:
        with self.parts.store.read() as tx:
            return [message.text for message in tx.conversations.messages(conversation)]


def done(work: Coroutine[Any, Any, Reply]) -> Reply:
    """In a thread of its own, since Playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def an_answer(text: str, citations: list[Citation] | None = None, author: Author = BOT) -> Reply:
    by_bot = author is BOT
    return Reply(new_id("msg"), new_id("msg"), text, "zh", Outcome.ANSWERED, author, citations or [],
                 ai_generated=by_bot)  # fmt: skip


@pytest.fixture(scope="module")
def site(shipped_data: Path, shipped_search: Search, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("pages")
    settings = Settings(
        data_dir=shipped_data,
        database_url=migrated_sqlite(folder),
        files_url=str(folder / "files"),
        rate_limits="off",
        wechat_app_id="wx1",
        wechat_app_secret=SECRET,
        wechat_token="token",
        wechat_aes_key="plain",
    )
    return Site(create_app(settings, jobs=False, search=shipped_search), Links("", SECRET))


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(site.app, headers={"Accept-Language": ""}) as client:
        yield client


def send(
    client: TestClient, path: str, content: bytes, name: str = "营业执照.pdf", **fields: str
) -> Response:
    lang = fields.pop("lang", "zh")
    return client.post(f"{path}?lang={lang}", files={"file": (name, content)}, data=fields)


class TestAnAnswer:
    def test_it_stands_whole_with_its_question_and_sources(self, site: Site, client: TestClient) -> None:
        citation = Citation(
            1, "guide", "认证指南", "费用", "费用取决于人数。", "/sources/iso-20000/guide?lang=zh#fee"
        )
        path = site.answered(
            site.conversation(), "多少钱？", an_answer("看人数[1]。\n再看范围。", [citation])
        )
        page = client.get(path)
        assert page.status_code == 200
        for part in ("多少钱？", "看人数[1]。\n再看范围。", "认证指南", "费用取决于人数。", "AI生成"):
            assert part in page.text
        assert 'href="/sources/iso-20000/guide?lang=zh#fee"' in page.text

    def test_what_the_assistant_really_says_leads_to_its_sources(
        self, site: Site, client: TestClient
    ) -> None:
        conversation = site.conversation()
        inbound = Inbound("wechat", conversation, "q", "证书有效期多久？")
        reply = done(site.parts.service.receive(inbound))
        page = client.get(site.links.answer(conversation, reply.id))
        assert "证书有效期多久？" in page.text
        assert "3年" in page.text
        [source, *_] = re.findall(r'href="(/sources/[^"#]+)', page.text)
        assert client.get(source).status_code == 200

    def test_what_staff_wrote_is_not_labelled_as_generated(self, site: Site, client: TestClient) -> None:
        path = site.answered(
            site.conversation(), "在吗", an_answer("在的", author=Author(AuthorKind.PERSON, "王芳"))
        )
        page = client.get(path).text
        assert "王芳的回复" in page
        assert "AI生成" not in page

    def test_it_points_to_no_paper_clip(self, site: Site, client: TestClient) -> None:
        path = site.answered(site.conversation(), "怎么传", an_answer(phrases("zh").case.upload))
        page = client.get(path).text
        assert phrases("zh").case.upload not in page
        assert page_texts("zh").answer.upload in page

    def test_hostile_text_stays_text(self, site: Site, client: TestClient) -> None:
        page = client.get(site.answered(site.conversation(), HOSTILE, an_answer(HOSTILE))).text
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page

    def test_it_is_kept_by_nobody_and_runs_nothing(self, site: Site, client: TestClient) -> None:
        headers = client.get(site.answered(site.conversation(), "你好", an_answer("您好"))).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"] == "noindex"
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert "script-src" not in policy


class TestALinkThatDoesNotHold:
    @pytest.mark.parametrize("kind", ["answers", "uploads"])
    @pytest.mark.parametrize("token", ["x", "%00", "%F0%9F", "a.b.c", "A" * 5000])
    def test_a_wrong_one_is_told_kindly(self, client: TestClient, kind: str, token: str) -> None:
        page = client.get(f"/wechat/{kind}/{token}")
        assert page.status_code == 404
        assert page.headers["content-type"].startswith("text/html")
        assert page_texts("zh").gone.text in page.text
        assert page_texts("en").gone.text in client.get(f"/wechat/{kind}/{token}?lang=en").text

    def test_one_that_is_too_old_is_told_kindly(
        self, site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        conversation = site.conversation()
        answer = site.answered(conversation, "你好", an_answer("您好"))
        upload = site.links.upload(conversation)
        assert (client.get(answer).status_code, client.get(upload).status_code) == (200, 200)
        monkeypatch.setattr("adapters.wechat.links._DAYS", {"answers": -1, "uploads": -1})
        assert (client.get(answer).status_code, client.get(upload).status_code) == (404, 404)
        assert send(client, upload, PDF).status_code == 404
        assert site.documents(conversation) == []

    def test_one_of_another_secret_opens_nothing(self, site: Site, client: TestClient) -> None:
        conversation = site.conversation()
        foreign = Links("", "another").upload(conversation)
        assert client.get(foreign).status_code == 404
        assert send(client, foreign, PDF).status_code == 404
        assert site.documents(conversation) == []

    def test_one_for_an_answer_takes_no_documents(self, site: Site, client: TestClient) -> None:
        conversation = site.conversation()
        path = site.answered(conversation, "你好", an_answer("您好")).replace("answers", "uploads")
        assert client.get(path).status_code == 404
        assert send(client, path, PDF).status_code == 404

    def test_another_conversations_answer_is_not_shown(self, site: Site, client: TestClient) -> None:
        reply = an_answer("只给甲看")
        site.answered(site.conversation(), "甲问", reply)
        page = client.get(site.links.answer(site.conversation(), reply.id))
        assert page.status_code == 404
        assert "只给甲看" not in page.text

    def test_a_customers_own_message_is_no_answer(self, site: Site, client: TestClient) -> None:
        conversation = site.conversation()
        reply = an_answer("您好")
        site.answered(conversation, "你好", reply)
        assert client.get(site.links.answer(conversation, reply.in_reply_to or "")).status_code == 404

    def test_one_of_an_erased_customer_is_told_kindly(self, site: Site, client: TestClient) -> None:
        conversation = site.conversation()
        answer = site.answered(conversation, "你好", an_answer("您好"))
        upload = site.links.upload(conversation)
        Privacy(site.parts.store, [], Outbound(site.parts.store, {}, "en")).erase(conversation, "wechat")
        for page in (client.get(answer), client.get(upload), send(client, upload, PDF)):
            assert page.status_code == 404
            assert page_texts("zh").gone.text in page.text


class TestSendingADocument:
    def test_without_an_application_it_is_kept_and_said_so(self, site: Site, client: TestClient) -> None:
        conversation = site.conversation()
        path = site.links.upload(conversation)
        form = client.get(path).text
        assert "<select" not in form
        assert "20MB" in form
        assert 'accept="application/pdf,' in form
        page = send(client, path, PDF)
        assert page.status_code == 200
        assert phrases("zh").case.received.format(name="营业执照.pdf") in page.text
        assert site.documents(conversation) == [("营业执照.pdf", None)]
        assert "📎 营业执照.pdf" in site.said(conversation)

    def test_the_customer_says_which_document_it_is(self, site: Site, client: TestClient) -> None:
        conversation = site.with_case()
        path = site.links.upload(conversation)
        choices = re.findall(r'<option value="([^"]*)">([^<]+)', client.get(path).text)
        assert choices[0] == ("", page_texts("zh").upload.not_sure)
        assert len(choices) == 9
        item, name = choices[3]
        page = send(client, path, PDF, "a.pdf", document=item).text
        assert phrases("zh").case.filed.format(item=name) in page
        assert site.documents(conversation) == [("a.pdf", item)]
        left = re.findall(r'<option value="([^"]*)">', page)
        assert len(left) == 8
        assert item not in left

    def test_who_is_not_sure_is_told_where_to_say_it(self, site: Site, client: TestClient) -> None:
        conversation = site.with_case()
        page = send(client, site.links.upload(conversation), PDF, "a.pdf", document="").text
        assert phrases("zh").case.which in page
        assert page_texts("zh").upload.which.partition("{")[0] in page
        assert site.documents(conversation) == [("a.pdf", None)]

    def test_a_list_that_is_complete_is_said_to_be(self, site: Site, client: TestClient) -> None:
        path = site.links.upload(site.with_case())
        items = re.findall(r'<option value="([^"]+)">', client.get(path).text)
        for number, item in enumerate(items):
            page = send(client, path, PDF + b"%d" % number, document=item)
        assert page_texts("zh").upload.nothing_missing in page.text
        assert "<select" not in page.text

    def test_the_same_file_again_changes_nothing(self, site: Site, client: TestClient) -> None:
        conversation = site.conversation()
        path = site.links.upload(conversation)
        first, again = send(client, path, PDF), send(client, path, PDF, "b.pdf")
        assert first.text == again.text
        assert len(site.documents(conversation)) == 1
        assert len(site.said(conversation)) == 3

    def test_a_reload_sends_nothing_again(self, site: Site, client: TestClient) -> None:
        path = site.links.upload(site.conversation())
        sent = client.post(f"{path}?lang=en", files={"file": ("a.pdf", PDF)}, follow_redirects=False)
        assert sent.status_code == 303
        shown = client.get(f"{path}{sent.headers['location']}")
        assert shown.status_code == 200
        assert 'lang="en"' in shown.text
        assert "a.pdf" in shown.text

    @pytest.mark.parametrize("done", ["%00", "0" * 64, "<script>"])
    def test_a_wrong_done_shows_the_plain_form(self, site: Site, client: TestClient, done: str) -> None:
        page = client.get(site.links.upload(site.conversation()), params={"done": done})
        assert page.status_code == 200
        assert page_texts("zh").upload.lead in page.text

    def test_while_a_person_has_the_conversation_it_is_just_received(
        self, site: Site, client: TestClient
    ) -> None:
        conversation = site.conversation()
        with site.parts.store.write() as tx:
            tx.conversations.change(conversation, owner="wang")
        page = send(client, site.links.upload(conversation), PDF)
        assert page_texts("zh").upload.received in page.text
        assert page_texts("zh").ai_generated not in page.text
        assert len(site.documents(conversation)) == 1


class _Broken(Files):
    """Files that cannot be kept."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def save(self, chunks: AsyncIterator[bytes], name: str) -> StoredFile:
        raise self._error


@pytest.mark.parametrize("lang", ["zh", "en"])
class TestWhatGoesWrong:
    def is_told(self, page: Response, lang: str, code: str, status: int) -> None:
        words = page_texts(lang).problem.by_code[code].split("{")[0]
        assert page.status_code == status, page.text
        assert words in page.text
        assert 'role="alert"' in page.text
        assert 'type="file"' in page.text
        assert page.headers["content-language"] == page_texts(lang).html_lang

    @pytest.mark.parametrize(
        ("content", "code", "status"),
        [
            (b"", "empty_file", 400),
            (b"MZ\x90\x00 a programme", "unsupported_file", 415),
            (b"%PDF-1.7" + b"x" * LARGEST_FILE, "file_too_large", 413),
        ],
        ids=["empty", "program", "large"],
    )
    def test_a_file_that_cannot_be_taken(
        self, site: Site, client: TestClient, lang: str, content: bytes, code: str, status: int
    ) -> None:
        conversation = site.conversation()
        page = send(client, site.links.upload(conversation), content, lang=lang)
        self.is_told(page, lang, code, status)
        assert site.documents(conversation) == []

    def test_no_file_was_chosen(self, site: Site, client: TestClient, lang: str) -> None:
        chosen = (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n"
        )
        page = self.posted(site, client, lang, chosen)
        self.is_told(page, lang, "empty_file", 400)

    def test_an_upload_that_is_cut_off(self, site: Site, client: TestClient, lang: str) -> None:
        cut = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF
        page = self.posted(site, client, lang, cut)
        self.is_told(page, lang, "invalid_message", 400)

    def posted(self, site: Site, client: TestClient, lang: str, body: bytes) -> Response:
        path = site.links.upload(site.conversation())
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        return client.post(f"{path}?lang={lang}", content=body, headers=headers)

    @pytest.mark.parametrize("error", [StorageFull("full"), Unavailable("away", 60)], ids=["full", "away"])
    def test_files_that_cannot_be_kept(
        self,
        site: Site,
        client: TestClient,
        monkeypatch: pytest.MonkeyPatch,
        lang: str,
        error: StorageFull | Unavailable,
    ) -> None:
        monkeypatch.setitem(site.app.state._state, "parts", replace(site.parts, files=_Broken(error)))
        page = send(client, site.links.upload(site.conversation()), PDF, lang=lang)
        self.is_told(page, lang, error.code, error.status)
        assert ("retry-after" in page.headers) is isinstance(error, Unavailable)

    def test_too_many_at_once(
        self, site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch, lang: str
    ) -> None:
        limits = Limits(Settings(rate_per_conversation="1/minute"))
        monkeypatch.setitem(site.app.state._state, "parts", replace(site.parts, limits=limits))
        path = site.links.upload(site.conversation())
        assert send(client, path, PDF, lang=lang).status_code == 200
        page = send(client, path, PDF + b"2", lang=lang)
        self.is_told(page, lang, "too_many_requests", 429)
        assert page.headers["retry-after"] in page.text

    def test_a_database_that_is_away(
        self, site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch, lang: str
    ) -> None:
        def away() -> None:
            raise Unavailable("away")

        conversation = site.conversation()
        paths = (site.answered(conversation, "你好", an_answer("您好")), site.links.upload(conversation))
        monkeypatch.setattr(site.parts.store, "read", away)
        for page in (
            *(client.get(f"{path}?lang={lang}") for path in paths),
            send(client, paths[1], PDF, lang=lang),
        ):
            assert page.status_code == 503
            assert page_texts(lang).problem.by_code["unavailable"] in page.text


@pytest.mark.parametrize(
    ("header", "lang"),
    [("", "zh-CN"), ("de", "zh-CN"), ("en-GB,zh;q=0.5", "en"), ("zh-CN,en;q=0.9", "zh-CN")],
)
def test_the_language_is_the_browsers_and_else_chinese(
    site: Site, client: TestClient, header: str, lang: str
) -> None:
    page = client.get(site.links.upload(site.conversation()), headers={"Accept-Language": header})
    assert page.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in page.text


def test_both_languages_explain_the_same_errors() -> None:
    assert page_texts("zh").problem.by_code.keys() == page_texts("en").problem.by_code.keys()


class _Served(serving):
    def __init__(self, app: FastAPI) -> None:
        self._app = lambda: app


@pytest.fixture(scope="module")
def url(site: Site) -> Iterator[str]:
    with _Served(site.app) as url:
        yield url


@pytest.fixture(params=[390, 1280])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone's or a desktop's page without scripts; what the policy forbids, or another host, fails the test."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 844}, locale="zh-CN", java_script_enabled=False
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
    page.on("request", lambda r: None if "://127.0.0.1:" in r.url else complaints.append(r.url))
    yield page
    context.close()
    assert not complaints


def a_file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def fits(page: Page) -> None:
    """Nothing reaches beyond the side of the screen."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size
    assert width <= page.viewport_size["width"]


def test_hostile_text_neither_runs_nor_overflows(site: Site, url: str, page: Page) -> None:
    citation = Citation(1, "d", HOSTILE, "A" * 300, HOSTILE, "/sources/iso-20000/faq?lang=zh")
    page.goto(url + site.answered(site.conversation(), HOSTILE, an_answer(HOSTILE, [citation])))
    fits(page)
    expect(page).to_have_title(page_texts("zh").answer.title)
    assert page.locator("script, img").count() == 0
    turned = page.locator(".said, blockquote").evaluate_all(
        "all => all.map(e => getComputedStyle(e).unicodeBidi)"
    )
    assert set(turned) == {"isolate"}  # what overrides the direction of text ends with that text


def test_an_answer_leads_to_its_source(site: Site, url: str, page: Page) -> None:
    conversation = site.conversation()
    inbound = Inbound("wechat", conversation, "q", "申请认证需要哪些材料？")
    reply = done(site.parts.service.receive(inbound))
    page.goto(url + site.links.answer(conversation, reply.id))
    fits(page)
    page.get_by_role("link", name=page_texts("zh").answer.open_page).first.click()
    expect(page).to_have_url(re.compile(r"/sources/iso-20000/"))


def test_documents_are_sent_one_after_the_other(site: Site, url: str, page: Page) -> None:
    words = page_texts("zh").upload
    conversation = site.with_case()
    page.goto(url + site.links.upload(conversation))
    fits(page)
    expect(page.get_by_label(words.file)).to_have_accessible_description(re.compile("20MB"))
    for number in (1, 2):
        page.get_by_label(words.file).set_input_files(a_file(f"{number}.pdf", PDF + b"%d" % number))
        page.get_by_label(words.document).select_option(index=1)
        page.get_by_role("button", name=words.send).click()
        expect(page.get_by_role("status")).to_contain_text(f"{number}.pdf")
    expect(page.get_by_role("status")).to_be_focused()
    fits(page)
    page.reload()
    assert len(site.documents(conversation)) == 2


def test_a_file_that_is_too_large_is_told_where_it_was_sent(
    site: Site, url: str, page: Page, tmp_path: Path
) -> None:
    words = page_texts("zh").upload
    page.goto(url + site.links.upload(site.with_case()))
    large = tmp_path / "a.pdf"
    large.write_bytes(PDF + b"x" * (LARGEST_FILE + 5_000_000))
    page.get_by_label(words.file).set_input_files(large)
    page.get_by_role("button", name=words.send).click()
    expect(page.get_by_role("alert")).to_contain_text("20MB")
    expect(page.get_by_role("alert")).to_be_focused()
    fits(page)


def test_a_link_that_does_not_hold_is_a_readable_page(url: str, page: Page) -> None:
    page.goto(f"{url}/wechat/answers/old")
    expect(page.get_by_role("heading")).to_have_text(page_texts("zh").gone.title)
    fits(page)
