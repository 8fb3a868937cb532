"""The page of numbers: who sees it, what may be asked for, and its tables as files."""

import csv
import io
import re
from datetime import datetime, timedelta

import numpy as np
import pytest

from adapters.desk.numbers import TABLES, duration
from adapters.desk.texts import texts
from bot.compose import Draft
from bot.gaps import Group
from bot.messages import Author, AuthorKind, Citation, HandoffReason, Inbound, Outcome, Reply, new_id
from bot.service import to_reply
from desks import DeskOf
from offices import a_conversation

HOSTILE = "<script>alert(1)</script>"


def ask(desk: DeskOf, outcome: Outcome = Outcome.ANSWERED, section: str = "Fees", locale: str = "en") -> str:
    """A new conversation with one question."""
    id = a_conversation(desk.store, locale)
    asked = new_id("msg")
    cited = (
        [Citation(1, "iso-20000/faq", "Questions", section, "", "")] if outcome is Outcome.ANSWERED else []
    )
    with desk.store.write() as tx:
        draft = Draft("Reply", locale, outcome, citations=cited)
        tx.conversations.add(Inbound("web", id, new_id("m"), "How much?"), asked, to_reply(draft, asked))
    return id


def handed_over(desk: DeskOf) -> None:
    """A conversation that is handed over, taken and answered."""
    id = ask(desk, Outcome.HANDED_OFF)
    with desk.store.write() as tx:
        found = tx.conversations.get(id)
        assert found
        desk.office.handoffs.request(tx, found, HandoffReason.COMPLAINT, [], None, "en")
        desk.office.handoffs.take(tx, id, desk.name)
        greeting = Reply(
            new_id("msg"), None, "Hi", "en", Outcome.ANSWERED, Author(AuthorKind.PERSON, desk.name)
        )
        tx.say(found, greeting)


def gap(desk: DeskOf, label: str) -> str:
    """An open group of one question."""
    id = ask(desk, Outcome.DECLINED)
    with desk.store.write() as tx:
        found = tx.gaps.add(id, new_id("msg"), label, "en", "no_knowledge")
        assert found
        question = Group(np.ones(4, np.float32), {"en": 1})
        group = tx.gaps.put(found, None, question)
        tx.gaps.describe(group, label, question)
    return group


def rows(desk: DeskOf, table: str, query: str = "") -> list[list[str]]:
    response = desk.client.get(f"/desk/numbers/{table}.csv{query}")
    assert response.status_code == 200
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_only_supervisors_see_numbers(desk: DeskOf) -> None:
    agent = desk.as_role("agent")
    assert agent.status("/desk/numbers") == 404
    assert agent.status("/desk/numbers/volume.csv") == 404
    assert desk.status("/desk/numbers") == 200


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_new_desk_says_that_there_is_nothing_yet(desk: DeskOf, language: str) -> None:
    desk.as_role("admin")  # one must remain, whatever is changed
    desk.language(language)
    page = desk.get("/desk/numbers")
    words = texts(language).numbers
    for each in (
        words.volume,
        words.outcomes,
        words.resolution,
        words.waiting,
        words.questions,
        words.gaps,
        words.funnel,
    ):
        assert each.nothing in page
    assert 'role="img"' not in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_happened_today_is_shown(desk: DeskOf, language: str) -> None:
    desk.as_role("admin")  # one must remain, whatever is changed
    desk.language(language)
    ask(desk)
    handed_over(desk)
    group = gap(desk, "Do you accept Bitcoin?")
    page = desk.get("/desk/numbers")
    words = texts(language).numbers
    assert page.count('role="img"') == 6  # three plots, each for a desktop and for a phone
    assert words.tiles.answered_of.format(n=3) in page
    assert words.resolution.young.format(n=3) in page
    assert words.waiting.share_of.format(n=1, of=1) in page
    assert "Fees" in page
    assert f'href="/desk/knowledge/gaps/{group}"' in page
    assert "Do you accept Bitcoin?" in page


def test_what_customers_write_is_shown_as_text(desk: DeskOf) -> None:
    gap(desk, HOSTILE)
    ask(desk, section=HOSTILE)
    page = desk.get("/desk/numbers")
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;") >= 2


def test_the_page_holds_to_its_own_policy(desk: DeskOf) -> None:
    ask(desk)
    assert not re.search(r'\sstyle=|<style|\son\w+="', desk.get("/desk/numbers"))


def test_filters_leave_what_fits_and_stay_in_the_links(desk: DeskOf) -> None:
    ask(desk, locale="zh")
    words = texts("en").numbers
    assert words.tiles.answered_of.format(n=1) in desk.get("/desk/numbers?language=zh&channel=web")
    assert words.volume.nothing in desk.get("/desk/numbers?language=en")
    page = desk.get("/desk/numbers?language=zh&channel=wechat")
    assert words.volume.nothing in page
    assert 'href="/desk/numbers?days=7&amp;channel=wechat&amp;language=zh"' in page
    assert re.search(r'volume\.csv\?from=[\d-]+&amp;to=[\d-]+&amp;channel=wechat&amp;language=zh"', page)


def test_what_no_filter_knows_is_left_out(desk: DeskOf) -> None:
    ask(desk)
    answered = texts("en").numbers.tiles.answered_of.format(n=1)
    assert answered in desk.get("/desk/numbers?days=9999&channel=%3Cb%3E&language=fr")


def test_days_are_chosen_and_days_to_come_left_out(desk: DeskOf) -> None:
    today = datetime.now(desk.part.zone).date()
    ask(desk)
    page = desk.get(f"/desk/numbers?from={today - timedelta(days=6)}&to={today + timedelta(days=40)}")
    assert f'name="to" value="{today}"' in page
    assert re.search(r'days=7" aria-current="page"', page)
    before = desk.get(f"/desk/numbers?from={today - timedelta(days=6)}&to={today - timedelta(days=1)}")
    assert texts("en").numbers.volume.nothing in before


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("from=2026-02-31&to=2026-03-01", "date"), ("from=2026-03-01", "date"), ("from=2026-03-02&to=2026-03-01", "order"),
     ("from=9000-01-01&to=9000-01-02", "future"), ("from=0001-01-01&to=2026-01-01", "long")],
)  # fmt: skip
def test_days_that_cannot_be_are_said_and_kept_in_the_form(desk: DeskOf, query: str, wrong: str) -> None:
    response = desk.client.get(f"/desk/numbers?{query}")
    assert response.status_code == 422
    assert getattr(texts("en").numbers.wrong, wrong).format(days=366) in response.text
    assert f'name="from" value="{query[5:15]}"' in response.text
    assert desk.client.get(f"/desk/numbers/volume.csv?{query}").status_code == 400


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_file(desk: DeskOf, table: str) -> None:
    ask(desk)
    handed_over(desk)
    gap(desk, "=cmd|calc")
    found = rows(desk, table, "?days=7")
    assert len(found) > 1
    assert len({len(row) for row in found}) == 1
    assert f"/desk/numbers/{table}.csv" in desk.get("/desk/numbers")


def test_files_hold_what_the_page_shows(desk: DeskOf) -> None:
    today = str(datetime.now(desk.part.zone).date())
    ask(desk)
    ask(desk, Outcome.CLARIFY)
    gap(desk, "=cmd|calc")
    assert rows(desk, "volume", "?days=7")[-1] == [today, "3", "3"]
    assert rows(desk, "outcomes", "?days=7")[-1] == [today, "1", "1", "1", "0"]
    assert rows(desk, "gaps")[1:] == [["'=cmd|calc", "1"]]
    assert rows(desk, "questions")[1:] == [["Fees", "Questions", "1"]]
    assert rows(desk, "funnel")[1:3] == [["Conversations", "3", "100.0"], ["With a question", "3", "100.0"]]
    assert len(rows(desk, "volume", "?days=7")) == 8


def test_there_are_no_other_files(desk: DeskOf) -> None:
    assert desk.status("/desk/numbers/messages.csv") == 404


def test_who_has_looked_is_noted(desk: DeskOf) -> None:
    desk.get("/desk/numbers?from=2026-01-01&to=2026-01-31")
    with desk.store.read() as tx:
        (noted,) = tx.people.audited(1)
    assert (noted["staff"], noted["action"], noted["subject"]) == (
        desk.name,
        "numbers.show",
        "2026-01-01..2026-01-31",
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0, "0 s"), (59.4, "59 s"), (90, "1.5 min"), (720, "12 min"), (3600, "1 h"), (45_000, "12 h"),
     (172_800, "2 d"), (1_000_000, "12 d")],
)  # fmt: skip
def test_waits_are_said_in_one_unit(seconds: float | None, said: str) -> None:
    assert duration(seconds, texts("en").numbers) == said
