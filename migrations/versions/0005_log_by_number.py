"""The access log kept by its number, with fewer indexes; every entry stays as it was hashed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BY_SUBJECT, BY_TIME, OF_MEASURES = "accessentry_by_subject", "accessentry_by_time", "accessentry_of_measures"
MEASURE = sa.text("noun = 'measure'")
TABLE = "accessentry"
PRIMARY, UNIQUE_ID, UNIQUE_SEQ = "pk_accessentry", "uq_accessentry_id", "uq_accessentry_seq"


def upgrade() -> None:
    op.drop_index(BY_SUBJECT, TABLE)
    op.drop_index(BY_TIME, TABLE)
    _rekeyed(primary="seq", unique="id")
    op.create_index(BY_SUBJECT, TABLE, ["subject_id", "seq"])
    op.create_index(OF_MEASURES, TABLE, ["subject_id"], sqlite_where=MEASURE, postgresql_where=MEASURE)


def downgrade() -> None:
    op.drop_index(OF_MEASURES, TABLE)
    op.drop_index(BY_SUBJECT, TABLE)
    _rekeyed(primary="id", unique="seq")
    op.create_index(BY_TIME, TABLE, ["at", "id"])
    op.create_index(BY_SUBJECT, TABLE, ["subject_id", "at", "id"])


def _rekeyed(*, primary: str, unique: str) -> None:
    """Exchange what rows are kept by; in place on PostgreSQL, with rights and policies, and as a copy on SQLite."""
    names = {"id": UNIQUE_ID, "seq": UNIQUE_SEQ}
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(names[primary], type_="unique")
        table.drop_constraint(PRIMARY, type_="primary")
        table.create_primary_key(PRIMARY, [primary])
        table.create_unique_constraint(names[unique], [unique])
