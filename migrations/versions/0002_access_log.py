"""The access log, written out: a step is history and does not follow the models."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
BEFORE_THE_FIRST = "0" * 64
KINDS = (
    "ANONYMOUS",
    "RESIDENT",
    "STAFF_HEALTH",
    "STAFF_TAXI",
    "STAFF_POINTS",
    "STAFF_REGISTRY",
    "STAFF_EDUCATION",
    "STATISTICIAN",
    "AUDITOR",
    "SUPERVISOR",
    "SYSTEM_ADMIN",
    "CLINIC",
    "SCHOOL",
    "TAXI_OPERATOR",
    "SHOP",
    "PARTNER_MUNICIPALITY",
)
TABLES = sa.MetaData()

sa.Table("child", TABLES, sa.Column("id", sa.String(34), primary_key=True))
sa.Table("staffmember", TABLES, sa.Column("id", sa.String(34), primary_key=True))
accessentry = sa.Table(
    "accessentry",
    TABLES,
    sa.Column("seq", sa.Integer(), nullable=False),
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("actor_id", sa.String(34), nullable=False),
    sa.Column(
        "actor_kind",
        sa.Enum(*KINDS, name="callerkind", native_enum=False, create_constraint=True, length=40),
        nullable=False,
    ),
    sa.Column("office_id", sa.String(34), nullable=True),
    sa.Column("office", sa.String(), nullable=True),
    sa.Column("purpose_code", sa.String(10), nullable=True),
    sa.Column("case_reference", sa.String(40), nullable=True),
    sa.Column("noun", sa.String(20), nullable=True),
    sa.Column("subject_id", sa.String(34), nullable=True),
    sa.Column("fields", sa.String(), nullable=False),
    sa.Column("cells", sa.Integer(), nullable=False),
    sa.Column("is_denied", sa.Boolean(), nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_accessentry"),
    sa.UniqueConstraint("seq", name="uq_accessentry_seq"),
)
sa.Index("accessentry_by_subject", accessentry.c.subject_id, accessentry.c.at, accessentry.c.id)
sa.Index("accessentry_by_time", accessentry.c.at, accessentry.c.id)
audittail = sa.Table(
    "audittail",
    TABLES,
    sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("seq", sa.Integer(), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_audittail"),
)
audithead = sa.Table(
    "audithead",
    TABLES,
    sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("first_seq", sa.Integer(), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("signed_at", INSTANT, nullable=False),
    sa.Column("key_id", sa.String(64), nullable=False),
    sa.Column("signature", sa.String(128), nullable=False),
    sa.PrimaryKeyConstraint("seq", name="pk_audithead"),
)
withholding = sa.Table(
    "withholding",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("subject_id", sa.String(34), nullable=False),
    sa.Column("case_reference", sa.String(40), nullable=False),
    sa.Column("until", sa.Date(), nullable=False),
    sa.Column("decided_by_id", sa.String(34), nullable=False),
    sa.Column("evidence", sa.String(), nullable=False),
    sa.Column("recorded_at", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_withholding"),
)
sa.Index("ix_withholding_subject_id", withholding.c.subject_id)
breakglass = sa.Table(
    "breakglass",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("actor_id", sa.String(34), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=False),
    sa.Column("case_reference", sa.String(40), nullable=False),
    sa.Column("opened_at", INSTANT, nullable=False),
    sa.Column("confirmed_by_id", sa.String(34), nullable=True),
    sa.Column("confirmed_at", INSTANT, nullable=True),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_breakglass_child_id"),
    sa.ForeignKeyConstraint(["confirmed_by_id"], ["staffmember.id"], name="fk_breakglass_confirmed_by_id"),
    sa.PrimaryKeyConstraint("id", name="pk_breakglass"),
    sa.UniqueConstraint(
        "actor_id", "child_id", "case_reference", name="uq_breakglass_actor_id_child_id_case_reference"
    ),
)
sa.Index("ix_breakglass_child_id", breakglass.c.child_id)
OURS = [accessentry, audittail, audithead, withholding, breakglass]


def upgrade() -> None:
    TABLES.create_all(op.get_bind(), tables=OURS, checkfirst=False)
    op.get_bind().execute(audittail.insert().values(id=1, seq=0, hash=BEFORE_THE_FIRST))


def downgrade() -> None:
    TABLES.drop_all(op.get_bind(), tables=OURS, checkfirst=False)
