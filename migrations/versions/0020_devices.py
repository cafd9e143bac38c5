"""Devices: machines of organisations with keys and scopes of their own; a session knows the device it is of."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("organisation_id", sa.String(34), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("code_selector", sa.String(8), nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("code_expires_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("enrolled_at", INSTANT, nullable=True),
        sa.Column("last_seen_at", INSTANT, nullable=True),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_device_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("code_selector", name=op.f("uq_device_code_selector")),
    )
    op.create_index(op.f("ix_device_organisation_id"), "device", ["organisation_id"])
    with op.batch_alter_table("session") as session:
        session.add_column(sa.Column("device_id", sa.String(34), nullable=True))
        session.create_index(op.f("ix_session_device_id"), ["device_id"])


def downgrade() -> None:
    with op.batch_alter_table("session") as session:
        session.drop_index(op.f("ix_session_device_id"))
        session.drop_column("device_id")
    op.drop_table("device")
