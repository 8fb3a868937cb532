from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bot.store import Store
from databases import cleared_after, empty_postgres, migrated_postgres, postgres
from offices import a_conversation


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))


def _names() -> set[str]:
    with psycopg.connect(postgres().get_uri()) as connection:
        return {str(name) for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_what_a_test_creates_on_the_server_is_dropped_after_it_though_it_is_still_connected(
    tmp_path: Path,
) -> None:
    with cleared_after():
        connection = _connected(empty_postgres(tmp_path))
        assert connection.info.dbname in _names()
    assert connection.info.dbname not in _names()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_a_migrated_database_is_used_again_with_nothing_of_the_test_before_though_that_is_in_a_transaction(
    tmp_path: Path,
) -> None:
    with cleared_after():
        url = migrated_postgres(tmp_path)
        store = Store(url)
        id = a_conversation(store)
        connection = _connected(url)
        connection.execute("SELECT * FROM conversations FOR UPDATE")
    connection.close()
    store.close()
    with cleared_after():
        again = migrated_postgres(tmp_path)
        assert make_url(again).database == make_url(url).database
        store = Store(again)
        with store.read() as tx:
            assert tx.conversations.get(id) is None
        a_conversation(store)
        store.close()
