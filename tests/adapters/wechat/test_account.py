import pytest

from adapters.wechat.account import Kind, account
from bot.errors import SettingsError
from bot.settings import Settings

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WHOLE = {"wechat_app_id": "wx1", "wechat_app_secret": "s", "wechat_token": "t", "wechat_aes_key": KEY}


def settings(**changes: str) -> Settings:
    return Settings.model_validate(WHOLE | changes)


def test_without_settings_there_is_no_account() -> None:
    assert account(Settings()) is None


def test_a_whole_account_is_read() -> None:
    found = account(settings(wechat_account="unverified", wechat_previous_aes_key=KEY[::-1]))
    assert found is not None
    assert (found.kind, found.pushes, found.aes_keys) == (Kind.UNVERIFIED, False, (KEY, KEY[::-1]))
    assert "wx1" in repr(found)
    assert KEY not in repr(found)


@pytest.mark.parametrize("missing", WHOLE)
def test_what_is_missing_stops_the_start_and_is_named(missing: str) -> None:
    with pytest.raises(SettingsError, match=f"CERTDESK_{missing.upper()} "):
        account(settings(**{missing: ""}))


@pytest.mark.parametrize("key", ["short", KEY + "x", KEY[:-1] + "!", "长" * 43])
def test_a_key_that_cannot_be_one_stops_the_start(key: str) -> None:
    for name in ("wechat_aes_key", "wechat_previous_aes_key"):
        with pytest.raises(SettingsError, match="43 letters and digits"):
            account(settings(**{name: key}))


def test_unencrypted_callbacks_are_taken_on_purpose_only() -> None:
    found = account(settings(wechat_aes_key="plain"))
    assert found is not None
    assert found.aes_keys == ()
