"""Consent: which field groups somebody can be given, and which of them a giver has to give."""

from collections.abc import Collection

from auth.access import Access, Caller, Verdict
from auth.group import Group
from auth.groups import BY_NAME, IDENTITY, PREGNANCY_CORE
from auth.policy import CLINIC, SCHOOL, STAFF_EDUCATION, Policy, Right
from models.organisation import CallerKind
from models.subject import Noun

# Organisations that a family may open a record to, and what they are then.
RECEIVERS = {CallerKind.CLINIC: CLINIC, CallerKind.SCHOOL: SCHOOL, CallerKind.STAFF_EDUCATION: STAFF_EDUCATION}
# The group through which everything else is found.
DOORS = {Noun.CHILD: IDENTITY, Noun.PREGNANCY: PREGNANCY_CORE}


def can_receive(policy: Policy, group: Group) -> bool:
    """Whether the matrix lets this policy read the group by consent."""
    return any(Right.CONSENT in right for right in group.alternatives(policy))


def can_give(caller: Caller, group: Group, noun: Noun, subject_id: str) -> bool:
    """Whether the caller sees all of the group on this subject, unmasked: nobody gives more than they have."""
    access = Access((group,), place=True)  # a masked right opens no place
    if caller.verdict(access, noun) is not Verdict.ASK:
        return False
    return subject_id in caller.reach(access, noun, has_supplier=True).ids


def is_door_missing(policy: Policy, noun: Noun, names: Collection[str]) -> bool:
    """Whether the groups would open nothing that can be found: the door itself is read by consent, and left out."""
    door = DOORS[noun]
    return door.name not in names and can_receive(policy, door)


def is_giveable(caller: Caller, policy: Policy, noun: Noun, subject_id: str, names: Collection[str]) -> bool:
    """Whether each of these groups can be received by the policy and given by the caller."""
    return all(
        can_receive(policy, BY_NAME[name]) and can_give(caller, BY_NAME[name], noun, subject_id) for name in names
    )
