"""The numbers of the access log are 64 bits wide on PostgreSQL, as they always were on SQLite."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBERS = (("accessentry", "seq"), ("audittail", "seq"), ("audithead", "seq"), ("audithead", "first_seq"))


def upgrade() -> None:
    _become(sa.BigInteger())


def downgrade() -> None:
    _become(sa.Integer())


def _become(kind: sa.types.TypeEngine[int]) -> None:
    """In place: rights, policies and indexes stay. A log that is longer than the narrow number refuses to go back."""
    if op.get_bind().dialect.name == "postgresql":
        for table, column in NUMBERS:
            op.alter_column(table, column, type_=kind)
