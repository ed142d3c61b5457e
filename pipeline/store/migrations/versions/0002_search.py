"""Search: posts, generations of the index, queries"""

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import BigId, UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "content_state",
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("synced_at", UtcTime(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.Column("reader_until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_content_state")),
    )
    op.create_table(
        "index_generation",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("engine", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cursor", sa.String(length=512), server_default="", nullable=False),
        sa.Column("written", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("checksum", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("builder_until", UtcTime(), nullable=True),
        sa.Column("reconciled_at", UtcTime(), nullable=True),
        sa.Column("drift", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_index_generation")),
    )
    op.create_table(
        "post",
        sa.Column("key", sa.String(length=512), nullable=False),
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("post_id", sa.String(length=256), nullable=False),
        sa.Column("page", sa.String(length=500), nullable=True),
        sa.Column("event_id", BigId, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("builder", sa.String(length=40), nullable=True),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("deleted_at", UtcTime(), nullable=True),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("indexed_version", sa.BigInteger(), nullable=False),
        sa.Column("indexed_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(
            "ix_post_dirty",
            ["key"],
            unique=False,
            sqlite_where=sa.text("indexed_version < version"),
            postgresql_where=sa.text("indexed_version < version"),
        )
        batch_op.create_index("ix_post_listed", ["site", "published_at"], unique=False)
        batch_op.create_index("ix_post_page", ["site", "page"], unique=False)

    op.create_table(
        "search_query",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("clicks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_query")),
    )
    with op.batch_alter_table("search_query", schema=None) as batch_op:
        batch_op.create_index("ix_search_query_asked", ["site", "asked_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("search_query", schema=None) as batch_op:
        batch_op.drop_index("ix_search_query_asked")

    op.drop_table("search_query")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index("ix_post_page")
        batch_op.drop_index("ix_post_listed")
        batch_op.drop_index(
            "ix_post_dirty",
            sqlite_where=sa.text("indexed_version < version"),
            postgresql_where=sa.text("indexed_version < version"),
        )

    op.drop_table("post")
    op.drop_table("index_generation")
    op.drop_table("content_state")
