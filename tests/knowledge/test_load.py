import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings import CONTENT
from knowledge.documents import Content, Entry, Kind
from knowledge.errors import ContentError
from knowledge.load import load, services
from samples import FAQ_EN, GUIDE_EN, SERVICE, SMALL, write

ONE = "- {id: a, question: q, answer: x}\n"


def entry(content: Content, key: str) -> Entry:
    (found,) = [entry for entry in content.entries if entry.key == key]
    return found


def mistakes(folder: Path) -> list[str]:
    """Each mistake as `file:line: field: message`, the file's name without its folder."""
    with pytest.raises(ContentError) as caught:
        load(folder)
    return [f"{p.file.name}:{p.line}: {p.field}: {p.message}" for p in caught.value.problems]


def test_entries_come_with_their_figures_filled_in(tmp_path: Path) -> None:
    content = load(write(tmp_path, SMALL))
    assert entry(content, "desk/validity.en").body == "The label is valid for 2 years."
    assert entry(content, "desk/validity.zh").body == "标签有效期为2年。"
    assert entry(content, "desk/fee.en").body == "The price depends on height, width and colour."
    assert entry(content, "desk/guide#steps.en").body == "Do this:\n\n1. Look\n2. Sign"
    assert entry(content, "desk/guide#launch.zh").body == "标签自2020年5月4日起使用。"


def test_an_entry_knows_where_it_stands(tmp_path: Path) -> None:
    content = load(write(tmp_path, SMALL))
    fee, section = entry(content, "desk/fee.en"), entry(content, "desk/guide#launch.en")
    assert (fee.file, fee.line, fee.kind) == (tmp_path / "desk/faq.en.yaml", 7, Kind.FAQ)
    assert (section.line, section.kind, section.document_title) == (13, Kind.SECTION, "Guide")
    assert (section.reviewed_on, section.source) == (date(2026, 1, 1), "Page")
    assert entry(content, "desk/parking.en").kind is Kind.DECLINE


def test_a_service_holds_what_its_file_says(tmp_path: Path) -> None:
    (service,) = load(write(tmp_path, SMALL)).services
    assert [(figure.id, figure.value, figure.line) for figure in service.figures] == [
        ("term", Decimal(2), 5),
        ("launch", date(2020, 5, 4), 6),
    ]
    assert service.standard
    assert service.standard.superseded == ("2010",)
    assert [(item.id, item.optional) for item in service.lists["steps"]] == [("look", False), ("sign", True)]


def test_actions_are_resolved_to_matters_of_the_own_service_first(tmp_path: Path) -> None:
    faq = "- {id: a, question: q, answer: x, actions: [b, c]}\n- {id: b, question: r, answer: x}\n"
    other = "- {id: b, question: q, answer: x}\n- {id: c, question: r, answer: x}\n"
    content = load(write(tmp_path, {"one/faq.en.yaml": faq, "another/faq.en.yaml": other}))
    assert entry(content, "one/a.en").actions == ("one/b", "another/c")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"faq.en.yaml": ONE + ONE}, r"faq.en.yaml:2: id: a already stands in .*faq.en.yaml:1"),
        (
            {"faq.en.yaml": ONE, "faq-more.en.yaml": ONE},
            r"faq.en.yaml:1: id: a already stands in .*faq-more.en.yaml:1",
        ),
        (
            {"faq.en.yaml": ONE, "declines.en.yaml": "- {id: a, question: q}"},
            r"faq.en.yaml:1: id: a already stands in .*declines.en.yaml:1",
        ),
        (
            {"faq.en.yaml": "- {id: a, question: q, answer: '{{age}}'}"},
            r"faq.en.yaml:1: answer: no figure or list named {{age}}; figures stand in service.yaml",
        ),
        (
            {"faq.en.yaml": "- {id: a, question: q, answer: '{{list:steps}}'}"},
            r"faq.en.yaml:1: answer: no figure or list named {{list:steps}}.*",
        ),
        (
            {"faq.en.yaml": "- {id: a, question: q, answer: 'in {{the-term}}'}"},
            r"faq.en.yaml:1: answer: no figure or list named {{the-term}}.*",
        ),
        (
            {"faq.en.yaml": "- {id: a, question: q, answer: x, figures: [age]}"},
            r"faq.en.yaml:1: figures: no figure named age",
        ),
        (
            {"faq.en.yaml": "- {id: a, question: q, answer: x, actions: [b]}"},
            r"faq.en.yaml:1: actions: no entry named b",
        ),
        ({"faq.en.yaml": "价格".encode("gbk")}, r"faq.en.yaml:1: : not UTF-8 text \(byte 0\).*"),
        ({"guide.en.md": b"---\n\xff"}, r"guide.en.md:1: : not UTF-8 text \(byte 4\).*"),
        ({"faq.en.yaml": ""}, r"faq.en.yaml:1: : must not be empty"),
        ({"guide.en.md": "## Steps\nLook."}, r"guide.en.md:1: : front matter is missing.*"),
        ({"guide.en.md": ""}, r"guide.en.md:1: : front matter is missing.*"),
        ({"prices.yaml": ONE}, r"prices.yaml:1: : unknown file name; expected service.yaml.*"),
        ({"empty.txt": ""}, r".*:0: : holds no entries; .*"),
        ({"README.md": "# Notes"}, r".*:0: : holds no entries; .*"),
        ({"faq.en.yaml": "[]"}, r".*:0: : holds no entries; .*"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, files: dict[str, str | bytes], expected: str
) -> None:
    found = mistakes(write(tmp_path, {f"desk/{name}": text for name, text in files.items()}))
    assert len(found) == 1, found
    assert re.fullmatch(expected, found[0])


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "none") == ["none:0: : no such folder; name the content folder with --content"]


def test_a_figure_may_stand_only_once_in_all_folders(tmp_path: Path) -> None:
    write(tmp_path, {"one/service.yaml": SERVICE, "two/service.yaml": SERVICE.replace("id: desk", "id: two")})
    found = mistakes(tmp_path)
    assert [mistake.rpartition(" in ")[0] for mistake in found] == [
        "service.yaml:5: id: figure term already stands",
        "service.yaml:6: id: figure launch already stands",
    ]


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "desk/service.yaml": SERVICE.replace("unit: year", "unit: parsec"),
        "desk/faq.en.yaml": ONE.replace("answer", "anser"),
        "desk/guide.en.md": GUIDE_EN.replace("Do this:\n{{list:steps}}\n", ""),
        "desk/broken.pdf": b"no pdf",
        "other/faq.en.yaml": ONE + ONE,
    }
    found = [mistake.partition(":")[0] for mistake in mistakes(write(tmp_path, files))]
    assert set(found) == {"service.yaml", "faq.en.yaml", "guide.en.md", "broken.pdf"}
    assert found.count("faq.en.yaml") == 3


def test_every_problem_says_its_file_and_line_in_words(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        load(write(tmp_path, {"a/faq.en.yaml": "- {id: a, question: q}", "b/faq.yaml": b"\xff"}))
    assert str(caught.value).splitlines() == [
        f"{tmp_path}/a/faq.en.yaml:1: 0.answer: required field is missing",
        f"{tmp_path}/b/faq.yaml:1: not UTF-8 text (byte 0); save the file as UTF-8",
    ]


def test_files_without_a_language_are_read_in_that_of_each_question(tmp_path: Path) -> None:
    text = "- {id: a, question: How long?, answer: x}\n- {id: b, question: 多久？, answer: x}\n"
    content = load(
        write(tmp_path, {"desk/faq.yaml": text, "desk/declines.yaml": "- {id: c, question: 电话？}"})
    )
    assert {entry.key for entry in content.entries} == {"desk/a.en", "desk/b.zh", "desk/c.zh"}


def test_content_without_a_service_file_is_a_service_named_as_its_folder(tmp_path: Path) -> None:
    content = load(write(tmp_path, {"desk/faq.en.yaml": ONE}))
    assert [(service.id, service.figures) for service in content.services] == [("desk", ())]


def test_nested_folders_are_read(tmp_path: Path) -> None:
    content = load(write(tmp_path, {"a/b/c/faq.en.yaml": ONE, "faq.en.yaml": ONE}))
    assert {entry.key for entry in content.entries} == {"c/a.en", f"{tmp_path.name}/a.en"}


def test_files_that_are_no_content_are_left_alone(tmp_path: Path) -> None:
    others = [
        "README.md",
        "notes/README.md",
        "logo.png",
        "desk/.hidden.yaml",
        "desk/~$faq.en.yaml",
        "a/b.txt",
    ]
    content = load(write(tmp_path, {"desk/faq.en.yaml": ONE} | dict.fromkeys(others, "\0")))
    assert [service.id for service in content.services] == ["desk"]
    assert len(content.entries) == 1


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = load(write(tmp_path / "plain", SMALL))
    marked = {name: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for name, text in SMALL.items()}
    windows = load(write(tmp_path / "windows", marked))
    assert [(e.key, e.line, e.body) for e in windows.entries] == [
        (e.key, e.line, e.body) for e in plain.entries
    ]


def test_an_id_that_is_a_number_is_a_word(tmp_path: Path) -> None:
    content = load(write(tmp_path, {"desk/faq.en.yaml": FAQ_EN.replace("id: fee", "id: 27001").replace("[fee]", "[27001]")
                                    , "desk/service.yaml": SERVICE}))  # fmt: skip
    assert entry(content, "desk/validity.en").actions == ("desk/27001",)


def test_a_variant_that_is_written_twice_counts_once(tmp_path: Path) -> None:
    text = "- {id: a, question: q, variants: [b, c, b], answer: x}\n"
    assert entry(load(write(tmp_path, {"d/faq.en.yaml": text})), "d/a.en").variants == ("b", "c")


def test_services_can_be_read_without_what_is_said_of_them(tmp_path: Path) -> None:
    assert services(CONTENT) == {service.id: service for service in load(CONTENT).services}
    broken = write(tmp_path, {"d/service.yaml": "id: [", "d/faq.en.yaml": "no list"})
    with pytest.raises(ContentError) as raised:
        services(broken)
    assert [problem.file.name for problem in raised.value.problems] == ["service.yaml"]
    with pytest.raises(ContentError, match="no such folder"):
        services(tmp_path / "none")


def test_the_shipped_content_loads() -> None:
    content = load(CONTENT)
    assert {service.id for service in content.services} == {"iso-20000", "company"}
    assert {entry.language for entry in content.entries} == {"en", "zh"}
