"""A dose that was given."""

from datetime import date
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import named
from models.subject import Noun, Subject


class Vaccine(Enum):
    """The products that a handbook may hold; what each is for stands in the rules."""

    RV1 = "rotavirus, 1-valent"
    RV5 = "rotavirus, 5-valent"
    HEPB = "hepatitis B"
    PCV7 = "pneumococcus, 7-valent"
    PCV13 = "pneumococcus, 13-valent"
    PCV15 = "pneumococcus, 15-valent"
    PCV20 = "pneumococcus, 20-valent"
    DPT_IPV_HIB = "diphtheria, pertussis, tetanus, polio, Hib (5 in 1)"
    DPT_IPV = "diphtheria, pertussis, tetanus, polio (4 in 1)"
    DPT = "diphtheria, pertussis, tetanus (3 in 1)"
    IPV = "inactivated polio"
    HIB = "Haemophilus influenzae b"
    BCG = "BCG"
    MR = "measles, rubella"
    MEASLES_SINGLE = "measles"
    RUBELLA_SINGLE = "rubella"
    VARICELLA = "varicella"
    JE = "Japanese encephalitis"
    DT = "diphtheria, tetanus"
    HPV2 = "HPV, 2-valent"
    HPV4 = "HPV, 4-valent"
    HPV9 = "HPV, 9-valent"
    RSV_MATERNAL = "RSV, for pregnant women"
    MUMPS = "mumps"
    FLU_INACT = "influenza, inactivated"
    FLU_LAIV = "influenza, live nasal"


class Vaccination(SQLModel, table=True):
    """One dose of one product. Lot, clinic, municipality and doctor reveal the place."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="organisation_id")

    __table_args__ = (Index("vaccination_by_child", "child_id", "given_on", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    vaccine: Vaccine = named(Vaccine)
    given_on: date
    lot: str | None = None
    clinic: str | None = None
    doctor: str | None = None
    municipality_code: str | None = Field(default=None, max_length=6)
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=34)
    source_record_id: str | None = None
