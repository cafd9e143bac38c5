"""From the database to a caller's relations: one statement a request, then pure sorting into policies."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import policy as p
from auth.access import Relations
from auth.age import OWN_SIGNATURE_YEARS, birthday, is_of_age
from auth.caller import Holder
from auth.policy import Policy
from models.child import Child
from models.columns import table_of
from models.grant import Grant
from models.guardianship import Guardianship, GuardianshipKind, ProtectionMeasure
from models.organisation import Bond, CallerKind, Care, Organisation, StaffMember
from models.point import PointAccount
from models.resident import Resident
from models.ride import Seat
from models.rider import Rider
from models.subject import Noun

E = GuardianshipKind
AUTHORITY = {E.AUTHORITY_SOLE.name, E.AUTHORITY_JOINT.name}
ME = bindparam("me", type_=String)
TODAY = bindparam("today", type_=Date)


class Fact(NamedTuple):
    """One row of the statement: what it is, and up to four values as text, empty where there is none."""

    what: str
    a: str
    b: str
    c: str
    d: str


g, k, r, s, m, i = (table_of(each) for each in (Guardianship, Child, Resident, Seat, ProtectionMeasure, Grant))
d, w, o, u, pa = (table_of(each) for each in (Rider, Care, Organisation, StaffMember, PointAccount))


def in_force(rows: Any) -> ColumnElement[bool]:
    """Valid from its first day until the day before its end."""
    return and_(rows.c.valid_from <= TODAY, or_(rows.c.valid_to.is_(None), rows.c.valid_to > TODAY))


def fact(what: str, *values: Any) -> Select[Any]:
    """One arm of the union: four text columns behind a word."""
    texts = [func.coalesce(cast(value, String), "") for value in values]
    empty: list[ColumnElement[Any]] = [literal_column("''")] * (4 - len(values))
    columns: list[ColumnElement[Any]] = [literal_column(f"'{what}'").label("what"), *texts, *empty]
    return select(*columns)


def _grants(grantee: Any) -> Select[Any]:
    consents = fact("grant", k.c.id, i.c.field_groups, k.c.family_id, k.c.birth_date).join_from(
        i, k, i.c.child_id == k.c.id
    )
    return consents.where(i.c.grantee_id == grantee, in_force(i), i.c.revoked_at.is_(None))


def _resident_statement() -> CompoundSelect[Any]:
    edges: CTE = select(g.c.child_id, g.c.kind).where(g.c.holder_id == ME, in_force(g)).cte("edges")
    mine = select(edges.c.child_id)
    wards = select(k.c.resident_id).where(k.c.id.in_(mine))
    riders: CTE = (
        select(d.c.id, d.c.resident_id).where(or_(d.c.resident_id == ME, d.c.resident_id.in_(wards))).cte("riders")
    )
    return union_all(
        fact("me", r.c.family_id, r.c.birth_date).where(r.c.id == ME, r.c.died_on.is_(None)),
        fact("edge", k.c.id, edges.c.kind, k.c.family_id, k.c.birth_date).join_from(
            edges, k, edges.c.child_id == k.c.id
        ),
        fact("ward", k.c.resident_id, k.c.id).where(k.c.id.in_(mine), k.c.resident_id.is_not(None)),
        fact("other", g.c.child_id, g.c.kind, r.c.family_id)
        .join_from(g, r, g.c.holder_id == r.c.id)
        .where(g.c.child_id.in_(mine), g.c.holder_id != ME, in_force(g)),
        fact("measure", m.c.family_id).where(m.c.counterparty_id == ME, in_force(m)),
        _grants(ME),
        fact("own", k.c.id, k.c.family_id).where(k.c.resident_id == ME),
        fact("rider", riders.c.id, riders.c.resident_id),
        fact("ride", s.c.ride_id, riders.c.resident_id).join_from(s, riders, s.c.rider_id == riders.c.id),
        fact("account", pa.c.id).where(pa.c.resident_id == ME),
    )


def _organisation_statement() -> CompoundSelect[Any]:
    bonds = fact("bond", w.c.child_id, w.c.bond).where(w.c.organisation_id == ME, in_force(w))
    return union_all(bonds, _grants(ME))


def _education_statement() -> CompoundSelect[Any]:
    """The pupils of the municipality's own schools, and what was consented to the office of this member of staff."""
    office = select(u.c.organisation_id).where(u.c.id == ME).scalar_subquery()
    city = select(o.c.municipality_code).where(o.c.id == office).scalar_subquery()
    pupils = fact("bond", w.c.child_id, w.c.bond).join_from(w, o, w.c.organisation_id == o.c.id)
    ours = pupils.where(o.c.kind == CallerKind.SCHOOL, o.c.municipality_code == city, in_force(w))
    return union_all(ours, _grants(office))


STATEMENTS = {
    CallerKind.RESIDENT: _resident_statement(),
    CallerKind.CLINIC: _organisation_statement(),
    CallerKind.SCHOOL: _organisation_statement(),
    CallerKind.PARTNER_MUNICIPALITY: _organisation_statement(),
    CallerKind.STAFF_EDUCATION: _education_statement(),
}
BONDS: dict[CallerKind, tuple[Policy, Bond]] = {
    CallerKind.SCHOOL: (p.SCHOOL, Bond.PUPIL),
    CallerKind.PARTNER_MUNICIPALITY: (p.PARTNER_MUNICIPALITY, Bond.MOVED),
    CallerKind.STAFF_EDUCATION: (p.STAFF_EDUCATION, Bond.PUPIL),
}


async def load(connection: AsyncConnection, holder: Holder, today: date) -> Relations:
    """What this holder holds today; kinds that reach the whole town, or only rows of their own, need no statement."""
    statement = STATEMENTS.get(holder.kind)
    if statement is None:
        return Relations()
    rows = await connection.execute(statement, {"me": holder.id, "today": today})
    facts = [Fact(*row) for row in rows]
    if holder.kind is CallerKind.RESIDENT:
        return of_resident(holder.id, facts, today)
    return of_organisation(holder.kind, facts, today)


def of_organisation(kind: CallerKind, facts: Iterable[Fact], today: date) -> Relations:
    """An organisation's bonds with children, and the consents given to it."""
    sorted_ = _sorted(facts)
    held = {}
    if kind in BONDS:
        policy, bond = BONDS[kind]
        held[policy, Noun.CHILD] = frozenset(each.a for each in sorted_["bond"] if each.b == bond.name)
    return Relations(held, _granted(sorted_["grant"], frozenset(), today))


def of_resident(me: str, facts: Iterable[Fact], today: date) -> Relations:
    """A resident's relations: one's own, the wards' through dated edges, less what a protection measure takes."""
    sorted_ = _sorted(facts)
    if not sorted_["me"]:
        return Relations()
    person = sorted_["me"][0]
    hidden = frozenset(each.a for each in sorted_["measure"])
    held: defaultdict[tuple[Policy, Noun], set[str]] = defaultdict(set)
    oneself = self_policy(date.fromisoformat(person.b), today)
    held[oneself, Noun.CHILD].update(each.a for each in sorted_["own"])
    held[oneself, Noun.ACCOUNT].update(each.a for each in sorted_["account"])
    if person.a and person.a not in hidden:
        held[oneself, Noun.FAMILY].add(person.a)
    policies_by_person: defaultdict[str, set[Policy]] = defaultdict(set, {me: {oneself}})
    resident_by_child = {each.b: each.a for each in sorted_["ward"]}
    for child_id, family_id, policies in _wards(sorted_, person.a, today):
        for policy in policies if family_id not in hidden else ():
            held[policy, Noun.CHILD].add(child_id)
            held[policy, Noun.FAMILY].add(family_id)
            policies_by_person[resident_by_child.get(child_id, "")].add(policy)
    for noun, what in ((Noun.RIDER, "rider"), (Noun.RIDE, "ride")):
        for each in sorted_[what]:
            for policy in policies_by_person.get(each.b, ()):
                held[policy, noun].add(each.a)
    granted = _granted(sorted_["grant"], hidden, today)
    return Relations({key: frozenset(ids) for key, ids in held.items()}, granted, person.a or None)


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


STANDALONE = {E.MINOR_GUARDIAN.name: p.MINOR_GUARDIAN, E.PLACEMENT.name: p.FACILITY_OR_FOSTER}
PARENTAGE = {E.BIRTH_MOTHER.name, E.LEGAL_FATHER.name, *AUTHORITY}


def _sorted(facts: Iterable[Fact]) -> defaultdict[str, list[Fact]]:
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for each in facts:
        found[each.what].append(each)
    return found


def _wards(sorted_: defaultdict[str, list[Fact]], home_id: str, today: date) -> Iterator[tuple[str, str, set[Policy]]]:
    """Each child under age to which the resident has an edge: its id, its family's id, the policies."""
    kinds: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for each in sorted_["edge"]:
        kinds[each.a, each.c, each.d].add(each.b)
    others: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for each in sorted_["other"]:
        others[each.a].add((each.b, each.c))
    for (child_id, family_id, birth_date), names in kinds.items():
        if not is_of_age(date.fromisoformat(birth_date), today):
            around = {(kind, home == family_id) for kind, home in others[child_id]}
            yield child_id, family_id, guardian_policies(names, around, is_home=home_id == family_id)


def _granted(grants: Iterable[Fact], hidden: frozenset[str], today: date) -> dict[str, frozenset[str]]:
    """Per field group, the children opened by consent; consent of guardians ends when the child is of age."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for child_id, groups, family_id, birth_date in (each[1:] for each in grants):
        if family_id not in hidden and not is_of_age(date.fromisoformat(birth_date), today):
            for name in groups.split():
                found[name].add(child_id)
    return {name: frozenset(ids) for name, ids in found.items()}
