"""What the desk's pages work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from bot.accounts import Accounts
from bot.changes import Changes
from bot.events import Events
from bot.files import Files
from bot.office import Office
from bot.service import Service
from bot.settings import Settings
from bot.store import Store
from knowledge.search import Search


@dataclass(frozen=True)
class Desk:
    """`search` gives the one that is open now; `pushes` tells whether the firm has a WeChat account that may send."""

    settings: Settings
    office: Office
    files: Files
    accounts: Accounts
    service: Service
    search: Callable[[], Search]
    events: Events
    changes: Changes
    pushes: bool

    @property
    def store(self) -> Store:
        return self.office.store

    @property
    def zone(self) -> tzinfo:
        return self.office.zone
