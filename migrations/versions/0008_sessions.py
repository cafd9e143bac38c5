"""Sessions, refresh tokens, proofs of possession that were used; a challenge knows the key it was given to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = (
    "ANONYMOUS",
    "RESIDENT",
    "STAFF_HEALTH",
    "STAFF_TAXI",
    "STAFF_POINTS",
    "STAFF_REGISTRY",
    "STAFF_EDUCATION",
    "STATISTICIAN",
    "AUDITOR",
    "SUPERVISOR",
    "SYSTEM_ADMIN",
    "CLINIC",
    "SCHOOL",
    "TAXI_OPERATOR",
    "SHOP",
    "PARTNER_MUNICIPALITY",
)
KIND = sa.Enum(*KINDS, name="callerkind", native_enum=False, create_constraint=True, length=40)
INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("holder_id", sa.String(34), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("acr", sa.String(20), nullable=False),
        sa.Column("key_thumbprint", sa.String(43), nullable=True),
        sa.Column("lookup_key", sa.String(64), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(20), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    for column in ("ended_at", "expires_at", "holder_id", "lookup_key"):
        op.create_index(f"ix_session_{column}", "session", [column])
    op.create_table(
        "refreshtoken",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("spent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], "fk_refreshtoken_session_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_refreshtoken"),
    )
    op.create_index("ix_refreshtoken_session_id", "refreshtoken", ["session_id"])
    op.create_table(
        "spentproof",
        sa.Column("key_thumbprint", sa.String(43), nullable=False),
        sa.Column("jti", sa.String(128), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key_thumbprint", "jti", name="pk_spentproof"),
    )
    op.create_index("ix_spentproof_expires_at", "spentproof", ["expires_at"])
    with op.batch_alter_table("challenge") as challenge:
        challenge.add_column(sa.Column("key_thumbprint", sa.String(43), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("challenge") as challenge:
        challenge.drop_column("key_thumbprint")
    for table in ("spentproof", "refreshtoken", "session"):
        op.drop_table(table)
