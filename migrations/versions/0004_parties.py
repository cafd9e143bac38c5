"""Names of those who shared something or have it, as a view: the register itself stands behind the second wall."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEX = "ix_grant_granted_by_id"
SHARED = """
    EXISTS (SELECT FROM "grant" WHERE granted_by_id = resident.id)
    OR EXISTS (SELECT FROM "grant" WHERE grantee_id = resident.id)
    OR EXISTS (SELECT FROM invitation WHERE invited_by_id = resident.id)
"""


def upgrade() -> None:
    op.create_index(INDEX, "grant", ["granted_by_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE VIEW relations.party AS SELECT id, name FROM resident WHERE {SHARED}")  # noqa: S608 - a word of this file
    else:
        op.execute("CREATE VIEW party AS SELECT id, name FROM resident")


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP VIEW relations.party" if is_postgresql else "DROP VIEW party")
    op.drop_index(INDEX, "grant")
