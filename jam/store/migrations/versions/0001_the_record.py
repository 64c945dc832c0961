"""The record: organisations, jams, their people, ideas and texts, and the log."""

import sqlalchemy as sa
from alembic import op

revision = "0001_the_record"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database one step on."""
    op.create_table(
        "content",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event",
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=True),
        sa.Column("text_id", sa.String(), nullable=True),
        sa.Column("tags_id", sa.String(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("jam_id", "seq"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("event_subject", ["subject_id"], unique=False)
    op.create_table(
        "flag",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("idea_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idea_id", "participant_id", name="flag_once"),
    )
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.create_index("flag_jam", ["jam_id"], unique=False)
    op.create_table(
        "forum",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.String(), nullable=True),
        sa.Column("proposal_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("forum", schema=None) as batch_op:
        batch_op.create_index("forum_jam", ["jam_id"], unique=False)
    op.create_table(
        "idea",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("forum_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("reply_to", sa.String(), nullable=True),
        sa.Column("text_id", sa.String(), nullable=False),
        sa.Column("tags_id", sa.String(), nullable=True),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_seq", sa.BigInteger(), nullable=True),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("held_for", sa.String(), nullable=True),
        sa.Column("held_at", sa.BigInteger(), nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("note_id", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("status_before", sa.String(), nullable=True),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("idea", schema=None) as batch_op:
        batch_op.create_index("idea_arrival", ["jam_id", "created_seq"], unique=False)
        batch_op.create_index(
            "idea_pending",
            ["jam_id"],
            unique=False,
            sqlite_where=sa.text("status = 'pending'"),
            postgresql_where=sa.text("status = 'pending'"),
        )
        batch_op.create_index(
            "idea_published",
            ["jam_id", "published_seq"],
            unique=False,
            sqlite_where=sa.text("reply_to IS NULL"),
            postgresql_where=sa.text("reply_to IS NULL"),
        )
        batch_op.create_index(
            "idea_reply_to",
            ["reply_to"],
            unique=False,
            sqlite_where=sa.text("reply_to IS NOT NULL"),
            postgresql_where=sa.text("reply_to IS NOT NULL"),
        )
    op.create_table(
        "jam",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("phase_index", sa.Integer(), nullable=False),
        sa.Column("phases", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("ideas", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("next_bell_at", sa.BigInteger(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=True),
        sa.Column("rules_id", sa.String(), nullable=True),
        sa.Column("notice_id", sa.String(), nullable=True),
        sa.Column("questions_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", name="jam_code"),
    )
    with op.batch_alter_table("jam", schema=None) as batch_op:
        batch_op.create_index("jam_next_bell", ["next_bell_at"], unique=False)
        batch_op.create_index("jam_org", ["org_id"], unique=False)
    op.create_table(
        "join_answer",
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("content_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "question"),
    )
    with op.batch_alter_table("join_answer", schema=None) as batch_op:
        batch_op.create_index("join_answer_jam", ["jam_id"], unique=False)
    op.create_table(
        "moderation_decision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("idea_id", sa.String(), nullable=False),
        sa.Column("idea_version", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("status_before", sa.String(), nullable=False),
        sa.Column("status_after", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("note_id", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idea_id", "idea_version", name="decision_once"),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("handle_id", sa.String(), nullable=False),
        sa.Column("handle_key", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=True),
        sa.Column("identity_level", sa.Integer(), nullable=False),
        sa.Column("provenance", sa.String(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("send_at", sa.BigInteger(), nullable=False),
        sa.Column("change_at", sa.BigInteger(), nullable=False),
        sa.Column("calm_at", sa.BigInteger(), nullable=False),
        sa.Column("recent", sa.String(), nullable=False),
        sa.Column("look_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("jam_id", "handle_key", name="participant_handle"),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index("participant_look", ["jam_id", "look_key"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("text_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("forum_id", sa.String(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index("proposal_jam", ["jam_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("participant_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("jam_id", sa.String(), nullable=False),
        sa.Column("idea_id", sa.String(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "client_id"),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("receipt")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("proposal_jam")
    op.drop_table("proposal")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index("participant_look")
    op.drop_table("participant")
    op.drop_table("organisation")
    op.drop_table("moderation_decision")
    with op.batch_alter_table("join_answer", schema=None) as batch_op:
        batch_op.drop_index("join_answer_jam")
    op.drop_table("join_answer")
    with op.batch_alter_table("jam", schema=None) as batch_op:
        batch_op.drop_index("jam_org")
        batch_op.drop_index("jam_next_bell")
    op.drop_table("jam")
    with op.batch_alter_table("idea", schema=None) as batch_op:
        batch_op.drop_index(
            "idea_reply_to",
            sqlite_where=sa.text("reply_to IS NOT NULL"),
            postgresql_where=sa.text("reply_to IS NOT NULL"),
        )
        batch_op.drop_index(
            "idea_published",
            sqlite_where=sa.text("reply_to IS NULL"),
            postgresql_where=sa.text("reply_to IS NULL"),
        )
        batch_op.drop_index(
            "idea_pending",
            sqlite_where=sa.text("status = 'pending'"),
            postgresql_where=sa.text("status = 'pending'"),
        )
        batch_op.drop_index("idea_arrival")
    op.drop_table("idea")
    with op.batch_alter_table("forum", schema=None) as batch_op:
        batch_op.drop_index("forum_jam")
    op.drop_table("forum")
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_index("flag_jam")
    op.drop_table("flag")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("event_subject")
    op.drop_table("event")
    op.drop_table("content")
