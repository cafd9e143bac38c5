"""Until when the ways to a field are open: the recorded ends of a caller's own relations to one subject.

Read only when somebody asks for an explanation. What is recorded of other people, and what is sealed, is not foretold.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, String, bindparam, case, or_, select, union_all

from auth import policy as p
from auth.access import Access, Alternative, Caller
from auth.age import OF_AGE_YEARS, birthday
from auth.groups import ADDRESS_CONTACT, IDENTITY
from auth.policy import Policy, Right
from auth.register import ME, Fact, d, fact, g, i, in_force, k, o, s, stands, u, w
from auth.relations import AFTER_MOVING_OUT, AUTHORITY, BONDS
from models.guardianship import GuardianshipKind
from models.organisation import CallerKind
from models.subject import Noun

SUBJECT = bindparam("subject", type_=String)
NEVER = date.max
CUSTODIAN = GuardianshipKind.CUSTODIAN.name
# The edges that carry a policy; it holds as long as one of them does.
CARRIED_BY: dict[Policy, set[str]] = {
    p.GUARDIAN_SOLE: AUTHORITY,
    p.GUARDIAN_JOINT_RESIDENT: AUTHORITY,
    p.GUARDIAN_JOINT_NONRESIDENT: AUTHORITY,
    p.AUTHORITY_WITHOUT_CARE: AUTHORITY,
    p.CUSTODIAN_ONLY: {CUSTODIAN},
    p.MINOR_GUARDIAN: {GuardianshipKind.MINOR_GUARDIAN.name},
    p.FACILITY_OR_FOSTER: {GuardianshipKind.PLACEMENT.name},
}
BIRTH_DATE = Access((IDENTITY,))
SELVES = {p.SELF_UNDER15, p.SELF_15_17, p.SELF_18PLUS, p.PREGNANT_SELF}


class Dated(NamedTuple):
    """Something with an end: an edge to a child (its kind), a consent (its field groups) or a bond (its kind)."""

    about: str
    words: set[str]
    over_on: date


class Minor(NamedTuple):
    """A child that the subject is, has in the family, or stands for: when rights of others end by themselves."""

    of_age_on: date
    gone_on: date


def _children(noun: Noun) -> Select[Any]:
    """The children through whom a resident can hold a relation to a subject of this noun."""
    wanted = select(k.c.id)
    riders = wanted.join(d, d.c.resident_id == k.c.resident_id)
    return {
        Noun.CHILD: wanted.where(k.c.id == SUBJECT),
        Noun.FAMILY: wanted.where(k.c.family_id == SUBJECT),
        Noun.RIDER: riders.where(d.c.id == SUBJECT),
        Noun.RIDE: riders.join(s, s.c.rider_id == d.c.id).where(s.c.ride_id == SUBJECT),
    }[noun]


def _edges(noun: Noun) -> list[Select[Any]]:
    children = _children(noun).cte("children")
    told_end = case((g.c.is_sealed, None), else_=g.c.valid_to)
    return [
        fact("child", k.c.id, k.c.birth_date, k.c.moved_out_on).where(k.c.id.in_(select(children.c.id))),
        fact("edge", g.c.child_id, g.c.kind, told_end).where(
            g.c.holder_id == ME, g.c.child_id.in_(select(children.c.id)), stands(g)
        ),
    ]


def _shared(noun: Noun) -> list[Select[Any]]:
    """Consents and bonds: of the caller, of the office, or of the schools of the office's city."""
    office = select(u.c.organisation_id).where(u.c.id == ME).scalar_subquery()
    city = select(o.c.municipality_code).where(o.c.id == office).scalar_subquery()
    schools = select(o.c.id).where(o.c.kind == CallerKind.SCHOOL, o.c.municipality_code == city)
    about_grant, about_bond = (
        (i.c.child_id, w.c.child_id) if noun is Noun.CHILD else (i.c.pregnancy_id, w.c.pregnancy_id)
    )
    return [
        fact("grant", about_grant, i.c.field_groups, i.c.valid_to).where(
            about_grant == SUBJECT,
            or_(i.c.grantee_id == ME, i.c.grantee_id == office),
            in_force(i),
            i.c.revoked_at.is_(None),
        ),
        fact("bond", about_bond, w.c.bond, w.c.valid_to).where(
            about_bond == SUBJECT, or_(w.c.organisation_id == ME, w.c.organisation_id.in_(schools)), in_force(w)
        ),
    ]


# One statement for each noun, the same for every caller and for every id; an account is its holder's alone.
STATEMENTS: dict[Noun, CompoundSelect[Any]] = {
    Noun.CHILD: union_all(*_edges(Noun.CHILD), *_shared(Noun.CHILD)),
    Noun.FAMILY: union_all(*_edges(Noun.FAMILY)),
    Noun.RIDER: union_all(*_edges(Noun.RIDER)),
    Noun.RIDE: union_all(*_edges(Noun.RIDE)),
    Noun.PREGNANCY: union_all(*_shared(Noun.PREGNANCY)),
}


class Ends:
    """When the ways of one caller to one subject are over, from the facts of the statement."""

    def __init__(self, caller: Caller, noun: Noun, facts: Iterable[Sequence[str]], today: date) -> None:
        self._caller = caller
        self._noun = noun
        self._today = today
        sorted_: dict[str, list[Fact]] = {"child": [], "edge": [], "grant": [], "bond": []}
        for each in (Fact(*row) for row in facts):
            sorted_[each.what].append(each)
        self._minors = {each.a: _minor(each) for each in sorted_["child"]}
        self._edges, self._grants, self._bonds = (
            [Dated(each.a, set(each.b.split()), _day(each.c)) for each in sorted_[what]]
            for what in ("edge", "grant", "bond")
        )

    def of(self, way: Alternative) -> date | None:
        """The first day on which this way is shut as things stand; None when no end is known."""
        over_on = self._over_on(way)
        return None if over_on == NEVER else over_on

    def _over_on(self, way: Alternative) -> date:
        if Right.CONSENT in way.right:
            return _latest(self._consent(each) for each in self._grants if way.group.name in each.words)
        if way.policy in CARRIED_BY:
            return _latest(self._guardian(way.policy, child_id) for child_id in self._held(way.policy))
        if way.policy in SELVES and self._noun is Noun.CHILD:
            return _latest(each.gone_on for each in self._minors.values())
        bond = BONDS.get(way.policy.kind)
        if bond is not None and bond[0] is way.policy:
            return _latest(each.over_on for each in self._bonds if bond[1].name in each.words)
        return NEVER

    def _held(self, policy: Policy) -> list[str]:
        """The children to whom the caller stands like this."""
        held = self._caller.relations.held.get((policy, Noun.CHILD), frozenset())
        return [child_id for child_id in self._minors if child_id in held]

    def _guardian(self, policy: Policy, child_id: str) -> date:
        mine = [each for each in self._edges if each.about == child_id]
        over_on = _latest(each.over_on for each in mine if each.words & CARRIED_BY[policy])
        if policy is p.GUARDIAN_JOINT_RESIDENT:  # it may be custody that brings the child here
            over_on = min([over_on, *(each.over_on for each in mine if CUSTODIAN in each.words)])
        minor = self._minors[child_id]
        # Moving out is a place: who sees the child place-masked is not told that it will be gone.
        return min(over_on, minor.of_age_on, minor.gone_on if _sees_places(policy) else NEVER)

    def _consent(self, grant: Dated) -> date:
        """Consent of a guardian ends when the child is of age, which is told to who may know the birth date."""
        minor = self._minors.get(grant.about)
        if minor is None or minor.of_age_on <= self._today:
            return grant.over_on
        knows_birth = grant.about in self._caller.reach(BIRTH_DATE, Noun.CHILD, has_supplier=False).ids
        return min(grant.over_on, minor.of_age_on) if knows_birth else grant.over_on


def _sees_places(policy: Policy) -> bool:
    return any(Right.MASKED not in right for right in ADDRESS_CONTACT.alternatives(policy))


def _latest(days: Iterable[date]) -> date:
    return max(days, default=NEVER)


def _day(text: str) -> date:
    return date.fromisoformat(text) if text else NEVER


def _minor(fact: Fact) -> Minor:
    moved_out_on = _day(fact.c)
    gone_on = NEVER if moved_out_on == NEVER else moved_out_on + AFTER_MOVING_OUT
    return Minor(birthday(date.fromisoformat(fact.b), OF_AGE_YEARS), gone_on)
