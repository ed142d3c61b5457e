"""Follow graphs: accounts, edges in time, jobs, windows, money"""

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import BigId, UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("ord", BigId, autoincrement=True, nullable=False),
        sa.Column("network", sa.String(length=100), nullable=False),
        sa.Column("native_id", sa.String(length=256), nullable=False),
        sa.Column("handle", sa.String(length=256), nullable=True),
        sa.Column("name", sa.String(length=256), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="unknown", nullable=False),
        sa.Column("created_at", UtcTime(), nullable=True),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("following", sa.Integer(), nullable=True),
        sa.Column("profile_at", UtcTime(), nullable=True),
        sa.Column("gone_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("ord", name=op.f("pk_account")),
        sa.UniqueConstraint("network", "native_id", name=op.f("uq_account_network_native_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("ix_account_handle", ["network", sa.text("lower(handle)")], unique=False)

    op.create_table(
        "app_breaker",
        sa.Column("app", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("app", name=op.f("pk_app_breaker")),
    )
    op.create_table(
        "budget_ledger",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("job_id", BigId, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("app", sa.String(length=100), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("resources", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_ledger")),
    )
    with op.batch_alter_table("budget_ledger", schema=None) as batch_op:
        batch_op.create_index(
            "ix_budget_ledger_spent",
            ["app", "day", "scheduled", "cost"],
            unique=False,
            sqlite_where=sa.text("cost > 0"),
            postgresql_where=sa.text("cost > 0"),
        )
        batch_op.create_index(
            "ix_budget_ledger_one",
            ["job_id", "step"],
            unique=True,
            sqlite_where=sa.text("cost IS NULL"),
            postgresql_where=sa.text("cost IS NULL"),
        )
        batch_op.create_index(
            "ix_budget_ledger_open",
            ["app"],
            unique=False,
            sqlite_where=sa.text("cost IS NULL"),
            postgresql_where=sa.text("cost IS NULL"),
        )

    op.create_table(
        "credential",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("network", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("app", sa.String(length=100), nullable=False),
        sa.Column("owner_id", sa.String(length=256), nullable=True),
        sa.Column("handle", sa.String(length=256), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("refresh_until", UtcTime(), nullable=True),
        sa.Column("broken", sa.Text(), nullable=True),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_credential")),
    )
    op.create_table(
        "erased_account",
        sa.Column("who", sa.LargeBinary(length=32), nullable=False),
        sa.Column("erased_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_erased_account")),
    )
    of_accounts = sa.text("type IN ('follow.added', 'follow.removed', 'x.activity')")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_event_of_accounts",
            ["id"],
            unique=False,
            sqlite_where=of_accounts,
            postgresql_where=of_accounts,
        )

    op.create_table(
        "edge_span",
        sa.Column("src", BigId, autoincrement=False, nullable=False),
        sa.Column("dst", BigId, autoincrement=False, nullable=False),
        sa.Column("from_hi", UtcTime(), nullable=False),
        sa.Column("from_lo", UtcTime(), nullable=True),
        sa.Column("to_lo", UtcTime(), nullable=True),
        sa.Column("to_hi", UtcTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=10), nullable=True),
        sa.Column("run_from", BigId, nullable=False),
        sa.Column("run_to", BigId, nullable=True),
        sa.PrimaryKeyConstraint("src", "dst", "from_hi", name=op.f("pk_edge_span")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("edge_span", schema=None) as batch_op:
        batch_op.create_index("ix_edge_span_began", ["dst", "from_hi"], unique=False)
        batch_op.create_index("ix_edge_span_began_out", ["src", "from_hi"], unique=False)
        batch_op.create_index("ix_edge_span_ended", ["dst", "to_hi"], unique=False)
        batch_op.create_index("ix_edge_span_ended_out", ["src", "to_hi"], unique=False)
        batch_op.create_index(
            "ix_edge_span_in",
            ["dst", "src"],
            unique=False,
            sqlite_where=sa.text("to_hi IS NULL"),
            postgresql_where=sa.text("to_hi IS NULL"),
        )
        batch_op.create_index(
            "ix_edge_span_out",
            ["src", "dst"],
            unique=False,
            sqlite_where=sa.text("to_hi IS NULL"),
            postgresql_where=sa.text("to_hi IS NULL"),
        )

    op.create_table(
        "edge_suspect",
        sa.Column("owner", BigId, autoincrement=False, nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("member", BigId, autoincrement=False, nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("missed_at", UtcTime(), nullable=False),
        sa.Column("run_id", BigId, nullable=False),
        sa.PrimaryKeyConstraint("owner", "direction", "member", name=op.f("pk_edge_suspect")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "follow_count",
        sa.Column("account", BigId, autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("following", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("account", "at", name=op.f("pk_follow_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "graph_list",
        sa.Column("owner", BigId, autoincrement=False, nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("credential", sa.String(length=100), nullable=False),
        sa.Column("interest", sa.Float(), server_default="1", nullable=False),
        sa.Column("probed_at", UtcTime(), nullable=True),
        sa.Column("swept_at", UtcTime(), nullable=True),
        sa.Column("next_probe_at", UtcTime(), nullable=True),
        sa.Column("next_sweep_at", UtcTime(), nullable=True),
        sa.Column("sweep_days", sa.Float(), server_default="30", nullable=False),
        sa.Column("changes", sa.Float(), server_default="0", nullable=False),
        sa.Column("days", sa.Float(), server_default="0", nullable=False),
        sa.Column("fence", sa.LargeBinary(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("counted_at", UtcTime(), nullable=True),
        sa.Column("changed_at", UtcTime(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("searched_at", UtcTime(), nullable=True),
        sa.Column("paused", sa.Text(), nullable=True),
        sa.Column("revision", BigId, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("owner", "direction", name=op.f("pk_graph_list")),
    )
    op.create_table(
        "graph_run",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("owner", BigId, nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("complete", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("pages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("members", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gained", sa.Integer(), server_default="0", nullable=False),
        sa.Column("missed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graph_run")),
    )
    with op.batch_alter_table("graph_run", schema=None) as batch_op:
        batch_op.create_index(
            "ix_graph_run_list", ["owner", "direction", "started_at"], unique=False
        )

    op.create_table(
        "paid_today",
        sa.Column("app", sa.String(length=100), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("owner", BigId, autoincrement=False, nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("app", "day", "kind", "owner", name=op.f("pk_paid_today")),
    )
    op.create_table(
        "rate_lease",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("credential", sa.String(length=100), nullable=False),
        sa.Column("endpoint", sa.String(length=100), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_lease")),
    )
    with op.batch_alter_table("rate_lease", schema=None) as batch_op:
        batch_op.create_index("ix_rate_lease_window", ["credential", "endpoint"], unique=False)

    op.create_table(
        "rate_window",
        sa.Column("credential", sa.String(length=100), nullable=False),
        sa.Column("endpoint", sa.String(length=100), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("reset_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("credential", "endpoint", name=op.f("pk_rate_window")),
    )
    op.create_table(
        "run_page",
        sa.Column("run_id", BigId, autoincrement=False, nullable=False),
        sa.Column("page_no", sa.Integer(), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "page_no", name=op.f("pk_run_page")),
    )
    op.create_table(
        "set_cache",
        sa.Column("owner", BigId, autoincrement=False, nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("revision", BigId, nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "direction", name=op.f("pk_set_cache")),
    )
    op.create_table(
        "sync_job",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("owner", BigId, nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("credential", sa.String(length=100), nullable=False),
        sa.Column("endpoint", sa.String(length=100), nullable=False),
        sa.Column("priority", sa.String(length=20), nullable=False),
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("page_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", UtcTime(), nullable=False),
        sa.Column("out_until", UtcTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("served", sa.Float(), server_default="0", nullable=False),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_job")),
    )
    with op.batch_alter_table("sync_job", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sync_job_due",
            ["credential", "endpoint", "not_before", "priority", "served", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND out_until IS NULL"),
            postgresql_where=sa.text("state = 'open' AND out_until IS NULL"),
        )
        batch_op.create_index(
            "ix_sync_job_out",
            ["credential", "endpoint"],
            unique=False,
            sqlite_where=sa.text("out_until IS NOT NULL"),
            postgresql_where=sa.text("out_until IS NOT NULL"),
        )
        batch_op.create_index("ix_sync_job_recent", ["finished_at"], unique=False)
        batch_op.create_index(
            "ix_sync_job_one",
            ["owner", "direction", "mode"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("sync_job", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_sync_job_one",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(
            "ix_sync_job_due",
            sqlite_where=sa.text("state = 'open' AND out_until IS NULL"),
            postgresql_where=sa.text("state = 'open' AND out_until IS NULL"),
        )
        batch_op.drop_index(
            "ix_sync_job_out",
            sqlite_where=sa.text("out_until IS NOT NULL"),
            postgresql_where=sa.text("out_until IS NOT NULL"),
        )
        batch_op.drop_index("ix_sync_job_recent")

    op.drop_table("sync_job")
    op.drop_table("set_cache")
    op.drop_table("run_page")
    op.drop_table("rate_window")
    with op.batch_alter_table("rate_lease", schema=None) as batch_op:
        batch_op.drop_index("ix_rate_lease_window")

    op.drop_table("rate_lease")
    op.drop_table("paid_today")
    with op.batch_alter_table("graph_run", schema=None) as batch_op:
        batch_op.drop_index("ix_graph_run_list")

    op.drop_table("graph_run")
    op.drop_table("graph_list")
    op.drop_table("follow_count")
    op.drop_table("edge_suspect")
    with op.batch_alter_table("edge_span", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_edge_span_out",
            sqlite_where=sa.text("to_hi IS NULL"),
            postgresql_where=sa.text("to_hi IS NULL"),
        )
        batch_op.drop_index(
            "ix_edge_span_in",
            sqlite_where=sa.text("to_hi IS NULL"),
            postgresql_where=sa.text("to_hi IS NULL"),
        )
        batch_op.drop_index("ix_edge_span_ended_out")
        batch_op.drop_index("ix_edge_span_ended")
        batch_op.drop_index("ix_edge_span_began_out")
        batch_op.drop_index("ix_edge_span_began")

    op.drop_table("edge_span")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_of_accounts")

    op.drop_table("erased_account")
    op.drop_table("credential")
    with op.batch_alter_table("budget_ledger", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_budget_ledger_open",
            sqlite_where=sa.text("cost IS NULL"),
            postgresql_where=sa.text("cost IS NULL"),
        )
        batch_op.drop_index(
            "ix_budget_ledger_one",
            sqlite_where=sa.text("cost IS NULL"),
            postgresql_where=sa.text("cost IS NULL"),
        )
        batch_op.drop_index(
            "ix_budget_ledger_spent",
            sqlite_where=sa.text("cost > 0"),
            postgresql_where=sa.text("cost > 0"),
        )

    op.drop_table("budget_ledger")
    op.drop_table("app_breaker")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("ix_account_handle")

    op.drop_table("account")
