"""Examinations in pregnancy, the history of the expected day, checkups at school, answers about parenting."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
GRADES = ("NEGATIVE", "TRACE", "PLUS_1", "PLUS_2", "PLUS_3")
REACTIONS = ("irregular_antibody", "hbs_antigen", "hcv_antibody", "hiv_antibody", "syphilis", "htlv1_antibody")
CYTOLOGY = ("NILM", "ASC_US", "ASC_H", "LSIL", "HSIL", "SCC", "AGC", "AIS", "ADENOCARCINOMA", "OTHER")
VISITS = ("PREGNANCY", "DELIVERY", "POSTPARTUM_2_WEEKS", "POSTPARTUM_1_MONTH")
BASES = ("NOTIFICATION", "LAST_PERIOD", "ULTRASOUND", "TRANSFER")
KINDS = ("MONTH_1", "MONTHS_3_4", "MONTHS_6_7", "MONTHS_9_10", "MONTHS_18", "YEARS_3", "YEARS_5", "BEFORE_SCHOOL")
WALLED = (  # table, noun, column of its subject, column of its supplier
    ("pregnancycheckup", "pregnancy", "pregnancy_id", "organisation_id"),
    ("duedate", "pregnancy", "pregnancy_id", "organisation_id"),
    ("questionnaire", "child", "child_id", "answered_by_id"),
    ("schoolcheckup", "child", "child_id", "organisation_id"),
)


def words(name: str, *values: str) -> sa.Enum:
    """Text under a check constraint."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def given(*names: str, kind: Any) -> list[sa.Column[Any]]:
    """Columns of one kind that may be empty; an enum's constraint is named after the column."""
    return [sa.Column(name, kind(name) if callable(kind) else kind, nullable=True) for name in names]


def entry(table: str, about: str) -> list[Any]:
    """What entries have that are corrected by later ones."""
    return [
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column(f"{about}_id", sa.String(34), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("replaces_id", sa.String(34), nullable=True),
        sa.Column("is_replaced", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint([f"{about}_id"], [f"{about}.id"], name=f"fk_{table}_{about}_id"),
        sa.ForeignKeyConstraint(["replaces_id"], [f"{table}.id"], name=f"fk_{table}_replaces_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("replaces_id", name=f"uq_{table}_replaces_id"),
    ]


def supplied(table: str) -> list[Any]:
    """Which organisation a row came from."""
    return [
        sa.Column("organisation_id", sa.String(34), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=f"fk_{table}_organisation_id"),
    ]


def examinations() -> None:
    """Of pregnant women, and after birth."""
    table = "pregnancycheckup"
    amounts = ("weight_g", "pre_pregnancy_weight_g", "height_mm", "systolic_mmhg", "diastolic_mmhg")
    more = ("fundal_height_mm", "abdomen_mm", "gestation_at_birth_days", "blood_loss_ml", "haemoglobin_mg_dl")
    blood = ("haematocrit_permille", "platelets_per_nl", "blood_glucose_mg_dl", "rubella_titre")
    op.create_table(
        table,
        *entry(table, "pregnancy"),
        *supplied(table),
        sa.Column("kind", words("maternalvisit", *VISITS), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("is_own_entry", sa.Boolean(), nullable=False),
        *given("visit_number", *amounts, *more, *blood, kind=sa.Integer()),
        *given("epds_points", "epds_self_harm_points", kind=sa.Integer()),
        *given("urine_protein", "urine_glucose", "oedema", kind=lambda name: words(f"{name}_grade", *GRADES)),
        *given("has_hypertensive_disorder", "has_gestational_diabetes", kind=sa.Boolean()),
        *given(*REACTIONS, kind=lambda name: words(f"{name}_reaction", "NEGATIVE", "POSITIVE")),
        *given("blood_group", kind=words("bloodgroup", "A", "B", "O", "AB")),
        *given("rhesus", kind=words("rhesus", "POSITIVE", "NEGATIVE")),
        *given("cervical_cytology", kind=words("cytology", *CYTOLOGY)),
        *given("note", "correction_reason", kind=sa.String()),
    )
    op.create_index(f"{table}_by_pregnancy", table, ["pregnancy_id", "checked_on", "id"])
    op.create_index(f"ix_{table}_organisation_id", table, ["organisation_id"])


def expected_days() -> None:
    """Every entry about one, in their order."""
    op.create_table(
        "duedate",
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("pregnancy_id", sa.String(34), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("basis", words("duebasis", *BASES), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        *supplied("duedate"),
        sa.ForeignKeyConstraint(["pregnancy_id"], ["pregnancy.id"], name="fk_duedate_pregnancy_id"),
        sa.PrimaryKeyConstraint("id", name="pk_duedate"),
    )
    op.create_index("duedate_by_pregnancy", "duedate", ["pregnancy_id", "number"], unique=True)
    op.create_index("ix_duedate_organisation_id", "duedate", ["organisation_id"])


def parenting() -> None:
    """Answers."""
    table = "questionnaire"
    op.create_table(
        table,
        *entry(table, "child"),
        sa.Column("kind", words("checkupkind", "BIRTH", *KINDS), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answered_by_id", sa.String(34), nullable=False),
        *given(
            *("has_hit", "has_left_alone", "worries_about_money"),
            kind=lambda name: words(f"{name}_reply", "YES", "NO", "DECLINED"),
        ),
        *given("note", kind=sa.String()),
    )
    op.create_index(f"{table}_by_child", table, ["child_id", "answered_on", "id"])


def school() -> None:
    """Of pupils."""
    table = "schoolcheckup"
    op.create_table(
        table,
        *entry(table, "child"),
        *supplied(table),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        *given("weight_g", "height_mm", kind=sa.Integer()),
        *given("sight_right", "sight_left", kind=lambda name: words(name, "A", "B", "C", "D")),
        *given(
            *("hearing", "tuberculosis", "urine", "heart"),
            kind=lambda name: words(f"{name}_finding", "NONE", "FOUND"),
        ),
        *given("dental", "findings", "school", "correction_reason", kind=sa.String()),
    )
    op.create_index(f"{table}_by_child", table, ["child_id", "checked_on", "id"])
    op.create_index(f"ix_{table}_organisation_id", table, ["organisation_id"])


def reached(noun: str, column: str, supplier: str) -> str:
    """Whether a row is the caller's to reach, as in step 0003."""
    setting = "(SELECT nullif(current_setting('tsumugi.{}', true), ''))"
    ids = f"SELECT unnest(string_to_array(current_setting('tsumugi.{noun}', true), ','))"
    ways = (f"{setting.format(noun)} = '*'", f"{column} IN ({ids})", f"{supplier} = {setting.format('supplier')}")
    return " OR ".join(ways)


def upgrade() -> None:
    for make in (examinations, expected_days, parenting, school):
        make()
    if op.get_bind().dialect.name == "postgresql":
        for table, *about in WALLED:
            op.execute(f"CREATE POLICY reached ON {table} USING ({reached(*about)})")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table, *_ in reversed(WALLED):
        op.drop_table(table)
