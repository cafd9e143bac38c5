"""Events tell of rides as well as of notices, so the row that they tell of is no notice's alone."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _renamed("notice_id", "row_id")


def downgrade() -> None:
    op.execute("DELETE FROM noticeevent WHERE row_id NOT LIKE '______-N%'")
    _renamed("row_id", "notice_id")


def _renamed(old: str, new: str) -> None:
    with op.batch_alter_table("noticeevent") as table:
        table.alter_column(old, new_column_name=new)
