"""Plots: what they say is text, their axes are round, and nothing is no frame without anything in it."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.desk.plots import NARROW, WIDE, Series, bars, interval, nice_ticks, share, swatch, week

HOSTILE = "<script>alert(1)</script>\"' &"
SVG = "{http://www.w3.org/2000/svg}"
CLOSED = [[False] * 24 for _ in range(7)]


def parsed(markup: str) -> ET.Element:
    """The plot as a browser reads it; raises if it is not well-formed."""
    source = str(markup).replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1)
    return ET.fromstring(source)  # noqa: S314  # it is our own


def a_plot(
    values: tuple[int, ...] = (2, 4),
    others: tuple[int, ...] = (1, 0),
    *,
    stacked: bool = True,
    width: int = WIDE,
) -> str:
    series = [Series("Answered", "answered", values), Series("Declined", "declined", others, "dots")]
    labels = [f"{n} Nov" for n in range(1, len(values) + 1)]
    return bars("p", "Title", "About", labels, series, width=width, nothing="Nothing yet", stacked=stacked)


def drawn(markup: str, look: str) -> list[dict[str, float]]:
    """Place and size of the rectangles of a series."""
    found = [each for each in parsed(markup).iter(f"{SVG}rect") if each.get("class") == look]
    return [{name: float(each.get(name, "")) for name in ("x", "y", "width", "height")} for each in found]


def a_week(n: int = 0, *, opened: list[list[bool]] = CLOSED, width: int = WIDE) -> str:
    values = [[0] * 24 for _ in range(7)]
    values[2][9] = n
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return week("w", "Week", "About", names, values, opened, width=width, nothing="Nothing yet")


def test_text_is_escaped_wherever_it_stands() -> None:
    series = [Series(HOSTILE, "answered", (1,))]
    plots = [
        bars("p", HOSTILE, HOSTILE, [HOSTILE], series, width=WIDE, nothing="", stacked=True),
        bars(
            "p",
            HOSTILE,
            HOSTILE,
            [HOSTILE],
            [Series("", "", (0,))],
            width=WIDE,
            nothing=HOSTILE,
            stacked=True,
        ),
        week("w", HOSTILE, HOSTILE, [HOSTILE] * 7, [[1] * 24] * 7, CLOSED, width=WIDE, nothing=""),
        interval("i", HOSTILE, HOSTILE, 50, 40, 60),
    ]
    for plot in plots:
        assert "<script>" not in plot
        assert "&lt;script&gt;" in plot
        assert HOSTILE in "".join(parsed(plot).itertext())


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_plot_has_a_style_of_its_own(width: int) -> None:
    plots = [
        a_plot(width=width),
        a_week(3, width=width),
        interval("i", "", "", 50, 40, 60),
        share(3),
        swatch(Series("", "x", ())),
    ]
    assert not [plot for plot in plots if re.search(r"\sstyle=|<style|\son\w+=", plot)]


def test_a_plot_has_a_name_and_a_description() -> None:
    plot = parsed(a_plot())
    assert plot.get("role") == "img"
    named = [plot.find(f".//*[@id='{id}']") for id in plot.get("aria-labelledby", "").split()]
    assert [each.text for each in named if each is not None] == ["Title", "About"]


def test_nothing_is_said_in_words() -> None:
    assert a_plot((0, 0), (0, 0)) == '<p class="empty">Nothing yet</p>'
    assert a_week(0) == '<p class="empty">Nothing yet</p>'
    assert bars("p", "", "", [], [], width=WIDE, nothing="Nothing yet", stacked=True).startswith("<p")


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(1, [0, 1]), (3, [0, 1, 2, 3]), (7, [0, 2, 4, 6, 8]), (10, [0, 5, 10]), (731, [0, 200, 400, 600, 800])],
)
def test_ticks_are_round(most: int, ticks: list[int]) -> None:
    assert nice_ticks(most) == ticks


@given(st.integers(1, 10**9))
def test_ticks_reach_the_highest_value_and_are_few(most: int) -> None:
    ticks = nice_ticks(most)
    assert ticks[-1] >= most > ticks[-2]
    assert len(ticks) <= 5
    assert len({after - before for before, after in pairwise(ticks)}) == 1


def test_stacked_bars_stand_on_each_other_in_proportion() -> None:
    plot = a_plot((2, 4), (1, 0))
    first, second = drawn(plot, "answered")
    (top,) = drawn(plot, "declined")
    assert second["height"] == pytest.approx(2 * first["height"], abs=0.2)
    assert top["height"] == pytest.approx(first["height"] / 2, abs=0.2)
    assert top["y"] + top["height"] == pytest.approx(first["y"], abs=0.2)
    assert top["x"] == first["x"]


def test_bars_in_front_of_others_stand_on_the_same_line() -> None:
    plot = a_plot((4, 4), (1, 2), stacked=False)
    (behind, _), (before, _) = drawn(plot, "answered"), drawn(plot, "declined")
    assert behind["y"] + behind["height"] == pytest.approx(before["y"] + before["height"], abs=0.2)
    assert before["width"] < behind["width"]


def test_series_differ_by_pattern_and_patterns_of_two_plots_by_name() -> None:
    wide, narrow = a_plot(), a_plot(width=NARROW)
    names = [re.findall(r'<pattern id="([^"]+)"', plot) for plot in (wide, narrow)]
    assert [len(each) for each in names] == [1, 1]
    assert names[0] != names[1]
    assert f'fill="url(#{names[0][0]})"' in wide


@pytest.mark.parametrize("days", [1, 7, 30, 90, 366])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_everything_lies_within_the_plot_and_labels_do_not_meet(days: int, width: int) -> None:
    plot = a_plot((5,) * days, (3,) * days, width=width)
    for each in [*drawn(plot, "answered"), *drawn(plot, "over")]:
        assert each["x"] >= 0
        assert each["width"] > 0
        assert each["x"] + each["width"] <= width
    places = [
        float(each.get("x", "")) for each in parsed(plot).iter(f"{SVG}text") if each.get("class") == "middle"
    ]
    assert places
    assert all(after - before >= 70 for before, after in pairwise(places))


def test_each_bar_tells_its_values() -> None:
    said = [each.findtext(f"{SVG}title") for each in parsed(a_plot()).iter(f"{SVG}rect")]
    assert "1 Nov\nAnswered: 2\nDeclined: 1" in said


def test_the_busiest_hour_is_the_darkest_and_its_number_stands_in_it() -> None:
    plot = parsed(a_week(17))
    (busiest,) = [each for each in plot.iter(f"{SVG}rect") if each.get("class") == "heat5"]
    assert busiest.findtext(f"{SVG}title") == "Wed 9:00–10:00: 17"
    assert "17" in [each.text for each in plot.iter(f"{SVG}text")]
    assert len([each for each in plot.iter(f"{SVG}rect") if each.get("class") == "heat0"]) == 7 * 24 - 1


def test_a_line_goes_once_around_hours_that_touch() -> None:
    opened = [list(row) for row in CLOSED]
    for day, hour in ((0, 9), (0, 10), (1, 9), (1, 10)):
        opened[day][hour] = True
    line = next(each.get("d", "") for each in parsed(a_week(1, opened=opened)).iter(f"{SVG}path"))
    assert line.count("M") == 8  # two on each side of the square
    assert 'class="open"' not in a_week(1)
