"""Deed: the register's desk registers a birth, of one child or of several from one pregnancy."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import strawberry
from sqlmodel import col, select

from auth.age import OF_AGE_YEARS, birthday
from models.child import Child
from models.guardianship import GuardianshipKind as Kind
from models.ids import Letter
from models.life_event import LifeEventKind
from models.pregnancy import Outcome
from models.refusal import RefusalCode, Refused
from models.resident import Resident, Sex
from resolvers.changes import About, RegisterChange, Survey, Written
from resolvers.checked import bad_evidence, bad_text, is_blank
from resolvers.deed import Task
from resolvers.life_event import Fact, Subject, entry
from resolvers.pregnancy import close, open_pregnancy
from resolvers.register import bad_fact, first_refusal, person, resident_of, write
from resolvers.siblings import Sibling, borne_by
from rules import births
from rules import relations as rules
from rules.relations import Case, Entry, Ward

MOST_AT_ONCE = 9  # as many as were ever born alive from one pregnancy
NAME_LONGEST = 200


@dataclass(kw_only=True)
class NewbornInput:
    """A child as the notification of birth has it. `residentId`: the register's id, if the register has it already."""

    name: str
    name_kana: str
    born_on: date
    sex: Sex
    resident_id: strawberry.ID | None = None


@dataclass(kw_only=True)
class RecordBirth:
    """Children of one mother, born from one pregnancy. `fatherId`: the legal father, if there is one.

    `isAuthorityJoint`: the parents are married, or have agreed on joint authority; otherwise it is the mother's alone.
    `isDelayed`: a doctor certifies that one of them stayed in the womb for weeks longer (delayed-interval delivery).
    """

    mother_id: strawberry.ID
    father_id: strawberry.ID | None = None
    is_authority_joint: bool = False
    is_delayed: bool = False
    children: list[NewbornInput]
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


class Parents(NamedTuple):
    """The mother, the legal father if there is one, and whether they hold authority together."""

    mother: Resident
    father: Resident | None
    is_joint: bool


class Origin(NamedTuple):
    """The pregnancy from which children came, and the day on which they were expected, as it stood at birth."""

    pregnancy_id: str | None = None
    due_on: date | None = None


class Newborn(NamedTuple):
    """A child in the making, with its first entries."""

    child: Child
    resident: Resident | None
    entries: list[Entry]


async def record(task: Task, given: RecordBirth) -> RegisterChange | Refused:
    """The children with their mother, their father and who has authority, or why not."""
    parents = bad_evidence(given) or await _parents(task, given)
    if isinstance(parents, Refused):
        return parents
    if not 1 <= len(given.children) <= MOST_AT_ONCE:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "children")
    newborns = []
    for number, each in enumerate(given.children):
        made = await _newborn(task, each, parents)
        if isinstance(made, Refused):
            return made._replace(field=f"children.{number}.{made.field}")
        newborns.append(made)
    others = await borne_by(task, parents.mother.id)
    days = [each.born_on for each in given.children]
    refused = births.apart(days, [each.born_on for each in others], is_delayed=given.is_delayed)
    if refused is not None:
        return refused
    abouts = [About.of(each.child) for each in newborns]
    day = min(days)

    async def kept() -> Written:
        pregnancy_id, due_on = await _closed(task, parents.mother.id, given, others)
        for each in newborns:
            each.child.pregnancy_id, each.child.due_on = pregnancy_id, due_on
        entry_ids = [id for each in newborns for id in await _born(task, each, given.evidence)]
        return Written(entry_ids, [each.child.id for each in newborns])

    return await Survey(task, day, _named(parents, newborns)).changed(abouts, kept)


async def _closed(task: Task, mother_id: str, given: RecordBirth, others: list[Sibling]) -> Origin:
    """Where the children came from: the pregnancy of a twin born before, or the open one, which ends with it.

    One whose dates do not fit is left as it is, in silence: the desk knows of no pregnancy, and shall not find out by
    trying days.
    """
    days = [each.born_on for each in given.children]
    for twin in others:
        if twin.pregnancy_id and births.are_of_one(twin.born_on, min(days), is_delayed=given.is_delayed):
            return Origin(twin.pregnancy_id, twin.due_on)
    pregnancy = await open_pregnancy(task, mother_id)
    if pregnancy is None or not all(births.fits(pregnancy.due_on, each) for each in days):
        return Origin()
    await close(task, pregnancy, min(days), Outcome.BIRTH)
    return Origin(pregnancy.id, pregnancy.due_on)


def _named(parents: Parents, newborns: list[Newborn]) -> list[str]:
    people = [parents.mother, parents.father, *(each.resident for each in newborns)]
    return [each.id for each in people if each is not None]


async def _parents(task: Task, given: RecordBirth) -> Parents | Refused:
    mother = await resident_of(task, given.mother_id, "motherId")
    father = None if given.father_id is None else await resident_of(task, given.father_id, "fatherId")
    if isinstance(mother, Refused):
        return mother
    if isinstance(father, Refused):
        return father
    if mother.sex is Sex.MALE:
        return Refused(RefusalCode.MOTHER_MALE, "motherId")
    if mother.family_id is None:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "motherId")  # a household first: a child lives in one
    if given.is_authority_joint and father is None:
        return Refused(RefusalCode.VALUE_MISSING, "fatherId")
    return Parents(mother, father, given.is_authority_joint)


async def _newborn(task: Task, given: NewbornInput, parents: Parents) -> Newborn | Refused:
    refused = first_refusal(_bad_name(given), bad_fact(task, given.born_on, "bornOn"))
    resident = refused or await _registered(task, given)
    if isinstance(resident, Refused):
        return resident
    entries = _entries(given, parents, resident)
    if isinstance(entries, Refused):
        return entries
    child = Child(
        id=task.new_id(Letter.CHILD),
        resident_id=None if resident is None else resident.id,
        family_id=parents.mother.family_id or "",
        name=given.name,
        name_kana=given.name_kana,
        birth_date=given.born_on,
        sex=given.sex,
    )
    return Newborn(child, resident, entries)


def _bad_name(given: NewbornInput) -> Refused | None:
    for name, text in (("name", given.name), ("nameKana", given.name_kana)):
        if is_blank(text):
            return Refused(RefusalCode.VALUE_MISSING, name)
        if len(text) > NAME_LONGEST:
            return Refused(RefusalCode.TEXT_TOO_LONG, name)
    return bad_text(given, "name", "name_kana")


async def _registered(task: Task, given: NewbornInput) -> Resident | Refused | None:
    """The child's own row of the register, which must be of the same birthday and nobody else's record."""
    if given.resident_id is None:
        return None
    found = await resident_of(task, given.resident_id, "residentId")
    if isinstance(found, Refused):
        return found
    taken = select(Child).where(col(Child.resident_id) == found.id)
    if (await task.session.exec(taken)).first() is not None:
        return Refused(RefusalCode.ALREADY_RECORDED, "residentId")
    return found if found.birth_date == given.born_on else Refused(RefusalCode.DATE_OUT_OF_RANGE, "bornOn")


def _entries(given: NewbornInput, parents: Parents, resident: Resident | None) -> list[Entry] | Refused:
    """Mother and father from birth on, and authority for those of them who live and are of age.

    A mother who is a minor has no authority of her own: her guardians exercise it (Civil Code 833, 867).
    """
    mother, father, is_joint = parents
    day = given.born_on
    ward = Ward(None if resident is None else resident.id, day, birthday(day, OF_AGE_YEARS))
    case = Case(ward, {each.id: person(each) for each in (mother, father) if each is not None})
    wanted = [Entry(mother.id, Kind.BIRTH_MOTHER, day)]
    if father is not None:
        wanted.append(Entry(father.id, Kind.LEGAL_FATHER, day))
    asked = [mother, *([father] if father is not None and is_joint else [])]
    able = [each.id for each in asked if case.people[each.id].is_able(day)]
    authority = Kind.AUTHORITY_SOLE if len(able) == 1 else Kind.AUTHORITY_JOINT
    outcome = rules.born(case, [*wanted, *(Entry(id, authority, day) for id in able)])
    return outcome if isinstance(outcome, Refused) else list(outcome)


async def _born(task: Task, newborn: Newborn, evidence: str) -> list[str]:
    """The child's row first, which everything else names."""
    task.session.add(newborn.child)
    await task.session.flush()
    birth = Fact(LifeEventKind.BIRTH, newborn.child.birth_date, evidence)
    row = entry(task, Subject(newborn.child, newborn.resident), birth)
    task.session.add(row)
    return [row.id, *write(task, newborn.child.id, newborn.entries, evidence)]
