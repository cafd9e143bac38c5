"""Row-level security on PostgreSQL: the database hides what a transaction's settings do not reach; SQLite has none.

A policy compares a row's subject with `tsumugi.<noun>`, ids with commas between them or `*` for the whole town, and
its supplier with `tsumugi.supplier`. A setting that is not there reaches nothing. The schema `relations` shows who is
what to whom, and no content, for the statement that finds out what to reach.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Table, noun, column of its subject, column of its supplier.
WALLED = (
    ("accessentry", "look", "subject_id", None),
    ("checkup", "child", "child_id", "organisation_id"),
    ("child", "child", "id", None),
    ("family", "family", "id", None),
    ("growth", "child", "child_id", "recorded_by_id"),
    ("pointaccount", "account", "id", None),
    ("pointentry", "account", "account_id", "organisation_id"),
    ("pregnancy", "pregnancy", "id", "organisation_id"),
    ("resident", "family", "family_id", None),
    ("ride", "ride", "id", "organisation_id"),
    ("rider", "rider", "id", None),
    ("seat", "rider", "rider_id", "organisation_id"),
    ("vaccination", "child", "child_id", "organisation_id"),
)
# Court decisions, police reports: for those alone who reach every child, the register's desk and health staff.
FOR_THE_DESK = ("guardianship", "lifeevent", "protectionmeasure")
RELATIONS = {
    "child": "id, resident_id, family_id, birth_date, died_on, moved_out_on, pregnancy_id",
    "guardianship": "id, child_id, holder_id, kind, valid_from, valid_to, recorded_at, replaces_id, is_sealed",
    "pointaccount": "id, resident_id",
    "pregnancy": "id, mother_id, notified_on, ended_on, outcome, organisation_id",
    "protectionmeasure": "id, family_id, counterparty_id, valid_from, valid_to, recorded_at, replaces_id",
    "resident": "id, family_id, birth_date, died_on, moved_out_on",
    "rider": "id, resident_id",
    "seat": "ride_id, rider_id",
}


def setting(name: str) -> str:
    """The value for this transaction, or null; read once a statement, since it stands in a query of its own."""
    return f"(SELECT nullif(current_setting('tsumugi.{name}', true), ''))"


def reached(noun: str, column: str, supplier: str | None) -> str:
    """Whether a row is the caller's to reach: IN is hashed once a statement, = ANY would walk the list for each row."""
    ids = f"SELECT unnest(string_to_array(current_setting('tsumugi.{noun}', true), ','))"
    ways = [f"{setting(noun)} = '*'", f"{column} IN ({ids})"]
    return " OR ".join(ways if supplier is None else [*ways, f"{supplier} = {setting('supplier')}"])


def conditions() -> dict[str, str]:
    """Per table, which rows a transaction reaches."""
    records = {table: reached(*about) for table, *about in WALLED}
    return records | dict.fromkeys(FOR_THE_DESK, f"{setting('child')} = '*'")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("CREATE SCHEMA relations")
    for table, columns in RELATIONS.items():
        op.execute(f"CREATE VIEW relations.{table} AS SELECT {columns} FROM {table}")  # noqa: S608 - words of this file
    for table, condition in conditions().items():
        op.execute(f"CREATE POLICY reached ON {table} USING ({condition})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP SCHEMA relations CASCADE")
    for table in conditions():
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY reached ON {table}")
