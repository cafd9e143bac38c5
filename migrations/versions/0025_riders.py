"""Applications for the taxi subsidy: a rider has a state, and steps that are never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
STATES = ("APPLIED", "REGISTERED", "SUSPENDED", "REFUSED")
STEPS = ("APPLIED", "ACCEPTED", "REFUSED", "SUSPENDED", "REINSTATED")
ELIGIBLE = (*("AGE_75", "AGE_65_NO_LICENCE", "DISABILITY", "CARE_NEED", "ILLNESS", "PREGNANCY", "LICENCE_RETURNED"),)
# As step 0003 has it.
REACHED = """
    (SELECT nullif(current_setting('tsumugi.rider', true), '')) = '*'
    OR rider_id IN (SELECT unnest(string_to_array(current_setting('tsumugi.rider', true), ',')))
"""


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table("rider") as table:
        table.add_column(sa.Column("state", words("riderstate", *STATES), nullable=False, server_default="REGISTERED"))
        table.add_column(sa.Column("is_settled", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "riderstep",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("rider_id", sa.String(34), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", words("riderstepkind", *STEPS), nullable=False),
        sa.Column("eligibility", words("eligibility", *ELIGIBLE), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("taken_by_id", sa.String(34), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_riderstep_rider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_riderstep")),
        sa.UniqueConstraint("rider_id", "number", name="uq_riderstep_number"),
    )
    op.create_index(op.f("ix_riderstep_rider_id"), "riderstep", ["rider_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY reached ON riderstep USING ({REACHED})")
        op.execute("ALTER TABLE riderstep ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("riderstep")
    with op.batch_alter_table("rider") as table:
        table.drop_constraint("riderstate", type_="check")
        table.drop_column("is_settled")
        table.drop_column("state")
