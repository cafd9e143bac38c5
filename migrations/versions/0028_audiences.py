"""Audiences by week of pregnancy, and of those who enter school."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

AUDIENCES = ("GUARDIANS", "CHILDREN_BY_AGE", "PREGNANT", "PUPILS")
NEW = ("ENTERING_SCHOOL", "PREGNANT_BY_WEEK")


def allow(table: BatchOperations, *audiences: str) -> None:
    """To whom the city publishes."""
    table.drop_constraint("audience", type_="check")
    table.create_check_constraint("audience", f"audience IN ({', '.join(map(repr, audiences))})")


def upgrade() -> None:
    with op.batch_alter_table("announcement") as table:
        allow(table, *AUDIENCES, *NEW)
        table.add_column(sa.Column("week_from", sa.Integer(), nullable=True))
        table.add_column(sa.Column("week_to", sa.Integer(), nullable=True))


def downgrade() -> None:
    announcement = sa.table("announcement", sa.column("id"), sa.column("audience"))
    of_new = sa.select(announcement.c.id).where(announcement.c.audience.in_(NEW))
    notice = sa.table("notice", sa.column("id"), sa.column("announcement_id"))
    read = sa.table("noticeread", sa.column("notice_id"))
    told = sa.select(notice.c.id).where(notice.c.announcement_id.in_(of_new))
    op.execute(sa.delete(read).where(read.c.notice_id.in_(told)))
    op.execute(sa.delete(notice).where(notice.c.announcement_id.in_(of_new)))
    op.execute(sa.delete(announcement).where(announcement.c.audience.in_(NEW)))
    with op.batch_alter_table("announcement") as table:
        allow(table, *AUDIENCES)
        table.drop_column("week_from")
        table.drop_column("week_to")
