"""The outbox holds the address of a mailbox that was removed for a day.

Whoever goes back loses those that are held.
"""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

KINDS = (
    "INVITATION",
    "EMERGENCY_LOOK",
    "REMINDER_CONFIRMATION",
    "REMINDER",
    "RECORD_RECEIVED",
    "CONFIRMATION",
    "NOTICE",
    "CREDENTIAL",
)
NEW_KIND = "MAILBOX_REMOVED"


def upgrade() -> None:
    _allow(*KINDS, NEW_KIND)


def downgrade() -> None:
    op.execute(f"DELETE FROM outbox WHERE kind = '{NEW_KIND}'")  # noqa: S608 - a word of this file
    _allow(*KINDS)


def _allow(*kinds: str) -> None:
    """The kinds that the outbox has."""
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("messagekind", type_="check")
        table.create_check_constraint("messagekind", f"kind IN {kinds}")
