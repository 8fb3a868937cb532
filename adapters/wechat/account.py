"""The Official Account that this service speaks for."""

import base64
import binascii
from dataclasses import dataclass, field
from enum import StrEnum

from bot.errors import SettingsError
from bot.settings import PREFIX, Settings

PLAIN = "plain"  # in the place of an AES key: messages come unencrypted, on purpose


class Kind(StrEnum):
    """What Tencent lets the account do: only a verified one may send messages of its own accord."""

    SERVICE = "service"
    SUBSCRIPTION = "subscription"
    UNVERIFIED = "unverified"


@dataclass(frozen=True)
class Account:
    """`aes_keys` has the present key and, while it is being changed, the previous one; none: plain mode."""

    app_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_keys: tuple[str, ...] = field(repr=False)
    kind: Kind = Kind.SERVICE
    api_base: str = "https://api.weixin.qq.com"

    @property
    def pushes(self) -> bool:
        """Whether it may send customer-service messages."""
        return self.kind is not Kind.UNVERIFIED


def account(settings: Settings) -> Account | None:
    """The account that is set up; None without one. Raises SettingsError naming what is missing or wrong."""
    given = {
        "APP_ID": settings.wechat_app_id,
        "APP_SECRET": settings.wechat_app_secret,
        "TOKEN": settings.wechat_token,
        "AES_KEY": settings.wechat_aes_key,
    }
    if not any(given.values()):
        return None
    if missing := [f"{PREFIX}WECHAT_{name}" for name, value in given.items() if not value]:
        raise SettingsError(f"WeChat needs {', '.join(missing)} beside what is set; see docs/wechat.md.")
    keys = [settings.wechat_aes_key, settings.wechat_previous_aes_key]
    return Account(
        settings.wechat_app_id,
        settings.wechat_app_secret,
        settings.wechat_token,
        () if keys[0] == PLAIN else tuple(_checked(key) for key in keys if key),
        Kind(settings.wechat_account),
        settings.wechat_api_base.rstrip("/"),
    )


def _checked(key: str) -> str:
    try:
        whole = len(base64.b64decode(key + "=", validate=True)) == 32
    except (binascii.Error, ValueError):
        whole = False
    if not whole or len(key) != 43:
        raise SettingsError(
            f"{PREFIX}WECHAT_AES_KEY and its predecessor have 43 letters and digits; copy the EncodingAESKey again."
        )
    return key
