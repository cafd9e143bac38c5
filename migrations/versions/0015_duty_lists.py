"""What a list of duties tells of a facility besides its name, and one line for each of them in a revision."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LINE = "uq_dutydoctor_line"
TEXTS = {"facility_id": sa.String(10), "name_kana": sa.String()}
NUMBERS = ("latitude_microdegrees", "longitude_microdegrees")


def upgrade() -> None:
    with op.batch_alter_table("dutydoctor") as table:
        for name, kind in TEXTS.items():
            table.add_column(sa.Column(name, kind, nullable=True))
        for name in NUMBERS:
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
        table.create_unique_constraint(LINE, ["municipality_code", "duty_date", "slot", "revision", "name"])


def downgrade() -> None:
    with op.batch_alter_table("dutydoctor") as table:
        table.drop_constraint(LINE, type_="unique")
        for name in (*NUMBERS, *TEXTS):
            table.drop_column(name)
