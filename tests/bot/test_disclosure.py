from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answerer
from bot.cases import PRIVACY_NOTICE
from bot.dialogue import Dialogue
from bot.disclosure import Disclosure, disclosure
from bot.errors import SettingsError
from bot.messages import Inbound
from bot.office import open_office
from bot.settings import Settings
from databases import migrated_sqlite
from knowledge.search import Search
from offices import SERVICES, a_conversation

DEEPSEEK = "https://api.deepseek.com"
OWN = "http://127.0.0.1:11434/v1"
VALUES = {
    "company": "Star Hosting Ltd",
    "main_business": "Hosting",
    "services_in_scope": "Hosting and service desk",
    "people_covered": "80",
    "sites": "2",
    "contact_name": "Ann Lee",
    "contact": "ann@example.com",
}


def disclosed(url: str = DEEPSEEK, **settings: Any) -> Disclosure:
    return disclosure(Settings(llm_model="m", llm_base_url=url, **settings))


def test_without_a_model_nothing_is_disclosed_wherever_it_would_be() -> None:
    assert disclosure(Settings(llm_base_url=DEEPSEEK, llm_mask="off")) == Disclosure()
    assert Disclosure().edition == PRIVACY_NOTICE


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost.",
        "LOCALHOST:8080",
        "gpu-host:8000",
        "models.internal",
        "box.local",
        "127.0.0.1",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.5:8000",
        "[::1]:8000",
        "[fd00::1]",
        "[fe80::1%25eth0]",
        "[::ffff:10.0.0.1]",
    ],
)
def test_a_model_of_ones_own_network_is_ones_own(host: str) -> None:
    assert disclosed(f"http://{host}/v1") == Disclosure(own=True)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://API.deepseek.com/v1", "api.deepseek.com"),
        ("https://user:secret@llm.example:8443/v1?x=y", "llm.example"),
        ("https://localhost.example/v1", "localhost.example"),
        ("https://internal.example./v1", "internal.example"),
        ("http://8.8.8.8/v1", "8.8.8.8"),
        ("http://134744072/v1", "134744072"),  # the same address
        ("http://[2001:4860:4860::8888]/v1", "2001:4860:4860::8888"),
        ("http://[::ffff:8.8.8.8]/v1", "::ffff:8.8.8.8"),
        ("http://172.32.0.1/v1", "172.32.0.1"),
    ],
)
def test_any_other_host_is_named_and_nothing_else_of_its_address(url: str, host: str) -> None:
    assert disclosed(url) == Disclosure(hosts=(host,))


def test_a_fallback_is_disclosed_where_it_runs_elsewhere() -> None:
    second = {"llm_fallback_base_url": "https://llm.example/v1"}
    assert disclosed(**second) == Disclosure(hosts=("api.deepseek.com",))  # no model there
    second["llm_fallback_model"] = "n"
    assert disclosed(**second) == Disclosure(hosts=("api.deepseek.com", "llm.example"))
    assert disclosed(OWN, **second) == Disclosure(own=True, hosts=("llm.example",))
    assert disclosed(llm_fallback_model="n") == Disclosure(hosts=("api.deepseek.com",))
    assert disclosed(llm_fallback_model="n", llm_fallback_base_url=f"{DEEPSEEK}/beta").hosts == (
        "api.deepseek.com",
    )


def test_each_text_of_the_notice_is_an_edition_of_its_own_that_can_be_stored() -> None:
    second = {"llm_fallback_model": "n", "llm_fallback_base_url": OWN}
    editions = [
        Disclosure().edition,
        disclosed(OWN).edition,
        disclosed(OWN, llm_mask="off").edition,
        disclosed().edition,
        disclosed(llm_mask="off").edition,
        disclosed(**second).edition,
        disclosed("https://llm.example").edition,
        *(disclosed("https://" + "x" * 60 + end).edition for end in (".example", ".test")),
    ]
    assert len(set(editions)) == len(editions)
    assert all(edition.startswith(PRIVACY_NOTICE) and len(edition) <= 40 for edition in editions)
    assert disclosed().edition == f"{PRIVACY_NOTICE}+api.deepseek.com"


def test_a_model_without_an_address_stops_the_start_with_the_variable_to_mend() -> None:
    with pytest.raises(SettingsError, match="CERTDESK_LLM_BASE_URL"):
        disclosed("")


@pytest.mark.parametrize("model", ["", "deepseek-chat"])
def test_a_case_is_stored_with_the_edition_that_was_shown(
    model: str, shipped_search: Search, tmp_path: Path
) -> None:
    settings = Settings(database_url=migrated_sqlite(tmp_path), llm_model=model, llm_base_url=DEEPSEEK)
    office = open_office(settings, SERVICES)
    dialogue = Dialogue(Answerer(shipped_search), SERVICES, office)
    id = a_conversation(office.store)
    filled, said = dialogue.filled(VALUES, "iso-20000", "en")
    with office.store.write() as tx:
        known = tx.conversations.recall(Inbound("web", id, "form", said), 10)
        assert known
        dialogue.submit(filled, "en", known)(tx, "msg_form")
        stored = tx.cases.latest(1)
    office.store.close()
    assert [case.consent_to for case in stored] == [office.disclosure.edition]
    assert office.disclosure.edition == PRIVACY_NOTICE + ("+api.deepseek.com" if model else "")
