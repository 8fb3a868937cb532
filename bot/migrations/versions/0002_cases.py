"""Cases, documents, handoffs, deliveries, knowledge gaps, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_OPEN = sa.text("state != 'ended'")


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _conversation(nullable: bool = False) -> sa.Column[object]:
    key = sa.ForeignKey("conversations.id", ondelete="SET NULL" if nullable else "CASCADE")
    return sa.Column("conversation_id", sa.String(40), key, nullable=nullable, index=True)


def _case(nullable: bool = False) -> sa.Column[object]:
    key = sa.ForeignKey("cases.id", ondelete="CASCADE")
    return sa.Column("case_id", sa.Integer, key, nullable=nullable, index=True)


def _number() -> sa.Column[object]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def upgrade() -> None:
    _conversations()
    _cases()
    _handoffs_and_gaps()
    _records()


def _conversations() -> None:
    # Added one by one: a batch would rebuild the table, and with it lose the messages that refer to it.
    op.add_column("conversations", sa.Column("owner", sa.String(100)))
    op.add_column("conversations", _time("closed_at", nullable=True))
    op.add_column("conversations", sa.Column("case_id", sa.Integer))
    op.add_column(
        "conversations", sa.Column("revision", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    op.add_column("conversations", _time("last_at", nullable=True))
    op.execute("UPDATE conversations SET last_at = created_at")
    op.create_index("ix_conversations_case_id", "conversations", ["case_id"])
    op.create_index("ix_conversations_last_at", "conversations", ["last_at"])
    op.create_index("ix_messages_in_reply_to", "messages", ["in_reply_to"])
    op.drop_index("messages_in_reply_to", "messages")
    op.create_table(
        "events",
        _number(),
        _conversation(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        _time("at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "intakes",
        sa.Column(
            "conversation_id",
            sa.String(40),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        _time("updated_at"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        _number(),
        sa.Column("reference", sa.String(20), unique=True),
        sa.Column("confirmation", sa.String(40), nullable=False, unique=True),
        _conversation(nullable=True),
        sa.Column("service", sa.String(60), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("contact", sa.String(254), nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("consent_to", sa.String(40), nullable=False),
        _time("consent_at"),
        _time("created_at"),
        sa.Column("certified_on", sa.Date),
        sa.Column("surveillance_months", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_events",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        _time("at"),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    )
    op.create_table(
        "quotation_requests",
        _number(),
        _case(),
        sa.Column("factors", sa.JSON, nullable=False),
        _time("requested_at"),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "quotations",
        _number(),
        _case(),
        sa.Column("amount", sa.String(20) if sqlite else sa.Numeric(14, 2), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("entered_by", sa.String(100), nullable=False),
        _time("entered_at"),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.String(40), primary_key=True),
        _conversation(nullable=True),
        _case(nullable=True),
        sa.Column("external_id", sa.String(200)),
        sa.Column("item", sa.String(60)),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        _time("created_at"),
        sa.UniqueConstraint("conversation_id", "external_id"),
    )


def _handoffs_and_gaps() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(40), primary_key=True),
        _conversation(),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        _time("created_at"),
        sa.Column("taken_by", sa.String(100)),
        _time("ended_at", nullable=True),
        sa.Column("outcome", sa.Text, nullable=False, server_default=sa.text("''")),
    )
    op.create_index(
        "one_open_handoff",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "gap_groups",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("total", sa.LargeBinary, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        _time("created_at"),
    )
    op.create_table(
        "gaps",
        sa.Column("id", sa.String(40), primary_key=True),
        _conversation(),
        sa.Column("message_id", sa.String(40), nullable=False, unique=True),
        sa.Column("group_id", sa.String(40), sa.ForeignKey("gap_groups.id", ondelete="SET NULL"), index=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("vector", sa.LargeBinary),
        _time("created_at"),
    )
    op.create_table(
        "feedback",
        sa.Column("message_id", sa.String(40), primary_key=True),
        _conversation(),
        sa.Column("helpful", sa.Boolean, nullable=False),
        _time("at"),
    )


def _records() -> None:
    op.create_table(
        "deliveries",
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("target", sa.String(20), nullable=False),
        _conversation(nullable=True),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        _time("created_at"),
        _time("sent_at", nullable=True),
    )
    op.create_table(
        "lookups",
        _number(),
        _conversation(),
        sa.Column("reference", sa.String(20), nullable=False, index=True),
        _time("at"),
    )
    op.create_table(
        "audit",
        _number(),
        _time("at"),
        sa.Column("staff", sa.String(100), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
    )


def downgrade() -> None:
    for table in (
        "audit lookups deliveries feedback gaps gap_groups handoffs documents quotations quotation_requests "
        "case_events cases intakes events"
    ).split():
        op.drop_table(table)
    op.drop_index("ix_conversations_case_id", "conversations")
    op.drop_index("ix_conversations_last_at", "conversations")
    op.create_index("messages_in_reply_to", "messages", ["in_reply_to"])
    op.drop_index("ix_messages_in_reply_to", "messages")
    for column in ("owner", "closed_at", "case_id", "revision", "last_at"):
        op.drop_column("conversations", column)
