"""Themes while the jam runs: provisional maps, corrections, and the places of new ideas."""

import sqlalchemy as sa
from alembic import op

revision = "0003_live_themes"
down_revision = "0002_sign_in_and_outcomes"
branch_labels = None
depends_on = None

GONE = "published_seq IS NOT NULL AND status <> 'published'"


def upgrade() -> None:
    """Bring the database one step on."""
    op.create_table(
        "theme_correction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("do", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("jam_id", "seq", name="theme_correction_seq"),
    )
    op.create_table(
        "theme_placing",
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("theme_id", sa.String(), nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("jam_id", "version", "idea_id"),
    )
    with op.batch_alter_table("theme_map", schema=None) as batch_op:
        batch_op.alter_column("body", existing_type=sa.Text(), nullable=True)
        batch_op.add_column(
            sa.Column("corrections_seq", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
        )
        batch_op.add_column(sa.Column("final", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("fell_back", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("signals", sa.Text(), nullable=False, server_default=sa.text("'{}'")))
    op.add_column("jam", sa.Column("themes_shown", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "idea_gone",
        "idea",
        ["jam_id"],
        unique=False,
        sqlite_where=sa.text(GONE),
        postgresql_where=sa.text(GONE),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("idea_gone", table_name="idea")
    op.drop_column("jam", "themes_shown")
    op.execute("DELETE FROM theme_map WHERE body IS NULL")
    with op.batch_alter_table("theme_map", schema=None) as batch_op:
        for name in ("signals", "fell_back", "final", "corrections_seq"):
            batch_op.drop_column(name)
        batch_op.alter_column("body", existing_type=sa.Text(), nullable=False)
    op.drop_table("theme_placing")
    op.drop_table("theme_correction")
