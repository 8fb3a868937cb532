from pathlib import Path

import psycopg
import pytest

from databases import dropped_after, migrated_postgres, postgres


def _names() -> set[str]:
    with psycopg.connect(postgres().get_uri()) as connection:
        return {str(name) for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_what_a_test_creates_on_the_server_is_dropped_after_it_though_it_is_still_connected(
    tmp_path: Path,
) -> None:
    with dropped_after():
        url = migrated_postgres(tmp_path)
        connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))
        assert connection.info.dbname in _names()
    assert connection.info.dbname not in _names()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()
