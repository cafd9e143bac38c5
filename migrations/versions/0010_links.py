"""Links: an organisation's own patient number stands for a child."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
OPEN = sa.text("revoked_at IS NULL AND number_hash IS NOT NULL")
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


def upgrade() -> None:
    op.create_table(
        "recordlink",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column("organisation_id", sa.String(34), nullable=False),
        sa.Column("issued_by_id", sa.String(34), nullable=False),
        sa.Column(
            "issued_by_kind",
            sa.Enum(*KINDS, name="callerkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("number_hash", sa.String(64), nullable=True),
        sa.Column("linked_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_recordlink_child_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_recordlink_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recordlink"),
        sa.UniqueConstraint("code_hash", name="uq_recordlink_code_hash"),
    )
    op.create_index("ix_recordlink_child_id", "recordlink", ["child_id"])
    op.create_index(
        "recordlink_by_number",
        "recordlink",
        ["organisation_id", "number_hash"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("recordlink")
