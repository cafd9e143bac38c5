"""Applications for the record service and their steps, behind the wall: an applicant reaches the own ones."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
SUBJECTS = {"application": "id", "applicationstep": "application_id"}
INDEXED = (
    ("application", "applicant_id"),
    ("applicationstep", "applicant_id"),
    ("applicationstep", "application_id"),
    ("applicationstep", "child_id"),
    ("applicationstep", "pregnancy_id"),
)
REACHED = """
    (SELECT nullif(current_setting('tsumugi.application', true), '')) = '*'
    OR {} IN (SELECT unnest(string_to_array(current_setting('tsumugi.application', true), ',')))
"""
# As the step 0004 has it; from now on with those who applied, whose name their application shows.
SHARED = """
    EXISTS (SELECT FROM "grant" WHERE granted_by_id = resident.id)
    OR EXISTS (SELECT FROM "grant" WHERE grantee_id = resident.id)
    OR EXISTS (SELECT FROM invitation WHERE invited_by_id = resident.id)
"""
PARTIES = "CREATE OR REPLACE VIEW relations.party AS SELECT id, name FROM resident WHERE {}"


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("applicant_id", sa.String(34), nullable=False),
        sa.Column("kind", words("applicationkind", "PREGNANT", "GUARDIAN"), nullable=False),
        sa.Column("consent_version", sa.String(10), nullable=False),
        sa.Column("consent_language", sa.String(2), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(5), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("signer_key", sa.String(64), nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        refers("application", "applicant_id", "resident"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_table(
        "applicationstep",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("application_id", sa.String(34), nullable=False),
        sa.Column("applicant_id", sa.String(34), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", words("stepkind", "WAITING", "ACCEPTED", "REFUSED", "WITHDRAWN"), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("child_id", sa.String(34), nullable=True),
        sa.Column("pregnancy_id", sa.String(34), nullable=True),
        sa.Column("decided_by_id", sa.String(34), nullable=True),
        sa.Column("taken_at", INSTANT, nullable=False),
        refers("applicationstep", "applicant_id", "resident"),
        refers("applicationstep", "application_id", "application"),
        refers("applicationstep", "child_id", "child"),
        refers("applicationstep", "decided_by_id", "staffmember"),
        refers("applicationstep", "pregnancy_id", "pregnancy"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicationstep")),
        sa.UniqueConstraint("application_id", "number", name="uq_applicationstep_number"),
    )
    for table, column in INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column])
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, column in SUBJECTS.items():
        op.execute(f"CREATE POLICY reached ON {table} USING ({REACHED.format(column)})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE VIEW relations.application AS SELECT id, applicant_id FROM application")
    op.execute(PARTIES.format(f"{SHARED} OR EXISTS (SELECT FROM application WHERE applicant_id = resident.id)"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP VIEW relations.application")
        op.execute(PARTIES.format(SHARED))
    for table, column in reversed(INDEXED):
        op.drop_index(f"ix_{table}_{column}", table)
    for table in reversed(SUBJECTS):
        op.drop_table(table)
