"""Households of the demo town: addresses, residents, children, and the edges that say who decides for a child."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from models.child import Child
from models.family import Family
from models.guardianship import Guardianship, GuardianshipKind
from models.ids import Letter
from models.resident import Resident, Sex
from tsumugi.demo.draw import Draw, at
from tsumugi.demo.words import SECTIONS, Word, city


class Who(NamedTuple):
    """A person to be: both names, the day of birth, the sex."""

    family_name: Word
    given_name: Word
    birth_date: date
    sex: Sex


class Span(NamedTuple):
    """From a day on until the day before another, and what proves it."""

    since: date
    until: date | None
    evidence: str


def move_in(draw: Draw) -> Family:
    """A new household in a section of town that does not exist; postal codes and phone numbers begin with zeros."""
    chance = draw.chance
    house = f"{chance.randint(1, 5)}丁目{chance.randint(1, 30)}番{chance.randint(1, 20)}号"
    row = Family(
        id=draw.id(Letter.FAMILY),
        municipality_code=draw.code,
        postal_code=f"000-{chance.randint(0, 9999):04d}",
        address=f"{city(draw.code).name}{draw.one(SECTIONS)}{house}",
        phone=f"000-0000-{chance.randint(0, 9999):04d}",
    )
    draw.town.families.append(row)
    return row


def settle(draw: Draw, family: Family, who: Who) -> Resident:
    """A resident of a household."""
    row = Resident(id=draw.id(Letter.RESIDENT), family_id=family.id, **_person(who))
    draw.town.residents.append(row)
    return row


def bear(draw: Draw, family: Family, who: Who, allergies: str | None = None, *, days_early: int | None = None) -> Child:
    """A child of a household: in the health record, and with an id of its own in the register.

    `days_early`: how long before the expected day it was born, where that is known.
    """
    resident = settle(draw, family, who)
    child = Child(
        id=draw.id(Letter.CHILD),
        resident_id=resident.id,
        family_id=family.id,
        due_on=None if days_early is None else who.birth_date + timedelta(days=days_early),
        allergies=allergies,
        **_person(who),
    )
    draw.town.children.append(child)
    return child


def _person(who: Who) -> dict[str, Any]:
    return {
        "name": f"{who.family_name.text} {who.given_name.text}",
        "name_kana": f"{who.family_name.kana} {who.given_name.kana}",
        "birth_date": who.birth_date,
        "sex": who.sex,
    }


def tie(draw: Draw, child: Child, holder: Resident, kind: GuardianshipKind, span: Span) -> None:
    """One edge from a resident to a child, on record five days after it began."""
    recorded_on = min(span.since + timedelta(days=5), draw.today)
    row = Guardianship(
        id=draw.id(Letter.LOG),
        child_id=child.id,
        holder_id=holder.id,
        kind=kind,
        valid_from=span.since,
        valid_to=span.until,
        recorded_at=at(recorded_on, 10),
        evidence=span.evidence,
    )
    draw.town.guardianships.append(row)


def parent(draw: Draw, child: Child, mother: Resident | None, father: Resident | None) -> None:
    """Parentage, which nothing ends."""
    for kind, holder in ((GuardianshipKind.BIRTH_MOTHER, mother), (GuardianshipKind.LEGAL_FATHER, father)):
        if holder is not None:
            tie(draw, child, holder, kind, Span(child.birth_date, None, "出生届"))


def share(draw: Draw, child: Child, holders: tuple[Resident, ...], span: Span) -> None:
    """Authority of both parents together, or of one alone."""
    kinds = (GuardianshipKind.AUTHORITY_SOLE, GuardianshipKind.AUTHORITY_JOINT)
    for holder in holders:
        tie(draw, child, holder, kinds[len(holders) > 1], span)


def marry(draw: Draw, child: Child, mother: Resident, father: Resident) -> None:
    """A child of married parents: parentage and joint authority from birth on."""
    parent(draw, child, mother, father)
    share(draw, child, (mother, father), Span(child.birth_date, None, "婚姻中の父母"))
