"""The ends of the ledger's chains, signed; and why an entry was taken back.

Whoever goes back loses the reasons, and with them the proof of the entries that have one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
REASONS = ("MISTAKE", "DUPLICATE", "NOT_ENTITLED", "DID_NOT_HAPPEN", "MISUSE")
# In one piece with its column: SQLite adds no constraint to a table that is there, and this one is never written anew.
REASON = (
    "ALTER TABLE pointentry ADD COLUMN reason VARCHAR(40)"
    f" CONSTRAINT reversalreason CHECK (reason IN {REASONS})"
    " CONSTRAINT pointentry_says_why CHECK (reason IS NULL OR kind = 'REVERSED')"
)
# As in step 3: the rows of the accounts that the transaction reaches.
REACHED = """
    (SELECT nullif(current_setting('tsumugi.account', true), '')) = '*'
    OR account_id IN (SELECT unnest(string_to_array(current_setting('tsumugi.account', true), ',')))
"""


def upgrade() -> None:
    op.execute(REASON)
    op.create_table(
        "pointend",
        sa.Column("account_id", sa.String(34), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointend_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_pointend"),
    )
    op.create_table(
        "ledgerhead",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledgerhead"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY reached ON pointend USING ({REACHED})")
        op.execute("ALTER TABLE pointend ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("ledgerhead")
    op.drop_table("pointend")
    op.execute("ALTER TABLE pointentry DROP COLUMN reason")
