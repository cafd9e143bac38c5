"""Credentials have ids of their own, a proof and an end; one-time codes with which residents bind cards."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
OPEN = sa.text("closed_at IS NULL")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY_LENGTH = 26
SHOWN = sa.table(
    "credential", sa.column("lookup_key"), sa.column("resident_id"), sa.column("id"), sa.column("closed_at")
)


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def minted(code: str) -> str:
    return f"{code}-6" + "".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))


def upgrade() -> None:
    with op.batch_alter_table("credential") as table:
        table.add_column(sa.Column("id", sa.String(34), nullable=True))
        table.add_column(
            sa.Column("enrolled_by", words("enrolledby", "CODE", "SIGNATURE", "SESSION"), server_default="CODE")
        )
        table.add_column(sa.Column("closed_by", words("closedby", "HOLDER", "DESK", "REPLACED"), nullable=True))
    connection = op.get_bind()
    for key, resident_id in connection.execute(sa.select(SHOWN.c.lookup_key, SHOWN.c.resident_id)).all():
        filled = sa.update(SHOWN).where(SHOWN.c.lookup_key == key)
        connection.execute(filled.values(id=minted(resident_id.partition("-")[0])))
    with op.batch_alter_table("credential") as table:
        table.drop_constraint("pk_credential", type_="primary")
        table.alter_column("id", existing_type=sa.String(34), nullable=False)
        table.alter_column("enrolled_by", existing_type=sa.String(40), nullable=False, server_default=None)
        table.create_primary_key("pk_credential", ["id"])
    op.create_index("credential_by_key", "credential", ["lookup_key"])
    op.create_index(
        "credential_open", "credential", ["lookup_key"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "enrolmentcode",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("resident_id", sa.String(34), nullable=False),
        sa.Column("guardian_id", sa.String(34), nullable=True),
        sa.Column("handle", sa.String(4), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("issued_by_id", sa.String(34), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("redeemed_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["guardian_id"], ["resident.id"], name="fk_enrolmentcode_guardian_id"),
        sa.ForeignKeyConstraint(["issued_by_id"], ["staffmember.id"], name="fk_enrolmentcode_issued_by_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_enrolmentcode_resident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolmentcode"),
    )
    op.create_index("ix_enrolmentcode_resident_id", "enrolmentcode", ["resident_id"])
    op.create_index("ix_enrolmentcode_handle", "enrolmentcode", ["handle"])


def downgrade() -> None:
    op.drop_table("enrolmentcode")
    op.drop_index("credential_open", "credential")
    op.drop_index("credential_by_key", "credential")
    # The step before holds one row for each card: the open one, or the last that was closed.
    later = SHOWN.alias("later")
    is_later = sa.or_(later.c.closed_at.is_(None), later.c.closed_at > SHOWN.c.closed_at)
    superseded = sa.select(later.c.id).where(
        later.c.lookup_key == SHOWN.c.lookup_key, later.c.id != SHOWN.c.id, is_later
    )
    op.execute(sa.delete(SHOWN).where(SHOWN.c.closed_at.is_not(None), superseded.exists()))
    with op.batch_alter_table("credential") as table:
        table.drop_constraint("pk_credential", type_="primary")
        table.drop_constraint("enrolledby", type_="check")
        table.drop_constraint("closedby", type_="check")
        for name in ("id", "enrolled_by", "closed_by"):
            table.drop_column(name)
        table.create_primary_key("pk_credential", ["lookup_key"])
