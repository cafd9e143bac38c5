"""Tables of national surveys that growth is compared with, and the day on which a child was expected."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "growthreference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_year", sa.Integer(), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "WEIGHT_G",
                "HEIGHT_MM",
                "HEAD_MM",
                "CHEST_MM",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "sex",
            sa.Enum("FEMALE", "MALE", "UNKNOWN", name="sex", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("quality", sa.String(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("imported_at", sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growthreference")),
    )
    with op.batch_alter_table("child") as table:
        table.add_column(sa.Column("due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("child") as table:
        table.drop_column("due_on")
    op.drop_table("growthreference")
