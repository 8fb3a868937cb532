"""`certdesk wechat`, against the platform and the running service."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.errors import CertDeskError
from bot.settings import Settings
from conftest import serving
from databases import migrated_sqlite
from tencent.platform import Platform

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command of an account of that platform, whose service is at that address."""

    def command(platform: Platform, url: str, *words: str) -> Result:
        settings = platform.settings() | {
            "CERTDESK_PUBLIC_URL": url,
            "CERTDESK_DATABASE_URL": migrated_sqlite(tmp_path),
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(cli, ["wechat", *words])

    return command


def test_the_menu_is_made_and_shown(run: Run) -> None:
    with Platform() as platform:
        assert '"button"' not in run(platform, "", "menu", "--show").output
        assert "我的申请" in run(platform, "", "menu").output
        assert platform.api.menu is not None
        assert run(platform, "", "menu", "--language", "en").exit_code == 0
        assert "My application" in run(platform, "", "menu", "--show").output


def test_the_check_says_what_is_right_and_what_is_not(run: Run, shipped_data: Path, tmp_path: Path) -> None:
    with Platform() as platform:
        of_account = {n.removeprefix("CERTDESK_").lower(): v for n, v in platform.settings().items()}
        database = f"sqlite:///{tmp_path / 'service.db'}"
        settings = Settings.model_validate({"data_dir": shipped_data, "database_url": database} | of_account)
        with serving(settings) as url:
            said = run(platform, url, "check")
            assert said.exit_code == 1  # neither https nor the safe mode
            for line in (
                "answers as the platform wants",
                "takes our AppID",
                "no menu is set",
                "public https",
                "unencrypted",
            ):
                assert line in said.output, said.output
        platform.rules.forbidden = True
        platform.rules.expire()
        said = run(platform, url, "check")  # the service is down by now
        assert "cannot be reached" in said.output


def test_an_address_that_is_not_allowed_is_named(run: Run) -> None:
    with Platform() as platform:
        platform.rules.forbidden = True
        said = run(platform, "http://127.0.0.1:9", "check")
        assert said.exit_code == 1
        assert "127.0.0.1 is not allowed" in said.output


def test_without_an_account_it_says_where_to_read_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(cli, ["wechat", "check"])
    assert isinstance(found.exception, CertDeskError)
    assert "docs/wechat.md" in str(found.exception)
