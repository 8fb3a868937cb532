import pytest
from itsdangerous import TimestampSigner

from adapters.wechat.links import Links
from bot.errors import NotFound

SITE = "https://certdesk.example"


def token(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_link_leads_to_what_it_was_made_for() -> None:
    links = Links(SITE, "secret")
    assert links.answer("cnv_1", "msg_2").startswith(f"{SITE}/wechat/answers/")
    assert links.answered(token(links.answer("cnv_1", "msg_2"))) == ("cnv_1", "msg_2")
    assert links.uploading(token(links.upload("cnv_1"))) == "cnv_1"


@pytest.mark.parametrize("wrong", ["", "x", "a.b.c", "é", "\ud800", "." * 5000])
def test_one_that_was_not_made_here_leads_nowhere(wrong: str) -> None:
    with pytest.raises(NotFound, match="ask for a new one"):
        Links(SITE, "secret").answered(wrong)


def test_one_of_another_secret_or_for_another_page_leads_nowhere() -> None:
    links = Links(SITE, "secret")
    for wrong in (token(Links(SITE, "other").upload("cnv_1")), token(links.answer("cnv_1", "msg_1"))):
        with pytest.raises(NotFound):
            links.uploading(wrong)


def test_an_old_one_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    links = Links(SITE, "secret")
    made = token(links.upload("cnv_1"))
    now = TimestampSigner("x").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now + 8 * 24 * 3600)
    with pytest.raises(NotFound):
        links.uploading(made)
