from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hours import Hours, parse_holidays, parse_week, parse_zone, promise
from bot.promises import promises

CHINA = ZoneInfo("Asia/Shanghai")
OFFICE = Hours.parse(
    "Asia/Shanghai", "Mon-Fri 09:00-12:00,13:00-18:00; Sat 09:00-12:00", "2026-10-01..2026-10-07, 2027-01-01"
)
NEVER = Hours.parse("Asia/Shanghai", "", "")
ALWAYS = Hours.parse("Asia/Shanghai", "Mon-Sun 00:00-24:00", "")


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "is_open", "opens", "closes"),
    [
        ("2026-11-24 08:59", False, "2026-11-24 09:00", None),
        ("2026-11-24 09:00", True, "2026-11-24 13:00", "2026-11-24 18:00"),
        ("2026-11-24 12:00", False, "2026-11-24 13:00", None),
        ("2026-11-24 17:59", True, "2026-11-25 09:00", "2026-11-24 18:00"),
        ("2026-11-24 18:00", False, "2026-11-25 09:00", None),
        ("2026-11-28 10:00", True, "2026-11-30 09:00", "2026-11-28 12:00"),
        ("2026-11-28 12:00", False, "2026-11-30 09:00", None),
        ("2026-09-30 20:00", False, "2026-10-08 09:00", None),
        ("2026-10-05 10:00", False, "2026-10-08 09:00", None),
        ("2026-12-31 23:59", False, "2027-01-02 09:00", None),
    ],
)
def test_the_week_with_its_breaks_and_holidays(
    now: str, is_open: bool, opens: str, closes: str | None
) -> None:
    moment = china(now).astimezone(UTC)
    assert OFFICE.is_open(moment) is is_open
    assert OFFICE.next_opening(moment) == china(opens)
    assert OFFICE.closes_at(moment) == (china(closes) if closes else None)


def test_what_comes_back_is_on_the_clocks_of_the_zone() -> None:
    opening = OFFICE.next_opening(datetime(2026, 11, 24, 20, tzinfo=UTC))
    assert opening
    assert (opening.tzinfo, opening.hour) == (CHINA, 9)


def test_hours_that_are_never_and_hours_that_are_always() -> None:
    now = china("2026-11-24 10:00")
    assert (NEVER.is_open(now), NEVER.next_opening(now), NEVER.closes_at(now)) == (False, None, None)
    assert (ALWAYS.is_open(now), ALWAYS.next_opening(now), ALWAYS.closes_at(now)) == (True, None, None)


def test_always_ends_at_a_holiday() -> None:
    hours = Hours.parse("Asia/Shanghai", "Mon-Sun 00:00-24:00", "2026-11-26")
    assert hours.closes_at(china("2026-11-24 10:00")) == china("2026-11-26 00:00")
    assert hours.next_opening(china("2026-11-24 10:00")) == china("2026-11-27 00:00")


def test_hours_on_both_sides_of_midnight_are_one_opening() -> None:
    night = Hours.parse("Asia/Shanghai", "Mon 22:00-24:00; Tue 00:00-06:00", "")
    assert night.next_opening(china("2026-11-24 05:00")) == china("2026-11-30 22:00")
    assert night.closes_at(china("2026-11-23 23:00")) == china("2026-11-24 06:00")


BERLIN = Hours.parse("Europe/Berlin", "Mon-Sun 00:00-04:00", "")


@pytest.mark.parametrize(("night", "hours"), [("2026-03-28", 4), ("2026-03-29", 3), ("2026-10-25", 5)])
def test_a_night_in_which_the_clocks_are_changed_is_longer_or_shorter(night: str, hours: int) -> None:
    midnight = datetime.fromisoformat(night).replace(tzinfo=BERLIN.zone)
    closing = BERLIN.closes_at(midnight)
    assert closing
    assert closing.astimezone(UTC) - midnight.astimezone(UTC) == timedelta(hours=hours)
    last = closing.astimezone(UTC) - timedelta(minutes=1)
    assert (BERLIN.is_open(last), BERLIN.is_open(closing)) == (True, False)


def test_hours_that_the_clocks_jump_over_are_left_out() -> None:
    hours = Hours.parse("Europe/Berlin", "Sun 02:00-03:00; Mon 09:00-10:00", "")
    opening = hours.next_opening(datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert opening == datetime(2026, 3, 30, 9, tzinfo=hours.zone)


@given(
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    st.sampled_from(["Mon-Fri 09:00-18:00", "Sat-Mon 01:30-03:00,22:00-24:00", "Wed 00:00-24:00", "Sun 02:15-02:45"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001
)  # fmt: skip
def test_it_is_closed_until_the_next_opening_and_open_then(zone: str, week: str, now: datetime) -> None:
    hours = Hours.parse(zone, week, "2026-10-01..2026-10-07")
    moment = now.replace(tzinfo=UTC)
    start = hours.closes_at(moment) or moment
    opening = hours.next_opening(start)
    assert opening
    assert hours.is_open(opening)
    opening = opening.astimezone(UTC)
    between = [start + (opening - start) * n / 20 for n in range(20)]
    assert not any(hours.is_open(moment) for moment in between)


def test_a_time_without_a_zone_is_refused() -> None:
    for ask in (
        OFFICE.is_open,
        OFFICE.next_opening,
        OFFICE.closes_at,
        lambda now: promise(OFFICE, now, "en"),
    ):
        with pytest.raises(TypeError):
            ask(datetime(2026, 11, 24, 10))  # noqa: DTZ001


def test_the_week_is_read_in_any_case_and_order() -> None:
    assert parse_week("FRI-mon 8:00-9:30 ; Wed,Sat 10:00-11:00") == parse_week(
        "Sat 10:00-11:00, 08:00-09:30; Sun-Mon 08:00-09:30; Fri 08:00-09:30; Wed 10:00-11:00"
    )
    assert parse_week("Mon 9:00-24:00") == {0: ((540, 1440),)}
    assert parse_week("") == parse_week(" ; ") == {}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Mo-Fr 9-18", "write it as 'Mon-Fri"),
        ("Mon-Wed-Fri 09:00-18:00", "write it as 'Mon-Fri"),
        ("Mon-Fri", "write it as 'Mon-Fri"),
        ("Mon 9-18", "write hours as 09:00-18:00"),
        ("Mon 09:60-18:00", "write hours as"),
        ("Mon 09:00-24:01", "write hours as"),
        ("Mon 09:00-12:00,", "write hours as"),
        ("Mon 22:00-06:00", "22:00-24:00"),
        ("Mon 09:00-09:00", "22:00-24:00"),
        ("Mon-Tue 09:00-12:00; Tue 11:00-13:00", "overlap on Tue"),
    ],
)
def test_a_wrong_week_is_refused_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        parse_week(text)


@pytest.mark.parametrize("text", ["Mars/Olympus", "", "../../etc/passwd", "UTC+8", "/etc/localtime"])
def test_an_unknown_zone_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(ValueError, match="Asia/Shanghai"):
        parse_zone(text)


def test_holidays_are_days_and_ranges() -> None:
    assert parse_holidays("2026-12-31..2027-01-01, 2026-05-01,") == {
        date(2026, 12, 31), date(2027, 1, 1), date(2026, 5, 1),
    }  # fmt: skip
    assert parse_holidays("") == frozenset()


@pytest.mark.parametrize(
    "text", ["1 May", "2026-02-30", "2026-10-07..2026-10-01", "2026-01-01..2036-01-01", "2026-10-01..", ".."]
)
def test_wrong_holidays_are_refused_with_a_hint(text: str) -> None:
    with pytest.raises(ValueError, match=r"2026-10-01\.\.2026-10-07|within a year"):
        parse_holidays(text)


@given(st.text(alphabet="MonTueSat0123456789:-,; ."))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_week, parse_holidays, parse_zone):
        with suppress(ValueError):
            parse(text)


@pytest.mark.parametrize(
    ("now", "english", "chinese"),
    [
        ("2026-11-24 10:00", "until 18:00 today, Tuesday (UTC+8).", "服务时间到今天（周二）18:00。"),
        (
            "2026-11-24 17:45",
            "until 18:00 today, Tuesday (UTC+8), and again from 9:00 tomorrow, Wednesday (UTC+8).",
            "服务时间到今天（周二）18:00；下一个服务时段从明天（周三）9:00开始。",
        ),
        ("2026-11-24 12:10", "from 13:00 today, Tuesday (UTC+8).", "今天（周二）13:00上班后"),
        ("2026-11-24 22:00", "from 9:00 tomorrow, Wednesday (UTC+8).", "明天（周三）9:00上班后"),
        ("2026-11-28 13:00", "from 9:00 on Monday 30 November (UTC+8).", "11月30日（周一）9:00上班后"),
    ],
)
def test_the_promise_says_when_people_are_there(now: str, english: str, chinese: str) -> None:
    assert english in promise(OFFICE, china(now), "en")
    assert chinese in promise(OFFICE, china(now), "zh")


def test_the_promise_names_no_time_where_there_is_none() -> None:
    for hours in (NEVER, ALWAYS):
        said = promise(hours, china("2026-11-24 10:00"), "en")
        assert said == "A colleague has been told and will answer you here."


@pytest.mark.parametrize(
    ("zone", "english", "chinese"),
    [
        ("America/New_York", "(UTC-5)", "（UTC-5）"),
        ("Asia/Kolkata", "(UTC+5:30)", "（UTC+5:30）"),
        ("America/St_Johns", "(UTC-3:30)", "（UTC-3:30）"),
        ("UTC", "(UTC)", "（UTC）"),
        ("Asia/Shanghai", "(UTC+8)", "9:00上班"),
    ],
)
def test_the_zone_is_said_to_those_who_may_live_elsewhere(zone: str, english: str, chinese: str) -> None:
    hours = Hours.parse(zone, "Mon-Sun 09:00-09:01", "")
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert english in promise(hours, now, "en")
    assert chinese in promise(hours, now, "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
@given(now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001
def test_the_promise_is_none_that_the_firm_does_not_make(language: str, now: datetime) -> None:
    said = promise(OFFICE, now.replace(tzinfo=UTC), language)
    assert promises(said) == []
    assert "minute" not in said
    assert "分钟" not in said
