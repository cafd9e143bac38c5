"""Mail addresses that get reminders, and the day that a message names."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
KINDS = ("INVITATION", "EMERGENCY_LOOK")
NEW_KINDS = ("REMINDER_CONFIRMATION", "REMINDER")


def named(*kinds: str) -> str:
    """The condition on the kind of a message."""
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})"


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column("added_by_id", sa.String(34), nullable=False),
        sa.Column("address", sa.String(320), nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["resident.id"], name="fk_reminder_added_by_id"),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_reminder_child_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint("code_hash", name="uq_reminder_code_hash"),
    )
    for column in ("child_id", "added_by_id"):
        op.create_index(f"ix_reminder_{column}", "reminder", [column])
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("messagekind", type_="check")
        table.create_check_constraint("messagekind", named(*KINDS, *NEW_KINDS))
        table.add_column(sa.Column("day", sa.Date(), nullable=True))


def downgrade() -> None:
    op.execute(f"DELETE FROM outbox WHERE {named(*NEW_KINDS)}")  # noqa: S608 - words of this file
    with op.batch_alter_table("outbox") as table:
        table.drop_column("day")
        table.drop_constraint("messagekind", type_="check")
        table.create_check_constraint("messagekind", named(*KINDS))
    for column in ("added_by_id", "child_id"):
        op.drop_index(f"ix_reminder_{column}", "reminder")
    op.drop_table("reminder")
