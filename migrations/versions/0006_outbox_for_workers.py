"""An outbox that several workers share, and addresses to which no mail goes any more."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
REASONS = (
    "NO_ADDRESS",
    "ADDRESS_MALFORMED",
    "NOT_WANTED",
    "UNSUBSCRIBED",
    "NOT_PERMITTED",
    "WITHDRAWN",
    "REFUSED",
    "GIVEN_UP",
    "UNCERTAIN",
)
ENDREASON = sa.Enum(*REASONS, name="endreason", native_enum=False, create_constraint=True, length=40)
NEW: tuple[sa.Column[object], ...] = (
    sa.Column("lease", sa.String(32), nullable=True),
    sa.Column("leased_until", INSTANT, nullable=True),
    sa.Column("handed_at", INSTANT, nullable=True),
    sa.Column("ended_at", INSTANT, nullable=True),
    sa.Column("end_reason", ENDREASON, nullable=True),
)
OPEN, IS_OPEN = "outbox_that_waits", sa.text("sent_at IS NULL AND ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "mailstop",
        sa.Column("sealed", sa.String(400), nullable=False),
        sa.Column("stopped_at", INSTANT, nullable=False),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("sealed", name="pk_mailstop"),
    )
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("due_at", INSTANT, nullable=True))
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=True))
        for column in NEW:
            table.add_column(column)
    op.execute("UPDATE outbox SET due_at = created_at, attempts = 0")
    with op.batch_alter_table("outbox") as table:
        table.alter_column("due_at", existing_type=INSTANT, nullable=False)
        table.alter_column("attempts", existing_type=sa.Integer(), nullable=False)
    op.create_index(OPEN, "outbox", ["due_at", "id"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)


def downgrade() -> None:
    op.drop_index(OPEN, "outbox")
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("endreason", type_="check")
        for name in ("end_reason", "ended_at", "handed_at", "leased_until", "lease", "attempts", "due_at"):
            table.drop_column(name)
    op.drop_table("mailstop")
