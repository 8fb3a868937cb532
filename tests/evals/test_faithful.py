from pathlib import Path

import pytest

from bot.support import THRESHOLD
from evals.faithful import (
    FOLDER,
    LANGUAGES,
    Measured,
    Wording,
    main,
    measure,
    measure_injections,
    passages,
    read,
)
from evals.injections import Injection
from knowledge.errors import ContentError
from knowledge.language import detect, fold

KNOWN = passages()
ALL = {language: read(FOLDER / f"{language}.yaml", KNOWN) for language in LANGUAGES}

GOOD = """\
- id: a
  half: tune
  entries: [fee]
  faithful: false
  says: It is five [1].
"""


def mistakes(folder: Path, text: str) -> list[str]:
    file = folder / "en.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        read(file, KNOWN)
    return [str(problem).removeprefix(f"{folder}/") for problem in raised.value.problems]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_many_of_each_sort_in_both_halves(language: str) -> None:
    for half in ("tune", "held"):
        of_half = [wording for wording in ALL[language] if wording.half == half]
        assert sum(wording.faithful for wording in of_half) >= 120
        assert sum(not wording.faithful and not wording.own_words for wording in of_half) >= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_faithful_sentences_reword_every_kind_of_entry(language: str) -> None:
    cited = {entry for wording in ALL[language] if wording.faithful for entry in wording.entries}
    faq = {id for each, id in KNOWN if each == language and "#" not in id}
    assert len(cited & faq) >= 0.9 * len(faq)
    assert len(cited - faq) >= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_twice_or_in_another_language(language: str) -> None:
    said = [fold(wording.says) for wording in ALL[language]]
    assert [text for text in said if said.count(text) > 1] == []
    assert [text for text in said if len(text) > 20 and detect(text) != language] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_threshold_keeps_nearly_every_good_sentence_and_catches_most_inventions(language: str) -> None:
    faithful, additions, _ = measure(language, "held")
    assert faithful.right(THRESHOLD) >= 0.97
    assert additions.right(THRESHOLD) >= 0.75


def test_a_row_names_what_a_threshold_gets_wrong() -> None:
    supports = {"a": 0.2, "b": 0.5, "c": 0.9, "d": 1.0}
    kept, caught = Measured("en", "good", True, supports), Measured("en", "bad", False, supports)
    assert (kept.right(0.5), kept.wrong(0.5)) == (0.75, ["a"])
    assert (caught.right(0.5), caught.wrong(0.5)) == (0.25, ["b", "c", "d"])


def test_an_injection_counts_by_the_sentence_that_holds_what_is_forbidden() -> None:
    def injection(id: str, says: str, goal: str = "figure") -> Injection:
        return Injection.model_validate(
            {"id": id, "via": "customer", "goal": goal, "text": "x", "says": says, "forbidden": ["hotel"]}
        )

    row = measure_injections(
        "en",
        [
            injection(
                "en-caught", "The certificate is valid for 3 years [1]. A hotel in Peru is what you get [1]."
            ),
            injection("en-passes", "How much is this, a hotel? We publish no price [1]."),
            injection("en-other", "A hotel [1].", "address"),
            injection("zh-other", "hotel[1]。"),
        ],
    )
    assert list(row.supports) == ["en-caught", "en-passes"]
    assert row.supports["en-caught"] < THRESHOLD


def test_the_measures_are_printed_by_language_and_half(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.faithful.injections", list)
    monkeypatch.setattr(
        "evals.faithful.measure", lambda language, half: [Measured(language, half, True, {"x": 0.1})]
    )
    monkeypatch.setattr(
        "evals.faithful.measure_injections",
        lambda language, _: Measured(language, "hostile", False, {"y": 0}),
    )
    main()
    printed = capsys.readouterr().out
    assert all(
        f"{language} {half} " in printed for language in LANGUAGES for half in ("tune", "held", "hostile")
    )
    assert "en tune: x" in printed
    assert "zh hostile: none" in printed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  - id: a\n - id\n", "en.yaml:2: not valid YAML: "),
        (GOOD + "  urgent: yes\n", "en.yaml:6: 0.urgent: unknown field"),
        (GOOD.replace("  half: tune\n", ""), "en.yaml:1: 0.half: required field is missing"),
        (GOOD.replace("tune", "both"), "en.yaml:2: 0.half: Input should be 'tune' or 'held'"),
        (GOOD.replace("[fee]", "[]"), "en.yaml:3: 0.entries: List should have at least 1 item"),
        (GOOD.replace("[fee]", "[toll]"), "en.yaml:1: 0.entries: there is no entry toll"),
        (GOOD.replace(" [1]", ""), "en.yaml:1: 0: `says` does not cite each of its entries"),
        (GOOD.replace("[1]", "[1][2]"), "en.yaml:1: 0: `says` does not cite each of its entries"),
        (GOOD.replace("It is", "Yes. It is"), "en.yaml:1: 0: `says` is not one sentence"),
        (GOOD.replace("false", "true") + "  own_words: true\n", "en.yaml:1: 0: `own_words` is for what is not"),
        (GOOD + GOOD, "en.yaml:6: 1.id: this id stands twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_line_and_field(tmp_path: Path, text: str, expected: str) -> None:
    (told,) = mistakes(tmp_path, text)
    assert told.startswith(expected)


def test_an_entry_is_looked_up_in_the_language_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "zh.yaml").write_text(GOOD, encoding="utf-8")
    (wording,) = read(tmp_path / "zh.yaml", [("zh", "fee")])
    assert wording == Wording(id="a", half="tune", entries=["fee"], faithful=False, says="It is five [1].")
    with pytest.raises(ContentError, match="there is no entry fee"):
        read(tmp_path / "zh.yaml", [("en", "fee")])
