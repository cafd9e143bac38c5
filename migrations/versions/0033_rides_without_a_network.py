"""Rides that a tablet kept without a network, and seats of which staff decide."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
KINDS = ("CLOSED", "CORRECTED", "CANCELLED")
RESHARED = "RESHARED"
CAUSES, OUTCOMES = ("OVER_LIMIT", "CARD_UNPROVED"), ("ACCEPTED", "REFUSED")
WAITING = sa.text("is_waiting")


def words(name: str, *names: str) -> sa.Enum:
    return sa.Enum(*names, name=name, native_enum=False, create_constraint=True, length=40)


def allow(table: BatchOperations, *kinds: str) -> None:
    """What is written down of a ride."""
    table.drop_constraint("rideentrykind", type_="check")
    table.create_check_constraint("rideentrykind", f"kind IN ({', '.join(map(repr, kinds))})")


def upgrade() -> None:
    with op.batch_alter_table("rideentry") as table:
        allow(table, *KINDS, RESHARED)
    with op.batch_alter_table("ride") as table:
        table.add_column(sa.Column("synced_at", INSTANT, nullable=True))
        table.add_column(sa.Column("is_waiting", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ride_that_waits", "ride", ["boarded_at", "id"], sqlite_where=WAITING, postgresql_where=WAITING)
    with op.batch_alter_table("seat") as table:
        table.add_column(sa.Column("tapped_at", INSTANT, nullable=True))
        table.add_column(sa.Column("review_cause", words("seatreviewcause", *CAUSES), nullable=True))
        table.add_column(sa.Column("review_outcome", words("seatreviewoutcome", *OUTCOMES), nullable=True))
        table.add_column(sa.Column("review_reason", sa.String(), nullable=True))
        table.add_column(sa.Column("reviewed_by_id", sa.String(34), nullable=True))
        table.add_column(sa.Column("reviewed_at", INSTANT, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("seat") as table:
        table.drop_constraint("seatreviewoutcome", type_="check")
        table.drop_constraint("seatreviewcause", type_="check")
        for name in ("reviewed_at", "reviewed_by_id", "review_reason", "review_outcome", "review_cause", "tapped_at"):
            table.drop_column(name)
    op.drop_index("ride_that_waits", "ride")
    with op.batch_alter_table("ride") as table:
        table.drop_column("is_waiting")
        table.drop_column("synced_at")
    entry = sa.table("rideentry", sa.column("kind"))
    op.execute(sa.update(entry).where(entry.c.kind == RESHARED).values(kind="CORRECTED"))
    with op.batch_alter_table("rideentry") as table:
        allow(table, *KINDS)
