"""Rides by tablets: seats with numbers that no two share, and entries that are never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
# As step 0003 has it: the row's subject, or whoever supplied the row.
REACHED = """
    (SELECT nullif(current_setting('tsumugi.{noun}', true), '')) = '*'
    OR {column} IN (SELECT unnest(string_to_array(current_setting('tsumugi.{noun}', true), ',')))
    OR organisation_id = (SELECT nullif(current_setting('tsumugi.supplier', true), ''))
"""
SUBJECTS = {"rideentry": ("ride", "ride_id"), "subsidyentry": ("rider", "rider_id")}
NUMBERS = ("day_number", "fiscal_year", "year_number")


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    with op.batch_alter_table("ride") as table:
        table.add_column(sa.Column("opened_by_id", sa.String(34), nullable=True))
        table.add_column(sa.Column("told_at", INSTANT, nullable=True))
        table.add_column(sa.Column("sequence", sa.Integer(), nullable=True))
        table.add_column(sa.Column("starts_in_city", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("is_cancelled", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("seat") as table:
        table.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("is_counted", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("service_day", sa.Date(), nullable=True))
        for name in NUMBERS:
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
        table.create_unique_constraint("uq_seat_rider", ["ride_id", "rider_id"])
    op.create_index("seat_of_day", "seat", ["rider_id", "service_day", "day_number"], unique=True)
    op.create_index("seat_of_year", "seat", ["rider_id", "fiscal_year", "year_number"], unique=True)
    op.create_table(
        "rideentry",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("ride_id", sa.String(34), nullable=False),
        sa.Column("organisation_id", sa.String(34), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *("CLOSED", "CORRECTED", "CANCELLED"),
                name="rideentrykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("fare_yen", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("taken_by_id", sa.String(34), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        refers("rideentry", "ride_id", "ride"),
        refers("rideentry", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rideentry")),
        sa.UniqueConstraint("ride_id", "number", name="uq_rideentry_number"),
    )
    op.create_table(
        "subsidyentry",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("seat_id", sa.String(34), nullable=False),
        sa.Column("rider_id", sa.String(34), nullable=False),
        sa.Column("organisation_id", sa.String(34), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_reversal", sa.Boolean(), nullable=False),
        sa.Column("subsidy_yen", sa.Integer(), nullable=False),
        sa.Column("claim_month", sa.Date(), nullable=False),
        refers("subsidyentry", "seat_id", "seat"),
        refers("subsidyentry", "rider_id", "rider"),
        refers("subsidyentry", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidyentry")),
        sa.UniqueConstraint("seat_id", "number", "is_reversal", name="uq_subsidyentry_number"),
    )
    for name, column in (
        ("rideentry", "ride_id"),
        ("rideentry", "organisation_id"),
        ("subsidyentry", "seat_id"),
        ("subsidyentry", "rider_id"),
        ("subsidyentry", "organisation_id"),
        ("subsidyentry", "claim_month"),
    ):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])
    if op.get_bind().dialect.name == "postgresql":
        for name, (noun, column) in SUBJECTS.items():
            op.execute(f"CREATE POLICY reached ON {name} USING ({REACHED.format(noun=noun, column=column)})")
            op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("subsidyentry")
    op.drop_table("rideentry")
    op.drop_index("seat_of_year", "seat")
    op.drop_index("seat_of_day", "seat")
    with op.batch_alter_table("seat") as table:
        table.drop_constraint("uq_seat_rider", type_="unique")
        for name in (*reversed(NUMBERS), "service_day", "is_counted", "position"):
            table.drop_column(name)
    with op.batch_alter_table("ride") as table:
        for name in ("is_cancelled", "starts_in_city", "sequence", "told_at", "opened_by_id"):
            table.drop_column(name)
