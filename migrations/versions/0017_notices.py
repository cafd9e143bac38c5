"""Notices, announcements, read marks and mailboxes; on PostgreSQL behind the wall where they are somebody's."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
TABLES = sa.MetaData()


def words(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


MESSAGES = ("INVITATION", "EMERGENCY_LOOK", "REMINDER_CONFIRMATION", "REMINDER", "RECORD_RECEIVED")
KINDS = ("ANNOUNCEMENT", "WEEK_OF_PREGNANCY", "AGE", "VACCINATION_DUE", "CHECKUP_DUE", "RECORD_RECEIVED")
NEW_MESSAGES = ("CONFIRMATION", "NOTICE")
for known in ("organisation", "staffmember", "child", "pregnancy", "resident"):
    sa.Table(known, TABLES, sa.Column("id", sa.String(34), primary_key=True))
announcement = sa.Table(
    "announcement",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("organisation_id", sa.String(34), nullable=False),
    sa.Column("published_by_id", sa.String(34), nullable=False),
    sa.Column("published_at", INSTANT, nullable=False),
    sa.Column("audience", words("audience", "GUARDIANS", "CHILDREN_BY_AGE", "PREGNANT", "PUPILS"), nullable=False),
    sa.Column("age_from", sa.Integer(), nullable=True),
    sa.Column("age_to", sa.Integer(), nullable=True),
    sa.Column("school_id", sa.String(34), nullable=True),
    sa.Column("title_ja", sa.String(), nullable=False),
    sa.Column("title_en", sa.String(), nullable=False),
    sa.Column("text_ja", sa.String(), nullable=False),
    sa.Column("text_en", sa.String(), nullable=False),
    sa.Column("shown_from", sa.Date(), nullable=False),
    sa.Column("shown_to", sa.Date(), nullable=False),
    sa.Column("retracted_at", INSTANT, nullable=True),
    sa.Column("addressed_on", sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_announcement_organisation_id"),
    sa.ForeignKeyConstraint(["published_by_id"], ["staffmember.id"], name="fk_announcement_published_by_id"),
    sa.ForeignKeyConstraint(["school_id"], ["organisation.id"], name="fk_announcement_school_id"),
    sa.PrimaryKeyConstraint("id", name="pk_announcement"),
)
sa.Index("ix_announcement_organisation_id", announcement.c.organisation_id)
sa.Index("ix_announcement_published_at", announcement.c.published_at)
notice = sa.Table(
    "notice",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("subject_id", sa.String(34), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=True),
    sa.Column("pregnancy_id", sa.String(34), nullable=True),
    sa.Column(
        "kind",
        words("noticekind", *KINDS),
        nullable=False,
    ),
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("announcement_id", sa.String(34), nullable=True),
    sa.Column("published_at", INSTANT, nullable=False),
    sa.CheckConstraint("(child_id IS NULL) <> (pregnancy_id IS NULL)", name="notice_is_about_one"),
    sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name="fk_notice_announcement_id"),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_notice_child_id"),
    sa.ForeignKeyConstraint(["pregnancy_id"], ["pregnancy.id"], name="fk_notice_pregnancy_id"),
    sa.PrimaryKeyConstraint("id", name="pk_notice"),
    sa.UniqueConstraint("subject_id", "key", name="uq_notice_subject_id_key"),
)
for column in (notice.c.child_id, notice.c.pregnancy_id, notice.c.announcement_id):
    sa.Index(f"ix_notice_{column.key}", column)
noticeevent = sa.Table(
    "noticeevent",
    TABLES,
    sa.Column("seq", sa.Integer(), nullable=False),
    sa.Column("notice_id", sa.String(34), nullable=False),
    sa.Column("subject_id", sa.String(34), nullable=False),
    sa.PrimaryKeyConstraint("seq", name="pk_noticeevent"),
)
dailyrun = sa.Table(
    "dailyrun",
    TABLES,
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("leased_until", INSTANT, nullable=False),
    sa.Column("done_at", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("day", name="pk_dailyrun"),
)
noticeread = sa.Table(
    "noticeread",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("resident_id", sa.String(34), nullable=False),
    sa.Column("notice_id", sa.String(34), nullable=False),
    sa.Column("read_at", INSTANT, nullable=False),
    sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_noticeread_notice_id"),
    sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_noticeread_resident_id"),
    sa.PrimaryKeyConstraint("id", name="pk_noticeread"),
)
sa.Index("ix_noticeread_notice_id", noticeread.c.notice_id)
mailbox = sa.Table(
    "mailbox",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("resident_id", sa.String(34), nullable=False),
    sa.Column("address", sa.String(320), nullable=True),
    sa.Column("kinds", sa.String(), nullable=False),
    sa.Column("language", words("maillanguage", "JA", "EN", "BOTH"), nullable=False),
    sa.Column("quiet_from_minute", sa.Integer(), nullable=True),
    sa.Column("quiet_to_minute", sa.Integer(), nullable=True),
    sa.Column("added_at", INSTANT, nullable=False),
    sa.Column("code_hash", sa.String(64), nullable=True),
    sa.Column("code_expires_at", INSTANT, nullable=False),
    sa.Column("confirmed_at", INSTANT, nullable=True),
    sa.Column("removed_at", INSTANT, nullable=True),
    sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_mailbox_resident_id"),
    sa.PrimaryKeyConstraint("id", name="pk_mailbox"),
    sa.UniqueConstraint("code_hash", name="uq_mailbox_code_hash"),
)
sa.Index("ix_mailbox_resident_id", mailbox.c.resident_id)
MADE = [announcement, notice, noticeevent, dailyrun, noticeread, mailbox]
# Table, noun, column of its subject, as step 0003 has them. An announcement is nobody's, and an event is an id.
WALLED = (
    ("notice", "notice", "subject_id"),
    ("noticeread", "person", "resident_id"),
    ("mailbox", "person", "resident_id"),
)


def reached(noun: str, column: str) -> str:
    """Whether a row is the caller's to reach."""
    setting = f"(SELECT nullif(current_setting('tsumugi.{noun}', true), ''))"
    ids = f"SELECT unnest(string_to_array(current_setting('tsumugi.{noun}', true), ','))"
    return f"{setting} = '*' OR {column} IN ({ids})"


def _allow(*messages: str) -> None:
    """The kinds of message that the outbox holds."""
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("messagekind", type_="check")
        table.create_check_constraint("messagekind", f"kind IN ({', '.join(map(repr, messages))})")


def upgrade() -> None:
    TABLES.create_all(op.get_bind(), tables=MADE, checkfirst=False)
    _allow(*MESSAGES, *NEW_MESSAGES)
    op.add_column("outbox", sa.Column("mailbox_id", sa.String(34), nullable=True))
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, noun, column in WALLED:
        op.execute(f"CREATE POLICY reached ON {table} USING ({reached(noun, column)})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind IN ('CONFIRMATION', 'NOTICE')")
    _allow(*MESSAGES)
    with op.batch_alter_table("outbox") as table:
        table.drop_column("mailbox_id")
    TABLES.drop_all(op.get_bind(), tables=MADE, checkfirst=False)
