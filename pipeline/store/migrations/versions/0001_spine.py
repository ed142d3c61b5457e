"""The spine: events, deliveries, ticks and comments"""

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import BigId, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "block",
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("site", "kind", "value", name=op.f("pk_block")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "comment",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("external_id", sa.String(length=256), nullable=False),
        sa.Column("page", sa.String(length=500), nullable=False),
        sa.Column("page_url", sa.String(length=2000), nullable=False),
        sa.Column("parent_id", BigId, nullable=True),
        sa.Column("parent_ref", sa.String(length=256), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("author_email", sa.String(length=254), nullable=True),
        sa.Column("author_website", sa.String(length=500), nullable=True),
        sa.Column("author_key", sa.String(length=32), nullable=False),
        sa.Column("avatar", sa.String(length=16), nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=500), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shown_revision", sa.Integer(), nullable=True),
        sa.Column("public", sa.Text(), nullable=True),
        sa.Column("seen", sa.SmallInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("edited_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_comment_source_external_id")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index("ix_comment_address", ["site", "ip", "received_at"], unique=False)
        batch_op.create_index(
            "ix_comment_author", ["site", "author_key", "received_at"], unique=False
        )
        batch_op.create_index(
            "ix_comment_held",
            ["site", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.create_index("ix_comment_on_page", ["site", "page", "received_at"], unique=False)
        batch_op.create_index(
            "ix_comment_orphan",
            ["site", "parent_ref"],
            unique=False,
            sqlite_where=sa.text("parent_id IS NULL AND parent_ref IS NOT NULL"),
            postgresql_where=sa.text("parent_id IS NULL AND parent_ref IS NOT NULL"),
        )
        batch_op.create_index("ix_comment_page", ["site", "page", "seen"], unique=False)
        batch_op.create_index("ix_comment_received", ["site", "received_at"], unique=False)

    op.create_table(
        "comment_band",
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("comment_id", BigId, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("band", "comment_id", "revision", name=op.f("pk_comment_band")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "comment_revision",
        sa.Column("comment_id", BigId, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("event_id", BigId, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", sa.String(length=40), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", "revision", name=op.f("pk_comment_revision")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("event_id", BigId, autoincrement=False, nullable=False),
        sa.Column("handler", sa.String(length=100), nullable=False),
        sa.Column("queue", sa.String(length=50), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dispatches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", UtcTime(), nullable=False),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("settled_at", UtcTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'done', 'dead')", name=op.f("ck_delivery_state")),
        sa.PrimaryKeyConstraint("event_id", "handler", name=op.f("pk_delivery")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_dead",
            ["subject", "event_id"],
            unique=False,
            sqlite_where=sa.text("state = 'dead'"),
            postgresql_where=sa.text("state = 'dead'"),
        )
        batch_op.create_index(
            "ix_delivery_due",
            ["queue", "next_at", "event_id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            "ix_delivery_leased",
            ["queue", "lease_until"],
            unique=False,
            sqlite_where=sa.text("lease_until IS NOT NULL"),
            postgresql_where=sa.text("lease_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_delivery_subject",
            ["queue", "subject", "event_id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "event",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("external_id", sa.String(length=600), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("occurred_at", UtcTime(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_event_source_external_id")),
    )
    op.create_table(
        "moderation_action",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("comment_id", BigId, nullable=True),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("before", sa.String(length=300), nullable=False),
        sa.Column("after", sa.String(length=300), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_action")),
    )
    with op.batch_alter_table("moderation_action", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_action_comment", ["comment_id", "id"], unique=False)

    op.create_table(
        "thread",
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("page", sa.String(length=500), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("site", "page", name=op.f("pk_thread")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tick",
        sa.Column("job", sa.String(length=50), nullable=False),
        sa.Column("slot", BigId, autoincrement=False, nullable=False),
        sa.Column("taken_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_tick")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "verdict",
        sa.Column("comment_id", BigId, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("pipeline", sa.String(length=40), nullable=False),
        sa.Column("config", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", "revision", "pipeline", name=op.f("pk_verdict")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("verdict")
    op.drop_table("tick")
    op.drop_table("thread")
    with op.batch_alter_table("moderation_action", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_action_comment")

    op.drop_table("moderation_action")
    op.drop_table("event")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_subject",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index(
            "ix_delivery_leased",
            sqlite_where=sa.text("lease_until IS NOT NULL"),
            postgresql_where=sa.text("lease_until IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_delivery_due",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index(
            "ix_delivery_dead",
            sqlite_where=sa.text("state = 'dead'"),
            postgresql_where=sa.text("state = 'dead'"),
        )

    op.drop_table("delivery")
    op.drop_table("comment_revision")
    op.drop_table("comment_band")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_received")
        batch_op.drop_index("ix_comment_page")
        batch_op.drop_index(
            "ix_comment_orphan",
            sqlite_where=sa.text("parent_id IS NULL AND parent_ref IS NOT NULL"),
            postgresql_where=sa.text("parent_id IS NULL AND parent_ref IS NOT NULL"),
        )
        batch_op.drop_index("ix_comment_on_page")
        batch_op.drop_index(
            "ix_comment_held",
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.drop_index("ix_comment_author")
        batch_op.drop_index("ix_comment_address")

    op.drop_table("comment")
    op.drop_table("block")
