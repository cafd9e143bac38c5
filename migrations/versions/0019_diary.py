"""Guardians keep a diary, allergies and physicians; entries, those of growth too, are replaced by later ones."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("allergy", "diaryentry", "physician")
# As step 0003 has it: the row's child, or whoever wrote the row.
IDS = "SELECT unnest(string_to_array(current_setting('tsumugi.child', true), ','))"
ALL, SUPPLIER = (f"(SELECT nullif(current_setting('tsumugi.{name}', true), ''))" for name in ("child", "supplier"))
REACHED = f"{ALL} = '*' OR child_id IN ({IDS}) OR recorded_by_id = {SUPPLIER}"


def upgrade() -> None:
    op.create_table(
        "allergy",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "FOOD",
                "MEDICINE",
                "INSECT",
                "POLLEN",
                "ANIMAL",
                "LATEX",
                "OTHER",
                name="allergykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("substance", sa.String(), nullable=False),
        sa.Column("reaction", sa.String(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("over_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.String(34), nullable=False),
        sa.Column("recorded_at", sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=False),
        sa.Column("replaces_id", sa.String(34), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("correction_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_allergy_child_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["allergy.id"], name=op.f("fk_allergy_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allergy")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_allergy_replaces_id")),
    )
    op.create_index("allergy_by_child", "allergy", ["child_id", "recorded_at", "id"])

    op.create_table(
        "diaryentry",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column("observed_at", sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=False),
        sa.Column("temperature_decicelsius", sa.Integer(), nullable=True),
        sa.Column("symptoms", sa.String(), nullable=True),
        sa.Column(
            "mood",
            sa.Enum(
                "GOOD", "AS_USUAL", "OUT_OF_SORTS", name="mood", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column(
            "appetite",
            sa.Enum(
                "GOOD",
                "AS_USUAL",
                "POOR",
                "NONE",
                name="appetite",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("breast_feeds", sa.Integer(), nullable=True),
        sa.Column("milk_ml", sa.Integer(), nullable=True),
        sa.Column("sleep_minutes", sa.Integer(), nullable=True),
        sa.Column("urine_count", sa.Integer(), nullable=True),
        sa.Column("stool_count", sa.Integer(), nullable=True),
        sa.Column("stool_colour", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("recorded_by_id", sa.String(34), nullable=False),
        sa.Column("recorded_at", sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=False),
        sa.Column("replaces_id", sa.String(34), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("correction_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_diaryentry_child_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["diaryentry.id"], name=op.f("fk_diaryentry_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diaryentry")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_diaryentry_replaces_id")),
    )
    op.create_index("diaryentry_by_child", "diaryentry", ["child_id", "observed_at", "id"])

    op.create_table(
        "physician",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column(
            "practice",
            sa.Enum(
                "PAEDIATRICIAN",
                "DENTIST",
                "SPECIALIST",
                name="practice",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("clinic", sa.String(), nullable=False),
        sa.Column("doctor", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.String(34), nullable=False),
        sa.Column("recorded_at", sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql"), nullable=False),
        sa.Column("replaces_id", sa.String(34), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("correction_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_physician_child_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["physician.id"], name=op.f("fk_physician_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physician")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_physician_replaces_id")),
    )
    op.create_index("physician_by_child", "physician", ["child_id", "recorded_at", "id"])

    with op.batch_alter_table("growth") as table:
        table.add_column(sa.Column("note", sa.String(), nullable=True))
        table.add_column(sa.Column("replaces_id", sa.String(34), nullable=True))
        table.add_column(sa.Column("is_void", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("correction_reason", sa.String(), nullable=True))
        table.create_unique_constraint(op.f("uq_growth_replaces_id"), ["replaces_id"])
        table.create_foreign_key(op.f("fk_growth_replaces_id"), "growth", ["replaces_id"], ["id"])

    if op.get_bind().dialect.name == "postgresql":
        for name in TABLES:
            op.execute(f"CREATE POLICY reached ON {name} USING ({REACHED})")
            op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    with op.batch_alter_table("growth") as table:
        table.drop_constraint(op.f("fk_growth_replaces_id"), type_="foreignkey")
        table.drop_constraint(op.f("uq_growth_replaces_id"), type_="unique")
        table.drop_column("correction_reason")
        table.drop_column("is_void")
        table.drop_column("replaces_id")
        table.drop_column("note")
    for name in reversed(TABLES):
        op.drop_table(name)
