"""The page tells the truth, shows nothing of the held half, and lets no text of a customer do anything."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from bot.messages import Author, AuthorKind, Citation, Outcome, Reply
from evals.compare import Difference
from evals.page import page
from evals.results import Bin, Exchange, Passage, Result, Run, Status, Verdict

WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
VOID = {"meta", "br", "rect", "path", "line", "circle"}
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">\x00\u202e\ud800'


def a_change(
    fixed: Sequence[str] = (),
    broken: Sequence[str] = (),
    incomparable: Sequence[str] = (),
    removed: int = 0,
    added: int = 0,
) -> Difference:
    return Difference(list(fixed), list(broken), added, removed, list(incomparable), [])


class Read(HTMLParser):
    """What a browser would see: the elements with their attributes, the text, and the rows of the tables."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"th", "td"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data
        if {"th", "td"} & set(self._open):
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.elements if found == tag]


def reply(text: str = "It is valid.", outcome: Outcome = Outcome.ANSWERED) -> Reply:
    citation = Citation(1, "faq", "Questions", "Validity", "valid for two years", "javascript:alert(3)")
    return Reply("r", "m", text, "en", outcome, Author(AuthorKind.BOT, "Desk"), citations=[citation])


def result(
    id: str = "one", status: Status = Status.PASSED, *, took: float = 10, suite: str = "answers"
) -> Result:
    exchange = Exchange("How long is it valid?", reply(), took)
    return Result(suite, "development", "en", id, 1, status, exchanges=[exchange])


def run(*results: Result, name: str = "plain") -> Run:
    return Run(name, {"figures": 1}, list(results))


def read(*runs: Run, difference: Difference | None = None) -> Read:
    return Read(page(runs, difference, WHEN))


def test_the_headline_counts_cases_replies_and_what_is_ungrounded() -> None:
    invented = replace(result("two", Status.FAILED), verdicts=[Verdict("figures", "500 is shown nowhere")])
    ungraded = result("three", Status.GRADER_FAILED)
    seen = read(run(result(), replace(result(), attempt=2), invented, ungraded))
    assert "Evaluation of plain 2026-03-04 05:06 UTC" in seen.text
    assert "2 graded cases in 3 attempts, 4 replies, 1 ungrounded." in seen.text


def test_the_baseline_is_told_in_a_sentence() -> None:
    change = a_change(["a", "b", "c"], ["d"], ["figures", "words"], added=1, removed=2)
    seen = read(run(result()), difference=change)
    assert "3 fixed, 1 broken since the baseline (1 case added, 2 removed)" in seen.text
    assert "not comparable, because the grader changed: figures, words." in seen.text
    assert "not comparable" not in read(run(result()), difference=a_change()).text
    assert "There is no baseline" in read(run(result())).text


def test_a_suite_has_a_row_for_each_half_and_language() -> None:
    held = replace(result(), half="held", language="zh", status=Status.CRASHED, exchanges=[])
    seen = read(run(result(), result("two", Status.GRADER_FAILED), held))
    rows = [row for row in seen.rows if "development" in row or "held" in row]
    assert rows[0][:6] == ["answers", "development", "en", "100 %", "20.7–100 %", "1/1"]
    assert rows[0][6:] == ["at least 95 %", "✓ holds", "0", "1"]
    assert rows[1][:5] == ["held", "zh", "0 %", "0–79.3 %", "0/1"]
    assert rows[1][5:] == ["at least 95 %", "✗ falls short", "1", "0"]


def test_of_false_refusals_the_bar_is_the_most() -> None:
    declined = replace(
        result("two", Status.FAILED), exchanges=[Exchange("?", reply(outcome=Outcome.DECLINED), 1)]
    )
    row = next(row for row in read(run(result(), declined)).rows if row[0] == "false-refusal")
    assert row[3:8] == ["50 %", "9.5–90.5 %", "1/2 declined", "at most 3 %", "✗ falls short"]


def test_repeats_tell_how_often_all_attempts_at_a_case_pass() -> None:
    again = [
        replace(result(status=status), attempt=n) for n, status in enumerate((Status.PASSED, Status.FAILED))
    ]
    seen = read(run(*again, *(replace(each, id="two", status=Status.PASSED) for each in again)))
    assert seen.rows[0][-1] == "In each attempt"
    assert [row[-1] for row in seen.rows if "development" in row] == ["50 %", "–"]
    assert "In each attempt" not in read(run(result())).text


def test_what_was_not_graded_does_not_hold() -> None:
    nothing = replace(result(status=Status.GRADER_FAILED), exchanges=[])
    rows = [row for row in read(run(nothing)).rows if "development" in row]
    assert [row[7] for row in rows] == ["– nothing graded"] * 2


def test_each_half_has_a_plot_whose_bars_and_ticks_stand_where_the_numbers_say() -> None:
    suite = [result("a", suite="refusal"), result("b", Status.FAILED, suite="refusal")]
    seen = read(run(*suite, replace(suite[0], half="held")))
    assert len(seen.all("svg")) == 2
    titles = {title.get("id") for title in seen.all("title")}
    assert {plot["aria-labelledby"] for plot in seen.all("svg")} <= titles
    assert [bar["width"] for bar in seen.all("rect") if bar["class"] == "share"] == ["175.0", "350.0"]
    assert {tick["x1"] for tick in seen.all("line")} == {"337.5"}


def test_configurations_stand_side_by_side_also_where_one_did_not_play_a_suite() -> None:
    seen = read(run(result()), run(result(status=Status.FAILED), result(suite="memory"), name="model"))
    assert ["Suite and half", "plain", "model"] in seen.rows
    assert ["answers, development", "100 %20.7–100 %, 1/1", "0 %0–79.3 %, 0/1"] in seen.rows
    assert ["memory, development", "–", "100 %20.7–100 %, 1/1"] in seen.rows
    assert "side by side" not in read(run(result())).text


def test_retrieval_is_shown_where_it_was_measured() -> None:
    measured = replace(run(result()), retrieval={"development en": {"R@5": 0.9}, "held en": {"MRR": 0.75}})
    seen = read(measured)
    assert ["Configuration", "Half and language", "R@5", "MRR"] in seen.rows
    assert ["plain", "development en", "0.900", "–"] in seen.rows
    assert ["plain", "held en", "–", "0.750"] in seen.rows
    assert "Retrieval" not in read(run(result())).text


def test_the_points_of_the_confidences_stand_where_the_numbers_say() -> None:
    bins = [Bin(0.0, 0.1, 30, 0.05, 0.0), Bin(0.9, 1.0, 10, 0.95, 0.9)]
    seen = read(replace(run(result()), reliability=bins))
    points = [(point["cx"], point["cy"]) for point in seen.all("circle")]
    assert points == [("60.0", "320.0"), ("330.0", "50.0")]
    counts = [text["y"] for text in seen.all("text") if text["x"] in {"60.0", "330.0"}]
    assert counts == ["311.0", "41.0"]
    assert [line["d"] for line in seen.all("path") if line["class"] == "true"] == ["M45 320L345 20"]
    assert ["0 % to 10 %", "30", "5 %", "0 %"] in seen.rows
    assert ["90 % to 100 %", "10", "95 %", "90 %"] in seen.rows
    assert "Expected calibration error: 5 % over 40 questions" in seen.text


def test_each_configuration_with_confidences_has_its_own_plot_that_is_told_in_words() -> None:
    measured = [
        replace(run(result(), name=name), reliability=[Bin(0.5, 0.6, 4, 0.55, 0.75)]) for name in "ab"
    ]
    seen = read(run(result(), name="remote"), *measured)
    plots = [plot["aria-labelledby"] for plot in seen.all("svg") if plot.get("class") == "square"]
    assert plots == ["points-1", "points-2"]
    assert set(plots) <= {title.get("id") for title in seen.all("title")}
    assert "Reliability of the search, b: a point for each tenth of confidence" in seen.text
    assert "Expected calibration error 20 %. The table has the numbers." in seen.text


def test_without_confidences_there_is_no_plot_of_them() -> None:
    seen = read(run(result()))
    assert not seen.all("circle")
    assert "Confidence" not in seen.text


def test_times_are_the_median_and_the_95th_percentile() -> None:
    seen = read(run(*(result(str(n), took=n) for n in range(1, 101))), run(name="idle"))
    assert ["plain", "50 ms", "95 ms"] in seen.rows
    assert ["idle", "–", "–"] in seen.rows


def test_a_failure_is_shown_with_all_that_explains_it() -> None:
    failed = replace(
        result("label-expiry", Status.FAILED),
        verdicts=[Verdict("outcome", "declined, not answered"), Verdict("words")],
        passages=[Passage("faq/validity", "Validity of labels", 0.81)],
        note="seen twice",
    )
    shown = read(run(failed, result("fine"))).text.split("What did not pass")[1]
    assert "answers: 1 shown, 0 of the held half not shown label-expiry failed · en" in shown
    assert "seen twice outcome: declined, not answered Customer How long is it valid?" in shown
    assert "Assistant · answered It is valid. [1] Questions, Validity: valid for two years" in shown
    assert "81 % · Validity of labels (faq/validity)" in shown
    assert "fine" not in shown
    assert "words" not in shown


@pytest.mark.parametrize("status", [Status.FAILED, Status.CRASHED, Status.GRADER_FAILED])
def test_nothing_of_a_held_case_is_shown_but_that_it_did_not_pass(status: Status) -> None:
    held = Result(
        "answers", "held", "en", "SECRET-id", 1, status,
        [Verdict("words", "SECRET detail")],
        [Exchange("SECRET question", reply("SECRET answer"), 1)],
        [Passage("SECRET/entry", "SECRET title", 0.5)],
        "SECRET note",
    )  # fmt: skip
    shipped = page([run(held)], a_change(fixed=[held.key], broken=[held.key]), WHEN)
    assert "SECRET" not in shipped
    assert "answers: 0 shown, 1 of the held half not shown" in Read(shipped).text
    assert "never shown, so that nobody tunes on them" in Read(shipped).text
    assert "SECRET" in page([run(replace(held, half="development"))], None, WHEN)


def test_hostile_text_is_only_text() -> None:
    hostile = Result(
        HOSTILE, "development", 'en" onload="x', HOSTILE, 1, Status.FAILED,
        [Verdict(HOSTILE, HOSTILE)],
        [Exchange(HOSTILE, reply(HOSTILE), 1)],
        [Passage(HOSTILE, HOSTILE, 0.5)],
        HOSTILE,
    )  # fmt: skip
    shipped = page([run(hostile, name=HOSTILE)], a_change(incomparable=[HOSTILE]), WHEN)
    seen = Read(shipped)
    assert seen.text.count("<script>alert(1)</script>") > 10
    assert not {"script", "img", "a", "link", "iframe"} & {tag for tag, _ in seen.elements}
    assert not [name for _, attributes in seen.elements for name in attributes if name.startswith("on")]
    assert "\x00" not in shipped
    shipped.encode()  # a lone surrogate could not be written to a file


def test_the_page_needs_nothing_from_elsewhere() -> None:
    shipped = page([run(result(status=Status.FAILED))], None, WHEN)
    assert not re.search(r"https?://|url\(|@import|javascript:", shipped)
    assert not [
        name for _, attributes in Read(shipped).elements for name in attributes if name in {"src", "href"}
    ]
    assert all(cell.get("scope") for cell in Read(shipped).all("th"))


def test_nothing_played_is_a_page_too() -> None:
    seen = read(run())
    assert "0 graded cases, 0 replies, 0 ungrounded" in seen.text
    assert "No case was played." in seen.text


def test_every_colour_is_told_from_its_ground() -> None:
    """WCAG AA, light and dark: 4.5 to 1 for text, 3 to 1 for the bars."""
    found = re.findall(r"--(\w+): (#[0-9a-f]{6})", page([run()], None, WHEN))
    light, dark = dict(found[: len(found) // 2]), dict(found[len(found) // 2 :])
    assert light.keys() == dark.keys()
    for colours in (light, dark):
        for text in ("ink", "muted", "good", "bad"):
            assert min(contrast(colours[text], colours[ground]) for ground in ("paper", "ground")) >= 4.5
        assert contrast(colours["bar"], colours["paper"]) >= 3
        assert contrast(colours["bar"], colours["ink"]) >= 3


def contrast(one: str, other: str) -> float:
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
