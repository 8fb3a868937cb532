"""Changes by how much more, fewer, later or earlier."""

from datetime import date

import pytest

from bot.intake import due_dates
from bot.intake.extract import extract
from bot.intake.reading import Form
from offices import SERVICES

APPLICATION = SERVICES["iso-20000"].application
HELD = {"people_covered": "45", "sites": "2", "target_date": "2031-05"}


def changed(text: str, **held: str) -> dict[str, str]:
    form = Form(APPLICATION, {**HELD, **held}, None, date(2026, 12, 1), corrects=True)
    return extract(text, form).values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("人数减少了10个", {"people_covered": "35"}),
        ("又招了5个人", {"people_covered": "50"}),
        ("人数少算了5个", {"people_covered": "50"}),
        ("人数多报了三个", {"people_covered": "42"}),
        ("有两个人离职了", {"people_covered": "43"}),
        ("再加一个场所 在苏州", {"sites": "3"}),
        ("减少一个场所", {"sites": "1"}),
        ("add 5 people please", {"people_covered": "50"}),
        ("our headcount went down by 5", {"people_covered": "40"}),
        ("the headcount has grown by a dozen", {"people_covered": "57"}),
        ("we've taken on 10 more staff since", {"people_covered": "55"}),
        ("two people have left", {"people_covered": "43"}),
        ("we need to add one more site in Glasgow", {"sites": "3"}),
        ("we closed one of the sites", {"sites": "1"}),
        ("又招了5个人，联系人改成李明", {"people_covered": "50", "contact_name": "李明"}),
    ],
)
def test_a_number_may_be_told_by_its_difference(text: str, values: dict[str, str]) -> None:
    assert changed(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("又招了5个人，现在50", {"people_covered": "50"}),
        ("headcount is down to 40", {"people_covered": "40"}),
        ("人数加到60", {"people_covered": "60"}),
        ("change the number of people to 12", {"people_covered": "12"}),
        ("3 sites", {"sites": "3"}),
    ],
)
def test_what_a_number_is_by_now_is_no_difference(text: str, values: dict[str, str]) -> None:
    assert changed(text) == values


def test_a_difference_to_nothing_is_none() -> None:
    form = Form(APPLICATION, {}, None, date(2026, 12, 1), corrects=True)
    assert extract("we are 5 people more", form).values == {"people_covered": "5"}
    assert changed("we closed 3 sites") == {"sites": "3"}


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("日期往后推两个月", "2031-07"),
        ("完成时间能推迟一个月吗", "2031-06"),
        ("推迟半年吧", "2031-11"),
        ("提前两个月", "2031-03"),
        ("提前到3月份", "2031-03"),
        ("期望时间推迟到2月", "2032-02"),
        ("move the target date out by two months", "2031-07"),
        ("push the date back two months", "2031-07"),
        ("we need it a month earlier", "2031-04"),
        ("make it a year later", "2032-05"),
        ("not May, July", "2031-07"),
    ],
)
def test_a_date_may_be_told_by_how_much_later_or_earlier_it_is(text: str, due: str) -> None:
    assert changed(text)["target_date"] == due


def test_weeks_are_only_counted_from_a_day() -> None:
    form = Form(APPLICATION, HELD, None, date(2026, 12, 1), corrects=True)
    vague = extract("the target date has to be two weeks later", form)
    assert (vague.values, vague.reopened) == ({}, ("target_date",))
    assert changed("the target date has to be two weeks later", target_date="2031-05-25") == {
        "target_date": "2031-06-08"
    }


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("最晚半年内拿到", "2027-06"),
        ("尽早吧，3个月内", "2027-03"),
        ("晚点也行，半年内", "2027-06"),
        ("postpone it to in 6 months", "2027-06"),
        ("no later than within 6 months", None),
    ],
)
def test_a_time_from_today_is_no_difference(text: str, due: str | None) -> None:
    assert changed(text).get("target_date") == due


@pytest.mark.parametrize("text", ["材料晚两周交", "审核推迟一个月", "we will pay a month later"])
def test_what_else_is_put_off_changes_no_date(text: str) -> None:
    assert changed(text).get("target_date") != "2031-06"


@pytest.mark.parametrize(
    ("value", "months", "days", "shifted"),
    [
        ("2031-05", 2, 0, "2031-07"),
        ("2031-12", 1, 0, "2032-01"),
        ("2031-01-31", 1, 0, "2031-02-28"),
        ("2031-05-20", 0, 14, "2031-06-03"),
        ("2031", 12, 0, "2032"),
        ("2031-Q2", 12, 0, "2032-Q2"),
        ("2031-Q2", 1, 0, None),
        ("2031", 1, 0, None),
        ("2031-05", 0, 7, None),
    ],
)
def test_a_date_is_shifted_as_far_as_it_is_known(
    value: str, months: int, days: int, shifted: str | None
) -> None:
    assert due_dates.shifted(value, months=months, days=days) == shifted
