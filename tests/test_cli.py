"""The command, run in this process; one test starts it for real."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import structlog

from bot.__main__ import main
from samples import DECLINES_EN, FAQ_EN, SMALL, write

QUESTIONS = [
    {"id": "q1", "question": "How long is the label valid?"},
    {"id": 2, "question": "检查收费多少？"},
    {"id": "q3", "question": "😀\u2028\x85"},
]


class Ran(NamedTuple):
    status: object
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


class Command:
    """Runs `certdesk` with arguments, as the console script does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["certdesk", *map(str, arguments)])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = self._capsys.readouterr()
        return Ran(ended.value.code or 0, captured.out, captured.err)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    yield
    root.level, root.handlers[:] = before
    structlog.reset_defaults()


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch, shipped_data: Path) -> None:
    """The shipped content's index serves."""
    monkeypatch.setenv("CERTDESK_DATA_DIR", str(shipped_data))


@pytest.fixture(scope="module")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that keeps the few embeddings of the small content."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, small_data: Path, tmp_path: Path) -> Path:
    """A content folder of one's own, with a data folder apart from the shipped one."""
    monkeypatch.setenv("CERTDESK_DATA_DIR", str(small_data))
    return write(tmp_path / "content", SMALL)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        "\n".join(json.dumps(line, ensure_ascii=False) for line in QUESTIONS) + "\n\n", encoding="utf-8"
    )
    return file


@pytest.mark.usefixtures("shipped")
class TestShipped:
    def test_ask_answers_with_its_source(self, command: Command) -> None:
        ran = command("ask", "How long is the certificate valid?")
        assert ran.status == 0
        assert "3 years" in ran.out
        assert "[1] Frequently asked questions >" in ran.out

    def test_ask_prints_a_reply_for_machines(self, command: Command) -> None:
        (reply,) = command("ask", "证书有效期多久？", "--json").lines
        assert (reply["outcome"], reply["language"], reply["ai_generated"]) == ("answered", "zh", True)
        assert "3年" in reply["text"]

    def test_a_conversation_is_read_line_by_line(
        self, command: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        typed = iter(["How much does it cost?", "", "and how long?"])

        def line() -> str:
            try:
                return next(typed)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", line)
        first, second = command("ask", "--json").lines
        assert "quotation" in first["text"]
        assert "15 working days" in second["text"]

    @pytest.mark.parametrize(
        ("typed", "advice"), [("  ", "write your question"), ("x" * 4001, "at most 4000")]
    )
    def test_a_message_that_cannot_be_asked_is_refused(
        self, command: Command, typed: str, advice: str
    ) -> None:
        ran = command("ask", typed)
        assert ran.status == 2
        assert advice in ran.err

    def test_search_prints_hits_best_first(self, command: Command) -> None:
        (found,) = command("search", "certificate validity", "--k", "3", "--json").lines
        assert found["query"] == "certificate validity"
        assert [set(hit) for hit in found["hits"]] == [{"entry", "score", "confidence"}] * 3
        assert found["hits"][0]["entry"] == "validity"
        scores = [hit["score"] for hit in found["hits"]]
        assert scores == sorted(scores, reverse=True)

    def test_search_for_people_names_the_entries(self, command: Command) -> None:
        ran = command("search", "证书有效期多久？")
        assert ran.status == 0
        assert "iso-20000/validity.zh" in ran.out


class TestSmall:
    def test_questions_of_a_file_get_a_line_each(
        self, command: Command, small: Path, questions: Path
    ) -> None:
        ran = command("search", "--content", small, "--questions", questions, "--json")
        assert ran.status == 0, ran.err
        assert [line["id"] for line in ran.lines] == ["q1", 2, "q3"]
        for line in ran.lines:
            assert set(line) == {"id", "hits", "ms"}
            assert line["ms"] >= 0
            for hit in line["hits"]:
                assert set(hit) == {"entry", "score", "confidence"}
                assert 0 <= hit["confidence"] <= 1
        assert [line["hits"][0]["entry"] for line in ran.lines[:2]] == ["validity", "fee"]

    @pytest.mark.parametrize(
        "line", ["{", "[]", '"text"', '{"id": "q"}', '{"question": "How long?"}', "How long?"]
    )
    def test_a_broken_questions_line_is_named_by_file_and_number(
        self, command: Command, small: Path, questions: Path, line: str
    ) -> None:
        with questions.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        ran = command("search", "--content", small, "--questions", questions)
        assert ran.status == 2
        assert f"{questions}:5: " in ran.err

    def test_content_of_ones_own_leaves_the_served_index_alone(
        self, command: Command, small: Path, small_data: Path
    ) -> None:
        command("search", "label", "--content", small)
        assert not (small_data / "index").exists()

    def test_search_wants_a_query_or_a_file(self, command: Command, questions: Path) -> None:
        for arguments in ([], ["label", "--questions", questions]):
            ran = command("search", *arguments)
            assert ran.status == 2
            assert "either a query or --questions" in ran.err

    @pytest.mark.parametrize("option", ["--content", "--questions"])
    def test_a_path_that_does_not_exist_is_named(
        self, command: Command, small: Path, tmp_path: Path, option: str
    ) -> None:
        nothing = tmp_path / "nothing"
        rest = ["label"] if option == "--content" else ["--content", small]
        ran = command("search", option, nothing, *rest)
        assert ran.status == 2
        assert str(nothing) in ran.err
        assert "Traceback" not in ran.err

    def test_ingest_builds_once(
        self, command: Command, small: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("CERTDESK_DATA_DIR", str(tmp_path / "data"))
        assert "built" in command("ingest", "--content", small).out
        assert "unchanged" in command("ingest", "--content", small).out

    def test_ingest_prints_every_mistake_and_keeps_the_index(
        self, command: Command, small: Path, small_data: Path
    ) -> None:
        write(
            small,
            {
                "desk/faq.en.yaml": FAQ_EN.replace("{{term}}", "{{nothing}}"),
                "desk/declines.en.yaml": DECLINES_EN.replace("note:", "remark:"),
            },
        )
        ran = command("ingest", "--content", small)
        assert ran.status == 2
        assert "faq.en.yaml:1: " in ran.err
        assert "nothing" in ran.err
        assert "declines.en.yaml:3: " in ran.err
        assert "remark" in ran.err
        assert not (small_data / "index").exists()

    def test_lint_finds_nothing_in_content_that_is_in_order(self, command: Command, small: Path) -> None:
        ran = command("lint", "--content", small)
        assert (ran.status, ran.out.splitlines()[-1]) == (0, "0 findings")

    def test_lint_ends_with_1_and_names_what_it_found(self, command: Command, small: Path) -> None:
        write(
            small,
            {"desk/declines.zh.yaml": "[]\n", "desk/faq.en.yaml": FAQ_EN.replace("{{term}}", "4 years")},
        )
        ran = command("lint", "--content", small)
        assert ran.status == 1
        assert "parking does not exist in zh" in ran.out
        assert "'4 years' stands in the text" in ran.out
        assert not ran.out.endswith("\n0 findings\n")


def test_a_wrong_setting_is_one_plain_message(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTDESK_PROT", "1")
    ran = command("lint")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "certdesk: CERTDESK_PROT is not a setting; did you mean CERTDESK_PORT?\n"


def test_the_commands_are_listed() -> None:
    ran = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True)
    for name in ("serve", "ingest", "lint", "search", "ask"):
        assert f" {name} " in ran.stdout
