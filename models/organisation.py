"""Organisations, their staff, and what binds an organisation to a child."""

from datetime import date
from enum import Enum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.columns import named


class CallerKind(Enum):
    """What a token says of its holder. Relations to a child are another thing and never stand in a token."""

    __hash__ = object.__hash__  # there is one of each, and every decision looks one up

    ANONYMOUS = "anonymous"
    RESIDENT = "resident"
    STAFF_HEALTH = "staff_health"
    STAFF_TAXI = "staff_taxi"
    STAFF_POINTS = "staff_points"
    STAFF_REGISTRY = "staff_registry"
    STAFF_EDUCATION = "staff_education"
    STATISTICIAN = "statistician"
    AUDITOR = "auditor"
    SUPERVISOR = "supervisor"
    SYSTEM_ADMIN = "system_admin"
    CLINIC = "clinic"
    SCHOOL = "school"
    TAXI_OPERATOR = "taxi_operator"
    SHOP = "shop"
    PARTNER_MUNICIPALITY = "partner_municipality"


STAFF_KINDS = frozenset(kind for kind in CallerKind if kind.value.startswith("staff_")) | {
    CallerKind.STATISTICIAN,
    CallerKind.AUDITOR,
    CallerKind.SUPERVISOR,
    CallerKind.SYSTEM_ADMIN,
}


class Organisation(SQLModel, table=True):
    """An office of the city, a clinic, a school, a taxi operator, a shop or a partner city: something that can call."""

    id: str = Field(primary_key=True, max_length=34)
    kind: CallerKind = named(CallerKind)
    name: str
    municipality_code: str = Field(foreign_key="municipality.code", max_length=6)


class StaffMember(SQLModel, table=True):
    """A person who works for the city; `kind` is the one duty of this account, `organisation_id` the office."""

    id: str = Field(primary_key=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", max_length=34)
    kind: CallerKind = named(CallerKind)
    name: str


class Bond(Enum):
    """Why an organisation may know a child at all, before any consent."""

    PUPIL = "pupil"
    MOVED = "moved between the two municipalities"


class Care(SQLModel, table=True):
    """A dated bond of an organisation and a child or pregnancy, until the day before `valid_to`."""

    __table_args__ = (CheckConstraint("(child_id IS NULL) <> (pregnancy_id IS NULL)", name="care_is_about_one"),)

    id: str = Field(primary_key=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    child_id: str | None = Field(default=None, foreign_key="child.id", index=True, max_length=34)
    pregnancy_id: str | None = Field(default=None, foreign_key="pregnancy.id", index=True, max_length=34)
    bond: Bond = named(Bond)
    valid_from: date
    valid_to: date | None = None
