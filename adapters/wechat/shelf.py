"""Where the access token lies, for all processes on one database."""

from datetime import UTC, datetime

from adapters.wechat.tokens import Kept
from bot.store import Store


class DatabaseShelf:
    """Of one account, by its AppID."""

    def __init__(self, store: Store, app_id: str) -> None:
        self._store = store
        self._name = f"wechat:{app_id}"

    def load(self) -> Kept | None:
        with self._store.read() as tx:
            found = tx.tokens.get(self._name)
        return Kept(found[0], found[1].timestamp()) if found else None

    def claim(self, seconds: float) -> bool:
        with self._store.write() as tx:
            return tx.tokens.claim(self._name, seconds)

    def save(self, kept: Kept) -> None:
        with self._store.write() as tx:
            tx.tokens.put(self._name, kept.token, datetime.fromtimestamp(kept.expires_at, UTC))

    def release(self) -> None:
        with self._store.write() as tx:
            tx.tokens.release(self._name)
