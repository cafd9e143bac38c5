"""Examinations in pregnancy and after birth, her own entries among them; and how the expected day was corrected."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index, false
from sqlmodel import Field, SQLModel

from models.checkup import Grade
from models.columns import instant, named
from models.subject import Noun, Subject


class MaternalVisit(Enum):
    """What is examined when (Maternal and Child Health Act 13)."""

    PREGNANCY = "in pregnancy"
    DELIVERY = "delivery"
    POSTPARTUM_2_WEEKS = "two weeks after birth"
    POSTPARTUM_1_MONTH = "one month after birth"


class Reaction(Enum):
    """What a laboratory answers."""

    NEGATIVE = "negative"
    POSITIVE = "positive"


class BloodGroup(Enum):
    """ABO."""

    A = "A"
    B = "B"
    O = "O"  # noqa: E741 - that is its name
    AB = "AB"


class Rhesus(Enum):
    """Rh (D)."""

    POSITIVE = "+"
    NEGATIVE = "-"


class Cytology(Enum):
    """The Bethesda words of cervical cytology."""

    NILM = "NILM"
    ASC_US = "ASC-US"
    ASC_H = "ASC-H"
    LSIL = "LSIL"
    HSIL = "HSIL"
    SCC = "SCC"
    AGC = "AGC"
    AIS = "AIS"
    ADENOCARCINOMA = "adenocarcinoma"
    OTHER = "other malignancy"


class DueBasis(Enum):
    """What an expected day was reckoned from."""

    NOTIFICATION = "as the notification of pregnancy has it"
    LAST_PERIOD = "last period"
    ULTRASOUND = "ultrasound"
    TRANSFER = "day of embryo transfer"


class PregnancyCheckup(SQLModel, table=True):
    """One examination. Mass in grams, lengths in millimetres. `organisation_id`: the clinic that supplied it.

    An entry is never changed: a later one replaces it (`replaces_id`), and then it alone is marked `is_replaced`.
    """

    subject: ClassVar[Subject] = Subject(Noun.PREGNANCY, "pregnancy_id", supplier="organisation_id")

    __table_args__ = (Index("pregnancycheckup_by_pregnancy", "pregnancy_id", "checked_on", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    pregnancy_id: str = Field(foreign_key="pregnancy.id", max_length=34)
    kind: MaternalVisit = named(MaternalVisit)
    checked_on: date
    visit_number: int | None = None
    is_own_entry: bool
    weight_g: int | None = None
    pre_pregnancy_weight_g: int | None = None
    height_mm: int | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    fundal_height_mm: int | None = None
    abdomen_mm: int | None = None
    urine_protein: Grade | None = named(Grade, optional=True, name="urine_protein_grade")
    urine_glucose: Grade | None = named(Grade, optional=True, name="urine_glucose_grade")
    oedema: Grade | None = named(Grade, optional=True, name="oedema_grade")
    has_hypertensive_disorder: bool | None = None
    has_gestational_diabetes: bool | None = None
    gestation_at_birth_days: int | None = None
    blood_loss_ml: int | None = None
    note: str | None = None
    haemoglobin_mg_dl: int | None = None
    haematocrit_permille: int | None = None
    platelets_per_nl: int | None = None
    blood_glucose_mg_dl: int | None = None
    blood_group: BloodGroup | None = named(BloodGroup, optional=True)
    rhesus: Rhesus | None = named(Rhesus, optional=True)
    irregular_antibody: Reaction | None = named(Reaction, optional=True, name="irregular_antibody_reaction")
    hbs_antigen: Reaction | None = named(Reaction, optional=True, name="hbs_antigen_reaction")
    hcv_antibody: Reaction | None = named(Reaction, optional=True, name="hcv_antibody_reaction")
    hiv_antibody: Reaction | None = named(Reaction, optional=True, name="hiv_antibody_reaction")
    syphilis: Reaction | None = named(Reaction, optional=True, name="syphilis_reaction")
    htlv1_antibody: Reaction | None = named(Reaction, optional=True, name="htlv1_antibody_reaction")
    rubella_titre: int | None = None
    cervical_cytology: Cytology | None = named(Cytology, optional=True)
    epds_points: int | None = None
    epds_self_harm_points: int | None = None
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=34)
    recorded_at: datetime = instant()
    correction_reason: str | None = None
    replaces_id: str | None = Field(default=None, foreign_key="pregnancycheckup.id", unique=True, max_length=34)
    is_replaced: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class DueDate(SQLModel, table=True):
    """One entry about the expected day, numbered from 1; the newest counts, and the row of the pregnancy shows it.

    `organisation_id` is that of the pregnancy: who supplied it may read its row, not who else wrote about it.
    """

    subject: ClassVar[Subject] = Subject(Noun.PREGNANCY, "pregnancy_id", supplier="organisation_id")

    __table_args__ = (Index("duedate_by_pregnancy", "pregnancy_id", "number", unique=True),)

    id: str = Field(primary_key=True, max_length=34)
    pregnancy_id: str = Field(foreign_key="pregnancy.id", max_length=34)
    number: int
    due_on: date
    basis: DueBasis = named(DueBasis)
    recorded_at: datetime = instant()
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=34)
