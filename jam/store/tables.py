"""The tables, as SQLModel classes. Columns match ``jam.domain.records`` field by field (tested).

Every row carries its organisation. Identity stands apart from content: who a participant is outside
the jam is in ``identity`` and ``web_session`` only. There are no foreign keys between the hot tables:
rows are written by one transaction function only, and checks per row would cost a third of the intake.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel


def _moment(**kwargs: object) -> Column[int]:
    return Column(BigInteger, **kwargs)  # type: ignore[arg-type]


_BY_KEY = {"sqlite_with_rowid": False}
"""SQLite keeps the rows of the busiest tables in their primary key: one tree less to write for each."""


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of only those rows that anybody looks for."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class OrganisationTable(SQLModel, table=True):
    """Whose jams these are."""

    __tablename__ = "organisation"
    id: str = Field(primary_key=True)
    name: str
    created_at: int = Field(sa_column=_moment(nullable=False))


class JamTable(SQLModel, table=True):
    """A jam, its clock, the end of its log, and the totals everyone may know."""

    __tablename__ = "jam"
    __table_args__ = (
        UniqueConstraint("code", name="jam_code"),
        Index("jam_next_bell", "next_bell_at"),
        Index("jam_org", "org_id"),
    )
    id: str = Field(primary_key=True)
    org_id: str
    code: str
    epoch: str
    title_id: str
    created_at: int = Field(sa_column=_moment(nullable=False))
    version: int
    phase_index: int
    phases: str = Field(sa_column=Column(Text, nullable=False))
    paused_at: int | None = Field(sa_column=_moment(nullable=True))
    settings: str = Field(sa_column=Column(Text, nullable=False))
    last_seq: int = Field(sa_column=_moment(nullable=False))
    head: str
    people: int
    ideas: int
    replies: int
    submitted: int
    next_bell_at: int | None = Field(sa_column=_moment(nullable=True))
    zone: str
    opens_at: int | None = Field(sa_column=_moment(nullable=True))
    rules_id: str | None = None
    notice_id: str | None = None
    questions_id: str | None = None
    themes_shown: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))


class ForumTable(SQLModel, table=True):
    """A standing question of a jam."""

    __tablename__ = "forum"
    __table_args__ = (Index("forum_jam", "jam_id"),)
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    title_id: str
    question_id: str
    position: int
    open: bool
    version: int
    host_id: str | None = None
    proposal_id: str | None = None


class ProposalTable(SQLModel, table=True):
    """A question that a participant proposed; its words are a content row."""

    __tablename__ = "proposal"
    __table_args__ = (Index("proposal_jam", "jam_id"),)
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    participant_id: str
    text_id: str
    at: int = Field(sa_column=_moment(nullable=False))
    version: int
    forum_id: str | None = None
    anonymous: bool


class ParticipantTable(SQLModel, table=True):
    """Somebody in a jam; the name is a content row."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("jam_id", "handle_key", name="participant_handle"),
        Index("participant_look", "jam_id", "look_key"),
    )
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    handle_id: str
    handle_key: str
    role: str
    audience: str
    joined_at: int = Field(sa_column=_moment(nullable=False))
    capacity: str | None = None
    identity_level: int
    provenance: str
    removed_at: int | None = Field(sa_column=_moment(nullable=True))
    send_at: int = Field(sa_column=_moment(nullable=False))
    change_at: int = Field(sa_column=_moment(nullable=False))
    calm_at: int = Field(sa_column=_moment(nullable=False))
    recent: str
    look_key: str


class JoinAnswerTable(SQLModel, table=True):
    """What a person answered to a question of the join page (ward, department …); the value is content."""

    __tablename__ = "join_answer"
    __table_args__ = (Index("join_answer_jam", "jam_id"),)
    participant_id: str = Field(primary_key=True)
    question: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    content_id: str


class IdentityTable(SQLModel, table=True):
    """Who a participant is outside the jam. The only place that links the two; erased on its own."""

    __tablename__ = "identity"
    __table_args__ = (_partial("identity_account", "account_id", where="account_id IS NOT NULL"),)
    participant_id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    account_id: str | None = None
    email: str | None = None
    address_hash: str | None = None


class IdeaTable(SQLModel, table=True):
    """An idea or a reply; its words are content rows."""

    __tablename__ = "idea"
    __table_args__ = (
        _partial("idea_published", "jam_id", "published_seq", where="reply_to IS NULL"),
        _partial("idea_pending", "jam_id", where="status = 'pending'"),
        _partial("idea_reply_to", "reply_to", where="reply_to IS NOT NULL"),
        Index("idea_arrival", "jam_id", "created_seq"),
        _partial("idea_gone", "jam_id", where="published_seq IS NOT NULL AND status <> 'published'"),
        _BY_KEY,
    )
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    forum_id: str
    author_id: str
    reply_to: str | None = None
    text_id: str
    tags_id: str | None = None
    lang: str
    status: str
    created_seq: int = Field(sa_column=_moment(nullable=False))
    created_at: int = Field(sa_column=_moment(nullable=False))
    version: int
    published_seq: int | None = Field(sa_column=_moment(nullable=True))
    edits: int
    held_for: str | None = None
    held_at: int | None = Field(sa_column=_moment(nullable=True))
    rule: str | None = None
    note_id: str | None = None
    decided_by: str | None = None
    status_before: str | None = None
    official: bool
    anonymous: bool


class ContentTable(SQLModel, table=True):
    """Free text with its salt: erasing sets ``value`` and ``salt`` to null, the digest stays."""

    __tablename__ = "content"
    __table_args__ = _BY_KEY
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    subject_id: str
    kind: str
    value: str | None = Field(sa_column=Column(Text, nullable=True))
    salt: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    digest: str
    version: int
    shown: bool


class FlagTable(SQLModel, table=True):
    """One person's report of one idea."""

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("idea_id", "participant_id", name="flag_once"),
        Index("flag_jam", "jam_id"),
    )
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    idea_id: str
    participant_id: str
    rule: str
    at: int = Field(sa_column=_moment(nullable=False))


class ModerationDecisionTable(SQLModel, table=True):
    """What a moderator decided; one row for each version that a decision made."""

    __tablename__ = "moderation_decision"
    __table_args__ = (UniqueConstraint("idea_id", "idea_version", name="decision_once"),)
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    idea_id: str
    idea_version: int
    moderator_id: str
    decision: str
    status_before: str
    status_after: str
    rule: str | None = None
    note_id: str | None = None
    at: int = Field(sa_column=_moment(nullable=False))


class ReceiptTable(SQLModel, table=True):
    """The answer to a command; its key never expires inside the jam.

    It lies by person, and leads to what that person wrote: an index of ideas by author would touch
    another page for each idea.
    """

    __tablename__ = "receipt"
    participant_id: str = Field(primary_key=True)
    client_id: str = Field(primary_key=True)
    jam_id: str
    idea_id: str | None = None
    answer: str = Field(sa_column=Column(Text, nullable=False))


class EventTable(SQLModel, table=True):
    """The log of a jam: 1..n without a gap, hash-chained, thin."""

    __tablename__ = "event"
    __table_args__ = (Index("event_subject", "subject_id"), _BY_KEY)
    jam_id: str = Field(primary_key=True)
    seq: int = Field(sa_column=_moment(primary_key=True, autoincrement=False))
    at: int = Field(sa_column=_moment(nullable=False))
    kind: str
    visibility: str
    actor_id: str
    subject_id: str | None = None
    text_id: str | None = None
    tags_id: str | None = None
    data: str = Field(sa_column=Column(Text, nullable=False))
    hash: str


class ReportTable(SQLModel, table=True):
    """One version of a jam's report: which log position and which theme map it was made from.

    It holds no text: the report is computed again when read, so what is hidden or erased since is
    gone from old versions too. ``digest`` is the SHA-256 of its JSON when it was made.
    """

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("jam_id", "version", name="report_version"),)
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    version: int
    at_seq: int = Field(sa_column=_moment(nullable=False))
    theme_map_id: str | None = None
    made_at: int = Field(sa_column=_moment(nullable=False))
    digest: str


class FollowerTable(SQLModel, table=True):
    """How far a follower of the log (theming …) has come in one jam."""

    __tablename__ = "follower"
    name: str = Field(primary_key=True)
    jam_id: str = Field(primary_key=True)
    cursor: int = Field(sa_column=_moment(nullable=False))


class AccountTable(SQLModel, table=True):
    """A person known to the organisation beyond one jam: its administrators, and staff who set a password.

    ``role`` is administrator, or the role that the person first came with: that one grants nothing by itself.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("org_id", "name_key", name="account_of_name"),)
    id: str = Field(primary_key=True)
    org_id: str
    name: str
    name_key: str
    role: str
    password: str | None = Field(sa_column=Column(Text, nullable=True))
    created_at: int = Field(sa_column=_moment(nullable=False))


class TokenTable(SQLModel, table=True):
    """A secret that was given out: only its SHA-256 is kept.

    ``purpose`` is ``bootstrap`` (one use: makes the first administrator, or lets the one named by
    ``account_id`` in again), ``api`` or ``role_link``.
    """

    __tablename__ = "token"
    hash: str = Field(primary_key=True)
    org_id: str
    purpose: str
    account_id: str | None = None
    jam_id: str | None = None
    role: str | None = None
    reusable: bool
    created_at: int = Field(sa_column=_moment(nullable=False))
    expires_at: int | None = Field(sa_column=_moment(nullable=True))
    used_at: int | None = Field(sa_column=_moment(nullable=True))


class WebSessionTable(SQLModel, table=True):
    """A signed-in browser; the cookie's SHA-256 is the key."""

    __tablename__ = "web_session"
    hash: str = Field(primary_key=True)
    org_id: str
    account_id: str | None = None
    created_at: int = Field(sa_column=_moment(nullable=False))
    seen_at: int = Field(sa_column=_moment(nullable=False))
    expires_at: int = Field(sa_column=_moment(nullable=False))


class MembershipTable(SQLModel, table=True):
    """Which participant a browser session is in a jam."""

    __tablename__ = "membership"
    session_hash: str = Field(primary_key=True)
    jam_id: str = Field(primary_key=True)
    participant_id: str
