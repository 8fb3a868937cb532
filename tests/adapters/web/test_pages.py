import gzip
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient

from adapters.web import pages
from bot.cases import PRIVACY_NOTICE
from bot.disclosure import Disclosure
from bot.errors import EmptyFile, FileTooLarge, StorageFull, Unavailable, UnsupportedFile
from bot.files import LARGEST_FILE
from bot.texts import texts as phrases

CONTENT = Path(__file__).parents[3] / "knowledge" / "content"
NAMES = re.compile(
    r"ISO/IEC \d+(?:-\d+)?(?::\d{4})?|ISO 9001:\d{4}|[Pp]art \d|[Ss]tage \d|第\d部分|\d{4} edition|\d{4}版"
)


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.include_router(pages.router)
    app.state.disclosure = Disclosure()
    return TestClient(app)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr, en;q=0.3, zh;q=0.7", "zh"),
        ("de", "en"),
        ("", "en"),
        ("zh;q=broken, en;q=0.1", "en"),
    ],
)
def test_accept_language_decides_without_a_choice(header: str, language: str) -> None:
    assert pages.preferred_language(header) == language


def test_the_chosen_language_wins_over_the_header(client: TestClient) -> None:
    answer = client.get("/?lang=zh", headers={"Accept-Language": "en"})
    assert answer.headers["content-language"] == "zh-CN"
    assert pages.texts("zh")["page"]["hero"]["title"] in answer.text
    unknown = client.get("/?lang=xx", headers={"Accept-Language": "en"})
    assert pages.texts("en")["page"]["hero"]["title"] in unknown.text


def test_both_languages_have_the_same_texts() -> None:
    assert _shape(pages.texts("en")) == _shape(pages.texts("zh"))


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_every_text_is_a_text(language: str) -> None:
    assert all(isinstance(text, str) and text for text in _leaves(pages.texts(language)))


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_figures_on_the_page_are_those_of_the_content(language: str) -> None:
    known: set[str] = set()
    for file in CONTENT.glob("*/service.yaml"):
        for figure in yaml.safe_load(file.read_text(encoding="utf-8"))["figures"]:
            known |= {str(int(part)) for part in str(figure["value"]).split("-")}
    for text in _leaves(pages.texts(language)["page"]):
        for number in re.findall(r"\d+", NAMES.sub("", text).replace(",", "")):
            assert number in known, text


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_the_frame_has_the_words_of_the_assistant_from_the_assistant(
    client: TestClient, language: str
) -> None:
    html = client.get(f"/widget/frame?lang={language}").text
    chat = json.loads(re.findall(r'<script type="application/json" id="texts">(.*)</script>', html)[0])
    said = phrases(language)
    assert chat["statuses"] == said.case.statuses
    assert chat["events"]["takeover"] == said.handoff.joined
    assert chat["largest_file"] == LARGEST_FILE
    accepted = re.findall(r'accept="([^"]*)"', html)[0].split(",")
    assert {"application/pdf", ".pdf", ".docx", ".jpg", "image/png"} <= set(accepted)


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_the_privacy_notice_shows_its_edition_and_is_linked(client: TestClient, language: str) -> None:
    notice = client.get(f"/privacy?lang={language}")
    words = pages.texts(language)["privacy"]
    assert words["edition"].format(edition=PRIVACY_NOTICE) in notice.text
    assert notice.headers["content-language"] == pages.texts(language)["html_lang"]
    assert all(part["title"] in notice.text for part in words["parts"] if {"text", "list"} & part.keys())
    for path in ("/", "/widget/frame"):
        assert f'href="/privacy?lang={language}"' in client.get(f"{path}?lang={language}").text


def privacy_text(language: str, disclosed: Disclosure) -> str:
    parts = pages.privacy_parts(language, disclosed)
    return "\n".join(text for part in parts for text in [part.get("text", ""), *part.get("list", ())])


def test_without_a_model_the_notice_says_that_nothing_is_sent(server_url: str) -> None:
    for language, nothing in {"en": "sends nothing to third parties", "zh": "不会把信息发送给第三方"}.items():
        shown = httpx.get(f"{server_url}/privacy?lang={language}").text
        assert nothing in shown
        assert not re.search("language model|语言模型", shown)


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_with_a_model_the_notice_says_where_it_runs(client: TestClient, language: str) -> None:
    own = {"en": "on our own systems", "zh": "我们自有系统上"}[language]
    nothing = {"en": "none of this goes to third parties", "zh": "不会发送给第三方"}[language]
    hosts = ("api.deepseek.com", "llm.<b>.example")
    for disclosed in (Disclosure(own=True), Disclosure(hosts=hosts), Disclosure(own=True, hosts=hosts)):
        client.app.state.disclosure = disclosed  # type: ignore[attr-defined]
        shown = unescape(page := client.get(f"/privacy?lang={language}").text)
        assert disclosed.edition in shown
        assert (own in shown) == disclosed.own
        assert (nothing in shown) == (not disclosed.hosts)
        assert all((host in shown) == bool(disclosed.hosts) for host in hosts)
        assert "sends nothing" not in shown
        assert "助手不会把信息发送" not in shown
        assert "<b>" not in page
        assert not re.search(r"[{}]", shown)


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_with_a_model_the_notice_says_what_is_replaced(language: str) -> None:
    masked = privacy_text(language, Disclosure(own=True))
    unmasked = privacy_text(language, Disclosure(own=True, masked=False))
    replaced = {"en": "are replaced where we recognize them", "zh": "会先替换成代号"}[language]
    as_they_are = {"en": "passed on as they are", "zh": "原样提供"}[language]
    assert (replaced in masked, as_they_are in masked) == (True, False)
    assert (replaced in unmasked, as_they_are in unmasked) == (False, True)


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_problems_of_documents_have_texts_of_their_own(language: str) -> None:
    codes = {error.code for error in (EmptyFile, FileTooLarge, UnsupportedFile, StorageFull, Unavailable)}
    assert codes <= set(pages.texts(language)["frame"]["problems"])
    assert "{notice}" in pages.texts(language)["frame"]["form"]["consent"]


def test_only_the_frame_may_be_embedded_elsewhere(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    frame = client.get("/widget/frame").headers
    assert "frame-ancestors *" in frame["content-security-policy"]
    assert frame["x-content-type-options"] == "nosniff"
    assert "referrer-policy" in frame


@pytest.mark.parametrize("path", ["/", "/widget/frame", "/privacy"])
def test_nothing_is_inline_or_from_another_host(client: TestClient, path: str) -> None:
    html = client.get(path).text
    assert not re.search(r"<style|\son\w+=|\sstyle=", html)
    assert all('src="' in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_files_are_revalidated(client: TestClient) -> None:
    first = client.get("/static/frame.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/static/frame.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert client.get("/static/missing.js").status_code == 404
    assert client.get("/static/..%2fpages.py").status_code == 404


def test_loader_carries_its_labels_and_is_revalidated(client: TestClient) -> None:
    first = client.get("/widget.js")
    assert pages.texts("zh")["loader"]["open"].encode("unicode_escape").decode() in first.text
    again = client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_loader_is_at_most_12_kb_gzipped(client: TestClient) -> None:
    assert len(gzip.compress(client.get("/widget.js").content)) <= 12_000


def test_scripts_write_text_only_and_name_their_target_origin() -> None:
    for file in (Path(pages.__file__).parent / "static").glob("*.js"):
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", source), (
            file.name
        )
        assert not re.search(r"""postMessage\([^;]*["']\*["']""", source), file.name


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    return [_shape(item) for item in value] if isinstance(value, list) else type(value)


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() if key != "optional" for leaf in _leaves(item)]
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]
