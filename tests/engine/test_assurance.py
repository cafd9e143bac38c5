"""A group that asks for a surer login is closed to a weaker one, by plan and field by field alike, and says so."""

from contextlib import contextmanager

import pytest

from auth.access import alternatives, every_way, reach_parts, ready, usable, verdict
from auth.caller import Acr
from auth.groups import ALLERGY_ALERT
from models.organisation import CallerKind
from schema.graph import graph_for
from tests.hanamori import HOLDERS, child

ONE = "query ($i: ID!) { node(id: $i) { ... on Child { name allergies } } }"
ALL = "{ children { edges { node { id allergies } } } }"


@contextmanager
def asking_for(group, acr):
    """The product's table with another demand; decisions that were remembered are forgotten."""
    before = group.acr
    for kind in CallerKind:
        graph_for(kind)  # what a kind may use is made once, and stays what the table says
    try:
        _demand(group, acr)
        yield
    finally:
        _demand(group, before)


def _demand(group, acr):
    object.__setattr__(group, "acr", acr)
    for each in (alternatives, usable, verdict, ready, every_way, reach_parts):
        each.cache_clear()


@pytest.mark.parametrize("acr", [Acr.CARD_PIN, Acr.MFA])
@pytest.mark.parametrize(("who", "purpose"), [("mother", None), ("staff_health", "CHK:1")])
async def test_a_field_of_a_group_that_asks_for_more(ask, monkeypatch, who, purpose, acr):
    monkeypatch.setitem(HOLDERS, who, HOLDERS[who]._replace(acr=acr))
    sees = acr is Acr.MFA
    with asking_for(ALLERGY_ALERT, Acr.MFA):
        told, listed = await ask(who, ONE, i=child("aki"), purpose=purpose), await ask(who, ALL, purpose=purpose)

    assert told.data["node"] == {"name": "aki", "allergies": "卵" if sees else None}
    assert ("ACR_REQUIRED" in told.denied.values()) is ("ACR_REQUIRED" in listed.denied.values()) is not sees
    assert ("卵" in listed.raw.decode()) is sees


async def test_a_tap_reads_no_record(ask):
    told = await ask("tapped", ONE, i=child("aki"))

    assert told.data == {"node": None}
