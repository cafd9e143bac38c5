"""What the deeds of the register's desk share: days, people by their id of the register, entries of a child."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from sqlmodel import col, select

from auth.age import OF_AGE_YEARS, birthday
from models.child import Child
from models.guardianship import Guardianship, ProtectionMeasure
from models.ids import Letter, parsed
from models.refusal import RefusalCode, Refused
from models.resident import Resident, Sex
from resolvers.deed import Task
from rules.relations import Case, Entry, Person, Ward

MAY_ADOPT_YEARS = 20  # Civil Code 792
MAY_BEAR_YEARS = 10  # rules/relations.py
AHEAD = timedelta(days=366)  # an entry begins a year from now at the latest: what is later is a slip of the pen
Dated = TypeVar("Dated", Guardianship, ProtectionMeasure)


def bad_start(task: Task, day: date, name: str) -> Refused | None:
    """A first day that lies too far ahead."""
    return Refused(RefusalCode.DATE_OUT_OF_RANGE, name) if day > task.context.today + AHEAD else None


def bad_fact(task: Task, day: date, name: str) -> Refused | None:
    """A fact that lies in the future."""
    return Refused(RefusalCode.DATE_OUT_OF_RANGE, name) if day > task.context.today else None


async def resident_of(task: Task, id: object, name: str) -> Resident | Refused:
    """The resident with this id of the register."""
    parts = parsed(id)
    is_resident = parts is not None and parts.letter is Letter.RESIDENT
    found = await task.session.get(Resident, str(id)) if is_resident else None
    return Refused(RefusalCode.NOT_FOUND, name) if found is None else found


async def case_of(task: Task, child: Child, named: Mapping[str, str]) -> Case | Refused:
    """The child's case with everybody whom entries or the change name; `named`: ids with the input's fields."""
    for id, name in named.items():
        found = await resident_of(task, id, name)
        if isinstance(found, Refused):
            return found
    rows = (await task.session.exec(select(Guardianship).where(col(Guardianship.child_id) == child.id))).all()
    standing, replaced = standing_of(rows)
    holders = {*named, *(each.holder_id for each in rows)}
    people = (await task.session.exec(select(Resident).where(col(Resident.id).in_(holders)))).all()
    return Case(
        Ward(child.resident_id, child.birth_date, birthday(child.birth_date, OF_AGE_YEARS), child.died_on),
        {each.id: person(each) for each in people},
        [_entry(each) for each in sorted(standing, key=lambda each: (each.valid_from, each.id))],
        replaced,
    )


def standing_of(rows: Collection[Dated]) -> tuple[list[Dated], set[str]]:
    """The entries that no later one replaces, and the ids of those that one does."""
    replaced = {each.replaces_id for each in rows if each.replaces_id}
    return [each for each in rows if each.id not in replaced], replaced


def person(resident: Resident) -> Person:
    """A resident as far as relations depend on them."""
    born_on = resident.birth_date
    of_age, may_adopt, may_bear = (
        birthday(born_on, years) for years in (OF_AGE_YEARS, MAY_ADOPT_YEARS, MAY_BEAR_YEARS)
    )
    return Person(resident.id, of_age, may_adopt, resident.died_on, may_bear, resident.sex is Sex.MALE)


def _entry(row: Guardianship) -> Entry:
    return Entry(row.holder_id, row.kind, row.valid_from, row.valid_to, row.is_sealed, row.id)


def write(task: Task, child_id: str, entries: Iterable[Entry], evidence: str) -> list[str]:
    """The entries as rows, in the order given; their new ids."""
    rows = [
        Guardianship(
            id=task.new_id(Letter.LOG),
            child_id=child_id,
            holder_id=each.holder_id,
            kind=each.kind,
            valid_from=each.valid_from,
            valid_to=each.valid_to,
            recorded_at=task.context.now,
            recorded_by_id=task.context.caller.holder.id,
            evidence=evidence,
            replaces_id=each.replaces_id,
            is_sealed=each.is_sealed,
        )
        for each in entries
    ]
    task.session.add_all(rows)
    return [each.id for each in rows]


def first_refusal(*found: Refused | None) -> Refused | None:
    """The first of several findings that is one."""
    return next((each for each in found if each is not None), None)


def ids_named(ids: Sequence[object], name: str) -> dict[str, str]:
    """Ids with the field that names them."""
    return {str(each): name for each in ids}
