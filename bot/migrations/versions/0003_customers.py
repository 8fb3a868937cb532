"""Customers known by an address, messages taken in, shared tokens, and how messages were delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _conversation(index: bool = True) -> sa.Column[object]:
    key = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return sa.Column("conversation_id", sa.String(40), key, nullable=False, index=index)


def upgrade() -> None:
    op.add_column("deliveries", _time("tried_at", nullable=True))
    op.add_column("deliveries", sa.Column("via", sa.String(200)))
    op.create_table(
        "customers",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("address", sa.String(64), primary_key=True),
        _conversation(),
        sa.Column("source", sa.String(64), nullable=False),
        _time("asked_at", nullable=True),
        sa.Column("asked_used", sa.Integer, nullable=False),
        _time("acted_at", nullable=True),
        sa.Column("acted_used", sa.Integer, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _conversation(index=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        _time("received_at"),
        sa.UniqueConstraint("conversation_id", "channel", "external_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tokens",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        _time("expires_at"),
        _time("claimed_until"),
    )
