"""The README says what is so."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.settings import CONTENT, PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    """The table as it should stand in the README."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = (
            "the shipped content"
            if field.default == CONTENT
            else f"`{field.default}`"
            if field.default != ""
            else ""
        )
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def test_the_settings_table_is_complete_and_true() -> None:
    assert settings_table() in README


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
    result = CliRunner().invoke(cli, ["ask"], input="\n".join(asked) + "\n")
    assert result.exit_code == 0, result.output
    said = re.sub(r"^> .*\n", "", dialogue[1], flags=re.MULTILINE)
    assert words(result.stdout) == words(said)


def words(text: str) -> list[str]:
    return text.split()
