"""Scopes: what one machine may do of all that its organisation may. A scope only ever takes away.

Each word is a domain and an act. To read is to see the domain's field groups and what one has to know beside them; to
write is to do deeds in the domain's own groups, and to read.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from auth import groups as g
from auth.group import Group
from auth.policy import POLICIES, Right
from models.organisation import CallerKind

EVERYTHING = "all"  # the `scope` of whoever is no device: what the holder may, and no more
READ, WRITE = "read", "write"


class Domain(NamedTuple):
    """What belongs to a domain, and what is read beside it: whose record it is, and what must not be overlooked."""

    own: frozenset[Group]
    beside: frozenset[Group] = frozenset()


def _domain(*own: Group, beside: tuple[Group, ...] = ()) -> Domain:
    return Domain(frozenset(own), frozenset(beside))


_CHILD = (g.IDENTITY, g.ALLERGY_ALERT)
DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "vaccinations": _domain(g.VACC_RECORDS, g.VACC_PLACE, g.VACC_FORECAST, beside=_CHILD),
        "checkups": _domain(
            *(g.CHECKUP_BODY, g.CHECKUP_FINDINGS, g.CHECKUP_DEVELOPMENT, g.CHECKUP_PLACE, g.DENTAL), beside=_CHILD
        ),
        "pregnancies": _domain(g.PREGNANCY_CORE, g.PREGNANCY_VISIT, g.PREGNANCY_LAB, g.MOTHER_MENTAL),
        "school": _domain(g.SCHOOL_HEALTH, g.NOTICES, beside=_CHILD),
        "rides": _domain(g.RIDE_SUMMARY, g.RIDE_PLACE, g.RIDE_QUOTA_TODAY),
        "points": _domain(g.POINTS_BALANCE, g.POINTS_HISTORY),
    }
)
WORDS = frozenset(f"{name}:{act}" for name in DOMAINS for act in (READ, WRITE))


def words(text: str) -> frozenset[str] | None:
    """The words of a scope, or None when there is none, or one that we do not know."""
    found = frozenset(text.split(" "))
    return found if found <= WORDS else None


@lru_cache(maxsize=4096)
def admits(scope: frozenset[str], group: Group, *, writes: bool) -> bool:
    """Whether the scope lets a device read the group, or do deeds in it."""
    return any(_admits(word, group, writes=writes) for word in scope)


def _admits(word: str, group: Group, *, writes: bool) -> bool:
    name, _, act = word.partition(":")
    domain = DOMAINS[name]
    return group in domain.own and act == WRITE if writes else group in domain.own | domain.beside


@lru_cache(maxsize=len(CallerKind))
def usable(kind: CallerKind) -> frozenset[str]:
    """The words that let a machine of this kind of organisation do anything in their domain at all."""
    return frozenset(
        f"{name}:{act}"
        for name, domain in DOMAINS.items()
        for act, least in ((READ, Right.READ), (WRITE, Right.WRITE | Right.OWN))
        if any(right & least for right in _rights(kind, domain))
    )


def _rights(kind: CallerKind, domain: Domain) -> list[Right]:
    return [
        right
        for group in domain.own
        for policy in POLICIES
        if policy.kind is kind
        for right in group.alternatives(policy)
    ]
