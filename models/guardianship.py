"""Relations of residents to children: dated edges with evidence, and the protection measures that override them."""

from datetime import date, datetime
from enum import Enum

from sqlmodel import Field, SQLModel

from models.columns import instant, named


class GuardianshipKind(Enum):
    """What the law says of one resident and one child (Civil Code 766, 818-824-3, 838-857; Child Welfare Act 47)."""

    BIRTH_MOTHER = "birth mother"
    LEGAL_FATHER = "legal father"
    AUTHORITY_SOLE = "sole parental authority"
    AUTHORITY_JOINT = "joint parental authority"
    AUTHORITY_SUSPENDED = "parental authority suspended"
    CUSTODIAN = "custodian"
    SPECIFIC_MATTER = "authority for one matter"
    MINOR_GUARDIAN = "guardian of a minor"
    PROPERTY_GUARDIAN = "guardian of a minor's property"
    PLACEMENT = "placement in a facility or foster family"
    ADOPTIVE_PARENT = "adoptive parent"


class Guardianship(SQLModel, table=True):
    """One edge: valid on `valid_from` and every day after it until the day before `valid_to`.

    An entry is never changed. What was wrong or has ended is said by a later entry that replaces it (`replaces_id`); an
    entry that should never have been is replaced by one without a day. `is_sealed`: the register's desk alone reads it,
    and whatever it replaced (rules/standing.py).
    """

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", index=True, max_length=34)
    holder_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    kind: GuardianshipKind = named(GuardianshipKind)
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime = instant()
    recorded_by_id: str | None = Field(default=None, foreign_key="staffmember.id", max_length=34)
    evidence: str
    replaces_id: str | None = Field(default=None, foreign_key="guardianship.id", unique=True, max_length=34)
    is_sealed: bool = False


class ProtectionMeasure(SQLModel, table=True):
    """A support measure: for its counterparty the family, its children and all their records are absent.

    It holds for a year at most and is renewed by an entry of its own; entries are replaced as those of guardianship.
    """

    id: str = Field(primary_key=True, max_length=34)
    family_id: str = Field(foreign_key="family.id", index=True, max_length=34)
    counterparty_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    valid_from: date
    valid_to: date
    recorded_at: datetime = instant()
    recorded_by_id: str | None = Field(default=None, foreign_key="staffmember.id", max_length=34)
    evidence: str
    replaces_id: str | None = Field(default=None, foreign_key="protectionmeasure.id", unique=True, max_length=34)
