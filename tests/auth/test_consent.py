"""Nobody gives what they do not have, and nobody gives by office."""

import pytest

from auth import policy as p
from auth.access import Caller, Relations
from auth.caller import Acr, Holder
from auth.consent import can_give
from auth.groups import IDENTITY, VACC_PLACE
from auth.purpose import PURPOSES
from models.organisation import CallerKind
from models.subject import Noun


def caller(kind, purpose=None, policy=None):
    """Somebody who is this to the child "kid"."""
    held = {} if policy is None else {(policy, Noun.CHILD): frozenset({"kid"})}
    return Caller.of(Holder("me", kind, Acr.CARD_PIN), PURPOSES.get(purpose), Relations(held, {}))


PARENT = caller(CallerKind.RESIDENT, policy=p.GUARDIAN_SOLE)
APART = caller(CallerKind.RESIDENT, policy=p.GUARDIAN_JOINT_NONRESIDENT)
STRANGER = caller(CallerKind.RESIDENT)
NURSE = caller(CallerKind.STAFF_HEALTH, "CHK")  # sees every child, and none of them is hers
SHOP = caller(CallerKind.SHOP)


@pytest.mark.parametrize(
    ("giver", "group", "child_id", "expected"),
    [
        (PARENT, IDENTITY, "kid", True),
        (PARENT, VACC_PLACE, "kid", True),
        (PARENT, IDENTITY, "another", False),
        (APART, IDENTITY, "kid", True),
        (APART, VACC_PLACE, "kid", False),
        (STRANGER, IDENTITY, "kid", False),
        (NURSE, IDENTITY, "kid", False),
        (SHOP, IDENTITY, "kid", False),
    ],
)
def test_a_giver_gives_what_relations_show_without_a_mask(giver, group, child_id, expected):
    assert can_give(giver, group, Noun.CHILD, child_id) is expected
