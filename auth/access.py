"""Decisions: from a field's groups and a caller's standing to a verdict, and from the caller's relations to each row.

The static half (`verdict`) is settled before any row is read; the rest is a membership test in sets held in memory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from typing import Any, NamedTuple

from auth.caller import HIGHEST, LOGIN, NO_LOGIN, NOBODY, Acr, Holder
from auth.group import Group
from auth.groups import (
    ACCESS_LOG,
    ADDRESS_CONTACT,
    GROUPS,
    GUARDIANSHIP_EDGES,
    MOTHER_MENTAL,
    NOTICES,
    PREGNANCY_CORE,
    PREGNANCY_LAB,
    PREGNANCY_VISIT,
    PROTECTION_FLAG,
    SCHOOL_HEALTH,
    SHARE_GRANTS,
    STATS,
)
from auth.policy import PARTNER_MUNICIPALITY, POLICIES, Policy, Right
from auth.purpose import EMERGENCY, PURPOSES, Purpose
from auth.scope import admits
from models.organisation import STAFF_KINDS, CallerKind
from models.subject import Noun, Subject
from models.wall import Opening

NO_IDS: frozenset[str] = frozenset()


class Verdict(Enum):
    """OPEN: every row. ASK: the rows that the caller's relations reach. The others: none, and why, before any row."""

    OPEN = "OPEN"
    ASK = "ASK"
    KIND_NOT_PERMITTED = "KIND_NOT_PERMITTED"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    ACR_REQUIRED = "ACR_REQUIRED"
    SCOPE_REQUIRED = "SCOPE_REQUIRED"

    @property
    def is_closed(self) -> bool:
        """Whether no row at all is visible."""
        return self not in {Verdict.OPEN, Verdict.ASK}


class Access(NamedTuple):
    """Who may see a field: everybody whom one of the groups admits. `place`: the field tells where somebody is.

    `writes`: it is a deed, for those who may write a group or supply rows of their own. `told`: it tells callers of
    their own permissions and of nobody's data, so it is open to whoever has logged in and has no group. `lists`: it
    goes through all rows there are, which no emergency opens. `kinds`: only callers of these kinds, where that is said.
    `acr`: how surely they must have been recognised, at least, where the groups themselves do not ask for more.
    """

    groups: tuple[Group, ...]
    place: bool = False
    writes: bool = False
    told: bool = False
    lists: bool = False
    kinds: frozenset[CallerKind] | None = None
    acr: Acr = Acr.CARD_PIN

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it, logged in or not."""
        return any(group.is_public for group in self.groups)


class Standing(NamedTuple):
    """The static half of a caller: kind, stated purpose, how surely it was recognised (a rank), a device's scope."""

    kind: CallerKind
    purpose: Purpose | None = None
    rank: int = LOGIN
    scope: frozenset[str] | None = None

    @classmethod
    def of(cls, holder: Holder, purpose: Purpose | None) -> "Standing":
        """Of whoever holds this and states that."""
        return cls(holder.kind, purpose, holder.acr.rank, holder.device and holder.device.scope)

    def opens(self, group: Group) -> bool:
        """Whether the stated purpose covers the group."""
        return self.purpose is not None and group in self.purpose.opens

    def admits(self, group: Group, *, writes: bool) -> bool:
        """Whether the group is within the scope: of everybody, unless a device has less than its organisation."""
        return self.scope is None or admits(self.scope, group, writes=writes)

    def acts(self, access: Access) -> bool:
        """Whether a deed is within the scope, whatever else it asks for."""
        return any(self.admits(group, writes=True) for group in access.groups)


# What is about subjects of several kinds, and is reached with them.
SPANNING = frozenset({Noun.LOOK, Noun.NOTICE})
NO_STANDING = Standing(CallerKind.ANONYMOUS)
# What opens a door to rows about a noun at most, for the second wall. A family is a place and those who live there,
# whom relations and measures name; before birth the record is the mother's alone; aggregates are about nobody; for the
# rest the policies say what they reach.
WIDEST: Mapping[Noun, Access] = {
    **{noun: Access(tuple(group for group in GROUPS if not group.is_public and group is not STATS)) for noun in Noun},
    Noun.FAMILY: Access((ADDRESS_CONTACT, GUARDIANSHIP_EDGES, PROTECTION_FLAG)),
    Noun.LOOK: Access((ACCESS_LOG,)),
    Noun.NOTICE: Access((NOTICES,)),
    Noun.ANNOUNCEMENT: Access((NOTICES,)),
    Noun.PERSON: Access((ADDRESS_CONTACT, NOTICES)),
    Noun.SCHOOL_REVIEW: Access((SCHOOL_HEALTH,)),
    Noun.PREGNANCY: Access((PREGNANCY_CORE, PREGNANCY_VISIT, PREGNANCY_LAB, MOTHER_MENTAL, SHARE_GRANTS)),
}


class Alternative(NamedTuple):
    """One way to a field: as this policy, by this right, through this group."""

    policy: Policy
    right: Right
    group: Group


@lru_cache(maxsize=4096)
def alternatives(access: Access, noun: Noun | None, kind: CallerKind) -> tuple[Alternative, ...]:
    """Every way in which callers of this kind may see the field on a row about this noun, purpose stated."""
    return tuple(
        Alternative(policy, right, group)
        for group in access.groups
        for policy in POLICIES
        if policy.kind is kind and noun in policy.nouns and (access.kinds is None or kind in access.kinds)
        for right in group.alternatives(policy)
        if not (Right.MASKED in right and (access.place or group.reveals_place))
        and not (access.writes and not right & (Right.WRITE | Right.OWN))
    )


@lru_cache(maxsize=4096)
def usable(access: Access, noun: Noun | None, kind: CallerKind) -> tuple[Alternative, ...]:
    """Those of them that this kind can come to use: what is read by duty, some purpose of the kind must cover."""
    found = [Standing(kind), *(Standing(kind, each) for each in PURPOSES.values() if kind in each.kinds)]
    return tuple(way for way in alternatives(access, noun, kind) if any(_is_ready(way, each) for each in found))


@lru_cache(maxsize=16384)
def verdict(access: Access, noun: Noun | None, standing: Standing) -> Verdict:
    """What is certain before any row is read."""
    if access.is_public:
        return Verdict.OPEN
    if access.told:
        return Verdict.KIND_NOT_PERMITTED if standing.kind is CallerKind.ANONYMOUS else Verdict.OPEN
    ways = usable(access, noun, standing.kind)
    barred = _barred(ways, access, standing)
    if barred is not None:
        return barred
    ready = [way for way in ways if _is_admitted(way, access, standing) and _is_ready(way, standing)]
    if not ready or (access.lists and standing.purpose is EMERGENCY):
        return Verdict.PURPOSE_REQUIRED
    return Verdict.OPEN if any(_opens_all(way, noun, standing) for way in ready) else Verdict.ASK


def _barred(ways: tuple[Alternative, ...], access: Access, standing: Standing) -> Verdict | None:
    """Why none of the ways is for this standing, whatever its purpose."""
    if not ways:
        return Verdict.KIND_NOT_PERMITTED
    assured = [way for way in ways if _is_assured(way, access, standing)]
    if not assured:
        return Verdict.ACR_REQUIRED
    return None if any(_is_within(way, access, standing) for way in assured) else Verdict.SCOPE_REQUIRED


def _is_assured(way: Alternative, access: Access, standing: Standing) -> bool:
    """Whether the login was as sure as the field or deed, and the way's group, ask for."""
    return standing.rank >= max(access.acr.rank, way.group.acr.rank)


def _is_admitted(way: Alternative, access: Access, standing: Standing) -> bool:
    """Whether the way is for this standing, whatever its purpose."""
    return _is_assured(way, access, standing) and _is_within(way, access, standing)


def _is_within(way: Alternative, access: Access, standing: Standing) -> bool:
    """Whether the scope has the way's group, for what is asked."""
    return standing.admits(way.group, writes=access.writes)


def _opens_all(way: Alternative, noun: Noun | None, standing: Standing) -> bool:
    """Whether every row is open: by duty, or in an emergency, which stands in for the guardians' consent."""
    if Right.CONSENT in way.right:
        return noun is Noun.CHILD and standing.purpose is EMERGENCY and standing.opens(way.group)
    is_reached = not way.policy.related or noun in way.policy.at_large
    return is_reached and Right.OWN not in way.right


def _is_ready(way: Alternative, standing: Standing) -> bool:
    """What is read by duty must be covered by a stated purpose, by partner cities too; staff state one for the rest."""
    if Right.DUTY in way.right:
        return standing.opens(way.group)
    return standing.purpose is not None or standing.kind not in STAFF_KINDS


@lru_cache(maxsize=16384)
def ready(access: Access, noun: Noun, standing: Standing) -> tuple[Alternative, ...]:
    """The ways that are open to this standing; of those that come to the same rows the first."""
    found: dict[tuple[Policy, bool, str], Alternative] = {}
    for way in alternatives(access, noun, standing.kind):
        if _is_ready(way, standing) and _is_admitted(way, access, standing):
            found.setdefault(_rows(way), way)
    return tuple(found.values())


def _rows(way: Alternative) -> tuple[Policy, bool, str]:
    """What tells apart the rows that ways open."""
    is_consented = Right.CONSENT in way.right or way.policy is PARTNER_MUNICIPALITY
    return way.policy, Right.OWN in way.right, way.group.name if is_consented else ""


def covers(access: Access, door: Access, noun: Noun, standing: Standing) -> bool:
    """Whether this standing sees the field on every row whose door it has come through, whatever its relations."""
    if verdict(access, noun, standing) is Verdict.OPEN:
        return True
    if verdict(access, noun, standing).is_closed or verdict(door, noun, standing) is Verdict.OPEN:
        return False
    return {_rows(way) for way in ready(door, noun, standing)} <= {_rows(way) for way in ready(access, noun, standing)}


@cache
def standings() -> tuple[Standing, ...]:
    """Every standing that a caller can have."""
    return tuple(_standings())


def _standings() -> Iterator[Standing]:
    for kind in CallerKind:
        yield Standing(kind, None, NO_LOGIN)
        stated = [None, *(purpose for purpose in PURPOSES.values() if kind in purpose.kinds)]
        ranks = (LOGIN, HIGHEST) if kind in STAFF_KINDS else (LOGIN,)  # nobody else has two factors
        yield from (Standing(kind, purpose, rank) for rank in ranks for purpose in stated)


@lru_cache(maxsize=16384)
def every_way(access: Access, noun: Noun, standing: Standing) -> tuple[Alternative, ...]:
    """The ways that are open to this standing; a partner city's bond opens by who moved, and by consent."""
    return tuple(each for way in ready(access, noun, standing) for each in (way, *_consented(way)))


def _consented(way: Alternative) -> Iterator[Alternative]:
    if way.policy is PARTNER_MUNICIPALITY:
        yield way._replace(right=Right.READ | Right.CONSENT)


class Parts(NamedTuple):
    """What a reach is put together from, whoever asks.

    Subjects held as these policies, subjects opened by consent to these groups, rows that the caller supplied about
    subjects held as its `own` policies, or all that it supplied.
    """

    held: frozenset[Policy]
    consented: frozenset[str]
    own: frozenset[Policy]
    supplies: bool


@lru_cache(maxsize=16384)
def reach_parts(access: Access, noun: Noun, standing: Standing, *, has_supplier: bool) -> Parts:
    """The parts of all ways that are open to this standing."""
    return _parts(every_way(access, noun, standing), has_supplier=has_supplier)


def _parts(ways: tuple[Alternative, ...], *, has_supplier: bool) -> Parts:
    consented = [way.group.name for way in ways if Right.CONSENT in way.right]
    rest = [way for way in ways if Right.CONSENT not in way.right]
    own = [way.policy for way in rest if Right.OWN in way.right and has_supplier]
    held = [way.policy for way in rest if Right.OWN not in way.right or not has_supplier]
    return Parts(
        frozenset(held),
        frozenset(consented),
        frozenset(policy for policy in own if policy.kind is CallerKind.RESIDENT),
        any(policy.kind is not CallerKind.RESIDENT for policy in own),
    )


class Reach(NamedTuple):
    """The rows that relations open: about `ids`; and rows that the caller supplied, about `own_ids` or anybody."""

    ids: frozenset[str]
    own_ids: frozenset[str]
    supplies: bool


@dataclass(frozen=True, slots=True)
class Relations:
    """What one caller holds on one day, loaded once per request.

    `held`: per policy and noun, the subjects. `granted`: per field group's name and noun, the subjects opened by
    consent. `closed`: children whose record is read and no longer written, because they died or moved out. `riders`:
    of children who are registered for the taxi subsidy, the id of the registration.
    """

    held: dict[tuple[Policy, Noun], frozenset[str]] = field(default_factory=dict)
    granted: dict[tuple[str, Noun], frozenset[str]] = field(default_factory=dict)
    family_id: str | None = None
    closed: frozenset[str] = NO_IDS
    riders: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Caller:
    """Who asks, with everything that a decision needs; decisions are remembered for the request."""

    holder: Holder = NOBODY
    standing: Standing = NO_STANDING
    relations: Relations = field(default_factory=Relations)
    _reached: dict[tuple[Parts, Noun], Reach] = field(default_factory=dict)
    remembered: dict[str, Any] = field(default_factory=dict)  # what others worked out of the relations

    @classmethod
    def of(cls, holder: Holder, purpose: Purpose | None, relations: Relations) -> "Caller":
        """The caller behind a token, with the purpose stated and the relations of today."""
        return cls(holder, Standing.of(holder, purpose), relations)

    def turn(self, relations: Relations) -> None:
        """Go on with other relations, when a deed has changed what the caller holds."""
        self.relations = relations
        self._reached.clear()
        self.remembered.clear()

    def verdict(self, access: Access, noun: Noun | None) -> Verdict:
        """What is certain before any row is read."""
        return verdict(access, noun, self.standing)

    def reach(self, access: Access, noun: Noun, *, has_supplier: bool) -> Reach:
        """The rows that this caller's relations open; asked when the verdict is ASK."""
        return self.within(reach_parts(access, noun, self.standing, has_supplier=has_supplier), noun)

    def _by(self, way: Alternative, noun: Noun, *, has_supplier: bool) -> Reach:
        """The rows that one way opens."""
        return self.within(_parts((way,), has_supplier=has_supplier), noun)

    def within(self, parts: Parts, noun: Noun) -> Reach:
        """What this caller holds of what the parts say."""
        found = self._reached.get((parts, noun))
        if found is None:
            found = self._reached[parts, noun] = self._put_together(parts, noun)
        return found

    def _put_together(self, parts: Parts, noun: Noun) -> Reach:
        """Looks and notices are held with whatever they are about."""
        spans = noun in SPANNING
        ids = own_ids = NO_IDS
        for (policy, about), held in self.relations.held.items():
            if spans or about is noun:
                ids = ids | held if policy in parts.held else ids
                own_ids = own_ids | held if policy in parts.own else own_ids
        for (name, about), granted in self.relations.granted.items():
            if (spans or about is noun) and name in parts.consented:
                ids = ids | granted
        return Reach(ids, own_ids, parts.supplies)

    def ways(self, access: Access, subject: Subject, row: Any, *, is_edge: bool = False) -> list[Alternative]:
        """Each way in which the field is open on this row, or the edge may be followed; none where it is public."""
        if self.verdict(access, subject.noun).is_closed:
            return []
        found = every_way(access, subject.noun, self.standing)
        return [way for way in found if self._opens(way, subject, row, is_edge=is_edge)]

    def _opens(self, way: Alternative, subject: Subject, row: Any, *, is_edge: bool) -> bool:
        if _opens_all(way, subject.noun, self.standing):
            return True
        reach = self._by(way, subject.noun, has_supplier=subject.supplier is not None)
        return self._is_within(reach, subject, row) or (is_edge and self._leads(way, subject, row))

    def _leads(self, way: Alternative, subject: Subject, row: Any) -> bool:
        """Whether rows below may be the caller's own."""
        below = self._by(way, subject.noun, has_supplier=True)
        return below.supplies or getattr(row, subject.column) in below.own_ids

    def enters(self, access: Access, subject: Subject | None, row: Any) -> bool:
        """Whether an edge may be followed: it is visible, or some of the rows below it may be the caller's own."""
        if self.sees(access, subject, row):
            return True
        if subject is None or self.verdict(access, subject.noun) is not Verdict.ASK:
            return False
        reach = self.reach(access, subject.noun, has_supplier=True)
        return reach.supplies or getattr(row, subject.column) in reach.own_ids

    def opening(self) -> Opening:
        """What the second wall lets this caller's transactions reach: all that `sees` could ever allow, and no more."""
        subjects: dict[Noun, frozenset[str] | None] = {}
        supplies = False
        for noun, widest in WIDEST.items():
            decided = self.verdict(widest, noun)
            if decided is Verdict.OPEN:
                subjects[noun] = None
            elif decided is Verdict.ASK:
                rows, supplied = (self.reach(widest, noun, has_supplier=each) for each in (False, True))
                subjects[noun] = rows.ids | supplied.ids | supplied.own_ids
                supplies |= supplied.supplies
        return Opening(subjects, self.holder.id if supplies else "")

    def may_write(self, access: Access, noun: Noun | None, subject_id: str, *, ends: bool = False) -> bool:
        """Whether the caller may add a row about this subject, who has come through the door.

        `ends`: it takes something back, which a closed record allows, too. An emergency opens records to be read.
        """
        if self.standing.purpose is EMERGENCY:
            return False
        decided = self.verdict(access, noun)
        if decided is not Verdict.ASK or noun is None:
            return decided is Verdict.OPEN
        if subject_id in self.relations.closed and not ends:
            return False
        reach = self.reach(access, noun, has_supplier=True)
        return reach.supplies or subject_id in reach.ids or subject_id in reach.own_ids

    def sees(self, access: Access, subject: Subject | None, row: Any) -> bool:
        """Whether the field is visible on this row: the one decision, for every path."""
        decided = self.verdict(access, subject and subject.noun)
        if decided is not Verdict.ASK or subject is None:
            return decided is Verdict.OPEN
        return self._is_within(
            self.reach(access, subject.noun, has_supplier=subject.supplier is not None), subject, row
        )

    def _is_within(self, reach: Reach, subject: Subject, row: Any) -> bool:
        about = getattr(row, subject.column)
        if about in reach.ids:
            return True
        is_own = subject.supplier is not None and getattr(row, subject.supplier) == self.holder.id
        return is_own and (reach.supplies or about in reach.own_ids)
