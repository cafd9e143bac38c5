"""Accounts of staff at the municipality's identity provider."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "staffaccount",
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("sub", sa.String(255), nullable=False),
        sa.Column("staff_id", sa.String(34), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staffmember.id"], name=op.f("fk_staffaccount_staff_id")),
        sa.PrimaryKeyConstraint("issuer", "sub", name=op.f("pk_staffaccount")),
    )
    op.create_index(op.f("ix_staffaccount_staff_id"), "staffaccount", ["staff_id"])


def downgrade() -> None:
    op.drop_table("staffaccount")
