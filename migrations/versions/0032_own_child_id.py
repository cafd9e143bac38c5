"""A partner city's link knows the id that the child has in the city's own graph."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordlink", sa.Column("own_child_id", sa.String(34), nullable=True))


def downgrade() -> None:
    op.drop_column("recordlink", "own_child_id")
