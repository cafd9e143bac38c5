"""From the database to a caller's relations: one statement a request, then pure sorting into policies."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from auth import policy as p
from auth.access import Relations
from auth.age import OWN_SIGNATURE_YEARS, birthday, is_of_age
from auth.caller import Holder
from auth.groups import GROUPS, SHARE_GRANTS
from auth.policy import Policy, Right
from auth.register import INVITATION, STATEMENTS, Fact
from models.guardianship import GuardianshipKind
from models.organisation import Bond, CallerKind
from models.subject import Noun

E = GuardianshipKind
AUTHORITY = {E.AUTHORITY_SOLE.name, E.AUTHORITY_JOINT.name}
PARENTAGE = {E.BIRTH_MOTHER.name, E.LEGAL_FATHER.name, E.ADOPTIVE_PARENT.name, *AUTHORITY}
STANDALONE = {E.MINOR_GUARDIAN.name: p.MINOR_GUARDIAN, E.PLACEMENT.name: p.FACILITY_OR_FOSTER}
# Who may open a record to others: the matrix lets them write sharing, or their own part of it.
SHARING = {
    policy
    for policy in p.POLICIES
    if any(right & (Right.WRITE | Right.OWN) for right in SHARE_GRANTS.alternatives(policy))
}
# What each of them sees whole, and can therefore give.
GIVEN = {
    policy: frozenset(
        group.name
        for group in GROUPS
        if any(not right & (Right.OWN | Right.MASKED | Right.CONSENT) for right in group.alternatives(policy))
    )
    for policy in SHARING
}
BONDS: dict[CallerKind, tuple[Policy, Bond]] = {
    CallerKind.SCHOOL: (p.SCHOOL, Bond.PUPIL),
    CallerKind.PARTNER_MUNICIPALITY: (p.PARTNER_MUNICIPALITY, Bond.MOVED),
    CallerKind.STAFF_EDUCATION: (p.STAFF_EDUCATION, Bond.PUPIL),
}
AFTER_MOVING_OUT = timedelta(days=90)  # this project's decision: time to read and export, not to write
NO_FACTS: list[Fact] = []


class Edge(NamedTuple):
    """An edge in force: of a child, to a living holder, who lives in a family or nowhere."""

    child_id: str
    holder_id: str
    kind: str
    home_id: str


@dataclass(frozen=True, slots=True)
class Known:
    """A child that facts are about, as far as rights depend on it."""

    id: str
    family_id: str
    resident_id: str
    birth_date: date
    died_on: date | None
    moved_out_on: date | None

    @classmethod
    def of(cls, fact: Fact) -> "Known":
        """From a fact of the register."""
        return cls(fact.a, fact.b, fact.c, date.fromisoformat(fact.d), _day(fact.e), _day(fact.f))

    def is_here(self, today: date) -> bool:
        """Whether rights of others still stand: until 90 days after moving out."""
        return self.moved_out_on is None or today < self.moved_out_on + AFTER_MOVING_OUT

    def is_dead(self, today: date) -> bool:
        """Whether the child has died."""
        return _is_past(self.died_on, today)

    def is_closed(self, today: date) -> bool:
        """Whether the record is read and no longer written: after death, and from moving out on."""
        return self.is_dead(today) or _is_past(self.moved_out_on, today)


class Register:
    """The facts of one caller, sorted: the children that they are about, who guards them, and who is kept away."""

    def __init__(self, facts: Iterable[Fact], today: date) -> None:
        self.today = today
        self._facts: defaultdict[str, list[Fact]] = defaultdict(list)
        for each in facts:
            self._facts[each.what].append(each)
        self.children = {each.a: Known.of(each) for each in self["child"]}
        self._edges: defaultdict[str, list[Edge]] = defaultdict(list)
        for each in self["edge"]:
            self._edges[each.a].append(Edge(each.a, each.b, each.c, each.d))
        self._measures = {(each.a, each.b) for each in self["measure"]}

    def __getitem__(self, what: str) -> list[Fact]:
        return self._facts.get(what, NO_FACTS)

    def is_kept_away(self, resident_id: str, family_id: str) -> bool:
        """Whether a protection measure names this resident as the family's counterparty."""
        return (family_id, resident_id) in self._measures

    def guardian_policies(self, child: Known, resident_id: str) -> set[Policy]:
        """What a resident is to a child today; nothing when the child is of age or gone, or a measure says so."""
        if is_of_age(child.birth_date, self.today) or not child.is_here(self.today):
            return set()
        if self.is_kept_away(resident_id, child.family_id):
            return set()
        edges = self._edges[child.id]
        mine = [each for each in edges if each.holder_id == resident_id]
        others = {(each.kind, each.home_id == child.family_id) for each in edges if each.holder_id != resident_id}
        is_home = any(each.home_id == child.family_id for each in mine)
        return guardian_policies({each.kind for each in mine}, others, is_home=is_home) if mine else set()

    def shares(self, child: Known, resident_id: str) -> frozenset[str]:
        """The field groups that this resident may open to others today: as guardian, or as the person at 18 or over."""
        policies = self.guardian_policies(child, resident_id)
        if is_of_age(child.birth_date, self.today):
            is_self = child.resident_id == resident_id and child.is_here(self.today)
            policies = {p.SELF_18PLUS} if is_self and not child.is_dead(self.today) else set()
        return frozenset[str]().union(*(GIVEN[each] for each in policies & SHARING))

    def granted(self, me: str) -> dict[tuple[str, Noun], frozenset[str]]:
        """Per field group and noun, the subjects that consents open to me."""
        found: defaultdict[tuple[str, Noun], set[str]] = defaultdict(set)
        for child_id, groups, by in ((each.a, each.b, each.c) for each in self["grant"]):
            child = self.children[child_id]
            shared = frozenset() if self.is_kept_away(me, child.family_id) else self.shares(child, by)
            for name in shared.intersection(groups.split()):
                found[name, Noun.CHILD].add(child_id)
        for pregnancy_id, groups, home_id in ((each.a, each.b, each.c) for each in self["pregnancy_grant"]):
            for name in () if self.is_kept_away(me, home_id) else groups.split():
                found[name, Noun.PREGNANCY].add(pregnancy_id)
        return {key: frozenset(ids) for key, ids in found.items()}

    def closed(self) -> frozenset[str]:
        """The children whose record is read and no longer written."""
        return frozenset(each.id for each in self.children.values() if each.is_closed(self.today))

    def riders(self) -> dict[str, str]:
        """Of children who are registered for the taxi subsidy, the registration; its own door is asked besides."""
        by_person = {each.b: each.a for each in self["rider"]}
        return {
            each.id: by_person[each.resident_id] for each in self.children.values() if each.resident_id in by_person
        }


async def load(connection: AsyncConnection, holder: Holder, today: date) -> Relations:
    """What this holder holds today; kinds that reach the whole town, or only rows of their own, need no statement."""
    statement = STATEMENTS.get(holder.kind)
    if statement is None:
        return Relations()
    rows = await connection.execute(statement, {"me": holder.id, "today": today})
    return of_holder(holder, rows, today)


def of_holder(holder: Holder, rows: Iterable[Iterable[str]], today: date) -> Relations:
    """The relations that the rows of this holder's statement come to."""
    facts = [Fact(*row) for row in rows]
    if holder.kind is CallerKind.RESIDENT:
        return of_resident(holder.id, facts, today)
    return of_organisation(holder, facts, today)


async def is_invited(connection: AsyncConnection, me: str, code_hash: str, now: datetime, today: date) -> bool:
    """Whether the invitation with this code would open anything to this resident, if it were accepted now."""
    binds = {"me": me, "today": today, "now": now, "code_hash": code_hash}
    register = Register([Fact(*row) for row in await connection.execute(INVITATION, binds)], today)
    return bool(register["me"] and register.granted(me))


def of_organisation(holder: Holder, facts: Iterable[Fact], today: date) -> Relations:
    """An organisation's bonds with children and pregnancies, and the consents given to it."""
    register = Register(facts, today)
    held = {}
    if holder.kind in BONDS:
        policy, bond = BONDS[holder.kind]
        bonds = [each for each in register["bond"] if each.c == bond.name]
        held[policy, Noun.CHILD] = frozenset(each.a for each in bonds if each.a)
        held[policy, Noun.PREGNANCY] = frozenset(each.b for each in bonds if each.b)
    return Relations(held, register.granted(holder.id))


def of_resident(me: str, facts: Iterable[Fact], today: date) -> Relations:
    """A resident's relations: one's own, the wards' through dated edges, less what a protection measure takes."""
    register = Register(facts, today)
    if not register["me"]:
        return Relations()
    home_id, birth_date = register["me"][0].a, date.fromisoformat(register["me"][0].b)
    held: defaultdict[tuple[Policy, Noun], set[str]] = defaultdict(set)
    policies_by_person: defaultdict[str, set[Policy]] = defaultdict(set)
    for policy in _oneself(register, birth_date):
        policies_by_person[me].add(policy)
        held[policy, Noun.APPLICATION].update(each.a for each in register["application"])
        held[policy, Noun.PERSON].add(me)
        held[policy, Noun.CHILD].update(each.id for each in _own_records(register, me))
        held[policy, Noun.ACCOUNT].update(each.a for each in register["account"])
        if home_id and not register.is_kept_away(me, home_id):
            held[policy, Noun.FAMILY].add(home_id)
    held[p.PREGNANT_SELF, Noun.PREGNANCY].update(each.a for each in register["pregnancy"])
    for child in register.children.values():
        for policy in register.guardian_policies(child, me):
            held[policy, Noun.CHILD].add(child.id)
            held[policy, Noun.FAMILY].add(child.family_id)
            policies_by_person[child.resident_id].add(policy)
    for noun, what in ((Noun.RIDER, "rider"), (Noun.RIDE, "ride")):
        for each in register[what]:
            for policy in policies_by_person.get(each.b, ()):
                held[policy, noun].add(each.a)
    frozen = {key: frozenset(ids) for key, ids in held.items() if ids}
    return Relations(frozen, register.granted(me), home_id or None, register.closed(), register.riders())


def _oneself(register: Register, birth_date: date) -> Iterator[Policy]:
    """How somebody stands to the own record; a pregnant woman of any age also as such."""
    yield self_policy(birth_date, register.today)
    if not all(_is_past(_day(each.b), register.today) for each in register["pregnancy"]):
        yield p.PREGNANT_SELF


def _own_records(register: Register, me: str) -> Iterator[Known]:
    return (each for each in register.children.values() if each.resident_id == me and each.is_here(register.today))


def self_policy(birth_date: date, today: date) -> Policy:
    """How a person of this age stands to the own record."""
    if is_of_age(birth_date, today):
        return p.SELF_18PLUS
    return p.SELF_15_17 if today >= birthday(birth_date, OWN_SIGNATURE_YEARS) else p.SELF_UNDER15


def guardian_policies(kinds: set[str], others: set[tuple[str, bool]], *, is_home: bool) -> set[Policy]:
    """The policies that one resident's edges to one child come to.

    `kinds`: names of the resident's edges in force. `others`: everybody else's, each with whether its holder lives with
    the child. `is_home`: whether the resident lives with the child.
    """
    found = {policy for name, policy in STANDALONE.items() if name in kinds}
    has_custodian = any(kind == E.CUSTODIAN.name for kind, _ in others)
    is_custodian = E.CUSTODIAN.name in kinds
    if not kinds & AUTHORITY or E.AUTHORITY_SUSPENDED.name in kinds:
        if is_custodian:
            found.add(p.CUSTODIAN_ONLY)
        elif kinds & PARENTAGE:
            found.add(p.PARENT_WITHOUT_AUTHORITY)
    elif has_custodian and not is_custodian:
        found.add(p.AUTHORITY_WITHOUT_CARE)
    elif E.AUTHORITY_SOLE.name in kinds or (is_home and (E.AUTHORITY_JOINT.name, True) in others):
        found.add(p.GUARDIAN_SOLE)
    else:
        found.add(p.GUARDIAN_JOINT_RESIDENT if is_home or is_custodian else p.GUARDIAN_JOINT_NONRESIDENT)
    return found


def _is_past(day: date | None, today: date) -> bool:
    return day is not None and day <= today


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
