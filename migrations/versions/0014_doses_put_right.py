"""Doses of unknown products and incomplete dates, put right by new entries; reviews, diseases and conditions.

Whoever goes back loses what the older step cannot say: doses of unlisted products, and what was replaced.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
PRODUCT = sa.String(40)
BEYOND = """
    DELETE FROM vaccination WHERE vaccine IS NULL OR is_void OR is_replaced
"""
# As in step 3: the rows of the children whom the transaction reaches.
REACHED = """
    (SELECT nullif(current_setting('tsumugi.child', true), '')) = '*'
    OR child_id IN (SELECT unnest(string_to_array(current_setting('tsumugi.child', true), ',')))
"""
NEW = ("immunityfact", "vaccinationreview")


def words(name: str, *names: str) -> sa.Enum:
    return sa.Enum(*names, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table("vaccination") as table:
        table.alter_column("vaccine", existing_type=PRODUCT, nullable=True)
        table.add_column(sa.Column("product_text", sa.String(), nullable=True))
        precision = words("dateprecision", "DAY", "MONTH", "YEAR")
        table.add_column(sa.Column("precision", precision, nullable=False, server_default="DAY"))
        for name in ("is_lot_expired", "is_wrongly_given", "is_void", "is_replaced"):
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("recorded_by_id", sa.String(34), nullable=True))
        table.add_column(sa.Column("recorded_at", INSTANT, nullable=True))
        table.add_column(sa.Column("correction_reason", sa.String(), nullable=True))
        table.add_column(sa.Column("replaces_id", sa.String(34), nullable=True))
        table.create_unique_constraint("uq_vaccination_replaces_id", ["replaces_id"])
        table.create_foreign_key("fk_vaccination_replaces_id", "vaccination", ["replaces_id"], ["id"])
    _reviews()
    _facts()
    if op.get_bind().dialect.name == "postgresql":
        for name in NEW:
            op.execute(f"CREATE POLICY reached ON {name} USING ({REACHED})")
            op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")


def _reviews() -> None:
    op.create_table(
        "vaccinationreview",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column("vaccination_id", sa.String(34), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by_id", sa.String(34), nullable=False),
        sa.Column("replaces_id", sa.String(34), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_vaccinationreview_child_id"),
        sa.ForeignKeyConstraint(["replaces_id"], ["vaccinationreview.id"], name="fk_vaccinationreview_replaces_id"),
        sa.ForeignKeyConstraint(["vaccination_id"], ["vaccination.id"], name="fk_vaccinationreview_vaccination_id"),
        sa.PrimaryKeyConstraint("id", name="pk_vaccinationreview"),
        sa.UniqueConstraint("replaces_id", name="uq_vaccinationreview_replaces_id"),
    )
    op.create_index("ix_vaccinationreview_child_id", "vaccinationreview", ["child_id"])
    op.create_index("ix_vaccinationreview_vaccination_id", "vaccinationreview", ["vaccination_id"])


def _facts() -> None:
    antigens = (
        *("ROTAVIRUS", "HEPATITIS_B", "PNEUMOCOCCUS", "DIPHTHERIA", "PERTUSSIS", "TETANUS", "POLIO", "HIB"),
        *("TUBERCULOSIS", "MEASLES", "RUBELLA", "VARICELLA", "JAPANESE_ENCEPHALITIS", "HPV", "RSV", "MUMPS"),
        "INFLUENZA",
    )
    conditions = (
        *("INTUSSUSCEPTION", "CONGENITAL_GUT_DISORDER", "SEVERE_COMBINED_IMMUNODEFICIENCY"),
        "MOTHER_HBS_ANTIGEN_POSITIVE",
    )
    op.create_table(
        "immunityfact",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("child_id", sa.String(34), nullable=False),
        sa.Column("kind", words("immunityfactkind", "ILLNESS", "CONDITION", "RECOVERY"), nullable=False),
        sa.Column("antigen", words("antigen", *antigens), nullable=True),
        sa.Column("condition", words("condition", *conditions), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by_id", sa.String(34), nullable=False),
        sa.Column("replaces_id", sa.String(34), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_immunityfact_child_id"),
        sa.ForeignKeyConstraint(["replaces_id"], ["immunityfact.id"], name="fk_immunityfact_replaces_id"),
        sa.PrimaryKeyConstraint("id", name="pk_immunityfact"),
        sa.UniqueConstraint("replaces_id", name="uq_immunityfact_replaces_id"),
    )
    op.create_index("ix_immunityfact_child_id", "immunityfact", ["child_id"])


def downgrade() -> None:
    for name in NEW:
        op.drop_table(name)
    op.execute(BEYOND)
    with op.batch_alter_table("vaccination") as table:
        table.drop_constraint("fk_vaccination_replaces_id", type_="foreignkey")
        table.drop_constraint("uq_vaccination_replaces_id", type_="unique")
        table.drop_constraint("dateprecision", type_="check")
        for name in ("is_lot_expired", "is_wrongly_given", "is_void", "is_replaced", "recorded_by_id", "recorded_at"):
            table.drop_column(name)
        for name in ("correction_reason", "replaces_id", "precision", "product_text"):
            table.drop_column(name)
        table.alter_column("vaccine", existing_type=PRODUCT, nullable=False)
