"""The outbox takes mails that tell an address that it was removed.

Whoever goes back loses those that wait, and which ones were sent.
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
    """The kinds of message that the outbox holds."""
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("messagekind", type_="check")
        table.create_check_constraint("messagekind", f"kind IN {kinds}")
