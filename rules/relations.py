"""Which relations of residents to a child can stand beside one another, and what a change of them makes of the entries.

An entry is never changed: what ends or was wrong is replaced by a later entry. Civil Code 766, 782, 792, 817-2 to
817-11, 818 to 824-3, 834 to 834-2, 838 to 842; Child Welfare Act 27 and 47.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from models.guardianship import GuardianshipKind as K
from models.refusal import RefusalCode as Code
from models.refusal import Refused

AUTHORITY = frozenset({K.AUTHORITY_SOLE, K.AUTHORITY_JOINT})
BLOOD = frozenset({K.BIRTH_MOTHER, K.LEGAL_FATHER})  # facts of birth and recognition: a minor can be a parent
PARENTAGE = BLOOD | {K.ADOPTIVE_PARENT}
ALONE = frozenset({K.BIRTH_MOTHER, K.LEGAL_FATHER, K.CUSTODIAN})  # one holder at a time
AFTER_DEATH = {K.BIRTH_MOTHER: timedelta(0), K.LEGAL_FATHER: timedelta(days=300)}  # Civil Code 772: a child born later
JOINT_HOLDERS = 2  # Civil Code 818: the parents
JOINT_BY_DECISION_FROM = date(2026, 4, 1)  # Civil Code 819 as amended by Act 33 of 2024
# What a new decision on authority, or an adoption, puts an end to.
DECIDED = AUTHORITY | {K.AUTHORITY_SUSPENDED, K.CUSTODIAN, K.MINOR_GUARDIAN}


class Names(NamedTuple):
    """What the deed's input calls the things that can be wrong."""

    holder: str = "holderId"
    kind: str = "kind"
    starts: str = "validFrom"
    ends: str = "validTo"


NAMES = Names()


@dataclass(frozen=True, slots=True)
class Entry:
    """One edge, valid until the day before `valid_to`; `id` is empty until it is written."""

    holder_id: str
    kind: K
    valid_from: date
    valid_to: date | None = None
    is_sealed: bool = False
    id: str = ""
    replaces_id: str | None = None

    @property
    def has_a_day(self) -> bool:
        """Whether the entry was ever in force; one without a day says that it never was."""
        return self.valid_to is None or self.valid_from < self.valid_to

    def is_in_force(self, day: date) -> bool:
        """On its first day and every day until the day before its end."""
        return self.valid_from <= day and not self.has_ended(day)

    def has_ended(self, day: date) -> bool:
        """Whether nothing of it is left on that day and after."""
        return self.valid_to is not None and self.valid_to <= day

    def until(self, day: date | None) -> "Entry":
        """The entry that replaces this one and ends on that day; one that had not begun never does."""
        last = self.valid_from if day is not None and day < self.valid_from else day
        return self.later(valid_to=last)

    def later(self, **changes: object) -> "Entry":
        """The entry that replaces this one, with what changed."""
        return replace(self, id="", replaces_id=self.id, **changes)  # type: ignore[arg-type]


class Ward(NamedTuple):
    """The child, as far as relations depend on it."""

    resident_id: str | None
    born_on: date
    of_age_on: date
    died_on: date | None = None


class Person(NamedTuple):
    """Somebody who holds or will hold a relation. `may_adopt_on`: the 20th birthday (Civil Code 792).

    `may_bear_on`: the 10th, from which on mothers are counted (WHO, "Adolescent pregnancy": 10 to 19 years).
    `is_male`: as the register has it.
    """

    id: str
    of_age_on: date
    may_adopt_on: date
    died_on: date | None = None
    may_bear_on: date = date.min
    is_male: bool = False

    def is_able(self, day: date) -> bool:
        """Of age, and alive."""
        return self.of_age_on <= day and (self.died_on is None or day < self.died_on)


@dataclass(frozen=True, slots=True)
class Case:
    """A child with the entries that no later one has replaced, and everybody whom they or the change name."""

    ward: Ward
    people: Mapping[str, Person]
    entries: Sequence[Entry] = ()
    replaced_ids: Collection[str] = ()

    def entry(self, id: str, name: str = "entryId") -> Entry | Refused:
        """The entry to replace."""
        if id in self.replaced_ids:
            return Refused(Code.ENTRY_REPLACED, name)
        found = next((each for each in self.entries if each.id == id), None)
        return Refused(Code.NOT_FOUND, name) if found is None else found


Outcome = Sequence[Entry] | Refused


def recorded(case: Case, entry: Entry) -> Outcome:
    """A new relation."""
    return _opened(case, [entry], [], NAMES)


def born(case: Case, entries: Sequence[Entry]) -> Outcome:
    """The first relations of a child; what is wrong with them is wrong with a parent or the day."""
    return _opened(case, entries, [], Names("bornOn", "bornOn", "bornOn", "bornOn"))


def ended(case: Case, id: str, day: date) -> Outcome:
    """A relation that ends on this day, the first on which it holds no more."""
    old = case.entry(id)
    if isinstance(old, Refused):
        return old
    if old.has_ended(day):
        return Refused(Code.ENTRY_ENDED, "endsOn")
    if day <= old.valid_from:
        return Refused(Code.PERIOD_INVALID, "endsOn")
    later = old.until(day)
    return _bereft(case, [later], "entryId") or [later]


def _bereft(case: Case, later: Sequence[Entry], name: str) -> Refused | None:
    """A parentage that goes while its holder's authority stays: the authority is decided first."""
    gone = {each.replaces_id for each in later}
    standing = [*(each for each in case.entries if each.id not in gone), *later]
    for old in (each for each in case.entries if each.id in gone and each.kind in PARENTAGE):
        mine = [each for each in standing if each.holder_id == old.holder_id]
        for day in {
            old.valid_from,
            *(each.valid_from for each in mine),
            *(each.valid_to for each in mine if each.valid_to),
        }:
            kinds = {each.kind for each in mine if each.is_in_force(day)}
            if old.is_in_force(day) and kinds & AUTHORITY and not kinds & PARENTAGE:
                return Refused(Code.NOT_A_PARENT, name)
    return None


def corrected(case: Case, id: str, now: Entry | None) -> Outcome:
    """An entry that was wrong: replaced by `now`, which keeps its holder; None says that it never was."""
    old = case.entry(id)
    if isinstance(old, Refused):
        return old
    if now is None:
        never = old.later(valid_to=old.valid_from)
        return _bereft(case, [never], "entryId") or [never]
    right = old.later(kind=now.kind, valid_from=now.valid_from, valid_to=now.valid_to)
    if (right.kind, right.valid_from, right.valid_to) == (old.kind, old.valid_from, old.valid_to):
        return Refused(Code.ALREADY_RECORDED, "entryId")
    return _bereft(case, [right], "entryId") or _opened(case, [right], [], NAMES)


def first_difference(old: Entry, now: Entry | None, today: date) -> date:
    """The first day from today on on which a correction says something else; today where there is none."""
    pair = [old] if now is None else [old, now]
    edges = {edge for each in pair for edge in (each.valid_from, each.valid_to) if edge is not None and edge > today}
    for day in (today, *sorted(edges)):
        if old.is_in_force(day) != (now is not None and now.kind is old.kind and now.is_in_force(day)):
            return day
    return today


def decided(case: Case, day: date, holders: Sequence[str], custodian: str | None) -> Outcome:
    """From this day on these hold authority, alone or jointly, and perhaps somebody is custodian; nobody else."""
    names = Names("holderIds", "holderIds", "decidedOn", "decidedOn")
    if not 1 <= len(holders) <= JOINT_HOLDERS or len(set(holders)) < len(holders):
        return Refused(Code.VALUE_OUT_OF_RANGE, names.holder)
    kind = K.AUTHORITY_SOLE if len(holders) == 1 else K.AUTHORITY_JOINT
    if kind is K.AUTHORITY_JOINT and day < JOINT_BY_DECISION_FROM:
        return Refused(Code.JOINT_TOO_EARLY, names.starts)
    wanted = [Entry(holder, kind, day) for holder in holders]
    closed, fresh = _settled(case, day, wanted + _custodian(custodian, day), keeping=set(holders))
    if not closed and not fresh:
        return Refused(Code.ALREADY_RECORDED, names.starts)
    mixed = Names("custodianId", "custodianId", names.starts, names.ends)
    custody = [each for each in fresh if each.kind is K.CUSTODIAN]
    authority = _opened(case, [each for each in fresh if each not in custody], closed, names)
    return authority if isinstance(authority, Refused) else _opened(case, custody, authority, mixed)


def adopted(case: Case, day: date, adopters: Sequence[str], spouse: str | None, *, is_special: bool) -> Outcome:
    """Adopters become parents and hold authority, jointly with the parent whose spouse they are, if there is one.

    By an ordinary adoption the others' authority ends and their parentage stays (Civil Code 818, 809); by a special one
    every other tie ends and is sealed (817-9).
    """
    names = Names("adopterIds", "adopterIds", "adoptedOn", "adoptedOn")
    holders = [*adopters, *([spouse] if spouse else [])]
    if not adopters or len(holders) > JOINT_HOLDERS or len(set(holders)) < len(holders):
        return Refused(Code.VALUE_OUT_OF_RANGE, names.holder)
    if spouse is not None and not any(_is_parent(each, spouse, day) for each in case.entries):
        return Refused(Code.NOT_A_PARENT, "spouseParentId")
    kind = K.AUTHORITY_SOLE if len(holders) == 1 else K.AUTHORITY_JOINT
    wanted = [Entry(holder, kind, day) for holder in holders]
    closed, fresh = _settled(case, day, wanted, keeping=set(), ending=DECIDED | {K.PROPERTY_GUARDIAN})
    if is_special:
        kept = {(each.holder_id, each.kind) for each in wanted if each not in fresh}
        severed = _severed(case, closed, kept, day)
        closed = [*closed, *(each for each in severed if each.holder_id != spouse)]
        closed = [each if each.holder_id == spouse else replace(each, is_sealed=True) for each in closed]
    parents = [Entry(adopter, K.ADOPTIVE_PARENT, day) for adopter in adopters]
    return _opened(case, [*parents, *fresh], closed, names)


def _severed(case: Case, closed: Sequence[Entry], kept: Collection[tuple[str, K]], day: date) -> list[Entry]:
    """Every other entry once more, ended at the latest on that day."""
    done = {each.replaces_id for each in closed}
    left = (each for each in case.entries if each.id not in done and not each.is_sealed)
    severed = (each for each in left if each.valid_to is not None or (each.holder_id, each.kind) not in kept)
    return [each.later() if each.has_ended(day) else each.until(day) for each in severed]


def _custodian(holder: str | None, day: date) -> list[Entry]:
    return [] if holder is None else [Entry(holder, K.CUSTODIAN, day)]


def _is_parent(entry: Entry, holder: str, day: date) -> bool:
    return entry.holder_id == holder and entry.kind in PARENTAGE and entry.is_in_force(day)


def _settled(
    case: Case, day: date, wanted: Sequence[Entry], *, keeping: Collection[str], ending: Collection[K] = DECIDED
) -> tuple[list[Entry], list[Entry]]:
    """What closes and what opens so that from `day` on exactly `wanted` holds of these kinds.

    What is so already stays as it is. A suspension of those in `keeping` outlives the decision: a court alone lifts it.
    """
    needed = {(each.holder_id, each.kind) for each in wanted}
    kept = set()
    closed = []
    for each in case.entries:
        about = (each.holder_id, each.kind)
        if about in needed and each.is_in_force(day) and each.valid_to is None:
            kept.add(about)
        elif each.kind in ending and not each.has_ended(day) and each.has_a_day and not _outlives(each, keeping):
            closed.append(each.until(day))
    return closed, [each for each in wanted if (each.holder_id, each.kind) not in kept]


def _outlives(entry: Entry, keeping: Collection[str]) -> bool:
    return entry.kind is K.AUTHORITY_SUSPENDED and entry.holder_id in keeping


def _opened(case: Case, fresh: Sequence[Entry], beside: Sequence[Entry], names: Names) -> Outcome:
    """All of the new entries, if those in `fresh` can be so and can stand beside everything else."""
    gone = {each.replaces_id for each in (*fresh, *beside)}
    standing = [each for each in case.entries if each.id not in gone]
    everything = [_alive(case, each) for each in (*standing, *beside, *fresh)]
    for each in fresh:
        others = [other for other in everything if other != _alive(case, each)]
        refused = _impossible(case, each, names) or _untied(each, others, names) or _contradicted(each, others, names)
        if refused is not None:
            return refused
    return [*beside, *fresh]


def _alive(case: Case, entry: Entry) -> Entry:
    """The entry as far as its holder lives to see it; a parent is one after death, too."""
    died_on = case.people[entry.holder_id].died_on
    is_whole = died_on is None or entry.kind in PARENTAGE or entry.has_ended(died_on)
    return entry if is_whole else replace(entry, valid_to=died_on)


def _has_died(entry: Entry, holder: Person, ward: Ward) -> bool:
    """A child may yet come after the father's death, and cost the mother's life: parentage asks another question."""
    if holder.died_on is None:
        return False
    if entry.kind in BLOOD:
        return ward.born_on > holder.died_on + AFTER_DEATH[entry.kind]
    return holder.died_on <= entry.valid_from


def _impossible(case: Case, entry: Entry, names: Names) -> Refused | None:
    """What an entry cannot be whatever stands beside it."""
    ward, holder, first = case.ward, case.people[entry.holder_id], entry.valid_from
    ages = {K.ADOPTIVE_PARENT: holder.may_adopt_on} | dict.fromkeys(BLOOD, date.min)
    is_too_young = first < ages.get(entry.kind, holder.of_age_on)
    is_no_parent = entry.kind in BLOOD and ward.born_on < holder.may_bear_on
    failings = (
        (entry.holder_id == ward.resident_id, Code.RELATION_TO_ONESELF, names.holder),
        (not entry.has_a_day, Code.PERIOD_INVALID, names.ends),
        (first < ward.born_on, Code.DATE_OUT_OF_RANGE, names.starts),
        (first >= ward.of_age_on, Code.WARD_OF_AGE, names.starts),
        (ward.died_on is not None and first >= ward.died_on, Code.DATE_OUT_OF_RANGE, names.starts),
        (_has_died(entry, holder, ward), Code.HOLDER_DECEASED, names.holder),
        (is_too_young or is_no_parent, Code.HOLDER_TOO_YOUNG, names.holder),
        (entry.kind is K.BIRTH_MOTHER and holder.is_male, Code.MOTHER_MALE, names.holder),
    )
    return next((Refused(code, name) for is_so, code, name in failings if is_so), None)


def _untied(entry: Entry, others: Sequence[Entry], names: Names) -> Refused | None:
    """A tie of blood beside a special adoption, which has ended all but the adopting spouse's (Civil Code 817-9).

    That adoption sealed what was before it, so it is the first of those that are not sealed; once it is dissolved the
    ties hold again (817-11). What is not sealed and put right is the spouse's own.
    """
    is_spouses = entry.replaces_id is not None and not entry.is_sealed
    if entry.kind not in BLOOD or is_spouses or not any(each.is_sealed for each in others):
        return None
    adoptions = [each for each in others if each.kind is K.ADOPTIVE_PARENT and each.has_a_day and not each.is_sealed]
    first = min((each.valid_from for each in adoptions), default=None)
    stands = any(each.valid_from == first and _overlap(each, entry) for each in adoptions)
    return Refused(Code.TIES_ENDED, names.kind) if stands else None


def _overlap(one: Entry, other: Entry) -> bool:
    return not one.has_ended(other.valid_from) and not other.has_ended(one.valid_from)


def _contradicted(entry: Entry, others: Sequence[Entry], names: Names) -> Refused | None:
    """The first contradiction on any day of the entry; what stands beside it changes on the edges of others alone."""
    edges = {edge for each in others for edge in (each.valid_from, each.valid_to) if edge is not None}
    for day in sorted({entry.valid_from, *(edge for edge in edges if entry.is_in_force(edge))}):
        code = _clash(entry, [each for each in others if each.is_in_force(day)])
        if code is not None:
            return Refused(code, names.holder if code in BY_HOLDER else names.kind)
    return None


BY_HOLDER = {Code.RELATION_OVERLAPS, Code.TOO_MANY_HOLDERS, Code.SUSPENDS_NOTHING, Code.NOT_A_PARENT}


def _clash(entry: Entry, others: Sequence[Entry]) -> Code | None:
    """Why the entry cannot stand on a day on which these others do."""
    mine = {each.kind for each in others if each.holder_id == entry.holder_id}
    theirs = [each.kind for each in others if each.holder_id != entry.holder_id]
    if entry.kind in mine or (entry.kind in BLOOD and mine & BLOOD):
        return Code.RELATION_OVERLAPS
    if entry.kind in ALONE and entry.kind in theirs:
        return Code.TOO_MANY_HOLDERS
    if entry.kind is K.AUTHORITY_SUSPENDED:
        return None if mine & AUTHORITY else Code.SUSPENDS_NOTHING
    if entry.kind is K.MINOR_GUARDIAN:
        return Code.AUTHORITY_CONTRADICTS if _exercised(others) else None
    return _clash_of_authority(entry.kind, mine, theirs) if entry.kind in AUTHORITY else None


def _clash_of_authority(kind: K, mine: Collection[K], theirs: Sequence[K]) -> Code | None:
    barring = AUTHORITY if kind is K.AUTHORITY_SOLE else {K.AUTHORITY_SOLE}
    if AUTHORITY & set(mine) or K.MINOR_GUARDIAN in theirs or barring & set(theirs):
        return Code.AUTHORITY_CONTRADICTS
    if theirs.count(K.AUTHORITY_JOINT) >= JOINT_HOLDERS:
        return Code.TOO_MANY_HOLDERS
    return None if PARENTAGE & set(mine) else Code.NOT_A_PARENT


def _exercised(others: Iterable[Entry]) -> bool:
    """Whether somebody holds authority that is not suspended: a guardian comes where nobody does (Civil Code 838)."""
    kinds = [(each.holder_id, each.kind) for each in others]
    suspended = {holder for holder, kind in kinds if kind is K.AUTHORITY_SUSPENDED}
    return any(kind in AUTHORITY and holder not in suspended for holder, kind in kinds)
