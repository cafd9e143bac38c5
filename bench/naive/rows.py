"""The product's tables as objects of SQLAlchemy's ORM, whose relationships load when they are first read."""

from sqlalchemy import and_
from sqlalchemy.orm import DeclarativeBase, Mapped, relationship

from models import checkup, child, family, vaccination
from models.columns import standing, table_of
from models.tables import METADATA

ID = table_of(child.Child).c.id


class Base(DeclarativeBase):
    """Everything mapped here."""

    metadata = METADATA


class CheckupRow(Base):
    """A checkup."""

    __table__ = table_of(checkup.Checkup)


class VaccinationRow(Base):
    """A dose."""

    __table__ = table_of(vaccination.Vaccination)


class ChildRow(Base):
    """A child with its record."""

    __table__ = table_of(child.Child)
    checkups: Mapped[list[CheckupRow]] = relationship(
        primaryjoin=and_(CheckupRow.__table__.c.child_id == ID, standing(checkup.Checkup)),
        order_by=[CheckupRow.__table__.c.checked_on, CheckupRow.__table__.c.id],
        viewonly=True,
    )
    vaccinations: Mapped[list[VaccinationRow]] = relationship(
        primaryjoin=and_(VaccinationRow.__table__.c.child_id == ID, vaccination.stands()),
        order_by=[VaccinationRow.__table__.c.given_on, VaccinationRow.__table__.c.id],
        viewonly=True,
    )


class FamilyRow(Base):
    """A household with its children."""

    __table__ = table_of(family.Family)
    children: Mapped[list[ChildRow]] = relationship(
        order_by=[ChildRow.__table__.c.birth_date, ChildRow.__table__.c.id], viewonly=True
    )
