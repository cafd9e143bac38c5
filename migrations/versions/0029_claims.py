"""Claims: months of taxi companies that were closed, each with its file."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
# As step 0003 has it: the row's subject, or whoever supplied the row.
REACHED = """
    (SELECT nullif(current_setting('tsumugi.claim', true), '')) = '*'
    OR id IN (SELECT unnest(string_to_array(current_setting('tsumugi.claim', true), ',')))
    OR organisation_id = (SELECT nullif(current_setting('tsumugi.supplier', true), ''))
"""


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("organisation_id", sa.String(34), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("ride_count", sa.Integer(), nullable=False),
        sa.Column("subsidy_yen", sa.Integer(), nullable=False),
        sa.Column("adjustment_yen", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("closed_by_id", sa.String(34), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_claim_organisation_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["staffmember.id"], name=op.f("fk_claim_closed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("organisation_id", "month", name="uq_claim_month"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY reached ON claim USING ({REACHED})")
        op.execute("ALTER TABLE claim ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("claim")
