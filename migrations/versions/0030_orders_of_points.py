"""Links of point accounts with providers, and orders to convert what they hold."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
ID = sa.String(34)
PROVIDERS = (
    "SUMITOMO_MITSUI_CARD",
    "JCB",
    "SAISON",
    "MUFG_NICOS",
    "OTHER_CARD",
    "JAL",
    "ANA",
    "DOCOMO",
    "CHUBU_ELECTRIC",
    "KANSAI_ELECTRIC",
    "CYMONS",
)
# As in step 3: the rows of the accounts that the transaction reaches.
REACHED = """
    (SELECT nullif(current_setting('tsumugi.account', true), '')) = '*'
    OR account_id IN (SELECT unnest(string_to_array(current_setting('tsumugi.account', true), ',')))
"""
NEW = ("pointlink", "pointorder")


def words(name: str, *names: str) -> sa.Enum:
    return sa.Enum(*names, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "pointlink",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("provider", words("provider", *PROVIDERS), nullable=False),
        sa.Column("token", sa.String(100), nullable=True),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointlink_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pointlink"),
    )
    op.create_index("ix_pointlink_account_id", "pointlink", ["account_id"])
    op.create_table(
        "pointorder",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("provider", words("provider", *PROVIDERS), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(100), nullable=True),
        sa.Column("state", words("orderstate", "WAITING", "ENTERED", "REFUSED", "CONTRADICTED"), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("transaction_id", sa.String(100), nullable=True),
        sa.Column("entry_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointorder_account_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["pointentry.id"], name="fk_pointorder_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pointorder"),
        sa.UniqueConstraint("entry_id", name="uq_pointorder_entry_id"),
    )
    for name in ("account_id", "due_at"):
        op.create_index(f"ix_pointorder_{name}", "pointorder", [name])
    if op.get_bind().dialect.name == "postgresql":
        for name in NEW:
            op.execute(f"CREATE POLICY reached ON {name} USING ({REACHED})")
            op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    for name in NEW:
        op.drop_table(name)
