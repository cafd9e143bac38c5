"""Checkups and doses are listed by child from an index that holds them whole, on SQLite."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

LISTED = {"checkup": ("child_id", "checked_on", "id"), "vaccination": ("child_id", "given_on", "id")}
REST = {
    "checkup": (
        "kind",
        "weight_g",
        "height_mm",
        "head_mm",
        "chest_mm",
        "judgement",
        "findings",
        "development",
        "dental",
        "venue",
        "organisation_id",
        "source_record_id",
        "nutrition",
        "drinks_breast_milk",
        "is_weaned",
        "eye_position",
        "vision",
        "hearing",
        "skin",
        "respiratory",
        "is_hip_limited",
        "has_large_fontanelle",
        "urine_protein",
        "urine_blood",
        "holds_head",
        "plaque",
        "recorded_at",
        "correction_reason",
        "replaces_id",
        "is_replaced",
    ),
    "vaccination": (
        "vaccine",
        "product_text",
        "precision",
        "is_lot_expired",
        "is_wrongly_given",
        "lot",
        "clinic",
        "doctor",
        "municipality_code",
        "organisation_id",
        "source_record_id",
        "recorded_by_id",
        "recorded_at",
        "correction_reason",
        "replaces_id",
        "is_void",
        "is_replaced",
    ),
}


def upgrade() -> None:
    """PostgreSQL keeps the indexes that it has."""
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in LISTED.items():
            op.create_index(f"{table}_by_child_whole", table, [*columns, *REST[table]])
            op.drop_index(f"{table}_by_child", table)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in LISTED.items():
            op.create_index(f"{table}_by_child", table, [*columns])
            op.drop_index(f"{table}_by_child_whole", table)
