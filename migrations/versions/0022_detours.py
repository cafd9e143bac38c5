"""Detours: logins that began here and are at an identity provider."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "detour",
        sa.Column("state_hash", sa.String(64), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("key_thumbprint", sa.String(43), nullable=False),
        sa.Column("session_id", sa.String(22), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_detour")),
    )
    op.create_index(op.f("ix_detour_expires_at"), "detour", ["expires_at"])


def downgrade() -> None:
    op.drop_table("detour")
