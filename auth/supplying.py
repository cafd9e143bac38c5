"""Who may supply records from outside, and of which field groups: by kind of organisation, never in an emergency."""

from auth.access import Caller
from auth.purpose import EMERGENCY
from models.organisation import CallerKind

SUPPLIERS = frozenset({CallerKind.CLINIC, CallerKind.SCHOOL, CallerKind.PARTNER_MUNICIPALITY})


def may_supply(caller: Caller, kinds: frozenset[CallerKind]) -> bool:
    """Whether this caller hands in such records: of one of these kinds, and not while reading in an emergency."""
    return caller.holder.kind in kinds & SUPPLIERS and caller.standing.purpose is not EMERGENCY
