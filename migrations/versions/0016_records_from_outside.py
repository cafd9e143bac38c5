"""Records from outside: what each source said, on what records rest, and what waits for the staff."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
WAITING = sa.text("decided_at IS NULL")
KINDS = ("VACCINATION", "CHECKUP")
BASES = ("CONSENT", "DUTY", "HANDED_OVER")
CAUSES = ("NUMBER_UNLINKED", "NUMBER_SUSPECT", "CONTENT_DIFFERS", "SOURCES_DIFFER")
OUTCOMES = ("MATCHED", "REJECTED", "OVERTAKEN")
MESSAGES = ("INVITATION", "EMERGENCY_LOOK", "REMINDER_CONFIRMATION", "REMINDER")
# Table, noun, column of its subject, column of its supplier; as in step 0003.
WALLED = (
    ("recordsource", "child", "child_id", "organisation_id"),
    ("provenance", "child", "child_id", None),
    ("recordreview", "review", "id", "organisation_id"),
    ("contest", "child", "child_id", None),
)


def words(name: str, *values: str) -> sa.Enum:
    """Text under a check constraint."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def setting(name: str) -> str:
    """The value for this transaction, or null."""
    return f"(SELECT nullif(current_setting('tsumugi.{name}', true), ''))"


def reached(noun: str, column: str, supplier: str | None) -> str:
    """Whether a row is the caller's to reach."""
    ids = f"SELECT unnest(string_to_array(current_setting('tsumugi.{noun}', true), ','))"
    ways = [f"{setting(noun)} = '*'", f"{column} IN ({ids})"]
    return " OR ".join(ways if supplier is None else [*ways, f"{supplier} = {setting('supplier')}"])


def allow(*messages: str) -> None:
    """The kinds of message that the outbox holds."""
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("messagekind", type_="check")
        table.create_check_constraint("messagekind", f"kind IN ({', '.join(map(repr, messages))})")


def upgrade() -> None:
    allow(*MESSAGES, "RECORD_RECEIVED")
    op.create_table(
        "recordsource",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column("kind", words("recordkind", *KINDS), nullable=False),
        sa.Column("organisation_id", sa.String(34), nullable=False),
        sa.Column("source_record_id", sa.String(100), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("legal_basis", words("legalbasis", *BASES), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_recordsource_child_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_recordsource_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recordsource"),
        sa.UniqueConstraint(
            "organisation_id", "kind", "source_record_id", "number", name="uq_recordsource_of_one_organisation"
        ),
    )
    op.create_index("ix_recordsource_child_id", "recordsource", ["child_id"])
    op.create_table(
        "provenance",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column("record_id", sa.String(34), nullable=False),
        sa.Column("source_id", sa.String(34), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_provenance_child_id"),
        sa.ForeignKeyConstraint(["source_id"], ["recordsource.id"], name="fk_provenance_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_provenance"),
    )
    op.create_index("ix_provenance_record_id", "provenance", ["record_id"])
    op.create_index("ix_provenance_source_id", "provenance", ["source_id"])
    op.create_table(
        "recordreview",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("cause", words("reviewcause", *CAUSES), nullable=False),
        sa.Column("kind", words("recordkind", *KINDS), nullable=False),
        sa.Column("organisation_id", sa.String(34), nullable=False),
        sa.Column("source_record_id", sa.String(100), nullable=False),
        sa.Column("patient_number", sa.String(100), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("record_id", sa.String(34), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by_id", sa.String(34), nullable=True),
        sa.Column("outcome", words("reviewoutcome", *OUTCOMES), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_recordreview_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recordreview"),
    )
    op.create_index(
        "recordreview_that_waits",
        "recordreview",
        ["received_at", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index("recordreview_by_source", "recordreview", ["organisation_id", "source_record_id"])
    op.create_table(
        "contest",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column("kind", words("recordkind", *KINDS), nullable=False),
        sa.Column("record_id", sa.String(34), nullable=False),
        sa.Column("contested_by_id", sa.String(34), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("contested_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by_id", sa.String(34), nullable=True),
        sa.Column("outcome", words("contestoutcome", "APPROVED", "REJECTED"), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_contest_child_id"),
        sa.ForeignKeyConstraint(["contested_by_id"], ["resident.id"], name="fk_contest_contested_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contest"),
    )
    op.create_index("ix_contest_child_id", "contest", ["child_id"])
    op.create_index("ix_contest_record_id", "contest", ["record_id"])
    if op.get_bind().dialect.name == "postgresql":
        for table, *about in WALLED:
            op.execute(f"CREATE POLICY reached ON {table} USING ({reached(*about)})")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table, *_ in reversed(WALLED):
        op.drop_table(table)
    op.execute("DELETE FROM outbox WHERE kind = 'RECORD_RECEIVED'")
    allow(*MESSAGES)
