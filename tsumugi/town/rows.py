"""A town in memory: the rows of every noun, and the names under which its people and offices log in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from typing import Any, NamedTuple

from sqlalchemy import Column
from sqlmodel import SQLModel

from models.alert import Allergy, Physician
from models.checkup import Checkup
from models.child import Child
from models.columns import table_of
from models.diary import DiaryEntry
from models.duty_doctor import DutyDoctor
from models.family import Family
from models.grant import Grant
from models.growth import Growth
from models.guardianship import Guardianship, ProtectionMeasure
from models.immunity import ImmunityFact
from models.municipality import Municipality
from models.organisation import Care, Organisation, StaffMember
from models.point import PointAccount, PointEntry
from models.pregnancy import Pregnancy
from models.pregnancy_checkup import DueDate, PregnancyCheckup
from models.resident import Resident
from models.ride import Ride, Seat
from models.rider import Rider
from models.school_checkup import SchoolCheckup
from models.vaccination import Vaccination, VaccinationReview

TOKYO = timezone(timedelta(hours=9), "Asia/Tokyo")  # no daylight saving since 1951


@dataclass(frozen=True)
class Town:
    """Everything that the city keeps on one day, `as_of`; ids and references are already the final ones.

    `cards` and `clients` say who logs in under a name: a resident with a card, a staff member or an organisation with
    a key. The cards and keys themselves are no part of a town. `applicants`: who of them applied for the record service
    for which child, or as a pregnant woman; they sign when they have their cards.
    """

    code: str
    as_of: date
    municipalities: list[Municipality] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    staff_members: list[StaffMember] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)
    pregnancies: list[Pregnancy] = field(default_factory=list)
    due_dates: list[DueDate] = field(default_factory=list)
    pregnancy_checkups: list[PregnancyCheckup] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    guardianships: list[Guardianship] = field(default_factory=list)
    protection_measures: list[ProtectionMeasure] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    cares: list[Care] = field(default_factory=list)
    checkups: list[Checkup] = field(default_factory=list)
    school_checkups: list[SchoolCheckup] = field(default_factory=list)
    vaccinations: list[Vaccination] = field(default_factory=list)
    vaccination_reviews: list[VaccinationReview] = field(default_factory=list)
    immunity_facts: list[ImmunityFact] = field(default_factory=list)
    growths: list[Growth] = field(default_factory=list)
    diary_entries: list[DiaryEntry] = field(default_factory=list)
    allergies: list[Allergy] = field(default_factory=list)
    physicians: list[Physician] = field(default_factory=list)
    riders: list[Rider] = field(default_factory=list)
    rides: list[Ride] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    point_accounts: list[PointAccount] = field(default_factory=list)
    point_entries: list[PointEntry] = field(default_factory=list)
    duty_doctors: list[DutyDoctor] = field(default_factory=list)
    cards: dict[str, str] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    applicants: list[tuple[str, str | None]] = field(default_factory=list)

    def shelved(self) -> Iterator[tuple["Shelf", list[Any]]]:
        """Each table with its rows, a table before the tables that refer to it."""
        for shelf in SHELVES:
            yield shelf, getattr(self, shelf.place)


class Shelf(NamedTuple):
    """One table: its name in a town file, the attribute of `Town` that holds its rows, and its model."""

    name: str
    place: str
    model: type[SQLModel]


SHELVES = (
    Shelf("municipality", "municipalities", Municipality),
    Shelf("organisation", "organisations", Organisation),
    Shelf("staff_member", "staff_members", StaffMember),
    Shelf("family", "families", Family),
    Shelf("resident", "residents", Resident),
    Shelf("pregnancy", "pregnancies", Pregnancy),
    Shelf("due_date", "due_dates", DueDate),
    Shelf("pregnancy_checkup", "pregnancy_checkups", PregnancyCheckup),
    Shelf("child", "children", Child),
    Shelf("guardianship", "guardianships", Guardianship),
    Shelf("protection_measure", "protection_measures", ProtectionMeasure),
    Shelf("grant", "grants", Grant),
    Shelf("care", "cares", Care),
    Shelf("checkup", "checkups", Checkup),
    Shelf("school_checkup", "school_checkups", SchoolCheckup),
    Shelf("vaccination", "vaccinations", Vaccination),
    Shelf("vaccination_review", "vaccination_reviews", VaccinationReview),
    Shelf("immunity_fact", "immunity_facts", ImmunityFact),
    Shelf("growth", "growths", Growth),
    Shelf("diary_entry", "diary_entries", DiaryEntry),
    Shelf("allergy", "allergies", Allergy),
    Shelf("physician", "physicians", Physician),
    Shelf("rider", "riders", Rider),
    Shelf("ride", "rides", Ride),
    Shelf("seat", "seats", Seat),
    Shelf("point_account", "point_accounts", PointAccount),
    Shelf("point_entry", "point_entries", PointEntry),
    Shelf("duty_doctor", "duty_doctors", DutyDoctor),
)


def columns(model: type[SQLModel]) -> list[Column[Any]]:
    """The columns that a town gives, in their order: all but a number that the database itself counts up."""
    whole = table_of(model)
    return [column for column in whole.columns if column is not whole.autoincrement_column]
