"""The README says what is so."""

import re
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.metrics import Metrics
from bot.settings import CONTENT, PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    """The table as it should stand in the README."""
    return "\n".join(
        f"| `{PREFIX}{name.upper()}` | {default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    )


def default(field: FieldInfo) -> str:
    """As one would write it oneself."""
    if field.default == CONTENT:
        return "the shipped content"
    if field.default in {"", None}:
        return ""
    return f"`{field.default:g}`" if isinstance(field.default, float) else f"`{field.default}`"


def test_the_settings_table_is_complete_and_true() -> None:
    assert settings_table() in README


def test_every_variable_that_the_documents_name_is_a_setting() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for document in [*(ROOT / "docs").glob("*.md"), ROOT / "CHANGELOG.md"]:
        named = re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", document.read_text(encoding="utf-8"))
        assert known >= set(named), document.name


def test_what_is_watched_is_what_is_counted() -> None:
    table = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").split("## Watching it")[1]
    counted = re.findall(r"^# TYPE (certdesk_\w+)", Metrics().text()[0].decode(), re.MULTILINE)
    assert set(re.findall(r"`(certdesk_\w+)`", table.split("\n## ")[0])) == set(counted)


def test_every_file_that_the_documents_name_exists() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), CONTENT / "README.md"]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_command_in_the_table_exists() -> None:
    named = set(re.findall(r"^\| `certdesk (\w+)", README, re.MULTILINE))
    commands = {c.name or c.callback.__name__ for c in cli.registered_commands if c.callback}
    assert named == commands | {group.name for group in cli.registered_groups}


def test_make_targets_in_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake (\w+)", README.split("## How it answers")[0]):
        if target not in {"are", "is"}:
            assert f"\n{target}: " in makefile, target


def test_the_dialogue_is_what_the_assistant_says(shipped_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dialogue = re.search(r"```text\n(> .*?)```", README, re.DOTALL)
    assert dialogue is not None
    asked = re.findall(r"^> (.*)$", dialogue[1], re.MULTILINE)
    monkeypatch.setenv("CERTDESK_DATA_DIR", str(shipped_data))
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setattr(
        "bot.log.configure", lambda *_: None
    )  # it would go on writing to where this test was heard
    result = CliRunner().invoke(cli, ["ask"], input="\n".join(asked) + "\n")
    assert result.exit_code == 0, result.output
    said = re.sub(r"^> .*\n", "", dialogue[1], flags=re.MULTILINE)
    assert words(result.stdout) == words(said)


def words(text: str) -> list[str]:
    return text.split()
