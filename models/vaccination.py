"""A dose that was given."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import ColumnElement, and_, false
from sqlmodel import Field, SQLModel

from models.columns import instant, listed_by, maybe_instant, named, standing, table_of
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


NO = {"server_default": false()}


class DatePrecision(Enum):
    """What a paper handbook may tell of a day."""

    DAY = "the day"
    MONTH = "the month"
    YEAR = "the year"


class Vaccination(SQLModel, table=True):
    """One dose of one product. Lot, clinic, municipality and doctor reveal the place.

    Of a product that is not listed `product_text` tells what the handbook says. `given_on` is the first day that it can
    have been, where `precision` is not the day. An entry is never changed: a later one replaces it (`replaces_id`), and
    then it alone is marked `is_replaced`; the later one says `is_void` where the dose was never given.
    """

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="organisation_id")

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    vaccine: Vaccine | None = named(Vaccine, optional=True)
    product_text: str | None = None
    given_on: date
    precision: DatePrecision = named(DatePrecision, default=DatePrecision.DAY)
    is_lot_expired: bool = Field(default=False, sa_column_kwargs=NO)
    is_wrongly_given: bool = Field(default=False, sa_column_kwargs=NO)
    lot: str | None = None
    clinic: str | None = None
    doctor: str | None = None
    municipality_code: str | None = Field(default=None, max_length=6)
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=34)
    source_record_id: str | None = None
    recorded_by_id: str | None = Field(default=None, max_length=34)
    recorded_at: datetime | None = maybe_instant()
    correction_reason: str | None = None
    replaces_id: str | None = Field(default=None, foreign_key="vaccination.id", unique=True, max_length=34)
    is_void: bool = Field(default=False, sa_column_kwargs=NO)
    is_replaced: bool = Field(default=False, sa_column_kwargs=NO)


listed_by(Vaccination, "vaccination_by_child", "child_id", "given_on", "id")


class VaccinationReview(SQLModel, table=True):
    """What a doctor or the city decided about a doubtful dose; a later decision replaces an earlier one."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id")

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", index=True, max_length=34)
    vaccination_id: str = Field(foreign_key="vaccination.id", index=True, max_length=34)
    is_counted: bool
    evidence: str
    recorded_at: datetime = instant()
    recorded_by_id: str = Field(max_length=34)
    replaces_id: str | None = Field(default=None, foreign_key="vaccinationreview.id", unique=True, max_length=34)


def stands() -> ColumnElement[bool]:
    """The doses on record today: replaced by no other, and not one that was never given."""
    return and_(standing(Vaccination), table_of(Vaccination).c.is_void == false())
