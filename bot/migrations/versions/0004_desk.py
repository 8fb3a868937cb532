"""The desk: staff and their sessions, notes, what they have read, full-text search, edits of the content."""

import sqlalchemy as sa
from alembic import op

from bot.store.words import words

revision = "0004"
down_revision = "0003"

_BATCH = 2000  # messages that are indexed at a time


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number() -> sa.Column[object]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def _string(name: str, length: int, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _conversation(*, primary_key: bool = False) -> sa.Column[object]:
    key = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return sa.Column(
        "conversation_id", sa.String(40), key, nullable=False, index=not primary_key, primary_key=primary_key
    )


def _staff(*, index: bool = False, primary_key: bool = False) -> sa.Column[object]:
    key = sa.ForeignKey("staff.id", ondelete="CASCADE")
    return sa.Column("staff_id", sa.Integer, key, nullable=False, index=index, primary_key=primary_key)


def upgrade() -> None:
    _columns()
    _people()
    _conversations()
    _content()
    _search()


def _columns() -> None:
    zero, empty = sa.text("0"), sa.text("''")
    op.add_column("conversations", sa.Column("language", sa.String(5), nullable=False, server_default=empty))
    op.add_column("conversations", sa.Column("asked_seq", sa.Integer, nullable=False, server_default=zero))
    op.add_column("conversations", _time("asked_at", nullable=True))
    op.add_column("conversations", sa.Column("staff_seq", sa.Integer, nullable=False, server_default=zero))
    op.create_index("conversations_by_owner", "conversations", ["owner", "asked_at"])
    for column, author in (("asked_seq", "customer"), ("staff_seq", "person")):
        op.execute(
            f"UPDATE conversations SET {column} = coalesce((SELECT max(seq) FROM messages "  # noqa: S608  # both are ours
            f"WHERE conversation_id = conversations.id AND author_kind = '{author}'), 0)"
        )
    op.execute(
        "UPDATE conversations SET asked_at = (SELECT created_at FROM messages "
        "WHERE conversation_id = conversations.id AND seq = conversations.asked_seq), "
        "language = CASE WHEN lower(substr(locale, 1, 2)) = 'zh' THEN 'zh' ELSE 'en' END"
    )
    op.add_column("messages", sa.Column("trace", sa.JSON(none_as_null=True)))
    op.create_index(
        "messages_by_time", "messages", ["created_at", "author_kind", "outcome", "conversation_id"]
    )
    op.add_column("handoffs", _time("taken_at", nullable=True))
    op.create_index("ix_handoffs_created_at", "handoffs", ["created_at"])
    op.add_column(
        "gap_groups", sa.Column("state", sa.String(10), nullable=False, server_default=sa.text("'open'"))
    )
    op.add_column("gap_groups", _string("matter", 260, nullable=True))
    op.add_column("gap_groups", _string("decided_by", 100, nullable=True))
    op.add_column("gap_groups", _time("decided_at", nullable=True))
    op.create_index("ix_gap_groups_state", "gap_groups", ["state"])


def _people() -> None:
    op.create_table(
        "staff",
        _number(),
        sa.Column("login", sa.String(254), nullable=False, unique=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        _string("role", 12),
        _string("language", 5),
        _string("password", 200),
        sa.Column("subject", sa.String(400), unique=True),
        sa.Column("active", sa.Boolean, nullable=False),
        _time("created_at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _staff(index=True),
        _time("created_at"),
        _time("seen_at"),
    )
    op.create_table(
        "sign_in_failures",
        _number(),
        _string("login_hash", 64),
        _string("address", 64),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def _conversations() -> None:
    op.create_table(
        "notes",
        _number(),
        sa.Column("key", sa.String(40), nullable=False, unique=True),
        _conversation(),
        _string("staff", 100),
        sa.Column("text", sa.Text, nullable=False),
        _time("at"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(40), primary_key=True),
        _conversation(),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        _string("name", 200),
        sa.Column("size", sa.Integer, nullable=False),
        _string("media_type", 100),
        _string("staff", 100),
        _time("created_at"),
    )
    op.create_table(
        "seen", _staff(primary_key=True), _conversation(primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
    )  # fmt: skip
    op.create_table(
        "presence", sa.Column("page", sa.String(40), primary_key=True), _staff(), _conversation(), _time("until")
    )  # fmt: skip
    op.create_table(
        "canned_replies", _number(), _string("language", 5), _string("title", 100),
        sa.Column("text", sa.Text, nullable=False), _string("edited_by", 100), _time("edited_at"),
    )  # fmt: skip


def _content() -> None:
    op.create_table(
        "content_edits",
        _number(),
        _time("at"),
        _string("staff", 100),
        _string("kind", 10),
        _string("service", 60),
        _string("entry", 200),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _search() -> None:
    key = sa.ForeignKey("messages.id", ondelete="CASCADE")
    table = op.create_table(
        "message_words",
        _number(),
        sa.Column("message_id", sa.String(40), key, nullable=False, unique=True),
        sa.Column("words", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        _fts5()
    else:  # the parser of PostgreSQL knows no Chinese, so the words are given to it as they are
        op.execute(
            "ALTER TABLE message_words ADD COLUMN found_by tsvector "
            "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED"
        )
        op.execute("CREATE INDEX message_words_found_by ON message_words USING gin (found_by)")
    _index(table)


def _fts5() -> None:
    """The index follows its table, also where a row is erased with its conversation."""
    op.execute(
        "CREATE VIRTUAL TABLE message_index USING fts5(words, content='message_words', content_rowid='id')"
    )
    op.execute(
        "CREATE TRIGGER message_words_added AFTER INSERT ON message_words BEGIN "
        "INSERT INTO message_index(rowid, words) VALUES (new.id, new.words); END"
    )
    op.execute(
        "CREATE TRIGGER message_words_removed AFTER DELETE ON message_words BEGIN "
        "INSERT INTO message_index(message_index, rowid, words) VALUES ('delete', old.id, old.words); END"
    )


def _index(table: sa.Table) -> None:
    """Oldest first, since a search shows the latest words first; a greeting is of no interest, and not indexed."""
    connection = op.get_bind()
    at = sa.column("created_at", sa.DateTime(timezone=True))
    messages = sa.table("messages", sa.column("id"), sa.column("seq"), sa.column("text"), at)
    query = sa.select(messages.c.id, messages.c.text, at).where(messages.c.seq > 1)
    after: sa.ColumnElement[bool] = sa.true()
    while rows := connection.execute(query.where(after).order_by(at, messages.c.id).limit(_BATCH)).all():
        found = [{"message_id": row.id, "words": text} for row in rows if (text := words(row.text))]
        if found:
            connection.execute(table.insert(), found)
        after = sa.tuple_(at, messages.c.id) > sa.tuple_(rows[-1].created_at, rows[-1].id)
