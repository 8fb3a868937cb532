"""Everything that works without the knowledge: the store, staff and how they are told, cases, privacy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo

from bot.cases import Cases
from bot.disclosure import NO_MODEL, Disclosure, disclosure
from bot.errors import SettingsError
from bot.handoff import Handoffs
from bot.hours import Hours
from bot.jobs import Jobs
from bot.notices import Email, Sender, Webhook
from bot.outbound import Outbound
from bot.privacy import Privacy
from bot.settings import PREFIX, Settings
from bot.store import Store
from knowledge.documents import Service


@dataclass(frozen=True)
class Office:
    store: Store
    cases: Cases
    handoffs: Handoffs
    outbound: Outbound
    privacy: Privacy
    privacy_url: str
    zone: tzinfo = UTC
    disclosure: Disclosure = NO_MODEL


def open_office(settings: Settings, services: Mapping[str, Service]) -> Office:
    """Opens the database and brings it up to date. Raises SettingsError."""
    disclosed = disclosure(settings)
    store = Store(settings.database, Jobs(settings.database))
    store.migrate()
    outbound = Outbound(store, senders(settings), settings.staff_language, f"{settings.site}/desk")
    hours = Hours.parse(settings.timezone, settings.business_hours, settings.holidays)
    keep = [name.strip() for name in settings.keep_of_case.split(",")]
    return Office(
        store=store,
        cases=Cases(services, hours.zone, disclosed.edition),
        handoffs=Handoffs(hours, outbound),
        outbound=outbound,
        privacy=Privacy(store, keep, outbound),
        privacy_url=f"{settings.site}/privacy",
        zone=hours.zone,
        disclosure=disclosed,
    )


def senders(settings: Settings) -> dict[str, Sender]:
    """The ways to tell staff that are set up. Raises SettingsError naming what is wrong or missing."""
    found: dict[str, Sender] = {}
    to = [address.strip() for address in settings.mail_to.split(",") if address.strip()]
    if settings.smtp_url and not (to and settings.mail_from):
        raise SettingsError(f"{PREFIX}SMTP_URL needs {PREFIX}MAIL_FROM and {PREFIX}MAIL_TO beside it.")
    if settings.smtp_url:
        found["email"] = _made("SMTP_URL", lambda: Email(settings.smtp_url, settings.mail_from, to))
    if settings.webhook_url:
        found["webhook"] = _made(
            "WEBHOOK_URL", lambda: Webhook(settings.webhook_url, settings.webhook_secret)
        )
    return found


def _made(name: str, make: Callable[[], Sender]) -> Sender:
    try:
        return make()
    except ValueError as error:
        raise SettingsError(f"{PREFIX}{name}: {error}") from error
