"""Items of checkups, the state at birth, and corrections by new entries."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
KINDS = ("MONTH_1", "MONTHS_3_4", "MONTHS_6_7", "MONTHS_9_10", "MONTHS_18", "YEARS_3", "YEARS_5", "BEFORE_SCHOOL")
GRADES = ("NEGATIVE", "TRACE", "PLUS_1", "PLUS_2", "PLUS_3")


def words(name: str, *values: str) -> sa.Enum:
    """Text under a check constraint."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def columns() -> list[sa.Column[Any]]:
    """What the step adds, in order."""
    findings = ("eye_position", "vision", "hearing", "skin", "respiratory")
    kinds: dict[str, Any] = {
        "nutrition": words("nutrition", "GOOD", "NEEDS_GUIDANCE"),
        "drinks_breast_milk": sa.Boolean(),
        "is_weaned": sa.Boolean(),
        **{name: words(f"{name}_finding", "NONE", "FOUND") for name in findings},
        "is_hip_limited": sa.Boolean(),
        "has_large_fontanelle": sa.Boolean(),
        "urine_protein": words("urine_protein_grade", *GRADES),
        "urine_blood": words("urine_blood_grade", *GRADES),
        "holds_head": sa.Boolean(),
        "plaque": words("plaque", "CLEAN", "LITTLE", "MUCH"),
        "recorded_at": INSTANT,
        "correction_reason": sa.String(),
        "replaces_id": sa.String(34),
    }
    added = [sa.Column(name, kind, nullable=True) for name, kind in kinds.items()]
    return [*added, sa.Column("is_replaced", sa.Boolean(), server_default=sa.false(), nullable=False)]


def named(*kinds: str) -> str:
    """The condition on the kind of a checkup."""
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})"


def upgrade() -> None:
    with op.batch_alter_table("checkup") as table:
        table.drop_constraint("checkupkind", type_="check")
        table.create_check_constraint("checkupkind", named("BIRTH", *KINDS))
        for column in columns():
            table.add_column(column)
        table.create_unique_constraint("uq_checkup_replaces_id", ["replaces_id"])
        table.create_foreign_key("fk_checkup_replaces_id", "checkup", ["replaces_id"], ["id"])


def downgrade() -> None:
    """What the tables before had no word for is gone: the state at birth, and what a correction replaced."""
    with op.batch_alter_table("checkup") as table:
        table.drop_constraint("fk_checkup_replaces_id", type_="foreignkey")
        table.drop_constraint("uq_checkup_replaces_id", type_="unique")
    op.execute("DELETE FROM checkup WHERE is_replaced OR kind = 'BIRTH'")
    with op.batch_alter_table("checkup") as table:
        table.drop_constraint("checkupkind", type_="check")
        table.create_check_constraint("checkupkind", named(*KINDS))
        for column in reversed(columns()):
            if isinstance(column.type, sa.Enum):
                table.drop_constraint(str(column.type.name), type_="check")
            table.drop_column(column.name)
